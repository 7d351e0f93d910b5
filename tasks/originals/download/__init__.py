"""Before stage 1, for originals at an address on the web: the archive, fetched once."""
