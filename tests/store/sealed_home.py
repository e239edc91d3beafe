"""A home with a closed year in which each table that the chain seals has a row, and somebody who changes them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk import home
from kiosk.store.engine import open_engine
from tests.beside import drop_triggers
from tests.books import closed_year
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.shared import once

_ROWS = (
    "INSERT INTO rule_called_off VALUES ('policy', 1, 'officer:1', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO organisation (id, name, siren, kind) VALUES (1, 'Coop', '732829320', 'company')",
    "INSERT INTO account (id, organisation_id) VALUES (90, 1)",
    "INSERT INTO payer VALUES (1, 1, 'day', 90, '2027-01-11', NULL)",
    "INSERT INTO subscription (id, member_id, product_id, from_on) VALUES (1, 1, 1, '2027-01-11')",
    "INSERT INTO subscription_pause VALUES (1, 1, '2027-02-01', NULL, 'officer:1')",
    "INSERT INTO reduced_grant (member_id, level, from_on, until_on) VALUES (1, 'reduced', '2027-01-11', '2027-09-11')",
    "INSERT INTO chosen_price VALUES (1, 1, 1, '2027-01-11', 300)",
    "INSERT INTO envelope (id, organisation_id, product_id, days, value_cents, from_on, entry_number)"
    " VALUES (1, 1, 1, 20, 500, '2027-01-11', 1)",
    "INSERT INTO voucher (id, envelope_id, member_id, from_on) VALUES (1, 1, 1, '2027-01-11')",
    "INSERT INTO voucher_code (id, envelope_id, code, made_at, made_by)"
    " VALUES (1, 1, 'x', '2027-01-11T09:00:00.000000Z', 'officer:1')",
    "INSERT INTO banked_day (id, member_id, days, from_on, reason, given_at, given_by)"
    " VALUES (1, 1, 1, '2027-01-11', 'x', '2027-01-11T09:00:00.000000Z', 'officer:1')",
    "INSERT INTO document_copy (id, document_id, at, actor, way)"
    " VALUES (90, 1, '2027-01-11T09:00:00.000000Z', 'officer:1', 'print')",
    "INSERT INTO remittance VALUES (1, 'cash', 1, 1)",
    "INSERT INTO remittance_part VALUES (2, 1)",
    "INSERT INTO declaration (entry_number, account_id, cents) VALUES (1, 1, 500)",
    "INSERT INTO event (id, kind, title, made_at, made_by, changed_at) VALUES"
    " (1, 'training', 'x', '2027-01-11T09:00:00.000000Z', 'officer:1', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO signup (id, event_id, member_id, made_at, made_by)"
    " VALUES (1, 1, 1, '2027-01-11T09:00:00.000000Z', 'member:1')",
    "INSERT INTO room (id, code) VALUES (1, 'bocal')",
    "INSERT INTO booking (id, room_id, starts_at, ends_at, free_at, day_on, state, made_at, made_by) VALUES (1, 1,"
    " '2027-01-12T09:00:00.000000Z', '2027-01-12T10:00:00.000000Z', '2027-01-12T10:00:00.000000Z', '2027-01-12',"
    " 'booked', '2027-01-11T09:00:00.000000Z', 'member:1')",
    "INSERT INTO booking_entry VALUES (1, 1, 'charge')",
    "INSERT INTO quote (id, organisation_id, valid_until, lines, made_at, made_by)"
    " VALUES (1, 1, '2027-02-11', '[]', '2027-01-11T09:00:00.000000Z', 'officer:1')",
    "INSERT INTO desk_user (id, email, name, password, fs_uniquifier, created_at)"
    " VALUES (9, 'zoe@exemple.fr', 'Zoé', 'x', 'x', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO desk_hand (id, user_id, officer_id, act, made_at)"
    " VALUES (1, 9, 1, 'user-add', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO desk_first_factor (id, user_id, made_at) VALUES (1, 9, '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO desk_passkey (id, user_id, credential_id, public_key, backup_state, device_type, name, usage,"
    " create_datetime, lastuse_datetime) VALUES (1, 9, x'01', x'02', 0, 'x', 'x', 'first',"
    " '2027-01-11T09:00:00.000000Z', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO api_token (id, user_id, label, digest, scopes, made_at, made_by, until_on) VALUES (1, 9, 'x', x'01',"
    " 'visits', '2027-01-11T09:00:00.000000Z', 'officer:1', '2027-03-11')",
    "INSERT INTO asked_act (id, act, kind, wish, asked_by, asked_at)"
    " VALUES (1, x'01', 'heads', '{}', 'officer:1', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO second_look (id, act, kind, cents, reason, asked_by, asked_at)"
    " VALUES (1, x'02', 'refund', 500, 'x', 'officer:1', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO head_recipient VALUES (9, 1)",
    "INSERT INTO hosting_reward (shifts_a_day, actor, made_at) VALUES (2, 'officer:1', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO site_capacity VALUES (1, 1, '2027-01-11', 20, 30, 'officer:1')",
    "INSERT INTO desk_role (id, name) VALUES (1, 'host')",
    "INSERT INTO desk_user_role (user_id, role_id) VALUES (1, 1)",
    "INSERT INTO included_day VALUES ('2027-01-12', 1)",
    "INSERT INTO telephone (id, member_id, bearer_hash, way, kind, paired_at, used_on)"
    " VALUES (1, 1, zeroblob(32), 'badge', 'x', '2027-01-11T09:00:00.000000Z', '2027-01-11')",
    "INSERT INTO file_merge (id, kept_id, merged_id, made_at, actor, moved)"
    " VALUES (1, 1, 2, '2027-01-11T09:00:00.000000Z', 'officer:1', '{}')",
    "INSERT INTO bank_statement (id, source, begins_on, ends_on, opening_on, opening_cents, closing_on, closing_cents,"
    " imported_at) VALUES (1, 'ofx', '2027-01-01', '2027-01-11', '2027-01-01', 1, '2027-01-11', 2,"
    " '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO bank_line (id, source, day_on, cents, label, party, reference, bank_id, imported_at)"
    " VALUES (1, 'ofx', '2027-01-11', 500, 'x', 'x', 'x', 'x', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO bank_match VALUES (1, 1)",
    "INSERT INTO online_payment (id, token, account_id, cents, state, made_at)"
    " VALUES (1, zeroblob(16), 1, 500, 'made', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO due_act VALUES ('subscription', 1, '2027-01-11', 1, '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO shift (id, day_on, slot_id, place, kind, from_minute, until_minute, member_id, confirmed,"
    " declared_minutes) VALUES (1, '2027-01-11', 1, 1, 'hosting', 540, 600, 1, 1, 60)",
    "INSERT INTO closed_day (id, day_on, is_closed, reason, actor, made_at)"
    " VALUES (1, '2027-01-13', 1, 'x', 'officer:1', '2027-01-11T09:00:00.000000Z')",
    "INSERT INTO spot_holder (id, spot_id, member_id, from_on) VALUES (1, 1, 1, '2027-01-11')",
    "INSERT INTO spot_day (id, spot_id, day_on, member_id, counts) VALUES (1, 1, '2027-01-11', 1, 1)",
)
FREE = "04A2000000E533"


def made(template: Path) -> Path:
    """The home, to be copied."""

    def make(root: Path) -> None:
        shutil.copytree(closed_year.made(template), root)
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(closed_year.AFTER + timedelta(days=3)))
            space.join("Lou Petit", FREE, "free")
            space.tap(FREE)
            space.clock.advance(days=1)
            space.lift(FREE)
            space.tap(FREE)  # of a day that stays open
            closed_year.close_days(space)
            kept = opened.store._kept
            raw: Any = None if kept is None else kept.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")  # not each row has all that it refers to
            raw.execute("PRAGMA ignore_check_constraints = ON")
            with opened.store.writing() as connection:
                for each in _ROWS:
                    connection.exec_driver_sql(each)
            space.kept.close()

    return once("sealed-home", make)


@contextmanager
def unguarded(database: Path) -> Iterator[sa.Connection]:
    """The database in the hands of somebody who took the guards out, in a transaction that is taken back."""
    engine = open_engine(database, foreign_keys=False)
    with engine.connect() as connection, connection.begin() as begun:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA ignore_check_constraints = ON")  # type: ignore[union-attr]  # open
        drop_triggers(raw)  # type: ignore[arg-type]  # the driver's own
        yield connection
        begun.rollback()
    engine.dispose()
