"""Findings as GitHub workflow commands, which become annotations at their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.diagnostics import Severity
from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.diagnostics import Finding, Place
    from gnomon.rules import Result

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(result: Result) -> Iterator[str]:
    """Yield a command a finding."""
    for finding in result.findings:
        yield command(finding)


def command(finding: Finding) -> str:
    """Write one finding as a workflow command."""
    diagnostic = finding.diagnostic
    message = diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else "")
    return workflow_command(_COMMANDS[finding.severity], f"gnomon: {diagnostic.rule}", message, diagnostic.place)


def workflow_command(name: str, title: str, message: str, place: Place | None) -> str:
    """Write a workflow command that makes an annotation.

    Parameters
    ----------
    name
        ``error``, ``warning`` or ``notice``.
    place
        None for an annotation of no line.
    """
    properties: dict[str, object] = {"title": title}
    if place is not None:
        properties |= {"file": place.path, "line": place.line, "endLine": place.end_line}
        if place.line == place.end_line:
            # GitHub refuses columns of a place that spans lines, and counts the last one as part of it.
            properties |= {"col": place.column, "endColumn": max(place.end_column - 1, place.column)}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    """Escape a message; the lines of ours are kept, other control characters are not."""
    lines = "\n".join(clean(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean(text)).replace(":", "%3A").replace(",", "%2C")
