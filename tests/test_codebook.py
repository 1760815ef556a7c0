"""The codebook is read whole, its faults are told, and its names suit every format."""

import json
from itertools import pairwise

import jsonschema
import pytest
import yaml

from replication import paths
from replication.codebook import read_codebook
from replication.codebook_shape import codebook_schema
from replication.files import write_json
from replication.yaml_reading import InputError

TEXT = paths.CODEBOOK.read_text(encoding="utf-8")
BOOK = read_codebook(paths.CODEBOOK)

# Words that the scan of the American Economic Association's data editor looks for in names and
# labels of .dta files (PII_stata_scan.do of its replication template), and those it wants whole.
PERSONAL = (
    "address", "bday", "beneficiary", "birth", "block", "cell", "census", "child", "city",
    "community", "compound", "coord", "country", "district", "daughter", "email", "father",
    "fax", "gender", "gps", "house", "husband", "landline", "latitude", "location",
    "longitude", "mother", "municipality", "name", "network", "panchayat", "parish", "phone",
    "precinct", "school", "sex", "social", "spouse", "street", "subcountry", "territory",
    "village", "wife", "zip"
)  # fmt: skip
PERSONAL_WORDS = {"url", "son", "dob", "loc"}


def spoiled(folder, old, new):
    assert TEXT.count(old) == 1, old
    path = folder / "codebook.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_codebook(path)
    return "; ".join(map(str, caught.value.faults))


def test_everything_in_the_file_is_in_the_codebook():
    raw = yaml.safe_load(TEXT)
    for level in ("identity", "case", "actor", "fact", "derived"):
        assert [v.name for v in getattr(BOOK, level)] == [entry["name"] for entry in raw[level]]
        for variable, entry in zip(getattr(BOOK, level), raw[level], strict=True):
            assert (variable.type, variable.label) == (entry["type"], entry["label"])
            assert list(variable.values) == list(entry.get("values", {}))
            assert variable.level == level
    assert list(BOOK.actors) == list(raw["actors"])
    assert list(BOOK.source_types) == list(raw["source_types"])
    assert list(BOOK.settled) == list(raw["settled"])
    assert list(BOOK.tables) == [
        "cases",
        "actors",
        "codings",
        "evidence",
        "sources",
        "facts",
        "weights",
    ]


def test_scales_are_those_of_the_universe():
    assert BOOK.variables["io_sought"].labels == {
        0: "none",
        1: "nominal",
        2: "sought",
        3: "conditional",
    }
    assert list(BOOK.variables["force"].values) == [-2, -1, 0, 1, 2]
    assert list(BOOK.confidence.values) == [1, 2, 3]
    assert len(BOOK.cells) == len(BOOK.case) + len(BOOK.actors) * len(BOOK.actor) >= 13 + 5 * 2
    assert BOOK.cells["military.io"] is BOOK.variables["io"]
    ruled = [v.name for v in BOOK.case if v.before_decision]
    plan = [
        "military_opposition",
        "stabilization_burden",
        "strategic_interest",
        "major_power_opposition",
        "domestic_pressure",
        "congress_opposition",
    ]
    assert [name for name in ruled if name in plan] == plan


def test_every_column_has_a_label_a_rule_and_a_name_of_its_own():
    for table in BOOK.tables:
        columns = BOOK.columns(table)
        assert len({column.name for column in columns}) == len(columns)
        for column in columns:
            assert column.label
            assert column.rule
            assert len(column.label) <= 80
    with pytest.raises(ValueError, match="'codes' is not a derived table; allowed: cases, actors"):
        BOOK.columns("codes")


