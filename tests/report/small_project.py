"""Made-up projects for the page: any number of cases, and texts that try to break out of it."""

import csv
import itertools
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd

from replication import paths
from replication.analyses.cases.narratives import narratives
from replication.analyses.claims.by_choice import COLUMNS as CHOICE_COLUMNS
from replication.analyses.claims.by_choice import estimates_by_choice
from replication.analyses.claims.reading import read_claims
from replication.analyses.claims.support import COLUMNS as SUPPORT_COLUMNS
from replication.analyses.measurement.provenance import (
    provenance,
    provenance_sentences,
    read_coders,
)
from replication.analyses.model_data import model_data
from replication.analyses.multiverse.plan import read_plan
from replication.analyses.robustness.comparison import CHANGE_COLUMNS, HEADLINE_COLUMNS
from replication.analyses.tidy import rows_of, tidy_frame
from replication.analyses.types.data import coded_cases
from replication.analyses.types.plan import read_type_plan
from replication.analyses.types.posterior import by_case
from replication.codebook import read_codebook
from replication.dataset import derive
from replication.estimators.firth import fit_firth
from replication.exhibits.typesetting.table import Column, Table, TableRow, write_table_files
from replication.files import write_text
from replication.report.inputs import placed
from replication.specifications import read_models, read_samples
from replication.tables import read_table, write_table

PLAIN = ("The chairman argued against it.", "Officials asked the Council.", "A resolution passed.")
HOSTILE = (
    "<script>window.broken = 1</script>",
    "</script><img src=x onerror='window.broken = 2'>",
    '"><svg onload="window.broken = 3"><a href="javascript:window.broken=4">',
    "<!-- --> ]]> {{ 7 * 7 }} {% raw %} &amp; &lt; &#x3c;",
    '=HYPERLINK("http://evil.example")',
    '\\input {/etc/passwd} #eval("1") $x^2$ %',
    "W" * 400,
    f"{chr(0x202E)}right to left{chr(0x202C)} עברית العربية",
    f"NUL {chr(0)} bell {chr(7)} separator {chr(0x2028)} next",
    "../../etc/passwd",
    "东帝汶 🕊",
)  # fmt: skip
JOINT_COLUMNS = ("treatment", "statistic", "observed", "p_value", "n_specifications")
CODERS = paths.SPECIFICATIONS / "coders.yaml"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300pt" height="90pt" '
    'viewBox="0 0 300 90" role="img" aria-labelledby="{name}-title"><title id="{name}-title">Drawing {name}</title>'
    '<defs><style type="text/css">*{{stroke-linejoin: round}}</style><clipPath id="clip"><rect x="0.123456" y="0" '
    'width="300" height="90"/></clipPath></defs><g id="axes_1" clip-path="url(#clip)"><path id="mark" '
    'd="M 10.123456 10 L 90 80" style="stroke: #000000"/><use xlink:href="#mark" x="40"/></g>'
    '<text x="20" y="50">Words of {name}</text></svg>'
)


