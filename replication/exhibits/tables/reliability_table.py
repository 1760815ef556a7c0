"""Table: how far the passes agree, variable by variable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from replication.analyses.measurement.reliability import OVERALL
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import interval, is_missing
from replication.exhibits.results import Results
from replication.exhibits.text import counted
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import percent

READS = ("reliability", "evidence_base", "published_agreement", "audit")

_SCALES = {"ordinal": "ordinal", "nominal": "nominal", "interval": "interval", "set": "sets"}


def make(results: Results, name: str) -> Table:
    """Set variables down; percent agreement and the chance-corrected coefficients across.

    Of the reliability the rows over all passes are shown; the .csv holds the pairs too.
    """
    reliability, base, published, audit = (results[table] for table in READS)
    labels = results.labels
    reliability, base = (frame.fillna({"actor": ""}) for frame in (_text(reliability), _text(base)))
    shown = reliability[reliability["passes"] == OVERALL]
    shares = base.set_index(["variable", "actor"])["share_consulted"].to_dict()
    return Table(
        name=name,
        title="Agreement of the passes, by variable",
        columns=(
            Column("variable", "Variable"),
            Column("scale", "Scale"),
            Column("n_units", "Coded by both", kind="integer", group="Units"),
            Column("n_one_sided", "By one", kind="integer", group="Units"),
            Column("agreement", "Agreement", kind="number"),
            Column("alpha", "Alpha", kind="number", group="Krippendorff"),
            Column("interval", "95 % interval", group="Krippendorff", align="right"),
            Column("gwet", "Gwet", kind="number"),
            Column("consulted", "Consulted", kind="number"),
        ),
        rows=tuple(_row(row, shares, labels) for row in shown.to_dict("records")),
        notes=(*_notes(base, published, audit), *_once(reliability)),
        data=reliability,
        empty="There is no variable to compare.",
    )


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep names apart from numbers: a column of names that holds none is read back as numbers."""
    return frame.astype({"actor": object})


def _row(row: dict[str, Any], shares: dict[tuple[str, str], float], labels: Labels) -> TableRow:
    actor, variable = str(row["actor"]), str(row["variable"])
    panel = "Cases" if row["level"] == "case" else f"Actors on {spoken(variable)}"
    label = spoken(variable) if row["level"] == "case" else labels.actor(actor)
    note = "" if is_missing(row["note"]) else str(row["note"])
    return TableRow(
        {
            "variable": label if actor or row["level"] == "case" else "All actors",
            "scale": _SCALES.get(str(row["scale"]), row["scale"]),
            "n_units": row["n_units"],
            "n_one_sided": row["n_one_sided"],
            "agreement": row["agreement"],
            "alpha": Cell(row["alpha"], note=note),
            "interval": interval(row["alpha_low"], row["alpha_high"]),
            "gwet": row["gwet"],
            "consulted": shares.get((variable, actor)),
        },
        panel=panel,
    )


def _notes(base: pd.DataFrame, published: pd.DataFrame, audit: pd.DataFrame) -> tuple[str, ...]:
    lines = [
        (
            "Units: cases, or actors in cases. Coded by both: two passes or more gave a code; by one: one "
            "pass gave a code where another found no evidence, which alpha leaves out. Agreement: share of "
            "equal pairs of codes. Alpha: Krippendorff's, weighing differences as the scale does, interval by "
            "bootstrap of the units. Gwet: AC1 for nominal scales, AC2 otherwise, which nearly constant "
            "variables do not upset; not defined for sets. Consulted: share of agreed codes that rest on an "
            "item read in its source. A dash: the coefficient does not exist or is not defined."
        ),
        "The passes are readers of one kind, so agreement between human coders may be lower.",
    ]
    lines += [_base_line(base), _published_line(published), _audit_line(audit)]
    return tuple(line for line in lines if line)


def _once(reliability: pd.DataFrame) -> Iterator[str]:
    """Say of all passes, and of each pair, how many cells one of them alone has coded."""
    every = reliability[reliability["actor"] == ""]
    counts = every.groupby("passes", sort=False)["n_coded_once"].sum()
    found = {str(passes): int(count) for passes, count in counts.items() if count}
    if OVERALL in found:
        told = counted(found[OVERALL], "cell")
        yield f"Coded by one pass only, so that nothing can be compared: {told}."
    # Two passes alone are all passes.
    pairs = [f"{passes} {count}" for passes, count in found.items() if passes != OVERALL]
    if len(counts) > 2 and pairs:  # noqa: PLR2004
        yield f"Of each pair, cells that one of the two alone has coded: {'; '.join(pairs)}."


def _base_line(base: pd.DataFrame) -> str:
    whole = base[(base["variable"] == "all") & (base["n_coded"] > 0)].to_dict("records")
    return "".join(
        f"Of {counted(int(row['n_coded']), 'agreed code')}, {_percent(row['share_consulted'])} rest on a "
        f"consulted item, {_percent(row['share_absence_only'])} on findings of absence alone, "
        f"{_percent(row['share_theory_author_only'])} on the author of the theory alone."
        for row in whole
    )


def _published_line(published: pd.DataFrame) -> str:
    parts = [
        f"{spoken(str(row['dataset']))}, {spoken(str(row['ours']))} read as {row['reading']}: "
        f"{_percent(row['agreement'])} of {counted(int(row['nobs']), 'case')}"
        for row in published.to_dict("records")
        if row["nobs"] and not is_missing(row["agreement"])
    ]
    return f"Agreement with published codings: {'; '.join(parts)}." if parts else ""


def _audit_line(audit: pd.DataFrame) -> str:
    parts = []
    for name in dict.fromkeys(audit["audit"]):
        rows = audit[(audit["audit"] == name) & (audit["items"] > 0)]
        if name == "all" or rows.empty:
            continue
        parts.append(f"{spoken(str(name)).lower()}: {_verdicts(rows)} of {int(rows['of'].iloc[0])}")
    return f"Items looked up again, {'; '.join(parts)}." if parts else ""


def _verdicts(rows: pd.DataFrame) -> str:
    pairs: Sequence[dict[str, Any]] = rows.to_dict("records")
    return ", ".join(f"{int(row['items'])} {spoken(str(row['verdict'])).lower()}" for row in pairs)


def _percent(share: Any) -> str:
    return f"{percent(share)} %"
