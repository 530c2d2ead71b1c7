"""Readers of foreign network files. Nothing that a file names is imported, and nothing in it is run."""
