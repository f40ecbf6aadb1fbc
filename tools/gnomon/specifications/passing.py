"""Sets of values that pass a test: intervals in a unit, compared exactly but for rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gnomon import units

# Values this many units in the last place apart are one value: 9 marcsec and 0.009 arcsec are one limit, whichever way
# a conversion rounds.
ULPS = 4


def close(one: float, other: float) -> bool:
    """Tell whether two numbers are equal but for rounding."""
    if one == other:
        return True
    if not (math.isfinite(one) and math.isfinite(other)):
        return False
    return abs(one - other) <= ULPS * math.ulp(max(abs(one), abs(other)))


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
        if math.isnan(self.lower) or math.isnan(self.upper):
            return True
        if close(self.lower, self.upper):
            return not (self.lower_closed and self.upper_closed)
        return self.lower > self.upper

    def __contains__(self, value: float) -> bool:
        if math.isnan(value):
            return False
        if math.isinf(value):  # beyond every finite limit, so it passes where there is none on its side
            return value in {self.upper, self.lower}
        above = self.lower_closed if close(value, self.lower) else value > self.lower
        below = self.upper_closed if close(value, self.upper) else value < self.upper
        return above and below

    def is_within(self, other: Interval) -> bool:
        """Tell whether every number of this interval is in another."""
        if self.is_empty:
            return True
        if close(self.lower, other.lower):
            lower = other.lower_closed or not self.lower_closed
        else:
            lower = self.lower > other.lower
        if close(self.upper, other.upper):
            upper = other.upper_closed or not self.upper_closed
        else:
            upper = self.upper < other.upper
        return lower and upper

    def intersection(self, other: Interval) -> Interval:
        """Give the numbers that both hold; of bounds that are close the open one wins."""
        lower, lower_closed = max((self.lower, not self.lower_closed), (other.lower, not other.lower_closed))
        upper, upper_closed = min((self.upper, self.upper_closed), (other.upper, other.upper_closed))
        return Interval(lower, upper, not lower_closed, upper_closed)


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

    def to(self, unit: str) -> PassingSet:
        """Give the same set in another unit, to which this one must convert."""
        if unit == self.unit:
            return self
        return PassingSet(tuple(sorted(_converted(interval, self.unit, unit) for interval in self.intervals)), unit)

    def is_within(self, other: PassingSet) -> bool:
        """Tell whether everything that passes here passes there; the units must convert."""
        others = other.to(self.unit).intervals
        return all(any(interval.is_within(wider) for wider in others) for interval in self.intervals)

    def equals(self, other: PassingSet) -> bool:
        """Tell whether the same values pass, in units that may differ; sets that do not convert are not equal."""
        if not units.facts(self.unit).converts_to(units.facts(other.unit)):
            return False
        return self.is_within(other) and other.is_within(self)

    def intersection(self, other: PassingSet) -> PassingSet:
        """Give what passes both; the units must convert."""
        pairs = (one.intersection(two) for one in self.intervals for two in other.to(self.unit).intervals)
        return PassingSet(tuple(sorted(found for found in pairs if not found.is_empty)), self.unit)


def _converted(interval: Interval, source: str, target: str) -> Interval:
    lower, upper = (units.convert(bound, source, target) for bound in (interval.lower, interval.upper))
    closed = (interval.lower_closed, interval.upper_closed)
    if units.is_reversed(source, target):
        # A larger magnitude is a fainter flux.
        return Interval(upper, lower, closed[1], closed[0])
    return Interval(lower, upper, *closed)
