"""Findings on one line each, for editors and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gnomon.render.summary import summary
from gnomon.render.terminal import COLOURS, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.diagnostics import Finding
    from gnomon.rules import Result


def render(result: Result) -> Iterator[str]:
    """Yield a line a finding, the summary last."""
    for finding in result.findings:
        yield line(finding)
    yield summary(result)


def line(finding: Finding) -> str:
    """Write one finding: place, severity, rule, message."""
    diagnostic = finding.diagnostic
    head = click.style(f"{finding.severity.label}[{diagnostic.rule}]", fg=COLOURS[finding.severity], bold=True)
    hint = f" ({clean(diagnostic.hint)})" if diagnostic.hint else ""
    return f"{clean(str(diagnostic.place))}: {head} {clean(diagnostic.message)}{hint}"
