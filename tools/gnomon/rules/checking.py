"""Run the rules over a snapshot: every finding once, with its severity, in order of place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gnomon import units as unit_facts
from gnomon.diagnostics import Diagnostic, Finding, Place, Related, Severity
from gnomon.errors import UsageError
from gnomon.names import closest, with_guess
from gnomon.rules import references, sense, suppression, suspicion, units, values
from gnomon.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gnomon.configuration import Configuration
    from gnomon.registry import Registry
    from gnomon.rules.rule import Rule

CHECKS: tuple[Callable[[Registry], Iterator[Diagnostic]], ...] = (
    *units.CHECKS,
    *references.CHECKS,
    *values.CHECKS,
    *sense.CHECKS,
    *suspicion.CHECKS,
)


@dataclass(frozen=True)
class Result:
    """What a check found.

    Attributes
    ----------
    findings
        By path and position.
    registry
        What was checked.
    """

    findings: tuple[Finding, ...]
    registry: Registry

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def statistics(self) -> list[tuple[Rule, Severity, int]]:
        """Count the findings by rule, most frequent first."""
        counts = Counter((finding.diagnostic.rule, finding.severity) for finding in self.findings)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0][0]))
        return [(CATALOGUE[rule], severity, count) for (rule, severity), count in ranked]

    def fails(self, level: Severity | None) -> bool:
        """Tell whether there is a finding of at least a level; None never fails."""
        return level is not None and any(finding.severity >= level for finding in self.findings)


def check(
    registry: Registry,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    within: Callable[[str], bool] | None = None,
    gate: Configuration | None = None,
) -> Result:
    """Find every fault of a snapshot.

    Parameters
    ----------
    select
        Rules to run instead of those that the configuration selects; empty for these.
    ignore
        Rules to leave out, besides those that the configuration ignores.
    within
        Tells by its path whether a file's findings are wanted; the whole repository is understood in any case.
    gate
        A configuration besides the snapshot's own: of each rule the stricter severity counts, so that a change cannot
        loosen what judges it.

    Raises
    ------
    UsageError
        There is no such rule.
    """
    severities: dict[str, Severity] = {}
    for configuration in (registry.configuration, gate) if gate is not None else (registry.configuration,):
        for name, judged in _severities(configuration, tuple(select), tuple(ignore)).items():
            severities[name] = max(judged, severities.get(name, judged))
    found = [*registry.diagnostics]
    for run in CHECKS:
        found.extend(run(registry))
    if "redundant-specification" in severities:
        found.extend(sense.redundant_specifications(registry))
    found = suppression.apply(found, registry, CATALOGUE, severities)
    unit_facts.save_cache()
    findings = [
        Finding(Severity.NOTE if diagnostic.mild else severity, diagnostic)
        for diagnostic in _grouped(found, registry)
        if (severity := severities.get(diagnostic.rule)) is not None
        and (within is None or within(diagnostic.place.path))
    ]
    return Result(tuple(findings), registry)


def _severities(configuration: Configuration, select: tuple[str, ...], ignore: tuple[str, ...]) -> dict[str, Severity]:
    """Give the severity of each rule that runs."""
    for name in (*select, *ignore):
        if name not in CATALOGUE:
            raise UsageError(
                with_guess(f"there is no rule `{name}`", closest(name, CATALOGUE), "`gnomon rule` lists them")
            )
    chosen = set(select or configuration.select)
    left_out = {*ignore, *(name for name in configuration.ignore if name not in select)}
    result = {}
    for name, row in CATALOGUE.items():
        severity = configuration.severities.get(name, row.severity if row.on or name in chosen else None)
        if severity is None and name in select:
            severity = row.severity
        if severity is not None and name not in left_out and (not chosen or name in chosen):
            result[name] = severity
    return result


def _grouped(found: Iterable[Diagnostic], registry: Registry) -> list[Diagnostic]:
    """Tell each fault once: what inherits a faulty value, or cannot be resolved for it, is related to it."""
    groups: dict[tuple[Place, str, str], list[Diagnostic]] = {}
    for diagnostic in found:
        groups.setdefault(diagnostic.sort_key, []).append(diagnostic)
    unreadable = {place for place, rule, _ in groups if rule == "yaml-syntax"}
    consequences = _consequences(registry)
    result = []
    for key in sorted(groups):
        place, rule, _ = key
        if place in unreadable and rule != "yaml-syntax":
            continue  # what cannot be read cannot be judged
        group = groups[key]
        owner = registry.definition_at(place)
        first = min(
            group, key=lambda diagnostic: (diagnostic.subject != owner, diagnostic.subject or "")
        )  # used at once
        subject = owner or first.subject
        related = dict.fromkeys(item for diagnostic in group for item in diagnostic.related)
        for label in sorted({diagnostic.subject for diagnostic in group if diagnostic.subject} - {subject}):
            name = registry.place_of(label)
            if name is not None and name != place:
                related[Related(f"`{label}` has it from here", name)] = None
        related.update(dict.fromkeys(consequences.get(key, ())))
        result.append(replace(first, subject=subject, related=tuple(related)))
    return result


def _consequences(registry: Registry) -> dict[tuple[Place, str, str], list[Related]]:
    """Map each cause to the documents elsewhere that cannot be resolved for it."""
    result: dict[tuple[Place, str, str], list[Related]] = {}
    for document in registry.documents:
        for cause in document.causes:
            told = (cause.place, *(related.place for related in cause.related if cause.rule == "cyclic-base"))
            if cause.subject != document.label and not any(document.is_at(place) for place in told):
                consequence = Related(f"so `{document.label}` cannot be resolved either", document.name_node.place)
                result.setdefault(cause.sort_key, []).append(consequence)
    return result
