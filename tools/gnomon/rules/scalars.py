"""Checks of single values: the traps of YAML 1.1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gnomon.diagnostics import Diagnostic, Edit, Fix
from gnomon.merging import TESTS
from gnomon.nodes import Mapping, Scalar, Sequence, walk
from gnomon.scalars import Trap, looks_numeric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.registry import Registry

_NUMBERS = ("value", "lower", "upper", "target", "within", "plus", "minus", "percent")
_EXACT = 2.0**53  # whole numbers below are exact
# Where a boolean belongs, `yes` and `on` say what they seem to.
_BOOLEAN_FIELDS = frozenset({"abstract", "exists", "any"})


def ambiguous_scalars(registry: Registry) -> Iterator[Diagnostic]:
    """Yield bare words and numbers that YAML 1.1 reads otherwise than their author."""
    for roots in registry.roots.values():
        for root in roots:
            if root.document not in registry.trapped:
                continue
            intended = {
                id(node.entries[field].value)
                for node in walk(root)
                if isinstance(node, Mapping)
                for field in _BOOLEAN_FIELDS & node.entries.keys()
            }
            for node in walk(root):
                if (
                    isinstance(node, Scalar)
                    and node.trap not in {None, Trap.NUMERIC_STRING}
                    and id(node) not in intended
                ):
                    yield _ambiguous(node)


def _ambiguous(node: Scalar) -> Diagnostic:
    quoted = Fix((Edit(node.place, f"'{node.text}'"),), "unsafe")
    if isinstance(node.value, str):
        message, hint = f"`{node.text}` looks like a date, but there is no such day", f"put it in quotes: '{node.text}'"
    elif node.trap is Trap.BOOLEAN_WORD:
        meant = "true" if node.value else "false"
        message = f"YAML reads `{node.text}` as the boolean {meant}"
        hint = f"write '{node.text}' if the word is meant, `{meant}` if the boolean is"
    elif node.trap is Trap.DATE:
        message, hint = f"YAML reads `{node.text}` as a date", f"put it in quotes: '{node.text}'"
    else:
        assert node.trap is not None  # noqa: S101  # the caller asked
        message = f"YAML reads `{node.text}` as the {node.trap.value} {node.value}"
        digits = node.text.lstrip("+-").lstrip("0").replace("_", "")
        other = f", `{digits}` if the zero is only for looks" if node.trap is Trap.OCTAL else ""
        hint = f"write `{node.value}` if that number is meant{other}, '{node.text}' if text is"
    return Diagnostic("ambiguous-scalar", message, node.place, hint, fix=quoted)


def numeric_strings(registry: Registry) -> Iterator[Diagnostic]:
    """Yield numbers that YAML 1.1 reads as text: in tests however they are quoted, in queries bare ones."""
    for document in registry.documents:
        for name in TESTS:
            body = document.root.get(name)
            for field in _NUMBERS if isinstance(body, Mapping) else ():
                node = body.get(field) if isinstance(body, Mapping) else None
                if isinstance(node, Scalar) and isinstance(node.value, str) and looks_numeric(node.value):
                    yield _numeric(node, f"`{field}` is text to YAML: {_why(node)}", safe=True)
        query = document.root.get("metadata_query")
        for node in walk(query) if isinstance(query, Mapping | Sequence) else ():
            if isinstance(node, Scalar) and node.trap is Trap.NUMERIC_STRING:
                yield _numeric(node, f"`{node.text}` is text to YAML, and equals no number: {_why(node)}", safe=False)


def _why(node: Scalar) -> str:
    if not node.plain:
        return "it is in quotes"
    if "e" in node.text.lower():
        return "a number with an exponent needs a dot and a sign"
    if node.text.lstrip("+-").startswith("."):
        return "a number with a sign needs a digit before the dot"
    return "a number cannot begin with `0` and hold 8 or 9"


def _numeric(node: Scalar, message: str, *, safe: bool) -> Diagnostic:
    value = float(node.text.strip())
    is_whole = node.text.strip().lstrip("+-").isdigit()
    text = str(int(value)) if is_whole and abs(value) < _EXACT else as_yaml_number(value)
    hint = f"write `{text}`" if safe else f"write `{text}` if the number is meant, '{node.text}' if text is"
    return Diagnostic(
        "numeric-string", message, node.place, hint, fix=Fix((Edit(node.place, text),), "safe" if safe else "unsafe")
    )


def joined_tags(registry: Registry) -> Iterator[Diagnostic]:
    """Yield tags that are lists to their author and one text to YAML."""
    holders = [(metric.label, metric.body) for metric in registry.metrics.values()]
    holders += [(document.label, document.root) for document in registry.documents]
    for label, body in holders:
        tags = body.get("tags")
        for node in tags.items if isinstance(tags, Sequence) else [tags]:
            if isinstance(node, Scalar) and isinstance(node.value, str) and "," in node.value:
                words = [word.strip() for word in node.value.split(",") if word.strip()]
                each = f"write each as an item of its own: {', '.join(f'`{word}`' for word in words)}"
                hint = f"write `[{', '.join(words)}]`" if node is tags else each
                yield Diagnostic("joined-tags", f"`{node.value}` is one tag", node.place, hint, label)


def as_yaml_number(value: float) -> str:
    """Write a number so that YAML 1.1 reads it as one."""
    text = repr(value)
    if math.isinf(value):
        return text.replace("inf", ".inf")
    mantissa, exponent, power = text.partition("e")
    if exponent and "." not in mantissa:
        return f"{mantissa}.0e{power}"
    return text
