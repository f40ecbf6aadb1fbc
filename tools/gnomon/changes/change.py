"""A change of one definition, as a value."""

from __future__ import annotations

import hashlib
import json
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Literal

from gnomon.changes.catalogue import DIFF_CATALOGUE

if TYPE_CHECKING:
    from gnomon.changes.impacts import Direction, Impact
    from gnomon.diagnostics import Place

Kind = Literal["added", "removed", "renamed", "changed"]


@dataclass(frozen=True, slots=True)
class Witness:
    """A job and a value whose verdict differs between the two sides.

    Attributes
    ----------
    metadata, value, unit
        Of the job and its measurement.
    base, head
        The verdicts: ``pass``, ``fail`` or ``not tested``.
    reason
        Why there is no such job to show, where there is none: then the other fields are None.
    """

    metadata: dict[str, Any] | None = None
    value: float | None = None
    unit: str | None = None
    base: str | None = None
    head: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """The edit that many changes come from: a value in a partial or base that others inherit.

    Attributes
    ----------
    name
        Of the definition that was edited.
    place
        Of the edited value at the head, or where it stood at the base when it is gone.
    """

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """That somebody decided a change is right, and where they said so."""

    path: str
    reason: str
    decision: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one definition.

    Attributes
    ----------
    rule
        Its row in `gnomon.changes.catalogue`.
    name
        Of what changed; for a renamed one the new name.
    kind
        What happened to it.
    message
        That in words.
    field
        JSON Pointer into the resolved JSON; None for a whole definition.
    before, after
        JSON values; for a renamed one `before` is the old name.
    other_impacts
        Where they are not those of the row.
    direction
        Of the set of passing values or of jobs reached, where there is one.
    before_at, after_at
        Where the value stands on either side.
    """

    rule: str
    name: str
    kind: Kind
    message: str
    _: KW_ONLY
    field: str | None = None
    before: Any = None
    after: Any = None
    other_impacts: tuple[Impact, ...] | None = None
    direction: Direction | None = None
    before_at: Place | None = None
    after_at: Place | None = None
    caused_by: Cause | None = None
    witness: Witness | None = None
    hint: str | None = None
    acknowledged: Acknowledgement | None = None

    @property
    def subject(self) -> Literal["metric", "specification", "configuration"]:
        """What changed, as the row says."""
        return DIFF_CATALOGUE[self.rule].subject

    @property
    def impacts(self) -> tuple[Impact, ...]:
        """What it does, by rank and without repetition: as the row says, or else the direction."""
        if self.other_impacts is not None:
            return self.other_impacts
        return DIFF_CATALOGUE[self.rule].impacts or (self.direction.impacts if self.direction is not None else ())

    @property
    def fingerprint(self) -> str:
        """Names this change and no other, whatever moves around it: 16 hexadecimal digits."""
        words = json.dumps(
            [self.rule, self.name, self.field, self.before, self.after], sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def key(self) -> tuple[str, str, str]:
        """What an acknowledgement of this change must have."""
        return (self.fingerprint, self.rule, self.name)

    @property
    def place(self) -> Place | None:
        """Where to point at: the head's side, or where the thing stood."""
        return self.after_at or self.before_at

    @property
    def sort_key(self) -> tuple[int, str, str, str]:
        """Order of output: gravest first, then by name and field."""
        gravest = min((impact.rank for impact in self.impacts), default=9)
        return (gravest, self.name, self.field or "", self.rule)
