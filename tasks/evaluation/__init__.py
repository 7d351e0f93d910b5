"""Stage 5: measure every model, and what it is compared with, on the test split."""
