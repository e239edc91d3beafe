"""The units as files: read, and shown to systemd's own tools, which need no systemd that runs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "systemd"
PYTHON = "/opt/kiosk/current/venv/bin/python"
_OTHERS = ("/usr/bin/cage", "/opt/kiosk/litestream/bin/litestream")
SERVICES = sorted(path.stem.removeprefix("kiosk-") for path in FOLDER.glob("*.service"))
UNITS = sorted(path.name for kind in ("service", "socket", "timer", "path") for path in FOLDER.glob(f"*.{kind}"))
TIMERS = sorted(path.name for path in FOLDER.glob("*.timer"))


def settings(name: str) -> dict[str, list[str]]:
    """What a unit says, all its sections in one; a key that is said twice has two values."""
    found: dict[str, list[str]] = {}
    text = (FOLDER / name).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(key, []).append(" ".join(value.split()))
    return found


def security(service: str) -> tuple[float, dict[str, float]]:
    """How exposed systemd finds a service, and what each directive that is missing adds to it."""
    path = str(FOLDER / f"kiosk-{service}.service")
    measured = ["systemd-analyze", "security", "--offline=true", "--no-pager"]
    rows = json.loads(_said([*measured, "--json=short", path]))
    missing = {row["name"]: float(row["exposure"]) for row in rows if row["exposure"] is not None and not row["set"]}
    last = next(line for line in _said([*measured, path]).splitlines() if "Overall exposure level" in line)
    return float(last.partition("service: ")[2].split()[0]), missing


def verified(name: str, folder: Path) -> str:
    """What systemd finds wrong in a unit that has the others beside it and its programs there; nothing, one hopes."""
    for path in FOLDER.iterdir():
        if path.suffix in (".service", ".socket", ".timer", ".path"):
            (folder / path.name).write_text(_with_programs(path.read_text("utf-8")), "utf-8")
    port = folder / "kiosk-entrance@.socket.d"  # as the installer says it, for each instance
    port.mkdir(exist_ok=True)
    (port / "local.conf").write_text("[Socket]\nListenStream=127.0.0.1:8082\n", "utf-8")
    run = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(folder / name)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    return done.stderr + (f"status {done.returncode}" if done.returncode else "")


def _with_programs(text: str) -> str:
    for program in _OTHERS:
        text = text.replace(program, str(shutil.which("true")))
    return text.replace(PYTHON, sys.executable)


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
