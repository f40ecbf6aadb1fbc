"""Witnesses: a job and a value whose verdict differs between two specifications."""

from __future__ import annotations

import itertools
import math
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


def value_between(inside: PassingSet, outside: PassingSet | None) -> float | None:
    """Find a number that one set holds and another does not, in the unit of the first.

    Parameters
    ----------
    outside
        None for the empty set.
    """
    others = outside.to(inside.unit) if outside is not None else None
    for value in _points(inside, others):
        if value in inside and (others is None or value not in others):
            return value
    return None


def value_that_fails(passing: PassingSet) -> float | None:
    """Find a number that does not pass, in the unit of the set; None where all pass."""
    return next((value for value in _points(passing, None) if value not in passing), None)


def _points(*sets: PassingSet | None) -> Iterator[float]:
    """Yield numbers between and beyond all bounds, and then the bounds themselves."""
    bounds = sorted(
        {
            bound
            for found in sets
            if found is not None
            for interval in found.intervals
            for bound in (interval.lower, interval.upper)
            if math.isfinite(bound)
        }
    )
    if not bounds:
        yield 0.0
        return
    for one, two in itertools.pairwise(bounds):
        yield one + (two - one) / 2
    reach = max(1.0, abs(bounds[0]), abs(bounds[-1]))
    yield bounds[-1] + reach
    yield bounds[0] - reach
    yield from bounds
