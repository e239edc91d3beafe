"""`kiosk user`: the first officer, and links for those who lost their password."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa

from kiosk import desk, home
from kiosk.config import Config, DeskConfig
from kiosk.devices.clock import HostClock
from kiosk.members.officers import Officers
from tests.cli.test_commands import Kiosk

LINK = r"http://localhost:8081/reset/[\w.-]+"


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


def test_the_first_officer_gets_a_link_and_no_password(kiosk: Kiosk) -> None:
    status, out, _ = kiosk("user", "add", "Zoe@Exemple.fr", "--role", "president", "--name", "Zoé")
    assert status == 0
    assert re.fullmatch(rf"zoe@exemple.fr: president\n{LINK}\n", out)
    found = kiosk.json("user", "list")["users"]
    assert found == [
        {
            "number": 1,
            "email": "zoe@exemple.fr",
            "name": "Zoé",
            "roles": ["president"],
            "active": True,
            "invited": True,
            "second_factor": False,
            "member": None,
            "outsider": False,
        }
    ]
    assert "link not followed" in kiosk("user", "list")[1]


def test_a_suspended_officer_s_name_and_address_are_erased_and_the_number_is_nobody_else_s(kiosk: Kiosk) -> None:
    for address in ("zoe@exemple.fr", "paul@exemple.fr"):
        kiosk("user", "add", address, "--role", "president", "--name", "Zoé")
    status, _, said = kiosk("user", "erase", "paul@exemple.fr", "--yes")
    assert (status, "suspend it first" in said) == (2, True)
    with home.opened(kiosk.root) as opened:
        Officers.of(opened, HostClock(), "cli").suspend(2)
    assert kiosk.json("user", "erase", "paul@exemple.fr", "--yes") == {"number": 2}
    assert kiosk("user", "erase", "paul@exemple.fr", "--yes")[0] == 2
    kiosk("user", "add", "paul@exemple.fr", "--role", "host")
    lines = [line.split()[:2] for line in kiosk("user", "list")[1].splitlines()]
    assert lines == [["2", "officer-2@erased.invalid"], ["3", "paul@exemple.fr"], ["1", "zoe@exemple.fr"]]
    with home.opened(kiosk.root) as opened:
        for refused in ("DELETE FROM desk_user WHERE id = 3", "UPDATE desk_user SET id = 9 WHERE id = 3"):
            with pytest.raises(sa.exc.IntegrityError), opened.store.writing() as connection:
                connection.exec_driver_sql(refused)


def test_a_password_may_come_from_a_file(kiosk: Kiosk, tmp_path: Path) -> None:
    (tmp_path / "first").write_text("une phrase assez longue\n", "utf-8")
    roles = ("--role", "host", "--role", "treasurer")
    added = kiosk.json("user", "add", "z@x.fr", *roles, "--password-file", str(tmp_path / "first"))
    assert added["link"] is None
    assert added["roles"] == ["host", "treasurer"]
    with home.opened(kiosk.root) as opened:
        page = desk.application(opened).test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.get("/login", base_url="https://localhost").text)
        assert token is not None
        data = {"email": "z@x.fr", "password": "une phrase assez longue", "csrf_token": token[1]}
        assert page.post("/login", base_url="https://localhost", data=data).headers["Location"] == "/"


def test_reset_prints_a_link_that_leads_to_a_choice_and_kills_the_one_before(kiosk: Kiosk) -> None:
    first = str(kiosk.json("user", "add", "z@x.fr", "--role", "host")["link"])
    second = str(kiosk.json("user", "reset", "Z@x.fr")["link"])
    plain = kiosk("user", "reset", "z@x.fr", "--second-factors")[1].strip()
    assert re.fullmatch(LINK, plain)
    with home.opened(kiosk.root) as opened:
        page = desk.application(opened).test_client()
        paths = [link.removeprefix("http://localhost:8081") for link in (first, second, plain)]
        statuses = [page.get(path, base_url="https://localhost").status_code for path in paths]
    assert statuses == [302, 302, 200]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["user", "add", "z@x.fr"], "usage"),
        (["user", "add", "z@x.fr", "--role", "emperor"], "usage"),
        (["user", "add", "nobody", "--role", "host"], "email"),
        (["user", "add", "z@demo.invalid", "--role", "host"], "demo-address"),
        (["user", "add", "z@x.fr", "--role", "host", "--member", "99"], "no-such-member"),
        (["user", "add", "z@x.fr", "--role", "host", "--password-file", "/nowhere"], "password-file"),
        (["user", "add", "z@x.fr", "--role", "host", "--password-file", "short"], "password"),
        (["user", "reset", "z@x.fr"], "no-such-user"),
    ],
)
def test_what_cannot_be_is_one_line_and_changes_nothing(
    kiosk: Kiosk, arguments: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short").write_text("court", "utf-8")
    before = kiosk.content()
    status, _, err = kiosk(*arguments)
    assert status == 2
    assert err.count("\n") == 1
    assert err.endswith(f"[{code}]\n")
    assert kiosk.content() == before


def test_an_address_has_one_account(kiosk: Kiosk) -> None:
    kiosk("user", "add", "z@x.fr", "--role", "host")
    assert kiosk("user", "add", "Z@X.fr", "--role", "president")[2].endswith("[user-exists]\n")


@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        (["localhost", "127.0.0.1"], "http://localhost:8081"),
        (["localhost", "bureau.exemple.fr"], "https://bureau.exemple.fr"),
    ],
)
def test_a_link_leads_to_the_name_that_the_network_knows(hosts: list[str], address: str) -> None:
    assert desk.address(Config(desk=DeskConfig(hosts=hosts))) == address


def _files(kiosk: Kiosk) -> list[tuple[int, int | None, bool]]:
    """Each account's number, its member's, and whether it is no member's."""
    found = cast("list[dict[str, Any]]", kiosk.json("user", "list")["users"])
    return [(each["number"], each["member"], each["outsider"]) for each in found]


@pytest.mark.remedy("user file", "no-own-file", unreported="at the desk: test_accounts_without_a_file.py")
@pytest.mark.remedy("user outsider", "no-own-file", unreported="likewise")
@pytest.mark.remedy("user confirm", "made-account", unreported="at the desk: web/desk/officers/test_two_hands.py")
def test_the_machine_links_an_account_to_a_file_or_declares_it_no_member_s(kiosk: Kiosk) -> None:
    """Where no other officer is left who could: sealed, and told to the others."""
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("user", "add", "t@exemple.fr", "--role", "treasurer")
    kiosk.json("user", "confirm", "t@exemple.fr")
    assert kiosk.json("user", "outsider", "t@exemple.fr") == {"number": 1, "outsider": True}
    assert (1, None, True) in _files(kiosk)
    assert kiosk.json("user", "outsider", "t@exemple.fr", "--end") == {"number": 1, "outsider": False}
    kiosk.json("user", "outsider", "t@exemple.fr")
    assert kiosk.json("user", "file", "t@exemple.fr", "1") == {"number": 1, "member": 1}
    assert _files(kiosk) == [(1, 1, False)]
    status, _, errors = kiosk("user", "outsider", "t@exemple.fr")
    assert (status, "has-file" in errors) == (2, True)
    assert kiosk("verify")[0] == 0
