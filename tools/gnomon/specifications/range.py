"""The range: a measurement passes between two limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.specifications.passing import Interval, PassingSet

if TYPE_CHECKING:
    from gnomon.specifications.reading import Reader

INCLUSIVE = ("both", "lower", "upper", "neither")


@dataclass(frozen=True, slots=True)
class Range:
    """Two limits, of which one may be absent.

    Attributes
    ----------
    lower, upper
        In `unit`, or None.
    unit
        Canonical spelling.
    inclusive
        Which limits pass themselves, one of `INCLUSIVE`.
    """

    type: ClassVar[str] = "range"

    lower: float | None
    upper: float | None
    unit: str
    inclusive: str = "both"

    @classmethod
    def read(cls, reader: Reader) -> Range | None:
        """Make it from a document, or leave the reader with the faults that prevent it."""
        bounds = {name: reader.number(name) if reader.has(name) else None for name in ("lower", "upper")}
        if bounds == {"lower": None, "upper": None}:
            reader.missing("lower` or `upper", "add `lower:`, `upper:` or both")
        inclusive, unit = reader.word("inclusive", INCLUSIVE) or "both", reader.unit()
        if reader.broken:
            return None
        result = cls(bounds["lower"], bounds["upper"], unit, inclusive)
        if result.passing.is_empty and all(bound is None or math.isfinite(bound) for bound in bounds.values()):
            node = reader.nearest("lower", "upper", "inclusive")
            reader.fault(
                "empty-range", f"no value lies in {result}", node, "exchange the limits, or mend the one that is wrong"
            )
        return result

    @property
    def json(self) -> dict[str, Any]:
        """All fields; an absent limit is null."""
        return {"lower": self.lower, "upper": self.upper, "unit": self.unit, "inclusive": self.inclusive}

    @property
    def passing(self) -> PassingSet:
        """The values that pass."""
        interval = Interval(
            -math.inf if self.lower is None else self.lower,
            math.inf if self.upper is None else self.upper,
            lower_closed=self.lower is not None and self.inclusive in {"both", "lower"},
            upper_closed=self.upper is not None and self.inclusive in {"both", "upper"},
        )
        return PassingSet((interval,), self.unit)

    def __str__(self) -> str:
        left = "[" if self.inclusive in {"both", "lower"} and self.lower is not None else "("
        right = "]" if self.inclusive in {"both", "upper"} and self.upper is not None else ")"
        lower = "-inf" if self.lower is None else self.lower
        upper = "inf" if self.upper is None else self.upper
        return f"{left}{lower}, {upper}{right} {self.unit}".rstrip()
