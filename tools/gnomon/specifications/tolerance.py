"""The tolerance: a measurement passes near a target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon import units
from gnomon.specifications.passing import Interval, PassingSet

if TYPE_CHECKING:
    from gnomon.specifications.reading import Reader

# More digits than a product of two floats has, and no exceptions: what is no number stays none.
_EXACT = Context(prec=50, traps=[])
_WIDTHS = ("within", "plus", "minus", "percent")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A target and how far a measurement may be from it.

    Attributes
    ----------
    target
        In `unit`.
    unit
        Canonical spelling.
    within
        On both sides, in the unit of a difference.
    plus, minus
        Above and below, in the unit of a difference.
    percent
        On both sides, of the target's absolute value.
    """

    type: ClassVar[str] = "tolerance"

    target: float
    unit: str
    within: float | None = None
    plus: float | None = None
    minus: float | None = None
    percent: float | None = None

    @classmethod
    def read(cls, reader: Reader) -> Tolerance | None:
        """Make it from a document, or leave the reader with the faults that prevent it."""
        given = [name for name in _WIDTHS if reader.has(name)]
        target, unit = reader.number("target"), reader.unit()
        widths: dict[str, float] = {name: reader.number(name) for name in given}
        if not given:
            reader.missing("within", "add `within:`, `plus:` and `minus:`, or `percent:`")
        if reader.broken:
            return None
        if len(given) > 1 and given != ["plus", "minus"]:
            widths = cls._choose(reader, given, widths)
        elif len(given) == 1 and given[0] in {"plus", "minus"}:
            other = "minus" if given == ["plus"] else "plus"
            hint = f"add `{other}:`; 0 if nothing may pass there"
            reader.fault("invalid-tolerance", f"`{given[0]}` without `{other}`", reader.nearest(given[0]), hint)
        for name, width in widths.items():
            if width < 0:
                reader.fault(
                    "invalid-tolerance",
                    f"`{name}` is negative",
                    reader.body.entries[name].value,
                    "a width is 0 or more",
                )
        if "percent" in widths:
            cls._judge_percent(reader, target, unit)
        return cls(target, unit, **widths)

    @staticmethod
    def _choose(reader: Reader, given: list[str], widths: dict[str, float]) -> dict[str, float]:
        """Report a width that is said twice, and keep the first way of saying it."""
        kept = ["plus", "minus"] if given[0] == "plus" else given[:1]
        names = " and ".join(f"`{name}`" for name in given)
        counts = " and ".join(f"`{name}`" for name in kept)
        verb = "count" if len(kept) > 1 else "counts"
        hint = f"keep one, and drop an inherited one with `{given[0]}: null`; {counts} {verb} until then"
        reader.fault("invalid-tolerance", f"{names} say the width twice", reader.nearest(*reversed(given)), hint)
        return {name: width for name, width in widths.items() if name in kept}

    @staticmethod
    def _judge_percent(reader: Reader, target: float, unit: str) -> None:
        known = units.facts(unit)
        node, hint = reader.body.entries["percent"].value, "use `within`, in the unit of a difference"
        if target == 0:
            reader.fault("invalid-tolerance", "`percent` of a target of zero is no width", node, hint)
        elif known.logarithmic or known.offset:
            what = "a logarithm" if known.logarithmic else "counted from an arbitrary zero"
            reader.fault(
                "invalid-tolerance", f"`percent` of a value in `{unit}`, which is {what}, has no meaning", node, hint
            )

    @property
    def json(self) -> dict[str, Any]:
        """The fields that are set."""
        widths = {name: value for name in _WIDTHS if (value := getattr(self, name)) is not None}
        return {"target": self.target, "unit": self.unit, **widths}

    @property
    def passing(self) -> PassingSet:
        """The values that pass."""
        # In decimals, as it is written: 100.1 ± 100 begins at 0.1, which binary numbers miss, and so in every unit.
        with localcontext(_EXACT):
            target = _decimal(self.target)
            if self.percent is not None:
                above = below = abs(target) * _decimal(self.percent) / 100
            elif self.within is not None:
                above = below = _decimal(self.within)
            else:
                above, below = _decimal(self.plus or 0.0), _decimal(self.minus or 0.0)
            lower, upper = float(target - below), float(target + above)
        closed = math.isfinite(self.target)
        return PassingSet((Interval(lower, upper, lower_closed=closed, upper_closed=closed),), self.unit)

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{self.target} ± {self.percent} % {self.unit}".rstrip()
        if self.within is not None:
            return f"{self.target} ± {self.within} {self.unit}".rstrip()
        return f"{self.target} +{self.plus or 0.0} -{self.minus or 0.0} {self.unit}".rstrip()


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))
