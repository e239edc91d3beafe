"""Keeps files between two pages of an import: in memory, for half an hour, each for the officer who sent it.

Nothing of them is written to disk, and a restart of the desk forgets them: the page says to send the file again.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, current_app, request
from msgspec import Struct

from kiosk.domain.problems import Problem
from kiosk.members import workbooks
from kiosk.web.desk.common import timing

T = TypeVar("T")

_EXTENSION = "kiosk.uploads"
_MOST = 8
_SECONDS = 1800.0


class Upload(Struct, frozen=True):
    """A file, its name as it came, its sender, and the moment (by a clock that only runs on)."""

    actor: str
    name: str
    data: bytes
    at: float


class Uploads:
    """The files that wait. There are few; the oldest makes room."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Upload] = OrderedDict()

    @classmethod
    def of(cls, app: Flask) -> "Uploads":
        """The application's own."""
        return cast(Uploads, app.extensions.setdefault(_EXTENSION, cls()))

    def keep(self, upload: Upload) -> str:
        """Keep a file. Returns a key that cannot be guessed."""
        key = secrets.token_urlsafe(18)
        with self._lock:
            self._kept[key] = upload
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return key

    def find(self, key: str, actor: str, now: float) -> Upload | None:
        """Return the file under a key to its sender, as long as it waits."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and now - found.at > _SECONDS:
                found = self._kept.pop(key, None) and None
        return found if found is not None and found.actor == actor else None

    def forget(self, key: str) -> None:
        """Forget a file that is done with."""
        with self._lock:
            self._kept.pop(key, None)


def sent(actor: str, most_bytes: int) -> Upload:
    """The file of this request's form, up to a byte over `most_bytes`; an empty one where there is none. Of a workbook,
    its sheet as a CSV. Raises Problem or RequestError, as `workbooks.as_csv` does.
    """
    file = request.files.get("file")
    if file is None:
        return Upload(actor, "", b"", _now())
    return Upload(actor, (file.filename or "")[:100], workbooks.as_csv(file.stream.read(most_bytes + 1)), _now())


def taken(actor: str, most_bytes: int, read: Callable[[bytes], object]) -> str:
    """Keep the file of this request's form where it can be read. Returns its key. Raises Problem, as `read` does."""
    upload = sent(actor, most_bytes)
    read(upload.data)
    return Uploads.of(current_app).keep(upload)


def found(key: str, actor: str, read: Callable[[bytes], T]) -> tuple[Upload, T] | None:
    """The file under a key, and what is read in it; None where it waits no more, or is another page's."""
    upload = waiting(key, actor)
    try:
        return None if upload is None else (upload, read(upload.data))
    except Problem:
        return None


def waiting(key: str, actor: str) -> Upload | None:
    """Return the file under a key to its sender, as long as it waits here."""
    return Uploads.of(current_app).find(key, actor, _now())


def _now() -> float:
    return timing.desk_time().clock.monotonic()
