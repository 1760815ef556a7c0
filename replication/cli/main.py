"""Read the verb and its options, call the function that does it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from replication.cli import (
    build,
    check,
    compare,
    crosscheck,
    deposit,
    extend,
    housekeeping,
    peers,
    portability,
    simulate,
    verify,
)

VERBS = {
    "all": (build.run_all, "raw data to paper: run every step whose inputs or code changed"),
    "script": (build.run_one_script, "run one numbered script and say what it read and wrote"),
    "test": (housekeeping.run_tests, "run the tests"),
    "check": (check.run_check, "check the case files and explain every fault"),
    "new-case": (extend.run_new_case, "write a draft of a new case, every rule beside its field"),
    "coding-sheet": (extend.run_coding_sheet, "write a spreadsheet for a further coder"),
    "import-codes": (extend.run_import_codes, "merge a filled coding sheet into the case files"),
    "compare": (compare.run_compare, "say what changed against the released estimates, and why"),
    "release": (compare.run_release, "keep today's estimates and codes as the release"),
    "schema": (extend.run_schema, "write the schemas for editors anew from the codebook"),
    "verify": (
        verify.run_verify,
        "make everything anew in a scratch folder and compare with what was released",
    ),
    "reference": (
        verify.run_reference,
        "make inputs and outputs as they are what `verify` compares with",
    ),
    "crosscheck": (
        crosscheck.run_crosscheck,
        "estimate the headline figures again in R and compare (INSIST=1: fail where R is missing)",
    ),
    "peers": (
        peers.run_peers,
        "compute the headline figures in other programs, each in an environment of its own, and compare",
    ),
    "simulate": (
        simulate.run_simulate,
        "measure size and coverage by simulation, some ten minutes -> data/simulated",
    ),
    "portability": (
        portability.run_portability,
        "build under switches of processor and libraries and compare every file, half an hour",
    ),
    "bench": (
        housekeeping.run_bench,
        "speed of the batched estimator beside other software, about a minute",
    ),
    "readme": (
        deposit.run_readme,
        "write the generated parts of README.md and the metadata for archives anew",
    ),
    "wheels": (deposit.run_wheels, "fetch the packages of the lock, to install without a network"),
    "deposit": (
        deposit.run_deposit,
        "build the archive for a repository, verify it unpacked, print the checklist",
    ),
    "formats": (
        deposit.run_formats,
        "write SQLite, BibTeX, RIS, CSL-JSON and REFI-QDA files to .build/formats",
    ),
    "doctor": (
        housekeeping.run_doctor,
        "say what this machine has, and what is missing for which verb",
    ),
    "clean": (
        housekeeping.run_clean,
        "remove what the steps made, so that the next run makes it anew",
    ),
    "link": (housekeeping.run_link, "let this interpreter find the package (part of the set-up)"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb; the exit status is 0 when it did what it says, 1 when not, 2 for a wrong call."""
    own, pytest = _parted(list(sys.argv[1:] if arguments is None else arguments))
    parser = argparse.ArgumentParser(prog="python -m replication", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for name, (_, text) in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text)
        if name == "check":
            verb.add_argument("case", nargs="?", help="only this case")
        if name == "new-case":
            verb.add_argument("case", help="id of the case, such as cotedivoire_2011")
        if name == "coding-sheet":
            verb.add_argument("coding", help="the coder's own label, such as anna")
            verb.add_argument("--case", help="only these cases")
            verb.add_argument("--variables", help="only these variables")
        if name == "import-codes":
            verb.add_argument("file", help="the filled coding sheet")
        if name == "portability":
            verb.add_argument("--small", action="store_true", help="two extremes, few worlds")
        if name == "script":
            verb.add_argument("script", help="such as scripts/04_estimate.py")
        if name == "test":
            verb.add_argument("pytest", nargs="*", help="any options and files that pytest takes")
    options = vars(parser.parse_args(own))
    run, _ = VERBS[options.pop("verb")]
    sys.exit(run(**options | pytest))


def _parted(arguments: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Part what this program reads from what follows `test`, which is pytest's, dashes and all."""
    verb, rest = arguments[:1], arguments[1:]
    if verb != ["test"] or rest[:1] in (["-h"], ["--help"]):
        return arguments, {}
    return verb, {"pytest": rest[1:] if rest[:1] == ["--"] else rest}
