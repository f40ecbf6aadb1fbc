"""Write definitions for their authors: lay files out, add a metric or a specification, start a repository."""
