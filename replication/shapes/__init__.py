"""Descriptions of YAML files: one checks a file line by line and becomes its JSON Schema.

A shape turns a node into plain data. Where the node does not fit, it reports a fault and gives
`INVALID`; records and lists then leave that part out, so that one fault does not hide the others.
What should be a record and is none counts as an empty one: places in lists keep their number.
"""

from replication.shapes.base import INVALID, Report, Shape, as_json_schema, is_null, scalar, show
from replication.shapes.containers import (
    FreeKeys,
    Key,
    ListOf,
    Named,
    Nullable,
    Record,
    unique_pairs,
)
from replication.shapes.opened import OpenedFile, open_file
from replication.shapes.scalars import Choice, Date, Flag, Number, Text

__all__ = [
    "INVALID",
    "Choice",
    "Date",
    "Flag",
    "FreeKeys",
    "Key",
    "ListOf",
    "Named",
    "Nullable",
    "Number",
    "OpenedFile",
    "Record",
    "Report",
    "Shape",
    "Text",
    "as_json_schema",
    "is_null",
    "open_file",
    "scalar",
    "show",
    "unique_pairs",
]
