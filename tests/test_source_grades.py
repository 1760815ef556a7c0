"""Grades of sources by the rule of the codebook, one by one; and which codes rest on unvetted sources alone."""

import pytest

from replication import paths
from replication.analyses.measurement.evidence_base import evidence_base
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.source_grades import grade_of, unvetted_only
from replication.yaml_reading import InputError

BOOK = read_codebook(paths.CODEBOOK)


@pytest.fixture(scope="module")
def derived():
    return build(load_cases(paths.CASES, BOOK), BOOK)


@pytest.mark.parametrize(
    ("kind", "publisher", "grade"),
    [
        ("io_document", "United Nations (copy on muqatel.com)", "official"),
        ("executive_document", "The Washington Post", "official"),
        ("hearing", None, "official"),
        ("scholarship", "Cornell University Press", "scholarly"),
        ("scholarship", "Simon & Schuster", "trade"),
        ("memoir", None, "trade"),
        ("newspaper", "Associated Press (Kitsap Sun)", "press"),
        ("newspaper", "The Standard (Kenya)", "press"),
        ("newspaper", "The Washington Times", "partisan"),
        ("newspaper", "RT", "partisan"),
        ("newspaper", "SMART News", "unvetted"),
        ("newspaper", None, "unvetted"),
        ("reference", "The 'X' Chronicles Newspaper", "unvetted"),
        ("reference", "Congressional Research Service", "official"),
    ],
)
def test_the_rule_source_by_source(kind, publisher, grade):
    assert grade_of(kind, publisher, BOOK) == grade


@pytest.mark.parametrize(
    ("grades", "marked"),
    [(["unvetted"], 1), (["unvetted", "press"], 0), (["partisan"], 0), ([], 0)],
)
def test_one_better_source_is_enough(grades, marked):
    assert unvetted_only(grades) == marked


def test_every_source_has_a_grade_of_the_codebook(derived):
    assert set(derived["sources"]["grade"]) == set(BOOK.source_grades)


def test_the_mark_of_a_code_is_that_of_the_sources_of_its_items(derived):
    grade = derived["sources"].set_index(["case_id", "source"])["grade"].to_dict()
    items = derived["evidence"].set_index("evidence_id")["source"].fillna("").to_dict()
    for row in derived["codings"].fillna({"evidence": ""}).to_dict("records"):
        cited = [item for item in row["evidence"].split(";") if item]
        keys = [key for item in cited for key in items[item].split(";") if key]
        best = {grade[row["case_id"], key] for key in keys}
        assert row["unvetted_only"] == (best == {"unvetted"})


def test_no_headline_treatment_rests_on_unvetted_sources_alone(derived):
    base = evidence_base(derived["codings"], BOOK).set_index(["variable", "actor"])
    for name in ("military_opposition", "stabilization_burden"):
        assert base.loc[(name, ""), "n_unvetted_only"] == 0
    assert base.loc[("all", ""), "n_unvetted_only"] == (
        derived["codings"].query("coding == 'agreed' and unvetted_only == 1")["code"].notna().sum()
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("types: [memoir]", "types: []", "the type memoir has no grade"),
        ("types: [memoir]", "types: [memoir, rumour]", "'rumour' is not allowed"),
        (
            "types: [memoir]",
            "types: [memoir, hearing]",
            "'hearing' stands twice; first in official",
        ),
        ("Antiwar.com", "Reuters", "'Reuters' stands twice; first in press"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(tmp_path, old, new, said):
    text = paths.CODEBOOK.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "codebook.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_codebook(file)
    assert said in str(refused.value)
