"""kiosk.toml: read whole, and all that is wrong in it named at once."""

from pathlib import Path

import pytest

from kiosk import config_file
from kiosk.config import Config
from kiosk.errors import RequestError
from kiosk.setup import settings_text

NUKI = "[door]\nlock = 'nuki'\naddress = '192.168.1.20'\n[lock]\n"
OSDP = "[door]\nlock = 'osdp'\naddress = 'tty:USB1'\n"


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "kiosk.toml"
    named = "" if "real" in text else "real = false\n"
    path.write_text(f"{named}{text}\n# end\n", encoding="utf-8")
    return config_file.load(path)


def test_a_file_that_says_no_more_is_a_simulated_home(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert not settings.real
    assert settings.reader.device.startswith("udp")


def test_the_template_says_the_defaults(tmp_path: Path) -> None:
    text = settings_text.text(
        real="false", device="udp:localhost:54321", screen_port=8080, desk_port=8081, clock="host"
    )
    assert load(tmp_path, text) == Config()


WRONG: tuple[tuple[str, list[str]], ...] = (
    ("color = 1", ["color"]),
    ("[door]\nrelay_pin = 40", ["door.relay_pin", "27"]),
    ("[door]\nrelay_pin = '17'\npulse = 1", ["door.relay_pin", "door.pulse"]),
    ("[clock]\nsource = 'ntp'", ["clock.source", "timesync"]),
    ("[clock]\nsource = 'flag:run/synced'", ["clock.source", "flag:"]),
    ("[spool]\npath = 3", ["spool.path"]),
    ("language = 'de'\n[screen]\nport = 0", ["language", "screen.port"]),
    ("time_zone = 'Europe/Lille'", ["time_zone"]),
    ("time_zone = '../etc/passwd'", ["time_zone"]),
    ("[door]\npulse_seconds = 30.0", ["longest_pulse_seconds"]),
    ("[door]\npulse_seconds = 3600.0", ["pulse_seconds"]),
    ("[door]\ngreen_pin = 17", ["pin"]),
    ("[door]\nlock = 'shelly'", ["door.address", "digits"]),
    ("[door]\nlock = 'yale'", ["door.lock", "relay, shelly, nuki, osdp"]),
    ("[door]\nlock = 'nuki'\naddress = '192.168.1.20'", ["lock.device", "2BB28570"]),
    (
        f"{NUKI}device = '../x'\naction = 'unlock'",
        ["lock.device", "lock.action", "leaves the door open", "unlatch"],
    ),
    (f"{NUKI}device = '2BB28570'\naction = 'lock_n_go'", ["lock.action"]),
    ("[door]\nlock = 'osdp'\naddress = '/dev/ttyUSB1'", ["door.address", "tty:USB1"]),
    (f"{OSDP}pulse_seconds = 26.0\nlongest_pulse_seconds = 30.0", ["door.pulse_seconds", "25"]),
    (f"{OSDP}[lock]\nnumber = 127\noutput = 16\nbaud = 300", ["lock.number", "lock.output", "lock.baud"]),
    ("[door]\naddress = '192.168.1.50'", ["door.address", "door.lock"]),
    ("[door]\nlock = 'shelly'\naddress = 'serrure.local'", ["door.address", "serrure.local"]),
    ("[door]\nlock = 'shelly'\naddress = '192.168.1.50:99999'", ["door.address", "99999"]),
    ("[door]\nlock = 'shelly'\naddress = '192.168.1.500'", ["door.address", "500"]),
    ("[door]\nlock = 'shelly'\naddress = '192.168.1.50'\nbell_pin = 4", ["door.lock", "bell"]),
    ("[door]\nlock = 'shelly'\naddress = '192.168.1.50'\npulse_seconds = 0.5", ["door.pulse_seconds", "1"]),
    ("[desk]\nport = 8080", ["port"]),
    ("[screen]\ndims_from = 24\nhand = 'both'", ["screen.dims_from", "screen.hand", "right, left"]),
    ("[screen]\nvolume = 101\ncontrast = 1\ntext = 'huge'", ["screen.volume", "screen.contrast", "screen.text"]),
    ("real = true\n[door]\nrelay_pin = 17\nrelay_active_high = true", ["reader.device"]),
    ("real = true\n[reader]\ndevice = 'usb'", ["door.relay_pin", "door.relay_active_high"]),
    ("[reader]\ndevice = 'udp:localhost:99999999'", ["reader.device", "99999999"]),
    ("[reader]\ndevice = 'udp:localhost:0'", ["reader.device", "udp:HOST:PORT"]),
    ("[reader]\ndevice = '/dev/ttyUSB0'", ["reader.device", "/dev/ttyUSB0"]),
    ("[mail]\nserver = 'smtp.example.org:99999'\nsender = 'a@example.org'", ["mail", "server"]),
    ("door = 3", ["door"]),
    ("[door\nrelay_pin = 17", ["line 2"]),
    ("time_zone = 'Europe'", ["time_zone", "Europe/Paris"]),
    ("[spool]\npath = ''", ["spool.path"]),
    ("[spool]\npath = 'a\\u0000b'".replace("'", '"'), ["spool.path"]),
    ("[door]\npulse_seconds = nan", ["door.pulse_seconds"]),
    ("[[more_doors]]\nnumber = 2\npin = 4", ["more_doors.reader", "more_doors.pin"]),
    ("[screen]\nport = 1" + "0" * 5000, ["digits"]),
    ("language = " + "[" * 5000, ["deep"]),
)
"""What kiosk.toml may say wrongly, and what is named of it."""
SECOND = '[[more_doors]]\nnumber = 2\nreader = "udp:localhost:54399"\nrelay_pin = 17\nrelay_active_high = true\n'


def test_a_lock_on_the_network_leaves_its_pin_to_another_door(tmp_path: Path) -> None:
    first = "[door]\nlock = 'shelly'\naddress = '192.168.1.50'\n"
    assert load(tmp_path, first + SECOND + "screen_port = 8082").more_doors[0].relay_pin == 17


def test_the_members_pages_take_no_other_door_s_port(tmp_path: Path) -> None:
    pages = "[door]\nrelay_pin = 18\n[pages]\naddress = 'https://membres.example.org'\nport = 8082\n"
    assert load(tmp_path, pages + SECOND + "screen_port = 8083")
    with pytest.raises(RequestError, match=r"pages\.port"):
        load(tmp_path, pages + SECOND + "screen_port = 8082")


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_what_is_wrong_is_named_in_one_line(tmp_path: Path, text: str, named: list[str]) -> None:
    with pytest.raises(RequestError) as error:
        load(tmp_path, text)
    message = str(error.value)
    assert error.value.code == "config"
    assert "\n" not in message
    assert all(name in message for name in ["kiosk.toml", *named]), message
