"""``gnomon show``: what a definition means, where each value comes from, and who inherits from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml
from jsonschema import Draft202012Validator

from gnomon import schemas
from gnomon.explaining import explain as explain_one
from gnomon.loader import load
from gnomon.render import shown
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]
    Gnomon = Callable[..., tuple[int, str, str]]
    Explain = Callable[..., dict[str, Any]]

METRICS = """\
A:
  unit: mmag
  description: |
    Scatter of the magnitudes of bright stars.

    Over visits.
  tags: [stars, photometry]
  label: PA
  reference: {doc: LPM-17, page: 3}
B:
  unit: ''
  description: Number of the stars that are matched to a catalogue.
"""
BASES = """\
id: any
tags: [all]
---
id: hsc
metric: A
base: '#any'
metadata_query: {camera: hsc, band: {in: [g, r]}, ccd: 1}
tags: [hsc]
"""
SPECS = """\
name: design
metric: A
abstract: true
threshold: {operator: "<=", value: 5, unit: mmag}
tags: [design]
---
name: hsc_design
base: ["base#hsc", A.design]
metadata_query:
  ccd: {any: true}
  a/b~c: [1, '1']
tags: [zz, all]
---
name: hsc_strict
base: A.hsc_design
threshold: {value: 3}
metadata_query: {dataset: ci}
"""
FILES: dict[str, str | bytes] = {"metrics/p.yaml": METRICS, "specs/p/base.yaml": BASES, "specs/p/a.yaml": SPECS}
HERE, BASE = "specs/p/a.yaml", "specs/p/base.yaml"
LOOSE = "threshold: {operator: '<=', value: 9, unit: mmag}\n"


@pytest.fixture
def explain(gnomon: Gnomon) -> Explain:
    def run(root: Path, name: str, status: int = 0) -> dict[str, Any]:
        found, out, err = gnomon(root, "show", name, "--format", "json")
        assert (found, err) == (status, "")
        document: dict[str, Any] = json.loads(out)
        Draft202012Validator(schemas.load("show-1")).validate(document)
        return document

    return run


def origins(document: dict[str, Any]) -> dict[str, tuple[str, int, int, str]]:
    return {
        pointer: (found["path"], found["line"], found["column"], found["from"])
        for pointer, found in document["origins"].items()
    }


def links(document: dict[str, Any], field: str) -> list[tuple[str, int]]:
    return [(link["name"], link["depth"]) for link in document[field]]


# Whole outputs


def test_text_of_a_specification(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(FILES), "show", "p.A.hsc_design") == (
        0,
        """\
p.A.hsc_design (specification)
  specs/p/a.yaml:7:7

  passes when  p.A <= 5.0 mmag
  applies to   camera = hsc and band = {in: [g, r]} and a/b~c = [1, '1']

  p.A in mmag (metrics/p.yaml:1:1)
  Scatter of the magnitudes of bright stars.
  Over visits.

Values
  metric                    p.A     specs/p/a.yaml:8
  tags.0                    all     specs/p/base.yaml:2  p:base#any
  tags.1                    design  specs/p/a.yaml:5  p.A.design
  tags.2                    hsc     specs/p/base.yaml:8  p:base#hsc
  tags.3                    zz      specs/p/a.yaml:12
  metadata_query.camera     hsc     specs/p/base.yaml:7  p:base#hsc
  metadata_query.band.in.0  g       specs/p/base.yaml:7  p:base#hsc
  metadata_query.band.in.1  r       specs/p/base.yaml:7  p:base#hsc
  metadata_query.a/b~c.0    1       specs/p/a.yaml:11
  metadata_query.a/b~c.1    '1'     specs/p/a.yaml:11
  threshold.operator        <=      specs/p/a.yaml:4  p.A.design
  threshold.value           5.0     specs/p/a.yaml:4  p.A.design
  threshold.unit            mmag    specs/p/a.yaml:4  p.A.design

