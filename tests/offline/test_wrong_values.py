"""Values that cannot be, in every column of every table that a tap reads: no known member stands before a shut door for
them, nobody else comes in by them, and each is named.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.verdicts import Denial, Denied, NextStep
from kiosk.entrance import _known_by_roster
from kiosk.errors import MachineError
from kiosk.health import database_checks, entrance_checks
from kiosk.members.enrolment import Application
from kiosk.store.tables import (
    UtcTime,
    account,
    badge,
    carnet,
    chosen_price,
    clock_word,
    entry,
    member,
    membership,
    payer,
    policy,
    product,
    reduced_grant,
    subscription,
    tariff,
    visit,
    zone,
)
from kiosk.store.tables import home as home_table
from kiosk.store.tables.entrance import closed_day, rule_called_off, rules_revision, subscription_pause, wording
from kiosk.store.tables.prepaid import banked_day, envelope, voucher
from tests.beside import drop_triggers
from tests.conftest import WEDNESDAY, Space
from tests.fakes import WELL, FakeClock
from tests.shared import once

pytestmark = [pytest.mark.promise(4), pytest.mark.sqlite]  # a server's columns take none

INES, KARIM, LOST, OVER = "04A2000000E511", "04A1B2C3D4E501", "04112233445566", "04112233445577"
NOBODY = "04998877665544"
DAY = date(2026, 11, 25)
# Each value that is wrong in a column, met by an entrance that runs and by one that starts; else one value by one.
LONG = bool(os.environ.get("KIOSK_ALL_WRONG_VALUES"))
READ = (
    *(account, badge, banked_day, carnet, chosen_price, clock_word, closed_day, entry, envelope, home_table, member),
    *(membership, payer, policy, product, reduced_grant, rule_called_off, rules_revision, subscription),
    *(subscription_pause, tariff, visit, voucher, wording, zone),
)
"""Every table that a tap, or what keeps the roster for it, reads."""

_MORE = (
    "INSERT INTO organisation (name) VALUES ('La Coopé')",
    "INSERT INTO account (organisation_id) VALUES (1)",
    "INSERT INTO product (code, kind, unit, days) VALUES ('env', 'envelope', 'day', 5)",
    "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (2, 'membership', 1, '2026-01-01')",
    "INSERT INTO reduced_grant (member_id, level, from_on, until_on) VALUES (2, 'full', '2026-01-01', '2027-01-01')",
    "INSERT INTO chosen_price (member_id, product_id, from_on, cents)"
    " VALUES (2, (SELECT day_product_id FROM zone WHERE day_product_id NOT NULL LIMIT 1), '2026-01-01', 500)",
    "INSERT INTO banked_day (member_id, days, from_on, reason, given_at, given_by)"
    " VALUES (2, 3, '2026-01-01', 'accueil', '2026-11-01T07:00:00.000000Z', 'cli')",
    "INSERT INTO envelope (organisation_id, product_id, days, value_cents, from_on, entry_number)"
    " VALUES (1, (SELECT id FROM product WHERE code = 'env'), 5, 500, '2026-01-01', 1)",
    "INSERT INTO voucher (envelope_id, member_id, from_on) VALUES (1, 2, '2026-01-01')",
    "INSERT INTO subscription (member_id, product_id, from_on, until_on)"
    " VALUES (2, (SELECT id FROM product WHERE kind = 'subscription'), '2026-01-01', '2026-02-01')",
    "INSERT INTO subscription_pause (subscription_id, from_on, until_on, actor)"
    " VALUES ((SELECT id FROM subscription WHERE member_id = 2), '2026-01-05', '2026-01-09', 'cli')",
    "INSERT INTO rule_called_off (kind, row_id, actor, made_at)"
    " VALUES ('policy', 999, 'cli', '2026-11-01T07:00:00.000000Z')",
    "INSERT INTO closed_day (day_on, is_closed, reason, actor, made_at)"
    " VALUES ('2026-12-25', 1, 'Noël', 'cli', '2026-11-01T07:00:00.000000Z')",
    "INSERT INTO wording (code, language, text, actor, made_at)"
    " VALUES ('x', 'fr', 'a', 'cli', '2026-11-01T07:00:00.000000Z')",
    "INSERT INTO clock_word (at, boot, monotonic_seconds, last_entry, actor)"
    " VALUES ('2026-11-24T07:00:00.000000Z', 'boot-0', 5.0, 1, 'cli')",
)


def _lived(root: Path, template: Path) -> None:
    """A home in which somebody has a row of everything, and whose roster and rules are kept."""
    shutil.copytree(template, root, dirs_exist_ok=True)
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY - timedelta(days=400)))
        space.enrolment.add(Application(name="Zoé Petit", badge=space.read(OVER)))
        space.clock.advance(days=398)
        ines = space.join("Inès Moreau", INES)
        space.join("Karim Benali", KARIM, "permanent")
        space.join("Lou Roy", LOST)
        space.enrolment.lose_badge(space.read(LOST))
        space.till.sell(ines, "carnet-10", None)
        space.kept.follower.turn()
        space.tap(INES)
        space.clock.advance(days=2)
        with opened.store.writing() as connection:
            for statement in _MORE:
                connection.exec_driver_sql(statement)
        space.kept.follower.turn()
        space.kept.close()
        opened.store.close()
    with closing(sqlite3.connect(root / "db" / "ledger.db", isolation_level=None)) as raw:
        drop_triggers(raw)


@pytest.fixture(scope="module")
def lived(template: Path) -> Path:
    return once("lived-for-wrong-values", lambda root: _lived(root, template))


# Whatever column it is in, each of these is wrong there.
_X, _BLOB, _NOT_UTF8 = "'x'", "x'ff00'", "CAST(x'ff' AS TEXT)"
_VALUES: Mapping[type[object], tuple[str, ...]] = {
    UtcTime: (_X, "0", _BLOB),
    sa.Date: ("'2026-13-45'", "20261125", _BLOB),
    sa.Boolean: (_X, "7"),
    sa.Integer: (_X, "1.5", _BLOB),
    sa.Float: (_X, _BLOB),
    sa.LargeBinary: (_X, "5", _BLOB),
    sa.String: (_BLOB, _NOT_UTF8),
}


def wrong_values(column: sa.Column[object]) -> tuple[str, ...]:
    kind = next(kind for kind in _VALUES if isinstance(column.type, kind))
    dangling = ("987654321",) if column.foreign_keys and kind is sa.Integer else ()
    return (*_VALUES[kind], *dangling)


def _which(table: sa.Table) -> str:
    """The row of a table that is looked at when Inès taps."""
    names = set(table.columns.keys())
    if table is member:
        return "id = 2"
    if table is entry:
        return (
            "number = (SELECT max(number) FROM entry WHERE account_id = (SELECT id FROM account WHERE member_id = 2))"
        )
    if table is subscription_pause or table is envelope:
        return "1"
    if "member_id" in names:
        return "member_id = 2"
    day = "(SELECT day_product_id FROM zone WHERE id = (SELECT zone_id FROM member WHERE id = 2))"
    own = {"product": f"id = {day}", "tariff": f"product_id = {day}", "policy": "name = 'tab_limit_cents'"}
    own["zone"] = "id = (SELECT zone_id FROM member WHERE id = 2)"
    return own.get(table.name, "1")


def columns(table: sa.Table) -> list[sa.Column[object]]:
    """Those in which SQLite keeps what it is given."""
    return [
        column
        for column in table.columns
        if not (column.primary_key and isinstance(column.type, sa.Integer) and len(table.primary_key) == 1)
    ]


@dataclass
class Spoilt:
    """A space of which one value is spoilt at a time."""

    space: Space
    good: Path
    minutes: int = 0

    @property
    def root(self) -> Path:
        return self.space.home.paths.root

    def start(self, *, anew: bool) -> Space:
        """The entrance starts, ten minutes after the last one; `anew` with all as it was in the beginning."""
        self.minutes += 10
        self.space.kept.close()
        self.space.home.store.close()
        if anew:
            for name in ("db", "roster", "spool"):
                shutil.rmtree(self.root / name)
                shutil.copytree(self.good / name, self.root / name)
        self.space.clock.restart(WEDNESDAY + timedelta(minutes=self.minutes))
        self.space.start()
        return self.space


def spoil(database: Path, table: str, where: str, column: str, value: str) -> None:
    """What nothing of ours would write. One row: many columns are unique."""
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute("PRAGMA synchronous=OFF")
        names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if row[5]]
        key = ", ".join(f'"{name}"' for name in names)
        raw.execute(
            f'UPDATE {table} SET "{column}" = {value}'
            f" WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {where} ORDER BY {key} DESC LIMIT 1)"
        )
        assert raw.execute("SELECT changes()").fetchone() == (1,)


def verdicts(space: Space) -> list[str]:
    """What is not as it should be when everybody taps."""
    wrong = []
    for name, uid in (("Inès", INES), ("Karim", KARIM)):
        before, found = space.door.pulses, space.tap(uid)
        if isinstance(found, Denied) or space.door.pulses != before + 1:
            wrong.append(f"{name} stays outside: {found}")
    allowed = {
        NOBODY: {Denial.UNKNOWN_BADGE, Denial.NOT_ON_ROSTER},
        LOST: {Denial.BADGE_LOST, Denial.NOT_ON_ROSTER},
        OVER: {Denial.MEMBERSHIP_OVER, Denial.NOT_ON_ROSTER},
    }
    for uid, reasons in allowed.items():
        before, found = space.door.pulses, space.tap(uid)
        if not isinstance(found, Denied) or found.reason not in reasons or space.door.pulses != before:
            wrong.append(f"{uid}: {found}")
    space.clock.advance(minutes=5)
    return wrong


def _while_it_runs(spoilt: Spoilt, table: str, where: str, column: str, value: str) -> list[str]:
    """What goes wrong by one wrong value with an entrance that runs, once it followed, with one that starts then."""
    database = spoilt.root / "db" / "ledger.db"
    space = spoilt.start(anew=True)
    spoil(database, table, where, column, value)
    wrong = [f"running: {each}" for each in verdicts(space)]
    space.kept.follower.turn()
    wrong += [f"followed: {each}" for each in verdicts(space)]
    return [*wrong, *(f"started: {each}" for each in verdicts(spoilt.start(anew=False)))]


def _when_it_starts(spoilt: Spoilt, table: str, where: str, column: str, value: str) -> list[str]:
    """The same with an entrance that starts upon it."""
    spoilt.start(anew=True)
    spoil(spoilt.root / "db" / "ledger.db", table, where, column, value)
    return [f"cold: {each}" for each in verdicts(spoilt.start(anew=False))]


def outcomes(spoilt: Spoilt, place: int, table: str, where: str, column: str, value: str) -> list[str]:
    """What goes wrong by one wrong value: in the long form both ways, else by its place the one or the other."""
    ways = (_while_it_runs, _when_it_starts)
    chosen = ways if LONG else (ways[place // 2 % 2],)
    return [each for way in chosen for each in way(spoilt, table, where, column, value)]


@pytest.fixture
def spoilt(root: Path, lived: Path) -> Iterator[Spoilt]:
    shutil.rmtree(root)
    shutil.copytree(lived, root)
    with home.opened(root) as opened:
        found = Spoilt(Space(opened, FakeClock(WEDNESDAY)), lived)
        yield found
        found.space.kept.close()


def test_the_home_that_is_spoilt_serves_everybody(spoilt: Spoilt) -> None:
    space = spoilt.start(anew=True)
    assert verdicts(space) == []
    assert space.sql("SELECT count(*) FROM visit WHERE day_on = '2026-11-25'") == [(2,)]


@pytest.mark.parametrize("table", READ, ids=str)
def test_a_wrong_value_keeps_no_member_outside_and_lets_nobody_else_in(table: sa.Table, spoilt: Spoilt) -> None:
    wrong = {}
    for place, column in enumerate(columns(table)):
        every = wrong_values(column)
        for value in every if LONG else [every[place % len(every)]]:
            found = outcomes(spoilt, place, table.name, _which(table), column.name, value)
            if found:
                wrong[f"{column.name} = {value}"] = found
    assert not wrong


def test_each_wrong_value_is_named(spoilt: Spoilt) -> None:
    unnamed = []
    for table in READ:
        for column in columns(table):
            spoilt.start(anew=True)
            spoil(spoilt.root / "db" / "ledger.db", table.name, _which(table), column.name, wrong_values(column)[0])
            with spoilt.space.home.store.reading() as connection:
                found = {(each.table, each.column) for each in database_checks.wrong_values(connection, None)}
            if (table.name, column.name) not in found:
                unnamed.append((table.name, column.name, found))
    assert unnamed == []


def test_a_wrong_value_of_each_rule_keeps_nobody_outside(spoilt: Spoilt) -> None:
    rules = [str(row[0]) for row in spoilt.start(anew=True).sql("SELECT name FROM policy")]
    wrong = {}
    for place, name in enumerate(rules):
        for value in ("'{'", "'\"words\"'") if LONG else ("'{'",):
            found = outcomes(spoilt, place, "policy", f"name = '{name}'", "value", value)
            if found:
                wrong[f"{name} = {value}"] = found
    assert not wrong


@pytest.mark.parametrize(
    ("table", "column"),
    [("home", "home_id"), ("home", "training"), ("home", "created_at"), ("alembic_version", "version_num")],
)
@pytest.mark.parametrize("value", [_X, _BLOB])
def test_a_start_goes_by_the_roster_where_the_database_does_not_say_whose_it_is(
    spoilt: Spoilt, table: str, column: str, value: str
) -> None:
    spoilt.start(anew=True).home.store.close()
    spoil(spoilt.root / "db" / "ledger.db", table, "1", column, value)
    with home.opened(spoilt.root, otherwise=_known_by_roster) as opened:
        clock = FakeClock(WEDNESDAY)
        clock.restart(WEDNESDAY + timedelta(hours=9))
        space = Space(opened, clock)
        assert verdicts(space) == []
        space.kept.close()


def test_days_are_charged_by_the_last_rules_that_worked_and_said(spoilt: Spoilt) -> None:
    space = spoilt.start(anew=True)
    spoil(spoilt.root / "db" / "ledger.db", "tariff", _which(tariff), "cents", _X)
    space = spoilt.start(anew=False)
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    assert [(each.table, each.column) for each in space.kept.wrong] == [("tariff", "cents")]
    assert space.kept.last_rules.is_used
    with closing(sqlite3.connect(spoilt.root / "db" / "ledger.db")) as raw, raw:
        raw.execute("UPDATE tariff SET cents = 500 WHERE typeof(cents) = 'text'")
    space.clock.advance(minutes=10)
    space.tap(INES)
    assert (space.kept.wrong, space.kept.last_rules.is_used) == ((), False)


def test_rules_that_were_tampered_with_are_not_used(spoilt: Spoilt) -> None:
    space = spoilt.start(anew=True)
    kept = space.home.paths.last_rules
    kept.write_text(kept.read_text("utf-8").replace("tab_limit_cents", "tab_limit_cent5"), "utf-8")
    spoil(spoilt.root / "db" / "ledger.db", "tariff", _which(tariff), "cents", _X)
    space = spoilt.start(anew=False)
    space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    assert space.door.pulses == 1


def test_a_badge_that_is_lost_opens_nothing_though_its_file_holds_a_wrong_value(spoilt: Spoilt) -> None:
    space = spoilt.start(anew=True)
    spoil(spoilt.root / "db" / "ledger.db", "member", "id = 2", "zone_id", "99")
    space.kept.follower.turn()
    assert not isinstance(space.tap(INES), Denied)
    assert {(each.table, each.column) for each in space.kept.wrong} == {("member", "zone_id")}
    space.enrolment.lose_badge(space.read(INES))
    space.clock.advance(minutes=10)
    space.kept.follower.turn()
    assert isinstance(space.tap(INES), Denied)


def test_what_a_refusal_does_not_rest_on_leaves_it_as_it_is(spoilt: Spoilt) -> None:
    space = spoilt.start(anew=True)
    spoil(spoilt.root / "db" / "ledger.db", "member", "id = 2", "zone_id", "99")
    fingerprint = space.read(INES).fingerprint(space.home.badge_key)
    doubted = set()
    with space.home.store.reading() as connection:
        for reason in Denial:
            try:
                space.kept.offline_taps.doubt(connection, fingerprint, Denied(reason, NextStep.RENEW), DAY)
            except MachineError as fault:
                assert fault.code == "wrong-value"
                doubted.add(reason)
    assert doubted == {Denial.UNKNOWN_BADGE, Denial.MEMBERSHIP_OVER, Denial.TAB_OVER_LIMIT, Denial.NO_TAB}


def test_a_member_whose_file_is_right_is_told_their_own_refusal(spoilt: Spoilt) -> None:
    space = spoilt.start(anew=True)
    spoil(spoilt.root / "db" / "ledger.db", "membership", "member_id = 2", "until_on", _X)
    found = space.tap(OVER)
    assert isinstance(found, Denied)
    assert found.reason is Denial.MEMBERSHIP_OVER


def test_what_an_entrance_met_is_named_at_the_desk() -> None:
    facts = {**WELL.facts(), "wrong_values": [["tariff", "3", "cents"]], "last_rules": True}
    found = {each.kind.code: each for each in entrance_checks.of_entrance(facts, wants_display=False)}
    assert "table tariff, ligne 3, colonne cents" in found["wrong-value"].says("fr")
    assert "last-rules" in found
