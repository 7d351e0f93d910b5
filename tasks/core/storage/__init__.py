"""Folders in object stores, such as s3://bucket/prefix: their contents, and files copied to and from them."""
