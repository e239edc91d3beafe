"""Keeps files between two pages of an import: in memory, for half an hour, each for its sender alone.

Nothing is written to disk. A restart of the desk forgets the files, and the page then asks to send the file again.
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
_MOST = 8  # files, of all officers together
_SECONDS = 1800.0  # that a file is kept


class Upload(Struct, frozen=True):
    """A file, its name as it was sent ("" for none), its sender's actor code, and the moment when it came in seconds of
    the monotonic clock.
    """

    actor: str
    name: str
    data: bytes
    at: float


class Uploads:
    """The files that wait for the next page of their import, at most `_MOST`: a new one pushes the oldest out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Upload] = OrderedDict()

    @classmethod
    def of(cls, app: Flask) -> "Uploads":
        """Return the application's own Uploads; make it at the first call."""
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
        """Return the file under a key to its sender; None where there is none, after half an hour, or for another
        officer.
        """
        with self._lock:
            upload = self._kept.get(key)
            if upload is not None and now - upload.at > _SECONDS:
                del self._kept[key]
                return None
        return upload if upload is not None and upload.actor == actor else None

    def forget(self, key: str) -> None:
        """Forget a file that is no longer needed."""
        with self._lock:
            self._kept.pop(key, None)


def sent(actor: str, most_bytes: int) -> Upload:
    """Return the file of this request's form; an empty one where no file was sent. It is read up to one byte over
    `most_bytes`, so that its reader can refuse it as too large. Of a workbook, its sheet is returned as a CSV. Raises
    Problem or RequestError, as `workbooks.as_csv` does.
    """
    file = request.files.get("file")
    if file is None:
        return Upload(actor, "", b"", _now())
    return Upload(actor, (file.filename or "")[:100], workbooks.as_csv(file.stream.read(most_bytes + 1)), _now())


def taken(actor: str, most_bytes: int, read: Callable[[bytes], object]) -> str:
    """Keep the file of this request's form, if `read` accepts it. Returns its key. Raises Problem, as `read` does."""
    upload = sent(actor, most_bytes)
    read(upload.data)  # raises for a file that the next page could not read
    return Uploads.of(current_app).keep(upload)


def found(key: str, actor: str, read: Callable[[bytes], T]) -> tuple[Upload, T] | None:
    """Return the file under a key and what `read` makes of it; None where it is no longer kept, or is not of the kind
    that this page reads.
    """
    upload = waiting(key, actor)
    try:
        return None if upload is None else (upload, read(upload.data))
    except Problem:
        return None


def waiting(key: str, actor: str) -> Upload | None:
    """Return the file under a key to its sender; None where it is no longer kept."""
    return Uploads.of(current_app).find(key, actor, _now())


def _now() -> float:
    """Return seconds of a clock that cannot be set back."""
    return timing.desk_time().clock.monotonic()
