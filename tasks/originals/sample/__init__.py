"""The built-in sample: rendered portraits with exact alpha mattes, so that no download is needed to start."""
