#!/usr/bin/env bash
# pytask 0.6.0: in a project whose own folder is called build or dist no task is found, and the run ends with success.
# Guess before the run: what pytask passes over (build/*, dist/*, *.egg-info/*) is meant inside a project, so that the name of the
# folder in which the project stands changes nothing.
# Seen: the patterns are held against the end of each whole path. In build/ the folder of the tasks is itself build/tasks, so it
# is passed over: 0 tasks, exit code 0. The same files in work/ give 1 task. Named one by one as files they are found in build/ too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pytask==0.6.0
for name in work build dist; do
  mkdir -p "$folder/$name/tasks"
  cat > "$folder/$name/pyproject.toml" <<'END'
[tool.pytask.ini_options]
END
  cat > "$folder/$name/tasks/task_one.py" <<'END'
from pathlib import Path


def task_one(produces=Path("made.txt")):
    produces.write_text("made")
END
done
"$folder/env/bin/python" - "$folder" <<'END'
import sys
from pathlib import Path

import pytask

seen = {}
for name in ("work", "build", "dist"):
    root = Path(sys.argv[1], name)
    for kind, given in (("folder", root / "tasks"), ("file", root / "tasks" / "task_one.py")):
        session = pytask.build(paths=[given], config=root / "pyproject.toml")
        seen[name, kind] = len(session.tasks), int(session.exit_code)
print("pytask", pytask.__version__, seen)
assert seen == {
    ("work", "folder"): (1, 0), ("work", "file"): (1, 0),
    ("build", "folder"): (0, 0), ("build", "file"): (1, 0),
    ("dist", "folder"): (0, 0), ("dist", "file"): (1, 0),
}
END
