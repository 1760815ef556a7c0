"""What changed since the release, as the page words it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import interval, number, p_equals
from replication.tables import Row


@dataclass(frozen=True)
class ChangedEffect:
    """One headline effect, released and now.

    Attributes
    ----------
    old, new : tuple of str
        Estimate with interval, and p-value with N; empty where there is none.
    responsible : str
        The one change whose undoing moves the estimate most, with what it adds.
    moved : bool
        Whether the effect, as printed, is not the released one; an effect without a released one has moved.
    changes : tuple of Row
        Every change that touches the effect, with its contribution in words under ``contribution``.
    """

    model: str
    term: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    difference: str
    responsible: str
    note: str
    moved: bool
    changes: tuple[Row, ...]


def changed_effects(
    headline: Iterable[Row], changes: Sequence[Row], labels: Labels
) -> list[ChangedEffect]:
    """Put each effect's own changes beside it, in the order of the comparison."""
    return [_effect(row, changes, labels) for row in headline]


def _effect(row: Row, changes: Sequence[Row], labels: Labels) -> ChangedEffect:
    own = [c for c in changes if (c["model"], c["term"]) == (row["model"], row["term"])]
    added = f" ({_number(row['contribution'])})" if row["contribution"] else ""
    old, new = _estimate(row, "old"), _estimate(row, "new")
    return ChangedEffect(
        model=f"{row['model']} {row['label']}",
        term=labels.term(row["term"]),
        old=old,
        new=new,
        difference=_number(row["difference"]),
        responsible=f"{row['responsible']}{added}",
        note=row["note"],
        moved=old != new,
        changes=tuple({**c, "contribution": _number(c["contribution"])} for c in own),
    )


def _estimate(row: Row, state: str) -> tuple[str, ...]:
    if not row[f"estimate_{state}"]:
        return ()
    names = ("estimate", "conf_low", "conf_high", "p_value")
    estimate, low, high, p = (float(row[f"{name}_{state}"] or "nan") for name in names)
    return (
        f"{number(estimate)} {interval(low, high)}",
        f"{p_equals(p)}, N = {row[f'nobs_{state}']}",
    )


def _number(text: str) -> str:
    return number(float(text)) if text else ""
