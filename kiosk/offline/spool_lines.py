"""Seals and reads the spool's lines: each numbered, chained to the one before, and followed by its MAC."""

import hmac
import json
import logging

from msgspec import Struct

from kiosk.domain import macs
from kiosk.offline import spool_records
from kiosk.offline.door_keys import SpoolKeys
from kiosk.offline.spool_records import Damaged, Missing, Record

log = logging.getLogger(__name__)

START = "0" * 64  # the MAC before a file's first line


class FileLines(Struct, frozen=True):
    """What was read of a file: its records, how many lines it has or once had, the highest number of a line (0: none).
    `is_doubtful` is True where something in it is illegible or missing.
    """

    records: list[Record]
    written: int
    last: int
    is_doubtful: bool


class SpoolLines:
    """Seals and reads the lines of one home's spool."""

    def __init__(self, keys: SpoolKeys, home_id: str) -> None:
        self._keys, self._home_id = keys, home_id

    def sealed(self, number: int, previous: str, record: Record) -> tuple[bytes, str]:
        """Return a record as a line, and the line's MAC."""
        fields = {"n": number, "previous": previous, **spool_records.fields(record)}
        body = json.dumps(fields, separators=(",", ":"))
        mac = self._mac(self._keys.now, body)
        return f"{body} {mac}\n".encode("ascii"), mac

    def read(self, content: bytes, name: str, known: int) -> FileLines:
        """Return the lines of a file that is known to have had `known` lines.

        Beyond these, a last line without an end, or one with zero bytes, was being written when the power failed: it
        opened no door. Its remains stay in quarantine. A line with bytes that are no ASCII is damaged: no tap has any.
        """
        records: list[Record] = []
        unwhole: list[str] = []  # torn by a power failure, if no whole line follows
        previous, missing, highest, is_doubtful = START, 0, 0, False
        *lines, open_end = content.decode("ascii", "replace").split("\n")
        for text in [*lines, open_end] if open_end else lines:
            parsed = self._document(text)
            if parsed is None and ("\0" in text or text is open_end) and text.isascii():
                unwhole.append(text)
                continue
            records += map(Damaged, unwhole)
            # After a damaged line, whose own MAC is not known, the chain proves nothing.
            is_after_damage = bool(records) and isinstance(records[-1], Damaged)
            unwhole.clear()
            if parsed is None:
                records.append(Damaged(text))
                continue
            record, number, mac, previous_of_line = parsed
            if previous_of_line != previous and not is_after_damage:
                log.error("the spool's %s: before line %d one is missing", name, number)
                missing += 1
            previous, highest = mac, max(highest, number)
            records.append(record)
        promised = unwhole[: max(0, known - len(records))]  # lines that were whole once, as the record counts them
        records += map(Damaged, promised)
        damaged = sum(isinstance(record, Damaged) for record in records)
        missing = max(missing, known - len(records))  # gaps in the chain, or fewer lines than the record counts
        if damaged or missing or unwhole:
            log.error("the spool's %s: %d lines damaged, %d missing", name, damaged, missing)
            is_doubtful = True
        if len(unwhole) > len(promised):
            log.warning("the spool's %s: a line that is not whole was never answered for", name)
        if missing:
            records.append(Missing(name, missing))
        return FileLines(records, max(known, len(records)), highest, is_doubtful)

    def _document(self, text: str) -> tuple[Record, int, str, str] | None:
        """Return a line's record, number, MAC and the MAC before it; None where the MAC is wrong or the content
        illegible.
        """
        body, _, mac = text.rpartition(" ")
        given_mac = mac.encode()
        if not any(
            hmac.compare_digest(self._mac(key, body).encode(), given_mac)
            for key in (self._keys.now, *self._keys.before)
        ):
            return None
        try:
            document = json.loads(body)
            return spool_records.record(document), int(document["n"]), mac, str(document["previous"])
        except (ValueError, KeyError, TypeError):
            return None

    def _mac(self, key: bytes, body: str) -> str:
        """Return the MAC of a line, which also binds it to this home."""
        return macs.of(key, f"{self._home_id}\n{body}".encode()).hex()
