"""Reads a single badge on a reader and tells its kind of chip. For a command: the entrance must not be using the
reader.
"""

import threading
from collections.abc import Callable

from msgspec import Struct

from kiosk.devices.protocols import BadgeReader
from kiosk.devices.readers import named
from kiosk.domain.badges.products import Product
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import KioskError

Ask = Callable[[BadgeReader, BadgeRead, Product], object]
"""A question to a badge while it lies on the reader. Returns the answer; None where it was taken away meanwhile."""


class Sensed(Struct, frozen=True):
    """A badge that was read, its kind of chip, and its answer to the question; None where none was asked."""

    read: BadgeRead
    product: Product
    answer: object = None


def sense(device: str, seconds: float, again: Callable[[], None], ask: Ask | None = None) -> Sensed | None:
    """Return the first badge that stays until it is read and has answered `ask`; None where none does within `seconds`.

    Calls `again` for each badge that is taken away too early. Raises RequestError `reader-device`, and what `ask`
    raises.
    """
    sensed: list[Sensed] = []
    failed: list[KioskError] = []
    over = threading.Event()

    def tapped(read: BadgeRead) -> None:
        """Take the first badge that stays and answers, or the first error of `ask`, which ends the wait. Call `again`
        for a badge that left. The reader's thread calls this for each badge.
        """
        if over.is_set():
            return
        product = reader.product()
        try:
            answer = None if ask is None or product is None else ask(reader, read, product)
        except KioskError as fault:
            failed.append(fault)
            over.set()
            return
        if product is None or (ask is not None and answer is None):
            again()
            return
        sensed.append(Sensed(read, product, answer))
        over.set()

    reader = named.reader(device, on_tap=tapped, on_lift=lambda _: None, on_state=lambda _: None, on_early=again)
    running = threading.Thread(target=reader.run, name="reader", daemon=True)
    running.start()
    over.wait(seconds)
    reader.stop()
    running.join(2.5)  # the udp reader's poll blocks for a second
    if failed:
        raise failed[0]
    return sensed[0] if sensed else None
