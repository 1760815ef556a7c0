"""Sentences of the paper that depend on what there is: set from its own source, with results changed."""

import re
import shutil
import subprocess

import pytest
import yaml

from replication import paths
from replication.exhibits.text import listed
from replication.report import paper_source
from replication.report.inputs import placed
from replication.report.paper_numbers import entries, shown_numbers
from replication.report.paper_results import PaperResults
from replication.report.typesetting import typeset
from replication.tables import read_table, write_table
from replication.workflow import table_file

pytestmark = [
    pytest.mark.skipif(
        not table_file("criteria").is_file(), reason="needs the results of a run: make all"
    ),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed"),
]


@pytest.fixture
def project(tmp_path):
    """Give a project with specifications, codebook and the tables that the test changes."""
    shutil.copytree(paths.SPECIFICATIONS, placed(paths.SPECIFICATIONS, tmp_path))
    shutil.copy(paths.CODEBOOK, placed(paths.CODEBOOK, tmp_path))
    return tmp_path


def changed(project, name, change=lambda table: table):
    """Put a table of results, changed, into the project."""
    path = placed(table_file(name), project)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(path, change(read_table(table_file(name))))


def part(first, last):
    """Part of the paper's source, from one place to the next of another."""
    text = paper_source.SOURCE.read_text(encoding="utf-8")
    assert text.count(first) == 1
    start = text.index(first)
    return text[start : text.index(last, start)]


def said(source, project):
    """Set a part of the source with the project's numbers and give its words."""
    numbers = shown_numbers(entries(paper_source.calls(source), PaperResults(project)))
    file = project / "part.typ"
    head = '#import "common.typ": *' + chr(10) + "#set page(width: 100cm, height: 40cm)" + chr(10)
    file.write_text(head + source.replace("@fig", "a figure "), "utf-8")
    (project / "part.pdf").write_bytes(typeset(file, {}, {"numbers": numbers, "status": ""}))
    told = subprocess.run(
        ["pdftotext", "-raw", "part.pdf", "-"], cwd=project, capture_output=True, check=True
    )
    return " ".join(told.stdout.decode().split())


def forecasts(score, basis):
    """Change the criterion of the forecasts."""

    def change(table):
        rows = table["criterion"] == "forecasts"
        table.loc[rows, ["score", "basis"]] = [score, basis]
        return table

    return change


FORECASTS = ('#answer("R2")', '#fig("figure07_rivals")')


def forecast_paragraph():
    return part(*FORECASTS).removeprefix(FORECASTS[0])


def conclusion():
    return "On" + part("advocates the criterion is", " And over all")


def no_scores(table):
    table.loc[table["cases_used"] == "shared", ["log_score", "log_score_error"]] = float("nan")
    return table.assign(note="the outcome is 1 in all 2 observations")


def test_without_scores_the_paper_does_not_say_who_forecasts_better(project):
    changed(project, "criteria", forecasts("open", "a model has no score"))
    changed(project, "prediction_scores", no_scores)
    assert said(forecast_paragraph(), project) == (
        "Theory and rivals cannot be compared by out-of-sample forecasts: a model has no score."
    )
    assert said(conclusion(), project).endswith("The rivals cannot be compared by forecasts.")


@pytest.mark.parametrize(
    ("score", "told", "concluded"),
    [
        (
            "met",
            "The rivals forecast better than the theory.",
            "forecast better, at least in part.",
        ),
        ("in part", "One of the rivals forecasts better", "forecast better, at least in part."),
        ("not met", "The rivals forecast worse than the theory.", "do not forecast better."),
    ],
)
def test_with_scores_the_sentences_follow_the_criterion(project, score, told, concluded):
    changed(project, "criteria", forecasts(score, "b"))
    changed(project, "prediction_scores")
    text = said(forecast_paragraph(), project)
    assert told in text
    assert text.startswith("Out of sample, each case forecast by a model fitted to the others")
    assert said(conclusion(), project).endswith(f"The rivals {concluded}")


def waves_told(project, change):
    changed(project, "wave_contents", change)
    changed(project, "wave_agreement")
    return said(part('#when("waves.late.n > 0")', " Cases" + chr(10)), project)


def test_cases_that_no_wave_names_are_not_said_to_be_of_the_last_waves(project):
    def later(table):
        row = table.iloc[[-1]].assign(wave="later", label="later", n_cases=2, after_estimates=None)
        return type(table)({name: [*table[name], *row[name]] for name in table})

    assert "further" not in waves_told(project, lambda table: table)
    text = waves_told(project, later)
    waves = yaml.safe_load((paths.SPECIFICATIONS / "waves.yaml").read_text(encoding="utf-8"))
    chosen_late = [wave for wave in waves if wave.get("after_estimates")]
    names = listed([wave["wave"] for wave in chosen_late])
    sizes = listed([str(len(wave["cases"])) for wave in chosen_late])
    assert text.startswith(f"Cases of the {names} waves ({sizes}) were chosen and coded")
    assert text.endswith("For 2 further cases no wave says when they were chosen.")


def test_without_late_waves_all_were_chosen_before(project):
    def early(table):
        return table.assign(
            after_estimates=table["after_estimates"].where(table["wave"] == "all", 0)
        )

    assert waves_told(project, early) == "All cases were chosen before any estimate was made."


def test_the_agreement_names_the_passes_that_there_are(project):
    def four(table):
        table.loc[table["what"] == "pairs", "text"] = "any two of the four passes, on average,"
        return table

    changed(project, "reliability")
    source = part("On the outcome #t(", ", an alpha")
    changed(project, "provenance_sentences")
    assert said(source, project).startswith("On the outcome the two passes gave the same code in")
    changed(project, "provenance_sentences", four)
    assert said(source, project).startswith(
        "On the outcome any two of the four passes, on average, gave"
    )


def test_what_remains_significant_is_told_of_the_fits_and_not_of_the_tests_of_trend(project):
    """Behind p-values above 0.05 of the exact test, "both effects remain significant" read as a contradiction."""
    changed(project, "missing_codes")
    changed(project, "estimates")
    meant = part("#let with-declined", "#block")
    text = said(meant + part("log-odds for one step of opposition become", "#when("), project)
    told = re.search(
        r"[(]by Firth.s logit (both|only one|neither) .* significant[)], with exact", text
    )
    assert told, text
    assert "significant" not in text[told.end() :]
