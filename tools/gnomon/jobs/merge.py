"""Merge jobs into one, so that nothing is lost without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gnomon.errors import VerifyError
from gnomon.jobs.blobs import BlobSet
from gnomon.jobs.files import shortened
from gnomon.jobs.job import Job
from gnomon.jobs.metadata import OBJECTS, with_terms
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.specification_set import SpecificationSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gnomon.jobs.blobs import Blob
    from gnomon.jobs.measurements import Measurement
    from gnomon.names import Name

Preference: TypeAlias = Literal["first", "last"]
_MOST_TOLD = 10


class _Choices:
    """What was chosen for each key, and which job it is from.

    Parameters
    ----------
    prefer
        Whose value stays where two differ; None, where that is an error.
    """

    def __init__(self, prefer: Preference | None) -> None:
        self.prefer = prefer
        self.origins: dict[tuple[str, Any], str] = {}
        self.values: dict[tuple[str, Any], Any] = {}
        self.conflicts: list[str] = []
        self.notes: list[str] = []
        self.empty: set[str] = set()
        """Objects that have no members in some job."""

    def offer(self, key: tuple[str, Any], value: Any, label: str, tell: Callable[[Any], str], *, same: bool) -> None:
        """Take a value, or settle it with the one that is there."""
        if key not in self.values:
            self.values[key], self.origins[key] = value, label
            return
        if same:
            return
        before, one = self.origins[key], tell(self.values[key])
        said = f"{key[0]} {_spelled(key[1])}: {one} in {before}, {tell(value)} in {label}"
        if self.prefer is None:
            self.conflicts.append(said)
            return
        self.notes.append(f"{said}; the {self.prefer} stays")
        if self.prefer == "last":
            self.values[key], self.origins[key] = value, label

    def of(self, kind: str) -> dict[Any, Any]:
        """Give what was chosen of a kind."""
        return {key[1]: value for key, value in self.values.items() if key[0] == kind}


def merge(
    parts: Sequence[tuple[str, Job]],
    prefer: Preference | None = None,
    definitions: Job | None = None,
    terms: Mapping[str, Any] | None = None,
) -> tuple[Job, list[str]]:
    """Merge jobs.

    Parameters
    ----------
    parts
        The jobs and what to call them in messages. Their measurements go over to the new job.
    prefer
        Which value stays where two jobs differ.
    definitions
        A job without measurements whose definitions, and word of where these came from, replace those of the parts.
    terms
        Metadata that replaces that of the parts; the members of `OBJECTS` one by one.

    Returns
    -------
    job
        Everything of all parts. Two measurements of a metric are one where they differ in their identifiers alone.
    notes
        What `prefer` left out.

    Raises
    ------
    VerifyError
        Two jobs differ in a measurement, a definition, a metadata term or another field, and nothing says whose stays;
        two blobs of one identifier differ; or a measurement does not convert to the unit of its metric.
    """
    given = dict(terms or {})
    fixed = definitions or Job()
    chosen = _Choices(prefer)
    for label, job in parts:
        _offer_contents(chosen, label, job, fixed)
        _offer_terms(chosen, label, job.meta.terms, {**fixed.meta.terms, **given})
    measurements: dict[Name, Measurement] = chosen.of("measurement of")
    _settle_notes(chosen, measurements)
    conflicts = [*chosen.conflicts, *_object_conflicts(parts), *_blob_conflicts(parts)]
    if conflicts:
        more = f"; and {len(conflicts) - _MOST_TOLD:,} more" if len(conflicts) > _MOST_TOLD else ""
        raise VerifyError(f"the jobs differ: {'; '.join(conflicts[:_MOST_TOLD])}{more}")
    metrics = MetricSet([*chosen.of("metric").values(), *fixed.metrics.values()])
    _require_units(parts, measurements, metrics)
    merged = Job(measurements.values(), metrics, _specifications(chosen, parts, fixed))
    merged.meta.update(with_terms(with_terms(_nested(chosen), fixed.meta.terms), given))
    merged.blobs = BlobSet(blob for _, job in parts for blob in job.blobs.values())
    merged.extra = chosen.of("field")
    merged.warnings = [warning for _, job in parts for warning in job.warnings]
    return merged, chosen.notes


def undefined(job: Job) -> list[str]:
    """Name the measured metrics that a job, which has definitions, does not define."""
    return sorted(str(name) for name in job.measurements if name not in job.metrics) if job.metrics else []


def _offer_contents(chosen: _Choices, label: str, job: Job, fixed: Job) -> None:
    for name, measurement in job.measurements.items():
        there = chosen.values.get(("measurement of", name))
        same = there is not None and there == measurement
        chosen.offer(("measurement of", name), measurement, label, _measured, same=same)
    for name, metric in job.metrics.items():
        same = name in fixed.metrics or _json_of(chosen, "metric", name) == metric.json
        chosen.offer(("metric", name), metric, label, lambda found: shortened(str(found)), same=same)
    for name, spec in job.specs.items():
        same = name in fixed.specs or _json_of(chosen, "specification", name) == spec.json
        chosen.offer(("specification", name), spec, label, lambda found: shortened(repr(found)), same=same)
    for key, value in job.extra.items():
        same = chosen.values.get(("field", key)) == value
        chosen.offer(("field", key), value, label, lambda found: shortened(repr(found)), same=same)


def _json_of(chosen: _Choices, kind: str, key: Any) -> Any:
    there = chosen.values.get((kind, key))
    return there.json if there is not None else None


def _measured(measurement: Measurement) -> str:
    notes = f" with notes {dict(measurement.notes)}" if measurement.notes else ""
    blobs = " with blobs" if measurement.linked else ""
    return shortened(f"{measurement.quantity}{notes}{blobs}")


def _spelled(key: Any) -> str:
    return ".".join(key) if isinstance(key, tuple) else str(key)


def _offer_terms(chosen: _Choices, label: str, terms: Mapping[str, Any], settled: Mapping[str, Any]) -> None:
    for term, value in terms.items():
        inner = settled.get(term)
        if term not in OBJECTS or not isinstance(value, dict):
            _offer_term(chosen, (term,), value, label, overruled=term in settled)
            continue
        for member, item in value.items():
            overruled = isinstance(inner, dict) and member in inner
            _offer_term(chosen, (term, member), item, label, overruled=overruled)
        if not value:
            chosen.empty.add(term)


def _offer_term(chosen: _Choices, path: tuple[str, ...], value: Any, label: str, *, overruled: bool) -> None:
    key = ("metadata term", path)
    same = overruled or (key in chosen.values and chosen.values[key] == value)
    chosen.offer(key, value, label, lambda found: shortened(repr(found)), same=same)


def _nested(chosen: _Choices) -> dict[str, Any]:
    """Put the members of objects together again."""
    terms: dict[str, Any] = {term: {} for term in sorted(chosen.empty)}
    for path, value in chosen.of("metadata term").items():
        if len(path) == 1:
            terms[path[0]] = value
        else:
            terms[path[0]] = {**terms.get(path[0], {}), path[1]: value}
    return terms


def _object_conflicts(parts: Sequence[tuple[str, Job]]) -> Iterator[str]:
    """Say where one job has an object and another one something else."""
    for term in OBJECTS:
        found = {isinstance(job.meta.terms[term], dict): label for label, job in parts if term in job.meta.terms}
        if len(found) > 1:
            yield f"metadata term {term}: an object in {found[True]}, none in {found[False]}"


def _settle_notes(chosen: _Choices, measurements: Mapping[Name, Measurement]) -> None:
    """Compare terms with the notes that have their names: a job may hold notes of what another one measured."""
    terms = {path[0] for path in chosen.of("metadata term") if len(path) == 1}
    for name, measurement in measurements.items():
        for note in sorted(terms & {*measurement.notes}):
            label = chosen.origins["measurement of", name]
            _offer_term(chosen, (note,), measurement.notes[note], label, overruled=False)


def _blob_conflicts(parts: Sequence[tuple[str, Job]]) -> Iterator[str]:
    """Say which blobs differ although their identifiers are the same; nothing can tell whose is meant."""
    seen: dict[str, tuple[str, Blob]] = {}
    for label, job in parts:
        for identifier, blob in job.all_blobs.items():
            before, one = seen.setdefault(identifier, (label, blob))
            if one != blob:
                yield f"blob {blob.name} with the identifier {identifier} in {before} and {label}"


def _require_units(
    parts: Sequence[tuple[str, Job]], measurements: Mapping[Name, Measurement], metrics: MetricSet
) -> None:
    for label, job in parts:
        for index, (name, measurement) in enumerate(job.measurements.items()):
            if measurements[name] is measurement and name in metrics:
                try:
                    measurement.require_unit(metrics[name])
                except TypeError as error:
                    raise VerifyError(f"{label}: $.measurements[{index}]: {error}") from error


def _specifications(chosen: _Choices, parts: Sequence[tuple[str, Job]], fixed: Job) -> SpecificationSet:
    made = SpecificationSet(chosen.of("specification").values())
    for _, job in parts:
        for name, heirs in job.specs.heirs.items():
            made.heirs[name] = tuple(sorted({*made.heirs.get(name, ()), *heirs}))
    made.update(fixed.specs)
    return made
