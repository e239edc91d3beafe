"""A badge that proves itself opens with its proof only, in every mode; no other badge is asked for one."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.badges.products import Proof, Proving
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.offline import roster
from kiosk.offline.offline_taps import Admitted
from tests.conftest import Space

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
UNPROVEN = Denial.BADGE_UNPROVEN


def demand(space: Space, uid: str, version: int = 1) -> None:
    """From now on a badge opens only with its proof, and the door has heard of it."""
    space.enrolment.demand_proof(BadgeRead(badges.parse(uid).uid, Proof.EV2, version))
    space.kept.follower.follow()


def reason(space: Space, uid: str) -> Denial | None:
    came = space.tap(uid)
    return came.reason if isinstance(came, Denied) else None


@pytest.fixture
def proven(space: Space) -> Space:
    """Inès, whose badge proves itself by the second key, and Karim, whose badge does not."""
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    demand(space, INES, 2)
    return space


def test_a_badge_opens_with_its_proof_and_its_day_is_entered(proven: Space) -> None:
    proven.proving = Proving.PROVEN
    assert isinstance(proven.tap(INES), Granted)
    assert proven.asked_to_prove == [2]
    assert proven.door.pulses == 1
    assert proven.sql("SELECT count(*) FROM visit") == [(1,)]


def test_a_copy_of_its_number_opens_nothing_and_says_nothing_of_its_holder(proven: Space) -> None:
    assert reason(proven, INES) is UNPROVEN
    assert (proven.card.kind, proven.card.denial, proven.card.name) == (CardKind.DENIED, UNPROVEN, None)
    assert (proven.card.acts, proven.door.pulses) == ((), 0)
    assert proven.sql("SELECT count(*) FROM visit") == [(0,)]
    assert [(each.kind, each.reason, each.member_id) for each in proven.events] == [("refused", "badge-unproven", None)]


def test_a_copy_that_follows_within_the_seconds_of_a_badge_is_refused_too(proven: Space) -> None:
    proven.proving = Proving.PROVEN
    proven.tap(INES)
    proven.clock.advance(seconds=2)
    proven.proving = Proving.REFUSED
    assert reason(proven, INES) is UNPROVEN
    assert proven.door.pulses == 1


def test_a_badge_that_is_lifted_early_is_neither_refused_nor_noted(proven: Space) -> None:
    proven.proving = Proving.LEFT
    assert proven.tap(INES) is None
    assert proven.card.kind is CardKind.LIFTED_EARLY
    assert (proven.events, proven.door.pulses) == ([], 0)


def test_a_badge_that_proves_nothing_is_asked_nothing_and_opens_as_ever(proven: Space) -> None:
    assert isinstance(proven.tap(KARIM), Granted)
    assert reason(proven, "04FFFFFFFFFFFF") is Denial.UNKNOWN_BADGE
    assert proven.asked_to_prove == []


def test_a_proof_by_another_version_of_the_key_is_none(proven: Space) -> None:
    """The door had not heard yet that the badge was exchanged: the records say so."""
    proven.enrolment.demand_proof(BadgeRead(badges.parse(INES).uid, Proof.EV2, 3))
    proven.proving = Proving.PROVEN
    assert reason(proven, INES) is UNPROVEN
    proven.kept.follower.follow()
    assert isinstance(proven.tap(INES), Granted)
    assert proven.asked_to_prove == [2, 3]


def test_a_door_that_has_not_heard_of_the_proof_yet_refuses_by_the_records(proven: Space) -> None:
    proven.enrolment.demand_proof(BadgeRead(badges.parse(KARIM).uid, Proof.EV2, 1))
    assert reason(proven, KARIM) is UNPROVEN
    assert (proven.card.name, proven.card.acts, proven.door.pulses) == (None, (), 0)


@pytest.mark.parametrize("readable", [True, False])
def test_a_tap_that_must_wait_is_held_to_its_proof_by_records_and_by_roster(proven: Space, readable: bool) -> None:
    proven.kept.outage.begin(OSError("no room"))
    if not readable:
        proven.kept.outage.unreadable(OSError("no records"))
    assert reason(proven, INES) is UNPROVEN
    assert (len(proven.kept.spool), proven.door.pulses) == (0, 0)
    proven.proving = Proving.PROVEN
    assert isinstance(proven.tap(INES), Admitted)
    assert (len(proven.kept.spool), proven.door.pulses) == (1, 1)


@pytest.mark.parametrize("readable", [True, False])
def test_where_the_door_asks_for_no_proof_a_tap_that_waits_is_refused_all_the_same(
    proven: Space, readable: bool
) -> None:
    """The second lock: what is kept for later is held to the badge's own row, or to the roster's line."""
    offline, look = proven.kept.offline_taps, proven.kept.timekeeper.look()
    mark = badges.parse(INES).fingerprint(proven.home.badge_key)
    proven.kept.outage.begin(OSError("no room"))
    if not readable:
        proven.kept.outage.unreadable(OSError("no records"))
    for read in (BadgeRead(badges.parse(INES).uid), BadgeRead(badges.parse(INES).uid, Proof.EV2, 1)):
        came = offline.take(bytes(16), mark, look, read)
        assert isinstance(came, Denied)
        assert came.reason is UNPROVEN
    assert len(proven.kept.spool) == 0


def test_the_roster_on_disk_keeps_who_must_prove_and_one_of_a_release_before_knows_of_none(proven: Space) -> None:
    kept = proven.kept.kept
    read = roster.load(kept.path, kept.keys)
    assert read is not None
    assert read.proofs == {badges.parse(INES).fingerprint(proven.home.badge_key): 2}
    document = roster._document(read)
    del document["proofs"]
    before = roster._roster(document)
    assert before is not None
    assert (before.proofs, before.people) == ({}, read.people)


def test_whoever_is_not_listed_is_held_to_the_proof_too(proven: Space) -> None:
    """A refused member's card shows what is missing, and goes on from there: a copy must not even see it."""
    with proven.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE membership SET from_on = '2020-01-01', until_on = '2020-12-31'")
    proven.kept.follower.follow()
    assert reason(proven, KARIM) is Denial.MEMBERSHIP_OVER
    assert reason(proven, INES) is UNPROVEN
    assert proven.card.acts == ()
