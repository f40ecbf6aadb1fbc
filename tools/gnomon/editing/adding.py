"""Add a definition to the files of a repository: at the end of one, as it is laid out, and only where it is sound."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gnomon.diagnostics import Severity
from gnomon.editing import pieces, places
from gnomon.editing.conventions import Conventions, conventions_of, ends_spaced, header_of
from gnomon.errors import RepositoryError, UsageError
from gnomon.loader import load
from gnomon.nodes import Mapping
from gnomon.parser import parse
from gnomon.reading import read_text
from gnomon.rules import check, new_since
from gnomon.sources import Overlay, SourceFile
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from gnomon.registry import Registry
    from gnomon.rules import Result
    from gnomon.sources import WorkingTree

_BREAKING = frozenset({"yaml-syntax", "too-deep", "too-large", "alias-bomb"})
_OPEN = re.compile(r"(?:\A|[\r\n])---[ \t]*[\r\n]*\Z")  # the head of a document that is not there yet


@dataclass(frozen=True)
class Proposal:
    """A file as it would be with a definition more.

    Attributes
    ----------
    path
        Relative to the metrics repository.
    before, content
        What the file holds (None where it is not there), and what it would.
    line
        Where the definition begins.
    piece
        Its lines, as they are in the file.
    result
        What a check finds that it does not find without the definition.
    """

    path: str
    before: bytes | None
    content: bytes
    line: int
    piece: tuple[str, ...]
    result: Result

    @property
    def is_sound(self) -> bool:
        """Whether the definition brings no error."""
        return not self.result.fails(Severity.ERROR)

    @property
    def errors(self) -> Result:
        """What is found that keeps it from being written."""
        found = tuple(finding for finding in self.result.findings if finding.severity >= Severity.ERROR)
        return replace(self.result, findings=found)


def propose(
    source: WorkingTree,
    now: Registry,
    rules: Collection[str],
    path: str,
    fields: dict[str, Any],
    metric: str | None = None,
) -> Proposal:
    """Propose a definition at the end of a file, which need not be there yet.

    Parameters
    ----------
    now
        What `source` holds.
    rules
        Names of all rules.
    path
        Of the file, relative to the metrics repository.
    fields
        As `pieces` gives them.
    metric
        The name of a metric; None for a specification, whose fields have it.

    Raises
    ------
    RepositoryError
        It cannot be added to this file.
    """
    shown = source.prefix + path
    blocked = places.obstacle(source.root, path)
    if blocked is not None:
        raise RepositoryError(f"cannot write {shown}: {blocked}")
    before = source.read(path)
    text = _sound_text(source, path, before)
    _require_readable(fields)
    if metric is not None:
        others = dict.fromkeys(document.key.document.text for document in now.metrics.values())
        end = _with_metric(text, metric, fields, header_of(shown, others))
    else:
        others = dict.fromkeys(document.root.document.text for document in now.documents)
        end = _with_document(text, fields, header_of(shown, others))
    content = (before or b"") + "".join(end).encode()
    after = load(Overlay(source, {path: content}), rules=rules)
    line = Text(shown, text.content + end[0]).line_count
    piece = tuple(re.split(r"\r\n|\r|\n", end[1].rstrip("\r\n")))
    return Proposal(path, before, content, line, piece, new_since(check(after), check(now)))


def write(source: WorkingTree, proposal: Proposal) -> None:
    """Write what was proposed.

    Raises
    ------
    RepositoryError
        The file cannot be written, or is not as it was when this was proposed.
    """
    if source.read(proposal.path) != proposal.before:
        raise RepositoryError(f"{source.prefix}{proposal.path} was changed in the meantime; try again")
    places.put(source.root, proposal.path, proposal.content)


def _sound_text(source: WorkingTree, path: str, content: bytes | None) -> Text:
    """Read a file that can be added to."""
    found = read_text(source, SourceFile(path, len(content or b"")))
    faults = [found.fault] if found.fault is not None else []
    if found.text is not None and not faults:
        faults = [fault for fault in parse(found.text).diagnostics if fault.rule in _BREAKING]
        if not faults:
            return found.text
    told = f"{faults[0].place}: {faults[0].message}" if faults else source.prefix + path
    raise RepositoryError(f"nothing can be added to a file that is broken: {told}")


def _require_readable(fields: dict[str, Any]) -> None:
    """Refuse what YAML cannot hold, such as text that is no Unicode, or a number that is none."""
    for name, value in fields.items():
        if _read("\n".join(pieces.lines({name: value}, step=1))) != [{name: value}]:
            raise UsageError(f"what is given for `{name}` cannot be written in YAML such that it is read as it was")


def _with_metric(text: Text, name: str, fields: dict[str, Any], header: str | None) -> tuple[str, str]:
    """Give what to put behind a text so that its mapping has one metric more: what comes before it, and the metric."""
    roots = parse(text).roots
    last = roots[-1] if roots else None
    if last is not None and not isinstance(last, Mapping):
        raise RepositoryError(f"{last.place}: nothing can be added to {last.kind}, where metrics should be")
    if last is not None and text.content.startswith("{", last.start):
        raise RepositoryError(f"{last.place}: nothing can be added to metrics in brackets; write them in lines first")
    style = conventions_of(text, roots)
    gap = [""] if style.spaced is not False and not ends_spaced(text) else []
    lead = [header, ""] if header is not None and not text.content else gap
    wanted = [*(root.data for root in roots[:-1]), {**(last.data if last is not None else {}), name: fields}]
    piece = [f"{' ' * style.margin}{pieces.inline(name)}:"]
    piece += pieces.lines(fields, step=style.step, indent=style.margin + style.step)
    return _fitting(text, style, piece, [lead, []], wanted)


def _with_document(text: Text, fields: dict[str, Any], header: str | None) -> tuple[str, str]:
    """Give what to put behind a text so that it has one document more: what comes before it, and the document."""
    roots = parse(text).roots
    style = conventions_of(text, roots)
    gap = [""] if style.spaced and not ends_spaced(text) else []
    lead = [*gap, "---"] if not _OPEN.search(text.content) else []
    if not text.content:
        lead = [header, "---"] if header is not None else []
    piece = list(pieces.lines(fields, step=style.step))
    return _fitting(text, style, piece, [lead, ["---"]], [*(root.data for root in roots), fields])


def _fitting(
    text: Text, style: Conventions, piece: list[str], leads: list[list[str]], wanted: list[Any]
) -> tuple[str, str]:
    """Give the first way of adding that leaves alone what is there: an empty line can belong to the text above it."""
    for lead in leads:
        before = "" if style.ends else style.newline
        before += "".join(line + style.newline for line in lead)
        end = before, style.newline.join(piece) + (style.newline if style.ends else "")
        if _read(text.content + "".join(end)) == wanted:
            return end
    raise RepositoryError(
        f"nothing can be added at the end of {text.path}: what stands there would be read otherwise; "
        "end it with a line break and without `...`"
    )


def _read(content: str) -> list[Any] | None:
    """Give the documents of a text, or None where it is broken."""
    parsed = parse(Text("", content))
    return [root.data for root in parsed.roots] if parsed.complete and not parsed.broken else None
