"""The officers' log is under keys: with the database's rights alone no line is changed, taken out or cut off unseen.

Each hand recomputes all that needs no key; a hand that has the keys of a door seals with those.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.domain.chain import Seal, key_id
from kiosk.domain.members import log_lines
from kiosk.errors import AnswerIsNo
from kiosk.home import Home
from kiosk.setup import migration
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.officers import desk_log, log_audit
from kiosk.store.seals.sealing import Sealing
from kiosk.store.tables import text_of
from tests.books import closed_year
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock

from . import sealed_home

pytestmark = pytest.mark.promise(3)
AT = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
Hand = Callable[[sa.Connection, Seal], None]


def write(connection: sa.Connection, seal: Seal, actor: str, *numbers: int) -> None:
    """Write lines as a program that seals with this."""
    connection.info[ledger.SEAL] = seal
    for number in numbers:
        desk_log.add(connection, AT + timedelta(hours=number), actor, "read-file", 40 + number, f"x {number}")


@pytest.fixture(scope="module")
def opened(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Lines 1 to 4 of the office, 5 and 6 of a door, 7 of the office."""
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("logged") / "home")
    with home.opened(Path(root)) as at_home:
        with at_home.store.writing() as connection:
            write(connection, at_home.seal, "officer:1", 1, 2, 3, 4)
            write(connection, at_home.seal.of_door(1), "kiosk", 5, 6)
            write(connection, at_home.seal, "officer:1", 7)
        yield at_home


@pytest.fixture(scope="module")
def hands(opened: Home) -> Iterator[sa.Connection]:
    with sealed_home.unguarded(opened.paths.database) as connection:
        connection.info.clear()
        yield connection


def placed(text: str, connection: sa.Connection) -> str:
    """A text with numbers of our own lines in braces, as they are in this log: the home's making wrote some before."""
    (before,) = connection.exec_driver_sql("SELECT min(id) - 1 FROM desk_log WHERE act = 'read-file'").one()
    return text.format(*range(before, before + 10))


def up_to(connection: sa.Connection, number: int) -> list[int]:
    """The lines until one of our own, with those of the home's making."""
    last = placed(f"{{{number}}}", connection)
    return list(connection.exec_driver_sql(f"SELECT id FROM desk_log WHERE id <= {last} ORDER BY id").scalars())


def chain_anew(connection: sa.Connection) -> None:
    """Compute again all that needs no key."""
    before = log_lines.START
    for row in connection.exec_driver_sql("SELECT * FROM desk_log ORDER BY id").mappings().all():
        facts = row["facts"] if row["salt"] is None else log_lines.facts(row["salt"], row["member_number"], row["what"])
        before = log_lines.digest(before, row["id"], row["at"][:10], row["actor"], row["act"], facts)
        connection.exec_driver_sql("UPDATE desk_log SET facts = ?, digest = ? WHERE id = ?", (facts, before, row["id"]))


def changing(*statements: str) -> Hand:
    def hand(connection: sa.Connection, _seal: Seal) -> None:
        for statement in [placed(each, connection) for each in statements]:
            connection.exec_driver_sql(statement)
        chain_anew(connection)

    return hand


def closing_up(after: int) -> str:
    return f"UPDATE desk_log SET id = id - 1 WHERE id > {{{after}}}"


def swapped(connection: sa.Connection, _seal: Seal) -> None:
    two, three = (int(each) for each in placed("{2} {3}", connection).split())
    for old, new in ((two, 90), (three, two), (90, three)):
        connection.exec_driver_sql("UPDATE desk_log SET id = ? WHERE id = ?", (new, old))
    chain_anew(connection)


def beginning_cut(connection: sa.Connection, _seal: Seal) -> None:
    line = int(placed("{2}", connection))
    (digest,) = connection.exec_driver_sql("SELECT digest FROM desk_log WHERE id = ?", (line,)).one()
    connection.exec_driver_sql("DELETE FROM desk_log WHERE id <= ?", (line,))
    start = "INSERT OR REPLACE INTO desk_log_start (id, line, digest) VALUES (1, ?, ?)"
    connection.exec_driver_sql(start, (line, digest))


def tail_cut_and_gone_on(connection: sa.Connection, seal: Seal) -> None:
    """The tail is cut, its note, too, and the program writes the next line before a check comes."""
    connection.exec_driver_sql(placed("DELETE FROM desk_log WHERE id > {5}", connection))
    connection.exec_driver_sql("DELETE FROM desk_log_last")
    write(connection, seal, "officer:1", 8)


def by_a_door(connection: sa.Connection, seal: Seal) -> None:
    """The entrance's keys: an officer's last line is taken out, and one of the door's stands in its place."""
    taken_out = placed("DELETE FROM desk_log WHERE id = {7}", connection)
    last = placed("UPDATE desk_log_last SET line = {6} WHERE key_id = ?", connection)
    connection.exec_driver_sql(taken_out)
    door = seal.of_door(1)
    connection.exec_driver_sql(last, (door.key_id,))
    write(connection, door, "kiosk", 7)


