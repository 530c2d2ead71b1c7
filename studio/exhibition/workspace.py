"""The Exhibit workspace, the control window of a show: its scenes, the wall in small, its settings, and its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from engine.errors import VisagistError
from studio import theme
from studio.exhibition.connection_fields import ConnectionFields
from studio.exhibition.exhibition import Exhibition
from studio.exhibition.hours_fields import HoursFields
from studio.exhibition.preview import Preview
from studio.exhibition.scene_fields import SceneFields
from studio.exhibition.scene_list import SceneList
from studio.exhibition.screen_fields import ScreenFields
from studio.exhibition.screens import choose, screens, words
from studio.exhibition.settings_pages import SettingsPages
from studio.exhibition.show_desk import ShowDesk
from studio.exhibition.status_line import StatusLine
from studio.exhibition.visitor_fields import VisitorFields
from studio.images import to_image
from studio.settings import EXHIBIT_LAYOUT
from studio.training.form import heading

if TYPE_CHECKING:
    from studio.exhibition.full_scene import FullScene
    from studio.main_window import MainWindow

FOLLOW_MS = 200  # a slider that is dragged changes the show less often than it moves
LIST_WIDTH, MIDDLE_WIDTH, SETTINGS_WIDTH = 226, 738, 400


class ExhibitWorkspace(QWidget):
    """playing_changed: an Exhibition began, or None: nothing is on any more."""

    playing_changed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.main, self.session, self.messages = window, window.session, window.messages
        self.desk = ShowDesk(window.session, self)
        self.exhibition: Exhibition | None = None
        self.scenes = SceneList(self.desk)
        self.scene, self.screen_page = SceneFields(self.desk), ScreenFields(self.desk)
        self.visitors, self.hours = VisitorFields(self.desk, window.settings), HoursFields(self.desk)
        self.preview, self.status = Preview(), StatusLine()
        self.settings_pages = SettingsPages()
        self.follow = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self.follow.timeout.connect(self.follow_document)
        self.setFocusProxy(self.scenes.list)
        self.build()
        self.connect_all()
        self.show_values()

    def build(self) -> None:
        """Scenes at the left, the wall in the middle, settings at the right."""
        for id, word, tip, page in (
            ("scene", "Scene", "The scene that is chosen at the left", self.scene),
            ("screen", "Screen", "Which screen, turned and fitted how", self.screen_page),
            ("visitors", "Visitors", "What a touch brings, and the lock", self.visitors),
            ("hours", "Hours", "When what plays", self.hours),
        ):
            self.settings_pages.add(id, word, tip, page)
        self.add_inputs()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.scenes.setMinimumWidth(180)
        self.scenes.setAutoFillBackground(True)
        self.settings_pages.setMinimumWidth(SETTINGS_WIDTH)  # below, four words of a choice have no room
        for part in (self.scenes, self.middle(), self.settings_pages):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([LIST_WIDTH, MIDDLE_WIDTH, SETTINGS_WIDTH])
        self.splitter.restoreState(self.main.settings.get(EXHIBIT_LAYOUT))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def middle(self) -> QWidget:
        """Where it goes, the wall in small, how it is."""
        self.start_button = QPushButton("Start", default=True, toolTip="Put the show on its screen")
        self.rehearse_button = QPushButton("Rehearse", toolTip="The same in an ordinary window")
        self.stop_button = QPushButton("Stop", toolTip="Take the show off the wall")
        self.title = heading("", theme.HEADING_PX + 3)
        self.where = QLabel()
        self.where.setProperty("muted", True)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self.title)
        text.addWidget(self.where)
        top = QHBoxLayout()
        top.setContentsMargins(18, 14, 18, 0)
        top.setSpacing(8)
        top.addLayout(text, 1)
        for button in (self.stop_button, self.rehearse_button, self.start_button):
            button.setAutoDefault(False)
            top.addWidget(button)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.preview, 1)
        column.addWidget(self.status)
        made.setAutoFillBackground(True)
        palette = made.palette()
        palette.setColor(made.backgroundRole(), theme.colour(theme.GROUND))
        made.setPalette(palette)
        return made

    def connect_all(self) -> None:
        """Who hears of what."""
        self.desk.changed.connect(self.show_values)
        self.desk.chosen_changed.connect(self.scene.show_values)
        self.desk.chosen_changed.connect(lambda: self.settings_pages.show_page("scene"))
        document = self.main.document
        for changed in (document.board_changed, document.opened):
            changed.connect(self.follow.start)
        self.scenes.asked.connect(self.play_scene)
        self.start_button.clicked.connect(lambda: self.start())
        self.rehearse_button.clicked.connect(lambda: self.rehearse())
        self.stop_button.clicked.connect(lambda: self.stop())
        self.session.result_shown.connect(self.show_face)
        app = QGuiApplication.instance()
        for changed in (app.screenAdded, app.screenRemoved):
            changed.connect(self.show_where)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(1000, 600)

    # what it shows

    def show_values(self) -> None:
        """The show of the document."""
        for part in (self.scenes, self.scene, self.screen_page, self.visitors, self.hours, self.connections):
            part.show_values()
        self.show_where()
        self.show_playing()

    def show_where(self) -> None:
        """The screen that the show goes to."""
        screen = self.desk.show.screen
        target = choose(screen.number, screens(), self.main.screen())
        shape = QSize(16, 9) if target is None else target.size()
        self.preview.show_screen(screen, shape)
        alone = target is self.main.screen()
        hint = "; it covers this window, Escape brings it back" if alone and not self.desk.show.visitors.pin else ""
        self.where.setText("no screen is there" if target is None else f"Goes to screen {words(target)}{hint}")

    def show_playing(self) -> None:
        """Whether it is on."""
        on = self.exhibition is not None
        self.title.setText("On the wall" if on else "The show")
        if on and self.exhibition.output.rehearses:
            self.title.setText("In rehearsal")
        self.start_button.setVisible(not on)
        self.rehearse_button.setVisible(not on)
        self.stop_button.setVisible(on)
        if not on:
            self.show_face()

    def show_face(self) -> None:
        """While nothing is on: how the face of now would lie on the wall."""
        frame = self.session.canvas.frame
        if self.exhibition is None and self.isVisible():
            if frame is None:
                self.preview.wall.blank()
            else:
                self.preview.wall.show_pictures(to_image(frame).copy())

    def showEvent(self, event: QEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.show_where()
        self.show_face()

    # handlers of the action table

    def start(self) -> None:
        """On the wall."""
        self.begin(rehearses=False)

    def rehearse(self) -> None:
        """In an ordinary window."""
        self.begin(rehearses=True)

    def begin(self, *, rehearses: bool) -> None:
        """Play the show as it is now."""
        if self.exhibition is not None:
            return
        project = self.main.projects.snapshot()
        if project is None:
            self.messages.warn("no model is open yet; try again when the first face is there")
            return
        made = Exhibition(project, self.main, rehearses=rehearses, quiz=self.quiz, parent=self)
        self.exhibition = made
        self.status.rehearses = rehearses
        made.left.connect(self.stop, Qt.ConnectionType.QueuedConnection)
        made.said.connect(self.status.show_fault)
        made.output.shown_on.connect(self.status.show_host)
        made.runner.beat.connect(self.status.show_beat)
        made.runner.scene_changed.connect(self.scenes.show_playing)
        made.runner.attach(self.preview.wall)
        self.status.show_start()
        self.show_playing()
        made.begin()
        self.playing_changed.emit(made)

    def quiz(self) -> FullScene:
        """The quiz, with the window's own model."""
        from studio.exhibition.full_scene import quiz  # Pillow comes along

        return quiz(self.session, self.main.settings, self.desk.show.visitors)

    def stop(self) -> None:
        """Off the wall."""
        if self.exhibition is None:
            return
        made, self.exhibition = self.exhibition, None
        self.playing_changed.emit(None)
        made.runner.detach(self.preview.wall)
        made.end()
        made.deleteLater()
        self.scenes.show_playing("")
        self.status.show_rest()
        self.show_playing()

    def play_scene(self, name: str) -> None:
        """That scene now, by hand."""
        if self.exhibition is not None:
            try:
                self.exhibition.runner.set_scene(name)
            except VisagistError as error:
                self.messages.fail("playing the scene", error)

    def next_scene(self) -> None:
        """The scene after the one that plays."""
        names = [scene.name for scene in self.desk.show.scenes]
        if self.exhibition is not None and names:
            playing = self.exhibition.runner.playing
            self.play_scene(names[(names.index(playing) + 1) % len(names)] if playing in names else names[0])

    def resume(self) -> None:
        """What the show says, after a scene that was chosen by hand."""
        if self.exhibition is not None:
            self.exhibition.runner.set_scene(None)

    def add_scene(self) -> None:
        """The menu of scenes."""
        self.scenes.pop_up()

    def follow_document(self) -> None:
        """What is on follows what is set up."""
        project = self.main.projects.snapshot()
        if self.exhibition is not None and project is not None:
            self.exhibition.set_project(project)

    def add_inputs(self) -> None:
        """Knobs, OSC and sound have a page, and move what is on the wall while something is."""
        from studio.exhibition.inputs.mapping_panel import MappingPanel
        from studio.exhibition.inputs.monitor import MonitorPanel

        self.mappings, self.monitor = MappingPanel(self.main), MonitorPanel(self.main)
        self.connections = ConnectionFields(self.desk)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(18)
        column.addWidget(self.mappings)
        column.addWidget(self.monitor, 1)
        column.addWidget(self.connections)
        self.settings_pages.add("inputs", "Inputs", "What OSC, MIDI and sound move, and what arrives by them", page)
        self.playing_changed.connect(self.send_inputs)

    def send_inputs(self, exhibition: Exhibition | None) -> None:
        """To the wall, or back to the face in Explore."""
        if exhibition is None:
            self.main.inputs.send_to(None)
        else:
            self.main.inputs.send_to(exhibition.runner, exhibition.model)

    def end(self) -> None:
        """Off the wall, and remember how it was left."""
        self.mappings.end()
        self.monitor.end()
        self.main.settings.set(EXHIBIT_LAYOUT, self.splitter.saveState())
        self.stop()
