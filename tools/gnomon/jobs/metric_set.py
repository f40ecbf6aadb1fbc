"""Sets of metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.jobs.definitions import BUNDLED, load_definitions, load_metric_file
from gnomon.metrics import Metric
from gnomon.names import Name, closest

if TYPE_CHECKING:
    import os

    from gnomon.registry import Registry


def words(tags: Iterable[str] | str | None) -> set[str]:
    """Read tags as callers give them: several, one, or none."""
    return {tags} if isinstance(tags, str) else set(tags or ())


class MetricSet(Mapping[Name, Metric]):
    """Metrics by name.

    Parameters
    ----------
    metrics
        The first ones.
    """

    def __init__(self, metrics: Iterable[Metric] | None = None) -> None:
        self._metrics: dict[Name, Metric] = {}
        for metric in metrics or ():
            self.insert(metric)

    @classmethod
    def load_metrics_package(
        cls,
        package_name_or_path: str | os.PathLike[str] = BUNDLED,
        subset: str | None = None,
        *,
        strict: bool = True,
    ) -> MetricSet:
        """Load the metrics of a metrics repository.

        Parameters
        ----------
        package_name_or_path
            ``'verify_metrics'``: those that are bundled with gnomon, or that the variable ``GNOMON_REPOSITORY`` names;
            a path; or ``PATH@REV`` for a Git revision.
        subset
            A package to leave out the others.
        strict
            Whether definitions that cannot be resolved are an error; otherwise they are left out.

        Raises
        ------
        OSError
            There is no metrics repository.
        SpecificationResolutionError
            Definitions cannot be resolved; all of them are listed.
        """
        registry, _ = load_definitions(package_name_or_path)
        return cls.from_registry(registry, strict=strict).subset(subset)

    @classmethod
    def load_single_package(cls, metrics_yaml_path: str | os.PathLike[str], *, strict: bool = True) -> MetricSet:
        """Load one file of metrics, which is named after their package, wherever it is."""
        return cls.from_registry(load_metric_file(metrics_yaml_path), strict=strict)

    @classmethod
    def from_registry(cls, registry: Registry, *, strict: bool = True) -> MetricSet:
        """Take the metrics of a resolved snapshot."""
        if strict:
            registry.require()
        return cls(metric for _, metric in registry.resolved_metrics())

    def insert(self, metric: Metric) -> None:
        """Add a metric, or replace the one of its name."""
        if not isinstance(metric, Metric):
            raise TypeError(f"a gnomon.Metric is needed, not {type(metric).__name__}")
        self._metrics[metric.name] = metric

    def update(self, other: Iterable[Any] | Mapping[Any, Metric]) -> None:
        """Add all metrics of another set, replacing those of the same names."""
        for metric in other.values() if isinstance(other, Mapping) else other:
            self.insert(metric)

    def __iadd__(self, other: MetricSet) -> MetricSet:  # noqa: PYI034  # it is this class
        self.update(other)
        return self

    def subset(self, package: str | Name | None = None, tags: Iterable[str] | str | None = None) -> MetricSet:
        """Give the metrics of a package that have all of some tags."""
        wanted, name = words(tags), None if package is None else str(package)
        return MetricSet(
            metric for metric in self._metrics.values() if name in {None, metric.name.package} and wanted <= metric.tags
        )

    def __getitem__(self, key: Name | str) -> Metric:
        name = key if isinstance(key, Name) else Name(metric=key)
        if name not in self._metrics:
            raise KeyError(unknown("metric", str(name), map(str, self._metrics)))
        return self._metrics[name]

    def __setitem__(self, key: Name | str, metric: Metric) -> None:
        if str(key) != str(metric.name):
            raise KeyError(f"the metric {metric.name} cannot stand under {key}")
        self.insert(metric)

    def __delitem__(self, key: Name | str) -> None:
        del self._metrics[self[key].name]

    def __contains__(self, key: object) -> bool:
        try:
            return (Name(metric=key) if isinstance(key, str) else key) in self._metrics
        except TypeError:  # what is no name is none of a metric
            return False

    def __iter__(self) -> Iterator[Name]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    def __eq__(self, other: object) -> bool:
        return self._metrics == other._metrics if isinstance(other, MetricSet) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    @property
    def json(self) -> list[dict[str, Any]]:
        """The metrics, in order of insertion."""
        return [metric.json for metric in self._metrics.values()]

    @classmethod
    def deserialize(cls, metrics: Iterable[Mapping[str, Any]] | None = None) -> MetricSet:
        """Make metrics from their JSON."""
        return cls(Metric.deserialize(**fields) for fields in metrics or ())

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        count = len(self)
        return f"<MetricSet: {count} Metric{'s' * (count != 1)}>"

    def _repr_html_(self) -> str:
        rows = (
            (
                escape(str(metric.name)),
                escape(metric.description),
                _typeset(metric.unit_str),
                escape(str(metric.reference)),
                escape(", ".join(sorted(metric.tags))),
            )
            for _, metric in sorted(self._metrics.items())
        )
        return html_table(("Name", "Description", "Unit", "Reference", "Tags"), rows)


def html_table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table of cells that are HTML already, for notebooks."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _typeset(unit: str) -> str:
    return f"${units.latex_unit(unit).lstrip('~')}$" if unit else ""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no such definition, and which was perhaps meant."""
    meant = closest(name, known)
    return f"there is no {what} {name}" + (f"; did you mean {meant}?" if meant else "")
