"""Git: repositories that are only read, and the states of their commits."""

from gnomon.git.commit_tree import CommitTree
from gnomon.git.repository import GitRepository

__all__ = ["CommitTree", "GitRepository"]
