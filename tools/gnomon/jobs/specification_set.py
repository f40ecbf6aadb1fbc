"""Sets of specifications and partials."""

from __future__ import annotations

from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeGuard, overload

from gnomon.errors import SpecificationResolutionError
from gnomon.jobs.definitions import BUNDLED, load_definitions, load_specification_folder
from gnomon.jobs.metric_set import words
from gnomon.jobs.named_set import NamedSet
from gnomon.jobs.notebook import html_table
from gnomon.names import Name
from gnomon.queries import MetadataQuery
from gnomon.specifications import Specification

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from gnomon.jobs.measurements import MeasurementSet
    from gnomon.jobs.metric_set import MetricSet
    from gnomon.jobs.report import Report
    from gnomon.registry import Registry


class SpecificationPartial:
    """A part of specifications, which others inherit.

    Parameters
    ----------
    doc
        Its document, whose `id` is whole: ``package:path#id``.
    """

    __slots__ = ("_document", "name")

    def __init__(self, doc: Mapping[str, Any]) -> None:
        identifier = doc.get("id")
        if not isinstance(identifier, str) or "#" not in identifier:
            raise SpecificationResolutionError(f"a partial needs an `id` such as 'package:path#id', not {identifier!r}")
        self.name = identifier
        self._document = MappingProxyType({key: value for key, value in doc.items() if key != "id"})

    @property
    def json(self) -> dict[str, Any]:
        """The document without its id."""
        return dict(self._document)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SpecificationPartial):
            return NotImplemented
        return (self.name, self._document) == (other.name, other._document)

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<SpecificationPartial {self.name!r}>"


