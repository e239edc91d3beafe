"""A spool's stick that is pulled before the night and stays away for thirty: mails and lost days are counted."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.health import fallback_checks, status_file
from kiosk.messages import findings_notice
from kiosk.store.officers import desk_users
from tests import records
from tests.offline.test_lost_media import INES, KARIM, Entrance, pulled, put_back, put_elsewhere

pytestmark = [pytest.mark.promise(4), pytest.mark.sqlite]

NIGHTS = 30


@pytest.fixture
def space(root: Path) -> Iterator[Entrance]:
    """A home whose spool is on a stick, with a mail server and a president."""
    settings = root / "kiosk.toml"
    mail = '[mail]\nserver = "mail.exemple.fr"\nsender = "kiosk@exemple.fr"'
    settings.write_text(settings.read_text("utf-8").replace("[mail]", mail), "utf-8")
    with ExitStack() as stack:
        made = Entrance(root, stack)
        with made.home.store.writing() as connection:
            desk_users.add(connection, "p@exemple.fr", "P", ["president"], made.clock.now(), None)
        yield made
        made.kept.close()


def night(space: Entrance) -> int:
    """What a night brings: fallbacks are exercised, said, and told by mail. Returns how many mails."""
    kept = space.kept
    kept.spool.look_again()
    kept.fallbacks.exercise()
    said = [
        {"code": each.code, "seconds": each.seconds, "values": dict(each.values)} for each in kept.fallbacks.failing
    ]
    status_file.save(space.home.paths.status, {"fallbacks": said}, space.clock)
    found = fallback_checks.known(space.home, space.clock)
    return findings_notice.put_in_outbox(space.home, found, space.clock.now())


def test_a_stick_that_is_away_for_thirty_nights_is_told_each_week_and_loses_no_day(space: Entrance) -> None:
    stick = space.home.paths.root.parent / "stick"
    stick.mkdir()
    (stick / "reserve").touch()
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    put_elsewhere(space, stick)
    mails = [night(space)]
    away = pulled(stick)
    for count in range(NIGHTS):
        space.clock.advance(days=1)
        if count % 10 == 5:
            space.restart()
        mails.append(night(space))
        with records.away(space.home):
            space.tap(INES)
        space.kept.replay.turn()
        space.kept.follower.turn()
    put_back(stick, away)
    space.clock.advance(days=1)
    mails.append(night(space))
    space.kept.replay.turn()
    told = [place for place, count in enumerate(mails) if count]
    assert told == [1, 8, 15, 22, 29, 31], "when it starts, each week, and when it ends"
    assert sum(mails) == len(told)
    assert space.sql("SELECT count(*), count(DISTINCT day_on) FROM visit WHERE member_id = 1") == [(NIGHTS, NIGHTS)]
    assert (len(space.kept.spool), len(list((space.home.paths.root / "spool").glob("*.csv")))) == (0, 0)
