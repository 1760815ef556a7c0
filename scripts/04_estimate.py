"""Step 4: headline models, rivals, actors and pay-off -> output/estimates.csv, predictions, checks."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, stored_files


def task_estimate(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    actors=paths.DERIVED / "actors.csv",
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    estimates: Annotated[Path, Product] = paths.OUTPUT / "estimates.csv",
):
    import pandas as pd

    from replication.analyses.effects.actors import estimate_actors
    from replication.analyses.effects.crosstabs import crosstab_tests
    from replication.analyses.effects.headline import estimate_models
    from replication.analyses.effects.mechanism import estimate_mechanism
    from replication.analyses.effects.payoff import estimate_payoff
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    case_table, actor_table = read_table(cases), read_table(actors)
    samples = read_samples(paths.SPECIFICATIONS)
    parts = [
        crosstab_tests(case_table, samples),
        estimate_models(case_table, read_models(paths.SPECIFICATIONS).values(), samples),
        estimate_mechanism(case_table, samples),
        estimate_actors(actor_table, samples),
        estimate_payoff(case_table, samples),
    ]
    write_table(estimates, pd.concat(parts, ignore_index=True))


def task_predict(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    scores: Annotated[Path, Product] = paths.RESULTS / "prediction_scores.csv",
    probabilities: Annotated[Path, Product] = paths.RESULTS / "case_probabilities.csv",
    curves: Annotated[Path, Product] = paths.RESULTS / "probability_curves.csv",
):
    from replication.analyses.effects.prediction import predict_models, probability_curves
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    case_table = read_table(cases)
    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    by_model, by_case = predict_models(case_table, models.values(), samples)
    write_table(scores, by_model)
    write_table(probabilities, by_case)
    write_table(curves, probability_curves(case_table, models.values(), samples))


def task_check_proportional_odds(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    checks: Annotated[Path, Product] = paths.RESULTS / "proportional_odds.csv",
    slopes: Annotated[Path, Product] = paths.RESULTS / "proportional_odds_slopes.csv",
):
    from replication.analyses.effects.proportional_odds import check_ordered_models
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    by_model, by_cut = check_ordered_models(read_table(cases), models.values(), samples)
    write_table(checks, by_model)
    write_table(slopes, by_cut)


if __name__ == "__main__":
    run_script(__file__)
