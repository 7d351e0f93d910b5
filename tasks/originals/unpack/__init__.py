"""Before stage 1, for originals in an archive: their pictures, unpacked once."""
