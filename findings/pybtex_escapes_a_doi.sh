#!/usr/bin/env bash
# pybtex 0.26.1: a DOI with an underscore comes out of a .bib file with a backslash in it.
# Guess before the run: reading an entry and writing it again leaves field `doi` as it stands.
# Seen: the underscore gets a backslash, in `doi` and in `url`. Neither pybtex nor bibtexparser 1.4.4 takes it away when it reads the
# file, so that a link made of the field leads nowhere, and a second reading and writing by pybtex adds a second one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check pybtex==0.26.1 bibtexparser==1.4.4
"$folder/environment/bin/python" - <<'END'
from importlib.metadata import version

import bibtexparser
from pybtex.database import parse_string

entry = "@article{a, title = {The bombing of 1999}, doi = {10.1000/abc_def}, url = {https://example.org/a_b}, year = {1999}}"
written = parse_string(entry, "bibtex").to_string("bibtex")
once = parse_string(written, "bibtex").entries["a"].fields["doi"]
twice = parse_string(parse_string(written, "bibtex").to_string("bibtex"), "bibtex").entries["a"].fields["doi"]
taken = bibtexparser.loads(written).entries[0]
escaped = "10.1000/abc" + chr(92) + "_def"
print("pybtex", version("pybtex"), "bibtexparser", version("bibtexparser"))
print(written, once, twice, taken["doi"], taken["url"])
assert version("pybtex") == "0.26.1"
assert escaped in written
assert once == taken["doi"] == escaped
assert twice.count(chr(92)) == 2
END
