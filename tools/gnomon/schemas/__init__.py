"""The published JSON Schemas (draft 2020-12): of the files, and of every JSON output."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Give a schema by the stem of its file, such as ``'metrics'``."""
    text = (resources.files(__name__) / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