@pytest.mark.parametrize("table", ["cases", "actors"])
def test_names_and_labels_for_stata_hold_no_word_of_the_personal_data_scan(table):
    columns = [column for column in BOOK.columns(table) if not column.csv_only]
    texts = [(column.name, column.label.lower()) for column in columns]
    assert not [text for text in texts for word in PERSONAL if word in text[0] or word in text[1]]
    assert not [text for text in texts if PERSONAL_WORDS & set(text[1].split())]
    assert not [
        text
        for text in texts
        if any(text[0].startswith(w) or text[0].endswith(w) for w in PERSONAL_WORDS)
    ]
    # The scan takes "lat" beside "lon" in neighbouring columns for a place on the globe.
    pairs = list(pairwise(texts))
    assert not [
        pair
        for pair in pairs
        for a, b in (pair, pair[::-1])
        if "lat" in "".join(a) and "lon" in "".join(b)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "  - name: io_venue",
            "  - name: io_sought",
            ["case[1].name: 'io_sought' stands twice; first in case[0]"],
        ),
        (
            "  - name: io_venue",
            "  - name: organisations_that_were_approached",
            ["at most 24 are allowed"],
        ),
        (
            "  - name: io_venue",
            "  - name: IO-Venue",
            ["'IO-Venue' is not allowed; did you mean io_venue? allowed: a word in a-z"],
        ),
        (
            "  - name: io_venue",
            "  - name: str12",
            ["'str12' is a word of Stata; any other name is allowed"],
        ),
        (
            "  - name: io_venue",
            "  - name: by",
            ["'by' is a word of SPSS; any other name is allowed"],
        ),
        (
            "  - name: io_venue",
            "  - name: while",
            ["'while' is a word of R; any other name is allowed"],
        ),
        ("label: Organisations approached", f"label: {'long ' * 20}", ["at most 68 are allowed"]),
        (
            "label: Organisations approached",
            f"label: {'𐌰' * 61}",
            ["has 244 bytes in UTF-8; at most 240 are allowed, which is what .sav files hold"],
        ),
        (
            "0: {label: none, rule: 'Asked for nothing,",
            f"0: {{label: {'Ы' * 61}, rule: 'Asked for nothing,",
            ["case[0].values.0.label: has 122 bytes in UTF-8; at most 120 are allowed"],
        ),
        (
            "label: Organisations approached",
            "lable: Organisations",
            ["unknown key 'lable', perhaps label", "label: missing key"],
        ),
        (
            "    values: {D: Democrat, R: Republican}",
            "    unit: party",
            ["values: missing key; a variable of type nominal has codes"],
        ),
        (
            "    values: {0: little, 1: divided, 2: strong}",
            "    values: {a: little, b: strong}",
            ["of type ordinal are whole numbers"],
        ),
        (
            "    values: {0: little, 1: divided, 2: strong}",
            "    values: {no: little, yes: strong}",
            ["the code 'no' is not allowed"],
        ),
        (
            "      LAS: League of Arab States",
            "      none: No organisation",
            ["'none' is not allowed; it stands for an empty list"],
        ),
        (
            "      LAS: League of Arab States",
            "      L;A: League",
            ["the code 'L;A' is not allowed"],
        ),
        (
            "    derive: {at_least: [io_sought, 2]}",
            "    derive: {at_least: [io_asked, 2]}",
            ["'io_asked' is not allowed; allowed: a variable of type ordinal"],
        ),
        (
            "    derive: {at_least: [io_sought, 2]}",
            "    derive: {above: [io_sought, 2]}",
            ["one of at_least, equals"],
        ),
        (
            "    derive: {at_least: [io_sought, 2]}",
            "    derive: {at_least: [io_sought]}",
            ["a list of two"],
        ),
        ("    derive: {at_least: [io_sought, 2]}", "    unit: '1'", ["derive: missing key"]),
        (
            "    derive: {days_between: [date_endorsement, date_action]}",
            "    derive: {days_between: [us_troops_peak, date_action]}",
            ["a variable of type date"],
        ),
        ("    pattern: '[A-Z]{3}'", "    pattern: '[A-Z'", ["a regular expression"]),
        (
            "  - name: crisis_family",
            "  - name: family",
            ["identity: the variable crisis_family is missing"],
        ),
        (
            "statement_words: 60",
            "statement_words: 0",
            ["0 is not allowed; allowed: a whole number, 1 or more"],
        ),
        ("time_rule: >-", "time_rule: [", ["broken YAML"]),
    ],
)
def test_faults_of_the_codebook_are_told(old, new, words, tmp_path):
    told = spoiled(tmp_path, old, new)
    assert all(word in told for word in words), told
    assert "codebook.yaml:" in told


def test_the_committed_schema_is_the_generated_one(tmp_path):
    write_json(tmp_path / "schema.json", codebook_schema())
    committed = paths.RAW / "codebook.schema.json"
    assert committed.read_bytes() == (tmp_path / "schema.json").read_bytes()
    content = json.loads(json.dumps(yaml.safe_load(TEXT)))
    assert not list(jsonschema.Draft7Validator(codebook_schema()).iter_errors(content))
    content["case"][0]["label"] = 3
    assert list(jsonschema.Draft7Validator(codebook_schema()).iter_errors(content))
