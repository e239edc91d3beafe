"""Builds readers by their path. A driver, with its libraries, is imported only where a path names it."""

from collections.abc import Callable
from importlib import import_module

from kiosk.devices.protocols import BadgeReader
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.devices import readers
from kiosk.errors import RequestError


def reader(
    device: str,
    *,
    on_tap: Callable[[BadgeRead], None],
    on_lift: Callable[[BadgeRead], None],
    on_state: Callable[[str], None],
    on_early: Callable[[], None],
    lay_there: Callable[[BadgeRead], bool] = lambda _read: False,
) -> BadgeReader:
    """Return the driver for a path, not running yet.

    `on_tap` and `on_lift` get the badge, `on_state` gets "online" or "offline" when that changes, `on_early` tells of a
    badge that was taken away before it was read; all are called from `run`, one at a time, and nothing is sensed
    meanwhile. `lay_there` tells whether a badge lay on the reader when the previous run of the program
    ended; by default, none did. Raises
    RequestError `reader-device` for a path that no driver has.
    """
    kind = readers.find(device)
    if kind is None:
        raise RequestError("reader-device", f"reader.device cannot be {device!r}: give one of {readers.forms()}")
    module, _, name = kind.driver.partition(":")
    make: Callable[..., BadgeReader] = getattr(import_module(module), name)
    return make(
        device=device, on_tap=on_tap, on_lift=on_lift, on_state=on_state, on_early=on_early, lay_there=lay_there
    )
