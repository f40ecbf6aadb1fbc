"""The ladder of a metric as SVG: its limits on one axis, what passes shaded, and the measured value on it.

It looks as the ladders of the reference do: bands of what passes lie on each other, so that the strictest is darkest; a
line is a limit, dashed where the limit itself does not pass.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from gnomon import units
from gnomon.render.axis import LEFT, LETTER, RIGHT, WIDTH, axis_for, place_texts
from gnomon.render.report_words import WORDS, number, quantity
from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gnomon.jobs.evaluation import Verdict
    from gnomon.render.axis import Axis
    from gnomon.specifications.passing import Interval

_VALUE, _STRIP, _ROW, _AXIS = 22.0, 26.0, 16.0, 40.0
_MOST_LABELS = 12
_LONGEST_LABEL = 48


def draw(verdicts: Sequence[Verdict], measured: tuple[float | None, str] | None) -> str | None:
    """Draw the limits of one metric.

    Parameters
    ----------
    verdicts
        Of its specifications that apply, the loosest first.
    measured
        The value and its unit, in which the axis is.

    Returns
    -------
    str or None
        SVG; None where there is no finite limit to show or no value to show on it.
    """
    value, unit = measured or (None, "")
    if value is None:
        return None
    # What the same values pass is drawn once, under all its names.
    tests: dict[tuple[Interval, ...], list[Verdict]] = {}
    for verdict in verdicts:
        test = verdict.specification.test
        if units.facts(test.unit).converts_to(units.facts(unit)):
            tests.setdefault(test.passing.to(unit).intervals, []).append(verdict)
    limits = [bound for intervals in tests for bound in _bounds(intervals)]
    scale = axis_for([*limits, value]) if limits and math.isfinite(value) else None
    if scale is None:
        return None
    labels, bottom = _labels(tests, scale)
    body = [
        *_strip(tests, scale),
        *labels,
        *_axis(scale, bottom, unit),
        *_value(scale, value, unit),
    ]
    told = "; ".join(
        f"{verdict.specification.name.spec} {verdict.specification}: {WORDS[verdict.status]}"
        for same in tests.values()
        for verdict in same
    )
    height = bottom + _AXIS
    title = f"{quantity(measured)} among the limits: {told}"
    return (
        f'<svg class="ladder" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" role="img">'
        f"<title>{_text(title)}</title>{''.join(body)}</svg>"
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _bounds(intervals: Sequence[Interval]) -> list[float]:
    return [bound for found in intervals for bound in (found.lower, found.upper) if math.isfinite(bound)]


def _strip(tests: Iterable[Sequence[Interval]], scale: Axis) -> Iterator[str]:
    top = _VALUE
    yield f'<rect class="lane" x="{LEFT}" y="{top}" width="{RIGHT - LEFT}" height="{_STRIP}"/>'
    lines: dict[str, None] = {}
    for intervals in tests:
        for found in intervals:
            if found.is_empty:
                continue
            start, end = scale.x(found.lower), scale.x(found.upper)
            yield f'<rect class="passes" x="{start:.1f}" y="{top}" width="{end - start:.1f}" height="{_STRIP}"/>'
            for bound, closed in ((found.lower, found.lower_closed), (found.upper, found.upper_closed)):
                if math.isfinite(bound):
                    x, kind = scale.x(bound), "limit" if closed else "limit open"
                    lines[f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + _STRIP}"/>'] = None
    yield from lines


def _labels(tests: Mapping[tuple[Interval, ...], Sequence[Verdict]], scale: Axis) -> tuple[list[str], float]:
    """Put names under their limits, in as many rows as they need not to touch."""
    wanted = []
    for intervals, verdicts in list(tests.items())[:_MOST_LABELS]:
        bounds = [scale.x(bound) for bound in _bounds(intervals)]
        if bounds:
            name = ", ".join(str(verdict.specification.name.spec) for verdict in verdicts)
            name = name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
            wanted.append((sum(bounds) / len(bounds), name, verdicts[0].status.value))
    labels, rows = [], 0
    top = _VALUE + _STRIP
    for (row, middle), (x, name, status) in zip(place_texts([(x, name) for x, name, _ in wanted]), wanted, strict=True):
        y = top + (row + 1) * _ROW
        rows = max(rows, row + 1)
        labels.append(f'<path class="leader" d="M{x:.1f} {top} V{y - 12:.1f}"/>')
        place = f'x="{middle:.1f}" y="{y - 3:.1f}"'
        labels.append(f'<text class="{status}" {place} text-anchor="middle">{_text(name)}</text>')
    left = sum(map(len, list(tests.values())[_MOST_LABELS:]))
    if left > 0:
        rows += 1
        labels.append(f'<text class="tick" x="{LEFT}" y="{top + rows * _ROW - 3}">and {left} more</text>')
    return labels, top + rows * _ROW + 6


def _axis(scale: Axis, y: float, unit: str) -> Iterator[str]:
    yield f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'
    for tick in scale.ticks():
        x = scale.x(tick)
        yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 4}"/>'
        anchor = "start" if x < LEFT + 12 else "end" if x > RIGHT - 12 else "middle"
        yield f'<text class="tick" x="{x:.1f}" y="{y + 17}" text-anchor="{anchor}">{number(tick)}</text>'
    told = (unit or "dimensionless") + (", logarithmic" if scale.logarithmic else "")
    yield f'<text class="tick" x="{RIGHT}" y="{y + 33}" text-anchor="end">{_text(told)}</text>'


def _value(scale: Axis, value: float, unit: str) -> Iterator[str]:
    x = scale.x(value)
    yield f'<line class="value" x1="{x:.1f}" x2="{x:.1f}" y1="{_VALUE - 4}" y2="{_VALUE + _STRIP + 2}"/>'
    yield f'<path class="value" d="M{x:.1f} {_VALUE + 3} l-5 -7 h10 z"/>'
    text = quantity((value, unit))
    half = len(text) * LETTER / 2
    middle = min(max(x, LEFT + half), max(RIGHT - half, LEFT + half))
    yield f'<text class="measured" x="{middle:.1f}" y="{_VALUE - 9}" text-anchor="middle">{_text(text)}</text>'
