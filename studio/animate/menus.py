"""The right-click menus of the timeline, the button for a new track, and what a double click does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from engine.timeline import edits
from engine.timeline.edits import KeyAt
from engine.timeline.values import LONGEST_NAME, Marker
from studio.animate.area import TimelineArea
from studio.animate.ask import WordDialog, show
from studio.animate.commands import Commands
from studio.animate.key_menu import KeyMenu
from studio.animate.lanes import Lane
from studio.animate.motion_menus import MotionMenus
from studio.animate.track_menu import TrackMenu
from studio.animate.transport import Transport
from studio.panels.panel import tool


class Menus:
    """Joins the area and the transport to the commands by menus."""

    def __init__(self, commands: Commands, area: TimelineArea, transport: Transport) -> None:
        self.commands, self.animation, self.area = commands, commands.animation, area
        self.keys, self.tracks = KeyMenu(commands, area), TrackMenu(commands, area)
        self.motion = MotionMenus(commands, area)
        area.asked.connect(self.open)
        area.double_clicked.connect(self.on_double_click)
        self.new_track = tool("add", "Add a track for a control (Ctrl+T)")
        self.new_track.setParent(area)
        self.new_track.move(12, 4)
        self.attach(self.new_track, self.tracks.fill_new)
        for id, tip, fill in (
            ("duration", "Length of the timeline", self.motion.fill_duration),
            ("loop", "What follows the end", self.motion.fill_loop),
            ("rate", "Frames a second", self.motion.fill_rate),
            ("path", "The way from face to face", self.motion.fill_path),
            ("sound", "The sound", self.motion.fill_sound),
        ):
            self.attach(transport.add_fact(id, tip), fill)

    def attach(self, button: QToolButton, fill: Callable[[QMenu], None]) -> None:
        """A menu that is filled anew whenever it opens."""
        menu = QMenu(button)

        def refill() -> None:
            menu.clear()
            fill(menu)

        menu.aboutToShow.connect(refill)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)

    def open(self, key: KeyAt | None, lane: Lane | None, t: float, place: QPoint) -> None:
        """The menu for what is under the hand."""
        menu = QMenu(self.area)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if key is not None:
            self.keys.fill(menu, key)
        elif lane is None:
            self.fill_ruler(menu, t)
        elif lane.track is not None:
            self.tracks.fill(menu, lane.track, t)
        elif lane.kind == "sound":
            self.motion.fill_sound(menu)
        else:
            self.fill_faces(menu, t)
        menu.popup(place)

    def fill_faces(self, menu: QMenu, t: float) -> None:
        """Between keyframes."""
        commands = self.commands
        menu.addAction("Add Explore's face here", lambda: commands.put_face(self.animation.document.recipe, t))
        menu.addAction("Paste here", partial(self.at, t, commands.paste))
        menu.addSeparator()
        self.motion.fill_path(menu)
        menu.addSeparator()
        self.tracks.fill_new(menu.addMenu("Add track"))

    def fill_ruler(self, menu: QMenu, t: float) -> None:
        """Markers, in and out."""
        commands = self.commands
        marker = self.marker_at(t)
        if marker is not None:
            menu.addAction("Rename marker…", partial(self.ask_name, marker))
            menu.addAction("Remove marker", partial(self.at, marker.t, commands.mark))
        else:
            menu.addAction("Marker here", partial(self.at, t, commands.mark))
        menu.addSeparator()
        menu.addAction("In point here", partial(self.at, t, commands.set_in))
        menu.addAction("Out point here", partial(self.at, t, commands.set_out))
        menu.addAction("Clear in and out", commands.clear_ends)

    def at(self, t: float, do: Callable[[], None]) -> None:
        """Do something there instead of where the playhead was."""
        self.animation.go(t, exact=True)
        do()

    def marker_at(self, t: float) -> Marker | None:
        """The marker near a time."""
        near = self.area.axis.seconds(8.0)
        found = [marker for marker in self.animation.shown.markers if abs(marker.t - t) <= near]
        return min(found, key=lambda marker: abs(marker.t - t), default=None)

    def ask_name(self, marker: Marker) -> None:
        """The name of a marker."""

        def read(text: str) -> str:
            if len(text) > LONGEST_NAME or not text.isprintable():
                raise ValueError(f"A name is up to {LONGEST_NAME} printable characters")
            return text.strip()

        dialog = WordDialog("Marker", "Name", marker.name, read, self.area)
        show(dialog, lambda name: self.rename(marker, str(name)))

    def rename(self, marker: Marker, name: str) -> None:
        """Another name for a marker."""
        self.animation.edit("Rename marker", lambda timeline: edits.mark(timeline, marker.t, name))

    def on_double_click(self, key: KeyAt | None, lane: Lane | None, t: float) -> None:
        """On a keyframe: its face in Explore; on a track: a key on its curve; between keyframes: Explore's face."""
        if lane is None:
            return
        if key is not None and lane.track is not None:
            self.keys.ask_value(key)
        elif key is not None:
            self.keys.open_face(key)
        elif lane.track is not None:
            self.commands.tracks.key_on_curve(lane.address, t)
        elif lane.kind == "faces":
            self.commands.put_face(self.animation.document.recipe, t)

    def ask_track(self) -> None:
        """The menu of controls, from the keyboard."""
        self.new_track.showMenu()
