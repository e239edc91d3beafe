"""The door's journal: what the door did is compared with what the ledger says, and what that lacks is entered again."""

import contextlib
import csv
import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.checkin.cards import CardKind
from kiosk.cli.main import kiosk
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money.tariffs import Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.errors import MachineError
from kiosk.health import doctor, door_checks
from kiosk.health.machine_facts import Machine
from kiosk.jobs import reconciliation
from kiosk.keys import NoSeal
from kiosk.language.names import Names
from kiosk.offline import door_journal, unreplayed_taps
from kiosk.offline.door_comparison import DoorDays
from kiosk.offline.door_journal import DoorDay, DoorJournal, DoorLine, LineKind
from kiosk.offline.door_keys import SpoolKeys
from kiosk.offline.spool_records import WaitingTap
from kiosk.space.rule_change import NewProduct, RuleChange
from kiosk.space.rules import Rulebook
from kiosk.store import audit
from kiosk.store.checkin import visits as visit_rows
from kiosk.store.space.policies import Rules
from kiosk.store.space.rule_rows import NamedZone
from tests import records
from tests.conftest import WEDNESDAY, Space
from tests.records import Records

pytestmark = pytest.mark.promise(1, 2)

INES, KARIM, ZOE = "04A2000000E511", "04A1B2C3D4E501", "04112233445566"
KEYS = SpoolKeys(bytes(range(32)))
DAY = date(2026, 11, 25)


def copy_of(space: Space) -> Records:
    """A copy of the database as somebody makes one with `cp` or on a server, with all that was committed."""
    _let_go(space)
    copied = records.of(space.home)
    copied.copy()
    return copied


def put_back(space: Space, copied: Records) -> None:
    """An old copy takes the database's name, while the entrance is stopped; what is lost is written down before it
    starts.
    """
    space.kept.follower.turn()  # each second: it writes down what the door saw
    space.kept.close()
    _let_go(space)
    copied.put_back()
    _compared(space)
    reconciliation.run(space.home, space.clock)
    space.start()


def _let_go(space: Space) -> None:
    if space.at_door is not None:
        space.at_door.store.close()
    _let_go_at_the_desk(space)


def _let_go_at_the_desk(space: Space) -> None:
    """Whoever is no door may be told once that a connection to a server is gone."""
    if space.at_door is None and not space.kept.outage.is_on:
        return
    space.home.store.close()


def _compared(space: Space) -> None:
    for each in (space.home, space.at_door):
        if each is not None:
            records.compared(each)


def visits(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT number, day_on, state FROM visit JOIN member ON member.id = member_id ORDER BY visit.id")


def aside(space: Space) -> list[list[str]]:
    path = space.kept.spool.folder / unreplayed_taps.NAME
    if not path.exists():
        return []
    return list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))[1:]


