"""Specifications: tests of measurements, and the types of tests there are.

A type of test is one file here. It says how its part of a document is read and written, and which values pass; verdict,
margin, direction of a change and drawings all derive from that set.
"""

from gnomon.specifications.base import Specification, Test
from gnomon.specifications.kinds import TYPES, parse_test, read_test, test_of
from gnomon.specifications.passing import Interval, PassingSet
from gnomon.specifications.range import Range, RangeSpecification
from gnomon.specifications.threshold import Threshold, ThresholdSpecification
from gnomon.specifications.tolerance import Tolerance, ToleranceSpecification

__all__ = [
    "TYPES",
    "Interval",
    "PassingSet",
    "Range",
    "RangeSpecification",
    "Specification",
    "Test",
    "Threshold",
    "ThresholdSpecification",
    "Tolerance",
    "ToleranceSpecification",
    "parse_test",
    "read_test",
    "test_of",
]
