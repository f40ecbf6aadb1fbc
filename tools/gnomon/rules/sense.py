"""Rules that need understanding: whether tests and queries, taken together, make sense."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon import limits, units
from gnomon.diagnostics import Diagnostic, Related
from gnomon.nodes import Mapping
from gnomon.queries import ORDERINGS, condition_faults, is_condition, term_holds
from gnomon.reach import common_job

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as MappingType

    from gnomon.diagnostics import Place
    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry
    from gnomon.specifications import PassingSet, Specification


class _Budget:
    """What a rule may spend on comparisons."""

    def __init__(self) -> None:
        self._left = limits.MAX_SPECIFICATIONS_COMPARED

    def spend(self, cost: int = 1) -> bool:
        """Tell whether that much is left, and take it."""
        self._left -= cost
        return self._left >= 0


@dataclass(frozen=True, slots=True)
class _Case:
    """A specification with what it lets pass."""

    document: SpecificationDocument
    specification: Specification
    passing: PassingSet

    @property
    def place(self) -> Place:
        """Where its test gets the number that decides."""
        return test_node(self.document, self.specification).place

    def __str__(self) -> str:
        return f"`{self.document.relative_name}` ({self.specification.test})"


def test_node(document: SpecificationDocument, specification: Specification) -> Node:
    """Give the node of the first number of a test, which may be inherited."""
    body = document.effective(specification.type)
    if isinstance(body, Mapping):
        for name in ("value", "target", "upper", "lower"):
            node = body.get(name)
            if node is not None:
                return node
    return document.name_node


def _by_metric(registry: Registry) -> Iterator[list[_Case]]:
    """Yield the comparable specifications of each metric."""
    groups: dict[str, list[_Case]] = defaultdict(list)
    for document, specification in registry.resolved_specifications():
        case = _Case(document, specification, specification.test.passing)
        groups[document.metric_label].append(case)
    for group in groups.values():
        dimension = units.facts(group[0].specification.test.unit)
        yield [case for case in group if units.facts(case.specification.test.unit).converts_to(dimension)]


def inverted_ladders(registry: Registry) -> Iterator[Diagnostic]:
    """Yield levels that let pass what a looser level of the same metric and query does not.

    Where several specifications stand on one rung (a level for `gri` and one for `uzy`, say), each needs only one on
    the adjacent rung that it nests with.
    """
    budget, groups = _Budget(), list(_by_metric(registry))
    for ladder in registry.configuration.ladders.values():
        for group in groups:
            scopes: dict[Any, list[_Case]] = defaultdict(list)
            for case in group:
                scopes[_scope(case.specification)].append(case)
            for scope in scopes.values():
                rungs: dict[str, list[_Case]] = {tag: [] for tag in ladder}
                for case in scope:
                    for tag in case.specification.tags & rungs.keys():
                        rungs[tag].append(case)
                filled = [(tag, rungs[tag]) for tag in ladder if rungs[tag]]
                for (loose_tag, loose), (strict_tag, strict) in itertools.pairwise(filled):
                    yield from _compare_rungs(loose_tag, loose, strict_tag, strict, budget)


def _scope(specification: Specification) -> Any:
    query = sorted((term, _frozen(value)) for term, value in specification.metadata_query.items())
    return (specification.abstract, tuple(query))


def _frozen(value: Any) -> str:
    """Give a text that is the same for values that a query treats alike."""
    if isinstance(value, dict):
        members = (
            f"{key}:{_frozen(sorted(item, key=_frozen) if isinstance(item, list) and key in {'in', 'not_in'} else item)}"
            for key, item in value.items()
        )
        return "{" + ",".join(sorted(members)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_frozen(item) for item in value) + "]"
    if isinstance(value, int | float):
        return repr(float(value))  # to a query 1 == 1.0 == true
    return repr(value)


def _not_compared(rule: str, case: _Case, count: int, what: str) -> Diagnostic:
    message = f"`{case.document.metric}` has {count:,} {what}: too many to compare all of them with each other"
    hint = "nothing is wrong with them as far as they were compared; fewer specifications could be judged"
    return Diagnostic(rule, message, case.document.name_node.place, hint, case.document.label, mild=True)


def _compare_rungs(
    loose_tag: str, loose: list[_Case], strict_tag: str, strict: list[_Case], budget: _Budget
) -> Iterator[Diagnostic]:
    told = set()
    levels = f"specifications of the levels `{loose_tag}` and `{strict_tag}`"
    for case in strict:
        if not budget.spend(len(loose)):
            yield _not_compared("inverted-ladder", case, len(loose) + len(strict), levels)
            return
        if not any(case.passing.is_within(other.passing) for other in loose):
            told.add(id(loose[0]))
            yield _inverted(case, strict_tag, loose[0], loose_tag)
    for case in loose:
        if not budget.spend(len(strict)):
            yield _not_compared("inverted-ladder", case, len(loose) + len(strict), levels)
            return
        if id(case) not in told and not any(other.passing.is_within(case.passing) for other in strict):
            yield _inverted(strict[0], strict_tag, case, loose_tag)


def _inverted(strict: _Case, strict_tag: str, loose: _Case, loose_tag: str) -> Diagnostic:
    # No names of specifications: their heirs share the numbers, and so the finding.
    levels = f"`{strict_tag}` ({strict.specification.test}) lets pass what `{loose_tag}` ({loose.specification.test}) does not"
    message = f"of `{strict.document.metric}`, the level {levels}"
    hint = f"`{strict_tag}` must be at least as strict as `{loose_tag}`: mend one of the numbers or tags"
    related = (Related(f"the level `{loose_tag}`", loose.place),)
    return Diagnostic("inverted-ladder", message, strict.place, hint, strict.document.label, related)


def contradictions(registry: Registry) -> Iterator[Diagnostic]:
    """Yield pairs of specifications that apply to one job and that no value passes."""
    values, budget = _known_values(registry), _Budget()
    for group in _by_metric(registry):
        cases = [case for case in group if not case.specification.abstract and not case.passing.is_empty]
        if len(cases) < 2 or _share_a_value(cases):  # noqa: PLR2004  # it takes two to contradict
            continue
        costs = [_cost(case.specification.metadata_query) for case in cases]
        for (index, one), (other, two) in itertools.combinations(enumerate(cases), 2):
            if not budget.spend():
                yield _not_compared("contradiction", one, len(cases), "specifications that no one value passes")
                break
            if one.passing.intersection(two.passing).intervals:
                continue
            if not budget.spend(costs[index] + costs[other]):
                continue  # the next pair says so
            reach = common_job([one.specification.metadata_query, two.specification.metadata_query], values)
            if reach.metadata is not None:
                yield _contradiction(one, two, reach.metadata)


def _cost(query: MappingType[str, Any]) -> int:
    """Estimate how much finding a job for a query costs: its terms, and the members of their lists."""
    return len(query) + sum(
        len(operand)
        for value in query.values()
        if isinstance(value, dict)
        for operand in value.values()
        if isinstance(operand, list | str)
    )


def _share_a_value(cases: list[_Case]) -> bool:
    """Tell whether some value passes all, which is so of nearly all metrics and spares comparing pairs."""
    common = cases[0].passing
    for case in cases[1:]:
        common = common.intersection(case.passing)
        if not common.intervals:
            return False
    return True


def _contradiction(one: _Case, two: _Case, metadata: dict[str, Any]) -> Diagnostic:
    job = ", ".join(f"{term}={value}" for term, value in sorted(metadata.items()))
    message = f"no value passes both {one} and {two}, which apply to one job"
    example = f"for instance to a job with {job}" if metadata else "whatever its metadata"
    hint = f"{example}; narrow a query, or mend a test"
    related = (Related("the other test", test_node(two.document, two.specification).place),)
    return Diagnostic("contradiction", message, one.place, hint, one.document.label, related)


def _known_values(registry: Registry) -> dict[str, Sequence[Any]]:
    terms = registry.vocabulary or {}
    return {name: term.values for name, term in terms.items() if term.values is not None}


def never_applies(registry: Registry) -> Iterator[Diagnostic]:
    """Yield queries that no job can meet; a condition that cannot be evaluated is another rule's."""
    values, vocabulary = _known_values(registry), registry.vocabulary or {}
    for document, specification in registry.resolved_specifications():
        query = specification.metadata_query
        sound = {term: value for term, value in query.items() if not _is_faulty(value)}
        for term, value in sound.items():
            kind = vocabulary[term].type if term in vocabulary else None
            mistyped = kind is not None and _asks_for_another_type(value, kind)
            if is_condition(value):
                may_hold = not mistyped and not common_job([{term: value}], values).is_empty
            else:  # a value that the vocabulary does not know is told as such; NaN equals nothing
                may_hold = term in values or term_holds(value, value)
            if may_hold:
                continue
            node = document.effective("metadata_query")
            entry = node.entries.get(term) if isinstance(node, Mapping) else None
            place = (entry.key if entry is not None else document.name_node).place
            message = f"no job can meet what is asked of `{term}`"
            hint = "mend the condition" if term not in values else f"`{term}` has the values {_listed(values[term])}"
            hint = f"values of `{term}` are of the type {kind}" if mistyped else hint
            yield Diagnostic("never-applies", message, place, hint, document.label)


