"""`kiosk tokens`: made in an officer's name, listed, ended; what it prints is good."""

import json
from datetime import date
from pathlib import Path

import pytest

from kiosk import home
from kiosk.members import api_tokens
from tests.cli.test_commands import Kiosk

ADD = ("tokens", "add", "treasurer@exemple.fr", "Tableur")


@pytest.fixture
def demo(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """A home with a treasurer and a host."""
    made = Kiosk(root, capsys)
    for role in ("treasurer", "host"):
        assert made("user", "add", f"{role}@exemple.fr", "--role", role)[0] == 0
    return made


def test_a_token_is_made_listed_and_ended(demo: Kiosk) -> None:
    status, secret, _ = demo(*ADD, "--list", "visits", "--list", "entries", "--until", "today")
    assert status == 0
    with home.opened(demo.root) as opened, opened.store.reading() as connection:
        ((until,),) = connection.exec_driver_sql("SELECT until_on FROM api_token").all()
        token = api_tokens.admitted(connection, secret.strip(), "visits", date.fromisoformat(until))
    assert token.scopes == ("visits", "entries")
    _, listed, _ = demo("tokens", "list")
    assert "used never  Tableur: visits, entries" in listed
    assert secret.strip() not in listed
    assert demo("tokens", "end", "1")[0] == 0
    assert demo("tokens", "list")[1].strip() == "there are no tokens"
    status, _, error = demo("tokens", "end", "1")
    assert (status, "[no-such-token]" in error) == (2, True)


def test_programs_read_it_as_json(demo: Kiosk) -> None:
    _, made, _ = demo(*ADD, "--list", "visits", "--until", "today", "--json")
    assert json.loads(made)["secret"].startswith("kiosk_")
    _, listed, _ = demo("tokens", "list", "--json")
    (token,) = json.loads(listed)["tokens"]
    assert (token["lists"], token["used"]) == (["visits"], None)


def test_nobody_gets_a_token_for_what_they_may_not_export(demo: Kiosk) -> None:
    status, _, error = demo("tokens", "add", "host@exemple.fr", "x", "--list", "visits", "--until", "today")
    assert (status, "[token-right]" in error) == (2, True)
    status, _, error = demo("tokens", "add", "nobody@exemple.fr", "x", "--list", "visits", "--until", "today")
    assert (status, "[no-such-user]" in error) == (2, True)
