"""Metrics: well-defined quantities with a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.names import Name
from gnomon.unknown_fields import unknown_fields, with_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from astropy.units import Quantity, UnitBase
    from astropy.units.function import FunctionUnitBase


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a metric is defined.

    Attributes
    ----------
    doc
        Handle of a document, such as ``'LPM-17'``; several where a repository lists them in one reference.
    page
        Counted from 1.
    url
        Where to read it, or them.
    section, version
        Of the document: page numbers move between versions.
    """

    doc: str | tuple[str, ...] | None = None
    page: int | None = None
    url: str | tuple[str, ...] | None = None
    section: str | None = None
    version: str | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The three fields that are always there, and the others where they are set."""
        result: dict[str, Any] = {"doc": _listed(self.doc), "page": self.page, "url": _listed(self.url)}
        result.update({key: value for key in ("section", "version") if (value := getattr(self, key)) is not None})
        return result

    def __str__(self) -> str:
        parts = [
            *self.docs,
            f"version {self.version}" if self.version else None,
            f"section {self.section}" if self.section else None,
            f"p. {self.page}" if self.page is not None else None,
            *self.urls,
        ]
        return ", ".join(part for part in parts if part)

    @property
    def docs(self) -> tuple[str, ...]:
        """The handles of its documents."""
        return self.doc if isinstance(self.doc, tuple) else (self.doc,) if self.doc else ()

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses to read them at."""
        return self.url if isinstance(self.url, tuple) else (self.url,) if self.url else ()


def _reference_of(fields: Mapping[str, Any]) -> Reference:
    doc, url = (tuple(value) if isinstance(value, list) else value for value in (fields.get("doc"), fields.get("url")))
    return Reference(doc, fields.get("page"), url, fields.get("section"), fields.get("version"))


