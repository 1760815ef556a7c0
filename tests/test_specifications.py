"""Specification rows are read whole, and a wrong row is named."""

import shutil

import pytest

from replication import paths
from replication.analyses.specification_files import check_specifications, unknown_names
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.registry import OWN_MODELS
from replication.specifications import SpecificationError, read_models, read_samples
from replication.tables import read_rows

SAMPLES = "- {sample: s, label: S, values: [intervention]}"
ROW = "- {model: M1, label: L, outcome: sought, sample: s, terms: [a], effects: [a]}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "samples.yaml").write_text(SAMPLES)
    return tmp_path


def test_the_plans_models_and_samples_are_there():
    models = list(read_models(paths.SPECIFICATIONS))
    assert {*(f"M{i}" for i in range(1, 9)), "R1"} <= set(models)
    samples = list(read_samples(paths.SPECIFICATIONS))
    assert {"intervention", "intervention+considered", "all"} <= set(samples)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            ROW.replace("sample: s", "sample: x"),
            r"models.yaml:1: .0..sample: 'x' is not allowed; allowed: s",
        ),
        (
            ROW.replace("effects: [a]", "effects: [b]"),
            r"effects.0.: 'b' is not allowed; allowed: a",
        ),
        (ROW.replace("label: L, ", ""), r"label: missing key"),
        (ROW.replace("outcome:", "outcom:"), "unknown key 'outcom', perhaps outcome"),
        (ROW.replace("terms: [a]", "terms: a"), "terms: 'a' is not allowed; allowed: a list of"),
        (
            ROW.replace("terms: [a]", "terms: [a b]"),
            "allowed: a column of the case table, a product",
        ),
        (ROW.replace("label: L,", "label: L, outcome: b,"), "the key 'outcome' stands twice"),
        (f"{ROW}{chr(10)}{ROW}", "models.yaml:2: .1..model: 'M1' stands twice"),
        ("- 3", "3 is not allowed; allowed: a mapping"),
        ("a: [", "broken YAML"),
        ("a: b", "a mapping is not allowed; allowed: a list of"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(folder, row, says):
    (folder / "models.yaml").write_text(row)
    with pytest.raises(SpecificationError, match=says):
        read_models(folder)


def test_a_model_names_the_columns_it_reads():
    model = read_models(paths.SPECIFICATIONS)["M7"]
    assert model.columns == ("sought", "military_opposition", "stabilization_burden")


@pytest.fixture(scope="module")
def codebook():
    return read_codebook(paths.CODEBOOK)


@pytest.fixture(scope="module")
def cases(codebook):
    return load_cases(paths.CASES, codebook)


def test_the_plans_files_have_no_fault(codebook, cases):
    assert check_specifications(paths.SPECIFICATIONS, codebook, cases) == []


# In each file something that changes results or drops them without a word: file, old, new, what is said of it.
PLANTED = [
    ("models.yaml", "  outcome: sought", "  outcome: sought|  outcome: explicit", "stands twice"),
    ("models.yaml", "outcome: sought", "outcom: sought", "perhaps outcome"),
    (
        "models.yaml",
        "outcome: sought",
        "outcome: soughtt",
        "'soughtt' is not known, perhaps sought",
    ),
    (
        "models.yaml",
        "[legitimacy_framing]",
        "[legitimacy_frame]",
        ".terms[0]: 'legitimacy_frame' is not known, perhaps legitimacy_framing",
    ),
    (
        "models.yaml",
        "  effects: [military_opposition]",
        "  effects: [military_oposition]",
        ".effects[0]: 'military_oposition' is not allowed; allowed: military_opposition",
    ),
    (
        "models.yaml",
        "terms: [legitimacy_framing]",
        "terms: [administration]",
        ".terms[0]: 'administration' is of type text in the codebook, no number; allowed: a column of type ordinal",
    ),
    (
        "models.yaml",
        "outcome: sought",
        "outcome: io_sought",
        "[0].outcome: 'io_sought' is not allowed, as it has other values than 0 and 1; allowed: a cut of it, "
        "io_sought>=1 or io_sought>=2 or io_sought>=3, or a column of 0 and 1: ",
    ),
    (
        "models.yaml",
        "outcome: sought",
        "outcome: years_since_1989",
        "allowed: a cut such as years_since_1989>=1, or a column of 0 and 1: ",
    ),
    ("models.yaml", "outcome: sought", "outcome: sought:io_sought", "'sought:io_sought' is not"),
    ("models.yaml", "model: M1", "model: A1", "[0].model: 'A1' is a model that the package makes"),
    ("samples.yaml", "values: [intervention]", "values: [nonsense]", "'nonsense' is not known"),
    ("samples.yaml", "label: Interventions,", "label: Interventions, label: x,", "stands twice"),
    (
        "multiverse.yaml",
        "  - democrat",
        "  - democrats",
        "'democrats' is not known, perhaps democrat",
    ),
    ("multiverse.yaml", "military_opposition, ", "sample, ", "'sample' is of type nominal"),
    ("multiverse.yaml", ", passes]", ", pass_3]", "'pass_3' is not known, perhaps pass_"),
    ("multiverse.yaml", "draws: 500", "draws: -1", "allowed: a whole number, 1 or more"),
    ("multiverse.yaml", "[firth, lpm_hc3]", "[firth, lpm_hc4]", "'lpm_hc4' is not allowed"),
    (
        "claims.yaml",
        "term: military_opposition",
        "term: military_opposit",
        "[0].statistics[0].term: 'military_opposit' is not a term of M1, perhaps military_opposition",
    ),
    (
        "claims.yaml",
        "model: M2",
        "model: N9",
        ".statistics[0].model: 'N9' is not known; allowed: A1, A2, A3, H3, H5, M1, M2, ",
    ),
    (
        "claims.yaml",
        "sample: intervention",
        "sample: all",
        "[0].statistics[0].sample: 'all' is not the sample of M1; allowed: intervention",
    ),
    (
        "claims.yaml",
        "outcome: sought",
        "outcome: soght",
        "[0].statistics[0].outcome: 'soght' is not the outcome of M1, perhaps sought",
    ),
    ("claims.yaml", "sets: {OPP: 1}", "sets: {OPPO: 1}", "'OPPO' is not known, perhaps OPP"),
    ("claims.yaml", "expected: 1", "expected: 2", "2 is not allowed; allowed: -1, 1"),
    ("claims.yaml", "{size} times", "some times", "allowed: text with a place {size}"),
    (
        "predictions.yaml",
        "variable: military.io, ",
        "variable: military.ios, ",
        "neither a cell nor a fact",
    ),
    ("predictions.yaml", "agrees: [2, 3]", "agrees: [2, 4]", "4 is not allowed"),
    ("predictions.yaml", "item: UN}", "items: UN}", "perhaps item"),
    ("qca.yaml", "    cut: 2", "    cut: 7", "7 is not allowed; allowed: 0, 1, 2"),
    ("qca.yaml", "expected: 1", "expected: 3", "3 is not allowed; allowed: 0, 1, null"),
    (
        "regions.yaml",
        "families: [panama, haiti]",
        "families: [panama, balkans]",
        "'balkans' is in Europe already",
    ),
    ("administrations.yaml", "party: D, first: '1993", "party: X, first: '1993", "allowed: D, R"),
    ("administrations.yaml", "'2021-01-20'}", "'2011-01-20'}", "is before first, 2017-01-20"),
    ("administrations.yaml", "party: R, first: '2025", "party: D, first: '2025", "allowed: R"),
    ("contradictions.yaml", "{io_sought: [2, 3]}", "{io_sought: [2, 5]}", "5 is not allowed"),
    ("contradictions.yaml", "first: date_trigger", "first: date_triger", "'date_triger' is not"),
    ("contradictions.yaml", "weight: fault", "weight: error", "'error' is not allowed"),
    ("handovers.yaml", "'1995-03-31'", "'1995-03-32'", "a date year-month-day that exists"),
    (
        "published_codings.yaml",
        "mapping: {0: 0, 1: 0, 2: 1}",
        "mapping: {0: 0, 1: 0}",
        "a whole number for each",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), PLANTED)
def test_a_planted_slip_is_found_with_file_and_line(
    tmp_path, codebook, cases, name, old, new, says
):
    folder = shutil.copytree(paths.SPECIFICATIONS, tmp_path / "specifications")
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new.replace("|", chr(10)), 1)
    (folder / name).write_text(changed, encoding="utf-8")
    faults = check_specifications(folder, codebook, cases)
    assert any(says in str(fault) for fault in faults), [str(fault) for fault in faults]
    told = next(fault for fault in faults if says in str(fault))
    assert told.file.endswith(name)
    first = next(
        number
        for number, (was, now) in enumerate(
            zip(text.splitlines(), changed.splitlines(), strict=False), start=1
        )
        if was != now
    )
    assert told.line == first


