"""The set-up command through its doors: a first start, a second, a stopped one, and every way to fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Checkout

PATIENCE = 120.0


def test_a_first_start_does_every_step_in_order_and_opens_the_program(ready: Checkout) -> None:
    steps = ["-m venv", "torch==2.13.0", "'brush>=1' comb", "--editable", "models add ffhq"]
    places = [ready.log.index(step) for step in steps]
    assert places == sorted(places)
    torch_line = next(line for line in ready.log.splitlines() if "$" in line and "torch==" in line)
    assert "brush" not in torch_line, "torch goes first and alone"


def test_a_second_start_runs_no_tool_at_all(ready: Checkout) -> None:
    before = ready.tools_run
    again = ready.dev("run", "render", "--seed", "7")
    assert again.returncode == 0
    assert again.stdout == "visagist render --seed 7\n"
    assert ready.tools_run == before


def test_without_a_display_run_makes_a_sheet_of_faces_and_says_where(ready: Checkout) -> None:
    answer = ready.dev("run")
    sheet = ready.root / "build" / "faces.png"
    assert answer.returncode == 0
    assert "no display" in answer.stdout
    assert "grid --seeds 1-12" in answer.stdout
    assert str(sheet) in answer.stdout.splitlines()[-1]
    assert sheet.is_file()


def test_a_broken_stamp_repeats_its_own_step_only(ready: Checkout) -> None:
    (ready.venv / ".visagist" / "torch").write_bytes(b"\xff\x00 not a stamp")
    before = ready.tools_run
    assert ready.dev("run", "--version").returncode == 0
    assert ready.tools_run == before + 1


def test_a_model_that_was_deleted_is_fetched_again(ready: Checkout) -> None:
    model = ready.root / "data" / "models" / "ffhq.safetensors"
    model.unlink()
    assert ready.dev("run", "--version").returncode == 0
    assert model.is_file()


def test_without_a_network_the_bundled_model_opens_and_the_next_start_tries_again(ready: Checkout) -> None:
    model = ready.root / "data" / "models" / "ffhq.safetensors"
    model.unlink()
    answer = ready.dev("run", FETCH_SAYS="Temporary failure in name resolution")
    assert answer.returncode == 0, answer.stdout
    assert "The face generator: not there, because the network cannot be reached; the bundled model" in answer.stdout
    assert "`visagist models add ffhq` brings the large one" in answer.stdout
    assert "grid --seeds 1-12 --model faces64" in answer.stdout
    assert ready.dev("run").stdout.count("--model") == 0
    assert model.is_file()


def test_a_package_whose_installation_was_cut_short_is_installed_again(ready: Checkout) -> None:
    (module,) = ready.venv.rglob("brush.py")
    module.write_text("hairs")
    (ready.venv / ".visagist" / "packages").unlink()
    assert ready.dev("run", "--version").returncode == 0
    assert module.read_text() == "hairs = 100\n"


@pytest.fixture
def misspinned(ready: Checkout) -> Iterator[Checkout]:
    """The ready checkout, with a pin that no wheel fits."""
    good = ready.constraints.read_text()
    ready.constraints.write_text(good.replace("brush==1.0", "brush==9.9"))
    yield ready
    ready.constraints.write_text(good)


def test_a_failed_step_says_which_and_why_and_where_the_log_is(misspinned: Checkout) -> None:
    answer = misspinned.dev("run")
    assert answer.returncode == 1
    assert "Set-up stopped at: The other packages, pinned" in answer.stdout
    assert "Why: pip finds no versions that fit the pins" in answer.stdout
    assert "What to do: look in `pip config list`" in answer.stdout
    assert answer.stdout.endswith(f"{misspinned.root / 'build' / 'setup.log'}\n")
    assert "brush==9.9" in misspinned.log
    assert "Traceback" not in answer.stdout + answer.stderr


def test_a_failed_step_leaves_the_finished_ones_finished(misspinned: Checkout) -> None:
    before = misspinned.tools_run
    misspinned.dev("run")
    misspinned.dev("run")
    assert misspinned.tools_run == before + 2, "only the step that fails is tried again"


def test_an_unreachable_network_is_told_as_such(misspinned: Checkout) -> None:
    # A port of this machine that nobody listens on.
    answer = misspinned.dev("run", PIP_NO_INDEX="", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="1")
    assert answer.returncode == 1
    assert "Why: the network cannot be reached" in answer.stdout


def test_what_qt_lacks_is_installed_by_root_and_told_to_others(ready: Checkout) -> None:
    from .conftest import desktop

    module = ready.root / "engine" / "desktop.py"
    module.write_text(desktop({"libbeauty.so.9": "libbeauty9"}), "utf-8")
    sheet = ready.dev("run")
    window = ready.dev("run", DISPLAY=":99")
    offline = ready.dev("run", APT_SAYS="Temporary failure resolving 'somewhere'")
    module.write_text(desktop({}), "utf-8")
    assert sheet.returncode == 0, "a sheet of faces needs no Qt"
    if os.geteuid() == 0:
        called = (ready.root / "bin" / "called").read_text().splitlines()
        assert called[0] == "apt-get update"
        assert called[1].startswith("apt-get install -y")
        assert called[1].endswith("libbeauty9")
        assert "not installed, because the network cannot be reached; going on without" in offline.stdout
    else:
        assert "sudo apt-get install -y libbeauty9" in sheet.stdout
    assert offline.returncode == 0
    assert window.returncode == 1, "the window does need it, and it is still not there"
    assert "the window needs libbeauty.so.9" in window.stdout
    assert "sudo apt-get install -y libbeauty9" in window.stdout


def test_ctrl_c_keeps_finished_steps_and_stamps_no_other(new_checkout: Callable[[], Checkout], tmp_path: Path) -> None:
    checkout = new_checkout()
    process = checkout.start("run", "--version", WAIT=str(tmp_path))
    wait_for(tmp_path / "begun", process)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Stopped. Run the same command again" in said
    stamps = {path.name for path in (checkout.venv / ".visagist").iterdir()}
    assert stamps == {"environment", "torch", "packages", "project"}

    before = checkout.tools_run
    assert checkout.dev("run", "--version").returncode == 0
    assert checkout.tools_run == before + 2, "only the generator was left to fetch, and its folder to ask for"


def test_a_second_set_up_waits_for_the_first(ready: Checkout, tmp_path: Path) -> None:
    (ready.root / "data" / "models" / "ffhq.safetensors").unlink()
    first = ready.start("run", "first", WAIT=str(tmp_path))
    wait_for(tmp_path / "begun", first)
    second = ready.start("run", "second")
    assert second.stdout is not None
    assert "Another set-up of this checkout is at work" in second.stdout.readline()
    (tmp_path / "go").touch()
    assert first.communicate(timeout=PATIENCE)[0].endswith("visagist first\n")
    assert second.communicate(timeout=PATIENCE)[0] == "visagist second\n", "the first had done all the work"


def test_a_half_made_environment_is_made_anew(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    (checkout.venv / ".visagist").mkdir(parents=True)
    (checkout.venv / ".visagist" / "torch").write_text("a stamp of the environment that was")
    (checkout.venv / "bin").mkdir()
    (checkout.venv / "bin" / "python").symlink_to("/nowhere/python3")
    answer = checkout.dev("run", "--version")
    assert answer.returncode == 0, answer.stdout + checkout.log
    assert answer.stdout.endswith("visagist --version\n")


def test_an_environment_of_someone_else_is_never_deleted(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.venv.mkdir()
    (checkout.venv / "mine.txt").write_text("years of work")
    answer = checkout.dev("run")
    assert answer.returncode == 1
    assert "was not made by this set-up" in answer.stdout
    assert (checkout.venv / "mine.txt").read_text() == "years of work"


def test_an_unsupported_python_says_what_is_needed(ready: Checkout) -> None:
    answer = on_python_3_10(ready, PATH=str(ready.root / "bin"))
    assert answer.returncode == 2
    assert "needs a 64-bit Python 3.11, 3.12 or 3.13; this is Python 3.10" in answer.stderr
    assert "What to do: sudo apt-get install" in answer.stderr


def test_an_unsupported_python_finds_a_supported_one(ready: Checkout) -> None:
    shelf = ready.root / "pythons"
    shelf.mkdir()
    (shelf / "python3.13").write_text("#!/bin/sh\nexit 127\n")
    (shelf / "python3.12").symlink_to(sys.executable)
    (shelf / "python3.13").chmod(0o755)
    answer = on_python_3_10(ready, PATH=f"{shelf}{os.pathsep}{ready.environment['PATH']}")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "visagist --version\n"


def test_a_wrong_word_gives_the_usage(ready: Checkout) -> None:
    answer = ready.dev("walk")
    assert answer.returncode == 2
    assert "usage: python3 packaging/dev.py run" in answer.stderr


def on_python_3_10(checkout: Checkout, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the command on an interpreter that says it is 3.10."""
    dev = str(checkout.root / "packaging" / "dev.py")
    script = f"import sys; sys.version_info = (3, 10, 0); sys.argv = [{dev!r}, 'run', '--version']; "
    return subprocess.run(
        [sys.executable, "-c", script + f"import runpy; runpy.run_path({dev!r}, run_name='__main__')"],
        env={**checkout.environment, **extra},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)
