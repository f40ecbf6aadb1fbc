"""Which jobs metadata queries reach together: find one, or know that there is none."""

from __future__ import annotations

import itertools
import re
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
        Whether that is certain; several patterns for one term may meet in a text that nobody guesses.
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
            return Reach(None, decided=known is not None or len(_patterns(constraints)) <= 1)
    return Reach(metadata)


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
            members = constraint.get("in")
            yield from members if isinstance(members, list) else ()
        yield from _numbers(constraints)
        yield from _texts(constraints)
    yield MISSING


def _numbers(constraints: list[Any]) -> Iterator[float]:
    """Yield a number of each stretch between the bounds, and the bounds themselves."""
    given = (constraint[name] for constraint in constraints for name in ORDERINGS if name in constraint)
    bounds = sorted({bound for bound in given if is_number(bound)})
    if not bounds:
        return
    yield from bounds
    yield bounds[0] - 1
    yield bounds[-1] + 1
    yield from ((one + two) / 2 for one, two in itertools.pairwise(bounds))
    excluded = {item for constraint in constraints for item in constraint.get("not_in") or () if is_number(item)}
    # Of so many numbers in each stretch not all can be excluded.
    for one, two in zip([bounds[0] - 2, *bounds], [*bounds, bounds[-1] + 2], strict=True):
        yield from (one + (two - one) * step / (len(excluded) + 2) for step in range(1, len(excluded) + 2))


def _patterns(constraints: Iterable[Any]) -> list[str]:
    return [
        constraint["glob"]
        for constraint in constraints
        if is_condition(constraint) and isinstance(constraint.get("glob"), str)
    ]


def _texts(constraints: list[Any]) -> Iterator[str]:
    """Yield texts that patterns match, and some that nobody excludes."""
    patterns = [_sample(pattern) for pattern in _patterns(constraints)]
    excluded = sum(len(constraint.get("not_in") or ()) for constraint in constraints)
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
    return next(char for char in "xyzabc0123456789~" if char not in members)
