"""Waves by hand-made cases, their effects by a second fit; the list of decisions against the cases."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from comparative_data import BOOK, tables
from released_data import only_for_released_data

from replication import paths
from replication.analyses.case_checks import unlisted_notes
from replication.analyses.cases.decisions import (
    ADDED,
    COLUMNS,
    IN,
    decisions_table,
    read_decisions,
    unlisted,
)
from replication.analyses.measurement.reliability import reliability
from replication.analyses.measurement.waves import (
    EVERY_CELL,
    EVERY_WAVE,
    LATER,
    Wave,
    read_waves,
    wave_agreement,
    wave_contents,
    wave_members,
)
from replication.analyses.robustness.wave_effects import ALONE, WITHOUT, wave_effects
from replication.casefile import check_cases
from replication.estimators.firth import fit_firth
from replication.exhibits.tables.decisions_table import make
from replication.specifications import SpecificationError, read_models, read_samples

WAVES = read_waves(paths.SPECIFICATIONS / "waves.yaml")
MODELS, SAMPLES = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)


def test_every_case_is_in_one_wave_or_later():
    waves = (Wave("a", "A", "", ("x", "gone")), Wave("b", "B", "", ("gone",)))
    assert wave_members(waves, ["x", "y"]) == {EVERY_WAVE: {"x", "y"}, "a": {"x"}, LATER: {"y"}}


def test_a_case_in_two_waves_is_refused(tmp_path):
    row = "- {{wave: {}, label: L, told: T, cases: [libya_2011]}}"
    file = tmp_path / "waves.yaml"
    file.write_text("\n".join(map(row.format, ("one", "two"))), "utf-8")
    with pytest.raises(SpecificationError, match="'libya_2011' is in one already"):
        read_waves(file)


def test_a_wave_may_not_be_called_what_the_rest_is_called(tmp_path):
    file = tmp_path / "waves.yaml"
    file.write_text("- {wave: later, label: L, told: T, cases: []}", "utf-8")
    with pytest.raises(SpecificationError, match="'later' is kept"):
        read_waves(file)


def test_contents_add_up_to_the_whole(derived):
    found = tables(derived)
    table = wave_contents(found, WAVES).set_index("wave")
    counted = ["n_cases", "n_interventions", "n_evidence", "n_consulted", "n_sources", "n_codes"]
    parts = table.drop(index=EVERY_WAVE)[counted].sum()
    assert list(parts) == list(table.loc[EVERY_WAVE, counted])
    assert table.loc[EVERY_WAVE, "n_sources"] == len(found["sources"])


def test_agreement_of_a_wave_is_that_of_its_cases_alone(derived):
    codings = tables(derived)["codings"]
    table = wave_agreement(codings, BOOK, WAVES).set_index(["wave", "variable"])
    for wave in WAVES:
        own = codings[codings["case_id"].isin(wave.cases)]
        row = reliability(own, BOOK).query("variable == 'io_sought' and actor == ''").iloc[0]
        assert table.loc[(wave.wave, "io_sought"), "alpha"] == row["alpha"]
    # Every cell, counted with plain loops.
    codes = {}
    for row in codings[codings["coding"] != "agreed"].dropna(subset=["code"]).itertuples():
        words = ";".join(sorted(str(row.code).split(";")))
        codes.setdefault((row.case_id, str(row.actor), row.variable), []).append(words)
    pairs = [pair for found in codes.values() for pair in combinations(found, 2)]
    equal = sum(one == other for one, other in pairs)
    whole = table.loc[(EVERY_WAVE, EVERY_CELL)]
    assert whole["n_units"] == len(pairs)
    assert whole["agreement"] == pytest.approx(equal / len(pairs), abs=1e-12)


def test_effects_alone_and_without_are_fits_of_those_cases(derived):
    cases = tables(derived)["cases"]
    table = wave_effects(cases, WAVES, MODELS.values(), SAMPLES)
    used = cases[cases["sample"] == "intervention"].dropna(subset=["sought", "military_opposition"])
    for wave in WAVES:
        inside = used["case_id"].isin(wave.cases)
        for kept, chosen in ((ALONE, used[inside]), (WITHOUT, used[~inside])):
            row = table[
                (table["model"] == "M1") & (table["wave"] == wave.wave) & (table["kept"] == kept)
            ]
            if chosen.empty:
                assert row.empty
                continue
            assert row["nobs"].item() == len(chosen)
            outcome = chosen["sought"].to_numpy(float)
            x = chosen[["military_opposition"]].to_numpy(float)
            if np.ptp(outcome) == 0 or np.ptp(x) == 0:
                continue
            fit = fit_firth(outcome, x, ["military_opposition"])
            assert row["estimate"].item() == pytest.approx(fit.estimate[-1], abs=1e-6)


def test_a_decision_that_is_a_case_names_it(tmp_path):
    file = tmp_path / "decisions.yaml"
    row = (
        "- {date: '1993-02-25', place: Bosnia, decision: Airdrops, listed: [council], verdict: in}"
    )
    file.write_text(row, "utf-8")
    with pytest.raises(SpecificationError, match="asks for the id of the case"):
        read_decisions(file)


def test_a_decision_that_is_none_says_why(tmp_path):
    file = tmp_path / "decisions.yaml"
    row = "- {date: '1991-01-05', place: Somalia, decision: Evacuation, listed: [], verdict: out}"
    file.write_text(row, "utf-8")
    with pytest.raises(SpecificationError, match="asks for a ground and a reason"):
        read_decisions(file)


LISTED = """\
- {date: '1999-03-24', place: Kosovo, decision: Air campaign, listed: [council], verdict: in, case: kosovo_1999}
- {date: '2011-03-19', place: Libya, decision: No-fly zone, listed: [council], verdict: VERDICT}
- {date: '2011-03-19', place: Bahrain, decision: Bases, listed: [], verdict: open, ground: not researched, why: Later.}
- {date: '2011-00-00', place: LIBYA, decision: Some, listed: [], verdict: open, ground: not researched, why: Later.}
- {date: '2012-03-17', place: Libya, decision: Later, listed: [], verdict: open, ground: not researched, why: Later.}
"""
NOT_YET = "open, ground: not researched, why: Not yet."


def listed(folder, verdict):
    file = folder / "decisions.yaml"
    file.write_text(LISTED.replace("VERDICT", verdict), "utf-8")
    return file


@pytest.fixture(scope="module")
def two_cases():
    found = [check_cases(paths.CASES, BOOK, only=name)[0] for name in ("kosovo_1999", "libya_2011")]
    return [case for [case] in found]


@pytest.mark.parametrize("verdict", [NOT_YET, NOT_YET.replace("open", "kept")])
def test_a_decision_that_is_no_case_names_one_only_as_a_part_of_it(tmp_path, verdict):
    with pytest.raises(SpecificationError, match="'libya_2011' is not allowed with the verdict"):
        read_decisions(listed(tmp_path, f"{verdict[:-1]}, case: libya_2011"))
    part = "out, ground: part of a case, why: Its follow-on, case: libya_2011"
    assert read_decisions(listed(tmp_path, part))[1].case_id == "libya_2011"


def test_a_case_without_a_row_is_noted_with_what_may_be_its_row(tmp_path, two_cases):
    listed(tmp_path, NOT_YET[:-1])
    [note] = unlisted_notes(two_cases, tmp_path)
    assert (Path(note.file).name, note.field) == ("libya_2011.yaml", "case_id")
    row = note.message.split("else add the row - ")[1]
    assert yaml.safe_load(row)["date"] == "2011-03-19"
    assert yaml.safe_load(row)["case"] == "libya_2011"
    for told in ("Libya: No-fly zone", "Bahrain: Bases", "LIBYA: Some"):
        assert told in note.message
    assert "Later" not in note.message
    # What the note says to write is accepted, and ends it.
    listed(tmp_path, "in, case: libya_2011")
    assert unlisted_notes(two_cases, tmp_path) == []
    file = listed(tmp_path, NOT_YET[:-1])
    file.write_text(file.read_text("utf-8") + f"- {row.replace('...', 'Libya')}" + chr(10), "utf-8")
    assert unlisted_notes(two_cases, tmp_path) == []
    read_decisions(file)


def test_where_nobody_keeps_a_list_nothing_is_noted(tmp_path, two_cases):
    (tmp_path / "decisions.yaml").write_text("[]", "utf-8")
    assert unlisted_notes(two_cases, tmp_path) == []


def test_the_list_has_a_decision_once_where_its_row_names_the_case(tmp_path, derived):
    cases = tables(derived)["cases"].query("case_id == 'libya_2011'")
    for verdict, count in (("in, case: libya_2011", 1), (NOT_YET[:-1], 2)):
        table = decisions_table(read_decisions(listed(tmp_path, verdict)), cases)
        assert (table["date"] == cases["decision_date"].item()).sum() == count + 1  # Bahrain is one
        told = make({"decisions": table}, "table").notes[0]
        assert ("no row of the list names them: 1, added" in told) == (count == 2)


def test_cases_that_the_list_does_not_name_are_added_to_it(derived):
    cases = tables(derived)["cases"]
    table = decisions_table((), cases)
    assert list(table.columns) == list(COLUMNS)
    assert sorted(table["case_id"]) == sorted(cases["case_id"])
    assert set(table["why"]) == {ADDED}
    assert list(table["date"]) == sorted(table["date"])


def test_the_list_knows_every_released_case_and_no_other(derived):
    only_for_released_data()
    cases = tables(derived)["cases"]
    decisions = read_decisions(paths.SPECIFICATIONS / "decisions.yaml")
    assert unlisted(decisions, cases.to_dict("records")) == []
    named = [decision.case_id for decision in decisions if decision.verdict == IN]
    assert sorted(named) == sorted(cases["case_id"])
    parts = {d.case_id for d in decisions if d.verdict != IN and d.case_id}
    assert parts <= set(named)


def test_the_waves_know_every_released_case():
    only_for_released_data()
    ids = pd.Series([case for wave in WAVES for case in wave.cases])
    assert ids.is_unique
    assert np.array_equal(np.sort(ids), sorted(path.stem for path in paths.CASES.glob("*.yaml")))
