"""The published JSON Schemas (draft 2020-12): of the files, and of every JSON output."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import resources
from typing import Any


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Give a schema by the stem of its file, such as ``'metrics'``."""
    schema: dict[str, Any] = json.loads(_text(name))
    return schema


@functools.cache
def fingerprint() -> str:
    """Give a hash of the schemas of files; it changes when any of them does."""
    digest = hashlib.blake2b(digest_size=16)
    for name in ("metrics", "specification", "vocabulary"):
        digest.update(_text(name).encode())
    return digest.hexdigest()


def _text(name: str) -> str:
    return (resources.files(__name__) / f"{name}.schema.json").read_text(encoding="utf-8")
