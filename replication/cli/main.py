"""Read the verb and its options, call the function that does it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from replication.cli import build, check, housekeeping, verify

VERBS = {
    "all": (build.run_all, "raw data to paper: run every step whose inputs or code changed"),
    "test": (housekeeping.run_tests, "run the tests"),
    "check": (check.run_check, "check the case files and explain every fault"),
    "verify": (
        verify.run_verify,
        "make everything anew in a scratch folder and compare with what is committed",
    ),
    "clean": (
        housekeeping.run_clean,
        "remove what the steps made, so that the next run makes it anew",
    ),
    "link": (housekeeping.run_link, "let this interpreter find the package (part of the set-up)"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb; the exit status is 0 when it did what it says, 1 when not, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="python -m replication", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for name, (_, text) in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text)
        if name == "check":
            verb.add_argument("case", nargs="?", help="only this case")
        if name == "test":
            verb.add_argument("pytest", nargs=argparse.REMAINDER, help="options for pytest")
    options = vars(parser.parse_args(arguments))
    run, _ = VERBS[options.pop("verb")]
    sys.exit(run(**options))
