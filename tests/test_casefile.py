"""Sound case files are read whole; every fault is told with its place and what is allowed."""

import codecs

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication import paths
from replication.casefile import InputError, case_schema, check_cases, load_cases
from replication.codebook import read_codebook
from replication.files import write_json
from replication.yaml_reading import LARGEST_FILE

DATA = paths.ROOT / "tests" / "data"
NAME = "atlantis_2001.yaml"
SOUND = (DATA / "small" / NAME).read_text(encoding="utf-8")
BOOK = read_codebook(paths.CODEBOOK)
SCHEMA = jsonschema.Draft7Validator(case_schema(BOOK))

NEWLINE, RETURN = "\n", "\r"
SIGNS = {"⏎": NEWLINE, "⇥": "\t", "␀": "\0", "⧵": chr(92), "↺": chr(0x202E)}
FAULTS = yaml.load((DATA / "bad" / "faults.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)


def spell(piece):
    for sign, character in SIGNS.items():
        piece = piece.replace(sign, character)
    return piece


def edited(old, new):
    assert SOUND.count(spell(old)) == 1, f"{old!r} must stand once in the sound file"
    return SOUND.replace(spell(old), spell(new))


def check(folder, text, name=NAME):
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    (folder / name).write_bytes(content)
    return check_cases(folder, BOOK)


def test_a_sound_case_is_read_whole(tmp_path):
    [case], faults, notices = check(tmp_path, SOUND)
    assert faults == []
    assert case.identity["case_title"] == "Atlantis 2001 (invented)"
    assert case.agreed["military.force"].code == -1
    assert case.agreed["io_venue"].code == ()
    assert case.codings["pass_1"]["military.io"].code is None
    assert case.evidence["atlantis_2001-e01"].statement.endswith(
        "far more ships than the plan had, and asked for a smaller task."
    )
    assert [item.absence for item in case.evidence.values()] == [False, False, True]
    assert list(case.passes) == ["pass_1", "anna"]
    assert case.facts["planned_duration_months"].value == 4.5
    assert case.sources["K2"].copy
    assert case.corrections[0].old == 1
    weak = [notice for notice in notices if "unvetted sources alone" in notice.message]
    assert {notice.field.rpartition(".")[2] for notice in weak} == {"evidence"}
    notices = [notice for notice in notices if notice not in weak]
    assert [notice.field for notice in notices] == ["", "facts", "codings.agreed", "codings.agreed"]
    assert "io_obtained" in notices[2].message
    assert "military_opposition" not in notices[2].message
    assert "rest on one item: " in notices[3].message


def test_a_source_that_nothing_cites_is_noted(tmp_path):
    without = SOUND.replace("[K1, K2]", "[K1]").replace("[K2]", "[K1]")
    _, _, notices = check(tmp_path, without)
    told = {(notice.field, notice.message) for notice in notices}
    assert ("sources.K2", "no item and no fact cites this source") in told
    assert all("cites this source" not in notice.message for notice in check(tmp_path, SOUND)[2])


@pytest.mark.parametrize("entry", FAULTS, ids=lambda entry: entry["fault"])
def test_fault_is_told(entry, tmp_path):
    text = edited(entry["replace"], entry["by"])
    cases, faults, _ = check(tmp_path, text)
    before = text[: text.index(spell(entry["line"])) + len(spell(entry["line"]))]
    place = (before.count("\n") + 1, entry["field"])
    told = [fault.message for fault in faults if (fault.line, fault.field) == place]
    assert cases == []
    assert any(all(words in message for words in entry["says"]) for message in told), faults
    assert len(faults) == int(entry.get("faults", 1)), faults
    assert all(str(fault).startswith(f"{tmp_path.as_posix()}/{NAME}:") for fault in faults)
    assert all(str(fault).isprintable() for fault in faults)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"  ", 1, "the file is empty"),
        (b"# only a comment", 1, "nothing but comments"),
        (codecs.BOM_UTF8 + SOUND.encode(), 1, "byte order mark"),
        (SOUND.encode("utf-16"), 1, "is not UTF-8"),
        (SOUND.replace("Waves", "Wellen für alle").encode("latin-1"), 67, "byte 0xfc is not UTF-8"),
        (SOUND.encode() + b"#" * LARGEST_FILE, 1, f"at most {LARGEST_FILE} are allowed"),
        (b"a: " + b"[" * 30 + b"]" * 30, 1, "nested more than 20 deep"),
        (b"[" * 50_000, 1, "stand within each other too deep"),
        (b"[one, two]", 1, "a list is not allowed; allowed: a mapping with the keys case_id"),
        (b"only words", 1, "'only words' is not allowed"),
    ],
)
def test_file_that_is_no_case_file(content, line, words, tmp_path):
    cases, faults, _ = check(tmp_path, content)
    assert cases == []
    assert (faults[0].line, words in faults[0].message) == (line, True), faults[0]


