"""Numbers drawn for any place of an endless walk, without drawing those before it."""

from __future__ import annotations

MASK = 2**64 - 1


def draw(seed: int, index: int) -> int:
    """64 random bits for a place of a walk: splitmix64 (Steele, Lea & Flood 2014) of the seed and of the place."""
    return mixed(mixed(seed) ^ (index & MASK))


def share_drawn(seed: int, index: int) -> float:
    """A random number in [0, 1) for a place of a walk."""
    return (draw(seed, index) >> 11) / 2**53


def mixed(state: int) -> int:
    """One step of splitmix64."""
    state = (state + 0x9E3779B97F4A7C15) & MASK
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & MASK
    return state ^ (state >> 31)
