"""Make a job of the object in its file, and say of everything that makes no sense where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gnomon.datum import datum_from
from gnomon.errors import VerifyError
from gnomon.jobs.blobs import Blob, BlobSet
from gnomon.jobs.files import json_path
from gnomon.jobs.measurements import Measurement
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.shape import require_shape
from gnomon.jobs.specification_set import SpecificationSet
from gnomon.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")


class JobReader:
    """Reads the parts of one job.

    Parameters
    ----------
    data
        The object of a job file.
    path
        What to call it: ``nightly.json: $``.

    Attributes
    ----------
    warnings
        What is odd, and no error.
    """

    def __init__(self, data: Mapping[str, Any], path: str) -> None:
        self.data = data
        self.path = path
        self.warnings: list[str] = []
        require_shape(data, path.removesuffix("$"))
        self._seen: dict[tuple[str, str], str] = {}
        self.blobs = BlobSet(self._each("blobs", self._blob))
        self.metrics = MetricSet(self._each("metrics", self._metric))
        self.specs = SpecificationSet()
        for spec in self._each("specs", self._specification):
            self.specs.update(spec)
        self.measurements = self._each("measurements", self._measurement)
        linked = {id(blob) for made in self.measurements for blob in made.blobs.values()}
        self.loose_blobs = [blob for blob in self.blobs.values() if id(blob) not in linked]
        self.meta = self._metadata()

    def _each(self, key: str, make: Callable[[Any], _T]) -> list[_T]:
        """Make something of each object in an array."""
        made = []
        for index, fields in enumerate(self.data.get(key) or ()):
            self._place = f"{self.path}.{key}[{index}]"
            try:
                made.append(make(fields))
            except (TypeError, ValueError, KeyError) as error:
                text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
                raise VerifyError(f"{self._place}: {text}") from error
        return made

    def _once(self, kind: str, key: str) -> None:
        """Refuse what is there already: one of the two would be lost."""
        first = self._seen.setdefault((kind, key), self._place)
        if first != self._place:
            raise ValueError(f"a second {kind} {key}, beside {first}")

    def _blob(self, fields: Mapping[str, Any]) -> Blob:
        self._once("blob with the identifier", fields["identifier"])
        place, data = self._place, fields.get("data") or {}
        made = Blob.deserialize(**{**fields, "data": None})
        for key, datum in data.items():
            self._place = place + json_path(["data", key])[1:]
            made[key] = datum_from(datum)
        return made

    def _metric(self, fields: Mapping[str, Any]) -> Metric:
        self._once("definition of the metric", fields["name"])
        return Metric.deserialize(**fields)

    def _specification(self, fields: Mapping[str, Any]) -> SpecificationSet:
        self._once("definition of the specification", fields["name"])
        return SpecificationSet.deserialize([fields])

    def _measurement(self, fields: Mapping[str, Any]) -> Measurement:
        name, refs = fields["metric"], fields.get("blob_refs") or []
        self._once("measurement of", name)
        known = [ref for ref in refs if self.blobs.has(ref)]
        if len(known) < len(refs):
            lost = ", ".join(sorted(set(refs) - set(known)))
            self.warnings.append(f"{self._place}.blob_refs: {name} refers to blobs that are not there: {lost}")
        given = {key: value for key, value in fields.items() if key != "blobs"}
        made = Measurement.deserialize(**{**given, "blob_refs": known}, blobs=self.blobs)
        made.lost_refs = [ref for ref in refs if ref not in known]
        if "blobs" in fields:
            made.extra["blobs"] = fields["blobs"]
        if made.metric_name in self.metrics:
            made.metric = self.metrics[made.metric_name]
        return made

    def _metadata(self) -> Mapping[str, Any]:
        meta = self.data.get("meta")
        if meta is None:
            self.warnings.append(f"{self.path}.meta: no metadata, so only specifications without a query apply")
            return {}
        return dict(meta)
