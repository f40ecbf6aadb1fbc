"""What a job file holds, for looking into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.jobs.files import plain
from gnomon.jobs.merge import undefined

if TYPE_CHECKING:
    from gnomon.datum import Datum
    from gnomon.jobs.blobs import Blob
    from gnomon.jobs.definitions import Provenance
    from gnomon.jobs.job import Job
    from gnomon.jobs.measurements import Measurement


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a job file holds.

    Attributes
    ----------
    file
        Its name.
    job
        What was read from it.
    warnings
        What is odd in it.
    """

    file: str
    job: Job
    warnings: tuple[str, ...]

    @property
    def definitions(self) -> Provenance | None:
        """Where its definitions came from, where it says so."""
        return self.job.provenance

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        job = self.job
        measured = sum(measurement.is_measured for measurement in job.measurements.values())
        return {
            "measurements": len(job.measurements),
            "measured": measured,
            "blobs": len(job.all_blobs),
            "metrics": len(job.metrics),
            "specifications": len(job.specs),
        }

    @property
    def metadata(self) -> dict[str, Any]:
        """The job's own terms, sorted; those of gnomon itself are told as `definitions`."""
        terms: dict[str, Any] = plain(self.job.meta.terms, ("meta",))
        return {term: terms[term] for term in sorted(terms)}

    @property
    def measurements(self) -> list[dict[str, Any]]:
        """The measurements, by the names of their metrics."""
        return [_measurement(measurement) for _, measurement in sorted(self.job.measurements.items())]

    @property
    def blobs(self) -> list[dict[str, Any]]:
        """The blobs, by name."""
        found = sorted(self.job.all_blobs.values(), key=lambda blob: (blob.name, blob.identifier))
        return [_blob(blob) for blob in found]


def inspect(file: str, job: Job) -> Inspection:
    """Look into a job.

    Parameters
    ----------
    file
        What to call it.
    """
    unknown = undefined(job)
    odd = [f"there is no definition of {', '.join(unknown)}"] if unknown else []
    odd += [
        f"{name} was measured, and the value is null"
        for name, measurement in sorted(job.measurements.items())
        if not measurement.is_measured
    ]
    return Inspection(file, job, (*job.warnings, *odd))


def _measurement(measurement: Measurement) -> dict[str, Any]:
    value, unit = measurement.stored
    prefix = f"{measurement.metric_name}."
    notes = plain({key.removeprefix(prefix): note for key, note in measurement.notes.items()})
    return {
        "metric": str(measurement.metric_name),
        "value": value,
        "unit": unit,
        "description": measurement.description,
        "notes": {key: notes[key] for key in sorted(notes)},
        "blobs": [blob.identifier for blob in measurement.linked],
    }


def _blob(blob: Blob) -> dict[str, Any]:
    return {
        "identifier": blob.identifier,
        "name": blob.name,
        "data": [_datum(key, datum) for key, datum in blob.items()],
    }


def _datum(key: str, datum: Datum) -> dict[str, Any]:
    shape = list(datum.shape)
    kind = {bool: "boolean", str: "text", type(None): "null"}.get(type(datum.quantity), "number")
    return {
        "key": key,
        "type": kind,
        "shape": shape,
        "unit": datum.unit_str if datum.unit is not None else None,
        "label": datum.label,
        "description": datum.description,
    }
