"""Texts of others in Markdown, as GitHub reads it: what every format that writes it shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60_000  # GitHub refuses comments of more than 65,536 characters
_LONGEST_TEXT = 1_000  # of one name, message or value
# What GitHub makes links, mentions and images of, even where Markdown has it escaped: a space without width breaks it.
_LINKING = re.compile(r"@|#(?=\w)|GH-(?=\d)|:(?=//)|:(?=[a-z+-][\w+-]*:)|www(?=\.)", re.IGNORECASE)
# What begins a heading, list, quotation or rule does so at the beginning of a line only, and `<` a tag before a word
# only: `>= 5.0 mmag` and `RFC-12` are for people who read the file as it is, too.
_MARKUP = re.compile(r"[\\`*_\[\]|~&]|<(?![=\s\d])|^[#+>-]")
_HASH = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])", re.IGNORECASE)
_BREAK = "\u200b"  # no text of others holds it, since `clean` replaces it


def fitting(blocks: Iterable[str]) -> int:
    """Count the blocks that fit into a comment on GitHub, a line end behind each."""
    size, count = 0, 0
    for block in blocks:
        size += len(block) + 1
        if size > _LONGEST:
            break
        count += 1
    return count


def _flat(text: str) -> str:
    flat = " ".join(text.split())
    return clean(flat if len(flat) <= _LONGEST_TEXT else flat[:_LONGEST_TEXT] + "…")


def escape(text: str) -> str:
    """Make a text of others harmless in Markdown: no markup, formulas, links, HTML, mentions, line breaks or end."""
    broken = _HASH.sub(_in_pieces, _LINKING.sub(rf"\g<0>{_BREAK}", _flat(text)))
    escaped = _MARKUP.sub(r"\\\g<0>", broken)
    # Of two dollars GitHub makes a formula, also of escaped ones; a span around each is what its documentation advises.
    return escaped.replace("$", "<span>$</span>").replace(_BREAK, "&#8203;")


def _in_pieces(match: re.Match[str]) -> str:
    """Break what may be the hash of a commit, of which GitHub takes seven digits for a link."""
    return _BREAK.join(re.findall(".{1,6}", match[0]))


def prose(text: str) -> str:
    """Write a message, in which what stands in backticks is code."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(code(part) if index % 2 else _kept(part) for index, part in enumerate(parts))


def _kept(text: str) -> str:
    """Escape a part of a text, whose ends may be spaces."""
    inner = escape(text)
    return f"{' ' * text[:1].isspace()}{inner}{' ' * text[-1:].isspace()}" if inner else " " * bool(text)


def code(text: str) -> str:
    """Write a text as code, whatever it holds."""
    flat = _flat(text)
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}" if flat else "` `"
