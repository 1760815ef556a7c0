"""Read the verb and its options, call the function that does it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from replication.cli import (
    build,
    check,
    compare,
    crosscheck,
    deposit,
    extend,
    form,
    housekeeping,
    merging,
    peers,
    portability,
    simulate,
    sources,
    verify,
)

VERBS: dict[str, tuple[Callable[..., int], str]] = {
    "all": (build.run_all, "raw data to paper: run every step whose inputs or code changed"),
    "script": (build.run_one_script, "run one numbered script and say what it read and wrote"),
    "test": (housekeeping.run_tests, "run the tests"),
    "check": (check.run_check, "check the case files and explain every fault"),
    "new-case": (extend.run_new_case, "write a draft of a new case, every rule beside its field"),
    "coding-sheet": (extend.run_coding_sheet, "write a spreadsheet for a further coder"),
    "import-codes": (extend.run_import_codes, "merge a filled coding sheet into the case files"),
    "settle": (
        extend.run_settle,
        "list cells that nobody has settled, write a sheet of all readings, merge what was decided",
    ),
    "import-sources": (
        sources.run_import_sources,
        "list the references of a BibTeX, RIS or CSL-JSON file for a case; put them in with --write",
    ),
    "code": (form.run_code, "open a form in the browser to add a case or to code one"),
    "compare": (compare.run_compare, "say what changed against the released estimates, and why"),
    "preview": (compare.run_preview, "say what one changed case does to the headline effects"),
    "release": (compare.run_release, "keep today's estimates and codes as the release"),
    "merging": (merging.run_merging, "let git of this clone merge case files by codes"),
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

# What a verb is told, as argparse takes it.
OPTIONS: dict[str, list[tuple[list[str], dict[str, Any]]]] = {
    "check": [(["case"], {"nargs": "*", "help": "only these cases"})],
    "preview": [(["case"], {"help": "id of the case, a draft or not"})],
    "new-case": [
        (["case"], {"help": "id of the case, such as cotedivoire_2011"}),
        (["--coding"], {"help": "label of the pass to fill in; pass_1 if left out"}),
    ],
    "settle": [
        (["--case"], {"help": "only these cases"}),
        (["--coding"], {"help": "also where this pass differs from the agreed code"}),
        (["--variables"], {"help": "only these variables or cells"}),
        (["--file"], {"help": "the filled sheet"}),
    ],
    "coding-sheet": [
        (["coding"], {"help": "the coder's own label, such as anna"}),
        (["--case"], {"help": "only these cases"}),
        (["--variables"], {"help": "only these variables"}),
        (["--again"], {"action": "store_true", "help": "also cells this coder has coded"}),
    ],
    "import-codes": [
        (["file"], {"help": "the filled coding sheet"}),
        (["--again"], {"action": "store_true", "help": "replace codes of the same coder"}),
    ],
    "import-sources": [
        (["file"], {"help": "library.bib, .ris or .json"}),
        (["case"], {"help": "id of the case"}),
        (["--types"], {"help": "types of source: key=type, several with spaces"}),
        (["--duplicates"], {"action": "store_true", "help": "repeated ones too"}),
        (["--write"], {"action": "store_true", "help": "write, not only list"}),
    ],
    "code": [(["--no-browser"], {"action": "store_true", "help": "only print the address"})],
    "portability": [(["--small"], {"action": "store_true", "help": "two extremes, few worlds"})],
    "script": [(["script"], {"help": "such as scripts/04_estimate.py"})],
    "test": [(["pytest"], {"nargs": "*", "help": "any options and files that pytest takes"})],
}

# What the Makefile calls them; with a verb before where the name means something else there.
_MAKE_NAMES = {
    ("", "CASE"): "case",
    ("new-case", "ID"): "case",
    ("", "PASS"): "coding",
    ("", "VARIABLES"): "variables",
    ("", "FILE"): "file",
    ("", "TYPES"): "types",
    ("", "DUPLICATES"): "duplicates",
    ("", "AGAIN"): "again",
    ("", "WRITE"): "write",
    ("", "BROWSER"): "no-browser",
    ("", "SMALL"): "small",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb; the exit status is 0 when it did what it says, 1 when not, 2 for a wrong call."""
    own, pytest = _parted(list(sys.argv[1:] if arguments is None else arguments))
    parser = argparse.ArgumentParser(prog="python -m replication", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for name, (_, text) in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text)
        for words, settings in OPTIONS.get(name, ()):
            verb.add_argument(*words, **settings)
    options = vars(parser.parse_args(_like_make(own)))
    run = VERBS[options.pop("verb")][0]
    try:
        sys.exit(run(**options | pytest))
    except BrokenPipeError:
        # Whoever read what is printed has stopped, as `head` does: nothing more can be said, at the end neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _like_make(arguments: list[str]) -> list[str]:
    """Turn the NAME=value that make takes into the words of this program; what has no such name stays."""
    if not arguments:
        return arguments
    verb, rest = arguments[0], arguments[1:]
    known = {words[0].strip("-"): (words[0], settings) for words, settings in OPTIONS.get(verb, ())}
    placed: dict[str, str] = {}
    others = []
    for word in rest:
        name, equals, value = word.partition("=")
        argument = _MAKE_NAMES.get((verb, name)) or _MAKE_NAMES.get(("", name), "")
        option, settings = known.get(argument, ("", {}))
        if not equals or not option:
            others.append(word)
        elif not option.startswith("--"):
            placed[argument] = value
        elif settings.get("action") != "store_true":
            others += [option, value]
        elif (value == "0") == (argument == "no-browser"):
            others.append(option)
    return [verb, *(placed[argument] for argument in known if argument in placed), *others]


def _parted(arguments: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Part what this program reads from what follows `test`, which is pytest's, dashes and all."""
    verb, rest = arguments[:1], arguments[1:]
    if verb != ["test"] or rest[:1] in (["-h"], ["--help"]):
        return arguments, {}
    return verb, {"pytest": rest[1:] if rest[:1] == ["--"] else rest}
