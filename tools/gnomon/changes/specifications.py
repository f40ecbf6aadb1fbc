"""What changed in a specification: the values that pass, the jobs it applies to, whether it is evaluated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.changes.catalogue import DIFF_CATALOGUE
from gnomon.changes.causes import Causes
from gnomon.changes.change import Change, Witness
from gnomon.changes.impacts import Direction
from gnomon.changes.requirements import RequirementComparison
from gnomon.changes.witness import DOUBTS, Witnesses
from gnomon.nodes import Mapping as MappingNode
from gnomon.queries import ORDERINGS, is_condition, is_number
from gnomon.reach import Doubt
from gnomon.specifications.passing import close

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.reach import Reach
    from gnomon.registry import Registry
    from gnomon.specifications import Specification, Test

_WORDS = {
    Direction.TIGHTENED: "fewer values pass",
    Direction.LOOSENED: "more values pass",
    Direction.BOTH: "some values pass that did not, and some no longer",
    Direction.INCOMPARABLE: "the two cannot be compared",
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A specification on both sides, as it is written and as it counts."""

    base: SpecificationDocument
    head: SpecificationDocument
    before: Specification
    after: Specification


class SpecificationComparison:
    """Compares two states of specifications, which are resolved.

    Parameters
    ----------
    base, head
        The snapshots that they are of.
    """

    def __init__(self, base: Registry, head: Registry) -> None:
        self._causes = Causes(base, head)
        self._requirements = RequirementComparison(base, head, self._causes)
        self._witnesses = Witnesses(base, head)
        self._levels = {tag for ladder in base.configuration.ladders.values() for tag in ladder}

    def compare(self, base: SpecificationDocument, head: SpecificationDocument) -> Iterator[Change]:
        """Yield the changes between two states of a specification."""
        pair = _Pair(base, head, _resolved(base), _resolved(head))
        yield from self._test(pair)
        yield from self._query(pair)
        if pair.before.abstract != pair.after.abstract:
            yield self._abstract(pair)
        else:
            yield from self._requirements.compare(base, head)
        yield from self._tags(pair)

    def _test(self, pair: _Pair) -> Iterator[Change]:
        old, new = pair.before.test, pair.after.test
        if _same_test(old, new):
            return
        direction: Direction | None = None
        witness = None
        message = f"the test is {new} instead of {old}"
        if not units.facts(old.unit).converts_to(units.facts(new.unit)):
            rule, direction = "specification-dimension-changed", Direction.INCOMPARABLE
            message = f"{message}, and the units do not convert"
            witness = Witness(reason="values in the two units cannot be compared")
        elif (direction := _direction(old, new)) is None:
            rule, message = "specification-test-rewritten", f"{message}, which passes the same values"
        else:
            rule, message = "specification-test-changed", f"{message}: {_WORDS[direction]}"
            witness = self._witnesses.of_test(pair.before, pair.after, direction)
        yield self._change(rule, pair, new.type, old.json, new.json, message, direction, witness, base_field=old.type)

    def _query(self, pair: _Pair) -> Iterator[Change]:
        before, after = pair.before, pair.after
        if _same_query(before.metadata_query, after.metadata_query):
            return
        old, new = before.json["metadata_query"], after.json["metadata_query"]
        more = self._witnesses.job_between(after, before)
        fewer = self._witnesses.job_between(before, after)
        if more.is_empty and fewer.is_empty:
            message = "the query is written otherwise, and applies to the same jobs"
            yield self._change("specification-query-rewritten", pair, "metadata_query", old, new, message)
            return
        direction, message = _of_jobs(more, fewer)
        # Of what came and what went, the one that has a job to show: a requirement has none.
        sides = [(reach, side) for reach, side in ((fewer, before), (more, after)) if not reach.is_empty]
        witnesses = [self._witnesses.in_job(before, after, reach, side) for reach, side in sides]
        witness = next((found for found in witnesses if found.reason is None), witnesses[0])
        rule = "specification-query-changed"
        yield self._change(rule, pair, "metadata_query", old, new, message, direction, witness)

    def _abstract(self, pair: _Pair) -> Change:
        before, after = pair.before, pair.after
        if after.abstract:
            rule, side, direction = "specification-made-abstract", before, Direction.LOOSENED
            message = "it is a requirement now, and no longer evaluated by itself"
        else:
            rule, side, direction = "specification-made-concrete", after, Direction.TIGHTENED
            message = "it is evaluated now"
        witness = self._witnesses.of_whole(before, after, side)
        return self._change(rule, pair, "abstract", before.abstract, after.abstract, message, direction, witness)

    def _tags(self, pair: _Pair) -> Iterator[Change]:
        old, new = pair.before.tags, pair.after.tags
        if old == new:
            return
        moved = ", ".join([*(f"+{tag}" for tag in sorted(new - old)), *(f"-{tag}" for tag in sorted(old - new))])
        rule, witness = "specification-tags-changed", None
        if (old ^ new) & self._levels:
            rule = "specification-level-changed"
            witness = Witness(reason="a level is no verdict; it decides which reports count it")
        message = f"the tags changed: {moved}"
        yield self._change(rule, pair, "tags", sorted(old), sorted(new), message, witness=witness)

    def added(self, document: SpecificationDocument, *, metric_is_new: bool) -> Change:
        """Make the change that adds a specification."""
        specification = _resolved(document)
        message, witness = f"a new specification: {specification.test}", None
        impacts = None if not (specification.abstract or metric_is_new) else DIFF_CATALOGUE["metric-added"].impacts
        if specification.abstract:
            message = f"a new requirement: {specification.test}"
        elif metric_is_new:
            message = f"a specification of a new metric: {specification.test}"
        else:
            witness = self._witnesses.of_whole(None, specification, specification)
        return Change(
            "specification-added",
            document.label,
            "added",
            message,
            after=specification.json,
            other_impacts=impacts,
            after_at=document.name_node.place,
            witness=witness,
        )

    def removed(self, document: SpecificationDocument) -> Change:
        """Make the change that removes a specification."""
        specification = _resolved(document)
        return Change(
            "specification-removed",
            document.label,
            "removed",
            f"the specification is gone: {specification.test}",
            before=specification.json,
            before_at=document.name_node.place,
            witness=self._witnesses.of_whole(specification, None, specification),
        )

    @staticmethod
    def renamed(base: SpecificationDocument, head: SpecificationDocument) -> Change:
        """Make the change that gives a specification the new name of its metric."""
        return Change(
            "specification-renamed",
            head.label,
            "renamed",
            f"`{base.label}` is now `{head.label}`, with its metric",
            before=base.label,
            after=head.label,
            before_at=base.name_node.place,
            after_at=head.name_node.place,
        )

    def _change(
        self,
        rule: str,
        pair: _Pair,
        field: str,
        before: Any,
        after: Any,
        message: str,
        direction: Direction | None = None,
        witness: Witness | None = None,
        *,
        base_field: str | None = None,
    ) -> Change:
        return Change(
            rule,
            pair.head.label,
            "changed",
            message,
            field=f"/{field}",
            before=before,
            after=after,
            direction=direction,
            before_at=_field_node(pair.base, base_field or field).place,
            after_at=_field_node(pair.head, field).place,
            caused_by=self._causes.of_field(pair.base, pair.head, field),
            witness=witness,
        )


def _resolved(document: SpecificationDocument) -> Specification:
    assert document.specification is not None  # noqa: S101  # the caller chose resolved ones
    return document.specification


def _of_jobs(more: Reach, fewer: Reach) -> tuple[Direction, str]:
    """Say how the jobs changed that a query applies to, by one that it did not apply to, and one that it did."""
    if more.metadata is not None and fewer.metadata is not None:
        return Direction.BOTH, "it applies to other jobs: some more, and some no longer"
    if Doubt.EFFORT in {more.doubt, fewer.doubt}:
        return Direction.INCOMPARABLE, f"it may apply to other jobs: {DOUBTS[Doubt.EFFORT]}"
    if Doubt.PATTERNS in {more.doubt, fewer.doubt}:
        return Direction.INCOMPARABLE, "it applies to other jobs, as far as patterns can be compared"
    if more.metadata is not None:
        return Direction.TIGHTENED, "it applies to more jobs"
    return Direction.LOOSENED, "it applies to fewer jobs"


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
