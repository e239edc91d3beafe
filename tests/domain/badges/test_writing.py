"""Writing a chip's keys may be cut short anywhere, any number of times: it is gone on with, and no key is unknown."""

import random
import secrets
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from kiosk.devices import aes
from kiosk.domain.badges import ev2, writing
from kiosk.domain.badges.ev2 import FACTORY_KEY
from kiosk.domain.badges.writing import Chip, Keys, Outcome, Step
from tests.devices.ntag424_emulator import Ntag424
from tests.domain.badges.test_ev2 import UID, asked, frame

SITE = {1: secrets.token_bytes(16), 2: secrets.token_bytes(16)}
MAKER, NAME = secrets.token_bytes(16), b"maker's."
KEYS = Keys(SITE, MAKER)
CLOSED = bytes.fromhex("0000E0")
NUMBERS = range(5)


class Desk:
    """A chip, and what is durably known of it: nothing else outlives a cut."""

    def __init__(self, uid: bytes = UID, version: int = 1) -> None:
        self.uid = uid
        self.chip = Ntag424(dict.fromkeys(NUMBERS, FACTORY_KEY))
        self.kept: Chip | None = None
        self.version = version
        self.states: list[Step] = []

    def write(self, keys: Keys = KEYS) -> Outcome:
        """Present the badge once."""
        going = writing.writes(self.kept or writing.fresh(self.version, NAME), self.uid, keys, secrets_of_16, aes)
        answer = b""
        try:
            asks = next(going)
            while True:
                if isinstance(asks, Chip):
                    self.kept, answer = asks, b""
                    self.states.append(asks.step)
                else:
                    heard = self.chip(frame(asks))
                    if heard is None:
                        return Outcome.LEFT
                    answer = heard
                asks = going.send(answer)
        except StopIteration as end:
            assert isinstance(end.value, Outcome)
            return end.value

    def cut(self, place: int, obeys: bool) -> Outcome:
        """Present it, and take it away at a command."""
        self.chip.leaves_at, self.chip.obeys = len(self.chip.asked) + place, obeys
        outcome = self.write()
        self.chip.leaves_at = -1
        return outcome

    @property
    def made(self) -> tuple[bytes, bytes]:
        """Keys 0 and 1 as they are to be."""
        return ev2.badge_key(MAKER, self.uid, aes), ev2.badge_key(SITE[self.version], self.uid, aes)

    def is_known(self, before: tuple[bytes, bytes]) -> bool:
        """Whether each key of the chip is one that what is kept leads to."""
        zero, first = self.chip.keys[0], self.chip.keys[1]
        return zero in (before[0], self.made[0]) and first in (before[1], self.made[1])

    def is_written(self) -> bool:
        """Whether the chip is as it is to be, and the door believes it."""
        return (
            (self.chip.keys[0], self.chip.keys[1]) == self.made
            and self.chip.settings == CLOSED
            and self.kept == Chip(Step.WRITTEN, self.version, self.version, NAME, NAME)
            and asked(self.chip, self.made[1])
        )


def secrets_of_16() -> bytes:
    return secrets.token_bytes(16)


def places() -> Iterator[tuple[int, bool]]:
    """Each command at which the badge may leave, before it was told or after it obeyed."""
    return ((place, obeys) for place in range(6) for obeys in (False, True))


NEW = (FACTORY_KEY, FACTORY_KEY)


def test_a_new_badge_is_written_with_six_commands_and_none_of_its_keys_is_tried_in_vain() -> None:
    desk = Desk()
    assert desk.write() is Outcome.WRITTEN
    assert (len(desk.chip.asked), desk.chip.failures) == (6, 0)
    assert desk.states == [Step.BEGUN, Step.DOOR_SENT, Step.DOOR_SET, Step.MAKER_SENT, Step.WRITTEN]
    assert desk.is_written()
    assert desk.chip.versions[1] == 1
    assert {desk.chip.keys[number] for number in (2, 3, 4)} == {FACTORY_KEY}
    assert desk.write() is Outcome.WRITTEN, "again, it is asked nothing"
    assert len(desk.chip.asked) == 6 + 3 + 1


@pytest.mark.parametrize(("first", "obeyed"), list(places()))
def test_cut_at_any_two_commands_it_is_gone_on_with_and_no_key_is_unknown(first: int, obeyed: bool) -> None:
    for second, then in places():
        desk = Desk()
        assert desk.cut(first, obeyed) is Outcome.LEFT
        assert desk.is_known(NEW)
        desk.cut(second, then)
        assert desk.is_known(NEW)
        assert desk.write() is Outcome.WRITTEN, (second, then)
        assert desk.is_written(), (second, then)
        assert desk.chip.failures <= writing.MOST_WRONG


@pytest.mark.parametrize("seed", range(10))
def test_in_a_hundred_rounds_of_cuts_no_badge_is_lost_and_each_is_exchanged_to_the_next_key(seed: int) -> None:
    drawn = random.Random(seed)
    for _ in range(10):
        desk = Desk(drawn.randbytes(7))
        for version in (1, 2):
            before = desk.chip.keys[0], desk.chip.keys[1]
            desk.version = version
            if desk.kept is not None:
                desk.kept = writing.again(desk.kept, version)
            for _ in range(drawn.randrange(8)):
                desk.cut(drawn.randrange(7), drawn.random() < 0.5)
                assert desk.is_known(before)
            outcome = desk.write()
            if outcome is Outcome.TOO_MANY and desk.kept is not None:
                desk.kept = replace(desk.kept, wrong=0)  # an officer's word: it was lifted each time
                outcome = desk.write()
            assert outcome is Outcome.WRITTEN
            assert desk.is_written()


