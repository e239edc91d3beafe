"""Writes an NTAG 424 DNA's keys so that writing can be resumed after any interruption: no key is ever unknown.

What will be is stored before the chip is told, and after an interruption both possibilities are tried: the old key
first, then the new one. A chip counts wrong keys and becomes useless after too many, so at most three are tried, each
counted before it is sent; a key found wrong is never tried again.

Key 1 is the door's; key 0 the maker's, with which the others are changed, so that it is changed last. Once it is set,
no telephone can write an address on the badge. Both are the badge's own, derived with its number (AN10922).

Pure: commands and states to store are yielded, and the caller carries them out.
"""

from collections.abc import Callable, Generator, Mapping
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.badges import ev2, ev2_messages
from kiosk.domain.badges.ev2 import FACTORY_KEY, KEY_NUMBER, MAKER_NUMBER, Apdu, Exchange, Failure
from kiosk.domain.badges.ev2_messages import Session
from kiosk.domain.badges.sun import Aes

MOST_WRONG = 3  # keys tried in a row without a right one, before no more are tried
FACTORY = 0  # version of a door's key that was never written
_MAKER_VERSION = 1  # that the chip stores with key 0


class Step(Enum):
    """How far writing a chip has come. SENT: the command to change a key was sent, and may or may not
    have been obeyed.
    """

    BEGUN = "begun"  # no key is changed yet
    DOOR_SENT = "door-sent"  # key 1, the door's
    DOOR_SET = "door-set"
    MAKER_SENT = "maker-sent"  # key 0, the maker's
    WRITTEN = "written"


HALF_WRITTEN = (Step.DOOR_SENT, Step.DOOR_SET, Step.MAKER_SENT)
"""The steps at which a chip may have some of its new keys and not others."""


class Chip(Struct, frozen=True):
    """What is known of a chip's keys.

    `version` and `next_version` are the versions of the site's key from which its key 1 is and will be made (FACTORY:
    as sold); `maker` and `next_maker` the names (8 bytes) of the maker's key for its key 0 (None: the factory key).
    `wrong` counts the keys tried since one was right.
    """

    step: Step
    version: int
    next_version: int
    maker: bytes | None
    next_maker: bytes
    wrong: int = 0

    @property
    def has_new_door_key(self) -> bool:
        """Tell whether its key 1 is certainly the new one."""
        return self.step in (Step.DOOR_SET, Step.MAKER_SENT, Step.WRITTEN)


class Outcome(Enum):
    """The outcome of writing. UNKNOWN: its keys are none of ours; TOO_MANY: no more keys may be tried; DELAYED: the
    chip makes the reader wait; REFUSED: it did not obey. LEFT: it was taken away, and the next presentation resumes.
    """

    WRITTEN = "written"
    LEFT = "left"
    UNKNOWN = "unknown"
    TOO_MANY = "too-many"
    DELAYED = "delayed"
    REFUSED = "refused"


class Keys(Struct, frozen=True):
    """What a badge's keys are derived from: the site's keys by version, and the maker's key."""

    site: Mapping[int, bytes]
    maker: bytes

    def door(self, version: int, uid: bytes, aes: Aes) -> bytes:
        """Return key 1 of a badge, by a version of the site's key. Raises KeyError for a version that is not there."""
        return FACTORY_KEY if version == FACTORY else ev2.badge_key(self.site[version], uid, aes)

    def master(self, name: bytes | None, uid: bytes, aes: Aes) -> bytes:
        """Return key 0 of a badge: the factory key for None, else derived from the maker's key."""
        return FACTORY_KEY if name is None else ev2.badge_key(self.maker, uid, aes)


def fresh(version: int, maker: bytes) -> Chip:
    """Return the state of a chip as it is sold, to be written with the site's key of a version."""
    return Chip(Step.BEGUN, FACTORY, version, None, maker)


def again(chip: Chip, version: int) -> Chip:
    """Return the state of a written chip that is to get another version of the site's key; its key 0 stays."""
    return replace(chip, step=Step.BEGUN, next_version=version)


def writes(
    chip: Chip, uid: bytes, keys: Keys, random: Callable[[], bytes], aes: Aes
) -> Generator[Apdu | Chip, bytes, Outcome]:
    """Yield each command to the chip, taking its answer, and each state to be stored before what follows, taking an
    empty answer; return the outcome.
    """
    return (yield from _Writing(uid, keys, random, aes).run(chip))


