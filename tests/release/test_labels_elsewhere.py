"""A codebook as real ones are, in R and PSPP: codes below zero, long labels in any script, old dates, long texts."""

import csv

import pandas as pd
import pytest
import yaml
from readers import run
from synthetic import Plan, write_cases

from replication import paths
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.exports import exported_name, write_sav, write_stata
from replication.precision import rounded_frame

# As long as labels of values may be, in letters of one to four bytes; some codes are below zero, some are left out.
LABELS = {
    -9: "refused",
    -8: 'don´t know; "not asked", or | both',
    0: "Ы" * 54 + " конец",
    1: "人" * 39 + "了",
    2: "𐌰" * 30,
    7: "7",
    100: "عملية الإغاثة",
}
HAVEN = """
library(haven)
folder <- commandArgs(trailingOnly = TRUE)[1]
for (kind in c("dta", "sav")) {
  data <- if (kind == "dta") read_dta(file.path(folder, "cases.dta")) else read_sav(file.path(folder, "cases.sav"))
  told <- data.frame(name = names(data), label = sapply(data, attr, "label"))
  labels <- attr(data$scale, "labels")
  write.csv(told, file.path(folder, paste0(kind, "_names.csv")), row.names = FALSE)
  told <- data.frame(code = as.numeric(labels), label = names(labels))
  write.csv(told, file.path(folder, paste0(kind, "_labels.csv")), row.names = FALSE)
  values <- as.data.frame(lapply(data, function(column) as.character(zap_labels(column))))
  write.csv(values, file.path(folder, paste0(kind, "_values.csv")), row.names = FALSE, na = "")
}
"""


def codebook(folder):
    tree = yaml.load(paths.CODEBOOK.read_text(encoding="utf-8"), yaml.CSafeLoader)
    scale = {
        "name": "scale",
        "type": "ordinal",
        "label": "𐌰" * 60,
        "rule": "As in other data.",
        "values": LABELS,
        "missing": "not known",
    }
    tree["case"].append(scale)
    path = folder / "codebook.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return read_codebook(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    book = codebook(folder)
    write_cases(folder / "cases", book, Plan(count=14, missing=0.3))
    cases = build(load_cases(folder / "cases", book), book)["cases"]
    codes = [*LABELS, *LABELS][: len(cases)]
    cases["scale"] = pd.Series([None, *codes[1:]], dtype="Int64")
    cases["followon_mission"] = ["人道支援" * 50, *cases["followon_mission"][1:]]
    trigger = book.variables["date_trigger"]
    days = {f"{trigger.name}{ending}": "1812-06-24" for ending in ("_earliest", "_latest")}
    cases.loc[cases.index[:3], list(days)] = list(days.values())
    write_stata(folder / "cases.dta", cases, book)
    write_sav(folder / "cases.sav", cases, book)
    return folder, rounded_frame(cases), {
        exported_name(column.name): column for column in book.columns("cases") if not column.csv_only
    }  # fmt: skip


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def agrees(ours, told):
    if pd.isna(ours):
        return told.strip() == ""
    if isinstance(ours, str):
        return told.rstrip() == ours.rstrip()
    return float(told) == pytest.approx(float(ours), rel=1e-9)


def test_haven_reads_every_value_and_every_label_whole(made):
    folder, cases, columns = made
    (folder / "read.R").write_text(HAVEN, encoding="utf-8")
    status, said = run("Rscript", "--no-init-file", folder / "read.R", folder)
    if "there is no package called" in said:
        pytest.skip("the R package haven is not installed")
    assert status == 0, said
    for kind in ("dta", "sav"):
        names = {row["name"]: row["label"] for row in rows_of(folder / f"{kind}_names.csv")}
        assert names == {name: column.label for name, column in columns.items()}
        labels = {float(r["code"]): r["label"] for r in rows_of(folder / f"{kind}_labels.csv")}
        assert labels == LABELS
        for place, row in enumerate(rows_of(folder / f"{kind}_values.csv")):
            for name, column in columns.items():
                assert agrees(cases[column.name].iloc[place], row[name]), (kind, place, name)


def test_pspp_reads_every_value_and_every_label_whole(made):
    folder, cases, columns = made
    kinds = ("values", "labels")
    program = [f"GET FILE='{folder / 'cases.sav'}'."] + [
        f"SAVE TRANSLATE /OUTFILE='{folder / f'pspp_{kind}.csv'}' /TYPE=CSV /REPLACE /FIELDNAMES /CELLS={kind.upper()}."
        for kind in kinds
    ]
    (folder / "read.sps").write_text(chr(10).join([*program, ""]), encoding="utf-8")
    status, said = run("pspp", "-O", "format=csv", folder / "read.sps")
    assert status == 0, said
    assert "warning" not in said.lower()
    values, labels = (rows_of(folder / f"pspp_{kind}.csv") for kind in kinds)
    for place in range(len(cases)):
        for name, column in columns.items():
            ours = cases[column.name].iloc[place]
            told = values[place][name]
            if column.type == "day" and told.strip():
                told = pd.to_datetime(told, format="%m/%d/%Y").date().isoformat()
            assert agrees(ours, told), (place, name)
        code = cases["scale"].iloc[place]
        assert labels[place]["scale"].strip() == ("" if pd.isna(code) else LABELS[code])
