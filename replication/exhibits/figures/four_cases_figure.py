"""Figure: the verdict on every prediction in the original cases, beside all other interventions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle

from replication.exhibits.case_frame import visible_names
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import (
    KeyEntry,
    axes_at,
    draw_key,
    key_height,
    row_height,
    text_at,
)
from replication.exhibits.drawing.style import (
    DOUBLE,
    GREY,
    INK,
    SMALL,
    TEXT_SIZE,
    ink_on,
    shade,
    shortened,
    styled,
    wrapped,
)
from replication.exhibits.numbers import MINUS, is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import visible
from replication.registry import MAIN_SAMPLE

READS = ("four_cases", "four_case_scores")
CHOSEN = "recchia_case"

_ROW = 0.15
_NAME = 1.8
_SCORE = 0.4
_GAP = 0.1
_HEAD = 0.24
# The height of a line of text, and the heights among which the heads of the columns find theirs.
_LINE = 0.1
_HEIGHTS = tuple(0.8 + 0.1 * step for step in range(15))
# Fill and sign of each verdict: dark to white, and a sign of its own, so that grey print keeps it.
_LOOKS = {
    "agrees": (shade(3, 0, 3), chr(0x2713)),
    "mixed": (shade(1, 0, 3), "~"),
    "contradicts": ("#ffffff", chr(0x00D7)),
    "no evidence": ("none", chr(0x2013)),
}


@styled()
def make(results: Results, name: str) -> Figure:
    """One line a case, one tile a prediction, with the score of each theory behind its tiles."""
    compared = results["four_cases"]
    scores = results["four_case_scores"]
    title = "Verdicts on each theory's predictions, by case"
    shown = compared[(compared[CHOSEN] == 1) | (compared["sample"] == MAIN_SAMPLE)]
    if shown.empty:
        reason = "There is no case to compare with predictions."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    known = scores[scores["basis"] == "all predictions"]
    caption = (
        "One line a case, one tile a prediction, named at the head of its column; behind each theory's "
        f"tiles its score, from {MINUS}1 (all contradict) to 1 (all agree). Original cases first. "
        f"N = {shown['case_id'].nunique()}."
    )
    return Figure(name, title, caption, _described(shown, known), _drawing(shown, known))


def _described(shown: pd.DataFrame, scores: pd.DataFrame) -> str:
    sentences = []
    for label, part in shown.groupby("theory_label", sort=False):
        own = scores[scores["theory_label"] == label]
        groups = (("original cases", 1), ("other interventions", 0))
        said = []
        for words, flag in groups:
            cells = part[part[CHOSEN] == flag]["verdict"].value_counts()
            chosen = own[(own[CHOSEN] == flag) & own["case_id"].isin(part["case_id"])]
            if len(chosen):
                counts = ", ".join(f"{cells.get(verdict, 0)} {verdict}" for verdict in _LOOKS)
                mean = number(chosen["score"].astype(float).mean())
                said.append(f"{words} ({len(chosen)}): mean score {mean}; {counts}")
        sentences.append(f"{label}. {'. '.join(said)}.")
    return " ".join(sentences)


def _drawing(shown: pd.DataFrame, scores: pd.DataFrame) -> Drawing:
    theories = list(dict.fromkeys(shown["theory"]))
    counts = {t: shown.loc[shown["theory"] == t, "observable"].nunique() for t in theories}
    room = DOUBLE - 0.2 - _NAME - len(theories) * (_SCORE + _GAP)
    side = min(0.26, max(0.14, room / sum(counts.values())))
    width = max(DOUBLE, 0.2 + _NAME + len(theories) * (_SCORE + _GAP) + side * sum(counts.values()))
    cases = shown.drop_duplicates("case_id")
    panels = [
        (heading, cases[cases[CHOSEN] == flag])
        for heading, flag in (("Original cases", 1), ("Other interventions", 0))
    ]
    panels = [(heading, part) for heading, part in panels if len(part)]
    names = visible_names(cases)
    key = _key()
    key_room = key_height(key, "", width - 0.2)
    heads = {t: _heads(shown, t, side * counts[t] + _SCORE) for t in theories}
    asked, room = _questions(shown, side)
    head = 0.11 * max(map(len, heads.values())) + room + 0.2
    rows = sum(len(part) for _, part in panels)
    other = 0.1 + key_room + head + _HEAD * len(panels)
    each = row_height(rows, other, _ROW)
    drawing = Drawing(figsize=(width, other + rows * each))
    draw_key(drawing, 0.1, 0.05, width - 0.2, "", key)
    top = 0.05 + key_room + head
    left = 0.1 + _NAME
    for theory in theories:
        _draw_head(drawing, left, top, heads[theory], room)
        _draw_questions(drawing, left, top, asked[theory], side)
        left += side * counts[theory] + _SCORE + _GAP
    for heading, part in panels:
        text_at(drawing, 0.1, top + 0.13, heading, weight="bold", size=TEXT_SIZE)
        top += _HEAD
        _draw_panel(drawing, top, part, shown, scores, names, theories, counts, side, each)
        top += each * len(part)
    return drawing


def _heads(shown: pd.DataFrame, theory: str, width: float) -> list[str]:
    label = shown.loc[shown["theory"] == theory, "theory_label"].iloc[0]
    return wrapped(visible(label), width, SMALL, "bold")


def _questions(shown: pd.DataFrame, side: float) -> tuple[dict[str, list[list[str]]], float]:
    """Give what each prediction asks, by theory in lines that fit over a tile, and the height they need."""
    asked = {
        theory: [visible(question) for question in dict.fromkeys(part["observable"])]
        for theory, part in shown.groupby("theory", sort=False)
    }
    every = [question for questions in asked.values() for question in questions]
    most = max(1, int(side / _LINE))
    fits = (
        height
        for height in _HEIGHTS
        if all(len(wrapped(question, height, SMALL)) <= most for question in every)
    )
    room = next(fits, _HEIGHTS[-1])
    lines = {
        theory: [_lines(question, room, most) for question in questions]
        for theory, questions in asked.items()
    }
    return lines, room


def _lines(question: str, room: float, most: int) -> list[str]:
    """Break a question into lines of which the last, where there would be more, ends with an ellipsis."""
    lines = wrapped(question, room, SMALL)
    rest = " ".join(lines[most - 1 :])
    return [*lines[: most - 1], shortened(rest, room, SMALL)] if len(lines) > most else lines


def _draw_head(
    drawing: Drawing, left: float, top: float, lines: Sequence[str], room: float
) -> None:
    for i, line in enumerate(lines):
        height = top - room - 0.14 - 0.11 * (len(lines) - i - 0.5)
        text_at(drawing, left, height, line, size=SMALL, weight="bold")


def _draw_questions(
    drawing: Drawing, left: float, top: float, questions: Sequence[Sequence[str]], side: float
) -> None:
    look = {"size": SMALL, "color": INK, "rotation": 90, "ha": "center", "va": "bottom"}
    for place, lines in enumerate(questions):
        first = left + side * (place + 0.5) - _LINE * (len(lines) - 1) / 2
        for i, line in enumerate(lines):
            text_at(drawing, first + _LINE * i, top - 0.05, line, **look)
    text_at(
        drawing, left + side * len(questions) + 0.05, top - 0.07, "score", size=SMALL, color=GREY
    )


def _draw_panel(
    drawing: Drawing,
    top: float,
    cases: pd.DataFrame,
    shown: pd.DataFrame,
    scores: pd.DataFrame,
    names: dict[str, str],
    theories: Sequence[str],
    counts: dict[str, int],
    side: float,
    each: float,
) -> None:
    place = {case_id: row for row, case_id in enumerate(cases["case_id"])}
    for case_id, row in place.items():
        text_at(
            drawing,
            0.1 + _NAME - 0.06,
            top + each * (row + 0.5),
            shortened(names[case_id], _NAME - 0.08, SMALL),
            size=SMALL,
            ha="right",
        )
    left = 0.1 + _NAME
    for theory in theories:
        part = shown[(shown["theory"] == theory) & shown["case_id"].isin(place)]
        width = side * counts[theory]
        axes = axes_at(drawing, left, top, width, each * len(place))
        axes.set(xlim=(0, counts[theory]), ylim=(len(place), 0))
        axes.set_axis_off()
        _draw_tiles(axes, part, place)
        own = scores[scores["theory"] == theory].set_index("case_id")["score"]
        for case_id, row in place.items():
            value = own.get(case_id)
            text = number(value) if not is_missing(value) else chr(0x2013)
            height = top + each * (row + 0.5)
            text_at(drawing, left + width + _SCORE - 0.04, height, text, size=SMALL, ha="right")
        left += width + _SCORE + _GAP


def _draw_tiles(axes: Axes, part: pd.DataFrame, place: dict[str, int]) -> None:
    order = {observable: i for i, observable in enumerate(dict.fromkeys(part["observable"]))}
    tiles, fills = [], []
    for row in part.to_dict("records"):
        fill, sign = _LOOKS[row["verdict"]]
        x, y = order[row["observable"]], place[row["case_id"]]
        if fill != "none":
            tiles.append(Rectangle((x + 0.06, y + 0.06), 0.88, 0.88))
            fills.append(fill)
        colour = GREY if fill == "none" else ink_on(fill)
        axes.text(
            x + 0.5, y + 0.5, sign, ha="center", va="center_baseline", size=SMALL, color=colour
        )
    axes.add_collection(PatchCollection(tiles, facecolors=fills, edgecolors=INK, linewidths=0.4))


def _key() -> list[KeyEntry]:
    return [
        KeyEntry(f"{sign} {verdict}", "s" if fill != "none" else "none", fill, size=7.0)
        for verdict, (fill, sign) in _LOOKS.items()
    ]
