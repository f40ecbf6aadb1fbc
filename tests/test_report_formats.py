"""How a report looks in each format, and that no text of others becomes more than text in any of them."""

from __future__ import annotations

import importlib
import json
import re
import textwrap
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gnomon import schemas, units
from gnomon.commands.report import FORMATS
from gnomon.jobs.definitions import Provenance
from gnomon.jobs.evaluation import Selection, Status, Verdict, judge
from gnomon.jobs.job import Job
from gnomon.jobs.measurements import Measurement
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.reporting import Definitions, FullReport, report
from gnomon.jobs.specification_set import SpecificationSet
from gnomon.loader import load
from gnomon.metrics import Metric
from gnomon.names import Name
from gnomon.render.report_ladder import draw
from gnomon.sources import Memory
from gnomon.specifications import Range, Specification, Threshold, Tolerance
from test_diff_formats import HOSTILE, LINKED, PIECES, assert_harmless, page_of, structure

if TYPE_CHECKING:
    from gnomon.specifications import Test

METRICS = """\
A: {unit: mmag, description: Scatter of the magnitudes of stars.}
B: {unit: '', description: Number of the stars.}
C: {unit: s, description: Time spent.}
D: {unit: arcsec, description: Size of the PSF.}
"""
SPECS = """\
name: A.minimum
abstract: true
tags: [minimum]
threshold: {operator: '<=', value: 8, unit: mmag}
---
name: A.hsc_minimum
base: A.minimum
metadata_query: {camera: hsc}
---
name: A.hsc_design
tags: [design]
metadata_query: {camera: hsc}
threshold: {operator: '<', value: 0.005, unit: mag}
---
name: B.many
tags: [minimum]
metadata_query: {band: {in: [g, r]}}
threshold: {operator: '>=', value: 100, unit: ''}
---
name: C.near
tolerance: {target: 10, within: 1, unit: s}
---
name: D.promised
abstract: true
range: {lower: 0, upper: 1, unit: arcsec}
---
name: D.lost
base: '#nowhere'
"""
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def rendered(found: FullReport, style: str, **options: bool) -> str:
    return "\n".join(importlib.import_module(FORMATS[style]).render(found, **options))


