"""Job files of nothing but quantities, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.jobs.definitions import BUNDLED, META_KEY, load_definitions
from gnomon.jobs.job import Job
from gnomon.jobs.measurements import Measurement
from gnomon.jobs.metric_set import MetricSet
from gnomon.names import Name

if TYPE_CHECKING:
    from collections.abc import Mapping


def output_quantities(
    package_name: str,
    quantities: Mapping[str, Any] | Mapping[Name, Any] | Mapping[Name | str, Any],
    suffix: str | None = None,
    include_metrics: bool = False,  # noqa: FBT001, FBT002  # the original's signature
    metrics_package: str = BUNDLED,
) -> str:
    """Write measured quantities of one package as a job file in the working directory.

    Parameters
    ----------
    package_name
        Of the package whose metrics are measured.
    quantities
        Quantities, numbers or measurements by the names of their metrics.
    suffix
        Tells several files of one package apart.
    include_metrics
        Whether the definitions of the metrics go into the file.
    metrics_package
        Where they are found; see `MetricSet.load_metrics_package`.

    Returns
    -------
    str
        ``'{package}.verify.json'`` or ``'{package}_{suffix}.verify.json'``.
    """
    measurements = []
    for key, value in quantities.items():
        name = Name(package_name, metric=key)
        made = value if isinstance(value, Measurement) else Measurement(name, value)
        if made.metric_name != name:
            raise TypeError(f"a measurement of {made.metric_name} stands under {name}")
        measurements.append(made)
    job = Job(measurements)
    if include_metrics:
        registry, provenance = load_definitions(metrics_package)
        job.metrics.update(MetricSet.from_registry(registry).subset(package_name))
        job.measurements.refresh_metrics(job.metrics)
        job.meta[META_KEY] = {"definitions": provenance.json}
    filename = f"{package_name}_{suffix}.verify.json" if suffix else f"{package_name}.verify.json"
    job.write(filename)
    return filename
