"""A direction by one's own eye: a word, faces to answer about, and the slider that comes of it."""