@pytest.fixture(scope="module")
def representative() -> FullReport:
    """Two jobs: one that fails, passes and lacks something, one to which nothing applies."""
    registry = load(Memory({"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECS}))
    definitions = Definitions.from_registry("option", registry, Provenance("/repo", COMMIT))
    made = {"repository": "/old repo", "commit": COMMIT[::-1], "dirty": True, "version": "0.1"}
    first = Job(
        [
            Measurement("p.A", units.quantity(6.0, "mmag")),
            Measurement("p.B", 70),
            Measurement("q.X", units.quantity(1.5, "m")),
        ],
        meta={"camera": "hsc", "gnomon": {"definitions": made}},
    )
    second = Job([Measurement("p.B", 120)], meta={"band": "y"})
    return report([("a/first.json", first, definitions), ("second.json", second, definitions)], Selection())


TABLE = """\
warning: 1 definition could not be resolved, so nothing was tested by it (see
    `gnomon check`):
  p.D.lost: specs/p/a.yaml:28:7: there is no partial `p:a#nowhere`

a/first.json: FAIL
  1 pass, 1 fail, 1 not measured; 2 measurements to which no specification
  applies
  definitions: /repo at 0123456789ab, as --definitions says (6 specifications)
  the job was made with /old repo at 76543210fedc with changes; `--definitions
  '/old repo@76543210fedcba9876543210fedcba9876543210'` judges it by those of
  that commit, without the changes that were not committed
  metadata: camera=hsc

  p.A: 6 mmag
    pass  hsc_minimum  <= 8.0 mmag  +2 mmag (+25 %)
    FAIL  hsc_design   < 0.005 mag  -1 mmag (-20 %)

  Not measured: 1 specification of 1 metric (--all lists them)
    p: C (1)

  Requirements
    pass  p.A.minimum (1 pass)
    others: 1 without any specification

  No specification applies to
    p.B: 70; 1 specification tests it, and does not apply
      B.many needs `band` in ['g', 'r'], which the job lacks
    q.X: 1.5 m; there is no definition of this metric

second.json: UNMATCHED
  0 pass, 0 fail, 1 not measured; no specification of what it measures applies
  to it, although there are some
  definitions: /repo at 0123456789ab, as --definitions says (6 specifications)
  metadata: band=y

  Not measured: 1 specification of 1 metric (--all lists them)
    p: C (1)

  Requirements: 1 not for this job, 1 without any specification

  No specification applies to
    p.B: 120; 1 specification tests it, and does not apply
      B.many needs `band` in ['g', 'r'], and the job has 'y'

All jobs
  [1] a/first.json: FAIL
  [2] second.json: UNMATCHED

                 [1]    [2]
  p.A (mmag)     6      -
    hsc_minimum  pass   -
    hsc_design   FAIL   -
  p.B            70 ?   120 ?
  q.X (m)        1.5 ?  -

  (- does not apply, ? no specification applies to it)
  Not measured by any job: 1 specification (--all lists them)

  Requirements, over all jobs
    pass  p.A.minimum (1 pass)
    others: 1 without any specification

2 jobs: 1 fail, 1 unmatched; specifications: 1 pass, 1 fail, 2 not measured"""

MARKDOWN = """\
**2 jobs: 1 fail, 1 unmatched; specifications: 1 pass, 1 fail, 2 not measured**

⚠️ 1 definition could not be resolved, so nothing was tested by it (see `gnomon check`): `p.D.lost`

|  | `a/first.json` | `second.json` |
| --- | --- | --- |
| | ❌ fail | ❌ unmatched |
| **`p.A`** | 6 mmag |  |
| `hsc_minimum` | ✅ pass |  |
| `hsc_design` | ❌ fail |  |
| **`p.B`** | 70 (nothing applies) | 120 (nothing applies) |
| **`q.X`** | 1.5 m (nothing applies) |  |

|  | Requirement, over all jobs | Its specifications |
| --- | --- | --- |
| ✅ pass | `p.A.minimum` | 1 pass |

Other requirements: 1 without any specification

### `a/first.json`: ❌ fail

- 1 pass, 1 fail, 1 not measured; 2 measurements to which no specification applies
- definitions: /repo at 012345&#8203;6789ab, as --definitions says (6 specifications)
- the job was made with /old repo at 765432&#8203;10fedc with changes; `--definitions '/old \
repo@76543210fedcba9876543210fedcba9876543210'` judges it by those of that commit, \
without the changes that were not committed
- metadata: camera = hsc

|  | Specification | Measured | Test | Margin |
| --- | --- | --- | --- | --- |
| ❌ fail | `p.A.hsc_design` | 6 mmag | < 0.005 mag | \\-1 mmag (-20 %) |
| ✅ pass | `p.A.hsc_minimum` | 6 mmag | <= 8.0 mmag | \\+2 mmag (+25 %) |

Not measured, with the number of their specifications: `p.C` (1)

|  | Requirement | Its specifications |
| --- | --- | --- |
| ✅ pass | `p.A.minimum` | 1 pass |

Other requirements: 1 without any specification

No specification applies to

- `p.B`: 70; 1 specification tests it, and does not apply
  - nearest: B.many needs `band` in \\['g', 'r'\\], which the job lacks
- `q.X`: 1.5 m; there is no definition of this metric

### `second.json`: ❌ unmatched

- 0 pass, 0 fail, 1 not measured; no specification of what it measures applies to it, although there are some
- definitions: /repo at 012345&#8203;6789ab, as --definitions says (6 specifications)
- metadata: band = y

Not measured, with the number of their specifications: `p.C` (1)

Requirements: 1 not for this job, 1 without any specification

No specification applies to

- `p.B`: 120; 1 specification tests it, and does not apply
  - nearest: B.many needs `band` in \\['g', 'r'\\], and the job has 'y'"""

JUNIT = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gnomon report" failures="1" errors="2" skipped="5" tests="10">
  <testsuite name="definitions" failures="0" errors="1" skipped="0" tests="1">
    <testcase classname="definitions" name="p.D.lost">
      <error type="unresolved" message="could not be resolved: specs/p/a.yaml:28:7: there is no partial \
`p:a#nowhere`" />
    </testcase>
  </testsuite>
  <testsuite name="a/first.json" failures="1" errors="0" skipped="3" tests="6">
    <properties>
      <property name="definitions" value="/repo at 0123456789ab, as --definitions says (6 specifications)" />
      <property name="outcome" value="fail" />
      <property name="made_with" value="the job was made with /old repo at 76543210fedc with changes; `--definitions \
'/old repo@76543210fedcba9876543210fedcba9876543210'` judges it by those of that commit, \
without the changes that were not committed" />
      <property name="metadata.camera" value="hsc" />
    </properties>
    <testcase classname="p.A" name="hsc_design">
      <failure type="fail" message="p.A.hsc_design: 6 mmag does not meet &lt; 0.005 mag, margin -1 mmag (-20 %)" />
    </testcase>
    <testcase classname="p.A" name="hsc_minimum">
      <system-out>6 mmag meets &lt;= 8.0 mmag, margin +2 mmag (+25 %)</system-out>
    </testcase>
    <testcase classname="p.C" name="near">
      <skipped message="not measured" />
    </testcase>
    <testcase classname="p.A" name="minimum (requirement)" />
    <testcase classname="p.B" name="no specification applies">
      <skipped message="1 specification tests it, and does not apply; B.many needs `band` in ['g', 'r'], which the \
job lacks" />
    </testcase>
    <testcase classname="q.X" name="no specification applies">
      <skipped message="there is no definition of this metric" />
    </testcase>
  </testsuite>
  <testsuite name="second.json" failures="0" errors="1" skipped="2" tests="3">
    <properties>
      <property name="definitions" value="/repo at 0123456789ab, as --definitions says (6 specifications)" />
      <property name="outcome" value="unmatched" />
      <property name="metadata.band" value="y" />
    </properties>
    <testcase classname="gnomon" name="unmatched">
      <error type="unmatched" message="0 pass, 0 fail, 1 not measured; no specification of what it measures applies \
to it, although there are some" />
    </testcase>
    <testcase classname="p.C" name="near">
      <skipped message="not measured" />
    </testcase>
    <testcase classname="p.B" name="no specification applies">
      <skipped message="1 specification tests it, and does not apply; B.many needs `band` in ['g', 'r'], and the job \
has 'y'" />
    </testcase>
  </testsuite>
</testsuites>"""


def test_a_table_looks_like_this(representative: FullReport) -> None:
    assert click.unstyle(rendered(representative, "table")) == TABLE


def test_a_whole_table_lists_what_was_not_measured(representative: FullReport) -> None:
    out = click.unstyle(rendered(representative, "table", everything=True))
    assert "  p.C: not measured\n    missing  near         10.0 ± 1.0 s  not measured\n" in out
    assert "--all" not in out


def test_a_table_is_no_wider_than_a_terminal(representative: FullReport) -> None:
    lines = click.unstyle(rendered(representative, "table")).split("\n")
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_markdown_looks_like_this(representative: FullReport) -> None:
    assert rendered(representative, "markdown") == MARKDOWN


def test_junit_looks_like_this(representative: FullReport) -> None:
    assert rendered(representative, "junit") == JUNIT


def test_json_fits_its_schema(representative: FullReport) -> None:
    document = json.loads(rendered(representative, "json"))
    Draft202012Validator(schemas.load("report-1")).validate(document)
    assert document["jobs"][0]["made_with"] == {
        "repository": "/old repo",
        "commit": COMMIT[::-1],
        "dirty": True,
        "version": "0.1",
    }


@pytest.mark.parametrize("style", FORMATS)
def test_the_same_report_is_the_same_text(style: str) -> None:
    registries = [load(Memory({"metrics/p.yaml": METRICS, "specs/p/a.yaml": SPECS})) for _ in range(2)]
    one, two = (
        rendered(
            report(
                [
                    (
                        "j",
                        Job([Measurement("p.A", units.quantity(1, "mag")), Measurement("p.B", 1)]),
                        Definitions.from_registry("bundled", registry, Provenance("verify_metrics")),
                    )
                ],
                Selection(),
            ),
            style,
        )
        for registry in registries
    )
    assert one == two


# HTML


class _Html(HTMLParser):
    """Collects the elements of a page with their attributes, and sees that they are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]


def test_a_page_needs_nothing_else(representative: FullReport) -> None:
    out = rendered(representative, "html")
    page = _Html(out)
    assert not {"script", "link", "img", "iframe", "object", "image", "use", "base", "form"} & set(page.names())
    loading = {"src", "srcset", "data", "xlink:href", "background", "action", "poster"}
    assert [attributes for _, attributes in page.elements if loading & set(attributes)] == []
    targets = {str(found["href"]) for _, found in page.elements if "href" in found}
    assert targets == {"#job-1", "#job-2", "#job-1-metric-1"}
    assert targets == {f"#{found['id']}" for _, found in page.elements if "id" in found}
    assert re.search(r"url\(|@import|https?://", out) is None
    assert "prefers-color-scheme: dark" in out
    assert [found["content"] for name, found in page.elements if "http-equiv" in found and name == "meta"] == [
        "default-src 'none'; style-src 'unsafe-inline'"
    ]


def test_a_page_has_the_ladder_of_each_measured_metric(representative: FullReport) -> None:
    page = _Html(rendered(representative, "html"))
    titles = [text for text in page.texts if "among the limits" in text]
    assert titles == ["6 mmag among the limits: hsc_minimum <= 8.0 mmag: pass; hsc_design < 0.005 mag: FAIL"]
    assert page.names().count("svg") == 1
    classes = [str(found.get("class")) for name, found in page.elements if name in {"rect", "line"}]
    assert [classes.count(kind) for kind in ("passes", "limit", "limit open", "value")] == [2, 1, 1, 1]


# Ladders


def drawn(value: float, *tests: Test, unit: str = "s") -> list[tuple[str, dict[str, str]]]:
    verdicts = [
        judge(Specification.of(f"p.A.s{index}", test), Measurement("p.A", units.quantity(value, unit)), None)
        for index, test in enumerate(tests)
    ]
    drawing = draw(verdicts, (value, unit))
    if drawing is None:
        return []
    found = ET.fromstring(drawing)  # noqa: S314  # our own
    return [(item.tag, item.attrib) for item in found.iter()]


def places(elements: list[tuple[str, dict[str, str]]], kind: str) -> list[tuple[float, float]]:
    """Give where elements begin and end."""
    return [
        (
            float(found.get("x") or found["x1"]),
            float(found.get("x2") or float(found["x"]) + float(found.get("width", 0))),
        )
        for name, found in elements
        if found.get("class") == kind and name in {"rect", "line"}
    ]


def test_the_passing_side_is_shaded_and_the_value_is_on_the_axis() -> None:
    found = drawn(6.0, Threshold("<=", 8.0, "s"), Threshold("<", 4.0, "s"))
    ((left, right),) = places(found, "lane")
    ((eight, _),) = places(found, "limit")
    ((four, _),) = places(found, "limit open")
    ((six, _),) = places(found, "value")
    assert places(found, "passes") == [(left, eight), (left, four)]
    assert left < four < six < eight < right
    assert six - four == pytest.approx(eight - six, abs=0.2)


def test_a_lower_limit_is_shaded_to_the_right() -> None:
    found = drawn(6.0, Threshold(">", 4.0, "s"))
    ((_, right),) = places(found, "lane")
    ((four, _),) = places(found, "limit open")
    assert places(found, "passes") == [(four, right)]


def test_limits_in_other_units_are_drawn_in_that_of_the_value() -> None:
    assert places(drawn(6.0, Threshold("<=", 8.0, "s")), "limit") == places(
        drawn(6.0, Threshold("<=", 8000.0, "ms")), "limit"
    )


def test_a_limit_is_drawn_once_under_all_its_names() -> None:
    found = drawn(6.0, Threshold("<=", 8.0, "s"), Threshold("<=", 8.0, "s"))
    assert (len(places(found, "limit")), len(places(found, "passes"))) == (1, 1)


def test_values_far_apart_are_on_a_logarithmic_axis() -> None:
    found = drawn(100.0, Threshold("<=", 1.0, "s"), Threshold("<=", 10_000.0, "s"))
    (one, _), (many, _) = places(found, "limit")
    ((value, _),) = places(found, "value")
    assert value - one == pytest.approx(many - value, abs=0.2)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 5e-324, 1e308, -1e308, 1.0])


