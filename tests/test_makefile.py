"""The Makefile keeps to what GNU make 3.81 knows, the version that macOS ships, and hands every verb on."""

import re

import pytest

from replication import paths
from replication.cli.main import VERBS

MAKEFILE = (paths.ROOT / "Makefile").read_text(encoding="utf-8")
# What came after 3.81, by the release notes of 3.82 to 4.4: where it may stand, and how it looks.
ANYWHERE = re.compile(r"[$][({](?:file|guile|let|intcmp)\s")
OUTSIDE_RECIPES = re.compile(
    r"""
    ^\s*(?:override\s+|export\s+)?private\b           # 3.82: variables of a target alone
    |^\s*(?:override\s+)?undefine\s                   # 3.82
    |^\s*(?:override\s+)?define\s+\S+\s*[:+?!]?=      # 3.82: define with a kind of assignment
    |:\s*private\s                                    # 3.82
    |^[.](?:ONESHELL|SHELLFLAGS|RECIPEPREFIX|EXTRA_PREREQS|NOTINTERMEDIATE|WAIT)\b   # 3.82 to 4.4
    |:\s.*[.]WAIT\b                                   # 4.4
    |!=|::=                                           # 4.0: output of a command; assignment of POSIX
    |&:                                               # 4.3: targets made together
    |^\s*-?load\s                                     # 4.0
    """,
    re.VERBOSE,
)


def newer(text):
    """Lines that ask for a make newer than 3.81; comments do not count."""
    return [
        line
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
        and (ANYWHERE.search(line) or (not line.startswith("\t") and OUTSIDE_RECIPES.search(line)))
    ]


def test_it_asks_for_no_newer_make():
    assert newer(MAKEFILE) == []


@pytest.mark.parametrize(
    "line",
    [
        ".ONESHELL:", ".SHELLFLAGS = -ec", ".RECIPEPREFIX = >", "NOW != date", "NOW ::= today", "NOW :::= today",
        "one two &: three", "undefine NOW", "private NOW = today", "all: private NOW = today", "define NOW =",
        "define NOW :=", "override undefine NOW", "all: one .WAIT two", "load plugin.so", "-load plugin.so",
        "X := $(file <list)", "\t@$(file >list,$^)", "X := $(guile 1)", "X := $(let a,1,$a)",
        "X := ${intcmp 1,2,3}", ".EXTRA_PREREQS = x", ".NOTINTERMEDIATE:",
    ],
)  # fmt: skip
def test_each_newer_feature_would_be_found(line):
    assert newer(f"{MAKEFILE}\n{line}\n") == [line]


@pytest.mark.parametrize(
    "line", ["# NOW != date", "\t@test a != b", "define NOW", "A ?= b", "A += b", "all: A := b"]
)
def test_what_it_knows_is_let_pass(line):
    assert newer(line) == []


def test_every_target_but_the_environment_is_a_verb():
    [phony] = re.findall("^[.]PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    targets = re.findall("^([a-z-]+):", MAKEFILE, flags=re.MULTILINE)
    assert sorted(targets) == sorted(phony.split())
    assert set(targets) - {"help"} == set(VERBS) - {"link"}
