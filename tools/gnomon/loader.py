"""Load a source into a resolved snapshot: parse, check the shape, read names, resolve inheritance, make the values."""

from __future__ import annotations

import bisect
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from gnomon import units, vocabulary
from gnomon.acknowledgements import read_acknowledgements
from gnomon.configuration import read_configuration
from gnomon.diagnostics import Diagnostic, Place
from gnomon.documents import MetricDocument, SpecificationDocument, read_metrics, read_specification
from gnomon.inheritance import resolve
from gnomon.merging import without_dropped
from gnomon.metrics import Deprecation, Metric, Reference
from gnomon.names import PART, Name
from gnomon.nodes import Mapping, Node, Scalar, Sequence
from gnomon.parser import Parsed, parse
from gnomon.reading import read_text
from gnomon.registry import Registry
from gnomon.shapes import ShapeCheck
from gnomon.specifications import Specification, read_test
from gnomon.specifications.reading import judge_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gnomon.sources import Source, SourceFile
    from gnomon.text import Text

_YAML = (".yaml", ".yml")
_METRIC_DEPTH = 2  # metrics/<package>.yaml
_LOSING = frozenset({"yaml-syntax", "too-deep", "too-large", "alias-bomb"})
_SPEC_DEPTH = 3  # specs/<package>/<file>.yaml


