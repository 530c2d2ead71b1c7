"""The Directions section: named directions of the model, one slider each, found by heading or by name."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QHideEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QToolButton, QWidget

from engine.directions.headings import DISCOVERED
from engine.moves import amounts_in, moved, rows_in
from engine.recipe import DirectionAmount, Recipe
from studio.directions.commands import Commands, ends_of, rows_of
from studio.directions.header import Chooser, PinsChip
from studio.directions.listing import IN_USE, listed
from studio.directions.offer import Offer
from studio.directions.row import DirectionRow
from studio.directions.rows import Rows
from studio.directions.shelf import Shelf
from studio.directions.strip import Strip
from studio.open_model import UNLABELLED, DirectionFacts, OpenModel
from studio.panels.panel import Desk, Panel, tool

PAGE = 10  # rows that are listed at first
MORE = 30  # and with each further wish
WAYS_TO_LEARN = ("by_eye", "learn_labels", "learn_data_set", "learn_words", "discover_directions")
OFFER = "These were found without labels, so they have no names. Learn sliders of your own:"


class DirectionsPanel(Panel):
    """A change of the recipe touches only the rows whose value it changed."""

    title = "Directions"

    def __init__(self, desk: Desk, shelf: Shelf, ways: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        self.shelf, self.ways = shelf, ways
        super().__init__(desk, parent)
        self.document.directions_changed.connect(self.show_model)
        self.document.board_changed.connect(self.show_board)
        self.document.recipe_changed.connect(self.refresh_strip)
        shelf.made.connect(self.reveal)

    def build(self) -> None:
        self.facts: dict[str, DirectionFacts] = {}
        self.listed: tuple[DirectionFacts, ...] = ()
        self.limit = PAGE
        self.kept: set[str] = set()  # listed under "In use" although back at 0, so that no row goes from under the hand
        self.moves: tuple[DirectionAmount, ...] = ()
        self.amounts: dict[str, float] = {}
        self.begun: dict[str, tuple[DirectionAmount, ...]] = {}  # moves as they were when the hand took hold
        self.commands = Commands(self.desk, self.shelf, self)
        self.strip = Strip(
            self.desk.thumbnails, lambda facts, amount: self.with_amount(self.recipe, facts, amount), self
        )
        self.strip.chosen.connect(self.set_by_picture)
        self.build_header()
        self.build_search()
        self.rows = Rows(self.connect_row, self.show_row, self.search)
        self.none, self.more, self.elsewhere = QLabel(wordWrap=True), QToolButton(), QToolButton()
        self.none.setProperty("muted", True)
        self.more.clicked.connect(lambda: self.list_anew(self.limit + MORE))
        self.elsewhere.clicked.connect(self.show_used)
        self.invitation = Offer(OFFER, self.ways)
        for part in (self.search, self.invitation, self.none, self.rows):
            self.column.addWidget(part)
        for part in (self.more, self.elsewhere):
            part.setMinimumHeight(26)
            self.column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        self.list_anew(PAGE)

    def build_header(self) -> None:
        """Pins, loupe, chooser, reset."""
        self.pins, self.chooser = PinsChip(), Chooser()
        self.pins.unpinned.connect(self.commands.unpin)
        self.chooser.chosen.connect(self.choose)
        self.loupe = tool("search", "Find a direction (Ctrl+Shift+F)")
        self.loupe.clicked.connect(self.toggle_search)
        self.learn = tool("add", "Learn or find more directions")
        self.learn.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.learn)
        menu.addActions(self.ways)
        self.learn.setMenu(menu)
        self.reset = tool("reset", "All directions to 0")
        self.reset.clicked.connect(self.reset_all)

    def build_search(self) -> None:
        """A field that is there while it is used."""
        self.search = QLineEdit(placeholderText="Find a direction", accessibleName="Find a direction")
        self.search.setClearButtonEnabled(True)
        self.search.hide()
        self.search.textChanged.connect(lambda: self.list_anew(PAGE))
        away = QAction(self.search)
        away.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        away.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        away.triggered.connect(self.close_search)
        self.search.addAction(away)

    def header_widgets(self) -> list[QWidget]:
        return [self.pins, self.learn, self.loupe, self.chooser, self.reset]

    def connect_row(self, row: DirectionRow) -> None:
        """Whatever it is bound to later."""
        row.moved.connect(lambda amount: self.set_amount(row, amount))
        row.rested.connect(self.let_go)
        row.refused.connect(self.desk.messages.warn)
        row.mapping_wanted.connect(self.document.mapping_wanted)
        row.pinned.connect(lambda: self.commands.pin(row.facts))
        row.ranged.connect(lambda ends: self.commands.set_range(row.facts, ends))
        row.menu_opens.connect(lambda menu: self.commands.fill(menu, row.facts))
        row.menu_opens.connect(lambda menu: self.offer(f"direction/{row.facts.name}", self.move_of(row.facts), menu))
        row.focused.connect(lambda: self.commands.turn_to(row.facts))
        row.label_entered.connect(lambda: self.strip.rest_on(row))
        row.label_left.connect(self.strip.leave)
        row.renaming.connect(lambda: self.commands.rename(row.facts))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """The strip is about something that is to be seen."""
        super().hideEvent(event)
        self.strip.drop()

    # what is listed

    def suits(self, model: OpenModel) -> bool:
        return model.has_w or bool(model.directions)

    def show_model(self, model: OpenModel) -> None:
        self.facts = {facts.id: facts for facts in model.directions}
        self.strip.drop()
        self.list_anew(self.limit)
        self.show_pins()
        self.invitation.setVisible(model.has_w and all(map(is_found, model.directions)))

    def list_anew(self, limit: int) -> None:
        """List what chooser and search say, as far as `limit`."""
        words = "" if self.search.isHidden() else self.search.text()
        self.listed = listed(self.facts.values(), self.chooser.choice, words, self.amounts.keys() | self.kept)
        self.limit = limit
        if self.chooser.choice == IN_USE and not words:
            self.kept |= {facts.id for facts in self.listed}
            self.limit = max(limit, len(self.listed))
        grouped = len({facts.heading for facts in self.listed}) > 1
        self.rows.show_page(self.listed[: self.limit], grouped=grouped)
        self.tell_rest(words)

    def tell_rest(self, words: str) -> None:
        """What is not listed, or why nothing is."""
        rest = len(self.listed) - self.limit
        self.more.setText(f"{rest} more" if rest <= MORE else f"{MORE} more of {rest}")
        self.more.setVisible(rest > 0)
        if not self.facts:
            self.none.setText("This model has no directions yet.")
        elif words:
            self.none.setText("No direction has such a name.")
        elif self.chooser.choice == IN_USE:
            self.none.setText("No direction is moved.")
        else:
            self.none.setText(f"Nothing stands under {self.chooser.choice}.")
        self.none.setVisible(not self.listed)
        self.tell_elsewhere()

    def tell_elsewhere(self) -> None:
        """Directions that are moved and not listed."""
        count = len(self.amounts.keys() & self.facts.keys() - {facts.id for facts in self.listed[: self.limit]})
        self.elsewhere.setText(f"{count} more in use")
        self.elsewhere.setVisible(count > 0)
        self.reset.setEnabled(bool(self.amounts))

    def choose(self, choice: str) -> None:
        """Another heading was chosen."""
        self.kept.clear()
        self.search.hide()
        self.list_anew(PAGE)
        self.asked.emit()

    def show_used(self) -> None:
        """List what is moved."""
        self.chooser.choose(IN_USE)

    def reveal(self, id: str) -> None:
        """A direction was made or named: let it be seen."""
        facts = self.facts.get(id)
        if facts is None:
            return
        if facts not in self.listed[: self.limit]:
            self.chooser.show_choice(facts.heading)
            self.search.hide()
            self.list_anew(PAGE)
            self.list_anew(max(PAGE, self.listed.index(facts) + 1))
        self.commands.turn_to(facts)

    def find(self) -> None:
        """Search by name, over all headings."""
        self.asked.emit()
        self.search.show()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def toggle_search(self) -> None:
        """The loupe."""
        if self.search.isHidden():
            self.find()
        else:
            self.close_search()

    def close_search(self) -> None:
        """Back to the chosen heading."""
        self.search.hide()
        self.search.clear()
        self.list_anew(PAGE)
        self.loupe.setFocus(Qt.FocusReason.OtherFocusReason)

    # what is shown

    def show_recipe(self, recipe: Recipe) -> None:
        if recipe.directions == self.moves:
            return
        amounts, rows, rows_before = self.amounts, rows_in(recipe), rows_in(replace(recipe, directions=self.moves))
        self.moves, self.amounts = recipe.directions, amounts_in(recipe)
        for id, row in self.rows.shown.items():
            if rows.get(id) != rows_before.get(id):
                self.show_row(row)
            elif amounts.get(id) != self.amounts.get(id) or row.value != self.amounts.get(id, 0.0):
                row.show_value(self.amounts.get(id, 0.0))
        unseen = self.amounts.keys() & self.facts.keys() - {facts.id for facts in self.listed}
        if unseen and self.chooser.choice == IN_USE:
            self.list_anew(self.limit)
        else:
            self.tell_elsewhere()

    def show_row(self, row: DirectionRow) -> None:
        """Everything about one direction."""
        facts, board = row.facts, self.document.board
        rows = rows_of(self.recipe, board, facts)
        row.show_direction(ends_of(board, facts), rows, pinned=facts.id in board.pins)
        row.show_value(self.amounts.get(facts.id, 0.0))

    def show_board(self) -> None:
        """Pins, ranges and rows."""
        for row in self.rows.shown.values():
            self.show_row(row)
        self.show_pins()

    def show_pins(self) -> None:
        """The chip in the heading."""
        self.pins.show_pins([self.facts[pin] for pin in self.commands.pins()])

    def refresh_strip(self, old: Recipe, new: Recipe, rests: bool) -> None:
        """The strip is about the recipe on show, and in the way of a hand that moves."""
        if self.strip.isVisible() and old != new:
            if rests:
                self.strip.refresh()
            else:
                self.strip.drop()

    # what the hand does

    def set_amount(self, row: DirectionRow, amount: float) -> None:
        """Move along a direction, past what is pinned."""
        facts, recipe = row.facts, self.recipe
        begun = self.begun.setdefault(facts.id, tuple(one for one in recipe.directions if one.id == facts.id))
        self.strip.drop()
        if facts.id not in self.amounts:  # through 0 and on: what was moved under other pins is there again
            recipe = replace(recipe, directions=(*recipe.directions, *begun))
        self.document.replace(facts.name, self.with_amount(recipe, facts, amount), moving=f"direction {facts.id}")

    def with_amount(self, recipe: Recipe, facts: DirectionFacts, amount: float) -> Recipe:
        """A recipe with so much of a direction."""
        rows = rows_of(recipe, self.document.board, facts)
        return moved(recipe, DirectionAmount(facts.name, facts.id, amount, rows), self.commands.pins())

    def move_of(self, facts: DirectionFacts) -> DirectionAmount:
        """What the address of a direction means now: on its style rows."""
        return DirectionAmount(facts.name, facts.id, 0.0, rows_of(self.recipe, self.document.board, facts))

    def show_strip(self) -> None:
        """What the direction that had the keyboard last does; the second time, no more."""
        facts = self.commands.here()
        if facts is not None:
            self.reveal(facts.id)
        if facts is not None and facts.id in self.rows.shown:
            self.strip.toggle(self.rows.shown[facts.id])

    def set_by_picture(self, row: DirectionRow, amount: float) -> None:
        """A picture of the strip was clicked."""
        self.set_amount(row, amount)
        self.let_go()

    def let_go(self) -> None:
        """The hand let go of a slider."""
        self.begun.clear()
        self.document.rest()

    def reset_all(self) -> None:
        """No direction is moved."""
        self.edit("No directions", directions=())


def is_found(facts: DirectionFacts) -> bool:
    """Whether nobody has learned or named a direction."""
    return facts.method in UNLABELLED and facts.heading == DISCOVERED
