"""What results look like: one file a format, each a function from values to text."""