@settings(max_examples=300)
@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=20), NUMBERS)
def test_whatever_the_numbers_everything_is_on_the_drawing(value: float, limits: list[float], other: float) -> None:
    tests: list[Any] = [Threshold("<=", limit, "s") for limit in limits]
    tests += [Range(min(limits[0], other), max(limits[0], other), "s"), Tolerance(other, "s", within=abs(limits[0]))]
    for name, found in drawn(value, *tests):
        for key in ("x", "x1", "x2", "y", "y1", "y2", "width", "height"):
            # A text is where its middle is.
            assert name == "text" or 0 <= float(found.get(key, 0)) <= 2000


@pytest.mark.parametrize("measured", [None, (None, "s"), (float("inf"), "s")])
def test_without_a_value_there_is_no_ladder(measured: Any) -> None:
    verdict = Verdict(Specification.of("p.A.s", Threshold("<=", 1.0, "s")), Status.MISSING)
    assert draw([verdict], measured) is None


def test_without_a_limit_there_is_no_ladder() -> None:
    assert drawn(1.0, Range(None, None, "s")) == []
    assert drawn(1.0, Threshold("<=", 1.0, "m")) == []


# Text of others


def hostile(text: str) -> FullReport:
    """Make a report in which a text stands wherever people can write one."""
    metric, spec, other = (Name.of(text, text), Name.of(text, text, text), Name.of(text, f"{text}2"))
    specs = SpecificationSet(
        [
            Specification.of(spec, Threshold("<=", 5.0, "s"), {text: text}, [text]),
            Specification.of(Name.of(text, text, f"{text}!"), Threshold("<=", 1.0, "s"), {}, [text]),
            Specification.of(Name.of(text, text, f"{text}?"), Threshold("<=", 1.0, "mag"), {}, [text]),
            Specification.of(Name.of(text, f"{text}2", text), Threshold("<=", 1.0, "s"), {text: f"{text}x"}),
            Specification.of(Name.of(text, f"{text}2", "o"), Threshold("<=", 1.0, "s"), {"another": {"<": 3}}),
            Specification.of(Name.of(text, f"{text}3", text), Threshold("<=", 1.0, "s")),
            Specification.of(Name.of(text, text, f"{text}r"), Threshold("<=", 5.0, "s"), {}, [text], abstract=True),
        ]
    )
    specs.heirs = {Name.of(text, text, f"{text}r"): (spec,)}
    measured = [Measurement(metric, units.quantity(3.0, "s")), Measurement(other, units.quantity(3.0, "s"))]
    definitions = {"repository": text, "commit": text, "dirty": False, "version": text}
    meta = {text: text, "another": text, "gnomon": {"definitions": definitions}}
    job = Job(measured, [Metric(metric, text, "s")], meta=meta)
    job.warnings = [text]
    found = Definitions(
        "option",
        Provenance(text, text),
        MetricSet([Metric(metric, text, "s"), Metric(other, text, "s")]),
        specs,
        {text: (text,)},
        ((text, text),),
    )
    return report([(text, job, found), (f"{text}2", job, found)], Selection())


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
@pytest.mark.parametrize("style", FORMATS)
def test_no_format_lets_a_text_control_what_shows_it(style: str, text: str) -> None:
    assert_harmless(click.unstyle(rendered(hostile(text), style)), style)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_html_makes_nothing_but_text_of_a_text(text: str) -> None:
    plain, page = _Html(rendered(hostile("plain"), "html")), _Html(rendered(hostile(text), "html"))
    # How often a text is code depends on the backticks in it, and where a label is on its length.
    assert [name for name in page.names() if name != "code"] == [name for name in plain.names() if name != "code"]
    keys = {key for _, attributes in plain.elements for key in attributes}
    assert {key for _, attributes in page.elements for key in attributes} == keys


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_markdown_makes_nothing_but_text_of_a_text(text: str) -> None:
    page = page_of(rendered(hostile(text), "markdown"))
    plain = page_of(rendered(hostile("plain"), "markdown"))
    assert structure(page) == structure(plain)
    assert (page.comments, LINKED.findall(page.text)) == ([], [])


