"""What the check says of a lock in the network."""

from pathlib import Path

import pytest

from kiosk.cli import check
from kiosk.config import Config, DoorConfig
from kiosk.devices.locks import osdp, shelly
from kiosk.health import machine_checks
from kiosk.health.machine_facts import Machine
from kiosk.home import Paths
from tests.devices import broker as brokers
from tests.devices.nuki_emulator import NUMBER, NukiDevice, at_the_broker
from tests.devices.osdp_emulator import OsdpDevice, on_a_line
from tests.devices.shelly_emulator import ShellyDevice, plugged_in
from tests.processes import free_port
from tests.settings import whole


def _codes(root: Path, door: str, *, real: bool = True) -> list[str]:
    text = f'real = {str(real).lower()}\n[reader]\ndevice = "usb"\n[door]\n{door}'
    (root / "kiosk.toml").write_text(whole(text), "utf-8")
    return [found.kind.code for found in check._of_lock(root)]


def _key(root: Path, word: str) -> None:
    path = Paths(root).lock_password
    path.parent.mkdir(parents=True)
    path.write_text(f"{word}\n", "utf-8")
    path.chmod(0o600)


def _shelly(address: str) -> str:
    return f'lock = "shelly"\naddress = "{address}"\n'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelly, "_PATIENCE_SECONDS", 0.3)


@pytest.mark.parametrize(("password", "found"), [("", ["lock", "lock-open"]), ("fermé", ["lock"])])
def test_a_lock_that_answers_is_named_and_one_without_a_password_is_told(
    tmp_path: Path, password: str, found: list[str]
) -> None:
    device = ShellyDevice(password=password)
    _key(tmp_path, password)
    with plugged_in(device, free_port()) as address:
        assert _codes(tmp_path, _shelly(address)) == found
    assert device.released_for == []


def test_a_lock_that_does_not_answer_is_told(tmp_path: Path) -> None:
    assert _codes(tmp_path, _shelly(f"127.0.0.1:{free_port()}")) == ["lock-silent"]


def test_a_nuki_is_named_and_its_batteries_and_a_broker_for_everybody_are_told(tmp_path: Path) -> None:
    device = NukiDevice(weak=True)
    own = f'[lock]\ndevice = "{NUMBER}"\nuser = "{brokers.USER}"\n'
    _key(tmp_path, brokers.PASSWORD)
    with brokers.running() as broker:
        closed = f'lock = "nuki"\naddress = "127.0.0.1:{broker.port}"\n{own}'
        assert _codes(tmp_path, closed) == ["lock-silent"]
        with at_the_broker(device, broker.port):
            assert _codes(tmp_path, closed) == ["lock", "lock-battery"]
            everybody_s = f'lock = "nuki"\naddress = "127.0.0.1:{broker.open_port}"\n{own}'
            assert _codes(tmp_path, everybody_s) == ["lock", "lock-open", "lock-battery"]
    assert device.orders == []


@pytest.mark.parametrize(
    ("key", "level", "found"),
    [("00" * 16, 3, ["lock"]), ("", 3, ["lock", "lock-open"]), ("", 1, ["lock", "lock-unending", "lock-open"])],
)
def test_an_osdp_strike_is_named_and_one_without_a_timer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, level: int, found: list[str]
) -> None:
    monkeypatch.setattr(osdp, "_DEVICES", tmp_path)
    _key(tmp_path, key)
    with on_a_line(OsdpDevice(key=bytes.fromhex(key), level=level), tmp_path) as address:
        assert _codes(tmp_path, f'lock = "osdp"\naddress = "{address}"\n[lock]\nnumber = 5\n') == found


def test_where_no_lock_is_in_the_network_nobody_is_asked(tmp_path: Path) -> None:
    assert _codes(tmp_path, "") == []
    assert _codes(tmp_path, _shelly("127.0.0.1:9"), real=False) == []
    assert _codes(tmp_path, "lock = 3") == []


def test_a_door_without_pins_is_not_asked_for_them() -> None:
    settings = Config(real=True, door=DoorConfig(lock="shelly", address="127.0.0.1"))
    assert list(machine_checks.gpio(settings, Machine())) == []
