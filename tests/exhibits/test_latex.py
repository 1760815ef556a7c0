"""Text in LaTeX: escapes that read back, and documents that compile and show the text literally."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import HOSTILE

from replication.exhibits.typesetting.latex import breakable, escape_latex, latex_width

# Here ¦ stands for the backslash.
READ_BACK = {
    "¦textbackslash{}": "¦", "¦textasciitilde{}": "~", "¦textasciicircum{}": "^", "$<$": "<", "$>$": ">",
    "$|$": "|", "{¦ttfamily¦char34}": '"', "{¦ttfamily¦char96}": "`",
    **{"¦" + character: character for character in "&%$#_{}"}, "{}": "",
}  # fmt: skip


def tex(text):
    return text.replace("¦", chr(92))


def compiles(body, folder, packages=""):
    """Text of the PDF that pdfLaTeX makes of `body` in a bare article class."""
    if not shutil.which("pdflatex") or not shutil.which("pdftotext"):
        pytest.skip("pdflatex or pdftotext is not installed")
    lines = ["¦documentclass{article}", packages, "¦begin{document}", body, "¦end{document}"]
    source = "\n".join(map(tex, lines))
    (folder / "doc.tex").write_text(source, encoding="utf-8")
    command = [
        "pdflatex",
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-no-shell-escape",
        "doc.tex",
    ]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = run.stdout.decode("utf-8", "replace")
    if "threeparttable.sty' not found" in log:
        pytest.skip("LaTeX's package threeparttable is not installed")
    assert run.returncode == 0, log[-2000:]
    text = subprocess.run(
        ["pdftotext", "-layout", "doc.pdf", "-"], cwd=folder, capture_output=True, check=True
    )
    return text.stdout.decode("utf-8"), log


def unescaped(latex):
    """Inverse of the escapes of printable ASCII, written independently."""
    tokens = {tex(token): tex(character) for token, character in READ_BACK.items()}
    pattern = re.compile("|".join(map(re.escape, tokens)))
    return pattern.sub(lambda match: tokens[match[0]], latex)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_printable_ascii_reads_back(text):
    assert unescaped(escape_latex(text)) == text


@given(st.text())
def test_every_text_becomes_ascii_with_balanced_braces(text):
    latex = escape_latex(text)
    assert latex.isascii()
    bare = re.sub(r"\\[{}]", "", latex)
    assert bare.count("{") == bare.count("}")


@given(st.text(st.characters(codec="utf-8")))
def test_control_characters_are_always_escaped(text):
    """Outside of math and of commands no character is left that LaTeX would act on."""
    latex = re.sub(r"\$[^$]*\$", "", re.sub(r"\\[&%$#_{}]", "", escape_latex(text)))
    latex = re.sub(r"""\\([a-zA-Z]+([{][}])?|["`'^~=.-])""", "", latex)
    assert not set(latex) & set("&%$#_^\\")


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("Côte d’Ivoire", "C¦^{o}te d'Ivoire"), ("Łódź", "¦L{}¦'{o}d¦'{z}"), ("naïve", 'na¦"{¦i}ve'),
        ("Владимир Щука", "Vladimir Shchuka"), ("β ≥ −2 ∞", "$¦beta$ $¦geq$ $-$2 $¦infty$"),
        ("中文 x", "[U+4E2D U+6587] x"), ("ą ế", "a ¦^{e}"), ("＆ﬁ½", "¦&fi1/2"), ("1999–2003", "1999--2003"),
        ("a--b", "a-{}-b"), ("–-", "--{}-"), ("''", "'{}'"), (f"a{chr(0)}b", "a[U+FFFD]b"), ("", ""),
    ],
)  # fmt: skip
def test_what_the_fonts_lack_is_spelled_out(text, latex):
    assert escape_latex(text) == tex(latex)


def test_long_words_may_break_without_a_hyphen():
    word = "Donaudampfschifffahrtsgesellschaft"
    assert breakable(f"a {word}", 1000) == f"a {word}"
    assert breakable(f"a {word}", 50).replace(chr(0x200B), "") == f"a {word}"
    assert latex_width(breakable(word, 50)) == latex_width(word)


def test_hostile_texts_are_printed_literally(tmp_path):
    accents = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿĀāĂăĆćČčĐđĒēĘęĚěĞğİıŁłŃńŇňŐőŒœŘřŚśŞşŠšŰűŹźŻż"
    signs = "×÷±≤≥≠≈∞→←↔⇒√∑∂∈∩∪∅·•°¹²³…“”„‘’‚«»‹›′¬⁄§¶©®£€†‡¿¡ΑΩαω"
    lines = [*HOSTILE, accents, signs, "~^\\{}_$%&#\"'`<>|[]* -- --- ,, ''"]
    body = (2 * "\n").join("¦noindent " + escape_latex(line) for line in lines)
    text, _ = compiles(body, tmp_path)
    flat = re.sub(r"\s+", "", text)
    for literal in ("<script>alert(’x’)</script>", "\\input{/etc/passwd}100%&$x", "\\end{tabular}",
                    '=HYPERLINK("http://x","y")', "../../etc/passwd", "[x]*first", "[U+79D1U+7279"):  # fmt: skip
        assert re.sub(r"\s+", "", literal) in flat


def test_the_estimate_of_a_width_is_a_little_more_than_the_width(tmp_path):
    texts = [
        "Military opposition",
        "[−1.23, 12.34]",
        "Central African Republic 2013",
        "G.H.W. Bush",
        "<0.001",
    ]
    boxes = (
        f"¦setbox0=¦hbox{{{escape_latex(text)}}}¦message{{WIDTH ¦the¦wd0 END}}" for text in texts
    )
    _, log = compiles(f"x {' '.join(boxes)}", tmp_path)
    widths = [float(w) for w in re.findall(r"WIDTH ([0-9.]+)pt", log.replace("\n", " "))]
    assert len(widths) == len(texts)
    for text, width in zip(texts, widths, strict=True):
        assert width * 0.98 <= latex_width(text) <= width * 1.3, text
