"""Objects of Git by their hashes: folders and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from gnomon.sources import Kind

FOLDER, _LINK, _GITLINK = 0o040000, 0o120000, 0o160000
_MOST_FOLDERS = 5_000  # kept: folders of neighbouring commits are mostly the same


class Item(NamedTuple):
    """An entry of a folder in Git.

    Attributes
    ----------
    path
        From the top of the repository.
    """

    path: str
    mode: int
    sha: str

    @property
    def kind(self) -> Kind:
        """What it is."""
        if self.mode == _GITLINK:
            return "repository"
        if self.mode == FOLDER:
            return "folder"
        return "link" if self.mode == _LINK else "file"


class ObjectStore:
    """Reads objects through GitPython's database, and keeps what many commits ask for again.

    Parameters
    ----------
    database
        Of GitPython; it raises many things on objects that are missing or damaged, see `GitRepository.reading`.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._folders: dict[str, dict[str, tuple[int, str]]] = {}
        self._sizes: dict[str, int] = {}
        self._latest: tuple[str, bytes] = ("", b"")

    def tree(self, commit: str) -> str:
        """Give the hash of the folder that a commit is."""
        kind, _, found = self.content(commit).partition(b"\n")[0].partition(b" ")
        if kind != b"tree":
            raise ValueError(kind)
        return found.decode("ascii")

    def folder(self, tree: str) -> dict[str, tuple[int, str]]:
        """Give mode and hash of what is directly in a folder, by name."""
        found = self._folders.get(tree)
        if found is None:
            from git.objects.fun import tree_entries_from_data  # noqa: PLC0415  # slow, and only Git sources need it

            found = {name: (mode, sha.hex()) for sha, mode, name in tree_entries_from_data(self.content(tree))}
            if len(self._folders) >= _MOST_FOLDERS:
                self._folders.clear()
            self._folders[tree] = found
        return found

    def size(self, blob: str) -> int:
        """Give the size of a file."""
        if blob not in self._sizes:
            self._sizes[blob] = self._database.info(bytes.fromhex(blob)).size
        return self._sizes[blob]

    def content(self, sha: str, most: int = -1) -> bytes:
        """Give the content of an object, or its first bytes."""
        if most >= 0:
            return bytes(self._database.stream(bytes.fromhex(sha)).read(most))
        if self._latest[0] != sha:
            self._latest = (sha, bytes(self._database.stream(bytes.fromhex(sha)).read()))
        return self._latest[1]
