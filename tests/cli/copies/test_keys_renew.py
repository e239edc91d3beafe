"""The day a card is stolen: nothing that was on it opens the desk any more."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import desk, home
from kiosk.devices.clock import HostClock
from kiosk.store.officers import desk_users
from kiosk.store.selfservice import pins
from tests import typed
from tests.cli.test_commands import Kiosk
from tests.conftest import WEDNESDAY

HTTPS = "https://localhost"
UID = "04A2000000E511"
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


@pytest.mark.remedy("restore", "card-ending", unreported="of the card itself: a new one begins like this")
def test_the_page_of_the_theft_is_followed_from_its_first_command_to_its_last(
    officers: Kiosk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chain, badges, the office and members' codes, on a new card, from a copy and the paper."""
    paper, until = tmp_path / "paper", (HostClock().now() + timedelta(days=30)).date()
    officers.json("members", "add", "--name", "Amina", "--badge", UID)
    with home.opened(officers.root) as opened, opened.store.writing() as connection:
        pins.keep(connection, 1, WEDNESDAY, "cli", "a hash")
    officers.json("keys", "new", "--output", str(paper), "--write")
    assert officers("backup")[0] == 0
    (copy,) = sorted((officers.root / "backups").glob("*.tar*"))[-1:]
    stolen = {
        name: (officers.root / "keys" / name).read_bytes() for name in ("shared/chain", "shared/badge", "desk/web")
    }
    fresh = Kiosk(tmp_path / "new-card", capsys)
    told = officers.json("verify")

    def run(words: list[str]) -> None:
        status, _, err = fresh(*words)
        assert status in (0, 1) if words == ["check"] else status == 0, err  # a test's machine is none of a door

    values = {"--identity": str(paper), "--known-head": f"{told['entries']}:{told['head']}"}
    for line in _commands():
        words = line.split()
        for option, value in values.items():
            if option in words:
                words[words.index(option) + 1] = value
        run([words[0], str(copy), *words[2:], "--yes"] if words[0] == "restore" else [*words, *_MORE.get(words[0], [])])
    run(["keys", "renew", "--badges", "--until", str(until), "--yes"])
    now = {name: (fresh.root / "keys" / name).read_bytes() for name in stolen}
    assert [name for name in stolen if stolen[name] == now[name]] == []
    monkeypatch.setenv("VISUAL", "sed -i '0,/^.backup.$/s||[backup]\\nplaces = [\"rclone:nas:copies\"]|'")
    for command, more in _IN_PASSING.items():  # badges are known by the old key until then
        if command == "backup --away":
            _lend_place(fresh, tmp_path / "nas")
        run([*command.split(), *more])
    assert len([*(tmp_path / "nas" / "copies").glob("*.tar.age")]) == 1
    assert fresh("keys", "renew", "--badges", "--until", "2020-01-01", "--yes")[0] == 2
    with home.opened(fresh.root) as opened, opened.store.reading() as connection:
        assert pins.with_code(connection) == []
        assert [day for _, day in opened.paths.old_badge_keys][-1] == until
        assert connection.exec_driver_sql("SELECT count(DISTINCT key_id) FROM entry").scalar_one() == 2


_MORE = {"keys": ["--yes"]}
_IN_PASSING = {
    "config edit": [],
    "keys renew": ["--yes"],
    "verify": [],
    "badges site-key": [],
    "badges lost": [UID],
    "members list": [],
    "backup --away": [],
}
"""What the page says to type amid its sentences, and what a person puts behind it."""


def _lend_place(kiosk: Kiosk, place: Path) -> None:
    """Write what opens a place elsewhere, as the page says: by hand."""
    (kiosk.root / "keys" / "backup").mkdir(mode=0o700, exist_ok=True)
    for name, text in (("rclone.conf", f"[nas]\ntype=alias\nremote={place}\n"),):
        (kiosk.root / "keys" / "backup" / name).write_text(text)
        (kiosk.root / "keys" / "backup" / name).chmod(0o600)


def test_what_the_page_says_amid_its_sentences_is_typed_there() -> None:
    text = (Path(__file__).parents[3] / "docs" / "carte-volee.md").read_text("utf-8")
    named = {" ".join(typed.words(each)) for each in re.findall(r"`((?:sudo )?kiosk [^`]+)`", text)}
    assert named == _IN_PASSING.keys()


def _commands() -> list[str]:
    """What the page says to type, in both of its languages alike."""
    text = (Path(__file__).parents[3] / "docs" / "carte-volee.md").read_text("utf-8")
    found = [
        re.sub(r"identit[a-z]+\.txt", "identity.txt", each) for each in re.findall(r"^sudo kiosk (.+)$", text, re.M)
    ]
    half = len(found) // 2
    assert found[:half] == found[half:]
    return found[:half]
