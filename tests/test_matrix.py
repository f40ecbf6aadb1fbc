"""Several jobs together: a matrix by level, and requirements whose specifications are shared out over the jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
import pytest
from jsonschema import Draft202012Validator

from gnomon import schemas, units
from gnomon.jobs.definitions import Provenance
from gnomon.jobs.evaluation import Selection
from gnomon.jobs.job import Job
from gnomon.jobs.matrix import matrix, requirements
from gnomon.jobs.measurements import Measurement
from gnomon.jobs.reporting import Definitions, FullReport, report
from gnomon.loader import load
from gnomon.render import report_html, report_json, report_markdown, report_table
from gnomon.sources import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable

METRICS = "A: {unit: mmag, description: Scatter of the magnitudes of stars.}\nB: {unit: s, description: Time spent.}\n"


def spec(name: str, limit: float | None = None, *, base: str = "", band: str = "", **more: Any) -> str:
    fields: dict[str, Any] = {"name": name, **more}
    if limit is not None:
        fields["threshold"] = {"operator": "<=", "value": limit, "unit": "mmag" if name[0] == "A" else "s"}
    if base:
        fields["base"] = base
    if band:
        fields["metadata_query"] = {"band": band}
    return f"---\n{json.dumps(fields)}\n"


LEVELS = "".join(
    [
        *(spec(f"A.{level}", limit, abstract=True, tags=[level]) for level, limit in (("stretch", 3), ("design", 5))),
        *(spec(f"A.{level}_{band}", base=f"A.{level}", band=band) for level in ("design", "stretch") for band in "gri"),
    ]
)


def judged(jobs: Iterable[tuple[str, dict[str, float]]], specs: str) -> FullReport:
    """Judge jobs that are given as their band and what they measure."""
    registry = load(Memory({"metrics/p.yaml": METRICS, "specs/p/a.yaml": specs}))
    assert registry.unresolved == {}
    definitions = Definitions.from_registry("option", registry, Provenance("/repo"))
    of = {"A": "mmag", "B": "s"}
    made = [
        Job(
            [Measurement(f"p.{name}", units.quantity(value, of[name])) for name, value in measured.items()],
            meta={"band": band},
        )
        for band, measured in jobs
    ]
    return report([(f"{index}.json", job, definitions) for index, job in enumerate(made, 1)], Selection())


def lines(found: FullReport) -> dict[str, dict[str, list[str | None]]]:
    return {
        str(row.metric.metric): {
            line.label: [
                None if (status := line.status(index)) is None else status.value for index in range(len(found.jobs))
            ]
            for line in row.lines
        }
        for row in matrix(found)
    }


def test_specifications_of_one_level_are_one_line_the_loosest_first() -> None:
    found = judged([("g", {"A": 4.0}), ("r", {"A": 6.0}), ("i", {}), ("y", {"A": 1.0})], LEVELS)
    assert lines(found) == {
        "A": {"design": ["pass", "fail", "missing", None], "stretch": ["fail", "fail", "missing", None]}
    }
    assert [row.specifications for row in matrix(found)] == [6]


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (
            "".join(spec(f"A.{band}", 5.0, band=band) for band in "gri"),
            {"3 specifications": ["pass", "fail", "missing"]},
        ),
        (
            spec("A.g", 5.0, band="g") + spec("A.all", 5.0),
            {"all": ["pass", "fail", "missing"], "g": ["pass", None, None]},
        ),
        (
            spec("A.low", 5.0, tags=["design"]) + spec("A.high", 4.0, tags=["design"]),
            {"design": ["pass", "fail", "missing"]},
        ),
        (spec("A.alone", 3.0, tags=["design"]), {"alone": ["fail", "fail", "missing"]}),
    ],
    ids=["each job has its own", "some job has two", "the worst counts", "a single one has its name"],
)
def test_lines_of_a_matrix(specs: str, expected: dict[str, list[str | None]]) -> None:
    assert lines(judged([("g", {"A": 4.0}), ("r", {"A": 6.0}), ("i", {})], specs)) == {"A": expected}


@pytest.mark.parametrize(
    ("jobs", "status", "heirs"),
    [
        ([("g", {"A": 4.0}), ("r", {"A": 4.0}), ("i", {"A": 4.0})], "pass", ["pass", "pass", "pass"]),
        ([("g", {"A": 4.0}), ("r", {"A": 4.0})], "pass", ["pass", "not applicable", "pass"]),
        ([("g", {"A": 4.0}), ("r", {"A": 6.0})], "fail", ["pass", "not applicable", "fail"]),
        ([("g", {"A": 4.0}), ("r", {"B": 6.0})], "incomplete", ["pass", "not applicable", "missing"]),
        ([("g", {"A": 4.0}), ("g", {"B": 6.0})], "pass", ["pass", "not applicable", "not applicable"]),
        ([("g", {"A": 4.0}), ("g", {"A": 6.0})], "fail", ["fail", "not applicable", "not applicable"]),
        ([("y", {"A": 4.0}), ("z", {"A": 6.0})], "not applicable", ["not applicable"] * 3),
    ],
    ids=["all", "some", "one fails", "one is missing", "parts of one run", "one run fails", "none"],
)
def test_a_requirement_is_judged_by_all_jobs_together(
    jobs: list[tuple[str, dict[str, float]]], status: str, heirs: list[str]
) -> None:
    (design, stretch) = requirements(judged(jobs, LEVELS))
    assert (str(design.specification.name), str(stretch.specification.name)) == ("p.A.design", "p.A.stretch")
    assert design.status.value == status
    assert [(str(name.spec), found.value) for name, found in design.heirs] == [
        (f"design_{band}", found) for band, found in zip("gir", heirs, strict=True)
    ]


def test_all_formats_tell_requirements_over_all_jobs() -> None:
    found = judged([("g", {"A": 4.0}), ("r", {"A": 6.0})], LEVELS)
    table = click.unstyle("\n".join(report_table.render(found)))
    assert (
        table.partition("All jobs\n")[2]
        == """\
  [1] 1.json: FAIL
  [2] 2.json: FAIL

              [1]   [2]
  p.A (mmag)  4     6
    design    pass  FAIL
    stretch   FAIL  FAIL

  (- does not apply, ? no specification applies to it)

  Requirements, over all jobs
    FAIL  p.A.design (1 fail, 1 pass, 1 for none of these jobs)
    FAIL  p.A.stretch (2 fail, 1 for none of these jobs)

