"""The type of every column of the results: whole numbers, numbers, texts and truth values, by the columns' names.

A name means the same in every table but those of `_ELSEWHERE`. In a name, `*` stands for anything, as tables
of choices and of sets have a column for each. Columns that are variables of the codebook are not listed: the
codebook knows their types.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

INTEGER, NUMBER, TEXT, TRUTH = "integer", "number", "text", "truth value"

_NAMES = {
    INTEGER: """
        agrees best_rank bin code confidence contradictory contradicts copies cut days_high days_low df digits draws
        endorsed expected_confidence items largest_simulated line minimal mixed n n_* necessary needed new no_evidence
        nobs nobs_* number of paragraph parted position rank replications same sentence shared size
        sought steps still_listed units
    """,
    NUMBER: """
        *=* absolute administration_sd aicc agreement agreement_* alpha alpha_* brier_score chance_agreement
        change change_* conf_high conf_high_* conf_low conf_low_* consistency contribution coverage covered
        covered_error deviation difference e_value e_value_limit estimate estimate_* estimated exaggeration
        expected_disagreement factor failed family_log_score gwet gwet_* here high highest kappa kappa_* left_out
        log_score log_score_error low lowest mean mean_* median median_* minimum modal_share months_*
        multiple no_solution null_95 null_median observed observed_disagreement p_* partial_r2 place pooled_*
        power power_error predicted present_power pri probability quartile_* r2_* raw_coverage reach rejected
        rejected_error relative relevance residual robustness_value robustness_value_alpha score share share_*
        smallest_p statistic std_error superiority target term_consistency term_pri there true_effect unbounded
        unexplained unique_coverage wrong_sign
    """,
    TEXT: """
        about agreed_code agreed_why alt assumptions audit basis benchmark by caption carried_by cases
        cases_used cases_with_outcome cell cells choice claim coding column column_dta_sav computed_from
        contrast controls counted criterion data dataset date design differing direction effect empty_levels
        estimator event event_in_dataset evidence exhibit expected expected_ids expected_why expression file
        files first_code first_pass first_why form formula group grouping handed_to handover handover_source
        heading ids inconsistent item key kind label level lines measure missing modal_code model new_value note
        observable old_value order ours outcome output partner pass passes pattern prediction program quantity reading
        reason reasons reference responsible rule scale script second_code second_pass second_why sets settled
        side solution sources source_types statement table term test text theory theory_label title told
        treatment turns type uncovered unit url value values variable variant venue verdict version what why work wrong
    """,
    TRUTH: "exact",
}
# What a name means in one table alone.
_ELSEWHERE = {
    ("criteria", "score"): TEXT,
    ("figures", "value"): NUMBER,
    ("case_fit", "outcome"): INTEGER,
    ("disagreements", "outcome"): INTEGER,
    ("four_cases", "observed"): TEXT,
    ("influence", "left_out"): TEXT,
    ("multiverse_joint_test", "statistic"): TEXT,
    ("multiverse_permuted", "position"): NUMBER,
    ("next_cases", "place"): INTEGER,
    ("probability_curves", "value"): NUMBER,
    ("published_codings", "value"): INTEGER,
    ("qca_robustness", "change"): TEXT,
    ("qca_robustness_shares", "*"): NUMBER,
    ("qca_robustness_shares", "change"): TEXT,
    ("qca_robustness_shares", "n_runs"): INTEGER,
    ("qca_robustness_shares", "same"): NUMBER,
    ("qca_solutions", "model"): INTEGER,
    ("r_results", "value"): NUMBER,
    ("replica_results", "value"): NUMBER,
    ("timing", "high"): INTEGER,
    ("timing", "low"): INTEGER,
    ("truth_tables", "*"): INTEGER,
}
_TYPES = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_PATTERNS = {name: kind for name, kind in _TYPES.items() if "*" in name}


def result_type(table: str, column: str) -> str | None:
    """Type of a column of a table of results, by the closest name listed; None where there is none."""
    for key in ((table, column), (table, "*")):
        if key in _ELSEWHERE and (key[1] != "*" or column not in _TYPES):
            return _ELSEWHERE[key]
    if column in _TYPES:
        return _TYPES[column]
    return next((kind for name, kind in _PATTERNS.items() if fnmatchcase(column, name)), None)
