"""The left dock: faces to choose from, faces near the one on show, and children of two."""
