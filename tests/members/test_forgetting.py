"""What is known of people leaves in time: hours after 90 days, files three years after leaving, all on request."""

import json
import re
import sqlite3
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from kiosk.books.archiving import Archives
from kiosk.books.closing import Closings
from kiosk.books.due import Due
from kiosk.domain import keeping
from kiosk.domain.books.closings import Period
from kiosk.errors import RequestError
from kiosk.exports import keeping_page, notice_pdf
from kiosk.health import entrance_checks
from kiosk.jobs.copies import backup
from kiosk.members.personal_data import PersonalFiles
from kiosk.money.corrections import Corrections
from kiosk.offline import door_comparison
from kiosk.space import door_notice, door_sheet
from kiosk.store import audit, retention
from kiosk.store.checkin import visits
from kiosk.store.health import upkeep_rows
from kiosk.store.members import erasure, personal_rows
from kiosk.store.officers import desk_log, log_audit
from kiosk.store.space import rule_rows
from kiosk.store.space.policies import Rules
from kiosk.store.tables import UtcTime, metadata
from kiosk.store.tables.books import bank_line
from tests.conftest import WEDNESDAY, Space

INES, KARIM, ZEBULON = "04A2000000E511", "04A1B2C3D4E501", "04B1C2D3E4F501"
NAME = "Zébulon Quatremère"


def due(space: Space) -> Due:
    return Due(store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock)


def files(space: Space) -> PersonalFiles:
    rules = Rules(space.home.config.zone)
    return PersonalFiles(store=space.home.store, rules=rules, clock=space.clock, actor="officer:1")


# The table of what is kept


@pytest.mark.promise(6)
def test_every_moment_of_every_table_leaves_or_has_a_reason_to_stay() -> None:
    ended = {f"{each.table.name}.{each.name}" for rule in retention.RETENTION_RULES for each in rule.ends}
    moments = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, UtcTime)
    }
    assert moments - ended - retention.STAY.keys() == set()
    assert retention.STAY.keys() & ended == set()
    assert retention.STAY.keys() - moments == set()


def test_retention_goes_by_the_table_of_what_is_kept_and_leaves_none_of_its_ends_out() -> None:
    by_rule = {rule.kept: rule.days for rule in retention.RETENTION_RULES}
    assert all(keeping.days(code) == days for code, days in by_rule.items())
    ends = {each.code for each in keeping.KEPT if each.days is not None}
    assert ends - by_rule.keys() == {"copies"}, "which go by the rotation"


# Hours


def lived(space: Space) -> list[datetime]:
    """A day with people in it, whose moments are no round ones. Returns when each came or went."""
    came: list[datetime] = []
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM), (NAME, ZEBULON)):
        space.join(name, uid)
        space.clock.advance(minutes=13, seconds=17.345678)
        space.tap(uid)
        came.append(space.clock.now())
    with space.home.store.writing() as connection:
        space.clock.advance(minutes=7)
        visits.leave(connection, 1, space.clock.now())
        came.append(space.clock.now())
    space.note_at_the_door()
    with space.home.store.writing() as connection:
        space.clock.advance(minutes=1)
        connection.exec_driver_sql("UPDATE visit SET guest_name = 'Ulysse' WHERE id = 3")
    rules = Rules(space.home.config.zone)
    asking = Corrections(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, actor="kiosk")
    asking.ask("error", 2, entry=4, remark="déjà payé")
    came.append(space.clock.now())
    return came


