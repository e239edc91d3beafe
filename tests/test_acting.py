"""Use-cases are handed what they work with by one context, and the desk and the command line open the same office."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk
from kiosk.acting import Acting
from kiosk.cli import open_office
from kiosk.money.till import Till
from kiosk.office import Office
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common import office as desk_office
from tests.conftest import Space

ROOT = Path(kiosk.__file__).parent


def _spelled_out() -> Iterator[str]:
    """The calls of views and commands that name the parts of a use-case one by one."""
    for path in sorted((*(ROOT / "web" / "desk").rglob("*.py"), *(ROOT / "cli").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and {each.arg for each in node.keywords} >= {"store", "rules", "actor"}:
                yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_views_and_commands_hand_an_office_on_and_spell_no_parts_out() -> None:
    assert list(_spelled_out()) == []


def test_the_desk_and_the_command_line_open_the_same_office() -> None:
    assert open_office.Office is desk_office.Office is Office


@pytest.fixture
def opened(space: Space) -> Office:
    home = space.home
    return Office.at(home, Rules(home.config.zone), space.clock, "officer:7")


def test_an_office_is_an_acting_whose_use_cases_write_in_its_name(space: Space, opened: Office) -> None:
    assert isinstance(opened, Acting)
    number = space.join("Nadia", "04A2B3C4D5E6F0")
    entry = Till.of(opened).pay(number, 500, "cash")
    assert space.sql(f"SELECT actor FROM entry WHERE number = {entry}") == [("officer:7",)]


def test_a_member_is_noted_before_the_log_names_them(space: Space) -> None:
    noted = list[int]()
    home = space.home

    def note() -> None:
        noted.append(len(space.sql("SELECT 1 FROM desk_log")))

    desk = Office.at(home, Rules(home.config.zone), space.clock, "officer:7", note)
    desk.log("read-list", None, "members")
    assert noted == []
    desk.log("read-file", 1)
    assert noted == [1]  # the line of the list, and not yet theirs
