"""irrCAC, which asks for an older numpy: agreement of the codes, each figure a line of a table.

Usage: python irrcac.py <folder>. Run by the interpreter of environment_older.txt, without the package.
"""

import csv
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from irrCAC.raw import CAC

out = csv.writer(sys.stdout, lineterminator=chr(10))


def put(variable, quantity, value):
    out.writerow(
        ["irrCAC", version("irrCAC"), "", "agreement", variable, quantity, repr(float(value)), ""]
    )


for variable, part in pd.read_csv(Path(sys.argv[1]) / "codes.csv").groupby("variable"):
    steps = [float(step) for step in part["steps"].iloc[0].split(";")]
    codes = part[["first", "second"]].reset_index(drop=True)
    plain = CAC(codes, weights="identity", categories=steps, digits=12).gwet()["est"]
    squared = CAC(codes, weights="quadratic", categories=steps, digits=12).gwet()["est"]
    ordinal = CAC(codes, weights="ordinal", categories=steps, digits=12).krippendorff()["est"]
    put(variable, "agreement", plain["pa"])
    put(variable, "gwet", squared["coefficient_value"])
    put(variable, "alpha", ordinal["coefficient_value"])
