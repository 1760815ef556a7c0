"""What the paper's prose says of the waves of research, from what waves.yaml says of each."""

from __future__ import annotations

from collections.abc import Sequence

from replication.analyses.measurement.waves import EVERY_CELL, EVERY_WAVE, LATER
from replication.exhibits.text import listed
from replication.precision import percent
from replication.tables import Row, Rows


def wave_summaries(contents: Rows, agreement: Rows) -> dict[str, Row]:
    """Name the waves chosen when estimates existed, with their cases and how far their passes agree.

    Returns
    -------
    dict
        ``late`` has n (cases of these waves), named, n_agreement (waves with an agreement) and agreement, ``unplaced``
        has n (cases that no wave names).
    """
    late = [row for row in contents if row["after_estimates"] == "1"]
    agreed = {
        row["wave"]: f"{percent(float(row['agreement']))} %"
        for row in agreement
        if row["variable"] == EVERY_CELL and row["agreement"]
    }
    unplaced = next((row["n_cases"] for row in contents if row["wave"] == LATER), "0")
    return {
        "late": {
            "n": str(sum(int(row["n_cases"]) for row in late)),
            "named": _named(late),
            "n_agreement": str(sum(row["wave"] in agreed for row in late)),
            "agreement": _agreement([row["wave"] for row in late], agreed, _earliest(contents)),
            "note": "" if late else "no wave was chosen when estimates existed",
        },
        "unplaced": {"n": unplaced, "note": ""},
    }


def _earliest(contents: Rows) -> str:
    """Name the first wave that was chosen before there were estimates."""
    early = (row["wave"] for row in contents if row["after_estimates"] == "0")
    return next(early, EVERY_WAVE)


def _named(late: Rows) -> str:
    numbers = listed([row["n_cases"] for row in late])
    return f"{_waves([row['wave'] for row in late])} ({numbers})" if late else ""


def _agreement(late: Sequence[str], agreed: dict[str, str], earliest: str) -> str:
    known = [wave for wave in late if wave in agreed]
    if not known:
        return ""
    shares = listed([agreed[wave] for wave in known])
    beside = "" if earliest not in agreed else f", against {agreed[earliest]} in "
    beside += "" if not beside else "all" if earliest == EVERY_WAVE else f"the {_plain(earliest)}"
    return (
        f"{_waves(known)} the passes gave the same code in {shares} of the cells both coded{beside}"
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _waves(names: Sequence[str]) -> str:
    return f"the {listed([_plain(name) for name in names])} wave{'s' if len(names) > 1 else ''}"
