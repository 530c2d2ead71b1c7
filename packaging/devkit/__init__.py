"""What packaging/dev.py does: the set-up in steps, then the window or the checks. Standard library only."""
