"""Signing in at a demo's desk in a real browser, without TLS on the same machine: cookies, passkeys, codes."""

import http.client
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.setup.demo import DEMO_PASSWORD
from tests import forked
from tests.processes import PYTHON, Living, until

from .axe import found_by_axe, read_axe_in
from .door import copied
from .looks import picture


@dataclass
class DemoDesk:
    """A demo home's desk as a process."""

    home: Living
    port: int

    def address(self, name: str = "localhost") -> str:
        return f"http://{name}:{self.port}"


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def office(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    root = tmp_path_factory.mktemp("office")
    home = copied(demo, root)
    text = (home.root / "kiosk.toml").read_text("utf-8")
    port = int(text.partition("[desk]")[2].partition("port = ")[2].split()[0])
    with (root / "desk.log").open("ab") as log:
        process = forked.start([*PYTHON, "--home", str(home.root), "desk"], log)
    try:
        until(lambda: _answers(port))
        yield DemoDesk(home, port)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, with a laptop's window. What its policy refuses fails the test."""
    made = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    made.set_default_timeout(30_000)
    read_axe_in(made)
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    made.on("weberror", lambda error: complaints.append(str(error.error)))
    yield made
    made.close()
    assert complaints == []


def sign_in(page: Page, address: str, role: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("Adresse e-mail").fill(f"{role}@demo.invalid")
    page.get_by_label("Mot de passe", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_browser_keeps_the_secure_cookie_on_the_same_machine(
    office: DemoDesk, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    sign_in(page, office.address(name), "president")
    page.goto(f"{office.address(name)}/account")
    assert page.get_by_role("heading", name="Mon compte").is_visible()
    cookie = next(found for found in context.cookies() if found["name"] == "__Host-desk")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")


def with_passkey(office: DemoDesk, context: BrowserContext) -> Page:
    """The secretary signs in and adds a passkey, which Chromium holds and whose user it takes for verified."""
    return with_authenticator(office, context)[0]


def with_authenticator(office: DemoDesk, context: BrowserContext) -> tuple[Page, Callable[[bool], object]]:
    """The same, and what says from now on whether the user is verified."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def verify(is_verified: bool) -> object:
        told = {"authenticatorId": made["authenticatorId"], "isUserVerified": is_verified}
        return devtools.send("WebAuthn.setUserVerified", told)

    sign_in(page, office.address(), "secretary")
    page.goto(f"{office.address()}/wan-register")
    page.get_by_label("Nom de la clé").fill("portable")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_text("Clé d’accès ajoutée\u00a0: portable")).to_be_visible()
    return page, verify


def last_notice(office: DemoDesk) -> dict[str, Any]:
    """What the ledger's last notice says."""
    with closing(sqlite3.connect(office.home.root / "db" / "ledger.db")) as ledger:
        (detail,) = ledger.execute("SELECT detail FROM entry WHERE kind = 'notice' ORDER BY number DESC").fetchone()
    found: dict[str, Any] = json.loads(detail)
    return found


def remove_passkey(office: DemoDesk, page: Page) -> None:
    page.goto(f"{office.address()}/wan-register")
    page.get_by_role("button", name="Retirer portable").click()
    expect(page.get_by_text("Clé d’accès supprimée\u00a0: portable")).to_be_visible()


def test_a_passkey_is_added_and_signs_in(office: DemoDesk, context: BrowserContext) -> None:
    page = with_passkey(office, context)
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("link", name="Avec une clé d’accès").click()
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url(f"{office.address()}/")
    remove_passkey(office, page)
    expect(page.get_by_role("button", name="Retirer portable")).to_have_count(0)


def test_a_passkey_signs_what_its_officer_agrees_to(office: DemoDesk, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, office.address(), "president")
    page.goto(f"{office.address()}/users/new")
    page.get_by_label("Adresse e-mail").fill("noe@exemple.fr")
    page.get_by_label("Trésorerie").check()
    page.get_by_role("button", name="Créer le compte et son lien").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page = with_passkey(office, context)
    page.goto(f"{office.address()}/two")
    page.get_by_role("button", name="Confirmer : noe@exemple.fr").click()
    expect(page.get_by_text("Le compte est confirmé.")).to_be_visible()
    assert page.url == f"{office.address()}/two"
    detail = last_notice(office)
    assert detail["yes"]["origin"] == office.address()
    assert detail["digest"] in detail["yes"]["texts"]
    remove_passkey(office, page)
    assert office.home.kiosk("verify").returncode == 0, "its key stands in the entry, and was sealed before"


def test_a_passkey_whose_holder_was_not_verified_agrees_to_nothing(office: DemoDesk, context: BrowserContext) -> None:
    """Somebody else's finger on the officer's laptop: neither PIN nor print, and no yes."""
    page = context.new_page()
    sign_in(page, office.address(), "president")
    page.goto(f"{office.address()}/users/new")
    page.get_by_label("Adresse e-mail").fill("mia@exemple.fr")
    page.get_by_label("Trésorerie").check()
    page.get_by_role("button", name="Créer le compte et son lien").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page, verify = with_authenticator(office, context)
    before = last_notice(office)
    page.goto(f"{office.address()}/two")
    verify(False)
    page.get_by_role("button", name="Confirmer : mia@exemple.fr").click()
    expect(page.get_by_text("La clé d’accès n’a pas répondu, ou vous avez annulé.")).to_be_visible()
    expect(page.get_by_text('"email":"mia@exemple.fr"')).to_be_visible()  # the text itself, whole
    assert last_notice(office) == before
    page.goto(f"{office.address()}/two")
    expect(page.get_by_role("button", name="Confirmer : mia@exemple.fr")).to_be_visible()
    remove_passkey(office, page)


def test_the_code_to_photograph_is_drawn_in_the_page(office: DemoDesk, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, office.address(), "host")
    page.goto(f"{office.address()}/tf-setup")
    page.get_by_role("button", name="Mettre en place").click()
    box = page.get_by_role("img", name="QR code").bounding_box()
    assert box is not None
    assert 150 <= box["width"] <= 400


def test_an_invitation_is_followed_to_its_end(office: DemoDesk, context: BrowserContext, chromium: Browser) -> None:
    page = context.new_page()
    sign_in(page, office.address(), "president")
    areas = page.get_by_role("navigation", name="Rubriques", exact=True)
    areas.get_by_role("link", name="Réglages").click()
    areas.get_by_role("link", name="Comptes du bureau").click()
    page.get_by_role("link", name="Inviter quelqu’un").click()
    page.get_by_label("Adresse e-mail").fill("zoe@exemple.fr")
    page.get_by_label("Trésorerie").check()
    page.get_by_role("button", name="Créer le compte et son lien").click()
    link = page.get_by_label("Lien de mot de passe").input_value()
    other = chromium.new_context(locale="fr-FR")
    newcomer = other.new_page()
    newcomer.goto(link)
    newcomer.get_by_label("Nouveau mot de passe").fill("une phrase assez longue")
    newcomer.get_by_label("Le même mot de passe, encore une fois").fill("une phrase assez longue")
    newcomer.get_by_role("button", name="Enregistrer").click()
    newcomer.get_by_text("connectez-vous avec le nouveau.").wait_for()
    newcomer.goto(link)
    assert newcomer.get_by_role("heading", name="Il faut un nouveau lien").is_visible()
    other.close()


PAGES = ("/account", "/users", "/users/new", "/users/1", "/log", "/change", "/tf-setup", "/wan-register")
OUTSIDE = ("/login", "/reset", "/wan-signin")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_on_the_pages_of_accounts(
    office: DemoDesk, context: BrowserContext, language: str, screenshots: Path
) -> None:
    page = context.new_page()
    context.add_cookies([{"name": "language", "value": language, "url": office.address()}])
    found = {}
    for where in OUTSIDE:
        page.goto(office.address() + where)
        found[where] = found_by_axe(page)
    page.goto(f"{office.address()}/login")
    page.locator("#email").fill("president@demo.invalid")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("main button.main").click()
    for where in PAGES:
        page.goto(office.address() + where)
        found[where] = found_by_axe(page)
        picture(page, screenshots / f"desk-accounts{where.replace('/', '-')}-{language}.png", full_page=True)
        page.set_viewport_size({"width": 320, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, (where, wide)
        page.set_viewport_size({"width": 1280, "height": 800})
    assert found == {where: [] for where in (*OUTSIDE, *PAGES)}
