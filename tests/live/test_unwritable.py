"""A home on a file system that cannot be written."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import PYTHON, living


@pytest.mark.parametrize("command", [["entrance"], ["members", "add", "--name", "Zoé Petit"], ["migrate"]])
def test_a_home_that_is_not_writable_is_said_in_one_line(tmp_path: Path, command: list[str]) -> None:
    if os.geteuid() != 0:
        pytest.skip("a read-only mount can be made by root only")
    with living(tmp_path) as found:
        script = 'home=$1; shift; mount --bind "$home" "$home" && mount -o remount,ro,bind "$home" && exec "$@"'
        kiosk = [*PYTHON, "--home", str(found.root), *command]
        ran = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", str(found.root), *kiosk],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    said = [line for line in ran.stderr.splitlines() if not line.startswith("INFO")]
    assert (ran.returncode, len(said)) == (3, 1), ran.stderr
    assert str(found.root) in said[0]
