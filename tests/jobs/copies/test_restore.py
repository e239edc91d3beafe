"""A home put back to a copy: verified first, all of it or nothing, and every number known outside stays one's own."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from kiosk import config_file, config_in_force, home
from kiosk.books.documents import issue
from kiosk.books.recovery.ledger_recovery import MOST_LOST, Outside
from kiosk.cli.copies import restore_report
from kiosk.domain.books import head_notes
from kiosk.domain.books.documents import Kind, Series
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.jobs.copies import backup, copy_file, drill, placing, restore, sealing
from kiosk.jobs.copies.restore import Lost, Restored
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store import audit, ledger, schema
from kiosk.store.books import closing_audit, document_rows, head_rows
from kiosk.store.members import import_rows, members
from kiosk.store.money import bank_deposit_rows
from kiosk.store.space.policies import Rules
from tests import attackers, beside, records
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

INES, OMAR, LINA = "04A2000000E511", "04A2000000E522", "04A2000000E533"
NOTHING = Outside({})


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "identity"
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    return path


@pytest.fixture
def lived(space: Space, identity: Path) -> Iterator[Space]:
    """A home with two members and a day, whose copies hold its keys for an identity. Root puts one back, and a server's
    while no program is connected.
    """
    release(space)
    settings = space.home.paths.config
    recipient = f'recipient = "{sealing.recipient_of(identity)}"'
    settings.write_text(settings.read_text("utf-8").replace('# recipient = "age1..."', recipient), "utf-8")
    with home.opened(space.home.paths.root) as opened:
        found = Space(opened, space.clock)
        found.join("Inès Moreau", INES)
        found.join("Omar Benali", OMAR)
        found.tap(INES)
        yield found
        found.kept.close()


def release(space: Space) -> None:
    """Let the programs go that a space has open."""
    space.kept.close()
    for each in (space.home, space.at_door):
        if each is not None:
            each.store.close()


def copied(space: Space) -> Path:
    return backup.make(space.home, space.clock, sure=True).path


def back(
    space: Space, file: Path, root: Path | None = None, identity: Path | None = None, told: Outside = NOTHING
) -> Restored:
    """Restore, over the space's own home or elsewhere."""
    if root is None:
        release(space)
    space.clock.advance(minutes=1)
    where = root or space.home.paths.root
    return restore.restore(where, file, space.clock, identity=identity, told=told, confirm=lambda lost: None)


@contextmanager
def seen(root: Path, at: datetime) -> Iterator[Space]:
    """A restored home, opened; its records agree, and its schema is this release's."""
    with home.opened(root) as opened:
        with opened.store.reading() as connection:
            schema.compare(connection)
            audit.check_chain(connection, opened.seal)
            closing_audit.check(connection)
            audit.check_documents(connection)
            audit.check_sums(connection)
        records.compared(opened)
        clock = FakeClock(at)
        clock.boot = "boot-2"  # another machine, or this one later
        found = Space(opened, clock)
        yield found
        found.kept.close()


def receipt(space: Space) -> int:
    """A receipt of Inès's. Returns its number."""
    with space.home.store.writing() as connection:
        found = members.by_number(connection, 1)
        moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
        return issued(space, connection, moment, found.account)


def issued(space: Space, connection: object, moment: Moment, account: int) -> int:
    made = issue(
        connection,  # type: ignore[arg-type]  # what `writing` yields
        space.home.seal,
        moment,
        "cli",
        series=Series.RECEIPT,
        kind=Kind.RECEIPT,
        account=account,
        language="fr",
        content={"total_cents": 0, "lines": []},
        lines=[],
    )
    return made.document.number


def notices(space: Space) -> list[dict[str, object]]:
    return [
        json.loads(str(row[0])) for row in space.sql("SELECT detail FROM entry WHERE kind = 'notice' ORDER BY number")
    ]


# --- over its own home


