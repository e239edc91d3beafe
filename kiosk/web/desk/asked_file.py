"""Keeps what the desk's pages asked a far server over a start, so that a first look asks at once, too.

A release brings what its pages ask (`python -m tests.asked` makes that file), so that a page is no slower which was
never looked at since the installation. What this desk's own pages asked is in a file of its own, sealed by the key of
its sessions: what is read from it is put to the server. It is in no copy. What cannot be read or written costs time
alone.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec

from kiosk import keys
from kiosk.home import Home
from kiosk.offline import sealed_file
from kiosk.offline.door_keys import SealKeys
from kiosk.store.asking.asked_again import Memory
from kiosk.store.asking.lasting import Asked, Lasting, asked, lasting
from kiosk.store.engine import Store
from kiosk.store.revisions import REVISION

log = logging.getLogger(__name__)
SHIPPED = Path(__file__).parents[2] / "data" / "asked.json"
SECONDS = 60.0  # between two looks whether a page was asked for that never was before
_LABEL = "pages' questions"


@contextmanager
def kept(opened: Home) -> Iterator[None]:
    """Begin with what is kept, and keep what is new: each minute, and at the end. Of records in a file, nothing."""
    memory = memory_of(opened.store)
    if memory is None:
        yield
        return
    load(opened, memory)
    stopping = threading.Event()
    thread = threading.Thread(target=_keep, args=(opened, memory, stopping), name="asked pages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def memory_of(store: Store) -> Memory | None:
    """Return what a store remembers of what pages asked; None for a file."""
    return getattr(store, "memory", None)


def load(opened: Home, memory: Memory) -> None:
    """Take up what the release brings, then what an earlier run kept of the same tables."""
    memory.learn(asked(shipped()))
    document = sealed_file.load(opened.paths.asked, _keys(opened), _LABEL)
    if document is None:
        return
    document.pop("seal", None)
    try:
        found = msgspec.convert(document, Lasting)
        if found.revision == REVISION:
            memory.learn(asked(found))
    except (msgspec.ValidationError, IndexError) as fault:
        log.warning("what pages asked before is not used: %s", fault)


def shipped() -> Lasting:
    """Return what the release's pages ask, of its own tables."""
    known = msgspec.json.decode(SHIPPED.read_bytes())
    at = known["at"]
    questions = tuple((number, tuple(bound)) for number, bound in known["questions"])
    pages = tuple(Asked(page, count, tuple(asked), at) for page, count, asked in known["pages"])
    return Lasting(REVISION, tuple(known["statements"]), questions, pages)


@cache
def own_words() -> frozenset[str]:
    """Return the texts that the release's pages bind, which are the program's own."""
    bound = [each for _, values in shipped().questions for each in values]
    return frozenset(each for each in bound if isinstance(each, str))


def save(opened: Home, memory: Memory) -> None:
    """Keep what pages asked."""
    try:
        sealed_file.save(
            opened.paths.asked,
            _keys(opened),
            _LABEL,
            msgspec.to_builtins(lasting(REVISION, memory.told(), own_words())),
        )
    except OSError as fault:
        log.warning("what pages ask is not kept for the next start: %s", fault)


def _keep(opened: Home, memory: Memory, stopping: threading.Event) -> None:
    shapes = memory.shapes
    is_over = False
    while not is_over:
        is_over = stopping.wait(SECONDS)
        if memory.shapes != shapes:
            shapes = memory.shapes
            save(opened, memory)


def _keys(opened: Home) -> SealKeys:
    return SealKeys(keys.read_key(opened.paths.desk_key))
