"""Every form about a member takes a name: it finds its one member, or asks which, and is never taken for another."""

import re
from pathlib import Path

import pytest

from kiosk.domain.members.roles import Role
from kiosk.web import desk as pages
from tests.premises.test_lending import Floor
from tests.web.desk import recording
from tests.web.desk.conftest import Desk, Officer

FRENCH = {"Accept-Language": "fr"}
DAY = "2026-11-26"
FORMS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("/corrections/new", "member", {"kind": "forgotten", "day": "2026-11-25", "said": ""}),
    ("/books/cash/declare", "member", {"amount": "5", "key": "0" * 32}),
    ("/rooms/book", "member", {"room": "1", "day": DAY, "from": "09:00", "until": "10:00", "key": "0" * 32}),
    ("/premises/take", "taker", {"spot": "1", "day": DAY}),
    ("/premises/things/lend", "member", {"thing": "1", "key": "0" * 32}),
    ("/premises/offices", "member", {"name": "Tilleul", "siren": "732829320", "from": DAY}),
    ("/people/notices", "member", {"kind": "offer", "text": "Un bureau", "until": DAY}),
    ("/users/new", "member", {"email": "hugo@exemple.fr", "name": "Hugo", "roles": "host"}),
)
UNCLEAR, NONE = "De qui s’agit-il", "Aucune fiche ne porte ce nom"


@pytest.fixture
def officer(desk: Desk) -> Officer:
    for rule in ("floor_plan", "things", "registered_offices", "rooms_on", "notices"):
        desk.space.rule(rule, "true")
    Floor(desk.space)
    desk.space.join("Hugo Martin", "04A2000000EA11")
    desk.space.join("Hugo Petit", "04A2000000EA12")
    return desk.sign_in(Role.PRESIDENT)


@pytest.mark.parametrize(("path", "field", "others"), FORMS, ids=[path for path, _, _ in FORMS])
def test_a_name_of_two_asks_which_and_of_none_says_so_and_of_one_is_taken(
    officer: Officer, path: str, field: str, others: dict[str, str]
) -> None:
    said = {}
    for typed in ("hugo", "zzyzx", "hugo petit"):
        answer = officer.post(path, {**others, field: typed}, headers=FRENCH)
        assert typed == "hugo petit" or answer.status_code == 400, typed
        said[typed] = answer.get_data(as_text=True)
    asked = re.search(rf"{UNCLEAR}[^<]*", said["hugo"])
    assert asked is not None
    assert "Hugo Martin" in asked[0] and "Hugo Petit" in asked[0]
    assert NONE in said["zzyzx"]
    assert UNCLEAR not in said["hugo petit"] and NONE not in said["hugo petit"]


@pytest.mark.parametrize("path", ["/events/1/join", "/hosting/shifts/1/take"])
def test_a_place_and_a_turn_are_for_whom_the_name_means(desk: Desk, path: str) -> None:
    recording.furnish(desk)
    desk.space.join("Hugo Martin", "04A2000000EA11")
    desk.space.join("Hugo Petit", "04A2000000EA12")
    officer = desk.sign_in(Role.PRESIDENT)
    officer.page("/hosting/")
    for typed, told in (("hugo", UNCLEAR), ("zzyzx", NONE)):
        answer = officer.post(path, {"member": typed}, headers=FRENCH)
        assert (answer.status_code, told in answer.get_data(as_text=True)) == (400, True), typed


NAMES = r"(?:\w*_)?(?:member|organisation|product|taker|payer|envelope)"
PLAIN_FIELD = re.compile(rf"<input(?![^>]*type=\"(?:hidden|checkbox|radio)\")[^>]* name=\"{NAMES}\"[^>]*>")
PLAIN_MACRO = re.compile(rf"\bfield\(\"{NAMES}\",[^}}]*}}}}")


def test_no_form_asks_for_a_bare_number_where_a_member_an_organisation_or_a_product_is_meant() -> None:
    bare, seen = [], 0
    for path in (Path(pages.__file__).parent / "templates").rglob("*.html"):
        for found in PLAIN_FIELD.findall(text := path.read_text("utf-8")) + PLAIN_MACRO.findall(text):
            seen += 1
            bare += [] if "picks(" in found else [f"{path.name}: {found[:80]}"]
    assert (bare, seen > 2) == ([], True)


def test_the_log_is_filtered_by_a_member_s_name_and_a_name_of_two_is_asked_about(desk: Desk, officer: Officer) -> None:
    ((number,),) = desk.space.sql("SELECT number FROM member WHERE name = 'Hugo Petit'")
    officer.get(f"/members/{number}")
    assert f"membre {number}" in officer.page("/log?member=hugo+petit", headers=FRENCH)
    for typed, told in (("hugo", UNCLEAR), ("zzyzx", NONE)):
        assert told in officer.page(f"/log?member={typed}", headers=FRENCH)
