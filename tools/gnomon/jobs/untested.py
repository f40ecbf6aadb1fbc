"""What no specification applied to, and which ones nearly did."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.queries import MISSING, is_condition, term_holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.jobs.measurements import Measurement
    from gnomon.names import Name
    from gnomon.specifications import Specification

_NEAREST = 3
_LONGEST = 80  # of a value in a message


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A specification that nearly applied, and what kept it."""

    name: Name
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untested:
    """A measurement that no specification applied to.

    Attributes
    ----------
    specifications
        How many test its metric.
    nearest
        Those of them that need least to apply.
    known
        Whether there is a definition of the metric.
    meant
        The name of a metric that is most likely meant where there is none.
    """

    measurement: Measurement
    specifications: int
    nearest: tuple[NearMiss, ...]
    known: bool
    meant: str | None = None


def untested(
    measurement: Measurement, specifications: list[Specification], metadata: Mapping[str, Any], *, known: bool
) -> Untested:
    """Tell of a measurement which specifications of its metric needed least to apply.

    Parameters
    ----------
    specifications
        Of its metric.
    metadata
        Of the job, and the notes of its measurements.
    known
        Whether there is a definition of the metric.
    """
    unmet = {specification.name: _unmet(specification, metadata) for specification in specifications}

    def needs(specification: Specification) -> tuple[int, int, Name]:
        terms = unmet[specification.name]
        query = specification.metadata_query
        others = sum(not _is_spelling(query[term], metadata.get(term)) for term in terms)
        return (len(terms), others, specification.name)

    nearest = tuple(
        NearMiss(one.name, tuple(_obstacles(one, unmet[one.name], metadata)))
        for one in heapq.nsmallest(_NEAREST, specifications, key=needs)
    )
    return Untested(measurement, len(specifications), nearest, known)


def _unmet(specification: Specification, metadata: Mapping[str, Any]) -> list[str]:
    """List the terms of a query that a job does not meet."""
    query = specification.metadata_query
    return [term for term, wanted in query.items() if not term_holds(wanted, metadata.get(term, MISSING))]


def _is_spelling(wanted: Any, value: Any) -> bool:
    """Tell whether two values differ in case or type only, as ``HSC`` and ``hsc``, or 903334 and ``'903334'``."""
    return str(wanted).casefold() == str(value).casefold()


def _obstacles(specification: Specification, terms: list[str], metadata: Mapping[str, Any]) -> Iterator[str]:
    """Say of each term that a job does not meet what it needs, and what the job has."""
    for term in terms:
        wanted, value = specification.metadata_query[term], metadata.get(term, MISSING)
        needed = f"`{term}` {_condition(wanted)}" if is_condition(wanted) else f"`{term}` = {shown(wanted)}"
        yield f"needs {needed}, " + ("which the job lacks" if value is MISSING else f"and the job has {shown(value)}")


def _condition(condition: Mapping[str, Any]) -> str:
    return " and ".join(f"{operator.replace('_', ' ')} {shown(operand)}" for operator, operand in condition.items())


def shown(value: Any) -> str:
    """Write a value of metadata for a message."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
