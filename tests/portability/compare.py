"""Compare the products of two runs, of which the second may be unfinished: compare.py OLD NEW."""

import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from replication.release.manifest import PRODUCTS, files_in
from replication.release.portability import first_difference

SHOWN = 5


def main():
    old, new = (dict(files_in(Path(folder), PRODUCTS)) for folder in sys.argv[1:3])
    both = sorted(old.keys() & new.keys())
    different = [name for name in both if old[name].read_bytes() != new[name].read_bytes()]
    for name in different:
        print(name)
        for line in differences(old[name], new[name]):
            print(f"  {line}")
    print(f"{len(both)} files are in both, {len(both) - len(different)} of them identical.")
    print(
        f"Only in the first: {len(old.keys() - new.keys())}; only in the second: {len(new.keys() - old.keys())}."
    )
    return int(bool(different))


def differences(old, new):
    if old.suffix != ".csv":
        return [first_difference(old.read_bytes(), new.read_bytes())]
    was, now = (
        list(csv.reader(path.read_text(encoding="utf-8").splitlines())) for path in (old, new)
    )
    cells = [
        f"line {number}, {column}: {one} | {other}"
        for number, (before, after) in enumerate(zip(was, now, strict=False), start=1)
        for column, one, other in zip(was[0], before, after, strict=False)
        if one != other
    ]
    return [f"{len(was)} and {len(now)} lines, {len(cells)} cells differ", *cells[:SHOWN]]


if __name__ == "__main__":
    sys.exit(main())
