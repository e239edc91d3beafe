"""Mails the files of a closed month, in one ZIP archive, to the accountant's address.

Addresses are erased once a message has left. What stays of its recipient is an officer's number, or the words of
`_ELSE` for any other person, such as the accountant.
"""

import io
import zipfile
from collections.abc import Mapping

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.members import contacts, officer_numbers
from kiosk.errors import RequestError
from kiosk.store.engine import Store
from kiosk.store.messages import outbox_rows
from kiosk.store.messages.outbox_rows import Fate
from kiosk.store.officers import desk_users

_ELSE = "somebody else"  # stands for a recipient other than an officer


class Letter(Struct, frozen=True):
    """The text of the mail that the files are attached to."""

    subject: str
    body: str


class Sent(Struct, frozen=True):
    """A message with the files of a closing: its state in the outbox (`fate`), and the officer it is for, as
    `officer:3`; None for another person.
    """

    fate: Fate
    officer: str | None


class ClosingMail:
    """Puts the files of a closing into the outbox."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def send(self, entry: int, to: str, letter: Letter, name: str, files: Mapping[str, bytes]) -> tuple[str, str]:
        """Put the files (contents by name) of the closing with this entry into the outbox, as one archive called
        `name`, unless a mail of the same closing to this address waits already.

        Returns the address, and its holder as the log names them: `officer:3`, or `somebody else`. Raises Problem
        `email`, RequestError `no-address`.
        """
        address = contacts.email(to)
        if address is None:
            raise RequestError("no-address", "enter the recipient’s e-mail address")
        content = packed(files)
        with self._store.writing() as connection:
            officer = desk_users.by_address(connection, address)
            who = _ELSE if officer is None else officer_numbers.actor(officer)
            about, now = f"{_mark_of(entry)} {who}", self._clock.now()
            if not outbox_rows.waits_for(connection, about, address):
                outbox_rows.put(
                    connection,
                    channel=outbox_rows.MAIL,
                    recipient=address,
                    subject=letter.subject,
                    body=letter.body,
                    about=about,
                    at=now,
                    attachment=content,
                    attachment_name=name,
                )
        return address, who


def sent(connection: sa.Connection, entry: int) -> list[Sent]:
    """Return the last messages with the files of a closing, newest first."""
    fates = outbox_rows.latest(connection, _mark_of(entry))
    with_recipients = [(fate, fate.about.rpartition(" ")[2]) for fate in fates]
    return [Sent(fate, who if officer_numbers.number_of(who) else None) for fate, who in with_recipients]


def _mark_of(entry: int) -> str:
    """Return the mark by which the outbox knows the files of a closing."""
    return f"closing:{entry}:files"


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one ZIP archive. The same files give the same bytes, since each is dated 1980."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