def test_a_pass_that_no_case_has_is_noted_as_it_may_be_announced(tmp_path, codebook, cases):
    assert unknown_names(paths.SPECIFICATIONS, cases) == []
    folder = shutil.copytree(paths.SPECIFICATIONS, tmp_path / "specifications")
    text = (folder / "coders.yaml").read_text(encoding="utf-8")
    changed = text.replace("pass: pass_2", "pass: pas_2")
    (folder / "coders.yaml").write_text(changed, encoding="utf-8")
    assert check_specifications(folder, codebook, cases) == []
    [note] = unknown_names(folder, cases)
    line = changed.splitlines().index("  pass: pas_2") + 1
    assert (note.file.rpartition("/")[2], note.line) == ("coders.yaml", line)
    assert (note.field, note.message) == (
        "[2].pass",
        "no case has the pass 'pas_2'; did you mean pass_2? passes there are: agreed, pass_1, pass_2",
    )


@pytest.mark.parametrize("name", ["coders.yaml", "waves.yaml"])
def test_a_case_that_no_file_has_is_noted_where_it_is_named(name, tmp_path, cases):
    folder = shutil.copytree(paths.SPECIFICATIONS, tmp_path / "specifications")
    text = (folder / name).read_text(encoding="utf-8")
    changed = text.replace("somalia_1992", "somlia_1992", 1)
    (folder / name).write_text(changed, encoding="utf-8")
    [note] = unknown_names(folder, cases)
    assert (note.file.rpartition("/")[2], note.field.partition(".")[2][:6]) == (name, "cases[")
    assert "somlia_1992" in changed.splitlines()[note.line - 1]
    assert note.message.startswith(
        "there is no case file of 'somlia_1992'; did you mean somalia_1992?"
    )


