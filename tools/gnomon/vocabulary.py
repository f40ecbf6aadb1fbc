"""The vocabulary: which metadata terms and values the queries of a repository may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gnomon.nodes import Mapping, Sequence
from gnomon.queries import is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.nodes import Scalar

PATH = "specs/vocabulary.yaml"


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

    def fault_of(self, value: Any) -> str | None:
        """Say why a value is none of this term's, or None when it is one."""
        if self.type is not None and not _TYPES[self.type](value):
            return f"values of `{self.name}` are of the type {self.type}"
        if self.values is not None and not any(known == value for known in self.values):
            return f"`{self.name}` has the values {', '.join(f'`{known}`' for known in self.values[:12])}"
        return None


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
