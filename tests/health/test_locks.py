"""What the check says of a lock in the network."""

from pathlib import Path

import pytest

from kiosk.cli import check
from kiosk.config import Config, DoorConfig
from kiosk.devices.locks import shelly
from kiosk.health import machine_checks
from kiosk.health.machine_facts import Machine
from kiosk.home import Paths
from tests.devices.shelly_emulator import ShellyDevice, plugged_in
from tests.processes import free_port


def _codes(root: Path, door: str, *, real: bool = True) -> list[str]:
    text = f'real = {str(real).lower()}\n[reader]\ndevice = "usb"\n[door]\n{door}'
    (root / "kiosk.toml").write_text(text, "utf-8")
    return [found.kind.code for found in check._of_lock(root)]


def _shelly(address: str) -> str:
    return f'lock = "shelly"\naddress = "{address}"\n'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelly, "_PATIENCE_SECONDS", 0.3)


@pytest.mark.parametrize(("password", "found"), [("", ["lock", "lock-open"]), ("fermé", ["lock"])])
def test_a_lock_that_answers_is_named_and_one_without_a_password_is_told(
    tmp_path: Path, password: str, found: list[str]
) -> None:
    device, key = ShellyDevice(password=password), Paths(tmp_path).lock_password
    key.parent.mkdir(parents=True)
    key.write_text(f"{password}\n", "utf-8")
    key.chmod(0o600)
    with plugged_in(device, free_port()) as address:
        assert _codes(tmp_path, _shelly(address)) == found
    assert device.released_for == []


def test_a_lock_that_does_not_answer_is_told(tmp_path: Path) -> None:
    assert _codes(tmp_path, _shelly(f"127.0.0.1:{free_port()}")) == ["lock-silent"]


def test_where_no_lock_is_in_the_network_nobody_is_asked(tmp_path: Path) -> None:
    assert _codes(tmp_path, "") == []
    assert _codes(tmp_path, _shelly("127.0.0.1:9"), real=False) == []
    assert _codes(tmp_path, "lock = 3") == []


def test_a_door_without_pins_is_not_asked_for_them() -> None:
    settings = Config(real=True, door=DoorConfig(lock="shelly", address="127.0.0.1"))
    assert list(machine_checks.gpio(settings, Machine())) == []
