"""Blobs: named collections of data that measurements refer to."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from gnomon.datum import Datum, datum_from


class Blob(MutableMapping[str, Datum]):
    """Data that explain a measurement, each under a key.

    Parameters
    ----------
    name
        What it is called.
    **datums
        The first data.

    Attributes
    ----------
    identifier : str
        A random UUID of 32 hexadecimal digits, by which measurements refer to it.
    """

    def __init__(self, name: str, **datums: Datum) -> None:
        self.name = str(name)
        self.identifier = uuid.uuid4().hex
        self.extra: dict[str, Any] = {}
        self._datums: dict[str, Datum] = {}
        self.update(datums)

    def __getitem__(self, key: str) -> Datum:
        return self._datums[key]

    def __setitem__(self, key: str, value: Datum) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a key of a blob is text, not {key!r}")
        if not isinstance(value, Datum):
            raise TypeError(f"`{key}` must be a gnomon.Datum, not {type(value).__name__}: gnomon.Datum({value!r})")
        self._datums[key] = value

    def __delitem__(self, key: str) -> None:
        del self._datums[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._datums)

    def __len__(self) -> int:
        return len(self._datums)

    @property
    def json(self) -> dict[str, Any]:
        """Its identifier, name and data, and the fields it was read with that are not ours."""
        data = {key: datum.json for key, datum in self._datums.items()}
        return {**self.extra, "identifier": self.identifier, "name": self.name, "data": data}

    @classmethod
    def deserialize(
        cls,
        /,
        identifier: str | None = None,
        name: str = "",
        data: Mapping[str, Mapping[str, Any]] | None = None,
        **extra: Any,
    ) -> Blob:
        """Make a blob from the fields of its JSON."""
        for field, text in (("identifier", identifier), ("name", name)):
            if not isinstance(text, str | None):
                raise TypeError(f"`{field}` must be text, not {text!r}")
        made = cls(name or "")
        made.identifier = identifier or made.identifier
        made.extra = extra
        for key, fields in (data or {}).items():
            try:
                made[key] = datum_from(fields)
            except (TypeError, ValueError) as error:
                raise type(error)(f"data.{key}: {error}") from error
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Blob):
            return NotImplemented
        mine, theirs = (
            (blob.identifier, blob.name, blob._datums, blob.extra)  # noqa: SLF001  # it is of this class
            for blob in (self, other)
        )
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __str__(self) -> str:
        return f"<Blob {self.name}: {', '.join(self._datums) or 'empty'}>"

    def __repr__(self) -> str:
        data = "".join(f", {key}={datum!r}" for key, datum in self._datums.items())
        return f"Blob({self.name!r}{data})"


class BlobSet(Mapping[str, Blob]):
    """Blobs by identifier; they can be asked for by name, too.

    Parameters
    ----------
    blobs
        The first ones.
    """

    def __init__(self, blobs: Any = None) -> None:
        self._blobs: dict[str, Blob] = {}
        for blob in blobs or ():
            self.insert(blob)

    def insert(self, blob: Blob) -> None:
        """Add a blob, or replace the one with its identifier."""
        if not isinstance(blob, Blob):
            raise TypeError(f"a gnomon.Blob is needed, not {type(blob).__name__}")
        self._blobs[blob.identifier] = blob

    def __getitem__(self, key: str) -> Blob:
        found = self._blobs.get(key)
        if found is None:
            found = next((blob for blob in self._blobs.values() if blob.name == key), None)
        if found is None:
            raise KeyError(key)
        return found

    def has(self, identifier: str) -> bool:
        """Tell whether there is a blob with an identifier."""
        return identifier in self._blobs

    def __delitem__(self, key: str) -> None:
        del self._blobs[self[key].identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._blobs)

    def __len__(self) -> int:
        return len(self._blobs)

    @property
    def json(self) -> list[dict[str, Any]]:
        """The blobs, in order of insertion."""
        return [blob.json for blob in self._blobs.values()]

    @classmethod
    def deserialize(cls, blobs: Any = None) -> BlobSet:
        """Make blobs from their JSON."""
        return cls(Blob.deserialize(**fields) for fields in blobs or ())

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        count = len(self)
        return f"<BlobSet: {count} Blob{'s' * (count != 1)}>"
