#!/usr/bin/env bash
# csvkit 2.2.0: a column of codes such as 3m, 6m, 12m (months) becomes durations in minutes.
# Guess before the run: what is neither number nor date is text; csvjson copies it as it stands.
# Seen: csvstat calls the column TimeDelta and csvjson writes "0:03:00"; "4 weeks" becomes "28 days, 0:00:00". One cell that does
# not fit ("unknown") makes the whole column text again, so what a code turns into depends on the other cases.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2
cat > "$folder/all.csv" <<'END'
case,planned,horizon
a,3m,4 weeks
b,6m,1 week
END
sed 's/6m/unknown/' "$folder/all.csv" > "$folder/gap.csv"
"$folder/environment/bin/python" - "$folder" <<'END'
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

folder = Path(sys.argv[1])


def rows(name):
    program = folder / "environment/bin/csvjson"
    return json.loads(subprocess.run([program, folder / name], capture_output=True, text=True, check=True).stdout)


for name in ("all.csv", "gap.csv"):
    print("csvkit", version("csvkit"), rows(name))
assert version("csvkit") == "2.2.0"
assert [row["planned"] for row in rows("all.csv")] == ["0:03:00", "0:06:00"]
assert [row["horizon"] for row in rows("all.csv")] == ["28 days, 0:00:00", "7 days, 0:00:00"]
assert [row["planned"] for row in rows("gap.csv")] == ["3m", "unknown"]
END
