"""Every rule by hand, and against the codes of the cases themselves."""

import pytest
import yaml
from comparative_data import BOOK, PREDICTIONS

from replication import paths
from replication.analyses.cases.predictions import CasePrediction, finding, read_predictions
from replication.date_ranges import date_range, days_between
from replication.specifications import SpecificationError

NONE = float("nan")
BEFORE = {
    "kind": "before", "first": "date_endorsement", "then": "date_action",
    "never": {"variable": "io_obtained", "codes": [0]},
}  # fmt: skip
SHARE = {
    "kind": "share",
    "part": "followon_us_troops",
    "whole": "followon_troops_total",
    "below": 0.5,
}
CONTRAST = {"kind": "contrast", "variable": "io", "actor": "military", "above": "state"}
CODE = {"kind": "code", "variable": "io_sought", "agrees": [3], "contradicts": [0, 1]}
UN = {"kind": "includes", "variable": "io_venue", "item": "UN"}


def verdict(rule, **case):
    return finding(CasePrediction("t", "o", "p", rule), case, BOOK).verdict


@pytest.mark.parametrize(
    ("endorsement", "action", "obtained", "expected"),
    [
        ("1992-12-03", "1992-12-09", 2, "agrees"),
        ("1992-12-09", "1992-12-09", 2, "agrees"),
        ("1992-12-10", "1992-12-09", 2, "contradicts"),
        ("1992-11-00", "1992-12-09", 2, "agrees"),
        ("1992-12-00", "1992-12-09", 2, "no evidence"),
        ("1993-00-00", "1992-12-09", 2, "contradicts"),
        (NONE, "1992-12-09", 0, "contradicts"),
        (NONE, "1992-12-09", 1, "no evidence"),
        ("1992-12-03", NONE, 2, "no evidence"),
    ],
)
def test_before(endorsement, action, obtained, expected):
    case = {"date_endorsement": endorsement, "date_action": action, "io_obtained": obtained}
    assert verdict(BEFORE, **case) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (40, 100, "agrees"), (50, 100, "contradicts"), (0, 100, "agrees"), (0, 0, "no evidence"),
        (NONE, 100, "no evidence"), (5_200, 5_000, "no evidence"),
    ],
)  # fmt: skip
def test_share(part, whole, expected):
    assert verdict(SHARE, followon_us_troops=part, followon_troops_total=whole) == expected


@pytest.mark.parametrize(
    ("military", "state", "expected"),
    [(1, 0, "agrees"), (1, 1, "mixed"), (0, 1, "contradicts"), (NONE, 1, "no evidence")],
)
def test_contrast(military, state, expected):
    assert verdict(CONTRAST, **{"military.io": military, "state.io": state}) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [(3, "agrees"), (2, "mixed"), (1, "contradicts"), (0, "contradicts"), (NONE, "no evidence")],
)
def test_code(code, expected):
    assert verdict(CODE, io_sought=code) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("UN;NATO", "agrees"),
        ("NATO", "contradicts"),
        ("none", "contradicts"),
        (NONE, "no evidence"),
    ],
)
def test_includes(listed, expected):
    assert verdict(UN, io_venue=listed) == expected


def test_shared_predictions_are_those_with_the_same_rule():
    shared = {(p.theory, p.observable) for p in PREDICTIONS.rows if PREDICTIONS.is_shared(p)}
    assert ("liability", "When does endorsement come?") in shared
    assert ("norms", "Who advocates endorsement?") in shared  # soft balancing asks State too
    assert ("liability", "Who advocates endorsement?") not in shared


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["predictions"][0].update(theory="magic"), "magic"),
        (lambda c: c["predictions"][0]["rule"].update(variable="military.wish"), "military.wish"),
        (lambda c: c["predictions"][0]["rule"].update(kind="guess"), "guess"),
        (lambda c: c["predictions"][0]["rule"].update(extra=1), "extra"),
        (lambda c: c["predictions"][0].pop("observable"), "observable"),
    ],
)
def test_bad_rows_are_named(change, message, tmp_path):
    content = yaml.safe_load((paths.SPECIFICATIONS / "predictions.yaml").read_text("utf-8"))
    change(content)
    file = tmp_path / "predictions.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(SpecificationError, match=message):
        read_predictions(file, BOOK)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2011-03-17", "2011-03-17", "2011-03-17"),
        ("2012-02-00", "2012-02-01", "2012-02-29"),
        ("2011-00-00", "2011-01-01", "2011-12-31"),
        ("1992-00-00 to 1995-02-00", "1992-01-01", "1995-02-28"),
    ],
)
def test_half_known_dates_are_ranges(text, first, last):
    found = date_range(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert date_range(NONE) is None


def test_days_between_ranges_enclose_every_pair_of_days():
    low, high = days_between(date_range("2011-03-00"), date_range("2011-04-02"))
    assert (low, high) == (2, 32)
