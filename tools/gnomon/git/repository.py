"""A Git repository, which is only asked and read: no checkout, nothing is ever written."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gnomon.errors import RepositoryError, RevisionError
from gnomon.git.environment import corrections
from gnomon.git.objects import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

# Revisions as people write them (v1.0, HEAD~2, @{upstream}, main^{tree}, :/text is left out on purpose).
_REVISION = re.compile(r"[^-^\s:?*\[\\\x00-\x20\x7f][^\s:?*\[\\\x00-\x20\x7f]*")
_SHA1_LENGTH = 40
_UNSHALLOW = "this clone is shallow: `git fetch --unshallow` brings the rest (in CI: `fetch-depth: 0`)"
_DAMAGED = (
    "an object is missing or damaged; in a shallow or partial clone fetch all of it (`git fetch --unshallow`, in CI "
    "`fetch-depth: 0`), otherwise ask `git fsck`"
)
_NOTHING_YET = "the repository has no commits yet"


class GitRepository:
    """A Git repository that is only read; use it as a context manager.

    Parameters
    ----------
    directory
        Any folder in its working tree, or a bare repository.

    Raises
    ------
    RepositoryError
        There is no Git repository, or Git refuses it.
    """

    def __init__(self, directory: Path) -> None:
        # GitPython looks for the git program when it is imported.
        try:
            import git  # noqa: PLC0415  # slow, and only Git sources need it
        except ImportError as error:
            raise RepositoryError("Git is needed to read a revision, and the command `git` was not found") from error

        self._errors: tuple[type[Exception], ...] = (git.GitError, git.ODBError, ValueError, OSError)
        # GitPython and its object database raise all of these on objects that are missing or damaged.
        self._reading_errors = (*self._errors, AttributeError, KeyError, IndexError)
        try:
            self._repo = git.Repo(directory, search_parent_directories=True, expand_vars=False)
        except self._errors as error:
            raise RepositoryError(f"{directory.absolute()} is not in a Git repository") from error
        self.objects = ObjectStore(self._repo.odb)
        self._repo.git.update_environment(
            GIT_GRAFT_FILE=os.devnull,
            GIT_LITERAL_PATHSPECS="1",
            GIT_NO_LAZY_FETCH="1",
            GIT_NO_REPLACE_OBJECTS="1",
            GIT_OPTIONAL_LOCKS="0",
            GIT_TERMINAL_PROMPT="0",
            LC_ALL="C",
            **corrections(Path(self._repo.git_dir)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the Git processes that GitPython keeps for reading objects."""
        self._repo.close()

    @property
    def top_level(self) -> Path | None:
        """The folder of the working tree; None in a bare repository."""
        return Path(self._repo.working_tree_dir).resolve() if self._repo.working_tree_dir else None

    def resolve(self, revision: str) -> str:
        """Give the full hash of the commit that a revision names.

        Raises
        ------
        RevisionError
            There is no such commit, or its name is not one that Git should be asked about.
        """
        if not _REVISION.fullmatch(revision):
            raise RevisionError(f"{revision!r} is not a revision; give a branch, a tag or a commit")
        try:
            # Git takes one of several branches and tags of the same name, and only warns.
            options = self._repo.git(c="core.warnAmbiguousRefs=true")
            _, found, said = options.rev_parse(
                "--verify", "--end-of-options", revision + "^{commit}", with_extended_output=True
            )
        except self._errors as error:
            raise RevisionError(self._why_not(revision, str(error))) from error
        if ambiguous := re.search(r"refname '(.*)' is ambiguous", str(said)):
            raise RevisionError(self._ambiguous(ambiguous[1]))
        commit = str(found).strip()
        if len(commit) != _SHA1_LENGTH:
            raise RevisionError("this repository uses sha256 for its objects, which GitPython cannot read yet")
        return commit

    def merge_base(self, one: str, two: str) -> str:
        """Give the best common ancestor of two revisions.

        Raises
        ------
        RevisionError
            There is none, or one of them does not exist.
        """
        commits = [self.resolve(one), self.resolve(two)]
        try:
            found = str(self._repo.git.merge_base(*commits)).split()
        except self._errors as error:
            if getattr(error, "status", 1) != 1:
                raise RevisionError(f"cannot follow the history of {one} and {two}: {_DAMAGED}") from error
            hint = _UNSHALLOW if self.is_shallow else "give a base that they share"
            raise RevisionError(f"{one} and {two} have no common ancestor; {hint}") from error
        return found[0]

    def default_branch(self) -> str:
        """Give the branch that changes are made against: that of the remote, or `main`, or `master`.

        Raises
        ------
        RevisionError
            There is none of them.
        """
        remote, local = "refs/remotes/origin", "refs/heads"
        names = (f"{remote}/HEAD", f"{remote}/main", f"{remote}/master", f"{local}/main", f"{local}/master")
        for candidate in names:
            try:
                self._repo.git.rev_parse("--verify", "--quiet", "--end-of-options", candidate)
            except self._errors:
                continue
            return candidate
        if not self._has_commits():
            raise RevisionError(f"there is nothing to compare with: {_NOTHING_YET}")
        raise RevisionError("there is no branch `main` or `master` to compare with; give a BASE")

    def first_parents(self, revision: str, paths: list[str]) -> list[tuple[str, str, str, str]]:
        """List commits that touch some paths, along first parents, oldest first: hash, author, ISO date, subject."""
        commit = self.resolve(revision)
        # What people write holds no NUL.
        form = "--format=tformat:%H%x00%an%x00%aI%x00%s"
        with self.reading(revision):
            options = ("-z", "--no-show-signature", "--first-parent", "--reverse", form)
            text = str(self._repo.git.log(*options, commit, "--", *paths))
        fields = text.split("\0")
        return list(zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False))

    def differs(self, directory: Path, names: Iterable[str]) -> bool:
        """Tell whether files or folders on disk differ from the last commit."""
        paths = [str(directory.resolve() / name) for name in names]
        return bool(self._asked("status", "--porcelain", "--untracked-files=normal", "--", *paths))

    def head(self) -> tuple[str | None, str | None]:
        """Give the branch that is checked out, and the address of its remote or of `origin`; None for what is not."""
        branch = self._asked("symbolic-ref", "--quiet", "--short", "HEAD") or None
        remote = self._asked("config", "--get", f"branch.{branch}.remote") or "origin"
        # As it is written: `git remote get-url` also gives what a user's configuration replaces it by.
        return branch, self._asked("config", "--get", f"remote.{remote}.url") or None

    @property
    def is_shallow(self) -> bool:
        """Whether the clone lacks the beginning of its history."""
        return (Path(self._repo.common_dir) / "shallow").exists()

    def _has_commits(self) -> bool:
        # A head that is no branch is a commit, whatever branches there are.
        any_branch = self._asked("for-each-ref", "--count=1", "--format=%(refname)")
        return bool(any_branch) or self._asked("rev-parse", "--verify", "HEAD") is not None

    def _asked(self, *command: str) -> str | None:
        """Give what Git prints, or None where it fails."""
        try:
            return str(self._repo.git.execute(["git", *command]))
        except self._errors:
            return None

    def _ambiguous(self, name: str) -> str:
        places = [f"refs/{kind}/{name}" for kind in ("heads", "tags", "remotes")]
        found = (self._asked("for-each-ref", "--format=%(refname)", *places) or "").split()
        meanings = found if len(found) > 1 else [*found, "the beginning of a hash"]
        return f"{name} is ambiguous: it is {' and '.join(meanings)}; write which one you mean"

    def _why_not(self, revision: str, said: str) -> str:
        if "dubious ownership" in said:
            return "Git refuses this repository because somebody else owns it (see `git help safe.directory`)"
        if "corrupt" in said or "unable to unpack" in said:
            return f"cannot read {revision} from Git: {_DAMAGED}"
        kind = self._asked("cat-file", "-t", f"{revision}^{{}}")
        if kind in {"blob", "tree"}:
            return f"{revision} is no commit but a {'file' if kind == 'blob' else 'folder'} of one; give a commit"
        is_hash = re.fullmatch(r"[0-9a-f]{4,64}", revision) is not None
        if kind is None and not is_hash and self._asked("rev-parse", "--verify", "--end-of-options", revision):
            return f"cannot read {revision} from Git: {_DAMAGED}"
        prefixes = is_hash and self._asked("rev-parse", f"--disambiguate={revision}")
        if prefixes and len(prefixes.split()) > 1:
            return f"{revision} is ambiguous: several objects begin like it; give more of the hash"
        message = f"no such revision: {revision}"
        if not self._has_commits():
            return f"{message} ({_NOTHING_YET})"
        if self.is_shallow:
            return f"{message}; {_UNSHALLOW}"
        return f"{message}; `git fetch` may bring it, `git log --oneline --all` lists what is here"

    def tree(self, commit: str) -> str:
        """Give the hash of the folder that a commit is."""
        with self.reading(commit):
            return self.objects.tree(commit)

    @contextlib.contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """Turn whatever goes wrong in the object store into one clear error."""
        try:
            yield
        except self._reading_errors as error:
            raise RevisionError(f"cannot read {what} from Git: {_DAMAGED}") from error
