"""LaTeX of single characters, with what the fonts of a bare article class have."""

from __future__ import annotations

ZERO_WIDTH_SPACE = chr(0x200B)


def _command(name: str) -> str:
    return f"\\{name}{{}}"


def math(body: str) -> str:
    """Set as a formula within a line."""
    return f"${body}$"


def _typewriter(character: str) -> str:
    """Set a character in the typewriter font: the roman one has curly quotes in its place."""
    return "".join(["{", "\\ttfamily", "\\char", str(ord(character)), "}"])


ASCII = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "\\": _command("textbackslash"),
    "~": _command("textasciitilde"),
    "^": _command("textasciicircum"),
    **{character: math(character) for character in "<>|"},
    **{character: _typewriter(character) for character in '"`'},
}
# Two of these side by side are joined to another character.
JOINING = "-',`"

_SYMBOLS = {
    "×": "times", "÷": "div", "±": "pm", "≤": "leq", "≥": "geq", "≠": "neq", "≈": "approx",
    "∞": "infty", "→": "rightarrow", "←": "leftarrow", "↔": "leftrightarrow", "⇒": "Rightarrow",
    "√": "surd", "∑": "sum", "∂": "partial", "∈": "in", "∩": "cap", "∪": "cup", "∅": "emptyset",
    "·": "cdot", "•": "bullet", "«": "ll", "»": "gg", "¬": "neg",
}  # fmt: skip
_COMMANDS = {
    "…": "ldots", "§": "S", "¶": "P", "©": "copyright", "£": "pounds", "†": "dag", "‡": "ddag",
    "¿": "textquestiondown", "¡": "textexclamdown", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe",
    "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i",
}  # fmt: skip
_PLAIN = {
    "–": "--", "—": "---", "“": "``", "”": "''", "„": ",", "’": "'", "‚": ",", "⁄": "/",
    "®": "(R)", "€": "EUR", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "ə": "e", "Ə": "E", "ʻ": "'", "ʼ": "'", "ʿ": "'",
    "ʾ": "'",
}  # fmt: skip
SIGNS = {
    **{character: math("\\" + name) for character, name in _SYMBOLS.items()},
    **{character: _command(name) for character, name in _COMMANDS.items()},
    **_PLAIN,
    **{
        character: math(body)
        for character, body in (("−", "-"), ("‹", "<"), ("›", ">"), ("′", "'"))
    },
    **{character: math(f"^{power}") for power, character in enumerate("⁰¹²³")},
    "°": math("^" + "\\circ"),
    "‘": _typewriter("`"),
    chr(0xA0): "~",
    chr(0x202F): "~",
    chr(0xAD): "\\-",
    chr(0x2010): "-",
    chr(0x2011): "-",
    ZERO_WIDTH_SPACE: "\\penalty5000 \\hspace{0pt}",
}

ACCENTS = {
    0x300: "`", 0x301: "'", 0x302: "^", 0x303: "~", 0x304: "=", 0x306: "u", 0x307: ".", 0x308: '"',
    0x30A: "r", 0x30B: "H", 0x30C: "v", 0x323: "d", 0x327: "c", 0x331: "b",
}  # fmt: skip
BELOW = {"d", "c", "b"}
DOTLESS = {"i": "\\i", "j": "\\j"}

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "o", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "varsigma", "τ": "tau",
    "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Α": "A", "Β": "B",
    "Γ": "Gamma", "Δ": "Delta", "Ε": "E", "Ζ": "Z", "Η": "H", "Θ": "Theta", "Ι": "I", "Κ": "K",
    "Λ": "Lambda", "Μ": "M", "Ν": "N", "Ξ": "Xi", "Ο": "O", "Π": "Pi", "Ρ": "P", "Σ": "Sigma",
    "Τ": "T", "Υ": "Upsilon", "Φ": "Phi", "Χ": "X", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "'", "ы": "y", "ь": "'", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "i",
    "є": "ye", "ґ": "g", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz",
    "ѓ": "g", "ќ": "k", "ѕ": "dz",
}  # fmt: skip
