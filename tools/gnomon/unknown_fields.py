"""Fields of JSON objects that gnomon does not know, and which survive being read and written."""

from __future__ import annotations

from typing import Any


def unknown_fields(given: Any, known: Any) -> Any:
    """Give what an object holds beside what was understood of it.

    Parameters
    ----------
    given
        The object as it was read.
    known
        The object as it would be written.

    Returns
    -------
    dict, list or None
        Of the same nesting; None where nothing is left.
    """
    if isinstance(given, dict) and isinstance(known, dict):
        parts = {key: unknown_fields(value, known[key]) if key in known else value for key, value in given.items()}
        return {key: part for key, part in parts.items() if part is not None or key not in known} or None
    if isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        listed = [unknown_fields(one, other) for one, other in zip(given, known, strict=True)]
        return listed if any(part is not None for part in listed) else None
    return None


def with_unknown(known: Any, unknown: Any) -> Any:
    """Put back what `unknown_fields` gave; what is known wins."""
    if isinstance(known, dict) and isinstance(unknown, dict):
        merged = {key: with_unknown(value, unknown.get(key)) for key, value in known.items()}
        return merged | {key: value for key, value in unknown.items() if key not in known}
    if isinstance(known, list) and isinstance(unknown, list) and len(known) == len(unknown):
        return [with_unknown(one, other) for one, other in zip(known, unknown, strict=True)]
    return known
