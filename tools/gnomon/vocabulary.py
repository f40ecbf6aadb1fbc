"""The vocabulary: which metadata terms and values the queries of a repository may use."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.diagnostics import Diagnostic, Related
from gnomon.nodes import Mapping, Scalar, Sequence
from gnomon.queries import hashable, is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as MappingType

PATH = "specs/vocabulary.yaml"


class KnownValues:
    """All values that a term can have: to be tried, and looked up among thousands.

    Parameters
    ----------
    values
        Of equal ones the first counts.
    """

    def __init__(self, values: Iterable[Any]) -> None:
        self._values: list[Any] = []
        self._keys = set()
        seen = set()
        for value in values:
            key = hashable(value)
            self._keys.add(key)
            # `true` equals 1, but an ordering does not take it for a number.
            if (key, isinstance(value, bool)) not in seen:
                seen.add((key, isinstance(value, bool)))
                self._values.append(value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __contains__(self, value: object) -> bool:
        return hashable(value) in self._keys


@dataclass(frozen=True)
class Term:
    """A metadata term.

    Attributes
    ----------
    name, key
        What queries call it, and where the vocabulary does.
    description
        What it says about a job.
    type
        ``string``, ``integer``, ``number``, ``boolean`` or ``list``; None where any will do.
    values
        All that there are; None where they are not finite.
    """

    name: str
    key: Scalar
    description: str = ""
    type: str | None = None
    values: tuple[Any, ...] | None = None
    aliases: tuple[str, ...] = ()

    @functools.cached_property
    def known(self) -> KnownValues | None:
        """The values, to be looked up; None where they are not finite."""
        return KnownValues(self.values) if self.values is not None else None

    def fault_of(self, value: Any) -> str | None:
        """Say why a value is none of this term's, or None when it is one."""
        if self.type is not None and not _TYPES[self.type](value):
            note = "; in quotes it is text" if isinstance(value, str) and value.lstrip("-").isdigit() else ""
            return f"values of `{self.name}` are of the type {self.type}{note}"
        if self.values is not None and self.known is not None and value not in self.known:
            known = (value if isinstance(value, str) else json.dumps(value) for value in self.values[:12])
            return f"`{self.name}` has the values {', '.join(f'`{value}`' for value in known)}"
        return None


def known_values(*vocabularies: MappingType[str, Term] | None) -> dict[str, KnownValues]:
    """Map terms to all the values that any of some vocabularies gives them, where it says what there are."""
    result: dict[str, KnownValues] = {}
    for vocabulary in vocabularies:
        for name, term in (vocabulary or {}).items():
            if term.known is not None:
                result[name] = KnownValues([*result[name], *term.known]) if name in result else term.known
    return result


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
}


def read_vocabulary(root: Mapping) -> dict[str, Term]:
    """Read the terms; an alias leads to the term that it stands for. What has no sound form is passed over."""
    terms: dict[str, Term] = {}
    for entry in root.entries.values():
        body = entry.value if isinstance(entry.value, Mapping) else None
        data = body.data if body is not None else {}
        values = body.get("values") if body is not None else None
        kind = data.get("type")
        aliases = data.get("aliases")
        term = Term(
            entry.key.text,
            entry.key,
            str(data.get("description") or ""),
            kind if isinstance(kind, str) and kind in _TYPES else None,
            tuple(values.data) if isinstance(values, Sequence) else None,
            tuple(str(alias) for alias in aliases) if isinstance(aliases, list) else (),
        )
        terms[term.name] = term
    for term in list(terms.values()):
        for alias in term.aliases:
            terms.setdefault(alias, term)
    return terms


def vocabulary_faults(root: Mapping) -> Iterator[Diagnostic]:
    """Yield values that are not of their term's type, and aliases that mean two things."""
    owners = {entry.key.text: entry.key for entry in root.entries.values()}
    for entry in root.entries.values():
        body = entry.value
        if not isinstance(body, Mapping):
            continue
        name, kind = entry.key.text, body.scalar("type")
        values, aliases = body.get("values"), body.get("aliases")
        if kind is not None and kind.text in _TYPES and isinstance(values, Sequence):
            for item in values.items:
                if not _TYPES[kind.text](item.data):
                    message = f"this value of `{name}` is {item.kind}, and the type of its values {kind.text}"
                    yield Diagnostic("invalid-vocabulary", message, item.place, "mend the value or the type")
        for item in aliases.items if isinstance(aliases, Sequence) else ():
            if not isinstance(item, Scalar):
                continue
            other = owners.setdefault(item.text, item)
            if other is not item:
                message = f"the alias `{item.text}` of `{name}` is the name of a term already"
                related = (Related("it stands here", other.place),)
                yield Diagnostic("invalid-vocabulary", message, item.place, "remove it", related=related)
