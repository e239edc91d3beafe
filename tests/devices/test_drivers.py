"""A driver has one place, its row among the kinds and its module: configuration, installer and doctor use no other.

The third reader here is a driver that nothing else of the program knows: this file is all of it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kiosk
from kiosk import config_file
from kiosk.config import Config, ReaderConfig
from kiosk.devices.protocols import Apdu, BadgeReader
from kiosk.devices.readers import named
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.devices import locks, readers
from kiosk.domain.devices.readers import ReaderKind
from kiosk.errors import RequestError
from kiosk.health import machine_checks
from kiosk.health.machine_facts import Machine
from kiosk.install import answers
from kiosk.install.words import Words
from kiosk.language.texts import Text
from kiosk.setup import settings_text

PACKAGE = Path(kiosk.__file__).parent
BADGE = BadgeRead(bytes.fromhex("04A1B2C3D4E5F6"))


class Drum:
    """A reader that beats out one badge as soon as it runs."""

    def __init__(
        self, *, device: str, on_tap: Callable[[BadgeRead], None], on_state: Callable[[str], None], **_more: object
    ) -> None:
        self._device, self._on_tap, self._on_state = device, on_tap, on_state
        self.state = "offline"

    def turns(self) -> bool:
        return True

    def product(self) -> Product | None:
        return Product.OTHER

    def prove(self, _key: bytes) -> Proving:
        return Proving.REFUSED

    def exchange(self, _command: Apdu) -> bytes | None:
        return None

    def run(self) -> None:
        self.state = "online"
        self._on_state(self.state)
        self._on_tap(BADGE)

    def stop(self) -> None:
        self.state = "offline"


DRUM = ReaderKind(
    name="drum",
    driver=f"{__name__}:Drum",
    path=re.compile(r"drum:[a-z]+"),
    whole=re.compile(r"drum:[a-z]{4,}"),
    form="drum:NAME",
    sample='"drum:hall"',
    asked=Text("drum:hall : un tambour", "drum:hall: a drum"),
    places=lambda device: (f"drums/{device.partition(':')[2]}",),
)


@pytest.fixture
def _third(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(readers, "KINDS", (*readers.KINDS, DRUM))
    yield


REAL = "real = true\n[door]\nrelay_pin = 17\nrelay_active_high = true\n[reader]\ndevice = '{}'\n# end\n"


@pytest.mark.usefixtures("_third")
def test_a_third_reader_is_read_from_the_configuration_and_refused_where_it_is_miswritten() -> None:
    place = Path("kiosk.toml")
    assert config_file.parse(REAL.format("drum:hall").encode(), place).reader.device == "drum:hall"
    with pytest.raises(RequestError, match="drum:NAME"):
        config_file.parse(REAL.format("drum:7").encode(), place)
    with pytest.raises(RequestError, match=r"is simulated, but this home is real.*drum:NAME"):
        config_file.parse(REAL.format("udp").encode(), place)


@pytest.mark.usefixtures("_third")
def test_a_third_reader_is_asked_for_by_the_installer() -> None:
    lines, told = iter(["", "drum:bar", "drum:hall", *[""] * 8]), list[str]()
    assert answers.ask(lambda _prompt: next(lines), told.append, Words("fr")).reader == "drum:hall"
    assert any("un tambour" in line for line in told)
    assert any("drum:bar" in line and "drum:NAME" in line for line in told), "it wants a whole path"
    assert answers.wrong({"home": "real", "reader": "drum:hall"}, Words("en")) == []


@pytest.mark.usefixtures("_third")
def test_a_third_reader_stands_in_a_new_home_s_file() -> None:
    text = settings_text.text(real="true", device="drum:hall", screen_port=8080, desk_port=8081, clock="host")
    assert '"drum:hall"' in text.split("[reader]")[1].partition("device = ")[0]
    assert config_file.parse(text.encode(), Path("kiosk.toml")).reader.device == "drum:hall"


@pytest.mark.usefixtures("_third")
def test_a_third_reader_is_looked_for_by_the_doctor(tmp_path: Path) -> None:
    settings, machine = Config(real=True, reader=ReaderConfig("drum:hall")), Machine(tmp_path)
    assert [each.kind.code for each in machine_checks.reader(settings, machine)] == ["reader-absent"]
    (tmp_path / "dev" / "drums").mkdir(parents=True)
    (tmp_path / "dev" / "drums" / "hall").touch()
    (seen,) = machine_checks.reader(settings, machine)
    assert (seen.kind.code, seen.values["device"]) == ("reader-seen", "/dev/drums/hall")


@pytest.mark.usefixtures("_third")
def test_a_third_reader_is_built_by_its_path_and_serves_a_tap() -> None:
    taps: list[BadgeRead] = []
    states: list[str] = []
    reader: BadgeReader = named.reader(
        "drum:hall", on_tap=taps.append, on_lift=taps.append, on_state=states.append, on_early=lambda: None
    )
    reader.run()
    assert (type(reader), taps, states) == (Drum, [BADGE], ["online"])


def _naming(words: str) -> set[str]:
    """The modules of the program in which one of these words stands, in whatever case."""
    pattern = re.compile(rf"\b({words})", re.IGNORECASE)
    paths = [path for path in PACKAGE.rglob("*.py") if pattern.search(path.read_text("utf-8"))]
    return {str(path.relative_to(PACKAGE)) for path in paths}


@pytest.mark.parametrize("name", [name for name in locks.KINDS if name != locks.RELAY])
def test_a_lock_s_name_stands_in_the_row_of_its_kind_and_in_its_driver_alone(name: str) -> None:
    assert _naming(name) == {"domain/devices/locks.py", f"devices/locks/{name}.py"}


def test_no_module_looks_at_how_a_reader_s_path_begins() -> None:
    assert _naming(r"""startswith\(\(?["'](udp|tty|usb|wedge)""") == set()


def test_each_kind_names_a_driver_that_is_there_and_a_form_that_it_takes() -> None:
    for kind in readers.KINDS:
        for device in re.findall(r'"([^"]+)"', kind.sample):
            assert readers.find(device) is kind
            assert kind.path.fullmatch(device) and kind.whole.fullmatch(device)
        reader = named.reader(device, on_tap=print, on_lift=print, on_state=print, on_early=print)
        assert reader.state == "offline"
