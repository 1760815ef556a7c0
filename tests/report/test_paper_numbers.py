"""Numbers of the prose: how they are shown, what a missing one says, and the list of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.report.paper_numbers import entries, numbers_table, shown_numbers
from replication.report.paper_results import FoundRow
from replication.report.paper_source import Call, calls

ROW = {
    "estimate": "1.5449", "conf_low": "0.1433", "conf_high": "3.4933", "p_value": "0.0287",
    "share": "0.955", "nobs": "22", "title": "Haiti 1994", "small": "-0.004", "note": "",
}  # fmt: skip
NONE = dict.fromkeys(ROW, "") | {"note": "the data are separated"}


class Made:
    """Rows by key, as `Results` gives them."""

    def __init__(self, rows):
        self._rows = rows

    def row(self, key):  # noqa: D102 - as in Results
        if key not in self._rows:
            raise KeyError(f"there is no {key!r}")
        return FoundRow(self._rows[key], "output/estimates.csv")

    def cell(self, key):  # noqa: D102 - as in Results
        of_row, _, column = key.rpartition(".")
        row = self.row(of_row).row
        if column not in row:
            raise KeyError(f"{column!r} is no column")
        return row[column], "" if row[column] else row["note"], "output/estimates.csv"

    def absence(self, key):  # noqa: D102 - as in Results
        if "typo" in key:
            raise KeyError(f"typo in {key!r}")
        return f"no result for {key!r}", "output/estimates.csv"


MADE = Made({"A.r": ROW, "A.none": NONE})


def entry(form, key):
    return entries([Call(form, key, 7)], MADE)[0]


@pytest.mark.parametrize(
    ("form", "key", "text"),
    [
        ("n", "A.r.estimate", "1.54"),
        ("n1", "A.r.estimate", "1.5"),
        ("n", "A.r.small", "0.00"),
        ("int", "A.r.nobs", "22"),
        ("p", "A.r", "p~=~0.029"),
        ("p", "A.r.p_value", "p~=~0.029"),
        ("pct", "A.r.share", "96~%"),
        ("points", "A.r.share", "96"),
        ("points", "A.r", "154"),
        ("ci", "A.r", "0.14 to 3.49"),
        ("est", "A.r", "1.54 [0.14, 3.49]"),
        ("ame", "A.r", "+154 [+14, +349]"),
        ("pv", "A.r.p_value", "0.029"),
        ("odds", "A.r", "4.69"),
        ("t", "A.r.title", "Haiti 1994"),
    ],
)
def test_forms(form, key, text):
    made = entry(form, key)
    assert made.text.replace(chr(0x2212), "-").replace(chr(0xA0), "~") == text
    assert made.reason == ""


@pytest.mark.parametrize("form", ["n", "p", "ci", "est", "odds", "t", "pct", "int"])
def test_a_missing_value_is_a_dash_with_its_reason(form):
    key = "A.none" if form in ("p", "ci", "est", "odds") else "A.none.estimate"
    made = entry(form, key)
    assert made.text == chr(0x2013)
    assert made.reason == "the data are separated"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("A.r.p_value < 0.05", "yes"),
        ("A.r.p_value < 0.01", "no"),
        ("A.r.p_value < 0.01 or A.r.nobs >= 22", "yes"),
        ("A.r.p_value < 0.05 and A.r.nobs > 22", "no"),
        ("A.r.conf_low > A.r.small", "yes"),
        ("A.r.nobs == 22", "yes"),
        ("A.r.title == Haiti 1994", "yes"),
        ("A.none.p_value < 0.05", "missing"),
        ("A.r.nobs > 1 and A.none.p_value < 0.05", "missing"),
    ],
)
def test_conditions(condition, told):
    assert entry("when", condition).text == told


# Numbers nearer than the tolerance of comparisons count as equal, and are left to the tests of that.
_APART = st.floats(-50, 50).map(lambda value: round(value, 6))


@given(_APART, _APART)
def test_conditions_compare_as_numbers_do(left, right):
    two = Made({"A.r": {"x": repr(left), "y": repr(right), "note": ""}})
    for sign, truth in (
        ("<", left < right),
        (">", left > right),
        ("<=", left <= right),
        (">=", left >= right),
    ):
        made = entries([Call("when", f"A.r.x {sign} A.r.y", 1)], two)[0]
        assert made.text == ("yes" if truth else "no")


@given(st.floats(0, 1), st.floats(-5, 5), st.floats(-5, 5))
def test_shown_intervals_keep_to_the_values(p, low, high):
    row = {"conf_low": repr(low), "conf_high": repr(high), "p_value": repr(p), "note": ""}
    shown = entries([Call("ci", "A.r", 1)], Made({"A.r": row}))[0].text.replace(chr(0x2212), "-")
    first, last = (float(part) for part in shown.split(" to "))
    assert math.isclose(first, low, abs_tol=0.0051)
    assert math.isclose(last, high, abs_tol=0.0051)


def test_a_wrong_key_names_key_and_line():
    lines = ["One.", "", 'Two #n("A.r.estimate") and', '#n("A.q.estimate").']
    with pytest.raises(KeyError, match=r"paper[.]typ, line 4: 'A.q.estimate': there is no 'A.q'"):
        entries(calls("\n".join(lines)), MADE)


def test_a_value_that_is_no_number_names_key_and_line():
    with pytest.raises(ValueError, match=r"paper[.]typ, line 7: 'A.r.title'"):
        entry("pct", "A.r.title")


def test_the_list_holds_every_number_once_with_all_its_lines():
    lines = (
        '#n("A.r.estimate") #int("A.r.nobs")',
        '#n("A.r.estimate") #when("A.r.nobs > 3")[#n("A.none.estimate")][]',
    )
    source = "\n".join(lines)
    made = entries(calls(source), MADE)
    table = numbers_table(made)
    assert list(table["lines"]) == ["1;2", "1", "2", "2"]
    assert list(table["value"]) == ["1.5449", "22", "22", ""]
    assert set(table["file"]) == {"output/estimates.csv"}
    shown = shown_numbers(made)
    assert shown["n A.r.estimate"] == {"text": "1.54", "reason": ""}
    assert shown["when A.r.nobs > 3"]["text"] == "yes"


@pytest.mark.parametrize("form", ["n", "p", "est", "t"])
def test_absence_is_declared_where_the_key_is_used(form):
    """Without the mark an absent result stops the program; with it a dash and its reason are shown."""
    with pytest.raises(KeyError, match="there is no"):
        entry(form, "B.r.estimate")
    made = entry(form, "B.r.estimate?")
    assert (made.text, made.value) == (chr(0x2013), "")
    assert made.reason == "no result for 'B.r.estimate'"
    with pytest.raises(KeyError, match="typo"):
        entry(form, "typo.r.estimate?")


def test_a_declared_key_that_has_a_result_shows_it():
    assert entry("n", "A.r.estimate?").text == entry("n", "A.r.estimate").text
    assert entry("when", "A.r.estimate? > 1").text == "yes"
    assert entry("when", "B.r.estimate? > 1").text == "missing"
