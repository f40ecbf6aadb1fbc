"""The metadata of a job: its own terms and the notes of all its measurements, as one mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from html import escape
from typing import TYPE_CHECKING, Any

from gnomon.jobs.notebook import html_table

if TYPE_CHECKING:
    from gnomon.jobs.measurements import Measurement, MeasurementSet

OBJECTS = ("packages", "env", "gnomon")
"""Terms that are objects by custom, and are merged member by member."""


class Metadata(MutableMapping[str, Any]):
    """Terms of a job, and notes of its measurements by their whole keys, ``package.metric.key``.

    Parameters
    ----------
    measurement_set
        Whose notes are part of this: setting a term that begins with the name of a measured metric sets a note.
    data
        The job's own terms.
    """

    def __init__(self, measurement_set: MeasurementSet, data: Mapping[str, Any] | None = None) -> None:
        self._measurements = measurement_set
        self._terms: dict[str, Any] = {}
        self.update(data or {})

    def _owner(self, key: str) -> Measurement | None:
        metric, dot, _ = key.rpartition(".")
        # The key of a note may hold dots of its own.
        while dot:
            if metric.count(".") == 1 and metric in self._measurements:
                return self._measurements[metric]
            metric, dot, _ = metric.rpartition(".")
        return None

    def __getitem__(self, key: str) -> Any:
        owner = self._owner(key)
        if owner is not None and key in owner.notes:
            return owner.notes[key]
        return self._terms[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a term of metadata is text, not {key!r}")
        owner = self._owner(key)
        if owner is not None:
            owner.notes[key] = value
        else:
            self._terms[key] = value

    def __delitem__(self, key: str) -> None:
        owner = self._owner(key)
        if owner is not None and key in owner.notes:
            del owner.notes[key]
        else:
            del self._terms[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._terms
        for measurement in self._measurements.values():
            yield from (key for key in measurement.notes if key not in self._terms)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def terms(self) -> dict[str, Any]:
        """The job's own terms, without notes."""
        return dict(self._terms)

    @property
    def json(self) -> dict[str, Any]:
        """All terms and notes."""
        return dict(self)

    def __repr__(self) -> str:
        return f"Metadata({dict(self)!r})"

    def __str__(self) -> str:
        return str(dict(self))

    def _repr_html_(self) -> str:
        return html_table(("Term", "Value"), ((escape(term), escape(str(value))) for term, value in self.items()))


def with_terms(terms: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Put terms of metadata over others; the members of `OBJECTS` one by one."""
    result = dict(terms)
    for term, value in more.items():
        is_object = term in OBJECTS and isinstance(value, dict) and isinstance(result.get(term), dict)
        result[term] = {**result[term], **value} if is_object else value
    return result
