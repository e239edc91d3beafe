"""Each act of time has a box of its own: what fails is noted and told, and stops nothing but itself."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.health.findings import Level
from kiosk.errors import MachineError
from kiosk.health import due_checks
from kiosk.jobs.due import acts, boxes
from kiosk.jobs.due.acts import Act, TimePass
from kiosk.store.health import failing_rows
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from tests.conftest import Space


def time_pass(space: Space) -> TimePass:
    mail = MailConfig(server="127.0.0.1:1", sender="bureau@exemple.fr")
    home = replace(space.home, config=msgspec.structs.replace(space.home.config, mail=mail))
    return TimePass(home, Rules(space.home.config.zone), space.clock, space.clock, sure=True)


def fails(error: Exception, _now: TimePass) -> None:
    raise error


def does(done: list[str], name: str, _now: TimePass) -> None:
    done.append(name)


def with_officers(space: Space) -> None:
    with space.home.store.writing() as connection:
        for role in ("president", "secretary"):
            desk_users.add(connection, f"{role}@exemple.fr", role, [role], space.clock.now(), None)


def mails(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT recipient, subject, body FROM outbox WHERE about = 'acts of time' ORDER BY id")


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> list[Act]:
    """The acts of the pass, to be chosen by a test."""
    chosen: list[Act] = []
    monkeypatch.setattr(boxes, "acts", lambda _now: list(chosen))
    monkeypatch.setattr(boxes, "AT_REST", ())
    monkeypatch.setattr(boxes, "OUTWARD", ())
    return chosen


def test_an_act_that_fails_is_a_row_with_its_times_and_stops_no_other(space: Space, wanted: list[Act]) -> None:
    done: list[str] = []
    broken = [RuntimeError("Zébulon"), MachineError("mail", "no server"), KeyError("x")]
    wanted += [Act(f"broken-{number}", partial(fails, error)) for number, error in enumerate(broken)]
    wanted += [Act("well", partial(does, done, "well"))]
    for _ in range(2):
        boxes.run(time_pass(space))
        space.clock.advance(minutes=5)
    assert done == ["well", "well"]
    with space.home.store.reading() as connection:
        rows = failing_rows.failing(connection)
        found = list(due_checks.check(connection, space.clock.now()))
    assert [(row.act, row.code, row.times, row.last_at - row.first_at) for row in rows] == [
        ("broken-0", "RuntimeError", 2, timedelta(minutes=5)),
        ("broken-1", "mail", 2, timedelta(minutes=5)),
        ("broken-2", "KeyError", 2, timedelta(minutes=5)),
    ]
    assert [(each.kind.code, each.level) for each in found] == [("due-failing", Level.BAD)] * 3
    assert "broken-0" in found[0].says("fr")


def test_the_fault_of_the_database_itself_ends_the_pass(space: Space, wanted: list[Act]) -> None:
    done: list[str] = []
    wanted += [
        Act("broken", partial(fails, MachineError("database", "the disk"))),
        Act("later", partial(does, done, "x")),
    ]
    with pytest.raises(MachineError):
        boxes.run(time_pass(space))
    assert done == []


def test_what_goes_outwards_and_fails_is_a_row_too(
    space: Space, wanted: list[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "OUTWARD", (Act("outbox", partial(fails, MachineError("mail", "no server"))),))
    now = time_pass(space)
    boxes.run(now)
    with space.home.store.reading() as connection:
        rows = [(row.act, row.code) for row in failing_rows.failing(connection)]
    assert (rows, now.failed) == ([("outbox", "mail")], {"outbox": "mail"})


def test_by_a_clock_that_is_not_sure_what_wants_one_waits(space: Space, wanted: list[Act]) -> None:
    done: list[str] = []
    wanted += [Act("sure", partial(does, done, "sure"), wants_sure_clock=True), Act("any", partial(does, done, "any"))]
    now = time_pass(space)
    now.sure = False
    boxes.run(now)
    assert done == ["any"]


def test_what_fails_is_mailed_when_it_starts_each_week_and_when_it_ends(space: Space, wanted: list[Act]) -> None:
    with_officers(space)
    wanted += [Act("broken", partial(fails, RuntimeError("x")))]
    told = []
    for _ in range(16):
        boxes.run(time_pass(space))
        told.append(len(mails(space)))
        space.clock.advance(days=1)
    assert told == [2] * 7 + [4] * 7 + [6] * 2
    wanted[:] = [Act("broken", lambda _now: None)]
    boxes.run(time_pass(space))
    boxes.run(time_pass(space))
    assert len(mails(space)) == 8
    recipient, subject, body = mails(space)[-1]
    assert (recipient, subject) == ("president@exemple.fr", "Borne\u00a0: tout fonctionne de nouveau")
    assert "broken\u00a0: marche de nouveau" in str(body)
    with space.home.store.reading() as connection:
        assert failing_rows.failing(connection) == []


def test_what_a_fault_says_of_people_is_in_no_log(
    space: Space, wanted: list[Act], caplog: pytest.LogCaptureFixture
) -> None:
    wanted += [Act("broken", partial(fails, RuntimeError("Zébulon Quatremère")))]
    boxes.run(time_pass(space))
    assert "broken: RuntimeError" in caplog.text
    assert "Quatremère" not in caplog.text


def test_passes_that_nobody_makes_any_more_are_found(space: Space, wanted: list[Act]) -> None:
    def codes() -> list[str]:
        with space.home.store.reading() as connection:
            return [each.kind.code for each in due_checks.check(connection, space.clock.now())]

    assert codes() == [], "a home whose passes nobody makes yet"
    boxes.run(time_pass(space))
    space.clock.advance(hours=6)
    assert codes() == []
    space.clock.advance(minutes=1)
    assert codes() == ["due-overdue"]


def test_that_a_pass_went_well_is_written_each_half_hour_only(space: Space, wanted: list[Act]) -> None:
    noted = set()
    for _ in range(13):
        boxes.run(time_pass(space))
        noted.add(space.sql("SELECT tried_at FROM upkeep WHERE care = 'due'")[0])
        space.clock.advance(minutes=5)
    assert len(noted) == 3


def test_the_acts_have_names_that_are_told_apart_and_each_rule_of_retention_is_one() -> None:
    codes = acts.codes()
    assert len(codes) == len(set(codes))
    assert {"charges", "closings", "forget-bookings", "rooms", "outbox", "heartbeat"} <= set(codes)


def test_each_rule_of_retention_marks_itself_done(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails is tried again at the next pass; the others are not looked through twice a day."""
    ran: list[str] = []
    broken = acts.FORGETTING[3].code

    def forget(act: Act, now: TimePass) -> None:
        ran.append(act.code)
        if act.code == broken:
            raise RuntimeError
        act.does(now)

    wrapped = tuple(Act(each.code, partial(forget, each)) for each in acts.FORGETTING)
    monkeypatch.setattr(acts, "FORGETTING", wrapped)
    boxes.run(time_pass(space))
    assert len(ran) == len(wrapped)
    ran.clear()
    boxes.run(time_pass(space))
    assert ran == [broken]
