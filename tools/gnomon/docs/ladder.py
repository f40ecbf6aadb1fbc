"""The ladder: the limits of a metric on one axis, what passes shaded."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.docs.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gnomon.specifications.passing import PassingSet

WIDTH = 680.0
_LEFT, _RIGHT = 14.0, 666.0
_TITLE, _STRIP, _ROW, _GAP, _AXIS = 20.0, 26.0, 16.0, 16.0, 44.0
_LETTER = 6.9  # the width of a letter of 12 pixels, on the safe side
_MOST_LANES = 12
_LOGARITHMIC_FROM = 30.0
_NEAR_ZERO = 0.75


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
    left: float = _LEFT
    right: float = _RIGHT


@dataclass
class _Scale:
    low: float
    high: float
    logarithmic: bool
    _span: float = field(init=False)

    def __post_init__(self) -> None:
        self._span = self._of(self.high) - self._of(self.low)

    def _of(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def x(self, value: float) -> float:
        """Give the place of a value, at the edge for what lies beyond."""
        if value <= self.low:
            return _LEFT
        if value >= self.high:
            return _RIGHT
        return _LEFT + (self._of(value) - self._of(self.low)) / self._span * (_RIGHT - _LEFT)

    def ticks(self) -> list[float]:
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            step = max(1, (last - first) // 6)
            return [10.0**power for power in range(first, last + 1, step)]
        raw = (self.high - self.low) / 6
        size = 10.0 ** math.floor(math.log10(raw))
        width = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
        count = math.floor(self.high / width + 1e-9)
        start = math.ceil(self.low / width - 1e-9)
        return [float(f"{index * width:.9g}") for index in range(start, count + 1)]


def _power_above(value: float) -> float:
    """Give the power of ten above a number with some room; the largest float where there is none."""
    power = math.ceil(math.log10(value) + 0.08)
    return 10.0**power if power <= sys.float_info.max_10_exp else sys.float_info.max


def _scale(bounds: Sequence[float]) -> _Scale | None:
    """Choose the axis: with zero where that is near, of powers of ten where limits are far apart."""
    low, high = min(bounds), max(bounds)
    if low > 0 and high / low >= _LOGARITHMIC_FROM:
        scale = _Scale(10.0 ** math.floor(math.log10(low / 1.2)), _power_above(high), True)  # noqa: FBT003  # its name is in the class
    else:
        if low >= 0 and (low == high or low <= high * _NEAR_ZERO):
            low = 0.0
        elif high <= 0 and (low == high or high >= low * _NEAR_ZERO):
            high = 0.0
        room = (high - low) * 0.18 or max(abs(high), 1.0) * 0.5
        scale = _Scale(low if low == 0.0 else low - room, high if high == 0.0 and low < 0 else high + room, False)  # noqa: FBT003
    ends = (scale.low, scale.high, scale.high - scale.low)
    return scale if all(math.isfinite(end) for end in ends) and ends[2] > 0 else None


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
    scale = _scale(bounds) if bounds else None
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


def _strip(lane: Lane, top: float, scale: _Scale) -> tuple[Strip, float]:
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
        width = len(text) * _LETTER
        start = min(max(x - width / 2, _LEFT), _RIGHT - width)
        row = next((index for index, end in enumerate(rows) if start > end + 8), len(rows))
        if row == len(rows):
            rows.append(0.0)
        rows[row] = start + width
        labels.append(Label(round(start + width / 2, 1), top + (row + 1) * _ROW - 3, "middle", text, round(x, 1)))
    return tuple(labels), top + len(rows) * _ROW
