"""`visagist doctor`: what it finds, what it advises, how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from engine import doctor
from engine.doctor import Finding, State

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and no display."""
    monkeypatch.setenv("VISAGIST_DATA", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return tmp_path


def generator() -> Finding:
    return next(finding for finding in doctor.examine_folders() if finding.name == "Face generator")


def test_without_the_large_generator_the_bundled_model_opens_and_all_is_well(home: Path) -> None:
    assert generator() == Finding(
        "Face generator",
        "ffhq is not fetched; the bundled model opens; visagist models add ffhq brings the large one",
    )


def test_without_any_model_there_is_a_red_line_that_names_the_command(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.models.catalogue.resources", lambda: tmp_path / "a broken installation")
    assert generator().state is State.BAD
    assert doctor.main() == 1
    said = capsys.readouterr().out
    assert "bad   Face generator" in said
    assert "visagist models add ffhq" in said
    assert str(home / "models") in said


@linux
def test_a_machine_with_all_but_a_display_is_well_enough(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = doctor.main(as_json=True)
    found = {line["name"]: line for line in json.loads(capsys.readouterr().out)}
    assert [line for line in found.values() if line["state"] == "bad"] == []
    assert status == 0
    assert found["Display"]["state"] == "warn"
    assert found["Face generator"]["state"] == "ok"
    assert found["Qt"]["value"].endswith("platform offscreen")


def test_what_matters_is_all_there(home: Path) -> None:
    names = {finding.name for finding in doctor.examine()}
    assert names >= {
        "Python", "torch", "Device", "CPU instructions", "Cores", "Memory", "Fast CPU kernels",
        "System libraries", "Display", "Qt", "Model folder", "Face generator", "Disk",
    }  # fmt: skip


@linux
def test_a_display_that_does_not_answer_is_a_red_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    qt = next(finding for finding in doctor.examine() if finding.name == "Qt")
    assert qt.state is State.BAD
    assert qt.value.startswith("does not start: qt.qpa")
    assert qt.what_to_do


@linux
def test_a_missing_library_is_told_with_the_line_that_installs_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(doctor.EVERYWHERE, "libbeauty.so.9", "libbeauty9")
    found = next(finding for finding in doctor.examine() if finding.name == "System libraries")
    assert found == Finding(
        "System libraries", "missing: libbeauty.so.9", State.BAD, "sudo apt-get install -y libbeauty9"
    )


def test_brackets_in_a_path_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.print_report([Finding("Model folder", "/home/ada/[red]faces[/red]")])
    said = capsys.readouterr().out
    assert "/home/ada/[red]faces[/red]" in said
    assert "\x1b" not in said, "plain where it is not a terminal"
    assert "All is well." in said


def test_every_line_that_is_not_well_says_what_to_do(home: Path) -> None:
    assert all(bool(finding.what_to_do) == (finding.state is not State.OK) for finding in doctor.examine())
