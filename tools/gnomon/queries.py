"""Metadata queries: which jobs a specification applies to."""

from __future__ import annotations

import fnmatch
import functools
import numbers
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

ORDERINGS = frozenset({"<", "<=", ">", ">="})
OPERATORS = frozenset({"in", "not_in", "glob", "exists", "any"}) | ORDERINGS

# What stands for the value of a term that a job does not have.
MISSING = object()


def is_condition(value: object) -> bool:
    """Tell whether a term's value is a condition: a non-empty mapping all of whose keys are operators."""
    return isinstance(value, dict) and bool(value) and all(key in OPERATORS for key in value)


def is_number(value: object) -> bool:
    """Tell whether orderings apply to a value, numpy's numbers among them; booleans are no numbers here."""
    return isinstance(value, int | float | numbers.Real) and not isinstance(value, bool)


def condition_faults(condition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operators of a condition whose operand makes no sense, with what they need."""
    for operator, operand in condition.items():
        if operator in {"in", "not_in"} and not isinstance(operand, list):
            yield operator, f"`{operator}` needs a list of values"
        elif operator == "glob" and not isinstance(operand, str):
            yield operator, "`glob` needs a pattern in text, such as `HSC-*`"
        elif operator == "exists" and not isinstance(operand, bool):
            yield operator, "`exists` needs `true` or `false`"
        elif operator in ORDERINGS and not is_number(operand):
            yield operator, f"`{operator}` needs a number"
        elif operator == "any" and operand is not True:
            yield operator, "`any` can only be `true`"
        elif operator == "any" and len(condition) > 1:
            yield operator, "`any` stands alone"


def term_holds(wanted: Any, value: Any) -> bool:
    """Tell whether a term's value in a job's metadata satisfies a query's value or condition."""
    if hasattr(value, "tolist") and not hasattr(value, "unit"):  # numpy's, which are compared element by element
        value = value.tolist()
    if not is_condition(wanted):
        return value is not MISSING and bool(wanted == value)
    return all(_operator_holds(operator, operand, value) for operator, operand in wanted.items())


def _operator_holds(operator: str, operand: Any, value: Any) -> bool:
    if operator == "any":
        return True
    if operator == "exists":
        return (value is not MISSING) is bool(operand)
    if value is MISSING:
        return False
    if operator in {"in", "not_in"}:
        member = isinstance(operand, list) and any(item == value for item in operand)
        return member is (operator == "in")
    if operator == "glob":
        return isinstance(value, str) and isinstance(operand, str) and fnmatch.fnmatchcase(value, operand)
    if not is_number(value) or not is_number(operand):
        return False
    if operator in {"<", "<="}:
        return bool(value < operand or (operator == "<=" and value == operand))
    return bool(value > operand or (operator == ">=" and value == operand))


def term_test(wanted: Any) -> Callable[[Any], bool]:
    """Make `term_holds` for one thing that is wanted and thousands of values of YAML: members are looked up."""
    members = {
        operator: frozenset(map(hashable, operand))
        for operator, operand in (wanted.items() if is_condition(wanted) else ())
        if operator in {"in", "not_in"} and isinstance(operand, list)
    }
    if not members:
        return functools.partial(term_holds, wanted)
    others = {operator: operand for operator, operand in wanted.items() if operator not in members}

    def holds(value: Any) -> bool:
        if value is MISSING:
            return False
        key = hashable(value)
        is_listed_well = all((key in listed) is (operator == "in") for operator, listed in members.items())
        return is_listed_well and (not others or term_holds(others, value))

    return holds


def hashable(value: Any) -> Hashable:
    """Give what is equal where values of YAML are, and can be looked up among thousands."""
    if isinstance(value, list):
        return tuple(map(hashable, value))
    if isinstance(value, dict):
        return frozenset((key, hashable(item)) for key, item in value.items())
    # NaN equals nothing, but a set finds the same object again.
    result: Hashable = value if value == value else object()  # noqa: PLR0124  # tells NaN
    return result


def applies(query: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    """Tell whether a query is met by a job's metadata; an empty query always is."""
    return all(term_holds(wanted, metadata.get(term, MISSING)) for term, wanted in query.items())


class MetadataQuery:
    """What the metadata of a job must be for a specification to apply.

    Parameters
    ----------
    terms
        Values or conditions by term; none, everything matches.
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[str, Any] | None = None) -> None:
        self.terms = dict(terms or {})

    def query(self, metadata: Mapping[str, Any], arg_driven: bool = False) -> bool:  # noqa: FBT001, FBT002  # the original's signature
        """Tell whether metadata matches.

        Parameters
        ----------
        metadata
            Of a job.
        arg_driven
            Ask the other way round: whether this query has every term of `metadata`, satisfied by its value.
        """
        if arg_driven:
            return all(term in self.terms and term_holds(self.terms[term], value) for term, value in metadata.items())
        return applies(self.terms, metadata)

    @property
    def json(self) -> dict[str, Any]:
        """The terms."""
        return dict(self.terms)

    def __eq__(self, other: object) -> bool:
        return self.terms == other.terms if isinstance(other, MetadataQuery) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its values may be lists

    def __repr__(self) -> str:
        return f"MetadataQuery({self.terms!r})"
