"""The units that lead from the entrance's private network to a server: what systemd finds in them."""

import shutil
from configparser import ConfigParser
from pathlib import Path

import pytest

from .units import FOLDER, verified

EXAMPLES = FOLDER.parent / "docs" / "examples"
_PROXY = "kiosk-server.service"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with the examples, and the entrance's own unit."""
    for name in ("kiosk-server.socket", _PROXY):
        shutil.copy(EXAMPLES / name, tmp_path)
    proxy = Path("/lib/systemd/systemd-socket-proxyd")
    if not proxy.exists():  # the package of systemd alone has it
        text = (tmp_path / _PROXY).read_text("utf-8")
        (tmp_path / _PROXY).write_text(text.replace(str(proxy), "/bin/true"), "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["kiosk-server.socket", _PROXY])
def test_systemd_finds_nothing_wrong_in_them(units: Path, name: str) -> None:
    assert verified(name, units) == ""


def test_socket_is_in_the_entrance_s_own_network_and_the_entrance_reaches_nothing_else() -> None:
    socket, entrance = _settings("kiosk-server.socket"), _settings("entrance-server.conf")
    assert socket["Unit"]["JoinsNamespaceOf"] == "kiosk-entrance.service"
    assert socket["Socket"]["PrivateNetwork"] == "yes"
    assert socket["Socket"]["ListenStream"].startswith(f"{entrance['Service']['IPAddressAllow']}:")
    assert "PrivateNetwork" not in entrance["Service"]


def _settings(name: str) -> ConfigParser:
    found = ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]  # names as they are
    found.read(EXAMPLES / name, encoding="utf-8")
    return found
