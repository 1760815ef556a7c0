"""Every table comes back with the types of the codebook or of the list of results; what does not fit is refused."""

import ast
import shutil

import pandas as pd
import pytest
from pandas._libs.parsers import STR_NA_VALUES
from pandas.testing import assert_frame_equal

from replication import paths
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.csv_cells import MISSING_WORDS
from replication.dataset import build
from replication.result_columns import result_type
from replication.tables import column_types, read_rows, read_table, write_table
from replication.workflow import DERIVED_TABLES, table_file
from replication.yaml_reading import InputError

INF = float("inf")
BOOK = read_codebook(paths.CODEBOOK)
NEWLINE = "\n"


def lines(*texts):
    return chr(10).join([*texts, ""])


def test_derived_tables_come_back_as_they_were_built(tmp_path):
    built = build(load_cases(paths.CASES, BOOK), BOOK)
    assert set(built) == set(DERIVED_TABLES)
    for name, frame in built.items():
        write_table(tmp_path / f"{name}.csv", frame)
        back = read_table(tmp_path / f"{name}.csv")
        assert_frame_equal(back, frame, rtol=1e-7)


def test_a_column_keeps_its_type_where_no_value_tells_it(tmp_path):
    """A code that nobody could give, a list of whole numbers with a gap, a text of digits, truth values."""
    table = tmp_path / "overturning.csv"
    table.write_text(
        lines(
            "io_sought,n_sets,cow_code,modal_code,exact,estimate,note",
            ",2,041,1,True,3,",
            ",,2,,False,,",
        ),
        encoding="utf-8",
    )
    read = read_table(table)
    assert [str(kind) for kind in read.dtypes] == [
        "Int64", "Int64", "Int64", "str", "boolean", "float64", "str",
    ]  # fmt: skip
    assert read["exact"].tolist() == [True, False]
    assert read["modal_code"][0] == "1"
    assert read["note"].isna().all()


def test_whole_numbers_are_written_whole_whatever_is_missing(tmp_path):
    path = tmp_path / "needed_cases.csv"
    write_table(path, pd.DataFrame({"needed": [41.0, None], "present_power": [1, 0.25]}))
    assert path.read_text(encoding="utf-8").split() == ["needed,present_power", "41,1.0", ",0.25"]
    assert read_rows(path) == [
        {"needed": "41", "present_power": "1.0"},
        {"needed": "", "present_power": "0.25"},
    ]


def test_infinite_numbers_are_empty_fields_with_a_mark_and_come_back(tmp_path):
    path = tmp_path / "estimates.csv"
    frame = pd.DataFrame(
        {
            "note": ["a,b", None, None],
            "estimate": [0.33333333, 1e-5, INF],
            "conf_low": [-INF, None, 1.0],
            "conf_high": [2.0, None, INF],
        }
    )
    write_table(path, frame)
    assert path.read_text(encoding="utf-8").split() == [
        "note,estimate,conf_low,conf_high,infinite",
        '"a,b",0.33333333,,2.0,conf_low=-inf',
        ",1e-05,,,",
        ",,1.0,,estimate=inf;conf_high=inf",
    ]
    assert_frame_equal(read_table(path), frame, check_dtype=False)
    assert [row["estimate"] for row in read_rows(path)] == ["0.33333333", "1e-05", "inf"]
    assert "infinite" not in read_rows(path)[0]


def test_tables_of_intervals_have_the_column_of_marks_always_others_only_where_needed(tmp_path):
    path = tmp_path / "estimates.csv"
    write_table(path, pd.DataFrame({"estimate": [1.0], "conf_high": [2.0]}))
    assert path.read_text(encoding="utf-8").split() == ["estimate,conf_high,infinite", "1.0,2.0,"]
    write_table(path, pd.DataFrame({"estimate": [1.0]}))
    assert path.read_text(encoding="utf-8").split() == ["estimate", "1.0"]


@pytest.mark.parametrize("mark", ["estimate=large", "novelty=inf", "estimate"])
def test_a_mark_that_is_not_understood_is_named(tmp_path, mark):
    path = tmp_path / "estimates.csv"
    path.write_text(lines("estimate,infinite", "1.0,", f",{mark}"), encoding="utf-8")
    with pytest.raises(InputError, match=r"estimates[.]csv:3: infinite: .* is not allowed"):
        read_table(path)


@pytest.mark.parametrize("word", sorted(MISSING_WORDS))
def test_a_text_that_means_missing_elsewhere_is_not_written(tmp_path, word):
    path = tmp_path / "estimates.csv"
    path.write_text("as it was", encoding="utf-8")
    with pytest.raises(ValueError, match=r"estimates[.]csv, line 3, note: .* is not allowed"):
        write_table(path, pd.DataFrame({"note": ["none", word]}))
    assert path.read_text(encoding="utf-8") == "as it was"


def test_the_words_refused_are_all_that_pandas_takes_for_missing():
    assert set(STR_NA_VALUES) - {""} <= MISSING_WORDS


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("nobs", "2.5", "a whole number"),
        ("estimate", "high", "a number"),
        ("exact", "1", "True or False"),
    ],
)
def test_a_value_of_another_type_is_named_with_its_place(tmp_path, column, value, allowed):
    path = tmp_path / "estimates.csv"
    path.write_text(lines(f"term,{column}", "x,", f"y,{value}"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_table(path)
    said = str(refused.value)
    assert f"estimates.csv:3: {column}: '{value}' is not allowed; allowed: {allowed}" in said


def test_an_unknown_column_is_refused_and_the_file_left_alone(tmp_path):
    path = tmp_path / "estimates.csv"
    path.write_text("as it was", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"estimates[.]csv:1: novelty: the type of the column is not known"
    ):
        write_table(path, pd.DataFrame({"novelty": [1.0]}))
    assert path.read_text(encoding="utf-8") == "as it was"


def test_a_new_variable_of_the_codebook_needs_no_other_entry(tmp_path):
    content = paths.CODEBOOK.read_text(encoding="utf-8").replace(
        "name: host_consent", "name: consent_given", 1
    )
    shutil.copy(paths.CODEBOOK, tmp_path / "codebook.yaml")
    (tmp_path / "codebook.yaml").write_text(content, encoding="utf-8")
    book = read_codebook(tmp_path / "codebook.yaml")
    assert column_types(tmp_path / "standings.csv", ["consent_given"], book) == {
        "consent_given": "Int64"
    }


def test_no_other_reader_of_tables_is_left():
    for file in sorted((paths.ROOT / "replication").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert file.name == "tables.py" or not called & {"read_csv", "DictReader"}, file


def test_every_result_listed_has_a_type_for_each_column():
    for path in sorted(paths.RESULTS.glob("*.csv")):
        read_table(path)
    assert result_type("influence", "left_out") == "text"
    assert result_type("case_fit", "left_out") == "number"
    assert table_file("influence").name == "influence.csv"
