"""Writes keys onto the badge that lies on a reader, and stores each step in the database before the chip is told.

`kiosk.domain.badges.writing` decides what to write, and how writing continues after an interruption.
A badge's *marks* are its keyed hashes: with the present key, then with former keys, as the records may know it.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.badges import ev2, maker_key, writing
from kiosk.domain.badges.ev2 import Apdu
from kiosk.domain.badges.products import Product
from kiosk.domain.badges.sun import Aes
from kiosk.domain.badges.writing import FACTORY, Chip, Keys, Outcome, Step
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.store.engine import Store
from kiosk.store.members import chip_rows

# The error's code and words of each outcome that is no success.
_REFUSED = {
    Outcome.UNKNOWN: ("badge-keys-unknown", "badge …{tail} has keys that are not ours: nothing was changed"),
    Outcome.TOO_MANY: (
        "badge-tries-over",
        "badge …{tail} was tried with {most} keys, and another could lock its chip for good;"
        " if it was only taken away too soon each time, use --again to start counting anew",
    ),
    Outcome.DELAYED: ("badge-delayed", "badge …{tail} pauses after wrong keys: leave it on the reader for a minute"),
    Outcome.REFUSED: ("badge-refused", "badge …{tail} rejects commands: its chip is of another kind, or damaged"),
}


def check(read: BadgeRead, product: Product) -> None:
    """Check that a badge has keys to write. Raises AnswerIsNo `badge-product`, which names the kind of chip."""
    if product is not Product.NTAG424 or len(read.uid) != ev2.UID_BYTES:
        raise AnswerIsNo(
            "badge-product", f"badge …{read.tail} is {product.value}: only an NTAG 424 DNA has keys to write"
        )


class BadgeWriting(Struct, frozen=True):
    """Writes badges with one version of the site's key, and with the maker's key. `site` has the site's keys by
    version.
    """

    store: Store
    site: Mapping[int, bytes]
    version: int
    maker: bytes
    aes: Aes

    def known(self, marks: Sequence[bytes]) -> Chip:
        """Return the stored state of a chip that is to be written; a fresh one where none is stored.

        Raises RequestError `maker-key-other` where it was written with another maker's key, `no-proof-key` where a
        site's key that it has is missing.
        """
        own = maker_key.name(self.maker)
        with self.store.reading() as connection:
            chip = chip_rows.load(connection, marks)
        if chip is None:
            return writing.fresh(self.version, own)
        if chip.next_maker != own:
            raise RequestError("maker-key-other", "this badge was written with another maker's key: take that one")
        for version in (chip.version, chip.next_version):
            if version != FACTORY and version not in self.site:
                raise RequestError("no-proof-key", number=version)
        return chip

    def write(
        self, read: BadgeRead, marks: Sequence[bytes], send: Callable[[Apdu], bytes | None], *, again: bool = False
    ) -> bool:
        """Write the badge on the reader with this version. Returns True once it has it, False where it was taken away
        before the end: the next call continues. `send` returns the chip's answer, None where the badge is gone.

        `again` resets the count of wrong keys. Raises AnswerIsNo for an outcome in `_REFUSED`, and as `known` does.
        """
        chip = self.known(marks)
        if again:
            chip = replace(chip, wrong=0)
        while True:
            if chip.step is Step.WRITTEN and chip.version != self.version:
                chip = writing.again(chip, self.version)
            outcome = self._run(chip, read, marks, send)
            if outcome is Outcome.LEFT:
                return False
            if outcome is not Outcome.WRITTEN:
                code, words = _REFUSED[outcome]
                raise AnswerIsNo(code, words.format(tail=read.tail, most=writing.MOST_WRONG))
            chip = self.known(marks)
            if chip.version == self.version:  # else an interrupted writing was ended first, with another version
                return True

    def _run(
        self, chip: Chip, read: BadgeRead, marks: Sequence[bytes], send: Callable[[Apdu], bytes | None]
    ) -> Outcome:
        """Carry out what `writing.writes` yields: store each state of the chip, send each command and give back its
        answer. Returns the outcome; LEFT where the badge was taken away.
        """
        keys, answer = Keys(self.site, self.maker), b""
        going = writing.writes(chip, read.uid, keys, _random, self.aes)
        try:
            asks = next(going)
            while True:
                if isinstance(asks, Chip):
                    with self.store.writing() as connection:
                        chip_rows.keep(connection, marks, asks)
                    answer = b""
                else:
                    reply = send(asks)
                    if reply is None:
                        return Outcome.LEFT
                    answer = reply
                asks = going.send(answer)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome


def _random() -> bytes:
    """Return the random bytes of a fresh key or challenge."""
    return secrets.token_bytes(ev2.KEY_BYTES)
