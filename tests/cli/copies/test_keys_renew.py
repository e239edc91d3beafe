"""The day a card is stolen: nothing that was on it opens the desk any more."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import desk, home
from kiosk.store.officers import desk_users
from kiosk.store.selfservice import pins
from tests.cli.test_commands import Kiosk
from tests.conftest import WEDNESDAY

HTTPS = "https://localhost"
OLD, NEW = "une phrase assez longue", "une autre phrase, plus longue"


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


@pytest.fixture
def officers(kiosk: Kiosk, tmp_path: Path) -> Kiosk:
    """Two of them; one has codes, and the other is suspended."""
    (tmp_path / "old").write_text(OLD, "utf-8")
    for address in ("zoe@exemple.fr", "max@exemple.fr"):
        kiosk.json("user", "add", address, "--role", "president", "--password-file", str(tmp_path / "old"))
    with home.opened(kiosk.root) as opened, opened.store.writing() as connection:
        for one in desk_users.everyone(connection):
            sealed = {"tf_primary_method": "authenticator", "tf_totp_secret": "sealed with the old key"}
            desk_users.change(connection, one.id, active=one.email.startswith("zoe"), **sealed)
    return kiosk


def _sent(page: FlaskClient, path: str, **data: str) -> str:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get(path, base_url=HTTPS).text)
    assert token is not None
    answer = page.post(path, base_url=HTTPS, data={**data, "csrf_token": token[1]})
    return answer.headers.get("Location", "stays")


def _renewed(officers: Kiosk) -> dict[str, str]:
    links = officers.json("keys", "renew", "--yes")["links"]
    assert isinstance(links, dict)
    return links


def test_the_old_password_is_void_and_the_new_link_leads_in(officers: Kiosk) -> None:
    before = officers.root.joinpath("keys/desk/web").read_bytes()
    links = _renewed(officers)
    assert list(links) == ["zoe@exemple.fr"]
    assert officers.root.joinpath("keys/desk/web").read_bytes() != before
    with home.opened(officers.root) as opened:
        page = desk.application(opened).test_client()
        assert _sent(page, "/login", email="zoe@exemple.fr", password=OLD) == "stays"
        _sent(page, links["zoe@exemple.fr"].removeprefix("http://localhost:8081"), password=NEW, password_confirm=NEW)
        page = desk.application(opened).test_client()
        assert _sent(page, "/login", email="zoe@exemple.fr", password=NEW) != "stays"
        with opened.store.reading() as connection:
            assert not any(one.has_codes for one in desk_users.everyone(connection))


def test_a_session_and_a_link_of_before_are_void(officers: Kiosk) -> None:
    link = str(officers.json("user", "reset", "zoe@exemple.fr", "--second-factors")["link"])
    with home.opened(officers.root) as opened:
        page = desk.application(opened).test_client()
        assert _sent(page, "/login", email="zoe@exemple.fr", password=OLD) == "/"
        cookie = page.get_cookie("session", domain="localhost") or page.get_cookie("__Host-session", domain="localhost")
    officers.json("keys", "renew", "--yes")
    with home.opened(officers.root) as opened:
        again = desk.application(opened).test_client()
        if cookie is not None:
            again.set_cookie(cookie.key, cookie.value, domain="localhost", secure=True)
        assert "/login" in again.get("/", base_url=HTTPS).headers["Location"]
        answer = again.get(link.removeprefix("http://localhost:8081"), base_url=HTTPS)
        assert 'name="password_confirm"' not in answer.text


def test_members_codes_are_taken_away(officers: Kiosk) -> None:
    for name in ("Amina", "Karim"):
        officers.json("members", "add", "--name", name)
    with home.opened(officers.root) as opened, opened.store.writing() as connection:
        pins.keep(connection, 1, WEDNESDAY, "cli", "a hash")
    assert officers.json("keys", "renew", "--yes")["codes"] == 1
    with home.opened(officers.root) as opened, opened.store.reading() as connection:
        assert pins.with_code(connection) == []


def test_without_a_yes_nothing_changes(officers: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = officers.root.joinpath("keys/desk/web").read_bytes()
    status, _, _ = officers("keys", "renew")
    assert status != 0
    assert officers.root.joinpath("keys/desk/web").read_bytes() == before
