"""The definitions of this repository: the key performance metrics of LPM-17, and the levels of its requirements."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from gnomon import schemas
from gnomon.build_info import definitions
from gnomon.cli import execute
from gnomon.loader import load
from gnomon.sources import WorkingTree

if TYPE_CHECKING:
    from gnomon.metrics import Metric
    from gnomon.registry import Registry

ROOT = Path(__file__).parent.parent
LEVELS = ("minimum", "design", "stretch")
# The levels of LPM-17: name, operator, value, unit (1: none), level. TE2 has none: see specs/validate_drp/TEx.yaml.
REQUIREMENTS = [
    (name, operator, float(value), unit.removesuffix("1"), level)
    for name, operator, value, unit, level in (
        line.split()
        for line in """
AA1.design             <=   50.0 marcsec design
AA1.minimum            <=  100.0 marcsec minimum
AA1.stretch            <=   20.0 marcsec stretch
AB1.design             <=   10.0 marcsec design
AB1.minimum            <=   20.0 marcsec minimum
AB1.stretch            <=    5.0 marcsec stretch
AB2.design             <=   20.0 marcsec design
AB2.minimum            <=   40.0 marcsec minimum
AB2.stretch            <=   10.0 marcsec stretch
ABF1.design            <=   10.0 %       design
ABF1.minimum           <=   20.0 %       minimum
ABF1.stretch           <=    5.0 %       stretch
AD1_design.srd         <=   20.0 marcsec design
AD1_minimum.srd        <=   40.0 marcsec minimum
AD1_stretch.srd        <=   10.0 marcsec stretch
AD2_design.srd         <=   20.0 marcsec design
AD2_minimum.srd        <=   40.0 marcsec minimum
AD2_stretch.srd        <=   10.0 marcsec stretch
AD3_design.srd         <=   30.0 marcsec design
AD3_minimum.srd        <=   50.0 marcsec minimum
AD3_stretch.srd        <=   20.0 marcsec stretch
AF1_design.srd         <=   10.0 %       design
AF1_minimum.srd        <=   20.0 %       minimum
AF1_stretch.srd        <=    5.0 %       stretch
AF2_design.srd         <=   10.0 %       design
AF2_minimum.srd        <=   20.0 %       minimum
AF2_stretch.srd        <=    5.0 %       stretch
AF3_design.srd         <=   10.0 %       design
AF3_minimum.srd        <=   20.0 %       minimum
AF3_stretch.srd        <=    5.0 %       stretch
AM1.design             <=   10.0 marcsec design
AM1.minimum            <=   20.0 marcsec minimum
AM1.stretch            <=    5.0 marcsec stretch
AM2.design             <=   10.0 marcsec design
AM2.minimum            <=   20.0 marcsec minimum
AM2.stretch            <=    5.0 marcsec stretch
AM3.design             <=   15.0 marcsec design
AM3.minimum            <=   30.0 marcsec minimum
AM3.stretch            <=   10.0 marcsec stretch
PA1.design_gri         <=    5.0 mmag    design
PA1.design_uzy         <=    7.5 mmag    design
PA1.minimum_gri        <=    8.0 mmag    minimum
PA1.minimum_uzy        <=   12.0 mmag    minimum
PA1.stretch_gri        <=    3.0 mmag    stretch
PA1.stretch_uzy        <=    4.5 mmag    stretch
PA2_design_gri.srd     <=   15.0 mmag    design
PA2_design_uzy.srd     <=   22.5 mmag    design
PA2_minimum_gri.srd    <=   15.0 mmag    minimum
PA2_minimum_uzy.srd    <=   22.5 mmag    minimum
PA2_stretch_gri.srd    <=   10.0 mmag    stretch
PA2_stretch_uzy.srd    <=   15.0 mmag    stretch
PF1_design_gri.srd     <=   10.0 %       design
PF1_design_uzy.srd     <=   10.0 %       design
PF1_minimum_gri.srd    <=   20.0 %       minimum
PF1_minimum_uzy.srd    <=   20.0 %       minimum
PF1_stretch_gri.srd    <=    5.0 %       stretch
PF1_stretch_uzy.srd    <=    5.0 %       stretch
TE1.design             <=  2e-05 1       design
TE1.minimum            <=  3e-05 1       minimum
TE1.stretch            <=  1e-05 1       stretch
""".strip().splitlines()
    )
]
# The metrics themselves: how many there are of each unit, under each tag, on each page.
UNITS = {"mmag": 7, "%": 19, "marcsec": 24, "": 4}
TAGS = {"astrometry": 37, "photometry": 13, "image_quality": 4}
PAGES = {21: 13, 23: 21, 30: 16, 38: 4}


# All packages, with the number of their metrics and of their specifications.
PACKAGES = {
    "ap_association": (24, 0),
    "ap_pipe": (8, 0),
    "ap_verify": (1, 0),
    "ip_diffim": (12, 0),
    "ip_isr": (2, 0),
    "jointcal": (14, 6),
    "meas_algorithms": (2, 0),
    "meas_astrom": (2, 0),
    "meas_transinet": (2, 0),
    "pipe_analysis": (33, 15),
    "pipe_tasks": (8, 0),
    "validate_drp": (54, 708),
}
CAMERAS = ("cfht", "decam", "hsc")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load(WorkingTree(ROOT))


@pytest.fixture(scope="module")
def metrics(registry: Registry) -> list[Metric]:
    return [metric for _, metric in registry.resolved_metrics() if metric.name.package == "validate_drp"]


@pytest.fixture(scope="module")
def specifications(registry: Registry) -> dict[str, dict[str, Any]]:
    return {
        document.label: found.json
        for document, found in registry.resolved_specifications()
        if document.package == "validate_drp"
    }


def test_check_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["-C", str(ROOT), "check", "--format", "concise", "--fail-on", "note"]) == 0
    said = "No findings in 162 metrics, 729 specifications and 71 partials in 12 packages.\n"
    assert capsys.readouterr() == (said, "")


def test_installed_definitions_are_these() -> None:
    assert definitions() == ROOT


def test_everything_resolves(registry: Registry) -> None:
    assert registry.unresolved == {}
    assert registry.packages == sorted(PACKAGES)


# Metrics


def test_metrics_are_those_of_the_table(metrics: list[Metric]) -> None:
    assert len(metrics) == 54
    assert counted(metric.unit_str for metric in metrics) == UNITS
    assert counted(tag for metric in metrics for tag in metric.tags) == TAGS
    assert counted(metric.reference.page for metric in metrics) == PAGES


def counted(values: Any) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def test_metrics_refer_to_the_requirements_document(metrics: list[Metric]) -> None:
    assert {(metric.reference.doc, metric.reference.url) for metric in metrics} == {("LPM-17", "http://ls.st/lpm-17")}


def test_descriptions_are_unique(metrics: list[Metric]) -> None:
    descriptions = {metric.description for metric in metrics}
    assert len(descriptions) == len(metrics)


def test_descriptions_are_full_sentences(metrics: list[Metric]) -> None:
    poor = [
        metric.description
        for metric in metrics
        if not re.fullmatch(r"[A-Z][^\n]+\.", metric.description)
        or len(metric.description.split()) < 10
        or "  " in metric.description
    ]
    assert poor == []


def test_labels_are_unique(metrics: list[Metric]) -> None:
    assert len({metric.label for metric in metrics} - {None}) == len(metrics)


# Levels


def test_there_are_sixty_requirements(specifications: dict[str, dict[str, Any]]) -> None:
    assert len(REQUIREMENTS) == 60
    abstract = sorted(name for name, found in specifications.items() if found.get("abstract"))
    assert abstract == sorted(f"validate_drp.{name}" for name, *_ in REQUIREMENTS)


def test_packages_hold_what_they_should(registry: Registry) -> None:
    counts = {
        package: (
            sum(name.package == package for name in registry.metrics),
            sum(found.package == package for found in registry.specifications.values()),
        )
        for package in registry.packages
    }
    assert counts == PACKAGES


def test_every_camera_has_each_level_in_each_band(specifications: dict[str, dict[str, Any]]) -> None:
    heirs = {name: found for name, found in specifications.items() if not found.get("abstract")}
    assert len(heirs) == 648
    for camera in CAMERAS:
        own = [found for found in heirs.values() if found["metadata_query"]["instrument"].lower() == camera]
        assert len(own) == 648 // len(CAMERAS)
        assert {found["metadata_query"]["filter_name"].lower().removeprefix("hsc-") for found in own} == set("ugrizy")


def test_a_heir_tests_what_its_requirement_says(registry: Registry) -> None:
    for document, found in registry.resolved_specifications():
        if document.package == "validate_drp" and not found.abstract:
            requirement = next(parent for parent in document.parents if parent.kind == "specification")
            assert requirement.specification is not None
            assert (requirement.abstract, found.test) == (True, requirement.specification.test)


@pytest.mark.parametrize(
    ("name", "operator", "value", "unit", "level"), REQUIREMENTS, ids=[name for name, *_ in REQUIREMENTS]
)
def test_requirement(  # the columns of the table
    specifications: dict[str, dict[str, Any]], name: str, operator: str, value: float, unit: str, level: str
) -> None:
    found = specifications[f"validate_drp.{name}"]
    chromatic = "chromatic" if name[:3] in {"PA1", "PA2", "PF1"} else "achromatic"
    assert found == {
        "name": f"validate_drp.{name}",
        "type": "threshold",
        "threshold": {"value": value, "unit": unit, "operator": operator},
        "metadata_query": {},
        "tags": sorted([re.split(r"[._]", name)[0], chromatic, level]),
        "abstract": True,
    }


def test_every_requirement_tests_a_metric_in_its_unit(registry: Registry, metrics: list[Metric]) -> None:
    units = {metric.name.metric: metric.unit_str for metric in metrics}
    for document, found in registry.resolved_specifications():
        if document.package == "validate_drp":
            assert units[document.metric or ""] == found.test.unit


def test_te2_has_no_levels_and_says_why(registry: Registry) -> None:
    assert "TE2" in {name.metric for name in registry.metrics}
    assert [document.label for document in registry.documents if "TE2" in document.label] == []
    text = (ROOT / "specs" / "validate_drp" / "TEx.yaml").read_text(encoding="utf-8")
    assert re.search(r"^# TE2 has no levels here, on purpose", text, re.MULTILINE)


def test_no_level_is_looser_than_the_one_before(specifications: dict[str, dict[str, Any]]) -> None:
    rows = {name: value for name, _, value, *_ in REQUIREMENTS}
    for name, value in rows.items():
        for looser, stricter in itertools.pairwise(LEVELS):
            if looser in name:
                assert rows[name.replace(looser, stricter)] <= value
    assert {f"validate_drp.{name}" for name in rows} <= specifications.keys()


def test_every_partial_is_used(registry: Registry) -> None:
    assert sorted(set(registry.partials) - set(registry.children())) == []


# As editors see them


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").glob("*.yaml")), ids=lambda path: str(path.name))
def test_metrics_follow_the_schema_of_editors(path: Path) -> None:
    Draft202012Validator(schemas.load("metrics")).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", sorted((ROOT / "specs").rglob("*/*.yaml")), ids=lambda path: str(path.name))
def test_specifications_follow_the_schema_of_editors(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        Draft202012Validator(schemas.load("specification")).validate(document)


def test_the_export_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["-C", str(ROOT), "export"]) == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(schemas.load("export-1")).validate(document)
    assert (len(document["metrics"]), len(document["specs"])) == (162, 729)
