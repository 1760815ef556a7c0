"""Compare a file that was committed with the one made anew: identical, within tolerance, or different."""

from __future__ import annotations

import csv
import io
import math
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Two machines may round the last digits of a fit differently. Relative, with an absolute floor for zeros.
RELATIVE, ABSOLUTE = 1e-6, 1e-9
# A rendering may anti-alias an edge differently: share of pixels, and difference of one channel of 255.
PIXEL_SHARE, PIXEL_STEP = 0.002, 64

IDENTICAL, WITHIN, DIFFERENT = "identical", "within tolerance", "DIFFERENT"
# Checksums and sizes of other files, in logs and in the manifest.
_CHECKSUM = re.compile(r"(?<![0-9a-z])[0-9a-f]{16,64}(?![0-9a-z])|[0-9]+ bytes")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?")
_FIRST = 3


@dataclass(frozen=True)
class FileComparison:
    """Verdict on one file; `details` names the first places that differ."""

    file: str
    verdict: str
    details: tuple[str, ...] = ()


def compare_files(name: str, old: Path, new: Path) -> FileComparison:
    """Compare two versions of one file by what its kind holds: cells, words and numbers, or pixels."""
    if old.read_bytes() == new.read_bytes():
        return FileComparison(name, IDENTICAL)
    compare = _BY_SUFFIX.get(old.suffix, _compare_bytes)
    try:
        details = compare(old, new)
    except (OSError, ValueError) as error:
        details = [f"cannot be read: {error}"]
    return FileComparison(name, DIFFERENT if details else WITHIN, tuple(details[:_FIRST]))


def compare_records(name: str, old: Path, new: Path) -> FileComparison:
    """Compare two logs or manifests, passing over the checksums of files that are compared themselves."""
    if old.read_bytes() == new.read_bytes():
        return FileComparison(name, IDENTICAL)
    was, now = (_CHECKSUM.sub("checksum", p.read_text(encoding="utf-8")) for p in (old, new))
    details = _compare_lines(was.splitlines(), now.splitlines())
    return FileComparison(name, DIFFERENT if details else WITHIN, tuple(details[:_FIRST]))


def _compare_csv(old: Path, new: Path) -> list[str]:
    return _compare_rows(
        *(list(csv.reader(io.StringIO(p.read_text(encoding="utf-8")))) for p in (old, new))
    )


def _compare_rows(old: list[list[str]], new: list[list[str]]) -> list[str]:
    if not old or not new or old[0] != new[0]:
        heads = [", ".join(rows[0]) if rows else "none" for rows in (old, new)]
        return [f"columns were {heads[0]}; are {heads[1]}"]
    found = [f"{len(old) - 1} rows were there, {len(new) - 1} are"] if len(old) != len(new) else []
    for number, (was, now) in enumerate(zip(old, new, strict=False), start=1):
        if len(was) != len(now):
            found.append(f"line {number}: {len(was)} fields were there, {len(now)} are")
        for field, a, b in zip(old[0], was, now, strict=False):
            if not _same_text(a, b):
                found.append(f"line {number}, {field}: was {a!r}, is {b!r}")
    return found


def _compare_text(old: Path, new: Path) -> list[str]:
    return _compare_lines(*(p.read_text(encoding="utf-8").splitlines() for p in (old, new)))


def _compare_lines(was: list[str], now: list[str]) -> list[str]:
    found = [f"{len(was)} lines were there, {len(now)} are"] if len(was) != len(now) else []
    for number, (a, b) in enumerate(zip(was, now, strict=False), start=1):
        if not _same_text(a, b):
            found.append(f"line {number}: was {a.strip()[:80]!r}, is {b.strip()[:80]!r}")
    return found


def _same_text(a: str, b: str) -> bool:
    """Tell whether two texts have the same words and, within the tolerance, the same numbers."""
    if a == b:
        return True
    numbers = zip(_NUMBER.findall(a), _NUMBER.findall(b), strict=False)
    return _NUMBER.split(a) == _NUMBER.split(b) and all(_same(x, y) for x, y in numbers)


def _same(a: str, b: str) -> bool:
    if a == b:
        return True
    if a.lstrip("+-").isdigit() and b.lstrip("+-").isdigit():
        return False  # codes, counts and dates are exact, however large
    return math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _compare_labelled(old: Path, new: Path) -> list[str]:
    import pyreadstat  # noqa: PLC0415 - only these two formats need it

    read = pyreadstat.read_dta if old.suffix == ".dta" else pyreadstat.read_sav
    try:
        (was, was_meta), (now, now_meta) = read(old), read(new)
    except pyreadstat.ReadstatError as error:
        return [f"cannot be read: {error}"]
    rows = [[list(f.columns), *f.astype(str).to_numpy().tolist()] for f in (was, now)]
    labels = [(m.column_labels, m.variable_value_labels) for m in (was_meta, now_meta)]
    return _compare_rows(*rows) + (["labels differ"] if labels[0] != labels[1] else [])


def _compare_pixels(old: Path, new: Path) -> list[str]:
    a, b = (_pixels(p) for p in (old, new))
    if a.shape != b.shape:
        return [f"was {a.shape[1]} x {a.shape[0]} pixels, is {b.shape[1]} x {b.shape[0]}"]
    share = float((np.abs(a - b).max(axis=2) > PIXEL_STEP).mean())
    return [f"{share:.1%} of the pixels differ"] if share > PIXEL_SHARE else []


def _pixels(path: Path) -> np.ndarray:
    from PIL import Image  # noqa: PLC0415 - comes with matplotlib; only pictures need it

    with path.open("rb") as stream, Image.open(stream) as picture:
        return np.asarray(picture.convert("RGB"), dtype=int)


def _compare_pdf(old: Path, new: Path) -> list[str]:
    """Compare the drawing and text operators, which are words and numbers once unpacked."""
    was, now = (list(_streams(p.read_bytes())) for p in (old, new))
    if len(was) != len(now):
        return [f"{len(was)} parts were there, {len(now)} are"]
    pairs = enumerate(zip(was, now, strict=True), start=1)
    return [f"part {i}, {told}" for i, (a, b) in pairs for told in _compare_lines(a, b)]


def _streams(file: bytes) -> Iterator[list[str]]:
    for match in re.finditer(b"stream(.*?)endstream", file, re.DOTALL):
        content = match[1].lstrip()
        with suppress(zlib.error):  # not packed, or packed in another way: compared as it is
            content = zlib.decompressobj().decompress(content)
        yield content.decode("latin-1").splitlines()


def _compare_bytes(old: Path, new: Path) -> list[str]:
    return [
        f"{old.stat().st_size} bytes were there, {new.stat().st_size} are; no rule to compare inside"
    ]


_BY_SUFFIX = {
    ".csv": _compare_csv,
    ".tex": _compare_text,
    ".html": _compare_text,
    ".json": _compare_text,
    ".svg": _compare_text,
    ".log": _compare_text,
    ".pdf": _compare_pdf,
    ".R": _compare_text,
    ".do": _compare_text,
    ".dta": _compare_labelled,
    ".sav": _compare_labelled,
    ".png": _compare_pixels,
}
