"""Machinery that computes nothing of an output: when, where and by whom it is made, and what is said of it."""
