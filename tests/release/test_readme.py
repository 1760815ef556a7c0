"""README.md stands in the order journals ask for, and its generated parts say what the project says now."""

import csv
import math
import re

import pandas as pd
import pytest
from released_data import only_for_released_data

from replication import paths
from replication.analyses.claims.reading import read_claims
from replication.exhibits.numbers import number, p_equals
from replication.randomness import SEED
from replication.release.readme import SECTIONS, fill, unlisted
from replication.release.readme import part as part_of
from replication.report import paper_source
from replication.tables import read_table

TEXT = (paths.ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (paths.ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def part(name):
    return part_of(ARCHITECTURE if name == "programs" else TEXT, name)


def first_cells(table):
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    return [row.split("`")[1] for row in rows]


def test_sections_stand_in_the_order_of_the_template():
    headings = re.findall("^##+ .*$", TEXT, flags=re.MULTILINE)
    assert [heading for heading in headings if heading in SECTIONS] == list(SECTIONS)


def test_generated_parts_are_current():
    assert fill(TEXT, paths.ROOT) == TEXT
    assert fill(ARCHITECTURE, paths.ROOT) == ARCHITECTURE


def test_every_data_file_is_listed_once_and_every_line_has_its_files():
    assert unlisted(TEXT, paths.ROOT) == []


def test_a_data_file_that_is_not_listed_and_a_line_without_a_file_are_told(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "new.csv").write_text("a", encoding="utf-8")
    told = unlisted(TEXT, tmp_path)
    assert "data/new.csv is listed 0 times" in told
    assert "data/derived/* is listed, and no file" in told


def test_a_row_of_the_dataset_list_stands_for_one_folder_alone(tmp_path):
    text = (
        "<!-- generated: datasets -->@| `output/*` |@| `tests/**` |@<!-- end of generated part -->"
    )
    for name in ("output/a.csv", "output/results/b.csv", "tests/data/deep/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a", encoding="utf-8")
    told = unlisted(text.replace("@", chr(10)), tmp_path)
    assert told == ["output/results/b.csv is listed 0 times"]


def test_every_exhibit_has_its_line_and_its_files():
    with (paths.OUTPUT / "exhibits.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = part("exhibits")
    made = {
        path.relative_to(paths.ROOT).as_posix()
        for folder in (paths.TABLES, paths.FIGURES)
        for path in folder.iterdir()
    }
    assert made == {file for row in rows for file in row["files"].split(";")}
    for row in rows:
        lines = (paths.ROOT / row["script"]).read_text(encoding="utf-8").splitlines()
        assert f'"{row["exhibit"]}"' in lines[int(row["line"]) - 1]
        place = f"{row['script'].removeprefix('scripts/')}, {row['line']}"
        assert f"| {row['exhibit']} | {place} |" in table


def test_the_exhibits_stand_in_the_order_of_the_paper():
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    shown = [c.key for c in paper_source.calls(source) if c.form in ("tab", "fig")]
    rows = [line.strip("| ").split(" | ") for line in part("exhibits").splitlines()[3:-1]]
    assert [row[0] for row in rows if row[2].startswith("paper")] == shown
    assert all(row[2] == "supplement" for row in rows[len(shown) :])


def test_every_script_is_described_once():
    assert first_cells(part("programs")) == sorted(
        f"scripts/{path.name}" for path in paths.SCRIPTS.glob("*.py")
    )


def test_the_seed_stands_where_the_readme_says():
    seed, line = re.search("The seed is ([0-9]+): .*, line ([0-9]+)", part("seed")).groups()
    source = (paths.ROOT / "replication" / "randomness.py").read_text(encoding="utf-8")
    assert source.splitlines()[int(line) - 1] == f"SEED = {seed}"
    assert int(seed) == SEED


def test_the_seed_is_set_in_one_place_and_never_by_a_clock():
    pattern = re.compile(
        "np[.]random[.]seed|RandomState|default_rng[(][)]|^SEED(?= )", re.MULTILINE
    )
    found = {
        path.relative_to(paths.ROOT).as_posix(): pattern.findall(path.read_text(encoding="utf-8"))
        for path in (*(paths.ROOT / "replication").rglob("*.py"), *paths.SCRIPTS.glob("*.py"))
    }
    assert {k: v for k, v in found.items() if v} == {"replication/randomness.py": ["SEED"]}


def test_nothing_is_left_to_fill_in():
    left = re.findall("^[A-Z]{8,}$", TEXT, flags=re.MULTILINE)
    assert left == []


def test_both_statements_of_rights_are_signed_and_both_licences_named():
    assert len(re.findall(r"^- \[x] The contributors have ", TEXT, re.MULTILINE)) == 2
    assert "- [ ]" not in TEXT
    licence = (paths.ROOT / "LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence
    assert "CC BY 4.0" in licence


def test_every_verb_of_the_makefile_is_explained():
    makefile = (paths.ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.search("^[.]PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert [v for v in verbs if f"`make {v}" not in TEXT and v not in ("help", "schema")] == []


@pytest.mark.parametrize("name", ["OVERVIEW.md", "README.md"])
def test_the_raw_data_are_told_about(name):
    assert (paths.RAW / name).stat().st_size > 4000


def test_the_table_of_the_raw_data_names_every_file_there():
    text = (paths.RAW / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    told = set()
    for cell in rows:
        names = re.findall("`([^`]+)`", cell)
        folder = names[0].rpartition("/")[0] if names else ""
        told |= {name if "/" in name or not folder else f"{folder}/{name}" for name in names}
    there = {
        file.relative_to(paths.RAW).as_posix()
        for folder in (paths.RAW, paths.SPECIFICATIONS)
        for file in folder.iterdir()
        if file.is_file() and not file.name.startswith(".")
    }
    assert told - {"cases/<case_id>.yaml"} == there - {"README.md"}


def test_the_overview_has_three_parts_and_its_length():
    text = (paths.RAW / "OVERVIEW.md").read_text(encoding="utf-8")
    assert len(re.findall("^## ", text, re.MULTILINE)) == 3
    assert 800 <= len(text.split()) <= 1200


def test_every_direct_dependency_of_make_all_is_told_with_its_version():
    lines = (paths.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if i and line.startswith("#"))
    pinned = [line.replace("==", " ") for line in lines[1:first]]
    [told] = part("packages").splitlines()[1:-1]
    assert told == ", ".join(pinned) + "."


def test_the_readme_says_who_coded_the_cases_as_the_paper_does():
    """Typed, the sentence stayed what it was when people had recoded cases."""
    told = read_table(paths.RESULTS / "provenance_sentences.csv").set_index("what")["text"]
    assert part("results").splitlines()[-2].endswith(f"are provisional*: {told['status']}.")
    assert TEXT.count("human expert") <= 1


def test_the_sentences_of_result_are_those_of_the_estimates():
    lines = part("results").splitlines()[1:-2]
    *lines, others = lines
    assert len(lines) == 3
    verdicts = read_table(paths.RESULTS / "verdicts.csv").query("kind == 'statistics'").iloc[2:]
    for row in verdicts.to_dict("records"):
        assert f"{row['label'].lower()} {row['verdict']}" in others
    estimates = read_table(paths.OUTPUT / "estimates.csv")
    for line, claim in zip(lines[:2], read_claims(paths.SPECIFICATIONS)[:2], strict=True):
        asked = claim.statistics[0]
        wanted = {name: getattr(asked, name) for name in ("model", "term", "sample", "outcome")}
        rows = estimates[(estimates[list(wanted)] == pd.Series(wanted)).all(axis=1)]
        rows = rows.set_index("estimator")
        p_value = rows.loc[asked.estimator, "p_value"]
        told = rows.loc[asked.told or asked.estimator, "estimate"]
        assert claim.statement in line
        assert p_equals(p_value) in line
        forms = {
            number(math.exp(told)),
            f"{100 * told:+.0f} percentage points",
            # With a decimal where an end of the interval is nearer than one point to nothing.
            f"{100 * told:+.1f} percentage points",
        }
        assert any(form in line for form in forms)
    joint = read_table(paths.RESULTS / "multiverse_joint_test.csv").query("statistic == 'median'")
    said = lines[2].split("; ")
    for p, sentence in zip(joint["p_value"], said[-len(joint) :], strict=True):
        assert p_equals(p) in sentence
        assert ("cannot be told from chance" in sentence) == (p >= 0.05)


def test_the_readme_begins_with_two_commands_and_the_results():
    assert TEXT.index("make all ") < TEXT.index("make test ") < TEXT.index("generated: results")
    assert TEXT.index("generated: results") < TEXT.index("## Overview")


def test_the_readme_of_the_release_is_half_of_what_it_once_was():
    """Models and claims that are added have rows and sentences of their own in it."""
    only_for_released_data()
    assert len(TEXT.encode()) <= 34 * 1024 / 2
