"""Which badges were given is told to two officers, each day once, where there is mail."""

import pytest

from kiosk.domain.checkin import badges
from kiosk.home import Home
from kiosk.messages import badge_digest
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


def tell(home: Home, space: Space) -> int:
    return badge_digest.put_in_outbox(home, Rules(home.config.zone), space.clock.now())


def told(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT recipient, subject, about FROM outbox ORDER BY id")


def test_the_badges_of_a_day_are_told_once_and_the_day_after(home: Home, space: Space) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    space.join("Karim Benali", "04A1B2C3D4E501")
    space.enrolment.give_badge(1, badges.parse("04A2000000E512"))
    assert tell(home, space) == 0
    space.clock.advance(days=1)
    assert tell(home, space) == 2
    assert tell(home, space) == 0
    assert told(space) == [
        ("s@exemple.fr", "Badges donnés\u00a0: 3", "badges until 2026-11-25"),
        ("p@exemple.fr", "Badges donnés\u00a0: 3", "badges until 2026-11-25"),
    ]
    ((body,),) = space.sql("SELECT DISTINCT body FROM outbox")
    assert "25 novembre 2026\u00a0: 1, 1, 2\n" in str(body)
    assert "Inès" not in str(body)


def test_a_day_without_a_new_badge_is_not_told(home: Home, space: Space) -> None:
    space.clock.advance(days=3)
    assert tell(home, space) == 0
    assert told(space) == []


def test_after_a_silence_every_day_since_is_told_in_one_mail(home: Home, space: Space) -> None:
    tell(home, space)
    space.join("Inès Moreau", "04A2000000E511")
    space.clock.advance(days=2)
    space.join("Karim Benali", "04A1B2C3D4E501")
    space.clock.advance(days=2)
    assert tell(home, space) == 2
    ((body,),) = space.sql("SELECT DISTINCT body FROM outbox")
    assert "25 novembre 2026\u00a0: 1\n27 novembre 2026\u00a0: 2\n" in str(body)
    space.clock.advance(days=1)
    assert tell(home, space) == 0
    assert space.sql("SELECT period FROM due_act WHERE kind = 'badges'") == [("2026-11-29",)]


def test_an_hour_that_goes_back_tells_nothing_twice(home: Home, space: Space) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    space.clock.advance(days=2)
    tell(home, space)
    count = len(told(space))
    space.clock.advance(days=-1)
    assert tell(home, space) == 0
    assert len(told(space)) == count


def test_without_mail_or_officers_nothing_is_put_and_no_day_is_told(space: Space, home: Home) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    space.clock.advance(days=1)
    assert tell(space.home, space) == 0
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET active = 0 WHERE email IN ('p@exemple.fr', 's@exemple.fr')")
    assert tell(home, space) == 0
    assert space.sql("SELECT count(*) FROM due_act WHERE kind = 'badges'") == [(0,)]
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET active = 1")
    assert tell(home, space) == 2
