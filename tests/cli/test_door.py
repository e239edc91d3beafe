"""`kiosk door off`: the pin of the configuration is driven to rest, whatever was left on it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from gpiozero.pins.mock import MockFactory

from kiosk.cli.main import kiosk
from kiosk.devices import door
from kiosk.devices.locks.shelly import Shelly
from kiosk.errors import DeviceOffline, RequestError

from ..devices.shelly_emulator import ShellyDevice, plugged_in
from ..processes import Living, free_port, living
from ..settings import whole


def _configured(root: Path, active_high: bool) -> None:
    root.mkdir()
    relay = f"relay_pin = 5\nrelay_active_high = {str(active_high).lower()}\n"
    (root / "kiosk.toml").write_text(whole(f'real = true\n[reader]\ndevice = "usb"\n[door]\n{relay}'))


def _off(root: Path) -> str:
    done = CliRunner().invoke(kiosk, ["--home", str(root), "door", "off"], catch_exceptions=True)
    if done.exception:
        raise done.exception
    return done.output


@pytest.mark.promise(8)
@pytest.mark.parametrize("active_high", [True, False])
def test_a_relay_that_a_killed_entrance_left_driven_is_driven_to_rest(
    active_high: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real driver on mock pins. Neither a database nor a key is there to be asked."""
    factory = MockFactory()
    monkeypatch.setattr(door, "_machine_pins", lambda: factory)
    _configured(tmp_path / "home", active_high)
    pin = factory.pin(5)
    pin.function = "output"
    pin.state = active_high  # driven, as the kernel leaves it
    pin.clear_states()
    assert _off(tmp_path / "home") == "the relay is at rest\n"
    driven = [each.state for each in pin.states]
    assert driven[0] is active_high
    assert set(driven[1:]) == {not active_high}
    factory.close()


def test_a_pin_that_a_running_entrance_holds_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_arguments: object, **_settings: object) -> None:
        raise RuntimeError("GPIO busy")

    monkeypatch.setattr(door, "_machine_pins", MockFactory)
    monkeypatch.setattr("kiosk.devices.door.gpiozero.OutputDevice", busy)
    _configured(tmp_path / "home", True)
    with pytest.raises(DeviceOffline, match="busy"):
        _off(tmp_path / "home")


def test_a_folder_that_is_no_home_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no home"):
        _off(tmp_path / "nothing")


def test_in_a_simulated_home_it_harms_nothing(tmp_path: Path) -> None:
    with living(tmp_path) as home:
        home.start()
        done = home.apart("door", "off")
        assert (done.returncode, done.stdout) == (0, "the relay is at rest (simulated)\n")
        assert _still_well(home)


def _still_well(home: Living) -> bool:
    return bool(home.health()["ok"])


def test_a_lock_in_the_network_is_told_to_rest(tmp_path: Path) -> None:
    device, home = ShellyDevice(password="fermé"), tmp_path / "home"
    with plugged_in(device, free_port()) as address:
        Shelly(address, "fermé").release(60)
        assert device.is_released
        (home / "keys" / "entrance").mkdir(parents=True)
        (home / "keys" / "entrance" / "lock").write_text("fermé\n", "utf-8")
        (home / "keys" / "entrance" / "lock").chmod(0o600)
        own = f'real = true\n[reader]\ndevice = "usb"\n[door]\nlock = "shelly"\naddress = "{address}"\n'
        (home / "kiosk.toml").write_text(whole(own), "utf-8")
        assert _off(home) == "the lock is at rest\n"
        assert not device.is_released
    with pytest.raises(DeviceOffline, match="does not respond"):
        _off(home)


@pytest.mark.remedy("entrance", "not-sensed", "L'entrée ne répond plus", unreported="by a process of its own, below")
def test_a_badge_that_is_not_sensed_is_sensed_once_the_entrance_is_started(tmp_path: Path) -> None:
    with living(tmp_path) as home:
        words = ("tap", "04A2000000E511", "--seconds", "0.3")
        missed = home.kiosk(*words)
        assert missed.stderr.endswith("[not-sensed]\n")
        home.start()
        assert home.kiosk(*words).returncode == 0
