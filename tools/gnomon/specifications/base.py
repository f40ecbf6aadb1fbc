"""The specification, and the registry of the types of tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from gnomon import queries
from gnomon.diagnostics import Diagnostic
from gnomon.nodes import Mapping as MappingNode
from gnomon.specifications.range import Range
from gnomon.specifications.reading import Reader, is_null
from gnomon.specifications.threshold import Threshold
from gnomon.specifications.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gnomon.names import Name
    from gnomon.nodes import Node
    from gnomon.specifications.passing import PassingSet


class Test(Protocol):
    """What every type of test offers; its text is how people write it."""

    @property
    def type(self) -> str:
        """Its name, the key of its part of a document."""

    @property
    def unit(self) -> str:
        """Canonical spelling of the unit of its numbers."""

    @property
    def json(self) -> dict[str, Any]:
        """Its fields."""

    @property
    def passing(self) -> PassingSet:
        """The values that pass."""


# A new type joins here; where a document holds several, the first of these counts, since the original reads only that.
TYPES: Mapping[str, Callable[[Reader], Test | None]] = MappingProxyType(
    {"threshold": Threshold.read, "range": Range.read, "tolerance": Tolerance.read}
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
    for name, read in TYPES.items():
        body = content.get(name)
        if isinstance(body, MappingNode):
            key = content.key_of(name)
            reader = Reader(name, body, key if key.document is root.document else name_node)
            return read(reader), reader.diagnostics
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
    for name, read in TYPES.items():
        body = root.get(name)
        if isinstance(body, MappingNode):
            reader = Reader(name, body, root.key_of(name))
            read(reader)
            found.extend(fault for fault in reader.diagnostics if fault.rule not in _LEFT_OPEN)
        elif body is not None and not is_null(body):
            found.append(not_a_test(name, body))
    return found


# What one document leaves open, others may complete.
_LEFT_OPEN = frozenset({"missing-field", "empty-range", "invalid-tolerance"})


def not_a_test(name: str, node: Node) -> Diagnostic:
    """Say that what stands where a test belongs is none."""
    example = {"threshold": "{operator: '<=', value: 5.0, unit: mmag}", "range": "{lower: 0.0, upper: 5.0, unit: mmag}"}
    hint = f"write `{name}: {example.get(name, '{target: 5.0, within: 0.1, unit: mmag}')}`"
    return Diagnostic("wrong-type", f"`{name}` must be a mapping, not {node.kind}", node.place, hint)


@dataclass(frozen=True, slots=True)
class Specification:
    """A test of the measurements of one metric.

    Attributes
    ----------
    name
        ``package.metric.spec``.
    test
        What a measurement is compared with.
    metadata_query
        Which jobs it applies to: terms with values or conditions; empty, it applies to all.
    tags
        Words to find it by, its level among them.
    abstract
        Whether it is a requirement, judged by the specifications that inherit from it.
    """

    name: Name
    test: Test
    metadata_query: Mapping[str, Any] = field(default_factory=dict, hash=False)
    tags: frozenset[str] = frozenset()
    abstract: bool = False

    @property
    def type(self) -> str:
        """The type of its test: ``threshold``, ``range`` or ``tolerance``."""
        return self.test.type

    @property
    def json(self) -> dict[str, Any]:
        """As FORMAT describes it: the original's fields, and ours where they are set."""
        result: dict[str, Any] = {
            "name": str(self.name),
            "type": self.type,
            self.type: finite(self.test.json),
            "metadata_query": finite(dict(self.metadata_query)),
            "tags": sorted(self.tags),
        }
        if self.abstract:
            result["abstract"] = True
        return result

    def applies_to(self, metadata: Mapping[str, Any]) -> bool:
        """Tell whether it is evaluated for a job with this metadata."""
        return not self.abstract and queries.applies(self.metadata_query, metadata)

    def __str__(self) -> str:
        return str(self.test)


def finite(value: Any) -> Any:
    """Replace the numbers that JSON cannot hold by None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return value
