"""Which jobs metadata queries reach together: find one, or know that there is none."""

from __future__ import annotations

import enum
import itertools
import math
import sys
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.globs import find_text
from gnomon.queries import MISSING, ORDERINGS, is_condition, is_number, term_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gnomon.limits import Budget
    from gnomon.vocabulary import KnownValues

_PATTERN = 5  # steps a character of a pattern costs, where trying a value is one


class Doubt(enum.Enum):
    """Why it is not certain that there is no job."""

    PATTERNS = enum.auto()  # following them through all texts would take too long
    EFFORT = enum.auto()  # what may be spent was spent before all values were tried


@dataclass(frozen=True)
class Reach:
    """A job that all of some queries apply to.

    Attributes
    ----------
    metadata
        Of such a job, or None where none was found.
    doubt
        None where that is certain.
    """

    metadata: dict[str, Any] | None
    doubt: Doubt | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it is certain that there is no such job."""
        return self.metadata is None and self.doubt is None


class _SpentError(Exception):
    """Nothing is left of the budget."""


def common_job(
    queries: Sequence[Mapping[str, Any]],
    values: Mapping[str, KnownValues] | None = None,
    budget: Budget | None = None,
) -> Reach:
    """Find the metadata of a job that all queries apply to.

    Parameters
    ----------
    values
        All values that a term can have, where they are known.
    budget
        How many values may be tried; None for all.
    """
    try:
        return _common_job(queries, values or {}, budget)
    except _SpentError:
        return Reach(None, Doubt.EFFORT)


def job_between(
    inside: Mapping[str, Any],
    outside: Mapping[str, Any],
    values: Mapping[str, KnownValues] | None = None,
    budget: Budget | None = None,
) -> Reach:
    """Find a job that one query applies to and another does not: one of the other's terms fails.

    Parameters
    ----------
    values, budget
        As of `common_job`.
    """
    try:
        return _job_between(inside, outside, values or {}, budget)
    except _SpentError:
        return Reach(None, Doubt.EFFORT)


def _common_job(
    queries: Sequence[Mapping[str, Any]], values: Mapping[str, KnownValues], budget: Budget | None
) -> Reach:
    wanted: dict[str, list[Any]] = {}
    for query in queries:
        for term, value in query.items():
            wanted.setdefault(term, []).append(value)
    metadata: dict[str, Any] = {}
    for term, constraints in wanted.items():
        known = values.get(term)
        for candidate in _suiting(constraints, _candidates(constraints, known, budget=budget), budget):
            if candidate is not MISSING:
                metadata[term] = candidate
            break
        else:
            return Reach(None, None if known is not None else _doubt(constraints, budget=budget))
    return Reach(metadata)


def _job_between(
    inside: Mapping[str, Any], outside: Mapping[str, Any], values: Mapping[str, KnownValues], budget: Budget | None
) -> Reach:
    base = _common_job([inside], values, budget)
    if base.metadata is None:
        return base
    doubt: Doubt | None = None
    for term, unwanted in outside.items():
        own = [inside[term]] if term in inside else []
        known = values.get(term)
        for candidate in _suiting(own, _candidates_against(own, unwanted, known, budget), budget, [unwanted]):
            found = {name: value for name, value in base.metadata.items() if name != term}
            return Reach(found if candidate is MISSING else {**found, term: candidate})
        if known is None:
            doubt = doubt or _doubt(own, [unwanted], budget)
    return Reach(None, doubt)


def _suiting(
    wanted: Sequence[Any], candidates: Iterable[Any], budget: Budget | None, unwanted: Sequence[Any] = ()
) -> Iterator[Any]:
    """Yield the candidates that have all that is wanted and nothing that is unwanted.

    Raises
    ------
    _SpentError
        The budget ends before the candidates do.
    """
    conditions = [constraint for constraint in (*wanted, *unwanted) if is_condition(constraint)]
    if budget is not None and not budget.spend(sum(map(_cost, conditions))):
        raise _SpentError
    tests, tests_against = [term_test(one) for one in wanted], [term_test(one) for one in unwanted]
    for candidate in candidates:
        if budget is not None and not budget.spend():
            raise _SpentError
        if all(test(candidate) for test in tests) and not any(test(candidate) for test in tests_against):
            yield candidate


def _cost(condition: Mapping[str, Any]) -> int:
    """Estimate the steps that a condition costs before any value is tried."""
    operands = condition.values()
    members = sum(len(operand) for operand in operands if isinstance(operand, list))
    return members + sum(len(operand) * _PATTERN for operand in operands if isinstance(operand, str))


def _candidates_against(
    own: list[Any], unwanted: Any, known: KnownValues | None, budget: Budget | None
) -> Iterator[Any]:
    """Yield values that may satisfy what is wanted and not what is unwanted."""
    if own:
        yield from _candidates(own, known, budget=budget)
        if known is not None:
            return  # there are no others
    yield MISSING
    yield from _candidates(own, known, [unwanted], budget)


def _candidates(
    wanted: list[Any], known: KnownValues | None, unwanted: Sequence[Any] = (), budget: Budget | None = None
) -> Iterator[Any]:
    """Yield values one of which has all that is wanted and not what is unwanted, if one has; see `_doubt`."""
    literals = [constraint for constraint in wanted if not is_condition(constraint)]
    if literals:
        yield literals[0]
        return
    if known is not None:
        listed = next((constraint for constraint in wanted if "in" in constraint), None)
        yield from (value for value in _members(listed, "in") if value in known) if listed is not None else known
    elif any("in" in constraint for constraint in wanted):
        for constraint in wanted:
            yield from _members(constraint, "in")
    else:
        constraints = [*wanted, *unwanted]
        mentioned = list(_mentioned(constraints))
        taken = {value for value in mentioned if isinstance(value, Hashable)}
        yield from _numbers(constraints, taken)
        yield from _texts(wanted, unwanted, taken, budget)
        if unwanted:
            yield from mentioned
            # What no pattern matches.
            yield next(number for number in itertools.count() if number not in taken)
    yield MISSING


def _mentioned(constraints: list[Any]) -> Iterator[Any]:
    """Yield the values that are written down, which others must differ from to be told apart."""
    for constraint in constraints:
        if is_condition(constraint):
            yield from _members(constraint, "in")
            yield from _members(constraint, "not_in")
        else:
            yield constraint


def _numbers(constraints: list[Any], taken: AbstractSet[Any]) -> Iterator[float]:
    """Yield the bounds of orderings, and of each stretch between and beyond them a number that is not taken."""
    conditions = [constraint for constraint in constraints if is_condition(constraint)]
    given = [condition[name] for condition in conditions for name in ORDERINGS if name in condition]
    if not given:
        return
    # An integer may be too large for a float, and is finite all the same.
    bounds = sorted({bound for bound in given if is_number(bound) and (isinstance(bound, int) or math.isfinite(bound))})
    yield from bounds
    if not bounds:
        yield next(number for number in itertools.count() if number not in taken)
        return
    for lower, upper in itertools.pairwise([None, *bounds, None]):
        inside = (
            number
            for number in _stretch(lower, upper, len(taken) + 2)
            if (lower is None or number > lower) and (upper is None or number < upper) and number not in taken
        )
        yield from itertools.islice(inside, 1)


def _stretch(lower: float | None, upper: float | None, count: int) -> Iterator[float]:
    """Yield numbers at and between two bounds: plain ones first, then all or so many of the nearest that there are."""
    if lower is not None and upper is not None:
        one, two = _float(lower), _float(upper)
        yield from (one * (1 - part) + two * part for part in (0.5, 0.25, 0.75))
    start, sign = (lower, 1) if lower is not None else (upper, -1)
    assert start is not None  # noqa: S101  # there is a bound at one end
    # Between floats beyond 2**53 there are integers still.
    yield from (math.floor(start) + sign * step for step in range(count + 1))
    number = _float(start)
    for _ in range(count):
        number = math.nextafter(number, sign * math.inf)
        if math.isfinite(number):
            yield number


def _float(number: float) -> float:
    return float(max(-sys.float_info.max, min(sys.float_info.max, number)))


def _members(constraint: Any, operator: str) -> list[Any]:
    """Give the list of an operator; none where it has something else, which is another rule's to tell."""
    members = constraint.get(operator) if is_condition(constraint) else None
    return members if isinstance(members, list) else []