def test_a_home_is_put_back_and_what_came_since_is_said(lived: Space) -> None:
    file = copied(lived)
    lived.clock.advance(hours=1)
    lived.tap(OMAR)
    lived.till.pay(1, 500, "cash")
    assert receipt(lived) == 1
    head = lived.sql("SELECT max(number) FROM entry")[0][0]
    done = back(lived, file)
    assert done.lost.gaps["receipt"] == (1, 1)
    assert done.lost.gaps["entry"][1] == head
    left = done.lost.survivors.left
    assert left is not None
    assert [each.kind for each in left.entries] == ["charge", "payment", "document"]
    assert [(each.member_number, each.amount_cents) for each in left.entries[:2]] == [(2, 500), (1, -500)]
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert found.sql("SELECT count(*) FROM visit") == [(1,)]
        assert found.sql("SELECT max(number) FROM entry") == [(done.entry,)]
        assert done.entry > int(str(head))
        assert isinstance(found.tap(OMAR), Granted)
        assert receipt(found) == 2


@pytest.mark.sqlite  # its database is gone
@pytest.mark.promise(3)
def test_numbers_go_on_above_all_that_is_known_outside(lived: Space) -> None:
    file = copied(lived)
    head = lived.sql("SELECT max(number) FROM entry")[0][0]
    lived.home.paths.database.unlink()
    told = Outside({"entry": 40, "receipt": 12, "invoice": 3, "slip-cheque": 4, "member": 9})
    done = back(lived, file, told=told)
    assert done.lost.gaps == {
        "entry": (int(str(head)) + 1, 40),
        "member": (3, 9),
        "receipt": (1, 12),
        "invoice": (1, 3),
        "slip-cheque": (1, 4),
    }
    assert done.entry == 41
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert receipt(found) == 13
        assert receipt(found) == 14
        assert found.join("Lina Roux", LINA) == 10
        with found.home.store.reading() as connection:
            assert bank_deposit_rows.next_number(connection, "cheque") == 5
            assert bank_deposit_rows.next_number(connection, "cash") == 1
            assert document_rows.next_number(connection, "invoice") == 4
            assert document_rows.next_number(connection, "credit-note") == 1
            assert import_rows.following(connection).number == 11
            audit.check_documents(connection)
        lost = [each for each in notices(found) if each["about"] == "lost-entry"]
        assert len(lost) == 40 - int(str(head))
        # Restored once more: what was lost the first time stays lost.
        again = copied(found)
        done = back(found, again, told=Outside({"receipt": 20}))
        assert done.lost.gaps["receipt"] == (15, 20)
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=11)) as found:
        assert receipt(found) == 21


@pytest.mark.promise(3)
def test_no_document_skips_a_number_that_no_restore_lost(lived: Space) -> None:
    file = copied(lived)
    back(lived, file, told=Outside({"receipt": 12}))
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        account = found.sql("SELECT min(id) FROM account")[0][0]
        for wrong in (1, 12, 14):
            with pytest.raises(sa.exc.IntegrityError, match="without gaps"):
                raw(found, "document", wrong, account)
        with pytest.raises(sa.exc.IntegrityError, match="without gaps"):
            raw(found, "remittance", 2, account)


def raw(space: Space, table: str, number: int, account: object) -> None:
    if table == "document":
        space.sql_write(
            "INSERT INTO document (series, number, kind, account_id, issued_on, language, content, entry_number)"
            f" VALUES ('receipt', {number}, 'receipt', {account}, '2026-11-25', 'fr', '{{}}', 1)"
        )
    else:
        space.sql_write(f"INSERT INTO remittance (method, number, entry_number) VALUES ('cash', {number}, 1)")


def test_a_document_that_goes_missing_where_none_was_lost_is_found(lived: Space) -> None:
    back(lived, copied(lived), told=Outside({"receipt": 3}))
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        receipt(found)
        with beside.unguarded(found.home) as database:
            database.execute("DELETE FROM document")
        with found.home.store.reading() as connection, pytest.raises(AnswerIsNo, match="receipt 4 is missing"):
            audit.check_documents(connection)


