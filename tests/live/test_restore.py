"""The card burns, and another Pi goes on: real processes, and what was carried away of the first."""

import csv
import io
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.jobs.copies import sealing
from tests.processes import ALL_DAYS, Living, living

INES, HUGO = "04A2000000E511", "04A2000000E512"


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "identity"
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    return path


@pytest.fixture
def running(tmp_path: Path, identity: Path) -> Iterator[Living]:
    with living(tmp_path, "--demo") as found:
        settings = found.root / "kiosk.toml"
        recipient = f'recipient = "{sealing.recipient_of(identity)}"'
        settings.write_text(settings.read_text("utf-8").replace('# recipient = "age1..."', recipient), "utf-8")
        found.start()
        yield found


def _done(home: Living, *arguments: str) -> str:
    found = home.kiosk(*arguments)
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.promise(3)
def test_the_day_goes_on_on_another_machine(running: Living, identity: Path, tmp_path: Path) -> None:
    _done(running, "tap", INES)
    _done(running, "backup")
    carried = Path(shutil.copy(max((running.root / "backups").iterdir()), tmp_path / "on-a-stick.tar"))
    _done(running, "tap", HUGO)
    last = int(_done(running, "verify").split()[0])
    running.stop(signal.SIGKILL)
    shutil.rmtree(running.root)

    _done(running, "restore", str(carried), "--identity", str(identity), "--known-head", str(last))
    assert int(_done(running, "verify").split()[0]) == last + 1
    running.start()
    _done(running, "tap", HUGO)
    assert running.health()["door"]["pulses"] == 1
    _done(running, "tap", INES)
    assert running.health()["door"]["pulses"] == 2
    running.stop()
    assert "all well" in _done(running, "verify")
    assert _charged_today(running, "Inès Moreau") == 1
    assert _charged_today(running, "Hugo Petit") == 1
    _done(running, "backup")
    assert ": restorable" in _done(running, "drill")


def test_an_entrance_that_runs_is_not_restored_under(running: Living) -> None:
    _done(running, "backup")
    copy = max((running.root / "backups").iterdir())
    refused = running.kiosk("restore", str(copy), "--yes")
    assert refused.returncode == 3
    assert "[entrance-runs]" in refused.stderr
    _done(running, "tap", INES)


def _charged_today(home: Living, name: str) -> int:
    """How often the newest day is charged to somebody and not reversed."""
    exported = _done(home, "export", "day-passes", *ALL_DAYS, "--format", "raw")
    rows = csv.DictReader(io.StringIO(exported))
    today = max(row["day"] for row in csv.DictReader(io.StringIO(exported)))
    return sum(row["name"] == name and row["day"] == today and not row["reversed_by"] for row in rows)
