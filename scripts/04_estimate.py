"""Step 4: headline models, rivals, actors and pay-off -> output/estimates.csv and the prediction scores."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, stored_files


def task_estimate(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    actors=paths.DERIVED / "actors.csv",
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    estimates: Annotated[Path, Product] = paths.OUTPUT / "estimates.csv",
):
    import pandas as pd

    from replication.analyses.actors import estimate_actors
    from replication.analyses.attainable import with_smallest_p
    from replication.analyses.crosstabs import crosstab_tests
    from replication.analyses.headline import estimate_models
    from replication.analyses.mechanism import estimate_mechanism
    from replication.analyses.payoff import estimate_payoff
    from replication.files import read_csv, write_csv
    from replication.specifications import read_models, read_samples

    case_table, actor_table = read_csv(cases), read_csv(actors)
    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    parts = [
        crosstab_tests(case_table, samples),
        estimate_models(case_table, models.values(), samples),
        estimate_mechanism(case_table, samples),
        estimate_actors(actor_table, samples),
        estimate_payoff(case_table, samples),
    ]
    found = pd.concat(parts, ignore_index=True)
    write_csv(estimates, with_smallest_p(found, case_table, actor_table, models, samples))


def task_predict(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    scores: Annotated[Path, Product] = paths.RESULTS / "prediction_scores.csv",
    probabilities: Annotated[Path, Product] = paths.RESULTS / "case_probabilities.csv",
    curves: Annotated[Path, Product] = paths.RESULTS / "probability_curves.csv",
):
    from replication.analyses.prediction import predict_models, probability_curves
    from replication.files import read_csv, write_csv
    from replication.specifications import read_models, read_samples

    case_table = read_csv(cases)
    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    by_model, by_case = predict_models(case_table, models.values(), samples)
    write_csv(scores, by_model)
    write_csv(probabilities, by_case)
    write_csv(curves, probability_curves(case_table, models.values(), samples))
