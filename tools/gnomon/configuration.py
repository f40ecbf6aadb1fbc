"""The configuration of a metrics repository: ``gnomon.toml``, or ``[tool.gnomon]`` in pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gnomon import limits
from gnomon.diagnostics import Diagnostic, Severity
from gnomon.names import closest, did_you_mean
from gnomon.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gnomon.sources import Source

_OURS, _SHARED = "gnomon.toml", "pyproject.toml"
_LEVELS = ("minimum", "design", "stretch")
_SEVERITIES = {severity.label: severity for severity in Severity}
_DOCUMENT_PARTS = ("title", "url")
_IMPACTS = ("breaking", "tightening", "weakening", "compatible", "editorial")
_KEYS = ("documents", "ladders", "rules", "impacts", "select", "ignore", "fail-on", "docs")
_SITE = ("title", "repository", "base-url")


@dataclass(frozen=True)
class Configuration:
    """What a repository decides about its own check.

    Attributes
    ----------
    path
        The file it comes from, or None where there is none.
    documents
        Handles of known documents with their title and URL; empty, any handle is fine.
    ladders
        Tags that are levels, loosest first.
    severities
        Severity of a rule, or None for a rule that is off.
    impacts
        Impacts of a rule of ``gnomon diff``, instead of its own.
    select, ignore
        Rules to run and to leave out; an empty `select` means all.
    fail_on
        What ``gnomon check`` fails on when the command line does not say.
    site
        Of the generated documentation: `title`, `repository` and `base-url`, where they are set.
    diagnostics
        Faults of the configuration itself.
    """

    path: str | None = None
    documents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ladders: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({"level": _LEVELS}))
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    impacts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    site: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    """Reads the tables, and finds the place of a key again, which TOML parsers do not keep.

    Parameters
    ----------
    prefix
        Of tables in this file: ``tool.gnomon.`` in pyproject.toml.
    """

    def __init__(self, text: Text, prefix: str) -> None:
        self.text = text
        self.prefix = prefix
        self.faults: list[Diagnostic] = []

    def fault(self, message: str, key: str, hint: str, *, within: str | None = None) -> None:
        place = self.text.place(*(self._find(key, within) if self.is_patient else (0, 0)))
        self.faults.append(Diagnostic("invalid-configuration", message, place, hint))

    def unknown(self, key: str, known: Collection[str], owner: str = "", otherwise: str = "") -> None:
        """Record a setting that does not exist."""
        meant = closest(key, known) if self.is_patient else None
        listed = otherwise or f"known here: {', '.join(f'`{name}`' for name in known)}"
        self.fault(f"unknown setting `{key}`{owner}", key, did_you_mean(meant, listed))

    @property
    def is_patient(self) -> bool:
        """Whether there are still so few faults that it is worthwhile to search the file for each."""
        return len(self.faults) < limits.MAX_SETTINGS_PLACED

    def _find(self, key: str, within: str | None) -> tuple[int, int]:
        """Find a key, or with `within` one of the texts in the list of another key."""
        content, word = self.text.content, re.escape(key)
        start = 0
        if within is not None:
            start, word = self._find(within, None)[1], rf"[\"']{word}[\"']"
        elif self.prefix:
            section = re.search(
                r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*gnomon|^[ \t]*gnomon[ \t]*[.=]", content, re.MULTILINE
            )
            start = section.start() if section else 0
        pattern = word if within is not None else rf"""(?:^|[.\[{{,\s])["']?({word})["']?[ \t]*[.=\]]"""
        match = re.compile(pattern, re.MULTILINE).search(content, start)
        if match is None:
            return 0, 0
        return match.span(1) if within is None else (match.start() + 1, match.end() - 1)

    def table(self, parent: Mapping[str, Any], key: str, path: str = "") -> dict[str, Any]:
        value = parent.get(key, {})
        if isinstance(value, dict):
            return value
        self.fault(f"`{key}` must be a table", key, f"write `[{self.prefix}{path}{key}]`")
        return {}

    def words(self, parent: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = parent.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fault(f"`{key}` must be a list of texts", key, f'write `{key} = ["..."]`')
        return ()

    def documents(self, parent: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
        result: dict[str, Mapping[str, str]] = {}
        listed = self.table(parent, "documents")
        for handle in listed:
            parts = self.table(listed, handle, "documents.")
            for part, value in parts.items():
                if part not in _DOCUMENT_PARTS:
                    otherwise = "a document has a `title` and a `url`"
                    self.unknown(part, _DOCUMENT_PARTS, f" of the document `{handle}`", otherwise)
                elif not isinstance(value, str):
                    self.fault(f"`{part}` of the document `{handle}` must be text", part, "put it in quotes")
            sound = {part: value for part, value in parts.items() if part in _DOCUMENT_PARTS and isinstance(value, str)}
            result[handle] = MappingProxyType(sound)
        return result


def read_configuration(source: Source, rules: Collection[str] = ()) -> Configuration:
    """Read the configuration of a source; mistakes in it are diagnostics, and what is sound counts.

    Parameters
    ----------
    rules
        Names of all rules, to tell misspelt ones; empty, they are not judged.
    """
    for name in (_OURS, _SHARED):
        path = source.prefix + name
        irregular = source.irregular(name)
        if irregular is not None:
            fault = _unread(Text(path, ""), f"this is not read: {irregular}", "put the file itself here")
            # A pyproject.toml may say nothing to gnomon.
            return Configuration(path=path, diagnostics=(replace(fault, mild=name == _SHARED),))
        content = source.read(name, limits.MAX_SETTINGS_BYTES + 1)
        if content is None or (name == _SHARED and b"gnomon" not in content):
            continue
        text = Text(path, content.decode("utf-8", "replace").removeprefix("\ufeff"))
        loaded = _load(content, text)
        if isinstance(loaded, Diagnostic):
            return Configuration(path=path, diagnostics=(loaded,))
        if name == _OURS:
            return _read(loaded, _Reader(text, ""), rules)
        tool = loaded.get("tool")
        if isinstance(tool, dict) and "gnomon" in tool:
            return _read(tool["gnomon"], _Reader(text, "tool.gnomon."), rules)
    return Configuration()


def _load(content: bytes, text: Text) -> dict[str, Any] | Diagnostic:
    """Read TOML, or say why it is none."""
    dots = max((line.count(".") for line in text.content.splitlines()), default=0)
    if len(content) > limits.MAX_SETTINGS_BYTES or dots > limits.MAX_DOTS:
        what = f"more than {limits.MAX_SETTINGS_BYTES // 1024**2} MiB, or a line of more than {limits.MAX_DOTS} dots"
        return _unread(text, f"this file has {what}, and is not read", "shorten it")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = len(content[: error.start].decode("utf-8").removeprefix("\ufeff"))
        return _unread(text, "this file is not UTF-8, as TOML must be", "save it as UTF-8", offset)
    try:
        return tomllib.loads(text.content)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return _syntax_fault(error, text)


def _unread(text: Text, message: str, hint: str, offset: int | None = None) -> Diagnostic:
    place = text.place(0, 0) if offset is None else text.place(offset, offset + 1)
    return Diagnostic("invalid-configuration", message, place, hint)


def _syntax_fault(error: Exception, text: Text) -> Diagnostic:
    match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(match[1]), int(match[2])) if match else (text.line_count, 1)
    starts = [0, *(found.end() for found in re.finditer(r"\n", text.content))]
    offset = starts[min(line, len(starts)) - 1] + column - 1
    message = re.sub(r"\s*\(at .*\)", "", str(error))
    return _unread(text, f"this is no TOML: {message}", "mend the syntax", offset)


def _read(table: Any, reader: _Reader, rules: Collection[str]) -> Configuration:
    if not isinstance(table, dict):
        reader.fault("`tool.gnomon` must be a table", "gnomon", "make it a table: `[tool.gnomon]`")
        table = {}
    for key in table:
        if key not in _KEYS:
            reader.unknown(key, _KEYS)
    documents = reader.documents(table)
    listed = reader.table(table, "ladders")
    ladders = {name: words for name in listed if (words := reader.words(listed, name)) or listed[name] == []}
    fail_on = table.get("fail-on")
    if fail_on is not None and fail_on not in [*_SEVERITIES, "none"]:
        reader.fault(f"`fail-on` cannot be {_shown(fail_on)}", "fail-on", "use `error`, `warning`, `note` or `none`")
        fail_on = None
    severities = _severities(reader, table, rules)
    select, ignore = reader.words(table, "select"), reader.words(table, "ignore")
    for setting, names in (("select", select), ("ignore", ignore)):
        for name in names:
            _judge_rule(reader, name, rules, within=setting)
    return Configuration(
        path=reader.text.path,
        documents=MappingProxyType(documents),
        ladders=MappingProxyType({"level": _LEVELS, **ladders}),
        severities=MappingProxyType(severities),
        impacts=MappingProxyType(_impacts(reader, table, rules)),
        site=MappingProxyType(_site(reader, table)),
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        diagnostics=tuple(dict.fromkeys(reader.faults)),
    )


def _site(reader: _Reader, table: Mapping[str, Any]) -> dict[str, str]:
    result = {}
    for key, value in reader.table(table, "docs").items():
        if key not in _SITE:
            reader.unknown(key, _SITE, " of `docs`")
        elif not isinstance(value, str):
            reader.fault(f"`{key}` of `docs` must be text", key, "put it in quotes")
        elif key != "title" and not re.match(r"https?://[^\s/]", value):
            reader.fault(f"`{key}` of `docs` must be a web address", key, "write it with `https://`")
        else:
            result[key] = value
    return result


def _severities(reader: _Reader, table: Mapping[str, Any], rules: Collection[str]) -> dict[str, Severity | None]:
    result: dict[str, Severity | None] = {}
    for name, value in reader.table(table, "rules").items():
        _judge_rule(reader, name, rules)
        if value == "off":
            result[name] = None
        elif isinstance(value, str) and value in _SEVERITIES:
            result[name] = _SEVERITIES[value]
        else:
            reader.fault(
                f"the severity of `{name}` cannot be {_shown(value)}", name, "use `error`, `warning`, `note` or `off`"
            )
    return result


def _impacts(reader: _Reader, table: Mapping[str, Any], rules: Collection[str]) -> dict[str, tuple[str, ...]]:
    result: dict[str, tuple[str, ...]] = {}
    listed = reader.table(table, "impacts")
    for name, value in listed.items():
        _judge_rule(reader, name, rules)
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and words and all(isinstance(word, str) and word in _IMPACTS for word in words):
            result[name] = tuple(words)
        else:
            hint = f"use some of {', '.join(f'`{word}`' for word in _IMPACTS)}"
            reader.fault(f"the impacts of `{name}` cannot be {_shown(value)}", name, hint)
    return result


def _judge_rule(reader: _Reader, name: str, rules: Collection[str], *, within: str | None = None) -> None:
    if rules and name not in rules:
        meant = closest(name, rules) if reader.is_patient else None
        hint = did_you_mean(meant, "`gnomon rule` lists them")
        reader.fault(f"there is no rule `{name}`", name, hint, within=within)


def _shown(value: Any) -> str:
    """Write a value as TOML does, as far as a message needs it."""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value}`"
