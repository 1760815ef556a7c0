"""Time line, heat map and coefficients at every size, with hostile names, and against counts by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from checks import faults, shown_texts
from given_results import GivenResults
from made_up import (
    CASE_VARIABLES,
    LABELS,
    actor_table,
    case_table,
    estimate_table,
)

from replication.analyses.tidy import COLUMNS
from replication.exhibits.drawing.figure import write_figure
from replication.exhibits.drawing.intervals import (
    MARK_COLUMNS,
    Panel,
    axis_limits,
    interval_drawing,
)
from replication.exhibits.drawing.layout import small_multiples
from replication.exhibits.effects import effects
from replication.exhibits.figures import coefficients, heat_map, timeline
from replication.exhibits.labels import Labels

BOOK = SimpleNamespace(
    case=[SimpleNamespace(name=name, type="ordinal") for name in CASE_VARIABLES],
    actor=[SimpleNamespace(name="force", type="ordinal")],
)


def heat(cases, labels=LABELS):
    results = {"cases": cases, "actors": actor_table(cases)}
    return heat_map.make(GivenResults(results, labels, BOOK), "figure_h")


def time_line(cases, labels=LABELS):
    return timeline.make(GivenResults({"cases": cases}, labels), "figure_t")


def coefficient_plot(estimates):
    return coefficients.make(GivenResults({"estimates": estimates}, LABELS), "figure_c")


@pytest.mark.parametrize("count", [0, 1, 2, 46, 300])
def test_time_line_of_every_size(count):
    cases = case_table(count)
    figure = time_line(cases)
    assert faults(figure.drawing) == []
    assert figure.drawing.get_size_inches()[0] == pytest.approx(7.0)
    text = " ".join(shown_texts(figure.drawing))
    if count == 0:
        assert "no case" in text
    else:
        assert text.count("Côte") == count
        assert all(f"(N = {n})" in text for n in cases["sample"].value_counts())


@pytest.mark.parametrize("count", [0, 1, 46])
def test_heat_map_of_every_size(count):
    cases = case_table(count)
    figure = heat(cases)
    assert faults(figure.drawing) == []
    known = (
        cases[CASE_VARIABLES].notna().to_numpy().sum() + actor_table(cases)["force"].notna().sum()
    )
    digits = [t for t in shown_texts(figure.drawing) if t.lstrip("+−").isdigit()]
    assert len(digits) == known
    if count:
        assert f"{count * (len(CASE_VARIABLES) + 2)} cells, {known} are coded" in figure.alt


def test_heat_map_of_300_cases_leaves_out_the_digits():
    figure = heat(case_table(300))
    assert sum(len(axes.texts) for axes in figure.drawing.axes) < 1_500
    assert figure.drawing.get_size_inches()[1] > 40
    assert "The digit" not in figure.caption


@pytest.mark.parametrize("make", [time_line, heat])
def test_hostile_names_break_no_figure(make, tmp_path):
    figure = make(case_table(13, hostile=True))
    assert faults(figure.drawing) == []
    write_figure(figure, tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_figures_bear_codes_and_samples_without_labels():
    cases = case_table(5)
    for figure in (time_line(cases, Labels()), heat(cases, Labels())):
        assert faults(figure.drawing) == []


def test_time_line_of_one_administration_with_constant_codes_and_all_codes_missing():
    cases = case_table(4)
    for value in (0, pd.NA):
        flat = cases.assign(sample="intervention", military_opposition=pd.array([value] * 4, dtype="Int64"),
                            io_sought=pd.array([value] * 4, dtype="Int64"))  # fmt: skip
        figure = time_line(flat)
        assert faults(figure.drawing) == []
        expected = "not known: 4 not known" if value is pd.NA else "supportive: 4 none"
        assert expected in figure.alt


def test_time_line_leaves_out_cases_without_a_date_and_says_so():
    cases = case_table(5)
    cases.loc[2, "decision_date"] = None
    figure = time_line(cases)
    assert "4 decisions" in figure.caption
    assert "for want of a date: 1 case" in figure.caption


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1999-01-01", 1999.0),
        ("1999-00-00", 1999.5),
        ("1999-07-00", 1999 + 6.5 / 12),
        ("1999-12-31", 1999 + (11 + 30 / 31) / 12),
    ],
)
def test_position_of_dates_in_years(date, expected):
    assert timeline.position(date) == pytest.approx(expected)
    assert np.isnan(timeline.position(None))


def test_time_line_description_counts_what_the_table_holds():
    cases = case_table(46)
    figure = time_line(cases)
    group = cases[(cases["sample"] == "intervention") & (cases["military_opposition"] == 3)]
    words = [*LABELS.scales["io_sought"].values(), "not known"]
    counts = [
        *((group["io_sought"] == code).sum() for code in range(4)),
        group["io_sought"].isna().sum(),
    ]
    sentence = next(s for s in figure.alt.split(". ") if s.startswith("Intervention,"))
    clause = sentence.split("opposed: ")[1].split(";")[0].replace(" and ", ", ")
    expected = {f"{count} {word}" for count, word in zip(counts, words, strict=True) if count}
    assert set(clause.split(", ")) == expected


def test_marks_of_the_time_line_stand_at_their_dates():
    cases = case_table(20)
    figure = time_line(cases)
    drawn = sorted(
        float(line.get_xdata()[0])
        for axes in figure.drawing.axes[1:]
        for line in axes.lines
        if line.get_marker() in ("o", "x")
    )
    assert drawn == pytest.approx(sorted(cases["decision_date"].map(timeline.position)))


@pytest.mark.parametrize("models", [0, 1, 3, 12])
def test_coefficients_of_every_number_of_models(models):
    figure = coefficient_plot(estimate_table(models))
    assert faults(figure.drawing) == []
    text = " ".join(shown_texts(figure.drawing))
    assert text.count("(N = ") == models
    if models > 1:
        assert "not estimable: <every>" in text
        assert "no interval" in text


def test_coefficients_show_only_the_effects_asked_for():
    frame = estimate_table(2)
    frame = frame[~((frame["model"] == "M2") & (frame["term"] == "stabilization_burden")
                    & frame["estimator"].isin(["exact", "wild_bootstrap"]))]  # fmt: skip
    shown = effects(frame)
    assert set(shown.loc[shown["model"] == "M2", "term"]) == {"military_opposition"}
    assert "const" not in set(shown["term"])
    assert "permutation" not in set(shown["estimator"])


def test_coefficients_description_has_the_numbers():
    frame = estimate_table(1)
    figure = coefficient_plot(frame)
    row = frame[(frame["estimator"] == "firth") & (frame["term"] == "military_opposition")].iloc[0]
    expected = f"{row.estimate:.2f} [{row.conf_low:.2f}, {row.conf_high:.2f}]".replace("-", "−")
    assert f"M1, military opposition: {expected}" in figure.alt


def marks(rows):
    return pd.DataFrame(rows, columns=list(MARK_COLUMNS))


def lines_of(drawing, marker):
    return [line for axes in drawing.axes for line in axes.lines if line.get_marker() == marker]


def test_infinite_and_far_limits_end_in_arrowheads():
    rows = [
        ("a", "", "one", "s", 0.0, -1.0, 1.0, ""), ("a", "", "two", "s", 0.5, -0.5, np.inf, ""),
        ("a", "", "three", "s", 0.2, -np.inf, 0.9, ""), ("a", "", "four", "s", 0.1, -1, 500.0, ""),
        ("a", "", "five", "s", np.inf, 0.3, np.inf, ""),
    ]  # fmt: skip
    drawing = interval_drawing(marks(rows), [Panel("a", "A", "x")], ["s"])
    assert faults(drawing) == []
    assert len(lines_of(drawing, "<")) == 1
    assert len(lines_of(drawing, ">")) == 4
    assert len(lines_of(drawing, "o")) == 4
    low, high = drawing.axes[0].get_xlim()
    assert -2 < low < -1
    assert 1 < high < 5


def test_reasons_stand_where_something_is_missing():
    rows = [
        ("a", "", "one", "s", np.nan, np.nan, np.nan, "separation"),
        ("a", "", "two", "s", 0.9, np.nan, np.nan, "no interval"),
        ("a", "", "three", "s", 0.1, np.nan, np.nan, ""),
        ("a", "", "four", "s", 0.5, 0.0, 1.0, ""),
    ]
    drawing = interval_drawing(marks(rows), [Panel("a", "A", "x", limits=(0, 1))], ["s"], width=3.5)
    assert faults(drawing) == []
    texts = shown_texts(drawing)
    assert {"separation", "no interval", "not available"} <= set(texts)
    hollow = [line for line in lines_of(drawing, "o") if line.get_markerfacecolor() == "white"]
    assert len(hollow) == 2


def test_intervals_drawn_are_the_intervals_given():
    rows = [("a", "G", f"row {i}", "s", i / 10, i / 10 - 0.2, i / 10 + 0.3, "") for i in range(8)]
    drawing = interval_drawing(marks(rows), [Panel("a", "A", "x")], ["s"])
    spans = [tuple(map(float, line.get_xdata())) for line in drawing.axes[0].lines
             if len(line.get_xdata()) == 2 and line.get_xdata()[0] != line.get_xdata()[1]]  # fmt: skip
    assert np.array(sorted(spans)) == pytest.approx(
        np.array(sorted((row[5], row[6]) for row in rows))
    )


def test_a_median_unbiased_estimate_is_drawn_where_the_exact_one_is_infinite():
    estimates = estimate_table(2)
    own = (estimates["estimator"] == "exact") & (estimates["model"] == "M1")
    estimates.loc[own, ["estimate", "conf_high"]] = np.inf
    estimates.loc[own, ["estimate_mue", "conf_low"]] = [1.886, -0.5]
    figure = coefficient_plot(estimates)
    assert faults(figure.drawing) == []
    hollow = [
        line.get_xdata()[0]
        for axes in figure.drawing.axes
        for line in axes.lines
        if line.get_markerfacecolor() == "white"
    ]
    assert hollow.count(1.886) == own.sum()
    assert "Median unbiased, where the exact one is infinite: M1" in figure.alt
    assert "1.89" in figure.alt
    assert "median unbiased" in figure.caption


def test_300_rows_of_intervals_with_long_labels():
    rows = [
        ("a", "", f"{'A very long label ' * 6}{i}", "s", 0.0, -1.0, 1.0, "") for i in range(300)
    ]
    drawing = interval_drawing(marks(rows), [Panel("a", "A", "x")], ["s"], width=3.5)
    assert faults(drawing) == []


def test_unlisted_panels_and_series_are_refused():
    row = [("a", "", "one", "s", 0.0, -1.0, 1.0, "")]
    with pytest.raises(ValueError, match="panel"):
        interval_drawing(marks(row), [Panel("b", "B", "x")], ["s"])
    with pytest.raises(ValueError, match="series"):
        interval_drawing(marks(row), [Panel("a", "A", "x")], ["t"])
    with pytest.raises(ValueError, match="lack columns"):
        interval_drawing(marks(row).drop(columns="reason"), [Panel("a", "A", "x")], ["s"])


def test_axis_without_any_finite_number():
    low, high = axis_limits(marks([("a", "", "x", "s", np.nan, np.nan, np.nan, "")]), None)
    assert low < high


@pytest.mark.parametrize(("count", "columns"), [(1, 3), (4, 2), (7, 3)])
def test_small_multiples_share_a_size_and_do_not_touch(count, columns):
    drawing, axes = small_multiples(count, columns, 1.0)
    assert len(axes) == count
    for number, one in enumerate(axes):
        one.plot([0, 1], [0, 1])
        one.set(title=f"Panel {number}", xlabel="Label")
    assert faults(drawing) == []
    sizes = {tuple(np.round(one.get_position().size, 6)) for one in axes}
    assert len(sizes) == 1
    with pytest.raises(ValueError, match="at least 1"):
        small_multiples(0, 3, 1.0)


def test_an_empty_table_of_estimates_gives_a_reason():
    figure = coefficient_plot(pd.DataFrame(columns=list(COLUMNS)))
    assert "no model has been estimated" in " ".join(shown_texts(figure.drawing)) + figure.caption
