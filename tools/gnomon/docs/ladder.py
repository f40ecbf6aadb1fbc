"""The ladder: the limits of a metric on one axis, what passes shaded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon.docs.wording import number
from gnomon.render.axis import LEFT, LETTER, RIGHT, WIDTH, axis_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gnomon.render.axis import Axis
    from gnomon.specifications.passing import PassingSet

_TITLE, _STRIP, _ROW, _GAP, _AXIS = 20.0, 26.0, 16.0, 16.0, 44.0
_MOST_LANES = 12


@dataclass(frozen=True)
class Mark:
    """A test on a lane: what it is called, the text of its limit, and what passes, in the unit of the axis."""

    label: str
    limit: str
    passing: PassingSet


@dataclass(frozen=True)
class Lane:
    """Tests that apply to the same jobs; the loosest first."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Band:
    """A shaded stretch of a lane."""

    x: float
    width: float


@dataclass(frozen=True)
class Limit:
    """A line at a bound; an open one is dashed, for the bound itself does not pass."""

    x: float
    closed: bool


@dataclass(frozen=True)
class Label:
    """A text under a lane and the line that leads to it."""

    x: float
    y: float
    anchor: str
    text: str
    at: float


@dataclass(frozen=True)
class Strip:
    """A lane as it is drawn."""

    label: str
    y: float
    bands: tuple[Band, ...]
    limits: tuple[Limit, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Drawing:
    """A ladder, ready for its template."""

    height: float
    axis: float
    strips: tuple[Strip, ...]
    ticks: tuple[tuple[float, str], ...]
    sentences: tuple[str, ...]
    left_out: int = 0
    logarithmic: bool = False
    strip_height: float = _STRIP
    width: float = WIDTH
    left: float = LEFT
    right: float = RIGHT


def draw(lanes: Sequence[Lane]) -> Drawing | None:
    """Lay a ladder out; None where there is no finite limit to show."""
    bounds = [
        bound
        for lane in lanes
        for mark in lane.marks
        for interval in mark.passing.intervals
        for bound in (interval.lower, interval.upper)
        if math.isfinite(bound)
    ]
    scale = axis_for(bounds) if bounds else None
    if scale is None:
        return None
    y, strips = 0.0, []
    for lane in lanes[:_MOST_LANES]:
        strip, bottom = _strip(lane, y, scale)
        strips.append(strip)
        y = bottom + _GAP
    sentences = tuple(
        f"{lane.label}: " + "; ".join(f"{mark.label} {mark.limit}" for mark in lane.marks) + "." for lane in lanes
    )
    ticks = tuple((round(scale.x(value), 1), number(value)) for value in scale.ticks())
    left_out = max(0, len(lanes) - _MOST_LANES)
    return Drawing(y + _AXIS, y, tuple(strips), ticks, sentences, left_out, scale.logarithmic)


def _strip(lane: Lane, top: float, scale: Axis) -> tuple[Strip, float]:
    y = top + _TITLE
    bands, limits, wanted = [], [], []
    for mark in lane.marks:
        finite = []
        for interval in mark.passing.intervals:
            start, end = scale.x(interval.lower), scale.x(interval.upper)
            bands.append(Band(round(start, 1), round(end - start, 1)))
            for bound, closed in ((interval.lower, interval.lower_closed), (interval.upper, interval.upper_closed)):
                if math.isfinite(bound):
                    finite.append(scale.x(bound))
                    limits.append(Limit(round(scale.x(bound), 1), closed))
        if finite:
            wanted.append((sum(finite) / len(finite), f"{mark.label} {mark.limit}"))
    labels, bottom = _placed(wanted, y + _STRIP)
    return Strip(lane.label, y, tuple(bands), tuple(dict.fromkeys(limits)), labels), bottom


def _placed(wanted: Iterable[tuple[float, str]], top: float) -> tuple[tuple[Label, ...], float]:
    """Put texts under their limits, in as many rows as they need not to touch."""
    rows: list[float] = []
    labels = []
    for x, text in sorted(wanted):
        width = len(text) * LETTER
        start = min(max(x - width / 2, LEFT), RIGHT - width)
        row = next((index for index, end in enumerate(rows) if start > end + 8), len(rows))
        if row == len(rows):
            rows.append(0.0)
        rows[row] = start + width
        labels.append(Label(round(start + width / 2, 1), top + (row + 1) * _ROW - 3, "middle", text, round(x, 1)))
    return tuple(labels), top + len(rows) * _ROW