def _asks_for_another_type(value: Any, kind: str) -> bool:
    """Tell whether a condition holds for no value of a type: orderings are of numbers, patterns of texts."""
    if not is_condition(value):
        return False
    return ("glob" in value and kind != "string") or (
        not ORDERINGS.isdisjoint(value) and kind not in {"integer", "number"}
    )


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values[:12])


def _is_faulty(value: Any) -> bool:
    return is_condition(value) and next(condition_faults(value), None) is not None


def redundant_specifications(registry: Registry) -> Iterator[Diagnostic]:
    """Yield specifications that test the same as another one of the same metric and query."""
    budget = _Budget()
    for group in _by_metric(registry):
        seen: dict[Any, list[_Case]] = defaultdict(list)
        for case in group:
            alike = seen[_scope(case.specification)]
            if not budget.spend(len(alike)):
                yield _not_compared("redundant-specification", case, len(group), "specifications")
                break
            twin = next((other for other in alike if case.passing.equals(other.passing)), None)
            if twin is not None:
                related = (Related("the other one", twin.document.name_node.place),)
                message = f"{case} tests the same, for the same jobs, as {twin}"
                place = case.document.name_node.place
                yield Diagnostic(
                    "redundant-specification", message, place, "remove one of them", case.document.label, related
                )
            else:
                alike.append(case)


CHECKS = (inverted_ladders, contradictions, never_applies)
