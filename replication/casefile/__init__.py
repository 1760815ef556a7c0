"""Case files: the model, its JSON Schema, and reading with every fault named by file and line."""

from replication.casefile.model import (
    AGREED,
    Case,
    CodedCell,
    Correction,
    Evidence,
    Fact,
    Source,
    Weight,
)
from replication.casefile.reading import check_cases, load_cases
from replication.casefile.shape import case_schema
from replication.yaml_reading import Fault, InputError

__all__ = [
    "AGREED",
    "Case",
    "CodedCell",
    "Correction",
    "Evidence",
    "Fact",
    "Fault",
    "InputError",
    "Source",
    "Weight",
    "case_schema",
    "check_cases",
    "load_cases",
]
