"""Reads a single badge: what the next one on a reader is. For a command; the entrance has the reader to itself."""

import threading
from collections.abc import Callable

from msgspec import Struct

from kiosk.devices.readers import named
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import BadgeRead


class Sensed(Struct, frozen=True):
    """A badge, and what it is."""

    read: BadgeRead
    product: Product
    proving: Proving | None = None


def sense(device: str, seconds: float, again: Callable[[], None], site_key: bytes | None = None) -> Sensed | None:
    """Return the first badge that stays until it is read, or None where none does in time. With a site's key, the badge
    is asked for its proof, once.

    Calls `again` for each that is taken away before. Raises RequestError `reader-device`.
    """
    sensed: list[Sensed] = []
    over = threading.Event()

    def tapped(read: BadgeRead) -> None:
        if sensed:
            return
        product = reader.product()
        proving = None if site_key is None or product is None else reader.prove(site_key)
        if product is None or proving is Proving.LEFT:
            again()
            return
        sensed.append(Sensed(read, product, proving))
        over.set()

    reader = named.reader(device, on_tap=tapped, on_lift=lambda _: None, on_state=lambda _: None, on_early=again)
    running = threading.Thread(target=reader.run, name="reader", daemon=True)
    running.start()
    over.wait(seconds)
    reader.stop()
    running.join(2.5)  # the udp reader's poll blocks for a second
    return sensed[0] if sensed else None
