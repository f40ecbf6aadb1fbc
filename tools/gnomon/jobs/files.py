"""Job files: strict reading, with a JSON path in every complaint, and atomic writing."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnomon.errors import VerifyError

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD = "-"
"""The name of standard input."""
_MOST_TOLD = 5
_DEEPEST = 100  # levels; a job as pipelines write it has six
_LONGEST_SHOWN = 80
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "null"}
# A path is kept as links to what is above, since it is only written out in complaints.
_Path = tuple[Any, Any] | None


class _Doubled(dict[str, Any]):
    """A JSON object in which a key stood twice."""

    key: str = ""


class _Unreadable(float):
    """Stands for an integer with more digits than Python reads."""


def label_of(filename: str | os.PathLike[str]) -> str:
    """Give what to call a file in messages."""
    return "<stdin>" if filename == STANDARD else os.fspath(filename)


def read_json(filename: str | os.PathLike[str]) -> tuple[dict[str, Any], list[str]]:
    """Read the object in a JSON file.

    Parameters
    ----------
    filename
        ``'-'`` is standard input.

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
    label = label_of(filename)
    text = _text_of(filename, label)
    if not text.strip():
        raise VerifyError(f"{label} is empty")
    try:
        data = _parse(text)
    except json.JSONDecodeError as error:
        raise VerifyError(f"{label}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise VerifyError(f"{label}: nested too deeply to be a job") from error
    if not isinstance(data, dict):
        raise VerifyError(f"{label}: $: a job is an object, not {kind_of(data)}")
    warnings: list[str] = []
    count = 0
    for place, number in _odd_numbers(data, label):
        count += 1
        if count <= _MOST_TOLD:
            warnings.append(f"{label}: {place}: {number} is no number that JSON has, and counts as null")
    if count > _MOST_TOLD:
        warnings.append(f"{label}: {count - _MOST_TOLD:,} more such numbers")
    return (finite_only(data) if count else data), warnings


def _text_of(filename: str | os.PathLike[str], label: str) -> str:
    try:
        content = sys.stdin.buffer.read() if filename == STANDARD else Path(filename).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise VerifyError(f"cannot read {label}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        at = error.object[error.start]
        raise VerifyError(f"{label} is not UTF-8: the byte {error.start} is 0x{at:02X}") from error
    except ValueError as error:  # a name with a NUL
        raise VerifyError(f"cannot read {label!r}: {error}") from error


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=float)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # Only Python's limit of digits is left; the hook, which finds the place, takes its time.
        return json.loads(text, object_pairs_hook=_object, parse_constant=float, parse_int=_integer)


def _integer(digits: str) -> int | _Unreadable:
    try:
        return int(digits)
    except ValueError:
        return _Unreadable("inf")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    doubled, seen = _Doubled(made), set[str]()
    doubled.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None
    return doubled


def _odd_numbers(data: Any, label: str) -> Iterator[tuple[str, float]]:
    """Yield the numbers that are none, with their places; refuse keys that stand twice, and bottomless nesting."""
    stack: list[tuple[Any, _Path, int]] = [(data, None, 0)]
    while stack:
        value, path, depth = stack.pop()
        if depth > _DEEPEST:
            raise VerifyError(f"{label}: {json_path(_steps(path)[:6])}: nested too deeply to be a job")
        if isinstance(value, _Doubled):
            raise VerifyError(f"{label}: {json_path(_steps(path))}: the key {value.key!r} stands there twice")
        if isinstance(value, dict):
            stack += [(item, (path, key), depth + 1) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            # Long arrays of numbers are looked through at once: a million values must not take seconds.
            kinds = set(map(type, value))
            if kinds <= {float, int} and _all_finite(value):
                continue
            simple = kinds <= {float, int, str, bool, type(None)}
            stack += [
                (item, (path, index), depth + 1)
                for index, item in reversed(list(enumerate(value)))
                if not simple or isinstance(item, float)
            ]
        elif isinstance(value, _Unreadable):
            raise VerifyError(f"{label}: {json_path(_steps(path))}: a number with too many digits")
        elif isinstance(value, float) and not math.isfinite(value):
            yield json_path(_steps(path)), value


def _all_finite(numbers: list[Any]) -> bool:
    try:
        return all(map(math.isfinite, numbers))
    except OverflowError:  # an integer that no float holds; there may be others that are no numbers at all
        return False


def _steps(path: _Path) -> list[str | int]:
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return steps[::-1]


def json_path(steps: list[str | int]) -> str:
    """Write a JSON path: ``$.blobs[0].data['a b']``."""
    return "$" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" if _PLAIN_KEY.fullmatch(step) else f"[{step!r}]"
        for step in steps
    )


def kind_of(value: Any) -> str:
    """Give the JSON name of a value's type."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a number")


def shortened(text: str) -> str:
    """Cut a text down to what one reads in a message."""
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def to_json(data: Any) -> str:
    """Write JSON: numbers that it cannot hold as null, numpy's scalars and arrays as Python's.

    Raises
    ------
    VerifyError
        Something in it has no form in JSON; the text names its JSON path.
    """
    try:
        text = json.dumps(data, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        # The rare case: the first complaint of the quick encoder does not say where it is.
        try:
            text = json.dumps(plain(data), allow_nan=False, ensure_ascii=False)
        except ValueError as error:
            raise VerifyError("a number with too many digits cannot be written") from error
    # Half a character has no form in UTF-8, and is an escape in the file that it came from.
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"


def finite_only(value: Any) -> Any:
    """Replace numbers that JSON cannot hold by None."""
    if isinstance(value, dict):
        return {key: finite_only(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite_only(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def has_lost_number(value: Any) -> bool:
    """Tell whether there is a number in a value, however it was made in Python, that JSON cannot hold."""
    if isinstance(value, dict):
        return any(map(has_lost_number, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(has_lost_number, value))
    if isinstance(value, float):
        return not math.isfinite(value)
    return hasattr(value, "tolist") and has_lost_number(value.tolist())


def plain(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    """Give what JSON can hold of a value that somebody made in Python.

    Parameters
    ----------
    value
        Numpy's scalars and arrays become Python's, tuples and sets lists, paths texts, numbers that are none None.
    path
        Where it stands.

    Raises
    ------
    VerifyError
        It has no form in JSON; the text names its JSON path.
    """
    if value is None or isinstance(value, str | int | float):
        return _plain_scalar(value)
    if len(path) > _DEEPEST:
        raise VerifyError(f"{json_path(list(path[:6]))}: nested too deeply for a job")
    if isinstance(value, dict):
        made = {_key(key, path): plain(item, (*path, str(key))) for key, item in value.items()}
        if len(made) < len(value):
            raise VerifyError(f"{json_path(list(path))}: two keys are the same text")
        return made
    if isinstance(value, set | frozenset):
        value = sorted(value, key=lambda item: (str(type(item)), item))
    if isinstance(value, list | tuple):
        return [plain(item, (*path, index)) for index, item in enumerate(value)]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist") and not hasattr(value, "unit"):
        return plain(value.tolist(), path)
    hint = "; give its number, and the unit in the key" if hasattr(value, "unit") else ""
    raise VerifyError(
        f"{json_path(list(path))}: {shortened(repr(value))} of type {type(value).__name__} has no form in JSON{hint}"
    )


def _plain_scalar(value: str | float | None) -> str | float | None:
    """Make numpy's texts and numbers, and enumerations, what they stand for."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    return float(value) if math.isfinite(value) else None


def _key(key: Any, path: tuple[str | int, ...]) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, bool | None):
        return json.dumps(key)
    if isinstance(key, int | float):
        return str(key)
    raise VerifyError(f"{json_path(list(path))}: a key must be text, not {shortened(repr(key))}")
