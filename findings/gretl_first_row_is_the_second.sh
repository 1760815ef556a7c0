#!/usr/bin/env bash
# gretl 2022c: after opening a .sav file, code[1] is the second row.
# Guess before the run: code[1] is the value of the first observation, whatever the file came from.
# Seen: 10, 20, 30 opened from .csv or .dta give code[1] = 10; the same table from .sav gives 20, while code[i] with i = 1
# gives 10 and the printed listing numbers the rows from 1. A program that picks a case by its number takes its neighbour.
# Needs gretl 2022c, as in Debian 12.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder"
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check pyreadstat==1.3.7 pandas==3.1.1 numpy==2.4.6
gretlcli --version | grep -F "2022c"
"$folder/environment/bin/python" - "$folder" <<'END'
import sys

import pandas as pd
import pyreadstat

table = pd.DataFrame({"code": [10.0, 20.0, 30.0]})
table.to_csv(f"{sys.argv[1]}/table.csv", index=False)
pyreadstat.write_dta(table, f"{sys.argv[1]}/table.dta", version=14)
pyreadstat.write_sav(table, f"{sys.argv[1]}/table.sav")
END
picked() {
  {
    echo "open $folder/table.$1 --quiet"
    echo "scalar i = 1"
    echo 'printf "picked %g by number, %g by scalar", code[1], code[i]'
  } > "$folder/read.inp"
  gretlcli -b -q "$folder/read.inp" 2>/dev/null | grep -o "picked [0-9]* by number, [0-9]* by scalar" | tail -1
}
for format in csv dta sav; do
  echo "$format: $(picked $format)"
done
test "$(picked csv)" = "picked 10 by number, 10 by scalar"
test "$(picked dta)" = "picked 10 by number, 10 by scalar"
test "$(picked sav)" = "picked 20 by number, 10 by scalar"
