"""Suppression in place: ``# gnomon: ignore[rule] reason`` at the end of a line or above a document or metric.

A comment at the end of a line speaks for findings on that line. One on a line of its own speaks for the document (or,
in a file of metrics, the metric) that begins below it, and elsewhere for the next line that has content. One without a
reason suppresses nothing: a pull request could otherwise get an error past the gate for the price of a warning.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.diagnostics import Diagnostic
from gnomon.names import closest, did_you_mean
from gnomon.nodes import Mapping, Scalar, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from gnomon.diagnostics import Place
    from gnomon.nodes import Node
    from gnomon.registry import Registry
    from gnomon.text import Text

_COMMENT = re.compile(r"(?:(?<=\s)|^)#[ \t]*gnomon[ \t]*:[ \t]*(?P<words>[^\r\n]*)", re.MULTILINE | re.IGNORECASE)
_IGNORE = re.compile(r"ignore[ \t]*\[(?P<rules>[^\]]*)\][ \t]*(?P<reason>.*)", re.IGNORECASE)
_OWN = frozenset({"invalid-suppression", "unused-suppression"})


@dataclass
class Scope:
    """Lines that suppressions speak for: one line, or a whole document or metric.

    Attributes
    ----------
    first, last
        Counted from 1, both included.
    rules
        That some comment names for these lines.
    used
        Those of which something was suppressed.
    """

    first: int
    last: int
    rules: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Suppression:
    """A comment that suppresses: its place, the rules that it names and the lines that it speaks for."""

    place: Place
    rules: tuple[str, ...]
    scope: Scope


class _File:
    """The suppressions of one file, found by line whatever their number."""

    def __init__(self, text: Text, roots: list[Node]) -> None:
        self.text = text
        self.suppressions: list[Suppression] = []
        self._lines: dict[int, Scope] = {}
        spans = sorted((text.position(start)[0], text.position(end)[0]) for start, end in _wholes(roots))
        self._wholes = [Scope(first, last) for first, last in spans]

    def add(self, place: Place, rules: tuple[str, ...]) -> None:
        """Add a comment."""
        scope = self._scope(place)
        scope.rules.update(rules)
        self.suppressions.append(Suppression(place, rules, scope))

    def _scope(self, place: Place) -> Scope:
        line = place.line
        if self.text.line(line)[: place.column - 1].strip():
            return self._lines.setdefault(line, Scope(line, line))
        following = line + 1
        while following <= self.text.line_count and _says_nothing(self.text.line(following)):
            following += 1
        index = bisect.bisect_left(self._wholes, following, key=lambda scope: scope.first)
        if index < len(self._wholes):
            is_marker = following <= self.text.line_count and self.text.line(following).startswith("---")
            if self._wholes[index].first == following or is_marker:
                return self._wholes[index]
        return self._lines.setdefault(following, Scope(following, following))

    def suppresses(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding is suppressed, and note it."""
        line = diagnostic.place.line
        index = bisect.bisect_right(self._wholes, line, key=lambda scope: scope.first) - 1
        whole = self._wholes[index] if index >= 0 and line <= self._wholes[index].last else None
        hit = [
            scope for scope in (self._lines.get(line), whole) if scope is not None and diagnostic.rule in scope.rules
        ]
        for scope in hit:
            scope.used.add(diagnostic.rule)
        return bool(hit)


