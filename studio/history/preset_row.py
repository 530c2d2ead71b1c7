"""The row of presets: thumbnails with names, named and renamed in place, put in order by dragging."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.project import LONGEST_NAME
from engine.recipe import Recipe
from studio import theme
from studio.history.row import MARGIN, SIDE, Cell, FaceRow
from studio.history.words import name_for
from studio.presets import Presets
from studio.recipe_drag import carried
from studio.thumbnails import Thumbnails

GAP, NAME = 22, 17  # pixels between presets, and under one for its name
FIELD = 124


class PresetRow(FaceRow):
    """F2 renames, Delete deletes, Shift and an arrow key moves. While a name is asked, a field lies over its place."""

    named = Signal()  # the field is gone again
    KEYS = FaceRow.KEYS | {Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Backspace}

    def __init__(self, presets: Presets, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, "Presets", "Ctrl+D keeps the face on show here.", parent)
        self.presets = presets
        self.names: list[str] = []
        self.asking: tuple[int, Recipe | None] | None = None  # where a name is asked; a recipe for a new preset
        self.mark: int | None = None  # before which one a drop would put it
        self.field = NameField(self)
        self.field.hide()
        self.field.entered.connect(self.take_name)
        self.field.left.connect(self.end_naming)
        self.setAcceptDrops(True)
        self.chosen.connect(presets.recall)
        presets.changed.connect(self.on_presets)
        presets.document.recipe_changed.connect(self.on_recipe)
        self.show_presets()

    def show_presets(self) -> None:
        """Show the presets, and among them the one whose name is being asked."""
        kept = self.presets.all
        cells, self.names = [Cell(preset.recipe) for preset in kept], [preset.name for preset in kept]
        if self.asking is not None and self.asking[1] is not None:
            cells.insert(self.asking[0], Cell(self.asking[1]))
            self.names.insert(self.asking[0], "New preset")
        recipe = self.presets.document.recipe
        present = next((index for index, cell in enumerate(cells) if cell.recipe == recipe), -1)
        self.show_cells(cells, present)

    def on_presets(self) -> None:
        if self.asking is not None and self.asking[1] is None:
            self.end_naming()  # the one that is being renamed may be gone
        self.show_presets()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool) -> None:
        if rests or self.present >= 0:
            self.show_presets()

    def text_of(self, index: int) -> str:
        return self.names[index]

    def space_before(self, index: int) -> int:
        return GAP if index else 0

    def area_of(self, index: int) -> QRectF:
        return self.rect_of(index).adjusted(-8, 0, 8, NAME)

    def name_rect(self, index: int) -> QRectF:
        """Where the name stands."""
        rect = self.rect_of(index)
        return QRectF(rect.left() - 9, rect.bottom() + 1, SIDE + 18, NAME)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, SIDE + NAME + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, SIDE + NAME + 4)

    def paint_cell(self, p: QPainter, index: int, rect: QRectF) -> None:
        super().paint_cell(p, index, rect)
        p.setFont(theme.font(theme.VALUE_PX))
        p.setPen(theme.colour(theme.TEXT if index == self.present else theme.MUTED))
        place = self.name_rect(index)
        name = p.fontMetrics().elidedText(self.names[index], Qt.TextElideMode.ElideRight, int(place.width()))
        p.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
        if self.mark == index or (self.mark == len(self.cells) and index == self.mark - 1):
            x = rect.left() - GAP / 2 if self.mark == index else rect.right() + GAP / 2
            p.setPen(QPen(theme.colour(theme.ACCENT), 2))
            p.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))

    # names

    def ask_name(self, recipe: Recipe, index: int | None = None) -> None:
        """Ask for the name of a new preset, where it will stand."""
        self.end_naming()
        self.asking = (len(self.presets.all) if index is None else index, recipe)
        self.show_presets()
        self.show_field(name_for(recipe))

    def ask_rename(self, index: int) -> None:
        """Ask for another name."""
        self.end_naming()
        if 0 <= index < len(self.cells):
            self.asking = (index, None)
            self.show_field(self.names[index])

    def show_field(self, text: str) -> None:
        """The field over the name."""
        assert self.asking is not None
        self.point_at(self.asking[0])
        self.place_field()
        self.field.begin(text)

    def place_field(self) -> None:
        """As wide as a name may want, within the row."""
        if self.asking is not None:
            middle = round(self.name_rect(self.asking[0]).center().x())
            left = min(max(middle - FIELD // 2, MARGIN), max(MARGIN, self.width() - FIELD - MARGIN))
            self.field.setGeometry(left, SIDE - 8, FIELD, 24)

    def take_name(self, text: str) -> None:
        """Keep the name, or go on asking where it is none."""
        if self.asking is None:
            return
        index, recipe = self.asking
        self.asking = None  # what is saved takes the place of what is asked for
        if not (self.presets.rename(index, text) if recipe is None else self.presets.save(text, recipe, index)):
            self.asking = (index, recipe)
            return
        self.end_naming()
        self.point_at(index)

    def end_naming(self) -> None:
        """Ask no longer."""
        asked = self.asking is not None or self.field.isVisible()
        self.asking = None
        if asked:
            held = self.field.hasFocus()
            self.field.hide()
            if held:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.show_presets()
            self.named.emit()

    def scroll_to(self, offset: float) -> None:
        super().scroll_to(offset)
        self.place_field()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, index = Qt.Key(event.key()), self.cursor_at
        if not 0 <= index < len(self.cells):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F2:
            self.ask_rename(index)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not event.modifiers():
            self.presets.remove(index)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.shift(index, -1 if key == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def shift(self, index: int, by: int) -> None:
        """One place to the left or right."""
        aim = index + by
        if 0 <= aim < len(self.cells):
            self.presets.move(index, aim if by < 0 else aim + 1)
            self.point_at(aim)

    # drops: one of ours is put elsewhere, any other recipe becomes a preset

    def place_at(self, at: QPointF) -> int:
        """Before which preset something dropped there goes."""
        return sum(self.rect_of(index).center().x() < at.x() for index in range(len(self.cells)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if carried(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.set_mark(self.place_at(QPointF(event.position())))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.set_mark(self.place_at(QPointF(event.position())))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.set_mark(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.set_mark(None)
        recipe, place = carried(event.mimeData()), self.place_at(QPointF(event.position()))
        if recipe is None:
            return
        event.acceptProposedAction()
        if self.carried is None:
            self.ask_name(recipe, place)
        elif place not in (self.carried, self.carried + 1):
            self.presets.move(self.carried, place)

    def set_mark(self, mark: int | None) -> None:
        """Show where a drop would put it."""
        self.mark = mark
        self.update()


class NameField(QLineEdit):
    """Enter takes the name, as does going elsewhere; Escape leaves it."""

    entered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Name of the preset")
        self.setMaxLength(LONGEST_NAME)

    def begin(self, text: str) -> None:
        """Ask, with a name to begin with."""
        self.setText(text)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(self.text())  # and not to the row, where it would go to the preset
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        elsewhere = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if self.isVisible() and event.reason() not in elsewhere:
            self.entered.emit(self.text()) if self.text().strip() else self.left.emit()
