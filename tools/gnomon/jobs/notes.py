"""Notes on measurements."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gnomon.names import Name


class MeasurementNotes(MutableMapping[str, Any]):
    """Notes on a measurement, which are metadata of its job: their keys begin with the name of the metric.

    Parameters
    ----------
    metric_name
        Goes before each key that does not begin with it.
    """

    def __init__(self, metric_name: Name) -> None:
        self._prefix = f"{metric_name}."
        self._notes: dict[str, Any] = {}

    def _key(self, key: str) -> str:
        return key if key.startswith(self._prefix) else self._prefix + key

    def __getitem__(self, key: str) -> Any:
        return self._notes[self._key(key)]

    def __setitem__(self, key: str, value: Any) -> None:
        self._notes[self._key(key)] = value

    def __delitem__(self, key: str) -> None:
        del self._notes[self._key(key)]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._key(key) in self._notes

    def __iter__(self) -> Iterator[str]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)

    @property
    def json(self) -> dict[str, Any]:
        """The notes by their whole keys."""
        return dict(self._notes)

    def __repr__(self) -> str:
        return repr(self._notes)
