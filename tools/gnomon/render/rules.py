"""The rules of the check and of the diff, as text and as JSON (``gnomon/rule/1``)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from gnomon.render.changes import COLOURS as IMPACT_COLOURS
from gnomon.render.findings_json import dump
from gnomon.render.terminal import COLOURS, table
from gnomon.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gnomon.changes import DiffRule

_WIDTH = 80
_LONGEST = 120  # of a line of an example
_BY_DIRECTION = "by direction"


def as_tables(rules: Iterable[Rule], diff_rules: Iterable[DiffRule], columns: int | None = None) -> list[str]:
    """List rules, one a row: those of the check, then those of the diff.

    Parameters
    ----------
    columns
        Of the terminal.
    """
    found = table(
        [(rule.name, _severity(rule), rule.group, rule.summary) for rule in rules],
        ("check rule", "severity", "group", "what it finds"),
        columns,
    )
    changed = table(
        [(rule.name, _impacts(rule), rule.subject, rule.summary) for rule in diff_rules],
        ("diff rule", "impacts", "subject", "what it finds"),
        columns,
    )
    return [*found, "", *changed]


def _severity(rule: Rule) -> str:
    return rule.severity.label if rule.on else f"{rule.severity.label} (off)"


def _impacts(rule: DiffRule) -> str:
    return ", ".join(impact.value for impact in rule.impacts) or _BY_DIRECTION


def as_text(rule: Rule | DiffRule) -> str:
    """Explain one rule."""
    parts = _check_rule(rule) if isinstance(rule, Rule) else _diff_rule(rule)
    return "\n\n".join(parts)


def _check_rule(rule: Rule) -> list[str]:
    name = click.style(rule.name, bold=True)
    severity = click.style(_severity(rule), fg=COLOURS[rule.severity])
    return [
        f"{name} ({severity}, {rule.group})",
        textwrap.fill(rule.summary, _WIDTH),
        textwrap.fill(f"Why: {rule.why}", _WIDTH),
        textwrap.fill(f"Mend: {rule.mend}", _WIDTH),
        f"Found in {rule.path}:\n\n{_indented(rule.bad)}",
        f"Mended:\n\n{_indented(rule.good)}",
    ]


def _diff_rule(rule: DiffRule) -> list[str]:
    name = click.style(rule.name, bold=True)
    impacts = ", ".join(click.style(impact.value, fg=IMPACT_COLOURS[impact]) for impact in rule.impacts)
    return [
        f"{name} ({impacts or _BY_DIRECTION}, change of a {rule.subject})",
        textwrap.fill(rule.summary, _WIDTH),
        textwrap.fill(f"Why it matters: {rule.why}", _WIDTH),
        *_state("Before", rule.before),
        *_state("After", rule.after),
        textwrap.fill(f"The other way round: {_twin(rule)}", _WIDTH),
    ]


def _twin(rule: DiffRule) -> str:
    return f"`{rule.twin}`." if " " not in rule.twin else f"{rule.twin}."


def _state(title: str, files: Mapping[str, str]) -> list[str]:
    return [f"{title}, in {path}:\n\n{_indented(text)}" for path, text in files.items()]


def _indented(text: str) -> str:
    lines = text.rstrip("\n").splitlines()
    shown = [*lines[:10], *(["..."] if len(lines) > 10 else [])]  # noqa: PLR2004  # an example is for reading
    return textwrap.indent(
        "\n".join(line if len(line) <= _LONGEST else line[:_LONGEST] + "..." for line in shown), "    "
    )


def as_json(rules: Iterable[Rule | DiffRule]) -> str:
    """Write rules for programs."""
    rows = [_check_row(rule) if isinstance(rule, Rule) else _diff_row(rule) for rule in rules]
    return dump({"schema": "gnomon/rule/1", "rules": rows})


def _check_row(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "command": "check",
        "group": rule.group,
        "severity": rule.severity.label,
        "enabled": rule.on,
        "summary": rule.summary,
        "why": rule.why,
        "mend": rule.mend,
        "example": {"path": rule.path, "bad": rule.bad, "good": rule.good},
    }


def _diff_row(rule: DiffRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "command": "diff",
        "subject": rule.subject,
        "impacts": [impact.value for impact in rule.impacts],
        "summary": rule.summary,
        "why": rule.why,
        "twin": rule.twin,
        "example": {"before": dict(rule.before), "after": dict(rule.after)},
    }
