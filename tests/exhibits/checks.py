"""What a reader would stumble over in a drawing, found with the Agg renderer: reused for every figure."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from replication.exhibits.drawing.style import styled


def faults(drawing):
    """Everything that is wrong with a drawing, in words; an empty list where nothing is."""
    boxes = _text_boxes(drawing)
    return [
        *(f"{one!r} and {other!r} overlap" for one, other in text_overlaps(drawing, boxes)),
        *(f"{text!r} is clipped" for text in clipped_texts(drawing, boxes)),
        *(f"{text!r} covers a mark" for text in texts_on_marks(drawing, boxes)),
        *(f"axes {number} are empty" for number in empty_axes(drawing)),
    ]


def text_overlaps(drawing, boxes=None, tolerance=0.5):
    """Pairs of texts whose boxes cover each other by more than `tolerance` points both ways.

    Boxes turn with their texts. A text without letters or digits (a dash) is left out.
    """
    texts, corners = boxes or _text_boxes(drawing)
    slack = tolerance * drawing.dpi / 72
    low, high = corners.min(axis=1), corners.max(axis=1)
    found = []
    for i in range(len(texts)):
        near = ((low[i + 1 :] < high[i]) & (high[i + 1 :] > low[i])).all(axis=1)
        met = [j for j in np.flatnonzero(near) + i + 1 if _meet(corners[i], corners[j], slack)]
        found.extend((texts[i], texts[j]) for j in met)
    return found


def clipped_texts(drawing, boxes=None, tolerance=0.5):
    """Texts that reach over the edge of the drawing."""
    texts, corners = boxes or _text_boxes(drawing)
    slack = tolerance * drawing.dpi / 72
    edge = np.array(drawing.bbox.bounds[2:])
    out = ((corners < -slack) | (corners > edge + slack)).any(axis=(1, 2))
    return [texts[i] for i in np.flatnonzero(out)]


def texts_on_marks(drawing, boxes=None):
    """Texts that cover the middle of a mark."""
    texts, corners = boxes or _text_boxes(drawing)
    low, high = corners.min(axis=1), corners.max(axis=1)
    middles = [
        axes.transData.transform(np.column_stack([line.get_xdata(), line.get_ydata()]))
        for axes in drawing.axes
        for line in axes.lines
        if line.get_marker() not in ("", "None", "none", None) and len(line.get_xdata()) == 1
    ]
    points = np.concatenate([np.empty((0, 2)), *middles])[:, None, :]
    inside = ((points > low) & (points < high)).all(axis=2).any(axis=0)
    return [texts[i] for i in np.flatnonzero(inside)]


def empty_axes(drawing):
    """Numbers of the axes that hold no line with data, no collection, patch, image or text."""
    return [
        number
        for number, axes in enumerate(drawing.axes)
        if not (axes.collections or axes.patches or axes.images or axes.texts)
        and not any(
            np.isfinite(np.asarray(line.get_ydata(), dtype=float)).any() for line in axes.lines
        )
    ]


def shown_texts(drawing):
    """Every text that is drawn, the labels of ticks too."""
    return _text_boxes(drawing)[0]


def _text_boxes(drawing):
    """Texts with letters or digits, and the corners of their boxes in pixels, shape (n, 4, 2)."""
    with styled():
        renderer = FigureCanvasAgg(drawing).get_renderer()
        drawing.draw_without_rendering()
        texts = [*drawing.texts, *(text for axes in drawing.axes for text in _texts_of(axes))]
        texts = [t for t in texts if t.get_visible() and any(map(str.isalnum, t.get_text()))]
        corners = np.array([_corners(text, renderer) for text in texts]).reshape(-1, 4, 2)
    return [text.get_text() for text in texts], corners


def _texts_of(axes):
    """Texts that axes draw; of the labels of ticks only those within the limits."""
    yield from axes.texts
    if axes.get_legend():
        yield from axes.get_legend().get_texts()
    yield from (axes.title, axes._left_title, axes._right_title)
    for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
        yield from (axis.label, axis.offsetText)
        for tick in axis._update_ticks():
            yield from (tick.label1, tick.label2)


def _corners(text, renderer):
    angle = text.get_rotation()
    box = text.get_window_extent(renderer)
    middle = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
    if angle:
        text.set_rotation(0)
        box = text.get_window_extent(renderer)
        text.set_rotation(angle)
    half = np.array([box.width, box.height]) / 2
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return middle + (signs * half) @ rotation.T


def _meet(one, other, slack):
    """Whether two rectangles overlap by more than `slack` in the direction of each of their sides."""
    for corners in (one, other):
        for side in (corners[1] - corners[0], corners[3] - corners[0]):
            direction = side / np.hypot(*side)
            a, b = one @ direction, other @ direction
            if min(a.max(), b.max()) - max(a.min(), b.min()) <= slack:
                return False
    return True
