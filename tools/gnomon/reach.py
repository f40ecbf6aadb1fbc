"""Which jobs metadata queries reach together: find one, or know that there is none."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.globs import find_text
from gnomon.queries import MISSING, ORDERINGS, is_condition, is_number, term_holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True)
class Reach:
    """A job that all of some queries apply to.

    Attributes
    ----------
    metadata
        Of such a job, or None where none was found.
    decided
        Whether that is certain; some patterns would take too long.
    """

    metadata: dict[str, Any] | None
    decided: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether it is certain that there is no such job."""
        return self.metadata is None and self.decided


def common_job(queries: Sequence[Mapping[str, Any]], values: Mapping[str, Sequence[Any]] | None = None) -> Reach:
    """Find the metadata of a job that all queries apply to.

    Parameters
    ----------
    values
        All values that a term can have, where they are known.
    """
    wanted: dict[str, list[Any]] = {}
    for query in queries:
        for term, value in query.items():
            wanted.setdefault(term, []).append(value)
    metadata: dict[str, Any] = {}
    for term, constraints in wanted.items():
        known = (values or {}).get(term)
        for candidate in _candidates(constraints, known):
            if all(term_holds(constraint, candidate) for constraint in constraints):
                if candidate is not MISSING:
                    metadata[term] = candidate
                break
        else:
            return Reach(None, decided=known is not None or _is_decided(constraints))
    return Reach(metadata)


def job_between(
    inside: Mapping[str, Any], outside: Mapping[str, Any], values: Mapping[str, Sequence[Any]] | None = None
) -> Reach:
    """Find a job that one query applies to and another does not: one of the other's terms fails.

    Parameters
    ----------
    values
        All values that a term can have, where they are known.
    """
    base = common_job([inside], values)
    if base.metadata is None:
        return base
    decided = True
    for term, unwanted in outside.items():
        own = [inside[term]] if term in inside else []
        known = (values or {}).get(term)
        for candidate in _candidates_against(own, unwanted, known):
            if all(term_holds(wanted, candidate) for wanted in own) and not term_holds(unwanted, candidate):
                found = {name: value for name, value in base.metadata.items() if name != term}
                return Reach(found if candidate is MISSING else {**found, term: candidate})
        decided = decided and (known is not None or _is_decided(own, [unwanted]))
    return Reach(None, decided)


def _candidates_against(own: list[Any], unwanted: Any, known: Sequence[Any] | None) -> Iterator[Any]:
    """Yield values that may satisfy what is wanted and not what is unwanted."""
    if own:
        yield from _candidates(own, known)
    yield MISSING
    yield from _candidates(own, known, [unwanted])


def _candidates(wanted: list[Any], known: Sequence[Any] | None, unwanted: Sequence[Any] = ()) -> Iterator[Any]:
    """Yield values one of which has all that is wanted and not what is unwanted, if one has; see `_is_decided`."""
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
        yield from _texts(wanted, unwanted, taken)
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


def _texts(wanted: Sequence[Any], unwanted: Sequence[Any], taken: AbstractSet[Any]) -> Iterator[str]:
    """Yield texts that patterns match or do not match, and one that nobody mentions."""
    found = (find_text(*search).text for search in _searches(wanted, unwanted))
    yield from (text for text in found if text is not None)
    yield next(text for number in itertools.count() if (text := f"any{number or ''}") not in taken)


def _is_decided(wanted: Sequence[Any], unwanted: Sequence[Any] = ()) -> bool:
    """Tell whether there are no texts but those that were tried; some patterns would take too long."""
    return all(find_text(*search).decided for search in _searches(wanted, unwanted))


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
