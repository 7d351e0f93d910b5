"""Stage 2: shrink the originals to the small images and mattes that everything else works on."""
