"""The cases whose codes and the headline model part ways, with the evidence on both sides."""

from __future__ import annotations

import pandas as pd

from replication.codebook import Codebook

_COLUMNS = [
    "case_id", "case_title", "outcome", "left_out", "residual", "wrong", "side", "variable", "code",
    "label", "why", "confidence", "ids", "item", "statement",
]  # fmt: skip


def disagreements(
    fit: pd.DataFrame, codings: pd.DataFrame, evidence: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """List the cases that the headline model puts on the wrong side, with the evidence on both.

    A case is listed where its residual from the fit without it exceeds one half.

    Returns
    -------
    DataFrame
        One row for each case and cell: ``side`` is `what happened` for the search for endorsement
        and `what the model goes by` for its terms; ``code`` with its label, ``why`` and ``ids`` of
        the agreed coding, and the first item cited, as ``item`` and ``statement``.
    """
    agreed = codings[(codings["coding"] == "agreed") & codings["actor"].isna()]
    cells = agreed.set_index(["case_id", "variable"]).to_dict("index")
    statements = evidence.set_index("evidence_id")["statement"].to_dict()
    terms = [name.removeprefix("change_") for name in fit if name.startswith("change_")]
    sides = [("what happened", "io_sought"), *(("what the model goes by", t) for t in terms)]
    rows = []
    for case in fit[fit["parted"] == 1].to_dict("records"):
        wrong = (
            "sought although the model expects not"
            if case["outcome"]
            else "not sought although the model expects it"
        )
        keys = {
            key: case[key] for key in ("case_id", "case_title", "outcome", "left_out", "residual")
        }
        for side, variable in sides:
            cell = cells.get((case["case_id"], variable), {})
            ids = cell.get("evidence")
            item = "" if pd.isna(ids) else str(ids).split(";")[0]
            label = codebook.variables[variable].labels.get(int(cell["code"]), "") if cell else ""
            rows.append(
                {
                    **keys, "wrong": wrong, "side": side, "variable": variable,
                    "code": cell.get("code"), "label": label, "why": cell.get("why"),
                    "confidence": cell.get("confidence"), "ids": ids,
                    "item": item, "statement": statements.get(item, ""),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)
