"""Build hook: put the commit that a wheel or sdist is built from into the package."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StampCommit(BuildHookInterface):  # type: ignore[misc]  # hatchling is not installed where mypy runs
    """Write ``gnomon/_build.py`` with the commit, unless an sdist brought one along."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Stamp before files are collected; an editable install asks Git itself and needs no stamp."""
        if version == "editable":
            return
        root = Path(self.root)
        stamp = root / "tools" / "gnomon" / "_build.py"
        commit = _commit(root)
        if commit is not None or not stamp.exists():
            stamp.write_text(f'"""Written when the package was built."""\n\nCOMMIT = {commit!r}\n', encoding="utf-8")
        build_data["artifacts"].append("/tools/gnomon/_build.py")

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Leave no stamp in a checkout, where it would go stale; an sdist has no Git data and keeps its own."""
        root = Path(self.root)
        if version != "editable" and (root / ".git").exists():
            (root / "tools" / "gnomon" / "_build.py").unlink(missing_ok=True)


def _commit(root: Path) -> str | None:
    if not (root / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # fixed arguments
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip() or None