def load(
    source: Source,
    *,
    rules: Collection[str] = (),
    packages: Collection[str] | None = None,
    unchecked: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Registry:
    """Load all definitions of a source.

    Parameters
    ----------
    source
        A working tree, a commit or memory.
    rules
        Names of all rules, to judge those that the configuration names.
    packages
        To read; None for all. Others are as if they were not there.
    unchecked
        Paths of files whose shape nobody asks about.
    progress
        Called with the number of files read and of all files.

    Raises
    ------
    RepositoryError
        A file is there but cannot be read.
    """
    return _Loader(source, rules, packages, unchecked).run(progress)


class _Loader:
    def __init__(
        self, source: Source, rules: Collection[str], packages: Collection[str] | None, unchecked: Collection[str]
    ) -> None:
        self.source = source
        self.packages = packages
        self.unchecked = unchecked
        configuration = read_configuration(source, rules)
        self.registry = Registry(label=source.label, commit=source.commit, configuration=configuration)
        self.faults = self.registry.diagnostics
        self.shapes = ShapeCheck()
        self.broken: list[Diagnostic] = []
        self.told: dict[Place, list[Diagnostic]] = {}
        self.indexed = 0
        self.faults.extend(configuration.diagnostics)

    def run(self, progress: Callable[[int, int], None] | None) -> Registry:
        files = [file for folder in ("metrics", "specs") for file in self.source.files(folder)]
        files = sorted((file for file in files if is_wanted(file) and self.is_chosen(file)), key=lambda file: file.path)
        for index, file in enumerate(files):
            if progress is not None:
                progress(index, len(files))
            self.read(file)
        self.registry.acknowledgements, faults, texts = read_acknowledgements(self.source)
        self.faults.extend(faults)
        self.registry.texts.update(texts)
        self.resolve()
        units.save_cache()
        self.shapes.save()
        packages = {name.package for name in self.registry.metrics if name.package}
        packages.update(document.package for document in self.registry.documents)
        self.registry.packages = sorted(packages)
        self.faults.sort(key=lambda found: found.sort_key)
        return self.registry

    # Files

    def is_chosen(self, file: SourceFile) -> bool:
        """Tell whether a file is of a package that is to be read; the vocabulary is of all."""
        return self.packages is None or file.path == vocabulary.PATH or package_of(file.path) in self.packages

    def read(self, file: SourceFile) -> None:
        shown = self.source.prefix + file.path
        parts = file.path.split("/")
        folder, stem = parts[0], package_of(file.path)
        mend = misplaced(parts) if file.irregular is None else None
        if mend is not None:
            start = Place(shown, 1, 1, 1, 1)
            self.faults.append(Diagnostic("misplaced-file", "no definitions are read from this file", start, mend))
            return
        found = read_text(self.source, file)
        if found.fault is not None:
            self.faults.append(found.fault)
        if found.text is not None:
            self.registry.texts[shown] = found.text
        if found.text is None or not found.usable:
            self.lose(shown, folder, stem, self.faults[-1:])
            return
        text = found.text
        parsed = parse(text, names_metrics=folder == "metrics")
        self.faults.extend(parsed.diagnostics)
        if not parsed.complete:
            self.lose(shown, folder, stem, [fault for fault in parsed.diagnostics if fault.rule in _LOSING])
        self.broken = sorted(parsed.broken, key=_position)
        self.registry.roots[shown] = parsed.roots
        self.registry.trapped |= parsed.trapped
        schema = "vocabulary" if file.path == vocabulary.PATH else "metrics" if folder == "metrics" else "specification"
        if file.path not in self.unchecked:
            self.faults.extend(self.shapes.check(text, parsed.roots, schema))
        if schema == "vocabulary":
            self.read_vocabulary(text, parsed)
        elif schema == "metrics":
            self.read_metrics(stem, text, parsed)
        else:
            path = posixpath.splitext("/".join(parts[2:]))[0]
            self.read_specifications(parts[1], path, parsed)

    def lose(self, shown: str, folder: str, package: str, causes: list[Diagnostic]) -> None:
        """Note that a file, or some documents of it, could not be read."""
        if not shown.endswith(vocabulary.PATH):
            self.registry.unreadable[folder].setdefault(package, []).append(shown)
        self.registry.unresolved[shown] = tuple(causes)

    def check_package(self, package: str, text: Text) -> None:
        if not PART.fullmatch(package):
            message = f"`{package}` cannot be the name of a package"
            hint = "a package is named with letters, digits, `_`, `-` and `+`"
            self.faults.append(Diagnostic("invalid-name", message, text.place(0, 0), hint))

    def read_vocabulary(self, text: Text, parsed: Parsed) -> None:
        """Read the vocabulary; one that cannot be read whole judges nothing."""
        for root in parsed.roots[1:]:
            self.second_document(root, "the vocabulary is one mapping")
        is_empty = all(isinstance(root, Mapping) and not root.entries for root in parsed.roots)
        if is_empty and parsed.complete and not _is_told_empty(parsed):
            place = text.place(0, 0)
            hint = "describe a term, or remove the file"
            self.faults.append(Diagnostic("empty-document", "this vocabulary has no terms", place, hint))
        if parsed.complete and parsed.roots and isinstance(parsed.roots[0], Mapping) and parsed.roots[0].entries:
            self.registry.vocabulary = vocabulary.read_vocabulary(parsed.roots[0])
            self.faults.extend(vocabulary.vocabulary_faults(parsed.roots[0]))

    def second_document(self, root: Node, why: str) -> None:
        start = root.document.start
        place = root.document.text.place(start, start + 3)
        self.faults.append(
            Diagnostic("yaml-syntax", "a second document in this file", place, f"remove the `---`: {why}")
        )

    def read_metrics(self, package: str, text: Text, parsed: Parsed) -> None:
        self.check_package(package, text)
        is_empty = all(isinstance(root, Mapping) and not root.entries for root in parsed.roots)
        if is_empty and parsed.complete and not _is_told_empty(parsed):
            hint = "define a metric, or remove the file"
            self.faults.append(Diagnostic("empty-document", "this package has no metrics", text.place(0, 0), hint))
        for root in parsed.roots[1:]:
            self.second_document(root, "all metrics of a package stand in one mapping")
        for root in parsed.roots:
            if not isinstance(root, Mapping):
                self.lose(text.path, "metrics", package, self.told_at(root))
                continue
            read = read_metrics(package, root)
            for document in read:
                document.causes = self.causes_within(document.key, document.body)
                self.registry.metrics[document.name] = document
            keys = {id(document.key) for document in read}
            for entry in root.entries.values():
                if id(entry.key) not in keys:
                    label = f"{package}.{entry.key.text}"
                    self.registry.unresolved[label] = tuple(self.told_at(entry.key, entry.value))

    def read_specifications(self, package: str, path: str, parsed: Parsed) -> None:
        for index, root in enumerate(parsed.roots):
            if not isinstance(root, Mapping):
                self.lose(root.document.text.path, "specs", package, self.told_at(root))
                continue
            if index == 0:
                self.check_package(package, root.document.text)
            document, faults = read_specification(package, path, root)
            document.causes.extend(self.causes_within(root, root))
            self.faults.extend(faults)
            self.registry.documents.append(document)

    def told_at(self, *nodes: Node) -> list[Diagnostic]:
        """Find what has been said of some nodes."""
        for fault in self.faults[self.indexed :]:
            self.told.setdefault(fault.place, []).append(fault)
        self.indexed = len(self.faults)
        return [fault for place in {node.place: None for node in nodes} for fault in self.told.get(place, ())]

    def causes_within(self, first: Node, last: Node) -> list[Diagnostic]:
        """Find the faults of YAML in a definition, which no reader would load."""
        if not self.broken:
            return []
        start, end = first.place, last.place
        index = bisect.bisect_left(self.broken, (start.line, start.column), key=_position)
        limit = bisect.bisect_right(self.broken, (end.end_line, end.end_column), key=_position)
        return self.broken[index:limit]

    # Values

    def resolve(self) -> None:
        registry = self.registry
        found = resolve(registry.documents, registry.unreadable["specs"])
        self.faults.extend(found.diagnostics)
        registry.metrics = dict(sorted(registry.metrics.items()))
        registry.partials = found.partials
        registry.specifications = dict(sorted(found.specifications.items(), key=lambda item: item[0].split(".")))
        for metric in registry.metrics.values():
            self.make_metric(metric)
        counts = {**found.partials, **found.specifications}
        for document in found.order:
            if document.kind == "specification" and document.content is not None:
                self.make_specification(document)
            # Of duplicates the last counts; whether the others resolve matters to nobody.
            if document.causes and counts.get(document.label, document) is document:
                known = document.label in registry.unresolved
                label = f"{document.label} ({document.name_node.place})" if known else document.label
                registry.unresolved[label] = tuple(document.causes)

    def make_metric(self, document: MetricDocument) -> None:
        body, label = document.body, document.label
        node = body.get("unit")
        canonical: str | None = None
        fault: Diagnostic | None
        if document.causes:
            self.registry.unresolved[label] = tuple(document.causes)
        if node is None:
            # The same words as the check of the shape, so that it is told once.
            message = f"`{document.key.text}` has no `unit`"
            fault = Diagnostic("missing-field", message, document.key.place, "add `unit:`")
        else:
            canonical, fault = judge_unit(node)
        if fault is not None:
            self.faults.append(replace(fault, subject=label))
        if canonical is None and fault is not None:
            self.registry.unresolved[label] = (*document.causes, fault)
        if canonical is None or document.causes:
            return
        document.metric = Metric(
            document.name,
            _text(body, "description") or "",
            canonical,
            tags=tags_of(body.get("tags")),
            references=_references(body.get("reference")),
            label=_text(body, "label"),
            owner=_words(body.get("owner")),
            deprecated=_deprecation(body.get("deprecated")),
            revision=_whole(body.scalar("revision")) or 1,
        )

    def make_specification(self, document: SpecificationDocument) -> None:
        assert document.content is not None  # noqa: S101  # the caller asked
        test, faults = read_test(document.content, document.root, document.name_node)
        if test is None and all(fault.rule == "missing-test" for fault in faults):
            # A specification without a test leaves its heirs without one: their fault is its fault.
            inherited = [
                cause for parent in document.parents if parent.kind == "specification" for cause in parent.causes
            ]
            if inherited:
                document.causes.extend(inherited)
                return
        faults = [replace(fault, subject=document.label) for fault in faults]
        self.faults.extend(faults)
        if test is None:
            document.causes.extend(faults)
            return
        query = document.content.get("metadata_query")
        terms = without_dropped(query).data if isinstance(query, Mapping) else {}
        document.specification = Specification.of(
            Name.of(document.package, document.metric, document.spec),
            test,
            terms,
            tags_of(document.content.get("tags")),
            abstract=document.abstract,
        )


def _position(fault: Diagnostic) -> tuple[int, int]:
    return (fault.place.line, fault.place.column)


def package_of(path: str) -> str:
    """Give the package that a file of definitions is of, by its path; the empty name for the folder of all."""
    folder, _, rest = path.partition("/")
    first = rest.partition("/")[0]
    return first.rpartition(".")[0] or first if folder == "metrics" else first


def _is_told_empty(parsed: Parsed) -> bool:
    return any(fault.rule == "empty-document" for fault in parsed.diagnostics)


def is_wanted(file: SourceFile) -> bool:
    """Tell whether a file, or what stands in its place, can hold definitions; hidden ones do not."""
    if any(part.startswith(".") for part in file.path.split("/")):
        return False
    return file.path.lower().endswith(_YAML) or file.hides_files


def misplaced(parts: list[str]) -> str | None:
    """Say where a YAML file should be, or None when it is in its place."""
    if parts[0] == "metrics":
        if len(parts) != _METRIC_DEPTH:
            return "metrics of a package stand in metrics/<package>.yaml, without folders"
        return None if parts[-1].endswith(".yaml") else "rename it to end in `.yaml`"
    if "/".join(parts) == vocabulary.PATH:
        return None
    if len(parts) < _SPEC_DEPTH and parts[-1].lower().startswith("vocabulary."):
        return "rename it to vocabulary.yaml"
    if len(parts) < _SPEC_DEPTH:
        return "specifications stand in specs/<package>/, in files of any name"
    return None if parts[-1].endswith(_YAML) else "rename it to end in `.yaml`"


def tags_of(node: Node | None) -> frozenset[str]:
    """Read tags: a list, a set or one bare text."""
    return frozenset(_words(node))


def _words(node: Node | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else [node]
    return tuple(item.text for item in items if isinstance(item, Scalar) and item.value is not None)


def _text(body: Mapping, key: str) -> str | None:
    node = body.scalar(key)
    return node.text if node is not None else None


def _texts(body: Mapping, key: str) -> str | tuple[str, ...] | None:
    node = body.get(key)
    return _words(node) if isinstance(node, Sequence) else _text(body, key)


def _whole(node: Scalar | None) -> int | None:
    """Give a whole number, reading digits in quotes as one."""
    if node is None or isinstance(node.value, bool | float):
        return None
    try:
        return int(node.value)
    except (TypeError, ValueError):
        return None


def _references(node: Node | None) -> tuple[Reference, ...]:
    items = node.items if isinstance(node, Sequence) else [node]
    return tuple(
        Reference(
            _texts(item, "doc"),
            _whole(item.scalar("page")),
            _texts(item, "url"),
            _text(item, "section"),
            _text(item, "version"),
        )
        for item in items
        if isinstance(item, Mapping)
    )


def _deprecation(node: Node | None) -> Deprecation | None:
    if not isinstance(node, Mapping):
        return None
    return Deprecation(_text(node, "since"), _text(node, "reason"), _text(node, "replaced_by"))
