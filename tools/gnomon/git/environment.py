"""What the environment says of Git repositories, corrected."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def corrections(git_dir: Path) -> dict[str, str]:
    """Correct what a hook of another repository has left in the environment.

    Only what is set is corrected: Git looks at who owns a repository only where nobody tells it which one to use.
    """
    common = git_dir
    with contextlib.suppress(OSError):
        common = (git_dir / (git_dir / "commondir").read_text(encoding="utf-8").strip()).resolve()
    right = {
        "GIT_DIR": str(git_dir),
        "GIT_COMMON_DIR": str(common),
        "GIT_OBJECT_DIRECTORY": str(common / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_NAMESPACE": "",
    }
    wrong = {name: value for name, value in right.items() if name in os.environ}
    if "GIT_COMMON_DIR" in wrong:
        wrong["GIT_DIR"] = right["GIT_DIR"]  # Git refuses the one without the other
    return wrong
