"""The headings under which directions stand. No tensors live here, so that the window can read it before torch."""

from __future__ import annotations

DISCOVERED = "Discovered"
HEADINGS = ("Face", "Hair", "Pose", "Light", DISCOVERED)
