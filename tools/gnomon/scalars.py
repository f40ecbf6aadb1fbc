"""What YAML 1.1 makes of a plain scalar, and where that surprises its author."""

from __future__ import annotations

import datetime as dt
import enum
import functools
import re
from typing import Any

import yaml

from gnomon import limits

_PREFIX = "tag:yaml.org,2002:"
MERGE = _PREFIX + "merge"

_LARGEST_NUMBER = 2**1023  # whole numbers beyond have no float to be compared with

_COLLECTIONS = frozenset({"map", "seq", "set", "omap", "pairs"})
_BOOLEAN_WORDS = frozenset({"yes", "no", "on", "off"})
_OCTAL = re.compile(r"[-+]?0[0-7_]*[1-7][0-7_]*")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+)?")


class Trap(enum.Enum):
    """A plain scalar that YAML 1.1 reads otherwise than most authors would."""

    BOOLEAN_WORD = "boolean"
    OCTAL = "octal number"
    SEXAGESIMAL = "base-60 number"
    DATE = "date"
    NUMERIC_STRING = "text, not a number"


@functools.cache
def _constructor() -> Any:
    return yaml.constructor.SafeConstructor()


def construct(tag: str, text: str) -> Any:
    """Make the value of a scalar whose tag is known, as PyYAML's safe loader does.

    Raises
    ------
    ValueError
        The text cannot be a value of that type, or the tag is not one of YAML's own.
    """
    make = yaml.SafeLoader.yaml_constructors.get(tag)
    if tag.removeprefix(_PREFIX) in _COLLECTIONS:
        raise ValueError(f"{text!r} is no {tag.removeprefix(_PREFIX)}")
    if make is None:
        raise ValueError(f"the tag {tag!r} is not one of YAML's own")
    is_number = tag in {_PREFIX + "int", _PREFIX + "float"}
    if is_number and len(text) > limits.MAX_NUMBER:
        raise ValueError(f"a text of {len(text):,} characters is no {tag.removeprefix(_PREFIX)}")
    try:
        value = make(_constructor(), yaml.ScalarNode(tag, text))
    except (ValueError, OverflowError, KeyError, IndexError, TypeError, AttributeError, yaml.YAMLError) as error:
        # What PyYAML's constructors raise on text that their regular expressions let through.
        raise ValueError(f"{text!r} is no {tag.removeprefix(_PREFIX)}") from error
    if is_number and isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        raise ValueError(f"{text!r} is too large a number")
    return value


def implicit_tag(text: str) -> str:
    """Give the tag that YAML 1.1 resolves a plain scalar to."""
    for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return str(tag)
    return _PREFIX + "str"


def looks_numeric(text: str) -> bool:
    """Tell whether a person would read a text as a number."""
    return len(text) <= limits.MAX_NUMBER and _NUMBER.fullmatch(text.strip()) is not None


@functools.lru_cache(maxsize=65536)
def resolve(text: str) -> tuple[Any, Trap | None]:
    """Give the value of a plain scalar and the trap that it falls into, if any."""
    if len(text) > limits.MAX_NUMBER:
        return text, None
    tag = implicit_tag(text).removeprefix(_PREFIX)
    if tag in {"str", "merge", "value"}:
        return text, Trap.NUMERIC_STRING if looks_numeric(text) else None
    try:
        value = construct(_PREFIX + tag, text)
    except ValueError:
        return text, Trap.DATE if tag == "timestamp" else None
    return value, _trap(value, text)


def _trap(value: Any, text: str) -> Trap | None:
    if isinstance(value, bool):
        return Trap.BOOLEAN_WORD if text.lower() in _BOOLEAN_WORDS else None
    if isinstance(value, dt.date):
        return Trap.DATE
    if isinstance(value, int | float) and ":" in text:
        return Trap.SEXAGESIMAL
    if isinstance(value, int) and _OCTAL.fullmatch(text):
        return Trap.OCTAL
    return None
