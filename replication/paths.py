"""Every path of the project, written once."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What the package is called, by whom, under which licences; all other metadata are made from it and the codebook.
CITATION = ROOT / "CITATION.cff"

RAW = ROOT / "data" / "raw"
CASES = RAW / "cases"
CODEBOOK = RAW / "codebook.yaml"
CASE_SCHEMA = RAW / "case.schema.json"
CODEBOOK_SCHEMA = RAW / "codebook.schema.json"
PUBLISHED_CODINGS = RAW / "published_codings.csv"
AUDITS = tuple(RAW / f"audit_{number}.csv" for number in range(1, 7))
SPECIFICATIONS = RAW / "specifications"

DERIVED = ROOT / "data" / "derived"
RELEASE = ROOT / "data" / "release"
# Results of the simulation, made by `make simulate` alone.
SIMULATED = ROOT / "data" / "simulated"
# Figures of other programs, written by `make peers` alone, and the differences that are known.
PEERS = ROOT / "data" / "peers"
# Spreadsheets for coders, until their codes are in the case files. Never part of the deposit.
CODING_SHEETS = ROOT / "coding_sheets"
SCRIPTS = ROOT / "scripts"

OUTPUT = ROOT / "output"
RESULTS = OUTPUT / "results"
TABLES = OUTPUT / "tables"
FIGURES = OUTPUT / "figures"

# What a run leaves behind for itself: the record of finished steps, logs with clock times, chunks.
# Never part of the deposit.
BUILD = ROOT / ".build"
