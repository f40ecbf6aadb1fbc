"""Values as YAML, for reading and for pasting."""

from __future__ import annotations

from typing import Any

import yaml

from gnomon.render.terminal import clean

_WIDTH = 100


def dump(value: Any) -> str:
    """Write YAML; where a text holds what could forge the output of a terminal, everything unusual is escaped."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    try:
        text = _dump(value, dumper, unicode=True)
    except UnicodeEncodeError:  # a file name that is no UTF-8; only the dumper in Python escapes it
        return _dump(value, yaml.SafeDumper, unicode=False)
    if any(clean(line) != line for line in text.split("\n")):
        return _dump(value, dumper, unicode=False)
    return text


def _dump(value: Any, dumper: Any, *, unicode: bool) -> str:
    return str(yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=unicode, width=_WIDTH)).rstrip("\n")


def inline(value: Any) -> str:
    """Write a value in one line as a definition would hold it, so that text and numbers look different."""
    text = str(yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000))
    return text.removesuffix("\n").removesuffix("...").rstrip("\n")
