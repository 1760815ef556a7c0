#!/usr/bin/env bash
# gretl 2022c: one date read from .dta and from .sav is two different numbers, neither shown as a date.
# Guess before the run: gretl reads the same table with the same values from both formats.
# Seen: 24 March 1999 is 14327 from .dta (days since 1960) and 13141612800 from .sav (seconds since October 1582): each
# format's own count, without the format's mark that it is a date, so that joining the two finds no case.
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
from datetime import date

import pandas as pd
import pyreadstat

table = pd.DataFrame({"began": pd.Series([date(1999, 3, 24)] * 2, dtype=object), "code": [2.0, 3.0]})
pyreadstat.write_dta(table, f"{sys.argv[1]}/table.dta", version=14, variable_format={"began": "%td"})
pyreadstat.write_sav(table, f"{sys.argv[1]}/table.sav", variable_format={"began": "SDATE10"})
END
mean() {
  { echo "open $folder/table.$1 --quiet"; echo 'printf "mean %.0f", mean(began)'; } > "$folder/read.inp"
  gretlcli -b -q "$folder/read.inp" 2>/dev/null | grep -o "^mean [0-9]*"
}
stata=$(mean dta)
spss=$(mean sav)
echo "from .dta: $stata, from .sav: $spss"
test "$stata" = "mean 14327"
test "$spss" = "mean 13141612800"