def in_an_officer_s_name(connection: sa.Connection, seal: Seal) -> None:
    write(connection, seal.of_door(1), "officer:1", 8)


def by_a_revoked_door(connection: sa.Connection, seal: Seal) -> None:
    """A door is revoked by the office, and writes another line."""
    connection.exec_driver_sql("UPDATE door SET revoked_on = '2027-01-11' WHERE id = 1")
    sealing = Sealing(seal)
    sealing.noted.add(("door", "1"))
    sealing.seal_noted(connection)
    write(connection, seal.of_door(1), "kiosk", 8)


HANDS: dict[str, tuple[Hand, str]] = {
    "edited: by whom": (changing("UPDATE desk_log SET actor = 'officer:2' WHERE id = {3}"), "line {3} .* its seal"),
    "edited: which act": (changing("UPDATE desk_log SET act = 'x' WHERE id = {3}"), "line {3} .* its seal"),
    "edited: its day": (
        changing("UPDATE desk_log SET at = '2027-01-12' || substr(at, 11) WHERE id = {3}"),
        "line {3} .*seal",
    ),
    "edited: of whom": (changing("UPDATE desk_log SET member_number = 7 WHERE id = {7}"), "line {7} .* its seal"),
    "edited: what": (changing("UPDATE desk_log SET what = 'y' WHERE id = {4}"), "line {4} .* its seal"),
    "edited: erased": (
        changing("UPDATE desk_log SET what = NULL, member_number = NULL, salt = NULL WHERE id = {2}"),
        "line {2} .* its seal",
    ),
    "edited: without a seal": (
        changing("UPDATE desk_log SET key_id = NULL, mac = NULL WHERE id = {7}"),
        "line {7} .* seal",
    ),
    "taken out": (changing("DELETE FROM desk_log WHERE id = {3}", closing_up(3)), "line {3} .* its seal"),
    "put in": (
        changing(
            "INSERT INTO desk_log (id, at, actor, act, facts) SELECT {8}, at, actor, act, facts FROM desk_log LIMIT 1"
        ),
        "line {8} .* its seal",
    ),
    "swapped": (swapped, "line {2} .* its seal"),
    "the tail cut": (changing("DELETE FROM desk_log WHERE id > {5}"), "line {6} .* missing, the last of its key"),
    "the last line cut": (changing("DELETE FROM desk_log WHERE id = {7}"), "line {7} .* missing, the last of its key"),
    "the note of the end taken out": (changing("DELETE FROM desk_log_last"), "noted nowhere"),
    "the note of the end changed": (
        changing("DELETE FROM desk_log WHERE id > {5}", "UPDATE desk_log_last SET line = {5}"),
        "last line of key",
    ),
    "the tail and its note cut, and gone on": (tail_cut_and_gone_on, "noted nowhere"),
    "the beginning cut": (beginning_cut, "last forgotten line"),
    "all forgotten": (changing("DELETE FROM desk_log", "DELETE FROM desk_log_last"), "noted nowhere"),
    "with the entrance's keys: a line replaced": (by_a_door, "line {7} .* missing|its seal"),
    "with the entrance's keys: in the office's name": (in_an_officer_s_name, "line {8} .* it is the office's"),
    "with the keys of a door that is revoked": (by_a_revoked_door, "line {8} .* which is revoked"),
}


def test_a_log_that_nobody_touched_is_well(opened: Home) -> None:
    with opened.store.reading() as connection:
        log_audit.check(connection, opened.seal)
        assert connection.exec_driver_sql("SELECT count(*) FROM desk_log WHERE mac IS NULL").scalar() == 0


def test_each_way_that_a_program_writes_a_line_has_the_key(template: Path, tmp_path: Path) -> None:
    """What was read is written by the connection of logs; what was changed, in the transaction that changes it."""
    root = Path(shutil.copytree(closed_year.made(template), tmp_path / "home"))
    with home.opened(root) as at_home, at_home.store.reading() as connection:
        (before,) = connection.exec_driver_sql("SELECT count(*) FROM desk_log").one()
    for program in ("", "desk", "entrance"):
        with home.opened(root, program=program) as at_home:
            for way in (at_home.store.logging, at_home.store.writing):
                with way() as connection:
                    desk_log.add(connection, AT, "kiosk", "own-data", 1, None)
    with home.opened(root) as at_home, at_home.store.reading() as connection:
        keys = connection.exec_driver_sql("SELECT count(*), count(mac), count(DISTINCT key_id) FROM desk_log").one()
        assert tuple(keys) == (before + 6, before + 6, 2)
        log_audit.check(connection, at_home.seal)


@pytest.mark.parametrize("case", HANDS)
def test_whatever_a_hand_does_without_the_office_s_key_is_named(opened: Home, hands: sa.Connection, case: str) -> None:
    hand, named = HANDS[case]
    with hands.begin_nested() as tried:
        named = placed(named, hands)
        hand(hands, opened.seal)
        with pytest.raises(AnswerIsNo, match=named) as caught:
            log_audit.check(hands, opened.seal)
        tried.rollback()
        hands.info.clear()
    assert caught.value.code == "log-broken"
    log_audit.check(hands, opened.seal)


