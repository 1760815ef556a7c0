"""Grades of sources by the rule, one by one; and which codes rest on unvetted sources alone."""

import pandas as pd
import pytest
import yaml

from replication import paths
from replication.analyses.source_grades import (
    grade_base,
    graded_cells,
    graded_sources,
    read_grades,
    with_unvetted_only,
)
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.specifications import SpecificationError

BOOK = read_codebook(paths.CODEBOOK)
FILE = paths.SPECIFICATIONS / "source_grades.yaml"
GRADES = read_grades(FILE, BOOK)


@pytest.fixture(scope="module")
def derived():
    return build(load_cases(paths.CASES, BOOK), BOOK)


def graded(*rows):
    sources = [
        {"case_id": "c", "source": f"K{number}", "type": kind, "publisher": publisher}
        for number, (kind, publisher) in enumerate(rows, start=1)
    ]
    return graded_sources(pd.DataFrame(sources), GRADES)


@pytest.mark.parametrize(
    ("kind", "publisher", "grade"),
    [
        ("io_document", "United Nations (copy on muqatel.com)", "official"),
        ("hearing", None, "official"),
        ("scholarship", "Cornell University Press", "scholarly"),
        ("scholarship", "Simon & Schuster", "trade"),
        ("memoir", None, "trade"),
        ("newspaper", "Associated Press (Kitsap Sun)", "press"),
        ("newspaper", "The Washington Times", "partisan"),
        ("newspaper", "RT", "partisan"),
        ("newspaper", "SMART News", "unvetted"),
        ("newspaper", None, "unvetted"),
        ("reference", "The 'X' Chronicles Newspaper", "unvetted"),
        ("reference", "Congressional Research Service", "official"),
    ],
)
def test_the_rule_source_by_source(kind, publisher, grade):
    assert graded((kind, publisher))["grade"].tolist() == [grade]


def test_a_cell_is_as_good_as_the_best_source_of_its_items():
    sources = graded(("newspaper", None), ("newspaper", "Reuters"))
    evidence = pd.DataFrame({"evidence_id": ["c-e1", "c-e2", "c-e3"], "source": ["K1", "K2", None]})
    cells = pd.DataFrame(
        [
            {"case_id": "c", "coding": "agreed", "actor": None, "variable": f"v{n}", "code": code,
             "confidence": 1, "evidence": cited}
            for n, (code, cited) in enumerate(
                [("1", "c-e1"), ("1", "c-e1;c-e2"), ("1", "c-e1;c-e3"), ("1", "c-e3"), (None, "c-e1")]
            )
        ]
    )  # fmt: skip
    found = graded_cells(cells, evidence, sources, GRADES)
    assert found["unvetted_only"].tolist() == [1, 0, 1, 0]
    assert found["best_grade"].tolist() == ["unvetted", "press", "unvetted", ""]
    assert with_unvetted_only(cells, found)["unvetted_only"].tolist() == [1, 0, 1, 0, 0]


def test_every_source_has_a_grade_of_the_codebook_and_its_reason(derived):
    found = graded_sources(derived["sources"], GRADES)
    assert len(found) == len(derived["sources"])
    assert set(found["grade"]) == set(BOOK.source_grades)
    assert found["reason"].str.len().gt(0).all()


def test_no_headline_treatment_rests_on_unvetted_sources_alone(derived):
    cells = graded_cells(
        derived["codings"], derived["evidence"], graded_sources(derived["sources"], GRADES), GRADES
    )
    base = grade_base(cells, BOOK).set_index(["variable", "actor"])
    agreed = derived["codings"].query("coding == 'agreed'")["code"].notna().sum()
    assert base.loc[("all", ""), "n_coded"] == agreed
    for name in ("military_opposition", "stabilization_burden"):
        assert base.loc[(name, ""), "n_unvetted_only"] == 0
    assert base["n_unvetted_only"].le(base["n_coded"]).all()


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("types", {"memoir": "good"}, "types: ['good'] are not allowed"),
        ("types", {"rumour": "trade"}, "types: ['rumour'] differ"),
        ("publishers", {"good": ["A"]}, "publishers: ['good'] are not allowed"),
        ("publishers", {"trade": ["Reuters"]}, "publishers: 'Reuters' stands twice"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(tmp_path, part, change, said):
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content[part] |= change
    file = tmp_path / "source_grades.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with pytest.raises(SpecificationError) as refused:
        read_grades(file, BOOK)
    assert said in str(refused.value)
