"""The data set that stages hand on: arrays in npz files or shards, the manifest, and warnings."""
