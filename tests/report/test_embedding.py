"""Exhibits set into the page: kept apart from each other, and cleaned of all that runs or loads."""

import re
from xml.etree import ElementTree as ET

import pytest

from replication.report.embedding import drawing_markup, table_markup

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90pt" height="9pt" '
    'viewBox="0 0 90 9" onload="run()"><script>run()</script><metadata>when</metadata><foreignObject><p>x</p>'
    '</foreignObject><defs><style>*{stroke: red} @import "http://evil.example";</style><clipPath id="c">'
    '<rect width="1.23456" height="1"/></clipPath></defs><image href="http://evil.example/a.png"/>'
    '<image href="data:image/png;base64,AAAA"/><a href="javascript:run()"><text>gone</text></a>'
    '<g clip-path="url(#c)" style="fill: url(http://evil.example)"><path id="p" d="M 1.23456 2e-05 L -3.999 4"/>'
    '<use xlink:href="#p"/><use href="http://evil.example#p"/></g><text x="1">two  <tspan>words</tspan> here</text>'
    "</svg>"
)


def test_ids_and_references_carry_the_name_and_still_meet():
    root = ET.fromstring(drawing_markup(SVG, "figure01"))
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert ids == {"figure01-drawing", "figure01-c", "figure01-p"}
    text = ET.tostring(root, encoding="unicode")
    used = set(re.findall('(?:url[(]|href=["])#([^)"]+)', text))
    assert used == {"figure01-c", "figure01-p"}


def test_names_are_not_put_before_ids_that_have_them():
    once = str(drawing_markup(SVG, "figure01"))
    assert str(drawing_markup(once, "figure01")) == once


def test_nothing_runs_or_loads():
    text = str(drawing_markup(SVG, "figure01"))
    for trace in (
        "script",
        "onload",
        "evil",
        "javascript",
        "foreignObject",
        "metadata",
        "import",
        "gone",
    ):
        assert trace not in text
    assert "data:image/png;base64,AAAA" in text


def test_rules_of_a_drawing_stay_within_it():
    plain = SVG.replace('@import "http://evil.example";', "")
    assert "#figure01-drawing *{stroke: red}" in str(drawing_markup(plain, "figure01"))


def test_texts_keep_their_spaces_and_numbers_their_hundredths():
    root = ET.fromstring(drawing_markup(SVG, "figure01"))
    [text] = [e for e in root.iter() if e.tag.endswith("}text")]
    assert "".join(text.itertext()) == "two  words here"
    [path] = [e for e in root.iter() if e.tag.endswith("}path")]
    assert path.get("d") == "M 1.23 2e-05 L -4 4"
    assert root.get("viewBox") == "0 0 90 9"
    assert root.get("width") is None


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ('<table id="t" onclick="x"><tr><td colspan="2">a &amp; &lt;b&gt;</td></tr></table>',
         '<table id="t"><tr><td colspan="2">a &amp; &lt;b&gt;</td></tr></table>'),
        ("<td><script>run()</script><img src=x onerror=run()>left</td>", "<td>left</td>"),
        ("<td><style>*{}</style><a href='javascript:run()'>text</a></td>", "<td>text</td>"),
        ('<td class="right&quot;>">1<br>2<sup>a</sup></td>', '<td class="right&quot;&gt;">1<br>2<sup>a</sup></td>'),
    ],
)  # fmt: skip
def test_tables_keep_their_form_and_nothing_else(fragment, expected):
    assert str(table_markup(fragment)) == expected
