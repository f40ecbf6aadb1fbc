"""What a row of the rule catalogue holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gnomon.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of ``gnomon check``.

    Attributes
    ----------
    name
        In kebab-case, as in output and configuration.
    group
        What it looks at.
    severity
        Unless the configuration says otherwise.
    summary
        What it finds, in one line.
    why
        Why that matters.
    mend
        What to do about it.
    bad, good
        A file in which it fires, and the same file mended; where no text can show it, a description.
    path
        Of that file.
    on
        Whether it runs unless it is selected.
    """

    name: str
    group: str
    severity: Severity
    summary: str
    why: str
    mend: str
    bad: str
    good: str
    path: str = "specs/p/a.yaml"
    on: bool = True
