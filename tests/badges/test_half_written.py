"""A badge that was cut while its keys were written is named, opens at its second tap, and is gone on with there."""

from collections.abc import Callable

import pytest

from kiosk.badges import door_writing, proof_keys
from kiosk.badges.badge_writing import BadgeWriting
from kiosk.devices import aes
from kiosk.domain.badges.ev2 import FACTORY_KEY
from kiosk.domain.badges.writing import Step
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.verdicts import Denial, Denied
from kiosk.store.members import chip_rows
from kiosk.store.seals import seal_audit
from tests.conftest import Space
from tests.devices.ntag424_emulator import Ntag424
from tests.fakes import FakeReader, FakeTag

INES = "04A2000000E511"
MAKER = bytes(range(16))


class Written:
    """Inès's badge, its chip, and the desk's own reader."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.read = badges.parse(INES)
        self.chip = Ntag424(dict.fromkeys(range(5), FACTORY_KEY))
        self.reader = FakeReader(FakeTag(self.read.uid, self.chip))
        self.marks = (self.read.fingerprint(space.home.badge_key),)
        self.number = space.join("Inès Moreau", INES)
        self.add_key()

    def add_key(self) -> None:
        """Add a site key, as the machine's command line does by the records' owner."""
        paths = self.space.home.paths
        proof_keys.add(paths)
        with self.space.by_owner():
            proof_keys.share(paths, self.space.home.store, aes)

    def write(self, leaves_at: int | None = None, *, obeys: bool = False) -> bool:
        """Lay the badge on the office's reader, which the command line has; it is taken away at a command, where one is
        named.
        """
        site = proof_keys.read(self.space.home.paths)
        self.chip.leaves_at = -1 if leaves_at is None else len(self.chip.asked) + leaves_at
        self.chip.obeys = obeys
        with self.space.by_owner():
            work = BadgeWriting(store=self.space.home.store, site=site, version=max(site), maker=MAKER, aes=aes)
            done = work.write(self.read, self.marks, self.reader.exchange)
        self.chip.leaves_at = -1
        return done

    def tap(self) -> Denial | None:
        """Present it at the door, an hour later."""
        self.space.on_reader = self.reader
        self.space.clock.advance(seconds=3600)
        self.space.kept.follower.follow()
        came = self.space.tap(INES)
        return came.reason if isinstance(came, Denied) else None

    @property
    def step(self) -> Step | None:
        with self.space.home.store.reading() as connection:
            chip = chip_rows.load(connection, self.marks)
        return None if chip is None else chip.step

    @property
    def is_named(self) -> bool:
        """Whether the lists name it."""
        with self.space.home.store.reading() as connection:
            every, of_none = chip_rows.half_written(connection)
        assert [(each.number, each.name, each.tail) for each in every] in ([], [(self.number, "Inès Moreau", "E511")])
        assert of_none == 0
        return bool(every)


@pytest.fixture
def written(space: Space) -> Written:
    """A badge that proves itself by the site's first key, and a second key."""
    made = Written(space)
    assert made.write()
    made.add_key()
    return made


KEY_ONE = 3  # the command that changes it: after the selection and two of the authentication


@pytest.mark.parametrize("obeys", [True, False])
def test_cut_between_key_and_note_it_is_named_and_opens_at_its_second_tap(written: Written, obeys: bool) -> None:
    assert written.tap() is None
    assert not written.is_named
    assert not written.write(KEY_ONE, obeys=obeys)
    assert (written.step, written.is_named) == (Step.DOOR_SENT, True)
    first, second, third = written.tap(), written.tap(), written.tap()
    assert (first, second, third) == (Denial.BADGE_UNPROVEN if obeys else None, None, None)
    assert written.chip.failures == int(obeys), "one wrong key at most"
    assert written.is_named, "until it is laid down again"
    assert written.write()
    assert (written.step, written.is_named, written.tap()) == (Step.WRITTEN, False, None)
    with written.space.home.store.reading() as connection:
        seal_audit.check(connection, written.space.home.seal)


def test_a_copy_turns_the_key_that_is_asked_and_never_opens(written: Written) -> None:
    written.write(KEY_ONE, obeys=False)
    own = written.reader
    written.reader = FakeReader(FakeTag(written.read.uid, Ntag424({1: bytes(range(16)), 0: MAKER})))
    assert [written.tap() for _ in range(3)] == [Denial.BADGE_UNPROVEN] * 3
    written.reader = own
    assert [written.tap() for _ in range(2)] == [Denial.BADGE_UNPROVEN, None]


def test_while_the_maker_s_key_is_lent_a_tap_goes_on_with_it(written: Written) -> None:
    written.write(KEY_ONE, obeys=True)
    door_writing.lend(written.space.home.paths, MAKER, written.space.clock, 24)
    assert written.tap() is Denial.BADGE_UNPROVEN
    assert (written.step, written.is_named) == (Step.WRITTEN, False)
    assert written.tap() is None
    assert set(written.space.sql("SELECT proof, key_version FROM badge")) == {("ev2", 2)}


@pytest.mark.parametrize(("leaves_at", "step"), [(4, Step.DOOR_SET), (5, Step.MAKER_SENT)])
def test_a_badge_that_opens_though_it_is_half_written_is_named_and_gone_on_with_too(
    space: Space, leaves_at: int, step: Step
) -> None:
    written = Written(space)
    assert not written.write(leaves_at, obeys=True)
    assert (written.step, written.is_named, written.tap()) == (step, True, None)
    assert written.step is step, "nothing is told to it while the maker's key is not lent"
    door_writing.lend(space.home.paths, MAKER, space.clock, 24)
    assert written.tap() is None
    assert (written.step, written.is_named) == (Step.WRITTEN, False)
    assert written.tap() is None
    assert space.asked_to_prove[-1] == 1


def test_a_badge_that_was_never_begun_is_told_nothing_at_the_door(written: Written) -> None:
    door_writing.lend(written.space.home.paths, MAKER, written.space.clock, 24)
    asked = len(written.chip.asked)
    assert written.tap() is None
    assert len(written.chip.asked) == asked + 3
    written.chip.keys[1] = bytes(range(16))
    assert written.tap() is Denial.BADGE_UNPROVEN
    assert set(written.space.sql("SELECT proof, key_version FROM badge")) == {("ev2", 1)}


@pytest.mark.parametrize(
    "change",
    [
        lambda space: space.kept.outage.begin(OSError("no room")),
        lambda space: space.home.paths.proof_keys.write_text("damaged"),
    ],
    ids=["no-records", "no-keys"],
)
def test_where_the_door_cannot_help_it_is_refused_as_ever(written: Written, change: Callable[[Space], object]) -> None:
    written.write(KEY_ONE, obeys=True)
    change(written.space)
    assert written.tap() is Denial.BADGE_UNPROVEN
    assert written.step is Step.DOOR_SENT


def test_a_badge_that_is_lost_is_no_longer_to_be_laid_down_again(written: Written) -> None:
    written.write(KEY_ONE, obeys=True)
    written.space.enrolment.lose_badge(written.read)
    assert not written.is_named
    assert [written.tap() for _ in range(3)] == [Denial.BADGE_UNPROVEN] * 3


def test_chips_that_were_begun_for_no_member_are_counted(space: Space) -> None:
    written = Written(space)
    written.marks = (bytes(32),)
    for step, count in ((KEY_ONE, 1), (None, 0)):
        written.write(step, obeys=True)
        with space.home.store.reading() as connection:
            assert chip_rows.half_written(connection) == ([], count)
