"""``gnomon export``: all definitions, resolved, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from gnomon import schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]
    Gnomon = Callable[..., tuple[int, str, str]]

FILES: dict[str, str | bytes] = {
    "metrics/p.yaml": """\
B:
  unit: percent
  description: |
    Share of the stars that are matched to a catalogue.
  tags: !!set {z, a}
  reference: [{doc: X, page: 3}, {doc: Y, url: 'https://example.org', section: '2.10', version: '1'}]
  label: Match
  owner: [me, you]
  deprecated: {since: '2026.10', reason: Nobody looks., replaced_by: A}
  revision: 2
A: {unit: milliarcsecond, description: Scatter of the positions of bright stars over visits., reference: {doc: X}}
""",
    "specs/p/z.yaml": "name: A.design\nabstract: true\nthreshold: {operator: '<=', value: '1e-3', unit: arcsec}\n",
    "specs/p/a.yaml": """\
name: A.hsc
base: A.design
metadata_query: {camera: hsc, ccd: [1, '1']}
tags: [b, a]
---
name: A.some
metadata_query: {band: {in: [g, r]}, seeing: {"<": 1}, camera: hsc}
threshold: {operator: '<', value: 1, unit: arcsec}
---
name: B.limits
metadata_query: {camera: hsc}
range: {lower: 90, unit: '%'}
---
name: B.near
metadata_query: {camera: decam}
tolerance: {target: 95, percent: 1, unit: '%'}
""",
}
METRIC_A = {
    "name": "p.A",
    "description": "Scatter of the positions of bright stars over visits.",
    "unit": "marcsec",
    "tags": [],
    "reference": {"doc": "X", "page": None, "url": None},
}
METRIC_B = {
    "name": "p.B",
    "description": "Share of the stars that are matched to a catalogue.",
    "unit": "%",
    "tags": ["a", "z"],
    "reference": [
        {"doc": "X", "page": 3, "url": None},
        {"doc": "Y", "page": None, "url": "https://example.org", "section": "2.10", "version": "1"},
    ],
    "label": "Match",
    "owner": ["me", "you"],
    "deprecated": {"since": "2026.10", "reason": "Nobody looks.", "replaced_by": "A"},
    "revision": 2,
}
HSC: dict[str, Any] = {
    "name": "p.A.hsc",
    "type": "threshold",
    "threshold": {"value": 0.001, "unit": "arcsec", "operator": "<="},
    "metadata_query": {"camera": "hsc", "ccd": [1, "1"]},
    "tags": ["a", "b"],
}


def valid(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    Draft202012Validator(schemas.load("export-1")).validate(document)
    return document


def test_json_has_everything_sorted_by_name(tree: Make, gnomon: Gnomon) -> None:
    status, out, err = gnomon(tree(FILES), "export")
    assert (status, err) == (0, "")
    assert valid(out) == {
        "schema": "gnomon/export/1",
        "metrics": [METRIC_A, METRIC_B],
        "specs": [
            {
                "name": "p.A.design",
                "type": "threshold",
                "threshold": {"value": 0.001, "unit": "arcsec", "operator": "<="},
                "metadata_query": {},
                "tags": [],
                "abstract": True,
            },
            HSC,
            {
                "name": "p.A.some",
                "type": "threshold",
                "threshold": {"value": 1.0, "unit": "arcsec", "operator": "<"},
                "metadata_query": {"band": {"in": ["g", "r"]}, "seeing": {"<": 1}, "camera": "hsc"},
                "tags": [],
            },
            {
                "name": "p.B.limits",
                "type": "range",
                "range": {"lower": 90.0, "upper": None, "unit": "%", "inclusive": "both"},
                "metadata_query": {"camera": "hsc"},
                "tags": [],
            },
            {
                "name": "p.B.near",
                "type": "tolerance",
                "tolerance": {"target": 95.0, "unit": "%", "percent": 1.0},
                "metadata_query": {"camera": "decam"},
                "tags": [],
            },
        ],
    }


def test_values_of_tests_are_floats(tree: Make, gnomon: Gnomon) -> None:
    out = gnomon(tree(FILES), "export")[1]
    assert '"lower": 90.0,' in out
    assert '"percent": 1.0' in out


def test_yaml_is_the_same_as_json(tree: Make, gnomon: Gnomon) -> None:
    root = tree(FILES)
    status, out, err = gnomon(root, "export", "--format", "yaml")
    assert (status, yaml.safe_load(out), err) == (0, json.loads(gnomon(root, "export")[1]), "")


def test_an_empty_repository_exports_nothing(tree: Make, gnomon: Gnomon) -> None:
    status, out, err = gnomon(tree({"gnomon.toml": ""}), "export")
    assert (status, valid(out), err) == (0, {"schema": "gnomon/export/1", "metrics": [], "specs": []}, "")


def test_lsst_has_what_the_original_reads(tree: Make, gnomon: Gnomon) -> None:
    status, out, err = gnomon(tree(FILES), "export", "--format", "lsst")
    assert status == 0
    fields = ("name", "description", "unit", "tags")
    assert json.loads(out) == {
        "metrics": [
            METRIC_A,
            {**{field: METRIC_B[field] for field in fields}, "reference": {"doc": "X", "page": 3, "url": None}},
        ],
        "specs": [HSC],
    }
    assert err.splitlines()[0].startswith("warning: ")
    assert err.splitlines()[1:] == [
        "  label: p.B",
        "  owner: p.B",
        "  deprecated: p.B",
        "  revision: p.B",
        "  all references but the first of 2: p.B",
        "  a requirement (abstract), which it would evaluate for every job: p.A.design",
        "  a query with conditions (band, seeing): p.A.some",
        "  a test of the type range: p.B.limits",
        "  a test of the type tolerance: p.B.near",
    ]


def test_lsst_tells_what_many_lose_in_one_line(tree: Make, gnomon: Gnomon) -> None:
    metric = "{unit: mag, description: Scatter of the magnitudes of bright stars., label: Scatter}"
    metrics = "".join(f"m{number}: {metric}\n" for number in range(5))
    _, _, err = gnomon(tree({"metrics/p.yaml": metrics}), "export", "--format", "lsst")
    assert err == (
        "warning: left out, since lsst.verify cannot read it, 5 parts:\n  label: p.m0, p.m1, p.m2 and 2 more\n"
    )


def test_lsst_says_nothing_where_nothing_is_lost(tree: Make, gnomon: Gnomon) -> None:
    root = tree(
        {
            "metrics/p.yaml": "A: {unit: mag, description: Scatter of the magnitudes of bright stars.}\n",
            "specs/p/a.yaml": "name: A.s\nthreshold: {operator: '<', value: 1, unit: mag}\n",
        }
    )
    status, out, err = gnomon(root, "export", "--format", "lsst")
    assert (status, len(json.loads(out)["specs"]), err) == (0, 1, "")


@pytest.mark.parametrize(
    ("field", "lost"),
    [("section: '3.1'", "reference.section"), ("version: '2'", "reference.version")],
    ids=["section", "version"],
)
def test_lsst_tells_of_lost_parts_of_a_reference(tree: Make, gnomon: Gnomon, field: str, lost: str) -> None:
    metric = f"A: {{unit: mag, description: Scatter of stars., reference: {{doc: X, {field}}}}}\n"
    _, out, err = gnomon(tree({"metrics/p.yaml": metric}), "export", "--format", "lsst")
    assert json.loads(out)["metrics"][0]["reference"] == {"doc": "X", "page": None, "url": None}
    assert err.splitlines()[1:] == [f"  {lost}: p.A"]


@pytest.mark.parametrize("style", ["json", "yaml", "lsst"])
def test_what_cannot_be_resolved_is_told_and_the_rest_is_written(tree: Make, gnomon: Gnomon, style: str) -> None:
    root = tree(
        {
            "metrics/p.yaml": (
                "A: {unit: mag, description: Scatter of the magnitudes of bright stars.}\n"
                "B: {unit: magg, description: Offset of the magnitudes of bright stars.}\n"
            ),
            "specs/p/a.yaml": (
                "name: A.s\nthreshold: {operator: '<', value: 1, unit: mag}\n---\n"
                "name: A.t\nbase: '#gone'\n---\nname: A.u\nbase: A.t\n"
            ),
        }
    )
    status, out, err = gnomon(root, "export", "--format", style)
    document = yaml.safe_load(out)
    assert status == 1
    assert [entry["name"] for entry in (*document["metrics"], *document["specs"])] == ["p.A", "p.A.s"]
    first, *rest = err.splitlines()
    assert first == "warning: 3 definitions could not be resolved and are left out (see `gnomon check`):"
    assert rest[:2] == [
        "  p.A.t: specs/p/a.yaml:5:7: there is no partial `p:a#gone`",
        "  p.A.u: specs/p/a.yaml:5:7: there is no partial `p:a#gone`",
    ]
    assert rest[2].startswith("  p.B: metrics/p.yaml:2:11: `magg` is not a unit")


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan"])
def test_numbers_that_json_cannot_hold_are_null(tree: Make, gnomon: Gnomon, value: str) -> None:
    root = tree(
        {
            "metrics/p.yaml": "A: {unit: mag, description: Scatter of the magnitudes of bright stars.}\n",
            "specs/p/a.yaml": (
                f"name: A.s\nmetadata_query: {{x: {value}, y: [{value}], z: {{'<': {value}}}}}\n"
                f"threshold: {{operator: '<', value: {value}, unit: mag}}\n---\n"
                f"name: A.t\nrange: {{lower: 0, upper: {value}, unit: mag}}\n---\n"
                f"name: A.u\ntolerance: {{target: {value}, within: {value}, unit: mag}}\n"
            ),
        }
    )
    status, out, _ = gnomon(root, "export")
    threshold, limits, tolerance = valid(out)["specs"]
    assert status == 0
    assert threshold["threshold"]["value"] is None
    assert threshold["metadata_query"] == {"x": None, "y": [None], "z": {"<": None}}
    assert (limits["range"]["lower"], limits["range"]["upper"]) == (0.0, None)
    assert tolerance["tolerance"] == {"target": None, "unit": "mag", "within": None}
    left_out = gnomon(root, "export", "--format", "lsst")
    assert json.loads(left_out[1])["specs"] == []
    assert "  a limit that is no finite number: p.A.s" in left_out[2]


def test_definitions_with_faults_of_other_kinds_are_kept(tree: Make, gnomon: Gnomon) -> None:
    metrics = (
        "A: {unit: mag, description: Scatter of stars., revision: 0x10, label: 3, page: 3}\n"
        "C: {unit: 1, description: Number of stars., tags: [1, a], owner: 3, reference: {page: -1, doc: [X, Y]}}\n"
    )
    specs = "name: A.s\ntags: [2026-01-01]\nthreshold: {operator: '<', value: 1, unit: mag, value: 2}\nfoo: 1\n"
    status, out, err = gnomon(tree({"metrics/p.yaml": metrics, "specs/p/a.yaml": specs}), "export")
    document = valid(out)
    assert (status, err) == (0, "")
    assert [entry["name"] for entry in document["metrics"]] == ["p.A", "p.C"]
    assert document["metrics"][1]["reference"] == {"doc": ["X", "Y"], "page": -1, "url": None}
    assert document["specs"][0]["threshold"]["value"] == 2.0


def test_a_revision_is_exported_instead_of_the_files(commit: Make, gnomon: Gnomon) -> None:
    root = commit(FILES)
    first = gnomon(root, "export")
    commit({"metrics/q.yaml": FILES["metrics/p.yaml"]})
    assert gnomon(root, "export", "--rev", "HEAD~1") == first
    assert gnomon(root, "export", "--rev", "HEAD") == gnomon(root, "export")
