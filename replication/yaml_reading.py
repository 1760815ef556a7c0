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
from replication.yaml_causes import likely_cause, lost_texts

LARGEST_FILE = 1_000_000
DEEPEST_NESTING = 20
# A file full of them is one mistake, not thousands.
_MOST_CHARACTER_FAULTS = 20

# Control characters, line separators, and characters that change the direction of what follows:
# none is visible, and each breaks a table, a page or a reader's trust in what is shown.
_REFUSED_RANGES = (
    (0x00, 0x09), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0x2028, 0x2029),
    (0x202A, 0x202E), (0x2066, 0x2069), (0xFEFF, 0xFEFF), (0xFFFE, 0xFFFF),
)  # fmt: skip
REFUSED_CHARACTERS = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _REFUSED_RANGES) + "]"
)

_LOST = (
    "{} is lost, as what follows a space and # is a comment; put the whole text in quotes, or the comment on a line of "
    "its own"
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
        """Word it as one line."""
        parts = (f"{self.file}:{self.line}", self.field, self.message)
        return ": ".join(part for part in parts if part)


class InputError(ValueError):
    """Files that cannot be used; `faults` holds every fault of every file read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def shown_path(path: Path) -> str:
    """Word a path as the user types it: relative to the project where it lies inside."""
    resolved = path.resolve()
    return (
        resolved.relative_to(paths.ROOT) if resolved.is_relative_to(paths.ROOT) else path
    ).as_posix()


def field_name(parts: PathParts) -> str:
    """Join the keys on the way to a value: ``facts.resolution.value``, ``evidence[2].id``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def shorten(text: str, longest: int = 60) -> str:
    """Quote a text for a message, cut where it is long."""
    return repr(text if len(text) <= longest else f"{text[: longest - 1]}…")


def read_tree(path: Path) -> tuple[yaml.Node | None, list[Fault]]:
    """Compose one file into nodes with line numbers.

    Returns
    -------
    tree, faults
        `tree` is None where the file cannot be used at all; then there is at least one fault.
    """
    file = shown_path(path)
    try:
        text = _text_of(path)
        if faults := _character_faults(text, file):
            return None, faults
        tree = yaml.CSafeLoader(text).get_single_node()
        _refuse_strange(tree)
    except yaml.YAMLError as error:
        return None, [_syntax_fault(error, file, text)]
    except _FaultyFileError as refused:
        return None, [Fault(file, refused.line, "", str(refused))]
    faults = [
        Fault(file, line, "", _LOST.format(shorten(comment)))
        for line, comment in lost_texts(tree, text.splitlines())
    ]
    return (None, faults) if faults else (tree, [])


def line_of(tree: yaml.Node, parts: Sequence[str | int]) -> int:
    """Find the line of the value at `parts`, or of the nearest thing above it that exists."""
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


class _FaultyFileError(Exception):
    """A file that cannot be used, and the line that shows why."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _FaultyFileError("is not a file")
        if size > LARGEST_FILE:
            raise _FaultyFileError(f"has {size} bytes; at most {LARGEST_FILE} are allowed")
        content = path.read_bytes()
    except OSError as error:
        raise _FaultyFileError(f"cannot be read: {error.strerror}") from error
    if not content.strip():
        raise _FaultyFileError("the file is empty")
    if content.startswith(codecs.BOM_UTF8):
        raise _FaultyFileError("begins with a byte order mark (BOM); save it as UTF-8 without BOM")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _FaultyFileError(message, line) from error


def _character_faults(text: str, file: str) -> list[Fault]:
    found: dict[tuple[int, str], None] = {}
    for match in REFUSED_CHARACTERS.finditer(text):
        found[text.count("\n", 0, match.start()) + 1, match[0]] = None
        if len(found) == _MOST_CHARACTER_FAULTS:
            break
    return [Fault(file, line, "", _character_message(character)) for line, character in found]


def _character_message(character: str) -> str:
    if character == "\t":
        return "holds a tab; use spaces"
    return f"holds the character U+{ord(character):04X}, which is not allowed"


def _syntax_fault(error: yaml.YAMLError, file: str, text: str) -> Fault:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Fault(file, 1, "", f"broken YAML: {str(error).splitlines()[0]}")
    line, cause = likely_cause(error, text.splitlines())
    reason = ", ".join(word for word in (error.context, error.problem) if word)
    return Fault(file, line, "", f"broken YAML ({reason}): {cause}")


def _refuse_strange(tree: yaml.Node | None) -> None:
    """Refuse what makes a small file large or strange: aliases, deep nesting, tags."""
    if tree is None:
        raise _FaultyFileError("the file holds nothing but comments")
    seen: set[int] = set()
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            raise _FaultyFileError(
                "an alias (*) points here; aliases are not allowed, repeat the text", line
            )
        seen.add(id(node))
        if depth > DEEPEST_NESTING:
            raise _FaultyFileError(f"is nested more than {DEEPEST_NESTING} deep", line)
        if node.tag not in _PLAIN_TAGS:
            raise _FaultyFileError(
                f"the tag {node.tag!r} is not allowed; put the text in quotes", line
            )
        if isinstance(node, yaml.MappingNode):
            waiting += [(child, depth + 1) for pair in node.value for child in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(child, depth + 1) for child in node.value]
