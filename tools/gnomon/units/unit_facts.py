"""What is known of a unit's spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Units that count things, whose values are whole numbers and may be compared for equality.
_COUNTS = frozenset(
    {"", "ct", "count", "electron", "ph", "photon", "adu", "DN", "pix", "vox", "bit", "byte", "bin", "chan", "beam"}
)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of a unit's spelling.

    Attributes
    ----------
    canonical
        astropy's own spelling, with all digits of a scale; None when the text is no unit.
    dimension
        Physical dimension as base units with their powers, such as ``'m s-2'``; the same for units that convert.
    scale
        The unit as a multiple of its base units, negative where a larger value is a smaller quantity (magnitudes);
        1 for function units.
    logarithmic
        Whether values are logarithms: magnitudes, dex, dB and function units such as ``mag(AB)``.
    function
        Whether it is a function unit, whose conversion to others is no factor.
    offset
        Whether zero is a convention, as in degrees Celsius.
    error
        Why the text is no unit.
    suggestions
        Units that may have been meant.
    """

    canonical: str | None
    dimension: str = ""
    scale: float = 1.0
    logarithmic: bool = False
    function: bool = False
    offset: bool = False
    error: str | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def is_count(self) -> bool:
        """Whether values are numbers of things."""
        return self.canonical in _COUNTS

    def converts_to(self, other: UnitFacts) -> bool:
        """Tell whether values convert between two units."""
        return None not in {self.canonical, other.canonical} and self.dimension == other.dimension

    @classmethod
    def restored(cls, known: Any) -> UnitFacts | None:
        """Make facts of what a cache holds; None where that is damaged."""
        try:
            found = cls(**{**known, "suggestions": tuple(known["suggestions"])})
        except (TypeError, KeyError):
            return None
        fields: list[tuple[Any, Any]] = [(text, str | None) for text in (found.canonical, found.error)]
        fields += [(text, str) for text in (found.dimension, *found.suggestions)]
        fields += [(flag, bool) for flag in (found.logarithmic, found.function, found.offset)]
        is_sound = all(isinstance(value, kind) for value, kind in [*fields, (found.scale, float)])
        return found if is_sound else None
