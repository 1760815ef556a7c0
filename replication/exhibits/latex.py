"""Any text as LaTeX that pdfLaTeX sets with nothing but its own fonts and a bare article class."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from replication.exhibits.text import visible

ZERO_WIDTH_SPACE = chr(0x200B)

_ASCII = {
    "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "{": "\\{", "}": "\\}",
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "$<$", ">": "$>$", "|": "$|$", '"': "{\\ttfamily\\char34}", "`": "{\\ttfamily\\char96}",
}  # fmt: skip
# Two of these side by side are joined to another character.
_JOINING = "-',`"

_SIGNS = {
    "–": "--", "—": "---", "−": "$-$", "×": "$\\times$", "÷": "$\\div$", "±": "$\\pm$", "≤": "$\\leq$",
    "≥": "$\\geq$", "≠": "$\\neq$", "≈": "$\\approx$", "∞": "$\\infty$", "→": "$\\rightarrow$",
    "←": "$\\leftarrow$", "↔": "$\\leftrightarrow$", "⇒": "$\\Rightarrow$", "√": "$\\surd$",
    "∑": "$\\sum$", "∂": "$\\partial$", "∈": "$\\in$", "∩": "$\\cap$", "∪": "$\\cup$", "∅": "$\\emptyset$",
    "·": "$\\cdot$", "•": "$\\bullet$", "°": "$^{\\circ}$", "¹": "$^{1}$", "²": "$^{2}$", "³": "$^{3}$",
    "…": "\\ldots{}", "“": "``", "”": "''", "„": ",", "‘": "{\\ttfamily\\char96}", "’": "'", "‚": ",",
    "«": "$\\ll$", "»": "$\\gg$", "‹": "$<$", "›": "$>$", "′": "$'$", "¬": "$\\neg$", "⁄": "/",
    "§": "\\S{}", "¶": "\\P{}", "©": "\\copyright{}", "®": "(R)", "£": "\\pounds{}", "€": "EUR",
    "†": "\\dag{}", "‡": "\\ddag{}", "¿": "\\textquestiondown{}", "¡": "\\textexclamdown{}",
    "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}", "œ": "\\oe{}", "Œ": "\\OE{}", "ø": "\\o{}", "Ø": "\\O{}",
    "ł": "\\l{}", "Ł": "\\L{}", "ı": "\\i{}", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "ə": "e", "Ə": "E", "ʻ": "'", "ʼ": "'", "ʿ": "'", "ʾ": "'",
    chr(0xA0): "~", chr(0x202F): "~", chr(0xAD): "\\-", chr(0x2010): "-", chr(0x2011): "-",
    ZERO_WIDTH_SPACE: "\\penalty5000 \\hspace{0pt}",
}  # fmt: skip

_ACCENTS = {
    0x300: "`", 0x301: "'", 0x302: "^", 0x303: "~", 0x304: "=", 0x306: "u", 0x307: ".", 0x308: '"',
    0x30A: "r", 0x30B: "H", 0x30C: "v", 0x323: "d", 0x327: "c", 0x331: "b",
}  # fmt: skip
_BELOW = {"d", "c", "b"}
_DOTLESS = {"i": "\\i", "j": "\\j"}

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi o pi rho sigma varsigma "
        "tau upsilon phi chi psi omega A B Gamma Delta E Z H Theta I K Lambda M N Xi O Pi P Sigma T Upsilon "
        "Phi X Psi Omega".split(),
        strict=True,
    )
)
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџѓќѕ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya i i ye g u j lj nj c dj dz "
        "g k dz".split(),
        strict=True,
    )
)


def escape_latex(text: object) -> str:
    """Text that LaTeX sets literally, whatever it holds.

    LaTeX's own control characters are escaped. Latin letters keep the accents that the old text
    encoding (OT1) has; other accents are dropped. Letters it lacks and Cyrillic are transliterated,
    Greek letters are set as symbols. Of every other script the code points are printed, as in
    ``[U+4E2D U+6587]``: nothing of a name is lost without a trace, and nothing stops LaTeX.
    """
    joined = ""
    for piece in _pieces(unicodedata.normalize("NFC", visible(text))):
        if joined and joined[-1] in _JOINING and piece[0] == joined[-1]:
            joined += "{}"
        joined += piece
    return joined


def latex_width(text: object) -> float:
    """Rough width of a text in points when set in LaTeX's ten-point roman, a little too wide."""
    pieces = _pieces(unicodedata.normalize("NFC", visible(text)))
    return sum(_piece_width(piece) for piece in pieces)


def breakable(text: object, width: float) -> str:
    """Text in which a word wider than `width` points (at ten points) may be broken, without a hyphen."""
    return " ".join(
        word if latex_width(word) <= width else ZERO_WIDTH_SPACE.join(_chunks(word, 4))
        for word in visible(text).split(" ")
    )


def _chunks(word: str, size: int) -> list[str]:
    return [word[i : i + size] for i in range(0, len(word), size)]


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
    if character in _ASCII:
        return _ASCII[character]
    if character.isascii():
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    if character.lower() in _CYRILLIC:
        latin = _CYRILLIC[character.lower()]
        return latin if character.islower() else latin.capitalize()
    base, *marks = unicodedata.normalize("NFD", character)
    if base in _GREEK:
        name = _GREEK[base]
        return f"$\\{name}$" if len(name) > 1 else name
    if marks and base.isascii() and base.isalpha():
        return _accented(base, ord(marks[0]))
    if unicodedata.category(character) in {"Mn", "Cf"}:
        return ""
    return _compatible(character)


def _accented(base: str, mark: int) -> str:
    accent = _ACCENTS.get(mark)
    if accent is None:
        return base
    letter = base if accent in _BELOW else _DOTLESS.get(base, base)
    return f"\\{accent}{{{letter}}}"


def _compatible(character: str) -> str | None:
    """Spaces, ligatures, full-width and styled letters by what they stand for."""
    plain = unicodedata.normalize("NFKC", character)
    if plain == character:
        return None
    pieces = [_piece(part) for part in plain]
    return None if None in pieces else "".join(pieces)


def _piece_width(piece: str) -> float:
    if piece.startswith("[U+"):
        return 5.5 * len(piece)
    if len(piece) == 1:
        return _letter_width(piece)
    if piece == _SIGNS[ZERO_WIDTH_SPACE]:
        return 0.0
    return 8.0 if piece.startswith("$") else max(6.0, 5.0 * piece.isalpha() * len(piece))


def _letter_width(letter: str) -> float:
    if letter in "ijl.,:;'!()[]/ I-":
        return 3.9
    if letter in "mwMW@+=":
        return 8.6
    return 7.2 if letter.isupper() else 5.2
