#!/usr/bin/env bash
# pyreadstat 1.3.7: a value label of more than 120 bytes is cut in .sav without a word, sixty letters in Cyrillic.
# Guess before the run: what the format cannot hold is refused, as a name that is too long is ("too long for the file format").
# Seen: the label comes back without its end; of two labels that differ there two codes with one label are left. The .dta of
# the same call holds both whole, so the two files of one table tell different things. The label of a variable is cut at 256.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check pyreadstat==1.3.7 pandas==3.1.1 numpy==2.4.6
"$folder/environment/bin/python" - "$folder" <<'END'
import sys
import warnings
from pathlib import Path

import pandas as pd
import pyreadstat

warnings.simplefilter("error")
folder = Path(sys.argv[1])
table = pd.DataFrame({"sought": [0.0, 1.0]})
labels = {0.0: "ы" * 60 + " до", 1.0: "ы" * 60 + " после"}
values = {"variable_value_labels": {"sought": labels}}
pyreadstat.write_sav(table, str(folder / "table.sav"), column_labels={"sought": "Ы" * 130}, **values)
pyreadstat.write_dta(table, str(folder / "table.dta"), version=15, **values)
try:
    pyreadstat.write_sav(table.rename(columns={"sought": "s" * 70}), str(folder / "name.sav"))
except pyreadstat.ReadstatError as error:
    refused = str(error)
sav = pyreadstat.read_sav(str(folder / "table.sav"))[1]
dta = pyreadstat.read_dta(str(folder / "table.dta"))[1]
print("pyreadstat", pyreadstat.__version__, "a long name:", refused)
print({code: len(label) for code, label in sav.variable_value_labels["sought"].items()})
assert pyreadstat.__version__ == "1.3.7"
assert "too long" in refused
assert set(sav.variable_value_labels["sought"].values()) == {"ы" * 60}
assert dta.variable_value_labels["sought"] == labels
assert sav.column_names_to_labels["sought"] == "Ы" * 128
END
