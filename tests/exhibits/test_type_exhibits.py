"""Tables and figure of cases and numbers: on all cases, one pass and nothing; and what the prose takes from them."""

import itertools

import pandas as pd
import pytest
from checks import faults
from given_results import GivenResults

from replication import paths
from replication.analyses.cases.weights import weight_agreement, weight_items, weight_sums
from replication.analyses.types import posterior
from replication.analyses.types.data import coded_cases
from replication.analyses.types.learning import COLUMNS, expected_learning
from replication.analyses.types.plan import read_type_plan
from replication.analyses.types.rivals import bayes_factors
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.exhibits.figures import causal_types_figure
from replication.exhibits.tables import (
    causal_types_table,
    type_cases_table,
    type_clues_table,
    type_rivals_table,
    weights_table,
)
from replication.exhibits.typesetting.formatted import formatted_table
from replication.exhibits.typesetting.table_html import table_html
from replication.exhibits.typesetting.table_tex import table_tex
from replication.report.type_summaries import rival_summaries, type_summaries, weight_summaries
from replication.specifications import read_samples
from replication.tables import read_rows, read_table, write_table

BOOK = read_codebook(paths.CODEBOOK)
PLAN, SAMPLES = read_type_plan(paths.SPECIFICATIONS, BOOK), read_samples(paths.SPECIFICATIONS)
RANKED = pd.DataFrame({"case_id": ["libya_2011"], "place": pd.Series([3], dtype="Int64")})


def results(frames):
    """Every result of step 4, as its script makes them."""
    coded = coded_cases(frames["cases"], frames["actors"], frames["codings"], BOOK)
    inputs = (coded, PLAN, SAMPLES)
    return {
        "causal_types": posterior.by_evidence(*inputs),
        "causal_type_cases": posterior.by_case(*inputs),
        "causal_type_clues": posterior.by_clue(*inputs),
        "causal_type_variants": posterior.sensitivity(*inputs),
        "causal_type_rivals": bayes_factors(*inputs),
        "causal_type_learning": expected_learning(*inputs, RANKED),
        "weight_items": weight_items(frames["weights"], frames["evidence"]),
        "weight_sums": weight_sums(frames["weights"], frames["cases"], frames["evidence"], BOOK),
        "weight_agreement": weight_agreement(frames["weights"]),
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Results of the project's cases, through the files that stand between the steps."""
    folder = tmp_path_factory.mktemp("types")
    frames = build(load_cases(paths.CASES, BOOK), BOOK)
    for name, frame in frames.items():
        write_table(folder / f"{name}.csv", frame)
    frames = {name: read_table(folder / f"{name}.csv") for name in frames}
    for name, frame in results(frames).items():
        write_table(folder / f"{name}.csv", frame)
    return folder, frames


def stored(whole):
    folder, _ = whole
    names = [path.stem for path in folder.glob("*type*.csv")] + [
        "weight_items",
        "weight_sums",
        "weight_agreement",
    ]
    return {name: read_table(folder / f"{name}.csv") for name in names}


def tables_of(found):
    given = GivenResults(found)
    modules = (
        causal_types_table,
        weights_table,
        type_cases_table,
        type_clues_table,
        type_rivals_table,
    )
    return [module.make(given, "t") for module in modules]


def words(table):
    return [
        [" ".join(cell.lines) for cell in row]
        for _, rows in formatted_table(table).panels
        for row in rows
    ]


def test_tables_are_written_in_every_format_and_hold_no_missing_value_by_mistake(whole):
    for table in tables_of(stored(whole)):
        assert table.rows
        for text in (table_html(table), table_tex(table)):
            assert "nan" not in text.lower().replace("finance", "")
        assert words(table)


def test_strata_of_the_other_cause_have_a_row_of_the_table_and_a_cross_in_the_figure(whole):
    found = stored(whole)
    types, variants = found["causal_types"], found["causal_type_variants"]
    apart = types[types["evidence"] == posterior.WITHIN]
    first = apart[apart["prior"] == next(iter(PLAN.priors))].set_index("cause")
    table = tables_of(found)[0]
    rows = [
        row.cells for row in table.rows if row.cells["rests_on"] == "By strata of the other cause"
    ]
    assert [row["nobs"] for row in rows] == first["nobs"].to_list()
    assert [row["probability"] for row in rows] == first["probability"].to_list()
    assert f"left out ({apart['n_left_out'].max()} at most)" in " ".join(table.notes)
    drawing = causal_types_figure.make(GivenResults(found), "f").drawing
    held = variants[variants["stratified"] == 1]
    for axes, (cause, measure) in zip(
        drawing.axes, itertools.product(first.index, ("mean_traced", "probability")), strict=False
    ):
        crosses = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "x"]
        assert crosses == held.loc[held["cause"] == cause, measure].to_list()


