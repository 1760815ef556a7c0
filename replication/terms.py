"""Terms of a model: a variable, a cut of one, ``a>=2``, or a product of these, ``a:b``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Factor:
    """A variable as it is, or cut in two.

    Attributes
    ----------
    cut : int or None
        The lowest code that counts as 1; None where the codes themselves enter.
    """

    variable: str
    cut: int | None = None


@dataclass(frozen=True)
class Term:
    """One term, taken apart."""

    factors: tuple[Factor, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns that the term is formed from, in its order."""
        return tuple(factor.variable for factor in self.factors)


def parse_term(name: str) -> Term:
    """Take a term apart; whether its variables exist is for whoever knows the columns to say."""
    return Term(tuple(map(_factor, factor_names(name))))


def factor_names(name: str) -> tuple[str, ...]:
    """Names of the terms that a product is made of; of any other term, its own."""
    return tuple(name.split(":"))


def is_product(name: str) -> bool:
    """Tell whether a term is a product of others."""
    return len(factor_names(name)) > 1


def _factor(name: str) -> Factor:
    variable, cut, code = name.rpartition(">=")
    is_cut = cut and code.isascii() and code.isdigit()
    return Factor(variable, int(code)) if is_cut else Factor(name)
