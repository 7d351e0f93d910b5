"""The matte model that comes with the package, and a way to run it that does not start TensorFlow."""
