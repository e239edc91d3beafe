"""What came from elsewhere is what the lock file says, all of it is used, and its licences are beside it."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import kiosk.web
from kiosk.checkin.specs.lists import CARDS, REFUSALS
from kiosk.web.screen.icons import icon

WEB = Path(kiosk.web.__file__).parent
SCREEN = WEB / "screen"
SPECS = WEB.parent / "checkin" / "specs"
PACKAGES: list[dict[str, Any]] = tomllib.loads((WEB / "vendor.lock").read_text("utf-8"))["package"]


def test_every_copy_is_the_locked_one() -> None:
    for package in PACKAGES:
        for file in package["files"]:
            copy = WEB / package["into"] / file["to"]
            assert hashlib.sha256(copy.read_bytes()).hexdigest() == file["sha256"], copy


def test_nothing_else_lies_there_and_every_package_has_its_licence() -> None:
    for package in PACKAGES:
        folder = WEB / package["into"]
        assert {path.name for path in folder.iterdir()} == {file["to"] for file in package["files"]}
        assert (folder / "LICENSE").is_file()
        assert package["licence"] in ("0BSD", "Bitstream-Vera", "ISC", "OFL-1.1")
        assert re.fullmatch(r"[0-9a-f]{64}", package["sha256"])


def test_every_icon_is_used() -> None:
    sources = (*SPECS.glob("*.py"), *SCREEN.glob("*.py"), *SCREEN.glob("templates/**/*.html"))
    code = "".join(path.read_text("utf-8") for path in sources)
    for path in SCREEN.glob("static/icons/*.svg"):
        assert f'"{path.stem}"' in code or f"icons/{path.name}" in code, path.stem


def test_every_look_has_its_icon() -> None:
    for look in (row.look for row in (*CARDS.values(), *REFUSALS.values())):
        assert icon(look.icon).startswith('<svg aria-hidden="true"')
        assert "<!--" not in icon(look.icon)
        assert not look.mark or icon(look.mark)


def test_the_fonts_address_changes_with_its_version() -> None:
    version = next(package["version"] for package in PACKAGES if "atkinson" in package["name"])
    addresses = re.findall(r'url\("([^"]+)"\)', (SCREEN / "static" / "screen.css").read_text("utf-8"))
    assert addresses
    assert all(address.endswith(f".woff2?v={version}") for address in addresses)
