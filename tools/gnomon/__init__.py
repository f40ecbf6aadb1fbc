"""gnomon: metric definitions for science pipelines, kept in Git, checked, explained and compared."""

from gnomon._version import __version__
from gnomon.names import Name

__all__ = ["Name", "__version__"]
