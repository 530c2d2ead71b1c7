"""Networks that learn: torch modules whose parameters carry the names of our model files."""
