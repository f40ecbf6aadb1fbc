"""Witnesses: a job and a value whose verdict differs between two specifications."""

from __future__ import annotations

import itertools
import math
import sys
from typing import TYPE_CHECKING, Any

from gnomon import limits, units
from gnomon.changes.change import Witness
from gnomon.changes.impacts import Direction
from gnomon.reach import Doubt, Reach, common_job, job_between
from gnomon.vocabulary import known_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.registry import Registry
    from gnomon.specifications import PassingSet, Specification

DOUBTS = {
    Doubt.PATTERNS: "patterns leave open which job that is",
    Doubt.EFFORT: "the changes have too many values to try to find a job for each of them",
}


class Witnesses:
    """Finds witnesses for as many changes as takes some seconds.

    Parameters
    ----------
    base, head
        The snapshots that are compared.
    """

    def __init__(self, base: Registry, head: Registry) -> None:
        # What either side knows: a change hides no job by taking its value out of the vocabulary.
        self._values = known_values(base.vocabulary, head.vocabulary)
        # Nor by making a list of the values that there are, where the other side leaves them open.
        is_listed = known_values(base.vocabulary).keys() & known_values(head.vocabulary).keys()
        self._sure = {name: values for name, values in self._values.items() if name in is_listed}
        self._budget = limits.Budget(limits.MAX_VALUES_TRIED)

    def job_of(self, *specifications: Specification) -> Reach:
        """Find a job that all of some specifications apply to."""
        return common_job([found.metadata_query for found in specifications], self._values, self._budget)

    def job_between(self, inside: Specification, outside: Specification) -> Reach:
        """Find a job that one specification applies to and another does not."""
        return job_between(inside.metadata_query, outside.metadata_query, self._sure, self._budget)

    def of_test(self, before: Specification, after: Specification, direction: Direction) -> Witness:
        """Find a value that only one of two tests lets pass, in a job to which both apply."""
        if before.abstract or after.abstract:
            return Witness(reason="a requirement is not evaluated by itself; its heirs have witnesses of their own")
        reach = self.job_of(before, after)
        if reach.metadata is None:
            told = DOUBTS[Doubt.EFFORT] if reach.doubt is Doubt.EFFORT else "no job was found that both sides apply to"
            return Witness(reason=told)
        old, new = before.test.passing, after.test.passing
        found = value_between(old, new) if direction is not Direction.LOOSENED else None
        if found is None and direction is not Direction.TIGHTENED:
            found = value_between(new, old)
        if found is None:
            return Witness(reason="the two differ by hardly more than rounding, and no number tells them apart")
        return _witness(before, after, reach.metadata, *found)

    def of_whole(self, before: Specification | None, after: Specification | None, side: Specification) -> Witness:
        """Find a value that fails on the one side that is evaluated, in any job to which that applies."""
        return self.in_job(before, after, self.job_of(side), side)

    @staticmethod
    def in_job(before: Specification | None, after: Specification | None, reach: Reach, side: Specification) -> Witness:
        """Find a value that fails on the side that applies to a job, where the other side tests nothing."""
        if side.abstract:
            return Witness(reason="a requirement is not evaluated by itself")
        if reach.metadata is None:
            told = DOUBTS[reach.doubt] if reach.doubt is not None else "there is no job that it applies to"
            return Witness(reason=told)
        value = value_that_fails(side.test.passing)
        return _witness(before, after, reach.metadata, value, side.test.unit)


def _witness(
    before: Specification | None, after: Specification | None, metadata: dict[str, Any], value: float | None, unit: str
) -> Witness:
    if value is None:
        return Witness(reason="every value passes")
    verdicts = verdict(before, metadata, value, unit), verdict(after, metadata, value, unit)
    return Witness(metadata, value, unit, *verdicts)


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