def test_the_table_of_weights_shows_sums_and_what_carries_them(whole):
    found = stored(whole)
    table = tables_of(found)[1]
    sums = found["weight_sums"].set_index(["rival", "case_id", "coding"])
    names = {"Somalia 1992": "somalia_1992", "Liberia 2003": "liberia_2003"}
    shown = {(row.panel, row.cells["case"]): row.cells for row in table.rows}
    for title, case in names.items():
        cells = shown["Against internalised legitimacy norms", title]
        for coding in ("pass_1", "pass_2"):
            total = sums.loc[("norms", case, coding), "decibels"]
            assert cells[coding].value == f"{total:+.0f}".replace("+0", "0").replace("-", "−")
    assert "Krippendorff's alpha" in table.notes[0]


def test_the_figure_can_be_read_and_names_where_the_conclusion_turns(whole):
    found = stored(whole)
    figure = causal_types_figure.make(GivenResults(found), "f")
    assert faults(figure.drawing) == []
    assert figure.alt.count("above one half") == 2 * len(PLAN.priors)


def test_what_the_prose_says_is_what_the_results_hold(whole):
    folder, _ = whole
    read = {path.stem: read_rows(path) for path in folder.glob("*.csv")}
    names = ("causal_types", "causal_type_cases", "causal_type_variants", "causal_type_learning")
    told = type_summaries(*(read[name] for name in names))
    found = stored(whole)
    cases = found["causal_type_cases"]
    for cause in ("opposition", "burden"):
        own = cases[(cases["cause"] == cause) & (cases["marked"] == 1)].dropna(
            subset=["probability"]
        )
        assert float(told[cause]["traced_low"]) == own["probability"].min()
        assert float(told[cause]["mean_all_read"]) == pytest.approx(own["all_read"].mean())
        assert int(told[cause]["n_traced"]) == len(own)
        types = found["causal_types"].set_index(["cause", "prior", "evidence"])["mean_traced"]
        assert float(told[cause]["bare_sceptical"]) == types[cause, "sceptical", "all cases"]
        assert float(told[cause]["read_flat"]) == types[cause, "flat", posterior.BOTH]
    weighed = weight_summaries(read["weight_sums"])
    sums = found["weight_sums"]
    for rival in BOOK.weights.rivals:
        own = sums[(sums["rival"] == rival) & (sums["coding"] == "mean")]["decibels"]
        assert (float(weighed[rival]["lowest"]), float(weighed[rival]["highest"])) == (
            own.min(),
            own.max(),
        )
    rivals = found["causal_type_rivals"]
    ahead = rival_summaries(read["causal_type_rivals"])["opposition"]
    own = rivals[rivals["label"] == ahead["rival"]]["over_opposition"]
    assert (float(ahead["factor_low"]), float(ahead["factor_high"])) == (own.min(), own.max())
    others = rivals[~rivals["cause"].isin(["opposition", "burden", "none"])]
    assert float(ahead["factor_high"]) == others["over_opposition"].max()


def test_without_weights_and_without_traced_cases_there_is_a_reason(whole):
    _, frames = whole
    bare = {
        **frames,
        "cases": frames["cases"].assign(recchia_case=0),
        "weights": frames["weights"].head(0),
    }
    found = results(bare)
    shown = tables_of(found)
    assert shown[1].rows == ()
    assert "No case has been weighed" in table_html(shown[1])
    figure = causal_types_figure.make(GivenResults(found), "f")
    assert "No case of the original study" in figure.caption
    assert weight_summaries([]) == {}
    assert rival_summaries([]) == {}


def test_without_cases_everything_is_empty_and_nothing_fails(whole, tmp_path):
    _, frames = whole
    found = results({name: frame.head(0) for name, frame in frames.items()})
    assert list(found["causal_type_learning"].columns) == list(COLUMNS)
    for name, frame in found.items():
        write_table(tmp_path / f"{name}.csv", frame)
        assert len(read_table(tmp_path / f"{name}.csv")) == len(frame)
    for table in tables_of(found):
        assert table_html(table)


def test_one_pass_alone_has_no_agreement_and_no_mean(whole):
    _, frames = whole
    one = frames["weights"][frames["weights"]["coding"] == "pass_1"]
    sums = weight_sums(one, frames["cases"], frames["evidence"], BOOK)
    given = {
        "weight_sums": sums,
        "weight_agreement": weight_agreement(one),
        "weight_items": weight_items(one, frames["evidence"]),
    }
    table = weights_table.make(GivenResults(given), "t")
    assert "One pass only" in table.notes[0]
    assert [column.key for column in table.columns if column.group == "Sum, decibels"] == [
        "pass_1",
        "without_author",
    ]
