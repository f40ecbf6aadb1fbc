"""Sets of values that pass a test: intervals in a unit."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The numbers between two bounds; an infinite bound is open."""

    lower: float = -math.inf
    upper: float = math.inf
    lower_closed: bool = False
    upper_closed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it holds no number; a bound that is no number leaves nothing."""
        if math.isnan(self.lower) or math.isnan(self.upper) or self.lower > self.upper:
            return True
        return self.lower == self.upper and not (self.lower_closed and self.upper_closed)

    def __contains__(self, value: float) -> bool:
        above = value > self.lower or (self.lower_closed and value == self.lower)
        below = value < self.upper or (self.upper_closed and value == self.upper)
        return above and below


@dataclass(frozen=True, slots=True)
class PassingSet:
    """The values that pass a test.

    Attributes
    ----------
    intervals
        Disjoint and in order.
    unit
        Canonical spelling of the unit of their bounds.
    """

    intervals: tuple[Interval, ...]
    unit: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing passes."""
        return all(interval.is_empty for interval in self.intervals)

    def __contains__(self, value: float) -> bool:
        return any(value in interval for interval in self.intervals)
