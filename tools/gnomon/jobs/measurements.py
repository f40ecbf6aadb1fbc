"""Measurements of metrics, and sets of them."""

from __future__ import annotations

import math
import sys
import uuid
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from gnomon import units
from gnomon.datum import Datum
from gnomon.jobs.blobs import Blob, BlobSet
from gnomon.jobs.files import kind_of, shortened
from gnomon.jobs.named_set import NamedSet
from gnomon.jobs.notebook import html_table, typeset_value
from gnomon.jobs.notes import MeasurementNotes
from gnomon.metrics import Metric
from gnomon.names import Name

if TYPE_CHECKING:
    from astropy.units import Quantity


_ROUNDING = 4 * sys.float_info.epsilon


class Measurement:
    """What was measured of a metric.

    Parameters
    ----------
    metric
        The metric or its fully-qualified name.
    quantity
        A scalar; a plain number is dimensionless, None is a measurement that gave nothing.
    blobs
        Data to refer to, that others may refer to as well.
    extras
        Data of this measurement alone: a mapping from keys to `Datum`.
    notes
        Metadata of this measurement.

    Attributes
    ----------
    identifier : str
        A random UUID of 32 hexadecimal digits.
    blobs : BlobSet
        Found by name or identifier, `extras` among them.

    Raises
    ------
    TypeError
        The quantity does not convert to the metric's unit, or is no scalar.
    """

    def __init__(
        self,
        metric: Metric | Name | str,
        quantity: Quantity | float | None = None,
        blobs: Iterable[Blob] | Mapping[str, Blob] | None = None,
        extras: Mapping[str, Datum] | None = None,
        notes: Mapping[str, Any] | None = None,
    ) -> None:
        self.identifier = uuid.uuid4().hex
        self.extra: dict[str, Any] = {}
        self.lost_refs: list[str] = []
        """Identifiers of blobs that the job file refers to and does not hold."""
        self._metric: Metric | None = None
        self._quantity: Quantity | None = None
        self._unit_str: str | None = None  # of a value that is null
        name = metric.name if isinstance(metric, Metric) else metric if isinstance(metric, Name) else Name(metric)
        if not (name.is_metric and name.is_fq):
            raise TypeError(f"{name!r} is not the fully-qualified name of a metric")
        self._name = name
        self.quantity = quantity
        if isinstance(metric, Metric):
            self.metric = metric
        self.notes = MeasurementNotes(name)
        self.notes.update(notes or {})
        self._extras = Blob(str(name))
        self.blobs = BlobSet([self._extras])
        for blob in blobs.values() if isinstance(blobs, Mapping) else blobs or ():
            self.link_blob(blob)
        self._extras.update(extras or {})

    @property
    def metric(self) -> Metric | None:
        """The metric, where its definition is known."""
        return self._metric

    @metric.setter
    def metric(self, metric: Metric) -> None:
        if metric.name != self._name:
            raise TypeError(f"a measurement of {self._name} is none of {metric.name}")
        self._judge(self._quantity, metric)
        self._metric = metric

    @property
    def metric_name(self) -> Name:
        """The name of the metric."""
        return self._name

    @property
    def quantity(self) -> Quantity | None:
        """The value, or None."""
        return self._quantity

    @quantity.setter
    def quantity(self, quantity: Quantity | float | None) -> None:
        if quantity is None:
            self._quantity, self._unit_str = None, None
            return
        if _is_number_of_numpy(quantity):
            quantity = float(quantity)  # of an array without dimensions
        value, unit = units.number_and_unit(quantity)
        self._judge(quantity, self._metric)
        # A copy: a quantity can be changed in place, and this measurement with it.
        own = quantity.copy() if hasattr(quantity, "unit") else units.quantity(value, unit)  # type: ignore[union-attr]  # only quantities have units
        self._quantity = own

    def require_unit(self, metric: Metric) -> None:
        """Refuse a metric to whose unit this does not convert.

        Raises
        ------
        TypeError
            The text names both units.
        """
        self._judge(self._quantity, metric)

    @staticmethod
    def _judge(quantity: Quantity | float | None, metric: Metric | None) -> None:
        if quantity is not None and metric is not None and not metric.check_unit(quantity):
            _, unit = units.number_and_unit(quantity)
            wanted = metric.unit_str or "no dimension"
            raise TypeError(
                f"{metric.name} is measured in {wanted}, to which {unit or 'a number without unit'} does not convert"
            )

    @property
    def extras(self) -> Blob:
        """The data of this measurement alone: the blob that is named after the metric."""
        return self._extras

    @property
    def linked(self) -> list[Blob]:
        """The blobs that a job file needs: all but empty extras."""
        return [blob for blob in self.blobs.values() if blob is not self._extras or len(blob) or blob.extra]

    @property
    def description(self) -> str | None:
        """The description of the metric, where it is known."""
        return self._metric.description if self._metric is not None else None

    @property
    def datum(self) -> Datum:
        """The value with the metric's name and description."""
        label = self._metric.label if self._metric is not None else None
        return Datum(self._quantity, label=label or str(self._name), description=self.description)

    @property
    def is_measured(self) -> bool:
        """Whether there is a value, and it is a number."""
        return self._quantity is not None and not math.isnan(units.number_and_unit(self._quantity)[0])

    def link_blob(self, blob: Blob) -> None:
        """Refer to a blob; one that is named after the metric becomes the extras, where these are empty."""
        self.blobs.insert(blob)
        if blob.name == self._extras.name and not len(self._extras) and blob is not self._extras:
            del self.blobs[self._extras.identifier]
            self._extras = blob

    @property
    def stored(self) -> tuple[float | None, str | None]:
        """The number as it is written, and its unit: the metric's, where the metric is known and the value has one."""
        if self._quantity is None:
            return None, self._metric.unit_str if self._metric is not None else self._unit_str
        value, unit = units.number_and_unit(self._quantity)
        if self._metric is not None:
            converted = units.value_in(self._quantity, self._metric.unit_str)
            # A flux below zero has no magnitude; what was measured is kept as it was measured.
            if math.isfinite(converted) or not math.isfinite(value):
                value, unit = converted, self._metric.unit_str
        return (value if math.isfinite(value) else None), unit

    @property
    def json(self) -> dict[str, Any]:
        """The fields of a job file, and those it was read with that are not ours; empty extras are not referred to."""
        value, unit = self.stored
        refs = [*(blob.identifier for blob in self.linked), *self.lost_refs]
        own = {"metric": str(self._name), "identifier": self.identifier, "value": value, "unit": unit}
        return {**self.extra, **own, "blob_refs": refs}

    @classmethod
    def deserialize(
        cls,
        /,
        metric: str,
        identifier: str | None = None,
        value: float | None = None,
        unit: str | None = None,
        blob_refs: Iterable[str] | None = None,
        blobs: BlobSet | None = None,
        **extra: Any,
    ) -> Measurement:
        """Make a measurement from the fields of its JSON.

        Parameters
        ----------
        blobs
            Where the blobs are found that it refers to.

        Raises
        ------
        TypeError, ValueError, KeyError
            The name, value or unit is none, or there is no such blob.
        """
        if not isinstance(metric, str):
            raise TypeError(f"`metric` must be the name of a metric, not {kind_of(metric)}")
        for field, text in (("identifier", identifier), ("unit", unit)):
            if not isinstance(text, str | None):
                raise TypeError(f"`{field}` must be text, not {kind_of(text)}")
        made = cls(metric)
        made.identifier = identifier or made.identifier
        known = units.facts(unit or "")
        if known.canonical is None:
            raise ValueError(f"{shortened(repr(unit))} is not a unit")
        made._unit_str = known.canonical if unit is not None else None
        if value is not None:
            made.quantity = units.quantity(_number(value), known.canonical)
        for ref in blob_refs or ():
            made.link_blob((blobs or BlobSet())[ref])
        made.extra = extra
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Measurement):
            return NotImplemented
        # Identifiers are made anew each time, so they say nothing of what was measured.
        mine, theirs = (
            (one.metric_name, one.notes.json, {blob.identifier: blob for blob in one.linked}, one.extra)
            for one in (self, other)
        )
        return mine == theirs and _same(self, other)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __str__(self) -> str:
        return f"{self._name}: {self._quantity}"

    def __repr__(self) -> str:
        linked = [blob for blob in self.blobs.values() if blob is not self.extras]
        parts = [repr(str(self._name)), repr(self._quantity)]
        parts += [f"blobs={linked!r}"] if linked else []
        parts += [f"extras={dict(self.extras)!r}"] if len(self.extras) else []
        parts += [f"notes={self.notes!r}"] if self.notes else []
        return f"Measurement({', '.join(parts)})"

    def _repr_latex_(self) -> str:
        if self._quantity is None:
            return f"{self._name}: not measured"
        return f"{self._name}: ${units.latex(*units.number_and_unit(self._quantity))}$"


