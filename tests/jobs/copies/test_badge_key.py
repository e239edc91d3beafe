"""After a theft badges get a new key: each is known again at its next tap, up to a day; then by the new one alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk import home
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.errors import MachineError, RequestError
from kiosk.jobs.copies import key_renewal, sealing
from kiosk.offline.offline_taps import Admitted
from kiosk.store import audit
from tests.conftest import WEDNESDAY, Space

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
UNTIL = WEDNESDAY.date() + timedelta(days=10)


@pytest.fixture
def renewed(space: Space) -> Iterator[Space]:
    """A space whose badges got a new key, and whose two members have not come since."""
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.close()
    key_renewal.renew_badges(space.home, space.clock, UNTIL)
    with home.opened(space.home.paths.root) as opened:
        made = Space(opened, space.clock)
        yield made
        made.kept.close()


def known_by_the_new_key(space: Space, uid: str) -> bool:
    mark = space.read(uid).fingerprint(space.home.badge_key).hex().upper()
    return space.sql(f"SELECT count(*) FROM badge WHERE hex(fingerprint) = '{mark}'") == [(1,)]


def test_each_badge_is_known_again_at_its_next_tap_and_after_the_day_by_the_new_key_alone(renewed: Space) -> None:
    assert not known_by_the_new_key(renewed, INES)
    assert isinstance(renewed.tap(INES), Granted)
    assert known_by_the_new_key(renewed, INES)
    assert renewed.sql("SELECT count(*) FROM badge") == [(2,)]
    renewed.clock.advance(days=10)
    assert isinstance(renewed.tap(INES), Granted)
    renewed.clock.advance(days=1)
    late = renewed.tap(KARIM)
    assert isinstance(late, Denied)
    assert late.reason is Denial.UNKNOWN_BADGE
    assert isinstance(renewed.tap(INES), Granted)
    with renewed.home.store.reading() as connection:
        audit.check_chain(connection, renewed.home.seal)


def test_on_the_last_day_a_badge_is_still_known_again(renewed: Space) -> None:
    renewed.clock.advance(days=10)
    assert isinstance(renewed.tap(KARIM), Granted)
    assert known_by_the_new_key(renewed, KARIM)


def test_a_tap_that_waits_is_known_by_the_old_key_until_it_is_entered(renewed: Space) -> None:
    renewed.vouched = False
    renewed.restart()
    assert isinstance(renewed.tap(KARIM), Admitted)
    assert isinstance(renewed.tap("04B1C2D3E4F5A6"), Denied)
    renewed.vouched = True
    renewed.kept.replay.turn()
    assert renewed.sql("SELECT count(*) FROM visit") == [(1,)]
    renewed.clock.advance(minutes=5)
    assert isinstance(renewed.tap(KARIM), Granted)
    assert known_by_the_new_key(renewed, KARIM)


def test_by_a_clock_that_is_not_sure_a_badge_is_known_as_of_the_last_sure_day(renewed: Space) -> None:
    renewed.vouched = False
    renewed.clock.advance(days=100)
    renewed.restart()
    assert isinstance(renewed.tap(KARIM), Admitted)


@pytest.mark.parametrize(("hours", "verdict"), [(0, Admitted), (15, Admitted), (15.7, Denied), (24, Denied)])
def test_while_the_ledger_is_shut_an_old_key_ends_with_its_last_day(
    renewed: Space, hours: float, verdict: type[Admitted | Denied]
) -> None:
    renewed.clock.advance(days=10, hours=hours)  # from 8 h 52 of the last day on
    renewed.kept.outage.begin(MachineError("database", "shut"))
    assert isinstance(renewed.tap(KARIM), verdict)


def test_while_the_ledger_is_shut_a_badge_of_the_new_key_is_told_its_own_refusal(renewed: Space) -> None:
    renewed.tap(INES)
    renewed.enrolment.lose_badge(renewed.read(INES))
    renewed.clock.advance(minutes=5)
    renewed.kept.outage.begin(MachineError("database", "shut"))
    lost = renewed.tap(INES)
    assert isinstance(lost, Denied)
    assert lost.reason is Denial.BADGE_LOST


def test_the_office_knows_badges_by_the_old_key_too(renewed: Space) -> None:
    with pytest.raises(RequestError, match=r"badge-given: .*member 2"):
        renewed.enrolment.give_badge(1, renewed.read(KARIM))
    renewed.enrolment.lose_badge(renewed.read(KARIM))
    lost = renewed.tap(KARIM)
    assert isinstance(lost, Denied)
    assert lost.reason is Denial.BADGE_LOST


def test_a_second_theft_keeps_both_keys_for_their_days_and_drops_those_that_are_over(renewed: Space) -> None:
    assert isinstance(renewed.tap(INES), Granted)
    renewed.kept.close()
    key_renewal.renew_badges(renewed.home, renewed.clock, UNTIL)
    with home.opened(renewed.home.paths.root) as opened:
        again = Space(opened, renewed.clock)
        again.clock.advance(minutes=5)
        again.kept.outage.begin(MachineError("database", "shut"))
        assert [type(again.tap(uid)) for uid in (INES, KARIM)] == [Admitted, Admitted]
        again.kept.replay.turn()
        again.clock.advance(minutes=5)
        assert isinstance(again.tap(INES), Granted)  # known by the second key
        assert isinstance(again.tap(KARIM), Granted)  # by the first
        again.kept.close()
        assert len(opened.paths.old_badge_keys) == 2
        assert len(sealing.home_keys(opened.paths)) >= 6
        again.clock.advance(days=30)
        key_renewal.renew_badges(opened, again.clock, UNTIL + timedelta(days=60))
        assert [path.name for path, _ in opened.paths.old_badge_keys] == ["badge.3.2027-02-03"]


def test_the_entrance_is_stopped_first_and_an_entry_says_it(space: Space) -> None:
    with home.locked(space.home.paths), pytest.raises(MachineError, match="stop it first"):
        key_renewal.renew_badges(space.home, space.clock, UNTIL)
    assert space.home.paths.old_badge_keys == []
    number = key_renewal.renew_badges(space.home, space.clock, UNTIL)
    found = space.sql(f"SELECT kind, actor, detail FROM entry WHERE number = {number}")
    assert found == [("notice", "cli", '{"about":"badge-key","until":"2026-12-05"}')]
