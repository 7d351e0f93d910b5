"""Folders that lie in an object store, given by address."""
