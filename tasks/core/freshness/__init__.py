"""Judges whether an output is up to date, and makes it whole or not at all; `stage` is where to begin."""
