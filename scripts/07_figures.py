"""Step 7: results -> output/figures, as .pdf, .png and .svg.

One line of the list is one figure: its file name and the module that makes it.
"""

from pathlib import Path
from typing import Annotated

from pytask import Product, task

from replication import paths
from replication.workflow import exhibit_code, exhibit_inputs, run_script

FIGURES = {
    "figure01_timeline": "timeline",
    "figure02_reliability": "reliability_figure",
    "figure03_four_cases": "four_cases_figure",
    "figure04_probabilities": "probability_curves",
    "figure05_actors": "actor_positions",
    "figure06_payoff": "payoff_shares",
    "figure07_rivals": "rival_scores",
    "figure08_causal_types": "causal_types_figure",
    "figure09_specification_curve": "specification_curve",
    "figure10_codes": "heat_map",
    "figure11_coefficients": "coefficients",
    "figure12_coding_error": "coding_error_figure",
    "figure13_influence": "influence_figure",
    "figure14_design_analysis": "design_figure",
    "figure15_timing": "timing_figure",
    "figure16_case_selection": "case_selection_figure",
    "figure17_coverage": "coverage_figure",
}

for _name, _module in FIGURES.items():

    @task(id=_name)
    def task_figure(
        name=_name,
        module=_module,
        code=exhibit_code(_module),
        inputs=exhibit_inputs(_module),
        record: Annotated[Path, Product] = paths.BUILD / "exhibits" / f"{_name}.json",
        files: Annotated[list[Path], Product] = [
            paths.FIGURES / f"{_name}.{suffix}" for suffix in ("pdf", "png", "svg")
        ],
    ):
        from replication.exhibits.write_exhibit import make_figure

        make_figure(name, module, record)


if __name__ == "__main__":
    run_script(__file__)
