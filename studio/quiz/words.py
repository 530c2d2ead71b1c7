"""What the quiz says of an answer and of a game."""

from __future__ import annotations

from collections.abc import Sequence

from engine.quiz.scores import Answer, accuracy, best_streak, points, sensitivity
from engine.quiz.setup import contest_of
from engine.quiz.tells import tell_of

GUESSING, GOOD = 0.5, 1.5  # d-prime
TIPS = {
    "d′": "How well the two kinds were told apart, whatever one leans to: 0 is guessing, 1 good, 3 hardly ever wrong",
    "The inspector": "The discriminator that the network learned against, asked the same",
    "Points": "100 for a right answer, up to 50 more for the row it stands in, up to 50 for time left over",
}


def judged(answer: Answer, names: tuple[str, str]) -> str:
    """Whether it was right, and of one picture what it was."""
    first = "Time is up" if answer.given is None else "Right" if answer.right else "Not this time"
    if answer.pictures == 2:
        return f"{first}."
    return f"{first}: {names[answer.asked]}." if answer.right else f"{first}: it is {names[answer.asked]}."


def inspected(answer: Answer) -> str:
    """What the discriminator said beside it; nothing where there is none."""
    if answer.inspector_right is None:
        return ""
    if answer.inspector_right:
        return "The inspector saw it too." if answer.right else "The inspector was not fooled."
    return "The inspector was fooled." if answer.right else "The inspector was fooled too."


def hinted(answer: Answer, *, drawn: bool) -> str:
    """Where to look, and what is known of that place; drawn: there is a mark on a picture."""
    tell = tell_of(answer.tell)
    if tell is None:
        return ""
    compared = contest_of(answer.contest).compares and answer.pictures == 2
    begin = "Compare" if compared else "Look at" if drawn else "In a generated picture look at"
    return f"{begin} {tell.look}: {tell.why}."


def result(answers: Sequence[Answer]) -> str:
    """The heading of the end."""
    return f"{sum(answer.right for answer in answers)} of {len(answers)}"


def praise(answers: Sequence[Answer]) -> str:
    """One sentence about a game; what it claims follows from d-prime."""
    if not answers:
        return ""
    apart = sensitivity(answers, pictures=answers[-1].pictures).d_prime
    if accuracy(answers) == 1 and len(answers) > 2:
        return "Nothing got past you."
    if apart >= GOOD:
        return "You have an eye for it."
    if apart >= GUESSING:
        return "Better than guessing."
    if apart > -GUESSING:
        return "About as good as tossing a coin."
    return "You may have it the wrong way round."


def facts(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    """The numbers of a game: what each is, and how much."""
    taken = [answer.seconds for answer in answers if answer.given is not None]
    told = [
        ("Points", f"{points(answers):,}"),
        ("Best row", str(best_streak(answers))),
        ("An answer took", f"{sum(taken) / len(taken):.1f} s" if taken else "–"),
    ]
    if answers:
        apart = sensitivity(answers, pictures=answers[-1].pictures).d_prime
        told.append(("d′", f"{apart:.1f}".replace("-", "\u2212")))
    seen = [answer.inspector_right for answer in answers if answer.inspector_right is not None]
    if seen:
        told.append(("The inspector", f"{sum(seen)} of {len(seen)}"))
    return told