class SpecificationSet(NamedSet[Specification]):
    """Specifications by name, requirements among them, and partials by their ids.

    Parameters
    ----------
    specifications
        The first ones.
    partials
        What others inherit; found under keys with a ``#``, and not counted among the specifications.
    """

    noun = "Specification"
    level = "spec"

    def __init__(
        self,
        specifications: Iterable[Specification] | Mapping[Any, Specification] | None = None,
        partials: Iterable[SpecificationPartial] | None = None,
    ) -> None:
        self._partials = {partial.name: partial for partial in partials or ()}
        self.heirs: dict[Name, tuple[Name, ...]] = {}
        super().__init__()
        self.update(specifications or ())

    def _name_of(self, value: Specification) -> Name:
        if not isinstance(value, Specification):
            raise TypeError(f"a gnomon.Specification is needed, not {type(value).__name__}")
        return value.name

    @classmethod
    def load_metrics_package(
        cls,
        package_name_or_path: str | os.PathLike[str] = BUNDLED,
        subset: str | None = None,
        *,
        strict: bool = True,
    ) -> SpecificationSet:
        """Load the specifications of a metrics repository; see `MetricSet.load_metrics_package`."""
        registry, _ = load_definitions(package_name_or_path)
        found = cls.from_registry(registry, strict=strict)
        return found if subset is None else found.subset(subset)

    @classmethod
    def load_single_package(cls, package_directory: str | os.PathLike[str], *, strict: bool = True) -> SpecificationSet:
        """Load one folder of specifications, which is named after their package, wherever it is."""
        return cls.from_registry(load_specification_folder(package_directory), strict=strict)

    @classmethod
    def from_registry(cls, registry: Registry, *, strict: bool = True) -> SpecificationSet:
        """Take the specifications and partials of a resolved snapshot, and who inherits from which requirement."""
        if strict:
            registry.require()
        partials = (
            SpecificationPartial({**document.root.data, "id": label}) for label, document in registry.partials.items()
        )
        found = cls((specification for _, specification in registry.resolved_specifications()), partials)
        heirs: dict[Name, dict[Name, None]] = {}
        for document, specification in registry.resolved_specifications():
            if specification.abstract:
                heirs.setdefault(specification.name, {})
                continue
            stack, seen = list(document.parents), set()
            while stack:
                parent = stack.pop()
                if id(parent) in seen:
                    continue
                seen.add(id(parent))
                stack.extend(parent.parents)
                if parent.specification is not None and parent.specification.abstract:
                    heirs.setdefault(parent.specification.name, {})[specification.name] = None
        found.heirs = {name: tuple(sorted(names)) for name, names in heirs.items()}
        return found

    def insert(self, value: Specification | SpecificationPartial) -> None:
        """Add a specification or partial, or replace the one of its name."""
        if isinstance(value, SpecificationPartial):
            self._partials[value.name] = value
        else:
            super().insert(value)

    def update(self, other: Iterable[Specification] | Mapping[Any, Specification]) -> None:
        """Add all of another set, replacing those of the same names."""
        if isinstance(other, SpecificationSet):
            for name, heirs in other.heirs.items():
                # Heirs of ours that the other set does not define stay heirs: their failure is still the requirement's.
                kept = {heir for heir in self.heirs.get(name, ()) if heir not in other}
                self.heirs[name] = tuple(sorted({*heirs, *kept}))
            self._partials.update(other.partials)
        super().update(other)

    @overload
    def __getitem__(self, key: Name) -> Specification: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...  # a partial, where there is a `#` in it
    def __getitem__(self, key: Name | str) -> Any:
        return self._partials[key] if _is_partial(key) else super().__getitem__(key)

    def __setitem__(self, key: Name | str, value: Specification | SpecificationPartial) -> None:
        if isinstance(value, SpecificationPartial) and key == value.name:
            self.insert(value)
        else:
            super().__setitem__(key, value)  # type: ignore[assignment]  # a partial under another name is refused there

    def __delitem__(self, key: Name | str) -> None:
        if _is_partial(key):
            del self._partials[key]
        else:
            super().__delitem__(key)

    def __contains__(self, key: object) -> bool:
        return key in self._partials if _is_partial(key) else super().__contains__(key)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SpecificationSet):
            return NotImplemented
        return (self._values, self._partials) == (other._values, other._partials)

    __hash__ = None  # it can be changed

    @property
    def partials(self) -> dict[str, SpecificationPartial]:
        """The partials by id."""
        return dict(self._partials)

    @property
    def json(self) -> list[dict[str, Any]]:
        """The specifications as in job files: a requirement also names its heirs, for rolling up its verdict."""
        return [
            {**specification.json, "heirs": [str(heir) for heir in self.heirs[name]]}
            if name in self.heirs
            else specification.json
            for name, specification in self._values.items()
        ]

    @classmethod
    def deserialize(cls, specifications: Iterable[Mapping[str, Any]] | None = None) -> SpecificationSet:
        """Make specifications from their JSON."""
        made = cls()
        for fields in specifications or ():
            specification = Specification.deserialize(**fields)
            made.insert(specification)
            if specification.abstract and isinstance(fields.get("heirs"), list):
                del specification.extra["heirs"]  # the set knows them
                made.heirs[specification.name] = tuple(Name(spec=heir) for heir in fields["heirs"])
        return made

    def subset(
        self,
        name: str | Name | None = None,
        meta: Mapping[str, Any] | None = None,
        required_meta: Mapping[str, Any] | None = None,
        spec_tags: Iterable[str] | str | None = None,
        metric_tags: Iterable[str] | str | None = None,
        metrics: MetricSet | None = None,
    ) -> SpecificationSet:
        """Give the specifications that meet all conditions; partials stay.

        Parameters
        ----------
        name
            Of a package or metric, fully qualified.
        meta
            Metadata to which they must apply.
        required_meta
            Terms that their queries must have, met by these values.
        spec_tags, metric_tags
            Tags that they, or their metrics, must all have.
        metrics
            Where the metrics are found, for `metric_tags`.

        Raises
        ------
        RuntimeError
            The name is not fully qualified.
        ValueError
            `metric_tags` without `metrics`.
        """
        whole = None if name is None else name if isinstance(name, Name) else Name(name)
        if whole is not None and not whole.is_fq:
            raise RuntimeError(f"{whole!r} is not fully qualified")
        if metric_tags is not None and metrics is None:
            raise ValueError("`metric_tags` needs `metrics`, where the tags are")
        of_spec, of_metric = words(spec_tags), words(metric_tags)

        def is_wanted(spec: Specification) -> bool:
            if whole is not None and spec.name != whole and spec.name not in whole:
                return False
            if not of_spec <= spec.tags:
                return False
            query = MetadataQuery(spec.metadata_query)
            if meta is not None and not query.query(meta):
                return False
            if required_meta is not None and not query.query(required_meta, arg_driven=True):
                return False
            if not of_metric:
                return True
            found = metrics[spec.metric_name] if metrics is not None and spec.metric_name in metrics else None
            return found is not None and of_metric <= found.tags

        found = SpecificationSet(filter(is_wanted, self._values.values()), self._partials.values())
        found.heirs = {name: heirs for name, heirs in self.heirs.items() if name in found}
        return found

    def report(
        self,
        measurements: MeasurementSet,
        name: str | Name | None = None,
        meta: Mapping[str, Any] | None = None,
        spec_tags: Iterable[str] | str | None = None,
        metric_tags: Iterable[str] | str | None = None,
        metrics: MetricSet | None = None,
    ) -> Report:
        """Judge measurements by the specifications that meet conditions; see `subset` for these."""
        from gnomon.jobs.report import Report  # noqa: PLC0415  # a report is made of specifications

        chosen = self.subset(name, meta, None, spec_tags, metric_tags, metrics)
        return Report(measurements, chosen, metrics)

    def resolve_document(self, doc: Mapping[str, Any]) -> dict[str, Any]:
        """Give a document of a specification or partial with its bases, found in this set, merged in.

        Raises
        ------
        SpecificationResolutionError
            A base is unknown, or the document makes no sense.
        """
        from gnomon.jobs.resolving import resolve_document  # noqa: PLC0415  # rarely asked for

        return resolve_document(doc, self._values.values(), self._partials.values())

    def _repr_html_(self) -> str:
        rows = (
            (
                escape(str(spec.name)),
                f"${spec.test.latex}$",
                "<em>a requirement</em>"
                if spec.abstract
                else escape(", ".join(f"{term}: {value}" for term, value in spec.metadata_query.items())),
                escape(", ".join(sorted(spec.tags))),
            )
            for _, spec in sorted(self._values.items())
        )
        return html_table(("Name", "Test", "Applies to", "Tags"), rows)


def _is_partial(key: object) -> TypeGuard[str]:
    return isinstance(key, str) and "#" in key
