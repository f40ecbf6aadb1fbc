"""The axis of a ladder: which values it shows, where each lies, its ticks, and where texts under it have room.

The ladders of the reference and those of reports are drawn on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, MARGIN = 680.0, 14.0
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
LETTER = 6.9
"""The width of a letter of 12 pixels, on the safe side."""
_BESIDE = 8.0  # between two texts of a row
_TICK = 70.0  # what a tick and its number have at least
_LOGARITHMIC_FROM = 30.0
_LARGEST = 1e300  # beyond it, what is drawn around values is no number any more


@dataclass(frozen=True)
class Axis:
    """An axis between two values.

    Attributes
    ----------
    low, high
        The values at its ends.
    logarithmic
        Whether equal distances are equal factors.
    right
        Where it ends, in pixels.
    """

    low: float
    high: float
    logarithmic: bool
    right: float = RIGHT

    def _of(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def x(self, value: float) -> float:
        """Give the place of a value in pixels, at the edge for what lies beyond."""
        if value <= self.low:
            return LEFT
        if value >= self.high:
            return self.right
        share = (self._of(value) - self._of(self.low)) / (self._of(self.high) - self._of(self.low))
        return LEFT + share * (self.right - LEFT)

    def ticks(self) -> list[float]:
        """Give round values to mark, about six where there is room."""
        wanted = min(6, int((self.right - LEFT) / _TICK))
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1, max(1, (last - first) // wanted))]
        raw = (self.high - self.low) / wanted
        size = 10.0 ** math.floor(math.log10(raw))
        step = next(size * factor for factor in (1, 2, 5, 10, 20) if size * factor >= raw)
        # What rounds to no step of its own has no ticks, rather than thousands of the same.
        if not math.isfinite(step) or self.low + step == self.low:
            return []
        start, end = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [float(f"{index * step:.9g}") for index in range(start, end + 1)]


def axis_for(values: Sequence[float], width: float = WIDTH) -> Axis | None:
    """Choose the axis: with zero where that is near, of powers of ten where values are far apart.

    Parameters
    ----------
    width
        Of the whole drawing, in pixels.

    Returns
    -------
    Axis or None
        None where floats cannot tell the places apart.
    """
    low, high, right = min(values), max(values), width - MARGIN
    if low > 0 and high / low >= _LOGARITHMIC_FROM:
        if low < 1 / _LARGEST or high > _LARGEST:
            return None
        low, high = 10.0 ** math.floor(math.log10(low / 1.2)), 10.0 ** math.ceil(math.log10(high * 1.2))
        return Axis(low, high, logarithmic=True, right=right)
    room = (high - low) * 0.18 or abs(high) * 0.5 or 1.0
    near = (high - low) * 2 or math.inf  # a single value shows how large it is only beside zero
    begin = 0.0 if 0 < low <= near + high * 0.5 else low - room
    end = 0.0 if 0 > high >= -near + low * 0.5 else high + room
    least = max(max(abs(begin), abs(end)) * 1e-12, 1 / _LARGEST)
    sound = all(map(math.isfinite, (begin, end, end - begin))) and end - begin > least
    return Axis(begin, end, logarithmic=False, right=right) if sound else None


def place_texts(wanted: Sequence[tuple[float, str]], right: float = RIGHT) -> list[tuple[int, float]]:
    """Put texts under their places on an axis, in as many rows as they need not to touch.

    Parameters
    ----------
    wanted
        Where each text should have its middle, in pixels, and the text.

    Returns
    -------
    list of (int, float)
        For each text its row, counted from 0, and its middle.
    """
    ends: list[float] = []
    places: dict[int, tuple[int, float]] = {}
    for index in sorted(range(len(wanted)), key=lambda index: wanted[index]):
        x, text = wanted[index]
        width = len(text) * LETTER
        start = max(min(x - width / 2, right - width), LEFT)
        row = next((row for row, end in enumerate(ends) if start > end + _BESIDE), len(ends))
        ends[row : row + 1] = [start + width]
        places[index] = (row, start + width / 2)
    return [places[index] for index in range(len(wanted))]
