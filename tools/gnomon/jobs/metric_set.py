"""Sets of metrics."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from gnomon.jobs.definitions import BUNDLED, load_definitions, load_metric_file
from gnomon.jobs.named_set import NamedSet
from gnomon.jobs.notebook import html_table, typeset_unit
from gnomon.metrics import Metric

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from gnomon.names import Name
    from gnomon.registry import Registry


def words(tags: Iterable[str] | str | None) -> set[str]:
    """Read tags as callers give them: several, one, or none."""
    return {tags} if isinstance(tags, str) else set(tags or ())


class MetricSet(NamedSet[Metric]):
    """Metrics by name.

    Parameters
    ----------
    metrics
        The first ones.
    """

    noun = "Metric"

    def __init__(self, metrics: Iterable[Metric] | Mapping[Any, Metric] | None = None) -> None:
        super().__init__(metrics)

    def _name_of(self, value: Metric) -> Name:
        if not isinstance(value, Metric):
            raise TypeError(f"a gnomon.Metric is needed, not {type(value).__name__}")
        return value.name

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

    def subset(self, package: str | Name | None = None, tags: Iterable[str] | str | None = None) -> MetricSet:
        """Give the metrics of a package that have all of some tags."""
        wanted, name = words(tags), None if package is None else str(package)
        return MetricSet(
            metric for metric in self._values.values() if name in {None, metric.name.package} and wanted <= metric.tags
        )

    @property
    def json(self) -> list[dict[str, Any]]:
        """The metrics, in order of insertion."""
        return [metric.json for metric in self._values.values()]

    @classmethod
    def deserialize(cls, metrics: Iterable[Mapping[str, Any]] | None = None) -> MetricSet:
        """Make metrics from their JSON."""
        return cls(Metric.deserialize(**fields) for fields in metrics or ())

    def _repr_html_(self) -> str:
        rows = (
            (
                escape(str(metric.name)),
                escape(metric.description),
                typeset_unit(metric.unit_str),
                escape(str(metric.reference)),
                escape(", ".join(sorted(metric.tags))),
            )
            for _, metric in sorted(self._values.items())
        )
        return html_table(("Name", "Description", "Unit", "Reference", "Tags"), rows)