@settings(max_examples=50)
@given(st.lists(PIECES | st.characters(codec="utf-8"), min_size=1, max_size=30).map("".join))
def test_any_text_is_text_in_markdown_html_and_xml(text: str) -> None:
    found, plain = hostile(text), hostile("plain")
    assert structure(page_of(rendered(found, "markdown"))) == structure(page_of(rendered(plain, "markdown")))
    _Html(rendered(found, "html"))
    one, two = (ET.fromstring(rendered(item, "junit").encode()) for item in (found, plain))  # noqa: S314  # our own
    assert [item.tag for item in one.iter()] == [item.tag for item in two.iter()]


def test_xml_holds_no_character_that_it_cannot() -> None:
    text = "".join(map(chr, [*range(0x20), 0x7F, 0x85, 0xD800, 0xFFFE, 0xFFFF, 0x1F600]))
    root = ET.fromstring(rendered(hostile(text), "junit").encode())  # noqa: S314  # our own
    assert root.get("errors") == "1"


# Much of it


def many(count: int) -> FullReport:
    specs = SpecificationSet(
        Specification.of(f"p.A{index}.s", Threshold("<=", 1.0, ""), {}, ["design"]) for index in range(count)
    )
    definitions = Definitions("option", Provenance("/repo"), MetricSet(), specs)
    job = Job([Measurement(f"p.A{index}", index % 2 * 9) for index in range(count)])
    return report([("j.json", job, definitions)], Selection())


