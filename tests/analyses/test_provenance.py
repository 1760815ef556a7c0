"""Who coded what: said from data, and true when a coder, a case or a model is added."""

import pandas as pd
import pytest

from replication import paths
from replication.analyses.measurement.provenance import (
    Work,
    provenance,
    provenance_sentences,
    read_coders,
)
from replication.specifications import SpecificationError

FILE = paths.SPECIFICATIONS / "coders.yaml"
# The two passes of the release; a coder who was added since has a row of her own.
BLIND = ", from the dossiers and without sight of the analysis plan"
CODERS = tuple(w for w in read_coders(FILE) if w.coding in ("", "pass_1", "pass_2", "agreed"))


def codings(**cases_of):
    """One coded cell for each case of each pass."""
    return pd.DataFrame(
        [
            {"case_id": f"c{number}", "coding": name, "variable": "v", "code": "1"}
            for name, count in cases_of.items()
            for number in range(count)
        ]
    )


def said(table):
    return provenance_sentences(table).set_index("what")["text"]


def test_two_passes_by_models_are_not_yet_recoded_by_people():
    words = said(provenance(CODERS, codings(pass_1=45, pass_2=45, agreed=45), 45))
    assert words["status"] == "coded by language models, not yet recoded by human experts"
    assert words["coded"] == f"two independent passes by language models coded all 45 cases{BLIND}"
    assert words["pairs"] == "the two passes"
    assert words["gathered"] == "language models"


def test_cases_that_one_pass_has_not_seen_are_counted():
    words = said(provenance(CODERS, codings(pass_1=48, pass_2=45), 48))
    assert words["coded"] == (
        f"one pass by language models coded all 48 cases{BLIND}; "
        f"one pass by language models coded 45 of 48 cases{BLIND}"
    )


def test_a_person_who_recodes_some_cases_changes_the_status():
    people = Work("coding", "anna", (), "people", 1, "")
    words = said(provenance((*CODERS, people), codings(pass_1=45, pass_2=45, anna=12), 45))
    assert (
        words["status"] == "coded by language models and people; people have coded 12 of 45 cases"
    )
    # A person may have seen what the passes of the release had not.
    assert words["coded"].endswith(f"cases{BLIND}; one pass by people coded 12 of 45 cases")
    assert words["pairs"] == "any two of the three passes, on average,"
    assert "flatters" not in words["readers"]


def test_a_case_in_which_a_person_coded_few_cells_is_told_apart():
    """Four cells in each case, of which the person coded all in c0 and one alone in c1 and c2."""
    whole = [("pass_1", f"c{n}", f"v{v}") for n in range(5) for v in range(4)]
    own = [("anna", "c0", f"v{v}") for v in range(4)] + [("anna", f"c{n}", "v1") for n in (1, 2)]
    table = pd.DataFrame([*whole, *own], columns=["coding", "case_id", "variable"])
    people = Work("coding", "anna", (), "people", 1, "")
    words = said(provenance((people,), table.assign(code="1"), 5))
    assert words["coded"].startswith(
        "one pass by people coded 3 of 5 cases (two of these in few cells)"
    )
    assert words["status"].endswith("people have coded 1 of 5 cases")
    few = table[(table["coding"] != "anna") | (table["case_id"] != "c0")]
    words = said(provenance((people,), few.assign(code="1"), 5))
    assert words["status"].endswith("people have coded single cells in 2 of 5 cases")


def test_evidence_that_a_person_gathered_is_hers_and_not_the_models():
    models = Work("evidence", "", (), "models", 1, "")
    anna = Work("evidence", "", ("c1", "c2"), "people", 1, "")
    table = provenance((models, anna), codings(pass_1=5), 5)
    assert table["n_cases"].tolist()[:2] == [3, 2]
    assert said(table)["gathered"] == "language models and people"


def test_a_pass_that_nobody_declared_is_said_to_be_so():
    table = provenance(CODERS, codings(pass_1=45, pass_2=45, ben=3), 45)
    assert table.loc[table["pass"] == "ben", "by"].tolist() == ["undeclared"]
    assert "one pass by coders not declared coded 3 of 45 cases" in said(table)["coded"]


def test_no_case_gives_no_sentence_that_is_false():
    words = said(provenance(CODERS, codings(pass_1=1).head(0), 0))
    assert words["status"].startswith("not coded yet")
    assert words["coded"] == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("by: models", "by: robots", "[0].by: 'robots' is not allowed; allowed: models, people"),
        ("work: evidence", "work: tea", "[0].work: 'tea' is not allowed"),
        ("cases: []", "cases: some", "[0].cases: 'some' is not allowed"),
        ("number: 1", "number: one", "[0].number: 'one' is not allowed"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(tmp_path, old, new, message):
    text = FILE.read_text(encoding="utf-8")
    text = text[text.index("- work:") :].replace(old, new, 1)
    (tmp_path / "coders.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecificationError) as refused:
        read_coders(tmp_path / "coders.yaml")
    assert message in str(refused.value)
