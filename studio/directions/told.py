"""What was measured of a direction, in plain words."""

from __future__ import annotations

from collections.abc import Mapping


def told(statistics: Mapping[str, float]) -> str:
    """Sentences about a learned direction, a line each; nothing of one that was found without labels."""
    return "\n".join(filter(None, (accuracy(statistics), moves(statistics), keeps(statistics))))


def accuracy(statistics: Mapping[str, float]) -> str:
    """How well labels are told that learning did not see."""
    if "auc" in statistics:
        said = f"Of two faces held back while it learned, it picks the right one {share(statistics['auc'])} of the time"
    elif "r2" in statistics:
        said = f"On faces held back while it learned, it foresees {share(statistics['r2'])} of the differences"
    else:
        return ""
    labels = statistics.get("labels")
    return f"{said} ({labels:,.0f} labels)." if labels else f"{said}."


def moves(statistics: Mapping[str, float]) -> str:
    """What one unit was measured to do on pictures."""
    moved, others = statistics.get("moved"), statistics.get("others")
    if moved is None:
        return ""
    rest = "" if others is None else f", other things by {others:.2f}"
    return f"One step moves it by {moved:.1f} standard deviations among faces{rest}."


def keeps(statistics: Mapping[str, float]) -> str:
    """How much of a person is left after one unit, as a face descriptor sees it."""
    likeness = statistics.get("likeness")
    return "" if likeness is None else f"After one step a face descriptor finds the person {share(likeness)} alike."


def share(number: float) -> str:
    """In percent."""
    return f"{max(0.0, number):.0%}".replace("%", " %")
