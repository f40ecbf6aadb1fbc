"""How strict tests are, so that a table and a drawing can put them in order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gnomon import units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gnomon.specifications import Specification
    from gnomon.specifications.passing import PassingSet


def in_unit(passing: PassingSet, unit: str) -> PassingSet | None:
    """Give a set in the unit of its metric; None where it does not convert."""
    if not units.facts(passing.unit).converts_to(units.facts(unit)):
        return None
    return passing.to(unit)


def strictness(specification: Specification, unit: str) -> tuple[int, float]:
    """Give a key that sorts tests from the loosest to the strictest; tests of different shapes stand apart."""
    passing = in_unit(specification.test.passing, unit)
    if passing is None or passing.is_empty:
        return (4, 0.0)
    if len(passing.intervals) > 1:
        return (3, 0.0)
    (interval,) = passing.intervals
    if math.isinf(interval.lower) and math.isinf(interval.upper):
        return (0, 0.0)
    if math.isinf(interval.lower):
        return (0, -interval.upper)
    if math.isinf(interval.upper):
        return (1, interval.lower)
    return (2, interval.lower - interval.upper)


def level(tags: frozenset[str], ladders: Mapping[str, Sequence[str]]) -> str | None:
    """Find the level among tags."""
    return next((rung for rungs in ladders.values() for rung in rungs if rung in tags), None)
