"""Terms of metadata as people write them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable


def read(pairs: Iterable[str], option: str) -> dict[str, Any]:
    """Read ``KEY=VALUE``, values as in YAML.

    Parameters
    ----------
    pairs
        What was given.
    option
        What takes them, for messages.
    """
    result: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not key or not equals:
            raise click.UsageError(f"{option} takes KEY=VALUE, not {pair!r}")
        if key in result:
            raise click.UsageError(f"{key} is given twice")
        result[key] = _value(key, text, option) if text else ""
    return result


def _value(key: str, text: str, option: str) -> Any:
    """Read a value as the metadata of a job holds it: a date is text there, as it is in a query."""
    from gnomon.parser import parse
    from gnomon.text import Text

    parsed = parse(Text(option, text))
    faults = [found for found in parsed.diagnostics if found.rule != "empty-document"]
    if faults or len(parsed.roots) > 1:
        raise click.UsageError(f"the value of {key} is no YAML; put it in quotes: {key}=\"'{text}'\"")
    return parsed.roots[0].data if parsed.roots else None