Inherits from, in order
    p:base#any  specs/p/base.yaml:1
  p:base#hsc    specs/p/base.yaml:4
  p.A.design    specs/p/a.yaml:1

Heirs (1 definition)
  p.A.hsc_strict  specs/p/a.yaml:14
""",
        "",
    )


def test_on_a_narrow_terminal_each_origin_is_named_once() -> None:
    registry = load(Memory(FILES))
    text = click.unstyle(shown.render(explain_one(registry, "p.A.hsc_design"), registry, 42))
    assert (
        text.partition("Values\n")[2]
        == """\
  specs/p/a.yaml
     8  metric                    p.A
    12  tags.3                    zz
    11  metadata_query.a/b~c.0    1
    11  metadata_query.a/b~c.1    '1'
  specs/p/base.yaml  p:base#any
     2  tags.0                    all
  specs/p/a.yaml  p.A.design
     5  tags.1                    design
     4  threshold.operator        <=
     4  threshold.value           5.0
     4  threshold.unit            mmag
  specs/p/base.yaml  p:base#hsc
     8  tags.2                    hsc
     7  metadata_query.camera     hsc
     7  metadata_query.band.in.0  g
     7  metadata_query.band.in.1  r

Inherits from, in order
    p:base#any  specs/p/base.yaml:1
  p:base#hsc    specs/p/base.yaml:4
  p.A.design    specs/p/a.yaml:1

Heirs (1 definition)
  p.A.hsc_strict  specs/p/a.yaml:14"""
    )


def test_on_a_very_narrow_terminal_places_have_lines_of_their_own() -> None:
    registry = load(Memory(FILES))
    text = click.unstyle(shown.render(explain_one(registry, "p.A.hsc_design"), registry, 30))
    assert (
        text.partition("in order\n")[2]
        == """\
    p:base#any
        at specs/p/base.yaml:1
  p:base#hsc
      at specs/p/base.yaml:4
  p.A.design
      at specs/p/a.yaml:1

Heirs (1 definition)
  p.A.hsc_strict
      at specs/p/a.yaml:14"""
    )


@pytest.mark.parametrize(("columns", "is_wide"), [(81, True), (80, True), (79, False)])
def test_a_table_that_just_fits_is_shown(columns: int, *, is_wide: bool) -> None:
    metrics = f"A: {{unit: mmag, description: Scatter., label: {'x' * (80 - len('  label    metrics/p.yaml:1'))}}}\n"
    registry = load(Memory({"metrics/p.yaml": metrics}))
    text = click.unstyle(shown.render(explain_one(registry, "p.A"), registry, columns))
    assert ("  metrics/p.yaml\n" in text) is not is_wide


def test_a_long_query_is_wrapped(tree: Make, gnomon: Gnomon) -> None:
    root = tree(
        {
            "metrics/p.yaml": METRICS,
            "specs/p/a.yaml": "name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n"
            f"metadata_query: {{first-term: {'a' * 30}, second-term: {'b' * 70}, c: 1}}\n",
        }
    )
    lines = gnomon(root, "show", "A.s")[1].splitlines()
    assert lines[4:8] == [
        f"  applies to   first-term = {'a' * 30} and second-term =",
        f"               {'b' * 70}",
        "               and c = 1",
        "",
    ]


def test_text_of_a_metric(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(FILES), "show", "p.A") == (
        0,
        """\
p.A (metric)
  metrics/p.yaml:1:1

  Scatter of the magnitudes of bright stars.
  Over visits.

Values
  unit            mmag        metrics/p.yaml:2
  label           PA          metrics/p.yaml:8
  reference.doc   LPM-17      metrics/p.yaml:9
  reference.page  3           metrics/p.yaml:9
  tags.0          photometry  metrics/p.yaml:7
  tags.1          stars       metrics/p.yaml:7