def apply(
    found: Iterable[Diagnostic], registry: Registry, rules: Collection[str], running: Collection[str]
) -> list[Diagnostic]:
    """Leave out what is suppressed, and report suppressions that are at fault.

    Parameters
    ----------
    rules
        Names of all rules.
    running
        Those that run; a suppression of another one cannot be judged.
    """
    faults: list[Diagnostic] = []
    files: dict[str, _File] = {}
    for path, text in registry.texts.items():
        if "gnomon" in text.content:
            roots = registry.roots.get(path, [])
            files[path] = _File(text, roots)
            for place, names in _read(text, roots, rules, faults):
                files[path].add(place, names)
    kept = [
        diagnostic
        for diagnostic in found
        if diagnostic.place.path not in files or not files[diagnostic.place.path].suppresses(diagnostic)
    ]
    for file in files.values():
        for suppression in file.suppressions:
            unused = [name for name in suppression.rules if name not in suppression.scope.used and name in running]
            if unused:
                listed = ", ".join(f"`{name}`" for name in unused)
                message = f"this suppresses no finding of {listed}"
                hint = "remove it, or move it to where the finding is"
                faults.append(Diagnostic("unused-suppression", message, suppression.place, hint))
    return kept + faults


def _read(
    text: Text, roots: list[Node], rules: Collection[str], faults: list[Diagnostic]
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    scalars = _Scalars(text, roots)
    for match in _COMMENT.finditer(text.content):
        if scalars.hold(match.start()):
            continue  # it is text of a definition, not a comment
        place = text.place(match.start(), match.end())
        read = _IGNORE.fullmatch(match["words"].strip())
        if read is None:
            hint = "write `# gnomon: ignore[rule] reason`"
            faults.append(
                Diagnostic("invalid-suppression", f"`{match['words'].strip()}` says nothing to gnomon", place, hint)
            )
            continue
        names = tuple(dict.fromkeys(name.strip() for name in read["rules"].split(",") if name.strip()))
        known = tuple(name for name in names if name in rules and name not in _OWN)
        reason = read["reason"].strip()
        faults.extend(_faults(names, reason, place, rules))
        if known and reason:
            yield place, known


def _faults(names: tuple[str, ...], reason: str, place: Place, rules: Collection[str]) -> Iterator[Diagnostic]:
    if not names:
        yield Diagnostic("invalid-suppression", "no rule is named", place, "write `# gnomon: ignore[rule] reason`")
    elif not reason:
        message, hint = (
            "this suppression has no reason, and suppresses nothing",
            "say after the bracket why it is right",
        )
        yield Diagnostic("invalid-suppression", message, place, hint)
    for name in names:
        if name in _OWN:
            hint = "mend the suppression instead"
            yield Diagnostic("invalid-suppression", f"`{name}` cannot be suppressed", place, hint)
        elif name not in rules:
            meant = closest(name, rules)
            hint = did_you_mean(meant, "`gnomon rule` lists the rules")
            yield Diagnostic("invalid-suppression", f"there is no rule `{name}`", place, hint)


class _Scalars:
    """Tells whether an offset lies inside a value, where `#` begins no comment."""

    def __init__(self, text: Text, roots: list[Node]) -> None:
        content = text.content
        # A plain value ends before a comment; quoted ones and blocks can hold a `#`.
        spans = {
            (node.start, node.end)
            for root in roots
            for node in walk(root)
            if isinstance(node, Scalar) and content[node.start : node.start + 1] in {"'", '"', "|", ">", "!", "&"}
        }
        self._spans = sorted(spans)
        self._content = content

    def hold(self, offset: int) -> bool:
        index = bisect.bisect_right(self._spans, (offset, len(self._content))) - 1
        if index < 0:
            return False
        start, end = self._spans[index]
        if not start < offset < end:
            return False
        # The head of a block (`>  # comment`) can have a comment of its own.
        head_end = re.compile(r"[\r\n]|\Z").search(self._content, start)
        is_block = self._content[start] in {"|", ">"}
        return not (is_block and head_end is not None and offset < head_end.start())


def _says_nothing(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def _wholes(roots: list[Node]) -> Iterator[tuple[int, int]]:
    """Yield the spans that a comment above speaks for: documents, and the metrics of a file of metrics."""
    for root in roots:
        if not isinstance(root, Mapping):
            continue
        is_metrics = root.document.text.path.rpartition("/")[0].endswith("metrics")
        if is_metrics:
            for entry in root.entries.values():
                yield entry.key.start, max(entry.value.end, entry.key.end)
        else:
            yield root.start, root.end
