"""The rules of ``gnomon check``: rows of a table, and the functions that apply them.

What the loader cannot but notice (YAML, shape, names, inheritance) it reports itself; the functions here judge the
resolved snapshot. The rows tell of both, and the command line, the documentation, editors and tests all read them.
"""

from gnomon.rules.catalogue import CATALOGUE
from gnomon.rules.checking import Result, check
from gnomon.rules.rule import Rule
from gnomon.rules.since import new_since

__all__ = ["CATALOGUE", "Result", "Rule", "check", "new_since"]