Tested by (3 specifications)
  p.A.design      <= 5.0 mmag  specs/p/a.yaml:1
  p.A.hsc_design  <= 5.0 mmag  specs/p/a.yaml:7
  p.A.hsc_strict  <= 3.0 mmag  specs/p/a.yaml:14
""",
        "",
    )


def test_text_of_a_metric_that_nothing_tests(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(FILES), "show", "B") == (
        0,
        """\
p.B (metric)
  metrics/p.yaml:10:1

  Number of the stars that are matched to a catalogue.

Values
  unit  ''  metrics/p.yaml:11

Tested by: no specification
""",
        "",
    )


def test_text_of_a_partial(tree: Make, gnomon: Gnomon) -> None:
    assert gnomon(tree(FILES), "show", "#any") == (
        0,
        """\
p:base#any (partial)
  specs/p/base.yaml:1:5

Values
  tags.0  all  specs/p/base.yaml:2

Heirs (3 definitions)
  p:base#hsc      specs/p/base.yaml:4
  p.A.hsc_design  specs/p/a.yaml:7
  p.A.hsc_strict  specs/p/a.yaml:14
""",
        "",
    )


def test_json_of_a_specification(tree: Make, explain: Explain) -> None:
    document = explain(tree(FILES), "p.A.hsc_strict")
    del document["origins"], document["chain"]
    assert document == {
        "schema": "gnomon/show/1",
        "kind": "specification",
        "name": "p.A.hsc_strict",
        "path": HERE,
        "line": 14,
        "column": 7,
        "metric": "p.A",
        "resolved": {
            "name": "p.A.hsc_strict",
            "type": "threshold",
            "threshold": {"value": 3.0, "unit": "mmag", "operator": "<="},
            "metadata_query": {"camera": "hsc", "band": {"in": ["g", "r"]}, "a/b~c": [1, "1"], "dataset": "ci"},
            "tags": ["all", "design", "hsc", "zz"],
        },
        "heirs": [],
        "causes": [],
    }


@pytest.mark.parametrize("name", ["p.A", "p.A.hsc_strict", "p:base#hsc", "p.A.design"])
def test_yaml_is_the_same_as_json(tree: Make, gnomon: Gnomon, explain: Explain, name: str) -> None:
    root = tree(FILES)
    status, out, err = gnomon(root, "show", name, "--format", "yaml")
    assert (status, yaml.safe_load(out), err) == (0, explain(root, name), "")


# Origins


def test_origins_of_a_specification(tree: Make, explain: Explain) -> None:
    assert origins(explain(tree(FILES), "p.A.hsc_strict")) == {
        "/name": (HERE, 14, 7, "p.A.hsc_strict"),
        "/metric": (HERE, 15, 7, "p.A.hsc_strict"),
        "/tags/0": (BASE, 2, 8, "p:base#any"),
        "/tags/1": (HERE, 5, 8, "p.A.design"),
        "/tags/2": (BASE, 8, 8, "p:base#hsc"),
        "/tags/3": (HERE, 12, 8, "p.A.hsc_design"),
        "/metadata_query/camera": (BASE, 7, 26, "p:base#hsc"),
        "/metadata_query/band/in/0": (BASE, 7, 43, "p:base#hsc"),
        "/metadata_query/band/in/1": (BASE, 7, 46, "p:base#hsc"),
        "/metadata_query/a~1b~0c/0": (HERE, 11, 11, "p.A.hsc_design"),
        "/metadata_query/a~1b~0c/1": (HERE, 11, 14, "p.A.hsc_design"),
        "/metadata_query/dataset": (HERE, 17, 27, "p.A.hsc_strict"),
        "/threshold/operator": (HERE, 4, 23, "p.A.design"),
        "/threshold/value": (HERE, 16, 20, "p.A.hsc_strict"),
        "/threshold/unit": (HERE, 4, 45, "p.A.design"),
    }


def test_origins_of_a_requirement(tree: Make, explain: Explain) -> None:
    document = explain(tree(FILES), "p.A.design")
    assert document["resolved"]["abstract"] is True
    assert origins(document) == {
        "/name": (HERE, 1, 7, "p.A.design"),
        "/metric": (HERE, 2, 9, "p.A.design"),
        "/threshold/operator": (HERE, 4, 23, "p.A.design"),
        "/threshold/value": (HERE, 4, 36, "p.A.design"),
        "/threshold/unit": (HERE, 4, 45, "p.A.design"),
        "/tags/0": (HERE, 5, 8, "p.A.design"),
        "/abstract": (HERE, 3, 11, "p.A.design"),
    }


def test_abstract_is_not_inherited(tree: Make, explain: Explain) -> None:
    document = explain(tree(FILES), "p.A.hsc_design")
    assert "abstract" not in document["resolved"]
    assert "/abstract" not in document["origins"]


def test_dropped_terms_are_gone(tree: Make, explain: Explain) -> None:
    document = explain(tree(FILES), "p.A.hsc_design")
    assert list(document["resolved"]["metadata_query"]) == ["camera", "band", "a/b~c"]
    assert [pointer for pointer in document["origins"] if "ccd" in pointer] == []


def test_origins_of_a_partial(tree: Make, explain: Explain) -> None:
    document = explain(tree(FILES), "p:base#hsc")
    assert document["resolved"] == {
        "id": "p:base#hsc",
        "metric": "A",
        "tags": ["all", "hsc"],
        "metadata_query": {"camera": "hsc", "band": {"in": ["g", "r"]}, "ccd": 1},
    }
    assert origins(document) == {
        "/id": (BASE, 4, 5, "p:base#hsc"),
        "/metric": (BASE, 5, 9, "p:base#hsc"),
        "/tags/0": (BASE, 2, 8, "p:base#any"),
        "/tags/1": (BASE, 8, 8, "p:base#hsc"),
        "/metadata_query/camera": (BASE, 7, 26, "p:base#hsc"),
        "/metadata_query/band/in/0": (BASE, 7, 43, "p:base#hsc"),
        "/metadata_query/band/in/1": (BASE, 7, 46, "p:base#hsc"),
        "/metadata_query/ccd": (BASE, 7, 56, "p:base#hsc"),
    }


def test_origins_of_a_metric(tree: Make, explain: Explain) -> None:
    here, name = "metrics/p.yaml", "p.A"
    document = explain(tree(FILES), name)
    assert document["metric"] is None
    assert document["resolved"] == {
        "name": "p.A",
        "description": "Scatter of the magnitudes of bright stars.\n\nOver visits.",
        "unit": "mmag",
        "tags": ["photometry", "stars"],
        "reference": {"doc": "LPM-17", "page": 3, "url": None},
        "label": "PA",
    }
    assert origins(document) == {
        "/name": (here, 1, 1, name),
        "/unit": (here, 2, 9, name),
        "/description": (here, 3, 16, name),
        "/label": (here, 8, 10, name),
        "/reference/doc": (here, 9, 20, name),
        "/reference/page": (here, 9, 34, name),
        "/tags/0": (here, 7, 17, name),
        "/tags/1": (here, 7, 10, name),
    }


def test_a_base_given_twice_appends_twice(tree: Make, explain: Explain) -> None:
    spec = f"id: x\nmetadata_query: {{l: [1]}}\ntags: [t]\n---\nname: A.s\nbase: ['#x', '#x']\n{LOOSE}"
    document = explain(tree({"metrics/p.yaml": METRICS, HERE: spec}), "p.A.s")
    assert document["resolved"]["metadata_query"] == {"l": [1, 1]}
    assert document["resolved"]["tags"] == ["t"]
    found = origins(document)
    assert (found["/metadata_query/l/0"], found["/metadata_query/l/1"]) == ((HERE, 2, 22, "p:a#x"),) * 2
    assert links(document, "chain") == [("p:a#x", 1)]


def test_a_test_of_another_type_leaves_nothing_of_the_old(tree: Make, explain: Explain) -> None:
    spec = f"name: A.s\n{LOOSE}---\nname: A.t\nbase: A.s\nrange: {{lower: 1, upper: 2, unit: mmag}}\n"
    document = explain(tree({"metrics/p.yaml": METRICS, HERE: spec}), "A.t")
    assert document["resolved"]["range"] == {"lower": 1.0, "upper": 2.0, "unit": "mmag", "inclusive": "both"}
    assert origins(document) == {
        "/name": (HERE, 4, 7, "p.A.t"),
        "/metric": (HERE, 4, 7, "p.A.t"),
        "/range/lower": (HERE, 6, 16, "p.A.t"),
        "/range/upper": (HERE, 6, 26, "p.A.t"),
        "/range/unit": (HERE, 6, 35, "p.A.t"),
    }


ODD_METRICS = """\
A:
  unit: mag
  description: Offset of the magnitudes of bright stars.
  name: ignored
  revision: 1
  reference: [{doc: X, section: null}]
  owner: me
  tags: !!set {z, a}
  deprecated: {reason: Wrong stars., since: null}
  unknown: 3
