"""What sets of metrics, specifications and measurements have in common: values by name, in order of insertion."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self, TypeVar, overload

from gnomon.names import Name, closest, with_guess

T = TypeVar("T")
D = TypeVar("D")


class NamedSet(Mapping[Name, T]):
    """Values that can be asked for by a `gnomon.Name` or its text.

    Parameters
    ----------
    values
        The first ones, or another set of them.
    """

    noun: ClassVar[str]
    """What one of them is called, as in its class's name."""

    level: ClassVar[str] = "metric"
    """What a relative text names: a metric or a spec."""

    def __init__(self, values: Iterable[T] | Mapping[Any, T] | None = None) -> None:
        self._values: dict[Name, T] = {}
        for value in _listed(values):
            self.insert(value)

    @abstractmethod
    def _name_of(self, value: T) -> Name:
        """Give the name of a value, or raise a TypeError for what is none of these."""

    def _key(self, key: object) -> Name | None:
        """Read a key; None for what is no name."""
        if not isinstance(key, str):
            return key if isinstance(key, Name) else None
        try:
            return Name(**{self.level: key})
        except TypeError:
            return None

    def insert(self, value: T) -> None:
        """Add a value, or replace the one of its name."""
        self._values[self._name_of(value)] = value

    def update(self, other: Iterable[T] | Mapping[Any, T]) -> None:
        """Add all of another set, replacing those of the same names."""
        for value in _listed(other):
            self.insert(value)

    def __iadd__(self, other: Iterable[T] | Mapping[Any, T]) -> Self:
        self.update(other)
        return self

    def __getitem__(self, key: Name | str) -> T:
        name = self._key(key)
        if name is None or name not in self._values:
            meant = closest(str(key), map(str, self._values))
            raise KeyError(with_guess(f"there is no {self.noun.lower()} {key}", meant, mark=""))
        return self._values[name]

    @overload
    def get(self, key: object, /) -> T | None: ...
    @overload
    def get(self, key: object, /, default: T | D) -> T | D: ...
    def get(self, key: object, /, default: Any = None) -> Any:
        """Give a value, or the default where there is none; nothing is guessed, which costs more than the search."""
        name = self._key(key)
        return default if name is None else self._values.get(name, default)

    def __setitem__(self, key: Name | str, value: T) -> None:
        if str(key) != str(self._name_of(value)):
            raise KeyError(f"the {self.noun.lower()} {self._name_of(value)} cannot stand under {key}")
        self.insert(value)

    def __delitem__(self, key: Name | str) -> None:
        del self._values[self._name_of(self[key])]

    def __contains__(self, key: object) -> bool:
        return self._key(key) in self._values

    def __iter__(self) -> Iterator[Name]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, type(self)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        count = len(self)
        return f"<{type(self).__name__}: {count} {self.noun}{'s' * (count != 1)}>"


def _listed(values: Iterable[T] | Mapping[Any, T] | None) -> Iterable[T]:
    return values.values() if isinstance(values, Mapping) else values or ()
