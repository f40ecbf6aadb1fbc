"""What a check finds now that it did not find before, so that a repository with old faults can be checked today."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gnomon.diagnostics import Finding
    from gnomon.registry import Registry
    from gnomon.rules.checking import Result

_Key = tuple[str, str, str]


def new_since(now: Result, before: Result) -> Result:
    """Leave out the findings that were there before.

    Lines move, so a finding is known by its rule, what it says and the definition or file that it is about; of several
    that are alike, those whose line has the same text as before are the old ones.
    """
    old: dict[_Key, Counter[str]] = defaultdict(Counter)
    for finding in before.findings:
        old[_key(finding)][_line(finding, before.registry)] += 1
    groups: dict[_Key, list[Finding]] = defaultdict(list)
    for finding in now.findings:
        groups[_key(finding)].append(finding)
    fresh: set[int] = set()
    for key, findings in groups.items():
        lines = old[key]
        rest = []
        for finding in findings:
            line = _line(finding, now.registry)
            if lines[line] > 0:
                lines[line] -= 1
            else:
                rest.append(finding)
        # A line that was edited without mending its fault still has an old one.
        known = lines.total()
        fresh.update(id(finding) for finding in rest[known:])
    return replace(now, findings=tuple(finding for finding in now.findings if id(finding) in fresh))


# What a message quotes, which counts as it is, or a number of its own, which changes with other definitions.
_QUOTED_OR_NUMBER = re.compile(r"(`[^`]*`)|\btwice\b|\d[\d,.]*(?: times)?")


def _key(finding: Finding) -> _Key:
    diagnostic = finding.diagnostic
    message = _QUOTED_OR_NUMBER.sub(lambda match: match[1] or "#", diagnostic.message)
    return (diagnostic.rule, message, diagnostic.subject or diagnostic.place.path)


def _line(finding: Finding, registry: Registry) -> str:
    place = finding.diagnostic.place
    text = registry.texts.get(place.path)
    return text.line(place.line).strip() if text is not None and place.line <= text.line_count else ""
