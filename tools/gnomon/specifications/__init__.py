"""Specifications: tests of measurements, and the types of tests there are.

A type of test is one file here. It says how its part of a document is read and written, and which values pass; verdict,
margin, direction of a change and drawings all derive from that set.
"""

from gnomon.specifications.base import Specification, Test, read_test
from gnomon.specifications.passing import Interval, PassingSet
from gnomon.specifications.range import Range
from gnomon.specifications.threshold import Threshold
from gnomon.specifications.tolerance import Tolerance

__all__ = ["Interval", "PassingSet", "Range", "Specification", "Test", "Threshold", "Tolerance", "read_test"]
