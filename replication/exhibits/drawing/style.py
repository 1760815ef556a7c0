"""One look for all figures: sizes, colours, type; and no setting of the user's machine in it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from matplotlib import font_manager, rc_context, rcParamsDefault
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.textpath import text_to_path

# Inches: one and two columns of a journal.
DOUBLE = 7.0

TEXT_SIZE = 7.6
SMALL = 7.1

INK = "#1a1a1a"
GREY = "#767676"
PALE = "#d9d9d9"
FAINT = "#f2f2f2"
# Okabe and Ito's colours, neighbours unlike in lightness too, each with a marker.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# From light to dark: codes keep their order in grey. Ends of two-sided scales differ in hue.
_RAMP = LinearSegmentedColormap.from_list("ramp", ["#f4f8fc", "#b9d3ea", "#5a97c8", "#0a4377"])
_BELOW = LinearSegmentedColormap.from_list("below", ["#f4f4f4", "#f0b27a", "#a84300"])

# The luminance that black and white stand out from equally well.
_EQUAL_CONTRAST = 0.179

_SKIP = {"backend", "backend_fallback", "interactive", "toolbar", "timezone", "date.epoch"}
_STYLE = {
    **{key: value for key, value in rcParamsDefault.items() if key not in _SKIP},
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "grid.color": PALE,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.0,
    "hatch.linewidth": 0.5,
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "svg.fonttype": "none",
    "svg.hashsalt": "exhibit",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save in this style, whatever matplotlibrc says; put ``@styled()`` on a function too.

    Texts are taken as they are: a dollar sign starts no formula. Characters that the font lacks
    give no warning; `replication.exhibits.drawing.figure` says what is shown for them.
    """
    with rc_context(_STYLE), warnings.catch_warnings():
        _ignore_missing_glyphs()
        yield


def shade(code: float, lowest: float, highest: float) -> str:
    """Colour of a code on its scale; on a scale that goes below zero, zero is the light middle."""
    if code < 0:
        return to_hex(_BELOW(code / lowest))
    return to_hex(_RAMP(code / highest if highest > 0 else 0.0))


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on `colour` (luminance as in WCAG 2)."""
    linear = [((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < _EQUAL_CONTRAST else INK


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width in inches of one line of text at `size` points."""
    return _width_at_100(text, weight) * size / 7200


@cache
def _width_at_100(text: str, weight: str) -> float:
    font = font_manager.FontProperties(family=["DejaVu Sans"], weight=weight, size=100)
    with warnings.catch_warnings():
        _ignore_missing_glyphs()
        return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]


def shortened(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Cut a text to as much of it as fits into `width` inches, with an ellipsis at its end."""
    if text_width(text, size, weight) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = text_width(text[:middle].rstrip() + "…", size, weight) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text between words into lines of at most `width` inches; longer words are cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else ""
        if longer and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, width, size, weight))
    return lines or [""]


def _ignore_missing_glyphs() -> None:
    warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
