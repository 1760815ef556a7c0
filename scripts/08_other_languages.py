"""Step 8, aside: specifications -> scripts in R and Stata that estimate the first headline models again."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script

LANGUAGES = ("R", "do")


def task_other_languages(
    code=code_of(__file__),
    models=paths.SPECIFICATIONS / "models.yaml",
    samples=paths.SPECIFICATIONS / "samples.yaml",
    scripts: Annotated[dict[str, Path], Product] = {
        language: paths.OUTPUT / f"replicate_headline.{language}" for language in LANGUAGES
    },
):
    from replication.files import write_text
    from replication.report.other_languages import headline_script
    from replication.specifications import read_models, read_samples

    declared, known = read_models(models.parent), read_samples(samples.parent)
    for language, path in scripts.items():
        write_text(path, headline_script(language, declared, known))


if __name__ == "__main__":
    run_script(__file__)
