"""The threshold: a measurement passes when ``measurement operator value`` holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.names import closest
from gnomon.nodes import Scalar
from gnomon.specifications.passing import Interval, PassingSet

if TYPE_CHECKING:
    from gnomon.specifications.reading import Reader

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
_MEANT = {
    "=": "==",
    "=<": "<=",
    "=>": ">=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "<>": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit on one side, or a value to equal or avoid.

    Attributes
    ----------
    operator
        One of `OPERATORS`.
    value
        In `unit`.
    unit
        Canonical spelling.
    """

    type: ClassVar[str] = "threshold"

    operator: str
    value: float
    unit: str

    @classmethod
    def read(cls, reader: Reader) -> Threshold | None:
        """Make it from a document, or leave the reader with the faults that prevent it."""
        operator = reader.word("operator", OPERATORS)
        if operator is None:
            if not reader.has("operator"):
                reader.missing("operator")
            else:
                node = reader.body.entries["operator"].value
                text = node.text if isinstance(node, Scalar) else node.kind
                meant = _MEANT.get(text) or closest(text, OPERATORS)
                hint = (
                    f"did you mean `'{meant}'`?"
                    if meant
                    else f"use one of {', '.join(f'`{known}`' for known in OPERATORS)}"
                )
                reader.fault("unknown-operator", f"`{text}` is not an operator of a threshold", node, hint, breaks=True)
        value, unit = reader.number("value"), reader.unit()
        return None if reader.broken else cls(operator or "", value, unit)

    @property
    def json(self) -> dict[str, Any]:
        """The fields as the original writes them."""
        return {"value": self.value, "unit": self.unit, "operator": self.operator}

    @property
    def passing(self) -> PassingSet:
        """The values that pass."""
        value = self.value
        below, above = Interval(upper=value), Interval(lower=value)
        intervals = {
            "<": (below,),
            "<=": (Interval(upper=value, upper_closed=True),),
            ">": (above,),
            ">=": (Interval(lower=value, lower_closed=True),),
            "==": (Interval(value, value, lower_closed=True, upper_closed=True),),
            "!=": (below, above),
        }[self.operator]
        return PassingSet(intervals if not math.isnan(value) else (), self.unit)

    def __str__(self) -> str:
        return f"{self.operator} {self.value} {self.unit}".rstrip()
