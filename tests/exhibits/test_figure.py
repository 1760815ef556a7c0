"""Writing figures, and the checks that every figure is held to."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from checks import clipped_texts, empty_axes, faults, shown_texts, text_overlaps, texts_on_marks
from made_up import HOSTILE
from matplotlib.figure import Figure as Drawing
from PIL import Image

from replication.exhibits.drawing.figure import Figure, nothing_to_show, write_figure
from replication.exhibits.drawing.layout import KeyEntry, axes_at, draw_key, key_height, packed
from replication.exhibits.drawing.style import (
    COLOURS,
    ink_on,
    shade,
    shortened,
    styled,
    text_width,
    wrapped,
)
from replication.exhibits.text import visible

SVG = "{http://www.w3.org/2000/svg}"


@styled()
def plain_drawing(text="A label"):
    drawing = Drawing(figsize=(3.5, 2))
    axes = axes_at(drawing, 0.5, 0.3, 2.8, 1.3)
    axes.plot([0, 1], [0, 1], marker="o")
    axes.text(0.05, 0.8, text)
    axes.set_xlabel("Years")
    return drawing


def plain_figure(name="figure_x", text="A label"):
    return Figure(
        name,
        "A title",
        "How to read it (N = 2).",
        "A line goes up from 0 to 1.",
        plain_drawing(text),
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for name in ("figure_x", "figure_y"):
        write_figure(plain_figure(name), folder)
    return folder


def test_pdf_embeds_its_fonts_as_truetype(written):
    pdf = (written / "figure_x.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf


def test_png_has_300_dots_an_inch(written):
    with Image.open(written / "figure_x.png") as image:
        assert image.size == (1050, 600)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_svg_keeps_text_and_says_what_it_shows(written):
    root = ET.parse(written / "figure_x.svg").getroot()
    assert root.get("role") == "img"
    assert [root[i].text for i in (0, 1)] == ["A title", "A line goes up from 0 to 1."]
    assert root.get("aria-labelledby") == root[0].get("id") == "figure_x-title"
    assert root.get("aria-describedby") == root[1].get("id")
    assert {"A label", "Years"} <= {element.text for element in root.iter(f"{SVG}text")}
    assert root.find(f".//{SVG}metadata") is None


def test_two_svgs_in_a_page_share_no_id_and_every_reference_is_met(written):
    ids = []
    for name in ("figure_x", "figure_y"):
        text = (written / f"{name}.svg").read_text(encoding="utf-8")
        own = re.findall(r'\sid="([^"]+)"', text)
        references = re.findall(r'href="#([^"]+)"|url[(]#([^)]+)[)]', text)
        assert {a or b for a, b in references} <= set(own)
        ids += own
    assert len(ids) == len(set(ids))


@styled()
def test_hostile_texts_are_shown_literally(tmp_path):
    """No formula, no warning (the test run turns warnings into errors), and the same text in the SVG."""
    texts = [visible(text) for text in HOSTILE]
    drawing = Drawing(figsize=(7, 4))
    for number, text in enumerate(texts):
        drawing.text(0.05, (number + 0.5) / len(texts), text)
    write_figure(Figure("figure_x", HOSTILE[2], HOSTILE[0], HOSTILE[0], drawing), tmp_path)
    root = ET.parse(tmp_path / "figure_x.svg").getroot()
    assert [element.text for element in root.iter(f"{SVG}text")] == texts
    assert root[1].text == HOSTILE[0]
    assert not list(root.iter(f"{SVG}script"))


def test_characters_without_a_glyph_are_boxes_in_print_only(tmp_path):
    figure = plain_figure(text="科特 a")
    write_figure(figure, tmp_path)
    assert figure.drawing.axes[0].texts[0].get_text() == "科特 a"
    assert "科特 a" in (tmp_path / "figure_x.svg").read_text(encoding="utf-8")


def test_a_figure_needs_words_and_a_safe_name():
    with pytest.raises(ValueError, match="caption"):
        Figure("x", "t", " ", "alt", plain_drawing())
    with pytest.raises(ValueError, match="small letters"):
        Figure("../x", "t", "c", "alt", plain_drawing())


def test_nothing_to_show_says_why():
    reason = "There is no case with a date to place on the time line. " * 4
    drawing = nothing_to_show(reason, 3.5)
    assert faults(drawing) == []
    assert " ".join(shown_texts(drawing)).split() == reason.split()


def test_texts_are_cut_and_wrapped_to_the_width_asked_for():
    text = "Somalia June-October 1993 and a longer name than fits"
    cut = shortened(text, 1.0, 6)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert 0.8 < text_width(cut, 6) <= 1.0
    assert shortened(text, 10, 6) == text
    lines = wrapped(text, 1.0, 6)
    assert " ".join(lines) == text
    assert max(text_width(line, 6) for line in lines) <= 1.0


def test_packed_stretches_never_touch():
    rng = np.random.default_rng(4)
    starts = rng.uniform(0, 10, 80)
    ends = starts + rng.uniform(0.2, 2, 80)
    rows = packed(starts, ends, 0.1)
    for row in set(rows):
        chosen = sorted((s, e) for s, e, r in zip(starts, ends, rows, strict=True) if r == row)
        assert all(b[0] - a[1] >= 0.1 - 1e-12 for a, b in pairwise(chosen))
    assert packed([0, 5, 1], [2, 6, 3], 0.1) == [0, 0, 1]


@styled()
def test_a_key_wraps_within_its_width():
    entries = [KeyEntry(f"Entry number {i}", "o", COLOURS[0]) for i in range(9)]
    height = key_height(entries, "Fill:", 2.0)
    drawing = Drawing(figsize=(2.2, height + 0.2))
    draw_key(drawing, 0.1, 0.1, 2.0, "Fill:", entries)
    assert height > 0.4
    assert faults(drawing) == []


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("highest", [1, 2, 3, 5])
def test_codes_keep_their_order_in_grey_and_digits_can_be_read(highest):
    shades = [shade(code, -highest, highest) for code in range(highest + 1)]
    steps = [luminance(colour) for colour in shades]
    assert all(a - b > 0.03 for a, b in pairwise(steps))
    both = [*shades, *(shade(-code, -highest, highest) for code in range(1, highest + 1))]
    assert all(contrast(colour, ink_on(colour)) >= 4.5 for colour in both)


# The checks themselves, on drawings with one fault each.


@styled()
def faulty(kind):
    drawing = plain_drawing("")
    axes = drawing.axes[0]
    if kind == "overlap":
        axes.text(0.3, 0.5, "one text")
        axes.text(0.35, 0.52, "another text")
    if kind == "clip":
        axes.text(0.9, 0.5, "a text that runs over the edge of the drawing")
    if kind == "mark":
        axes.text(0.4, 0.5, "a text on a mark", va="center")
        axes.plot([0.5], [0.5], marker="o")
    if kind == "empty":
        axes_at(drawing, 0.5, 1.7, 1, 0.1).set_axis_off()
    return drawing


def test_checks_find_what_is_wrong():
    assert text_overlaps(faulty("overlap")) == [("one text", "another text")]
    assert clipped_texts(faulty("clip")) == ["a text that runs over the edge of the drawing"]
    assert texts_on_marks(faulty("mark")) == ["a text on a mark"]
    assert empty_axes(faulty("empty")) == [1]
    assert faults(plain_drawing()) == []


@styled()
def test_overlap_of_turned_texts_is_that_of_their_boxes():
    drawing = Drawing(figsize=(3, 3))
    for place in (0.3, 0.36):
        drawing.text(
            place, 0.5, "a long text that is turned", rotation=45, ha="center", va="center", size=6
        )
    assert text_overlaps(drawing) == []
    drawing.text(
        0.33, 0.5, "a long text that is turned", rotation=45, ha="center", va="center", size=6
    )
    assert len(text_overlaps(drawing)) == 2
