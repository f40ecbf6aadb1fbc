"""``gnomon list``: what a repository holds, filtered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from gnomon import schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]
    Gnomon = Callable[..., tuple[int, str, str]]
    Rows = Callable[..., list[dict[str, Any]]]

FILES: dict[str, str | bytes] = {
    "metrics/p.yaml": """\
A: {unit: mmag, description: Scatter of the magnitudes of bright stars over visits., tags: [photometry, stars]}
B:
  unit: ''
  description: Number of the stars that are matched to a catalogue.
  deprecated: {replaced_by: A}
""",
    "metrics/q.yaml": "A: {unit: marcsec, description: Scatter of the positions of bright stars over visits.}\n",
    "specs/p/a.yaml": """\
id: hsc
metric: A
metadata_query: {camera: hsc}
tags: [hsc]
---
name: all
metric: A
abstract: true
threshold: {operator: "<=", value: 5, unit: mmag}
---
name: hsc
base: [A.all, '#hsc']
tags: [nightly]
---
name: A.number
metadata_query: {ccd: 1}
range: {lower: 1, unit: mmag}
---
name: A.text
metadata_query: {ccd: '1'}
tolerance: {target: 1, within: 0.5, unit: mmag}
---
name: A.list
metadata_query: {bands: [g, r]}
threshold: {operator: ">", value: 0, unit: mmag}
---
name: A.conditions
metadata_query: {visit: {">=": 3, "<": 10}, night: '2026-01-01', flag: true}
threshold: {operator: ">", value: 0, unit: mmag}
""",
    "specs/q/a.yaml": "name: A.any\nthreshold: {operator: '<', value: 1.0e-7, unit: marcsec}\n",
}


@pytest.fixture
def rows(tree: Make, gnomon: Gnomon) -> Rows:
    def run(kind: str, *options: str) -> list[dict[str, Any]]:
        status, out, err = gnomon(tree(FILES), "list", kind, "--format", "json", *options)
        assert (status, err) == (0, "")
        document = json.loads(out)
        Draft202012Validator(schemas.load("list-1")).validate(document)
        assert (document["schema"], document["kind"]) == ("gnomon/list/1", kind)
        items: list[dict[str, Any]] = document["items"]
        return items

    return run


# Whole outputs


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "metrics",
            """\
name  unit     specifications  tags
p.A   mmag     6               photometry, stars
p.B            0
q.A   marcsec  1

3 metrics
""",
        ),
        (
            "specs",
            """\
name            test             applies to                                             tags
p.A.all         <= 5.0 mmag      requirement
p.A.conditions  > 0.0 mmag       visit={'>=': 3, <: 10}, night='2026-01-01', flag=true
p.A.hsc         <= 5.0 mmag      camera=hsc                                             hsc, nightly
p.A.list        > 0.0 mmag       bands=[g, r]
p.A.number      [1.0, inf) mmag  ccd=1
p.A.text        1.0 ± 0.5 mmag   ccd='1'
q.A.any         < 1e-07 marcsec  every job

7 specifications
""",
        ),
        (
            "partials",
            """\
name     heirs  gives
p:a#hsc  1      metadata_query, tags

1 partial
""",
        ),
        (
            "packages",
            """\
name  metrics  specifications  partials
p     2        6               1
q     1        1               0

2 packages
""",
        ),
        (
            "tags",
            """\
name        metrics  specifications
hsc         0        1
nightly     0        1
photometry  1        0
stars       1        0

