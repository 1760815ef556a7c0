"""Figure: every code of every case, with the confidence in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle

from replication.exhibits.case_frame import samples_of
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import KeyEntry, axes_at, draw_key, key_height
from replication.exhibits.drawing.style import (
    DOUBLE,
    GREY,
    PALE,
    SMALL,
    TEXT_SIZE,
    ink_on,
    shade,
    shortened,
    styled,
    text_width,
    wrapped,
)
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import MISSING, integer, is_missing, signed
from replication.exhibits.results import Results
from replication.exhibits.text import capital, counted, listed, short_names, visible

READS = ("cases", "actors")

_ROW = 0.145
_NARROWEST, _WIDEST = 0.19, 0.26
_GAP = 0.12
_NAME = 1.75
# Share of a cell's side that its tile fills, by confidence.
_SIDES = {1: 0.56, 2: 0.77, 3: 0.98}
_DIGIT = 5.0
# Above this number of cases the digits are left out: they would slow down every viewer.
_MOST_WITH_DIGITS = 120


@dataclass(frozen=True)
class _Block:
    """Neighbouring columns under one heading: codes and confidences, shape (cases, columns)."""

    heading: str
    columns: tuple[str, ...]
    codes: np.ndarray
    confidence: np.ndarray
    limits: tuple[tuple[float, float], ...]


@styled()
def make(results: Results, name: str) -> Figure:
    """One tile a code: darker for higher, larger for more confidence, its digit in it."""
    book = results.codebook
    case_variables = [v.name for v in book.case if v.type == "ordinal"]
    actor_variables = [v.name for v in book.actor if v.type == "ordinal"]
    cases, actors, labels = results["cases"], results["actors"], results.labels
    title = "All agreed codes, with the confidence in them"
    if cases.empty:
        reason = "There is no case yet, and so no code to show."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    order = {sample: number for number, sample in enumerate(samples_of(cases, labels))}
    cases = cases.sort_values("sample", key=lambda samples: samples.map(order), kind="stable")
    blocks = [
        _case_block(cases, case_variables, labels),
        *(_actor_block(cases, actors, variable, labels) for variable in actor_variables),
    ]
    blocks = [block for block in blocks if block.columns]
    words = _caption(cases, blocks), _description(cases, blocks)
    return Figure(name, title, *words, _drawing(cases, blocks, labels))


def _case_block(cases: pd.DataFrame, variables: Sequence[str], labels: Labels) -> _Block:
    return _Block(
        heading="Case",
        columns=tuple(spoken(variable) for variable in variables),
        codes=_floats(cases, variables),
        confidence=_floats(cases, [f"{variable}_confidence" for variable in variables]),
        limits=tuple(_limits(labels, variable, cases[variable]) for variable in variables),
    )


def _actor_block(
    cases: pd.DataFrame, actors: pd.DataFrame, variable: str, labels: Labels
) -> _Block:
    names = [actor for actor in labels.actors if actor in set(actors["actor"])]
    names += [actor for actor in dict.fromkeys(actors["actor"]) if actor not in names]
    cells = pd.MultiIndex.from_product([cases["case_id"], names])
    coded = actors.set_index(["case_id", "actor"]).reindex(cells)
    shape = (len(cases), len(names))
    return _Block(
        heading=labels.variable(variable),
        columns=tuple(labels.actor(actor) for actor in names),
        codes=_floats(coded, [variable]).reshape(shape),
        confidence=_floats(coded, [f"{variable}_confidence"]).reshape(shape),
        limits=(_limits(labels, variable, actors[variable]),) * len(names),
    )


def _floats(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    return frame[list(columns)].astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def _limits(labels: Labels, variable: str, codes: pd.Series) -> tuple[float, float]:
    """Find the ends of a scale, wider where a code lies beyond them; zero is always within."""
    known = [*labels.scales.get(variable, {}), *codes.dropna(), 0]
    return float(min(known)), float(max(known))


def _drawing(cases: pd.DataFrame, blocks: Sequence[_Block], labels: Labels) -> Drawing:
    columns = sum(len(block.columns) for block in blocks)
    room = DOUBLE - _NAME - 0.15 - _GAP * len(blocks)
    side = min(max(room / columns, _NARROWEST), _WIDEST)
    width = _NAME + 0.15 + _GAP * len(blocks) + side * columns
    samples = list(dict.fromkeys(cases["sample"]))
    rows = _row_places(cases, samples)
    key = _key()
    head = 0.1 + max(text_width(column, SMALL) for block in blocks for column in block.columns)
    headings = [
        wrapped(block.heading, side * len(block.columns) + _GAP / 2, SMALL, "bold")
        for block in blocks
    ]
    top = 0.1 + 0.11 * max(map(len, headings)) + head
    height = _ROW * (rows.max() + 1)
    bottom = 0.1 + key_height(key, _KEY_TITLE, width - 0.2)
    drawing = Drawing(figsize=(width, top + height + bottom + 0.05))
    left = _NAME + 0.05
    for number, block in enumerate(blocks):
        axes = axes_at(drawing, left, top, side * len(block.columns), height)
        axes.set(xlim=(0, len(block.columns)), ylim=(rows.max() + 1, 0))
        axes.set_axis_off()
        _draw_tiles(axes, block, rows)
        _draw_heads(axes, block.columns, headings[number], head)
        if number == 0:
            _draw_names(axes, cases, samples, rows, labels)
        left += side * len(block.columns) + _GAP
    draw_key(drawing, 0.1, top + height + 0.08, width - 0.2, _KEY_TITLE, key)
    return drawing


def _row_places(cases: pd.DataFrame, samples: Sequence[str]) -> np.ndarray:
    """Row of each case, with room before each sample for its heading."""
    panel = cases["sample"].map({sample: number for number, sample in enumerate(samples)})
    return np.arange(len(cases)) + 1.4 * panel.to_numpy(dtype=float) + 1.1


def _draw_tiles(axes: Axes, block: _Block, rows: np.ndarray) -> None:
    tiles, colours = [], []
    digits = len(rows) <= _MOST_WITH_DIGITS
    for i, j in np.ndindex(block.codes.shape):
        code: Any = block.codes[i, j]
        x, y = j + 0.5, float(rows[i]) + 0.5
        if is_missing(code):
            axes.text(x, y, MISSING, ha="center", va="center", size=_DIGIT, color=GREY)
            continue
        colour = shade(code, *block.limits[j])
        side = _SIDES.get(block.confidence[i, j].item(), min(_SIDES.values()))
        tiles.append(Rectangle((x - side / 2, y - side / 2), side, side))
        colours.append(colour)
        if digits:
            shown = signed(code) if block.limits[j][0] < 0 else integer(code)
            axes.text(
                x, y, shown, ha="center", va="center_baseline", size=_DIGIT, color=ink_on(colour)
            )
    axes.add_collection(PatchCollection(tiles, facecolors=colours, edgecolors=PALE, linewidths=0.3))


def _draw_heads(axes: Axes, columns: Sequence[str], heading: Sequence[str], head: float) -> None:
    for j, column in enumerate(columns):
        axes.annotate(
            column,
            (j + 0.5, 0),
            xytext=(0, 3),
            textcoords="offset points",
            rotation=90,
            ha="center",
            va="bottom",
            size=SMALL,
        )
    axes.annotate(
        "\n".join(heading),
        (0, 0),
        xytext=(0, 72 * head),
        textcoords="offset points",
        ha="left",
        va="bottom",
        size=SMALL,
        weight="bold",
    )


def _draw_names(
    axes: Axes, cases: pd.DataFrame, samples: Sequence[str], rows: np.ndarray, labels: Labels
) -> None:
    names = short_names([visible(title) for title in cases["case_title"]])
    for row, shown in zip(rows, names, strict=True):
        axes.annotate(
            shortened(shown, _NAME - 0.1, SMALL),
            (0, row + 0.5),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            size=SMALL,
        )
    for sample in samples:
        members = (cases["sample"] == sample).to_numpy()
        heading = f"{visible(capital(labels.value('sample', sample)))} (N = {members.sum()})"
        axes.annotate(
            shortened(heading, _NAME - 0.1, TEXT_SIZE, "bold"),
            (0, rows[members].min() - 0.5),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            size=TEXT_SIZE,
            weight="bold",
        )


_KEY_TITLE = "Size: confidence. Colour and digit: code"


def _key() -> list[KeyEntry]:
    sizes = [
        KeyEntry(word, "s", shade(2, 0, 3), PALE, 72 * _ROW * _SIDES[level])
        for level, word in ((1, "thin"), (2, "fair"), (3, "strong"))
    ]
    return [
        *sizes,
        KeyEntry("lowest", "s", shade(0, 0, 1), GREY, 8),
        KeyEntry("highest", "s", shade(1, 0, 1), GREY, 8),
        KeyEntry("strongest against", "s", shade(-1, -1, 1), GREY, 8),
        KeyEntry(f"{MISSING} not known", "none", "none"),
    ]


def _caption(cases: pd.DataFrame, blocks: Sequence[_Block]) -> str:
    total = sum(block.codes.size for block in blocks)
    missing = sum(int(np.isnan(block.codes).sum()) for block in blocks)
    columns = counted(sum(len(block.columns) for block in blocks), "code")
    digit = "The digit is the agreed code; the" if len(cases) <= _MOST_WITH_DIGITS else "The"
    return (
        f"{counted(len(cases), 'case')} by row, {columns} by column, {counted(total, 'cell')}. "
        f"{digit} darker the tile, the nearer the agreed code is to the end of its scale, in orange "
        "below zero. The larger the tile, the better the evidence carries the code (confidence 1, 2 "
        f"or 3). A dash: the evidence does not show it ({counted(missing, 'cell')})."
    )


def _description(cases: pd.DataFrame, blocks: Sequence[_Block]) -> str:
    total = sum(block.codes.size for block in blocks)
    known = sum(int((~np.isnan(block.codes)).sum()) for block in blocks)
    levels = [sum(int((block.confidence == level).sum()) for block in blocks) for level in _SIDES]
    gaps = []
    for block in blocks:
        shares = np.isnan(block.codes).mean(axis=0)
        worst = int(np.argmax(shares))
        if shares[worst] > 0:
            number = int(np.isnan(block.codes[:, worst]).sum())
            gaps.append(f"{block.columns[worst]} under {block.heading} ({number} of {len(cases)})")
    words = listed(
        [f"{n} with confidence {level}" for level, n in zip(_SIDES, levels, strict=True)]
    )
    most = f" Most often missing in each block: {listed(gaps)}." if gaps else ""
    columns = counted(sum(len(block.columns) for block in blocks), "code")
    return (
        f"Heat map of {counted(len(cases), 'case')} by {columns}. Of {counted(total, 'cell')}, "
        f"{known} are coded: {words}.{most} The derived data list every code."
    )
