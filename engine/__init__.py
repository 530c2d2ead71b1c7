"""Visagist's engine: networks, recipes, rendering, files. No Qt anywhere below here."""

import os

__version__ = "0.1.0"

# Layers of large pictures take tens of megabytes each, and a fresh page of 4 kB costs more than computing it: let
# torch ask Linux for large pages. It must be said before torch allocates anything.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

# Torch's own threads (GNU OpenMP) spin for milliseconds after each operation, on the cores that our kernels want next;
# a tenth of a millisecond keeps them awake from one operation of a network to the next. Before torch is loaded, too.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")