C:
  unit: mag
  description: [1, 2]
  reference: [{doc: [X, Y]}, {url: "https://example.org"}]
  owner: [me, you]
  tags: b
D: {unit: mag, description: Spread of the magnitudes of bright stars., revision: 0x10, label: 3}
"""
ODD_SPECS = """\
id: bare
tags: t
metadata_query: {on: 1, 2: x, l: [1, {q: []}], e: {}}
range: {lower: 1, unit: mag}
---
name: A.r
base: "#bare"
tags: [b, a, b]
range: {foo: 3, inclusive: null}
---
name: A.t
tolerance: {target: 1, within: null, plus: 1, minus: 2, unit: mag}
tags: [1, 2026-01-01]
---
name: A.n
threshold: {operator: "<", value: .nan, unit: mag}
metadata_query: {x: .inf, y: [.nan]}
"""


@pytest.mark.parametrize("name", ["p.A", "p.C", "p.D", "p:a#bare", "p.A.r", "p.A.t", "p.A.n"])
def test_every_origin_leads_to_a_value(tree: Make, explain: Explain, name: str) -> None:
    document = explain(tree({"metrics/p.yaml": ODD_METRICS, HERE: ODD_SPECS}), name)

    def value(pointer: str) -> Any:
        found = document if pointer == "/metric" else document["resolved"]
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found[key]
        return found

    assert [
        pointer for pointer in document["origins"] if value(pointer) not in ([], {}) and not is_scalar(value(pointer))
    ] == []


def is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def test_one_value_and_a_list_of_one_are_the_same(tree: Make, explain: Explain) -> None:
    root = tree({"metrics/p.yaml": ODD_METRICS, HERE: ODD_SPECS})
    found = origins(explain(root, "p.A"))
    assert (found["/reference/doc"], found["/owner/0"]) == (
        ("metrics/p.yaml", 6, 21, "p.A"),
        ("metrics/p.yaml", 7, 10, "p.A"),
    )
    assert origins(explain(root, "p:a#bare"))["/tags"] == (HERE, 2, 7, "p:a#bare")


def test_numbers_that_json_cannot_hold_are_null(tree: Make, explain: Explain) -> None:
    document = explain(tree({"metrics/p.yaml": ODD_METRICS, HERE: ODD_SPECS}), "p.A.n")
    assert document["resolved"]["threshold"]["value"] is None
    assert document["resolved"]["metadata_query"] == {"x": None, "y": [None]}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("{a: 1, b: '1'}", "a = 1 and b = '1'"),
        ("{a: true, b: 'true'}", "a = true and b = 'true'"),
        ("{a: hsc, b: ''}", "a = hsc and b = ''"),
        ("{a: '2026-01-01', b: ' x'}", "a = '2026-01-01' and b = ' x'"),
        ("{}", "every job"),
    ],
    ids=["number", "boolean", "text", "date", "empty"],
)
def test_text_and_numbers_of_a_query_look_different(tree: Make, gnomon: Gnomon, query: str, shown: str) -> None:
    root = tree({"metrics/p.yaml": METRICS, HERE: f"name: A.s\nmetadata_query: {query}\n{LOOSE}"})
    assert f"\n  applies to   {shown}\n" in gnomon(root, "show", "A.s")[1]


@pytest.mark.parametrize(
    ("test", "shown"),
    [
        ("threshold: {operator: '>=', value: 2.5, unit: mag}", "p.A >= 2.5 mag"),
        ("threshold: {operator: '<', value: '1e-3', unit: mag}", "p.A < 0.001 mag"),
        ("range: {lower: -2, upper: 2, unit: mmag}", "p.A in [-2.0, 2.0] mmag"),
        ("range: {upper: 2, unit: mmag, inclusive: neither}", "p.A in (-inf, 2.0) mmag"),
        ("tolerance: {target: 27, within: 0.5, unit: mag}", "p.A = 27.0 ± 0.5 mag"),
        ("tolerance: {target: 27, plus: 1, minus: 0.5, unit: mag}", "p.A = 27.0 +1.0 -0.5 mag"),
    ],
    ids=["threshold", "numeric-string", "range", "half-range", "within", "plus-minus"],
)
def test_a_test_is_shown_in_words(tree: Make, gnomon: Gnomon, test: str, shown: str) -> None:
    root = tree({"metrics/p.yaml": METRICS, HERE: f"name: A.s\n{test}\n"})
    assert f"\n  passes when  {shown}\n" in gnomon(root, "show", "A.s")[1]


# Chain and heirs


def test_chain_is_in_the_order_of_merging(tree: Make, explain: Explain) -> None:
    document = explain(tree(FILES), "p.A.hsc_strict")
    assert links(document, "chain") == [("p:base#any", 3), ("p:base#hsc", 2), ("p.A.design", 2), ("p.A.hsc_design", 1)]
    assert document["chain"][0] == {
        "name": "p:base#any",
        "kind": "partial",
        "path": BASE,
        "line": 1,
        "column": 5,
        "depth": 3,
    }


def test_heirs_are_direct_and_indirect_nearest_first(tree: Make, explain: Explain, gnomon: Gnomon) -> None:
    specs = (
        f"name: A.z\n{LOOSE}---\nname: A.b\nbase: A.z\n---\nname: A.c\nbase: A.z\n---\nname: A.a\nbase: [A.b, A.z]\n"
    )
    root = tree({"metrics/p.yaml": METRICS, HERE: specs + "---\nname: A.d\nbase: A.b\n"})
    assert links(explain(root, "p.A.z"), "heirs") == [("p.A.b", 1), ("p.A.c", 1), ("p.A.a", 1), ("p.A.d", 2)]
    # Indented, the last one would look like an heir of the one before it.
    assert gnomon(root, "show", "A.z")[1].endswith(
        "\nHeirs (4 definitions)\n"
        "  p.A.b  specs/p/a.yaml:4\n"
        "  p.A.c  specs/p/a.yaml:7\n"
        "  p.A.a  specs/p/a.yaml:10\n"
        "  p.A.d  specs/p/a.yaml:13\n"
    )


def test_tests_that_cannot_be_resolved_are_left_out_and_on_a_narrow_terminal_places_go_below() -> None:
    registry = load(Memory({**FILES, "specs/p/z.yaml": "name: A.broken\nbase: '#gone'\n"}))
    text = click.unstyle(shown.render(explain_one(registry, "p.A"), registry, 40))
    assert text[text.index("Tested") :] == (
        "Tested by (4 specifications)\n"
        "  p.A.broken\n      at specs/p/z.yaml:1\n"
        "  p.A.design      <= 5.0 mmag\n      at specs/p/a.yaml:1\n"
        "  p.A.hsc_design  <= 5.0 mmag\n      at specs/p/a.yaml:7\n"
        "  p.A.hsc_strict  <= 3.0 mmag\n      at specs/p/a.yaml:14"
    )


def test_many_heirs_are_cut_in_text_only(tree: Make, explain: Explain, gnomon: Gnomon) -> None:
    heirs = "".join(f"---\nname: A.h{n:02}\nbase: A.z\n" for n in range(25))
    root = tree({"metrics/p.yaml": METRICS, HERE: f"name: A.z\n{LOOSE}{heirs}"})
    assert len(explain(root, "A.z")["heirs"]) == 25
    assert gnomon(root, "show", "A.z")[1].splitlines()[-1] == "  and 5 more (`gnomon show p.A.z --format json`)"


def test_heirs_in_another_package_are_heirs(tree: Make, explain: Explain) -> None:
    other = {"metrics/q.yaml": METRICS, "specs/q/a.yaml": "name: t\nbase: p.A.s\n"}
    root = tree({"metrics/p.yaml": METRICS, HERE: f"name: A.s\n{LOOSE}", **other})
    assert links(explain(root, "p.A.s"), "heirs") == [("q.A.t", 1)]
    document = explain(root, "q.A.t")
    assert (document["metric"], links(document, "chain")) == ("q.A", [("p.A.s", 1)])
    assert origins(document)["/threshold/value"] == (HERE, 2, 36, "p.A.s")


# Names


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("p.A", "p.A"),
        ("A", "p.A"),
        ("A.design", "p.A.design"),
        ("design", "p.A.design"),
        ("hsc_strict", "p.A.hsc_strict"),
        ("p:base#hsc", "p:base#hsc"),
        ("base#hsc", "p:base#hsc"),
        ("#hsc", "p:base#hsc"),
    ],
)
def test_a_name_may_be_as_short_as_is_unique(tree: Make, explain: Explain, short: str, name: str) -> None:
    assert explain(tree(FILES), short)["name"] == name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("s", "`s` is the name of 3 definitions: p.A.s, p.B.s, q.A.s"),
        ("A.s", "`A.s` is the name of 2 definitions: p.A.s, q.A.s"),
        ("#x", "`#x` is the name of 2 definitions: p:a#x, p:sub/b#x"),
        ("p.A.ss", "there is no definition `p.A.ss`; did you mean `p.A.s`?"),
        ("P.A.S", "there is no definition `P.A.S`; did you mean `p.A.s`?"),
        ("A.ss", "there is no definition `A.ss`; did you mean `p.A.s`?"),
        ("nothing-like-it", "there is no definition `nothing-like-it`; `gnomon list` shows what there is"),
        ("p", "`p` is a package; `gnomon list --package p` shows what is in it"),
    ],
    ids=[
        "ambiguous",
        "ambiguous-metric",
        "ambiguous-partial",
        "misspelt",
        "capitals",
        "misspelt-end",
        "unknown",
        "package",
    ],
)
def test_a_name_that_is_none_is_refused(tree: Make, gnomon: Gnomon, name: str, told: str) -> None:
    specs = f"name: A.s\n{LOOSE}---\nname: B.s\n{LOOSE}---\nid: x\ntags: [a]\n"
    root = tree(
        {
            "metrics/p.yaml": METRICS,
            "metrics/q.yaml": METRICS,
            HERE: specs,
            "specs/p/sub/b.yaml": "id: x\ntags: [a]\n",
            "specs/q/a.yaml": f"name: A.s\n{LOOSE}",
        }
    )
    assert gnomon(root, "show", name) == (2, "", f"error: {told}\n")


def test_of_many_definitions_a_few_are_named(tree: Make, gnomon: Gnomon) -> None:
    specs = "---\n".join(f"name: M{n}.s\n{LOOSE}" for n in range(8))
    told = "`s` is the name of 8 definitions: p.M0.s, p.M1.s, p.M2.s, p.M3.s, p.M4.s, p.M5.s, ..."
    assert gnomon(tree({"metrics/p.yaml": METRICS, HERE: specs}), "show", "s") == (2, "", f"error: {told}\n")


# What cannot be resolved


@pytest.mark.parametrize(
    ("spec", "name", "cause"),
    [
        ("name: A.s\nbase: '#gone'\n", "p.A.s", ("unknown-base", "there is no partial `p:a#gone`", HERE, 2, 7)),
        (
            "id: x\nbase: '#gone'\n---\nname: A.s\nbase: '#x'\n",
            "p.A.s",
            ("unknown-base", "there is no partial `p:a#gone`", HERE, 2, 7),
        ),
        ("id: x\nbase: '#x'\n", "p:a#x", ("cyclic-base", "`p:a#x` inherits from itself", HERE, 2, 7)),
        (
            "name: A.s\n",
            "p.A.s",
            (
                "missing-test",
                "no test: none of `threshold`, `range`, `tolerance`, neither here nor inherited",
                HERE,
                1,
                1,
            ),
        ),
    ],
    ids=["unknown-base", "inherited-fault", "cycle", "no-test"],
)
def test_what_cannot_be_resolved_says_why(
    tree: Make, gnomon: Gnomon, explain: Explain, spec: str, name: str, cause: tuple[str, str, str, int, int]
) -> None:
    root = tree({"metrics/p.yaml": METRICS, HERE: spec})
    document = explain(root, name, status=1)
    assert document["resolved"] is None
    assert document["origins"] == {}
    assert [tuple(found.values()) for found in document["causes"]] == [cause]
    status, out, err = gnomon(root, "show", name)
    _, message, path, line, column = cause
    assert (status, err) == (1, "")
    assert f"\n  cannot be resolved: {message} ({path}:{line}:{column})\n" in out


def test_a_metric_without_unit_says_why(tree: Make, gnomon: Gnomon, explain: Explain) -> None:
    root = tree({"metrics/p.yaml": "A:\n  description: Scatter of stars.\n"})
    assert explain(root, "A", status=1)["causes"][0]["message"] == "`A` has no `unit`"
    assert gnomon(root, "show", "A")[:2] == (
        1,
        (
            "p.A (metric)\n  metrics/p.yaml:1:1\n\n  cannot be resolved: `A` has no `unit` (metrics/p.yaml:1:1)\n\n"
            "Tested by: no specification\n"
        ),
    )


def test_another_definition_that_cannot_be_resolved_does_not_matter(tree: Make, explain: Explain) -> None:
    root = tree({**FILES, "specs/p/z.yaml": "name: A.broken\nbase: '#gone'\n"})
    assert explain(root, "p.A.design")["causes"] == []


def test_a_specification_of_an_unknown_metric_is_shown(tree: Make, gnomon: Gnomon) -> None:
    status, out, _ = gnomon(tree({"metrics/p.yaml": METRICS, HERE: f"name: Z.s\n{LOOSE}"}), "show", "Z.s")
    assert (status, out.splitlines()[0]) == (0, "p.Z.s (specification)")


# Revisions


def test_a_revision_is_shown_instead_of_the_files(commit: Make, explain: Explain, gnomon: Gnomon) -> None:
    root = commit(FILES)
    commit({HERE: SPECS.replace("value: 3", "value: 4")})
    old = json.loads(gnomon(root, "show", "hsc_strict", "--rev", "HEAD~1", "--format", "json")[1])
    assert (old["resolved"]["threshold"]["value"], explain(root, "hsc_strict")["resolved"]["threshold"]["value"]) == (
        3,
        4,
    )
