"""Visagist's engine: networks, recipes, rendering, files. No Qt anywhere below here."""
