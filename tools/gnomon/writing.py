"""Write files so that whoever reads them finds the old or the new content, whole."""

from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path


def write_atomically(path: Path, content: str | bytes, *, durably: bool = True) -> None:
    """Replace a file, or make a new one with the mode that the user's mask gives.

    Parameters
    ----------
    path
        A link is followed; what is no file, such as a terminal, is written to as it is.
    durably
        Whether the content must be on the disk before the name is; what can be made again need not wait for that.

    Raises
    ------
    OSError
        It cannot be written; nothing is left behind.
    """
    target = Path(os.path.realpath(path))
    data = content.encode() if isinstance(content, str) else content
    try:
        mode: int | None = target.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        target.write_bytes(data)
        return
    temporary = target.parent / f".gnomon-{uuid.uuid4().hex}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durably:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
