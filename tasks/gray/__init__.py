"""Stage 3: the gray targets, computed from the small images."""
