"""Changes on one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.render.changes import styled_impacts, summary, unjudged
from gnomon.render.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.changes import Comparison


def render(comparison: Comparison) -> Iterator[str]:
    """Yield a line a change, the summary last."""
    for change in comparison.changes:
        place = f"{change.place}: " if change.place is not None else ""
        said = " (acknowledged)" if change.acknowledged is not None else ""
        yield f"{clean(place)}{styled_impacts(change)}[{change.rule}] {clean(f'{change.name}: {change.message}')}{said}"
    for text, _ in unjudged(comparison):
        yield clean(f"not judged {text}")
    for entry in comparison.stale:
        yield clean(f"{entry.place}: the acknowledgement of {entry.name} fits no change")
    yield summary(comparison)
