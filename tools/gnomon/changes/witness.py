"""Witnesses: a job and a value whose verdict differs between two specifications."""

from __future__ import annotations

import itertools
import math
import sys
from typing import TYPE_CHECKING, Any

from gnomon import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.specifications import PassingSet, Specification


def verdict(specification: Specification | None, metadata: Mapping[str, Any], value: float, unit: str) -> str:
    """Judge a value of a job's measurement: ``pass``, ``fail`` or ``not tested``.

    Parameters
    ----------
    specification
        None where there is none: nothing is tested.
    unit
        Of the value; it must convert to the test's.
    """
    if specification is None or not specification.applies_to(metadata):
        return "not tested"
    test = specification.test
    return "pass" if units.convert(value, unit, test.unit) in test.passing else "fail"


def value_between(inside: PassingSet, outside: PassingSet) -> tuple[float, str] | None:
    """Find a number that one set holds and another does not, with its unit: that of the first, or else of the other."""
    for unit in (inside.unit, outside.unit):
        one, other = inside.to(unit), outside.to(unit)
        for value in _points(one, other):
            # Judged as measurements are: in the unit of either test.
            passes = units.convert(value, unit, inside.unit) in inside
            if passes and units.convert(value, unit, outside.unit) not in outside:
                return value, unit
    return None


def value_that_fails(passing: PassingSet) -> float | None:
    """Find a number that does not pass, in the unit of the set; None where all pass."""
    return next((value for value in _points(passing) if value not in passing), None)


def _points(*sets: PassingSet) -> Iterator[float]:
    """Yield numbers between and beyond all bounds, and then the bounds themselves."""
    bounds = sorted(
        {
            bound
            for found in sets
            for interval in found.intervals
            for bound in (interval.lower, interval.upper)
            if math.isfinite(bound)
        }
    )
    if not bounds:
        yield 0.0
        return
    # Halves, since the sum of two bounds may be too large for a number.
    yield from (one / 2 + two / 2 for one, two in itertools.pairwise(bounds))
    reach = max(1.0, abs(bounds[0]), abs(bounds[-1]))
    yield from (beyond for beyond in (bounds[-1] + reach, bounds[0] - reach) if math.isfinite(beyond))
    yield from bounds
    yield from (sys.float_info.max, -sys.float_info.max)
