"""Composites: rendered people before rendered backgrounds, drawn anew each time."""