def _patterns(constraints: Iterable[Any]) -> list[str]:
    conditions = (constraint for constraint in constraints if is_condition(constraint))
    return [pattern for condition in conditions if isinstance(pattern := condition.get("glob"), str)]


def _texts(
    wanted: Sequence[Any], unwanted: Sequence[Any], taken: AbstractSet[Any], budget: Budget | None = None
) -> Iterator[str]:
    """Yield texts that patterns match or do not match, and one that nobody mentions."""
    found = (find_text(*search, budget).text for search in _searches(wanted, unwanted))
    yield from (text for text in found if text is not None)
    yield next(text for number in itertools.count() if (text := f"any{number or ''}") not in taken)


def _doubt(wanted: Sequence[Any], unwanted: Sequence[Any] = (), budget: Budget | None = None) -> Doubt | None:
    """Tell whether there may be texts but those that were tried; some patterns would take too long."""
    is_decided = all(find_text(*search, budget).decided for search in _searches(wanted, unwanted))
    return None if is_decided else Doubt.PATTERNS


def _searches(wanted: Sequence[Any], unwanted: Sequence[Any]) -> Iterator[tuple[list[str], list[str], frozenset[str]]]:
    """Yield what a text is looked for with: patterns to match and not to match, and texts that it must not be."""
    if any(not is_condition(constraint) or "in" in constraint for constraint in wanted):
        return  # all values that come into question are written down
    patterns, others = _patterns(wanted), _patterns(unwanted)
    taken = frozenset(value for value in _mentioned([*wanted, *unwanted]) if isinstance(value, str))
    if others:
        yield patterns, others, taken
    if patterns:
        yield patterns, [], taken
