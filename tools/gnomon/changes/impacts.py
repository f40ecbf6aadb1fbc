"""What a change does to the people who rely on a definition."""

from __future__ import annotations

import enum


class Impact(enum.Enum):
    """An effect of a change; a change can have several.

    *Breaking* and *compatible* speak to those who measure: names, units, stored numbers. *Tightening* and *weakening*
    speak of the requirement: what passed may fail, what was caught may pass. *Editorial* changes no verdict.
    """

    BREAKING = "breaking"
    TIGHTENING = "tightening"
    WEAKENING = "weakening"
    COMPATIBLE = "compatible"
    EDITORIAL = "editorial"

    @property
    def rank(self) -> int:
        """Position from the gravest, for the order of output."""
        return list(Impact).index(self)


class Direction(enum.Enum):
    """How a set of passing values, or of jobs reached, changed."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    BOTH = "both"
    INCOMPARABLE = "incomparable"

    @property
    def impacts(self) -> tuple[Impact, ...]:
        """What it does to a requirement; where sets cannot be compared, anything may happen."""
        if self is Direction.TIGHTENED:
            return (Impact.TIGHTENING,)
        if self is Direction.LOOSENED:
            return (Impact.WEAKENING,)
        return (Impact.TIGHTENING, Impact.WEAKENING)
