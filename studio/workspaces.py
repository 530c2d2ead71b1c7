"""The workspaces of the window in one table, and going from one to the other: pages, docks, menus and actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMenu, QStackedWidget, QWidget

from studio.action_table import ACTIONS
from studio.canvas import Canvas
from studio.menus.spec import Spec

if TYPE_CHECKING:
    from studio.animate.workspace import AnimateWorkspace
    from studio.exhibition.workspace import ExhibitWorkspace
    from studio.main_window import MainWindow
    from studio.quiz.workspace import QuizWorkspace
    from studio.training.workspace import TrainWorkspace


def animate_page(window: MainWindow) -> QWidget:
    from studio.animate.export_panel import ExportPanel
    from studio.animate.workspace import AnimateWorkspace

    page = AnimateWorkspace(window)
    page.add_side(ExportPanel(window))
    return page


def train_page(window: MainWindow) -> QWidget:
    from studio.training.workspace import TrainWorkspace  # brings pyqtgraph, which a start must not wait for

    return TrainWorkspace(window.session, window.settings, window.opener, window.training)


def exhibit_page(window: MainWindow) -> QWidget:
    from studio.exhibition.workspace import ExhibitWorkspace  # a start need not wait for it

    return ExhibitWorkspace(window)


def quiz_page(window: MainWindow) -> QWidget:
    from studio.quiz.workspace import QuizWorkspace

    return QuizWorkspace(window.session, window.settings)


@dataclass(frozen=True)
class Workspace:
    """action: shows it. menus, actions: what is there only in it, all of those menus and these further ones.

    build: makes its page, which has `end()` for when the window closes; None for the one that is there from the start.
    """

    id: str
    text: str
    action: str
    menus: tuple[str, ...]
    actions: tuple[str, ...] = ()
    build: Callable[[MainWindow], QWidget] | None = None


WORKSPACES = (
    Workspace(
        "explore",
        "Explore",
        "explore",
        ("Face", "Gallery", "Style", "Directions", "Presets"),
        (
            *(
                "append_key",
                "save",
                "sheet",
                "private",
                "undo",
                "redo",
                "next_branch",
                "previous_branch",
                "copy",
                "paste",
            ),
            *("fit", "actual", "larger", "smaller", "compare", "set_a", "swap", "alone"),
            *("inspector", "gallery", "history", "presets", "learn"),
        ),
    ),
    Workspace("animate", "Animate", "animate", ("Timeline", "Keys"), ("undo", "redo"), build=animate_page),
    Workspace("train", "Train", "train", ("Training",), build=train_page),
    Workspace("exhibit", "Exhibit", "exhibit", ("Show",), ("undo", "redo"), build=exhibit_page),
    Workspace("quiz", "Quiz", "quiz", ("Quiz",), build=quiz_page),
)
FIRST = "explore"


def is_at_home(spec: Spec, workspace: str) -> bool:
    """Whether an action is of use in a workspace."""
    homes = [home.id for home in WORKSPACES if spec.menu in home.menus or spec.id in home.actions]
    return not homes or workspace in homes


class Pages(QStackedWidget):
    """As small as the page on show can be; those behind it need no room."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        page = self.currentWidget()
        return page.minimumSizeHint().expandedTo(page.minimumSize())

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.currentWidget().sizeHint().expandedTo(self.minimumSizeHint())


class Workspaces(QObject):
    """Pages in the middle of the window; one that was never shown is not built.

    shown: the id of the one on show; built_another: a page was built, with all that it imports.
    """

    shown = Signal(str)
    built_another = Signal()

    def __init__(self, window: MainWindow, canvas: Canvas) -> None:
        super().__init__(window)
        self.window = window
        self.current = FIRST
        self.pages = Pages()
        self.pages.addWidget(canvas)
        self.built: dict[str, QWidget] = {FIRST: canvas}
        self.layout = QByteArray()  # of the docks, while they are away
        window.setCentralWidget(self.pages)

    @property
    def animate(self) -> AnimateWorkspace:
        """For handlers of actions."""
        page: AnimateWorkspace = self.page("animate")
        return page

    @property
    def train(self) -> TrainWorkspace:
        """For handlers of actions and for files that open there."""
        page: TrainWorkspace = self.page("train")
        return page

    @property
    def exhibit(self) -> ExhibitWorkspace:
        """For handlers of actions."""
        page: ExhibitWorkspace = self.page("exhibit")
        return page

    @property
    def quiz(self) -> QuizWorkspace:
        """For handlers of actions."""
        page: QuizWorkspace = self.page("quiz")
        return page

    def page(self, id: str) -> QWidget:
        """The page of a workspace, built when it is first asked for."""
        if id not in self.built:
            build = next(workspace.build for workspace in WORKSPACES if workspace.id == id)
            self.built[id] = build(self.window)
            self.pages.addWidget(self.built[id])
            self.built_another.emit()
        return self.built[id]

    def show(self, id: str) -> None:
        """Go to a workspace; the handler of their actions."""
        if id == self.current:
            return
        page = self.page(id)
        if self.current == FIRST:
            self.put_docks_away()
        self.current = id
        self.pages.setCurrentWidget(page)
        self.pages.updateGeometry()
        self.window.canvas.toast.follow(page)
        if id == FIRST:
            self.window.restoreState(self.layout)
        self.suit_actions()
        page.setFocus()
        self.shown.emit(id)

    def ask_for_run(self) -> None:
        """The handler of the action."""
        self.show("train")
        self.train.ask_for_run()

    def open_run(self, folder: object) -> None:
        """Show a training run."""
        self.show("train")
        self.train.open_run(folder)

    def new_run(self, start: object) -> None:
        """Show the page for a new run; start: a model or snapshot to go on from, or None."""
        self.show("train")
        self.train.new_run(start)

    def put_docks_away(self) -> None:
        """The docks belong to Explore."""
        self.layout = self.window.saveState()
        for dock in self.window.findChildren(QDockWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            dock.hide()

    def dock_layout(self) -> QByteArray:
        """What is remembered of the docks, on show or not."""
        return self.window.saveState() if self.current == FIRST else self.layout

    def suit_actions(self) -> None:
        """Offer what is of use here; a menu with nothing in it is not there."""
        for spec in ACTIONS:
            self.window.actions_by_id[spec.id].setVisible(is_at_home(spec, self.current))
        for action in self.window.top_bar.menus.actions():
            menu: QMenu = action.menu()
            action.setVisible(any(inside.isVisible() for inside in menu.actions() if not inside.isSeparator()))

    def train_on(self, pictures: object) -> None:
        """Show the page for a new run on a data set: a packed one, or an archive that is offered for packing."""
        self.new_run(None)
        self.train.new_page.form.data.take(pictures)

    def end(self) -> None:
        """The window closes: let every workspace end its threads."""
        for id, page in self.built.items():
            if id != FIRST:
                page.end()