@pytest.mark.parametrize("outcome", ["sought", "democrat", "io_sought>=3", "sought:io_sought>=3"])
def test_what_has_the_values_0_and_1_may_be_an_outcome(tmp_path, codebook, cases, outcome):
    folder = shutil.copytree(paths.SPECIFICATIONS, tmp_path / "specifications")
    row = f"- {{model: N1, label: L, outcome: '{outcome}', sample: all, terms: [sought], effects: []}}"
    with (folder / "models.yaml").open("a", encoding="utf-8") as file:
        file.write(row + chr(10))
    assert check_specifications(folder, codebook, cases) == []


def test_every_estimate_is_of_a_row_or_of_a_model_of_the_package_itself():
    made = {row["model"] for row in read_rows(paths.OUTPUT / "estimates.csv")}
    assert made == {*read_models(paths.SPECIFICATIONS), *OWN_MODELS}


def test_a_file_that_no_reader_knows_is_named(tmp_path, codebook, cases):
    folder = shutil.copytree(paths.SPECIFICATIONS, tmp_path / "specifications")
    (folder / "model.yaml").write_text("- 1", encoding="utf-8")
    [fault] = check_specifications(folder, codebook, cases)
    assert "model.yaml" in fault.file
    assert "is not read, perhaps models.yaml" in fault.message
