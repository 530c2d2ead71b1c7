"""Opening, converting and fetching model files; no code of a model file is ever run."""
