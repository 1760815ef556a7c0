"""Case files broken in any way: faults or a sound case, never a traceback, a hang or half a product."""

import time

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication import paths
from replication.casefile import check_cases
from replication.casefile.coding_sheet import coding_sheet
from replication.codebook import read_codebook
from replication.dataset import build

BOOK = read_codebook(paths.CODEBOOK)
SMALL = paths.ROOT / "tests" / "data" / "small" / "atlantis_2001.yaml"
LINES = SMALL.read_text(encoding="utf-8").split("\n")
LONGEST = 2.0

hostile = st.sampled_from(
    [
        "", "null", "~", "[]", "{}", "- ", "? ", ": ", "&a x", "*a", "<<: *a", "!!python/object:os.system x",
        "!x", "|", ">-", "'", '"', "{a: 1}", "[1, [2]]", "1e999", "0x1F", "-0", "007", ".nan", ".inf",
        "2001-02-30", "'2001-13-00'", "yes", "9" * 400, "=HYPERLINK(1)", "<script>alert(1)</script>",
        "../../etc", "%PDF", "#" * 50, "a" * 2100, chr(0), chr(0x202E), chr(0xFEFF), chr(0x2028), "é" * 100,
        "@import url(x)", "{{ x }}", "${x}", "io_sought", "atlantis_2001-e01", "K1", "---", "...",
    ]
)  # fmt: skip
pieces = st.one_of(hostile, st.text(max_size=20), st.integers().map(str))
change = st.tuples(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(
        ["drop", "double", "value", "key", "cut", "in", "out", "swap", "insert", "byte"]
    ),
    pieces,
)


def mutated(changes):
    rows = list(LINES)
    for line, how, piece in changes:
        at = line % max(len(rows), 1)
        row = rows[at] if rows else ""
        head, colon, _ = row.partition(":")
        new = {
            "drop": [],
            "double": [row, row],
            "value": [f"{head}{colon} {piece}"],
            "key": [f"{piece}{row[len(head) :]}"],
            "cut": [row[: len(row) // 2] + piece],
            "in": ["  " + row],
            "out": [row.removeprefix("  ")],
            "swap": [row],
            "insert": [row, piece],
            "byte": [row[:3] + chr(1 + line % 250) + row[3:]],
        }[how]
        rows[at : at + 1] = new
        if how == "swap":
            other = (at * 7 + 3) % len(rows)
            rows[at], rows[other] = rows[other], rows[at]
    return "\n".join(rows).encode("utf-8", "surrogatepass")


@pytest.mark.slow
@settings(
    max_examples=2200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(change, min_size=1, max_size=5))
def test_no_mutation_gives_a_traceback_a_hang_or_a_partial_table(tmp_path, changes):
    path = tmp_path / SMALL.name
    path.write_bytes(mutated(changes))
    started = time.process_time()
    cases, faults, notices = check_cases(tmp_path, BOOK)
    assert time.process_time() - started < LONGEST
    assert bool(cases) != bool(faults)
    assert all(str(f).isprintable() and f.line >= 1 for f in (*faults, *notices))
    assert [file.name for file in tmp_path.iterdir()] == [SMALL.name]
    if cases:
        whole(cases)


def whole(cases):
    """Everything that a file without faults gives can be made."""
    frames = build(cases, BOOK)
    assert len(frames["cases"]) == sum(case.status == "released" for case in cases)
    for frame in frames.values():
        texts = frame.select_dtypes(include=["str", "object"])
        assert (
            not texts.apply(lambda c: c.str.startswith(("=", "+", "@"), na=False)).to_numpy().any()
        )
    assert isinstance(frames["codings"], pd.DataFrame)
    if cases[0].case_id.endswith("1"):
        coding_sheet(cases, BOOK, "zoe", ["io_sought"])
