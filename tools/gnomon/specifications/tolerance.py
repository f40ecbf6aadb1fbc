"""The tolerance: a measurement passes near a target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon import units
from gnomon.specifications.base import Specification
from gnomon.specifications.passing import Interval, PassingSet
from gnomon.specifications.reading import NUMBER, UNIT, matched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from astropy.units import Quantity

    from gnomon.names import Name
    from gnomon.specifications.reading import Reader

# More digits than a product of two floats has, and no exceptions: what is no number stays none.
_EXACT = Context(prec=50, traps=[])
_SIGN = r"\s* (?:±|\+/?-) \s*"
_TEXTS = (
    rf"(?P<target>NUMBER) {_SIGN} (?P<percent>NUMBER) \s* % (?:\s+ UNIT)?",
    rf"(?P<target>NUMBER) {_SIGN} (?P<within>NUMBER) \s* UNIT",
    rf"\( \s* (?P<target>NUMBER) {_SIGN} (?P<within>NUMBER) \s* \) \s* UNIT",
    r"(?P<target>NUMBER) \s+ \+(?![-+])(?P<plus>NUMBER) \s+ -(?![-+])(?P<minus>NUMBER) \s* UNIT",
)
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
    example: ClassVar[str] = "{target: 5.0, within: 0.1, unit: mmag}"
    forms: ClassVar[tuple[str, ...]] = (
        "27.14 ± 0.05 mag",
        "27.14 +0.1 -0.02 mag",
        "350.0 ± 10.0 %",
        "(50.0 ± 2.0) %",
    )
    schema: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {
            "description": "A measurement passes near a target.",
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "target": {"description": "The value to be near to.", **NUMBER},
                "within": {"description": "How far on either side.", **NUMBER},
                "plus": {"description": "How far above; goes with `minus`.", **NUMBER},
                "minus": {"description": "How far below; goes with `plus`.", **NUMBER},
                "percent": {"description": "How far on either side, in percent of the target.", **NUMBER},
                "unit": UNIT,
            },
            "x-expected": "a mapping with `target`, `unit` and one of `within`, `plus` and `minus`, `percent`",
            "x-judged": "test",
        }
    )

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

    @classmethod
    def fields_of(cls, text: str) -> dict[str, Any] | None:
        """Take its own text apart: ``27.14 ± 0.05 mag``, with ``+-`` or ``+/-`` as well, and its other forms."""
        found = next((fields for form in _TEXTS if (fields := matched(form, text)) is not None), None)
        return found and {"unit": "", **found}

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

    @property
    def latex(self) -> str:
        """How it is typeset."""
        target, unit = units.latex_number(self.target), units.latex_unit(self.unit)
        if self.percent is not None:
            # The percentage is of the target, and stands between it and its unit.
            return rf"{target} \pm {units.latex_number(self.percent)}\,\%{unit}"
        if self.within is not None:
            amount = rf"{target} \pm {units.latex_number(self.within)}"
            return f"({amount}){unit}" if self._is_of_percents else f"{amount}{unit}"
        plus, minus = units.latex_number(self.plus or 0.0), units.latex_number(self.minus or 0.0)
        return f"{target}^{{+{plus}}}_{{-{minus}}}{unit}"

    @property
    def _is_of_percents(self) -> bool:
        """Whether its text needs brackets: (50 ± 2) % is from 48 % to 52 %, and 50 ± 2 % from 49 to 51."""
        return self.unit.startswith("%")

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{self.target} ± {self.percent} % {self.unit}".rstrip()
        if self.within is not None:
            amount = f"{self.target} ± {self.within}"
            return f"({amount}) {self.unit}" if self._is_of_percents else f"{amount} {self.unit}".rstrip()
        return f"{self.target} +{self.plus or 0.0} -{self.minus or 0.0} {self.unit}".rstrip()


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))


class ToleranceSpecification(Specification):
    """A specification that a measurement meets near a target.

    Parameters
    ----------
    name
        ``package.metric.spec``.
    target
        The value to be near to, a scalar.
    within
        How far a measurement may be from it on either side.
    plus, minus
        How far above and below, instead of `within`.
    percent
        How far on either side in percent of the target, instead of the others.
    metadata_query
        Terms that the metadata of a job must have; none, it applies to all jobs.
    tags
        Words to find it by.
    abstract
        Whether it is a requirement.

    Raises
    ------
    TypeError
        The target or a width is no scalar quantity, or units do not convert.
    ValueError
        The width is not said, said twice, or makes no sense for the target.
    """

    __slots__ = ()

    type = Tolerance.type
    test_type = Tolerance
    test: Tolerance

    def __init__(  # the ways to say a width are keywords
        self,
        name: Name | str,
        target: Quantity | float,
        within: Quantity | float | None = None,
        metadata_query: Mapping[str, Any] | None = None,
        tags: Iterable[str] | str | None = None,
        *,
        plus: Quantity | float | None = None,
        minus: Quantity | float | None = None,
        percent: float | None = None,
        abstract: bool = False,
    ) -> None:
        value, unit = units.number_and_unit(target)
        difference = units.difference_unit(unit)
        widths = {"within": within, "plus": plus, "minus": minus}
        numbers = {key: units.value_in(width, difference) for key, width in widths.items() if width is not None}
        if percent is not None:
            numbers["percent"] = float(percent)
        if set(numbers) not in ({"within"}, {"plus", "minus"}, {"percent"}):
            raise ValueError("say the width once: `within`, `plus` and `minus`, or `percent`")
        if min(numbers.values()) < 0:
            raise ValueError("a width is 0 or more")
        if percent is not None and (value == 0 or units.facts(unit).logarithmic or units.facts(unit).offset):
            raise ValueError(f"{percent} percent of {value} {unit} is no width; use `within`")
        self._fill(name, Tolerance(value, unit, **numbers), metadata_query, tags, abstract=abstract)

    @property
    def target(self) -> Quantity:
        """The value to be near to."""
        return units.quantity(self.test.target, self.test.unit)
