"""The specification: a test, the jobs that it applies to, and the words to find it by."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from gnomon import queries, units
from gnomon.names import Name
from gnomon.unknown_fields import unknown_fields, with_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from astropy.units import Quantity

    from gnomon.specifications.passing import PassingSet
    from gnomon.specifications.reading import Reader


class Test(Protocol):
    """What every type of test offers; its text is how people write it."""

    type: ClassVar[str]
    """Its name, the key of its part of a document."""

    schema: ClassVar[Mapping[str, Any]]
    """The JSON Schema of its part of a document, as the published one has it."""

    example: ClassVar[str]
    """What to write, for somebody who wrote something else."""

    forms: ClassVar[tuple[str, ...]]
    """Texts such as people write it in, one of each form."""

    @classmethod
    def read(cls, reader: Reader) -> Test | None:
        """Make it from a document, or leave the reader with the faults that prevent it."""

    @classmethod
    def fields_of(cls, text: str) -> dict[str, Any] | None:
        """Take its own text apart, as `__str__` writes it: the fields of a document, or None where it is none."""

    @property
    def unit(self) -> str:
        """Canonical spelling of the unit of its numbers."""

    @property
    def json(self) -> dict[str, Any]:
        """Its fields."""

    @property
    def latex(self) -> str:
        r"""How it is typeset, without the dollars: ``\leq 5~\mathrm{mmag}``."""

    @property
    def passing(self) -> PassingSet:
        """The values that pass."""


_TestType = type[Test]


class Specification:
    """A test of the measurements of one metric; made as one of its types, or by `of`.

    Attributes
    ----------
    name : Name
        ``package.metric.spec``.
    test : Test
        What a measurement is compared with.
    metadata_query : mapping
        Which jobs it applies to: terms with values or conditions; empty, it applies to all.
    tags : frozenset of str
        Words to find it by, its level among them.
    abstract : bool
        Whether it is a requirement, judged by the specifications that inherit from it.
    extra : dict
        Fields of its JSON that are not ours; they say nothing of its equality.

    Notes
    -----
    Specifications are values: they cannot be changed, and two are equal when their names, tags, queries and types are
    and the same values pass, in whatever unit they are written.
    """

    __slots__ = ("abstract", "extra", "metadata_query", "name", "tags", "test")

    type: ClassVar[str]
    test_type: ClassVar[_TestType]

    name: Name
    test: Test
    metadata_query: Mapping[str, Any]
    tags: frozenset[str]
    abstract: bool
    extra: dict[str, Any]

    @classmethod
    def of(
        cls,
        name: Name | str,
        test: Test,
        metadata_query: Mapping[str, Any] | None = None,
        tags: Iterable[str] | str | None = None,
        *,
        abstract: bool = False,
    ) -> Specification:
        """Make a specification of the type of its test."""
        from gnomon.specifications.kinds import TYPES  # noqa: PLC0415  # the types are made from this class

        made = object.__new__(TYPES[test.type])
        made._fill(name, test, metadata_query, tags, abstract=abstract)
        return made

    @classmethod
    def deserialize(
        cls,
        /,
        name: Name | str,
        *,
        metadata_query: Mapping[str, Any] | None = None,
        tags: Iterable[str] | None = None,
        abstract: bool | None = False,
        **fields: Any,
    ) -> Specification:
        """Make a specification from the fields of its JSON; those that it does not know are kept, and written again.

        Raises
        ------
        ValueError
            The test cannot be made.
        """
        from gnomon.specifications.kinds import TYPES, test_of  # noqa: PLC0415  # the types are made from this class

        known = str(
            fields.get("type") or getattr(cls, "type", None) or next((key for key in TYPES if key in fields), "")
        )
        made = Specification.of(name, test_of(known, fields.get(known)), metadata_query, tags, abstract=bool(abstract))
        made.extra.update(unknown_fields(fields, made.json) or {})
        return made

    def _fill(
        self,
        name: Name | str,
        test: Test,
        metadata_query: Mapping[str, Any] | None,
        tags: Iterable[str] | str | None,
        *,
        abstract: bool,
    ) -> None:
        name = name if isinstance(name, Name) else Name(name)
        if not name.is_spec:
            raise TypeError(f"{name!r} is not the name of a specification")
        setter = object.__setattr__
        setter(self, "name", name)
        setter(self, "test", test)
        setter(self, "metadata_query", MappingProxyType(dict(metadata_query or {})))
        setter(self, "tags", frozenset({tags} if isinstance(tags, str) else tags or ()))
        setter(self, "abstract", abstract)
        setter(self, "extra", {})

    def __setattr__(self, attribute: str, value: object) -> None:
        raise FrozenInstanceError(f"a specification is immutable; cannot set {attribute!r}")

    def __delattr__(self, attribute: str) -> None:
        raise FrozenInstanceError(f"a specification is immutable; cannot delete {attribute!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        query = dict(self.metadata_query)
        return _restore, (self.name, self.test, query, self.tags, self.abstract, self.extra)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Specification):
            return NotImplemented
        same = (self.name, self.type, self.tags, self.abstract) == (other.name, other.type, other.tags, other.abstract)
        if not same or self.metadata_query != other.metadata_query:
            return False
        return self.test == other.test or self.test.passing.equals(other.test.passing)

    def __hash__(self) -> int:
        # Limits that are equal but for rounding or their unit must have one hash, so the numbers are not in it.
        return hash((self.name, self.type, self.tags, self.abstract))

    @property
    def metric_name(self) -> Name:
        """The name of the metric that it tests."""
        return (
            Name.of(self.name.package or "", self.name.metric)
            if self.name.has_package
            else Name(metric=self.name.metric)
        )

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
        whole: dict[str, Any] = with_unknown(result, self.extra)
        return whole

    def check(self, quantity: Quantity | float) -> bool:
        """Tell whether a measured quantity passes.

        Parameters
        ----------
        quantity
            A scalar; a plain number is dimensionless.

        Returns
        -------
        bool
            After conversion to the test's unit; values within a few units in the last place of a limit are on it. What
            is not a number never passes.

        Raises
        ------
        TypeError
            The quantity is no scalar, or its unit does not convert to the test's.
        """
        return units.value_in(quantity, self.test.unit) in self.test.passing

    def applies_to(self, metadata: Mapping[str, Any]) -> bool:
        """Tell whether it is evaluated for a job with this metadata."""
        return not self.abstract and queries.applies(self.metadata_query, metadata)

    def query_metadata(self, metadata: Mapping[str, Any], arg_driven: bool = False) -> bool:  # noqa: FBT001, FBT002  # the original's signature
        """Tell whether the query is met by metadata; see `gnomon.MetadataQuery.query`."""
        return queries.MetadataQuery(self.metadata_query).query(metadata, arg_driven=arg_driven)

    def __str__(self) -> str:
        return str(self.test)

    def __repr__(self) -> str:
        more = [f"metadata_query={dict(self.metadata_query)!r}"] if self.metadata_query else []
        more += [f"tags={sorted(self.tags)!r}"] if self.tags else []
        more += ["abstract=True"] if self.abstract else []
        return f"<{', '.join([f'{type(self).__name__} {str(self.name)!r}: {self.test}', *more])}>"

    def _repr_latex_(self) -> str:
        return f"${self.test.latex}$"


def _restore(  # called by pickle
    name: Name,
    test: Test,
    query: dict[str, Any],
    tags: frozenset[str],
    abstract: bool,  # noqa: FBT001  # as pickle calls it
    extra: dict[str, Any],
) -> Specification:
    made = Specification.of(name, test, query, tags, abstract=abstract)
    made.extra.update(extra)
    return made


def finite(value: Any) -> Any:
    """Replace the numbers that JSON cannot hold by None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return value
