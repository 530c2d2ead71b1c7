"""The Animate workspace: recipes in time, seen, scrubbed, played and edited. What a timeline means is the engine's."""
