"""The rules of ``gnomon diff``: what can change, and what that does by default."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from gnomon.changes.impacts import Impact

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DiffRule:
    """A row: something that can change.

    Attributes
    ----------
    name
        In kebab-case, as in output and configuration.
    subject
        What it is about.
    impacts
        Unless the configuration of the base says otherwise; empty where they follow from the direction of the change.
    summary, why
        What it finds, and what that means for those who rely on it.
    before, after
        Two states between which it fires: texts of files by path.
    twin
        The row of the opposite change, or why there is none.
    """

    name: str
    subject: Literal["metric", "specification", "configuration"]
    impacts: tuple[Impact, ...]
    summary: str
    why: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    twin: str


_METRICS, _SPECS, _SETTINGS = "metrics/p.yaml", "specs/p/a.yaml", "gnomon.toml"
_A = "A: {unit: mmag, description: Scatter of magnitudes.%s}\n"
_S = "name: s\nmetric: A\n%sthreshold: {operator: '<=', value: %s, unit: %s}\n"
_T9 = "---\nname: t\nmetric: A\nthreshold: {operator: '<=', value: 9.0, unit: mmag}\n"
_HEIR = "---\nname: t\n%sthreshold: {operator: '<=', value: 5.0, unit: mmag}\n"
_B, _T, _W, _C, _E = (
    (Impact.BREAKING,),
    (Impact.TIGHTENING,),
    (Impact.WEAKENING,),
    (Impact.COMPATIBLE,),
    (Impact.EDITORIAL,),
)

_ROWS = (
    DiffRule(
        "metric-added",
        "metric",
        _C,
        "A metric is new.",
        "Nobody measures it yet, so its specifications tighten nothing either.",
        {_METRICS: _A % ""},
        {_METRICS: _A % "" + "B: {unit: s, description: Time spent.}\n"},
        "metric-removed",
    ),
    DiffRule(
        "metric-removed",
        "metric",
        _B,
        "A metric is gone.",
        "Stored measurements and the code that makes them name something that no longer exists. Deprecate it first.",
        {_METRICS: _A % "" + "B: {unit: s, description: Time spent.}\n"},
        {_METRICS: _A % ""},
        "metric-added",
    ),
    DiffRule(
        "deprecated-metric-removed",
        "metric",
        _C,
        "A metric is gone that was deprecated at the base.",
        "Those who measure it were told. The loss of its specifications is a change of its own, and not excused.",
        {_METRICS: _A % "" + "B: {unit: s, description: Time spent., deprecated: {reason: Nobody needs it.}}\n"},
        {_METRICS: _A % ""},
        "no deprecated-metric-added: a metric is not born deprecated, and `metric-added` tells it",
    ),
    DiffRule(
        "metric-renamed",
        "metric",
        _B,
        "A metric is replaced by another one, as its deprecation says.",
        "Stored measurements keep the old name; a consumer must know the new one.",
        {_METRICS: _A % ", deprecated: {replaced_by: B}"},
        {_METRICS: "B: {unit: mmag, description: Scatter.}\n"},
        "a rename back is a rename",
    ),
    DiffRule(
        "metric-dimension-changed",
        "metric",
        _B,
        "The unit of a metric is of another dimension.",
        "Stored numbers mean something else, and no specification in the old unit can be evaluated.",
        {_METRICS: _A % ""},
        {_METRICS: "A: {unit: pix, description: Scatter of magnitudes.}\n"},
        "changes back alike",
    ),
    DiffRule(
        "metric-unit-changed",
        "metric",
        _B,
        "The unit of a metric is another one of the same dimension.",
        "Stored numbers differ by a factor from those that will be written.",
        {_METRICS: _A % ""},
        {_METRICS: "A: {unit: mag, description: Scatter of magnitudes.}\n"},
        "changes back alike",
    ),
    DiffRule(
        "metric-unit-rewritten",
        "metric",
        _C,
        "The unit of a metric is another name of the same unit.",
        "Stored numbers stay what they are, as with marcsec and mas; only the unit's name is new.",
        {_METRICS: "A: {unit: Hz, description: Rate of alerts.}\n"},
        {_METRICS: "A: {unit: 1 / s, description: Rate of alerts.}\n"},
        "changes back alike",
    ),
    DiffRule(
        "metric-revision-changed",
        "metric",
        _B,
        "The revision of a metric is another one: the measured quantity changed.",
        "Measurements of before and after are not of one series.",
        {_METRICS: _A % ""},
        {_METRICS: _A % ", revision: 2"},
        "lowering it is the same rule: also then the series breaks",
    ),
    DiffRule(
        "metric-deprecated",
        "metric",
        _C,
        "A metric is deprecated.",
        "It can still be measured; those who do are told.",
        {_METRICS: _A % ""},
        {_METRICS: _A % ", deprecated: {reason: Nobody needs it.}"},
        "metric-undeprecated",
    ),
    DiffRule(
        "metric-undeprecated",
        "metric",
        _C,
        "A metric is no longer deprecated.",
        "It will be measured on.",
        {_METRICS: _A % ", deprecated: {reason: Nobody needs it.}"},
        {_METRICS: _A % ""},
        "metric-deprecated",
    ),
    DiffRule(
        "metric-description-changed",
        "metric",
        _E,
        "The description of a metric says something else.",
        "Editorial if the same quantity is still measured; if not, `revision` must be raised. A reviewer is asked.",
        {_METRICS: _A % ""},
        {_METRICS: "A: {unit: mmag, description: Robust scatter of magnitudes.}\n"},
        "changes back alike",
    ),
    DiffRule(
        "metric-detail-changed",
        "metric",
        _E,
        "Tags, references, label, owner or the words of a deprecation changed.",
        "No number, name or verdict changes; filters by tag may find other metrics.",
        {_METRICS: _A % ""},
        {_METRICS: _A % ", tags: [photometry]"},
        "changes back alike",
    ),
    DiffRule(
        "specification-added",
        "specification",
        _T,
        "A specification is new, of a metric that the base already had.",
        "A run that passed may fail it. A new requirement (abstract) alone is compatible, since nothing is evaluated.",
        {_SPECS: _S % ("", "5.0", "mmag")},
        {
            _SPECS: _S % ("", "5.0", "mmag")
            + "---\nname: t\nmetric: A\nthreshold: {operator: '<=', value: 9.0, unit: mmag}\n"
        },
        "specification-removed",
    ),
    DiffRule(
        "specification-removed",
        "specification",
        _W,
        "A specification is gone.",
        "What it caught passes.",
        {
            _SPECS: _S % ("", "5.0", "mmag")
            + "---\nname: t\nmetric: A\nthreshold: {operator: '<=', value: 9.0, unit: mmag}\n"
        },
        {_SPECS: _S % ("", "5.0", "mmag")},
        "specification-added",
    ),
    DiffRule(
        "specification-test-changed",
        "specification",
        (),
        "The values that pass a specification are others.",
        "A smaller set tightens, a larger one weakens, a shifted one does both.",
        {_SPECS: _S % ("", "5.0", "mmag")},
        {_SPECS: _S % ("", "6.0", "mmag")},
        "changes back alike, in the other direction",
    ),
    DiffRule(
        "specification-test-rewritten",
        "specification",
        _C,
        "A test is written otherwise, and passes the same values.",
        "Verdicts stay the same; what reads the number without its unit does not.",
        {_SPECS: _S % ("", "5.0", "mmag")},
        {_SPECS: _S % ("", "0.005", "mag")},
        "changes back alike",
    ),
    DiffRule(
        "specification-dimension-changed",
        "specification",
        (Impact.BREAKING, Impact.TIGHTENING, Impact.WEAKENING),
        "The unit of a test is of another dimension, so that nothing can be compared.",
        "No value can be judged by both tests.",
        {_SPECS: _S % ("", "5.0", "mmag")},
        {_SPECS: _S % ("", "5.0", "pix")},
        "changes back alike",
    ),
    DiffRule(
        "specification-query-changed",
        "specification",
        (),
        "A specification applies to other jobs.",
        "More jobs tighten: some are tested that were not. Fewer weaken: what was caught there passes.",
        {_SPECS: _S % ("metadata_query: {camera: hsc}\n", "5.0", "mmag")},
        {_SPECS: _S % ("", "5.0", "mmag")},
        "changes back alike, in the other direction",
    ),
    DiffRule(
        "specification-query-rewritten",
        "specification",
        _C,
        "A query is written otherwise, and applies to the same jobs.",
        "Verdicts stay the same.",
        {_SPECS: _S % ("metadata_query: {camera: hsc}\n", "5.0", "mmag")},
        {_SPECS: _S % ("metadata_query: {camera: {in: [hsc]}}\n", "5.0", "mmag")},
        "changes back alike",
    ),
    DiffRule(
        "specification-made-abstract",
        "specification",
        _W,
        "A specification became a requirement, which is not evaluated by itself.",
        "What it caught passes, unless an heir catches it.",
        {_SPECS: _S % ("", "5.0", "mmag")},
        {_SPECS: _S % ("abstract: true\n", "5.0", "mmag")},
        "specification-made-concrete",
    ),
    DiffRule(
        "specification-made-concrete",
        "specification",
        _T,
        "A requirement became a specification that is evaluated.",
        "A run that passed may fail it.",
        {_SPECS: _S % ("abstract: true\n", "5.0", "mmag")},
        {_SPECS: _S % ("", "5.0", "mmag")},
        "specification-made-abstract",
    ),
    DiffRule(
        "specification-requirement-changed",
        "specification",
        (),
        "A specification became an heir of a requirement, or is none any more.",
        "The verdict of a requirement rolls up from its heirs: what it loses cannot fail it, what it gains can.",
        {_SPECS: _S % ("abstract: true\n", "5.0", "mmag") + _HEIR % "base: A.s\n"},
        {_SPECS: _S % ("abstract: true\n", "5.0", "mmag") + _HEIR % "metric: A\n"},
        "changes back alike, in the other direction",
    ),
    DiffRule(
        "specification-level-changed",
        "specification",
        (Impact.TIGHTENING, Impact.WEAKENING),
        "A tag that is a level of a ladder came or went.",
        "A report on one level has other specifications in it.",
        {_SPECS: _S % ("tags: [minimum]\n", "5.0", "mmag")},
        {_SPECS: _S % ("tags: [design]\n", "5.0", "mmag")},
        "changes back alike",
    ),
    DiffRule(
        "specification-tags-changed",
        "specification",
        _E,
        "Tags that are no levels came or went.",
        "No verdict changes; filters by tag may find other specifications.",
        {_SPECS: _S % ("tags: [a]\n", "5.0", "mmag")},
        {_SPECS: _S % ("tags: [b]\n", "5.0", "mmag")},
        "changes back alike",
    ),
    DiffRule(
        "specification-renamed",
        "specification",
        _B,
        "A specification moved with its metric, which is replaced by another one.",
        "Reports and dashboards know the old name.",
        {_METRICS: _A % ", deprecated: {replaced_by: B}", _SPECS: _S % ("", "5.0", "mmag")},
        {
            _METRICS: "B: {unit: mmag, description: Scatter of magnitudes.}\n",
            _SPECS: (_S % ("", "5.0", "mmag")).replace("metric: A", "metric: B"),
        },
        "a rename back is a rename",
    ),
    DiffRule(
        "configuration-changed",
        "configuration",
        _E,
        "A setting that decides about findings or impacts changed.",
        "A change cannot loosen its own gate: the base's settings judge it; the next change will be judged otherwise.",
        {_METRICS: _A % "", _SETTINGS: "fail-on = 'warning'\n"},
        {_METRICS: _A % "", _SETTINGS: "fail-on = 'error'\n"},
        "changes back alike",
    ),
)

DIFF_CATALOGUE: Mapping[str, DiffRule] = MappingProxyType({row.name: row for row in _ROWS})
