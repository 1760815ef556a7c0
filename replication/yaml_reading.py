"""Reading YAML that people type: what is refused at the door, and one line for each fault.

Only the composing half of PyYAML's safe loader is used: it gives a tree of nodes with line numbers
and never builds an object, so a tag in a file cannot run anything.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from replication import paths

LARGEST_FILE = 1_000_000
DEEPEST_NESTING = 20

# Control characters, line separators, and characters that change the direction of what follows:
# none is visible, and each breaks a table, a page or a reader's trust in what is shown.
_REFUSED_RANGES = (
    (0x00, 0x09), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0x2028, 0x2029),
    (0x202A, 0x202E), (0x2066, 0x2069), (0xFEFF, 0xFEFF), (0xFFFE, 0xFFFF),
)  # fmt: skip
REFUSED_CHARACTERS = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _REFUSED_RANGES) + "]"
)

_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge")
}

PathParts = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, and where: shown as ``file:line: field: message``."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        parts = (f"{self.file}:{self.line}", self.field, self.message)
        return ": ".join(part for part in parts if part)


class InputError(ValueError):
    """Files that cannot be used; `faults` holds every fault of every file read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def shown_path(path: Path) -> str:
    """A path as the user types it: relative to the project where it lies inside."""
    resolved = path.resolve()
    return (
        resolved.relative_to(paths.ROOT) if resolved.is_relative_to(paths.ROOT) else path
    ).as_posix()


def field_name(parts: PathParts) -> str:
    """Join the keys on the way to a value: ``codings.agreed.case.io_sought.code``, ``evidence[2].id``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def read_tree(path: Path) -> tuple[yaml.Node | None, list[Fault]]:
    """Compose one file into nodes with line numbers.

    Returns
    -------
    tree, faults
        `tree` is None where the file could not be read at all; then there is at least one fault.
    """
    file = shown_path(path)
    text, faults = _read_text(path, file)
    if text is None or faults:
        return None, faults
    try:
        # Parsing bytes, not text: positions then count in characters of the file as it stands.
        tree = yaml.CSafeLoader(text.encode("utf-8")).get_single_node()
    except yaml.YAMLError as error:
        return None, [_syntax_fault(error, file)]
    if tree is None:
        return None, [Fault(file, 1, "", "the file holds nothing but comments")]
    faults = _structure_faults(tree, file)
    return (None if faults else tree), faults


def line_of(tree: yaml.Node, parts: Sequence[str | int]) -> int:
    """Line on which the value at `parts` stands, or the nearest thing above it that exists."""
    node, line = tree, tree.start_mark.line + 1
    for part in parts:
        found = _child(node, part)
        if found is None:
            break
        key, node = found
        line = key.start_mark.line + 1
    return line


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _read_text(path: Path, file: str) -> tuple[str | None, list[Fault]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, [Fault(file, 1, "", f"cannot be read: {error.strerror}")]
    if len(content) > LARGEST_FILE:
        return None, [
            Fault(file, 1, "", f"has {len(content)} bytes; at most {LARGEST_FILE} are allowed")
        ]
    if not content.strip():
        return None, [Fault(file, 1, "", "the file is empty")]
    if content.startswith(codecs.BOM_UTF8):
        return None, [
            Fault(file, 1, "", "begins with a byte order mark (BOM); save it as UTF-8 without BOM")
        ]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        return None, [
            Fault(file, line, "", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
        ]
    return text, _character_faults(text, file)


def _character_faults(text: str, file: str) -> list[Fault]:
    found: dict[tuple[int, str], None] = {}
    for match in REFUSED_CHARACTERS.finditer(text):
        found[text.count("\n", 0, match.start()) + 1, match[0]] = None
        if len(found) == 20:  # noqa: PLR2004 - a file full of them is one mistake, not thousands
            break
    return [
        Fault(
            file,
            line,
            "",
            "holds a tab; use spaces"
            if char == "\t"
            else f"holds the character U+{ord(char):04X}, which is not allowed",
        )
        for line, char in found
    ]


def _syntax_fault(error: yaml.YAMLError, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = (getattr(error, "context", None), getattr(error, "problem", None))
    reason = ", ".join(word for word in words if word) or str(error).splitlines()[0]
    return Fault(file, mark.line + 1 if mark else 1, "", f"broken YAML: {reason}")


def _structure_faults(tree: yaml.Node, file: str) -> list[Fault]:
    """Refuse what makes a small file large or strange: aliases, deep nesting, tags."""
    seen: set[int] = set()
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            return [
                Fault(
                    file,
                    line,
                    "",
                    "an alias (*name) refers to this place; aliases are not allowed, repeat the text",
                )
            ]
        seen.add(id(node))
        if depth > DEEPEST_NESTING:
            return [Fault(file, line, "", f"nested more than {DEEPEST_NESTING} deep")]
        if node.tag not in _PLAIN_TAGS:
            return [
                Fault(
                    file,
                    line,
                    "",
                    f"the tag {node.tag!r} is not allowed; put texts that begin with a sign in quotes",
                )
            ]
        if isinstance(node, yaml.MappingNode):
            waiting += [(child, depth + 1) for pair in node.value for child in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(child, depth + 1) for child in node.value]
    return []
