"""Copy what a build reads into a new folder: scratch.py FOLDER [--few]."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from replication import paths
from replication.release.portability import copy_inputs, shorten

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    copy_inputs(paths.ROOT, folder)
    if "--few" in sys.argv[2:]:
        shorten(folder / "data" / "raw" / "specifications" / "multiverse.yaml")
