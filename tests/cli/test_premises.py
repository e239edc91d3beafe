"""The premises from the command line: desks, things, registered offices; nothing wrong is half-done."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.domain.premises.floor import Box
from tests.cli.standing import TODAY
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.premises.keeping import FloorPlan, acting

DAY = (TODAY + timedelta(days=7)).isoformat()
FAR = (TODAY + timedelta(days=2_000)).isoformat()


@pytest.fixture
def kiosk(space: Space, root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """Two members, and a plan with a desk and a room."""
    space.join("Karim Benali", "04A1B2C3D4E501")
    space.join("Zoé Petit", "04A2000000E518")
    floor = FloorPlan(acting(space.home, space.clock, "cli"))
    floor.add("desk", "A1", Box(2, 2, 5, 4))
    floor.add("room", "Salle", Box(20, 2, 9, 9))
    return Kiosk(root, capsys)


def refused(kiosk: Kiosk, code: str, *arguments: str) -> None:
    """What is wrong is said, and nothing is half-done."""
    before = kiosk.content()
    status, out, err = kiosk(*arguments)
    assert (status, out) == (2, ""), arguments
    assert f"[{code}]" in err, err
    assert kiosk.content() == before


def test_a_desk_is_given_lent_and_taken_once(kiosk: Kiosk) -> None:
    kiosk.json("spots", "give", "1", "1")
    refused(kiosk, "spot-no-desk", "spots", "give", "2", "2")
    refused(kiosk, "spot-not-lent", "spots", "take", "2", "1", DAY)
    for _ in range(2):  # lent twice, it is lent once
        kiosk.json("spots", "lend", "1", DAY)
    kiosk.json("spots", "take", "2", "1", DAY)
    refused(kiosk, "spot-taken", "spots", "lend", "1", DAY, "--not")
    refused(kiosk, "spot-day", "spots", "lend", "1", FAR)
    refused(kiosk, "no-such-member", "spots", "take", "77", "1", DAY)
    found = {"spot": 1, "label": "A1", "state": "taken", "holder": 1, "taken_by": 2}
    assert kiosk.json("spots", "list", "--on", DAY)["spots"] == [found]
    kiosk.json("spots", "leave", "2", DAY)
    assert "lent\n" in kiosk("spots", "list", "--on", DAY)[1]
    kiosk.json("spots", "end", "1")
    assert "no holder" in kiosk("spots", "list", "--on", DAY)[1]


def test_a_key_is_lent_due_and_back_and_a_booth_is_one_persons_at_a_time(kiosk: Kiosk) -> None:
    kiosk.json("things", "add", "key", "Clé de la cave", "--days", "7")
    kiosk.json("things", "add", "booth", "Cabine", "--minutes", "30")
    refused(kiosk, "thing-known", "things", "add", "key", "Clé de la cave")
    refused(kiosk, "thing-label", "things", "add", "key", "x" * 10_000)
    refused(kiosk, "thing-terms", "things", "add", "key", "Autre", "--days", "7", "--minutes", "9")
    kiosk.json("things", "lend", "1", "1")
    kiosk.json("things", "lend", "2", "2")
    refused(kiosk, "thing-taken", "things", "lend", "1", "2")
    refused(kiosk, "thing-out", "things", "remove", "1")
    listed = kiosk("things", "list")[1]
    assert f"  loan 1: member 1, due {DAY}\n" in listed
    assert "Benali" not in listed
    kiosk.json("things", "back", "1")
    kiosk.json("things", "remove", "1")
    refused(kiosk, "no-such-thing", "things", "lend", "1", "1")


def test_a_registered_office_wants_an_approval_and_three_months(kiosk: Kiosk) -> None:
    today = TODAY.isoformat()
    refused(kiosk, "office-approval", "offices", "add", "Tilleul SAS", today)
    refused(kiosk, "approval-period", "offices", "approve", "Préfet du Nord", "59-1", today, "2099-01-01")
    kiosk.json("offices", "approve", "Préfet du Nord", "59-1", today, FAR)
    refused(kiosk, "office-siren", "offices", "add", "Tilleul SAS", today, "--siren", "12")
    refused(kiosk, "office-period", "offices", "add", "Tilleul SAS", today, "--until", DAY)
    kiosk.json("offices", "add", "Tilleul SAS", today, "--siren", "732829320", "--member", "1")
    kiosk.json("offices", "end", "1", DAY)
    kiosk.json("offices", "told", "1")
    refused(kiosk, "no-such-office", "offices", "end", "7", DAY)
    listed = kiosk.json("offices", "list")
    assert (len(cast("list[Any]", listed["offices"])), len(cast("list[Any]", listed["approvals"]))) == (1, 1)
    found, given = cast("list[Any]", listed["offices"])[0], cast("list[Any]", listed["approvals"])[0]
    assert (found["name"], found["until"], found["registry_told"], given["holds"]) == ("Tilleul SAS", DAY, today, True)
    kiosk.json("offices", "withdraw", "1")
    refused(kiosk, "office-approval", "offices", "add", "Autre SAS", DAY)
