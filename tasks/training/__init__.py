"""Stage 4: train the networks of the catalogue."""
