"""A tap that cannot be entered: who comes in all the same, what is kept, and what becomes of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.desk_requests import Requests
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, NextStep
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.offline.trust import Doubt
from kiosk.domain.problems import Problem
from kiosk.errors import MachineError, RequestError
from kiosk.members.enrolment import Application
from kiosk.offline import clock_trust, spool, unreplayed_taps
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.offline_taps import Admitted
from kiosk.offline.replay import Replay
from kiosk.offline.spool import Medium
from kiosk.offline.spool_records import Anchor, WaitingTap
from kiosk.store import audit, engine, ledger
from kiosk.store.checkin import standing, standing_values
from kiosk.store.members import members
from kiosk.store.postgresql import server_store
from kiosk.store.space.policies import Rules
from tests import beside, records
from tests.conftest import EARLY, WEDNESDAY, Space
from tests.records import Records

pytestmark = pytest.mark.promise(4)

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"
PARIS_IN_1970 = datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(server_store, "BUSY_SECONDS", 0.1)


@contextmanager
def locked(space: Space) -> Iterator[None]:
    """Another program holds the write lock."""
    with beside.locked(space.home):
        yield


@contextmanager
def away(space: Space) -> Iterator[Records]:
    """The database is not there."""
    with records.away(space.home) as found:
        yield found
    if space.home.config.database.url:
        space.home.store.close()  # whoever is no door may be told once that a connection is gone


def visits(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT day_on, state, arrived_at FROM visit ORDER BY id")


def aside(space: Space) -> list[str]:
    path = space.home.paths.root / "spool" / unreplayed_taps.NAME
    return path.read_text("utf-8-sig").splitlines() if path.exists() else []


def sound(space: Space) -> bool:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
    return len(space.kept.spool) == 0


@pytest.mark.promise(4)
def test_a_ledger_that_stays_locked_lets_the_member_in_and_counts_the_day_later_once(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
        assert (space.card.kind, space.card.name, space.card.ticket) == (CardKind.SPOOLED, "Inès", None)
        assert (space.door.pulses, space.door.signals) == (1, [Signal.GRANTED_LATER])
        space.kept.replay.turn()
        assert space.kept.outage.is_on
        assert space.owes(number) == 500
        space.clock.advance(hours=2)
    space.kept.replay.turn()
    assert not space.kept.outage.is_on
    assert space.owes(number) == 500 + 500
    assert visits(space) == [("2026-11-25", "kept", "2026-11-25T07:52:00.000000Z")]
    written = "SELECT actor, day_on, recorded_at FROM entry ORDER BY number DESC LIMIT 1"
    assert space.sql(written) == [("replay", "2026-11-25", "2026-11-25")]
    assert sound(space)
    space.tap(INES)
    assert space.shows(CardKind.AGAIN)


@pytest.mark.promise(4)
def test_after_one_time_out_nobody_waits_again_until_the_ledger_was_written(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    with locked(space):
        space.tap(INES)
    asked: list[str] = []
    writing = space.home.store.writing
    space.home.store.writing = lambda: (asked.append("writing"), writing())[1]  # type: ignore[method-assign,func-returns-value]
    space.tap(KARIM)
    assert space.shows(CardKind.SPOOLED)
    assert asked == []
    space.kept.replay.turn()
    assert [row[0] for row in space.sql("SELECT member_id FROM visit ORDER BY id")] == [1, 2]
    space.clock.advance(seconds=60)
    space.tap(KARIM)
    assert space.shows(CardKind.AGAIN)


@pytest.mark.promise(1)
def test_the_tap_is_safe_before_the_door_opens(space: Space) -> None:
    space.join("Inès Moreau", INES)
    seen: list[int] = []
    pulse = space.door.pulse

    def look_then_pulse() -> None:
        seen.append(spool.count(space.home.paths.root / "spool"))
        pulse()

    space.door.pulse = look_then_pulse  # type: ignore[method-assign]  # the moment itself is what is tested
    with locked(space):
        space.tap(INES)
    assert seen == [1]


@pytest.mark.parametrize(
    "fault",
    [
        MachineError("database", "shut"),
        RequestError("no-such-member", "gone"),
        Problem("no-zone", "the zone 'attic' does not exist"),
        sa.exc.ProgrammingError("SELECT", {}, Exception("no such column")),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_whatever_keeps_a_standing_from_being_read_the_roster_lets_in(
    space: Space, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    number = space.join("Inès Moreau", INES)
    space.kept.follower.turn()

    def fails(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(standing, "find", fails)
        space.tap(INES)
    assert (space.card.kind, space.card.name, space.door.pulses) == (CardKind.SPOOLED, "Inès", 1)
    assert (space.kept.outage.is_on, space.kept.outage.can_read) == (True, False)
    space.kept.replay.turn()
    assert space.owes(number) == 500 + 500
    assert sound(space)


@pytest.mark.parametrize(
    "fault",
    [None, MachineError("database", "shut"), sa.exc.ProgrammingError("SELECT", {}, Exception("no such column"))],
    ids=lambda fault: type(fault).__name__,
)
def test_a_tap_without_a_date_keeps_the_ledger_s_end_as_far_as_that_can_be_read(
    space: Space, monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.vouched = False
    head = ledger.head

    def fails(connection: sa.Connection) -> ledger.Head:
        if fault is not None:
            raise fault
        return head(connection)

    monkeypatch.setattr(ledger, "head", fails)
    space.tap(INES)
    (line,) = space.kept.spool.waiting()
    tap = line.record
    assert isinstance(tap, WaitingTap)
    assert (tap.member, tap.dated, tap.earliest, tap.reading.at) == (1, False, WEDNESDAY, WEDNESDAY)
    assert tap.last_entry == (1 if fault is None else None)


def test_a_tap_that_the_roster_let_in_asks_the_database_for_nothing_more(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.kept.outage.unreadable(MachineError("database", "gone"))
    asked: list[str] = []
    monkeypatch.setattr(space.home.store, "reading", lambda: asked.append("reading"))  # it may take seconds to fail
    space.tap(INES)
    (line,) = space.kept.spool.waiting()
    assert isinstance(line.record, WaitingTap)
    assert line.record.last_entry is None
    assert asked == []


def test_of_a_badge_that_the_roster_does_not_list_no_rows_are_looked_through(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_values, "of_badge", lambda *_: ["what cannot be"])
    for _ in range(2):  # without a roster, and by one
        assert space.tap(KARIM) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
        assert not space.kept.outage.is_on
        space.kept.follower.turn()


def test_who_waits_goes_before_who_comes_later_though_the_ledger_is_open_again(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    with locked(space):
        space.tap(INES)
    space.kept.outage.end()
    space.tap(KARIM)
    assert space.shows(CardKind.SPOOLED)


def test_while_the_ledger_is_shut_no_badge_is_given(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    request = Requests(
        store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:accueil@exemple.fr"
    )
    request.wait_for_badge(space.join("Inès Moreau", INES))
    space.kept.outage.begin(MachineError("database", "shut"))
    asked: list[str] = []
    monkeypatch.setattr(space.home.store, "writing", lambda: asked.append("writing"))
    assert space.tap(KARIM) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
    assert asked == []
    assert space.card.denial is Denial.UNKNOWN_BADGE


def test_a_card_of_before_offers_nothing_after_a_tap_that_is_entered_later(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket is not None
    with locked(space):
        space.tap(KARIM)
    with pytest.raises(RequestError):
        space.touch(Act.UNDO, ticket=ticket)


def test_who_comes_in_is_greeted_in_their_language_though_the_ledger_is_shut(space: Space) -> None:
    space.enrolment.add(Application(name="Ann Moore", badge=badges.parse(INES), language="en"))
    with locked(space):
        assert space.tap(INES) == Admitted(1, "Ann", "en", Medium.DISK)
    assert space.card == Card(CardKind.SPOOLED, "Ann", "en")


def test_a_refusal_without_a_sure_date_is_not_in_the_door_s_log(space: Space) -> None:
    space.vouched = False
    space.tap(KARIM)
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert space.events == []


@pytest.mark.promise(1)
def test_where_nothing_keeps_a_tap_the_door_stays_shut(space: Space) -> None:
    space.join("Inès Moreau", INES)
    for name in ("spool", "memory"):
        (space.home.paths.root / name).rename(space.home.paths.root / f"no-{name}")
    with locked(space), pytest.raises(MachineError) as refused:
        space.tap(INES)
    assert refused.value.code == "spool"
    assert space.door.pulses == 0


@pytest.mark.promise(1)
def test_a_tap_in_memory_says_so(space: Space) -> None:
    space.join("Inès Moreau", INES)
    (space.home.paths.root / "spool").rename(space.home.paths.root / "no-spool")
    with locked(space):
        space.tap(INES)
    assert space.shows(CardKind.SPOOLED_IN_MEMORY)
    assert (space.door.pulses, space.door.signals) == (1, [Signal.GRANTED_LATER])


def test_refusals_still_come_from_a_database_that_can_only_be_read(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.enrolment.lose_badge(badges.parse(INES))
    with locked(space):
        space.kept.outage.begin(MachineError("database", "shut"))
        for uid, reason in ((INES, Denial.BADGE_LOST), (KARIM, Denial.UNKNOWN_BADGE)):
            decision = space.tap(uid)
            assert isinstance(decision, Denied)
            assert decision.reason is reason
    assert space.door.pulses == 0


@pytest.mark.promise(4)
def test_without_its_database_the_roster_lets_in_whom_it_knows(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with away(space):
        space.restart()
        space.tap(INES)
        assert (space.card.kind, space.card.name) == (CardKind.SPOOLED, "Inès")
        decision = space.tap(KARIM)
        assert decision == Denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING)
        assert space.door.signals[-1] is Signal.LOOK
        space.kept.replay.turn()
        assert len(space.kept.spool) == 1
    space.kept.replay.turn()
    assert space.owes(number) == 500 + 500
    assert sound(space)


@pytest.mark.sqlite  # what is in the file is the subject
@pytest.mark.parametrize("rubbish", [b"", b"rubbish" * 4096])
def test_a_database_that_is_none_is_not_believed(space: Space, rubbish: bytes) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with away(space):
        space.home.paths.database.write_bytes(rubbish)
        space.restart()
        space.tap(INES)
        assert space.shows(CardKind.SPOOLED)
        space.home.paths.database.unlink()
    space.kept.replay.turn()
    assert sound(space)


@pytest.mark.promise(4)
def test_a_database_exchanged_for_another_home_s_is_refused(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with away(space) as found:
        found.put_another_s()
        space.tap(INES)
        assert space.shows(CardKind.SPOOLED)
        space.kept.replay.turn()
        assert space.kept.outage.is_on
        found.take_out()
    for _ in range(2):  # of a server, whose connection was cut, the first one finds that out
        space.kept.replay.turn()
    assert sound(space)


@pytest.mark.promise(6)
def test_the_roster_knows_no_more_than_the_door_must(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.enrolment.lose_badge(badges.parse(KARIM))
    space.kept.follower.turn()
    text = space.home.paths.roster.read_text("utf-8")
    assert '[1,"Inès","2027-12-24"]' in text
    assert "Moreau" not in text
    assert INES not in text
    assert "Karim" not in text


def test_the_roster_follows_every_change(space: Space) -> None:
    space.kept.follower.turn()
    assert space.kept.kept.now is not None
    assert len(space.kept.kept.now.people) == 0
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    assert len(space.kept.kept.now.people) == 1
    made = space.kept.kept.now
    space.kept.follower.turn()
    assert space.kept.kept.now is made
    space.clock.advance(minutes=10)
    space.kept.follower.turn()
    assert space.kept.kept.now is not made


@pytest.mark.promise(4)
@pytest.mark.parametrize("change", [("2027-12-24", "2099-12-24"), ("Inès", "Ines")])
def test_a_roster_that_was_tampered_with_is_not_used(space: Space, change: tuple[str, str]) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    path = space.home.paths.roster
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    space.restart()
    assert space.kept.kept.now is None


def test_a_membership_that_is_over_by_the_roster_s_word_does_not_open(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with away(space):
        space.clock.advance(days=394)
        assert not isinstance(space.tap(INES), Denied)
        space.clock.advance(days=1)
        assert isinstance(space.tap(INES), Denied)


def test_the_roster_s_day_ends_at_midnight(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with away(space):
        space.clock.advance(days=394, hours=15, minutes=38)  # half past midnight
        assert isinstance(space.tap(INES), Denied)


def test_a_refusal_goes_by_the_minute_of_the_tap_where_that_is_sure(space: Space) -> None:
    space.join("Inès Moreau", INES)
    over = datetime(2027, 12, 25, 3, tzinfo=UTC)  # the house's days begin at 4
    space.clock.advance(seconds=(over - WEDNESDAY).total_seconds() - 30)
    space.kept.timekeeper.look()
    space.clock.advance(seconds=40)
    space.kept.outage.begin(MachineError("database", "shut"))
    assert isinstance(space.tap(INES), Denied)


@pytest.mark.promise(2)
def test_a_second_tap_of_a_spooled_day_costs_nothing(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
        space.clock.advance(hours=3)
        space.tap(INES)
        assert space.door.pulses == 2
    assert len(space.kept.spool) == 2
    space.kept.replay.turn()
    assert space.owes(number) == 500 + 500
    assert sorted(space.sql("SELECT outcome FROM spooled_tap")) == [("nothing",), ("visit",)]
    assert sound(space)


def test_a_badge_shown_again_within_8_seconds_is_spooled_once(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
        space.clock.advance(seconds=3)
        space.tap(INES)
    assert (space.door.pulses, len(space.kept.spool)) == (2, 1)


@pytest.mark.promise(2)
def test_a_tap_whose_commit_s_end_nobody_saw_is_entered_once(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    number = space.join("Inès Moreau", INES)
    store = (space.at_door or space.home).store
    writing = store.writing

    @contextmanager
    def unsure() -> Iterator[object]:
        with writing() as connection:
            yield connection
        raise MachineError("database", "the sync failed, or did it?")

    with monkeypatch.context() as patch:
        patch.setattr(store, "writing", unsure)
        space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    space.kept.replay.turn()
    assert space.owes(number) == 500 + 500
    assert space.sql("SELECT count(*) FROM spooled_tap UNION ALL SELECT count(*) FROM door_event") == [(0,), (0,)]
    assert sound(space)


@pytest.mark.promise(2)
def test_a_replay_that_dies_before_the_spool_knows_enters_nothing_twice(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)

    def dies(_line: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(space.kept.spool, "settle", dies)
        space.kept.replay.turn()
    undone = space.sql("SELECT id FROM visit")
    space.restart()
    assert len(space.kept.spool) == 1
    space.kept.replay.turn()
    assert space.sql("SELECT id FROM visit") == undone
    assert space.owes(number) == 500 + 500
    assert aside(space) == []
    assert sound(space)


@pytest.mark.promise(4)
def test_who_was_let_in_is_not_refused_afterwards(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.enrolment.lose_badge(badges.parse(INES))
    space.enrolment.leave(number)
    space.kept.replay.turn()
    assert visits(space)[0][:2] == ("2026-11-25", "kept")
    assert aside(space) == []


def test_without_a_tab_an_outage_lets_in_for_what_is_paid_and_no_longer(space: Space) -> None:
    enrolled = Application(name="Inès Moreau", badge=badges.parse(INES), no_tab=True)
    number = space.enrolment.add(enrolled).number
    space.kept.follower.turn()
    assert space.kept.kept.now is not None
    assert len(space.kept.kept.now.people) == 0
    space.till.pay(number, 1000, "cash")  # the membership, and one day
    space.kept.follower.turn()
    with away(space):
        space.restart()
        space.tap(INES)
        assert space.shows(CardKind.SPOOLED)
        space.clock.advance(days=1)
        assert space.tap(INES) == Denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING)
    space.kept.replay.turn()
    assert (space.owes(number), len(visits(space))) == (0, 1)
    assert sound(space)


def test_a_tap_that_was_let_in_is_charged_though_there_is_no_tab_any_more(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    with space.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, number), no_tab=True)
    space.kept.replay.turn()
    assert (space.owes(number), visits(space)[0][:2]) == (1000, ("2026-11-25", "kept"))
    assert aside(space) == []


@pytest.mark.promise(4)
def test_what_cannot_be_entered_is_the_treasurer_s_with_its_reason(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    with locked(space):
        space.tap(INES)
        space.tap(KARIM)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM badge WHERE member_id = 1")
    space.kept.replay.turn()
    header, line = aside(space)
    assert header == "passage;membre;au plus tôt;au plus tard;raison;précision"
    assert line.split(";")[1:5] == ["1", "2026-11-25 08:52", "2026-11-25 08:52", "membre inconnu ou effacé"]
    assert [row[0] for row in space.sql("SELECT member_id FROM visit")] == [2]
    assert sound(space)
    assert unreplayed_taps.count([space.home.paths.root / "spool"]) == 1


def test_a_badge_that_is_somebody_else_s_by_now_charges_neither(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", KARIM)
    with locked(space):
        space.tap(INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET member_id = 2 WHERE member_id = 1")
    space.clock.advance(hours=15, minutes=38)  # half past midnight
    space.kept.replay.turn()
    assert (space.owes(ines), space.owes(karim), visits(space)) == (500, 500, [])
    assert aside(space)[1].split(";")[1:5] == [
        "1",
        "2026-11-25 08:52",
        "2026-11-25 08:52",
        "badge attribué depuis à quelqu'un d'autre",
    ]
    assert space.sql("SELECT outcome, day_on, entered_at FROM spooled_tap") == [
        ("set-aside", "2026-11-26", "2026-11-25T23:30:00.000000Z")
    ]
    assert sound(space)


def test_what_the_books_refuse_is_set_aside_and_holds_nobody_up(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    beside.refuse(space.home, "entry")
    space.tap(INES)
    space.tap(KARIM)
    assert space.door.pulses == 2
    space.kept.replay.turn()
    assert "refusé par les comptes" in aside(space)[1]
    assert [row[0] for row in space.sql("SELECT member_id FROM visit")] == [2]
    assert not space.kept.outage.is_on


def test_a_damaged_line_is_the_treasurer_s_too(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    (file,) = (space.home.paths.root / "spool").glob("*.spool")
    file.write_bytes(file.read_bytes().replace(b'"member":1', b'"member":7'))
    space.restart()
    space.kept.replay.turn()
    assert "ligne abîmée" in aside(space)[1]
    assert visits(space) == []
    assert sound(space)


def test_a_damaged_line_keeps_its_member_and_its_hour_for_the_treasurer(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.spool.look_again()
    folder = space.home.paths.root / "spool"
    (file,) = folder.glob("*.spool")
    file.write_bytes(file.read_bytes().replace(b'"monotonic":1000.0', b'"monotonic":1000.1'))
    content = file.read_bytes()
    space.restart()
    space.kept.replay.turn()
    tap, *row = aside(space)[1].split(";")
    assert len(bytes.fromhex(tap)) == 16
    assert row[:4] == ["1", "2026-11-25 08:52", "2026-11-25 08:52", "ligne abîmée"]
    assert [path.read_bytes() for path in (folder / "quarantine").iterdir()] == [content]


def test_a_file_that_is_taken_away_is_told_to_the_treasurer(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.spool.look_again()
    (file,) = (space.home.paths.root / "spool").glob("*.spool")
    file.unlink()
    space.restart()
    space.kept.replay.turn()
    assert aside(space)[1] == "00000001.spool:1;;;;lignes disparues de la file;1 × 00000001.spool"
    assert sound(space)


def test_a_damaged_line_is_told_by_its_end_and_its_beginning(space: Space) -> None:
    text = "x" * 100 + "y" * 300
    folder = space.home.paths.root / "spool"
    (folder / "00000001.spool").write_text(f"{text}\n")
    space.restart()
    space.kept.replay.turn()
    assert aside(space)[1] == f"{'y' * 64};;;;ligne abîmée;{text[:200]}"
    assert spool.count(folder) == 0
    assert [path.name for path in sorted(folder.iterdir())] == [unreplayed_taps.NAME, "quarantine", "reserve"]


def test_what_is_refused_is_told_with_what_refused_it(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    beside.refuse(space.home, "entry", "o" * 300)
    space.tap(INES)
    (line,) = space.kept.spool.waiting()
    assert isinstance(line.record, WaitingTap)
    space.kept.replay.turn()
    assert aside(space) == [], "as long as nothing later is entered, it may be no line's fault"
    space.tap(KARIM)
    space.kept.replay.turn()
    row = aside(space)[1].split(";")
    at = "2026-11-25 08:52"
    assert row[:5] == [line.record.tap_id.hex(), "1", at, at, "refusé par les comptes"]
    assert len(row[5]) == 200
    assert "ooo" in row[5]


def test_a_tap_entered_later_stands_in_the_door_s_log_at_its_own_moment(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
        space.clock.advance(hours=2)
    space.kept.replay.turn()
    assert space.sql("SELECT kind, reason, member_id, at FROM door_event") == [
        ("opened", "spooled", 1, "2026-11-25T07:52:00.000000Z")
    ]
    assert space.sql("SELECT outcome, day_on, entered_at FROM spooled_tap") == [
        ("visit", "2026-11-25", "2026-11-25T09:52:00.000000Z")
    ]


def test_a_tap_that_had_its_date_keeps_it_though_the_machine_starts_anew(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.clock.restart(WEDNESDAY + timedelta(days=3))
    space.restart()
    space.kept.replay.turn()
    assert visits(space) == [("2026-11-25", "kept", "2026-11-25T07:52:00.000000Z")]
    assert aside(space) == []
    written = "SELECT day_on, recorded_at FROM entry ORDER BY number DESC LIMIT 1"
    assert space.sql(written) == [("2026-11-25", "2026-11-28")]


# The replay's turns


def replay_of(space: Space, entered: Callable[[], None]) -> Replay:
    return Replay(
        spool=space.kept.spool,
        store=(space.at_door or space.home).store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        timekeeper=space.kept.timekeeper,
        outage=space.kept.outage,
        journal=space.kept.journal,
        comparison=space.kept.comparison,
        entered=entered,
    )


def test_a_turn_comes_each_second_whatever_befell_the_one_before(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    look_again, pauses = space.kept.spool.look_again, list[float]()

    def fails_once() -> None:
        if not pauses:
            raise ValueError
        look_again()

    monkeypatch.setattr(space.kept.spool, "look_again", fails_once)
    space.kept.replay.run(pauses.append, lambda: len(pauses) == 2)
    assert pauses == [1.0, 1.0]
    assert len(visits(space)) == 1


def test_a_turn_that_is_to_stop_enters_no_more(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.replay.turn(lambda: True)
    assert visits(space) == []
    assert len(space.kept.spool.waiting()) == 1


def test_a_turn_in_which_nothing_waits_writes_nothing_and_tells_nobody(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(space.home.store, "writing", None)
    replay_of(space, lambda: told.append("entered")).turn()
    assert told == []


def test_a_turn_before_the_time_is_sure_tells_nobody(space: Space) -> None:
    told: list[str] = []
    space.vouched = False
    replay_of(space, lambda: told.append("entered")).turn()
    assert told == []


def test_the_end_of_an_outage_is_found_and_told_though_nobody_waits(space: Space) -> None:
    told: list[str] = []
    space.kept.outage.begin(MachineError("database", "shut"))
    replay_of(space, lambda: told.append("entered")).turn()
    assert not space.kept.outage.is_on
    assert told == ["entered"]


def test_the_end_of_an_outage_is_found_though_the_taps_that_wait_have_no_date_yet(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.vouched = False
    space.kept.replay.turn()
    assert not space.kept.outage.is_on
    assert len(space.kept.spool) == 1


def test_what_was_entered_is_told_once(space: Space) -> None:
    told: list[str] = []
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.outage.end()
    replay = replay_of(space, lambda: told.append("entered"))
    replay.turn()
    replay.turn()
    assert told == ["entered"]


def test_what_waits_in_memory_is_moved_to_the_disk_and_told_though_the_ledger_is_shut(space: Space) -> None:
    told: list[str] = []
    space.join("Inès Moreau", INES)
    folder = space.home.paths.root / "spool"
    folder.rename(folder.with_name("no-spool"))
    with locked(space):
        space.tap(INES)
        folder.with_name("no-spool").rename(folder)
        replay_of(space, lambda: told.append("entered")).turn()
    assert spool.count(folder) == 1
    assert told == ["entered"]


def test_what_no_file_of_the_treasurer_s_takes_waits_and_is_said_once(
    space: Space, caplog: pytest.LogCaptureFixture
) -> None:
    (space.home.paths.root / "spool" / "00000001.spool").write_text("damaged\n")
    space.restart()
    for name in (unreplayed_taps.NAME, unreplayed_taps.OTHER_NAME):
        (space.home.paths.root / "spool" / name).mkdir()
    for _ in range(3):
        space.kept.replay.turn()
    assert len(space.kept.spool) == 1
    assert caplog.text.count("spooled taps wait") == 1
    assert not space.kept.outage.is_on


# A full disk


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No room for a reserve."""

    def no_room(*_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", no_room)
        yield


@pytest.mark.sqlite  # a server's disk is another one
def test_on_a_full_disk_what_room_is_left_is_for_more_taps(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    with full(monkeypatch):
        space.kept.replay.turn()
        assert visits(space) == []
        space.kept.outage.end()
        space.kept.replay.turn()
        assert visits(space) == []
    space.kept.replay.turn()
    assert len(visits(space)) == 1


@pytest.mark.sqlite  # as above
def test_on_a_full_disk_an_outage_without_taps_goes_on(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.kept.outage.begin(MachineError("database", "full"))
    with full(monkeypatch):
        space.kept.replay.turn()
        assert space.kept.outage.is_on
    space.kept.replay.turn()
    assert not space.kept.outage.is_on


def test_on_a_full_disk_what_no_tap_needs_any_more_makes_room(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.kept.spool.add(Anchor(space.kept.timekeeper.look().reading))
    with full(monkeypatch):
        space.kept.replay.turn()
    assert list((space.home.paths.root / "spool").glob("*.spool")) == []


def test_where_the_spool_has_a_disk_of_its_own_the_ledger_s_takes_its_taps(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.spool.folder = Path("/proc")  # another device, on which no reserve can be kept
    space.kept.replay.turn()
    assert not space.kept.spool.has_reserve
    assert len(visits(space)) == 1


def test_a_ledger_that_is_away_is_no_full_disk(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.outage.end()
    with away(space), full(monkeypatch):
        space.kept.replay.turn()
        assert space.kept.outage.is_on
    assert aside(space) == []


def test_an_outage_ends_by_a_write_and_by_nothing_less(space: Space) -> None:
    space.kept.outage.begin(MachineError("database", "shut"))
    beside.refuse(space.home, "spooled_tap")
    with pytest.raises(sa.exc.IntegrityError):
        space.kept.replay.turn()
    assert space.kept.outage.is_on


def test_an_anchor_is_written_once_for_a_start_and_for_taps_without_a_date_only(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.vouched = False
    space.tap(INES)
    space.vouched = True
    with away(space):
        space.kept.replay.turn()
        space.kept.replay.turn()
    assert [type(line.record) for line in space.kept.spool.waiting()] == [WaitingTap, Anchor]
    space.kept.replay.turn()
    with locked(space):
        space.tap(KARIM)
        space.kept.replay.turn()
    assert [type(line.record) for line in space.kept.spool.waiting()] == [WaitingTap]


def test_an_anchor_stays_as_long_as_a_tap_waits_and_goes_after_the_last(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.spool.add(Anchor(space.kept.timekeeper.look().reading))
    with locked(space):
        space.tap(INES)
    with away(space):
        space.kept.replay.turn()
    assert [type(line.record) for line in space.kept.spool.waiting()] == [Anchor, WaitingTap]
    space.kept.replay.turn()
    assert [type(line.record) for line in space.kept.spool.waiting()] == [Anchor]
    space.kept.replay.turn()
    assert list((space.home.paths.root / "spool").glob("*.spool")) == []


@pytest.mark.parametrize(
    "fault",
    [
        MachineError("no-policy", "odd"),
        RequestError("no-such-entry", "odd"),
        Problem("no-zone", "odd"),
        ValueError("odd"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_whatever_refuses_a_tap_but_the_database_itself_it_is_set_aside_once_a_later_one_is_entered(
    space: Space, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    with locked(space):
        space.tap(INES)
    find, own = standing.find, space.read(INES).fingerprint(space.home.badge_key)

    def fails(connection: sa.Connection, fingerprint: bytes, policy: Policy, day: date) -> Standing | None:
        if fingerprint == own:
            raise fault
        return find(connection, fingerprint, policy, day)

    monkeypatch.setattr(standing, "find", fails)
    space.kept.replay.turn()
    assert (aside(space), len(space.kept.spool)) == ([], 1)
    space.tap(KARIM)
    space.kept.replay.turn()
    assert aside(space)[1].split(";")[4:] == ["refusé par les comptes", "odd"]
    assert len(space.kept.spool) == 0


def test_an_anchor_behind_a_tap_that_cannot_go_on_is_no_later_tap(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    space.kept.spool.add(Anchor(space.kept.timekeeper.look().reading))

    def fails(*_given: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(standing, "find", fails)
    for _turn in range(2):
        space.kept.replay.turn()
    assert (aside(space), len(space.kept.spool)) == ([], 1)


def test_a_door_that_was_taken_out_keeps_its_taps_until_it_is_one_again(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    store = (space.at_door or space.home).store
    store.refusal = MachineError("door-revoked", "taken out")
    space.kept.replay.turn()
    assert (len(space.kept.spool), aside(space)) == (1, [])
    store.refusal = None
    space.kept.replay.turn()
    assert (len(visits(space)), len(space.kept.spool)) == (1, 0)


# Without a clock


@pytest.mark.promise(5)
def test_without_a_sure_date_a_tap_is_kept_and_dated_when_trust_comes(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.clock.restart(PARIS_IN_1970)
    space.vouched = False
    space.restart()
    space.clock.advance(seconds=40)
    space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    assert space.door.pulses == 1
    space.kept.replay.turn()
    assert space.owes(number) == 500
    space.clock.advance(minutes=5)
    space.clock.set(WEDNESDAY + timedelta(days=1))
    space.vouched = True
    space.kept.replay.turn()
    assert visits(space) == [("2026-11-26", "kept", "2026-11-26T07:47:00.000000Z")]
    assert sound(space)


def test_trust_that_came_and_went_with_its_start_dates_the_taps_of_that_start(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    space.clock.restart(PARIS_IN_1970)
    space.vouched = False
    space.restart()
    space.tap(INES)
    space.clock.advance(minutes=5)
    space.clock.set(WEDNESDAY + timedelta(days=1))
    space.vouched = True
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(space.kept.replay, "_settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        space.kept.replay.turn()  # the anchor is written, and then the power goes
    space.clock.restart(WEDNESDAY + timedelta(days=3))
    space.restart()
    space.kept.replay.turn()
    assert visits(space) == [("2026-11-26", "kept", "2026-11-26T07:47:00.000000Z")]
    assert sound(space)


@pytest.mark.promise(5)
def test_two_starts_without_trust_are_dated_where_their_day_is_sure(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.vouched = False
    for _ in range(2):
        space.clock.restart(PARIS_IN_1970)
        space.restart()
        space.clock.advance(minutes=1)
        space.tap(INES)
    space.clock.restart(WEDNESDAY + timedelta(hours=3))
    space.vouched = True
    space.restart()
    space.kept.replay.turn()
    assert [row[:2] for row in visits(space)] == [("2026-11-25", "kept")]
    assert aside(space) == []
    assert sound(space)


def test_a_tap_came_before_the_entry_that_the_ledger_has_next(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.vouched = False
    space.clock.restart(PARIS_IN_1970)
    space.restart()
    space.tap(INES)
    space.clock.restart(WEDNESDAY + timedelta(hours=3))
    space.vouched = True
    space.till.pay(number, 100, "cash")  # the desk is at work while the entrance is down
    space.clock.restart(WEDNESDAY + timedelta(days=2))
    space.restart()
    space.kept.replay.turn()
    assert [row[:2] for row in visits(space)] == [("2026-11-25", "kept")]
    assert aside(space) == []
    assert sound(space)


def test_an_anchor_of_the_start_before_says_how_early_a_tap_can_have_been(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.kept.follower.turn()
    space.vouched = False
    space.clock.restart(PARIS_IN_1970)
    space.restart()
    space.tap(INES)
    space.clock.set(datetime(2026, 11, 25, 22, tzinfo=UTC))
    space.vouched = True
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(space.kept.replay, "_settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        space.kept.replay.turn()  # the anchor is written, and then the power goes
    space.home.paths.roster.unlink()  # which knew as much
    space.vouched = False
    space.clock.restart(PARIS_IN_1970)
    space.restart()
    space.clock.advance(hours=6)
    space.tap(KARIM)
    space.clock.restart(datetime(2026, 11, 26, 19, tzinfo=UTC))
    space.vouched = True
    space.restart()
    space.kept.replay.turn()
    assert visits(space) == [
        ("2026-11-25", "kept", "2026-11-25T22:00:00.000000Z"),
        ("2026-11-26", "kept", "2026-11-26T04:00:20.000000Z"),
    ]
    assert aside(space) == []


def test_trust_that_comes_in_a_later_start_does_not_make_an_earlier_tap_late(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.kept.follower.turn()
    space.vouched = False
    for uid in (INES, KARIM):
        space.clock.restart(PARIS_IN_1970)
        space.restart()
        space.tap(uid)
    space.clock.set(WEDNESDAY + timedelta(hours=3))
    space.vouched = True
    space.kept.replay.turn()
    assert visits(space) == [
        ("2026-11-25", "kept", "2026-11-25T07:52:20.000000Z"),
        ("2026-11-25", "kept", "2026-11-25T10:52:00.000000Z"),
    ]
    assert aside(space) == []


def test_a_replay_that_dies_before_the_spool_knows_sets_nothing_aside_twice(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    with locked(space):
        space.tap(INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM badge")

    def dies(_line: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(space.kept.spool, "settle", dies)
        space.kept.replay.turn()
    space.restart()
    space.kept.replay.turn()
    assert len(space.kept.spool) == 0
    assert len(aside(space)) == 2
    assert space.sql("SELECT outcome FROM spooled_tap") == [("set-aside",)]


@pytest.mark.promise(5)
def test_a_tap_that_no_day_is_sure_of_is_the_treasurer_s(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.vouched = False
    space.clock.restart(PARIS_IN_1970)
    space.restart()
    space.tap(INES)
    space.clock.restart(WEDNESDAY + timedelta(days=2))
    space.vouched = True
    space.restart()
    space.kept.replay.turn()
    assert visits(space) == []
    assert aside(space)[1].split(";")[1:5] == ["1", "2026-11-25 08:52", "2026-11-27 08:51", "jour impossible à établir"]
    assert sound(space)


@pytest.mark.promise(5)
def test_nobody_is_refused_for_a_date_that_is_not_sure(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.vouched = False
    space.clock.set(datetime(2031, 1, 1, 9, tzinfo=UTC))
    space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    space.restart()
    with away(space):
        space.clock.advance(minutes=1)
        space.tap(INES)
        assert space.shows(CardKind.SPOOLED)
    assert space.door.pulses == 2


@pytest.mark.promise(5)
def test_a_jump_ahead_is_not_trusted_until_an_officer_gives_their_word(space: Space) -> None:
    from kiosk.offline import clock_trust

    number = space.join("Inès Moreau", INES)
    space.clock.set(WEDNESDAY + timedelta(days=31))
    space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    space.kept.replay.turn()
    assert space.owes(number) == 500
    clock_trust.confirm(space.home.store, space.kept.timekeeper, "cli")
    space.kept.follower.turn()
    space.kept.replay.turn()
    assert visits(space)[0][0] == "2026-12-26"
    assert sound(space)


def test_an_officer_s_word_undoes_a_time_that_was_wrongly_ahead(space: Space) -> None:
    from kiosk.offline import clock_trust

    space.join("Inès Moreau", INES)
    space.clock.advance(days=300)  # believed, since it has passed; the ledger gets an entry of then
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    space.clock.restart(WEDNESDAY + timedelta(days=1))
    space.restart()
    space.kept.follower.turn()
    space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    clock_trust.confirm(space.home.store, space.kept.timekeeper, "cli")
    space.kept.follower.turn()
    space.kept.replay.turn()
    assert ("2026-11-26", "kept") in [row[:2] for row in visits(space)]


def test_a_clock_from_before_the_program_cannot_be_confirmed(space: Space) -> None:
    from kiosk.offline import clock_trust

    space.clock.set(PARIS_IN_1970)
    with pytest.raises(RequestError) as refused:
        clock_trust.confirm(space.home.store, space.kept.timekeeper, "cli")
    assert refused.value.code == "clock-wrong"


def test_a_clock_set_back_an_hour_waits_until_it_is_set_right_though_the_ledger_s_time_has_come_again(
    space: Space,
) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.clock.advance(hours=1)
    space.tap(INES)
    space.kept.follower.turn()
    space.clock.set(WEDNESDAY)
    space.tap(KARIM)
    assert space.shows(CardKind.SPOOLED)
    space.kept.replay.turn()
    assert len(space.kept.spool) == 1
    space.clock.advance(hours=1)
    space.kept.replay.turn()
    assert len(space.kept.spool) == 1
    space.clock.set(WEDNESDAY + timedelta(hours=2))
    space.kept.replay.turn()
    assert visits(space)[1][2] == "2026-11-25T08:52:00.000000Z"
    assert len(visits(space)) == 2
    assert sound(space)


def test_an_undo_is_not_dated_by_a_clock_that_is_not_believed(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket is not None
    space.vouched = False
    with pytest.raises(MachineError) as refused:
        space.touch(Act.UNDO, ticket=ticket)
    assert refused.value.code == "clock-not-trusted"
    space.vouched = True
    space.touch(Act.UNDO, ticket=ticket)
    assert space.shows(CardKind.UNDONE)


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("at", "start_hour", "day"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), 0, date(2027, 3, 28)),  # the hour that is skipped
        (datetime(2027, 3, 28, 1, 1, tzinfo=UTC), 4, date(2027, 3, 27)),
        (datetime(2027, 3, 28, 2, 1, tzinfo=UTC), 4, date(2027, 3, 28)),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), 4, date(2027, 10, 30)),  # the hour that comes twice
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), 4, date(2027, 10, 30)),
        (datetime(2027, 10, 31, 3, 0, tzinfo=UTC), 4, date(2027, 10, 31)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), 0, date(2028, 2, 29)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), 0, date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), 0, date(2027, 1, 1)),
        (datetime(2027, 1, 1, 2, 59, tzinfo=UTC), 4, date(2026, 12, 31)),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_days_at_the_edges_of_the_calendar_are_charged_as_what_they_are(
    space: Space, at: datetime, start_hour: int, day: date, late: bool
) -> None:
    space.rule("day_start_hour", str(start_hour), "2026-01-02")
    space.rule("membership_grace_days", "3650", "2026-01-02")
    space.join("Inès Moreau", INES)
    space.clock.advance(seconds=(at - WEDNESDAY).total_seconds())
    if late:
        space.vouched = False
        space.clock.set(PARIS_IN_1970)
        space.tap(INES)
        space.clock.advance(hours=5)
        space.clock.set(at + timedelta(hours=5))
        space.vouched = True
        space.kept.replay.turn()
    else:
        space.tap(INES)
    assert [row[0] for row in visits(space)] == [day.isoformat()]
    assert sound(space)


@pytest.mark.promise(5)
@pytest.mark.parametrize("hours", [-30, -1, 5])
def test_a_clock_set_while_the_entrance_runs_dates_no_visit_wrong(space: Space, hours: int) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=2)
    space.kept.timekeeper.look()
    space.clock.advance(hours=1)
    at = space.clock.now()
    space.clock.set(at + timedelta(hours=hours))
    space.tap(INES)
    assert (space.card.kind, space.door.pulses, visits(space)) == (CardKind.SPOOLED, 1, [])
    space.clock.advance(minutes=10)
    space.kept.replay.turn()
    assert visits(space) == []
    space.clock.set(at + timedelta(minutes=10))
    space.kept.replay.turn()
    assert visits(space)[0][:2] == (at.date().isoformat(), "kept")
    assert sound(space)


@pytest.mark.promise(5)
def test_a_step_that_the_time_s_source_made_is_believed(space: Space) -> None:
    made = [1]
    keeper = Timekeeper(space.clock, lambda: True, EARLY, lambda: made[0])
    assert keeper.look().doubt is None
    space.clock.advance(hours=1)
    space.clock.set(space.clock.now() + timedelta(minutes=20))
    assert keeper.look().doubt is Doubt.STEP
    made[0] = 2
    assert keeper.look().doubt is None
    space.clock.set(space.clock.now() + timedelta(minutes=20))
    assert keeper.look().doubt is Doubt.STEP


@pytest.mark.promise(5)
def test_an_officer_s_word_ends_the_doubt_after_a_step(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.kept.timekeeper.look()
    space.clock.set(space.clock.now() + timedelta(hours=3))
    assert space.kept.timekeeper.look().doubt is Doubt.STEP
    clock_trust.confirm(space.home.store, space.kept.timekeeper, "cli")
    space.kept.follower.turn()
    assert space.kept.timekeeper.look().doubt is None
    space.clock.advance(hours=2)
    assert space.kept.timekeeper.look().doubt is None
