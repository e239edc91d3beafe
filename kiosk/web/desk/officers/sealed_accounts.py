"""Seals what Flask-Security writes about officers' accounts: a password, a passkey, in the transaction that writes it.

Its sessions use connections of their own, on which the ledger does not notice changes. So the changed rows with sealed
columns are collected when a session is flushed, and an entry seals them when it commits.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from kiosk.devices.protocols import Clock
from kiosk.domain.members import officer_numbers
from kiosk.home import Home
from kiosk.store.seals.sealed_tables import SEALED
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.policies import Rules
from kiosk.store.tables.desk import desk_passkey, desk_user

_CHANGED = "accounts to seal"
_ACCOUNTS, _PASSKEYS = desk_user.name, desk_passkey.name
Row = tuple[str, str, int]  # table, row's id, account's id


def install(session: scoped_session[Session], home: Home, clock: Clock) -> None:
    """Make the sessions of Flask-Security seal what they change."""
    sealing, rules = Sealing(home.seal), Rules(home.config.zone)

    def gather(flushed: Session, _context: object) -> None:
        """Collect the sealed rows that a flush has changed."""
        changed = [row for row in (*flushed.new, *flushed.deleted, *flushed.dirty) if _is_changed(flushed, row)]
        flushed.info.setdefault(_CHANGED, set()).update(map(_row, changed))

    def seal(ending: Session) -> None:
        """Write an entry for each account with changed rows, before the session commits."""
        ending.flush()  # so that `gather` has seen all changes
        rows: set[Row] = ending.info.pop(_CHANGED, set())
        connection = ending.connection() if rows else None
        for user_id in sorted({account for _, _, account in rows}):
            if connection is None:
                raise AssertionError("rows that changed have a connection")
            _, moment = rules.at(connection, clock.now())
            own_rows: dict[str, list[str]] = {}
            for table, row_id, account in rows:
                if account == user_id:
                    own_rows.setdefault(table, []).append(row_id)
            sealing.seal_rows(connection, own_rows, officer_numbers.actor(user_id), moment)

    def forget(ended: Session, *_more: object) -> None:
        """Drop the collected rows of a session that was rolled back."""
        ended.info.pop(_CHANGED, None)

    sa.event.listen(session, "after_flush", gather)
    sa.event.listen(session, "before_commit", seal)
    sa.event.listen(session, "after_soft_rollback", forget)


def _is_changed(flushed: Session, changed: Any) -> bool:
    """Tell whether a row's sealed columns really differ: a session counts a row as changed before
    it compares values.
    """
    table = sa.inspect(changed).mapper.local_table.name
    if table not in (_ACCOUNTS, _PASSKEYS):
        return False
    if changed not in flushed.dirty:
        return True
    return any(sa.inspect(changed).attrs[name].history.has_changes() for name in SEALED[table].plain)


def _row(changed: Any) -> Row:
    """Return a changed row's table, id and account."""
    table = sa.inspect(changed).mapper.local_table.name
    return table, str(changed.id), int(changed.id if table == _ACCOUNTS else changed.user_id)
