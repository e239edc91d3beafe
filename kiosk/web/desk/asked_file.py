"""Keeps over a restart which questions (SQL with its parameters) each page puts to a far database server, so that its
first view can send them all ahead.

A release ships the questions of its pages (`python -m tests.asked` writes that file), so that even a page that was not
opened since the installation is fast. This desk's own questions are saved in a file sealed with the key of its
sessions, because what is read from that file is sent to the server; no backup contains it. If the file cannot be read
or written, pages are slower at first and nothing else happens.
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
SECONDS = 60.0  # between two checks for new questions
_LABEL = "pages' questions"  # a part of the seal, and the file's name in the log


@contextmanager
def kept(opened: Home) -> Iterator[None]:
    """Load the questions that were kept, and save new ones each minute and when the block ends. Does nothing for a
    database in a file, which needs no questions ahead.
    """
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
    """Return a store's memory of the questions that pages asked; None for a database in a file: its store has none."""
    return getattr(store, "memory", None)


def load(opened: Home, memory: Memory) -> None:
    """Load the questions that the release ships, then those that an earlier run saved. Those of another schema are
    ignored, and so is a file that was changed or cannot be read.
    """
    memory.learn(asked(shipped()))
    document = sealed_file.load(opened.paths.asked, _keys(opened), _LABEL)
    if document is None:
        return
    document.pop("seal", None)  # checked by `sealed_file`, and no part of the questions
    try:
        earlier = msgspec.convert(document, Lasting)
        if earlier.revision == REVISION:
            memory.learn(asked(earlier))
    except (msgspec.ValidationError, IndexError) as fault:  # IndexError: a page names a question that is not there
        log.warning("what pages asked before is not used: %s", fault)


def shipped() -> Lasting:
    """Return the questions that the release ships for its pages, of the current schema."""
    document = msgspec.json.decode(SHIPPED.read_bytes())
    at = document["at"]  # the moment that all of these pages were asked at, in ISO form
    questions = tuple((number, tuple(bound)) for number, bound in document["questions"])
    pages = tuple(Asked(page, count, tuple(asked), at) for page, count, asked in document["pages"])
    return Lasting(REVISION, tuple(document["statements"]), questions, pages)


@cache
def own_words() -> frozenset[str]:
    """Return the texts that the release's questions carry as parameters: the program's own, never personal data, so
    `save` may write them as they are.
    """
    parameters = [parameter for _, bound in shipped().questions for parameter in bound]
    return frozenset(parameter for parameter in parameters if isinstance(parameter, str))


def save(opened: Home, memory: Memory) -> None:
    """Save the questions that pages asked. A file that cannot be written is logged and otherwise ignored."""
    try:
        sealed_file.save(
            opened.paths.asked,
            _keys(opened),
            _LABEL,
            msgspec.to_builtins(lasting(REVISION, memory.to_keep(), own_words())),
        )
    except OSError as fault:
        log.warning("what pages ask is not kept for the next start: %s", fault)


def _keep(opened: Home, memory: Memory, stopping: threading.Event) -> None:
    """Save new questions each minute, and once more when the desk stops. `shapes` counts the new ones so far."""
    shapes = memory.shapes
    is_over = False
    while not is_over:
        is_over = stopping.wait(SECONDS)
        if memory.shapes != shapes:
            shapes = memory.shapes
            save(opened, memory)


def _keys(opened: Home) -> SealKeys:
    """Return the keys that seal the file, made from the key of the sessions."""
    return SealKeys(keys.read_key(opened.paths.desk_key))
