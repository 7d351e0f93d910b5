"""Data sets in several files, for more photos than one file should hold."""
