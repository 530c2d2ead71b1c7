"""The Qt program; it imports the engine, never the other way round."""
