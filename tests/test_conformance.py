"""Whole repositories with what they mean: our own cases, and those observed of the original library where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gnomon.diagnostics import Severity
from gnomon.exporting import export, export_lsst
from gnomon.loader import load
from gnomon.rules import check
from gnomon.sources import Memory

HERE = Path(__file__).parent
OBSERVED = HERE.parent.parent / "shared" / "conformance" / "cases.json"


def _cases(path: Path) -> list[Any]:
    if not path.exists():
        reason = "the observations of the original library are not beside this repository (../shared/conformance)"
        return [pytest.param({}, id="none", marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(case, id=case["name"]) for case in json.loads(path.read_text(encoding="utf-8"))]


def _by_name(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in entries}


@pytest.mark.parametrize("case", _cases(HERE / "conformance.json"))
def test_a_repository_means_what_its_case_says(case: dict[str, Any]) -> None:
    registry = load(Memory(case["files"]))
    found = export(registry)
    assert found.metrics == case["metrics"]
    assert found.specs == case["specs"]
    assert {
        label: sorted({cause.rule for cause in causes}) for label, causes in sorted(registry.unresolved.items())
    } == case["unresolved"]
    assert sorted({fault.rule for fault in registry.diagnostics}) == case["rules"]


def _unordered(case: dict[str, Any]) -> bool:
    return not any("duplicate" in rule for rule in case["rules"])


@pytest.mark.parametrize("case", [case for case in _cases(HERE / "conformance.json") if _unordered(case.values[0])])
def test_a_repository_means_the_same_in_any_order_of_its_documents(case: dict[str, Any]) -> None:
    turned = {
        path: "\n---\n".join(reversed(text.split("---\n"))) if path.startswith("specs/") else text
        for path, text in reversed(case["files"].items())
    }
    found = export(load(Memory(turned)))
    assert (found.metrics, found.specs) == (case["metrics"], case["specs"])


@pytest.mark.parametrize("case", _cases(HERE / "conformance.json"))
def test_what_is_exported_for_the_original_is_a_part_of_it(case: dict[str, Any]) -> None:
    found = export_lsst(load(Memory(case["files"])))
    assert [entry["name"] for entry in found.metrics] == [entry["name"] for entry in case["metrics"]]
    assert all(entry in case["specs"] for entry in found.specs)
    assert {entry["type"] for entry in found.specs} <= {"threshold"}
    assert {tuple(entry) for entry in found.metrics} <= {("name", "description", "unit", "tags", "reference")}


def test_the_cases_are_as_a_person_would_read_them() -> None:
    cases = json.loads((HERE / "conformance.json").read_text(encoding="utf-8"))
    assert len({case["name"] for case in cases}) == len(cases)
    assert {tuple(case) for case in cases} == {("name", "files", "metrics", "specs", "unresolved", "rules")}


@pytest.mark.parametrize("case", _cases(OBSERVED))
def test_what_was_observed_of_the_original_holds(case: dict[str, Any]) -> None:
    registry = load(Memory(case["files"]))
    found = export(registry)
    if "metrics" in case:
        assert _by_name(found.metrics) == case["metrics"]
    if "specs" in case:
        assert _by_name(found.specs) == case["specs"]
    if "metrics_error" in case or "specs_error" in case:
        # Where the original stops, we say why: with an error, and what cannot be resolved is left out.
        assert Severity.ERROR in {finding.severity for finding in check(registry).findings}
    if "specs_error" in case:
        assert found.specs == []
        assert registry.unresolved != {}