class _Writing(Struct, frozen=True):
    """The parts that all steps of writing need."""

    uid: bytes
    keys: Keys
    random: Callable[[], bytes]  # gives the reader's part of a challenge
    aes: Aes

    def run(self, chip: Chip) -> Generator[Apdu | Chip, bytes, Outcome]:
        """Resume writing where the chip's state says, and return the outcome."""
        if (yield ev2.SELECT) != ev2.SELECTED:
            return Outcome.REFUSED
        if chip.step is Step.DOOR_SENT:
            settled = yield from self._settle(chip, KEY_NUMBER)
        elif chip.step is Step.MAKER_SENT:
            settled = yield from self._settle(chip, MAKER_NUMBER)
        elif chip.step is Step.WRITTEN and chip.wrong:  # taken away while its new key 0 was tried
            settled = yield from self._confirm(chip, MAKER_NUMBER, chip)
        else:
            settled = chip
        if isinstance(settled, Outcome) or settled.step is Step.WRITTEN:
            return settled if isinstance(settled, Outcome) else Outcome.WRITTEN
        return (yield from self._change(settled))

    def _settle(self, chip: Chip, number: int) -> Generator[Apdu | Chip, bytes, Chip | Outcome]:
        """Find out whether the chip changed the key with this number: by the old key, then by the new one. Return its
        settled state, or the outcome that ends writing.
        """
        old_key, _ = self._both(chip, number)
        counted, proof = yield from self._tries(chip, number, old_key)
        if isinstance(proof, Exchange):  # the old key is right: the change was not obeyed, and has to be sent again
            return replace(counted, step=Step.BEGUN if number == KEY_NUMBER else Step.DOOR_SET, wrong=0)
        if proof is not Failure.WRONG_KEY:
            return _as_outcome(proof)
        obeyed = replace(counted, step=Step.DOOR_SET) if number == KEY_NUMBER else _finished(counted, counted.wrong)
        return (yield from self._confirm(obeyed, number, chip))

    def _confirm(self, obeyed: Chip, number: int, otherwise: Chip) -> Generator[Apdu | Chip, bytes, Chip | Outcome]:
        """Try the new key, after the old one was wrong. If it is right, the chip's state is `obeyed`; if it is wrong
        too, `otherwise`, with the tries counted.
        """
        _, new_key = self._both(obeyed, number)
        tried, proof = yield from self._tries(obeyed, number, new_key)
        if isinstance(proof, Exchange):
            settled = replace(tried, wrong=0)
            yield settled
            return settled
        if proof is Failure.WRONG_KEY:
            yield replace(otherwise, wrong=tried.wrong)
        return _as_outcome(proof)

    def _change(self, chip: Chip) -> Generator[Apdu | Chip, bytes, Outcome]:
        """Change the keys that are still to be changed, in a session of the present key 0: key 1, unless it is new
        already, then key 0, unless it is the one wanted. In between the file with the address is closed, each time
        anew, which does no harm.
        """
        master = self.keys.master(chip.maker, self.uid, self.aes)
        chip, proof = yield from self._tries(chip, MAKER_NUMBER, master)
        if not isinstance(proof, Exchange):
            return _as_outcome(proof)
        session: Session | None = ev2_messages.session(master, proof, self.aes)
        if chip.step is Step.BEGUN and session is not None:
            yield replace(chip, step=Step.DOOR_SENT, wrong=0)
            old, new = self._both(chip, KEY_NUMBER)
            session = yield from self._obeys(
                session, ev2_messages.change_key(session, KEY_NUMBER, old, new, chip.next_version, self.aes)
            )
            if session is not None:
                chip = replace(chip, step=Step.DOOR_SET, wrong=0)
                yield chip
        if session is not None:
            session = yield from self._obeys(session, ev2_messages.close_file(session, self.aes))
        if session is None:
            return Outcome.REFUSED
        if chip.maker != chip.next_maker:
            yield replace(chip, step=Step.MAKER_SENT, wrong=0)
            old, new = self._both(chip, MAKER_NUMBER)
            command = ev2_messages.change_key(session, MAKER_NUMBER, old, new, _MAKER_VERSION, self.aes)
            if (yield command) != ev2_messages.CHANGED:
                return Outcome.REFUSED
        yield _finished(chip)
        return Outcome.WRITTEN

    def _obeys(self, session: Session, command: Apdu) -> Generator[Apdu | Chip, bytes, Session | None]:
        """Send the chip a command; return the session after it, None where the chip did not confirm."""
        return ev2_messages.after(session, (yield command), self.aes)

    def _both(self, chip: Chip, number: int) -> tuple[bytes, bytes]:
        """Return the chip's old and new key with this number: 0 for the maker's, else the door's."""
        if number == MAKER_NUMBER:
            make = self.keys.master
            return make(chip.maker, self.uid, self.aes), make(chip.next_maker, self.uid, self.aes)
        return self.keys.door(chip.version, self.uid, self.aes), self.keys.door(chip.next_version, self.uid, self.aes)

    def _tries(
        self, chip: Chip, number: int, key: bytes
    ) -> Generator[Apdu | Chip, bytes, tuple[Chip, Exchange | Failure | None]]:
        """Try a key, counted before it is sent. Return the state with this try counted, and the chip's exchange or its
        failure; None where no further try is allowed. A chip that makes the reader wait has checked no key, and the
        count is taken back.
        """
        if chip.wrong >= MOST_WRONG:
            return chip, None
        counted = replace(chip, wrong=chip.wrong + 1)
        yield counted
        proof = yield from ev2.authenticates(number, key, self.random(), self.aes)
        if proof is Failure.DELAYED:
            yield chip
        return counted, proof


def _finished(chip: Chip, wrong: int = 0) -> Chip:
    """Return the state of a chip that has all its new keys: the next ones are the present ones."""
    return replace(chip, step=Step.WRITTEN, version=chip.next_version, maker=chip.next_maker, wrong=wrong)


_FAILED = {Failure.WRONG_KEY: Outcome.UNKNOWN, Failure.DELAYED: Outcome.DELAYED, Failure.NO_ANSWER: Outcome.REFUSED}


def _as_outcome(failure: Exchange | Failure | None) -> Outcome:
    """Return the outcome that a failed try leads to; TOO_MANY where no try was allowed."""
    return _FAILED[failure] if isinstance(failure, Failure) else Outcome.TOO_MANY
