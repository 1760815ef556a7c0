"""Realistic mistakes of people who extend the data: each is told with file, line, value and what to do."""
# ruff: noqa: E501 - a mistake and what is said of it stand together

import re
import shutil

import pytest
from in_process import project_in

from replication import paths
from replication.cli.check import run_check
from replication.cli.main import VERBS

CASE = "libya_2011"
FILE = f"{CASE}.yaml"
TEXT = (paths.CASES / FILE).read_text(encoding="utf-8")
NEWLINE = chr(10)

# What was meant, what is written there, what was typed, the text of the line that is named (the typed one if empty), and what
# is said. `⏎` is a new line.
MISTAKES = [
    ("a colon in a sentence", "note: Air and naval forces only; no ground", "note: Air and naval: no ground", "",
     ["put the whole text in quotes", "Air and naval: no ground"]),
    ("an apostrophe in single quotes", "title: 'Duty: Memoirs of a Secretary at War'", "title: 'Gates's Duty'", "",
     ["closing quotation mark", "the other kind of quotes"]),
    ("a quotation mark that stays open", "publisher: Knopf", 'publisher: "Knopf', "",
     ["never closed", '"Knopf']),
    ("a hash in a sentence", "note: Air and naval forces only; no ground contingent was planned.",
     "note: Plan #2 was chosen.", "", ["'#2 was chosen.' is lost", "put the whole text in quotes"]),
    ("a tab", "country: Libya", "country:\tLibya", "", ["holds a tab; use spaces"]),
    ("a line that stands too deep", "country: Libya", "  country: Libya", "", ["set it as deep as its neighbours"]),
    ("a missing space", "country: Libya", "country:Libya", "", ["the space after the colon is missing"]),
    ("a president by the full name", "administration: Obama", "administration: Barack Obama", "",
     ["'Barack Obama' is not known; did you mean Obama?", "administrations.yaml"]),
    ("the other party", "president_party: D", "president_party: R", "", ["R is not allowed; allowed: D, the party of Obama"]),
    ("a family nearly written", "crisis_family: libya", "crisis_family: lybia", "",
     ["'lybia' is not known; did you mean ", "libya", "regions.yaml"]),
    ("a family in capitals", "crisis_family: libya", "crisis_family: Libya", "",
     ["'Libya' is not allowed; did you mean libya? allowed: a word in a-z, 0-9 and _"]),
    ("a country in small letters", "iso3: LBY", "iso3: lby", "", ["'lby' is not allowed; did you mean LBY? allowed: "]),
    ("the case_id of another file", "case_id: libya_2011", "case_id: libya_2012", "",
     ["'libya_2012' is not allowed; allowed: 'libya_2011', the name of the file"]),
    ("a year of another president", "decision_date: '2011-03-19'", "decision_date: '2001-03-19'", "",
     ["2001-03-19 is not allowed; allowed: 2009-01-20 to 2017-01-20"]),
    ("a century", "  date_endorsement:⏎    value: '2011-03-17'", "  date_endorsement:⏎    value: '1911-03-17'",
     "value: '1911-03-17'", ["1911-03-17 lies more than 10 years from the decision"]),
    ("a day that does not exist", "value: '2011-02-15'", "value: '2011-02-31'", "",
     ["'2011-02-31' is not allowed", "a date year-month-day that exists"]),
    ("a date in the future", "date: '2014-01-00'", "date: '2114-01-00'", "", ["lies in the future; allowed: dates up to today"]),
    ("a date the American way", "value: '2011-02-15'", "value: 02/15/2011", "", ["'02/15/2011' is not allowed", "year-month-day"]),
    ("a misspelt key", "iso3: LBY", "iso: LBY", "", ["unknown key 'iso', perhaps iso3"]),
    ("a code in words", "        code: 3⏎", "        code: conditional⏎", "code: conditional",
     ["'conditional' is not allowed; did you mean 3 (conditional)?"]),
    ("a code off the scale", "        code: 3⏎", "        code: 4⏎", "code: 4", ["4 is not allowed; allowed: 0 (none), 1 (nominal)"]),
    ("a misspelt word of a list", "code: [UN, NATO]", "code: [UN, NTO]", "", ["'NTO' is not allowed; did you mean NATO (North"]),
    ("an item that is not there", "evidence: [libya_2011-e14, libya_2011-e15]", "evidence: [e14, e99]", "",
     ["'libya_2011-e99' is not the id of an item of this file"]),
    ("an item of another case", "evidence: [libya_2011-e14, libya_2011-e15]", "evidence: [kosovo_1999-e14]", "",
     ["'kosovo_1999-e14' is an item of another case"]),
    ("a source that is not listed", "source: [K13, K14]", "source: [K13, K140]", "", ["'K140' is not a key of sources; did you mean K40 or K14?"]),
    ("a sample that does not fit the purpose", "sample: intervention", "sample: comparison", "humanitarian_purpose",
     ["2 does not fit sample comparison", "main declared purpose was not humanitarian"]),
    ("a status that does not exist", "status: released", "status: done", "", ["'done' is not allowed", "released (enters every table)"]),
]  # fmt: skip


@pytest.fixture
def told(tmp_path, capsys):
    """Give what `make check` says of the case with other words in it, and its lines."""
    with project_in(tmp_path):
        paths.CASES.mkdir()

        def check(old, new):
            old, new = (part.replace("⏎", NEWLINE) for part in (old, new))
            assert old in TEXT
            text = TEXT.replace(old, new, 1)
            (paths.CASES / FILE).write_text(text, encoding="utf-8")
            status = run_check([FILE])
            return status, capsys.readouterr().out, text.splitlines()

        yield check


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(told, old, new, line, words):
    status, said, lines = told(old, new)
    assert status == 1
    assert "nothing was written" in said
    faults = [row for row in said.splitlines() if f"{FILE}:" in row]
    [fault] = [row for row in faults if all(word in row for word in words)] or [faults]
    assert isinstance(fault, str), fault
    number = int(fault.partition(f"{FILE}:")[2].partition(":")[0])
    wanted = (line or new.partition("⏎")[0]).strip()
    # The line itself, or the one of the cell it stands in.
    assert any(wanted in row for row in lines[number - 2 : number + 1])


