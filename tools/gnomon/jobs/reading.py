"""Make a job of the object in its file, and say of everything that makes no sense where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from gnomon.errors import VerifyError
from gnomon.jobs.blobs import Blob, BlobSet
from gnomon.jobs.files import kind_of
from gnomon.jobs.measurements import Measurement
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.specification_set import SpecificationSet
from gnomon.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Callable

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
        if "measurements" not in data:
            raise VerifyError(f"{path}: there are no `measurements`; is this a job file?")
        self.blobs = BlobSet(self._each("blobs", _blob))
        self.metrics = MetricSet(self._each("metrics", lambda fields: Metric.deserialize(**fields)))
        self.specs = SpecificationSet()
        for spec in self._each("specs", lambda fields: SpecificationSet.deserialize([fields])):
            self.specs.update(spec)
        self._seen: dict[str, str] = {}
        self.measurements = self._each("measurements", self._measurement)
        linked = {id(blob) for made in self.measurements for blob in made.blobs.values()}
        self.loose_blobs = [blob for blob in self.blobs.values() if id(blob) not in linked]
        self.meta = self._metadata()

    def _each(self, key: str, make: Callable[[Any], _T]) -> list[_T]:
        """Make something of each object in an array."""
        listed = self.data.get(key)
        if listed is None:
            return []
        if isinstance(listed, str | Mapping) or not isinstance(listed, Iterable):
            raise VerifyError(f"{self.path}.{key}: an array is needed, not {kind_of(listed)}")
        made = []
        for index, fields in enumerate(listed):
            where = f"{self.path}.{key}[{index}]"
            if not isinstance(fields, Mapping):
                raise VerifyError(f"{where}: an object is needed, not {kind_of(fields)}")
            try:
                made.append(make(fields))
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
                raise VerifyError(f"{where}: {text}") from error
        return made

    def _measurement(self, fields: Mapping[str, Any]) -> Measurement:
        name, refs = fields.get("metric"), fields.get("blob_refs") or []
        if not isinstance(name, str):
            raise TypeError(f"`metric` must be the name of a metric, not {kind_of(name)}")
        if not isinstance(refs, list) or not all(isinstance(ref, str) for ref in refs):
            raise TypeError("`blob_refs` must be an array of texts")
        known = [ref for ref in refs if ref in self.blobs]
        if len(known) < len(refs):
            lost = ", ".join(sorted(set(refs) - set(known)))
            self.warnings.append(f"{self.path}.measurements: {name} refers to blobs that are not there: {lost}")
        made = Measurement.deserialize(**{**fields, "blob_refs": known}, blobs=self.blobs)
        if name in self._seen:
            raise ValueError(f"a second measurement of {name}, beside that of the identifier {self._seen[name]}")
        self._seen[name] = made.identifier
        if made.metric_name in self.metrics:
            made.metric = self.metrics[made.metric_name]
        return made

    def _metadata(self) -> Mapping[str, Any]:
        meta = self.data.get("meta")
        if meta is None:
            self.warnings.append(f"{self.path}.meta: no metadata, so only specifications without a query apply")
            return {}
        if not isinstance(meta, Mapping):
            raise VerifyError(f"{self.path}.meta: metadata is an object, not {kind_of(meta)}")
        return meta


def _blob(fields: Mapping[str, Any]) -> Blob:
    data = fields.get("data")
    if data is not None and not isinstance(data, Mapping):
        raise TypeError(f"`data` must be an object, not {kind_of(data)}")
    for key, datum in (data or {}).items():
        if not isinstance(datum, Mapping):
            raise TypeError(f"`data.{key}` must be an object, not {kind_of(datum)}")
    return Blob.deserialize(**fields)
