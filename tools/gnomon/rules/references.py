"""Rules about what definitions refer to: metrics, bases, documents, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gnomon.diagnostics import Diagnostic, Severity
from gnomon.names import Guesses, Name, did_you_mean
from gnomon.nodes import Mapping, Scalar, Sequence
from gnomon.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.documents import MetricDocument, SpecificationDocument
    from gnomon.nodes import Node
    from gnomon.registry import Registry

_METRICS = "metrics/p.yaml"
_TEST = "threshold: {operator: '<=', value: 5, unit: mmag}\n"
_OLD = "Old: {unit: mmag, description: Scatter of magnitudes., deprecated: {reason: A is better., replaced_by: %s}}\n"

ROWS = (
    Rule(
        "unknown-metric",
        "references",
        Severity.ERROR,
        "A specification tests a metric that is not defined.",
        "Nothing can be measured under that name, so the specification is never evaluated.",
        "Correct the name, or define the metric in metrics/<package>.yaml.",
        bad=f"name: s\nmetric: Aa\n{_TEST}",
        good=f"name: s\nmetric: A\n{_TEST}",
    ),
    Rule(
        "unknown-base",
        "references",
        Severity.ERROR,
        "A base does not exist.",
        "What is inherited from it is missing, so the document and all its heirs cannot be resolved.",
        "Correct it: '#id' is a partial of the same file, 'path#id' of another file of the package (from specs/<package>/, "
        "without extension), 'metric.spec' a specification.",
        bad=f"name: s\nmetric: A\nbase: '#hsx'\n{_TEST}---\nid: hsc\ntags: [t]\n---\nname: t\nmetric: A\nbase: '#hsc'\n{_TEST}",
        good=f"name: s\nmetric: A\nbase: '#hsc'\n{_TEST}---\nid: hsc\ntags: [t]\n",
    ),
    Rule(
        "bare-base",
        "references",
        Severity.ERROR,
        "A base is a single word, neither a partial nor `metric.spec`.",
        "Specifications of many metrics share names such as `design`; alone it does not say which one is meant.",
        "Write `metric.spec` for a specification, `'#id'` for a partial.",
        bad=f"name: design\nmetric: A\n{_TEST}---\nname: strict\nbase: design\n",
        good=f"name: design\nmetric: A\n{_TEST}---\nname: strict\nbase: A.design\n",
    ),
    Rule(
        "cyclic-base",
        "references",
        Severity.ERROR,
        "Documents inherit from each other in a circle.",
        "None of them can be resolved.",
        "Remove one of the bases.",
        bad=f"id: x\nbase: '#y'\n---\nid: y\nbase: '#x'\n---\nname: s\nmetric: A\nbase: '#x'\n{_TEST}",
        good=f"id: x\nbase: '#y'\n---\nid: y\ntags: [t]\n---\nname: s\nmetric: A\nbase: '#x'\n{_TEST}",
    ),
    Rule(
        "unused-partial",
        "references",
        Severity.WARNING,
        "No document inherits from a partial.",
        "A partial is never a specification by itself, so what it says has no effect.",
        "Remove it, or name it as a base.",
        bad=f"id: x\ntags: [t]\n---\nname: s\nmetric: A\n{_TEST}",
        good=f"id: x\ntags: [t]\n---\nname: s\nmetric: A\nbase: '#x'\n{_TEST}",
    ),
    Rule(
        "invalid-url",
        "references",
        Severity.WARNING,
        "The `url` of a reference is no web address.",
        "Nobody can follow it.",
        "Write the whole address, beginning with https:// or http://.",
        bad="A: {unit: mmag, description: Scatter of magnitudes., reference: {url: ls.st/lpm-17}}\n",
        good="A: {unit: mmag, description: Scatter of magnitudes., reference: {url: 'https://ls.st/lpm-17'}}\n",
        path=_METRICS,
    ),
    Rule(
        "invalid-page",
        "references",
        Severity.WARNING,
        "The `page` of a reference is no whole number from 1.",
        "Pages are numbers to the tools that read them.",
        "Write the number of the page; say a section as `section`.",
        bad="A: {unit: mmag, description: Scatter of magnitudes., reference: {doc: LPM-17, page: '21f'}}\n",
        good="A: {unit: mmag, description: Scatter of magnitudes., reference: {doc: LPM-17, page: 21}}\n",
        path=_METRICS,
    ),
    Rule(
        "unknown-document",
        "references",
        Severity.ERROR,
        "A reference names a document that the configuration does not list.",
        "Where a repository lists its documents, another handle is a misspelling, and its link leads nowhere.",
        "Correct the handle, or add the document to `documents` in the configuration.",
        bad="A gnomon.toml with `documents.LPM-17`, and a metric with `reference: {doc: LPM-71}`.",
        good="The same with `reference: {doc: LPM-17}`.",
        path=_METRICS,
    ),
    Rule(
        "deprecated-metric",
        "references",
        Severity.WARNING,
        "A specification tests a metric that is deprecated.",
        "The metric will no longer be measured, and its requirement goes with it unless somebody moves it.",
        "Test the metric that replaces it.",
        bad=f"name: s\nmetric: Old\n{_TEST}",
        good=f"name: s\nmetric: A\n{_TEST}",
    ),
    Rule(
        "unknown-replacement",
        "references",
        Severity.ERROR,
        "`deprecated.replaced_by` names a metric that is not defined.",
        "Whoever measures the old metric is sent nowhere.",
        "Correct the name: a metric of the same package, or `package.metric`.",
        bad="A: {unit: mmag, description: Scatter of magnitudes.}\n" + _OLD % "Aa",
        good="A: {unit: mmag, description: Robust scatter of magnitudes.}\n" + _OLD % "A",
        path=_METRICS,
    ),
)


def unknown_metrics(registry: Registry) -> Iterator[Diagnostic]:
    """Yield what tests a metric that is not defined; where metrics could not be read, nobody knows."""
    known = {document.label for document in registry.metrics.values()}
    siblings: dict[str | None, list[str]] = {}
    for name in registry.metrics:
        siblings.setdefault(name.package, []).append(name.metric or "")
    guesses: dict[str, Guesses] = {}
    for document in registry.documents:
        node = document.metric_node
        label = document.metric_label
        unreadable = registry.is_unreadable("metrics", document.package)
        if document.metric is None or node is None or label in known or unreadable:
            continue
        if any(cause.rule == "invalid-name" for cause in document.causes) or _is_said_by_base(document, node):
            continue
        package = document.package
        meant = guesses.setdefault(package, Guesses(siblings.get(package, ()))).closest(document.metric)
        file = f"metrics/{package}.yaml"
        hint = did_you_mean(meant, f"define it in {file}" if package in siblings else f"there is no {file}")
        yield Diagnostic("unknown-metric", f"there is no metric `{label}`", node.place, hint, document.label)


def _is_said_by_base(document: SpecificationDocument, node: Node) -> bool:
    """Tell whether a base specification says the metric, which then is told of there."""
    own = f"{document.package}."
    return any(base.node is node and base.target.startswith(own) for base in document.bases)


def unused_partials(registry: Registry) -> Iterator[Diagnostic]:
    """Yield partials that nothing inherits from; where specifications could not be read, nobody knows."""
    if registry.unreadable["specs"]:
        return
    used = {base.target for document in registry.documents for base in document.bases}
    for label, document in registry.partials.items():
        if label not in used:
            message = f"nothing inherits from the partial `{label}`"
            yield Diagnostic(
                "unused-partial", message, document.name_node.place, "remove it, or name it as a base", label
            )


def _references(document: MetricDocument) -> Iterator[Mapping]:
    node = document.body.get("reference")
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Mapping):
            yield item


def _texts(node: Node | None) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Scalar) and isinstance(item.value, str):
            yield item


def invalid_urls(registry: Registry) -> Iterator[Diagnostic]:
    """Yield addresses of references that cannot be followed."""
    for document in registry.metrics.values():
        for reference in _references(document):
            for node in _texts(reference.get("url")):
                if not is_web_address(node.text):
                    hint = "write the whole address, beginning with https://"
                    yield Diagnostic(
                        "invalid-url", f"`{node.text}` is no web address", node.place, hint, document.label
                    )


def is_web_address(text: str) -> bool:
    """Tell whether a text is an absolute address of the web."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(host)
        and not any(char.isspace() or not char.isprintable() for char in text)
    )


