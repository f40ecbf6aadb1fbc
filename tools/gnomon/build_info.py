"""Which version this is: of the tool, and the commit that it and the bundled definitions come from."""

from __future__ import annotations

import importlib
from pathlib import Path

from gnomon._version import __version__

_PACKAGE = Path(__file__).resolve().parent


def stamped_commit() -> str | None:
    """Give the commit that a wheel was built from; None in a checkout or where it is not known."""
    try:
        found = getattr(importlib.import_module("gnomon._build"), "COMMIT", None)
    except ModuleNotFoundError:
        return None
    return found if isinstance(found, str) else None


def checkout() -> Path | None:
    """Give the repository that an editable install runs from."""
    root = _PACKAGE.parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "metrics").is_dir() else None


def definitions() -> Path:
    """Give the bundled definitions: those inside the wheel, or those of the checkout of an editable install."""
    bundled = _PACKAGE / "definitions"
    return bundled if bundled.is_dir() else checkout() or bundled


def describe() -> str:
    """Give the line that ``gnomon --version`` prints."""
    commit = stamped_commit()
    if commit is None and checkout() is not None:
        return f"gnomon {__version__} (checkout)"
    return f"gnomon {__version__}" + (f" ({commit})" if commit else "")
