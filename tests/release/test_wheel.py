"""The wheel holds all that the program needs, and runs where there is no clone; the same tree makes the same bytes."""

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

from release import building
from tests.release import rig
from tests.release.conftest import PRESENT
from tests.release.rig import BADGE, MADE_AT, Installed


def test_wheel_holds_every_file_of_the_program_and_no_other(tmp_path: Path) -> None:
    tree = rig.tree(tmp_path / "tree")
    with zipfile.ZipFile(rig.first_wheel()) as packed:
        found = {name for name in packed.namelist() if ".dist-info/" not in name}
    wanted = {str(path.relative_to(tree)) for name in ("kiosk", "migrations") for path in (tree / name).rglob("*.*")}
    licences = {str(path.relative_to(tree)) for path in (tree / "kiosk").rglob("LICENSE")}
    assert found == wanted | licences
    assert {"kiosk/data/first_rules.toml", "migrations/env.py", "kiosk/web/screen/static/screen.js"} <= found


def test_same_tree_makes_the_same_bytes_whoever_builds_it(tmp_path: Path) -> None:
    first = rig.first_wheel()
    old = os.umask(0o077)
    try:
        second = building.wheel(rig.tree(tmp_path / "again"), tmp_path / "second", MADE_AT)
    finally:
        os.umask(old)
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_same_folder_makes_the_same_archive(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name / "kiosk-1.0.0").mkdir(parents=True)
        (tmp_path / name / "kiosk-1.0.0" / "b").write_text("b", "utf-8")
        (tmp_path / name / "kiosk-1.0.0" / "a").write_text("a", "utf-8")
        os.utime(tmp_path / name / "kiosk-1.0.0" / "a", (len(name), len(name)))
    made = [building.archive(tmp_path / name / "kiosk-1.0.0", tmp_path / name, MADE_AT) for name in ("first", "second")]
    assert made[0].read_bytes() == made[1].read_bytes()


def test_demo_runs_from_the_wheel_alone(machine: Installed, tmp_path: Path) -> None:
    python = str(machine.opt / "current/venv/bin/python")
    where = subprocess.check_output([python, "-I", "-c", "import kiosk; print(kiosk.__file__)"], text=True)
    assert Path(where).is_relative_to(machine.opt)
    demo = [python, "-I", "-m", "kiosk", "--home", str(tmp_path / "demo"), "init", "--demo"]
    subprocess.run(demo, cwd="/", check=True)
    assert machine.versions() == [PRESENT] * 3
    assert machine.kiosk("tap", BADGE).returncode == 0
    day = machine.ask("SELECT max(day_on) FROM visit")
    exported = machine.kiosk("export", "day-passes", "--from", day, "--to", day, "--format", "raw")
    assert "Inès Moreau" in exported.stdout
    assert machine.kiosk("check").stdout != ""
