"""Specification rows are read whole, and a wrong row is named."""

import pytest

from replication import paths
from replication.specifications import SpecificationError, read_models, read_samples

SAMPLES = "- {sample: s, label: S, values: [intervention]}"
ROW = "- {model: M1, label: L, outcome: sought, sample: s, terms: [a], effects: [a]}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "samples.yaml").write_text(SAMPLES)
    return tmp_path


def test_the_plans_models_and_samples_are_there():
    models = list(read_models(paths.SPECIFICATIONS))
    assert models == [*(f"M{i}" for i in range(1, 9)), "R1"]
    assert list(read_samples(paths.SPECIFICATIONS)) == [
        "intervention",
        "intervention+considered",
        "all",
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (ROW.replace("sample: s", "sample: x"), "row 1: sample: 'x' is not allowed; allowed: s"),
        (
            ROW.replace("effects: [a]", "effects: [b]"),
            "row 1: effects: .'b'. are not among the terms",
        ),
        (ROW.replace("label: L, ", ""), "row 1: unknown or missing fields .'label'."),
        (ROW.replace("terms: [a]", "terms: a"), "row 1: terms: 'a' is not allowed; allowed: list"),
        (f"{ROW}{chr(10)}{ROW}", "row 2: model: 'M1' stands twice"),
        ("- 3", "row 1: a mapping is expected"),
        ("a: [", "cannot be read as YAML"),
        ("a: b", "a list of rows is expected"),
    ],
)
def test_a_wrong_row_is_named(folder, row, says):
    (folder / "models.yaml").write_text(row)
    with pytest.raises(SpecificationError, match=says):
        read_models(folder)
