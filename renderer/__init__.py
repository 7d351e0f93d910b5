"""Renders people in 3D: the sample, and training data. Beside the pipeline; docs/renders.md says how to run it."""
