"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gnomon._version import __version__
from gnomon.diagnostics import Severity
from gnomon.render.findings_json import dump
from gnomon.render.terminal import clean
from gnomon.rules import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.configuration import Configuration
    from gnomon.diagnostics import Diagnostic, Finding, Fix, Place
    from gnomon.rules import Result, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(result: Result) -> Iterator[str]:
    """Yield the whole log."""
    yield dump(document(result))


def document(result: Result) -> dict[str, Any]:
    """Make the log of a check: one run, the rules that found something, the results."""
    names = sorted({finding.diagnostic.rule for finding in result.findings})
    seen: Counter[str] = Counter()
    run: dict[str, Any] = {
        "tool": tool([_rule(CATALOGUE[name]) | help_page(name, result.registry.configuration) for name in names]),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top level of the Git repository."}}},
        "results": [_result(finding, names.index(finding.diagnostic.rule), seen) for finding in result.findings],
    }
    if result.registry.commit is not None:
        run["properties"] = {"commit": result.registry.commit}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def tool(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe gnomon, with the rules that a run speaks of."""
    return {"driver": {"name": "gnomon", "semanticVersion": __version__, "rules": rules}}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.why}"},
        "help": {
            "text": f"{rule.why}\n\n{rule.mend}",
            "markdown": "\n\n".join(
                (rule.why, rule.mend, f"`{rule.path}`:", _fenced(rule.bad), "Mended:", _fenced(rule.good))
            ),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.on},
        "properties": {"tags": [rule.group]},
    }


def plain(text: str) -> str:
    """Write a message that holds text of others: harmless, and without the links that SARIF has in its texts."""
    return "\n".join(re.sub(r"\[(?=[^\]]*\]\()", r"\\[", clean(line)) for line in text.split("\n"))


def help_page(rule: str, configuration: Configuration) -> dict[str, str]:
    """Give the address of the page of a rule, where the configuration says that there is a site."""
    base = configuration.site.get("base-url")
    return {"helpUri": f"{base.rstrip('/')}/reference/rules/{rule}.html"} if base is not None else {}


def _fenced(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```"


def _result(finding: Finding, index: int, seen: Counter[str]) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    message = diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": plain(message)},
        "locations": [{"physicalLocation": location(diagnostic.place)} | _logical(diagnostic)],
        "partialFingerprints": {"gnomon/1": _fingerprint(diagnostic, seen)},
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": location(related.place), "message": {"text": plain(related.message)}}
            for number, related in enumerate(diagnostic.related)
        ]
    if diagnostic.fix is not None:
        result["fixes"] = [_fix(diagnostic.fix)]
    return result


def _logical(diagnostic: Diagnostic) -> dict[str, Any]:
    return {"logicalLocations": [{"fullyQualifiedName": diagnostic.subject}]} if diagnostic.subject else {}


def _fingerprint(diagnostic: Diagnostic, seen: Counter[str]) -> str:
    """Name a finding so that it is the same one after lines have moved."""
    words = "\0".join((diagnostic.rule, diagnostic.subject or diagnostic.place.path, diagnostic.message))
    seen[words] += 1
    return hashlib.sha256(f"{words}\0{seen[words]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def location(place: Place) -> dict[str, Any]:
    """Make the physical location of a place."""
    return {"artifactLocation": _artifact(place), "region": _region(place)}


def _artifact(place: Place) -> dict[str, Any]:
    return {"uri": quote(place.path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": "SRCROOT"}


def _region(place: Place) -> dict[str, Any]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits: dict[str, list[dict[str, Any]]] = {}
    places = {}
    for edit in fix.edits:
        places[edit.place.path] = edit.place
        replacement = {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
        edits.setdefault(edit.place.path, []).append(replacement)
    changes = [{"artifactLocation": _artifact(places[path]), "replacements": found} for path, found in edits.items()]
    return {"description": {"text": f"Replace the text ({fix.applicability})."}, "artifactChanges": changes}
