"""Versions of the packages of a pipeline, as Git repositories tell them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from gnomon.git import GitRepository

if TYPE_CHECKING:
    from pathlib import Path

# `git@host:path` and `user:token@host:path`, as ssh takes them; a slash before the `@` makes a path of it.
_USER = re.compile(r"[^/]*@")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def package_version(path: Path) -> tuple[dict[str, str | None], bool]:
    """Tell the version of a package by its Git repository.

    Parameters
    ----------
    path
        Any folder of its working tree.

    Returns
    -------
    version
        ``name``: of the top folder; ``git_sha``; ``git_url``: of the remote that the branch follows, or of ``origin``,
        without credentials; ``git_branch``. The last two are None where there is none.
    dirty
        Whether files differ from that commit.

    Raises
    ------
    RepositoryError
        It is in no Git repository, or that has no commits.
    """
    with GitRepository(path) as repository:
        sha = repository.resolve("HEAD")
        branch, url = repository.head()
        top = repository.top_level
        name = (top if top is not None else path.resolve()).name
        dirty = top is not None and repository.differs(top, (".",))
    version = {
        "name": name.removesuffix(".git"),
        "git_sha": sha,
        "git_url": without_credentials(url) if url is not None else None,
        "git_branch": branch,
    }
    return version, dirty


def without_credentials(url: str) -> str | None:
    """Give an address without user, password, token, query and fragment.

    Returns
    -------
    str or None
        None where it is of a form whose secrets cannot be told apart, such as a command.
    """
    if "::" in url.partition("/")[0] or re.search(r"\s", url):
        return None
    if not _SCHEME.match(url):
        return _USER.sub("", url, count=1) if _USER.match(url) else url
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # A password with characters that it may not have ends the host early: all up to the last `@` goes.
        scheme, _, rest = url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}".partition("?")[0].partition("#")[0] if "@" in rest else None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
