"""Rows of the rules that need understanding, and of suppression."""

from __future__ import annotations

from gnomon.diagnostics import Severity
from gnomon.rules.rule import Rule

_METRICS = "metrics/p.yaml"
_QUERY = "---\nname: %s\nmetric: A\nmetadata_query: {%s: hsc}\nthreshold: {operator: '<=', value: 3, unit: mmag}\n"
_AT_MOST = "threshold: {operator: '<=', value: %s, unit: mmag}\n"

ROWS = (
    Rule(
        "inverted-ladder",
        "sense",
        Severity.ERROR,
        "A stricter level lets pass what a looser level of the same metric and query does not.",
        "Whoever meets the design must also meet the minimum; where the numbers say otherwise one of them is wrong, or their tags are.",
        "Mend the number or the tag. Which tags are levels, loosest first, is `ladders` in the configuration.",
        bad=f"name: minimum\nmetric: A\ntags: [minimum]\n{_AT_MOST % 3}---\nname: design\nmetric: A\ntags: [design]\n{_AT_MOST % 5}",
        good=f"name: minimum\nmetric: A\ntags: [minimum]\n{_AT_MOST % 5}---\nname: design\nmetric: A\ntags: [design]\n{_AT_MOST % 3}",
    ),
    Rule(
        "contradiction",
        "sense",
        Severity.ERROR,
        "Two specifications of a metric can apply to one job, and no value passes both.",
        "Such a job fails whatever is measured. Often a query is missing or misspelt that should keep the two apart.",
        "Narrow the query of one of them, or mend its test.",
        bad=f"name: s\nmetric: A\n{_AT_MOST % 3}---\nname: t\nmetric: A\nthreshold: {{operator: '>', value: 5, unit: mmag}}\n",
        good=f"name: s\nmetric: A\n{_AT_MOST % 3}---\nname: t\nmetric: A\nthreshold: {{operator: '>', value: 1, unit: mmag}}\n",
    ),
    Rule(
        "never-applies",
        "sense",
        Severity.ERROR,
        "No job can meet a condition of a query.",
        "The specification is never evaluated, so what it should catch passes.",
        "Mend the condition: an interval whose ends are exchanged, an empty list, a term that must be there and must not.",
        bad=f"name: s\nmetric: A\nmetadata_query: {{seeing: {{'>': 2, '<': 1}}}}\n{_AT_MOST % 3}",
        good=f"name: s\nmetric: A\nmetadata_query: {{seeing: {{'>': 1, '<': 2}}}}\n{_AT_MOST % 3}",
    ),
    Rule(
        "suspicious-base",
        "sense",
        Severity.WARNING,
        "A specification is named after one sibling and inherits from another, as FY18_hsc_r from FY17_gri while there is an FY18_gri.",
        "It is tested with the limit of the other one. Where both have the same test today this is only a note.",
        "Inherit from the sibling that the name says.",
        bad=f"name: FY17\nmetric: A\n{_AT_MOST % 8}---\nname: FY18\nmetric: A\n{_AT_MOST % 6}---\nname: FY18_hsc\nbase: A.FY17\n",
        good=f"name: FY17\nmetric: A\n{_AT_MOST % 8}---\nname: FY18\nmetric: A\n{_AT_MOST % 6}---\nname: FY18_hsc\nbase: A.FY18\n",
    ),
    Rule(
        "suspicious-query-term",
        "sense",
        Severity.WARNING,
        "A term is used in one query only and is nearly the name of one that is used often.",
        "No job has a misspelt term, so the specification applies to none. A vocabulary would tell for certain.",
        "Correct the term, or write specs/vocabulary.yaml with both.",
        bad="".join(
            _QUERY % (name, term) for name, term in zip("stuv", ("camera", "camera", "camera", "camrea"), strict=True)
        ),
        good="".join(_QUERY % (name, "camera") for name in "stuv"),
    ),
    Rule(
        "unscoped-specification",
        "sense",
        Severity.NOTE,
        "A specification tests every job, while others of its metric choose theirs.",
        "It may be meant as a requirement for the others to inherit; as it is, it also tests jobs that nobody thought of.",
        "Add a `metadata_query`, or `abstract: true`.",
        bad=f"name: s\nmetric: A\n{_AT_MOST % 3}---\nname: t\nmetric: A\nmetadata_query: {{camera: hsc}}\n{_AT_MOST % 3}",
        good=f"name: s\nmetric: A\nabstract: true\n{_AT_MOST % 3}---\nname: t\nbase: A.s\nmetadata_query: {{camera: hsc}}\n",
    ),
    Rule(
        "redundant-specification",
        "sense",
        Severity.NOTE,
        "Two specifications of a metric have the same test and the same query.",
        "They always have the same verdict; a change of one that forgets the other makes them differ.",
        "Remove one of them.",
        bad=f"name: s\nmetric: A\n{_AT_MOST % 3}---\nname: t\nmetric: A\nthreshold: {{operator: '<=', value: 0.003, unit: mag}}\n",
        good=f"name: s\nmetric: A\n{_AT_MOST % 3}",
        on=False,
    ),
    Rule(
        "poor-description",
        "sense",
        Severity.WARNING,
        "A description is empty, a placeholder or the name again; one that several metrics share is a note.",
        "Nobody can tell from it what is measured, nor whether a change still measures the same.",
        "Say in a full sentence what is measured, over which objects, and what makes it differ from its siblings.",
        bad="A: {unit: mmag, description: TODO}\n",
        good="A: {unit: mmag, description: Scatter of the magnitudes of bright stars over visits.}\n",
        path=_METRICS,
    ),
    Rule(
        "unverified-requirement",
        "sense",
        Severity.NOTE,
        "No concrete specification inherits from a requirement (an abstract specification).",
        "A requirement is judged by its heirs; without one nobody knows whether it is met.",
        "Add a specification that inherits from it, for the jobs that measure it.",
        bad=f"name: s\nmetric: A\nabstract: true\n{_AT_MOST % 3}",
        good=f"name: s\nmetric: A\nabstract: true\n{_AT_MOST % 3}---\nname: t\nbase: A.s\nmetadata_query: {{camera: hsc}}\n",
    ),
    Rule(
        "invalid-suppression",
        "suppression",
        Severity.WARNING,
        "A comment `# gnomon: ignore[...]` has no reason, names no rule or one that does not exist, or cannot be read.",
        "It suppresses nothing: in a year nobody would know whether a suppression without a reason may go.",
        "Write `# gnomon: ignore[rule] why it is right here`, with one or more names of rules separated by commas.",
        bad=f"name: s\nmetric: A\n{(_AT_MOST % 3).rstrip()}  # gnomon: ignore[no-such-rule] as agreed\n",
        good=f"name: s\nmetric: A\n{_AT_MOST % 3}",
    ),
    Rule(
        "unused-suppression",
        "suppression",
        Severity.WARNING,
        "A comment `# gnomon: ignore[...]` suppresses nothing.",
        "What it hid is mended, or it stands at the wrong line; left there it would hide the next mistake.",
        "Remove it, or move it: to the end of the line of the finding, or above the document or metric.",
        bad=f"name: s\nmetric: A\n{(_AT_MOST % 3).rstrip()}  # gnomon: ignore[unknown-unit] as agreed\n",
        good=f"name: s\nmetric: A\n{_AT_MOST % 3}",
    ),
)
