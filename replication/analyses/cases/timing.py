"""Request, endorsement and action in time; whether endorsement comes earlier under high opposition."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from replication.date_ranges import (
    DateRange,
    date_range,
    days_between,
    known_range,
)
from replication.estimators.interval_ranks import EarlierTest, earlier_test
from replication.registry import MAIN_SAMPLE

OPPOSITION, HIGH = "military_opposition", 2
# How an event stands to the first action.
BEFORE, SAME_DAY, AFTER, OPEN, NONE_CAME, UNDATED, NO_ACTION = (
    "before", "same day", "after", "days leave it open", "none came", "not dated", "no action",
)  # fmt: skip
EVENTS = {"request": "date_first_request", "endorsement": "date_endorsement"}
# The code that says whether an event came at all, and its value where it did not.
_CAME = {"request": "io_sought", "endorsement": "io_obtained"}


class OrderQuestion(NamedTuple):
    """One test: which event, from which code on it counts as having come, and on which cases.

    Where `came_only` holds, cases where it never came are left out: what remains is about when it
    came, no longer about whether.
    """

    test: str
    event: str
    least: int
    came_only: bool


QUESTIONS = (
    OrderQuestion("endorsement, partial or explicit", "endorsement", 1, came_only=False),
    OrderQuestion("endorsement, where one came", "endorsement", 1, came_only=True),
    OrderQuestion("explicit endorsement", "endorsement", 2, came_only=False),
    OrderQuestion("first request", "request", 1, came_only=False),
    OrderQuestion("first request, where one came", "request", 1, came_only=True),
)


def time_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """Days of each event relative to the first action, as ranges.

    Where no force was sent the decision stands for the action (`reference` says so).

    Returns
    -------
    DataFrame
        One row for each case and event (`request`, `endorsement`, `action`) with the date as
        written, ``low`` and ``high`` days after the first day that the reference may stand for
        (negative: before), and for the first two ``days_low`` and ``days_high`` from the event to
        the action and ``order`` in words.
    """
    rows = [row for case in cases.to_dict("records") for row in _case_rows(case)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def timing_tests(cases: pd.DataFrame) -> pd.DataFrame:
    """Test whether an event comes earlier relative to action under high military opposition.

    Interventions with a dated action. Where the event never came it is later than all that came
    (see `earlier_test`); where it came but is not dated the case is left out. A date decides before
    the code does, except where only explicit endorsement counts. One row a question, with medians
    of the days before action among events that came on known days.
    """
    known = cases[
        (cases["sample"] == MAIN_SAMPLE) & cases[OPPOSITION].notna() & cases["date_action"].notna()
    ]
    return pd.DataFrame([_test(question, known) for question in QUESTIONS], columns=_TEST_COLUMNS)


_KEYS = ["case_id", "case_title", "sample", "recchia_case", OPPOSITION, "io_sought", "io_obtained"]
_COLUMNS = [
    *_KEYS, "reference", "event", "date", "low", "high", "days_low", "days_high", "order",
]  # fmt: skip
_TEST_COLUMNS = [
    "test", "n_left_out", "n_never_high", "n_never_low", "median_days_high", "median_days_low",
    *EarlierTest.__dataclass_fields__,
]  # fmt: skip


def _case_rows(case: dict[str, Any]) -> list[dict[str, Any]]:
    action = date_range(case["date_action"])
    reference = action or known_range(case["decision_date"])
    keys = {key: case[key] for key in _KEYS}
    keys["reference"] = "action" if action else "decision"
    rows = []
    for event, column in (*EVENTS.items(), ("action", "date_action")):
        when = date_range(case[column])
        row = {**keys, "event": event, "date": case[column]}
        if when:
            row["low"] = (when.first - reference.first).days
            row["high"] = (when.last - reference.first).days
        if event in EVENTS:
            row |= _order(event, when, action, case)
        rows.append(row)
    return rows


def _order(
    event: str, when: DateRange | None, action: DateRange | None, case: dict[str, Any]
) -> dict[str, Any]:
    if when is None:
        return {"order": NONE_CAME if case[_CAME[event]] == 0 else UNDATED}
    if action is None:
        return {"order": NO_ACTION}
    low, high = days_between(when, action)
    order = BEFORE if low >= 0 else AFTER if high < 0 else OPEN
    if low == high == 0:
        order = SAME_DAY
    return {"days_low": low, "days_high": high, "order": order}


def _test(question: OrderQuestion, cases: pd.DataFrame) -> dict[str, Any]:
    low, high = _times(question, cases)
    left_out = np.isnan(low) | (np.isinf(low) & question.came_only)
    opposed = (cases[OPPOSITION] >= HIGH).to_numpy(dtype=bool)
    low, high, opposed = low[~left_out], high[~left_out], opposed[~left_out]
    never = np.isinf(low)
    known = ~never & (low == high)
    return {
        "test": question.test,
        "n_left_out": int(left_out.sum()),
        "n_never_high": int((never & opposed).sum()),
        "n_never_low": int((never & ~opposed).sum()),
        "median_days_high": _median(-low[known & opposed]),
        "median_days_low": _median(-low[known & ~opposed]),
        **vars(earlier_test(low, high, opposed)),
    }


def _times(question: OrderQuestion, cases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Days from action to event; infinite where it never came, NaN where it came undated."""
    pairs = []
    for case in cases.to_dict("records"):
        when, code = date_range(case[EVENTS[question.event]]), case[_CAME[question.event]]
        if (when is None or question.least > 1) and not pd.isna(code) and code < question.least:
            pairs.append((np.inf, np.inf))
        elif when is None:
            pairs.append((np.nan, np.nan))
        else:
            pairs.append(days_between(known_range(case["date_action"]), when))
    low, high = np.array(pairs, dtype=float).reshape(-1, 2).T
    return low, high


def _median(days: np.ndarray) -> float:
    return float(np.median(days)) if len(days) else np.nan
