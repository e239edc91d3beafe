"""Badges exchanged while people come in, and badges written at the door for the desk: an evening, told whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.badges import door_writing, proof_keys
from kiosk.checkin import desk_requests
from kiosk.checkin.cards import CardKind
from kiosk.checkin.desk_requests import Requests
from kiosk.devices import aes
from kiosk.domain.badges import ev2
from kiosk.domain.badges.ev2 import FACTORY_KEY
from kiosk.domain.badges.products import Proof, Proving
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.members.badge_giving import BadgeGiving
from kiosk.offline.offline_taps import Admitted
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.request_rows import Request
from kiosk.store.members import badge_rows
from kiosk.store.seals import seal_audit
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.devices.ntag424_emulator import Ntag424
from tests.fakes import FakeClock, FakeReader, FakeTag

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
NEW, NEXT = "04C0FFEE00AA01", "04C0FFEE00AA02"
MAKER = bytes(range(16))
VERDICTS = {
    None: "opens",
    Denial.BADGE_LOST: "lost",
    Denial.BADGE_UNPROVEN: "unproven",
    Denial.UNKNOWN_BADGE: "unknown",
}


def mark(space: Space, uid: str) -> bytes:
    return badges.parse(uid).fingerprint(space.home.badge_key)


def tapped(space: Space, uid: str) -> str:
    """What became of a tap, an hour after whatever was before."""
    space.clock.advance(seconds=3600)
    space.kept.follower.follow()
    came = space.tap(uid)
    return VERDICTS[came.reason if isinstance(came, Denied) else None]


def desk(space: Space) -> Requests:
    return Requests(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:1")


def give(space: Space, member: int, uid: str, old: str | None = None, *, writes: bool = False) -> Request:
    """Have the desk wait for a badge, tap it, and confirm it."""
    replaces = None if old is None else mark(space, old)
    request = desk(space).wait_for_badge(member, replaces=replaces, writes=writes)
    space.tap(uid)
    giving = BadgeGiving(
        store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="officer:1"
    )
    giving.confirm(request, member, uid[-4:])
    return asked(space, request)


def asked(space: Space, request: int) -> Request:
    with space.home.store.reading() as connection:
        found = request_rows.get(connection, request)
    assert found is not None
    return found


def new_chip(space: Space, uid: str) -> Ntag424:
    """A new NTAG 424 that is held to the door's reader from now on."""
    chip = Ntag424(dict.fromkeys(range(5), FACTORY_KEY))
    space.on_reader = FakeReader(FakeTag(badges.parse(uid).uid, chip))
    return chip


@pytest.fixture
def evening(space: Space) -> Space:
    """A door with a key of the site, to which the maker's key is lent."""
    proof_keys.add(space.home.paths)
    proof_keys.share(space.home.paths, space.home.store, aes)
    door_writing.lend(space.home.paths, MAKER, space.clock, hours=24)
    return space


# Exchange


def test_the_badge_of_before_opens_until_the_new_one_is_tapped_once(space: Space) -> None:
    ines = space.join("Inès Moreau", INES)
    give(space, ines, NEW, INES)
    assert [tapped(space, uid) for uid in (INES, INES, NEW, INES, NEW)] == ["opens", "opens", "opens", "lost", "opens"]
    assert space.sql("SELECT count(*) FROM badge WHERE replaces IS NOT NULL") == [(0,)]
    space.enrolment.mark_badge(ines, mark(space, INES), lost=False)
    assert [tapped(space, uid) for uid in (NEW, INES)] == ["opens", "opens"], "once: found again, it stays"
    with space.home.store.reading() as connection:
        seal_audit.check(connection, space.home.seal)


def test_a_new_badge_that_is_refused_ends_nothing(space: Space) -> None:
    ines = space.join("Inès Moreau", INES)
    give(space, ines, NEW, INES)
    space.enrolment.demand_proof(BadgeRead(badges.parse(NEW).uid, Proof.EV2, 1))
    assert tapped(space, NEW) == "unproven"
    assert tapped(space, INES) == "opens"


