"""Job files: strict reading, with a JSON path in every complaint, and atomic writing."""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from gnomon.errors import VerifyError

_FOUND_LIMIT = 5


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys stood in it twice."""

    doubled: str | None = None


def read_json(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read the object in a JSON file.

    Returns
    -------
    data
        With None for numbers that are none.
    warnings
        What was changed.

    Raises
    ------
    VerifyError
        It cannot be read, or is no JSON object; the text names the file, and the place in it.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise VerifyError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise VerifyError(
            f"{path} is not UTF-8: the byte {error.start} is 0x{error.object[error.start]:02X}"
        ) from error
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_constant=float)
    except json.JSONDecodeError as error:
        raise VerifyError(f"{path}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise VerifyError(f"{path}: nested too deeply to be a job") from error
    except ValueError as error:
        raise VerifyError(f"{path}: a number with too many digits") from error
    if not isinstance(data, dict):
        raise VerifyError(f"{path}: $: a job is an object, not {kind_of(data)}")
    warnings: list[str] = []
    try:
        cleaned: dict[str, Any] = _cleaned(data, "$", warnings)
    except RecursionError as error:
        raise VerifyError(f"{path}: nested too deeply to be a job") from error
    except VerifyError as error:
        raise VerifyError(f"{path}: {error}") from None
    return cleaned, [f"{path}: {warning}" for warning in warnings]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = _Object(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        made.doubled = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None
    return made


def _cleaned(value: Any, path: str, warnings: list[str]) -> Any:
    """Replace what is no number by None, and refuse keys that stand twice."""
    if isinstance(value, _Object):
        if value.doubled is not None:
            raise VerifyError(f"{path}: the key {value.doubled!r} stands there twice")
        return {key: _cleaned(item, f"{path}.{key}", warnings) for key, item in value.items()}
    if isinstance(value, list):
        # Long arrays of numbers are checked at once: a million values must not take seconds.
        if all(type(item) is float for item in value) and all(map(math.isfinite, value)):
            return value
        return [_cleaned(item, f"{path}[{index}]", warnings) for index, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        if len(warnings) < _FOUND_LIMIT:
            warnings.append(f"{path}: {value} is no number that JSON has, and counts as null")
        return None
    return value


def kind_of(value: Any) -> str:
    """Give the JSON name of a value's type."""
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "null"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a number")


def to_json(data: Any) -> str:
    """Write JSON: numbers that it cannot hold as null, numpy's scalars as Python's.

    Raises
    ------
    TypeError
        Something in it has no form in JSON.
    """
    try:
        return json.dumps(data, allow_nan=False, ensure_ascii=False, default=_plain) + "\n"
    except ValueError:
        return json.dumps(finite_only(data), allow_nan=False, ensure_ascii=False, default=_plain) + "\n"


def finite_only(value: Any) -> Any:
    """Replace numbers that JSON cannot hold by None."""
    if isinstance(value, dict):
        return {key: finite_only(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite_only(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == () and not hasattr(value, "unit"):
        return finite_only(item())
    if hasattr(value, "tolist") and not hasattr(value, "unit"):
        return finite_only(value.tolist())
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{value!r} of type {type(value).__name__} has no form in JSON")


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds the old or the new content, whole.

    Raises
    ------
    OSError
        It cannot be written; nothing is left behind.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)  # as if it had been opened for writing
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
