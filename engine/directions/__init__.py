"""Attribute directions: discovered, learned, and kept in packs."""
