"""Check the shape of documents against the published JSON Schemas, with messages of our own.

The schemas are the one truth of shape. Beside the standard keywords they carry a few of ours, which validators
ignore:

``x-expected``
    What belongs there, in words, for the message.
``x-rule``
    The rule that a mismatch belongs to, where it is not ``wrong-type``.
``x-judged``
    The value is judged, with more understanding, by `gnomon.specifications`; a mismatch is not reported twice.
``x-formerly``
    Other spellings of a field that authors are known to try.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any

from gnomon import schemas
from gnomon.cache import Cache
from gnomon.diagnostics import Diagnostic, Edit, Fix
from gnomon.names import closest, with_guess
from gnomon.nodes import Entry, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

    from gnomon.text import Text

# Where a field of a specification document belongs when it stands somewhere else.
_HOMES = {
    "metrics": "in the metric in metrics/<package>.yaml",
    "metric": "at the top level of a metric",
    "specification": "at the top level of a specification",
    "reference": "in `reference`",
    "deprecated": "in `deprecated`",
}


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    import jsonschema  # noqa: PLC0415  # slow, and --help does not need it

    schema = schemas.load(name)
    return jsonschema.Draft202012Validator(schema)


class ShapeCheck:
    """Compares documents with the schemas, and remembers on disk which files were found sound.

    What is remembered is the hash of a file together with that of the schemas, so that nothing can go stale.
    """

    _MOST = 100_000  # entries; a full cache starts anew

    def __init__(self) -> None:
        self._cache = Cache(f"shapes-{schemas.fingerprint()}")

    def check(self, text: Text, roots: list[Node], schema: str) -> list[Diagnostic]:
        """Compare all documents of a file with a schema.

        Parameters
        ----------
        schema
            Stem of the schema's file: ``'metrics'``, ``'specification'`` or ``'vocabulary'``.
        """
        key = hashlib.blake2b(f"{schema} {text.content}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        if key in self._cache.values:
            return []
        found = [fault for root in roots for fault in check_shape(root, schema)]
        if not found:
            if len(self._cache.values) > self._MOST:
                self._cache.values.clear()
            self._cache.store(key, 1)
        return found

    def save(self) -> None:
        """Write what was learnt, for the next run."""
        self._cache.save()


def check_shape(root: Node, schema: str) -> list[Diagnostic]:
    """Compare a document with a schema."""
    found: list[Diagnostic] = []
    for error in _validator(schema).iter_errors(root.data):
        found.extend(_translate(error, root, schema))
    found.extend(_key_faults(root, schema))
    return list(dict.fromkeys(found))


def _translate(error: ValidationError, root: Node, schema: str) -> Iterator[Diagnostic]:
    where = list(error.absolute_path)
    key, node = _locate(root, where)
    rules: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties" and isinstance(node, Mapping):
        yield from _unknown_fields(node, rules, schema, where)
    elif error.validator == "required" and isinstance(node, Mapping):
        yield from _missing_fields(rules["required"], key, node, where, schema)
    elif error.validator is None:
        return  # a partial with a name: `gnomon.documents` tells
    elif "x-judged" not in rules:
        yield _mismatch(error, key, node, rules, where)


def _unknown_fields(node: Mapping, rules: dict[str, Any], schema: str, where: list[str | int]) -> Iterator[Diagnostic]:
    known: dict[str, Any] = rules["properties"]
    for entry in node.entries.values():
        name = str(entry.key.data)
        if name in known or not isinstance(entry.key.value, str):
            continue
        former = next((field for field, rule in known.items() if name in rule.get("x-formerly", ())), None)
        homes = sorted(home for home in _homes(schema).get(name, ()) if home not in where)
        meant = former or closest(name, known)
        message, fix = f"unknown field `{name}`", None
        if meant is not None:
            message = with_guess(message, meant)
            # A second key of the same name would replace the first one's value.
            fix = Fix((Edit(entry.key.place, meant),), "unsafe") if node.get(meant) is None else None
        elif homes:
            message += f" here; it belongs {' or '.join(_HOMES.get(home, f'in `{home}`') for home in homes)}"
        hint = None if meant or homes else f"known here: {', '.join(f'`{field}`' for field in known)}"
        yield Diagnostic("unknown-field", message, entry.key.place, hint, fix=fix)


@functools.cache
def _homes(schema: str) -> dict[str, set[str]]:
    """Map each field to the places that know it, other than the files of another kind know it by chance."""
    found: dict[str, set[str]] = {}

    def add(properties: Iterable[str], home: str) -> None:
        for field in properties:
            found.setdefault(field, set()).add(home)

    metric = schemas.load("metrics")["additionalProperties"]["properties"]
    specification = schemas.load("specification")["properties"]
    if schema == "specification":
        add(specification, "specification")
        for test in (name for name, part in specification.items() if part.get("x-judged") == "test"):
            add(specification[test]["properties"], test)
        add((field for field in metric if field not in specification and field not in found), "metrics")
    elif schema == "metrics":
        add(metric, "metric")
        for part in ("reference", "deprecated"):
            add(metric[part]["properties"], part)
        add((field for field in specification if field not in metric and field not in found), "specification")
    return found


def _missing_fields(
    required: list[str], key: Node | None, node: Mapping, where: list[str | int], schema: str
) -> Iterator[Diagnostic]:
    for name in required:
        if name not in node.entries and (
            where or schema != "specification"
        ):  # a nameless document is told of by `documents`
            what = f"`{where[-1]}`" if where else "this document"
            yield Diagnostic("missing-field", f"{what} has no `{name}`", (key or node.head).place, f"add `{name}:`")


def _mismatch(
    error: ValidationError, key: Node | None, node: Node, rules: dict[str, Any], where: list[str | int]
) -> Diagnostic:
    expected = rules.get("x-expected", "of another form")
    rule = rules.get("x-rule", "wrong-type")
    if "propertyNames" in error.absolute_schema_path and isinstance(node, Mapping):
        name = str(error.instance)
        entry = node.entries.get(name) or _by_text(node).get(name)
        key = entry.key if entry is not None else node.head
        package, _, last = name.partition(".")
        is_full = last and _package_of(node) == package
        advice = f"write `{last}`: the file says the package" if is_full else f"a name is made of {expected}"
        return Diagnostic("invalid-name", f"`{name}` cannot be a name", key.place, advice)
    what = _field(where)
    place = (key or node).place if isinstance(node, Mapping | Sequence) or node.start == node.end else node.place
    if rule == "invalid-name":
        text = f"`{node.text}`" if isinstance(node, Scalar) else what
        return Diagnostic(rule, f"{text} cannot be a name", place, f"a name is made of {expected}")
    got = node.kind
    if isinstance(node, Scalar) and not isinstance(node.value, str) and node.text and " number" in expected:
        got = f"`{node.text}`"
    hint: str | None = None
    if isinstance(node, Scalar) and node.plain and node.value is not None and expected.startswith("text"):
        hint = f"put it in quotes if text is meant: '{node.text}'"
    elif expected.startswith("a list") and isinstance(node, Scalar) and node.value is not None:
        hint = f"write `[{node.text}]`"
    elif rule == "invalid-page":
        hint = "write the number of the page alone; a section goes into `section`"
    return Diagnostic(
        rule,
        f"{what} must be {expected}" + (f", not {got}" if error.validator in {"type", "minimum"} else ""),
        place,
        hint,
    )


def _package_of(node: Node) -> str:
    """Give the package that a file of metrics is of."""
    return node.document.text.path.rpartition("/")[2].removesuffix(".yaml")


def _field(where: list[str | int]) -> str:
    names = [part for part in where if isinstance(part, str)]
    if not names:
        return "this document"
    return f"an item of `{names[-1]}`" if isinstance(where[-1], int) else f"`{names[-1]}`"


def _key_faults(root: Node, schema: str) -> Iterator[Diagnostic]:
    """Yield keys that YAML does not read as text; JSON Schema cannot see them."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Sequence):
            stack.extend(item for item in node.items if not isinstance(item, Scalar))
        elif isinstance(node, Mapping):
            for entry in node.entries.values():
                if not isinstance(entry.key.value, str):
                    rule = "invalid-name" if schema == "metrics" and node is root else "wrong-type"
                    message = f"the key `{entry.key.text}` is {entry.key.kind}, not text"
                    yield Diagnostic(rule, message, entry.key.place, f"put it in quotes: '{entry.key.text}'")
                if not isinstance(entry.value, Scalar):
                    stack.append(entry.value)


@functools.lru_cache(maxsize=4)
def _by_text(node: Mapping) -> dict[str, Entry]:
    """Map keys as JSON Schema sees them, as text, to their entries; the many faults of one mapping ask for it."""
    return {str(entry.key.data): entry for entry in reversed(node.entries.values())}


def _locate(root: Node, path: list[str | int]) -> tuple[Node | None, Node]:
    """Follow a path of JSON Schema to the node there and, where it is a mapping's value, its key."""
    key: Node | None = None
    node = root
    for part in path:
        if isinstance(node, Mapping):
            entry = node.entries.get(part) or _by_text(node).get(str(part))
            if entry is None:
                break
            key, node = entry
        elif isinstance(node, Sequence) and isinstance(part, int):
            key, node = None, node.items[part]
    return key, node