def _is_number_of_numpy(value: Any) -> bool:
    """Tell whether a value is an array of one number and no dimension, as some of numpy's functions give it."""
    plain = getattr(value, "shape", None) == () and not hasattr(value, "unit") and not hasattr(value, "mask")
    return plain and value.dtype.kind in "fiu"


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"`value` must be a number, not {kind_of(value)}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("`value` is too large for a number") from None


def _same(one: Measurement, other: Measurement) -> bool:
    """Tell whether two measurements have the same value, in whatever unit; as for limits, but for rounding."""
    if one.quantity is None or other.quantity is None:
        return one.quantity is None and other.quantity is None and one.stored[1] == other.stored[1]
    value, unit = units.number_and_unit(one.quantity)
    try:
        converted = units.value_in(other.quantity, unit)
    except TypeError:
        return False
    return bool(value == converted or math.isclose(value, converted, rel_tol=_ROUNDING)) or (
        math.isnan(value) and math.isnan(converted)
    )


class MeasurementSet(NamedSet[Measurement]):
    """Measurements by the names of their metrics.

    Parameters
    ----------
    measurements
        The first ones.
    """

    noun = "Measurement"

    def __init__(self, measurements: Iterable[Measurement] | Mapping[Any, Measurement] | None = None) -> None:
        super().__init__(measurements)

    def _name_of(self, value: Measurement) -> Name:
        if not isinstance(value, Measurement):
            raise TypeError(f"a gnomon.Measurement is needed, not {type(value).__name__}")
        return value.metric_name

    def refresh_metrics(self, metric_set: Mapping[Any, Metric]) -> None:
        """Give each measurement the definition of its metric, where the set has one.

        Raises
        ------
        TypeError
            A measurement does not convert to its metric's unit.
        """
        for name, measurement in self._values.items():
            if name in metric_set:
                measurement.metric = metric_set[name]

    @property
    def json(self) -> list[dict[str, Any]]:
        """The measurements, in order of insertion."""
        return [measurement.json for measurement in self._values.values()]

    def _repr_html_(self) -> str:
        rows = (
            (
                escape(str(measurement.metric_name)),
                typeset_value(measurement),
                escape(measurement.description or ""),
                escape(", ".join(f"{key}: {value}" for key, value in measurement.notes.items())),
                escape(", ".join(key for blob in measurement.linked for key in blob)),
            )
            for measurement in self._values.values()
        )
        return html_table(("Metric", "Value", "Description", "Notes", "Data"), rows)
