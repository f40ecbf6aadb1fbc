"""The words that all formats of a report share; texts of others are not escaped yet."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gnomon.jobs.definitions import BUNDLED
from gnomon.jobs.evaluation import Outcome, Status
from gnomon.names import with_guess
from gnomon.render.terminal import plural
from gnomon.render.yaml_text import inline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gnomon.jobs.evaluation import RequirementVerdict, Verdict
    from gnomon.jobs.reporting import Definitions, FullReport, JobReport
    from gnomon.jobs.untested import Untested

OUTCOMES = {
    Outcome.PASS: "pass",
    Outcome.FAIL: "FAIL",
    Outcome.UNMATCHED: "UNMATCHED",
    Outcome.UNTESTED: "NOTHING TESTED",
}
WORDS = {
    Status.PASS: "pass",
    Status.FAIL: "FAIL",
    Status.MISSING: "missing",
    Status.INCOMPLETE: "incomplete",
    Status.UNVERIFIED: "unverified",
    Status.NOT_APPLICABLE: "not applicable",
}
_LONGEST_VALUE = 60
_MOST_TERMS = 12


def number(value: float) -> str:
    """Write a number for people; JSON has all digits."""
    return f"{value:.6g}"


def quantity(found: tuple[float | None, str] | None) -> str:
    """Write a measured value with its unit."""
    if found is None:
        return "not measured"
    value, unit = found
    return "no number" if value is None else f"{number(value)} {unit}".rstrip()


def margin(verdict: Verdict) -> str:
    """Write how far from its limit a value is, or why nobody knows."""
    if verdict.margin is None:
        return verdict.reason or ""
    distance = f"{verdict.margin.value:+.4g} {verdict.margin.unit}".rstrip()
    percent = verdict.margin.telling_percent
    return distance if percent is None else f"{distance} ({percent:+.3g} %)"


def outcome(job: JobReport) -> str:
    """Say in a sentence what a job comes to."""
    result = job.result
    counts = ", ".join(
        [
            f"{result.count(Status.PASS):,} pass",
            f"{result.count(Status.FAIL):,} fail",
            f"{result.count(Status.MISSING):,} not measured",
        ]
    )
    if result.outcome is Outcome.UNMATCHED:
        return f"{counts}; no specification of what it measures applies to it, although there are some"
    if result.outcome is Outcome.UNTESTED:
        return f"{counts}; {_why_untested(job)}"
    if result.untested:
        return f"{counts}; {plural(len(result.untested), 'measurement')} to which no specification applies"
    return counts


def _why_untested(job: JobReport) -> str:
    result = job.result
    if not result.measurements:
        return "it measures nothing"
    if any(verdict.specification.metric_name in result.measurements for verdict in result.verdicts):
        return "no measured value is a number"
    return "no specification tests what it measures" if result.untested else "nothing of it was asked for"


def total(report: FullReport) -> str:
    """Say in a sentence what all jobs come to."""
    jobs = ", ".join(
        f"{report.outcomes(outcome):,} {'nothing tested' if outcome is Outcome.UNTESTED else outcome.value}"
        for outcome in Outcome
        if report.outcomes(outcome)
    )
    counts = [report.count(status) for status in (Status.PASS, Status.FAIL, Status.MISSING)]
    verdicts = "{:,} pass, {:,} fail, {:,} not measured".format(*counts)
    return f"{plural(len(report.jobs), 'job')}: {jobs}; specifications: {verdicts}"


def definitions(found: Definitions) -> str:
    """Name the definitions that a job is judged by."""
    count = plural(len(found.specifications), "specification")
    name = "" if found.provenance is None else str(found.provenance)
    origin = {
        "option": f"{name}, as --definitions says",
        "job": "those in the job file" + (f", made with {name}" if name else ""),
        "repository": f"the repository {name}",
        "bundled": f"{name}, since nothing else was given",
    }[found.origin]
    return f"{origin} ({count})"


def remembered(job: JobReport) -> str | None:
    """Say which definitions a job was made with, and how to judge it by them again."""
    made = job.remembered
    if made is None:
        return None
    used = job.definitions.provenance
    if job.definitions.origin == "job" or used == made:
        return None  # those in the job file are those it was made with
    told = f"the job was made with {made}"
    if made.commit is None:
        return f"{told}, of no commit"
    source = "CLONE" if made.repository == BUNDLED else made.repository
    told = f"{told}; `--definitions {shlex.quote(f'{source}@{made.commit}')}` judges it by those of that "
    told += "commit, without the changes that were not committed" if made.dirty else "day"
    return f"{told}, where CLONE is a clone of gnomon's repository" if made.repository == BUNDLED else told


def unresolved(found: Definitions) -> str | None:
    """Say how many definitions nothing was tested by."""
    count = len(found.unresolved)
    if not count:
        return None
    return (
        f"{plural(count, 'definition')} could not be resolved, so nothing was tested by "
        f"{'it' if count == 1 else 'them'} (see `gnomon check`)"
    )


def terms(job: JobReport) -> list[tuple[str, str]]:
    """Give the metadata that specifications ask for, short."""
    found = [(term, _short(inline(value))) for term, value in job.result.terms().items()]
    left = len(found) - _MOST_TERMS
    return [*found[:_MOST_TERMS], ("…", f"{left} more")] if left > 0 else found


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def nothing_applied(item: Untested) -> str:
    """Say why no specification applied to a measurement."""
    if item.specifications:
        verb = "tests it, and does not apply" if item.specifications == 1 else "test it, and none applies"
        return f"{plural(item.specifications, 'specification')} {verb}"
    if item.known:
        return "no specification tests it"
    return with_guess("there is no definition of this metric", item.meant, mark="")


def near_misses(item: Untested) -> list[str]:
    """Say what kept the nearest specifications from applying, once for those that the same kept."""
    by_reasons: dict[tuple[str, ...], list[str]] = {}
    for miss in item.nearest:
        by_reasons.setdefault(miss.reasons, []).append(f"{miss.name.metric}.{miss.name.spec}")
    told = []
    for reasons, names in by_reasons.items():
        subject = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}: each"
        told.append(f"{subject} {', and '.join(reasons)}")
    return told


_OF_HEIRS = {
    Status.FAIL: "fail",
    Status.MISSING: "not measured",
    Status.PASS: "pass",
    Status.NOT_APPLICABLE: "for none of these jobs",
}
_OF_REQUIREMENTS = {
    Status.INCOMPLETE: "not measured",
    Status.NOT_APPLICABLE: "not for {}",
    Status.UNVERIFIED: "without any specification",
}


def heirs(requirement: RequirementVerdict) -> str:
    """Count what became of the specifications that inherit from a requirement."""
    statuses = [status for _, status in requirement.heirs]
    return ", ".join(f"{statuses.count(status)} {word}" for status, word in _OF_HEIRS.items() if status in statuses)


def telling(requirements: Iterable[RequirementVerdict]) -> list[RequirementVerdict]:
    """Give the requirements of which something was tested."""
    return [found for found in requirements if {status for _, status in found.heirs} & {Status.PASS, Status.FAIL}]


def rest(requirements: Iterable[RequirementVerdict], of: str = "this job") -> str:
    """Count the requirements of which nothing was tested."""
    listed = list(requirements)
    told = {id(requirement) for requirement in telling(listed)}
    others = [found.status for found in listed if id(found) not in told]
    return ", ".join(
        f"{others.count(status):,} {word.format(of)}" for status, word in _OF_REQUIREMENTS.items() if status in others
    )
