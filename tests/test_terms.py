"""A term is taken apart in one place, and everything that shows or computes it says the same."""

import ast

import numpy as np
import pandas as pd
import pytest

from replication import paths
from replication.analyses.model_data import term_values
from replication.exhibits.labels import Labels
from replication.terms import Factor, Term, factor_names, is_product, parse_term


@pytest.mark.parametrize(
    ("name", "factors", "label"),
    [
        ("burden", [Factor("burden")], "Burden"),
        ("io_sought>=2", [Factor("io_sought", 2)], "IO sought ≥ 2"),
        ("a:b>=10:c", [Factor("a"), Factor("b", 10), Factor("c")], "A × B ≥ 10 × C"),
        ("a>=x", [Factor("a>=x")], "A>=x"),
    ],
)
def test_terms_are_taken_apart_and_named(name, factors, label):
    assert parse_term(name) == Term(tuple(factors))
    assert is_product(name) == (len(factors) > 1) == (len(factor_names(name)) > 1)
    assert Labels().term(name) == label


def test_a_product_of_a_cut_has_the_values_of_its_parts():
    cases = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan], "b": [0.0, 5.0, 2.0, 1.0]})
    assert term_values(cases, "a>=2:b", "M").tolist()[:3] == [0.0, 5.0, 2.0]
    assert np.isnan(term_values(cases, "a>=2:b", "M")[3])
    with pytest.raises(
        KeyError, match="model M: 'c' is not a column of the case table; allowed: a, b"
    ):
        term_values(cases, "a:c>=1", "M")


def test_no_other_module_takes_terms_apart():
    for file in sorted((paths.ROOT / "replication").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                apart = node.func.attr in ("split", "partition")
                given = getattr(node.args[0], "value", "")
                taken = apart and isinstance(given, str) and (">=" in given or given == ":")
                # The name of a code ends at the colon of its label.
                assert not taken or file.name in (
                    "terms.py",
                    "environment_record.py",
                    "executors.py",
                    "labels.py",
                    "support.py",
                ), file
