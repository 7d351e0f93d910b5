"""Consoles that cannot show every character: in CP949, in CP1252, in a pipe and on a terminal."""
