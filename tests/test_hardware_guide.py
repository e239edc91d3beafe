"""The hardware guide says what the machine has: pins, readers, pictures that show everywhere."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory
from nfc.clf import device

from kiosk.config import DoorConfig
from kiosk.domain.devices import readers
from kiosk.setup import settings_text

pytestmark = pytest.mark.promise(8)

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "materiel.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = sorted(DOCS.glob("pictures/*.svg"))
PIN_ROWS = re.findall(r"^\| [^|]+ \| (\d+) \| (\d+) \| `door\.(\w+)` \|$", GUIDE, re.MULTILINE)
READERS = re.findall(r"^\| [^|]+ \| `([a-z]+:[^`]+)` \|", GUIDE, re.MULTILINE)


def test_each_pin_is_at_the_place_that_the_guide_says() -> None:
    header = MockFactory().board_info.headers["J8"].pins
    assert {setting for _, _, setting in PIN_ROWS} == {"relay_pin", "green_pin", "red_pin", "buzzer_pin", "bell_pin"}
    for gpio, place, _ in PIN_ROWS:
        assert header[int(place)].name == f"GPIO{gpio}"


def test_each_pin_is_the_one_that_a_new_home_proposes() -> None:
    text = settings_text.text(real="true", device="usb", screen_port=8080, desk_port=8081, clock="host")
    first_door = text.partition("[[more_doors]]")[0]
    proposed = dict(re.findall(r"^(?:# )?(\w+_pin) = (\d+)$", first_door, re.MULTILINE))
    assert {setting: gpio for gpio, _, setting in PIN_ROWS} == proposed
    assert str(DoorConfig().relay_pin) == proposed["relay_pin"]


def test_each_pin_is_in_the_drawing_as_in_the_table() -> None:
    drawing = (DOCS / "pictures" / "cablage.svg").read_text(encoding="utf-8")
    for gpio, place, _ in PIN_ROWS:
        assert f"GPIO {gpio} ({place})" in drawing


@pytest.mark.parametrize("path", READERS)
def test_each_reader_has_a_path_that_its_driver_understands(path: str) -> None:
    assert readers.is_path(path)
    kind, _, rest = path.partition(":")
    if kind == "wedge":
        return
    if kind == "usb":
        vendor, product = rest.split(":")
        assert (int(vendor, 16), int(product, 16)) in device.usb_device_map
    else:
        port, driver = rest.split(":")
        assert driver in device.tty_driver_list
        assert re.fullmatch(r"(S|ACM|AMA|USB)\d+", port)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_each_drawing_stands_alone_and_says_what_it_shows(path: Path) -> None:
    root = ET.parse(path).getroot()  # noqa: S314  # our own file
    assert f"(pictures/{path.name})" in GUIDE
    described = str(root.get("aria-labelledby")).split()
    said = {element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert all(said[name] for name in described)
    assert not [key for element in root.iter() for key in element.attrib if key.endswith("href")]
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "circle", "path", "text",
    }  # fmt: skip
