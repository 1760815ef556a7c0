"""The estimators of the package: each has one entry here, which says what it is called and where it is shown.

Results of an estimator without an entry are refused when they are made (see `require_estimators`), so that no row
can stay unseen. A further estimator needs its own module, an entry here, and the analysis that runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

# The sample that the claims of the plan are about; which cases it holds is in samples.yaml.
MAIN_SAMPLE = "intervention"

LOG_ODDS, PROBABILITY = "log-odds", "probability"

# Models that no row of models.yaml makes: the estimates hold them under these names.
CROSSTABS, MECHANISM, PAYOFF = "X", "H3", "H5"
PANELS = ("A1", "A2", "A3")
OWN_MODELS = (CROSSTABS, MECHANISM, PAYOFF, *PANELS)


@dataclass(frozen=True)
class Estimator:
    """One estimator or test.

    Attributes
    ----------
    label : str
        Its name in words.
    shown_in : tuple of str
        Modules of the exhibits that show its rows. `coefficients` needs a scale, `methods_table` a head and a
        test.
    head : str
        What heads its column.
    scale : str
        On which scale its estimates are: `LOG_ODDS` or `PROBABILITY`; empty where on neither.
    test : str
        What its p-value is.
    effects_only : bool
        Whether it is asked for the effects that a model is there for, not for all its terms.

    Raises
    ------
    ValueError
        For an entry that is shown nowhere, or in an exhibit that needs what it leaves out.
    """

    name: str
    label: str
    shown_in: tuple[str, ...]
    head: str = ""
    scale: str = ""
    test: str = ""
    effects_only: bool = False

    def __post_init__(self) -> None:
        """Refuse an entry that would be shown nowhere, or without its words."""
        if not self.shown_in:
            raise ValueError(f"estimator {self.name}: shown_in names no exhibit; one is needed")
        needed = {"coefficients": ("scale",), "methods_table": ("head", "test")}
        for exhibit in self.shown_in:
            lost = [field for field in needed.get(exhibit, ()) if not getattr(self, field)]
            if lost:
                raise ValueError(f"estimator {self.name}: {exhibit} needs {' and '.join(lost)}")


_EFFECTS = ("methods_table", "coefficients")
_LISTED = (
    Estimator(
        "firth", "Firth's logit", (*_EFFECTS, "model_table"), "Firth", LOG_ODDS,
        "penalised likelihood-ratio test",
    ),
    Estimator("firth_ame", "Firth's logit (average marginal effect)", ("model_table",)),
    Estimator(
        "exact", "Exact logistic", _EFFECTS, "exact", LOG_ODDS, "exact conditional test",
        effects_only=True,
    ),
    Estimator("exact_midp", "Exact logistic (mid-p)", ("coverage_table",), "exact mid-p"),
    Estimator(
        "lpm_hc3", "Linear (HC3)", _EFFECTS, "linear HC3", PROBABILITY,
        "linear probability model with HC3 errors",
    ),
    Estimator(
        "lpm_cr2", "Linear (CR2)", _EFFECTS, "linear CR2", PROBABILITY,
        "the same with CR2 errors clustered by administration",
    ),
    Estimator(
        "wild_bootstrap", "Linear (wild bootstrap)", _EFFECTS, "wild boot.", PROBABILITY,
        "the same by the wild cluster bootstrap", effects_only=True,
    ),
    Estimator(
        "permutation", "Permutation", ("methods_table",), "permuted",
        test="permutation of the treatment over all cases",
    ),
    Estimator(
        "permutation_blocked", "Permutation within families", ("methods_table",), "within family",
        test="permutation within crisis families",
    ),
    Estimator(
        "ordered_logit", "Ordered logit", ("methods_table",), "ordered logit",
        test="ordered logit of the whole scale",
    ),
    Estimator("fisher", "Fisher's exact test", ("crosstab_table",)),
    Estimator("boschloo", "Boschloo's exact test", ("crosstab_table",)),
    Estimator("barnard", "Barnard's exact test", ("crosstab_table",)),
    Estimator("freeman_halton", "Freeman-Halton exact test", ("crosstab_table",)),
    Estimator("exact_trend", "Exact test of trend", ("crosstab_table",)),
    Estimator(
        "panel",
        "Panel (case effects)",
        ("actor_table", "methods_table"),
        head="panel",
        test="linear model with case effects, errors clustered by case",
    ),
    Estimator("sign_test", "Sign test", ("actor_table",)),
    Estimator("signed_rank", "Signed-rank test", ("actor_table",)),
    Estimator("bounds", "Bounds", ("actor_table",)),
    Estimator("within_permutation", "Permutation within cases", ("actor_table",)),
    Estimator("rank_test", "Rank test", ("payoff_table",)),
    Estimator("fractional_logit", "Fractional logit", ("payoff_table",)),
)  # fmt: skip
ESTIMATORS: Mapping[str, Estimator] = MappingProxyType({entry.name: entry for entry in _LISTED})


def estimators_in(exhibit: str) -> dict[str, Estimator]:
    """Estimators that an exhibit's module shows, in the order they are shown."""
    return {name: entry for name, entry in ESTIMATORS.items() if exhibit in entry.shown_in}


def require_estimators(names: Iterable[str], where: str) -> None:
    """Refuse names without an entry.

    Raises
    ------
    ValueError
        Beginning with `where`, naming them and the estimators there are.
    """
    unknown = sorted(set(names) - set(ESTIMATORS))
    if unknown:
        raise ValueError(
            f"{where}: estimator: {', '.join(map(repr, unknown))} is not allowed; allowed: "
            f"{', '.join(ESTIMATORS)} (replication/registry.py)"
        )