def test_a_file_whose_name_is_no_id_is_told_to_take_that_of_its_case(tmp_path, capsys):
    with project_in(tmp_path):
        paths.CASES.mkdir()
        (paths.CASES / f"{CASE} (1).yaml").write_text(TEXT, encoding="utf-8")
        assert run_check(None) == 1
        told = f"'{CASE}' is not allowed; allowed: a file of that name, {CASE}.yaml; this one is named '{CASE} (1)'"
        assert told in capsys.readouterr().out


def test_a_code_without_a_reason_is_noted(told):
    why = "why: Resolution 1973 authorised all necessary measures two days before strikes."
    status, said, lines = told(why, "why: null")
    assert status == 0
    [note] = [row for row in said.splitlines() if "no reason is given (why: null): " in row]
    assert lines[int(note.partition(f"{FILE}:")[2].partition(":")[0]) - 1] == "  pass_1:"
    assert note.endswith("codings.pass_1: no reason is given (why: null): io_obtained")


# What a row of a specification says, what was typed, and what is said of it.
SLIPS = [
    ("models.yaml", "outcome: sought", "outcome: io_sought",
     "[0].outcome: 'io_sought' is not allowed, as it has other values than 0 and 1; allowed: a cut of it, io_sought>=1"),
    ("models.yaml", "  terms: [military_opposition]", "  terms: [military_oposition]",
     "[0].terms[0]: 'military_oposition' is not known, perhaps military_opposition"),
    ("claims.yaml", "model: M1", "model: N9", "[0].statistics[0].model: 'N9' is not known; allowed: A1, "),
    ("claims.yaml", "    - model: M1", "    - models: M1",
     "[0].statistics[0].model: missing key; allowed: a model: a row of models.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS)
def test_a_slip_in_a_specification_stops_the_check(
    tmp_path, capsys, monkeypatch, name, old, new, words
):
    folder = shutil.copytree(paths.SPECIFICATIONS, tmp_path / "specifications")
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    (folder / name).write_text(changed, encoding="utf-8")
    with project_in(tmp_path):
        monkeypatch.setattr(paths, "SPECIFICATIONS", folder)
        paths.CASES.mkdir()
        (paths.CASES / FILE).write_text(TEXT, encoding="utf-8")
        assert run_check(None) == 1
    [fault] = [row for row in capsys.readouterr().out.splitlines() if words in row]
    line = changed[: changed.index(new)].count(NEWLINE) + 1
    assert f"{name}:{line}: " in fault


def test_there_are_twenty_of_them():
    assert len(MISTAKES) >= 20


def test_a_released_code_that_changes_without_a_word_is_noted(tmp_path, capsys):
    with project_in(tmp_path):
        paths.CASES.mkdir()
        paths.RELEASE.mkdir(parents=True)
        at = TEXT.index("io_sought:", TEXT.index("  agreed:"))
        changed = TEXT[:at] + re.sub("code: [0-9]", "code: 2", TEXT[at:], count=1)
        (paths.CASES / FILE).write_text(changed, encoding="utf-8")
        rows = ["case_id,cell,value", f"{CASE},io_sought,3", ""]
        (paths.RELEASE / "codings.csv").write_text(NEWLINE.join(rows), encoding="utf-8")
        assert run_check([CASE]) == 0
        said = capsys.readouterr().out
        assert "2 is not what was released, 3" in said
        assert "keep the old value on record under corrections, as cell: agreed.io_sought" in said
        recorded = [
            "corrections:", "  - cell: agreed.io_sought", "    old: 3", "    new: 2",
            "    reason: Read again.", "    evidence: [e05]", "",
        ]  # fmt: skip
        text = changed + NEWLINE.join(recorded)
        (paths.CASES / FILE).write_text(text, encoding="utf-8")
        assert run_check([CASE]) == 0
        assert "not what was released" not in capsys.readouterr().out
        (paths.CASES / FILE).write_text(text.replace("old: 3", "old: 1"), encoding="utf-8")
        assert run_check([CASE]) == 0
        assert "1 is not what was released: 3" in capsys.readouterr().out


def test_the_released_cases_have_none_of_these_faults(capsys):
    assert run_check(None) == 0
    assert "fault" not in capsys.readouterr().out


def test_the_examples_of_the_manual_exist():
    manual = (paths.ROOT / "CODING.md").read_text(encoding="utf-8")
    items = set(re.findall("(?m)^  - id: ([^ ]+)$", TEXT))
    for example in re.findall(r"\[(e[0-9]+[^]]*)[]]", manual):
        assert {f"{CASE}-{short}" for short in re.split("[, ]+", example)} <= items
    for case in re.findall("(?<![a-z0-9_])([a-z]+_(?:19|20)[0-9]{2})(?![a-z0-9_])", manual):
        assert case == "cotedivoire_2011" or (paths.CASES / f"{case}.yaml").is_file()
    for name in re.findall(r"specifications/([a-z_]+[.]yaml)", manual):
        assert (paths.SPECIFICATIONS / name).is_file()
    for verb in re.findall(r"(?m)(?:^|`)make ([a-z][a-z-]+)", manual):
        assert verb in VERBS, verb
