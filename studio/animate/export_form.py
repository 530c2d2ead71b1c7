"""The form of a video: its kind, size, rate, quality, sound, and what it carries, all in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QLabel, QSizePolicy, QWidget

from engine.errors import VisagistError
from engine.export.video.presets import BY_NAME, TABLE, Preset
from engine.timeline import Timeline
from engine.timeline.rate import parse_rate
from studio.choice import Choice
from studio.settings import EXPORT, EXPORT_FOLDER, Settings

if TYPE_CHECKING:
    from engine.export.video.shape import Shape
    from engine.filming import Wish

FIELD_HEIGHT, WORDS_WIDTH = 28, 58
QUALITIES = {
    "draft": ("Draft", "Small, soon made: to judge the motion"),
    "good": ("Good", "What most people want: no loss that an eye finds in motion"),
    "best": ("Best", "As near to lossless as the format comes; large files"),
}
SHAPES = {
    "square": ("Square", "The whole picture"),
    "16:9": ("16:9", "Wide, as televisions and most players are"),
    "9:16": ("9:16", "Upright, as telephones are"),
}
FITS = {
    "crop": ("Crop", "Fill the shape and cut off what juts out"),
    "pad": ("Pad", "The whole picture, with black beside it"),
}
CARRIES = {
    "inside": ("In the file", "The file opens again as this project"),
    "private": ("Left out", "The file tells only that it is synthetic, and by which model"),
}
ENCODERS = {
    "cpu": ("Processor", "The smallest files"),
    "gpu": ("GPU", "Quicker, a little larger; on NVIDIA cards that have an encoder"),
}
SIZES = ("512", "720", "1080", "1440", "2160")
RATES = ("12", "15", "23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60")
FILE = "A file…"


class Choices(Struct, frozen=True):
    """What was chosen. size: like 1080 or 1920x800, empty for the picture's own; rate: empty for the timeline's."""

    preset: str = "h264"
    quality: str = "good"
    size: str = ""
    shape: str = "square"
    crop: bool = True
    rate: str = ""
    silent: bool = False
    private: bool = False
    hardware: bool = False


class ExportForm(QWidget):
    """changed: something else was chosen."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.choices = remembered(settings)
        self.side, self.device = 0, ""  # of the model's pictures, 0 while there is none; what renders them
        self.timeline: Timeline | None = None
        self.sound: Path | None = None  # a file instead of the timeline's
        self.make_fields()
        self.lay_out()
        self.connect_all()
        self.show_choices()

    def make_fields(self) -> None:
        """Every field, from top to bottom."""
        self.format = combo("Format", "What is made")
        for preset in TABLE:
            self.format.addItem(preset.title, preset.name)
        self.shape = Choice("Shape", SHAPES)
        self.size = combo("Size", "In pixels; any size can be typed, like 900 or 1920x800", editable=True)
        self.fit = Choice("Fit", FITS)
        self.rate = combo("Frames a second", "Any rate can be typed, like 23.976 or 24000/1001", editable=True)
        self.quality = Choice("Quality", QUALITIES)
        self.sound_box = combo("Sound", "What is heard")
        self.recipe = Choice("Recipe", CARRIES)
        self.encoder = Choice("Encoder", ENCODERS)

    def lay_out(self) -> None:
        """A word at the left, its field at the right."""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.words: dict[QWidget, QLabel] = {}
        rows = (
            ("Format", self.format), ("Shape", self.shape), ("Fit", self.fit), ("Size", self.size),
            ("Frames", self.rate), ("Quality", self.quality), ("Encoder", self.encoder), ("Sound", self.sound_box),
            ("Recipe", self.recipe),
        )  # fmt: skip
        for row, (word, field) in enumerate(rows):
            label = QLabel(word, buddy=field)
            label.setProperty("muted", True)
            label.setFixedWidth(WORDS_WIDTH)
            self.words[field] = label
            field.setMinimumHeight(FIELD_HEIGHT)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)

    def connect_all(self) -> None:
        """Every field changes the choices."""
        self.format.activated.connect(lambda at: self.choose(preset=self.format.itemData(at)))
        self.shape.chosen.connect(self.choose_shape)
        self.fit.chosen.connect(lambda id: self.choose(crop=id == "crop"))
        self.quality.chosen.connect(lambda id: self.choose(quality=id))
        self.size.activated.connect(lambda at: self.choose(size=self.size.itemData(at)))
        self.size.lineEdit().editingFinished.connect(self.type_size)
        self.rate.activated.connect(lambda at: self.choose(rate=self.rate.itemData(at)))
        self.rate.lineEdit().editingFinished.connect(self.type_rate)
        self.sound_box.activated.connect(self.choose_sound)
        self.recipe.chosen.connect(lambda id: self.choose(private=id == "private"))
        self.encoder.chosen.connect(lambda id: self.choose(hardware=id == "gpu"))

    # what it stands for

    @property
    def preset(self) -> Preset:
        """The kind of video."""
        return BY_NAME[self.choices.preset]

    @property
    def gpu_encodes(self) -> bool:
        """Whether there is a GPU that may encode this kind."""
        return self.device == "CUDA" and self.preset.hardware is not None

    @property
    def written_size(self) -> bool:
        """Whether both sides were typed."""
        return "x" in self.choices.size

    def outcome(self) -> Shape:
        """The size of the video; VisagistError where it cannot be."""
        from engine.export.video.shape import shape_for

        choices = self.choices
        shape = None if self.written_size else choices.shape
        return shape_for(self.side, choices.size or None, shape, crop=choices.crop)

    def wish(self, output: Path) -> Wish:
        """What is chosen, for a file."""
        from engine.filming import Wish

        choices, sounds = self.choices, self.preset.sounds
        return Wish(
            output=output,
            preset=choices.preset,
            quality=choices.quality,
            rate=parse_rate(choices.rate) if choices.rate else None,
            size=choices.size or None,
            shape=None if self.written_size else choices.shape,
            crop=choices.crop,
            sound=self.sound if sounds else None,
            silent=choices.silent,
            hardware=choices.hardware and self.gpu_encodes,
            private=choices.private,
        )

    # the hand

    def choose(self, **changes: object) -> None:
        """Something was chosen."""
        self.choices = replace(self.choices, **changes)
        self.settings.set(EXPORT, msgspec.json.encode(self.choices).decode())
        self.show_choices()
        self.changed.emit()

    def choose_shape(self, shape: str) -> None:
        """A shape; a size whose both sides were typed gives way."""
        self.choose(shape=shape, size="" if self.written_size else self.choices.size)

    def type_size(self) -> None:
        """A size was typed; what it shows by itself is none."""
        text = self.size.lineEdit().text()
        at = self.size.findText(text)
        typed = "".join(text.lower().replace("×", "x").split())
        wanted = self.size.itemData(at) if at >= 0 else typed
        if wanted != self.choices.size:
            self.choose(size=wanted)

    def type_rate(self) -> None:
        """A rate was typed."""
        text = self.rate.lineEdit().text().strip()
        at = self.rate.findText(text)
        wanted = self.rate.itemData(at) if at >= 0 else text
        if wanted != self.choices.rate:
            self.choose(rate=wanted)

    def choose_sound(self, at: int) -> None:
        """The timeline's, none, or a file that is asked for."""
        what = self.sound_box.itemData(at)
        if what == "file":
            self.ask_for_sound()
            self.show_sound()
        elif what == "none":
            self.sound = None
            self.choose(silent=self.timeline is not None and self.timeline.sound is not None)
        elif what == "timeline":
            self.sound = None
            self.choose(silent=False)

    def ask_for_sound(self) -> None:
        """A file dialogue."""
        dialog = QFileDialog(self.window(), "Sound of the video", self.settings.get(EXPORT_FOLDER) or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Sound (*.wav *.flac *.mp3 *.m4a *.aac *.ogg *.opus *.aif *.aiff)", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.take_sound(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_sound(self, path: Path) -> None:
        """A file was chosen."""
        self.sound = path
        self.choose(silent=False)

    # how it looks

    def show_facts(self, side: int, device: str, timeline: Timeline | None) -> None:
        """The open model's pictures, where it runs, and the timeline."""
        self.side, self.device, self.timeline = side, device, timeline
        self.show_choices()

    def show_choices(self) -> None:
        """All fields, without telling anyone."""
        choices = self.choices
        self.format.setCurrentIndex(self.format.findData(choices.preset))
        self.shape.show_choice(choices.shape)
        self.fit.show_choice("crop" if choices.crop else "pad")
        for widget in (self.fit, self.words[self.fit]):
            widget.setVisible(choices.shape != "square" or self.written_size)
        self.quality.show_choice(choices.quality)
        self.show_sizes()
        self.show_rates()
        self.show_sound()
        self.recipe.show_choice("private" if choices.private else "inside")
        self.encoder.show_choice("gpu" if choices.hardware else "cpu")
        for widget in (self.encoder, self.words[self.encoder]):
            widget.setVisible(self.gpu_encodes)

    def show_sizes(self) -> None:
        """The usual sizes in this shape."""
        fill(self.size, [(self.size_text(size), size) for size in ("", *SIZES)])
        at = self.size.findData(self.choices.size)
        self.size.setCurrentIndex(at)
        if at < 0:
            self.size.setEditText(self.choices.size.replace("x", " × "))

    def size_text(self, size: str) -> str:
        """A size in this shape, in words."""
        from engine.export.video.shape import shape_for

        if not self.side:
            return size or "as rendered"
        made = shape_for(self.side, size or None, self.choices.shape, crop=self.choices.crop)
        return f"{made.width} × {made.height}" + ("" if size else ", as rendered")

    def show_rates(self) -> None:
        """The usual rates, and the timeline's."""
        own = "the timeline's" if self.timeline is None else f"{spoken(self.timeline)} a second, its own"
        fill(self.rate, [(own, ""), *((f"{rate} a second", rate) for rate in RATES)])
        at = self.rate.findData(self.choices.rate)
        self.rate.setCurrentIndex(at)
        if at < 0:
            self.rate.setEditText(self.choices.rate)

    def show_sound(self) -> None:
        """What can be heard."""
        sound = self.timeline.sound if self.timeline is not None else None
        own = [(self.sound.name, "own")] if self.sound is not None else []
        with_it = [(Path(sound.path).name, "timeline")] if sound is not None else []
        fill(self.sound_box, [*own, *with_it, ("None", "none"), (FILE, "file")])
        silent = self.sound is None and (sound is None or self.choices.silent)
        self.sound_box.setCurrentIndex(self.sound_box.findData("none") if silent else 0)
        self.sound_box.setEnabled(self.preset.sounds)
        if not self.preset.sounds:
            self.sound_box.setCurrentIndex(self.sound_box.findData("none"))


def remembered(settings: Settings) -> Choices:
    """What was chosen last."""
    try:
        choices = msgspec.json.decode(settings.get(EXPORT), type=Choices)
    except msgspec.DecodeError:  # an edited file of settings costs its memory and nothing else
        return Choices()
    known = choices.preset in BY_NAME and choices.quality in QUALITIES and choices.shape in SHAPES
    return choices if known and is_rate(choices.rate) else Choices()


def is_rate(text: str) -> bool:
    """Whether a rate can be shown."""
    try:
        return not text or bool(parse_rate(text))
    except VisagistError:
        return False


def spoken(timeline: Timeline) -> str:
    """The rate of a timeline as people say it."""
    return f"{float(timeline.fps):.3f}".rstrip("0").rstrip(".")


def fill(box: QComboBox, items: list[tuple[str, str]]) -> None:
    """Other items, without telling anyone."""
    if [(box.itemText(at), box.itemData(at)) for at in range(box.count())] == items:
        return
    box.blockSignals(True)
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.blockSignals(False)


def combo(name: str, tip: str, *, editable: bool = False) -> QComboBox:
    """A field that opens a list; as narrow as its panel."""
    made = QComboBox(accessibleName=name, toolTip=tip, editable=editable)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    if editable:
        made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        made.lineEdit().setAccessibleName(name)
        made.completer().setCompletionMode(made.completer().CompletionMode.PopupCompletion)
    return made
