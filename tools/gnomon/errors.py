"""Exceptions: the program cannot do what it was asked.

::

    GnomonError
    ├── UsageError          what was asked for makes no sense
    ├── RepositoryError     no metrics repository, or a part of it cannot be read
    │   └── RevisionError   no such revision, or its objects are not there
    └── VerifyError         a job, measurement or definition cannot be used as asked
        └── VerifySpecificationError
            └── DefinitionError     definitions that were needed cannot be resolved
                └── SpecificationResolutionError

A fault in a definition is not an exception but a `gnomon.diagnostics.Diagnostic`: one run reports them all.
"""

from __future__ import annotations


class GnomonError(Exception):
    """Base of everything that gnomon raises on purpose; its text is one line for a person."""


class UsageError(GnomonError):
    """A request that cannot be understood, such as an unknown rule or definition."""


class RepositoryError(GnomonError):
    """A metrics repository that is not there or cannot be read."""


class RevisionError(RepositoryError):
    """A Git revision that does not exist or whose objects are missing."""


class VerifyError(GnomonError):
    """A job, a measurement or a definition that cannot be used as it was asked."""


class VerifySpecificationError(VerifyError):
    """Specifications that cannot be used as it was asked."""


class DefinitionError(VerifySpecificationError):
    """Definitions that cannot be resolved; the text lists every fault with its place."""


class SpecificationResolutionError(DefinitionError):
    """The bases of a specification that cannot be resolved."""
