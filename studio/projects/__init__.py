"""Projects: saving and opening them, keeping unsaved work by itself, and offering it again."""
