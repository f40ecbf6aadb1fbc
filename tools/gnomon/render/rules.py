"""The rule catalogue as text and as JSON (``gnomon/rule/1``)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from gnomon.render.findings_json import dump
from gnomon.render.terminal import COLOURS, table

if TYPE_CHECKING:
    from gnomon.rules import Rule

_WIDTH = 80
_LONGEST = 120  # of a line of an example


def as_table(rules: list[Rule]) -> list[str]:
    """List rules, one a line."""
    return table(
        [(rule.name, _severity(rule), rule.group, rule.summary) for rule in rules],
        ("rule", "severity", "group", "what it finds"),
    )


def _severity(rule: Rule) -> str:
    return rule.severity.label if rule.on else f"{rule.severity.label} (off)"


def as_text(rule: Rule) -> str:
    """Explain one rule."""
    name = click.style(rule.name, bold=True)
    severity = click.style(_severity(rule), fg=COLOURS[rule.severity])
    parts = [
        f"{name} ({severity}, {rule.group})",
        textwrap.fill(rule.summary, _WIDTH),
        textwrap.fill(f"Why: {rule.why}", _WIDTH),
        textwrap.fill(f"Mend: {rule.mend}", _WIDTH),
        f"Found in {rule.path}:\n\n{_indented(rule.bad)}",
        f"Mended:\n\n{_indented(rule.good)}",
    ]
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    lines = text.rstrip("\n").splitlines()
    shown = [*lines[:10], *(["..."] if len(lines) > 10 else [])]  # noqa: PLR2004  # an example is for reading
    return textwrap.indent(
        "\n".join(line if len(line) <= _LONGEST else line[:_LONGEST] + "..." for line in shown), "    "
    )


def as_json(rules: list[Rule]) -> str:
    """Write rules for programs."""
    rows = [
        {
            "name": rule.name,
            "group": rule.group,
            "severity": rule.severity.label,
            "enabled": rule.on,
            "summary": rule.summary,
            "why": rule.why,
            "mend": rule.mend,
            "example": {"path": rule.path, "bad": rule.bad, "good": rule.good},
        }
        for rule in rules
    ]
    return dump({"schema": "gnomon/rule/1", "rules": rows})
