"""The ladder: the limits of a metric on one axis, what passes shaded."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon.docs.wording import number
from gnomon.render.axis import LEFT, LETTER, WIDTH, axis_for, place_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gnomon.render.axis import Axis
    from gnomon.specifications.passing import PassingSet

_TITLE, _STRIP, _ROW, _GAP, _AXIS = 20.0, 26.0, 16.0, 16.0, 44.0
_MOST_LANES = 12
_BOLD = 1.08  # what letters of titles are wider
NARROW = 350.0
"""The width of a drawing for a telephone."""


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
    """A text under a lane, and where the line that leads to it begins."""

    x: float
    y: float
    text: str
    at: float


@dataclass(frozen=True)
class Tick:
    """A value on the axis."""

    x: float
    anchor: str
    text: str


@dataclass(frozen=True)
class Strip:
    """A lane as it is drawn."""

    title: tuple[str, ...]
    y: float
    bands: tuple[Band, ...]
    limits: tuple[Limit, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Drawing:
    """A ladder, ready for its template."""

    width: float
    height: float
    axis: float
    right: float
    strips: tuple[Strip, ...]
    ticks: tuple[Tick, ...]
    sentences: tuple[str, ...]
    left_out: int = 0
    logarithmic: bool = False
    strip_height: float = _STRIP
    title_height: float = _ROW
    left: float = LEFT

    @property
    def is_shaded(self) -> bool:
        """Whether some values pass more than one test of a lane."""
        return any(len(strip.bands) > 1 for strip in self.strips)

    @property
    def has_open_limits(self) -> bool:
        """Whether some limits do not pass themselves."""
        return any(not limit.closed for strip in self.strips for limit in strip.limits)


def draw(lanes: Sequence[Lane], width: float = WIDTH) -> Drawing | None:
    """Lay a ladder out; None where there is no finite limit to show."""
    bounds = [bound for lane in lanes for mark in lane.marks for bound, _ in _limits(mark)]
    scale = axis_for(bounds, width) if bounds else None
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
    left_out = max(0, len(lanes) - _MOST_LANES)
    ticks = tuple(_ticks(scale))
    return Drawing(width, y + _AXIS, y, scale.right, tuple(strips), ticks, sentences, left_out, scale.logarithmic)


def _ticks(scale: Axis) -> Iterator[Tick]:
    for value in scale.ticks():
        x, text = scale.x(value), number(value)
        half = len(text) * LETTER / 2
        anchor = "start" if x - half < 0 else "end" if x + half > scale.right + LEFT else "middle"
        yield Tick(round(x, 1), anchor, text)


def _limits(mark: Mark) -> list[tuple[float, bool]]:
    """List the finite bounds of what passes, and whether each passes itself."""
    return [
        (bound, closed)
        for interval in mark.passing.intervals
        for bound, closed in ((interval.lower, interval.lower_closed), (interval.upper, interval.upper_closed))
        if math.isfinite(bound)
    ]


def _strip(lane: Lane, top: float, scale: Axis) -> tuple[Strip, float]:
    room = scale.right - LEFT
    title = textwrap.wrap(lane.label, int(room / (LETTER * _BOLD)), max_lines=3, placeholder="…")
    y = top + _TITLE + (len(title) - 1) * _ROW
    bands, limits = [], []
    for mark in lane.marks:
        for interval in mark.passing.intervals:
            start, end = scale.x(interval.lower), scale.x(interval.upper)
            bands.append(Band(round(start, 1), round(end - start, 1)))
        limits += [Limit(round(scale.x(bound), 1), closed) for bound, closed in _limits(mark)]
    labels, bottom = _labels(lane, y + _STRIP, scale)
    return Strip(tuple(title), y, tuple(bands), tuple(dict.fromkeys(limits)), labels), bottom


def _labels(lane: Lane, top: float, scale: Axis) -> tuple[tuple[Label, ...], float]:
    """Put the texts of a lane below it, each under the middle of its limits; give where they end."""
    wanted = []
    for mark in lane.marks:
        places = [scale.x(bound) for bound, _ in _limits(mark)]
        if places:
            most = int((scale.right - LEFT) / LETTER)
            text = textwrap.shorten(f"{mark.label} {mark.limit}", most, placeholder="…")
            wanted.append((sum(places) / len(places), text))
    placed = place_texts(wanted, scale.right)
    labels = tuple(
        Label(round(middle, 1), top + (row + 1) * _ROW - 3, text, round(x, 1))
        for (row, middle), (x, text) in zip(placed, wanted, strict=True)
    )
    rows = 1 + max((row for row, _ in placed), default=-1)
    return labels, top + rows * _ROW
