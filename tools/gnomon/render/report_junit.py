"""A report as JUnit XML, which build servers show: a suite a job, a case a specification.

A job of which nothing was tested has a case of its own that is an error, so that it does not show as green.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from gnomon.jobs.evaluation import Outcome, Status
from gnomon.render import report_words as words
from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.jobs.evaluation import RequirementVerdict, Verdict
    from gnomon.jobs.reporting import FullReport, JobReport
    from gnomon.jobs.untested import Untested

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: FullReport) -> Iterator[str]:
    """Yield the whole document."""
    root = ET.Element("testsuites", name="gnomon report")
    for found in report.definitions:
        if found.unresolved:
            suite = ET.SubElement(root, "testsuite", name="definitions")
            for name, reason in found.unresolved:
                case = _case(suite, name, "definitions")
                ET.SubElement(case, "error", type="unresolved", message=_text(f"could not be resolved: {reason}"))
            _count(suite)
    for job in report.jobs:
        _suite(root, job)
    _count(root)
    ET.indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ET.tostring(root, encoding="unicode")


def _text(text: str) -> str:
    """Make a text of others one that XML can hold, without what could forge the output of a terminal."""
    return _NO_XML.sub("\ufffd", clean(text))


def _case(suite: ET.Element, name: str, group: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_text(group), name=_text(name))


def _suite(root: ET.Element, job: JobReport) -> None:
    result = job.result
    suite = ET.SubElement(root, "testsuite", name=_text(job.label))
    properties = ET.SubElement(suite, "properties")
    told = {"definitions": words.definitions(job.definitions), "outcome": result.outcome.value}
    made = words.remembered(job)
    terms = {f"metadata.{term}": value for term, value in words.terms(job)}
    for name, value in {**told, **({"made_with": made} if made else {}), **terms}.items():
        ET.SubElement(properties, "property", name=_text(name), value=_text(value))
    if result.outcome in {Outcome.UNMATCHED, Outcome.UNTESTED}:
        case = _case(suite, result.outcome.value, "gnomon")
        ET.SubElement(case, "error", type=result.outcome.value, message=_text(words.outcome(job)))
    for verdict in result.verdicts:
        _verdict(suite, verdict, job)
    for requirement in words.telling(result.requirements):
        _requirement(suite, requirement)
    for item in result.untested:
        _untested(suite, item)
    if result.warnings:
        ET.SubElement(suite, "system-err").text = "\n".join(_text(f"warning: {warning}") for warning in result.warnings)
    _count(suite)


def _verdict(suite: ET.Element, verdict: Verdict, job: JobReport) -> None:
    specification = verdict.specification
    case = _case(suite, str(specification.name.spec), str(specification.metric_name))
    measured = words.quantity(job.measured(specification.metric_name))
    margin = words.margin(verdict)
    if verdict.status is Status.FAIL:
        message = f"{specification.name}: {measured} does not meet {specification}"
        message += f", margin {margin}" if verdict.margin is not None else f": {margin}" if margin else ""
        ET.SubElement(case, "failure", type="fail", message=_text(message))
    elif verdict.status is Status.MISSING:
        ET.SubElement(case, "skipped", message=_text(verdict.reason or "not measured"))
    else:
        ET.SubElement(case, "system-out").text = _text(f"{measured} meets {specification}, margin {margin}")


def _requirement(suite: ET.Element, item: RequirementVerdict) -> None:
    name = item.specification.name
    case = _case(suite, f"{name.spec} (requirement)", str(item.specification.metric_name))
    if item.status is Status.FAIL:
        ET.SubElement(case, "failure", type="requirement", message=_text(f"{name}: {words.heirs(item)}"))
    elif item.status is not Status.PASS:
        ET.SubElement(case, "skipped", message=_text(f"incomplete: {words.heirs(item)}"))


def _untested(suite: ET.Element, item: Untested) -> None:
    case = _case(suite, "no specification applies", str(item.measurement.metric_name))
    told = [words.nothing_applied(item), *words.near_misses(item)]
    ET.SubElement(case, "skipped", message=_text("; ".join(told)))


def _count(element: ET.Element) -> None:
    cases = list(element.iter("testcase"))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))
    element.set("tests", str(len(cases)))
