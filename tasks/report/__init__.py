"""Stage 6: one report over all evaluations."""
