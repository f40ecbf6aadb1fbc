"""Names of packages, metrics and specifications."""

from __future__ import annotations

import copy
import itertools
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon import Name
from gnomon.names import closest

PACKAGE = Name("p")
METRIC = Name("p", "m")
SPEC = Name("p", "m", "s")
BARE_METRIC = Name(metric="m")
BARE_SPEC = Name(spec="s")
RELATIVE = Name(metric="m", spec="s")
ALL = (PACKAGE, METRIC, SPEC, BARE_METRIC, BARE_SPEC, RELATIVE)
IDS = ["package", "metric", "spec", "bare-metric", "bare-spec", "relative"]

parts = st.text("ab_+-1", min_size=1, max_size=3)


def _parts(name: Name) -> tuple[str | None, str | None, str | None]:
    return (name.package, name.metric, name.spec)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"package": "p"}, ("p", None, None)),
        ({"package": "p.m"}, ("p", "m", None)),
        ({"package": "p.m.s"}, ("p", "m", "s")),
        ({"package": "p", "metric": "m"}, ("p", "m", None)),
        ({"package": "p", "metric": "p.m"}, ("p", "m", None)),
        ({"package": "p", "metric": "m", "spec": "s"}, ("p", "m", "s")),
        ({"package": "p", "metric": "m", "spec": "m.s"}, ("p", "m", "s")),
        ({"package": "p", "metric": "m", "spec": "p.m.s"}, ("p", "m", "s")),
        ({"package": "p", "spec": "m.s"}, ("p", "m", "s")),
        ({"package": "p.m", "spec": "s"}, ("p", "m", "s")),
        ({"metric": "m"}, (None, "m", None)),
        ({"metric": "p.m"}, ("p", "m", None)),
        ({"metric": "p.m", "spec": "s"}, ("p", "m", "s")),
        ({"metric": "m", "spec": "s"}, (None, "m", "s")),
        ({"spec": "s"}, (None, None, "s")),
        ({"spec": "m.s"}, (None, "m", "s")),
        ({"spec": "p.m.s"}, ("p", "m", "s")),
        ({"package": PACKAGE}, ("p", None, None)),
        ({"package": METRIC}, ("p", "m", None)),
        ({"package": PACKAGE, "metric": BARE_METRIC}, ("p", "m", None)),
        ({"package": PACKAGE, "metric": BARE_METRIC, "spec": BARE_SPEC}, ("p", "m", "s")),
        ({"package": PACKAGE, "metric": METRIC, "spec": SPEC}, ("p", "m", "s")),
        ({"metric": METRIC, "spec": "s"}, ("p", "m", "s")),
        ({"metric": BARE_METRIC, "spec": RELATIVE}, (None, "m", "s")),
    ],
    ids=repr,
)
def test_parts_come_from_strings_and_names(
    arguments: dict[str, Any], expected: tuple[str | None, str | None, str | None]
) -> None:
    assert _parts(Name(**arguments)) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"package": "p", "metric": "q.m"}, "conflicting package: 'p' and 'q'"),
        ({"package": "p.m", "metric": "n"}, "conflicting metric: 'm' and 'n'"),
        ({"package": "p", "metric": "m", "spec": "n.s"}, "conflicting metric: 'm' and 'n'"),
        ({"package": "p.m.s", "spec": "t"}, "conflicting spec: 's' and 't'"),
        ({"metric": "m", "spec": "p.n.s"}, "conflicting metric: 'm' and 'n'"),
        ({"package": PACKAGE, "metric": Name("q", "m")}, "conflicting package: 'p' and 'q'"),
        ({"package": "p", "spec": "s"}, "a metric is missing between package 'p' and spec 's'"),
    ],
    ids=repr,
)
def test_conflicts_are_type_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Name(**arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "arguments",
    [
        {"package": ""},
        {"package": "p.m.s.t"},
        {"package": "p..s"},
        {"package": ".p"},
        {"metric": "p.m.s"},
        {"metric": "m."},
        {"spec": "q.p.m.s"},
        {"package": 5},
        {"package": b"p"},
        {"package": ["p"]},
        {"package": BARE_METRIC},
        {"metric": PACKAGE},
        {"metric": BARE_SPEC},
        {"spec": METRIC},
    ],
    ids=repr,
)
def test_what_is_no_name_is_a_type_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Name(**arguments)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (PACKAGE, "Name('p')"),
        (METRIC, "Name('p', 'm')"),
        (SPEC, "Name('p', 'm', 's')"),
        (BARE_METRIC, "Name(metric='m')"),
        (BARE_SPEC, "Name(spec='s')"),
        (RELATIVE, "Name(metric='m', spec='s')"),
    ],
    ids=IDS,
)
def test_repr_makes_the_name_again(name: Name, expected: str) -> None:
    assert repr(name) == expected
    assert eval(expected, {"Name": Name}) == name  # noqa: S307  # our own text


@pytest.mark.parametrize(
    ("name", "expected"),
    list(zip(ALL, ["p", "p.m", "p.m.s", "m", "s", "m.s"], strict=True)),
    ids=IDS,
)
def test_str_joins_the_parts(name: Name, expected: str) -> None:
    assert str(name) == expected


