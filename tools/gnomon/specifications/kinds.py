"""The types of tests there are, and reading one of them from a document or from JSON."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gnomon.diagnostics import Diagnostic
from gnomon.nodes import Mapping as MappingNode
from gnomon.nodes import node_of
from gnomon.specifications.range import RangeSpecification
from gnomon.specifications.reading import Reader, is_null, judge_unit
from gnomon.specifications.threshold import ThresholdSpecification
from gnomon.specifications.tolerance import ToleranceSpecification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.nodes import Node
    from gnomon.specifications.base import Specification, Test

# A new type joins here; where a document holds several, the first of these counts, since the original reads only that.
TYPES: Mapping[str, type[Specification]] = MappingProxyType(
    {kind.type: kind for kind in (ThresholdSpecification, RangeSpecification, ToleranceSpecification)}
)


def read_test(content: MappingNode, root: MappingNode, name_node: Node) -> tuple[Test | None, list[Diagnostic]]:
    """Make the test of a specification from its resolved content.

    Parameters
    ----------
    content
        Merged with everything inherited.
    root
        The document itself.
    name_node
        What to point at where something is missing that no line of the document could say.

    Returns
    -------
    test
        None where it cannot be made.
    diagnostics
        Why, and other faults.
    """
    odd = []
    for name, kind in TYPES.items():
        body = content.get(name)
        if isinstance(body, MappingNode):
            key = content.key_of(name)
            reader = Reader(name, body, key if key.document is root.document else name_node)
            return kind.test_type.read(reader), reader.diagnostics
        if body is not None and not is_null(body):
            odd.append(not_a_test(name, body))
    if odd:
        return None, odd
    names = ", ".join(f"`{name}`" for name in TYPES)
    message = f"no test: none of {names}, neither here nor inherited"
    return None, [Diagnostic("missing-test", message, root.head.place, "add one, or a base that has one")]


def judge_test(root: MappingNode) -> list[Diagnostic]:
    """Find what is wrong with the tests of one document, whatever its bases and heirs may complete."""
    found: list[Diagnostic] = []
    for name, kind in TYPES.items():
        body = root.get(name)
        if isinstance(body, MappingNode):
            reader = Reader(name, body, root.key_of(name))
            kind.test_type.read(reader)
            found.extend(fault for fault in reader.diagnostics if fault.rule not in _LEFT_OPEN)
        elif body is not None and not is_null(body):
            found.append(not_a_test(name, body))
    return found


# What one document leaves open, others may complete.
_LEFT_OPEN = frozenset({"missing-field", "empty-range", "invalid-tolerance"})


def not_a_test(name: str, node: Node) -> Diagnostic:
    """Say that what stands where a test belongs is none."""
    hint = f"write `{name}: {TYPES[name].test_type.example}`"
    return Diagnostic("wrong-type", f"`{name}` must be a mapping, not {node.kind}", node.place, hint)


_NEEDED = (("value",), ("target",), ("within", "plus", "minus", "percent"), ("lower", "upper"))


def _lost_numbers(fields: dict[str, Any]) -> dict[str, float]:
    """Tell which numbers were written as null since JSON cannot hold them: nothing passes by them.

    Null also stands where one of several is not given, such as a limit of a range.
    """
    there = [[name for name in names if name in fields] for names in _NEEDED]
    return {name: math.nan for names in there if all(fields[name] is None for name in names) for name in names}


# As the site has them.
_PRINT = {ord("\N{MINUS SIGN}"): "-", ord("\N{NO-BREAK SPACE}"): " "}


def parse_test(text: str) -> Test:
    """Make a test of the text that people are shown of it, such as ``<= 5.0 mmag``.

    Raises
    ------
    ValueError
        It is the text of no test; the message says why, in one line.
    """
    plain = text.translate(_PRINT)
    for name, kind in TYPES.items():
        fields = kind.test_type.fields_of(plain)
        if fields is not None:
            if math.inf in {abs(value) for value in fields.values() if isinstance(value, float)}:
                raise ValueError(f"`{text}` has a number that is too large")
            _, fault = judge_unit(node_of(fields["unit"]))
            if fault is not None:
                raise ValueError(f"{fault.message}; {fault.hint}")
            return test_of(name, fields)
    forms = [f"`{form}`" for kind in TYPES.values() for form in kind.test_type.forms]
    raise ValueError(f"`{text}` is no test; tests look like {', '.join(forms[:-1])} or {forms[-1]}")


def test_of(name: str, fields: Any) -> Test:
    """Make a test from the fields that its JSON has.

    Raises
    ------
    ValueError
        There is no such type, or the fields make no test; the text says why, in one line.
    """
    kind = TYPES.get(name)
    if kind is None:
        raise ValueError(f"there is no type of tests `{name}`; there are {', '.join(TYPES)}")
    if not isinstance(fields, dict):
        raise ValueError(f"`{name}` must be an object")  # noqa: TRY004  # a fault of data, not of the program
    body = node_of(fields | _lost_numbers(fields))
    assert isinstance(body, MappingNode)  # noqa: S101  # it was made from a dict
    reader = Reader(name, body, body)
    test = kind.test_type.read(reader)
    if test is None:
        raise ValueError("; ".join(found.message for found in reader.diagnostics))
    return test
