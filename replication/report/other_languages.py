"""Short scripts in R and Stata that estimate the first headline models again from the labelled data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from replication.exhibits.typesetting.environment import environment_of
from replication.specifications import Model, Sample
from replication.terms import parse_term

MODELS = ("M1", "M2", "M3", "M4")
LANGUAGES = {"R": "replicate_headline.R.j2", "do": "replicate_headline.do.j2"}
# Longest lists that Stata's inlist() takes of texts.
_STATA_LIST = 9


@dataclass(frozen=True)
class _ScriptTerm:
    """A term as one language writes it.

    Attributes
    ----------
    name : str
        As in models.yaml.
    value : str
        Expression in columns of the data.
    known : str
        For Stata, where a missing number is larger than any cut: a condition that it is not missing.
    """

    name: str
    value: str
    known: str


def headline_script(
    language: str, models: Mapping[str, Model], samples: Mapping[str, Sample]
) -> str:
    """Write the script in one of `LANGUAGES` for those of `MODELS` that are declared."""
    environment = environment_of("replication.report", autoescape=False)  # the output is a program
    chosen = [models[name] for name in MODELS if name in models]
    rows = [
        {
            "model": model,
            "terms": [_term(name) for name in model.terms],
            "kinds": samples[model.sample].values,
            "condition": _stata_condition(samples[model.sample].values),
            "title": _without_comments(model.label),
        }
        for model in chosen
    ]
    return environment.get_template(LANGUAGES[language]).render(rows=rows)


def _term(name: str) -> _ScriptTerm:
    term = parse_term(name)
    value = " * ".join(
        factor.variable if factor.cut is None else f"({factor.variable}>={factor.cut})"
        for factor in term.factors
    )
    return _ScriptTerm(name, value, f"!missing({', '.join(term.variables)})")


def _without_comments(label: str) -> str:
    """Write a label so that no comment opens or ends in it, which would hide the rest of a program.

    In Stata a block comment opens even in a line that is a comment already.
    """
    return re.sub(r"(?<=[/*])(?=[/*])", " ", " ".join(label.split()))


def _stata_condition(kinds: tuple[str, ...]) -> str:
    lists = [kinds[i : i + _STATA_LIST] for i in range(0, len(kinds), _STATA_LIST)]
    texts = [", ".join(f'"{kind}"' for kind in part) for part in lists]
    return " | ".join(f"inlist(sample, {text})" for text in texts)
