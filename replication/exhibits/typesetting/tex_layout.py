"""Where a LaTeX table breaks: font size, widths of text columns, columns and lines to a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from replication.exhibits.text import visible
from replication.exhibits.typesetting.formatted import FormattedTable, alignment
from replication.exhibits.typesetting.latex import ZERO_WIDTH_SPACE, breakable, latex_width
from replication.exhibits.typesetting.table_parts import Column
from replication.ordered_sums import ordered_sum

# Points. The width is that of a letter page with margins of an inch, less a little: a table may be
# wider than article's own text block, and is then centred on it.
_TEXT_WIDTH = 450.0
_TEXT_HEIGHT = 540.0
_CAPTION_LINE_HEIGHT = 12.0
_NOTE_SCALE, _NOTE_LINE_HEIGHT = 0.86, 9.5


class Size(NamedTuple):
    """A font size.

    Attributes
    ----------
    name : str
        LaTeX's word for it.
    scale : float
        Width of its letters relative to ten points; small Computer Modern is relatively wide.
    line_height : float
        Distance of its lines in points.
    separation : float
        Half the space between columns in points, LaTeX's tabcolsep.
    """

    name: str
    scale: float
    line_height: float
    separation: float

    def room(self, columns: int) -> float:
        """Width in points that is left for what so many columns hold."""
        return _TEXT_WIDTH - 2 * self.separation * (columns - 1)


_SIZES = (
    Size("normalsize", 1.0, 12.0, 4.0),
    Size("small", 0.93, 11.0, 4.0),
    Size("footnotesize", 0.86, 9.5, 3.0),
    Size("scriptsize", 0.8, 8.0, 3.0),
)
_WRAPPED_SIZES = _SIZES[2:]
# A text column is never narrower than this, and takes many lines only where both sizes fail else.
_NARROWEST = 48.0
_WIDEST_WORD = 90.0
_MOST_LINES = (1.5, 12.0)
# Title and notes are as wide as the table, and would be unreadable under a table of one short column.
_NARROWEST_TABLE = 220.0


@dataclass(frozen=True)
class Fit:
    """How a block of columns is set.

    Attributes
    ----------
    size : Size
        The font size.
    spec, letters : tuple of str
        Column definitions of the tabular, and their alignments ``l``, ``c`` or ``r``.
    widths : tuple of float
        Width in points of each wrapped column, 0 for one that is not wrapped.
    columns : tuple of float
        Width of every column, in points at the size of ten points.
    headers : tuple of tuple of str
        The lines of each column's header.
    """

    size: Size
    spec: tuple[str, ...]
    letters: tuple[str, ...]
    widths: tuple[float, ...]
    columns: tuple[float, ...]
    headers: tuple[tuple[str, ...], ...]

    def width_of(self, first: int, last: int) -> float:
        """Add up the widths of columns `first` to `last`, counted from 1, as at ten points."""
        gaps = 2 * self.size.separation * (last - first) / self.size.scale
        return ordered_sum(self.columns[first - 1 : last]) + gaps

    @property
    def padding(self) -> float:
        """Points that are left free to the right of a very narrow table."""
        return max(0.0, _NARROWEST_TABLE - self._width)

    @property
    def note_width(self) -> float:
        """Width of the notes, in points at the size of ten points."""
        return (self._width + self.padding) / _NOTE_SCALE

    @property
    def _width(self) -> float:
        return self.width_of(1, len(self.columns)) * self.size.scale


def blocks_of_columns(columns: Sequence[Column], content: FormattedTable) -> list[list[int]]:
    """Split columns that do not fit side by side; every block begins with the first column.

    There are as few blocks as can be, and where the columns allow it they are equally wide.
    """
    blocks = [[0]]
    for number in range(1, len(columns)):
        if len(blocks[-1]) > 1 and _sized(columns, content, [*blocks[-1], number]) is None:
            blocks.append([0])
        blocks[-1].append(number)
    cuts = np.array_split(np.arange(1, len(columns)), len(blocks))
    even = [[0, *map(int, cut)] for cut in cuts]
    return even if all(_sized(columns, content, block) for block in even) else blocks


def fitted(columns: Sequence[Column], content: FormattedTable, numbers: Sequence[int]) -> Fit:
    """Choose the largest size in which the columns fit, unwrapped if that can be."""
    size, widths = _sized(columns, content, numbers) or _forced(numbers)
    letters = tuple(alignment(columns[i])[0] for i in numbers)
    spec = tuple(
        f"p{{{width:.0f}pt}}" if width else letter
        for width, letter in zip(widths, letters, strict=True)
    )
    headers = tuple(
        tuple(
            lines_within(columns[i].header, width / size.scale)
            if width
            else _header_lines(columns[i], _content_width(content, i))
        )
        for i, width in zip(numbers, widths, strict=True)
    )
    whole = tuple(
        width / size.scale or max(_content_width(content, i), *map(latex_width, header))
        for i, width, header in zip(numbers, widths, headers, strict=True)
    )
    return Fit(size, spec, letters, tuple(widths), whole, headers)


def pages(heights: Sequence[float], title: str, notes: Sequence[str], fit: Fit) -> list[list[int]]:
    """Share out units of the body, so many lines high, so that at most a single one overflows."""
    head = max(map(len, fit.headers)) + 3
    caption = _CAPTION_LINE_HEIGHT * (
        2 + math.ceil(latex_width(title) / (fit.note_width * _NOTE_SCALE))
    )
    room = int((_TEXT_HEIGHT - caption) / fit.size.line_height) - head
    heights = [*heights[:-1], heights[-1] + _note_lines(notes, fit)]
    shared: list[list[int]] = [[]]
    used = 0.0
    for number, height in enumerate(heights):
        if shared[-1] and used + height > room:
            shared.append([])
            used = 0.0
        shared[-1].append(number)
        used += height
    return shared


def text_lines(text: str, width: float) -> int:
    """Estimate the lines a text takes in `width` points at ten points; 0 for no wrapping."""
    return max(1, math.ceil(1.1 * latex_width(text) / width)) if width else 1


def lines_within(text: str, width: float) -> list[str]:
    """Break a text between words into lines of at most `width` points (at ten points)."""
    lines: list[str] = [""]
    for word in breakable(text, width).split(" "):
        gap = " " if lines[-1] else ""
        for piece in word.split(ZERO_WIDTH_SPACE):
            longer = lines[-1] + gap + piece
            if not lines[-1] or latex_width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
            gap = ""
    return lines


def _note_lines(notes: Sequence[str], fit: Fit) -> int:
    """Lines of the body that the notes take the height of."""
    lines = sum(math.ceil(latex_width(note) / fit.note_width) for note in notes)
    return math.ceil(lines * _NOTE_LINE_HEIGHT / fit.size.line_height)


def _sized(
    columns: Sequence[Column], content: FormattedTable, numbers: Sequence[int]
) -> tuple[Size, list[float]] | None:
    """Find a size and wrapped widths in which these columns fit; None where there is none."""
    natural = [_natural_width(columns[i], content, i) for i in numbers]
    for size in _SIZES[:-1]:
        if ordered_sum(natural) * size.scale <= size.room(len(numbers)):
            return size, [0.0] * len(numbers)
    is_text = [columns[i].kind == "text" and alignment(columns[i]) == "left" for i in numbers]
    for most_lines, size in product(_MOST_LINES, _WRAPPED_SIZES):
        scaled = [width * size.scale for width in natural]
        widths = _wrapped(scaled, is_text, size.room(len(numbers)), most_lines)
        if widths is not None:
            return size, widths
    return None


def _wrapped(
    natural: Sequence[float], is_text: Sequence[bool], room: float, most_lines: float
) -> list[float] | None:
    """Share what the other columns leave among the text columns; 0 for columns left alone."""
    wide = [text and width > _NARROWEST for width, text in zip(natural, is_text, strict=True)]
    while True:
        left = room - ordered_sum(
            width for width, wraps in zip(natural, wide, strict=True) if not wraps
        )
        needed = ordered_sum(
            math.sqrt(width) for width, wraps in zip(natural, wide, strict=True) if wraps
        )
        if not needed:
            return [0.0] * len(natural) if left >= 0 else None
        share = [
            left * math.sqrt(width) / needed if wraps else 0.0
            for width, wraps in zip(natural, wide, strict=True)
        ]
        roomy = [
            wraps and part >= width for part, width, wraps in zip(share, natural, wide, strict=True)
        ]
        if not any(roomy):
            break
        wide = [wraps and not free for wraps, free in zip(wide, roomy, strict=True)]
    tight = any(
        wraps and (part < _NARROWEST or width / part > most_lines)
        for part, width, wraps in zip(share, natural, wide, strict=True)
    )
    return None if tight else share


def _forced(numbers: Sequence[int]) -> tuple[Size, list[float]]:
    """Wrap one or two columns too wide for any size, however many lines that takes."""
    size = _WRAPPED_SIZES[0]
    return size, [size.room(len(numbers)) / len(numbers)] * len(numbers)


def _natural_width(column: Column, content: FormattedTable, number: int) -> float:
    header = max(
        latex_width(line) for line in _header_lines(column, _content_width(content, number))
    )
    return max(header, _content_width(content, number))


def _content_width(content: FormattedTable, number: int) -> float:
    cells = [row[number] for _, rows in content.panels for row in rows]
    return max(
        (latex_width(line) + 4 * len(cell.marks) for cell in cells for line in cell.lines),
        default=30.0,
    )


def _header_lines(column: Column, width: float) -> list[str]:
    """Break a header so that it is hardly wider than what stands below it, or its longest word."""
    longest = max(latex_width(word) for word in visible(column.header).split(" "))
    return lines_within(column.header, max(width, min(longest, _WIDEST_WORD)))
