"""FORMAT read plainly: verdicts and queries without any code of gnomon, in exact numbers, for tests to compare with."""

from __future__ import annotations

import itertools
import math
import re
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Job = Mapping[str, Any]
    Fields = Mapping[str, Any]

# Dimension, and the unit as a multiple of one of that dimension; a larger magnitude is a smaller dex.
UNITS: dict[str, tuple[str, Fraction]] = {
    "mag": ("brightness", Fraction(1)),
    "mmag": ("brightness", Fraction(1, 1000)),
    "dex": ("brightness", Fraction(-5, 2)),
    "arcsec": ("angle", Fraction(1)),
    "marcsec": ("angle", Fraction(1, 1000)),
    "deg": ("angle", Fraction(3600)),
    "": ("number", Fraction(1)),
    "%": ("number", Fraction(1, 100)),
    "s": ("time", Fraction(1)),
    "ms": ("time", Fraction(1, 1000)),
    "h": ("time", Fraction(3600)),
}
OPERATORS = {"in", "not_in", "glob", "exists", "any", "<", "<=", ">", ">="}

# FORMAT calls values equal that are 4 units in the last place apart, and a conversion may miss a few more. Nearer than
# the first they are surely equal, beyond the second surely not, in between either may be said.
_SURELY_EQUAL = Fraction(1, 2**53)
_SURELY_OTHER = Fraction(16, 2**52)
# The largest float, and where floats have no digits left to lose.
_LARGEST = Fraction(sys.float_info.max)
_SMALLEST = Fraction(1, 2**1030)


def written(number: float) -> Fraction:
    """Give the number that stands in the file: 0.005 is five thousandths."""
    return Fraction(repr(number))


def convert(number: float, source: str, target: str) -> Fraction:
    """Convert exactly."""
    assert UNITS[source][0] == UNITS[target][0]
    return written(number) * UNITS[source][1] / UNITS[target][1]


def kind_and_fields(specification: Fields) -> tuple[str, Fields]:
    """Give the type of a specification's test, and its fields."""
    (kind,) = {"threshold", "range", "tolerance"} & specification.keys()
    return kind, specification[kind]


def _signs(value: Fraction, bound: Fraction, size: Fraction = Fraction(0)) -> set[int]:
    """Give on which side of a bound a value may be said to be: -1, 0 or 1.

    A bound that is a difference is as uncertain as the numbers of some `size` that it is made of.
    """
    # No float is larger, whatever is converted.
    value = max(-_LARGEST, min(_LARGEST, value))
    apart, least = abs(value - bound), max(abs(value), abs(bound))
    side = (value > bound) - (value < bound)
    if 0 < least < _SMALLEST:
        return {-1, 0, 1}
    if apart <= least * _SURELY_EQUAL:
        return {0}
    return {side} if apart > max(least, size) * _SURELY_OTHER + _SMALLEST else {0, side}


def verdicts(kind: str, fields: Fields, number: float, unit: str) -> set[str]:
    """Judge a measurement; both verdicts where rounding decides."""
    value = convert(number, unit, fields["unit"])
    if kind == "threshold":
        holds = {
            "<": {-1},
            "<=": {-1, 0},
            ">": {1},
            ">=": {0, 1},
            "==": {0},
            "!=": {-1, 1},
        }[fields["operator"]]
        return {"pass" if sign in holds else "fail" for sign in _signs(value, written(fields["value"]))}
    lower, upper = limits(kind, fields)
    inclusive = fields.get("inclusive", "both") if kind == "range" else "both"
    above = {1, 0} if inclusive in {"both", "lower"} else {1}
    below = {-1, 0} if inclusive in {"both", "upper"} else {-1}
    size = max(abs(limit) for limit in (lower, upper) if limit is not None) if kind == "tolerance" else Fraction(0)
    at_lower = {sign in above for sign in _signs(value, lower, size)} if lower is not None else {True}
    at_upper = {sign in below for sign in _signs(value, upper, size)} if upper is not None else {True}
    return {"pass" if one and other else "fail" for one, other in itertools.product(at_lower, at_upper)}


def limits(kind: str, fields: Fields) -> tuple[Fraction | None, Fraction | None]:
    """Give the least and the greatest number that are named by a range or tolerance."""
    if kind == "range":
        lower, upper = fields.get("lower"), fields.get("upper")
        return written(lower) if lower is not None else None, written(upper) if upper is not None else None
    target = written(fields["target"])
    if "percent" in fields:
        plus = minus = abs(target) * written(fields["percent"]) / 100
    elif "within" in fields:
        plus = minus = written(fields["within"])
    else:
        plus, minus = written(fields["plus"]), written(fields["minus"])
    return target - minus, target + plus


def marks(kind: str, fields: Fields) -> list[float]:
    """Give the numbers at which the verdict may change, in the test's unit."""
    if kind == "threshold":
        return [float(fields["value"])]
    return [float_of(limit) for limit in limits(kind, fields) if limit is not None]


