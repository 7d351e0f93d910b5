"""The stages of the pipeline, one folder each, in the order data flows."""
