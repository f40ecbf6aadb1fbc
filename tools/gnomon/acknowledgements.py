"""Acknowledged changes of the definitions: who decided that a change is right, kept in Git beside them.

``changes/<slug>.yaml`` is a list of entries with the fingerprint, rule and name of a change, and the reason and
decision of people. An entry without these is a draft and acknowledges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gnomon.diagnostics import Diagnostic
from gnomon.nodes import Mapping, Node, Scalar, Sequence
from gnomon.parser import parse
from gnomon.reading import read_text
from gnomon.shapes import check_shape

if TYPE_CHECKING:
    from gnomon.diagnostics import Place
    from gnomon.sources import Source
    from gnomon.text import Text

FOLDER = "changes"


@dataclass(frozen=True, slots=True)
class Entry:
    """An acknowledgement as it is written.

    Attributes
    ----------
    place
        Of its fingerprint.
    """

    path: str
    place: Place
    fingerprint: str
    rule: str
    name: str
    reason: str
    decision: str

    @property
    def is_complete(self) -> bool:
        """Whether people have said why."""
        return bool(self.reason.strip() and self.decision.strip())

    @property
    def key(self) -> tuple[str, str, str]:
        """Which change it is of: it holds for none whose rule or name is another."""
        return (self.fingerprint, self.rule, self.name)

    @property
    def said(self) -> tuple[str, str, str]:
        """What people said of which change, wherever it stands."""
        return (self.fingerprint, self.reason, self.decision)


def read_acknowledgements(source: Source) -> tuple[list[Entry], list[Diagnostic], dict[str, Text]]:
    """Read the acknowledgements of a source.

    Returns
    -------
    entries, faults, texts
        Faults are of the files' YAML and shape, and drafts; texts are for showing places.
    """
    entries: list[Entry] = []
    faults: list[Diagnostic] = []
    texts: dict[str, Text] = {}
    seen: dict[tuple[str, ...], Entry] = {}
    files = sorted(
        (file for file in source.files(FOLDER) if file.path.endswith((".yaml", ".yml")) or file.hides_files),
        key=lambda file: file.path,
    )
    for file in files:
        found = read_text(source, file)
        faults.extend([found.fault] if found.fault is not None else [])
        if found.text is None:
            continue
        shown, text = found.text.path, found.text
        texts[shown] = text
        if not found.usable:
            continue
        parsed = parse(text)
        faults.extend(parsed.diagnostics)
        for root in parsed.roots:
            faults.extend(check_shape(root, "acknowledgements"))
            for item in root.items if isinstance(root, Sequence) else ():
                entry = _entry(shown, item)
                if entry is None:
                    continue
                entries.append(entry)
                faults.extend(_faults(entry, seen))
    return entries, faults, texts


def _entry(path: str, node: Node) -> Entry | None:
    if not isinstance(node, Mapping):
        return None
    fields = {
        key: found.text if isinstance(found := node.get(key), Scalar) and found.value is not None else ""
        for key in _FIELDS
    }
    place = node.get("fingerprint") or node
    return Entry(path, place.place, **fields)


_FIELDS = ("fingerprint", "rule", "name", "reason", "decision")


def _faults(entry: Entry, seen: dict[tuple[str, ...], Entry]) -> list[Diagnostic]:
    found = []
    if not entry.is_complete:
        what = " and ".join(field for field in ("reason", "decision") if not getattr(entry, field).strip())
        message = f"the acknowledgement of `{entry.name}` has no {what}"
        hint = "say why the change is right, and which request or document decided it"
        found.append(Diagnostic("invalid-acknowledgement", message, entry.place, hint))
    # A change that was made again has a second file, with a decision of its own.
    keys = (entry.said, (entry.path, entry.fingerprint))
    other = next((seen[key] for key in keys if key in seen), entry)
    seen.update(dict.fromkeys(keys, entry))
    if other is not entry and entry.fingerprint:
        message = f"the change `{entry.fingerprint}` is acknowledged twice"
        found.append(Diagnostic("invalid-acknowledgement", message, entry.place, f"remove one of them ({other.place})"))
    return found
