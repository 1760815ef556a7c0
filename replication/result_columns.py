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
        absence_only agrees best_rank bin code confidence confidence_1 confounded contradictory contradicts copies cut
        days_high days_low df draws endorsed expected_confidence items largest_gap largest_simulated line marked
        minimal mixed monotonic n n_* necessary needed new no_evidence nobs nobs_* not_consulted number of one_item
        one_source paragraph parted position present rank replications same sentence shared size sought steps
        still_listed stratified theory_author units unvetted_only
    """,
    NUMBER: """
        *=* absolute administration_sd agreement agreement_* aicc all_read alpha alpha_* bayes_factor brier_score
        carried_decibels chance_agreement change change_* clue_* conf_high conf_high_* conf_low conf_low_* consistency
        contribution coverage covered covered_error decibels decibels_* deviation difference e_value e_value_limit
        estimate estimate_* estimated even_odds exaggeration expected_case expected_change expected_disagreement
        factor failed family_log_score gwet gwet_* high highest kappa kappa_* learnt_* left_out log_score
        log_score_error low lowest mean mean_* median median_* minimum modal_share months_* multiple no_solution
        null_95 null_median observed observed_disagreement opposite over_* p_* partial_r2 place pooled_* power
        power_error predicted present_power pri probability probability_* quartile_* r2_* raw_coverage rejected
        rejected_error relative relevance residual robustness_value robustness_value_alpha same_side score share
        share_* smallest_p stated_* statistic std_error strength superiority target term_consistency term_pri
        true_effect unbounded unexplained unique_coverage without_clues wrong_sign
    """,
    TEXT: """
        about agreed_code agreed_why alt assumptions audit basis benchmark by caption carried_by cases cases_used
        cases_with_outcome cause cell cells choice claim clue clues coding column column_dta_sav computed_from
        contrast controls counted criterion data dataset date day decision design differing direction effect
        empty_levels estimator event event_in_dataset evidence evidence_id exhibit expected expected_ids expected_why
        expression file files first_code first_pass first_why form formula ground group grouping handed_to handover
        handover_source heading ids inconsistent item kept key kind label level lines listed log measure missing
        modal_code model new_value note observable old_value order ours outcome output part partner pass passes
        pattern prediction prior quantity read reading reason reasons reference responsible rival rival_label rule
        scale script searches second_code second_pass second_why section sets settled side solution source_types sources
        statement table term test text theory theory_label title told treatment turns type uncovered unit url value
        values variable variant venue verdict wave what why work wrong
    """,
    TRUTH: "exact",
}
# What a name means in one table alone.
_ELSEWHERE = {
    ("criteria", "score"): TEXT,
    ("case_fit", "outcome"): INTEGER,
    ("causal_type_cases", "outcome"): INTEGER,
    ("causal_type_learning", "outcome"): INTEGER,
    ("causal_type_learning", "place"): INTEGER,
    ("decisions", "place"): TEXT,
    ("disagreements", "outcome"): INTEGER,
    ("endorsement_positions", "code"): TEXT,
    ("figures", "*"): TEXT,
    ("figures", "reach"): NUMBER,
    ("figures", "value"): NUMBER,
    ("four_cases", "observed"): TEXT,
    ("influence", "left_out"): TEXT,
    ("known_differences", "*"): TEXT,
    ("multiverse_joint_test", "statistic"): TEXT,
    ("multiverse_permuted", "position"): NUMBER,
    ("next_cases", "place"): INTEGER,
    ("peers", "*"): TEXT,
    ("peers", "digits"): INTEGER,
    ("peers", "here"): NUMBER,
    ("peers", "there"): NUMBER,
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
    ("thin_codes", "code"): TEXT,
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
