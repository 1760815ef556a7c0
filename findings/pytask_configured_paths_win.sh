#!/usr/bin/env bash
# pytask 0.6.0: scripts named on the command line run beside those of the configured paths, not in their place.
# Guess before the run: `pytask scripts/task_a.py` runs that file's task alone, as a path on the command line takes the place of
# a setting elsewhere.
# Seen: with `paths` in pyproject.toml all of its tasks run, whatever is named; without the setting the named file alone runs.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check pytask==0.6.0
mkdir "$folder/project" "$folder/project/scripts"
cd "$folder/project"
for name in a b; do
  cat > "scripts/task_$name.py" <<END
from pathlib import Path


def task_$name(produces=Path("$name.txt")):
    produces.write_text("$name")
END
done
ran() {
  { echo "[tool.pytask.ini_options]"; echo "$1"; } > pyproject.toml
  rm -rf scripts/*.txt .pytask
  "$folder/environment/bin/pytask" scripts/task_a.py > "$folder/said"
  ls scripts | grep txt | tr '\n' ' '
}
"$folder/environment/bin/pytask" --version | tee "$folder/version"
grep -qF "0.6.0" "$folder/version"
configured=$(ran 'paths = ["scripts"]')
free=$(ran '')
echo "configured: $configured free: $free"
test "$configured" = "a.txt b.txt "
test "$free" = "a.txt "
