"""The show: what an exhibition plays, when, and where. Values and arithmetic; no window and no network live here."""
