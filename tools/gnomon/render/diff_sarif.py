"""Changes as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.changes import DIFF_CATALOGUE, DiffRule, Impact
from gnomon.render.changes import unjudged, witness_of
from gnomon.render.findings_json import dump
from gnomon.render.sarif import SCHEMA, help_page, location, plain, tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Change, Comparison


def render(comparison: Comparison) -> Iterator[str]:
    """Yield the whole log."""
    yield dump(document(comparison))


def document(comparison: Comparison) -> dict[str, Any]:
    """Make the log of a diff: one run, the rules that tell something, the changes."""
    names = sorted({change.rule for change in comparison.changes})
    run: dict[str, Any] = {
        "tool": tool([_rule(DIFF_CATALOGUE[name]) | help_page(name, comparison.base.configuration) for name in names]),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top level of the Git repository."}}},
        "results": [_result(change, names.index(change.rule)) for change in comparison.changes],
    }
    if comparison.not_comparable:
        told = [f"not judged {text}" for text, _ in unjudged(comparison)]
        notes = [{"level": "error", "message": {"text": plain(text)}} for text in told]
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: DiffRule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.why}"},
        "help": {"text": rule.why},
    }


def _result(change: Change, index: int) -> dict[str, Any]:
    message = f"{change.name}: {change.message}"
    if change.witness is not None:
        message += f"\nWitness: {witness_of(change.witness)}"
    if change.hint:
        message += f"\n{change.hint}"
    result: dict[str, Any] = {
        "ruleId": change.rule,
        "ruleIndex": index,
        "level": _level(change),
        "message": {"text": plain(message)},
        "partialFingerprints": {"gnomon/1": change.fingerprint},
        "properties": {"impacts": [impact.value for impact in change.impacts]},
    }
    if change.place is not None:
        logical = {"logicalLocations": [{"fullyQualifiedName": change.name}]}
        result["locations"] = [{"physicalLocation": location(change.place)} | logical]
    if change.acknowledged is not None:
        result["suppressions"] = [{"kind": "external", "justification": change.acknowledged.reason}]
    return result


def _level(change: Change) -> str:
    if {Impact.BREAKING, Impact.WEAKENING} & set(change.impacts):
        return "error"
    return "warning" if Impact.TIGHTENING in change.impacts else "note"
