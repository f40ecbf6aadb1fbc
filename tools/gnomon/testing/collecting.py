"""From the measurements of all tests to job files: one for each distinct metadata."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.errors import GnomonError
from gnomon.jobs.blobs import BlobSet
from gnomon.jobs.definitions import META_KEY
from gnomon.jobs.job import Job
from gnomon.jobs.measurements import Measurement
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.specification_set import SpecificationSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gnomon.testing.verifying import Judge

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Record:
    """A measurement as a test reported it.

    Attributes
    ----------
    test
        Its node id.
    fields
        As `gnomon.testing.verifying.Verify` wrote them.
    """

    test: str
    fields: Mapping[str, Any]

    @property
    def metric(self) -> str:
        """The name of the metric."""
        return str(self.fields["measurement"]["metric"])

    @property
    def metadata(self) -> str:
        """The metadata, as a text that is the same for the same metadata."""
        return json.dumps(self.fields["metadata"], sort_keys=True, ensure_ascii=False)

    @property
    def value(self) -> str:
        """The number and unit, for a person."""
        fields = self.fields["measurement"]
        return f"{fields['value']} {fields['unit'] or ''}".rstrip()

    def restore(self) -> Measurement:
        """Make the measurement again, with a note which test made it."""
        blobs = BlobSet.deserialize(self.fields["blobs"])
        made = Measurement.deserialize(**self.fields["measurement"], blobs=blobs)
        made.notes.update({"test": self.test, **self.fields["notes"]})
        return made


def write_jobs(records: Iterable[tuple[str, str]], target: str | None, judge: Judge) -> tuple[list[str], list[str]]:
    """Write the measurements of a run.

    Parameters
    ----------
    records
        Node ids with what these tests measured, as JSON.
    target
        The file, with ``{term}`` for values of metadata; None to write nothing.
    judge
        Of the run, whose definitions go into the jobs.

    Returns
    -------
    written
        What was written, in lines for a person.
    faults
        What went wrong: measurements that contradict each other, jobs for one file, files that cannot be written.
    """
    jobs, faults = _sorted_out([Record(test, json.loads(text)) for test, text in records])
    if target is None:
        return [], faults
    written = []
    by_path: dict[Path, list[str]] = defaultdict(list)
    for metadata in sorted(jobs):
        by_path[_path(target, json.loads(metadata))].append(metadata)
    try:
        judge.load()
        for path, keys in sorted(by_path.items()):
            if len(keys) > 1:
                faults.append(_one_file(path, keys))
            for number, key in enumerate(keys, start=1):
                file = path if len(keys) == 1 else _numbered(path, number)
                file.parent.mkdir(parents=True, exist_ok=True)
                _job(sorted(jobs[key], key=lambda record: record.metric), judge).write(file)
                written.append(_told(file, jobs[key]))
    except (OSError, GnomonError) as error:
        faults.append(f"the measurements were not written: {error}")
    return written, faults


def _told(file: Path, records: list[Record]) -> str:
    terms = ", ".join(f"{term}={value!r}" for term, value in sorted(records[0].fields["metadata"].items()))
    count = len(records)
    return f"{count} measurement{'s' * (count != 1)} written to {file}" + (f" ({terms})" if terms else "")


def _sorted_out(records: list[Record]) -> tuple[dict[str, list[Record]], list[str]]:
    """Sort records by metadata; of several that measure a metric with the same metadata the first counts."""
    first: dict[tuple[str, str], Record] = {}
    faults = []
    for record in records:
        before = first.setdefault((record.metadata, record.metric), record)
        if before is not record:
            both = ", and ".join(f"{item.value} by {item.test}" for item in (before, record))
            faults.append(f"{record.metric} was measured twice with {record.metadata}: {both}")
    jobs: dict[str, list[Record]] = defaultdict(list)
    for (metadata, _), record in first.items():
        jobs[metadata].append(record)
    return dict(jobs), faults


def _path(target: str, metadata: Mapping[str, Any]) -> Path:
    def value(match: re.Match[str]) -> str:
        return re.sub(r"[^\w+-]+", "_", str(metadata.get(match[1], "none")))

    return Path(_PLACEHOLDER.sub(value, target))


def _numbered(path: Path, number: int) -> Path:
    stem, dot, rest = path.name.partition(".")
    return path.with_name(f"{stem}-{number}{dot}{rest}")


def _one_file(path: Path, keys: list[str]) -> str:
    """Say that a file would hold several jobs, and how to tell them apart."""
    several = [json.loads(key) for key in keys]
    terms = sorted({term for metadata in several for term in metadata})
    differing = [term for term in terms if len({json.dumps(metadata.get(term)) for metadata in several}) > 1]
    named = "".join(f"{{{term}}}" for term in differing)
    return (
        f"{len(keys)} jobs with different metadata are for one file, {path}, so they were numbered; "
        f"name the terms in which they differ in --gnomon-job or gnomon_job, with {named}"
    )


def _job(records: list[Record], judge: Judge) -> Job:
    """Make a job of records with the same metadata, with the definitions of all packages that were measured."""
    metrics, specs = MetricSet(), SpecificationSet()
    for package in sorted({record.metric.partition(".")[0] for record in records}):
        metrics.update(judge.metrics.subset(package))
        chosen = judge.specs.subset(package)
        specs.update(SpecificationSet(chosen.values()))
        specs.heirs.update(chosen.heirs)
    ours = {META_KEY: {"definitions": judge.provenance.json}} if judge.provenance is not None else {}
    measurements = [record.restore() for record in records]
    return Job(measurements, metrics, specs, {**records[0].fields["metadata"], **ours})
