"""The shape of a job file, as its published schema has it, with our own words for what differs."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from gnomon import schemas
from gnomon.errors import VerifyError
from gnomon.jobs.files import json_path, kind_of, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema import Draft202012Validator, ValidationError

_NUMBERS = {int, float}
_NAMES = {
    "object": "an object",
    "array": "an array",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "a boolean",
}


def require_shape(data: Mapping[str, Any], label: str) -> None:
    """Refuse what is not shaped as a job file.

    Raises
    ------
    VerifyError
        The text names the JSON path of the first fault.
    """
    validator = _validator()
    if validator.is_valid(_one_of_each_form(data)):
        return
    fault: ValidationError | None = next(validator.iter_errors(data), None)
    if fault is not None:
        raise VerifyError(f"{label}{json_path(list(fault.absolute_path))}: {_message(fault)}")


def _one_of_each_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave of each array one element of each form: thousands of measurements have a few forms among them."""
    return {
        key: list({_form(item): item for item in value}.values()) if isinstance(value, list) else value
        for key, value in data.items()
    }


def _form(value: Any) -> Any:
    """Give, as a key, all that the schema can ask of a value: its keys, types and the words of enumerations."""
    if isinstance(value, str):
        return value if value in _words() else str
    if isinstance(value, float):
        return float, value.is_integer()
    if isinstance(value, dict):
        return tuple((key, _form(item)) for key, item in value.items())
    if isinstance(value, list):
        kinds = frozenset(map(type, value))
        return list, kinds if kinds <= _NUMBERS else frozenset(map(_form, value))
    return type(value)


@functools.cache
def _words() -> frozenset[str]:
    """Give the words of all enumerations in the schema."""
    found: set[str] = set()
    stack: list[Any] = [schemas.load("job-1")]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            found.update(part.get("enum", ()))
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    return frozenset(found)


@functools.cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # slow, and only job files need it

    return Draft202012Validator(schemas.load("job-1"))


def _message(fault: ValidationError) -> str:
    wanted: Any = fault.validator_value
    schema: Any = fault.schema
    instance: Any = fault.instance
    if fault.validator == "required":
        missing = next(name for name in wanted if name not in instance)
        return f"`{missing}` is missing" + ("; is this a job file?" if not fault.absolute_path else "")
    if fault.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else [kind for kind in wanted if kind != "null"]
        return f"{' or '.join(_NAMES[kind] for kind in kinds)} is needed, not {kind_of(instance)}"
    if fault.validator == "enum":
        return f"{shortened(json.dumps(instance))} is none of {', '.join(map(json.dumps, wanted))}"
    return f"{schema['x-expected']} is needed"
