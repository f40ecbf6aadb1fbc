"""Which jobs metadata queries reach together: find one, or know that there is none."""

from __future__ import annotations

import itertools
import math
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.queries import MISSING, ORDERINGS, is_condition, is_number, term_holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Reach:
    """A job that all of some queries apply to.

    Attributes
    ----------
    metadata
        Of such a job, or None where none was found.
    decided
        Whether that is certain; a pattern may need a text that nobody guesses.
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
            return Reach(None, decided=known is not None or not _patterns(constraints) or _are_listed(constraints))
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
        for candidate in _candidates_against(own, unwanted, (values or {}).get(term)):
            if all(term_holds(wanted, candidate) for wanted in own) and not term_holds(unwanted, candidate):
                found = {name: value for name, value in base.metadata.items() if name != term}
                return Reach(found if candidate is MISSING else {**found, term: candidate})
        if _patterns(own) and not _are_listed(own) and term not in (values or {}):
            decided = decided and _implies(own[0], unwanted)
    return Reach(None, decided)


def _implies(own: Any, other: Any) -> bool:
    """Tell whether a condition asks for all that another one does."""
    if not is_condition(own) or not is_condition(other):
        return False
    return all(own.get(operator, MISSING) == operand for operator, operand in other.items())


def _candidates_against(own: list[Any], unwanted: Any, known: Sequence[Any] | None) -> Iterator[Any]:
    """Yield values that may satisfy what is wanted and not what is unwanted."""
    if own and not is_condition(own[0]):
        yield own[0]
        return
    if own:
        yield from _candidates(own, known)
    yield MISSING
    if known is not None:
        yield from known
        return
    both = [*own, unwanted] if is_condition(unwanted) else own
    yield from _candidates(both, None) if both else ()
    for condition in both:
        for name in ("in", "not_in"):
            yield from _members(condition, name)
    # Several texts: not all of them can be what is unwanted or excluded by chance.
    yield from ("other", "other1", "other2", "other3")


def _are_listed(constraints: list[Any]) -> bool:
    """Tell whether all values that come into question are written down."""
    return any(not is_condition(constraint) or _members(constraint, "in") for constraint in constraints)


def _candidates(constraints: list[Any], known: Sequence[Any] | None) -> Iterator[Any]:
    """Yield values one of which satisfies all constraints, if any does (several patterns aside)."""
    literals = [constraint for constraint in constraints if not is_condition(constraint)]
    if literals:
        yield literals[0]
        return
    if known is not None:
        yield from known
    else:
        for constraint in constraints:
            yield from _members(constraint, "in")
        yield from _numbers(constraints)
        yield from _texts(constraints)
    yield MISSING


def _numbers(constraints: list[Any]) -> Iterator[float]:
    """Yield a number of each stretch between the bounds, and the bounds themselves."""
    given = [constraint[name] for constraint in constraints for name in ORDERINGS if name in constraint]
    if not given:
        return
    bounds = sorted({bound for bound in given if is_number(bound) and math.isfinite(bound)})
    yield from bounds
    yield from (0.0, sys.float_info.max, -sys.float_info.max)
    excluded = sum(len(_members(constraint, "not_in")) for constraint in constraints)
    # Of so many numbers in each stretch not all can be excluded.
    for one, two in itertools.pairwise([bounds[0] - 2, *bounds, bounds[-1] + 2] if bounds else [-1, 1]):
        yield from (one + (two - one) * step / (excluded + 2) for step in range(1, excluded + 2))


def _members(constraint: Any, operator: str) -> list[Any]:
    """Give the list of an operator; none where it has something else, which is another rule's to tell."""
    members = constraint.get(operator) if is_condition(constraint) else None
    return members if isinstance(members, list) else []


def _patterns(constraints: Iterable[Any]) -> list[str]:
    conditions = (constraint for constraint in constraints if is_condition(constraint))
    return [pattern for condition in conditions if isinstance(pattern := condition.get("glob"), str)]


def _texts(constraints: list[Any]) -> Iterator[str]:
    """Yield texts that patterns match, and some that nobody excludes."""
    patterns = [_sample(pattern) for pattern in _patterns(constraints)]
    excluded = sum(len(_members(constraint, "not_in")) for constraint in constraints)
    if not patterns:
        yield from (f"any{number or ''}" for number in range(excluded + 1))
        return
    for sample in patterns:
        yield sample.replace("\0", "")
        # A star can hold anything: enough different texts that not all are excluded.
        yield from (sample.replace("\0", f"x{number}") for number in range(excluded + 1))
    for one in patterns:
        for two in patterns:
            yield (one + two).replace("\0", "")
            yield one.replace("\0", two.replace("\0", ""))


def _sample(pattern: str) -> str:
    """Give a text that a pattern matches, with NUL for each star."""
    text = re.sub(r"\[(!?)(.[^\]]*)\]", _one_of, pattern)
    return text.replace("?", "x").replace("*", "\0")


def _one_of(match: re.Match[str]) -> str:
    negated, members = match[1], match[2]
    if not negated:
        return members[0]
    return next((char for char in "xyzabc0123456789~" if char not in members), "\u2606")