def contents(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a home, and every file in those that pack others."""
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield from unpacked(str(path.relative_to(root)), path.read_bytes())


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if name.endswith(".tar"):
        with tarfile.open(fileobj=BytesIO(content)) as packed:
            for member in packed.getmembers():
                inside = packed.extractfile(member)
                if inside is not None:
                    yield from unpacked(f"{name}/{member.name}", inside.read())
    elif name.endswith(".zip"):
        with zipfile.ZipFile(BytesIO(content)) as packed_zip:
            for each in packed_zip.namelist():
                yield from unpacked(f"{name}/{each}", packed_zip.read(each))


def told(content: bytes, at: datetime) -> bool:
    """Whether a file says a moment, to the minute: in words, as seconds, or at the head of an id by the millisecond."""
    local = at + timedelta(hours=1)  # Lille, in winter
    words = [f"{each:%Y-%m-%d}{between}{each:%H:%M}" for each in (at, local) for between in ("T", " ")]
    words += [f"{each:%Hh%M}" for each in (at, local)] + [str(int(at.timestamp()))[:8]]
    if any(word.encode() in content for word in words):
        return True
    seconds = int(at.timestamp())
    return any(
        abs(int.from_bytes(bytes.fromhex(found.decode()), "big") / 1000 - seconds) < 120
        for found in re.findall(rb"\b[0-9a-f]{12}(?=[0-9a-f]{20}\b)", content)
    )


def databases(root: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    for number, (name, content) in enumerate(contents(root)):
        if content.startswith(b"SQLite format 3"):
            copy = tmp_path / f"{number}.db"
            copy.write_bytes(content)
            yield name, copy


def times_of_ids(database: Path) -> set[tuple[str, str]]:
    """Columns of ids that begin with milliseconds of the day of the visits."""
    found = set()
    with closing(sqlite3.connect(database)) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in names:
            cursor = opened.execute(f'SELECT * FROM "{table}"')
            for row in cursor:
                for (column, *_), value in zip(cursor.description, row, strict=True):
                    if isinstance(value, bytes) and len(value) == 16:
                        at = int.from_bytes(value[:6], "big") / 1000
                        if abs(at - WEDNESDAY.timestamp()) < 2 * 86_400:
                            found.add((table, column))
    return found


@pytest.mark.promise(6)
def test_nothing_of_a_home_its_copies_and_its_archive_tells_91_days_later_when_anybody_came(
    space: Space, tmp_path: Path
) -> None:
    came, root = lived(space), space.home.paths.root
    rules, store, seal = Rules(space.home.config.zone), space.home.store, space.home.seal
    space.clock.advance(hours=3)
    backup.make(space.home, space.clock, sure=True)
    assert any(told(content, came[0]) for _, content in contents(root)), "the search finds what is there"
    for _ in range(13):
        space.clock.advance(days=7)
        due(space).run()
        backup.make(space.home, space.clock, sure=True)
    books = Closings(store=store, rules=rules, seal=seal, clock=space.clock, actor="cli")
    for month in (11, 12):
        books.close(Period.MONTH, datetime(2026, month, 28, tzinfo=UTC).date())
    books.close(Period.YEAR, datetime(2026, 12, 31, tzinfo=UTC).date())
    archives = Archives(home=space.home, rules=rules, clock=space.clock, actor="cli")
    with (root / "archive.zip").open("w+b") as file:
        archives.make(archives.find(2026), file)
    space.clock.advance(hours=5)
    space.kept.follower.follow()
    space.kept.journal.forget(door_comparison.oldest(space.clock.now().date()))  # as the entrance's turn does
    backup.make(space.home, space.clock, sure=True)
    found = [(name, at) for name, content in contents(root) for at in came if told(content, at)]
    assert found == []
    assert {(name, *each) for name, path in databases(root, tmp_path) for each in times_of_ids(path)} == set()
    assert [row for row in space.sql("SELECT recorded_at FROM entry") if len(str(row[0])) != 10] == []
    assert space.sql("SELECT DISTINCT day_on FROM visit") == [("2026-11-25",)], "days stay"


@pytest.mark.promise(6)
def test_where_vat_is_collected_an_entry_keeps_its_minute_as_the_till_law_wants(space: Space) -> None:
    space.rule("vat_status", '"liable"', "2026-11-25")
    space.rule("vat_status", '"exempt"', "2026-11-26")
    space.clock.advance(seconds=31.5)
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.rule("vat_status", '"liable"', "2026-11-27")
    with space.home.store.writing() as connection:
        row = rule_rows.rule_rows(connection)["vat_status"][-1]
        rule_rows.call_off(connection, "policy", row.id, space.clock.now(), "cli")
    for _ in range(2):
        space.clock.advance(days=1)
        space.tap(INES)
    said = [row[0] for row in space.sql("SELECT recorded_at FROM entry ORDER BY number")]
    assert said == [*["2026-11-25T07:52:00.000000Z"] * 2, "2026-11-26", "2026-11-27"]
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)


@pytest.mark.promise(6)
def test_guests_names_are_in_no_byte_of_the_database_after_retention(space: Space) -> None:
    lived(space)
    space.clock.advance(days=92)
    due(space).run()
    left = b"".join(path.read_bytes() for path in space.home.paths.database.parent.iterdir())
    assert b"Ulysse" not in left
    assert b"2026-11-25T08" not in left


# Days and files


def test_after_three_years_a_day_is_nobody_s_and_a_file_is_a_number(space: Space) -> None:
    lived(space)
    space.enrolment.leave(3)
    settle(space, 3)
    space.clock.advance(days=keeping.VISIT_DAYS)
    due(space).run()
    assert space.sql("SELECT count(*) FROM visit WHERE member_id IS NOT NULL") == [(3,)]
    space.clock.advance(days=2)
    due(space).run()
    assert space.sql("SELECT count(*) FROM visit WHERE member_id IS NOT NULL") == [(0,)]
    assert space.sql("SELECT name, email, erased_on FROM member WHERE number = 3") == [("n° 3", None, "2026-11-25")]
    assert space.sql("SELECT name FROM member WHERE number = 1") == [("Inès Moreau",)], "who has not left stays"
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_a_file_whose_account_is_not_settled_stays(space: Space) -> None:
    lived(space)
    space.enrolment.leave(3)
    space.clock.advance(days=keeping.FILE_DAYS + 2)
    due(space).run()
    assert space.sql("SELECT name FROM member WHERE number = 3") == [(NAME,)]


def settle(space: Space, number: int) -> None:
    space.till.pay(number, space.owes(number), "cash")


# Erasing


@pytest.mark.promise(6)
@pytest.mark.sqlite
def test_whoever_asks_is_erased_down_to_the_bytes(space: Space) -> None:
    lived(space)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE member SET email = 'zebulon@exemple.fr', phone = '0612345678' WHERE number = 3"
        )
        line = {"source": "csv", "day_on": WEDNESDAY.date(), "cents": 500, "label": "VIR QUATREMERE ZEBULON"}
        connection.execute(bank_line.insert(), {**line, "imported_at": WEDNESDAY, "state": "open"})
    space.till.reverse(space.till.pay(1, 200, "cash"), "payé par Zébulon Quatremère")
    settle(space, 3)
    wanted = [text.encode() for text in ("Quatremère", "quatremere", "QUATREMERE", "zebulon@", "0612345678")]
    place = space.home.paths.database.parent
    assert all(any(text in path.read_bytes() for path in place.iterdir()) for text in wanted)
    with pytest.raises(RequestError) as refused:
        files(space).erase(3)
    assert refused.value.code == "erase-first-leave"
    space.enrolment.leave(3)
    done = files(space).erase(3)
    assert (done.numbers, done.texts) == ((3,), 2)
    assert [(text, path.name) for path in place.iterdir() for text in wanted if text in path.read_bytes()] == []
    assert space.sql("SELECT count(*) FROM badge WHERE member_id = 3") == [(0,)]
    assert space.sql("SELECT member_number FROM entry WHERE kind = 'payment' AND member_number = 3") == [(3,)]
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_texts(connection)
        audit.check_sums(connection)
    with pytest.raises(RequestError) as again:
        files(space).erase(3)
    assert again.value.code == "erased-already"
    space.kept.follower.follow()
    assert not any("Quatremère".encode() in content for _, content in contents(space.home.paths.root))


@pytest.mark.promise(6)
@pytest.mark.sqlite
def test_while_somebody_reads_the_log_keeps_what_was_erased_and_that_is_told_until_it_is_emptied(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    lived(space)
    settle(space, 3)
    space.enrolment.leave(3)
    place = space.home.paths.database.parent

    def owed() -> bool:
        with space.home.store.reading() as connection:
            known = upkeep_rows.found(connection)
        return "erased-in-log" in {each.kind.code for each in entrance_checks.of_upkeep(known, WEDNESDAY, "1")}

    with space.home.store.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM member").scalar_one()
        assert files(space).erase(3).in_log
        assert (owed(), due(space).run().in_log) == (True, True)
    assert any(NAME.encode() in path.read_bytes() for path in place.iterdir())
    assert (due(space).run().in_log, owed()) == (False, False)
    assert not any(NAME.encode() in path.read_bytes() for path in place.iterdir())


def test_the_officers_log_forgets_who_was_read_with_their_file(space: Space) -> None:
    lived(space)
    before = space.sql("SELECT max(id) FROM desk_log")[0][0]
    with space.home.store.writing() as connection:
        desk_log.add(connection, WEDNESDAY, "officer:1", "read-file", 3, "x")
        desk_log.add(connection, WEDNESDAY, "officer:1", "read-file", 1, "y")
    settle(space, 3)
    space.enrolment.leave(3)
    files(space).erase(3)
    assert space.sql(f"SELECT act, member_number, what FROM desk_log WHERE id > {before} ORDER BY id") == [
        ("read-file", None, None),
        ("read-file", 1, "y"),
        ("pay", None, None),
        ("leave", None, None),
        ("erase-file", 3, None),
    ]
    with space.home.store.reading() as connection:
        log_audit.check(connection, space.home.seal)


def test_nobody_with_an_open_account_is_erased(space: Space) -> None:
    lived(space)
    space.enrolment.leave(3)
    with pytest.raises(RequestError) as refused:
        files(space).erase(3)
    assert refused.value.code == "erase-not-settled"
    assert space.sql("SELECT name FROM member WHERE number = 3") == [(NAME,)]


def test_whoever_was_erased_is_erased_again_in_what_a_copy_still_has(space: Space) -> None:
    lived(space)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE account SET balance_cents = 0 WHERE member_id = 3")
        assert erasure.erase_again(connection, [3, 99], WEDNESDAY.date()) == [3]
        assert erasure.erase_again(connection, [3], WEDNESDAY.date()) == []
        assert erasure.numbers(connection) == [(3, WEDNESDAY.date())]


# All that is known


@pytest.mark.promise(6)
def test_every_table_that_refers_to_people_is_in_what_they_are_given() -> None:
    people = {"member", "account", "visit", "entry"}
    referring = {
        table.name
        for table in metadata.tables.values()
        if table.name in people
        or any(key.column.table.name in people for key in table.foreign_keys)
        or "member_number" in table.columns
    }
    given = {name for section in personal_rows.SECTIONS for name in section.tables}
    assert referring - given == personal_rows.ELSEWHERE.keys()


def test_somebody_is_given_all_that_is_known_of_them_and_nothing_of_others(space: Space) -> None:
    lived(space)
    found = json.loads(files(space).export(3).as_json())
    sections = found["sections"]
    assert sections["file"][0]["name"] == NAME
    assert [row["day_on"] for row in sections["visits"]] == ["2026-11-25"]
    assert {row["kind"] for row in sections["entries"]} == {"charge"}
    assert sections["badges"][0]["tail"]
    assert "Karim" not in json.dumps(found)
    assert "fingerprint" not in json.dumps(found)
    assert {each["code"] for each in found["kept"]} == {each.code for each in keeping.KEPT}
    assert space.sql("SELECT act, member_number FROM desk_log WHERE act <> 'add-file'") == [("export-file", 3)]


def test_the_manual_s_page_and_the_notice_at_the_door_say_what_retention_does(space: Space) -> None:
    page = Path(__file__).parents[2] / "docs" / "donnees.md"
    assert keeping_page.filled(page.read_text("utf-8")) == page.read_text("utf-8"), "fill it: keeping_page.filled"
    with space.home.store.reading() as connection:
        said = door_sheet.notice(connection, Rules(space.home.config.zone), space.clock.now())
    text = notice_pdf.notice_text(notice_pdf.notice_pages(said, training=False))
    for each in keeping.KEPT:
        assert each.what.to("fr") in text
        assert each.long.to("en") in text
    first = next(section.words.to("en") for section in door_notice.SECTIONS if section.code == "notice-how-long")
    assert [int(number) for number in re.findall(r"\d+", first)] == [
        keeping.HOURS_DAYS,
        keeping.VISIT_DAYS // 365,
        10,
        keeping.FILE_DAYS // 365,
    ]
