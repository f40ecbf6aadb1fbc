"""The version of the tool; the definitions have releases of their own."""

__version__ = "0.1.0"
