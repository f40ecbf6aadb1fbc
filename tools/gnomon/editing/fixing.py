"""Make the mends that findings know of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gnomon.exporting import export
from gnomon.loader import load
from gnomon.parser import parse
from gnomon.sources import Overlay
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from gnomon.diagnostics import Diagnostic
    from gnomon.registry import Registry
    from gnomon.rules import Result
    from gnomon.sources import Source

_ROUNDS = 10  # a mend may uncover another fault, which may have a mend of its own
_ATTEMPTS = 64  # to find out which mends of a file keep it from being read
_ANCHOR = re.compile(r"(?:!\S*\s+)?&([\w-]+)\s")
_ALIAS = re.compile(r"\*([\w-]+)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass
class Fixed:
    """What became of a source.

    Attributes
    ----------
    result
        What the check finds afterwards.
    contents
        Of the files that are changed, by their path in the metrics repository.
    counts
        How many findings of each rule were mended.
    """

    result: Result
    contents: dict[str, bytes] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def fix(
    source: Source,
    found: Result,
    check: Callable[[Registry], Result],
    *,
    rules: Collection[str],
    with_unsafe: bool = False,
) -> Fixed:
    """Make all mends that findings know of; nothing is written.

    Parameters
    ----------
    found
        What is to be mended.
    check
        Finds what is to be mended then.
    rules
        Names of all rules, to judge those that the configuration names.
    with_unsafe
        Whether to make good guesses as well, and not only what keeps the meaning of every definition.
    """
    fixed = Fixed(found)
    known: set[tuple[str, str, str]] = set()  # a mend that does not help is made once
    for _ in range(_ROUNDS):
        registry = fixed.result.registry
        wanted: dict[str, list[Diagnostic]] = {}
        for finding in fixed.result.findings:
            if finding.diagnostic.is_fixable(with_unsafe=with_unsafe) and _told(finding.diagnostic) not in known:
                wanted.setdefault(finding.diagnostic.place.path, []).append(finding.diagnostic)
        made: list[Diagnostic] = []
        contents = dict(fixed.contents)
        for path, diagnostics in wanted.items():
            text, done = _mended(registry.texts[path], diagnostics)
            if done:
                name = path.removeprefix(source.prefix)
                mark = _BYTE_ORDER_MARK if (source.read(name) or b"").startswith(_BYTE_ORDER_MARK) else b""
                contents[name] = mark + text.encode()
                made.extend(done)
        if not made:
            break
        known.update(map(_told, made))
        after = load(Overlay(source, contents), rules=rules)
        if not with_unsafe and _meaning(after) != _meaning(registry):
            raise AssertionError("a safe fix changed the meaning of a definition; nothing was written")
        fixed = Fixed(check(after), contents, fixed.counts + Counter(diagnostic.rule for diagnostic in made))
    return fixed


def _told(diagnostic: Diagnostic) -> tuple[str, str, str]:
    return (diagnostic.place.path, diagnostic.rule, diagnostic.message)


def _meaning(registry: Registry) -> tuple[object, ...]:
    found = export(registry)
    return found.metrics, found.specs, registry.unresolved.keys()


def _mended(text: Text, diagnostics: Iterable[Diagnostic]) -> tuple[str, list[Diagnostic]]:
    """Make the mends of a file that do not touch each other; give the text, and what was mended.

    A mend after which the file could not be read is left out: a unit such as ``%`` is no plain text in YAML.
    """
    readable: list[Diagnostic] = []
    waiting, attempts = [list(diagnostics)], 0
    while waiting and attempts < _ATTEMPTS:
        part, attempts = waiting.pop(), attempts + 1
        if parse(Text(text.path, _spliced(text, part)[0])).complete:
            readable += part
        elif len(part) > 1:
            waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
    return _spliced(text, readable)


def _spliced(text: Text, diagnostics: Iterable[Diagnostic]) -> tuple[str, list[Diagnostic]]:
    """Make mends from the end of the file to its beginning; of two that overlap the later one waits."""
    edits = []
    for diagnostic in diagnostics:
        for edit in diagnostic.fix.edits if diagnostic.fix is not None else ():
            place = edit.place
            start, end = text.offset(place.line, place.column), text.offset(place.end_line, place.end_column)
            edits.append((start, end, edit.text, diagnostic))
    pieces: list[str] = []
    done: list[Diagnostic] = []
    content, free = text.content, len(text.content)
    aliases = frozenset(_ALIAS.findall(content))
    for start, end, new, diagnostic in sorted(edits, key=lambda item: item[:3], reverse=True):
        fitting = _fitting(content[start:end], content[end : end + 2], new, aliases)
        if end <= free and fitting is not None:
            pieces += [content[end:free], fitting]
            done.append(diagnostic)
            free = start
    return "".join([content[:free], *reversed(pieces)]), done


def _fitting(old: str, behind: str, new: str, aliases: Collection[str]) -> str | None:
    """Give a text that can stand in place of another one, or None where aliases stand for that as well.

    Parameters
    ----------
    behind
        The two characters that follow.
    """
    anchor = _ANCHOR.match(old)
    if anchor is not None:
        if anchor[1] in aliases:
            return None
        new = f"&{anchor[1]} {new}"
    if behind.startswith("#"):  # after quotes a comment needs no room
        return f"{new}  "
    # Nor does the value of a key in quotes.
    return f"'{new}'" if behind.startswith(":") and old[-1:] in {'"', "'"} and not behind[1:].isspace() else new
