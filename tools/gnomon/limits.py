"""How much gnomon reads, and how hard it tries.

Strangers edit a metrics repository through pull requests, and machines with secrets check it. Each limit is far beyond
what people write, and what lies beyond it is told in a diagnostic. Limits that nobody is told of, such as the sizes of
caches, stand where they are used.
"""

from __future__ import annotations

# Files and folders
MAX_FILE_BYTES = 16 * 1024**2
MAX_SETTINGS_BYTES = 1024**2  # of a configuration, which has to be read to find the repository at all
MAX_FOLDERS = 64  # one in the other: walking them recurses
MAX_LINKS = 10  # one to the other

# YAML
MAX_DEPTH = 64  # of nesting: nodes are walked by recursion in places
MAX_DOCUMENTS = 100_000  # of a file
# How many values aliases and merge keys may add: far more than people use, and, with one more for each character of
# the file, little enough that a hostile file costs no more than a long one.
MAX_EXPANSION = 10_000
MAX_VALUES = 20_000  # of one definition, after inheritance; a base that is reached twice counts twice
MAX_VALUES_MERGED = 5_000_000  # of all definitions together, and for each character of the files
VALUES_FOR_A_CHARACTER = 2

# Texts, in characters
MAX_NAME = 500  # repeated by everything that refers to it
MAX_UNIT = 200  # astropy's parser recurses
MAX_NUMBER = 400  # no longer one is meant, and Python refuses to print integers of thousands of digits
MAX_MESSAGE = 1_000  # what it quotes may be of any length, and stands in the file
MAX_DOTS = 300  # in a line of TOML: tomllib takes the square of them

# Work
MAX_WORDS_COMPARED = 200_000  # to guess what was meant: a second or two, and who made more mistakes reads on without
MAX_BASES_GUESSED = 100  # each is compared with every label of a package
MAX_LINKS_TOLD = 10_000  # of cycles that overlap; every pair of documents can be in another one
MAX_UNITS_GUESSED = 200  # each is looked for among thousands: milliseconds
MAX_SETTINGS_PLACED = 200  # faults of a configuration: each place is searched for, and the rest is told at its head
# Specifications with each other, for one rule: metrics have tens of them, and thousands of one metric stop nobody.
MAX_SPECIFICATIONS_COMPARED = 500_000
MAX_VALUES_TRIED = 2_000_000  # to find jobs that the conditions of queries reach: some seconds


class Budget:
    """What may be spent on a search that could go on for hours.

    Parameters
    ----------
    most
        How many steps; what one is, the search says.
    """

    def __init__(self, most: int) -> None:
        self._left = most

    @property
    def is_spent(self) -> bool:
        """Whether more was asked for than there is; then nothing more is granted, however little it is."""
        return self._left < 0

    def spend(self, cost: int = 1) -> bool:
        """Tell whether that much is left, and take it."""
        self._left -= cost
        return not self.is_spent
