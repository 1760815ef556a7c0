#!/usr/bin/env bash
# pyreadstat 1.3.7: a column of dates is a date in .sav only while one of its rows has one.
# Guess before the run: with variable_format SDATE10 (%td in .dta) a column of which all rows are missing is a date column
# without values, as the format was asked for.
# Seen: with one date among them the column is a date in both. Without any, .sav gets a text column of width 1 (A1) without
# a word, so that two samples of one table cannot be appended, and .dta is refused.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check pyreadstat==1.3.7 pandas==3.1.1 numpy==2.4.6
"$folder/environment/bin/python" - "$folder" <<'END'
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyreadstat

folder = Path(sys.argv[1])
seen = {}
for name, days in (("one known", [None, date(1999, 3, 24)]), ("none known", [None, None])):
    table = pd.DataFrame({"ended": pd.Series(days, dtype=object)})
    pyreadstat.write_sav(table, str(folder / "table.sav"), variable_format={"ended": "SDATE10"})
    seen["sav", name] = pyreadstat.read_sav(str(folder / "table.sav"))[1].original_variable_types["ended"]
    try:
        pyreadstat.write_dta(table, str(folder / "table.dta"), variable_format={"ended": "%td"})
        seen["dta", name] = pyreadstat.read_dta(str(folder / "table.dta"))[1].original_variable_types["ended"]
    except pyreadstat.PyreadstatError as error:
        seen["dta", name] = f"refused: {error}"
for place, said in seen.items():
    print(*place, "->", said)
assert version("pyreadstat") == "1.3.7"
assert seen["sav", "one known"] == "SDATE10"
assert seen["dta", "one known"] == "%td"
assert seen["sav", "none known"] == "A1"
assert seen["dta", "none known"].startswith("refused")
END
