"""The axis of a ladder: which values it shows, where each lies, and its ticks; of the reference and of reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, LEFT, RIGHT = 680.0, 14.0, 666.0
LETTER = 6.9
"""The width of a letter of 12 pixels, on the safe side."""
_LOGARITHMIC_FROM = 30.0
_TICKS = 6
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
    """

    low: float
    high: float
    logarithmic: bool

    def _of(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def x(self, value: float) -> float:
        """Give the place of a value in pixels, at the edge for what lies beyond."""
        if value <= self.low:
            return LEFT
        if value >= self.high:
            return RIGHT
        share = (self._of(value) - self._of(self.low)) / (self._of(self.high) - self._of(self.low))
        return LEFT + share * (RIGHT - LEFT)

    def ticks(self) -> list[float]:
        """Give round values to mark, about six."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1, max(1, (last - first) // _TICKS))]
        raw = (self.high - self.low) / _TICKS
        size = 10.0 ** math.floor(math.log10(raw))
        step = next(size * factor for factor in (1, 2, 5, 10, 20) if size * factor >= raw)
        # What rounds to no step of its own has no ticks, rather than thousands of the same.
        if not math.isfinite(step) or self.low + step == self.low:
            return []
        start, end = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [float(f"{index * step:.9g}") for index in range(start, end + 1)]


def axis_for(values: Sequence[float]) -> Axis | None:
    """Choose the axis: with zero where that is near, of powers of ten where values are far apart.

    Returns
    -------
    Axis or None
        None where floats cannot tell the places apart.
    """
    low, high = min(values), max(values)
    if low > 0 and high / low >= _LOGARITHMIC_FROM:
        if low < 1 / _LARGEST or high > _LARGEST:
            return None
        low, high = 10.0 ** math.floor(math.log10(low / 1.2)), 10.0 ** math.ceil(math.log10(high * 1.2))
        return Axis(low, high, logarithmic=True)
    if low >= 0 and low <= (high - low) * 2 + high * 0.5:
        low = 0.0
    elif high <= 0 and -high <= (high - low) * 2 - low * 0.5:
        high = 0.0
    room = (high - low) * 0.18 or max(abs(high), 1.0) * 0.5
    low, high = low if low == 0.0 else low - room, high if high == 0.0 and low < 0 else high + room
    sound = all(map(math.isfinite, (low, high, high - low))) and high - low > max(abs(low), abs(high)) * 1e-12
    return Axis(low, high, logarithmic=False) if sound else None
