"""A telephone reaches members' pages as docs/installation.md has it: through Caddy, from the house and from outside.

The kiosk's machine, a telephone on the house's network and one outside have a network each. The desk and the pages'
program listen on the machine's loopback, as systemd hands them their sockets; Caddy reads the two files that a house
has, with certificates of its own making in place of those of a public authority. The telephone is a Chromium on its
own network, which looks at each link before it opens it.
"""

import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk import config_file
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.home import Paths
from kiosk.web.pages import guards
from kiosk.web.pages.app import COOKIE
from tests.processes import PYTHON, until
from tests.systemd.network import HOUSE, OUTSIDE, Machine, cabled, running
from tests.systemd.units import FOLDER

from . import camera
from .conftest import ARGUMENTS, CHROMIUM, ENVIRONMENT
from .door import Door, prepare, watched
from .looks import FRENCH
from .telephones import shows_qr, types
from .thefts import Theft, played

ROOT = Path(__file__).parents[2]
NAME, DESK, PAGES = "membres.exemple.fr", "bureau.test", 8090
PAIRS = "settings"


def documented() -> str:
    """What the installation's page has to be written in /etc/caddy/membres.caddy."""
    chapter = (ROOT / "docs" / "installation.md").read_text("utf-8").partition("\n## Les pages des membres\n")[2]
    (written,) = re.findall(r"`/etc/caddy/membres\.caddy`.*?```text\n(.*?)```", chapter, re.DOTALL)
    return str(written)


@dataclass
class Street:
    """The door, its machine, a telephone on the house's network and one outside, and the proxy's authority."""

    door: Door
    kiosk: Machine
    near: Machine
    away: Machine
    authority: Path
    chromium: Browser

    @staticmethod
    def at(machine: Machine) -> str:
        """The kiosk's address as a machine reaches it."""
        cable = HOUSE if machine.name.startswith(HOUSE.guest) else OUTSIDE
        return cable.kiosk_at[0].partition("/")[0]

    def asks(self, machine: Machine, path: str, *arguments: str, scheme: str = "https") -> tuple[int, str]:
        """What a program on a machine is answered: a status, 0 for none, and the answer's head in small letters."""
        port = 443 if scheme == "https" else 80
        where = ("--resolve", f"{NAME}:{port}:{self.at(machine)}", "--cacert", str(self.authority))
        done = machine.curl("--include", *where, *arguments, f"{scheme}://{NAME}{path}")
        head = done.stdout.partition("\n\n")[0].replace("\r", "").lower()
        return (int(head.split()[1]) if head and done.returncode == 0 else 0), head

    @contextmanager
    def telephone(self, machine: Machine) -> Iterator["Telephone"]:
        """A telephone of 390 px whose Chromium runs on a machine's network."""
        wrapper = self.authority.parent / f"chromium-{machine.name}"
        wrapper.write_text(f'#!/bin/sh\nexec {shlex.join(machine.command(CHROMIUM))} "$@"\n', "utf-8")
        wrapper.chmod(0o700)
        arguments = [*ARGUMENTS, f"--host-resolver-rules=MAP {NAME} {self.at(machine)}"]
        browser = self.chromium.browser_type.launch(executable_path=wrapper, args=arguments, env=ENVIRONMENT)
        try:
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="fr",
                ignore_https_errors=True,
            )  # fmt: skip
            page = context.new_page()
            page.set_default_timeout(20_000)
            yield Telephone(self, machine, page)
        finally:
            browser.close()


@dataclass
class Telephone:
    """A telephone, which has each link looked at before it is opened, as messengers do."""

    street: Street
    machine: Machine
    page: Page

    def opens(self, link: str) -> None:
        """Have a link looked at, twice, then open it."""
        path = link.removeprefix(f"https://{NAME}")
        for arguments in (("--head",), ("--user-agent", "TelegramBot (like TwitterBot)")):
            status, head = self.street.asks(self.machine, path, *arguments)
            assert status == 200
            assert "set-cookie" not in head
        self.page.goto(link)

    def scans(self) -> None:
        """Touch the button of the page behind the QR."""
        self.page.get_by_role("button", name="Relier ce téléphone").tap()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    prepared = prepare(folder)
    settings = prepared / "kiosk.toml"
    text = settings.read_text("utf-8").replace("# reach =", "reach =")
    text = text.replace('# address = "https://membres.example.org"', f'address = "https://{NAME}"')
    settings.write_text(text, "utf-8")
    (folder / "door").mkdir()
    with watched(prepared, folder / "door", chromium, "fr", [FRENCH]) as door, ExitStack() as stack:
        kiosk, near, away = stack.enter_context(cabled(HOUSE, OUTSIDE))
        _serve(stack, kiosk, folder, door.home.root)
        authority = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        made = Street(door, kiosk, near, away, authority, chromium)
        until(lambda: authority.is_file() and made.asks(near, "/")[0] == 200)
        yield made


