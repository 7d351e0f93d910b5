"""Data sets split into several files, for more photos than one file should hold."""
