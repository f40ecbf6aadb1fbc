"""Strategies of sound definitions: tests in units that convert, queries with every operator, repositories."""

from __future__ import annotations

import math
from typing import Any

import yaml
from hypothesis import strategies as st

from plain_reading import UNITS, convert, float_of, steps

Definition = dict[str, Any]
DIMENSIONS = sorted({dimension for dimension, _ in UNITS.values()})

# Not the very largest: beyond it a conversion finds no other number, and limits there are one.
finite = st.floats(-1.7e308, 1.7e308)
odd_numbers = st.sampled_from([
    *(0.0, 1.0, 5.0, -5.0, 9.0, 0.009, 0.1, 100.1, 27.14, 1e-300, -1e-300, 1e300, -1e300, 5e-324),
    *(1.7e308, -1.7e308, 2.0**53, 1 / 3),
])  # fmt: skip
numbers = odd_numbers | st.integers(-4, 4).map(float) | finite
nudges = st.sampled_from([0, 0, 0, 1, -1, 3, 30, -30])


def units_of(dimension: str) -> st.SearchStrategy[str]:
    return st.sampled_from([unit for unit, (other, _) in UNITS.items() if other == dimension])


@st.composite
def some_test(draw: st.DrawFn, dimension: str, pool: tuple[tuple[float, str], ...]) -> Definition:
    """Make a threshold, range or tolerance, of numbers of a pool that also other tests use."""
    unit = draw(units_of(dimension))
    known = [float_of(convert(number, source, unit)) for number, source in pool]
    number = st.builds(steps, st.sampled_from(known) | numbers if known else numbers, nudges).filter(math.isfinite)
    width = number.map(abs)
    kind = draw(st.sampled_from(["threshold", "threshold", "range", "range", "tolerance"]))
    if kind == "threshold":
        operator = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
        return {kind: {"operator": operator, "value": draw(number), "unit": unit}}
    if kind == "range":
        one, two = sorted((draw(number), draw(number)))
        bounds = draw(st.sampled_from([{"lower": one, "upper": two}, {"lower": one}, {"upper": two}]))
        inclusive = draw(
            st.sampled_from([{}, *({"inclusive": name} for name in ("both", "lower", "upper", "neither"))])
        )
        return {kind: {**bounds, **inclusive, "unit": unit}}
    shapes: list[dict[str, st.SearchStrategy[float]]] = [
        {"within": width},
        {"plus": width, "minus": width},
        {"percent": width},
    ]
    shape = draw(st.sampled_from(shapes))
    widths = {name: draw(strategy) for name, strategy in shape.items()}
    return {kind: {"target": draw(number), **widths, "unit": unit}}


@st.composite
def pairs_of_tests(draw: st.DrawFn) -> tuple[Definition, Definition]:
    """Make two tests whose limits are often the same, nearly so, or in another unit."""
    dimension = draw(st.sampled_from(DIMENSIONS))
    pool = tuple(draw(st.lists(st.tuples(numbers, units_of(dimension)), min_size=1, max_size=3)))
    return draw(some_test(dimension, pool)), draw(some_test(dimension, pool))


texts = st.sampled_from(["a", "b", "ab", "any", "other", "r-1"])
patterns = st.sampled_from(["*", "a*", "*b", "?", "a?", "[ab]", "[!a]*", "ab", "r-*"])
bounds = st.sampled_from([0, 1, 2, 2.5, -1, 2**53, 2**53 + 2, 1e300, 1.0000000000000002, 5e-324])
plain = texts | bounds | st.sampled_from([None, [1], ["a", 2], {"k": 1}])
flags = st.sampled_from([True, False, 0, 1, "a"])


def conditions(values: st.SearchStrategy[Any], *, ordered: bool = True) -> st.SearchStrategy[Definition]:
    """Make conditions of all operators that are not contradictory by themselves alone."""
    members = st.lists(values, max_size=3)
    optional = {
        "in": members,
        "not_in": members,
        "glob": patterns,
        "exists": st.booleans(),
        **(dict.fromkeys(["<", "<=", ">", ">="], bounds) if ordered else {}),
    }
    some = st.sampled_from(sorted(optional)).flatmap(lambda name: st.fixed_dictionaries({name: optional[name]}))
    return st.lists(some, min_size=1, max_size=2).map(lambda found: {key: each[key] for each in found for key in each})


ends = st.sampled_from([0, 1, 2, 2**53, 2**53 + 2])
stretches = st.fixed_dictionaries({">": ends}, optional={"<": ends}) | st.just({"exists": True})
listed = st.fixed_dictionaries({"in": st.lists(ends)})

# `true` equals 1 but has no order: where there are orderings, a job's `true` is beside the point.
terms = plain | conditions(plain)
queries = st.dictionaries(st.sampled_from("xy"), terms, max_size=2)
flag_queries = st.dictionaries(st.sampled_from("xy"), flags | conditions(flags, ordered=False), max_size=2)
near_queries = st.fixed_dictionaries({"x": stretches | st.just({"glob": "*"}) | ends | listed})
pairs_of_queries = (
    st.tuples(queries, queries) | st.tuples(flag_queries, flag_queries) | st.tuples(near_queries, near_queries)
)

tags = st.lists(st.sampled_from(["design", "minimum", "a", "b"]), unique=True, max_size=3)


@st.composite
def specifications(draw: st.DrawFn, name: str, dimension: str = "brightness") -> Definition:
    """Make a specification that inherits nothing."""
    pool = ((5.0, "mmag"), (1.0, "mag")) if dimension == "brightness" else ()
    found: Definition = {"name": name, **draw(some_test(dimension, pool))}
    query = draw(queries | st.just({}))
    tagged = draw(tags)
    return {
        **found,
        **({"metadata_query": query} if query else {}),
        **({"tags": tagged} if tagged else {}),
        **({"abstract": True} if draw(st.sampled_from([False, False, True])) else {}),
    }


metrics = st.fixed_dictionaries(
    {"unit": st.sampled_from(["mmag", "mag", "s", "pix"]), "description": st.sampled_from(["Scatter.", "Noise."])},
    optional={
        "tags": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "revision": st.integers(1, 2),
        "label": st.just("PA1"),
        "owner": st.sampled_from(["me", ["me", "you"]]),
        "reference": st.sampled_from([{"doc": "LPM-17"}, [{"doc": "LPM-17", "page": 3}]]),
        "deprecated": st.sampled_from([{"reason": "Unused."}, {"reason": "Wrong.", "since": "2026"}]),
    },
)

NAMES = ["A.s", "A.t", "B.s", "C.u"]
State = tuple[dict[str, Definition], dict[str, Definition]]
states: st.SearchStrategy[State] = st.tuples(
    st.fixed_dictionaries({}, optional=dict.fromkeys("ABC", metrics)),
    st.fixed_dictionaries({}, optional={name: specifications(name) for name in NAMES}),
)


@st.composite
def pairs_of_states(draw: st.DrawFn) -> tuple[State, State]:
    """Make two states, with much in common."""
    one, two = draw(states), draw(states)
    mixed = [
        {**two[part], **{name: body for name, body in one[part].items() if draw(st.booleans())}} for part in (0, 1)
    ]
    return one, (mixed[0], mixed[1])


def dumped(documents: list[Any], **style: Any) -> str:
    """Write documents as YAML."""
    text: str = yaml.safe_dump_all(documents, explicit_start=True, sort_keys=False, width=10**6, **style)
    return text
