"""Which tables the keys of the paper's numbers name, and by which columns; light, for the workflow reads it too."""

from __future__ import annotations

from collections.abc import Mapping

# The columns that name a row of each table, in the order in which a key gives them.
KEY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "audit": ("audit", "verdict"),
    "coding_error": ("model", "term", "factor"),
    "coverage": ("model", "term", "effect", "administration_sd", "estimator"),
    "coverage_design": ("model",),
    "evidence_base": ("variable", "actor"),
    "criteria": ("criterion", "about"),
    "follow_on_tests": ("measure", "cases_used"),
    "provenance_sentences": ("what",),
    "support": ("claim",),
    "four_case_tests": ("basis", "contrast"),
    "missing_codes": ("model", "term", "sample", "variant"),
    "multiverse_by_choice": ("treatment", "choice", "value"),
    "multiverse_joint_test": ("treatment", "statistic"),
    "needed_cases": ("model", "term", "effect"),
    "next_cases": ("place",),
    "prediction_scores": ("model", "sample", "cases_used"),
    "published_agreement": ("dataset", "reading"),
    "qca_necessity": ("sets", "outcome", "expression"),
    "qca_robustness_shares": ("change",),
    "reliability": ("variable", "actor", "passes"),
    "sensitivity": ("model", "term"),
    "timing_tests": ("test",),
    "causal_types": ("cause", "prior", "evidence"),
    "weight_agreement": ("rival", "case_id"),
    "type_calibration": ("monotonic", "confounded", "clues", "quantity"),
    "venues": ("grouping", "group", "venue"),
    "verdicts": ("claim", "kind"),
}
# The tables that each summary of `paper_summaries` is made from.
SUMMARY_READS: Mapping[str, tuple[str, ...]] = {
    "count": ("cases",),
    "evidence_count": ("evidence",),
    "source_count": ("sources",),
    "dispute_count": ("disputes",),
    "positions": ("cases", "actors"),
    "methods": ("estimates",),
    "adjusted": ("estimates",),
    "forecast": ("prediction_scores",),
    "design_now": ("design_analysis",),
    "size": ("coverage",),
    "weightiest": ("multiverse_choice_shares",),
    "overturn": ("overturning", "cases"),
    "payoff": ("estimates",),
    "influence_range": ("influence", "cases"),
    "set_solution": ("qca_solutions", "cases"),
    "types": ("causal_types", "causal_type_cases", "causal_type_variants", "causal_type_learning"),
    "type_rival": ("causal_type_rivals",),
    "weighed": ("weight_sums",),
    "waves": ("wave_contents", "wave_agreement"),
}

# Words of keys that are declared absent with a question mark where they are used (a model without an estimate has
# no design analysis, a sample without cases no count). Such a key of other words is a mistake; a key that is not
# declared has to be found. Models, samples and variables are known from the specifications and the codebook.
WORDS = frozenset({
    "H3", "H5", "A1", "A2", "A3", "X", "all", "none", "half", "estimated", "case", "family", "administration",
    "complete cases", "filled", "crisp", "fuzzy", "SOUGHT", "parsimonious", "conservative", "intermediate",
    "OPP", "BURDEN", "STRATEGIC", "POWERS", "OPP+BURDEN", "one case left out", "one choice changed", "own",
    "shared", "all predictions", "own predictions", "liability", "norms", "soft_balancing", "all passes",
    "explicit endorsement", "first request", "first request, where one came", "median", "dominant_share",
    "significant_share", "share_same_sign", "share_significant", "rank_test", "exact_trend", "panel", "bounds",
    "tago_2005", "prif_2019", "explicit", "any", "different codes", "one found no evidence",
    "all cases", "military opposition", "sample", "nobody approached", "NATO", "months_to_handover",
    "reserved or opposed", "supportive or acquiescent",
    "H1", "H2", "H4", "R2", "S1", "original cases", "statistics", "configurations", "timing", "joint inference",
    "opposition", "burden", "flat", "sceptical", "favouring", "all cases and clues", "traced cases",
    "by strata of the other cause",
})  # fmt: skip


def tables_needed(key: str) -> tuple[str, ...]:
    """Names of the tables that a key is looked up in (see `workflow.table_file`)."""
    table = key.partition(".")[0]
    if table in SUMMARY_READS:
        return SUMMARY_READS[table]
    return (table,) if table in KEY_COLUMNS else ("estimates",)
