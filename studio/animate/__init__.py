"""The Animate workspace: a timeline, and the videos that are rendered of it."""
