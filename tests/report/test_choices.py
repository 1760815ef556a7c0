"""Each claim's answer under other choices: the answers' own words for the rows of those choices."""

import csv
import json

import pytest
from small_project import write_project

from replication import paths
from replication.analyses.claims.by_choice import CHOICES
from replication.codebook import read_codebook
from replication.exhibits.labels import Labels
from replication.report.answers import answers
from replication.report.choices import HOLE, choice_data, spread_in_words
from replication.report.inputs import placed, read_inputs

LABELS = Labels.of(read_codebook(paths.CODEBOOK))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return read_inputs(write_project(tmp_path_factory.mktemp("choices"), 5))


@pytest.fixture(scope="module")
def data(inputs):
    return choice_data(inputs, LABELS)


def text_of(claim, key):
    """Set the numbers back into the wording."""
    _, wording, numbers, _ = claim["answers"][key]
    parts = claim["wordings"][wording].split(HOLE)
    given = [*numbers.split(" "), ""] if numbers else [""]
    return "".join(part + value for part, value in zip(parts, given, strict=True))


def test_every_combination_that_was_estimated_has_an_answer(data, inputs):
    keys = {"|".join(row[choice] for choice in CHOICES) for row in inputs.claims_by_choice}
    assert set(data["claims"]) == {"H1", "H2"}
    for claim in data["claims"].values():
        assert set(claim["answers"]) == keys
        assert claim["base"] in keys
    offered = {c["choice"]: [value for value, _ in c["values"]] for c in data["choices"]}
    assert offered["sample"] == ["intervention", "intervention+considered", "all"]
    assert offered["cut"] == ["1", "2", "3"]


def test_the_answer_is_that_of_the_rows_of_its_choices(data, inputs):
    """Give the answers' own function the rows under the released keys, and find the same text."""
    differ = 0
    for key in data["claims"]["H1"]["answers"]:
        values = key.split("|")
        rows = [
            {
                **dict.fromkeys(inputs.estimates[0], ""),
                **row,
                "sample": "intervention",
                "outcome": "sought",
            }
            for row in inputs.claims_by_choice
            if row["model"] == "M1" and [row[choice] for choice in CHOICES] == values
        ]
        [answer] = answers(rows, [c for c in inputs.claims if c.claim == "H1"])
        assert text_of(data["claims"]["H1"], key) == "\n".join((answer.sentence, *answer.details))
        assert data["claims"]["H1"]["answers"][key][0] == answer.verdict
        differ += answer.sentence != answers(inputs.estimates, inputs.claims)[0].sentence
    assert differ > 0


def test_the_released_choices_give_the_released_estimate(data, inputs):
    """The small project has Firth's estimate alone: estimate, interval and p-value come first in the details."""
    for claim in ("H1", "H2"):
        found = data["claims"][claim]
        base = text_of(found, found["base"]).split("\n")[1]
        [released] = next(
            a.details for a in answers(inputs.estimates, inputs.claims) if a.claim.claim == claim
        )
        assert base.split("; ")[:2] == released.split("; ")[:2]
        assert base.split("; ")[1].startswith("p ")


def test_the_axis_is_one_for_all_choices_and_holds_no_effect(data):
    for claim in data["claims"].values():
        low, high = claim["axis"]
        assert low < 0 < high
        assert len(claim["rows"]) == 1


def test_spread_counts_every_combination():
    claim = {"answers": {"a": ["for"], "b": ["undecided"], "c": ["undecided"]}}
    words = spread_in_words(claim)
    assert "all 3 combinations" in words
    assert words.endswith("undecided in 2, for in 1.")


def test_no_number_is_left_in_a_wording_that_differs_between_choices(data):
    """Wordings are shared: there are far fewer than answers, so each number sits in its hole."""
    for claim in data["claims"].values():
        assert len(claim["wordings"]) <= len(claim["answers"])
        json.dumps(claim, allow_nan=False)


def test_an_empty_table_of_choices_leaves_the_answers_alone(tmp_path):
    project = write_project(tmp_path, 0)
    assert choice_data(read_inputs(project), LABELS)["claims"] == {}
    path = placed(paths.RESULTS, project) / "claims_by_choice.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file))[: len(CHOICES)] == list(CHOICES)
