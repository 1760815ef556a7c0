"""Step 5: how far the results hang on one case, one code, missing codes, what is unmeasured, this N."""

from pathlib import Path
from typing import Annotated

from pytask import Product, mark, task

from replication import paths
from replication.workflow import analysis_code, code_of, run_script

# Result, module, function, whether it needs the scales of the codebook.
ANALYSES = {
    "influence": ("influence", "influence", False),
    "coding_error": ("coding_error", "coding_error", True),
    "overturning": ("overturning", "overturning", True),
    "missing_codes": ("missing_codes", "missing_codes", True),
    "sensitivity": ("confounding", "sensitivity", False),
    "confounding_benchmarks": ("confounding", "benchmarks", False),
    "design_analysis": ("design_analysis", "design_analysis", False),
}

for _name, (_module, _function, _scaled) in ANALYSES.items():
    # These simulate and take longest after the multiverse, so they begin before tables and figures.
    @mark.try_first
    @task(id=_name)
    def task_robustness(
        module=_module,
        function=_function,
        scaled=_scaled,
        code=analysis_code(f"robustness.{_module}"),
        cases=paths.DERIVED / "cases.csv",
        codebook=paths.CODEBOOK,
        models=paths.SPECIFICATIONS / "models.yaml",
        samples=paths.SPECIFICATIONS / "samples.yaml",
        result: Annotated[Path, Product] = paths.RESULTS / f"{_name}.csv",
    ):
        from importlib import import_module

        from replication.codebook import read_codebook
        from replication.specifications import read_models, read_samples
        from replication.tables import read_table, write_table

        analyse = getattr(import_module(f"replication.analyses.robustness.{module}"), function)
        rows = read_models(models.parent).values()
        inputs = [read_table(cases), rows, read_samples(samples.parent)]
        write_table(result, analyse(*inputs, *([read_codebook(codebook).scales] if scaled else [])))


def task_wave_effects(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    waves=paths.SPECIFICATIONS / "waves.yaml",
    models=paths.SPECIFICATIONS / "models.yaml",
    samples=paths.SPECIFICATIONS / "samples.yaml",
    result: Annotated[Path, Product] = paths.RESULTS / "wave_effects.csv",
):
    from replication.analyses.measurement.waves import read_waves
    from replication.analyses.robustness.wave_effects import wave_effects
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    rows = read_models(models.parent).values()
    data, found = read_table(cases), read_waves(waves)
    write_table(result, wave_effects(data, found, rows, read_samples(samples.parent)))


def task_needed_cases(
    code=code_of(__file__),
    analysis=paths.RESULTS / "design_analysis.csv",
    result: Annotated[Path, Product] = paths.RESULTS / "needed_cases.csv",
):
    from replication.analyses.robustness.design_analysis import needed_cases
    from replication.tables import read_table, write_table

    write_table(result, needed_cases(read_table(analysis)))


if __name__ == "__main__":
    run_script(__file__)