def unknown_documents(registry: Registry) -> Iterator[Diagnostic]:
    """Yield handles of documents that the configuration does not list, where it lists any."""
    known = registry.configuration.documents
    guesses = Guesses(known)
    for document in registry.metrics.values() if known else ():
        for reference in _references(document):
            for node in _texts(reference.get("doc")):
                if node.text not in known:
                    meant = guesses.closest(node.text)
                    hint = did_you_mean(meant, "add it to `documents` in the configuration")
                    message = f"the configuration lists no document `{node.text}`"
                    yield Diagnostic("unknown-document", message, node.place, hint, document.label)


def deprecated_metrics(registry: Registry) -> Iterator[Diagnostic]:
    """Yield specifications of deprecated metrics."""
    for document, _ in registry.resolved_specifications():
        defined = registry.metrics.get(Name.of(document.package, document.metric))
        metric = defined.metric if defined is not None else None
        if metric is None or metric.deprecated is None:
            continue
        reason = f": {metric.deprecated.reason}" if metric.deprecated.reason else ""
        replaced = metric.deprecated.replaced_by
        hint = f"test `{replaced}` instead" if replaced else "remove the specification, or move it to another metric"
        place = _metric_place(document).place
        yield Diagnostic(
            "deprecated-metric", f"the metric `{metric.name}` is deprecated{reason}", place, hint, document.label
        )


def _metric_place(document: SpecificationDocument) -> Node:
    return document.metric_node or document.name_node


def unknown_replacements(registry: Registry) -> Iterator[Diagnostic]:
    """Yield replacements of deprecated metrics that are not defined."""
    known = {document.label for document in registry.metrics.values()}
    guesses = Guesses(known)
    for document in registry.metrics.values():
        body = document.body.get("deprecated")
        node = body.scalar("replaced_by") if isinstance(body, Mapping) else None
        if node is None or not isinstance(node.value, str):
            continue
        label = node.text if "." in node.text else f"{document.name.package}.{node.text}"
        if label in known or registry.is_unreadable("metrics", label.partition(".")[0]):
            continue
        meant = guesses.closest(label)
        hint = did_you_mean(meant, "name a metric of this package, or `package.metric`")
        yield Diagnostic("unknown-replacement", f"there is no metric `{label}`", node.place, hint, document.label)


CHECKS = (unknown_metrics, unused_partials, invalid_urls, unknown_documents, deprecated_metrics, unknown_replacements)
