"""``gnomon diff``: what a change does to those who measure and to those who rely on a requirement."""

from gnomon.changes.catalogue import DIFF_CATALOGUE, DiffRule
from gnomon.changes.change import Acknowledgement, Cause, Change, Witness
from gnomon.changes.comparing import Comparison, NotComparable, compare
from gnomon.changes.impacts import Direction, Impact

__all__ = [
    "DIFF_CATALOGUE",
    "Acknowledgement",
    "Cause",
    "Change",
    "Comparison",
    "DiffRule",
    "Direction",
    "Impact",
    "NotComparable",
    "Witness",
    "compare",
]
