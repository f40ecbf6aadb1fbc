"""A metric or a specification as the YAML that a person would write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from gnomon import scalars
from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gnomon.specifications import Test

WIDTH = 100  # of a line, as in the definitions of this repository
_ENDLESS = 10**9  # of a line that is not to be broken
_REFERENCE = ("doc", "page", "section", "url")
_LINE_BREAKS = frozenset("\n\r\x85\u2028\u2029")
# PyYAML reads these as text; YAML 1.1, and so other readers, as booleans.
_OTHERS_BOOLEANS = frozenset({"y", "Y", "n", "N"})
_COMPARISON = re.compile(r"[<>=!]+")
# Lines of words; what begins with a space would be laid out otherwise in a folded text.
_PARAGRAPHS = re.compile(r"[^ \n]+(?: +[^ \n]+)*(?:\n+[^ \n]+(?: +[^ \n]+)*)*")


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML, or a hasty reader, would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's signature
        """Write a value out wherever it stands."""
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if _LINE_BREAKS.intersection(text):
        style = '"'
    elif _COMPARISON.fullmatch(text):
        style = '"'  # as definitions have their operators
    elif scalars.resolve(text) != (text, None) or text in _OTHERS_BOOLEANS or not any(map(str.isalnum, text)):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def metric_fields(
    *,
    description: str,
    unit: str,
    label: str | None = None,
    tags: tuple[str, ...] = (),
    owners: tuple[str, ...] = (),
    reference: Mapping[str, str | int | None] | None = None,
) -> dict[str, Any]:
    """Give the fields of a metric in the order in which people write them; what is not given is left out."""
    given = reference or {}
    fields = {
        "label": label,
        "description": description,
        "unit": unit,
        "tags": list(tags),
        "owner": owners[0] if len(owners) == 1 else list(owners),
        "reference": {name: given[name] for name in _REFERENCE if given.get(name) is not None},
    }
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}


def specification_fields(
    name: str,
    *,
    test: Test | None = None,
    bases: tuple[str, ...] = (),
    query: Mapping[str, Any] | None = None,
    tags: tuple[str, ...] = (),
    abstract: bool = False,
) -> dict[str, Any]:
    """Give the fields of a specification in the order in which people write them; what is not given is left out."""
    fields = {
        "name": name,
        "abstract": abstract or None,
        "base": bases[0] if len(bases) == 1 else list(bases),
        "metadata_query": dict(query or {}),
        **({test.type: test_fields(test)} if test is not None else {}),
        "tags": list(tags),
    }
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}


def test_fields(test: Test) -> dict[str, Any]:
    """Give the fields of a test in the order of its schema, without what goes without saying."""
    given = test.json
    return {
        name: given[name]
        for name, schema in test.schema["properties"].items()
        if given.get(name) is not None and given[name] != schema.get("default")
    }


def lines(fields: Mapping[str, Any], *, step: int, indent: int = 0) -> Iterator[str]:
    """Yield the lines of a mapping: a value on the line of its key where it fits, otherwise below.

    Parameters
    ----------
    step
        Columns by which a nested value is indented.
    indent
        Columns before the keys.
    """
    margin = " " * indent
    for name, value in fields.items():
        head = f"{margin}{inline(name)}:"
        whole = f"{head} {inline(value)}"
        folded = _folded(value, WIDTH - indent - step) if isinstance(value, str) else []
        if folded and (len(whole) > WIDTH or "\n" in value):
            yield f"{head} >-"
            yield from (" " * (indent + step) + line if line else "" for line in folded)
        elif isinstance(value, dict) and value and len(whole) > WIDTH:
            yield head
            yield from lines(value, step=step, indent=indent + step)
        elif isinstance(value, list) and value and len(whole) > WIDTH:
            yield head
            yield from (f"{margin}{' ' * step}- {inline(item)}" for item in value)
        else:
            yield whole


def inline(value: Any) -> str:
    """Write a value in one line, with escapes where it holds what no editor shows."""
    text = _dump(value, unicode=True)
    # `##[` is escaped for another reason, and cannot be in YAML.
    return _dump(value, unicode=False) if clean(text).replace("##\\[", "##[") != text else text


def _dump(value: Any, *, unicode: bool) -> str:
    text: str = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, allow_unicode=unicode, sort_keys=False, width=_ENDLESS
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _folded(text: str, width: int) -> list[str]:
    """Break a text into the lines of a folded one; none where it cannot be one, or has a single word."""
    if not _PARAGRAPHS.fullmatch(text) or any(clean(line) != line for line in text.split("\n")):
        return []
    result: list[str] = []
    for number, paragraph in enumerate(text.split("\n")):
        if number:
            result.append("")
        line = ""
        # A line ends at a single space, which a reader puts back; of several the others would begin the next line.
        for word in re.split(r"(?<! ) (?! )", paragraph):
            if line and len(line) + 1 + len(word) > width:
                result.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        if line:
            result.append(line)
    return result if " " in text else []
