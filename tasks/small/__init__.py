"""Stage 2: resize the originals to the small images and mattes that all later stages work on."""