def write_project(folder, n_cases, texts=PLAIN, seed=1):
    """Write a whole project with `n_cases` made-up cases, two exhibits and the estimates of M1 to M4."""
    for path in (paths.CODEBOOK, *paths.SPECIFICATIONS.glob("*.yaml")):
        target = placed(path, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    book = read_codebook(paths.CODEBOOK)
    tables = _tables(n_cases, itertools.cycle(texts), book, np.random.default_rng(seed))
    for name, rows in tables.items():
        _write(
            placed(paths.DERIVED, folder) / f"{name}.csv",
            [v.name for v in book.columns(name)],
            rows,
        )
    cases = placed(paths.DERIVED, folder) / "cases.csv"
    write_table(cases, derive(read_table(cases), book))
    write_table(placed(paths.OUTPUT, folder) / "estimates.csv", _estimates(read_table(cases)))
    write_narratives(folder, pd.DataFrame(columns=["case_id", "actor", "io"]), book)
    _write_exhibits(folder, next(itertools.cycle(texts)))
    write_choices(folder, estimated=0 < n_cases < 10)
    write_types(folder, None, book)
    return folder


def write_types(folder, frames, book):
    """Write the cases of the causal types, by the package from derived tables, or the heads of the table alone."""
    specifications = placed(paths.SPECIFICATIONS, folder)
    plan, samples = read_type_plan(specifications, book), read_samples(specifications)
    if frames is None:
        empty = [
            ["case_id", "case_title", "sample", "recchia_case"],
            ["case_id", "actor"],
            ["case_id", "coding"],
        ]
        cases, actors, codings = (pd.DataFrame(columns=names) for names in empty)
    else:
        cases, actors, codings = (frames[name] for name in ("cases", "actors", "codings"))
    coded = coded_cases(cases, actors, codings, book)
    path = placed(paths.RESULTS, folder) / "causal_type_cases.csv"
    write_table(path, by_case(coded, plan, samples))


def add_exhibits(folder, caption="Read from left to right."):
    """Write a table and two drawings with equal ids inside, and the map that lists them."""
    _write_exhibits(folder, caption)


def write_choices(folder, *, estimated=True):
    """Estimate H1 and H2 under some of the choices, by the package, or write the heads of the table alone."""
    specifications, derived = placed(paths.SPECIFICATIONS, folder), placed(paths.DERIVED, folder)
    table = pd.DataFrame(columns=list(CHOICE_COLUMNS))
    if estimated:
        plan = read_plan(specifications / "multiverse.yaml")
        table = estimates_by_choice(
            read_table(derived / "cases.csv"),
            read_table(derived / "codings.csv"),
            [claim for claim in read_claims(specifications) if claim.claim in ("H1", "H2")],
            read_models(specifications),
            read_samples(specifications),
            replace(plan, codings=("agreed", "pass_1"), evidence={"all": plan.evidence["all"]}),
        )
    write_table(placed(paths.RESULTS, folder) / "claims_by_choice.csv", table)


def write_narratives(folder, actors, book):
    """Tell the cases of a project whose derived tables are written."""
    derived = placed(paths.DERIVED, folder)
    names = ("cases", "codings", "evidence", "facts")
    read = {name: read_table(derived / f"{name}.csv") for name in names}
    told = narratives(**read, actors=actors, codebook=book)
    write_table(placed(paths.RESULTS, folder) / "narratives.csv", told)


def _tables(n_cases, texts, book, rng):
    tables = {name: [] for name in ("cases", "codings", "evidence", "sources", "facts", "weights")}
    types = list(book.source_types)
    samples = list(book.variables["sample"].values)
    for number in range(n_cases):
        case_id = f"case_{number}"
        for key in range(3):
            kind = types[(number + key) % len(types)]
            tables["sources"].append(_source(case_id, f"K{key}", kind, texts, key))
        for key in range(4):
            tables["evidence"].append(
                _item(case_id, key, list(book.cells), texts, types[(number + key % 3) % len(types)])
            )
        row = {
            "case_id": case_id, "case_title": f"Case {number} {next(texts)[:60]}", "target_state": next(texts),
            "iso3": "SOM", "sample": samples[0] if number % 4 else samples[number // 4 % len(samples)],
            "administration": f"President {number % 5}", "president_party": "DR"[number % 2],
            "crisis_family": f"family_{number % 7}", "decision_date": f"{1990 + number % 30}-0{number % 10}-00",
            "decision": next(texts),
        }  # fmt: skip
        for name, variable in book.cells.items():
            codes = [_code(variable, rng) for _ in range(2)]
            agreed = codes[0]
            for coder, code in (("pass_1", codes[0]), ("pass_2", codes[1]), ("agreed", agreed)):
                tables["codings"].append(_coding(case_id, coder, name, code, next(texts)))
            if "." not in name:
                row |= {name: agreed, f"{name}_confidence": 2 if agreed else ""}
        tables["cases"].append(row)
        if number % 2:
            tables["weights"] += _weights(case_id, list(book.weights.rivals), texts)
        tables["facts"].append(
            {
                "case_id": case_id,
                "fact": "us_troops_peak",
                "value": "28000",
                "source": "K0",
                "consulted": "1",
                "note": next(texts),
            }
        )
    return tables


def _weights(case_id, rivals, texts):
    """Weights of the first item of a case by two passes, of every sign."""
    given = zip(itertools.product(rivals, ("pass_1", "pass_2")), itertools.cycle((10, -3, 0)))
    return [
        {
            "case_id": case_id, "coding": coding, "rival": rival, "evidence_id": f"{case_id}-e0",
            "decibels": decibels, "why": next(texts) if decibels else "",
        }
        for (rival, coding), decibels in given
    ]  # fmt: skip


def _code(variable, rng):
    if rng.random() < 0.1:
        return ""
    codes = [str(code) for code in variable.labels]
    if variable.type == "list":
        return ";".join(codes[: rng.integers(1, 3)]) if rng.random() < 0.8 else "none"
    return codes[rng.integers(len(codes))]


def _coding(case_id, coder, name, code, why):
    actor, _, variable = name.rpartition(".")
    return {
        "case_id": case_id, "coding": coder, "actor": actor, "variable": variable, "code": code,
        "confidence": "2" if code else "", "evidence": f"{case_id}-e0;{case_id}-e1", "why": why,
        "settled": "passes agree" if coder == "agreed" else "",
    }  # fmt: skip


def _item(case_id, key, cells, texts, kind):
    return {
        "evidence_id": f"{case_id}-e{key}", "case_id": case_id, "about": ";".join(cells[key : key + 2]),
        "statement": next(texts), "quotation": "We ask first." if key == 1 else "",
        "quotation_place": "K1, p. 12" if key == 1 else "",
        "when": ("1992-11-24", "1991-00-00", "", "1992-11-00 to 1993-01-00")[key],
        "source": "" if key == 3 else f"K{key}", "consulted": str(int(key % 2 == 0)), "absence": str(int(key == 3)),
        "theory_author": "0", "after_decision": "0", "source_types": "" if key == 3 else kind,
    }  # fmt: skip


def _source(case_id, key, kind, texts, number):
    text = next(texts)
    addresses = ("https://example.org/a?b=1&c=<2>", "", f"javascript:alert('{text[:20]}')")
    return {
        "case_id": case_id, "source": key, "type": kind, "author": text, "title": next(texts),
        "publisher": next(texts), "date": "1992-12-00", "url": addresses[number], "copy": str(int(number == 1)),
        "consulted": "1",
    }  # fmt: skip


def _estimates(cases):
    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    rows = []
    for name in ("M1", "M2", "M3", "M4"):
        data = model_data(cases, models[name], samples)
        fit = fit_firth(data.outcome, data.design, data.terms)
        rows += rows_of(fit, models[name], "firth", "table01_made_up")
    return tidy_frame(rows)


def _write_exhibits(folder, text):
    tables, figures = placed(paths.TABLES, folder), placed(paths.FIGURES, folder)
    table = Table(
        name="table01_made_up", title=f"Made up {text}",
        columns=[Column("a", "Name", "text"), Column("b", "Value", "number")],
        rows=[TableRow({"a": text, "b": 1.5}), TableRow({"a": "second", "b": float("nan")}, note=text)], notes=[text],
    )  # fmt: skip
    write_table_files(table, tables)
    rows = [_exhibit("table01_made_up", text, tables, ("tex", "html", "csv"), folder)]
    for name in ("figure01_one", "figure02_two"):
        for suffix in ("pdf", "png", "svg"):
            write_text(figures / f"{name}.{suffix}", SVG.format(name=name))
        rows.append(_exhibit(name, text, figures, ("pdf", "png", "svg"), folder))
    for row in rows:
        script = folder / row["script"]
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("print()", encoding="utf-8")
    _write(placed(paths.OUTPUT, folder) / "exhibits.csv", list(rows[0]), rows)
    heads = {
        "comparison": HEADLINE_COLUMNS, "comparison_changes": CHANGE_COLUMNS, "support": SUPPORT_COLUMNS,
        "multiverse_joint_test": JOINT_COLUMNS,
    }  # fmt: skip
    for name, columns in heads.items():
        _write(placed(paths.RESULTS, folder) / f"{name}.csv", columns, [])
    told = provenance_sentences(
        provenance(read_coders(CODERS), pd.DataFrame(columns=["coding", "case_id", "code"]), 0)
    )
    write_table(placed(paths.RESULTS, folder) / "provenance_sentences.csv", told)


def _exhibit(name, text, place, suffixes, folder):
    files = [(place / f"{name}.{suffix}").relative_to(folder).as_posix() for suffix in suffixes]
    return {
        "exhibit": name, "title": f"Title {text}", "caption": f"How to read it {text}", "alt": text,
        "script": "scripts/07_figures.py", "line": "3", "files": ";".join(files),
        "data": "data/derived/cases.csv;output/estimates.csv",
    }  # fmt: skip


def _write(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, columns, restval="", extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
