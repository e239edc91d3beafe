"""The chain's heads go to two officers, who is an entry, and a head that somebody noted is found again or missed."""

import re
from datetime import date, timedelta

import pytest

from kiosk.books import chain_heads
from kiosk.books.chain_heads import Heads
from kiosk.domain.books import head_notes
from kiosk.domain.books.closings import Period
from kiosk.domain.problems import Problem
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.home import Home
from kiosk.messages import outbox
from kiosk.store.books import head_rows
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from tests.books import closed_year
from tests.conftest import Space
from tests.messages.test_outbox import with_mail

pytestmark = pytest.mark.promise(3)

NADIA, KARIM, LEA = "nadia@exemple.fr", "karim@exemple.fr", "lea@exemple.fr"


@pytest.fixture
def officers(space: Space) -> list[int]:
    with space.home.store.writing() as connection:
        return [
            desk_users.add(connection, address, "", ["treasurer"], space.clock.now(), None)
            for address in (NADIA, KARIM, LEA)
        ]


@pytest.fixture
def mailed(space: Space) -> Home:
    """The home with a server that is never asked here."""
    return with_mail(space, 1)


def choose(space: Space, home: Home, *ids: int) -> chain_heads.RecipientChange:
    return Heads(home=home, rules=Rules(home.config.zone), clock=space.clock, actor="desk:president").choose(ids)


