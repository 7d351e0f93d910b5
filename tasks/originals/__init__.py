"""Stage 1: find the originals, portraits with their mattes, and check every pair."""
