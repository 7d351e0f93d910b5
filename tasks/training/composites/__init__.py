"""Composites: rendered people before rendered backgrounds, new each time."""
