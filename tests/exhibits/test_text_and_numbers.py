"""Words and numbers of exhibits against values written out by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.exhibits.labels import Labels, estimator_label, spoken
from replication.exhibits.numbers import (
    fitting_digits,
    integer,
    interval,
    number,
    p_equals,
    p_value,
    signed,
)
from replication.exhibits.text import counted, listed, short_names, visible


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (1.005, 2, "1.01"), (-0.356, 2, "−0.36"), (-0.001, 2, "0.00"), (0.0, 1, "0.0"), (12, 0, "12"),
        (math.inf, 2, "∞"), (-math.inf, 2, "−∞"), (math.nan, 2, "–"), (None, 2, "–"), (pd.NA, 2, "–"),
        (1.5e300, 2, "1.5e+300"), (-2e6, 2, "−2e+06"), (np.float64(2.5), 1, "2.5"),
    ],
)  # fmt: skip
def test_number(value, digits, expected):
    assert number(value, digits) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0004, "<0.001"), (0.001, "0.001"), (0.04567, "0.046"), (1.0, "1.000"), (math.nan, "–")],
)
def test_p_value(value, expected):
    assert p_value(value) == expected


def test_p_value_with_its_letter():
    assert (p_equals(0.0400), p_equals(1e-9)) == ("p = 0.040", "p < 0.001")


def test_integers_are_never_rounded():
    assert [integer(v) for v in (3, np.int64(-2), 2.0, 2.5, None)] == ["3", "−2", "2", "2.5", "–"]
    assert [signed(v) for v in (2, 0, -1, pd.NA)] == ["+2", "0", "−1", "–"]


def test_small_numbers_get_a_third_digit():
    digits = fitting_digits(-0.09, -0.21, -0.0012)
    assert (number(-0.0012, digits), interval(-0.21, -0.0012, digits)) == (
        "−0.001",
        "[−0.210, −0.001]",
    )
    assert [
        fitting_digits(*v) for v in ((0.1, -2, 3), (0.1, None, math.inf), (math.nan, None), ())
    ] == [2, 2, 2, 2]


def test_interval():
    assert interval(-1.234, math.inf) == "[−1.23, ∞]"
    assert interval(math.nan, math.nan) == "–"
    assert interval(math.nan, 1.0, 1) == "[–, 1.0]"


@given(st.floats(allow_nan=False, min_value=-9e5, max_value=9e5), st.integers(0, 4))
def test_a_shown_number_reads_back_within_its_last_digit(value, digits):
    read = float(number(value, digits).replace("−", "-").replace(",", ""))
    # The difference of two large floats has noise of its own.
    assert abs(read - value) <= 0.5000001 * 10**-digits + 1e-12 * abs(value)


def test_visible_shows_that_something_unprintable_stood_there():
    parts = ["a", 0x00, "b", 0x1B, 0x202E, "c", 0xD800, "d", 0xFFFE, 0x09, "e", 0x0A, "f"]
    shown = visible("".join(part if isinstance(part, str) else chr(part) for part in parts))
    assert shown == "a?b??c?d? e f".replace("?", chr(0xFFFD))
    assert visible("שלום Côte 中文 <b> $x$ \\") == "שלום Côte 中文 <b> $x$ \\"


@given(st.text(st.characters(codec=None)))
def test_visible_text_has_utf8_and_stays_visible(text):
    shown = visible(text)
    assert shown.encode("utf-8").decode("utf-8") == visible(shown) == shown
    assert len(shown) == len(text)


def test_short_names_stay_distinct():
    titles = ["Kosovo 1999 (Allied Force)", "Iraq (north)", "Iraq (south)", "(all)", "Mali"]
    assert short_names(titles) == ["Kosovo 1999", "Iraq (north)", "Iraq (south)", "(all)", "Mali"]
    assert short_names([]) == []


def test_lists_and_counts_read_as_prose():
    assert [listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [counted(1, "case"), counted(0, "case"), counted(2, "family", "families")] == [
        "1 case", "0 cases", "2 families",
    ]  # fmt: skip


def test_labels_fall_back_to_words():
    labels = Labels(
        {"io_sought": "Endorsement sought"}, {"x": {2: "reserved: argued against parts"}}
    )
    assert labels.variable("io_sought") == "Endorsement sought"
    assert labels.variable("host_consent") == "Host consent"
    assert spoken("io_sought") == "IO sought"
    assert (labels.code("x", 2), labels.code("x", 7), labels.code("x", pd.NA)) == (
        "2 reserved",
        "7",
        "not known",
    )
    assert labels.scale("x") == "2 reserved"
    assert labels.term("military_opposition:burden>=2") == "Military opposition × Burden ≥ 2"
    assert (labels.term("const"), estimator_label("new_method")) == ("Constant", "New method")
