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
from gnomon.specifications.reading import Reader
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


def read_test(content: MappingNode, head: Node) -> tuple[Test | None, list[Diagnostic]]:
    """Make the test of a specification from its resolved content.

    Parameters
    ----------
    content
        Merged with everything inherited.
    head
        What to point at when there is no test at all.

    Returns
    -------
    test
        None where it cannot be made.
    diagnostics
        Why, and other faults.
    """
    for name, read in TYPES.items():
        body = content.get(name)
        if isinstance(body, MappingNode):
            reader = Reader(name, body, content.key_of(name))
            return read(reader), reader.diagnostics
    names = ", ".join(f"`{name}`" for name in TYPES)
    return None, [
        Diagnostic(
            "missing-test",
            f"no test: none of {names}, neither here nor inherited",
            head.place,
            "add one, or a base that has one",
        )
    ]


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
