"""A test that claims a remedy is held to it: what it must have typed, and what must have been reported before."""

import subprocess
import sys

import pytest

from kiosk.cli import main
from kiosk.errors import RequestError
from tests import typed
from tests.typed import Claim, Notes


def lacks(claim: Claim, *made: tuple[str, ...] | str) -> str:
    return Notes(list(made)).lack(claim)


def test_a_command_that_is_not_typed_is_missed() -> None:
    claim = Claim("config edit --accepted", "settings-accepted")
    typing = ("--home", "x", "config", "edit", "--accepted")
    assert lacks(claim, "settings-accepted", typing) == ""
    assert "not typed" in lacks(claim, "settings-accepted", typing[:-1])
    assert "not typed" in lacks(claim, "settings-accepted")
    assert "not reported before" in lacks(claim, typing)
    assert "not reported before" in lacks(claim, typing, "settings-accepted")
    assert lacks(Claim("config edit", "Une section de la page"), typing) == ""
    assert lacks(Claim("config edit", "doors-clock", "by another machine"), typing) == ""


def test_what_is_the_same_on_each_machine_is_left_of_a_command() -> None:
    assert typed.words("sudo kiosk restore /mnt/kiosk/kiosk-….tar.age --identity /dev/shm/id.txt") == [
        *("restore", "--identity")
    ]
    assert typed.words("kiosk user file ADRESSE NUMÉRO") == ["user", "file"]
    assert typed.words("kiosk config edit --from backups/kiosk-….tar") == ["config", "edit", "--from"]


def test_commands_and_codes_are_noted_wherever_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes()
    typed._noted(notes, monkeypatch)
    with pytest.raises(SystemExit):
        main.main(["--home", "/nowhere", "members", "list"])
    with pytest.raises(RequestError):
        raise RequestError("config", "a slip")
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    assert notes.made[0] == ("--home", "/nowhere", "members", "list")
    assert {"no-home", "config", (sys.executable, "-c", "pass")} <= set(notes.made)


def test_each_claim_is_of_a_test_and_of_something_that_the_manual_says() -> None:
    assert len(typed.claims()) > 50
    assert [claim for claim in typed.claims() if claim.command != " ".join(typed.words(claim.command))] == []
