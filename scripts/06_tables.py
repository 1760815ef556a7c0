"""Step 6: results -> output/tables, as .tex, .html and .csv.

One line of the list is one table: its file name and the module that makes it.
"""

from pathlib import Path
from typing import Annotated

from pytask import Product, task

from replication import paths
from replication.workflow import exhibit_code, exhibit_inputs, run_script

TABLES = {
    "table01_sample": "sample_table",
    "table02_crosstabs": "crosstab_table",
    "table03_models": "model_table",
    "table04_reliability": "reliability_table",
    "table05_disputes": "disputes_table",
    "table06_actors": "actor_table",
    "table07_payoff": "payoff_table",
    "table08_methods": "methods_table",
    "table09_prediction": "prediction_table",
    "table10_influence": "influence_table",
    "table11_coding_error": "coding_error_table",
    "table12_multiverse": "multiverse_table",
    "table13_sensitivity": "sensitivity_table",
    "table14_design": "design_table",
    "table15_four_cases": "four_cases_table",
    "table16_theory_scores": "theory_scores_table",
    "table17_case_selection": "case_selection_table",
    "table18_timing": "timing_table",
    "table19_truth_table": "truth_table",
    "table20_qca_solutions": "qca_table",
    "table22_venue": "venue_table",
    "table23_follow_on": "follow_on_table",
    "table24_verdicts": "verdicts_table",
    "table26_disagreements": "disagreements_table",
    "table25_overturning": "overturning_table",
    "table28_criteria": "criteria_table",
    "table21_coverage": "coverage_table",
    "table27_causal_types": "causal_types_table",
    "table29_weights": "weights_table",
    "table30_type_cases": "type_cases_table",
    "table31_type_clues": "type_clues_table",
    "table32_type_rivals": "type_rivals_table",
    "table33_other_programs": "other_programs_table",
    "table34_waves": "waves_table",
    "table35_decisions": "decisions_table",
    "table36_thin_codes": "thin_codes_table",
    "table37_positions": "positions_table",
}

for _name, _module in TABLES.items():

    @task(id=_name)
    def task_table(
        name=_name,
        module=_module,
        code=exhibit_code(_module),
        inputs=exhibit_inputs(_module),
        record: Annotated[Path, Product] = paths.BUILD / "exhibits" / f"{_name}.json",
        files: Annotated[list[Path], Product] = [
            paths.TABLES / f"{_name}.{suffix}" for suffix in ("tex", "html", "csv")
        ],
    ):
        from replication.exhibits.write_exhibit import make_table

        make_table(name, module, record)


if __name__ == "__main__":
    run_script(__file__)