def test_yaml_bomb_is_refused_at_once(tmp_path):
    levels = ["a0: &a0 [x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    _, [fault], _ = check(tmp_path, "\n".join(levels))
    assert "aliases are not allowed" in fault.message


def test_all_faults_of_all_files_come_in_one_run(tmp_path):
    check(tmp_path, edited("code: 3", "code: 9").replace("iso3: ATL", "iso3: atl"))
    _, faults, _ = check(tmp_path, b"", name="empty.yaml")
    assert [(f.file.rsplit("/", 1)[1], f.field) for f in faults] == [
        (NAME, "iso3"),
        (NAME, "codings.anna.case.io_sought.code"),
        ("empty.yaml", ""),
    ]
    with pytest.raises(InputError) as caught:
        load_cases(tmp_path, BOOK)
    assert caught.value.faults == tuple(faults)
    assert str(caught.value).count("\n") == 2


def test_one_case_can_be_checked_alone(tmp_path):
    check(tmp_path, b"", name="empty.yaml")
    check(tmp_path, SOUND)
    [case], faults, _ = check_cases(tmp_path, BOOK, only="atlantis_2001")
    assert (case.case_id, faults) == ("atlantis_2001", [])
    _, [fault], _ = check_cases(tmp_path, BOOK, only="atlantis_2010")
    assert "there is no such case file; perhaps atlantis_2001" in fault.message


def test_case_id_of_another_file_is_told(tmp_path):
    check(tmp_path, SOUND)
    cases, faults, _ = check(tmp_path, SOUND, name="atlantis_copy.yaml")
    assert [case.case_id for case in cases] == ["atlantis_2001"]
    assert any("is already the case_id of" in fault.message for fault in faults)


@pytest.mark.parametrize("ending", [".yml", ".YAML", ".Yml"])
def test_a_case_file_of_another_ending_is_a_fault(tmp_path, ending):
    cases, [fault], _ = check(tmp_path, SOUND, name=f"atlantis_2001{ending}")
    assert cases == []
    assert fault.file.endswith(f"atlantis_2001{ending}")
    assert fault.message == f"{ending!r} is not allowed; allowed: atlantis_2001.yaml"
    with pytest.raises(InputError, match=r"is not allowed; allowed: atlantis_2001[.]yaml"):
        load_cases(tmp_path, BOOK)
    assert check_cases(tmp_path, BOOK, only="atlantis_2001")[1] == [fault]
    _, [other], _ = check_cases(tmp_path, BOOK, only="atlantis_2010")
    assert "there is no such case file" in other.message


def test_stray_files_are_noticed(tmp_path):
    _, faults, notices = check(tmp_path, SOUND, name="atlantis_2001.yaml.bak")
    assert (faults, "case files end in .yaml" in notices[0].message) == ([], True)


def test_draft_may_leave_its_identity_open(tmp_path):
    text = edited("status: released", "status: draft").replace(
        "sample: intervention", "sample: null"
    )
    [case], faults, notices = check(tmp_path, text)
    assert (case.status, case.identity["sample"], faults) == ("draft", None, [])
    assert "sample" in notices[0].message


def test_doubtful_codes_are_noticed_not_refused(tmp_path):
    text = edited("code: 1⏎        confidence: 1", "code: 1⏎        confidence: 2")
    text = text.replace("    absence: true", spell("    absence: true⏎    after_decision: true"))
    text = text.replace("No record of support", "word " * 61)
    text = text.replace("decision_date: '2001-03-00'", "decision_date: '2025-03-00'")
    _, faults, notices = check(tmp_path, text)
    messages = "\n".join(map(str, notices))
    assert faults == []
    for words in (
        "rests on findings of absence alone",
        "about the time after the decision",
        "has 68 words",
        "outside the universe",
    ):
        assert words in messages


@pytest.mark.parametrize(("publisher", "noticed"), [("Some Blog", True), ("Reuters", False)])
def test_a_code_that_unvetted_sources_alone_carry_is_noticed(tmp_path, publisher, noticed):
    content = yaml.safe_load(SOUND)
    for source in content["sources"].values():
        source.update(type="newspaper", publisher=publisher)
    cited = content["codings"]["agreed"]["case"]["io_sought"]["evidence"]
    for item in content["evidence"]:
        if item["id"] in cited:
            item.pop("absence", None)
            item["source"] = list(content["sources"])
    _, faults, notices = check(tmp_path, yaml.safe_dump(content, sort_keys=False))
    told = [str(notice) for notice in notices if "unvetted sources alone" in notice.message]
    assert faults == []
    assert any("agreed.case.io_sought" in line for line in told) == noticed


QUOTED = """    consulted: true
    quotation:
      text: {text}
      source: {source}
      place: p. 12
"""


@pytest.mark.parametrize(
    ("text", "source", "field", "words"),
    [
        ("word " * 40, "K1", "", ""),
        ("word " * 41, "K1", "text", "has 41 words; allowed: at most 40"),
        ("word", "K2", "source", "'K2' is not a source of the item; allowed: K1"),
        ("word", "K9", "source", "'K9' is not a source of the item; allowed: K1"),
    ],
)
def test_a_quotation_is_short_and_of_a_source_of_its_item(tmp_path, text, source, field, words):
    written = QUOTED.format(text=text.strip(), source=source)
    first = edited(
        "'2001-02-00'⏎    source: [K1]⏎    consulted: true⏎",
        f"'2001-02-00'⏎    source: [K1]⏎{written}",
    )
    cases, faults, _ = check(tmp_path, first)
    if not field:
        [case] = cases
        [quoted] = [item.quotation for item in case.evidence.values() if item.quotation]
        assert (quoted.text, quoted.source, quoted.place) == (text.strip(), "K1", "p. 12")
        assert faults == []
    else:
        [fault] = faults
        assert fault.field.endswith(f"quotation.{field}")
        assert words in fault.message


def test_what_was_not_read_is_not_quoted(tmp_path):
    written = QUOTED.format(text="word", source="K1").replace("true", "false")
    _, [fault], _ = check(
        tmp_path,
        edited(
            "'2001-02-00'⏎    source: [K1]⏎    consulted: true⏎",
            f"'2001-02-00'⏎    source: [K1]⏎{written}",
        ),
    )
    assert fault.field.endswith("quotation")
    assert "consulted is false" in fault.message


def test_texts_are_kept_as_written(tmp_path):
    title = "$x^2$ <script>alert(1)</script> #set ‘ق’ 日本 \u200b" + "w" * 300
    [case], faults, _ = check(tmp_path, edited("title: Waves", f"title: '{title}'"))
    assert (faults, case.sources["K2"].title) == ([], title)


def test_windows_line_ends_and_unquoted_dates_read_the_same(tmp_path):
    [plain], _, _ = check(tmp_path, SOUND)
    text = SOUND.replace("'2001-02-10'", "2001-02-10").replace(NEWLINE, f"{RETURN}{NEWLINE}")
    [other], faults, _ = check(tmp_path, text)
    assert faults == []
    assert other == plain


def test_the_released_cases_are_sound_and_complete():
    raw = {
        file.stem: yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for file in paths.CASES.glob("*.yaml")
    }
    cases = {case.case_id: case for case in load_cases(paths.CASES, BOOK)}
    assert cases.keys() == raw.keys()
    for case_id, case in cases.items():
        content = raw[case_id]
        ids = [item["id"] for item in content["evidence"]]
        assert list(case.evidence) == [i if "-" in i else f"{case_id}-{i}" for i in ids]
        assert list(case.sources) == list(content["sources"])
        for name, coding in content["codings"].items():
            codes = {key: cell["code"] for key, cell in coding.get("case", {}).items()}
            for actor, cells in coding.get("actors", {}).items():
                codes |= {f"{actor}.{key}": cell["code"] for key, cell in cells.items()}
            read = {
                key: list(c.code) if isinstance(c.code, tuple) else c.code
                for key, c in case.codings[name].items()
            }
            assert read == codes


def test_the_committed_schema_is_the_generated_one(tmp_path):
    write_json(tmp_path / "schema.json", case_schema(BOOK))
    assert paths.CASE_SCHEMA.read_bytes() == (tmp_path / "schema.json").read_bytes()
    jsonschema.Draft7Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize(
    "file", [DATA / "small" / NAME, *sorted(paths.CASES.glob("*.yaml"))[::5]], ids=lambda f: f.stem
)
def test_the_schema_accepts_sound_cases(file):
    content = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert [error.message for error in SCHEMA.iter_errors(content)] == []


@pytest.mark.parametrize(
    "entry", [e for e in FAULTS if e.get("schema") != "unreadable"], ids=lambda e: e["fault"]
)
def test_the_schema_refuses_what_a_schema_can_see(entry):
    content = yaml.safe_load(edited(entry["replace"], entry["by"]))
    accepted = not list(SCHEMA.iter_errors(content))
    assert accepted == (entry.get("schema") == "accepts")


lines = st.integers(0, SOUND.count("\n") - 1)
pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["- ", "{", "[", "]", ": ", "null", "&a", "*a", "!!x ", "'", "|", "1e9", "~", "<<: *a"]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(lines, st.sampled_from(["drop", "double", "replace", "cut", "indent"]), pieces),
        min_size=1,
        max_size=4,
    )
)
def test_no_mutation_of_a_sound_file_gives_a_traceback(tmp_path, changes):
    rows = SOUND.split("\n")
    for line, how, piece in changes:
        at = line % len(rows)
        row = rows[at]
        new = {
            "drop": [],
            "double": [row, row],
            "replace": [row.split(":")[0] + ": " + piece],
            "cut": [row[: len(row) // 2] + piece],
            "indent": ["  " + row],
        }[how]
        rows[at : at + 1] = new or [""]
    cases, faults, notices = check(tmp_path, "\n".join(rows).encode("utf-8", "surrogatepass"))
    assert bool(cases) != bool(faults)
    assert all(fault.message and fault.line >= 1 for fault in (*faults, *notices))


def test_short_ids_stand_for_the_items_of_the_file(tmp_path):
    short = SOUND.replace("atlantis_2001-e", "e")
    [case], faults, _ = check(tmp_path, short)
    assert faults == []
    [whole], _, _ = check(tmp_path, SOUND)
    assert (case.evidence, case.codings, case.corrections) == (
        whole.evidence,
        whole.codings,
        whole.corrections,
    )
    loose = SOUND.replace("evidence: [atlantis_2001-e02]", "evidence: [e2]", 1)
    [case], faults, _ = check(tmp_path, loose)
    assert (faults, case.codings) == ([], whole.codings)
    _, [fault], _ = check(
        tmp_path, SOUND.replace("evidence: [atlantis_2001-e02]", "evidence: [e9]", 1)
    )
    assert "'atlantis_2001-e9' is not the id of an item of this file" in fault.message
