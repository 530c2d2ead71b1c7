"""The main window: bar above, canvas in the middle, inspector at the right; the handlers of the action table."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMainWindow, QMessageBox, QToolButton, QWidget
from shiboken6 import isValid

from engine import __version__
from engine.recipe import Recipe
from studio import actions
from studio.actions import shown
from studio.animate.commands import Commands
from studio.animate.offer import UnfinishedVideos
from studio.animate.queue import RenderQueue
from studio.canvas import Canvas
from studio.command_palette import CommandPalette
from studio.compare import Comparison
from studio.directions.by_eye.by_eye import ByEye
from studio.directions.learning import Learning
from studio.directions.shelf import Shelf
from studio.drop_zones import DropZones
from studio.exhibition.inputs.hub import Inputs
from studio.exhibition.inputs.learn_card import LearnCards
from studio.first_hint import FirstHint
from studio.gallery.dock import Gallery
from studio.generator_offer import GeneratorOffer
from studio.history.dock import HistoryDock
from studio.icons import icon
from studio.inspector import Inspector
from studio.messages import Messages
from studio.mixing.table import MixingTables
from studio.model_card import ModelCard
from studio.model_menu import ModelMenu
from studio.open_model import OpenModel
from studio.opener import Opener
from studio.panels.directions import WAYS_TO_LEARN, DirectionsPanel
from studio.panels.growth import GrowthPanel
from studio.panels.latent import LatentPanel
from studio.panels.mixing import MixingPanel
from studio.panels.noise import NoisePanel
from studio.panels.panel import Desk
from studio.panels.truncation import TruncationPanel
from studio.panels.view import ViewPanel
from studio.pictures import Pictures
from studio.projects.autosave import Autosave
from studio.projects.projects import Projects
from studio.projects.recovery import Recovery
from studio.recent import Recent
from studio.recent_menu import RecentMenu
from studio.session import Session
from studio.settings import GEOMETRY, LAYOUT, MIX_BY_ROW, MUTED, PRIVATE, REDUCE_MOTION, Settings
from studio.sheets import Sheets
from studio.shortcuts_page import ShortcutsPage
from studio.top_bar import TopBar
from studio.training.training import Training
from studio.workspaces import Workspaces


class MainWindow(QMainWindow):
    """Everything a person sees; nothing in it touches the engine."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.setWindowIcon(icon("visagist"))
        self.setAcceptDrops(True)
        self.settings = settings or Settings(self)
        self.messages = Messages(self)
        self.canvas = Canvas(self.settings)
        self.session = Session(self.canvas, self.messages, self)
        self.document = self.session.document
        self.pictures = Pictures(self.session, self.settings, self)
        self.sheets = Sheets(self.session, self.pictures, self)
        self.mixing_table = MixingTables(self.session, self.pictures, self)
        self.recent = Recent(self.settings, self)
        self.projects = Projects(self.session, self.settings, self.recent, self)
        self.autosave = Autosave(self.projects)
        self.opener = Opener(self.session, self.projects, self.recent, self.settings, self)
        self.animate = Commands(self.session, self.settings, self)
        self.training = Training(self.session, self.settings, self)
        self.inputs = Inputs(self.session, self.settings, self)
        self.recovery = Recovery(self.autosave, self.opener, self.canvas)
        self.renders = RenderQueue(self.session, self)
        self.unfinished_videos = UnfinishedVideos(self.renders, self.recovery, self.canvas)
        self.first_hint = FirstHint(self.settings, self.canvas)
        self.generator_offer = GeneratorOffer(self.session, self.settings, self)
        self.actions_by_id = actions.build(self)
        self.top_bar = TopBar(self.actions_by_id)
        self.recent_menu = RecentMenu(self.recent, self.opener, self.actions_by_id["recent"], self)
        self.model_menu = ModelMenu(self.recent, self.opener, self.actions_by_id, self.top_bar.model)
        self.setMenuWidget(self.top_bar)
        self.workspaces = Workspaces(self, self.canvas)
        desk = Desk(self.document, self.messages, self.session.thumbnails, self.settings)
        desk.controls.opens.connect(self.animate.tracks.offer)
        self.latent = LatentPanel(desk)
        self.truncation = TruncationPanel(desk)
        self.mixing = MixingPanel(desk)
        self.shelf = Shelf(self.session, self)
        self.directions = DirectionsPanel(desk, self.shelf, [self.actions_by_id[id] for id in WAYS_TO_LEARN])
        self.learning = Learning(self.session, self.shelf, self)
        self.by_eye = ByEye(self.session, self.shelf, self)
        self.noise = NoisePanel(desk)
        self.view = ViewPanel(desk)
        self.growth = GrowthPanel(desk)
        panels = [self.latent, self.truncation, self.mixing, self.directions, self.noise, self.growth, self.view]
        self.inspector: QDockWidget = Inspector(panels, self.settings, self)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.inspector)
        self.gallery = Gallery(desk, self.settings, self)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.gallery)
        self.drop_zones = DropZones(self.canvas, self.document, self.messages)
        self.comparison = Comparison(self.session, self)
        self.history = HistoryDock(desk, self.settings, self)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.history)
        self.add_view_buttons()
        self.connect_all()
        self.recall()
        self.canvas.setFocus()

    def add_view_buttons(self) -> None:
        """Fit, 1:1 and A|B, floating on the picture."""
        for id, text in (("fit", "Fit"), ("actual", "1:1"), ("compare", "A|B")):
            button = QToolButton(focusPolicy=Qt.FocusPolicy.TabFocus)
            button.setDefaultAction(self.actions_by_id[id])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self.actions_by_id[id].setIconText(text)
            button.setAccessibleName(self.actions_by_id[id].text())
            self.canvas.readout.add_button(button)

    def connect_all(self) -> None:
        """Who hears of what."""
        self.messages.said.connect(self.canvas.toast.say)
        self.projects.steps, self.projects.restore = self.history.recorder.steps, self.history.recorder.restore
        self.sheets.choose = self.gallery.selected
        self.opener.pack_found.connect(self.shelf.install)
        self.opener.face_found.connect(partial(self.workspaces.show, "explore"))
        self.opener.labels_found.connect(self.learning.learn_from_table)
        self.opener.run_found.connect(self.workspaces.open_run)
        self.opener.set_found.connect(self.workspaces.train_on)
        self.animate.explore_wanted.connect(partial(self.workspaces.show, "explore"))
        self.training.new_run_wanted.connect(self.workspaces.new_run)
        self.training.take_actions(self.actions_by_id)
        self.workspaces.shown.connect(self.top_bar.tabs.show_workspace)
        self.learn_cards = LearnCards(self)
        self.inputs.own.travels = lambda: self.history.morph.running
        self.inputs.recall.connect(self.history.presets.recall_asked)
        self.document.model_changed.connect(self.show_model)
        for changed in (self.document.model_changed, self.document.directions_changed):
            changed.connect(partial(actions.suit, self))
        self.session.waits.connect(lambda long: self.top_bar.show_opening(opening=long))
        self.session.stepped.connect(self.top_bar.show_step)
        stack, act = self.document.stack, self.actions_by_id
        act["undo"].setEnabled(False)
        act["redo"].setEnabled(False)
        stack.canUndoChanged.connect(act["undo"].setEnabled)
        stack.canRedoChanged.connect(act["redo"].setEnabled)
        stack.undoTextChanged.connect(lambda text: act["undo"].setText(shown(f"Undo {text}".strip())))
        stack.redoTextChanged.connect(lambda text: act["redo"].setText(shown(f"Redo {text}".strip())))
        self.inspector.visibilityChanged.connect(act["inspector"].setChecked)
        self.mixing.by_row.connect(act["rows"].setChecked)
        self.mixing.by_row.connect(lambda on: self.settings.set(MIX_BY_ROW, on))
        self.gallery.visibilityChanged.connect(act["gallery"].setChecked)
        self.history.visibilityChanged.connect(act["history"].setChecked)
        self.comparison.changed.connect(act["compare"].setChecked)
        self.comparison.alone_changed.connect(act["alone"].setChecked)
        act["alone"].setAutoRepeat(False)  # it is held
        self.history.presets.name(act)
        QApplication.instance().focusChanged.connect(self.watch_focus)

    def recall(self) -> None:
        """As it was left; at first a size that fits small screens."""
        self.resize(1366, 768)
        self.restoreGeometry(self.settings.get(GEOMETRY))
        self.restoreState(self.settings.get(LAYOUT))
        self.actions_by_id["inspector"].setChecked(not self.inspector.isHidden())
        self.actions_by_id["gallery"].setChecked(not self.gallery.isHidden())
        self.actions_by_id["history"].setChecked(not self.history.isHidden())
        self.actions_by_id["still"].setChecked(self.settings.get(REDUCE_MOTION))
        self.actions_by_id["rows"].setChecked(self.settings.get(MIX_BY_ROW))
        self.actions_by_id["private"].setChecked(self.settings.get(PRIVATE))
        self.actions_by_id["mute"].setChecked(self.settings.get(MUTED))
        self.actions_by_id["model"].setEnabled(False)
        self.workspaces.suit_actions()

    def start(self, files: list[Path]) -> None:
        """Open the model, and what was named on the command line."""
        self.session.result_shown.connect(self.first_hint.offer, Qt.ConnectionType.SingleShotConnection)
        self.opener.start(files)
        self.renders.look()
        self.inputs.start()
        self.recovery.offer()

    def show_model(self, model: OpenModel) -> None:
        """A model was opened."""
        self.top_bar.show_model(model.title)
        self.actions_by_id["model"].setEnabled(True)

    # the handlers of the action table

    def reset_recipe(self) -> None:
        recipe = self.document.recipe
        self.document.replace("Reset", Recipe(model=recipe.model, latent=recipe.latent, label=recipe.label))

    def show_inspector(self, shown: bool) -> None:
        if not self.isMinimized():
            self.inspector.setVisible(shown)

    def reduce_motion(self, reduced: bool) -> None:
        self.settings.set(REDUCE_MOTION, reduced)

    def leave_recipes_out(self, private: bool) -> None:
        self.settings.set(PRIVATE, private)

    def full_screen(self, full: bool) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def command_palette(self) -> None:
        others = [action for id, action in self.actions_by_id.items() if id != "palette"]
        palette = CommandPalette(others, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def shortcuts_page(self) -> None:
        page = ShortcutsPage(self)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.open()

    def about_model(self) -> None:
        if self.document.model is not None:
            card = ModelCard(self.document.model, self)
            card.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            card.open()

    def about(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "About Visagist", ABOUT, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # what Qt asks of a window

    def watch_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        """Space presses a button that has the focus; only elsewhere is it the shortcut of an action."""
        for widget, watch in ((old, QWidget.removeEventFilter), (new, QWidget.installEventFilter)):
            if isinstance(widget, QAbstractButton) and isValid(widget):
                watch(widget, self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.actions_by_id["fullscreen"].blockSignals(True)
            self.actions_by_id["fullscreen"].setChecked(self.isFullScreen())
            self.actions_by_id["fullscreen"].blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Cancel) and self.isFullScreen():
            self.actions_by_id["fullscreen"].setChecked(False)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if self.opener.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.opener.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Gone at once for the eye; then threads are waited for."""
        self.settings.set(GEOMETRY, self.saveGeometry())
        self.settings.set(LAYOUT, self.workspaces.dock_layout())
        self.settings.save()
        self.history.morph.stop()
        self.hide()
        parts = (self.workspaces, self.animate.speaker, self.inputs, self.training, self.renders)
        ends = (*(part.end for part in parts), self.learning.stop, self.by_eye.stop, self.session.end)
        with ExitStack() as ending:  # a fault in one keeps no thread running and loses no work
            for end in (self.autosave.close, *reversed(ends)):
                ending.callback(end)
        super().closeEvent(event)


ABOUT = f"""<b>Visagist {__version__}</b><p>Shapes pictures by hand in the latent space of generative networks.</p>
<p>The people in its pictures do not exist. Every picture that is saved says so in its metadata;
do not pass one off as a photograph of someone.</p>"""