def test_a_badge_with_keys_of_others_is_tried_three_times_and_never_more() -> None:
    desk = Desk()
    desk.chip.keys[0] = secrets.token_bytes(16)
    came = [desk.write() for _ in range(5)]
    assert came == [Outcome.UNKNOWN] * 3 + [Outcome.TOO_MANY] * 2
    assert (desk.chip.failures, desk.chip.keys[1]) == (3, FACTORY_KEY)


def test_of_two_keys_that_are_both_wrong_what_was_known_stays() -> None:
    for number, sent in ((1, 3), (0, 5)):
        desk = Desk()
        desk.cut(sent, obeys=False)
        before, own = desk.kept, desk.chip.keys[number]
        assert before is not None
        desk.chip.keys[number] = secrets.token_bytes(16)
        assert desk.write() is Outcome.UNKNOWN
        assert desk.kept == replace(before, wrong=2)
        desk.chip.keys[number] = own
        assert desk.write() is Outcome.WRITTEN
        assert desk.is_written()


def test_what_was_learned_is_not_asked_again() -> None:
    """The key of before is wrong once: taken away then, the badge is tried by the new one alone."""
    for sent, step in ((3, Step.DOOR_SET), (5, Step.WRITTEN)):
        desk = Desk()
        desk.cut(sent, obeys=True)
        desk.cut(3, obeys=False)
        assert desk.chip.failures == 1
        assert desk.kept is not None
        assert desk.kept.step is step
        assert desk.write() is Outcome.WRITTEN
        assert (desk.chip.failures, desk.chip.keys[0], desk.chip.keys[1]) == (1, *desk.made)


def test_a_chip_that_makes_wait_is_told_so_and_loses_no_try_of_ours_to_a_wrong_key() -> None:
    desk = Desk()
    desk.chip.failures = 50
    assert [desk.write() for _ in range(5)] == [Outcome.DELAYED] * 5
    desk.chip.failures = 0
    assert desk.write() is Outcome.WRITTEN


@pytest.mark.parametrize("place", range(6))
def test_an_answer_that_was_changed_on_its_way_ends_it_and_the_next_time_goes_on(place: int) -> None:
    desk = Desk()
    desk.chip.twist = lambda which, answer: bytes([answer[0] ^ 1]) + answer[1:] if which == place else answer
    assert desk.write() is not Outcome.WRITTEN
    assert desk.is_known(NEW)
    assert desk.write() is Outcome.WRITTEN
    assert desk.is_written()


# What is kept at each step


def test_each_step_is_kept_with_its_tries_and_the_maker_s_key_is_changed_once() -> None:
    desk = Desk()
    kept = []
    for place in (2, 3, 4, 5):
        one = Desk()
        one.cut(place, obeys=False)
        assert one.kept is not None
        kept.append((one.kept.step, one.kept.wrong))
    assert kept == [(Step.BEGUN, 1), (Step.DOOR_SENT, 0), (Step.DOOR_SET, 0), (Step.MAKER_SENT, 0)]
    desk.cut(4, obeys=False)
    desk.cut(4, obeys=False)
    assert desk.kept == Chip(Step.MAKER_SENT, 0, 1, None, NAME), "resumed, the tries begin anew with what comes next"
    assert desk.write() is Outcome.WRITTEN
    assert desk.chip.versions[0] == 1
    desk.version, desk.kept = 2, writing.again(Chip(Step.WRITTEN, 1, 1, NAME, NAME), 2)
    desk.chip.asked.clear()
    desk.states.clear()
    assert desk.write() is Outcome.WRITTEN
    assert (len(desk.chip.asked), desk.states) == (5, [Step.BEGUN, Step.DOOR_SENT, Step.DOOR_SET, Step.WRITTEN])


def test_a_key_of_before_that_was_right_is_a_try_no_more() -> None:
    desk = Desk()
    desk.cut(3, obeys=False)
    desk.cut(3, obeys=False)  # the door's key of before was shown; taken away as the maker's is asked for
    assert desk.kept == Chip(Step.BEGUN, 0, 1, None, NAME, wrong=1)


def test_a_chip_that_makes_wait_before_or_between_two_keys_is_asked_no_more_and_what_was_learned_stays() -> None:
    desk = Desk()
    desk.cut(3, obeys=True)
    before, asked = desk.kept, len(desk.chip.asked)
    desk.chip.failures = 50
    assert desk.write() is Outcome.DELAYED
    assert (desk.kept, len(desk.chip.asked)) == (before, asked + 2)
    desk.chip.failures = 49
    assert desk.write() is Outcome.DELAYED, "after the older key, which was wrong"
    assert desk.kept == Chip(Step.DOOR_SET, 0, 1, None, NAME, wrong=1)
    desk.chip.failures = 0
    assert desk.write() is Outcome.WRITTEN
    assert desk.chip.failures == 0


def test_a_chip_that_refuses_a_change_is_not_believed_to_have_made_it() -> None:
    desk = Desk()
    desk.chip.keys[1] = secrets.token_bytes(16)
    assert desk.write() is Outcome.REFUSED
    assert desk.kept == Chip(Step.DOOR_SENT, 0, 1, None, NAME)
    assert desk.write() is Outcome.UNKNOWN
    assert desk.kept.step is Step.DOOR_SENT
