"""Jobs: measurements with their definitions and metadata, as files."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.errors import VerifyError
from gnomon.jobs.blobs import BlobSet
from gnomon.jobs.definitions import BUNDLED, META_KEY, Provenance, load_definitions
from gnomon.jobs.files import has_lost_number, label_of, plain, read_json, shortened, to_json
from gnomon.jobs.measurements import Measurement, MeasurementSet
from gnomon.jobs.metadata import OBJECTS, Metadata, with_terms
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.notebook import job_html
from gnomon.jobs.reading import JobReader
from gnomon.jobs.specification_set import SpecificationSet
from gnomon.writing import write_atomically

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from gnomon.jobs.report import Report
    from gnomon.metrics import Metric
    from gnomon.names import Name
    from gnomon.specifications import Specification

_OWN = frozenset({"measurements", "blobs", "metrics", "specs", "meta"})


class Job:
    """What a pipeline run measured, with the definitions and the metadata that make it mean something.

    Parameters
    ----------
    measurements
        The first ones; a `MeasurementSet` becomes the job's own, so that what is inserted in it later is in the job.
    metrics, specs
        The first ones; sets are copied, since other jobs may be made of them.
    meta
        Terms that describe the run, such as camera and filter; specifications apply by them.

    Attributes
    ----------
    measurements : MeasurementSet
    metrics : MetricSet
    specs : SpecificationSet
    meta : Metadata
        The terms, and the notes of all measurements. The term ``gnomon`` says where the definitions came from.
    """

    def __init__(
        self,
        measurements: Iterable[Measurement] | MeasurementSet | None = None,
        metrics: Iterable[Metric] | MetricSet | None = None,
        specs: Iterable[Specification] | SpecificationSet | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        # Definitions stay the caller's: adding some to one job must not change the verdicts of another. Measurements
        # are this job's alone, and one that is inserted where they were gathered must not be lost.
        self.metrics = metrics.subset() if isinstance(metrics, MetricSet) else MetricSet(metrics)
        self.specs = specs.subset() if isinstance(specs, SpecificationSet) else SpecificationSet(specs)
        gathered = measurements if isinstance(measurements, MeasurementSet) else MeasurementSet(measurements)
        self.measurements = gathered
        self.measurements.refresh_metrics(self.metrics)
        self.meta = Metadata(self.measurements, meta)
        self.blobs = BlobSet()
        self.extra: dict[str, Any] = {}
        self.warnings: list[str] = []

    @classmethod
    def load_metrics_package(
        cls,
        package_name_or_path: str | os.PathLike[str] = BUNDLED,
        subset: str | None = None,
        measurements: Iterable[Measurement] | MeasurementSet | None = None,
        meta: Mapping[str, Any] | None = None,
        *,
        strict: bool = True,
    ) -> Job:
        """Make a job with the definitions of a metrics repository; see `MetricSet.load_metrics_package`."""
        job = cls(measurements=measurements, meta=meta)
        job.reload_metrics_package(package_name_or_path, subset, strict=strict)
        return job

    def reload_metrics_package(
        self,
        package_name_or_path: str | os.PathLike[str] = BUNDLED,
        subset: str | None = None,
        *,
        strict: bool = True,
    ) -> None:
        """Take definitions from a metrics repository, replacing those of the same names, and remember which it was.

        Raises
        ------
        TypeError
            A measurement does not convert to the unit of its metric; nothing is changed then.
        """
        registry, provenance = load_definitions(package_name_or_path)
        metrics = MetricSet.from_registry(registry, strict=strict).subset(subset)
        specs = SpecificationSet.from_registry(registry, strict=strict)
        for name, measurement in self.measurements.items():
            if name in metrics:
                measurement.require_unit(metrics[name])
        self.metrics.update(metrics)
        self.specs.update(specs if subset is None else specs.subset(subset))
        self.measurements.refresh_metrics(self.metrics)
        self.meta[META_KEY] = {**self._ours, "definitions": provenance.json}

    @property
    def _ours(self) -> dict[str, Any]:
        found = self.meta.get(META_KEY)
        return dict(found) if isinstance(found, dict) else {}

    @property
    def provenance(self) -> Provenance | None:
        """Which definitions it was made with, where it says so."""
        return Provenance.of(self.meta)

    def __iadd__(self, other: Job) -> Job:  # noqa: PYI034  # it is this class
        """Take over everything of another job; of definitions and metadata terms in both, the other's stay.

        Warns
        -----
        UserWarning
            The jobs differ in definitions or metadata terms; `gnomon job merge` settles that term by term.

        Raises
        ------
        VerifyError
            Both measure a metric, and with another result; or a measurement does not convert to the unit that the
            metric has in the other job. Nothing is changed then.
        """
        for name, measurement in other.measurements.items():
            if name in self.measurements and self.measurements[name] != measurement:
                raise VerifyError(f"both jobs measure {name}: {self.measurements[name]}, and {measurement}")
        metrics = MetricSet([*self.metrics.values(), *other.metrics.values()])
        for name, measurement in (*self.measurements.items(), *other.measurements.items()):
            if name in metrics:
                try:
                    measurement.require_unit(metrics[name])
                except TypeError as error:
                    raise VerifyError(str(error)) from error
        for told in self._replaced_by(other):
            warnings.warn(told, stacklevel=2)
        self.metrics += other.metrics
        self.specs += other.specs
        self.measurements += other.measurements
        self.measurements.refresh_metrics(self.metrics)
        self.meta.update(with_terms(self.meta.terms, other.meta))
        for blob in other.blobs.values():
            self.blobs.insert(blob)
        self.extra = {**self.extra, **other.extra}
        return self

    def _replaced_by(self, other: Job) -> Iterator[str]:
        """Say what of this job another one has in its place."""
        mine, theirs = (_members(job.meta.terms) for job in (self, other))
        for term in mine:
            if term in theirs and _held(mine[term]) != _held(theirs[term]):
                was, now = (shortened(repr(terms[term])) for terms in (mine, theirs))
                yield f"the metadata term {term} was {was}, and is {now} as in the other job"
        for kind, own, others in (("metric", self.metrics, other.metrics), ("specification", self.specs, other.specs)):
            names = [str(name) for name in own if name in others and own[name] != others[name]]
            if names:
                yield f"the other job's definition stays of the {kind} {shortened(', '.join(names))}"

    @property
    def json(self) -> dict[str, Any]:
        """The object of a job file, and the fields it was read with that are not ours.

        Raises
        ------
        TypeError
            A measurement does not convert to the unit of its metric, or a unit is defined in this program alone: nobody
            could read such a file.
        """
        self.measurements.refresh_metrics(self.metrics)  # also of those that were inserted since
        measurements, blobs = self.measurements.json, self.all_blobs.json
        _require_units([(fields["metric"], fields["unit"]) for fields in measurements])
        _require_units([(f"{key} in {blob['name']}", x["unit"]) for blob in blobs for key, x in blob["data"].items()])
        return {
            **self.extra,
            "measurements": measurements,
            "blobs": blobs,
            "metrics": self.metrics.json,
            "specs": self.specs.json,
            "meta": plain(self.meta.json, ("meta",)),
        }

    @property
    def all_blobs(self) -> BlobSet:
        """The blobs of all measurements, and those that none refers to."""
        linked = (blob for measurement in self.measurements.values() for blob in measurement.linked)
        return BlobSet([*self.blobs.values(), *linked])

    def nulls(self) -> Iterator[str]:
        """Say which numbers JSON cannot hold, so that they are written as null."""
        for measurement in self.measurements.values():
            if measurement.quantity is not None and measurement.stored[0] is None:
                yield f"{measurement} is no finite number, and is written as null"
        for blob in self.all_blobs.values():
            for key, datum in blob.items():
                if count := datum.nulls:
                    yield f"the blob {blob.name} has numbers in {key!r} that are not finite, and {count:,} become null"
        for spec in self.specs.values():
            if has_lost_number(spec.test.json):
                yield f"{spec.name} has a limit that is no finite number, and is written as null"
        yield from (
            f"the metadata term {term!r} has a number that is not finite, and is written as null"
            for term, value in self.meta.items()
            if has_lost_number(value)
        )

    def write(self, filename: str | os.PathLike[str]) -> None:
        """Write a job file; a reader never sees half of it.

        Warns
        -----
        UserWarning
            A number is not finite, and is written as null.

        Raises
        ------
        TypeError
            A measurement does not convert to the unit of its metric, or nobody else knows a unit.
        VerifyError
            Something in the metadata has no form in JSON; the text names its JSON path.
        OSError
            The file cannot be written.
        """
        text = to_json(self.json)
        for told in self.nulls():
            warnings.warn(told, stacklevel=2)
        write_atomically(Path(filename), text)

    @classmethod
    def read(cls, filename: str | os.PathLike[str]) -> Job:
        """Read a job file, of this library or the original; ``'-'`` is standard input.

        Raises
        ------
        VerifyError
            It is none; the text names the file and the JSON path.
        """
        data, told = read_json(filename)
        job = cls._made(data, f"{label_of(filename)}: $")
        job.warnings = [*told, *job.warnings]
        return job

    @classmethod
    def deserialize(
        cls,
        /,
        measurements: Iterable[Mapping[str, Any]] | None = None,
        blobs: Iterable[Mapping[str, Any]] | None = None,
        metrics: Iterable[Mapping[str, Any]] | None = None,
        specs: Iterable[Mapping[str, Any]] | None = None,
        meta: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> Job:
        """Make a job from the fields of its JSON.

        Raises
        ------
        VerifyError
            Something in it makes no sense; the text names the JSON path.
        """
        given: dict[str, Any] = {"measurements": measurements, "blobs": blobs, "metrics": metrics, "specs": specs}
        data = {key: _as_list(value) for key, value in given.items()}
        return cls._made({**extra, **data, "meta": {} if meta is None else meta}, "$")

    @classmethod
    def _made(cls, data: Mapping[str, Any], path: str) -> Job:
        read = JobReader(data, path)
        job = cls(read.measurements, read.metrics, read.specs, read.meta)
        job.blobs = BlobSet(read.loose_blobs)
        job.warnings = read.warnings
        job.extra = {key: value for key, value in data.items() if key not in _OWN}
        return job

    def report(
        self,
        name: str | Name | None = None,
        spec_tags: Iterable[str] | str | None = None,
        metric_tags: Iterable[str] | str | None = None,
    ) -> Report:
        """Judge the measurements by the specifications that apply to the job's metadata.

        Parameters
        ----------
        name
            Of a package or metric, to leave out the others.
        spec_tags, metric_tags
            Tags that specifications, or their metrics, must all have.
        """
        return self.specs.report(self.measurements, name, self.meta, spec_tags, metric_tags, self.metrics)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Job):
            return NotImplemented
        # Partials only say how specifications were written, and no job file holds them.
        mine, theirs = (
            (
                dict(job.measurements),
                job.metrics,
                (dict(job.specs), job.specs.heirs),
                {term: _held(value) for term, value in job.meta.items()},
                dict(job.blobs),
                job.extra,
            )
            for job in (self, other)
        )
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __repr__(self) -> str:
        counts = (
            (len(self.measurements), "measurement"),
            (len(self.metrics), "metric"),
            (len(self.specs), "specification"),
        )
        told = [f"{count} {what}{'s' * (count != 1)}" for count, what in counts]
        return f"<Job: {', '.join(told)}>"

    def _repr_html_(self) -> str:
        return job_html(self)


def _require_units(found: Iterable[tuple[str, str | None]]) -> None:
    for name, unit in found:
        if unit and units.facts(unit).canonical is None:
            raise TypeError(f"{name} is in {unit}, which is defined in this program alone: convert it to a known unit")


def _members(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Give terms, those that are objects by custom member by member."""
    found: dict[str, Any] = {}
    for term, value in terms.items():
        is_object = term in OBJECTS and isinstance(value, dict)
        found.update({f"{term}.{key}": item for key, item in value.items()} if is_object else {term: value})
    return found


def _held(value: Any) -> Any:
    """Give what a job file holds of a value, to compare it; its text, where no file can hold it."""
    try:
        return plain(value)
    except VerifyError:
        return repr(value)


def _as_list(value: Any) -> Any:
    """Make a list of what is iterated over; what cannot be an array stays what it is, for the complaint."""
    if value is None:
        return []
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | dict) else value