2 jobs: 2 fail; specifications: 1 pass, 3 fail, 0 not measured"""
    )
    markdown = "\n".join(report_markdown.render(found))
    assert "\n| ❌ fail | `p.A.design` | 1 fail, 1 pass, 1 for none of these jobs |\n" in markdown
    page = "\n".join(report_html.render(found))
    assert page.count("<h3>Requirements, over all jobs</h3>") == 1
    assert '<td title="design_g"><span class="mark pass">pass</span></td>' in page
    document = json.loads("\n".join(report_json.render(found)))
    Draft202012Validator(schemas.load("report-1")).validate(document)
    assert [
        (item["name"], item["level"], item["status"], [heir["status"] for heir in item["heirs"]])
        for item in document["requirements"]
    ] == [
        ("p.A.design", "design", "fail", ["pass", "not applicable", "fail"]),
        ("p.A.stretch", "stretch", "fail", ["fail", "not applicable", "fail"]),
    ]


def test_a_matrix_is_as_wide_as_it_may_be() -> None:
    found = judged([("g", {"A": 4.0 + index / 1e4}) for index in range(20)], LEVELS)
    for columns in (80, 120):
        out = click.unstyle("\n".join(report_table.render(found, columns=columns))).partition("All jobs")[2]
        assert max(map(len, out.split("\n"))) in range(columns - 12, columns + 1)
