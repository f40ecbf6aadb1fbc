"""What ``gnomon diff`` says of a change: one table of two states and what differs in meaning between them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gnomon.changes import DIFF_CATALOGUE, Change, Comparison, Impact, Witness, compare
from gnomon.loader import load
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.changes import DiffRule

# What a row expects of a change: rule, name, field, initials of its impacts in order, direction.
Expected = tuple[str, str, str | None, str, str | None]
Files = dict[str, str]

METRICS = "A: {unit: mmag, description: Scatter of magnitudes.}\nB: {unit: s, description: Time spent.}\n"
AT_MOST_5 = "threshold: {operator: '<=', value: 5.0, unit: mmag}\n"


def state(specs: str = "", metrics: str = METRICS, **more: str) -> Files:
    """Make a repository; further files are named with ``__`` for slashes."""
    files = {"metrics/p.yaml": metrics, **{path.replace("__", "/"): text for path, text in more.items()}}
    return files | ({"specs/p/a.yaml": specs} if specs else {})


def spec(test: str = AT_MOST_5, head: str = "", name: str = "s", metric: str = "A") -> str:
    return f"name: {name}\nmetric: {metric}\n{head}{test}"


def threshold(operator: str, value: object, unit: str = "mmag") -> str:
    return f"threshold: {{operator: '{operator}', value: {value}, unit: {unit}}}\n"


def between(body: str, unit: str = "mmag") -> str:
    return f"range: {{{body}, unit: {unit}}}\n"


def near(body: str, unit: str = "mmag") -> str:
    return f"tolerance: {{{body}, unit: {unit}}}\n"


def query(body: str, test: str = AT_MOST_5) -> str:
    return spec(test, f"metadata_query: {{{body}}}\n")


def metric(more: str = "", unit: str = "mmag", name: str = "A", description: str = "Scatter of magnitudes.") -> str:
    return f"{name}: {{unit: {unit}, description: {description}{', ' if more else ''}{more}}}\n"


def compared(old: Mapping[str, str], new: Mapping[str, str]) -> Comparison:
    rules = frozenset(DIFF_CATALOGUE)
    return compare(load(Memory(old), rules=rules), load(Memory(new), rules=rules))


def told(change: Change) -> Expected:
    letters = "".join(impact.value[0].upper() for impact in change.impacts)
    direction = change.direction.value if change.direction is not None else None
    return change.rule, change.name, change.field, letters, direction


# What changes nothing

PARTIAL = "id: base\nthreshold: {operator: '<=', unit: mmag}\ntags: [design]\nmetadata_query: {camera: hsc}\n"
INHERITING = PARTIAL + "---\nname: s\nmetric: A\nbase: '#base'\nthreshold: {value: 5.0}\n"
INLINED = spec(
    "threshold: {operator: '<=', unit: mmag, value: 5.0}\n", "tags: [design]\nmetadata_query: {camera: hsc}\n"
)
SPLIT = (
    "id: test\nthreshold: {operator: '<=', unit: mmag}\n---\nid: rest\ntags: [design]\n"
    "metadata_query: {camera: hsc}\n---\nname: s\nmetric: A\nbase: ['#test', '#rest']\nthreshold: {value: 5.0}\n"
)
TWO = spec() + "---\n" + spec(threshold("<", 9), name="t", metric="B").replace("mmag", "s")
ANCHORED = "name: s\nmetric: A\nthreshold: &limit {operator: '<=', value: 5.0, unit: mmag}\ntags: [a]\n"

QUIET: dict[str, tuple[Files, Files]] = {
    "the same": (state(spec()), state(spec())),
    "specification in another file": (state(spec()), state(specs__p__deep__b=spec()) | {"specs/p/b.yaml": spec()}),
    "specification in a deeper folder": (state(spec()), {"metrics/p.yaml": METRICS, "specs/p/x/y.yml": spec()}),
    "specifications in two files": (
        state(TWO),
        state(TWO.partition("---\n")[0]) | {"specs/p/b.yaml": TWO.partition("---\n")[2]},
    ),
    "documents in another order": (state(TWO), state("---\n".join(reversed(TWO.split("---\n"))))),
    "keys in another order": (
        state(spec(head="tags: [a]\n")),
        state("tags: [a]\nthreshold: {unit: mmag, value: 5.0, operator: '<='}\nmetric: A\nname: s\n"),
    ),
    "metrics in another order": (state(), state(metrics="\n".join(reversed(METRICS.splitlines())) + "\n")),
    "tags in another order": (state(spec(head="tags: [a, b]\n")), state(spec(head="tags: [b, a]\n"))),
    "a tag twice": (state(spec(head="tags: [a, b]\n")), state(spec(head="tags: [a, b, a]\n"))),
    "a tag as text": (state(spec(head="tags: [a]\n")), state(spec(head="tags: a\n"))),
    "tags as a set": (state(spec(head="tags: [a, b]\n")), state(spec(head="tags: !!set {b, a}\n"))),
    "no tags": (state(spec()), state(spec(head="tags: []\n"))),
    "tags of a metric as text": (state(metrics=metric("tags: [a]")), state(metrics=metric("tags: a"))),
    "tags of a metric as a set": (state(metrics=metric("tags: [a, b]")), state(metrics=metric("tags: !!set {b, a}"))),
    "terms in another order": (state(query("x: a, y: b")), state(query("y: b, x: a"))),
    "no query": (state(spec()), state(query(""))),
    "another layout": (
        state(spec()),
        state("name:  s\nmetric: A\n\nthreshold:\n  operator: '<='\n  value: 5.0\n  unit: mmag\n"),
    ),
    "comments": (state(spec()), state("# one\n" + spec().replace("metric: A\n", "metric: A  # two\n") + "# three\n")),
    "line ends": (state(spec()), state(spec().replace("\n", "\r\n"))),
    "a mark of the byte order": (state(spec()), state("\ufeff" + spec())),
    "quotes": (state(spec()), state(spec().replace("name: s", "'name': \"s\"").replace("mmag", "'mmag'"))),
    "a folded description": (
        state(),
        state(metrics=METRICS.replace("Scatter of magnitudes.}", "'Scatter\n  of magnitudes.'}")),
    ),
    "line breaks after a description": (
        state(metrics="A:\n  unit: mmag\n  description: |-\n    Scatter.\n"),
        state(metrics="A:\n  unit: mmag\n  description: |+\n    Scatter.\n\n\n"),
    ),
    "an anchor": (state(ANCHORED), state(ANCHORED.replace("&limit ", ""))),
    "inlining a partial": (state(INHERITING), state(INLINED)),
    "making a partial": (state(INLINED), state(INHERITING)),
    "splitting a partial": (state(INHERITING), state(SPLIT)),
    "joining partials": (state(SPLIT), state(INHERITING)),
    "a partial with another name": (
        state(INHERITING),
        state(INHERITING.replace("base\n", "new\n").replace("#base", "#new")),
    ),
    "a partial in another file": (
        state(INHERITING),
        state(INHERITING.partition("---\n")[2].replace("'#base'", "b#base")) | {"specs/p/b.yaml": PARTIAL},
    ),
    "a partial in another package": (
        state(INHERITING),
        state(INHERITING.partition("---\n")[2].replace("'#base'", "'q:b#base'")) | {"specs/q/b.yaml": PARTIAL},
    ),
    "a partial that nobody uses": (state(spec()), state(spec() + "---\nid: unused\ntags: [x]\n")),
    "a longer chain": (
        state(INHERITING),
        state(INHERITING.replace("base: '#base'", "base: '#middle'") + "---\nid: middle\nbase: '#base'\n"),
    ),
    "a base of its own metric": (
        state(TWO),
        state(TWO.replace("name: t\nmetric: B", "name: B.t")),
    ),
    "a full name": (state(spec()), state(spec(name="p.A.s").replace("metric: A\n", ""))),
    "a name relative to its metric": (state(spec()), state(spec(name="A.s").replace("metric: A\n", ""))),
    "a full metric": (state(spec()), state(spec(metric="p.A"))),
    "a whole number": (state(spec()), state(spec(threshold("<=", 5)))),
    "a number in quotes": (state(spec()), state(spec(threshold("<=", "'5'")))),
    "a number with an exponent": (state(spec()), state(spec(threshold("<=", "0.5e+1")))),
    "rounding": (
        state(spec(threshold("<=", 9, "marcsec"))),
        state(spec(threshold("<=", "9.000000000000001", "marcsec"))),
    ),
    "a unit in words": (
        state(spec(threshold("<=", 9, "milliarcsecond")), metric(unit="milliarcsecond")),
        state(spec(threshold("<=", 9, "marcsec")), metric(unit="marcsec")),
    ),
    "a unit spelled otherwise": (
        state(spec(threshold("<", 1, "m / s ** 2")), metric(unit="m / s ** 2")),
        state(spec(threshold("<", 1, "m/s2")), metric(unit="m/s2")),
    ),
    "percent": (state(spec(threshold("<", 1, "percent"))), state(spec(threshold("<", 1, "'%'")))),
    "a null bound": (state(spec(between("upper: 5"))), state(spec(between("upper: 5, lower: null")))),
    "inclusive written out": (
        state(spec(between("lower: 1, upper: 5"))),
        state(spec(between("lower: 1, upper: 5, inclusive: both"))),
    ),
    "a dropped term that nobody gave": (state(spec()), state(query("x: {any: true}"))),
    "a dropped term": (
        state(
            "id: base\nmetadata_query: {x: a}\n---\n" + spec(head="base: '#base'\nmetadata_query: {x: {any: true}}\n")
        ),
        state(spec()),
    ),
    "equal numbers in a query": (state(query("x: 1")), state(query("x: 1.0"))),
    "revision written out": (state(metrics=metric()), state(metrics=metric("revision: 1"))),
    "not abstract, written out": (state(spec()), state(spec(head="abstract: false\n"))),
    "the ignored name of a metric": (state(metrics=metric()), state(metrics=metric("name: other"))),
    "an empty reference": (state(metrics=metric()), state(metrics=metric("reference: {}"))),
    "a reference in a list": (
        state(metrics=metric("reference: {doc: LPM-17, page: 3}")),
        state(metrics=metric("reference: [{page: 3, doc: LPM-17}]")),
    ),
    "an owner in a list": (state(metrics=metric("owner: me")), state(metrics=metric("owner: [me]"))),
    "a limit that is no number": (state(spec(threshold("<=", ".nan"))), state(spec(threshold("<=", ".nan")))),
    "a term that is no number": (state(query("x: .nan")), state(query("x: .nan"))),
    "other files": (state(spec()), state(spec()) | {"specs/p/README.md": "Hello", "metrics/README": "Hello"}),
    "what is not resolved stays so": (state(""), state("")),
    "the same configuration in another file": (
        state() | {"gnomon.toml": "ignore = ['poor-description']\n"},
        state() | {"pyproject.toml": "[tool.gnomon]\nignore = ['poor-description']\n"},
    ),
}
# A specification in two files at once is a duplicate, not a move.
QUIET["specification in another file"] = (state(spec()), {"metrics/p.yaml": METRICS, "specs/p/b.yaml": spec()})


@pytest.mark.parametrize("name", QUIET)
def test_what_changes_nothing(name: str) -> None:
    old, new = QUIET[name]
    for one, two in ((old, new), (new, old)):
        comparison = compared(one, two)
        assert comparison.changes == []
        assert comparison.not_comparable == []


# What changes something: each row also holds backwards, where the last column says what it is then.

TEST, QUERY = ("specification-test-changed", "p.A.s"), ("specification-query-changed", "p.A.s")
TIGHTENED, LOOSENED, BOTH = ("T", "tightened"), ("W", "loosened"), ("TW", "both")


def of_test(kind: str, effect: tuple[str, str]) -> list[Expected]:
    return [(*TEST, f"/{kind}", *effect)]


def same_test(kind: str = "threshold") -> list[Expected]:
    return [("specification-test-rewritten", "p.A.s", f"/{kind}", "C", None)]


def query_is(effect: tuple[str, str]) -> list[Expected]:
    return [(*QUERY, "/metadata_query", *effect)]


SAME_QUERY: list[Expected] = [("specification-query-rewritten", "p.A.s", "/metadata_query", "C", None)]

METRIC_ROWS: dict[str, tuple[Files, Files, list[Expected]]] = {
    "added": (state(metrics=metric()), state(), [("metric-added", "p.B", None, "C", None)]),
    "removed": (state(), state(metrics=metric()), [("metric-removed", "p.B", None, "B", None)]),
    "package added": (
        state(),
        state() | {"metrics/q.yaml": metric(name="C")},
        [("metric-added", "q.C", None, "C", None)],
    ),
    "all removed": (
        state(metrics=metric()),
        {},
        [("metric-removed", "p.A", None, "B", None)],
    ),
    "removed with its specification": (
        state(spec(), metric()),
        {"metrics/p.yaml": metric(name="B", unit="s")},
        [
            ("metric-removed", "p.A", None, "B", None),
            ("specification-removed", "p.A.s", None, "W", None),
            ("metric-added", "p.B", None, "C", None),
        ],
    ),
    **{
        f"unit {one} as {other}": (
            state(metrics=metric(unit=one)),
            state(metrics=metric(unit=other)),
            [("metric-unit-rewritten", "p.A", "/unit", "C", None)],
        )
        for one, other in [
            ("marcsec", "mas"),
            ("Hz", "1 / s"),
            ("mmag", "0.001 mag"),
        ]
    },
    **{
        f"unit {one} by {other}": (
            state(metrics=metric(unit=one)),
            state(metrics=metric(unit=other)),
            [("metric-unit-changed", "p.A", "/unit", "B", None)],
        )
        for one, other in [("mag(AB)", "Jy"), ("mag(AB)", "mag(Jy)"), ("mag(AB)", "dex(AB)"), ("mag", "dex")]
    },
    "removed once deprecated": (
        state(spec(), metric("deprecated: {reason: Unused.}")),
        {"metrics/q.yaml": metric()},
        [
            ("specification-removed", "p.A.s", None, "W", None),
            ("deprecated-metric-removed", "p.A", None, "C", None),
            ("metric-added", "q.A", None, "C", None),
        ],
    ),
    "added with a specification": (
        state(metrics=metric(name="B")),
        state(spec(), metric() + metric(name="B")),
        [("metric-added", "p.A", None, "C", None), ("specification-added", "p.A.s", None, "C", None)],
    ),
    "renamed": (
        state(spec(), metric("deprecated: {replaced_by: B}")),
        state(spec(metric="B"), metric(name="B")),
        [("metric-renamed", "p.B", None, "B", None), ("specification-renamed", "p.B.s", None, "B", None)],
    ),
    "renamed by its full name, into another package": (
        state(metrics=metric("deprecated: {replaced_by: q.B}")),
        {"metrics/q.yaml": metric(name="B")},
        [("metric-renamed", "q.B", None, "B", None)],
    ),
    "renamed, with a looser test": (
        state(spec(), metric("deprecated: {replaced_by: B}")),
        state(spec(threshold("<=", 6), metric="B"), metric(name="B")),
        [
            ("metric-renamed", "p.B", None, "B", None),
            ("specification-renamed", "p.B.s", None, "B", None),
            ("specification-test-changed", "p.B.s", "/threshold", "W", "loosened"),
        ],
    ),
    "renamed, its specification lost": (
        state(spec(), metric("deprecated: {replaced_by: B}")),
        state(metrics=metric(name="B")),
        [("metric-renamed", "p.B", None, "B", None), ("specification-removed", "p.A.s", None, "W", None)],
    ),
    "renamed, in another unit": (
        state(metrics=metric("deprecated: {replaced_by: B}")),
        state(metrics=metric(name="B", unit="mag")),
        [("metric-renamed", "p.B", None, "B", None), ("metric-unit-changed", "p.B", "/unit", "B", None)],
    ),
    "renamed, with another revision": (
        state(metrics=metric("deprecated: {replaced_by: B}")),
        state(metrics=metric("revision: 2", name="B")),
        [("metric-renamed", "p.B", None, "B", None), ("metric-revision-changed", "p.B", "/revision", "B", None)],
    ),
    "replaced by one that was there": (
        state(metrics=metric("deprecated: {replaced_by: B}") + metric(name="B")),
        state(metrics=metric(name="B")),
        [("deprecated-metric-removed", "p.A", None, "C", None)],
    ),
    "replaced by nothing": (
        state(metrics=metric("deprecated: {replaced_by: C}") + metric(name="B")),
        state(metrics=metric(name="B")),
        [("deprecated-metric-removed", "p.A", None, "C", None)],
    ),
    "two replaced by one": (
        state(metrics=metric("deprecated: {replaced_by: C}") + metric("deprecated: {replaced_by: C}", name="B")),
        state(metrics=metric(name="C")),
        [("metric-renamed", "p.C", None, "B", None), ("deprecated-metric-removed", "p.B", None, "C", None)],
    ),
    "in another case": (
        state(metrics=metric()),
        state(metrics=metric(name="a")),
        [("metric-removed", "p.A", None, "B", None), ("metric-added", "p.a", None, "C", None)],
    ),
    "dimension": (
        state(metrics=metric()),
        state(metrics=metric(unit="pix")),
        [("metric-dimension-changed", "p.A", "/unit", "B", None)],
    ),
    "scale": (
        state(metrics=metric()),
        state(metrics=metric(unit="mag")),
        [("metric-unit-changed", "p.A", "/unit", "B", None)],
    ),
    "dimensionless": (
        state(metrics=metric(unit="''")),
        state(metrics=metric(unit="percent")),
        [("metric-unit-changed", "p.A", "/unit", "B", None)],
    ),
    "revision": (
        state(metrics=metric()),
        state(metrics=metric("revision: 2")),
        [("metric-revision-changed", "p.A", "/revision", "B", None)],
    ),
    "revision with another description": (
        state(metrics=metric()),
        state(metrics=metric("revision: 2", description="Robust scatter.")),
        [
            ("metric-revision-changed", "p.A", "/revision", "B", None),
            ("metric-description-changed", "p.A", "/description", "E", None),
        ],
    ),
    "deprecated": (
        state(metrics=metric()),
        state(metrics=metric("deprecated: {reason: Unused.}")),
        [("metric-deprecated", "p.A", "/deprecated", "C", None)],
    ),
    "deprecated, its specification lost": (
        state(spec(), metric()),
        state(metrics=metric("deprecated: {reason: Unused.}")),
        [
            ("specification-removed", "p.A.s", None, "W", None),
            ("metric-deprecated", "p.A", "/deprecated", "C", None),
        ],
    ),
    "no longer deprecated": (
        state(metrics=metric("deprecated: {reason: Unused.}")),
        state(metrics=metric()),
        [("metric-undeprecated", "p.A", "/deprecated", "C", None)],
    ),
    "deprecated in other words": (
        state(metrics=metric("deprecated: {reason: Unused.}")),
        state(metrics=metric("deprecated: {reason: Wrong.}")),
        [("metric-detail-changed", "p.A", "/deprecated", "E", None)],
    ),
    "description": (
        state(metrics=metric()),
        state(metrics=metric(description="Robust scatter.")),
        [("metric-description-changed", "p.A", "/description", "E", None)],
    ),
    **{
        f"detail {field}": (
            state(metrics=metric()),
            state(metrics=metric(more)),
            [("metric-detail-changed", "p.A", f"/{field}", "E", None)],
        )
        for field, more in {
            "tags": "tags: [a]",
            "reference": "reference: {doc: LPM-17, section: '2.1'}",
            "label": "label: PA1",
            "owner": "owner: [me]",
        }.items()
    },
    "everything": (
        state(metrics=metric()),
        state(metrics=metric("tags: [a], label: x, revision: 3, deprecated: {reason: y}", unit="s", description="Z.")),
        [
            ("metric-revision-changed", "p.A", "/revision", "B", None),
            ("metric-dimension-changed", "p.A", "/unit", "B", None),
            ("metric-deprecated", "p.A", "/deprecated", "C", None),
            ("metric-description-changed", "p.A", "/description", "E", None),
            ("metric-detail-changed", "p.A", "/label", "E", None),
            ("metric-detail-changed", "p.A", "/tags", "E", None),
        ],
    ),
}


@pytest.mark.parametrize("name", METRIC_ROWS)
def test_changes_of_metrics(name: str) -> None:
    old, new, expected = METRIC_ROWS[name]
    comparison = compared(old, new)
    assert [told(change) for change in comparison.changes] == expected
    assert comparison.not_comparable == []


# One specification's test: before, after, key, effect. Backwards it is the mirrored effect.
MIRRORED = {TIGHTENED: LOOSENED, LOOSENED: TIGHTENED, BOTH: BOTH}
INCLUSIVE = "lower: 1, upper: 5, inclusive: "
TESTS: list[tuple[str, str, str, tuple[str, str] | None]] = [
    # Each operator in each direction.
    (threshold("<", 5), threshold("<", 4), "threshold", TIGHTENED),
    (threshold("<=", 5), threshold("<=", 4), "threshold", TIGHTENED),
    (threshold(">", 5), threshold(">", 6), "threshold", TIGHTENED),
    (threshold(">=", 5), threshold(">=", 6), "threshold", TIGHTENED),
    (threshold("==", 5), threshold("==", 6), "threshold", BOTH),
    (threshold("!=", 5), threshold("!=", 6), "threshold", BOTH),
    (threshold("<=", -5), threshold("<=", -6), "threshold", TIGHTENED),
    # One operator for another.
    (threshold("<=", 5), threshold("<", 5), "threshold", TIGHTENED),
    (threshold(">=", 5), threshold(">", 5), "threshold", TIGHTENED),
    (threshold("<=", 5), threshold("==", 5), "threshold", TIGHTENED),
    (threshold(">=", 5), threshold("==", 5), "threshold", TIGHTENED),
    (threshold("<", 5), threshold("==", 5), "threshold", BOTH),
    (threshold("!=", 5), threshold("<", 5), "threshold", TIGHTENED),
    (threshold("!=", 5), threshold(">", 6), "threshold", TIGHTENED),
    (threshold("!=", 5), threshold("<=", 5), "threshold", BOTH),
    (threshold("!=", 5), threshold("==", 5), "threshold", BOTH),
    (threshold("!=", 5), threshold("==", 6), "threshold", TIGHTENED),
    (threshold("<=", 5), threshold(">=", 5), "threshold", BOTH),
    (threshold("<", 5), threshold(">", 5), "threshold", BOTH),
    (threshold("<", 5), threshold("<=", 4), "threshold", TIGHTENED),
    # Ranges.
    (between("lower: 1, upper: 5"), between("lower: 2, upper: 5"), "range", TIGHTENED),
    (between("lower: 1, upper: 5"), between("lower: 2, upper: 4"), "range", TIGHTENED),
    (between("lower: 1, upper: 5"), between("lower: 2, upper: 6"), "range", BOTH),
    (between("lower: 1, upper: 5"), between("lower: 7, upper: 9"), "range", BOTH),
    (between("upper: 5"), between("lower: 1, upper: 5"), "range", TIGHTENED),
    (between(INCLUSIVE + "both"), between(INCLUSIVE + "lower"), "range", TIGHTENED),
    (between(INCLUSIVE + "both"), between(INCLUSIVE + "neither"), "range", TIGHTENED),
    (between(INCLUSIVE + "lower"), between(INCLUSIVE + "upper"), "range", BOTH),
    (between(INCLUSIVE + "upper"), between(INCLUSIVE + "neither"), "range", TIGHTENED),
    (between("upper: 5, inclusive: both"), between("upper: 5, inclusive: upper"), "range", None),
    (between("lower: 1, upper: 5"), between("lower: 5, upper: 1"), "range", TIGHTENED),
    (between("lower: 5, upper: 1"), between("lower: 6, upper: 1"), "range", None),
    # Tolerances.
    (near("target: 5, within: 1"), near("target: 5, within: 0.5"), "tolerance", TIGHTENED),
    (near("target: 5, within: 1"), near("target: 6, within: 1"), "tolerance", BOTH),
    (near("target: 5, within: 1"), near("target: 5, plus: 1, minus: 0.5"), "tolerance", TIGHTENED),
    (near("target: 5, within: 1"), near("target: 5, plus: 1, minus: 1"), "tolerance", None),
    (near("target: 5, percent: 20"), near("target: 5, within: 1"), "tolerance", None),
    (near("target: 5, percent: 20"), near("target: 5, percent: 10"), "tolerance", TIGHTENED),
    (near("target: -5, percent: 20"), near("target: -5, within: 1"), "tolerance", None),
    (near("target: 100.1, within: 100"), between("lower: 0.1, upper: 200.1"), "range", None),
    (near("target: 100.1, within: 100", "mag"), near("target: 100100, within: 100000"), "tolerance", None),
    (near("target: .inf, within: .inf"), near("target: .inf, percent: 0"), "tolerance", None),
    # One type for another.
    (threshold("<=", 5), between("upper: 5"), "range", None),
    (threshold(">", 5), between("lower: 5, inclusive: neither"), "range", None),
    (between("lower: 4, upper: 6"), near("target: 5, within: 1"), "tolerance", None),
    (threshold("==", 5), near("target: 5, within: 0"), "tolerance", None),
    (threshold("<=", 5), between("lower: 0, upper: 5"), "range", TIGHTENED),
    (between("lower: 4, upper: 6"), near("target: 5, within: 2"), "tolerance", LOOSENED),
    # Units.
    (threshold("<=", 5), threshold("<=", 0.005, "mag"), "threshold", None),
    (threshold("<=", 9, "marcsec"), threshold("<=", 0.009, "arcsec"), "threshold", None),
    (threshold("<=", 5), threshold("<=", 5, "mag"), "threshold", LOOSENED),
    (threshold(">=", 5), threshold(">=", 5, "mag"), "threshold", TIGHTENED),
    (threshold("<", 0.001, "mag"), threshold("<=", 1), "threshold", LOOSENED),
    (threshold("<=", 50, "percent"), threshold("<=", 0.5, "''"), "threshold", None),
    (threshold("<=", 0), threshold("<=", 0, "mag"), "threshold", None),
    (between("lower: 1, upper: 5"), between("lower: 0.001, upper: 0.005", "mag"), "range", None),
    (near("target: 5, within: 1"), near("target: 0.005, within: 0.001", "mag"), "tolerance", None),
    (between("lower: 5, upper: 1"), between("lower: 0.001, upper: 0.005", "mag"), "range", LOOSENED),
    (threshold("<=", "1e-3", "mag"), between("upper: 2"), "range", LOOSENED),
    (threshold("<", 24.0, "mag(AB)"), threshold("<", 25.0, "mag(AB)"), "threshold", LOOSENED),
    # Numbers that have no place in the other unit.
    (threshold(">", "1.6e+308", "mag"), threshold(">", "1.6e+308"), "threshold", LOOSENED),
    (near("target: 0, within: 1.7e+308", "mag"), threshold("<", 0), "threshold", BOTH),
    # Numbers that are none.
    (threshold("<=", ".nan"), threshold("<=", 5), "threshold", LOOSENED),
    (threshold("<=", ".inf"), threshold("<=", 5), "threshold", TIGHTENED),
]


@pytest.mark.parametrize(
    ("old", "new", "kind", "effect"), TESTS, ids=[f"{number}: {row[0].strip()}" for number, row in enumerate(TESTS)]
)
def test_changes_of_tests(old: str, new: str, kind: str, effect: tuple[str, str] | None) -> None:
    comparison = compared(state(spec(old)), state(spec(new)))
    assert [told(change) for change in comparison.changes] == (of_test(kind, effect) if effect else same_test(kind))
    back = compared(state(spec(new)), state(spec(old)))
    kind = old.partition(":")[0]
    assert [told(change) for change in back.changes] == (of_test(kind, MIRRORED[effect]) if effect else same_test(kind))


@pytest.mark.parametrize(
    ("one", "two"), [("mmag", "pix"), ("''", "mmag"), ("s", "m / s"), ("mag(AB)", "mmag")], ids=str
)
def test_units_that_do_not_convert(one: str, two: str) -> None:
    for old, new in ((one, two), (two, one)):
        (change,) = compared(state(spec(threshold("<", 5, old))), state(spec(threshold("<", 5, new)))).changes
        expected = ("specification-dimension-changed", "p.A.s", "/threshold", "BTW", "incomparable")
        assert told(change) == expected
        assert change.witness is not None
        assert change.witness.reason is not None


def test_a_test_is_one_change_of_value_and_unit_and_operator() -> None:
    (change,) = compared(state(spec()), state(spec(threshold("<", 6, "mag")))).changes
    assert (change.before, change.after) == (
        {"value": 5.0, "unit": "mmag", "operator": "<="},
        {"value": 6.0, "unit": "mag", "operator": "<"},
    )


# Queries: before, after, effect; None where both apply to the same jobs.
OPEN = ("TW", "incomparable")
QUERIES: list[tuple[str, str, tuple[str, str] | None]] = [
    ("x: a", "", TIGHTENED),
    ("x: a", "x: a, y: b", LOOSENED),
    ("x: a", "x: b", BOTH),
    ("x: a", "y: a", BOTH),
    ("x: 1", "x: '1'", BOTH),
    ("x: [a]", "x: [b]", BOTH),
    ("x: [a, b]", "x: [b, a]", BOTH),
    ("x: {k: v}", "x: {k: w}", BOTH),
    # Lists of values.
    ("x: a", "x: {in: [a]}", None),
    ("x: {in: [a, b]}", "x: {in: [b, a]}", None),
    ("x: {in: [a, b]}", "x: {in: [b, a, b]}", None),
    ("x: a", "x: {in: [a, b]}", TIGHTENED),
    ("x: {in: [a, b]}", "x: {in: [b, c]}", BOTH),
    ("x: {in: [a, b]}", "x: {in: [a, b], not_in: [b]}", LOOSENED),
    ("x: {in: [a, b], not_in: [b]}", "x: a", None),
    ("x: {not_in: [a]}", "x: {not_in: [a, b]}", LOOSENED),
    ("x: {not_in: [a, b]}", "x: {not_in: [b, a]}", None),
    ("x: {not_in: [a]}", "", TIGHTENED),
    ("x: {not_in: []}", "x: {exists: true}", None),
    # Presence.
    ("", "x: {exists: true}", LOOSENED),
    ("", "x: {exists: false}", LOOSENED),
    ("x: {exists: true}", "x: {exists: false}", BOTH),
    ("x: a", "x: {exists: true}", TIGHTENED),
    ("x: {exists: true, in: [a]}", "x: a", None),
    # Intervals.
    ("x: {'>=': 20}", "x: {'>=': 21}", LOOSENED),
    ("x: {'>=': 20}", "x: {'>': 20}", LOOSENED),
    ("x: {'<': 22}", "x: {'<=': 22}", TIGHTENED),
    ("x: {'>=': 20, '<': 22}", "x: {'>=': 21, '<': 23}", BOTH),
    ("x: {'>=': 20, '<=': 20}", "x: {in: [20]}", None),
    ("x: {'>': 20, '>=': 20}", "x: {'>': 20}", None),
    ("x: {'>': 20}", "x: {exists: true}", TIGHTENED),
    ("x: {'>': 20}", "x: 21", LOOSENED),
    ("x: {'>': 20, '<': 22}", "x: 21", LOOSENED),
    ("x: {'>': 0}", "x: {in: [1, 2, 1.7976931348623157e+308]}", LOOSENED),
    ("x: {'>': 1.0e+300, not_in: [1.7976931348623157e+308]}", "x: {in: []}", LOOSENED),
    ("x: {'>': 9007199254740992, '<': 9007199254740994}", "x: 9007199254740993", None),
    ("x: {'>': 1.0, '<': 1.0000000000000002}", "x: {in: []}", None),
    (f"x: {{'<': {10**300}}}", f"x: {{'<=': {10**300}}}", TIGHTENED),
    ("x: {'<': 1}", "x: {'<': true}", LOOSENED),
    # Values that come to mind first are no others.
    ("x: {exists: true}", "x: {in: [any, other, other1, other2, other3]}", LOOSENED),
    ("x: {exists: true}", "x: {in: [any, any1, any2, 0, 1]}", LOOSENED),
    # Patterns.
    ("x: {glob: 'HSC-*'}", "x: HSC-R", LOOSENED),
    ("x: {glob: 'HSC-*'}", "x: {in: [HSC-R, HSC-I]}", LOOSENED),
    ("x: {glob: 'HSC-*', in: [HSC-R, DECam]}", "x: HSC-R", None),
    ("x: {glob: 'HSC-*'}", "y: a, x: {glob: 'HSC-*'}", LOOSENED),
    ("x: {glob: 'HSC-*'}", "x: {glob: 'HSC-*', not_in: [HSC-R]}", LOOSENED),
    ("x: {glob: 'a*'}", "x: {glob: 'b*'}", BOTH),
    ("x: {glob: 'a*'}", "x: {exists: true}", TIGHTENED),
    ("x: {glob: 'a*'}", "x: {glob: 'a*', not_in: [a, ax0, ax1]}", LOOSENED),
    ("x: {glob: 'a*'}", "x: {in: [a, ax0, ax1]}", LOOSENED),
    ("x: {glob: '*'}", "x: {exists: true}", TIGHTENED),
    ("x: {glob: '[!a-z]'}", "x: {glob: '[0-9]', in: ['0']}", LOOSENED),
    ("x: {glob: 'HSC-*'}", "x: {glob: 'HSC-R*'}", LOOSENED),
    ("x: {glob: 'HSC-?'}", "x: {glob: 'HSC-[RI]'}", LOOSENED),
    ("x: {glob: 'HSC-[RI]'}", "x: {in: [HSC-R, HSC-I]}", None),
    ("x: {glob: 'a*'}", "x: {glob: '*a*'}", TIGHTENED),
    ("x: {glob: '*'}", "x: {glob: '**'}", None),
    ("x: {glob: 'a*', '<': 3}", "x: {in: []}", None),
    ("x: {glob: 'a*', '<': 3}", "x: {glob: 'b'}", TIGHTENED),
    ("x: {glob: '*R', not_in: [HSC-R]}", "x: {glob: 'HSC-*'}", BOTH),
    # No jobs at all.
    ("x: {in: []}", "x: {exists: true, in: []}", None),
    ("x: {in: []}", "x: {'<': 1, '>': 2}", None),
    ("x: {in: []}", "x: a", TIGHTENED),
    ("x: {'<': 1, '>': 2}", "", TIGHTENED),
]


@pytest.mark.parametrize(("old", "new", "effect"), QUERIES, ids=[f"{row[0]} | {row[1]}" for row in QUERIES])
def test_changes_of_queries(old: str, new: str, effect: tuple[str, str] | None) -> None:
    forth, back = compared(state(query(old)), state(query(new))), compared(state(query(new)), state(query(old)))
    assert [told(change) for change in forth.changes] == (query_is(effect) if effect else SAME_QUERY)
    assert [told(change) for change in back.changes] == (query_is(MIRRORED[effect]) if effect else SAME_QUERY)


def test_what_patterns_leave_open_is_never_told_as_the_same() -> None:
    # To decide whether one text has all of these takes longer than anybody waits.
    tangled = "{glob: '" + "*a" * 2000 + "'}"
    for one, two in ((tangled, tangled.replace("*a", "*b")), (tangled, "{exists: true}"), ("{exists: true}", tangled)):
        (change,) = compared(state(query(f"x: {one}")), state(query(f"x: {two}"))).changes
        assert told(change) == (*QUERY, "/metadata_query", *OPEN)
        assert change.witness is not None


def test_a_vocabulary_says_which_values_there_are() -> None:
    words = "x: {description: A term of ours., type: string, values: [a, b]}\n"
    background = {"specs/vocabulary.yaml": words}
    old, new = state(query("x: {in: [a, b]}")) | background, state(query("x: {exists: true}")) | background
    assert [told(change) for change in compared(old, new).changes] == SAME_QUERY


@pytest.mark.parametrize("turned", [False, True], ids=["listed", "opened"])
@pytest.mark.parametrize("open_words", [{}, {"specs/vocabulary.yaml": "x: {description: Of a job.}\n"}])
def test_a_change_cannot_hide_jobs_by_listing_which_values_there_are(
    open_words: dict[str, str],
    turned: bool,  # noqa: FBT001
) -> None:
    listed = {"specs/vocabulary.yaml": "x: {values: [a]}\n"}
    words = (listed, open_words) if turned else (open_words, listed)
    old, new = state(query("x: {glob: '*'}")) | words[0], state(query("x: {in: [a]}")) | words[1]
    assert [told(change) for change in compared(old, new).changes] == query_is(LOOSENED)


def test_a_change_cannot_hide_jobs_by_taking_their_values_out_of_the_vocabulary() -> None:
    words = "x: {description: A term of ours., type: string, values: [%s]}\n"
    old = state(query("x: {in: [a, b]}")) | {"specs/vocabulary.yaml": words % "a, b"}
    new = state(query("x: {in: [a]}")) | {"specs/vocabulary.yaml": words % "a"}
    assert [told(change) for change in compared(old, new).changes] == query_is(LOOSENED)
    assert [told(change) for change in compared(new, old).changes] == query_is(TIGHTENED)


OTHER = "---\n" + spec(threshold("<=", 9), name="t")
SPECIFICATION_ROWS: dict[str, tuple[Files, Files, list[Expected]]] = {
    "added": (state(spec()), state(spec() + OTHER), [("specification-added", "p.A.t", None, "T", None)]),
    "removed": (state(spec() + OTHER), state(spec()), [("specification-removed", "p.A.t", None, "W", None)]),
    "the only one removed": (state(spec()), state(), [("specification-removed", "p.A.s", None, "W", None)]),
    "abstract added": (
        state(spec()),
        state(spec() + "---\n" + spec(head="abstract: true\n", name="t")),
        [("specification-added", "p.A.t", None, "C", None)],
    ),
    "of another metric": (
        state(spec()),
        state(spec(metric="B")),
        [("specification-added", "p.B.s", None, "T", None), ("specification-removed", "p.A.s", None, "W", None)],
    ),
    "of an unknown metric": (
        state(spec()),
        state(spec() + spec(metric="C").join(["---\n", ""])),
        [("specification-added", "p.C.s", None, "C", None)],
    ),
    "made abstract": (
        state(spec()),
        state(spec(head="abstract: true\n")),
        [("specification-made-abstract", "p.A.s", "/abstract", "W", "loosened")],
    ),
    "made concrete": (
        state(spec(head="abstract: true\n")),
        state(spec()),
        [("specification-made-concrete", "p.A.s", "/abstract", "T", "tightened")],
    ),
    "test and query": (
        state(query("x: a")),
        state(query("x: b", threshold("<=", 6))),
        [
            ("specification-query-changed", "p.A.s", "/metadata_query", "TW", "both"),
            ("specification-test-changed", "p.A.s", "/threshold", "W", "loosened"),
        ],
    ),
    "a level": (
        state(spec(head="tags: [design]\n")),
        state(spec(head="tags: [minimum]\n")),
        [("specification-level-changed", "p.A.s", "/tags", "TW", None)],
    ),
    "a level came": (
        state(spec()),
        state(spec(head="tags: [stretch, a]\n")),
        [("specification-level-changed", "p.A.s", "/tags", "TW", None)],
    ),
    "another tag beside a level": (
        state(spec(head="tags: [design, a]\n")),
        state(spec(head="tags: [design, b]\n")),
        [("specification-tags-changed", "p.A.s", "/tags", "E", None)],
    ),
    "a level of the base's ladders": (
        state(spec(head="tags: [gold]\n")) | {"gnomon.toml": "ladders.prize = ['silver', 'gold']\n"},
        state(spec(head="tags: [design]\n")) | {"gnomon.toml": "ladders.prize = ['silver', 'gold']\n"},
        [("specification-level-changed", "p.A.s", "/tags", "TW", None)],
    ),
}


@pytest.mark.parametrize("name", SPECIFICATION_ROWS)
def test_changes_of_specifications(name: str) -> None:
    old, new, expected = SPECIFICATION_ROWS[name]
    comparison = compared(old, new)
    assert [told(change) for change in comparison.changes] == expected
    assert comparison.not_comparable == []


REQUIREMENT = spec(head="abstract: true\n", name="r")
SECOND = "---\n" + spec(head="abstract: true\n", name="q")
HEIR = "---\nname: A.h\n%s"
MEANWHILE = "---\nid: via\nbase: A.r\n" + HEIR % "base: '#via'\n"
COUNTS = "specification-requirement-changed"


@pytest.mark.parametrize(
    ("before", "after", "effect", "message"),
    [
        (HEIR % "base: A.r\n", HEIR % f"metric: A\n{AT_MOST_5}", LOOSENED, "no longer counts for `p.A.r`"),
        (HEIR % "base: A.r\n", HEIR % "base: A.q\n", BOTH, "no longer counts for `p.A.r` and now counts for `p.A.q`"),
        (HEIR % "base: A.r\n", HEIR % "base: [A.q, A.r]\n", TIGHTENED, "now counts for `p.A.q`"),
        (MEANWHILE, HEIR % "base: A.r\n", None, ""),
        (MEANWHILE, MEANWHILE.replace("base: A.r\n", AT_MOST_5), LOOSENED, "no longer counts for `p.A.r`"),
    ],
)
def test_what_counts_for_another_requirement(
    before: str, after: str, effect: tuple[str, str] | None, message: str
) -> None:
    requirements = REQUIREMENT + SECOND
    old, new = state(requirements + before), state(requirements + after)
    changes = compared(old, new).changes
    assert [told(change) for change in changes] == ([(COUNTS, "p.A.h", None, *effect)] if effect else [])
    assert [change.message for change in changes] == ([f"its verdict {message}"] if effect else [])
    causes = [change.caused_by.name if change.caused_by else None for change in changes]
    assert causes == (["p:a#via"] if "via" in after and effect else [None] * len(changes))
    back = compared(new, old).changes
    assert [told(change) for change in back] == ([(COUNTS, "p.A.h", None, *MIRRORED[effect])] if effect else [])


def test_what_counts_through_another_requirement_still_counts() -> None:
    second = "---\nname: A.q\nabstract: true\nbase: A.r\n"
    through, direct = HEIR % "base: A.q\n", HEIR % "base: A.r\n"
    (change,) = compared(state(REQUIREMENT + second + through), state(REQUIREMENT + second + direct)).changes
    assert (change.name, change.message) == ("p.A.h", "its verdict no longer counts for `p.A.q`")
    # A requirement that leaves another takes its heirs with it.
    (change,) = compared(state(REQUIREMENT + second + through), state(REQUIREMENT + SECOND + through)).changes
    assert (change.name, change.message) == ("p.A.q", "its verdict no longer counts for `p.A.r`")


def test_what_a_long_chain_inherits_from_is_looked_for_once() -> None:
    two = spec(name="s0") + "---\n" + spec(threshold("<=", 9), name="z")
    chain = "".join(f"---\nname: A.s{number}\nbase: A.s{number - 1}\n" for number in range(1, 300))
    changes = compared(state(two + chain), state(two + chain.replace("base: A.s0\n", "base: A.z\n"))).changes
    causes = [change.caused_by for change in changes if change.name != "p.A.s1"]
    assert [cause.name for cause in causes if cause is not None] == ["p.A.s1"] * 298
    assert {id(cause) for cause in causes} == {id(causes[0])}


def test_an_heir_of_what_came_went_or_changed_its_kind_is_told_by_that_alone() -> None:
    heir = HEIR % f"base: A.r\n{AT_MOST_5}"
    alone = HEIR % f"metric: A\n{AT_MOST_5}"
    for old, new, forth, back in (
        (alone, REQUIREMENT + heir, "specification-added", "specification-removed"),
        (
            REQUIREMENT + heir,
            REQUIREMENT.replace("abstract: true\n", "") + heir,
            "specification-made-concrete",
            "specification-made-abstract",
        ),
        (
            REQUIREMENT + heir,
            REQUIREMENT + alone + "abstract: true\n",
            "specification-made-abstract",
            "specification-made-concrete",
        ),
    ):
        assert [change.rule for change in compared(state(old), state(new)).changes] == [forth]
        assert [change.rule for change in compared(state(new), state(old)).changes] == [back]


def test_before_and_after_are_the_definitions_and_their_places() -> None:
    (change,) = compared(state(spec()), state(spec() + OTHER)).changes
    assert (change.kind, change.before, change.before_at) == ("added", None, None)
    assert change.after["name"] == "p.A.t"
    assert str(change.after_at) == "specs/p/a.yaml:5:7"
    (change,) = compared(state(spec()), state("# moved down\n" + spec(threshold("<=", 6)))).changes
    assert (str(change.before_at), str(change.after_at)) == ("specs/p/a.yaml:3:36", "specs/p/a.yaml:4:36")


def test_the_place_of_a_test_of_another_type_is_where_it_stood() -> None:
    (change,) = compared(state(spec()), state(spec(between("upper: 4")))).changes
    assert change.field == "/range"
    assert change.before_at is not None
    assert change.after_at is not None
    assert (change.before_at.line, change.after_at.line) == (3, 3)


# Witnesses


def witnessed(old: str, new: str) -> tuple[object, ...]:
    (change,) = compared(state(old), state(new)).changes
    found = change.witness
    assert found is not None
    assert found.reason is None
    return found.metadata, found.value, found.unit, found.base, found.head


def test_witnesses() -> None:
    assert witnessed(spec(), spec(threshold("<=", 4))) == ({}, 4.5, "mmag", "pass", "fail")
    assert witnessed(spec(), spec(threshold("<", 5))) == ({}, 5.0, "mmag", "pass", "fail")
    assert witnessed(spec(), spec(threshold("<=", 6))) == ({}, 5.5, "mmag", "fail", "pass")
    huge = threshold(">", "-1.7e+308"), threshold(">", "1.7e+308")
    assert witnessed(*map(spec, huge)) == ({}, 0.0, "mmag", "pass", "fail")
    huge = threshold(">", "1.6e+308"), threshold(">", "1.6e+308", "mag")
    assert witnessed(*map(spec, huge)) == ({}, 1.6988465674311578e308, "mmag", "pass", "fail")
    assert witnessed(query("x: a"), query("x: a", threshold("<=", 6)))[0] == {"x": "a"}
    assert witnessed(query("x: a"), spec())[3:] == ("not tested", "fail")
    assert witnessed(spec(), query("x: a"))[3:] == ("fail", "not tested")
    requirement = spec(head="abstract: true\nmetadata_query: {x: b}\n")
    for old, new, base, head in (
        (requirement, query("x: a"), "not tested", "fail"),
        (query("x: a"), requirement, "fail", "not tested"),
    ):
        found = {change.field: change.witness for change in compared(state(old), state(new)).changes}
        expected = Witness({"x": "a"}, 10.0, "mmag", base, head)
        assert found == {"/metadata_query": expected, "/abstract": expected}
    assert witnessed(spec(), spec() + OTHER)[3:] == ("not tested", "fail")
    assert witnessed(spec() + OTHER, spec())[3:] == ("fail", "not tested")
    assert witnessed(spec(head="abstract: true\n"), spec())[3:] == ("not tested", "fail")
    assert witnessed(spec(), spec(head="abstract: true\n"))[3:] == ("fail", "not tested")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (spec(head="abstract: true\n"), spec(threshold("<=", 4), "abstract: true\n")),
        (query("x: a"), query("x: b", threshold("<=", 4))),
        (spec(), spec(threshold("<", 5, "pix"))),
        (spec(), spec(threshold("<", 5.000000000000005))),
        (query("x: {in: []}"), spec(head="abstract: true\nmetadata_query: {x: {in: []}}\n")),
        (spec(threshold("<=", ".inf")), query("x: a", threshold("<=", ".inf"))),
    ],
    ids=["abstract", "no common job", "dimension", "rounding", "no job at all", "all pass"],
)
def test_why_there_is_no_witness(old: str, new: str) -> None:
    reasons = [change.witness.reason for change in compared(state(old), state(new)).changes if change.witness]
    assert any(reasons)


def test_every_tightening_and_weakening_has_a_witness_or_a_reason() -> None:
    # A level is no verdict: it decides about which reports show it.
    rows = [row[:2] for row in SPECIFICATION_ROWS.values()] + [(state(spec(o)), state(spec(n))) for o, n, *_ in TESTS]
    for old, new in rows:
        for change in compared(old, new).changes:
            if {Impact.TIGHTENING, Impact.WEAKENING} & set(change.impacts) and "level" not in change.rule:
                assert change.witness is not None, change


# Causes

FOREST = "id: limit\nthreshold: {operator: '<=', value: %s, unit: mmag}\nmetadata_query: {x: %s}\n" + "".join(
    f"---\nname: s{number}\nmetric: A\nbase: '#limit'\n" for number in range(4)
)


def test_one_edit_of_a_partial_is_one_cause() -> None:
    changes = compared(state(FOREST % (5, "a")), state("# one more line\n" + FOREST % (6, "a"))).changes
    assert [told(change) for change in changes] == [
        ("specification-test-changed", f"p.A.s{number}", "/threshold", "W", "loosened") for number in range(4)
    ]
    causes = {change.caused_by for change in changes}
    (cause,) = causes
    assert cause is not None
    assert (cause.name, str(cause.place)) == ("p:a#limit", "specs/p/a.yaml:3:36")


def test_the_cause_is_where_the_value_is_written() -> None:
    deep = FOREST % (5, "a") + "---\nid: wide\nmetadata_query: {y: b}\n"
    through = deep.replace("id: limit\n", "id: limit\nbase: '#wide'\n")
    changes = compared(state(through), state(through.replace("y: b", "y: c"))).changes
    assert {change.caused_by.name for change in changes if change.caused_by} == {"p:a#wide"}
    assert len(changes) == 4


def test_an_edit_of_its_own_has_no_other_cause() -> None:
    own = FOREST % (5, "a") + "threshold: {value: %s}\n"
    (change,) = compared(state(own % 5), state(own % 6)).changes
    assert (change.name, change.caused_by) == ("p.A.s3", None)


def test_what_is_gone_from_a_partial_has_its_place_at_the_base() -> None:
    old = state(FOREST % (5, "a"))
    changes = compared(old, state((FOREST % (5, "a")).replace("metadata_query: {x: a}\n", ""))).changes
    assert {change.rule for change in changes} == {"specification-query-changed"}
    assert {str(change.caused_by.place) for change in changes if change.caused_by} == {"specs/p/a.yaml:3:21"}


def test_a_specification_that_is_a_base_is_a_cause_too() -> None:
    heirs = spec("threshold: {operator: '<=', value: %s, unit: mmag}\n") + "---\nname: t\nbase: A.s\n"
    changes = compared(state(heirs % 5), state(heirs % 6)).changes
    causes = {change.name: change.caused_by.name if change.caused_by else None for change in changes}
    assert causes == {"p.A.s": None, "p.A.t": "p.A.s"}


TWO_LIMITS = "id: a\nthreshold: {operator: '<=', value: 5.0, unit: mmag}\n---\nid: b\nbase: '#a'\n---\n"
NINE = "---\nid: c\nthreshold: {operator: '<=', value: 9.0, unit: mmag}\n"
THROUGH = TWO_LIMITS + "name: A.s\nbase: '#b'\n---\nname: A.t\nbase: '#b'\n" + NINE


OWN, LOWEST, MIDDLE = "name: A.s\nbase: '#b'\n", "id: a\n", "id: b\nbase: '#a'\n"
SIX = "threshold: {value: 6.0}\n"


@pytest.mark.parametrize(
    ("piece", "before", "after", "cause"),
    [
        # What inherits from something else, or has a value of its own no longer, has changed itself.
        (OWN, OWN, OWN.replace("#b", "#c"), None),
        (OWN, OWN, OWN.replace("'#b'", "['#b', '#c']"), None),
        (OWN, OWN, OWN + SIX, None),
        (OWN, OWN + SIX, OWN, None),
        # So has what stands between.
        (MIDDLE, MIDDLE, MIDDLE.replace("#a", "#c"), ("p:a#b", "specs/p/a.yaml:5:7")),
        (MIDDLE, MIDDLE, MIDDLE + SIX, ("p:a#b", "specs/p/a.yaml:6:20")),
        (MIDDLE, MIDDLE + SIX, MIDDLE, ("p:a#b", "specs/p/a.yaml:6:20")),
        # A list is made of several.
        (LOWEST, LOWEST, LOWEST + "tags: [x]\n", ("p:a#a", "specs/p/a.yaml:2:7")),
        (OWN, OWN, OWN + "tags: [x]\n", None),
    ],
)
def test_the_cause_is_what_was_edited(piece: str, before: str, after: str, cause: tuple[str, str] | None) -> None:
    changes = compared(*(state(THROUGH.replace(piece, text)) for text in (before, after))).changes
    found = {(change.caused_by.name, str(change.caused_by.place)) if change.caused_by else None for change in changes}
    assert {change.name for change in changes} == ({"p.A.s", "p.A.t"} if cause else {"p.A.s"})
    assert found == {cause}


def test_of_an_operator_and_a_number_the_number_is_the_cause() -> None:
    text = (
        "id: how\nthreshold: {operator: '%s', unit: mmag}\n---\nid: much\nbase: '#how'\nthreshold: {value: %s}\n---\n"
    )
    heirs = "name: A.s\nbase: '#much'\n---\nname: A.t\nbase: '#how'\nthreshold: {value: 1.0}\n"
    changes = compared(state(text % ("<=", 5.0) + heirs), state(text % ("<", 6.0) + heirs)).changes
    causes = {change.name: change.caused_by.name for change in changes if change.caused_by}
    assert causes == {"p.A.s": "p:a#much", "p.A.t": "p:a#how"}


def test_a_partial_that_moved_and_was_edited_is_one_cause() -> None:
    old = FOREST % (5, "a")
    partial, _, heirs = (FOREST % (6, "a")).partition("---\n")
    changes = compared(state(old), state(heirs.replace("#limit", "b#limit")) | {"specs/p/b.yaml": partial}).changes
    assert len(changes) == 4
    assert {change.caused_by.name for change in changes if change.caused_by} == {"p:b#limit"}


# Guesses


def test_specifications_follow_the_guess_of_their_metric_into_another_package_too() -> None:
    old = state(spec() + OTHER, metric())
    for new, names in (
        (state((spec() + OTHER).replace("A", "C"), metric(name="C")), ("p.C", "p.C.s", "p.C.t")),
        ({"metrics/q.yaml": metric(), "specs/q/a.yaml": spec() + OTHER}, ("q.A", "q.A.s", "q.A.t")),
    ):
        changes = compared(old, new).changes
        hints = {change.name: change.hint for change in changes}
        same = ": the two are the same but for the name"
        for before, after in zip(("p.A", "p.A.s", "p.A.t"), names, strict=True):
            assert hints[before] == f"perhaps it is `{after}` now{same}"
            assert hints[after] == f"perhaps it was `{before}`{same}"


def test_an_identical_definition_under_a_new_name_is_a_guess() -> None:
    changes = compared(state(metrics=metric()), state(metrics=metric(name="C"))).changes
    assert [(change.rule, change.kind) for change in changes] == [
        ("metric-removed", "removed"),
        ("metric-added", "added"),
    ]
    assert "`p.C`" in (changes[0].hint or "")
    assert "`p.A`" in (changes[1].hint or "")


def test_a_specification_under_a_new_name_is_a_guess_within_its_metric() -> None:
    changes = compared(state(spec()), state(spec(name="t"))).changes
    assert [told(change)[:2] for change in changes] == [
        ("specification-added", "p.A.t"),
        ("specification-removed", "p.A.s"),
    ]
    assert "`p.A.s`" in (changes[0].hint or "")
    assert "`p.A.t`" in (changes[1].hint or "")
    changes = compared(state(spec()), state(spec(metric="B"))).changes
    assert not any("perhaps" in (change.hint or "") for change in changes)


@pytest.mark.parametrize("name", ["B", "p.B"])
def test_specifications_that_went_ahead_to_what_replaces_their_metric_are_a_guess(name: str) -> None:
    metrics = metric() + metric(name="B")
    deprecated = metric(f"deprecated: {{replaced_by: {name}}}") + metric(name="B")
    hints = {
        change.rule: change.hint
        for change in compared(state(spec(), metrics), state(spec(metric="B"), deprecated)).changes
    }
    assert hints == {
        "metric-deprecated": None,
        "specification-removed": "perhaps it is `p.B.s` now: the two are the same but for the name",
        "specification-added": "perhaps it was `p.A.s`: the two are the same but for the name",
    }


def test_what_differs_is_no_guess() -> None:
    changes = compared(state(metrics=metric()), state(metrics=metric(name="C", description="Something else."))).changes
    assert not any("perhaps" in (change.hint or "") for change in changes)


@pytest.mark.parametrize(("revision", "asked"), [("", True), ("revision: 2", False)], ids=["asked", "revised"])
def test_another_description_asks_whether_it_is_the_same_quantity(revision: str, *, asked: bool) -> None:
    changes = compared(state(metrics=metric()), state(metrics=metric(revision, description="Median."))).changes
    (change,) = [change for change in changes if change.rule == "metric-description-changed"]
    assert ("same measured quantity?" in (change.hint or "")) is asked


# Not comparable: never told as added, removed or changed

BROKEN: dict[str, tuple[Files, str]] = {
    "no YAML": (state("name: s\nmetric: A\nthreshold: {operator: ]\n"), "specs/p/a.yaml"),
    "an unknown base": (state(spec(head="base: '#gone'\n")), "p.A.s"),
    "an unknown unit": (state(spec(threshold("<=", 5, "mmga"))), "p.A.s"),
    "no test": (state(spec("")), "p.A.s"),
    "no metric": (state("name: s\n" + AT_MOST_5), "p.?.s"),
    "no mapping": (state("- name: s\n"), "specs/p/a.yaml"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("side", ["base", "head"])
def test_what_does_not_resolve_on_one_side_is_not_comparable(name: str, side: str) -> None:
    broken, label = BROKEN[name]
    sound = state(spec() + OTHER) if name == "an unknown unit" else state(spec())
    old, new = (broken, sound) if side == "base" else (sound, broken)
    comparison = compared(old, new)
    assert [change for change in comparison.changes if change.name == "p.A.s"] == []
    # Of what has no full name, the one that is missing is told as well.
    labels = {label, "p.A.s"} if label == "p.?.s" else {label}
    assert {(item.side, item.path or item.name) for item in comparison.not_comparable} == {
        (side, found) for found in labels
    }
    assert all(item.reason for item in comparison.not_comparable)
    assert comparison.fails({Impact.BREAKING})
    assert not comparison.fails(None)


METRIC_FAULTS = {
    "metrics of no YAML": ("A: {unit: mmag\nB: ]", "metrics/p.yaml"),
    "a metric without a unit": ("A: {description: Scatter.}\n" + METRICS.splitlines()[1], "p.A"),
    "a metric of an unknown unit": (METRICS.replace("mmag", "mmga"), "p.A"),
    "metrics in a list": ("- A\n", "metrics/p.yaml"),
}


@pytest.mark.parametrize("name", METRIC_FAULTS)
@pytest.mark.parametrize("side", ["base", "head"])
def test_metrics_that_do_not_resolve_on_one_side(name: str, side: str) -> None:
    text, label = METRIC_FAULTS[name]
    broken, sound = state(metrics=text), state()
    comparison = compared(broken, sound) if side == "base" else compared(sound, broken)
    assert comparison.changes == []
    assert {(item.side, item.path or item.name) for item in comparison.not_comparable} == {(side, label)}


def test_specifications_added_to_a_metric_that_could_not_be_read_are_not_of_a_new_metric() -> None:
    old = state(metrics=METRICS.replace("mmag", "mmga"))
    changes = compared(old, state(spec())).changes
    assert [told(change) for change in changes] == [("specification-added", "p.A.s", None, "T", None)]


def test_a_broken_file_hides_only_its_package() -> None:
    old = state(spec()) | {"metrics/q.yaml": metric(name="C"), "specs/p/b.yaml": spec(name="t")}
    new = state("name: [") | {"specs/p/b.yaml": spec(threshold("<=", 6), name="t")}
    comparison = compared(old, new)
    assert [told(change) for change in comparison.changes] == [
        ("metric-removed", "q.C", None, "B", None),
        ("specification-test-changed", "p.A.t", "/threshold", "W", "loosened"),
    ]
    assert {item.path for item in comparison.not_comparable} == {"specs/p/a.yaml"}


def unjudged(comparison: Comparison) -> list[tuple[str, str | None, str | None]]:
    return [(item.side, item.path, item.name) for item in comparison.not_comparable]


def test_every_name_that_is_missing_where_a_file_cannot_be_read_is_not_comparable() -> None:
    old = state(spec() + OTHER) | {"specs/p/b.yaml": spec(name="u"), "specs/p/c.yaml": spec(name="v")}
    new = old | {"specs/p/a.yaml": spec() + "---\nname: [", "specs/p/b.yaml": "name: ["}
    expected = [("specs/p/a.yaml", None), ("specs/p/a.yaml", "p.A.t"), ("specs/p/b.yaml", None)]
    expected.append(("specs/p/b.yaml", "p.A.u"))
    for comparison, side in ((compared(old, new), "head"), (compared(new, old), "base")):
        assert comparison.changes == []
        assert unjudged(comparison) == [(side, *found) for found in expected]


def test_what_may_be_in_several_files_is_in_none_for_sure() -> None:
    old = state(spec())
    new = {"metrics/p.yaml": METRICS, "specs/p/b.yaml": "name: [", "specs/p/c.yaml": "name: ["}
    comparison = compared(old, new)
    assert unjudged(comparison)[0] == ("head", None, "p.A.s")
    assert comparison.not_comparable[0].reason == (
        "it may be in specs/p/b.yaml or in specs/p/c.yaml, which could not be read"
    )


def test_metrics_that_a_broken_file_hides_are_named() -> None:
    comparison = compared(state(), state(metrics="A: ["))
    assert unjudged(comparison) == [("head", "metrics/p.yaml", name) for name in (None, "p.A", "p.B")]


DEPRECATED = metric("deprecated: {replaced_by: B}")


def test_a_specification_that_cannot_be_resolved_under_its_new_name_is_not_removed() -> None:
    comparison = compared(state(spec(), DEPRECATED), state(spec("base: '#gone'\n", metric="B"), metric(name="B")))
    assert [told(change)[:2] for change in comparison.changes] == [("metric-renamed", "p.B")]
    assert unjudged(comparison) == [("head", None, "p.B.s")]


def test_a_metric_that_cannot_be_resolved_under_its_new_name_is_not_removed() -> None:
    old = state(spec(), DEPRECATED)
    renamed = [("specification-renamed", "p.B.s")]
    comparison = compared(old, state(spec(metric="B"), metric(name="B", unit="mmga")))
    assert [told(change)[:2] for change in comparison.changes] == renamed
    assert unjudged(comparison) == [("head", None, "p.B")]
    comparison = compared(old, state(spec(metric="B"), "B: ["))
    assert [told(change)[:2] for change in comparison.changes] == renamed
    assert unjudged(comparison) == [("head", "metrics/p.yaml", None), ("head", "metrics/p.yaml", "p.A")]


# Configuration


def test_a_changed_configuration_is_told() -> None:
    old = state() | {"gnomon.toml": "ignore = ['poor-description']\n"}
    new = state() | {"gnomon.toml": "fail-on = 'none'\n[impacts]\nmetric-removed = ['editorial']\n"}
    changes = compared(old, new).changes
    assert {(change.rule, change.field) for change in changes} == {
        ("configuration-changed", "/ignore"),
        ("configuration-changed", "/fail-on"),
        ("configuration-changed", "/impacts"),
    }
    assert {change.impacts for change in changes} == {(Impact.EDITORIAL,)}
    assert {change.name for change in changes} == {"gnomon.toml"}


def test_only_the_configuration_of_the_base_decides_about_impacts() -> None:
    settings = {"gnomon.toml": "[impacts]\nmetric-removed = ['editorial', 'compatible']\nmetric-added = []\n"}
    old, new = state(), state(metrics=metric())

    def impacts_of_removal(one: Files, two: Files) -> set[Impact]:
        (found,) = [change for change in compared(one, two).changes if change.rule == "metric-removed"]
        return set(found.impacts)

    assert impacts_of_removal(old, new | settings) == {Impact.BREAKING}
    assert impacts_of_removal(old | settings, new) == {Impact.EDITORIAL, Impact.COMPATIBLE}
    assert impacts_of_removal(old | settings, new | settings) == {Impact.EDITORIAL, Impact.COMPATIBLE}


def test_only_the_ladders_of_the_base_decide_about_levels() -> None:
    ladder = {"gnomon.toml": "ladders.level = ['a', 'b']\n"}
    old, new = state(spec(head="tags: [minimum]\n")), state(spec(head="tags: [a]\n"))
    changes = compared(old, new | ladder).changes
    assert "specification-level-changed" in {change.rule for change in changes}
    assert "configuration-changed" in {change.rule for change in changes}


# Fingerprints and order


def test_a_fingerprint_is_of_the_change_alone() -> None:
    (change,) = compared(state(spec()), state(spec(threshold("<=", 6)))).changes
    around = "# moved\n" + spec(threshold("<=", 6)) + "---\nid: unused\ntags: [a]\n"
    (moved,) = compared(state(spec()), {"metrics/p.yaml": METRICS, "specs/p/z.yaml": around}).changes
    (other,) = compared(state(spec()), state(spec(threshold("<=", 7)))).changes
    (back,) = compared(state(spec(threshold("<=", 6))), state(spec())).changes
    assert re.fullmatch(r"[0-9a-f]{16}", change.fingerprint)
    assert change.fingerprint == moved.fingerprint
    assert len({change.fingerprint, other.fingerprint, back.fingerprint}) == 3
    assert replace(change, other_impacts=(), message="", hint="x").fingerprint == change.fingerprint


def test_the_gravest_come_first() -> None:
    changes = compared(*METRIC_ROWS["everything"][:2]).changes
    ranks = [min(impact.rank for impact in change.impacts) for change in changes]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("value", [".inf", "-.inf", "2026-01-01", "!!binary aGVsbG8=", "[a, {b: .nan}]", "null", "{}"])
def test_odd_values_of_terms_are_compared(value: str) -> None:
    (change,) = compared(state(query(f"x: {value}")), state(query("x: other"))).changes
    assert change.rule == "specification-query-changed"
    assert re.fullmatch(r"[0-9a-f]{16}", change.fingerprint)


# The catalogue

BACKGROUND = {"metrics/p.yaml": METRICS + "C: {unit: mag, description: Depth.}\n"}
ROWS = pytest.mark.parametrize("row", DIFF_CATALOGUE.values(), ids=DIFF_CATALOGUE)


@ROWS
def test_every_example_fires(row: DiffRule) -> None:
    """An example of a specification stands on metrics that stay as they are."""
    before, after = ({**({} if row.subject == "metric" else BACKGROUND), **side} for side in (row.before, row.after))
    comparison = compared(before, after)
    assert comparison.not_comparable == []
    fired = {change.rule for change in comparison.changes}
    also = {"specification-renamed": "metric-renamed", "metric-renamed": "metric-added"}
    assert row.name in fired
    assert fired <= {row.name, also.get(row.name)}
    back = {change.rule for change in compared(after, before).changes}
    assert row.twin in back if row.twin in DIFF_CATALOGUE else back


@ROWS
def test_every_example_is_quiet_without_its_change(row: DiffRule) -> None:
    for side in (row.before, row.after):
        files = {**({} if row.subject == "metric" else BACKGROUND), **side}
        assert compared(files, files).changes == []


TWINS = {"added": "removed", "removed": "added", "deprecated": "undeprecated", "abstract": "concrete"}


@pytest.mark.parametrize("name", DIFF_CATALOGUE)
def test_every_row_has_its_twin_or_says_why_not(name: str) -> None:
    row = DIFF_CATALOGUE[name]
    if row.twin in DIFF_CATALOGUE:
        assert DIFF_CATALOGUE[row.twin].twin == name
        return
    assert len(row.twin.split()) > 2
    stem, _, last = name.rpartition("-")
    if last in TWINS and f"{stem}-{TWINS[last]}" in DIFF_CATALOGUE:
        pytest.fail(f"{name} has a twin and does not name it")


def test_additions_and_removals_are_twins() -> None:
    for name in DIFF_CATALOGUE:
        stem, _, last = name.rpartition("-")
        if last in {"added", "removed"} and name != "deprecated-metric-removed":
            assert DIFF_CATALOGUE[name].twin == f"{stem}-{TWINS[last]}"


@ROWS
def test_rows_are_complete(row: DiffRule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", row.name)
    assert row.summary.endswith(".")
    assert row.why.endswith(".")
    assert list(row.impacts) == sorted(row.impacts, key=lambda impact: impact.rank)