@pytest.mark.parametrize("hand", ["writes", "cuts the beginning"])
def test_a_key_of_before_changes_nothing(opened: Home, hands: sa.Connection, hand: str) -> None:
    """After the chain's key was renewed: the entry that says so saw the log."""
    old, key = opened.seal, bytes(range(32))
    newer = Seal(key, key_id(key), old.home_id, older=(old.key,))
    with hands.begin_nested() as tried:
        detail = {"key": newer.key_id, **desk_log.key_from_here(hands, newer)}
        day = hands.exec_driver_sql("SELECT max(day_on) FROM entry").scalar_one()
        draft = Draft(kind="notice", day_on=date.fromisoformat(day), group=bytes(16), actor="cli", detail=detail)
        ledger.append(hands, newer, draft, AT)
        log_audit.check(hands, newer)
        if hand == "writes":
            write(hands, old, "officer:1", 8)
        else:
            hands.info[ledger.SEAL] = old
            desk_log.forget_lines(hands, up_to(hands, 3))
        with pytest.raises(AnswerIsNo, match=r"sealed with an older key|last forgotten line"):
            log_audit.check(hands, newer)
        tried.rollback()
        hands.info.clear()


def test_what_the_programs_erase_and_forget_stays_well(opened: Home, hands: sa.Connection) -> None:
    with hands.begin_nested() as tried:
        hands.info[ledger.SEAL] = opened.seal
        last = int(placed("{7}", hands))
        desk_log.erase_facts(hands, [42, 45])
        log_audit.check(hands, opened.seal)
        desk_log.forget_lines(hands, up_to(hands, 3))
        log_audit.check(hands, opened.seal)
        desk_log.forget_lines(hands, range(last - 3, last + 1))
        log_audit.check(hands, opened.seal)
        write(hands, opened.seal, "officer:1", 8)
        log_audit.check(hands, opened.seal)
        kept = hands.exec_driver_sql("SELECT id FROM desk_log").scalars().all()
        tried.rollback()
        hands.info.clear()
    assert kept == [last + 1]


def test_a_line_that_the_program_writes_after_a_cut_leaves_the_gap(opened: Home, hands: sa.Connection) -> None:
    with hands.begin_nested() as tried:
        missing = placed("{4}", hands)
        hands.exec_driver_sql(placed("DELETE FROM desk_log WHERE id > {3}", hands))
        write(hands, opened.seal, "officer:1", 8)
        with pytest.raises(AnswerIsNo, match=f"line {missing} of the officers' log is missing"):
            log_audit.check(hands, opened.seal)
        tried.rollback()
        hands.info.clear()


def test_a_home_of_before_takes_its_log_as_it_is_found_and_is_well_on_the_way_back_and_again(
    template: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(closed_year.made(template), tmp_path / "home"))
    with home.opened(root) as at_home, at_home.store.writing() as connection:
        write(connection, at_home.seal, "officer:1", 1, 2)
    migration.migrate_back(root, "0034")
    older_writes(root, 3)
    assert "as it was found" in migration.migrate(root, FakeClock(WEDNESDAY)), "said once"
    assert "as it was found" not in migration.migrate(root, FakeClock(WEDNESDAY))
    with home.opened(root) as at_home:
        with at_home.store.writing() as connection:
            write(connection, at_home.seal, "officer:1", 4)
        with at_home.store.reading() as connection:
            log_audit.check(connection, at_home.seal)
        seal = at_home.seal
    with sealed_home.unguarded(root / "db" / "ledger.db") as hands:
        for line in (2, 4):
            with hands.begin_nested() as tried:
                hands.exec_driver_sql("UPDATE desk_log SET what = 'y' WHERE id = ?", (line,))
                chain_anew(hands)
                with pytest.raises(AnswerIsNo, match=r"its seal|not the one that entry"):
                    log_audit.check(hands, seal)
                tried.rollback()


def older_writes(root: Path, number: int) -> None:
    """Write a line as a release did that knew of no keys."""
    with home.opened(root, any_revision=True) as at_home, at_home.store.logging() as connection:
        last, before = connection.exec_driver_sql("SELECT id, digest FROM desk_log ORDER BY id DESC LIMIT 1").one()
        salt = bytes(16)
        facts = log_lines.facts(salt, number, "x")
        at = text_of(AT)
        digest = log_lines.digest(before, last + 1, at[:10], "officer:1", "read-file", facts)
        connection.exec_driver_sql(
            "INSERT INTO desk_log (id, at, actor, act, member_number, what, salt, facts, digest)"
            " VALUES (?, ?, 'officer:1', 'read-file', ?, 'x', ?, ?, ?)",
            (last + 1, at, number, salt, facts, digest),
        )
