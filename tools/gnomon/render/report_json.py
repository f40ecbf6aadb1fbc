"""A report as JSON, for programs: schema ``gnomon/report/1``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.jobs.evaluation import Outcome, Status
from gnomon.jobs.matrix import requirements
from gnomon.render.findings_json import dump
from gnomon.specifications.base import finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.jobs.definitions import Provenance
    from gnomon.jobs.evaluation import RequirementVerdict, Verdict
    from gnomon.jobs.reporting import Definitions, FullReport, JobReport
    from gnomon.jobs.untested import Untested


def render(report: FullReport) -> Iterator[str]:
    """Yield the whole document."""
    yield dump(finite(document(report)))


def document(report: FullReport) -> dict[str, Any]:
    """Make the JSON of a report."""
    chosen = report.selection
    return {
        "schema": "gnomon/report/1",
        "summary": {
            "jobs": {outcome.value: report.outcomes(outcome) for outcome in Outcome},
            "specifications": _counts(report),
        },
        "selection": {
            "packages": sorted(chosen.packages),
            "metrics": sorted(chosen.metrics),
            "tags": sorted(chosen.tags),
            "levels": sorted(chosen.levels),
        },
        "jobs": [_job(job) for job in report.jobs],
        "requirements": [_requirement(item, _level(item, report)) for item in requirements(report)],
    }


def _level(item: RequirementVerdict, report: FullReport) -> str | None:
    """Give the level of a requirement, by the first job whose definitions have it."""
    name = item.specification.name
    return next(job.level(item.specification) for job in report.jobs if name in job.definitions.specifications)


def _counts(report: FullReport) -> dict[str, int]:
    return {status.value: report.count(status) for status in (Status.PASS, Status.FAIL, Status.MISSING)}


def _job(job: JobReport) -> dict[str, Any]:
    result = job.result
    return {
        "job": job.label,
        "outcome": result.outcome.value,
        "unmatched": result.unmatched,
        "counts": {status.value: result.count(status) for status in (Status.PASS, Status.FAIL, Status.MISSING)},
        "definitions": _definitions(job.definitions),
        "made_with": _provenance(job.remembered),
        "terms": result.terms(),
        "warnings": list(result.warnings),
        "specifications": [_verdict(verdict, job) for verdict in result.verdicts],
        "requirements": [_requirement(item, job.level(item.specification)) for item in result.requirements],
        "untested": [_untested(item, job) for item in result.untested],
    }


def _definitions(found: Definitions) -> dict[str, Any]:
    return {
        "origin": found.origin,
        "made_from": _provenance(found.provenance),
        "specifications": len(found.specifications),
        "unresolved": [{"name": name, "reason": reason} for name, reason in found.unresolved],
    }


def _provenance(found: Provenance | None) -> dict[str, Any] | None:
    return None if found is None else found.json


def _verdict(verdict: Verdict, job: JobReport) -> dict[str, Any]:
    specification, margin = verdict.specification, verdict.margin
    measured = job.measured(specification.metric_name)
    return {
        "name": str(specification.name),
        "metric": str(specification.metric_name),
        "status": verdict.status.value,
        "value": None if measured is None else measured[0],
        "unit": None if measured is None else measured[1],
        "margin": None if margin is None else {"value": margin.value, "unit": margin.unit, "percent": margin.percent},
        "reason": verdict.reason,
        "type": specification.type,
        specification.type: specification.test.json,
        "metadata_query": dict(specification.metadata_query),
        "tags": sorted(specification.tags),
        "level": job.level(specification),
    }


def _requirement(item: RequirementVerdict, level: str | None) -> dict[str, Any]:
    specification = item.specification
    return {
        "name": str(specification.name),
        "metric": str(specification.metric_name),
        "status": item.status.value,
        "type": specification.type,
        specification.type: specification.test.json,
        "tags": sorted(specification.tags),
        "level": level,
        "heirs": [{"name": str(name), "status": status.value} for name, status in item.heirs],
    }


def _untested(item: Untested, job: JobReport) -> dict[str, Any]:
    name = item.measurement.metric_name
    value, unit = job.measured(name) or (None, "")
    return {
        "metric": str(name),
        "value": value,
        "unit": unit,
        "known": item.known,
        "specifications": item.specifications,
        "nearest": [{"name": str(miss.name), "reasons": list(miss.reasons)} for miss in item.nearest],
    }
