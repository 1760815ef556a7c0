"""Models and samples as rows of data: reading and checking data/raw/specifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class SpecificationError(ValueError):
    """A specification row that cannot be used; the message names file, row, field and what is allowed."""


@dataclass(frozen=True)
class Sample:
    """A named set of values of the column `sample`."""

    sample: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """One model: what is explained, by what, on which cases.

    Attributes
    ----------
    terms : tuple of str
        Columns of the case table, products ``a:b`` or cuts ``a>=2``.
    effects : tuple of str
        The terms the model is there for.
    """

    model: str
    label: str
    outcome: str
    sample: str
    terms: tuple[str, ...]
    effects: tuple[str, ...]


def read_samples(folder: Path) -> dict[str, Sample]:
    """Read samples.yaml; keys are sample names in file order."""
    rows = read_rows(folder / "samples.yaml", {"sample": str, "label": str, "values": list})
    return {row["sample"]: Sample(**{**row, "values": tuple(row["values"])}) for row in rows}


def read_models(folder: Path) -> dict[str, Model]:
    """Read models.yaml and check each row against samples.yaml.

    Raises
    ------
    SpecificationError
        For an unknown or missing field, a wrong type, a repeated name, an unknown sample, or an
        effect that is not among the terms.
    """
    fields = {
        "model": str,
        "label": str,
        "outcome": str,
        "sample": str,
        "terms": list,
        "effects": list,
    }
    path = folder / "models.yaml"
    samples = read_samples(folder)
    models: dict[str, Model] = {}
    for number, row in enumerate(read_rows(path, fields), start=1):
        where = f"{path.name}: row {number}"
        if row["sample"] not in samples:
            raise SpecificationError(
                f"{where}: sample: {row['sample']!r} is not allowed; allowed: {', '.join(samples)}"
            )
        stray = [effect for effect in row["effects"] if effect not in row["terms"]]
        if stray:
            raise SpecificationError(
                f"{where}: effects: {stray} are not among the terms {row['terms']}"
            )
        if row["model"] in models:
            raise SpecificationError(f"{where}: model: {row['model']!r} stands twice")
        lists = {key: tuple(row[key]) for key in ("terms", "effects")}
        models[row["model"]] = Model(**{**row, **lists})
    return models


def read_rows(path: Path, fields: Mapping[str, type]) -> list[dict[str, Any]]:
    """Read a YAML list of mappings that have exactly `fields`, each of the type given."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpecificationError(f"{path.name}: cannot be read as YAML: {error}") from error
    if not isinstance(rows, list):
        raise SpecificationError(
            f"{path.name}: a list of rows is expected, this is {type(rows).__name__}"
        )
    for number, row in enumerate(rows, start=1):
        require_fields(row, fields, f"{path.name}: row {number}")
    return rows


def require_fields(row: Any, fields: Mapping[str, type], where: str) -> None:
    """Require a mapping that has exactly `fields`, each of the type given.

    Raises
    ------
    SpecificationError
        Beginning with `where`, the place in the file.
    """
    if not isinstance(row, dict):
        raise SpecificationError(f"{where}: a mapping is expected, this is {type(row).__name__}")
    wrong = sorted(set(row) ^ set(fields))
    if wrong:
        raise SpecificationError(
            f"{where}: unknown or missing fields {wrong}; allowed: {', '.join(fields)}"
        )
    for field, kind in fields.items():
        if not isinstance(row[field], kind):
            raise SpecificationError(
                f"{where}: {field}: {row[field]!r} is not allowed; allowed: {kind.__name__}"
            )
