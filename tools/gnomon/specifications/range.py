"""The range: a measurement passes between two limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
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

_WORDS = {(True, True): "both", (True, False): "lower", (False, True): "upper", (False, False): "neither"}
INCLUSIVE = tuple(_WORDS.values())


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
    example: ClassVar[str] = "{lower: 0.0, upper: 5.0, unit: mmag}"
    forms: ClassVar[tuple[str, ...]] = ("[1.0, 2.0] mmag", "(-inf, 2.0) mmag")
    schema: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {
            "description": "A measurement passes between two limits.",
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "lower": {"description": "The lower limit; may be left out.", **NUMBER},
                "upper": {"description": "The upper limit; may be left out.", **NUMBER},
                "unit": UNIT,
                "inclusive": {
                    "description": "Which limits pass themselves.",
                    "enum": list(INCLUSIVE),
                    "default": "both",
                    "x-expected": "`both`, `lower`, `upper` or `neither`",
                },
            },
            "x-expected": "a mapping with `lower`, `upper` and `unit`",
            "x-judged": "test",
        }
    )

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

    @classmethod
    def fields_of(cls, text: str) -> dict[str, Any] | None:
        """Take its own text apart: ``[1.0, 2.0) mmag``, or ``(-inf, 2.0] mmag`` where a limit is absent."""
        found = matched(
            r"(?:in \s+)? (?P<left>[\[(]) \s* (?:(?P<lower>NUMBER)|-inf) \s*,"
            r"\s* (?:(?P<upper>NUMBER)|inf) \s* (?P<right>[\])]) \s* UNIT",
            text,
        )
        if found is None:
            return None
        lower, upper = found.pop("left") == "[", found.pop("right") == "]"
        if "lower" not in found and "upper" not in found:
            return None
        # No infinite value passes; a limit that is absent is said to pass as the other does.
        if (lower and "lower" not in found) or (upper and "upper" not in found):
            return None
        words = _WORDS[lower if "lower" in found else upper, upper if "upper" in found else lower]
        return found | {"inclusive": words}

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

    @property
    def latex(self) -> str:
        """How it is typeset."""
        lower = r"-\infty" if self.lower is None else units.latex_number(self.lower)
        upper = r"\infty" if self.upper is None else units.latex_number(self.upper)
        left, right = self._brackets
        return f"{left}{lower}, {upper}{right}{units.latex_unit(self.unit)}"

    @property
    def _brackets(self) -> tuple[str, str]:
        left = "[" if self.inclusive in {"both", "lower"} and self.lower is not None else "("
        right = "]" if self.inclusive in {"both", "upper"} and self.upper is not None else ")"
        return left, right

    def __str__(self) -> str:
        left, right = self._brackets
        lower = "-inf" if self.lower is None else self.lower
        upper = "inf" if self.upper is None else self.upper
        return f"{left}{lower}, {upper}{right} {self.unit}".rstrip()


class RangeSpecification(Specification):
    """A specification that a measurement meets between two limits.

    Parameters
    ----------
    name
        ``package.metric.spec``.
    lower, upper
        The limits, scalars of units that convert; one of them may be None.
    inclusive
        Which limits pass themselves: ``both``, ``lower``, ``upper`` or ``neither``.
    metadata_query
        Terms that the metadata of a job must have; none, it applies to all jobs.
    tags
        Words to find it by.
    abstract
        Whether it is a requirement.

    Raises
    ------
    TypeError
        A limit is no scalar quantity, their units do not convert, or there is none.
    ValueError
        Nothing lies between the limits, or `inclusive` is another word.
    """

    __slots__ = ()

    type = Range.type
    test_type = Range
    test: Range

    def __init__(
        self,
        name: Name | str,
        lower: Quantity | float | None = None,
        upper: Quantity | float | None = None,
        inclusive: str = "both",
        metadata_query: Mapping[str, Any] | None = None,
        tags: Iterable[str] | str | None = None,
        *,
        abstract: bool = False,
    ) -> None:
        given = [limit for limit in (lower, upper) if limit is not None]
        if not given:
            raise TypeError("a range needs a lower or an upper limit")
        if inclusive not in INCLUSIVE:
            raise ValueError(f"{inclusive!r} is not one of {', '.join(INCLUSIVE)}")
        _, unit = units.number_and_unit(given[0])
        bounds = [None if limit is None else units.value_in(limit, unit) for limit in (lower, upper)]
        test = Range(bounds[0], bounds[1], unit, inclusive)
        if test.passing.is_empty:
            raise ValueError(f"no value lies in {test}")
        self._fill(name, test, metadata_query, tags, abstract=abstract)

    @property
    def lower(self) -> Quantity | None:
        """The lower limit."""
        return None if self.test.lower is None else units.quantity(self.test.lower, self.test.unit)

    @property
    def upper(self) -> Quantity | None:
        """The upper limit."""
        return None if self.test.upper is None else units.quantity(self.test.upper, self.test.unit)

    @property
    def inclusive(self) -> str:
        """Which limits pass themselves."""
        return self.test.inclusive
