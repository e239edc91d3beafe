"""Sends the files of a closed month, in one archive, to whoever keeps the accounts."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from kiosk.devices.protocols import Clock
from kiosk.domain.members import contacts
from kiosk.errors import RequestError
from kiosk.store.engine import Store
from kiosk.store.messages import outbox_rows
from kiosk.store.messages.outbox_rows import Fate


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes with the files."""

    subject: str
    body: str


class ClosingMail:
    """Puts the files of a closing into the outbox."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def send(self, entry: int, to: str, letter: Letter, name: str, files: Mapping[str, bytes]) -> str:
        """Put them, as one archive called `name`. Returns the address. What waits to be sent is not put again.

        Raises Problem `email`, RequestError `no-address`.
        """
        address = contacts.email(to)
        if address is None:
            raise RequestError("no-address", "to whom? write an e-mail address")
        packed = _packed(files)
        with self._store.writing() as connection:
            if not outbox_rows.waits_for(connection, _about(entry), address):
                outbox_rows.put(
                    connection,
                    channel=outbox_rows.MAIL,
                    recipient=address,
                    subject=letter.subject,
                    body=letter.body,
                    about=_about(entry),
                    at=self._clock.now(),
                    attachment=packed,
                    attachment_name=name,
                )
        return address


def last_sent(connection: sa.Connection, entry: int) -> Fate | None:
    """The last message with the files of a closing; None where there never was one."""
    return next(iter(outbox_rows.latest(connection, _about(entry), 1)), None)


def _about(entry: int) -> str:
    return f"closing:{entry}:files"


def _packed(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
