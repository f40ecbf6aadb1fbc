"""The configurations of two snapshots: what differs, and what the base's says of the impacts of changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gnomon.changes.change import Change
from gnomon.changes.impacts import Impact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gnomon.configuration import Configuration
    from gnomon.registry import Registry


def configuration_changes(base: Registry, head: Registry) -> Iterator[Change]:
    """Tell that settings which decide about findings or impacts are others."""
    one, two = _settings(base.configuration), _settings(head.configuration)
    for key in sorted(one.keys() | two.keys()):
        if one.get(key) != two.get(key):
            message = f"the setting `{key}` changed; the base's still judges this change"
            yield Change(
                "configuration-changed",
                head.configuration.path or base.configuration.path or "configuration",
                "changed",
                message,
                field=f"/{key}",
                before=one.get(key),
                after=two.get(key),
            )


def _settings(configuration: Configuration) -> dict[str, object]:
    severities = {
        name: severity.label if severity is not None else "off" for name, severity in configuration.severities.items()
    }
    found: dict[str, object] = {
        "rules": severities,
        "impacts": {name: list(values) for name, values in configuration.impacts.items()},
        "ladders": {name: list(tags) for name, tags in configuration.ladders.items()},
        "select": list(configuration.select),
        "ignore": list(configuration.ignore),
        "fail-on": configuration.fail_on,
    }
    return found


def with_chosen_impacts(changes: Iterable[Change], configuration: Configuration) -> list[Change]:
    """Give changes the impacts that a configuration has for their rules."""
    chosen = {name: tuple(map(Impact, values)) for name, values in configuration.impacts.items()}
    return [
        replace(change, other_impacts=chosen[change.rule]) if change.rule in chosen else change for change in changes
    ]
