"""The parser's complaints in words that an author of definitions understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from gnomon.diagnostics import Diagnostic, Related

if TYPE_CHECKING:
    from gnomon.text import Text

# What libyaml and PyYAML's own parser say -> what is wrong, and what to do. The first match counts.
_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed",
        "a second `: ` in one value",
        "quote the value, or put the nested key on a line of its own, indented further than its parent",
    ),
    (r"violates indentation|found character '\\t'", "a tab where YAML wants spaces", "indent with spaces only"),
    (
        r"quoted scalar.*unexpected end|quoted scalar.*document (?:indicator|separator)",
        "a quote that is never closed",
        "close it on the same line, or double it (`''`) where a quote itself is meant",
    ),
    (
        r"flow (?:sequence|mapping).*(?:expected ',' or|got)",
        "a comma is missing before this place, or the bracket around it is not closed",
        "separate the items with commas, and close it with `]` or `}`",
    ),
    (
        r"did not find expected key|expected <block end>",
        "this line does not fit into the mapping that it stands in",
        "indent it like its neighbours, and look for an open quote or bracket in the lines above",
    ),
    (
        r"did not find expected '-'",
        "this line does not fit into the list that it stands in",
        "begin it with `- `, or indent it like the key that it belongs to",
    ),
    (
        r"could not find expected ':'",
        "a line that is neither `key: value` nor an item of a list",
        "add the `:`, or indent it so that it continues the value above",
    ),
    (
        r"block scalar.*(?:comment or line break|expected chomping)",
        "`>` or `|` begins a block of text here, and the rest of the line does not belong to it",
        "quote the value if it is an operator such as `'>='`",
    ),
    (
        r"undefined alias|undefined anchor",
        "an alias without an anchor",
        "define it with `&name` earlier in the document",
    ),
    (
        r"unknown escape character",
        "an unknown escape in a double-quoted text",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        r"expected node content|expected the node content",
        "a bracket or comma where a value should be",
        "put the value in quotes if it really begins so, or remove what is too much",
    ),
    (r"undefined tag handle", "a tag with an unknown prefix", "remove the `!`, or quote the value"),
    (
        r"alphabetic or numeric character|scanning an (?:anchor|alias)",
        "`&` or `*` without a name",
        "put the value in quotes",
    ),
    (r"directive", "a `%` directive that YAML does not know", "quote the value if it begins with `%`"),
)


def explain(error: yaml.YAMLError, text: Text, shift: int) -> Diagnostic:
    """Turn an error of the parser into a diagnostic.

    Parameters
    ----------
    error
        What was raised while parsing `text` from the offset `shift`.
    """
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return _explain_marked(error, text, shift)
    if isinstance(error, yaml.reader.ReaderError):
        # Its position counts bytes or characters, depending on the parser.
        odd = yaml.reader.Reader.NON_PRINTABLE.search(text.content, shift)
        offset = odd.start() if odd is not None else shift
        what = f"the control character U+{ord(odd.group()):04X}" if odd is not None else "an unprintable character"
        hint = "remove it; inside double quotes it can be written as an escape such as `\\x07`"
        return Diagnostic("yaml-syntax", f"{what} may not stand in YAML", text.place(offset, offset + 1), hint)
    return Diagnostic("yaml-syntax", " ".join(str(error).split()), text.place(shift, shift))


def _explain_marked(error: yaml.MarkedYAMLError, text: Text, shift: int) -> Diagnostic:
    context, problem = error.context or "", error.problem or ""
    assert error.problem_mark is not None  # noqa: S101  # the caller asked
    offset = shift + error.problem_mark.index
    opened = shift + error.context_mark.index if error.context_mark is not None else offset
    said = " ".join(f"{context} {problem}".split())
    end = text.end
    char = text.content[offset : offset + 1]
    explained = _explain_character(said, char)
    message, hint = explained or next(
        ((message, hint) for pattern, message, hint in _EXPLANATIONS if re.search(pattern, said)),
        (said, "look at this line and the one above it"),
    )
    other = "what it belongs to begins here"
    if offset >= end or "never closed" in message or _BEGINS_EARLIER.search(said):
        # What is missing was missed only later: point at what it belongs to.
        offset, opened, other = opened, offset, "this is where it was missed"
        if explained is None and "flow" in said:
            message, hint = "a bracket that is never closed", "close it with `]` or `}`"
    related: tuple[Related, ...] = ()
    if opened != offset and opened < end:
        related = (Related(other, text.place(opened, opened + 1)),)
    return Diagnostic("yaml-syntax", message, text.place(offset, offset + 1), hint, related=related)


_BEGINS_EARLIER = re.compile(r"could not find expected ':'|block scalar.*(?:comment or line break|expected chomping)")


def _explain_character(said: str, char: str) -> tuple[str, str] | None:
    """Explain what depends on the character that stands at the place."""
    if "cannot start any token" in said:
        if char == "\t":
            return "a tab where YAML wants spaces", "indent with spaces only"
        return f"a value cannot begin with `{char}`, which YAML keeps for itself", "put the value in quotes"
    if char in {"}", "]"} and ("expected key" in said or "<block end>" in said or "expected <document start>" in said):
        return f"a `{char}` that closes nothing", "remove it, or open the bracket that it belongs to"
    return None