def _serve(stack: ExitStack, kiosk: Machine, folder: Path, root: Path) -> None:
    (folder / "membres.caddy").write_text(documented(), "utf-8")
    text = (FOLDER / "Caddyfile").read_text("utf-8").replace("{{host}}", DESK)
    for old, new in (
        ("/etc/caddy/*.caddy", f"{folder}/*.caddy"),
        ("skip_install_trust", "skip_install_trust\n\tlocal_certs"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text(text, "utf-8")
    desk = config_file.load(Paths(root).config).desk.port
    pages = (PYTHON[0], "-W", "error", "-m", "kiosk.web.pages", str(Paths(root).pages_socket), str(PAGES))
    programs = {
        "caddy": kiosk.command("caddy", "run", "--config", str(folder / "Caddyfile")),
        "desk": kiosk.socket_held(desk, *PYTHON, "--home", str(root), "desk"),
        "pages": kiosk.socket_held(PAGES, *pages),
    }
    own = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"), "HOME": str(folder)}
    for name, command in programs.items():
        stack.enter_context(running(command, folder / f"{name}.log", **own))


def test_from_the_house_and_from_outside_two_ports_answer_and_both_are_the_proxys(street: Street) -> None:
    knocked_at = [22, 80, 443, 2019, 8080, 8081, PAGES, config_file.load(Paths(street.door.home.root).config).desk.port]
    for machine in (street.near, street.away):
        assert machine.open_ports(street.at(machine), knocked_at) == {80, 443}
    assert street.kiosk.open_ports("127.0.0.1", [PAGES]) == {PAGES}, "the pages are there, on loopback"


def test_without_tls_a_telephone_is_led_to_tls_and_pairs_nothing(street: Street) -> None:
    for machine in (street.near, street.away):
        for arguments in ((), ("--data", "")):
            status, head = street.asks(machine, "/p/x", *arguments, scheme="http")
            assert status == 308
            assert f"location: https://{NAME}/p/x" in head
            assert "set-cookie" not in head


def test_by_another_name_there_are_no_pages(street: Street) -> None:
    for name, status in ((f"X-Forwarded-Host: {NAME}", 421), ("X-Forwarded-Host: evil.example", 200)):
        host = () if status == 200 else ("--header", "Host: evil.example")
        assert street.asks(street.near, "/", *host, "--header", name)[0] == status


def test_what_is_too_large_does_not_get_to_the_pages(street: Street, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(1_000_000))
    status, head = street.asks(street.near, "/code", "--data-binary", f"@{large}", "--header", "Expect:")
    assert status in (413, 502), "as Caddy's version has it"
    assert "content-security-policy" not in head


def test_a_telephone_that_looks_at_links_first_is_paired_by_its_button_alone(street: Street) -> None:
    door = street.door
    with street.telephone(street.away) as phone:
        with played(Theft.PREVIEW):
            phone.opens(shows_qr(door, PAIRS))  # looked at by three, scanned by none: there are no digits to type
            types(door, PAIRS, "47")
            door.sees(CardKind.PHONE_REFUSED)
            phone.scans()
            expect(phone.page.get_by_role("heading", level=1)).to_have_text("Aucun téléphone relié")
            assert phone.page.context.cookies() == []
        door.touch(Act.PHONE)
        door.sees(CardKind.PHONE)
        link = camera.read(door.page)
        assert link.startswith(f"https://{NAME}/p/")
        phone.opens(link)
        expect(phone.page.locator("main")).to_contain_text("D’abord, rejoignez le Wi-Fi du lieu.")
        phone.scans()
        types(door, PAIRS, phone.page.locator(".digits").inner_text())
        door.sees(CardKind.PHONE_PAIRED)
        expect(phone.page.get_by_role("heading", level=1)).to_have_text("Mon compte")
        (cookie,) = phone.page.context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (COOKIE, True, True, "Lax")
        assert phone.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
        door.touch(Act.PHONES)
        door.sees(CardKind.PHONES)
        door.page.locator('#stage [data-act="phone-end"]').first.tap()
        door.reads("Rien pour l’instant")
        phone.page.reload()
        expect(phone.page.locator("main")).to_contain_text("n’est pas relié")


def test_the_proxy_alone_says_for_whom_it_asks(street: Street) -> None:
    """A telephone that names another address at each request is slowed down as itself, and its neighbour is not.
    Last here: that telephone has to wait.
    """
    seen = []
    for number in range(guards.ASKED + 1):
        said = f"X-Forwarded-For: 203.0.113.{number}", f"Forwarded: for=203.0.113.{number}", "X-Forwarded-Proto: http"
        seen.append(street.asks(street.away, "/", *(each for one in said for each in ("--header", one)))[0])
    assert seen[0] == 200
    assert seen[-1] == 429
    assert street.asks(street.near, "/")[0] == 200
