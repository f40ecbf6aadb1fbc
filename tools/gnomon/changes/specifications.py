"""What changed in a specification: the values that pass, the jobs it applies to, whether it is evaluated."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from gnomon import limits, units
from gnomon.changes.catalogue import DIFF_CATALOGUE
from gnomon.changes.causes import Causes
from gnomon.changes.change import Change, Witness
from gnomon.changes.impacts import Direction
from gnomon.changes.requirements import RequirementComparison
from gnomon.changes.witness import value_between, value_that_fails, verdict
from gnomon.nodes import Mapping as MappingNode
from gnomon.queries import ORDERINGS, is_condition, is_number
from gnomon.reach import Doubt, Reach, common_job, job_between
from gnomon.specifications.passing import close
from gnomon.vocabulary import known_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry
    from gnomon.specifications import Specification, Test


class SpecificationComparison:
    """Compares two states of specifications.

    Parameters
    ----------
    base, head
        The snapshots that they are of.
    """

    def __init__(self, base: Registry, head: Registry) -> None:
        self.base = base
        self.head = head
        self.causes = Causes(base, head)
        self.requirements = RequirementComparison(base, head, self.causes)
        # What either side knows: a change hides no job by taking its value out of the vocabulary.
        values, budget = known_values(base.vocabulary, head.vocabulary), limits.Budget(limits.MAX_VALUES_TRIED)
        self._common_job = functools.partial(common_job, values=values, budget=budget)
        self._job_between = functools.partial(job_between, values=values, budget=budget)
        self.levels = {tag for ladder in base.configuration.ladders.values() for tag in ladder}

    def compare(self, one: SpecificationDocument, two: SpecificationDocument) -> Iterator[Change]:
        """Yield the changes between two states of a specification, both of which are resolved."""
        before, after = one.specification, two.specification
        assert before is not None  # noqa: S101  # the caller chose resolved ones
        assert after is not None  # noqa: S101
        yield from self._test(one, two, before, after)
        yield from self._query(one, two, before, after)
        if before.abstract != after.abstract:
            yield self._abstract(one, two, before, after)
        else:
            yield from self.requirements.compare(one, two)
        yield from self._tags(one, two, before, after)

    def _test(
        self, one: SpecificationDocument, two: SpecificationDocument, before: Specification, after: Specification
    ) -> Iterator[Change]:
        old, new = before.test, after.test
        if _same_test(old, new):
            return
        direction: Direction | None = None
        witness = None
        if not units.facts(old.unit).converts_to(units.facts(new.unit)):
            rule, direction = "specification-dimension-changed", Direction.INCOMPARABLE
            witness = Witness(reason="values in the two units cannot be compared")
            message = f"the test is {new} instead of {old}, and the units do not convert"
        else:
            direction = _direction(old, new)
            if direction is None:
                rule, message = (
                    "specification-test-rewritten",
                    f"the test is {new} instead of {old}, which passes the same values",
                )
            else:
                rule, message = "specification-test-changed", f"the test is {new} instead of {old}: {_WORDS[direction]}"
                witness = self._test_witness(before, after, direction)
        yield self._change(
            rule,
            one,
            two,
            new.type,
            old.json,
            new.json,
            message,
            direction=direction,
            witness=witness,
            base_field=old.type,
        )

    def _test_witness(self, before: Specification, after: Specification, direction: Direction) -> Witness:
        if before.abstract or after.abstract:
            return Witness(reason="a requirement is not evaluated by itself; its heirs have witnesses of their own")
        reach = self._common_job([before.metadata_query, after.metadata_query])
        if reach.metadata is None:
            told = _DOUBTS[Doubt.EFFORT] if reach.doubt is Doubt.EFFORT else "no job was found that both sides apply to"
            return Witness(reason=told)
        old, new = before.test.passing, after.test.passing
        found = value_between(old, new) if direction is not Direction.LOOSENED else None
        if found is None and direction is not Direction.TIGHTENED:
            found = value_between(new, old)
        if found is None:
            return Witness(reason="the two differ by hardly more than rounding, and no number tells them apart")
        return _witness(before, after, reach.metadata, *found)

    def _query(
        self, one: SpecificationDocument, two: SpecificationDocument, before: Specification, after: Specification
    ) -> Iterator[Change]:
        old, new = before.json["metadata_query"], after.json["metadata_query"]
        if _same_query(before.metadata_query, after.metadata_query):
            return
        more = self._job_between(after.metadata_query, before.metadata_query)
        fewer = self._job_between(before.metadata_query, after.metadata_query)
        doubts = {more.doubt, fewer.doubt} - {None}
        if more.is_empty and fewer.is_empty:
            message = "the query is written otherwise, and applies to the same jobs"
            yield self._change("specification-query-rewritten", one, two, "metadata_query", old, new, message)
            return
        if more.metadata is not None and fewer.metadata is not None:
            direction, message = Direction.BOTH, "it applies to other jobs: some more, and some no longer"
        elif Doubt.EFFORT in doubts:
            direction, message = Direction.INCOMPARABLE, f"it may apply to other jobs: {_DOUBTS[Doubt.EFFORT]}"
        elif doubts:
            direction, message = Direction.INCOMPARABLE, "it applies to other jobs, as far as patterns can be compared"
        elif more.metadata is not None:
            direction, message = Direction.TIGHTENED, "it applies to more jobs"
        else:
            direction, message = Direction.LOOSENED, "it applies to fewer jobs"
        # Of what came and what went, the one that has a job to show: a requirement has none.
        sides = [(reach, side) for reach, side in ((fewer, before), (more, after)) if not reach.is_empty]
        witnesses = [self._job_witness(before, after, reach, side) for reach, side in sides]
        witness = next((found for found in witnesses if found.reason is None), witnesses[0])
        yield self._change(
            "specification-query-changed",
            one,
            two,
            "metadata_query",
            old,
            new,
            message,
            direction=direction,
            witness=witness,
        )

    @staticmethod
    def _job_witness(
        before: Specification | None, after: Specification | None, reach: Reach, side: Specification
    ) -> Witness:
        """Find a value that fails on the side that applies to a job, where the other side tests nothing."""
        if side.abstract:
            return Witness(reason="a requirement is not evaluated by itself")
        if reach.metadata is None:
            told = _DOUBTS[reach.doubt] if reach.doubt is not None else "there is no job that it applies to"
            return Witness(reason=told)
        value = value_that_fails(side.test.passing)
        return _witness(before, after, reach.metadata, value, side.test.unit)

    def _abstract(
        self, one: SpecificationDocument, two: SpecificationDocument, before: Specification, after: Specification
    ) -> Change:
        rule, message, side = (
            ("specification-made-abstract", "it is a requirement now, and no longer evaluated by itself", before)
            if after.abstract
            else ("specification-made-concrete", "it is evaluated now", after)
        )
        reach = self._common_job([side.metadata_query])
        witness = self._job_witness(before, after, reach, side)
        direction = Direction.LOOSENED if after.abstract else Direction.TIGHTENED
        return self._change(
            rule, one, two, "abstract", before.abstract, after.abstract, message, direction=direction, witness=witness
        )

    def _tags(
        self, one: SpecificationDocument, two: SpecificationDocument, before: Specification, after: Specification
    ) -> Iterator[Change]:
        old, new = before.tags, after.tags
        if old == new:
            return
        levels = (old ^ new) & self.levels
        moved = ", ".join([*(f"+{tag}" for tag in sorted(new - old)), *(f"-{tag}" for tag in sorted(old - new))])
        rule = "specification-level-changed" if levels else "specification-tags-changed"
        witness = Witness(reason="a level is no verdict; it decides which reports count it") if levels else None
        yield self._change(
            rule, one, two, "tags", sorted(old), sorted(new), f"the tags changed: {moved}", witness=witness
        )

    def added(self, document: SpecificationDocument, *, metric_is_new: bool) -> Change:
        """Make the change that adds a specification."""
        specification = document.specification
        assert specification is not None  # noqa: S101  # the caller chose resolved ones
        witness = None
        rule = "specification-added"
        if specification.abstract:
            message, impacts = f"a new requirement: {specification.test}", DIFF_CATALOGUE["metric-added"].impacts
        elif metric_is_new:
            message, impacts = (
                f"a specification of a new metric: {specification.test}",
                DIFF_CATALOGUE["metric-added"].impacts,
            )
        else:
            message, impacts = f"a new specification: {specification.test}", DIFF_CATALOGUE[rule].impacts
            reach = self._common_job([specification.metadata_query])
            witness = self._job_witness(None, specification, reach, specification)
        return Change(
            rule,
            "specification",
            document.label,
            "added",
            None,
            None,
            specification.json,
            impacts,
            message,
            after_at=document.name_node.place,
            witness=witness,
        )

    def removed(self, document: SpecificationDocument) -> Change:
        """Make the change that removes a specification."""
        specification = document.specification
        assert specification is not None  # noqa: S101  # the caller chose resolved ones
        reach = self._common_job([specification.metadata_query])
        return Change(
            "specification-removed",
            "specification",
            document.label,
            "removed",
            None,
            specification.json,
            None,
            DIFF_CATALOGUE["specification-removed"].impacts,
            f"the specification is gone: {specification.test}",
            before_at=document.name_node.place,
            witness=self._job_witness(specification, None, reach, specification),
        )

    @staticmethod
    def renamed(before: SpecificationDocument, after: SpecificationDocument) -> Change:
        """Make the change that gives a specification the new name of its metric."""
        return Change(
            "specification-renamed",
            "specification",
            after.label,
            "renamed",
            None,
            before.label,
            after.label,
            DIFF_CATALOGUE["specification-renamed"].impacts,
            f"`{before.label}` is now `{after.label}`, with its metric",
            before_at=before.name_node.place,
            after_at=after.name_node.place,
        )

    def _change(
        self,
        rule: str,
        one: SpecificationDocument,
        two: SpecificationDocument,
        field: str,
        before: Any,
        after: Any,
        message: str,
        *,
        direction: Direction | None = None,
        witness: Witness | None = None,
        base_field: str | None = None,
    ) -> Change:
        impacts = DIFF_CATALOGUE[rule].impacts or (direction.impacts if direction is not None else ())
        at_base, at_head = _field_node(one, base_field or field), _field_node(two, field)
        return Change(
            rule,
            "specification",
            two.label,
            "changed",
            f"/{field}",
            before,
            after,
            impacts,
            message,
            direction=direction,
            before_at=at_base.place,
            after_at=at_head.place,
            caused_by=self.causes.of_field(one, two, field),
            witness=witness,
        )


_DOUBTS = {
    Doubt.PATTERNS: "patterns leave open which job that is",
    Doubt.EFFORT: "the changes have too many values to try to find a job for each of them",
}

_WORDS = {
    Direction.TIGHTENED: "fewer values pass",
    Direction.LOOSENED: "more values pass",
    Direction.BOTH: "some values pass that did not, and some no longer",
    Direction.INCOMPARABLE: "the two cannot be compared",
}


def _same_test(old: Test, new: Test) -> bool:
    """Tell whether two tests are written alike, their numbers but for rounding."""
    if old.type != new.type or old.unit != new.unit:
        return False
    one, two = old.json, new.json
    if one.keys() != two.keys():
        return False
    return all(
        close(value, two[key]) or (math.isnan(value) and math.isnan(two[key]))
        if isinstance(value, float) and isinstance(two[key], float)
        else value == two[key]
        for key, value in one.items()
    )


def _same_query(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether two queries are written alike; `true` equals 1, but orders nothing."""
    if dict(old) != dict(new):
        return False
    return all(
        is_number(value[operator]) == is_number(new[term][operator])
        for term, value in old.items()
        if is_condition(value)
        for operator in ORDERINGS & value.keys()
    )


def _direction(old: Test, new: Test) -> Direction | None:
    """Compare the sets of passing values; None when they are the same."""
    smaller, larger = new.passing.is_within(old.passing), old.passing.is_within(new.passing)
    if smaller and larger:
        return None
    if smaller:
        return Direction.TIGHTENED
    return Direction.LOOSENED if larger else Direction.BOTH


def _witness(
    before: Specification | None, after: Specification | None, metadata: dict[str, Any], value: float | None, unit: str
) -> Witness:
    if value is None:
        return Witness(reason="every value passes")
    verdicts = verdict(before, metadata, value, unit), verdict(after, metadata, value, unit)
    return Witness(metadata, value, unit, *verdicts)


def _field_node(document: SpecificationDocument, field: str) -> Node:
    content = document.root if field == "abstract" else document.content
    node = content.get(field) if content is not None else None
    if isinstance(node, MappingNode):
        for name in ("value", "target", "upper", "lower"):
            found = node.get(name)
            if found is not None:
                return found
        return node.head
    return node if node is not None else document.name_node