def test_a_new_badge_that_is_tapped_while_nothing_can_be_written_ends_the_old_one_once_it_is(space: Space) -> None:
    ines = space.join("Inès Moreau", INES)
    give(space, ines, NEW, INES)
    space.kept.follower.follow()
    space.kept.outage.begin(OSError("no room"))
    assert isinstance(space.tap(NEW), Admitted)
    space.kept.outage.end()
    space.kept.replay.turn()
    assert tapped(space, INES) == "lost"


def test_an_exchange_is_of_a_member_s_own_badge_that_opens(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", KARIM)
    give(space, ines, NEW, KARIM)
    assert [tapped(space, uid) for uid in (NEW, KARIM)] == ["opens", "opens"]
    space.enrolment.lose_badge(badges.parse(KARIM))
    give(space, karim, NEXT, KARIM)
    assert space.sql("SELECT count(*) FROM badge WHERE replaces IS NOT NULL") == [(0,)]


def test_badges_to_exchange_are_the_copyable_ones_and_those_of_a_key_before(evening: Space) -> None:
    evening.join("Inès Moreau", INES)
    karim = evening.join("Karim Benali", KARIM)

    def left() -> list[str]:
        found, after = [], (0, b"")
        with evening.home.store.reading() as connection:
            while (each := badge_rows.next_to_exchange(connection, *after)) is not None:
                found.append(each.tail)
                after = each.number, each.mark
        return found

    assert left() == ["E511", "E501"]
    give(evening, karim, NEW, KARIM)
    assert left() == ["E511"], "the old one has its successor already, which waits for its first tap"
    assert tapped(evening, NEW) == "opens"
    for uid in (INES, NEW):
        evening.enrolment.demand_proof(BadgeRead(badges.parse(uid).uid, Proof.EV2, 1))
    assert left() == []
    proof_keys.add(evening.home.paths)
    proof_keys.share(evening.home.paths, evening.home.store, aes)
    assert left() == ["E511", "AA01"]
    evening.enrolment.demand_proof(BadgeRead(badges.parse(INES).uid, Proof.EV2, 2))
    assert left() == ["AA01"]
    with evening.home.store.reading() as connection:
        assert badge_rows.by_version(connection) == {1: 1, 2: 1}


# Written at the door


def test_an_evening_enrol_write_tap_replay_lift_early_lose_and_exchange(evening: Space) -> None:
    ines = evening.join("Inès Moreau", INES)
    chip = new_chip(evening, NEW)
    request = give(evening, ines, NEW, INES, writes=True)
    assert (request.product, request.outcome) == ("ntag424", "AA01")
    key = ev2.badge_key(proof_keys.read(evening.home.paths)[1], badges.parse(NEW).uid, aes)
    assert chip.keys[1] == key
    assert evening.sql("SELECT proof, key_version FROM badge WHERE tail = 'AA01'") == [("ev2", 1)]
    assert tapped(evening, NEW) == "opens"
    assert tapped(evening, INES) == "lost"
    heard = list(chip.answers[-3:])
    evening.on_reader = FakeReader(FakeTag(badges.parse(NEW).uid, lambda _: heard.pop(0)))
    assert tapped(evening, NEW) == "unproven", "what was heard is of no use again"
    chip.leaves_at = len(chip.asked) + 1
    evening.on_reader = FakeReader(FakeTag(badges.parse(NEW).uid, chip))
    assert evening.tap(NEW) is None
    assert evening.shows(CardKind.LIFTED_EARLY)
    assert tapped(evening, NEW) == "opens"
    evening.enrolment.lose_badge(badges.parse(NEW))
    assert tapped(evening, NEW) == "lost"
    assert chip.failures == 0


def test_a_door_that_is_cut_off_from_the_records_asks_for_the_proof_all_the_same(evening: Space) -> None:
    ines = evening.join("Inès Moreau", INES)
    chip = new_chip(evening, NEW)
    give(evening, ines, NEW, writes=True)
    evening.kept.follower.follow()
    evening.kept.outage.begin(OSError("no line"))
    evening.kept.outage.unreadable(OSError("no line"))
    assert isinstance(evening.tap(NEW), Admitted)
    chip.keys[1] = bytes(16)
    came = evening.tap(NEW)
    assert isinstance(came, Denied)
    assert came.reason is Denial.BADGE_UNPROVEN


def test_a_badge_that_leaves_while_it_is_written_is_gone_on_with_at_its_next_tap(evening: Space) -> None:
    ines = evening.join("Inès Moreau", INES)
    chip = new_chip(evening, NEW)
    chip.leaves_at, chip.obeys = 4, True
    request = desk(evening).wait_for_badge(ines, writes=True)
    evening.tap(NEW)
    assert evening.shows(CardKind.LIFTED_EARLY)
    assert asked(evening, request).outcome == desk_requests.LIFTED
    evening.clock.advance(seconds=2)
    evening.tap(NEW)
    assert evening.shows(CardKind.BADGE_READ)
    assert (chip.failures, asked(evening, request).outcome) == (1, "AA01")


def test_what_cannot_be_written_is_said_and_belongs_to_no_member(evening: Space) -> None:
    ines = evening.join("Inès Moreau", INES)
    chip = new_chip(evening, NEW)
    request = desk(evening).wait_for_badge(ines, writes=True)
    said = []
    changes: tuple[Callable[[], object], ...] = (
        lambda: chip.__dict__.update(twist=lambda _place, _answer: bytes.fromhex("0401013300160591AF")),
        lambda: chip.__dict__.update(twist=lambda _place, answer: answer, failures=50),
        lambda: chip.__dict__.update(failures=0, keys={0: MAKER, 1: MAKER}),
        lambda: door_writing.end(evening.home.paths),
    )
    for change in changes:
        change()
        evening.clock.advance(seconds=2)
        assert isinstance(evening.tap(NEW), Denied)
        said.append(asked(evening, request).outcome)
    assert said == ["badge-product", "badge-delayed", "badge-keys-unknown", "no-maker-key"]
    assert evening.sql("SELECT count(*) FROM badge") == [(1,)]


def test_the_maker_s_key_is_lent_for_hours_and_then_gone(evening: Space) -> None:
    paths, clock = evening.home.paths, evening.clock
    assert door_writing.lent(paths, clock) == MAKER
    assert paths.lent_key.stat().st_mode & 0o777 == 0o600
    assert not (paths.root / "keys" / "entrance").joinpath(paths.lent_key.name).exists()
    clock.advance(hours=23)
    clock.set(clock.now() - timedelta(days=300))
    assert door_writing.lent(paths, clock) == MAKER
    clock.advance(hours=1)
    assert door_writing.lent(paths, clock) is None, "a clock that was set back lends no longer"
    assert not paths.lent_key.exists()
    door_writing.end(paths)


@pytest.mark.parametrize(
    "change",
    [
        lambda clock, _file: setattr(clock, "boot", "boot-2"),
        lambda _clock, file: file.write_text(f"boot-1 nan {MAKER.hex()}\n"),
        lambda _clock, file: file.write_text(f"boot-1 2000 {MAKER.hex()[2:]}\n"),
        lambda _clock, file: file.write_text(f"2030-01-01T00:00:00+00:00 {MAKER.hex()}\n"),
        lambda _clock, file: file.write_bytes(b"\xff"),
    ],
    ids=["another-start", "no-end", "short", "of-a-release-before", "damaged"],
)
def test_a_key_that_is_not_lent_in_this_start_of_the_machine_is_taken_away(
    evening: Space, change: Callable[[FakeClock, Path], object]
) -> None:
    paths = evening.home.paths
    assert door_writing.lent(paths, evening.clock) == MAKER
    change(evening.clock, paths.lent_key)
    assert door_writing.lent(paths, evening.clock) is None
    assert not paths.lent_key.exists()


def test_two_strangers_who_tap_while_a_badge_is_written_get_nothing(evening: Space) -> None:
    ines = evening.join("Inès Moreau", INES)
    new_chip(evening, NEW)
    request = desk(evening).wait_for_badge(ines, writes=True)
    evening.tap(NEW)
    stranger = new_chip(evening, NEXT)
    assert isinstance(evening.tap(NEXT), Denied)
    assert (asked(evening, request).outcome, stranger.keys[0]) == ("AA01", FACTORY_KEY)
    assert isinstance(evening.tap(INES), Granted)
    assert evening.proving is Proving.REFUSED
