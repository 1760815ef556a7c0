"""Which tables the keys of the paper's numbers name, and by which columns; light, for the workflow reads it too."""

from __future__ import annotations

from collections.abc import Mapping

# The columns that name a row of each table, in the order in which a key gives them.
KEY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "audit": ("audit", "verdict"),
    "coding_error": ("model", "term", "factor"),
    "confounding_benchmarks": ("model", "term", "benchmark", "multiple"),
    "coverage": ("model", "term", "effect", "administration_sd", "estimator"),
    "design_analysis": ("model", "term", "effect", "nobs"),
    "evidence_base": ("variable", "actor"),
    "four_case_scores": ("basis", "theory", "case_id"),
    "four_case_tests": ("basis", "contrast"),
    "missing_codes": ("model", "term", "sample", "variant"),
    "multiverse_by_choice": ("treatment", "choice", "value"),
    "multiverse_choice_shares": ("treatment", "choice"),
    "multiverse_joint_test": ("treatment", "statistic"),
    "multiverse_reasons": ("treatment", "reason"),
    "needed_cases": ("model", "term", "effect"),
    "next_cases": ("place",),
    "overturning": ("model", "term", "turns"),
    "prediction_scores": ("model", "sample", "cases_used"),
    "published_agreement": ("dataset", "reading"),
    "qca_necessity": ("sets", "outcome", "expression"),
    "qca_robustness_shares": ("change",),
    "reliability": ("variable", "actor", "passes"),
    "sensitivity": ("model", "term"),
    "timing_tests": ("test",),
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
    "forecast": ("prediction_scores",),
    "design_now": ("design_analysis",),
    "size": ("coverage",),
    "influence_range": ("influence", "cases"),
    "set_solution": ("qca_solutions", "cases"),
}


def tables_needed(key: str) -> tuple[str, ...]:
    """Names of the tables that a key is looked up in (see `workflow.table_file`)."""
    table = key.partition(".")[0]
    if table in SUMMARY_READS:
        return SUMMARY_READS[table]
    return (table,) if table in KEY_COLUMNS else ("estimates",)
