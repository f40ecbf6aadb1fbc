"""The documentation site: pages made of a snapshot, of what is explained of it, of its history and of the rules."""
