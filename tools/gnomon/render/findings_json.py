"""Findings as JSON, for programs: schema ``gnomon/check/1``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gnomon.diagnostics import Severity
from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.diagnostics import Finding, Fix, Place
    from gnomon.rules import Result


def render(result: Result) -> Iterator[str]:
    """Yield the whole document."""
    yield dump(document(result))


def document(result: Result) -> dict[str, Any]:
    """Make the JSON of a check."""
    registry = result.registry
    counts = {
        "packages": len(registry.packages),
        "metrics": len(registry.metrics),
        "specifications": len(registry.specifications),
        "partials": len(registry.partials),
    }
    return {
        "schema": "gnomon/check/1",
        "source": {"label": registry.label, "commit": registry.commit},
        "counts": counts | {severity.label: result.count(severity) for severity in sorted(Severity, reverse=True)},
        "diagnostics": [_diagnostic(finding) for finding in result.findings],
    }


def dump(value: Any) -> str:
    """Write JSON the same way every time, with escapes for what could forge the output of a terminal.

    A number that JSON cannot hold would be a fault of ours.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    text = text.replace("##[", "#\\u0023[")  # which the runner of GitHub's workflows would obey
    return text if text.isascii() and "\x7f" not in text else _UNUSUAL.sub(_escaped, text)


_UNUSUAL = re.compile(r"[^\n\x20-\x7e]")


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    return char if clean(char) == char else json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"


def _diagnostic(finding: Finding) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    return {
        "rule": diagnostic.rule,
        "severity": finding.severity.label,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "subject": diagnostic.subject,
        **_span(diagnostic.place),
        "related": [{"message": related.message, **related.place.json} for related in diagnostic.related],
        "fix": _fix(diagnostic.fix),
    }


def _span(place: Place) -> dict[str, Any]:
    return {**place.json, "end_line": place.end_line, "end_column": place.end_column}


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "applicability": fix.applicability,
        "edits": [{**_span(edit.place), "text": edit.text} for edit in fix.edits],
    }
