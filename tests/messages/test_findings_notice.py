"""What would fail on the day of a fault is told by mail: when it starts, weekly, and when it ends."""

from datetime import timedelta

from msgspec.structs import replace

from kiosk.health.finding_codes import make_finding
from kiosk.messages import findings_notice
from tests.conftest import WEDNESDAY, Space


def test_it_is_told_when_it_starts_weekly_and_when_it_ends(space: Space) -> None:
    config = space.home.config
    told = replace(space.home, config=replace(config, mail=replace(config.mail, server="mail.example.org")))
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
    finding = make_finding("list-blocked", file="journees-a-reprendre.csv", age=timedelta(hours=2))

    def put(findings: list[object], days: float) -> object:
        findings_notice.put_in_outbox(told, findings, WEDNESDAY + timedelta(days=days))  # type: ignore[arg-type]  # findings
        with space.home.store.reading() as connection:
            return connection.exec_driver_sql("SELECT says, tried_at FROM upkeep WHERE care = 'fallbacks'").first()

    assert put([], 0) is None
    first = put([finding], 1)
    assert first is not None
    assert put([finding], 3) == first
    weekly = put([finding], 8)
    assert weekly != first
    over = put([], 9)
    assert (over[0], weekly[0]) == ("", "list-blocked")  # type: ignore[index]  # rows
    assert put([], 20) == over


def test_without_a_mail_server_nothing_is_told(space: Space) -> None:
    finding = make_finding("spool-reserve", folder="spool", age=timedelta(hours=2))
    assert findings_notice.put_in_outbox(space.home, [finding], WEDNESDAY) == 0
