"""A figure with its words, and writing it as .pdf, .png and .svg."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from matplotlib import font_manager, get_data_path
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from replication.exhibits.drawing.style import DOUBLE, TEXT_SIZE, styled, wrapped
from replication.exhibits.drawing.svg import finished_svg
from replication.exhibits.text import visible
from replication.exhibits.typesetting.table_parts import check_name
from replication.files import write_bytes, write_text

_BOX = chr(0x25A1)


@dataclass(frozen=True)
class Figure:
    """A drawing and what is said about it.

    Attributes
    ----------
    name : str
        File name without suffix, of small letters, digits and underscores.
    title : str
        What it is about, without a full stop.
    caption : str
        How to read it, with the number of cases.
    alt : str
        What it shows, for a reader who does not see it, with the numbers that matter.
    drawing : matplotlib.figure.Figure
        Made inside `styled`; sized in inches for print.

    Raises
    ------
    ValueError
        For a bad name, or where title, caption or alt say nothing.
    """

    name: str
    title: str
    caption: str
    alt: str
    drawing: Drawing

    def __post_init__(self) -> None:
        """Refuse a figure that some readers would get nothing from."""
        check_name(self.name)
        silent = [part for part in ("title", "caption", "alt") if not getattr(self, part).strip()]
        if silent:
            raise ValueError(f"figure {self.name}: {', '.join(silent)} must not be empty")


def write_figure(figure: Figure, folder: Path) -> None:
    """Write ``<name>.pdf``, ``<name>.png`` (300 dpi) and ``<name>.svg`` into `folder`.

    The same drawing gives the same bytes. Fonts are embedded in the .pdf. The .svg keeps text as
    text, has title and description, ids that begin with the figure's name, and can be set into a
    page as it is. A character that DejaVu Sans lacks (Chinese, Ethiopic, Devanagari) is shown as a
    white square in .pdf and .png, and as itself in .svg, where the reader's fonts serve it.
    """
    with styled():
        svg = _saved(
            figure.drawing, "svg", {"Creator": None, "Date": None, "Format": None, "Type": None}
        )
        write_text(
            folder / f"{figure.name}.svg", finished_svg(svg, figure.name, figure.title, figure.alt)
        )
        with _drawable_texts(figure.drawing):
            words = {
                "Title": visible(figure.title),
                "Creator": None,
                "Producer": None,
                "CreationDate": None,
            }
            write_bytes(folder / f"{figure.name}.pdf", _saved(figure.drawing, "pdf", words))
            write_bytes(
                folder / f"{figure.name}.png", _saved(figure.drawing, "png", {"Software": None})
            )


@styled()
def nothing_to_show(reason: str, width: float = DOUBLE) -> Drawing:
    """Give a drawing that says in words why there is nothing in it."""
    lines = wrapped(visible(reason), width - 0.6, TEXT_SIZE)
    drawing = Drawing(figsize=(width, 0.5 + 0.14 * len(lines)))
    drawing.text(0.5, 0.5, "\n".join(lines), ha="center", va="center", style="italic")
    return drawing


def _saved(drawing: Drawing, suffix: str, metadata: dict[str, str | None]) -> bytes:
    buffer = BytesIO()
    drawing.savefig(buffer, format=suffix, metadata=metadata)
    return buffer.getvalue()


@contextmanager
def _drawable_texts(drawing: Drawing) -> Iterator[None]:
    """For a while, put squares for characters without a glyph."""
    originals = {text: text.get_text() for text in drawing.findobj(Text)}
    try:
        for text, original in originals.items():
            text.set_text(
                "".join(c if c == "\n" or ord(c) in _glyphs() else _BOX for c in original)
            )
        yield
    finally:
        for text, original in originals.items():
            text.set_text(original)


@cache
def _glyphs() -> frozenset[int]:
    font = font_manager.get_font(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    return frozenset(font.get_charmap())
