"""Turns what a lock in the network reports into findings. The lock's driver asks for it; nothing is sent here."""

from collections.abc import Callable, Iterator, Mapping

from kiosk.domain.health.findings import Finding
from kiosk.errors import DeviceOffline
from kiosk.health.finding_codes import make_finding


def check(address: str, look: Callable[[], Mapping[str, object]]) -> Iterator[Finding]:
    """Check whether the lock answers, can end a pulse by itself, is protected by a password, and has good batteries."""
    try:
        lock_state = look()
    except DeviceOffline as fault:
        yield make_finding("lock-silent", fault=str(fault))
        return
    yield make_finding("lock", kind=str(lock_state.get("kind")), address=address)
    if not lock_state.get("ends", True):
        yield make_finding("lock-unending", kind=str(lock_state.get("kind")))
    if not lock_state.get("locked"):
        yield make_finding("lock-open", address=address)
    if lock_state.get("weak"):
        yield make_finding("lock-battery", kind=str(lock_state.get("kind")))
