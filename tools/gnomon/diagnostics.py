"""What is found in definitions: a fault with its place, and what to do about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Literal

from gnomon import limits


class Severity(enum.IntEnum):
    """How much a finding matters; ordered, so that a threshold can be compared."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The name that people and programs read: ``error``, ``warning`` or ``note``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file.

    Attributes
    ----------
    path
        POSIX path relative to Git's top level, or outside Git to the metrics repository.
    line, column, end_line, end_column
        Counted from 1, columns in Unicode code points; the end is exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def json(self) -> dict[str, Any]:
        """Where it begins, as outputs for programs say it."""
        return {"path": self.path, "line": self.line, "column": self.column}


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that helps to understand a finding."""

    message: str
    place: Place

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", _shortened(self.message))


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of the text at a place."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend that a program can make.

    A *safe* fix keeps the meaning of every definition; an *unsafe* one is a good guess.
    """

    edits: tuple[Edit, ...]
    applicability: Literal["safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: which rule, what is wrong, where, and what to do.

    Attributes
    ----------
    rule
        Name of the rule, a row of `gnomon.rules.catalogue`.
    message
        What is wrong, one line, naming the offending text.
    place
        Where it stands.
    hint
        What to do about it, or None where the message says it all.
    subject
        Name of the definition that it is about, if it is about one.
    mild
        Whether it is worth a note only, whatever its rule says.
    """

    rule: str
    message: str
    place: Place
    hint: str | None = None
    subject: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    mild: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", _shortened(self.message))
        if self.hint is not None:
            object.__setattr__(self, "hint", _shortened(self.hint))

    def is_fixable(self, *, with_unsafe: bool = False) -> bool:
        """Tell whether a program can mend it: safely, or with what is a good guess at least."""
        return self.fix is not None and (with_unsafe or self.fix.applicability == "safe")

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """Order of output: by path and position, then by rule."""
        return (self.place, self.rule, self.message)


def _shortened(text: str) -> str:
    return text if len(text) <= limits.MAX_MESSAGE else f"{text[: limits.MAX_MESSAGE - 3]}..."


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic with the severity that the rule's row and the configuration give it."""

    severity: Severity
    diagnostic: Diagnostic
