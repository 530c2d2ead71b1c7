"""Visagist's engine: networks, recipes, rendering, files. No Qt anywhere below here."""

import os

__version__ = "0.1.0"

# Layers of large pictures take tens of megabytes each, and a fresh page of 4 kB costs more than computing it: let
# torch ask Linux for large pages. It must be said before torch allocates anything.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
