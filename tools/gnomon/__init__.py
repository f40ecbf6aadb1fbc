"""gnomon: metric definitions for science pipelines, kept in Git, checked, explained and compared.

Pipelines measure metrics, package the measurements as jobs, and test them against the specifications::

    import astropy.units as u
    import gnomon

    job = gnomon.Job.load_metrics_package()
    job.measurements.insert(gnomon.Measurement("validate_drp.PA1", 4.2 * u.mmag))
    job.meta.update({"camera": "hsc", "filter_name": "r"})
    job.write("nightly.verify.json")

Names are imported when they are first asked for, and astropy when a quantity is first touched, so that
``import gnomon`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gnomon._version import __version__

if TYPE_CHECKING:
    from gnomon.datum import Datum
    from gnomon.errors import (
        GnomonError,
        RepositoryError,
        RevisionError,
        SpecificationResolutionError,
        VerifyError,
        VerifySpecificationError,
    )
    from gnomon.jobs.blobs import Blob, BlobSet
    from gnomon.jobs.job import Job
    from gnomon.jobs.measurements import Measurement, MeasurementSet
    from gnomon.jobs.metadata import Metadata
    from gnomon.jobs.metric_set import MetricSet
    from gnomon.jobs.notes import MeasurementNotes
    from gnomon.jobs.quantities import output_quantities
    from gnomon.jobs.report import Report
    from gnomon.jobs.specification_set import SpecificationPartial, SpecificationSet
    from gnomon.metrics import Metric
    from gnomon.names import Name
    from gnomon.queries import MetadataQuery
    from gnomon.specifications import (
        RangeSpecification,
        Specification,
        ThresholdSpecification,
        ToleranceSpecification,
    )

_HOMES = {
    "gnomon.datum": ("Datum",),
    "gnomon.errors": (
        "GnomonError",
        "RepositoryError",
        "RevisionError",
        "SpecificationResolutionError",
        "VerifyError",
        "VerifySpecificationError",
    ),
    "gnomon.jobs.blobs": ("Blob", "BlobSet"),
    "gnomon.jobs.job": ("Job",),
    "gnomon.jobs.quantities": ("output_quantities",),
    "gnomon.jobs.measurements": ("Measurement", "MeasurementSet"),
    "gnomon.jobs.metadata": ("Metadata",),
    "gnomon.jobs.report": ("Report",),
    "gnomon.jobs.metric_set": ("MetricSet",),
    "gnomon.jobs.notes": ("MeasurementNotes",),
    "gnomon.jobs.specification_set": ("SpecificationPartial", "SpecificationSet"),
    "gnomon.metrics": ("Metric",),
    "gnomon.names": ("Name",),
    "gnomon.queries": ("MetadataQuery",),
    "gnomon.specifications": (
        "RangeSpecification",
        "Specification",
        "ThresholdSpecification",
        "ToleranceSpecification",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Blob",
    "BlobSet",
    "Datum",
    "GnomonError",
    "Job",
    "Measurement",
    "MeasurementNotes",
    "MeasurementSet",
    "Metadata",
    "MetadataQuery",
    "Metric",
    "MetricSet",
    "Name",
    "RangeSpecification",
    "Report",
    "RepositoryError",
    "RevisionError",
    "Specification",
    "SpecificationPartial",
    "SpecificationResolutionError",
    "SpecificationSet",
    "ThresholdSpecification",
    "ToleranceSpecification",
    "VerifyError",
    "VerifySpecificationError",
    "__version__",
    "output_quantities",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