def test_a_page_tells_first_what_is_not_met(representative: FullReport) -> None:
    out = rendered(representative, "html")
    listed = '<li><a class="name" href="#job-1-metric-1">p.A.hsc_design</a> &lt; 0.005 mag: -1 mmag (-20 %)</li>'
    assert out.count("<h3>Not met</h3>\n<details open><summary>1 specification</summary>\n<ul>" + listed) == 1
    assert out.index(listed) < out.index('<section class="metric" id="job-1-metric-1">')


def test_markdown_is_no_longer_than_github_takes_and_failures_stand_first() -> None:
    out = rendered(many(2_000), "markdown")
    assert len(out) <= 60_200
    match = re.search(r"… and ([\d,]+) more lines, which are left out here: `gnomon report` tells all\.$", out)
    assert match is not None
    failed, passed = out.count("\n| ❌ fail |"), out.count("\n| ✅ pass |")
    assert (failed, int(match[1].replace(",", "")) + failed + passed) == (1_000, 2_000)


def test_what_is_not_measured_is_summed_up_by_package_and_metric() -> None:
    specs = SpecificationSet(
        Specification.of(f"{package}.{metric}.s{index}", Threshold("<=", 1.0, ""))
        for package, metric, count in (("p", "A", 3), ("p", "B", 1), ("q", "A", 2))
        for index in range(count)
    )
    found = report([("j.json", Job(), Definitions("job", None, MetricSet(), specs))], Selection())
    assert rendered(found, "table").split("\n\n")[1] == textwrap.dedent("""\
          Not measured: 6 specifications of 3 metrics (--all lists them)
            p: A (3), B (1)
            q: A (2)""").replace("Not", "  Not", 1).replace("\n  ", "\n    ")


def test_a_matrix_of_many_jobs_is_cut_into_pieces_that_fit() -> None:
    (job,) = many(2).jobs
    single = [(f"job{index}", job) for index in range(20)]
    jobs = [(label, Job([Measurement("p.A0", 123456.0)]), found.definitions) for label, found in single]
    lines = click.unstyle(rendered(report(jobs, Selection()), "table")).split("\n")
    assert max(map(len, lines)) <= 80
    heads = [re.findall(r"\[\d+\]", line) for line in lines if re.fullmatch(r"[ \[\]\d]+", line)]
    assert [head for line in heads for head in line] == [f"[{index}]" for index in range(1, 21)]
    assert len(heads) > 1
