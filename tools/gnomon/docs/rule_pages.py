"""The rule catalogue: what ``gnomon check`` and ``gnomon diff`` find, one page a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.docs.layout import OVERVIEW, RULES
from gnomon.docs.page import Page, render
from gnomon.docs.site import View
from gnomon.rules import Rule

if TYPE_CHECKING:
    from gnomon.changes import DiffRule
    from gnomon.docs.site import Site

_TEMPLATE = "rules.html"


def rules_page(site: Site) -> Page:
    """Write the list of all rules."""
    page = Page(RULES, "Rules")
    page.parents = [(OVERVIEW, "Reference")]
    view = View(site, page.docname)
    for anchor, title, is_check in (("check", "Rules of gnomon check", True), ("diff", "Rules of gnomon diff", False)):
        rows = [_row(rule) for rule in site.rules.values() if isinstance(rule, Rule) is is_check]
        values = {"rows": rows, "title": title, "is_check": is_check}
        page.section(anchor, title, render(_TEMPLATE, "listed", view, values))
    return page


def rule_page(site: Site, name: str) -> Page:
    """Write the page of a rule, which diagnostics and SARIF link to."""
    rule = site.rules[name]
    page = Page(site.layout.rule(name).docname, name)
    page.parents = [(OVERVIEW, "Reference"), (RULES, "Rules")]
    page.entries = [name]
    view = View(site, page.docname)
    page.text(rule.summary.replace("`", ""), "gnomon-description")
    page.html(render(_TEMPLATE, "facts", view, {"rule": rule, "row": _row(rule)}))
    for anchor, title in (("why", "Why it matters"), ("mend", "What to do"), ("example", "Example")):
        if anchor != "mend" or isinstance(rule, Rule):
            values = {"rule": rule, "is_check": isinstance(rule, Rule)}
            page.section(anchor, title, render(_TEMPLATE, anchor, view, values))
    return page


def _row(rule: Rule | DiffRule) -> dict[str, Any]:
    row = {"name": rule.name, "summary": rule.summary}
    if isinstance(rule, Rule):
        return {**row, "about": rule.group, "weight": rule.severity.label, "off": not rule.on}
    impacts = ", ".join(impact.value for impact in rule.impacts) or "by direction"
    return {**row, "about": rule.subject, "weight": impacts, "off": False}
