"""Visagist's engine: networks, recipes, rendering, files. No Qt anywhere below here."""

__version__ = "0.1.0"
