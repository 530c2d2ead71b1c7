"""Which directions are listed, and in which order. Values only; no widgets live here."""

from __future__ import annotations

from collections.abc import Container, Iterable

from engine.directions.headings import HEADINGS
from studio.open_model import DirectionFacts

ALL, IN_USE = "All", "In use"
CHOICES = (ALL, *HEADINGS, IN_USE)


def listed(
    directions: Iterable[DirectionFacts], choice: str, words: str, used: Container[str]
) -> tuple[DirectionFacts, ...]:
    """By heading, the person's own ones first. words: looked for in the names under all headings, whatever is chosen.

    used: ids that stand under "In use"; of those that better ones have passed, only these are listed.
    """
    wanted = words.casefold().split()
    directions = [facts for facts in directions if not facts.passed or facts.id in used]
    if wanted:
        found = [facts for facts in directions if all(word in facts.name.casefold() for word in wanted)]
    elif choice == IN_USE:
        found = [facts for facts in directions if facts.id in used]
    else:
        found = [facts for facts in directions if choice in (ALL, facts.heading)]
    return tuple(sorted(found, key=lambda facts: (HEADINGS.index(facts.heading), not facts.made)))
