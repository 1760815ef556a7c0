"""The files as R, PSPP, gretl, DuckDB and polars read them: labels, missing values, counts and types are ours."""

import re

import pandas as pd
import pytest
from readers import read_by, run

from replication import paths
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.exports import exported_name, write_sav, write_stata
from replication.tables import column_types, write_table

BOOK = read_codebook(paths.CODEBOOK)
COLUMNS = [column for column in BOOK.columns("cases") if not column.csv_only]

READ_TABLES = """
import json, sys
import duckdb, polars
found = {}
for path in sys.argv[1:]:
    frame = polars.read_csv(path, infer_schema_length=None, try_parse_dates=True)
    duck = duckdb.sql(f"SELECT * FROM read_csv('{path}', sample_size = -1)")
    nulls = {name: duckdb.sql(f'SELECT count(*) - count("{name}") FROM duck').fetchall()[0][0] for name in duck.columns}
    found[path] = {
        "polars": {name: [str(kind), frame[name].null_count()] for name, kind in frame.schema.items()},
        "duckdb": {n: [str(kind), nulls[n]] for n, kind in zip(duck.columns, duck.types, strict=True)},
    }
print(json.dumps(found))
"""
# What the two call numbers and whole dates.
NUMBERS = {"Int64", "Float64", "BIGINT", "DOUBLE"}
DAYS = {"Date", "DATE"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Write the table of cases in every format, and one of estimates of which some are infinite."""
    folder = tmp_path_factory.mktemp("made")
    cases = build(load_cases(paths.CASES, BOOK), BOOK)["cases"]
    write_table(folder / "cases.csv", cases)
    write_stata(folder / "cases.dta", cases, BOOK, ["Please cite: us"])
    write_sav(folder / "cases.sav", cases, BOOK, ["Please cite: us"])
    infinite = {
        "estimate": [1.5, float("inf")],
        "conf_low": [-float("inf"), 0.5],
        "conf_high": [2.0, float("inf")],
    }
    write_table(folder / "estimates.csv", pd.DataFrame({"note": ["a", None], **infinite}))
    return folder, cases


def missing(cases, column):
    return int(cases[column.name].isna().sum())


def test_duckdb_and_polars_read_numbers_days_and_infinite_limits_as_meant(made):
    folder, cases = made
    found = read_by(READ_TABLES, folder / "cases.csv", folder / "estimates.csv")
    for reader in ("duckdb", "polars"):
        told = found[str(folder / "cases.csv")][reader]
        kinds = column_types(folder / "cases.csv", list(cases.columns))
        for column in BOOK.columns("cases"):
            kind, nulls = told[column.name]
            assert nulls == missing(cases, column), (reader, column.name)
            if nulls < len(cases) and (kinds[column.name] != "str" or column.type == "day"):
                assert kind in (DAYS if column.type == "day" else NUMBERS), (reader, column.name)
        told = found[str(folder / "estimates.csv")][reader]
        assert {told[name][0] for name in ("estimate", "conf_low", "conf_high")} <= NUMBERS
        assert told["conf_high"][1] == 1


def test_pspp_shows_labels_missing_values_and_counts(made, tmp_path):
    folder, cases = made
    chosen = ["io_sought", "military_opposition", "resolution", "date_action_earliest"]
    program = tmp_path / "read.sps"
    program.write_text(
        f"GET FILE='{folder / 'cases.sav'}'." + chr(10) + "DISPLAY DOCUMENTS." + chr(10)
        + f"DISPLAY DICTIONARY /VARIABLES={' '.join(chosen)}." + chr(10)
        + f"FREQUENCIES /VARIABLES={' '.join(chosen)} /FORMAT=NOTABLE /STATISTICS=NONE." + chr(10)
        + "FREQUENCIES /VARIABLES=" + " ".join(chosen) + "." + chr(10),
        encoding="utf-8",
    )  # fmt: skip
    status, said = run("pspp", "-O", "format=csv", program)
    assert status == 0, said
    assert "Please cite: us" in said
    for name in chosen[:2]:
        for label in BOOK.variables[name].labels.values():
            assert label in said
    known = {column.name: column for column in BOOK.columns("cases")}
    for name in chosen:
        empty = missing(cases, known[name])
        block = said.split(f"Table: {known[name].label}")[-1].split("Table: ")[0]
        counts = [int(n) for n in re.findall(r"^Missing,[^,]*,([0-9]+)", block, re.MULTILINE)]
        assert sum(counts) == empty, (name, block)


def test_gretl_reads_every_column_and_the_same_sums(made, tmp_path):
    folder, cases = made
    program = tmp_path / "read.inp"
    chosen = [c.name for c in COLUMNS if c.type in ("ordinal", "flag") and c.level == "case"]
    names = {exported_name(name): name for name in chosen}
    lines = [f'open "{folder / "cases.dta"}" --quiet', "set verbose off"]
    lines += [f'printf "{n} %d %g %d @", nobs({n}), sum({n}), $nobs' for n in names]
    program.write_text(chr(10).join(lines), encoding="utf-8")
    status, said = run("gretlcli", "-b", "-q", program)
    assert status == 0, said
    found = dict(re.findall("([a-z_]+) ([0-9]+ [0-9.]+ [0-9]+) @", said))
    for name, column in names.items():
        values = cases[column].dropna()
        assert found[name] == f"{len(values)} {values.astype(float).sum():g} {len(cases)}", name


HAVEN = """
library(haven)
folder <- commandArgs(trailingOnly = TRUE)[1]
for (kind in c("dta", "sav")) {
  data <- if (kind == "dta") read_dta(file.path(folder, "cases.dta")) else read_sav(file.path(folder, "cases.sav"))
  cat(kind, "notes", attr(data, "notes"), fill = 2000)
  for (name in names(data)) {
    column <- data[[name]]
    empty <- sum(is.na(column))
    if (is.character(column)) empty <- empty + sum(column == "", na.rm = TRUE)
    sum <- if (is.numeric(column)) sprintf("%.6g", sum(as.numeric(column), na.rm = TRUE)) else "-"
    labels <- attr(column, "labels")
    cat(kind, name, empty, sum, class(column)[1], length(labels), attr(column, "label"), sep = "|", fill = 2000)
  }
}
"""


def test_haven_reads_labels_missing_values_sums_and_dates(made, tmp_path):
    folder, cases = made
    script = tmp_path / "read.R"
    script.write_text(HAVEN, encoding="utf-8")
    status, said = run("Rscript", "--no-init-file", script, folder)
    if "there is no package called" in said:
        pytest.skip("the R package haven is not installed")
    assert status == 0, said
    rows = {
        tuple(x[:2]): x[2:] for x in (line.split("|") for line in said.splitlines()) if len(x) == 7
    }
    assert len(rows) == 2 * len(COLUMNS)
    assert said.count("Please cite: us") == 2
    for (kind, name), (empty, total, kinds, labels, label) in rows.items():
        [column] = [c for c in COLUMNS if exported_name(c.name) == name]
        assert (label, int(empty)) == (column.label, missing(cases, column)), (kind, name)
        if column.type == "day":
            assert kinds == "Date" or int(empty) == len(cases)
        elif pd.api.types.is_numeric_dtype(cases[column.name]):
            assert int(labels) == len(column.labels)
            assert float(total) == pytest.approx(
                float(cases[column.name].astype(float).sum()), rel=1e-5
            )


READR = """
library(readr)
arguments <- commandArgs(trailingOnly = TRUE)
written <- arguments[-1]
as_text <- do.call(cols, setNames(rep(list("c"), length(written)), written))
quiet <- function(path, types) suppressWarnings(
  read_csv(path, col_types = types, show_col_types = FALSE, progress = FALSE, guess_max = Inf)
)
for (file in c("cases", "estimates")) {
  path <- file.path(arguments[1], paste0(file, ".csv"))
  data <- quiet(path, if (file == "cases") as_text else NULL)
  for (name in names(data)) {
    column <- data[[name]]
    sum <- if (is.numeric(column)) sprintf("%.6g", sum(column, na.rm = TRUE)) else "-"
    cat(file, name, sum(is.na(column)), sum, class(column)[1], sep = "|", fill = 2000)
  }
  untold <- problems(quiet(path, NULL))
  cat(file, "rows", nrow(data), nrow(problems(data)), paste(untold$actual, collapse = " "), sep = "|", fill = 2000)
}
"""


def test_readr_reads_the_tables_when_it_is_told_that_written_dates_are_texts(made, tmp_path):
    """Left to itself it makes dates with an unknown day missing, with a warning; README says so."""
    folder, cases = made
    script = tmp_path / "read.R"
    script.write_text(READR, encoding="utf-8")
    written = [column.name for column in BOOK.columns("cases") if column.type == "date"]
    status, said = run("Rscript", "--no-init-file", script, folder, *written)
    if "there is no package called" in said:
        pytest.skip("the R package readr is not installed")
    assert status == 0, said
    rows = {
        tuple(x[:2]): x[2:] for x in (line.split("|") for line in said.splitlines()) if len(x) == 5
    }
    count, problems, untold = rows["cases", "rows"]
    assert (count, problems) == (str(len(cases)), "0")
    assert untold
    assert all(date.endswith("-00") for date in untold.split())
    assert rows["estimates", "rows"] == ["2", "0", ""]
    kinds = column_types(folder / "cases.csv", list(cases.columns))
    for column in BOOK.columns("cases"):
        empty, total, kind = rows["cases", column.name]
        assert int(empty) == missing(cases, column), column.name
        if int(empty) == len(cases):
            continue  # a column of which nothing is known is logical in R
        if column.type == "day":
            assert kind == "Date", column.name
        elif kinds[column.name] != "str":
            assert kind == "numeric", column.name
            assert float(total) == pytest.approx(float(cases[column.name].sum()), rel=1e-5)
        else:
            assert kind == "character", column.name
    assert rows["estimates", "conf_high"] == ["1", "2", "numeric"]
    assert rows["estimates", "infinite"][2] == "character"