def measurements(*tests: tuple[str, Fields]) -> Iterator[tuple[float, str]]:
    """Yield values at, near, between and beyond the limits of tests, in the unit of each."""
    for unit in {fields["unit"] for _, fields in tests}:
        found = {0.0}
        for kind, fields in tests:
            for mark in filter(math.isfinite, marks(kind, fields)):
                converted = float_of(convert(mark, fields["unit"], unit))
                found |= {converted, -converted, converted * 2, converted / 2}
                found |= {steps(converted, count) for count in (-100, -30, -1, 1, 30, 100)}
        ordered = sorted(number for number in found if math.isfinite(number))
        found = {*ordered, *(one / 2 + two / 2 for one, two in itertools.pairwise(ordered))}
        yield from ((number, unit) for number in sorted(found))


def float_of(number: Fraction) -> float:
    """Give the nearest float, infinite where there is none."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def steps(number: float, count: int) -> float:
    """Give a number some floats away."""
    return number + count * math.ulp(number)


def is_condition(wanted: object) -> bool:
    return isinstance(wanted, dict) and bool(wanted) and set(wanted) <= OPERATORS


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern of stars, question marks and lists of letters matches a text."""
    parts = re.split(r"(\*|\?|\[!?[a-z]+\])", pattern)
    words = {"*": ".*", "?": "."}
    regex = "".join(
        words.get(part) or (part.replace("[!", "[^") if part.startswith("[") else re.escape(part)) for part in parts
    )
    return re.fullmatch(regex, text, re.DOTALL) is not None


def accepts(wanted: Any, job: Job, term: str) -> bool:
    """Tell whether a job satisfies one term of a query."""
    if not is_condition(wanted):
        return term in job and bool(job[term] == wanted)
    return all(_holds(operator, operand, job, term) for operator, operand in wanted.items())


def _holds(operator: str, operand: Any, job: Job, term: str) -> bool:
    if operator == "any":
        return True
    if operator == "exists":
        return (term in job) is operand
    if term not in job:
        return False
    value = job[term]
    if operator in {"in", "not_in"}:
        return bool(value in operand) == (operator == "in")
    if operator == "glob":
        return isinstance(value, str) and matches(operand, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    holds: dict[str, bool] = {
        "<": value < operand,
        "<=": value <= operand,
        ">": value > operand,
        ">=": value >= operand,
    }
    return holds[operator]


def applies(query: Fields, job: Job) -> bool:
    """Tell whether a query is met by a job."""
    return all(accepts(wanted, job, term) for term, wanted in query.items())


def jobs(*queries: Fields) -> Iterator[dict[str, Any]]:
    """Yield jobs of all combinations of values that queries could tell apart."""
    terms = sorted({term for query in queries for term in query})
    choices = [[*_values([query[term] for query in queries if term in query])] for term in terms]
    for chosen in itertools.product(*choices):
        yield {term: value for term, value in zip(terms, chosen, strict=True) if value is not ...}


def _values(wanted: list[Any]) -> Iterator[Any]:
    """Yield values of one term; the ellipsis stands for none."""
    conditions = [each for each in wanted if is_condition(each)]
    named = [each for each in wanted if not is_condition(each)]
    named += [member for each in conditions for name in ("in", "not_in") for member in each.get(name, ())]
    numbers = {each[name] for each in conditions for name in ("<", "<=", ">", ">=") if name in each}
    numbers |= {each for each in named if isinstance(each, int | float) and not isinstance(each, bool)}
    ordered = sorted(numbers)
    # Between neighbours a float may be no other number, but an integer.
    numbers |= {one / 2 + two / 2 for one, two in itertools.pairwise(ordered)} | {3}
    for number in ordered:
        numbers |= {number - 1, number + 1, math.nextafter(number, -math.inf), math.nextafter(number, math.inf)}
    yield from (..., "zz", "", None, ["l"])
    yield from named
    yield from numbers
    for pattern in (each["glob"] for each in conditions if "glob" in each):
        for star, one in itertools.product(("", "q", "ab"), "az"):
            negated = re.sub(r"\[![a-z]+\]", "z", pattern)
            yield re.sub(r"\[([a-z])[a-z]*\]", r"\1", negated).replace("*", star).replace("?", one)


def judge(specification: Fields | None, job: Job, number: float, unit: str) -> set[str]:
    """Judge a value of a job's measurement by a specification, or by none."""
    if specification is None or specification.get("abstract") or not applies(query_of(specification), job):
        return {"not tested"}
    return verdicts(*kind_and_fields(specification), number, unit)


def query_of(specification: Fields) -> Fields:
    """Give a specification's query without the terms that it drops."""
    query: Fields = specification.get("metadata_query", {})
    return {term: wanted for term, wanted in query.items() if wanted != {"any": True}}
