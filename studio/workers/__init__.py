"""Threads that work for the window."""