@pytest.mark.promise(3)
def test_a_head_noted_outside_is_checked_and_remembered(lived: Space) -> None:
    file = copied(lived)
    with lived.home.store.reading() as connection:
        head = ledger.head(connection)
    known = head_notes.parse(head_notes.head_note(head.number, head.mac))
    wrong = head_notes.parse(f"{head.number}:{'0' * 8}")
    with pytest.raises(AnswerIsNo) as refused:
        back(lived, file, told=Outside({}, (wrong,)))
    assert refused.value.code == "head-differs"
    later = head_notes.parse(f"{head.number + 5}:0123abcd")
    done = back(lived, file, told=Outside({}, (known, later)))
    assert done.entry == head.number + 6
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert notices(found)[-1]["known"] == [str(later)]
        with found.home.store.reading() as connection:
            head_rows.check(connection, known)
            with pytest.raises(AnswerIsNo, match=f"entry {later.entry} was lost"):
                head_rows.check(connection, later)


def test_a_number_that_cannot_be_is_asked_for_again(lived: Space) -> None:
    file = copied(lived)
    for kind in ("entry", "receipt", "member"):
        with pytest.raises(RequestError) as refused:
            back(lived, file, told=Outside({kind: MOST_LOST * 2}))
        assert refused.value.code == "known-too-far"


def test_a_badge_declared_lost_since_the_copy_stays_so(lived: Space) -> None:
    file = copied(lived)
    lived.enrolment.lose_badge(badges.parse(INES))
    done = back(lived, file)
    assert list(done.lost.stopped.values()) == [1]
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert not isinstance(found.tap(INES), Granted)
        assert isinstance(found.tap(OMAR), Granted)


@pytest.mark.sqlite  # a file that burned
@pytest.mark.promise(4)
def test_a_badge_that_the_roster_does_not_know_any_more_opens_nothing(lived: Space) -> None:
    """The database burned with the disk it was on; the roster did not."""
    file = copied(lived)
    lived.clock.advance(hours=1)
    lived.enrolment.lose_badge(badges.parse(INES))
    lived.kept.follower.follow()
    lived.home.store.close()
    lived.home.paths.database.write_bytes(b"not a database any more" * 400)
    done = back(lived, file)
    assert done.lost.survivors.left is None
    assert list(done.lost.stopped.values()) == [1]
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert not isinstance(found.tap(INES), Granted)
        assert isinstance(found.tap(OMAR), Granted)


@pytest.mark.sqlite  # a file that burned
@pytest.mark.promise(4)
@pytest.mark.parametrize("other", ["roster", "spool"])
def test_a_badge_on_a_list_of_stopped_ones_opens_nothing_whatever_else_is_gone(lived: Space, other: str) -> None:
    """Database and roster burned, and the other of the list's two files: the one that is left says it."""
    file = copied(lived)
    lived.clock.advance(hours=1)
    lived.enrolment.lose_badge(badges.parse(INES))
    lived.kept.follower.follow()
    lived.home.store.close()
    paths = lived.home.paths
    paths.database.write_bytes(b"not a database any more" * 400)
    paths.roster.unlink()
    (paths.root / other / "stopped").unlink()
    done = back(lived, file)
    assert (done.lost.survivors.left, done.lost.survivors.roster) == (None, None)
    assert list(done.lost.stopped.values()) == [1]
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        found.kept.follower.follow()  # which gives back what the records say is active
        assert not isinstance(found.tap(INES), Granted)
        assert isinstance(found.tap(OMAR), Granted)


@pytest.mark.sqlite  # a file that burned
def test_a_badge_that_was_found_again_is_not_stopped_by_its_older_line(lived: Space) -> None:
    lived.enrolment.lose_badge(badges.parse(INES))
    lived.kept.follower.follow()
    ((mark,),) = lived.sql("SELECT fingerprint FROM badge WHERE lost_on IS NOT NULL")
    assert isinstance(mark, bytes)
    lived.enrolment.mark_badge(1, mark, lost=False)
    lived.kept.follower.follow()
    file = copied(lived)
    lived.home.store.close()
    lived.home.paths.database.write_bytes(b"not a database any more" * 400)
    assert not back(lived, file).lost.stopped


