"""What the page is made from: derived data, results and specifications, all read from files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from replication import paths
from replication.analyses.claims.reading import Claim, read_claims
from replication.analyses.types.plan import TypePlan, read_type_plan
from replication.codebook import Codebook, Derivation, Variable, read_codebook
from replication.specifications import Model, Sample, read_models, read_samples
from replication.tables import Row, read_rows


@dataclass(frozen=True)
class Inputs:
    """Every table as rows of text, as the files hold it; an empty text is a missing value.

    Attributes
    ----------
    project : Path
        Folder that the paths in `exhibits` are relative to.
    """

    project: Path
    cases: list[Row]
    codings: list[Row]
    evidence: list[Row]
    sources: list[Row]
    facts: list[Row]
    weights: list[Row]
    estimates: list[Row]
    exhibits: list[Row]
    narratives: list[Row]
    comparison: list[Row]
    comparison_changes: list[Row]
    claims_by_choice: list[Row]
    support: list[Row]
    joint_tests: list[Row]
    provenance: list[Row]
    type_cases: list[Row]
    type_plan: TypePlan
    claims: tuple[Claim, ...]
    codebook: Codebook
    models: dict[str, Model]
    samples: dict[str, Sample]


def read_inputs(project: Path) -> Inputs:
    """Read everything the page shows from a project folder.

    Raises
    ------
    FileNotFoundError
        When a step that comes before has not been run.
    """
    derived, output = placed(paths.DERIVED, project), placed(paths.OUTPUT, project)
    results = placed(paths.RESULTS, project)
    specifications = placed(paths.SPECIFICATIONS, project)
    book = read_codebook(placed(paths.CODEBOOK, project))
    tables = ("cases", "codings", "evidence", "sources", "facts", "weights")
    return Inputs(
        project=project,
        **{name: read_rows(derived / f"{name}.csv") for name in tables},
        estimates=read_rows(output / "estimates.csv"),
        exhibits=read_rows(output / "exhibits.csv"),
        narratives=read_rows(results / "narratives.csv"),
        comparison=read_rows(results / "comparison.csv"),
        comparison_changes=read_rows(results / "comparison_changes.csv"),
        claims_by_choice=read_rows(results / "claims_by_choice.csv"),
        support=read_rows(results / "support.csv"),
        joint_tests=read_rows(results / "multiverse_joint_test.csv"),
        provenance=read_rows(results / "provenance_sentences.csv"),
        type_cases=read_rows(results / "causal_type_cases.csv"),
        type_plan=read_type_plan(specifications, book),
        claims=read_claims(specifications),
        codebook=book,
        models=read_models(specifications),
        samples=read_samples(specifications),
    )


def placed(path: Path, project: Path) -> Path:
    """Give the place in `project` that a path of this project stands for."""
    return project / path.relative_to(paths.ROOT)


def words(joined: str) -> tuple[str, ...]:
    """Take apart a field that holds several words."""
    return tuple(word for word in joined.split(";") if word)


def derivation_of(variable: Variable) -> Derivation:
    """How a derived variable is computed.

    Raises
    ------
    ValueError
        For a variable that is coded.
    """
    if variable.derive is None:
        raise ValueError(f"{variable.name} is coded, not derived")
    return variable.derive
