"""Rows of the rules that the parser and the loader apply: the YAML itself and the files that it stands in."""

from __future__ import annotations

from gnomon.diagnostics import Severity
from gnomon.rules.rule import Rule

_METRICS = "metrics/p.yaml"

ROWS = (
    Rule(
        "yaml-syntax",
        "yaml",
        Severity.ERROR,
        "The text is not YAML.",
        "What cannot be parsed defines nothing. Other documents of the file and all other files are still checked.",
        "Mend the line that is shown; often the cause is an open quote or bracket, or an indentation, just above it.",
        bad="name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag\n",
        good="name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
    ),
    Rule(
        "duplicate-key",
        "yaml",
        Severity.ERROR,
        "A key stands twice in one mapping.",
        "YAML keeps the last value and drops the first without a word, so half of what is written does nothing.",
        "Remove one of them, or make one list of both values.",
        bad="name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag, value: 6}\n",
        good="name: s\nmetric: A\nthreshold: {operator: '<=', value: 6, unit: mmag}\n",
    ),
    Rule(
        "empty-document",
        "yaml",
        Severity.ERROR,
        "A document between two `---` markers is empty, or a file of metrics has none.",
        "An empty document is usually a definition that was lost while editing.",
        "Remove the marker, or fill the document in.",
        bad="---\n---\nname: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
        good="---\nname: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
    ),
    Rule(
        "not-utf8",
        "yaml",
        Severity.ERROR,
        "A file is not encoded in UTF-8.",
        "Another encoding reads as other characters on another machine, and YAML allows none of them here.",
        "Save the file as UTF-8.",
        bad="A file whose text is saved in Latin-1 or UTF-16.",
        good="The same file saved as UTF-8.",
    ),
    Rule(
        "too-large",
        "yaml",
        Severity.ERROR,
        "A file, a stream of documents or an inherited definition is larger than any that people write.",
        "Definitions come from pull requests of strangers; the limits keep a check from being used to exhaust a machine.",
        "Split the file. Where a definition inherits too much, a base is reached many times: its lists append each time.",
        bad="".join(
            f"---\nid: x{n}\nbase: ['#x{n - 1}', '#x{n - 1}']\n" if n else "id: x0\ntags: [t]\n" for n in range(18)
        )
        + "---\nname: s\nmetric: A\nbase: '#x17'\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
        good="id: x0\ntags: [t]\n---\nname: s\nmetric: A\nbase: '#x0'\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
    ),
    Rule(
        "alias-bomb",
        "yaml",
        Severity.ERROR,
        "Aliases expand a small file to a huge one, or an alias contains itself.",
        "A few lines of nested aliases stand for billions of values, and would stop every tool that reads them.",
        "Write the values out.",
        bad="name: s\nmetric: A\nmetadata_query: {x: &x [*x]}\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
        good="name: s\nmetric: A\nmetadata_query: {x: [1]}\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
    ),
    Rule(
        "too-deep",
        "yaml",
        Severity.ERROR,
        "Values are nested deeper than 64 levels.",
        "Definitions need five levels; deeper ones come from a mistake or from somebody who means harm.",
        "Flatten the value.",
        bad=f"name: s\nmetric: A\nmetadata_query: {{x: {'[' * 70}{']' * 70}}}\n",
        good="name: s\nmetric: A\nmetadata_query: {x: [[1]]}\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
    ),
    Rule(
        "irregular-file",
        "yaml",
        Severity.ERROR,
        "A link leaves the repository or leads nowhere, or something is no regular file.",
        "Following such a link could show the content of other files of the machine; a link to a folder could go in circles.",
        "Put the file itself there. Links to files inside the repository are fine.",
        bad="A link specs/p/a.yaml to /etc/passwd.",
        good="A link specs/p/a.yaml to b.yaml beside it.",
    ),
    Rule(
        "misplaced-file",
        "yaml",
        Severity.WARNING,
        "A YAML file lies where no package is, so nothing reads it.",
        "Its definitions look as if they counted, and do not.",
        "Metrics of a package stand in metrics/<package>.yaml, specifications in specs/<package>/.",
        bad="A: {unit: mmag, description: Scatter of magnitudes.}\n",
        good="name: s\nmetric: A\nthreshold: {operator: '<=', value: 5, unit: mmag}\n",
        path="specs/a.yaml",
    ),
    Rule(
        "ambiguous-scalar",
        "yaml",
        Severity.WARNING,
        "YAML 1.1 reads a bare word or number otherwise than most people: `on`, `012`, `1:30`, a date.",
        "`no` is the boolean false, `012` is ten, `1:30` is ninety and 2026-11-01 is no text; a query for them matches nothing.",
        "Put it in quotes where text is meant; write `true` or `false`, or the plain number, where that is meant.",
        bad="name: s\nmetric: A\nmetadata_query: {flag: on}\nthreshold: {operator: '<=', value: 012, unit: mmag}\n",
        good="name: s\nmetric: A\nmetadata_query: {flag: 'on'}\nthreshold: {operator: '<=', value: 12, unit: mmag}\n",
    ),
    Rule(
        "numeric-string",
        "yaml",
        Severity.WARNING,
        "A number is written so that YAML 1.1 reads it as text, such as `1e-6`.",
        "YAML 1.1 wants a dot and a signed exponent. gnomon takes the number in a test, but other readers see text, and in a "
        "query text equals no number.",
        "Write `1.0e-6`. Where a query means text, put it in quotes.",
        bad="name: s\nmetric: A\nthreshold: {operator: '<=', value: 1e-6, unit: mmag}\n",
        good="name: s\nmetric: A\nthreshold: {operator: '<=', value: 1.0e-6, unit: mmag}\n",
    ),
    Rule(
        "invalid-configuration",
        "configuration",
        Severity.ERROR,
        "The configuration has a setting, rule or value that does not exist.",
        "A misspelt setting would do nothing, and the check would look stricter than it is.",
        "Correct the name; `gnomon rule --all` lists the rules.",
        bad="A gnomon.toml with `ingore = []`.",
        good="A gnomon.toml with `ignore = []`.",
        path=_METRICS,
    ),
)