@pytest.mark.sqlite  # its database is gone
def test_a_roster_from_before_the_copy_stops_nobody(lived: Space) -> None:
    lived.kept.follower.follow()
    lived.clock.advance(hours=1)
    lived.join("Lina Roux", LINA)
    file = copied(lived)
    lived.home.store.close()
    lived.home.paths.database.unlink()
    assert back(lived, file).lost.stopped == {}


def test_an_account_suspended_since_is_named(lived: Space) -> None:
    with lived.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO desk_user (email, name, active, fs_uniquifier, created_at)"
            " VALUES ('bureau@exemple.fr', '', 1, 'u', '2026-11-25T07:52:00.000000Z')"
        )
    file = copied(lived)
    with lived.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET active = 0")
    assert back(lived, file).lost.suspended == ("bureau@exemple.fr",)


@pytest.mark.promise(4)
def test_taps_in_the_spool_are_kept_and_entered_once(lived: Space) -> None:
    file = copied(lived)
    lived.vouched = False  # the clock is not sure: taps wait
    lived.clock.restart(WEDNESDAY.replace(hour=9))
    lived.restart()
    lived.tap(OMAR)
    lived.kept.close()
    done = back(lived, file)
    assert done.lost.survivors.spooled == 1
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        for _ in range(3):
            found.kept.replay.turn(lambda: False)
        assert len(found.kept.spool) == 0
        assert found.sql("SELECT count(*) FROM visit WHERE member_id = 2") == [(1,)]


@pytest.mark.promise(4)
def test_what_the_door_s_journal_will_enter_again_is_announced_and_is_what_it_enters(lived: Space) -> None:
    file = copied(lived)
    lived.tap(OMAR)
    lived.kept.close()
    done = back(lived, file)
    assert done.lost.door_days == 1
    assert "1 days are in the door's journal and not in the copy" in restore_report.words(done)
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert found.sql("SELECT count(*) FROM visit WHERE member_id = 2") == [(0,)]
        found.kept.replay.turn(lambda: False)
        assert found.kept.comparison.outcome.entered == 1
        assert found.sql("SELECT count(*) FROM visit WHERE member_id = 2") == [(1,)]


@pytest.mark.sqlite  # where the file goes
def test_what_was_there_moves_aside_whole(lived: Space) -> None:
    file = copied(lived)
    lived.tap(OMAR)
    lived.home.store.close()
    before = dump(lived.home.paths.database)
    done = back(lived, file)
    assert dump(done.aside[0]) == before
    assert done.aside[0].parent == lived.home.paths.database.parent
    assert [path.name for path in lived.home.paths.root.glob(".restore*")] == []


def counted(space: Space) -> list[tuple[object, ...]]:
    """What the records are, wherever they are: the chain's last word and how much there is of what stands beside it."""
    tables = ("entry", "visit", "member", "badge", "door_event", "outbox", "upkeep", "due_act")
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    return space.sql(f"SELECT mac, {counts} FROM entry ORDER BY number DESC LIMIT 1")


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


@pytest.mark.sqlite  # SQLite's own log
def test_an_old_database_s_log_never_reaches_the_new_one(lived: Space) -> None:
    """Killed with commits in its log only, and its database damaged: that log must not be read into the copy."""
    file = copied(lived)
    lived.tap(OMAR)
    database = lived.home.paths.database
    log = database.with_name("ledger.db-wal")
    torn = log.read_bytes()
    lived.home.store.close()
    database.write_bytes(b"\xff" * 8192)
    log.write_bytes(torn)
    back(lived, file)
    assert not log.exists()
    with seen(lived.home.paths.root, WEDNESDAY.replace(hour=10)) as found:
        assert found.sql("SELECT count(*) FROM visit") == [(1,)]


def test_this_machine_s_configuration_stays_and_the_copy_s_lies_beside(lived: Space) -> None:
    file = copied(lived)
    settings = lived.home.paths.config
    then = settings.read_text("utf-8")
    now = then.replace("pulse_seconds = 3.0", "pulse_seconds = 4.0")
    settings.write_text(now, "utf-8")
    done = back(lived, file)
    assert settings.read_text("utf-8") == now
    assert done.settings_beside is not None
    assert done.settings_beside.read_text("utf-8") == then


