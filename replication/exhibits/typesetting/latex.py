"""Any text as LaTeX that pdfLaTeX sets with nothing but its own fonts and a bare article class."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from replication.exhibits.text import visible
from replication.exhibits.typesetting.latex_characters import (
    ACCENTS,
    ASCII,
    BELOW,
    CYRILLIC,
    DOTLESS,
    GREEK,
    JOINING,
    SIGNS,
    ZERO_WIDTH_SPACE,
    math,
)
from replication.ordered_sums import ordered_sum

# Points in ten-point Computer Modern Roman, rounded up; other small letters 5.6, capitals 7.6.
_WIDTHS = (
    (2.8, "ijl.,:;'!"),
    (3.4, "f /-"),
    (4.0, "rst()[]I"),
    (4.5, "ceaz"),
    (5.1, "0123456789goqy?"),
    (8.4, "mwM@+="),
    (10.3, "W"),
)


def escape_latex(text: object) -> str:
    """Turn any text into LaTeX that sets it literally.

    LaTeX's own control characters are escaped. Latin letters keep the accents that the old text
    encoding (OT1) has; other accents are dropped. Letters it lacks and Cyrillic are transliterated,
    Greek letters are set as symbols. Of every other script the code points are printed, as in
    ``[U+4E2D U+6587]``: nothing of a name is lost without a trace, and nothing stops LaTeX.
    """
    joined = ""
    for piece in _pieces(unicodedata.normalize("NFC", visible(text))):
        if joined and joined[-1] in JOINING and piece[0] == joined[-1]:
            joined += "{}"
        joined += piece
    return joined


def latex_width(text: object) -> float:
    """Estimate the width of a text in points in LaTeX's ten-point roman, a little too wide."""
    pieces = _pieces(unicodedata.normalize("NFC", visible(text)))
    return ordered_sum(_piece_width(piece) for piece in pieces)


def breakable(text: object, width: float) -> str:
    """Let words wider than `width` points (at ten points) be broken, without a hyphen."""
    return " ".join(
        word
        if latex_width(word) <= width
        else ZERO_WIDTH_SPACE.join(word[i : i + 4] for i in range(0, len(word), 4))
        for word in visible(text).split(" ")
    )


def _pieces(text: str) -> Iterator[str]:
    codes: list[str] = []
    for character in text:
        piece = _piece(character)
        if piece is None:
            codes.append(f"U+{ord(character):04X}")
            continue
        if codes:
            yield f"[{' '.join(codes)}]"
            codes = []
        if piece:
            yield piece
    if codes:
        yield f"[{' '.join(codes)}]"


def _piece(character: str) -> str | None:
    """LaTeX of one character; None where only its code point can be shown."""
    if character in ASCII or character in SIGNS:
        return ASCII.get(character) or SIGNS[character]
    if character.isascii():
        return character
    if character.lower() in CYRILLIC:
        latin = CYRILLIC[character.lower()]
        return latin if character.islower() else latin.capitalize()
    return _decomposed(character)


def _decomposed(character: str) -> str | None:
    base, *marks = list(unicodedata.normalize("NFD", character))
    if base in GREEK:
        name = GREEK[base]
        return math("\\" + name) if len(name) > 1 else name
    if marks and base.isascii() and base.isalpha():
        return _accented(base, ord(marks[0]))
    return "" if unicodedata.category(character) in {"Mn", "Cf"} else _compatible(character)


def _accented(base: str, mark: int) -> str:
    accent = ACCENTS.get(mark)
    if accent is None:
        return base
    letter = base if accent in BELOW else DOTLESS.get(base, base)
    return f"\\{accent}{{{letter}}}"


def _compatible(character: str) -> str | None:
    """Spaces, ligatures, full-width and styled letters by what they stand for."""
    plain = unicodedata.normalize("NFKC", character)
    if plain == character:
        return None
    pieces = [piece for part in plain if (piece := _piece(part)) is not None]
    return "".join(pieces) if len(pieces) == len(plain) else None


def _piece_width(piece: str) -> float:
    if piece.startswith("[U+"):
        return 5.5 * len(piece)
    if len(piece) == 1:
        return _letter_width(piece)
    if piece == SIGNS[ZERO_WIDTH_SPACE]:
        return 0.0
    return 8.0 if piece.startswith("$") else max(6.0, 5.0 * piece.isalpha() * len(piece))


def _letter_width(letter: str) -> float:
    for width, letters in _WIDTHS:
        if letter in letters:
            return width
    return 7.6 if letter.isupper() else 5.6
