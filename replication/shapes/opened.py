"""A YAML file that is open: its content by its shape, its faults, and the line of every value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from replication.shapes.base import Report, Shape
from replication.yaml_reading import Fault, PathParts, field_name, line_of, read_tree, shown_path


@dataclass(frozen=True)
class OpenedFile:
    """A file and what its shape found in it.

    Attributes
    ----------
    content : Any
        Plain data, without the parts that do not fit; None where the file is no YAML.
    faults : list of Fault
        What does not fit the shape, or why the file cannot be read.
    tree : Node, optional
        None where the file is no YAML.
    file : str
        The file as messages name it.
    """

    content: Any
    faults: list[Fault]
    tree: yaml.Node | None
    file: str

    def fault(self, parts: PathParts, message: str) -> Fault:
        """Make a fault of the value that `parts` lead to."""
        line = 1 if self.tree is None else line_of(self.tree, parts)
        return Fault(self.file, line, field_name(parts), message)


def open_file(path: Path, shape: Shape) -> OpenedFile:
    """Read a YAML file and check it line by line against its shape."""
    tree, faults = read_tree(path)
    if tree is None:
        return OpenedFile(None, faults, None, shown_path(path))
    report = Report(shown_path(path))
    content = shape.check(tree, (), report)
    return OpenedFile(content, report.faults, tree, report.file)