# --- refused


def refused(lived: Space, file: Path, code: str, root: Path | None = None, identity: Path | None = None) -> None:
    """Nothing happens, and that is said."""
    where = root or lived.home.paths.root
    before = inodes(where)
    database = dump(where / "db" / "ledger.db") if (where / "db" / "ledger.db").exists() else None
    with pytest.raises(KioskError) as said:
        restore.restore(where, file, lived.clock, identity=identity, told=NOTHING, confirm=lambda lost: None)
    assert said.value.code == code
    assert inodes(where) == before
    if database is not None:
        assert dump(where / "db" / "ledger.db") == database
    assert list(where.parent.glob(".restore*")) == []


def inodes(root: Path) -> dict[Path, int]:
    """Every file and folder, but for what SQLite makes beside a database that it reads."""
    return {path: path.stat().st_ino for path in [root, *root.rglob("*")] if path.exists() and "-" not in path.suffix}


def test_not_under_a_running_entrance(lived: Space) -> None:
    file = copied(lived)
    with home.locked(lived.home.paths):
        refused(lived, file, "entrance-runs")


def test_a_damaged_copy_changes_nothing(lived: Space, tmp_path: Path) -> None:
    file = copied(lived)
    lived.home.store.close()
    content = file.read_bytes()
    for cut in (0, 100, 2000, len(content) // 2, len(content) - 2000):
        bad = tmp_path / file.name
        bad.write_bytes(content[:cut])
        refused(lived, bad, "copy-damaged")
    altered = bytearray(content)
    altered[len(content) // 2] ^= 1
    bad.write_bytes(altered)
    refused(lived, bad, "copy-damaged")


def test_whoever_says_no_in_the_end_has_changed_nothing(lived: Space) -> None:
    file = copied(lived)
    release(lived)
    before = counted(lived)

    def no(lost: Lost) -> None:
        raise RequestError("not-confirmed", str(lost.copy_entry))

    with pytest.raises(RequestError, match=r"^\d+$"):
        restore.restore(lived.home.paths.root, file, lived.clock, identity=None, told=NOTHING, confirm=no)
    assert counted(lived) == before


def test_a_copy_of_tomorrow_waits_for_a_clock_that_is_set(lived: Space) -> None:
    file = copied(lived)
    lived.clock.set(datetime(2026, 11, 24, tzinfo=UTC))
    refused(lived, file, "copy-of-tomorrow")


def test_another_home_s_copy_is_refused_unless_the_home_is_new(lived: Space, tmp_path: Path, identity: Path) -> None:
    file = copied(lived)
    other = tmp_path / "other"
    home_creation.create(other, NewHome(screen_port=8090, desk_port=8091), FakeClock(WEDNESDAY))
    with home.opened(other) as opened:
        own_id = opened.seal.home_id
    refused(lived, file, "keys-wanted", other)
    done = back(lived, file, other, identity)
    assert own_id not in dump(other / "db" / "ledger.db")
    assert len(done.aside) >= 3, "its database and its keys"
    with seen(other, WEDNESDAY.replace(hour=10)) as found:
        assert found.home.seal.home_id == lived.home.seal.home_id
        assert isinstance(found.tap(OMAR), Granted)
        assert found.home.config.screen.port == 8090
        for key in ("shared/badge", "entrance/spool", "desk/web"):
            assert (other / "keys" / key).read_bytes() == (lived.home.paths.root / "keys" / key).read_bytes()
    third = tmp_path / "third"
    home_creation.create(third, NewHome(), FakeClock(WEDNESDAY))
    with home.opened(third) as opened:
        inhabited = Space(opened, FakeClock(WEDNESDAY))
        inhabited.join("Lina Roux", LINA)
        inhabited.kept.close()
    refused(lived, file, "other-home", third, identity)
    (third / "keys" / "shared" / "chain").unlink()
    refused(lived, file, "other-home", third, identity)


def test_a_training_copy_takes_a_real_home_s_place_only_where_that_is_told(
    lived: Space, tmp_path: Path, identity: Path
) -> None:
    school, other = tmp_path / "school", tmp_path / "other"
    home_creation.create(school, NewHome(training=True), FakeClock(WEDNESDAY))
    home_creation.create(other, NewHome(screen_port=8090, desk_port=8091), FakeClock(WEDNESDAY))
    settings = school / "kiosk.toml"
    recipient = f'recipient = "{sealing.recipient_of(identity)}"'
    settings.write_text(settings.read_text("utf-8").replace('# recipient = "age1..."', recipient), "utf-8")
    with home.opened(school) as opened:
        file, home_id = backup.make(opened, lived.clock, sure=True).path, opened.seal.home_id
    refused(lived, file, "training-copy", other, identity)
    lived.clock.advance(minutes=1)
    restore.restore(other, file, lived.clock, identity=identity, told=NOTHING, confirm=lambda lost: None, training=True)
    with home.opened(other) as opened:
        assert (opened.seal.home_id, opened.training) == (home_id, True)


def test_a_folder_with_something_else_in_it_is_left_alone(lived: Space, tmp_path: Path) -> None:
    file = copied(lived)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").touch()
    refused(lived, file, "home-exists", tmp_path / "photos")
    keys_of = lived.home.paths.root / "keys"
    shutil.copytree(keys_of, tmp_path / "photos" / "keys")
    refused(lived, file, "home-exists", tmp_path / "photos")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "keys").symlink_to(keys_of)
    refused(lived, file, "home-exists", tmp_path / "linked")


@pytest.mark.sqlite  # how a file takes its place
def test_keys_that_were_put_in_place_are_there_whatever_becomes_of_the_restore(
    lived: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home's own keys are the only ones there are: they stay as they were put, or are those of the home."""
    file, new = copied(lived), tmp_path / "new"
    new.mkdir()
    shutil.copytree(lived.home.paths.root / "keys", new / "keys")
    before = {path: path.read_bytes() for path in (new / "keys").rglob("*") if path.is_file()}

    def fails(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full, pytest.raises(MachineError):
        full.setattr(placing, "database", fails)
        restore.restore(new, file, lived.clock, identity=None, told=NOTHING, confirm=lambda lost: None)
    assert {path: path.read_bytes() for path in (new / "keys").rglob("*") if path.is_file()} == before
    restore.restore(new, file, lived.clock, identity=None, told=NOTHING, confirm=lambda lost: None)
    assert {path: path.read_bytes() for path in before} == before
    with home.opened(new) as opened:
        assert opened.seal.home_id == lived.home.seal.home_id
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.sqlite  # how a file takes its place
@pytest.mark.parametrize("what", ["folder", "file", "pipe"])
def test_nothing_among_the_keys_that_were_put_in_place_leads_out_of_the_home(
    lived: Space, tmp_path: Path, what: str
) -> None:
    """Root would write keys wherever a link leads; a folder of keys that a program had may hold one."""
    file, new, elsewhere = copied(lived), tmp_path / "new", tmp_path / "elsewhere"
    shutil.copytree(lived.home.paths.root / "keys", new / "keys")
    elsewhere.mkdir()
    shutil.rmtree(new / "keys" / "entrance")
    if what == "folder":
        (new / "keys" / "entrance").symlink_to(elsewhere)
    else:
        (new / "keys" / "entrance").mkdir()
        spool = new / "keys" / "entrance" / "spool"
        spool.symlink_to(elsewhere / "spool") if what == "file" else os.mkfifo(spool)
    with pytest.raises(MachineError) as said:
        restore.restore(new, file, lived.clock, identity=None, told=NOTHING, confirm=lambda lost: None)
    assert said.value.code == "foreign-file"
    assert "keys/entrance" in str(said.value)
    assert (list(elsewhere.iterdir()), [path.name for path in new.iterdir()]) == ([], ["keys"])


@pytest.mark.sqlite  # how a file takes its place
def test_a_disk_that_fails_at_the_last_step_leaves_the_home_as_it_was(
    lived: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied(lived)

    def fails(folder: Path, mode: int) -> None:
        raise OSError(5, "Input/output error")

    before = dump(lived.home.paths.database)
    monkeypatch.setattr(placing, "_holder", fails)
    with pytest.raises(MachineError) as said:
        back(lived, file)
    assert said.value.code == "restore"
    assert dump(lived.home.paths.database) == before


# --- on another Pi


def test_a_home_comes_up_on_another_machine_with_the_identity_alone(
    lived: Space, tmp_path: Path, identity: Path
) -> None:
    file = copied(lived)
    shutil.copy(file, tmp_path / "carried.tar")
    new = tmp_path / "new"
    refused(lived, tmp_path / "carried.tar", "keys-wanted", new)
    new.mkdir()  # an empty folder is as good as none
    back(lived, tmp_path / "carried.tar", new, identity)
    with seen(new, WEDNESDAY.replace(hour=10)) as found:
        assert isinstance(found.tap(OMAR), Granted)
        assert copied(found).exists()
        assert drill.run(found.home, found.clock).wrong == ()
    assert (new / "keys" / "shared" / "chain").stat().st_mode & 0o777 == 0o600


def test_a_copy_of_a_release_before_comes_up_with_settings_that_are_whole_and_accepted(
    lived: Space, tmp_path: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those releases ended kiosk.toml as they liked; a new card has nothing else that was accepted."""
    older = tmp_path / "older.toml"
    text = lived.home.paths.config.read_text("utf-8").replace(config_file.PROMISE, "#").replace("\n# end\n", "")
    older.write_text(text, "utf-8")
    monkeypatch.setattr(config_in_force, "source", lambda _root: older)
    shutil.copy(copied(lived), tmp_path / "carried.tar")
    monkeypatch.undo()
    new = tmp_path / "new"
    back(lived, tmp_path / "carried.tar", new, identity)
    in_a_file = replace(lived.home.config, database=replace(lived.home.config.database, url=""))
    assert config_in_force.find(new) == config_in_force.InForce(in_a_file), "as a home that is made anew is"
    assert (new / config_in_force.ACCEPTED).read_bytes() == (new / "kiosk.toml").read_bytes()


def test_what_was_sealed_for_the_way_is_opened_with_the_same_identity(
    lived: Space, tmp_path: Path, identity: Path
) -> None:
    file = copied(lived)
    sealed = tmp_path / f"{file.name}.age"
    sealing.seal_file(file, sealed, lived.home.config.backup.recipient)
    refused(lived, sealed, "keys-wanted", tmp_path / "new")
    back(lived, sealed, tmp_path / "new", identity)
    with seen(tmp_path / "new", WEDNESDAY.replace(hour=10)) as found:
        assert found.sql("SELECT count(*) FROM visit") == [(1,)]


def test_another_identity_opens_nothing(lived: Space, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    subprocess.run(["age-keygen", "-o", wrong], check=True, capture_output=True)
    refused(lived, copied(lived), "identity", tmp_path / "new", wrong)
    assert not (tmp_path / "new").exists()


def test_keys_that_are_not_those_of_the_copy_are_refused(lived: Space, tmp_path: Path, identity: Path) -> None:
    """Somebody exchanged the sealed keys: anybody can seal for a recipient."""
    file = copied(lived)
    folder = tmp_path / "out"
    folder.mkdir()
    said = copy_file.unpack(file, folder)
    forged = tmp_path / "forged"
    home_creation.create(forged, NewHome(), FakeClock(WEDNESDAY))
    (folder / "keys.age").write_bytes(sealing.seal_keys(home.find(forged), lived.home.config.backup.recipient))
    files = {name: folder / name for name in said.members}
    about = copy_file.CopyFacts(said.facts, said.version, said.made_at, tells_hours=True)
    target = copy_file.free_name(tmp_path, said.made_at)
    copy_file.pack(files, target, about, lived.home.seal)
    refused(lived, target, "copy-damaged", tmp_path / "new", identity)


def test_a_home_that_lost_a_key_gets_it_back_and_keeps_the_others(lived: Space, identity: Path) -> None:
    file = copied(lived)
    paths = lived.home.paths
    badge = paths.badge_key.read_bytes()
    spool = b"ab" * 32
    paths.badge_key.unlink()
    paths.spool_key.write_bytes(spool)
    refused(lived, file, "keys-wanted")
    back(lived, file, identity=identity)
    assert paths.badge_key.read_bytes() == badge
    assert paths.spool_key.read_bytes() == spool


# --- the drill


def test_the_newest_copy_is_tried_and_nothing_is_left_of_it(lived: Space) -> None:
    file = copied(lived)
    lived.tap(OMAR)
    done = drill.run(lived.home, lived.clock)
    assert (done.path, done.wrong) == (file, ())
    assert [path for path in lived.home.paths.backups.iterdir() if path.name.startswith(".")] == []


def test_a_drill_without_a_copy_or_with_a_bad_one_is_no_success(lived: Space) -> None:
    with pytest.raises(AnswerIsNo) as said:
        drill.run(lived.home, lived.clock)
    assert said.value.code == "no-copy"
    file = copied(lived)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    done = drill.run(lived.home, lived.clock)
    assert len(done.wrong) == 1
    assert "damaged" in done.wrong[0]


def test_a_drill_finds_a_copy_whose_records_contradict_themselves(lived: Space) -> None:
    lived.sql_write("UPDATE account SET balance_cents = balance_cents + 100 WHERE id = 1")
    copied(lived)
    assert "balance of account 1" in drill.run(lived.home, lived.clock).wrong[0]


def test_a_drill_counts_what_the_manifest_says(lived: Space, tmp_path: Path) -> None:
    file = copied(lived)
    folder = tmp_path / "out"
    folder.mkdir()
    said = copy_file.unpack(file, folder)
    facts = replace(said.facts, counts={**said.facts.counts, "visit": 2})
    about = copy_file.CopyFacts(facts, said.version, said.made_at, tells_hours=True)
    files = {name: folder / name for name in said.members}
    copy_file.pack(files, copy_file.free_name(file.parent, said.made_at), about, lived.home.seal)
    assert "does not hold what was copied: counts" in drill.run(lived.home, lived.clock).wrong[0]


def test_a_drill_finds_a_copy_of_another_chain(lived: Space) -> None:
    """The ledger was rebuilt by somebody who holds its key: the copy remembers."""
    copied(lived)
    seal = lived.home.seal
    with beside.unguarded(lived.home) as database:
        database.execute("UPDATE entry SET actor = 'somebody'")
    assert seal
    assert "is not the ledger's" not in "".join(drill.run(lived.home, lived.clock).wrong)
    with beside.unguarded(lived.home) as database:
        database.execute("UPDATE entry SET mac = zeroblob(32)")
    assert "is not the ledger's" in drill.run(lived.home, lived.clock).wrong[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_what_root_restores_belongs_to_whom_its_folder_does(lived: Space, tmp_path: Path, identity: Path) -> None:
    file = copied(lived)
    root = tmp_path / "installed"
    home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
    attackers.let_pass(root)
    root.chmod(0o711)
    (root / "keys").chmod(0o711)
    for name, owner, group, mode in (
        ("db", 0, 4242, 0o2770),
        ("keys/shared", 0, 4242, 0o750),
        ("keys/entrance", 4243, 4242, 0o700),
        ("spool", 4243, 4242, 0o700),
        ("roster", 4243, 4242, 0o700),
    ):
        os.chown(root / name, owner, group)
        (root / name).chmod(mode)
    back(lived, file, root, identity)

    def of(name: str) -> tuple[int, int, int]:
        found = (root / name).stat()
        return found.st_uid, found.st_gid, found.st_mode & 0o7777

    assert of("db/ledger.db") == (0, 4242, 0o660)
    assert of("keys/shared/chain") == (0, 4242, 0o640)
    assert of("keys/entrance/spool") == (4243, 4242, 0o600)
