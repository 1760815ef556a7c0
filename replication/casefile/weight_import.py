"""Reading a filled sheet of weights and merging it into the case files: all of it, or nothing."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replication.casefile.coding_sheet import check_label
from replication.casefile.line_edits import SpliceError
from replication.casefile.model import Case, Weight
from replication.casefile.reading import check_cases
from replication.casefile.sheet_import import Merge
from replication.casefile.sheet_layout import option
from replication.casefile.sheet_reading import cases_of_sheet, filled_rows
from replication.casefile.splicing import spliced_weights
from replication.casefile.weight_sheet import ENTRY, LOOK_UP, SHEET
from replication.codebook import Codebook
from replication.yaml_reading import Fault, InputError, shown_path


@dataclass(frozen=True)
class _WeightRow:
    """One filled row: where it stands and what it says."""

    number: int
    case_id: str
    rival: str
    item: str
    weight: Weight

    @property
    def place(self) -> str:
        return f"{self.case_id}: {self.item}, {self.rival}"


def merge_weights(path: Path, folder: Path, codebook: Codebook) -> Merge:
    """Read a sheet of weights and give the case files with them; nothing is written.

    Raises
    ------
    InputError
        With every fault of the sheet, named by its row, or of its case files as they are.
    """
    by_id = cases_of_sheet(path, SHEET, folder, codebook)
    coding, rows, blank = filled_rows(
        path,
        SHEET,
        (LOOK_UP, ENTRY),
        check_label,
        lambda number, values: _row(number, values, by_id, codebook),
    )
    new = [row for row in rows if _present(row, by_id, coding) is None]
    if changed := [
        Fault(shown_path(path), row.number, row.place, _taken(by_id[row.case_id], coding))
        for row in rows
        if _present(row, by_id, coding) not in (None, row.weight)
    ]:
        raise InputError(changed)
    texts = _merged(new, by_id, coding, codebook)
    _check_merged(texts, new, by_id, coding, codebook)
    return Merge(coding, texts, len(new), len(rows) - len(new), blank)


def _present(row: _WeightRow, cases: Mapping[str, Case], coding: str) -> Weight | None:
    return cases[row.case_id].weights.get(coding, {}).get(row.rival, {}).get(row.item)


def _taken(case: Case, coding: str) -> str:
    return (
        f"{coding} has weighed this item already; change it in {shown_path(case.path)} itself, "
        "or choose another label for a second reading"
    )


def _row(
    number: int, values: dict[str, Any], cases: Mapping[str, Case], codebook: Codebook
) -> _WeightRow:
    case_id, item, rival = (str(values[head] or "") for head in LOOK_UP)
    if case_id not in cases:
        raise ValueError(f"there is no case {case_id!r}")
    item = item if item.startswith(f"{case_id}-") else f"{case_id}-{item}"
    if item not in cases[case_id].evidence:
        raise ValueError(f"{item!r} is no item of {case_id}")
    if rival not in codebook.weights.rivals:
        allowed = ", ".join(codebook.weights.rivals)
        raise ValueError(f"{rival!r} is no rival; allowed: {allowed}")
    decibels = _decibels(values[ENTRY[0]], codebook)
    why = " ".join(str(values[ENTRY[1]] or "").split()) or None
    if decibels and why is None:
        raise ValueError("Why is blank; allowed beside 0 only")
    return _WeightRow(number, case_id, rival, item, Weight(decibels, why))


def _decibels(value: Any, codebook: Codebook) -> int:
    plain = f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
    text = " ".join(plain.split())
    for code, label in codebook.weights.scale.labels.items():
        if text in (str(code), option(code, label)):
            return int(code)
    allowed = ", ".join(map(str, codebook.weights.scale.labels))
    raise ValueError(f"Decibels: {text[:60]!r} is not allowed; allowed: {allowed}")


def _merged(
    rows: Sequence[_WeightRow], cases: Mapping[str, Case], coding: str, codebook: Codebook
) -> dict[Path, str]:
    texts = {}
    for case_id in dict.fromkeys(row.case_id for row in rows):
        case = cases[case_id]
        own = {(row.rival, row.item): row.weight for row in rows if row.case_id == case_id}
        weights = {
            rival: {item: own[rival, item] for item in case.evidence if (rival, item) in own}
            for rival in codebook.weights.rivals
        }
        weights = {rival: items for rival, items in weights.items() if items}
        try:
            # Bytes, because reading as text would turn the line ends of Windows into others.
            text = case.path.read_bytes().decode("utf-8")
            texts[case.path] = spliced_weights(text, coding, weights)
        except SpliceError as error:
            message = f"weights cannot be put in: {error}"
            fault = Fault(shown_path(case.path), 1, f"weights.{coding}", message)
            raise InputError([fault]) from None
    return texts


def _check_merged(
    texts: Mapping[Path, str],
    rows: Sequence[_WeightRow],
    cases: Mapping[str, Case],
    coding: str,
    codebook: Codebook,
) -> None:
    """Check the new texts as case files, and that nothing but the new weights differs."""
    with tempfile.TemporaryDirectory() as scratch:
        for file, text in texts.items():
            (Path(scratch) / file.name).write_bytes(text.encode("utf-8"))
        merged, faults, _ = check_cases(Path(scratch), codebook)
    if faults:
        raise InputError(faults)
    for case in merged:
        old = cases[case.case_id]
        expected = _plain(old)
        for row in rows:
            if row.case_id == case.case_id:
                expected.setdefault(coding, {}).setdefault(row.rival, {})[row.item] = row.weight
        same = dataclasses.replace(case, path=old.path, weights={}) == dataclasses.replace(
            old, weights={}
        )
        if not same or _plain(case) != expected:
            message = (
                "the weights cannot be put in without changing something else; put them in by hand"
            )
            raise InputError([Fault(shown_path(old.path), 1, f"weights.{coding}", message)])


def _plain(case: Case) -> dict[str, dict[str, dict[str, Weight]]]:
    return {
        coding: {rival: dict(items) for rival, items in rivals.items()}
        for coding, rivals in case.weights.items()
    }