def _listed(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Deprecation:
    """That a metric should no longer be measured."""

    since: str | None = None
    reason: str | None = None
    replaced_by: str | None = None

    @property
    def json(self) -> dict[str, str]:
        """The parts that are set."""
        return {key: value for key in ("since", "reason", "replaced_by") if (value := getattr(self, key)) is not None}


@dataclass(frozen=True, slots=True, init=False)
class Metric:
    """A quantity that pipelines measure.

    Parameters
    ----------
    name
        ``package.metric``.
    description
        What is measured.
    unit
        An astropy unit or its spelling.
    tags
        Words to find it by.
    reference_doc, reference_url, reference_page
        Where it is defined.
    references
        All places where it is defined, instead of the three above.
    label
        Short name for plots.
    owner
        Who answers for it.
    deprecated
        Given when it should no longer be measured.
    revision
        Raised when the measured quantity changes.

    Raises
    ------
    TypeError
        The name is not that of a metric.
    ValueError
        The unit is not one that astropy knows.
    """

    name: Name
    description: str
    unit_str: str
    tags: frozenset[str]
    references: tuple[Reference, ...]
    label: str | None
    owner: tuple[str, ...]
    deprecated: Deprecation | None
    revision: int
    extra: dict[str, Any] = field(compare=False, repr=False)
    """Fields of its JSON that are not ours."""

    def __init__(  # noqa: PLR0913  # the original's signature, and the optional fields by keyword
        self,
        name: Name | str,
        description: str,
        unit: str | UnitBase | FunctionUnitBase,
        tags: Iterable[str] | str | None = None,
        reference_doc: str | None = None,
        reference_url: str | None = None,
        reference_page: int | None = None,
        *,
        references: Iterable[Reference] | None = None,
        label: str | None = None,
        owner: Iterable[str] = (),
        deprecated: Deprecation | None = None,
        revision: int = 1,
    ) -> None:
        name = name if isinstance(name, Name) else Name(name)
        if not name.is_metric:
            raise TypeError(f"{name!r} is not the name of a metric")
        spelling = unit if isinstance(unit, str) else units.spelling_of(unit)
        canonical = units.facts(spelling).canonical
        if canonical is None:
            raise ValueError(f"{spelling!r} is not a unit: {units.facts(spelling).error}")
        if references is None:
            given = Reference(reference_doc, reference_page, reference_url)
            references = (given,) if given != Reference() else ()
        setter = object.__setattr__
        setter(self, "name", name)
        setter(self, "description", description.rstrip("\n"))
        setter(self, "unit_str", canonical)
        setter(self, "tags", frozenset({tags} if isinstance(tags, str) else tags or ()))
        setter(self, "references", tuple(references))
        setter(self, "label", label)
        setter(self, "owner", tuple(owner))
        setter(self, "deprecated", deprecated)
        setter(self, "revision", revision)
        setter(self, "extra", {})

    @property
    def unit(self) -> UnitBase | FunctionUnitBase:
        """The unit as astropy's object; asking for it imports astropy."""
        return units.parse(self.unit_str)

    @property
    def reference(self) -> Reference:
        """The first reference; an empty one where there is none."""
        return self.references[0] if self.references else Reference()

    @property
    def json(self) -> dict[str, Any]:
        """As FORMAT describes it: the original's fields, and ours where they are set."""
        many = len(self.references) > 1
        result: dict[str, Any] = {
            "name": str(self.name),
            "description": self.description,
            "unit": self.unit_str,
            "tags": sorted(self.tags),
            "reference": [item.json for item in self.references] if many else self.reference.json,
        }
        if self.label is not None:
            result["label"] = self.label
        if self.owner:
            result["owner"] = list(self.owner)
        if self.deprecated is not None:
            result["deprecated"] = self.deprecated.json
        if self.revision != 1:
            result["revision"] = self.revision
        whole: dict[str, Any] = with_unknown(result, self.extra)
        return whole

    def check_unit(self, quantity: Quantity | float) -> bool:
        """Tell whether a quantity converts to the unit of this metric; a plain number is dimensionless."""
        unit = getattr(quantity, "unit", None)
        spelling = units.plain_logarithm("" if unit is None else unit.to_string(), self.unit_str)
        known = units.facts(spelling)
        if known.canonical is None and unit is not None:  # a unit that only this program knows
            return bool(unit.is_equivalent(self.unit))
        return known.converts_to(units.facts(self.unit_str))

    @classmethod
    def deserialize(
        cls,
        /,
        name: Name | str,
        description: str | None = "",
        unit: str = "",
        tags: Iterable[str] | None = None,
        reference: Mapping[str, Any] | Iterable[Mapping[str, Any]] | None = None,
        *,
        label: str | None = None,
        owner: str | Iterable[str] | None = None,
        deprecated: Mapping[str, str] | None = None,
        revision: int | None = 1,
        **others: Any,
    ) -> Metric:
        """Make a metric from the fields of its JSON; those that it does not know are kept, and written again.

        Raises
        ------
        TypeError, ValueError
            The name or the unit is none.
        """
        listed = [reference] if isinstance(reference, Mapping) else list(reference or ())
        read = [_reference_of(item) for item in listed]
        made = cls(
            name,
            description or "",
            unit,
            tags,
            references=[item for item in read if item != Reference()],
            label=label,
            owner=(owner,) if isinstance(owner, str) else tuple(owner or ()),
            deprecated=Deprecation(**{key: deprecated.get(key) for key in ("since", "reason", "replaced_by")})
            if deprecated is not None
            else None,
            revision=1 if revision is None else revision,
        )
        given = {**others, "reference": reference, "deprecated": deprecated}
        made.extra.update(unknown_fields({key: value for key, value in given.items() if value}, made.json) or {})
        return made

    def _repr_latex_(self) -> str:
        unit = units.latex_unit(self.unit_str).lstrip("~")
        return f"{self.name}" + (f" (${unit}$)" if unit else "") + f": {units.latex_text(self.description)}"

    def __str__(self) -> str:
        return f"{self.name} ({self.unit_str or 'dimensionless_unscaled'}): {self.description}"
