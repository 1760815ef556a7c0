"""gretl and PSPP: writes their programs, runs them, prints each figure as a line of a table.

Usage: python elsewhere.py <folder>. A program that is not installed is left out. PSPP prints few digits: its figures
carry half a unit of the last one, as those that were sampled carry their error.
"""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1]).resolve()
MODELS = ("M1", "M2", "M3", "M4")
NOT_TERMS = ("y", "level", "administration", "case_id")
OUT = csv.writer(sys.stdout, lineterminator=chr(10))


def run(name, program, *command):
    path = FOLDER / name
    path.write_text(chr(10).join([*program, ""]), encoding="utf-8")
    done = subprocess.run(
        [*command, str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=FOLDER,
    )
    return done.stdout


def version(*command):
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return re.search("[0-9]+[.]?[0-9.]*[a-z]?", said).group()


def terms_of(model):
    with (FOLDER / f"{model}.csv").open(encoding="utf-8", newline="") as lines:
        return [name for name in next(csv.reader(lines)) if name not in NOT_TERMS]


def gretl():
    told = version("gretlcli", "--version")

    def show(model, estimator, term, **values):
        return [
            f'printf "@ {model} {estimator} {term} {name} %.12g @", {value}'
            for name, value in values.items()
        ]

    lines = ["set verbose off", "set messages off", "set hc_version 3"]
    for model in MODELS:
        terms = terms_of(model)
        lines += [
            f'open "{FOLDER / model}.csv" --quiet',
            f"ols y const {' '.join(terms)} --robust --quiet",
        ]
        for term in terms:
            lines += show(
                model,
                "lpm_hc3",
                term,
                estimate=f"$coeff({term})",
                std_error=f"$stderr({term})",
                p_value=f"2 * pvalue(t, $df, abs($coeff({term}) / $stderr({term})))",
            )
        lines += ["discrete level", f"logit level {' '.join(terms)} --quiet"]
        # By place: by name gretl finds no coefficient of an ordered logit.
        for place, term in enumerate(terms, start=1):
            lines += show(
                model,
                "ordered_logit",
                term,
                estimate=f"$coeff[{place}]",
                std_error=f"$stderr[{place}]",
            )
    others = terms_of("A1")
    lines += [
        f'open "{FOLDER / "A1.csv"}" --quiet',
        "series unit = case_id",
        "series row = 1",
        "loop i = 2..$nobs --quiet",
        "  if unit[i] == unit[i - 1]",
        "    row[i] = row[i - 1] + 1",
        "  endif",
        "endloop",
        "setobs unit row --panel-vars",
        f"panel y const {' '.join(others)} --fixed-effects --robust --quiet",
    ]
    for term in others:
        lines += show("A1", "panel", term, estimate=f"$coeff({term})", std_error=f"$stderr({term})")
    said = run("headline.inp", lines, "gretlcli", "-b", "-q")
    for model, estimator, term, name, value in re.findall(
        "@ ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) @", said
    ):
        OUT.writerow(["gretl", told, model, estimator, term, name, value, ""])


def pspp():
    told = version("pspp", "--version")
    for model in ("M1", "M2"):
        [term] = terms_of(model)
        program = [
            f"GET DATA /TYPE=TXT /FILE='{FOLDER / model}.csv' /DELIMITERS=',' /FIRSTCASE=2 "
            f"/VARIABLES=y F8.0 {term} F8.0 level F8.0 administration A20.",
            f"COMPUTE high = {term} >= 2.",
            "CROSSTABS y BY high /STATISTICS=CHISQ.",
            "CROSSTABS high BY y /STATISTICS=CHISQ.",
            f"REGRESSION /VARIABLES={term} /DEPENDENT=y /STATISTICS=COEFF.",
        ]
        said = run("headline.sps", program, "pspp", "-O", "format=csv")
        # Its value for the transposed table is another: kept to tell why the first differs.
        for quantity, value in zip(
            ("p_value", "p_value_transposed"),
            re.findall("Fisher's Exact Test,,,,([0-9.]+),", said),
            strict=True,
        ):
            OUT.writerow(["PSPP", told, "X", "fisher", term, quantity, value, 0.0005])
        slope = re.search(f"^(?:Coefficients,|,)?{term},(-?[0-9.]+),", said, re.MULTILINE)
        if slope:
            OUT.writerow(["PSPP", told, model, "lpm_hc3", term, "estimate", slope.group(1), 0.005])
    program = [
        f"GET DATA /TYPE=TXT /FILE='{FOLDER / 'H5.csv'}' /DELIMITERS=',' /FIRSTCASE=2 "
        "/VARIABLES=case A30 share F12.8 endorsed F8.0.",
        "NPAR TESTS /MANN-WHITNEY=share BY endorsed (0 1).",
    ]
    said = run("paid.sps", program, "pspp", "-O", "format=csv")
    found = re.search("^share,[0-9.]+,[0-9.]+,-?[0-9.]+,([.][0-9]+)", said, re.MULTILINE)
    if found:
        OUT.writerow(
            ["PSPP", told, "H5", "rank_test", "io_obtained>=2", "p_value", found.group(1), 0.0005]
        )


for name, make in (("gretlcli", gretl), ("pspp", pspp)):
    if shutil.which(name):
        make()
