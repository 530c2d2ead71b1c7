"""What torch and its threads are told before they are loaded; what a person has set stays."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = "import os, engine; print(os.environ['GOMP_SPINCOUNT'])"


@pytest.mark.parametrize(("own", "told"), [(None, "10000"), ("infinity", "infinity")])
def test_idle_threads_of_torch_soon_leave_their_cores(own, told):
    environment = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    environment |= {} if own is None else {"GOMP_SPINCOUNT": own}
    said = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == f"{told}\n"