4 tags
""",
        ),
    ],
    ids=["metrics", "specs", "partials", "packages", "tags"],
)
def test_table_of_each_kind(tree: Make, gnomon: Gnomon, kind: str, expected: str) -> None:
    assert gnomon(tree(FILES), "list", kind) == (0, expected, "")


def test_metrics_are_listed_unless_told_otherwise(tree: Make, gnomon: Gnomon) -> None:
    root = tree(FILES)
    assert gnomon(root, "list") == gnomon(root, "list", "metrics")
    assert gnomon(root, "list")[1] == (
        "name  unit     specifications  tags\n"
        "p.A   mmag     6               photometry, stars\n"
        "p.B            0\n"
        "q.A   marcsec  1\n"
        "\n"
        "3 metrics\n"
    )


@pytest.mark.parametrize("kind", ["metrics", "specs", "partials", "packages", "tags"])
def test_nothing_there_is_said(tree: Make, gnomon: Gnomon, kind: str) -> None:
    root = tree({"metrics/README.md": ""})
    said = "specifications" if kind == "specs" else kind
    assert gnomon(root, "list", kind) == (0, f"No {said}.\n", "")
    document = json.loads(gnomon(root, "list", kind, "--format", "json")[1])
    Draft202012Validator(schemas.load("list-1")).validate(document)
    assert document["items"] == []


def test_rows_of_metrics(rows: Rows) -> None:
    assert rows("metrics")[1] == {
        "name": "p.B",
        "unit": "",
        "tags": [],
        "specifications": 0,
        "deprecated": True,
        "description": "Number of the stars that are matched to a catalogue.",
        "path": "metrics/p.yaml",
        "line": 2,
        "column": 1,
    }


def test_rows_of_specifications(rows: Rows) -> None:
    assert rows("specs", "--tag", "hsc") == [
        {
            "name": "p.A.hsc",
            "type": "threshold",
            "test": "<= 5.0 mmag",
            "abstract": False,
            "metadata_query": {"camera": "hsc"},
            "tags": ["hsc", "nightly"],
            "path": "specs/p/a.yaml",
            "line": 11,
            "column": 7,
        }
    ]


def test_rows_of_partials(rows: Rows) -> None:
    place = {"path": "specs/p/a.yaml", "line": 1, "column": 5}
    assert rows("partials") == [{"name": "p:a#hsc", "heirs": 1, "gives": ["metadata_query", "tags"], **place}]


def test_rows_of_packages_and_tags(rows: Rows) -> None:
    assert rows("packages")[0] == {"name": "p", "metrics": 2, "specifications": 6, "partials": 1}
    assert rows("tags")[0] == {"name": "hsc", "metrics": 0, "specifications": 1}


def test_rows_are_sorted_by_name(rows: Rows) -> None:
    for kind in ("metrics", "specs", "partials", "packages", "tags"):
        names = [row["name"] for row in rows(kind)]
        assert names == sorted(names)


# Filters


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("metrics", ["--package", "q"], ["q.A"]),
        ("metrics", ["--metric", "A"], ["p.A", "q.A"]),
        ("metrics", ["--metric", "p.A"], ["p.A"]),
        ("metrics", ["--package", "q", "--metric", "p.A"], []),
        ("metrics", ["--tag", "stars"], ["p.A"]),
        ("metrics", ["--tag", "stars", "--tag", "photometry"], ["p.A"]),
        ("metrics", ["--tag", "stars", "--tag", "hsc"], []),
        ("specs", ["--package", "q"], ["q.A.any"]),
        ("specs", ["--metric", "q.A"], ["q.A.any"]),
        ("specs", ["--metric", "B"], []),
        ("specs", ["--tag", "nightly"], ["p.A.hsc"]),
        ("specs", ["--tag", "nightly", "--package", "q"], []),
        ("partials", ["--package", "p"], ["p:a#hsc"]),
        ("partials", ["--package", "q"], []),
        ("partials", ["--metric", "A"], ["p:a#hsc"]),
        ("partials", ["--metric", "p.B"], []),
        ("partials", ["--tag", "hsc"], ["p:a#hsc"]),
        ("partials", ["--tag", "stars"], []),
        ("packages", ["--package", "q"], ["q"]),
        ("tags", ["--package", "q"], []),
        ("tags", ["--metric", "p.A"], ["hsc", "nightly", "photometry", "stars"]),
        ("tags", ["--tag", "nightly"], ["hsc", "nightly"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value).replace("--", "") if value else "none",
)
def test_filters(rows: Rows, kind: str, options: list[str], expected: list[str]) -> None:
    assert [row["name"] for row in rows(kind, *options)] == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (["camera=hsc"], ["p.A.hsc", "q.A.any"]),
        (["camera=HSC"], ["q.A.any"]),
        (["camera=hsc", "ccd=2"], ["p.A.hsc", "q.A.any"]),
        (["ccd=1"], ["p.A.number", "q.A.any"]),
        (["ccd=1.0"], ["p.A.number", "q.A.any"]),
        (["ccd='1'"], ["p.A.text", "q.A.any"]),
        (['ccd="1"'], ["p.A.text", "q.A.any"]),
        (["ccd="], ["q.A.any"]),
        (["bands=[g, r]"], ["p.A.list", "q.A.any"]),
        (["bands=[r, g]"], ["q.A.any"]),
        (["bands=g"], ["q.A.any"]),
        (["visit=5", "night='2026-01-01'", "flag=true"], ["p.A.conditions", "q.A.any"]),
        (["visit=5", "night=2026-01-01", "flag=on"], ["p.A.conditions", "q.A.any"]),
        (["visit=10", "night=2026-01-01", "flag=true"], ["q.A.any"]),
        (["visit='5'", "night=2026-01-01", "flag=true"], ["q.A.any"]),
        (["note=a=b"], ["q.A.any"]),
    ],
    ids=", ".join,
)
def test_values_of_a_job_are_typed_as_in_yaml(rows: Rows, metadata: list[str], expected: list[str]) -> None:
    options = [word for pair in metadata for word in ("--applies", pair)]
    assert [row["name"] for row in rows("specs", *options)] == expected


def test_metrics_that_nothing_tests(rows: Rows) -> None:
    assert [row["name"] for row in rows("metrics", "--untested")] == ["p.B"]
    assert [row["name"] for row in rows("metrics", "--untested", "--package", "q")] == []


def test_only_metrics_are_tested(tree: Make, gnomon: Gnomon) -> None:
    status, out, err = gnomon(tree(FILES), "list", "specs", "--untested")
    assert (status, out) == (2, "")
    assert "--untested is for metrics, not for specs" in err


@pytest.mark.parametrize(("camera", "expected"), [("hsc", ["p:a#hsc"]), ("decam", [])])
def test_partials_that_apply_to_a_job(rows: Rows, camera: str, expected: list[str]) -> None:
    assert [row["name"] for row in rows("partials", "--applies", f"camera={camera}")] == expected


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--package", "pp"], "there is no package `pp`; `gnomon list packages` shows what there is"),
        (["--package", "P"], "there is no package `P`; did you mean `p`?"),
        (["--metric", "a"], "there is no metric `a`; did you mean `A`?"),
        (["specs", "--metric", "p.AA"], "there is no metric `p.AA`; did you mean `p.A`?"),
        (["partials", "--tag", "photometri"], "there is no tag `photometri`; did you mean `photometry`?"),
        (["--tag", "photometry", "--tag", "q"], "there is no tag `q`; `gnomon list tags` shows what there is"),
    ],
    ids=["package", "package-capitals", "metric", "metric-of-package", "tag", "second-tag"],
)
def test_filters_for_what_is_not_there_are_refused(tree: Make, gnomon: Gnomon, arguments: list[str], told: str) -> None:
    assert gnomon(tree(FILES), "list", *arguments) == (2, "", f"error: {told}\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--applies", "camera=hsc"], "--applies is for specs and partials, not for metrics"),
        (["specs", "--applies", "camera"], "--applies takes KEY=VALUE, not 'camera'"),
        (["specs", "--applies", "=hsc"], "--applies takes KEY=VALUE, not '=hsc'"),
        (["specs", "--applies", "x={"], "the value of x is no YAML; put it in quotes: x=\"'{'\""),
        (["specs", "--applies", "x=a: b: c"], "the value of x is no YAML; put it in quotes: x=\"'a: b: c'\""),
        (["specs", "--applies", "x=&y [*y]"], "the value of x is no YAML; put it in quotes: "),
        (["specs", "--applies", "x=!!int ''"], "the value of x is no YAML; put it in quotes: "),
        (["specs", "--applies", "x=" + "[" * 2000], "the value of x is no YAML; put it in quotes: "),
        (["specs", "--applies", "x=!!python/none"], "the value of x is no YAML; put it in quotes: "),
    ],
    ids=["metrics", "no-value", "no-key", "bracket", "mapping", "itself", "no-number", "deep", "tag"],
)
def test_metadata_that_makes_no_sense_is_refused(tree: Make, gnomon: Gnomon, arguments: list[str], told: str) -> None:
    status, out, err = gnomon(tree(FILES), "list", *arguments)
    assert (status, out) == (2, "")
    assert told in err


# What cannot be resolved


def test_what_cannot_be_resolved_is_told_on_standard_error(tree: Make, gnomon: Gnomon) -> None:
    root = tree({**FILES, "specs/q/b.yaml": "name: A.broken\nbase: '#gone'\n"})
    status, out, err = gnomon(root, "list", "specs", "--package", "q")
    assert (status, out) == (
        1,
        ("name     test             applies to  tags\nq.A.any  < 1e-07 marcsec  every job\n\n1 specification\n"),
    )
    assert err == (
        "warning: 1 definition could not be resolved and is left out (see `gnomon check`):\n"
        "  q.A.broken: specs/q/b.yaml:2:7: there is no partial `q:b#gone`\n"
    )


def test_a_revision_is_listed_instead_of_the_files(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FILES)
    commit({"metrics/r.yaml": FILES["metrics/q.yaml"]})
    assert [gnomon(root, "list", *options)[1].splitlines()[-1] for options in ([], ["--rev", "HEAD~1"])] == [
        "4 metrics",
        "3 metrics",
    ]


def test_a_term_that_is_nearly_one_of_the_queries_is_told(tree: Make, gnomon: Gnomon) -> None:
    def said(term: str) -> tuple[int, str]:
        status, _, err = gnomon(tree(FILES), "list", "specs", "--applies", term)
        return status, err

    assert said("camra=hsc") == (0, "note: no specification asks for `camra`; did you mean `camera`?\n")
    assert said("camera=hsc") == (0, "")
    assert said("weather=fine") == (0, "")
