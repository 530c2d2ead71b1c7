"""The faces that are asked about, as one painted widget: the mouse or a key says of each how much it shows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.answers import FEWEST_STARS, MOST_STARS, Answers
from engine.recipe import Recipe, SeedLatent
from studio import theme
from studio.thumb import paint_face, ring
from studio.thumbnails import Thumbnails

COUNT = 12  # faces of a page: few enough to be seen together, so that what comes next is chosen soon
GAP, SMALLEST, LARGEST = 8, 56, 176
BADGE = 22
PLUS, MINUS, STAR = "+", "−", "★"
SIGNS = {Qt.Key.Key_Plus: MOST_STARS, Qt.Key.Key_Equal: MOST_STARS, Qt.Key.Key_Minus: FEWEST_STARS}
BACK = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_0)
STEPS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class Faces(QWidget):
    """answered: of this seed, so many stars or None to take it back. The cursor is where the keys answer."""

    answered = Signal(int, object)  # seed; stars or None

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self.seeds: tuple[int, ...] = ()
        self.stars: dict[int, int] = {}
        self.word = ""
        self.by_stars = False
        self.cursor, self.hovered, self.at = 0, -1, 0
        self.columns, self.side = 6, SMALLEST
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Faces to answer about")
        thumbnails.ready.connect(lambda _recipe: self.update())

    # what is shown

    def show_page(self, seeds: tuple[int, ...]) -> None:
        """Other faces."""
        self.seeds, self.cursor = seeds, 0
        self.lay_out()
        self.tell()

    def show_answers(self, answers: Answers) -> None:
        """What is said of them."""
        self.word = answers.word
        self.stars = {answer.seed: answer.stars for answer in answers.answers}
        self.update()
        self.tell()

    def ask_by(self, stars: bool) -> None:
        """Whether the mouse gives stars, or plus and minus."""
        self.by_stars = stars
        self.update()

    @property
    def open(self) -> list[int]:
        """Places of the faces without an answer."""
        return [place for place, seed in enumerate(self.seeds) if seed not in self.stars]

    def tell(self) -> None:
        """What a screen reader says of the cursor."""
        if self.cursor < len(self.seeds):
            seed = self.seeds[self.cursor]
            said = words_of(self.stars.get(seed))
            self.setAccessibleDescription(f"face {self.cursor + 1} of {len(self.seeds)}, seed {seed}, {said}")
        self.update()

    # where they lie

    def lay_out(self) -> None:
        """As large as they can be."""
        count = max(1, len(self.seeds))
        fits = {columns: self.side_of(columns, -(-count // columns)) for columns in range(1, count + 1)}
        self.columns = max(fits, key=lambda columns: fits[columns])
        self.side = max(SMALLEST, min(LARGEST, fits[self.columns]))
        self.update()

    def side_of(self, columns: int, rows: int) -> int:
        """Side of a face where so many stand beside and above each other."""
        return min((self.width() + GAP) // columns, (self.height() + GAP) // rows) - GAP

    def rect_of(self, place: int) -> QRect:
        """Where a face lies: all of them in the middle."""
        row, column = divmod(place, self.columns)
        rows = -(-max(1, len(self.seeds)) // self.columns)
        pitch = self.side + GAP
        left = (self.width() - self.columns * pitch + GAP) // 2
        top = (self.height() - rows * pitch + GAP) // 2
        return QRect(left + column * pitch, top + row * pitch, self.side, self.side)

    def place_at(self, at: QPoint) -> int:
        """The face under a point, -1 where there is none."""
        return next((place for place in range(len(self.seeds)) if self.rect_of(place).contains(at)), -1)

    # the hand

    def say(self, place: int, stars: int | None) -> None:
        """Answer about a face; the same answer again takes it back."""
        seed = self.seeds[place]
        self.cursor = place
        if stars is not None or seed in self.stars:
            self.answered.emit(seed, None if stars == self.stars.get(seed) else stars)

    def go_on(self) -> None:
        """To the next face without an answer."""
        rest = self.open
        if rest:
            self.cursor = next((place for place in rest if place > self.cursor), rest[0])
        self.tell()

    def offered(self, place: int, x: int) -> int:
        """The answer that a click at x gives: left is less, right is more."""
        share = (x - self.rect_of(place).left()) / self.side
        if self.by_stars:
            return min(MOST_STARS, max(FEWEST_STARS, int(share * MOST_STARS) + 1))
        return MOST_STARS if share >= 0.5 else FEWEST_STARS

    def point_at(self, at: QPoint | None) -> None:
        """The mouse is here."""
        place = -1 if at is None else self.place_at(at)
        self.hovered, self.at = place, 0 if at is None else at.x()
        self.setCursor(Qt.CursorShape.ArrowCursor if place < 0 else Qt.CursorShape.PointingHandCursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.point_at(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        place = self.place_at(at)
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.say(place, self.offered(place, at.x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        stars = stars_of(key)
        if not self.seeds or event.modifiers() & ~(KEYPAD | Qt.KeyboardModifier.ShiftModifier):
            event.ignore()
        elif stars is not None:
            self.say(self.cursor, stars)
            self.go_on()
        elif key in BACK:
            self.say(self.cursor, None)
        elif key in STEPS:
            self.step(key)
        else:
            event.ignore()

    def step(self, key: Qt.Key) -> None:
        """Move the cursor."""
        last = len(self.seeds) - 1
        to = {
            Qt.Key.Key_Left: self.cursor - 1,
            Qt.Key.Key_Right: self.cursor + 1,
            Qt.Key.Key_Up: self.cursor - self.columns,
            Qt.Key.Key_Down: self.cursor + self.columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }[key]
        if 0 <= to <= last:
            self.cursor = to
        self.tell()

    def event(self, event: QEvent) -> bool:
        """Its own keys are its own even where the window has a shortcut of them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key, bare = Qt.Key(event.key()), not event.modifiers() & ~(KEYPAD | Qt.KeyboardModifier.ShiftModifier)
            if bare and (stars_of(key) is not None or key in BACK):
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    # how it looks

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(6 * (SMALLEST + GAP), 2 * (SMALLEST + GAP))

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802
        self.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            for place, seed in enumerate(self.seeds):
                self.paint_cell(p, place, seed)

    def paint_cell(self, p: QPainter, place: int, seed: int) -> None:
        """A face, what was said of it, and what a click would say."""
        rect = QRectF(self.rect_of(place))
        p.setOpacity(1.0 if self.word else 0.45)
        paint_face(p, rect, self.thumbnails, face(seed))
        p.setOpacity(1.0)
        said = self.stars.get(seed)
        if said is not None:
            ring(p, rect, colour_of(said))
            paint_badge(p, rect, badge_of(said, self.by_stars), colour_of(said))
        if place == self.hovered and self.word:
            paint_offer(p, rect, self.offered(place, self.at), self.by_stars)
        if self.hasFocus() and place == self.cursor:
            ring(p, rect.adjusted(3, 3, -3, -3), theme.TEXT)


