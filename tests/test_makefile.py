"""The Makefile keeps to what GNU make 3.81 knows, the version that macOS ships, and hands every verb on."""

import re

import pytest

from replication import paths
from replication.cli.main import VERBS

TAB = "\t"
MAKEFILE = (paths.ROOT / "Makefile").read_text(encoding="utf-8")
# What came after 3.81, by the release notes of 3.82 to 4.4: where it may stand, and how it looks.
ANYWHERE = re.compile(r"[$][({](?:file|guile|let|intcmp)[ ]")
OUTSIDE_RECIPES = re.compile(
    r"""
    ^[ ]*(?:override[ ]+|export[ ]+)?private[ ]             # 3.82: variables of a target alone
    |:[ ]*private[ ]                                        # 3.82
    |^[ ]*(?:override[ ]+)?undefine[ ]                      # 3.82
    |^[ ]*(?:override[ ]+)?define[ ]+[^ ]+[ ]*[:+?!]*=      # 3.82: define with a kind of assignment
    |^[.](?:ONESHELL|SHELLFLAGS|RECIPEPREFIX)(?![A-Z])      # 3.82
    |^[.](?:EXTRA_PREREQS|NOTINTERMEDIATE|WAIT)(?![A-Z])    # 4.3 and 4.4
    |:[ ].*[.]WAIT(?![A-Z])                                 # 4.4
    |!=|::=                                                 # 4.0: output of a command; assignment of POSIX
    |&:                                                     # 4.3: targets made together
    |^[ ]*-?load[ ]                                         # 4.0
    """,
    re.VERBOSE,
)


def newer(text):
    """Lines that ask for a make newer than 3.81; comments do not count."""
    return [
        line
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
        and (ANYWHERE.search(line) or (line[:1] != TAB and OUTSIDE_RECIPES.search(line)))
    ]


def test_it_asks_for_no_newer_make():
    assert newer(MAKEFILE) == []


@pytest.mark.parametrize(
    "line",
    [
        ".ONESHELL:", ".SHELLFLAGS = -ec", ".RECIPEPREFIX = >", "NOW != date", "NOW ::= today", "NOW :::= today",
        "one two &: three", "undefine NOW", "private NOW = today", "all: private NOW = today", "define NOW =",
        "define NOW :=", "override undefine NOW", "all: one .WAIT two", "load plugin.so", "-load plugin.so",
        "X := $(file <list)", f"{TAB}@$(file >list,$^)", "X := $(guile 1)", "X := $(let a,1,$a)",
        "X := ${intcmp 1,2,3}", ".EXTRA_PREREQS = x", ".NOTINTERMEDIATE:",
    ],
)  # fmt: skip
def test_each_newer_feature_would_be_found(line):
    assert newer(MAKEFILE + line) == [line]


@pytest.mark.parametrize(
    "line", ["# NOW != date", f"{TAB}@test a != b", "define NOW", "A ?= b", "A += b", "all: A := b"]
)
def test_what_it_knows_is_let_pass(line):
    assert newer(line) == []


def test_every_target_but_the_environment_is_a_verb():
    [phony] = re.findall("^[.]PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    targets = re.findall("^([a-z-]+):", MAKEFILE, flags=re.MULTILINE)
    assert sorted(targets) == sorted(phony.split())
    assert set(targets) - {"help"} == set(VERBS) - {"link", "script"}