def told(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT recipient, subject, body FROM outbox ORDER BY id")


def spend(space: Space, days: int) -> None:
    """So many days go by, each closed in the morning after."""
    for _ in range(days):
        space.clock.advance(days=1)
        closed_year.close_days(space)


# --- who gets them


def test_who_gets_heads_is_an_entry_and_told_to_those_of_before_and_of_now(
    space: Space, mailed: Home, officers: list[int]
) -> None:
    nadia, karim, lea = officers
    first = choose(space, mailed, nadia, karim)
    assert space.sql("SELECT kind, detail, actor FROM entry") == [
        ("notice", '{"about":"head-recipients","users":"1,2"}', "desk:president")
    ]
    assert {recipient for recipient, _, _ in told(space)} == {NADIA, KARIM}
    second = choose(space, mailed, lea, karim)
    assert second.entry == first.entry + 1
    later = told(space)[2:]
    assert {recipient for recipient, _, _ in later} == {NADIA, KARIM, LEA}
    assert all(f"Désormais\u00a0: {KARIM}, {LEA}" in str(body) for _, _, body in later)
    assert [one.email for one in _recipients(space)] == [KARIM, LEA]


def _recipients(space: Space) -> list[desk_users.Officer]:
    with space.home.store.reading() as connection:
        return head_rows.recipients(connection)


def test_the_same_choice_again_writes_nothing(space: Space, mailed: Home, officers: list[int]) -> None:
    choose(space, mailed, *officers[:2])
    assert choose(space, mailed, *officers[1::-1]).again
    assert space.sql("SELECT count(*) FROM entry") == [(1,)]


def test_one_person_alone_or_one_under_two_addresses_is_refused(space: Space, officers: list[int]) -> None:
    ines = space.join("Inès Moreau", "04A2000000E511")
    with pytest.raises(RequestError) as refused:
        choose(space, space.home, officers[0])
    assert refused.value.code == "two-officers"
    with space.home.store.writing() as connection:
        for user in officers[:2]:
            desk_users.change(connection, user, member_id=ines)
    with pytest.raises(RequestError) as refused:
        choose(space, space.home, *officers[:2])
    assert refused.value.code == "two-officers"


def test_a_suspended_officer_gets_none(space: Space, mailed: Home, officers: list[int]) -> None:
    choose(space, mailed, *officers)
    with space.home.store.writing() as connection:
        desk_users.change(connection, officers[0], active=False)
    with pytest.raises(RequestError) as refused:
        choose(space, mailed, *officers[:2])
    assert refused.value.code == "user-suspended"
    before = len(told(space))
    space.till.sell(space.join("Inès", closed_year.INES), "carnet-10", None)
    spend(space, 5)
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 2
    assert {recipient for recipient, _, _ in told(space)[before:]} == {KARIM, LEA}


# --- what is told


def test_the_week_s_days_are_told_on_its_end_and_each_head_once(
    space: Space, mailed: Home, officers: list[int]
) -> None:
    space.till.sell(space.join("Inès Moreau", closed_year.INES), "carnet-10", None)
    choose(space, mailed, *officers[:2])
    before = len(told(space))
    spend(space, 4)  # until Sunday morning: Saturday is closed
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 0
    spend(space, 1)
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 2
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 0
    (_, subject, body), _ = told(space)[before:]
    assert subject == "Codes de contrôle, jusqu’au 2026-11-29"
    assert "Moreau" not in str(body)
    heard = re.findall(r"^(?:\d{4}-\d\d-\d\d  )?(\d+:[0-9a-f]{8})$", str(body), re.MULTILINE)
    assert len(heard) == 5
    with space.home.store.reading() as connection:
        for each in heard:
            head_rows.check(connection, head_notes.parse(each))


def test_a_month_is_told_at_once_whole_with_its_totals(space: Space, mailed: Home, officers: list[int]) -> None:
    choose(space, mailed, *officers[:2])
    ines = space.join("Inès Moreau", closed_year.INES)
    space.till.pay(ines, 500, "cash")
    spend(space, 6)
    chain_heads.put_in_outbox(mailed, space.clock.now())
    before = len(told(space))
    found = closed_year.closings(space).close(Period.MONTH, date(2026, 11, 1))
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 2
    body = str(told(space)[before][2])
    assert found.mac.hex() in body
    sums = "débité 5,00 EUR ; corrigé 0,00 EUR ; reçu 5,00 EUR ; cumul depuis le début 5,00 EUR"
    assert sums in body.replace("\u00a0", " ")


def test_after_months_of_silence_one_message_tells_the_last_of_it(
    space: Space, mailed: Home, officers: list[int]
) -> None:
    choose(space, mailed, *officers[:2])
    before = len(told(space))
    space.clock.advance(days=120)
    closed_year.close_days(space)
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 2
    assert len(told(space)) == before + 2
    assert len(str(told(space)[-1][2])) < 4000


def test_officers_read_it_in_their_language(space: Space, mailed: Home, officers: list[int]) -> None:
    with space.home.store.writing() as connection:
        desk_users.change(connection, officers[0], language="en")
    choose(space, mailed, *officers[:2])
    subjects = {recipient: subject for recipient, subject, _ in told(space)}
    assert subjects == {
        NADIA: "New recipients of the control codes",
        KARIM: "Nouveaux destinataires des codes de contrôle",
    }


def test_without_a_way_to_tell_nothing_waits(space: Space, officers: list[int]) -> None:
    choose(space, space.home, *officers[:2])
    spend(space, 5)
    assert chain_heads.put_in_outbox(space.home, space.clock.now()) == 0
    assert told(space) == []
    assert outbox.send_waiting(space.home, space.clock.now()) == outbox.SendResult()


def test_without_anybody_chosen_nothing_is_told(space: Space, mailed: Home) -> None:
    space.join("Inès Moreau", closed_year.INES)
    spend(space, 5)
    assert chain_heads.put_in_outbox(mailed, space.clock.now()) == 0


# --- a head that was noted


@pytest.mark.parametrize(
    ("text", "entry", "digits"),
    [
        ("812:3f9a1c2e", 812, "3f9a1c2e"),
        (" 812 : 3F9A 1C2E 55 ", 812, "3f9a1c2e55"),
        ("1:" + "a" * 64, 1, "a" * 64),
    ],
)
def test_a_head_is_read_as_people_write_it(text: str, entry: int, digits: str) -> None:
    assert head_notes.parse(text) == head_notes.NotedHead(entry, digits)


@pytest.mark.parametrize(
    "text", ["", "812", "812:", "812:3f9a1c2", "812:3f9a1c2g", "0:3f9a1c2e", "812:" + "a" * 65, "x:3f9a1c2e"]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        head_notes.parse(text)
    assert refused.value.code == "head"


def test_a_noted_head_holds_or_the_entry_is_named(space: Space) -> None:
    space.join("Inès Moreau", closed_year.INES)
    ((mac,),) = space.sql("SELECT mac FROM entry WHERE number = 1")
    assert isinstance(mac, bytes)
    with space.home.store.reading() as connection:
        head_rows.check(connection, head_notes.parse(head_notes.head_note(1, mac)))
        head_rows.check(connection, head_notes.parse(head_notes.head_note(1, mac, length=64)))
        for text, named in ((f"1:{'0' * 8}", "entry 1's seal is not the one"), ("9:00000000", "entry 9 was noted")):
            with pytest.raises(AnswerIsNo, match=named) as found:
                head_rows.check(connection, head_notes.parse(text))
            assert found.value.code == "head-differs"


def test_marks_of_what_was_told_do_not_pile_up(space: Space, mailed: Home, officers: list[int]) -> None:
    choose(space, mailed, *officers[:2])
    for _ in range(4):
        spend(space, 7)
        chain_heads.put_in_outbox(mailed, space.clock.now() + timedelta(minutes=1))
    assert space.sql("SELECT count(*) FROM due_act WHERE kind = 'heads'") == [(1,)]
