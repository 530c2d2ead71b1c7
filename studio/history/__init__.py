"""The dock at the bottom: the strip of the history, and the presets."""
