"""The settings of one scene: what all scenes have, and what only its kind has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from engine.paths import is_run, make_folder, runs_dir
from engine.show.scenes import AnyScene, Breath, BreathingScene, StrangersScene, TimelineScene, TrainingScene, WalkScene
from engine.show.values import VisitorSlider
from studio.exhibition.direction_menu import add_directions
from studio.exhibition.fields import SECONDS, Fields, show_easing, show_text
from studio.exhibition.show_desk import ShowDesk
from studio.scale import Scale
from studio.seed_box import SeedBox
from studio.training.form import Row

KINDS: dict[type, tuple[str, str]] = {
    StrangersScene: ("Strangers", "Endless new faces"),
    WalkScene: ("Walk", "Slowly from one kept face to the next"),
    BreathingScene: ("Breathing", "One face whose traits come and go"),
    TimelineScene: ("Timeline", "The timeline of Animate"),
    TrainingScene: ("Training", "How a run learned, as it goes"),
}
ORDERS = {
    "in turn": ("In turn", "From the first to the last, and again"),
    "there and back": ("And back", "From the first to the last and back"),
    "shuffled": ("Shuffled", "In an order of its seed"),
}
STEPS = {  # what `every` is in a scene of a kind
    "strangers": "Each face",
    "walk": "Each face",
    "breathing": "Each breath",
    "training": "Each snapshot",
}
FACES = {"stars": ("Stars", "The faces that were starred"), "presets": ("Presets", "The presets")}
PATHS = {"line": "straight", "sphere": "on the sphere", "spline": "rounded"}
BREADTH = 0.6  # of a direction's range, that a breath takes
OPEN = "open"  # in the place of a hash


class SceneFields(Fields):
    """Settings of the scene that is looked at; those that its kind lacks are hidden."""

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        edit = desk.edit_scene
        self.title = self.head("Scene")
        self.what = self.note("")
        self.name = self.line("Name", "As the list and the opening hours call it", lambda text: edit("Name", name=text))
        self.duration = self.slider(
            "Plays for", Scale(10, 600, 120, limits=(0.1, 86_400), **SECONDS), edit, "duration", "Until the next scene"
        )
        self.every = self.slider(
            "Each face",
            Scale(1, 30, 8, limits=(0.05, 86_400), decimals=1, suffix=" s", step=0.5),
            edit,
            "every",
        )
        self.hold = self.slider(
            "Stays for",
            Scale(0, 10, 1, limits=(0, 86_400), decimals=1, suffix=" s", step=0.5),
            edit,
            "hold",
            "Each face stands still for so long",
        )
        self.faces = self.choice("Faces", FACES, lambda id: edit("Faces", faces=id))
        self.tag = self.line(
            "Only with tag", "Stars with this word alone; empty: all", lambda text: edit("Tag", tag=text)
        )
        self.radius = self.slider("Variety", Scale(0, 1, 1, factor=100, decimals=0, suffix=" %"), edit, "radius")
        self.speed = self.slider("Speed", Scale(0.1, 4, 1, 1, limits=(0.01, 100)), edit, "speed")
        self.psi = self.slider("Truncation", Scale(0, 1.2, 0.7, limits=(-10, 10)), edit, "psi")
        self.breaths = QPushButton("Choose…", toolTip="Which directions breathe")
        self.breaths.clicked.connect(self.pop_up_breaths)
        self.breath_row = Row("Breathe", self.breaths)
        self.column.addWidget(self.breath_row)
        self.together = self.switch("All at once", "Not one after the other", lambda on: edit("Together", together=on))
        self.run = QPushButton("Choose…", toolTip="The folder of a run")
        self.run.clicked.connect(self.ask_run)
        self.run_row = Row("Run", self.run)
        self.column.addWidget(self.run_row)
        self.order = self.choice("Order", ORDERS, lambda id: edit("Order", order=id))
        self.path = self.combo("Way", "How it goes from face to face", lambda id: edit("Way", path=id))
        for id, text in PATHS.items():
            self.path.addItem(text, id)
        self.ease = self.easing(edit)
        self.model = self.combo("Model", "Scenes of two models go over into each other", self.set_model)
        self.seed = SeedBox("Seed")
        self.seed.changed.connect(lambda seed: edit("Seed", seed=seed))
        self.seed.refused.connect(desk.messages.warn)
        self.column.addWidget(Row("Seed", self.seed))
        self.empty = self.note("Add a scene at the left. A show without one plays strangers.")
        self.column.addStretch()
        self.show_values()

    def rows(self) -> dict[str, QWidget]:
        """The widgets of single fields, by the fields' names."""
        held = {
            "hold": self.hold, "faces": self.faces, "tag": self.tag, "radius": self.radius, "speed": self.speed,
            "psi": self.psi, "breaths": self.breath_row, "together": self.together, "run": self.run_row,
            "path": self.path, "model": self.model, "every": self.every, "order": self.order,
        }  # fmt: skip
        return {name: row_of(widget) for name, widget in held.items()}

    def show_values(self) -> None:
        scene = self.desk.scene
        for index in range(self.column.count() - 1):
            self.column.itemAt(index).widget().setVisible(scene is not None)
        self.empty.setVisible(scene is None)
        self.title.setVisible(True)
        self.title.setText("Scene" if scene is None else KINDS[type(scene)][0])
        if scene is None:
            return
        for name, row in self.rows().items():
            row.setVisible(hasattr(scene, name))
        kind = type(scene).__struct_config__.tag
        self.every.setVisible(kind in STEPS)
        row_of(self.order).setVisible(kind in ("walk", "breathing"))
        row_of(self.model).setVisible(kind != "training")
        if isinstance(scene, WalkScene):
            row_of(self.tag).setVisible(scene.faces == "stars")
        self.every.set_name(STEPS.get(kind, "Each face"))
        self.what.setText(f"{KINDS[type(scene)][1]}.")
        self.show_scene(scene)

    def show_scene(self, scene: AnyScene) -> None:
        """What this one says."""
        show_text(self.name, scene.name)
        self.duration.show_value(scene.duration)
        self.every.show_value(scene.every)
        self.order.show_choice(scene.order)
        show_easing(self.ease, scene.easing)
        self.seed.show_seed(scene.seed)
        self.show_models(scene)
        for name in ("hold", "radius", "speed", "psi"):
            if hasattr(scene, name):
                getattr(self, name).show_value(getattr(scene, name))
        if isinstance(scene, WalkScene | StrangersScene):
            self.path.setCurrentIndex(self.path.findData(scene.path))
        if isinstance(scene, WalkScene):
            self.faces.show_choice(scene.faces)
            show_text(self.tag, scene.tag)
        elif isinstance(scene, BreathingScene):
            names = ", ".join(breath.address.removeprefix("direction/") for breath in scene.breaths)
            self.breaths.setText(f"{len(scene.breaths)} chosen…" if names else "Choose…")
            self.breath_row.say(names or "Nothing breathes yet")
            self.together.setChecked(scene.together)
        elif isinstance(scene, TrainingScene):
            self.run.setText(Path(scene.run).name)
            self.run_row.say(scene.run)

    def set_model(self, hash: str) -> None:
        """One of the show's models, the project's own, or the open one, kept."""
        if hash == OPEN:
            self.desk.keep_model()
        else:
            self.desk.edit_scene("Model of the scene", model=hash)

    def show_models(self, scene: AnyScene) -> None:
        """Those of the show, and the one that is open."""
        self.model.clear()
        self.model.addItem("the project's own", "")
        models, there = self.desk.show.models, self.desk.document.model
        for model in models:
            self.model.addItem(model.title or model.hash[:12], model.hash)
        if there is not None and there.hash not in [model.hash for model in models]:
            self.model.addItem(f"always {there.title}", OPEN)
        self.model.setCurrentIndex(self.model.findData(scene.model))

    def pop_up_breaths(self) -> None:
        """The directions of the open model, those that breathe with a tick."""
        menu = QMenu(self)
        chosen = {breath.address for breath in self.desk.scene.breaths}
        add_directions(
            menu, self.desk.document.model, chosen, lambda slider, on: self.toggle_breath(breath_of(slider), on)
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.breaths.mapToGlobal(self.breaths.rect().bottomLeft()))

    def toggle_breath(self, breath: Breath, on: bool) -> None:
        """Let it breathe, or no longer."""
        others = tuple(one for one in self.desk.scene.breaths if one.address != breath.address)
        self.desk.edit_scene("Breathing", breaths=(*others, breath) if on else others)

    def ask_run(self) -> None:
        """A dialogue for another run."""
        ask_run(self, lambda folder: self.desk.edit_scene("Run", run=str(folder)), self.desk)


def breath_of(slider: VisitorSlider) -> Breath:
    """A direction that breathes, within the better part of its range."""
    return Breath(slider.address, BREADTH * slider.low, BREADTH * slider.high, slider.move)


def row_of(widget: QWidget) -> QWidget:
    """The row that a field stands in, or the field itself."""
    parent = widget.parentWidget()
    return parent if isinstance(parent, Row) else widget


def ask_run(parent: QWidget, take: Callable[[Path], None], desk: ShowDesk) -> None:
    """A dialogue for the folder of a run; take: called with it."""

    def chosen(name: str) -> None:
        if is_run(Path(name)):
            take(Path(name))
        else:
            desk.messages.warn(f"{name} is no training run; choose the folder that holds its events.jsonl")

    dialog = QFileDialog(parent.window(), "Run", str(make_folder(runs_dir())))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
