"""The commands: one file each, with a click command called ``command`` that returns its exit status."""
