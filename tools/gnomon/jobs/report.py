"""The report of one set of measurements, as a table for people."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gnomon.jobs.evaluation import Status, judge
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.notebook import html_table, typeset_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from astropy.table import Table
    from astropy.units import Quantity

    from gnomon.jobs.evaluation import Verdict
    from gnomon.jobs.measurements import MeasurementSet
    from gnomon.jobs.specification_set import SpecificationSet
    from gnomon.metrics import Metric
    from gnomon.names import Name

COLUMNS = ("Status", "Specification", "Measurement", "Test", "Metric Tags", "Spec. Tags")
MARKS = {
    Status.PASS: "\N{WHITE HEAVY CHECK MARK}",
    Status.FAIL: "\N{CROSS MARK}",
    Status.MISSING: "\N{HEAVY MINUS SIGN}",
}
_NOTHING = "nothing was tested: no specification applies to what was measured"


class Report:
    """Measurements beside the specifications that test them.

    Parameters
    ----------
    measurements
        Those to judge.
    specs
        The specifications to judge them by, whether or not their queries are met; requirements are passed over.
    metrics
        For their tags, where measurements do not know their metrics.

    Notes
    -----
    Specifications without a measurement are left out; ``gnomon report`` lists them as missing.
    """

    def __init__(self, measurements: MeasurementSet, specs: SpecificationSet, metrics: MetricSet | None = None) -> None:
        self._measurements = measurements
        self._specs = specs
        self._metrics = metrics if metrics is not None else MetricSet()

    @property
    def verdicts(self) -> list[Verdict]:
        """What became of each specification with a measurement, by name."""
        return [
            judge(spec, self._measurements[spec.metric_name], self._metric(spec.metric_name))
            for _, spec in sorted(self._specs.items())
            if not spec.abstract and spec.metric_name in self._measurements
        ]

    def _metric(self, name: Name) -> Metric | None:
        found: Metric | None = self._metrics.get(name, self._measurements[name].metric)
        return found

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for verdict in self.verdicts:
            spec = verdict.specification
            metric = self._metric(spec.metric_name)
            tags = sorted(metric.tags) if metric is not None else []
            yield (
                MARKS[verdict.status],
                str(spec.name),
                typeset_value(self._measurements[spec.metric_name]),
                f"${spec.test.latex}$",
                ", ".join(tags),
                ", ".join(sorted(spec.tags)),
            )

    def make_table(self) -> Table:
        """Make astropy's table, sorted by specification.

        Returns
        -------
        astropy.table.Table
            With the columns Status (one of `MARKS`), Specification, Measurement, Test, Metric Tags and Spec. Tags; all
            are texts, quantities typeset in LaTeX.
        """
        from astropy.table import Table  # noqa: PLC0415  # slow, and only tables need it

        rows = list(self._rows())
        return Table(rows=rows or None, names=COLUMNS, dtype=None if rows else [str] * len(COLUMNS))

    def show(self) -> Table:
        """Give the table, which a notebook shows."""
        return self.make_table()

    def __str__(self) -> str:
        lines = [
            f"{MARKS[verdict.status]} {verdict.specification.name}: "
            f"{_shown(self._measurements[verdict.specification.metric_name].quantity)} ({verdict.specification})"
            for verdict in self.verdicts
        ]
        return "\n".join(lines) or _NOTHING

    def __repr__(self) -> str:
        found = [verdict.status for verdict in self.verdicts]
        return f"<Report: {found.count(Status.PASS)} pass, {found.count(Status.FAIL)} fail, of {len(found)}>"

    def _repr_html_(self) -> str:
        rows = [[escape(cell) for cell in row] for row in self._rows()]
        return html_table(COLUMNS, rows) if rows else f"<p>{_NOTHING}</p>"


def _shown(quantity: Quantity | None) -> str:
    """Write a measured value to as many digits as anybody reads."""
    return "not measured" if quantity is None else f"{quantity:.6g}"