def verified(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def later(space: Space, **by: float) -> None:
    space.clock.advance(**by)


def written(space: Space) -> list[tuple[LineKind, int]]:
    return [(line.kind, line.member) for day in space.kept.journal.days() for line in day.lines]


def sell_halves(space: Space) -> int:
    """Half days are sold. Returns the number of a member."""
    book = Rulebook(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:t@x.fr")
    half = NewProduct(
        code="half",
        kind=ProductKind.DAY,
        unit=Unit.HALF_DAY,
        names=Names({"fr": "Demi-journée"}),
        price=Price(300),
        valid_from=DAY,
        days=0,
        valid_days=None,
    )
    book.add_product(half)
    book.put_zone(NamedZone("comfort", Names({"fr": "Confort", "en": "Comfort"}), "day", "half"), new=False)
    book.set_rule(RuleChange("half_day_split_hour", 13, DAY))
    return space.join("Inès Moreau", INES)


def test_an_opening_is_in_the_journal_before_the_door_is_pulsed(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    number = space.join("Inès Moreau", INES)
    seen: list[list[tuple[LineKind, int]]] = []
    monkeypatch.setattr(space.door, "pulse", lambda: seen.append(written(space)))
    space.tap(INES)
    assert seen == [[(LineKind.VISIT, number)]]


def test_an_opening_that_the_disk_did_not_take_is_in_it_a_turn_later(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _text: bytes) -> int:
        raise OSError(28, "No space left on device")

    number = space.join("Inès Moreau", INES)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        space.tap(INES)
    assert written(space) == []
    space.kept.replay.turn()
    assert written(space) == [(LineKind.VISIT, number)]


def test_no_name_and_no_badge_is_in_it(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    (file,) = space.kept.journal.folder.iterdir()
    content = file.read_text("ascii")
    fingerprint = space.read(INES).fingerprint(space.home.badge_key).hex()
    assert not any(each in content for each in ("Inès", "Moreau", INES, fingerprint, fingerprint[:16]))
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_an_old_copy_that_was_put_back_shows_and_heals(space: Space, caplog: pytest.LogCaptureFixture) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", KARIM)
    space.tap(INES)
    copy = copy_of(space)
    later(space, minutes=5)
    space.tap(KARIM)
    later(space, days=1)
    space.tap(INES)
    before, owed = visits(space), (space.owes(ines), space.owes(karim))
    put_back(space, copy)
    assert len(visits(space)) == 1
    space.kept.replay.turn()
    assert visits(space) == before
    assert (space.owes(ines), space.owes(karim)) == owed
    assert space.kept.comparison.outcome == DoorDays(lacking=0, entered=2)
    assert "lacks 2 openings" in caplog.text
    assert aside(space) == []
    verified(space)
    space.restart()
    space.kept.replay.turn()
    assert visits(space) == before
    assert space.kept.comparison.outcome == DoorDays(lacking=0, entered=2), "it is still said after a restart"


def test_an_old_copy_that_takes_the_name_of_the_one_in_use_heals_in_the_same_run(space: Space) -> None:
    space.join("Inès Moreau", INES)
    copy = copy_of(space)
    space.kept.follower.turn()
    space.kept.replay.turn()
    space.tap(INES)
    before = visits(space)
    copy.put_back()
    _compared(space)
    _let_go_at_the_desk(space)
    for _ in range(4):  # each second: of a server, it hears that its connection is gone, sees what lacks, and claims it
        space.kept.follower.turn()
    space.kept.replay.turn()
    assert visits(space) != before, "nothing is entered in records that went back"
    reconciliation.run(space.home, space.clock)
    space.kept.follower.turn()
    space.kept.replay.turn()
    space.kept.replay.turn()
    assert visits(space) == before


def test_nothing_is_compared_again_until_the_next_day_or_after_an_outage(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.kept.replay.turn()
    asked: list[int] = []

    def days() -> list[DoorDay]:
        asked.append(1)
        return []

    monkeypatch.setattr(space.kept.journal, "days", days)
    space.kept.replay.turn()
    assert not asked
    later(space, days=1)
    space.kept.replay.turn()
    space.kept.replay.turn()
    assert asked == [1]
    space.kept.outage.begin(MachineError("database", "shut"))  # nobody came meanwhile
    space.kept.replay.turn()
    space.kept.replay.turn()
    assert asked == [1, 1]


def test_a_day_that_somebody_entered_by_hand_meanwhile_is_not_entered_twice(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    copy = copy_of(space)
    space.tap(INES)
    owed = space.owes(number)
    put_back(space, copy)
    with space.home.store.writing() as connection:  # as the desk's correction does
        from kiosk.domain.checkin import day_charges
        from kiosk.store.checkin import standing

        policy, moment = space.kept.comparison._rules.at(connection, WEDNESDAY)
        found = standing.of_member(connection, number, policy, moment.day)
        assert found is not None
        granted = Granted(found, day_charges.charge(found, policy, moment))
        visit_rows.record(
            connection, space.home.seal, granted, policy, moment, tap_id=bytes(16), actor="desk:x", known_by="desk"
        )
    space.kept.replay.turn()
    assert len(visits(space)) == 1
    assert space.owes(number) == owed
    assert space.kept.comparison.outcome == DoorDays()


def test_a_day_undone_at_the_screen_is_not_entered_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    copy, fee = copy_of(space), space.owes(number)
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket is not None
    space.touch(Act.UNDO, ticket=ticket)
    assert space.shows(CardKind.UNDONE)
    put_back(space, copy)
    space.kept.replay.turn()
    assert visits(space) == []
    assert space.owes(number) == fee


def test_a_day_whose_undoing_was_lost_is_undone_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    fee = space.owes(number)
    space.tap(INES)
    copy = copy_of(space)
    ticket = space.card.ticket
    assert ticket is not None
    space.touch(Act.UNDO, ticket=ticket)
    put_back(space, copy)
    assert space.owes(number) > fee
    space.kept.replay.turn()
    assert visits(space) == [(number, "2026-11-25", "undone")]
    assert space.owes(number) == fee
    verified(space)


def test_a_day_taken_again_after_it_was_undone_is_entered_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket is not None
    space.touch(Act.UNDO, ticket=ticket)
    copy = copy_of(space)
    later(space, minutes=5)
    space.tap(INES)
    before = visits(space)
    put_back(space, copy)
    space.kept.replay.turn()
    assert visits(space) == before == [(number, "2026-11-25", "undone"), (number, "2026-11-25", "kept")]


def test_the_second_half_of_a_day_that_was_lost_is_charged_again(space: Space) -> None:
    number = sell_halves(space)
    space.tap(INES)
    copy, first = copy_of(space), space.owes(number)
    later(space, hours=6)
    space.tap(INES)
    owed = space.owes(number)
    assert owed > first
    put_back(space, copy)
    assert space.owes(number) == first
    space.kept.replay.turn()
    assert space.owes(number) == owed
    verified(space)


def test_a_member_whom_the_old_copy_does_not_know_is_the_treasurers_once(space: Space) -> None:
    space.join("Inès Moreau", INES)
    copy = copy_of(space)
    later(space, days=1)
    number = space.join("Karim Benali", KARIM)
    space.tap(KARIM)
    put_back(space, copy)
    space.kept.replay.turn()
    ((_, said, *_),) = aside(space)
    assert said == str(number)
    (space.kept.spool.folder / unreplayed_taps.NAME).unlink()  # the treasurer has seen to it
    space.restart()
    space.kept.replay.turn()
    assert aside(space) == []


@pytest.mark.parametrize(
    "is_lost", [True, False]
)  # the chain's key is gone, or was renewed beside the running entrance
def test_without_the_key_that_seals_no_opening_is_given_to_the_treasurer_for_good(space: Space, is_lost: bool) -> None:
    space.join("Inès Moreau", INES)
    copy = copy_of(space)
    space.tap(INES)
    before = visits(space)
    put_back(space, copy)
    comparison, seal = space.kept.comparison, space.home.seal
    key_id = comparison._seal.key_id if is_lost else "another"
    comparison._seal = NoSeal(key=b"", key_id=key_id, home_id=seal.home_id, zone=seal.zone)
    with contextlib.suppress(MachineError):
        space.kept.replay.turn()
    assert (visits(space), aside(space)) == ([], [])
    comparison._seal = seal.of_door(1)
    space.kept.outage.begin(MachineError("database", "shut"))  # so that the days are compared once more
    space.kept.replay.turn()
    assert (visits(space), aside(space)) == (before, [])
    verified(space)


def test_a_number_that_is_somebody_elses_after_a_rollback_pays_nothing(space: Space) -> None:
    space.join("Inès Moreau", INES)
    copy = copy_of(space)
    number = space.join("Karim Benali", KARIM)
    space.tap(KARIM)
    put_back(space, copy)
    later(space, days=2)
    assert space.join("Zoé Petit", ZOE) == number
    fee = space.owes(number)
    space.kept.replay.turn()
    assert space.owes(number) == fee
    assert [row[1] for row in aside(space)] == [str(number)]


def test_a_tap_that_waits_in_the_spool_is_entered_from_there_and_is_then_in_the_journal(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    copy = copy_of(space)
    space.vouched = False
    space.restart()
    space.tap(INES)
    assert written(space) == []
    space.vouched = True
    space.kept.replay.turn()
    assert written(space) == [(LineKind.VISIT, number)]
    before = visits(space)
    put_back(space, copy)
    space.kept.replay.turn()
    assert visits(space) == before


def test_by_a_clock_that_is_not_sure_nothing_is_entered_again(space: Space) -> None:
    space.join("Inès Moreau", INES)
    copy = copy_of(space)
    space.tap(INES)
    space.vouched = False
    put_back(space, copy)
    space.kept.replay.turn()
    assert visits(space) == []
    space.vouched = True
    space.kept.replay.turn()
    assert len(visits(space)) == 1


def test_it_goes_when_the_hours_of_its_day_go(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    later(space, days=90)
    space.kept.replay.turn()
    assert [path.name for path in space.kept.journal.folder.iterdir()] == ["2026-11-25.journal"]
    later(space, days=1)
    space.kept.replay.turn()
    assert list(space.kept.journal.folder.iterdir()) == []


# The journal itself is taken away


def said_gone(space: Space) -> bool:
    found = doctor.examine(space.home.paths.root, space.clock, Machine())
    said = "door-journal-gone" in [each.kind.code for each in found]
    assert said == space.kept.comparison.outcome.gone
    return said


def taken_whole(folder: Path) -> None:
    shutil.rmtree(folder)


def one_taken(folder: Path) -> None:
    (folder / f"{DAY}.journal").unlink()


def cut_at_a_line_s_end(folder: Path) -> None:
    path = folder / f"{DAY}.journal"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))


@pytest.mark.parametrize("taken", [taken_whole, one_taken, cut_at_a_line_s_end])
def test_a_journal_that_is_gone_at_the_next_start_is_said(
    space: Space, taken: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    for number, uid in enumerate((INES, KARIM), 1):
        space.join(f"Membre {number}", uid)
        space.tap(uid)
    space.kept.replay.turn()
    assert not said_gone(space)
    taken(space.kept.journal.folder)
    space.restart()
    space.kept.replay.turn()
    assert said_gone(space)
    assert "the door's journal lacks lines of 1 days" in caplog.text
    later(space, days=1)
    space.restart()
    space.kept.replay.turn()
    assert said_gone(space), "for thirty days"
    later(space, days=29)
    space.kept.replay.turn()
    assert not said_gone(space)


def test_a_journal_taken_away_while_it_is_open_is_put_back_and_said(space: Space) -> None:
    numbers = [space.join(f"Membre {number}", uid) for number, uid in enumerate((INES, KARIM), 1)]
    space.tap(INES)
    taken_whole(space.kept.journal.folder)
    space.tap(KARIM)
    space.kept.replay.turn()
    assert written(space) == [(LineKind.VISIT, number) for number in numbers]
    assert said_gone(space)


def test_an_older_file_put_back_in_the_journal_s_place_is_said_though_it_goes_on(space: Space) -> None:
    for number, uid in enumerate((INES, KARIM, ZOE), 1):
        space.join(f"Membre {number}", uid)
    space.tap(INES)
    path = space.kept.journal.folder / f"{DAY}.journal"
    old = path.read_bytes()
    space.tap(KARIM)
    space.kept.replay.turn()
    space.kept.close()
    path.write_bytes(old)
    space.start()
    space.tap(ZOE)
    space.kept.replay.turn()
    assert len(written(space)) == 2
    assert said_gone(space)


def test_days_that_are_forgotten_are_not_gone(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.kept.replay.turn()
    later(space, days=91)
    space.restart()
    space.kept.replay.turn()
    assert not said_gone(space)


# Whoever checks


def test_check_and_verify_say_what_is_lacking_before_it_is_entered(space: Space) -> None:
    space.join("Inès Moreau", INES)
    copy, root = copy_of(space), space.home.paths.root
    space.tap(INES)
    put_back(space, copy)
    found = doctor.examine(root, space.clock, Machine())
    assert [(each.kind.code, each.values) for each in found if each.kind.topic.id == "door-days"] == [
        ("door-days-lacking", {"count": 1})
    ]
    result = CliRunner().invoke(kiosk, ["--home", str(root), "verify"])
    assert result.exit_code
    assert "lacks 1 days" in str(result.exception) + result.output
    space.kept.replay.turn()
    found = doctor.examine(root, space.clock, Machine())
    assert [each.kind.code for each in found if each.kind.topic.id == "door-days"] == ["door-days-entered"]
    assert CliRunner().invoke(kiosk, ["--home", str(root), "verify"]).exit_code == 0


def test_a_tap_that_waits_in_the_spool_lacks_nothing(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.vouched = False
    space.restart()
    space.tap(INES)
    (waiting,) = [line.record for line in space.kept.spool.waiting() if isinstance(line.record, WaitingTap)]
    space.kept.journal.add(DoorLine(LineKind.VISIT, waiting.tap_id, 1, DAY, WEDNESDAY))
    with space.home.store.reading() as connection:
        assert door_checks.compare(space.home, connection, WEDNESDAY) == DoorDays()


def test_who_may_not_read_the_journal_is_told_nothing_of_it(space: Space) -> None:
    space.home.paths.spool_key.unlink()
    with space.home.store.reading() as connection:
        assert door_checks.compare(space.home, connection, WEDNESDAY) is None
    found = doctor.examine(space.home.paths.root, space.clock, Machine())
    assert not [each for each in found if each.kind.topic.id == "door-days"]


# The file


@pytest.fixture
def journal(tmp_path: Path) -> DoorJournal:
    return DoorJournal(keys=KEYS, home_id="home", spools=lambda: [tmp_path])


def line(number: int, kind: LineKind = LineKind.VISIT, day: date = DAY) -> DoorLine:
    return DoorLine(kind, number.to_bytes(16, "big"), number, day, WEDNESDAY)


def again(journal: DoorJournal) -> DoorJournal:
    journal.close()
    return DoorJournal(keys=KEYS, home_id="home", spools=lambda: [journal.folder.parent])


def file_of(journal: DoorJournal) -> Path:
    return journal.folder / f"{DAY}.journal"


def members(journal: DoorJournal) -> tuple[list[int], bool]:
    days = journal.days()
    return [line.member for day in days for line in day.lines], any(day.damaged for day in days)


def test_it_goes_on_where_the_program_ended(journal: DoorJournal) -> None:
    journal.add(line(1))
    other = again(journal)
    other.add(line(2))
    other.add(line(3, day=DAY + timedelta(days=1)))
    assert members(other) == ([1, 2, 3], False)
    other.close()


@pytest.mark.parametrize("torn", [b'{"n":2,"af', bytes(40), b'{"n":2,"af' + bytes(20)])
def test_a_line_that_the_power_tore_is_no_damage(journal: DoorJournal, torn: bytes) -> None:
    journal.add(line(1))
    with file_of(journal).open("ab") as file:
        file.write(torn)
    assert members(journal) == ([1], False)
    other = again(journal)
    other.add(line(2))
    assert members(other) == ([1, 2], False)
    other.close()


@pytest.mark.parametrize("place", [1, 2])
def test_a_line_that_was_changed_is_not_believed_and_is_told(journal: DoorJournal, place: int) -> None:
    for number in (1, 2, 3):
        journal.add(line(number))
    journal.close()
    lines = file_of(journal).read_bytes().splitlines(keepends=True)
    lines[place] = lines[place].replace(b'"member":', b'"member":9')
    file_of(journal).write_bytes(b"".join(lines))
    assert members(journal) == ([number for number in (1, 2, 3) if number != place + 1], True)


def test_a_line_that_was_taken_out_is_told(journal: DoorJournal) -> None:
    for number in (1, 2, 3):
        journal.add(line(number))
    journal.close()
    first, _, third = file_of(journal).read_bytes().splitlines(keepends=True)
    file_of(journal).write_bytes(first + third)
    assert members(journal) == ([1, 3], True)


def test_another_homes_journal_is_not_believed(journal: DoorJournal) -> None:
    journal.add(line(1))
    journal.close()
    assert DoorJournal(keys=KEYS, home_id="other", spools=lambda: [journal.folder.parent]).days()[0].lines == ()
    assert (
        DoorJournal(keys=SpoolKeys(bytes(32)), home_id="home", spools=lambda: [journal.folder.parent]).days()[0].lines
        == ()
    )


def test_one_more_opening_of_a_day_adds_nothing(journal: DoorJournal) -> None:
    journal.add(line(1))
    for _ in range(100):
        journal.add(line(1, LineKind.AGAIN))
    assert members(journal)[0] == [1]
    journal.close()


def test_a_day_grows_no_further_than_its_bound(
    journal: DoorJournal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(door_journal, "MOST_BYTES", 1000)
    for number in range(100):
        journal.add(line(number))
    assert file_of(journal).stat().st_size <= 1000
    assert caplog.text.count("is full") == 1
    journal.close()


def test_a_file_that_is_removed_in_use_is_put_back(journal: DoorJournal) -> None:
    journal.add(line(1))
    file_of(journal).unlink()
    journal.add(line(2))
    journal.catch_up()
    assert members(journal) == ([1, 2], False)
    assert journal.was_taken
    journal.add(line(3))
    file_of(journal).rename(file_of(journal).with_suffix(".away"))
    journal.add(line(4))
    journal.catch_up()
    assert members(journal) == ([1, 2, 3, 4], False)
    journal.close()


def test_a_disk_that_takes_no_file_back_is_said_and_holds_nobody_up(
    journal: DoorJournal, caplog: pytest.LogCaptureFixture
) -> None:
    journal.add(line(1))
    shutil.rmtree(journal.folder)
    journal.folder.touch()
    for number in (2, 3):
        journal.catch_up()
        journal.add(line(number))
    assert journal.is_silent
    assert caplog.text.count("is not noted") == 1
    journal.folder.unlink()
    journal.catch_up()
    assert members(journal)[0] == [2, 3]
    journal.close()


@pytest.mark.parametrize("fails", ["fsync", "stat"])
def test_a_disk_that_answers_nothing_for_a_moment_took_nothing_away_and_is_believed_again(
    journal: DoorJournal, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    journal.add(line(1))
    with monkeypatch.context() as patch:
        patch.setattr(os, fails, fail)
        journal.settled() if fails == "fsync" else journal.catch_up()
    assert (journal.is_silent, journal.was_taken) == (True, False)
    journal.catch_up()
    assert not journal.is_silent
    journal.add(line(2))
    assert members(journal) == ([1, 2], False)
    journal.close()


def test_a_disk_that_takes_nothing_holds_nobody_up_and_gets_its_lines_later(
    journal: DoorJournal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_descriptor: int, _text: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        for number in (1, 2):
            journal.add(line(number))
            journal.catch_up()
        assert journal.is_silent
    assert members(journal)[0] == []
    journal.add(line(3))
    journal.catch_up()
    assert (members(journal), journal.is_silent) == (([1, 2, 3], False), False)
    assert caplog.text.count("is not noted") == 1
    journal.close()


def test_a_disk_that_is_slow_holds_one_up_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [0.0], [0]
    write = os.write

    def slowly(descriptor: int, text: bytes) -> int:
        asked[0] += 1
        now[0] += 1
        return write(descriptor, text)

    journal = DoorJournal(keys=KEYS, home_id="home", spools=lambda: [tmp_path], monotonic=lambda: now[0])
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", slowly)
        for number in (1, 2, 3):
            journal.add(line(number))
        assert asked == [1]
    journal.catch_up()
    assert set(members(journal)[0]) == {1, 2, 3}
    journal.close()
