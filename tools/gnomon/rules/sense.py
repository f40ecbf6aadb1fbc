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
from gnomon.vocabulary import known_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as MappingType

    from gnomon.diagnostics import Place
    from gnomon.documents import SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry
    from gnomon.specifications import PassingSet, Specification
    from gnomon.vocabulary import KnownValues, Term


def _budget() -> limits.Budget:
    return limits.Budget(limits.MAX_SPECIFICATIONS_COMPARED)


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


@dataclass(frozen=True, slots=True)
class _Rung:
    """A level of a ladder, with the specifications that have its tag."""

    tag: str
    cases: list[_Case]


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
    budget = _budget()
    scopes = [scope for group in _by_metric(registry) for scope in _by_scope(group)]
    for ladder in registry.configuration.ladders.values():
        positions = {tag: position for position, tag in enumerate(ladder)}
        for scope in scopes:
            for loose, strict in itertools.pairwise(_rungs(scope, positions)):
                yield from _compare_rungs(loose, strict, budget)


def _by_scope(group: list[_Case]) -> Iterable[list[_Case]]:
    """Part the specifications of a metric by the jobs that they apply to."""
    scopes: dict[Any, list[_Case]] = defaultdict(list)
    for case in group:
        scopes[_scope(case.specification)].append(case)
    return scopes.values()


def _rungs(scope: list[_Case], positions: MappingType[str, int]) -> list[_Rung]:
    """Give the levels that some specification has, loosest first."""
    found: dict[str, list[_Case]] = defaultdict(list)
    for case in scope:
        for tag in case.specification.tags & positions.keys():
            found[tag].append(case)
    return [_Rung(tag, found[tag]) for tag in sorted(found, key=positions.__getitem__)]


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


def _compare_rungs(loose: _Rung, strict: _Rung, budget: limits.Budget) -> Iterator[Diagnostic]:
    told = set()
    count = len(loose.cases) + len(strict.cases)
    levels = f"specifications of the levels `{loose.tag}` and `{strict.tag}`"
    for case in strict.cases:
        if not budget.spend(len(loose.cases)):
            yield _not_compared("inverted-ladder", case, count, levels)
            return
        if not any(case.passing.is_within(other.passing) for other in loose.cases):
            told.add(id(loose.cases[0]))
            yield _inverted(strict.tag, case, loose.tag, loose.cases[0])
    for case in loose.cases:
        if not budget.spend(len(strict.cases)):
            yield _not_compared("inverted-ladder", case, count, levels)
            return
        if id(case) not in told and not any(other.passing.is_within(case.passing) for other in strict.cases):
            yield _inverted(strict.tag, strict.cases[0], loose.tag, case)


def _inverted(strict_tag: str, strict: _Case, loose_tag: str, loose: _Case) -> Diagnostic:
    # No names of specifications: their heirs share the numbers, and so the finding.
    one, other = f"`{strict_tag}` ({strict.specification.test})", f"`{loose_tag}` ({loose.specification.test})"
    message = f"of `{strict.document.metric}`, the level {one} lets pass what {other} does not"
    hint = f"`{strict_tag}` must be at least as strict as `{loose_tag}`: mend one of the numbers or tags"
    related = (Related(f"the level `{loose_tag}`", loose.place),)
    return Diagnostic("inverted-ladder", message, strict.place, hint, strict.document.label, related)


def contradictions(registry: Registry) -> Iterator[Diagnostic]:
    """Yield pairs of specifications that apply to one job and that no value passes."""
    values, budget = known_values(registry.vocabulary), _budget()
    for group in _by_metric(registry):
        cases = [case for case in group if not case.specification.abstract and not case.passing.is_empty]
        if len(cases) < 2 or _share_a_value(cases):  # noqa: PLR2004  # it takes two to contradict
            continue
        for one, two in itertools.combinations(cases, 2):
            metadata = _contradicting_job(one, two, values, budget)
            if budget.is_spent:
                yield _not_compared("contradiction", one, len(cases), "specifications that no one value passes")
                break
            if metadata is not None:
                yield _contradiction(one, two, metadata)


def _contradicting_job(
    one: _Case, two: _Case, values: MappingType[str, KnownValues], budget: limits.Budget
) -> dict[str, Any] | None:
    """Find the metadata of a job that two specifications apply to, where no value passes both."""
    if not budget.spend() or one.passing.intersection(two.passing).intervals:
        return None
    return common_job([one.specification.metadata_query, two.specification.metadata_query], values, budget).metadata


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


def never_applies(registry: Registry) -> Iterator[Diagnostic]:
    """Yield queries that no job can meet."""
    vocabulary, budget = registry.vocabulary or {}, limits.Budget(limits.MAX_VALUES_TRIED)
    for document, specification in registry.resolved_specifications():
        for term, value in specification.metadata_query.items():
            mend = _why_never(term, value, vocabulary.get(term), budget)
            if budget.is_spent:
                yield _not_tried(document)
                return
            if mend is not None:
                node = document.effective("metadata_query")
                entry = node.entries.get(term) if isinstance(node, Mapping) else None
                place = (entry.key if entry is not None else document.name_node).place
                message = f"no job can meet what is asked of `{term}`"
                yield Diagnostic("never-applies", message, place, mend, document.label)


def _not_tried(document: SpecificationDocument) -> Diagnostic:
    message = "the conditions of queries have too many values to look for a job that meets each of them"
    hint = "nothing is wrong with them as far as this was done; fewer values in the vocabulary could be tried"
    return Diagnostic("never-applies", message, document.name_node.place, hint, document.label, mild=True)


def _why_never(name: str, wanted: Any, term: Term | None, budget: limits.Budget) -> str | None:
    """Say what would mend a query's term that no job can meet; None where one can, or where another rule tells it."""
    values = term.values if term is not None else None
    if not is_condition(wanted):  # NaN equals nothing, and what the vocabulary does not know is told as such
        return None if values is not None or term_holds(wanted, wanted) else "mend the condition"
    if next(condition_faults(wanted), None) is not None:
        return None
    if term is not None and term.type is not None and _asks_for_another_type(wanted, term.type):
        return f"values of `{name}` are of the type {term.type}"
    known = {name: term.known} if term is not None and term.known is not None else None
    if not common_job([{name: wanted}], known, budget).is_empty:
        return None
    return "mend the condition" if values is None else f"`{name}` has the values {_listed(values)}"


def _asks_for_another_type(condition: dict[str, Any], kind: str) -> bool:
    """Tell whether a condition holds for no value of a type: orderings are of numbers, patterns of texts."""
    if "glob" in condition and kind != "string":
        return True
    return not ORDERINGS.isdisjoint(condition) and kind not in {"integer", "number"}


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values[:12])


def redundant_specifications(registry: Registry) -> Iterator[Diagnostic]:
    """Yield specifications that test the same as another one of the same metric and query."""
    budget = _budget()
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
