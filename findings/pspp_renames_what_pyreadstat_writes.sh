#!/usr/bin/env bash
# pyreadstat 1.3.7 and PSPP 1.6.2: a column called `by` is written to .sav without a word and comes out as VAR001.
# Guess before the run: the writer of .sav refuses the words of SPSS (ALL, AND, BY, TO ...), as that of .dta refuses those of Stata.
# Seen: it writes them. PSPP finds the names invalid and renames the variables, with a warning on the screen and
# status 0; a program that names the column then stops. pyreadstat itself reads the file back with the names.
# Needs PSPP 1.6.2, as in Debian 12.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check pyreadstat==1.3.7 pandas==3.1.1 numpy==2.4.6
pspp --version | grep -qF "1.6.2"
"$folder/environment/bin/python" - "$folder" <<'END'
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyreadstat

folder = Path(sys.argv[1])
table = pd.DataFrame({"by": [1.0, 2.0], "and": [3.0, 4.0], "code": [5.0, 6.0]})
pyreadstat.write_sav(table, str(folder / "table.sav"))
assert list(pyreadstat.read_sav(str(folder / "table.sav"))[0].columns) == ["by", "and", "code"]
try:
    pyreadstat.write_dta(table.rename(columns={"by": "using"}), str(folder / "table.dta"))
except pyreadstat.ReadstatError as error:
    refused = str(error)
(folder / "read.sps").write_text(f"GET FILE='{folder}/table.sav'." + chr(10) + "LIST." + chr(10))
run = subprocess.run(["pspp", "-O", "format=csv", str(folder / "read.sps")], capture_output=True, text=True, check=False)
print("pyreadstat", pyreadstat.__version__, "the .dta:", refused)
print("PSPP, status", run.returncode, run.stdout)
assert pyreadstat.__version__ == "1.3.7"
assert run.returncode == 0
assert "VAR001,VAR002,code" in run.stdout
END
