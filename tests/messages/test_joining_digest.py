"""Requests to join that had nobody to welcome them are told to two officers, once a day and each once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from kiosk.home import Home
from kiosk.messages import joining_digest
from kiosk.store.members import joining_rows
from kiosk.store.members.joining_rows import NewJoining
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.messages.test_outbox import with_mail


@pytest.fixture
def home(space: Space) -> Home:
    """A home with mail, and three officers of whom two are told."""
    with space.home.store.writing() as connection:
        for name, role in (("p", "president"), ("s", "secretary"), ("t", "treasurer")):
            desk_users.add(connection, f"{name}@exemple.fr", name, [role], space.clock.now(), None)
    return with_mail(space, 1)


def ask(space: Space, mark: int, name: str = "Zoé Petit", member: int | None = None) -> None:
    now = space.clock.now()
    asked = NewJoining(day_on=now.date(), made_at=now, fingerprint=bytes([mark]) * 32, tail="0011", name=name)
    with space.home.store.writing() as connection:
        joining_rows.add(connection, replace(asked, member_id=member))


def tell(home: Home, space: Space) -> int:
    return joining_digest.put_in_outbox(home, Rules(home.config.zone), space.clock.now())


def told(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT recipient, subject FROM outbox ORDER BY id")


def test_a_request_is_told_to_two_officers_and_once(home: Home, space: Space) -> None:
    ask(space, 1)
    assert tell(home, space) == 2
    assert tell(home, space) == 0
    assert told(space) == [
        ("s@exemple.fr", "Demandes d’adhésion\u00a0: 1"),
        ("p@exemple.fr", "Demandes d’adhésion\u00a0: 1"),
    ]
    assert space.sql("SELECT count(*) FROM outbox WHERE body LIKE '%Zo%'") == [(0,)]


def test_what_is_asked_after_the_day_s_mail_waits_for_tomorrow_s(home: Home, space: Space) -> None:
    ask(space, 1)
    tell(home, space)
    ask(space, 2)
    ask(space, 3)
    assert tell(home, space) == 0
    space.clock.advance(days=1)
    assert tell(home, space) == 2
    assert told(space)[-1] == ("p@exemple.fr", "Demandes d’adhésion\u00a0: 2")
    space.clock.advance(days=1)
    assert tell(home, space) == 0


def test_a_day_without_a_request_is_not_told(home: Home, space: Space) -> None:
    assert tell(home, space) == 0
    number = space.join("Inès Moreau", "04A2000000E511")
    ask(space, 1, member=number)  # welcomed by a member: told at once, elsewhere
    assert tell(home, space) == 0
    assert told(space) == []


def test_a_request_that_was_answered_before_is_not_told(home: Home, space: Space) -> None:
    ask(space, 1)
    with space.home.store.writing() as connection:
        found = joining_rows.waiting(connection)[0]
        joining_rows.settle(connection, found, space.clock.now() + timedelta(minutes=1), "desk:1", None)
    assert tell(home, space) == 0


def test_without_mail_or_officers_nothing_is_put(space: Space) -> None:
    ask(space, 1)
    assert tell(space.home, space) == 0
    assert tell(with_mail(space, 1), space) == 0
    assert told(space) == []
