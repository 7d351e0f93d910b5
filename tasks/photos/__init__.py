"""Use the trained models on photos of one's own, at full size."""
