"""JSON Pointers (RFC 6901): how outputs name a value within a definition, such as ``/threshold/value``."""

from __future__ import annotations

from typing import Any

NOTHING = object()  # what a pointer leads to that leads nowhere: null is a value


def join(*keys: object) -> str:
    """Join keys and indices."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def parts(pointer: str) -> list[str]:
    """Take a pointer apart."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def find(value: Any, pointer: str) -> Any:
    """Give what a pointer leads to, or `NOTHING`."""
    for part in parts(pointer):
        if isinstance(value, dict):
            value = value.get(part, NOTHING)
        elif isinstance(value, list) and part.isascii() and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return NOTHING
    return value


def leads(value: Any, pointer: str) -> bool:
    """Tell whether a pointer leads to something."""
    return find(value, pointer) is not NOTHING