KEYPAD = Qt.KeyboardModifier.KeypadModifier


def face(seed: int) -> Recipe:
    """The picture that an answer is about: the face of a seed and nothing else."""
    return Recipe(latent=SeedLatent(seed))


def stars_of(key: Qt.Key) -> int | None:
    """The answer of a key: a sign, or a figure."""
    figure = key - Qt.Key.Key_0
    return SIGNS.get(key) or (figure if FEWEST_STARS <= figure <= MOST_STARS else None)


def words_of(stars: int | None) -> str:
    """An answer in words."""
    return "no answer" if stars is None else {FEWEST_STARS: "minus", MOST_STARS: "plus"}.get(stars, f"{stars} stars")


def colour_of(stars: int) -> str:
    """More is the accent, less the second one, and between them neither."""
    return theme.ACCENT if stars > 3 else theme.SECOND if stars < 3 else theme.TEXT


def badge_of(stars: int, by_stars: bool) -> str:
    """An answer as a mark."""
    plain = {FEWEST_STARS: MINUS, MOST_STARS: PLUS}
    return f"{stars} {STAR}" if by_stars or stars not in plain else plain[stars]


def paint_badge(p: QPainter, rect: QRectF, text: str, colour: str) -> None:
    """The answer in a corner, dark around so that it is seen on any picture."""
    p.setFont(bold(13))
    width = max(BADGE, p.fontMetrics().horizontalAdvance(text) + 12)
    badge = QRectF(rect.right() - width - 5, rect.top() + 5, width, BADGE)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour(theme.GROUND, 0.8))
    p.drawRoundedRect(badge, BADGE / 2, BADGE / 2)
    p.setPen(theme.colour(colour))
    p.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def paint_offer(p: QPainter, rect: QRectF, stars: int, by_stars: bool) -> None:
    """What a click gives, along the lower edge: the offered part is bright."""
    marks = [STAR] * MOST_STARS if by_stars else [MINUS, PLUS]
    bright = range(stars) if by_stars else (0 if stars == FEWEST_STARS else 1,)
    strip = QRectF(rect.left(), rect.bottom() - 28, rect.width(), 28)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour(theme.GROUND, 0.72))
    p.drawRoundedRect(strip, theme.RADIUS, theme.RADIUS)
    p.setFont(bold(16))
    width = strip.width() / len(marks)
    for place, mark in enumerate(marks):
        p.setPen(theme.colour(theme.ACCENT if place in bright else theme.MUTED))
        cell = QRectF(strip.left() + place * width, strip.top(), width, strip.height())
        p.drawText(cell, Qt.AlignmentFlag.AlignCenter, mark)


def bold(pixels: int) -> QFont:
    """The house's font for marks."""
    return theme.font(pixels, bold=True)