FLAGS = (
    "has_package",
    "has_metric",
    "has_spec",
    "has_relative",
    "is_package",
    "is_metric",
    "is_spec",
    "is_fq",
    "is_relative",
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (PACKAGE, {"has_package", "is_package", "is_fq"}),
        (METRIC, {"has_package", "has_metric", "is_metric", "is_fq"}),
        (SPEC, {"has_package", "has_metric", "has_spec", "has_relative", "is_spec", "is_fq"}),
        (BARE_METRIC, {"has_metric", "is_metric"}),
        (BARE_SPEC, {"has_spec", "is_spec"}),
        (RELATIVE, {"has_metric", "has_spec", "has_relative", "is_spec", "is_relative"}),
    ],
    ids=IDS,
)
def test_flags_say_what_a_name_holds(name: Name, expected: set[str]) -> None:
    assert {flag: getattr(name, flag) for flag in FLAGS} == {flag: flag in expected for flag in FLAGS}


@pytest.mark.parametrize(
    ("name", "fqn", "relative"),
    [
        (PACKAGE, "p", None),
        (METRIC, "p.m", None),
        (SPEC, "p.m.s", "m.s"),
        (BARE_METRIC, None, None),
        (BARE_SPEC, None, None),
        (RELATIVE, None, "m.s"),
    ],
    ids=IDS,
)
def test_forms_that_a_name_has_not_are_attribute_errors(name: Name, fqn: str | None, relative: str | None) -> None:
    for attribute, expected in (("fqn", fqn), ("relative_name", relative)):
        if expected is not None:
            assert getattr(name, attribute) == expected
        else:
            with pytest.raises(AttributeError, match=r"has no \S+ form"):
                getattr(name, attribute)


def test_a_larger_name_contains_the_smaller_ones() -> None:
    contained = {
        (inner, outer)
        for inner, outer in itertools.product([*ALL, Name("q"), Name("p", "n"), Name("p", "n", "s")], ALL)
        if inner in outer
    }
    assert contained == {
        (METRIC, PACKAGE),
        (SPEC, PACKAGE),
        (SPEC, METRIC),
        (Name("p", "n"), PACKAGE),
        (Name("p", "n", "s"), PACKAGE),
        (RELATIVE, BARE_METRIC),
    }


def test_containment_understands_strings_and_chains() -> None:
    assert SPEC in METRIC in PACKAGE
    assert "p.m.s" in METRIC
    assert "q.m.s" not in METRIC
    assert 5 not in METRIC


def test_order_is_total_and_by_parts() -> None:
    ordered = [Name(spec="z"), Name(metric="m"), Name("a"), Name("a", "b"), Name("a", "b", "c"), Name("a", "c")]
    assert {tuple(sorted(turned)) for turned in itertools.permutations(ordered)} == {tuple(ordered)}
    assert ordered[0] <= ordered[1] < ordered[2]
    assert ordered[2] >= ordered[1] > ordered[0]


def test_order_is_by_parts_and_not_by_text() -> None:
    assert sorted([Name("a+", "b"), Name("a", "b")]) == [Name("a", "b"), Name("a+", "b")]


def test_a_name_is_not_compared_with_text() -> None:
    assert Name("p") != "p"
    with pytest.raises(TypeError):
        assert Name("p") < "q"


@given(st.tuples(parts, parts, parts), st.tuples(parts, parts, parts))
def test_equal_names_have_equal_hashes(one: tuple[str, str, str], two: tuple[str, str, str]) -> None:
    first, second = Name(*one), Name(".".join(two))
    assert (first == second) == (one == two)
    assert (hash(first) == hash(second)) >= (one == two)
    assert (first < second) == (one < two)


@given(st.tuples(parts, parts, parts))
def test_every_way_of_saying_a_name_is_the_same_name(texts: tuple[str, str, str]) -> None:
    package, metric, spec = texts
    assert {
        Name(package, metric, spec),
        Name(f"{package}.{metric}.{spec}"),
        Name(spec=f"{package}.{metric}.{spec}"),
        Name(metric=f"{package}.{metric}", spec=spec),
        Name(package, spec=f"{metric}.{spec}"),
        Name.of(package, metric, spec),
    } == {Name(package, metric, spec)}


@pytest.mark.parametrize("name", ALL, ids=IDS)
def test_names_survive_pickling_and_copying(name: Name) -> None:
    for again in (pickle.loads(pickle.dumps(name)), copy.copy(name), copy.deepcopy(name)):  # noqa: S301  # our own
        assert (again, hash(again), repr(again)) == (name, hash(name), repr(name))


@pytest.mark.parametrize("attribute", ["package", "metric", "spec", "_key", "new"])
def test_names_are_immutable(attribute: str) -> None:
    name = Name("p", "m")
    with pytest.raises(AttributeError):
        setattr(name, attribute, "x")
    with pytest.raises(AttributeError):
        delattr(name, attribute)
    assert name == METRIC


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("descripton", "description"),
        ("UNIT", "unit"),
        ("unit", "unit"),
        ("xyz", None),
        ("", None),
        ("description" * 20, None),
    ],
)
def test_the_closest_word_is_what_a_misspelt_one_means(word: str, expected: str | None) -> None:
    assert closest(word, ["unit", "description", "tags"]) == expected


def test_the_closest_word_does_not_depend_on_the_order_of_candidates() -> None:
    found = {closest("tag", order) for order in itertools.permutations(["tags", "tago", "tagx"])}
    assert len(found) == 1
