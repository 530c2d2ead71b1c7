"""What a run is, in the words of somebody who sees one for the first time."""

from __future__ import annotations

from engine.training.following import Run

STATES = {
    "reading": "Reading the run",
    "waiting": "Waiting for the first event",
    "paused": "Paused",
    "stopped": "Stopped",
    "finished": "Finished",
    "failed": "Failed",
    "interrupted": "Interrupted",
}
WIDE, CLEAR, FINE = 6.0, 2.0, 0.4  # of the gap between the inspector's two scores


def title(run: Run) -> str:
    """What it does just now."""
    if run.state in STATES:
        return STATES[run.state]
    if not run.side:
        return "Beginning"
    fades = run.phase is not None and run.phase.kind == "fade"
    return f"Growing to {run.side} px, {100 * run.alpha:.0f} %" if fades else f"Learning at {run.side} px"


def facts(run: Run) -> list[str]:
    """How far it is, in a few words each."""
    told = []
    if run.state in STATES and run.why:
        told.append(run.why)
    if run.state in STATES and run.side:
        told.append(f"at {run.side} px")
    if run.state in STATES and run.phase is not None and run.phase.kind == "fade":
        told.append(f"fade-in {100 * run.alpha:.0f} %")
    rate = run.last("rate")
    if run.state == "running":
        told += [f"about {duration(run.left)} left"] if run.left else []
    told.append(f"{pictures(run.images)} of {pictures(run.total)} pictures" if run.total else pictures(run.images))
    if run.state == "running":
        told += [f"{number(rate)} img/s"] if rate else []
    return told


def coming(run: Run) -> str:
    """What comes next, and when."""
    following, rate = run.next_phase, run.last("rate")
    if run.state not in ("running", "paused"):
        return ""
    if following is None:
        return "This is the last phase"
    does = f"{following.side} px begins to fade in" if following.kind == "fade" else f"{following.side} px on its own"
    when = f" in {duration((following.begins - run.images) / rate)}" if rate and run.state == "running" else ""
    return f"Next: {does}{when}"


def verdict(run: Run) -> str:
    """Who is ahead, by the gap between the inspector's mean score of real and of made pictures."""
    gap = run.last("gap")
    if gap is None:
        return ""
    if gap > WIDE:
        return "The inspector is far ahead: it sees through every forgery"
    if gap > CLEAR:
        return "The inspector tells real from made well; the forger has much to learn from it"
    if gap > FINE:
        return "A close contest: the inspector is often unsure"
    return "The inspector can hardly tell real from made"


def pictures(count: float) -> str:
    """A number of pictures."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            share = count / size
            return f"{share:.0f} {unit}" if share >= 100 or share == int(share) else f"{share:.1f} {unit}"
    return f"{count:.0f}"


def number(value: float) -> str:
    """Three figures of any number."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def duration(seconds: float) -> str:
    """About how long."""
    minutes = max(seconds, 0) / 60
    if minutes < 1:
        return f"{max(seconds, 0):.0f} s"
    if minutes < 90:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    if hours < 10:
        return f"{int(hours)} h {int(minutes % 60):02d} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"


def memory(count: float) -> str:
    """Bytes."""
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"


def facts_of_start(run: Run) -> str:
    """What was set when it began."""
    start = run.start
    if start is None:
        return ""
    told = [start.architecture, f"{start.side} px" if start.side else "", start.precision, start.device]
    told += [f"{start.threads} threads" if start.threads else "", start.dataset]
    return ", ".join(text for text in told if text)


def line(run: Run) -> str:
    """A run in a list."""
    told = [f"{run.side} px"] if run.side else []
    if run.state == "running":
        told += [f"{pictures(run.images)} pictures"]
    else:
        told += ["not begun" if run.state == "waiting" else run.state]
    return "  ·  ".join(told)
