"""What would fail on the day of a fault is told by mail: when it starts, weekly, and when it ends."""

from datetime import timedelta

from msgspec.structs import replace

from kiosk.health.finding_codes import make_finding
from kiosk.messages import findings_notice
from kiosk.store.officers import desk_users
from tests.conftest import WEDNESDAY, Space


def test_it_is_told_when_it_starts_weekly_and_when_it_ends(space: Space) -> None:
    config = space.home.config
    told = replace(space.home, config=replace(config, mail=replace(config.mail, server="mail.example.org")))
    with space.by_owner():
        space.sql_write("DELETE FROM outbox")
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


def test_each_officer_reads_what_would_be_missing_its_remedy_and_what_is_settled(space: Space) -> None:
    config = space.home.config
    told = replace(space.home, config=replace(config, mail=replace(config.mail, server="mail.example.org")))
    with space.home.store.writing() as connection:
        for name, role in (("lea", "treasurer"), ("omar", "host")):
            desk_users.add(connection, f"{name}@example.org", name, [role], WEDNESDAY, None)
    with space.by_owner():
        space.sql_write("DELETE FROM outbox")
    blocked = make_finding("list-blocked", file="journees-a-reprendre.csv", age=timedelta(hours=2))
    strange = make_finding("spool-strange", folder="/media/stick", age=timedelta(hours=3))
    for hours, findings in enumerate(([blocked, strange], [strange], [])):
        assert findings_notice.put_in_outbox(told, findings, WEDNESDAY + timedelta(hours=hours)) == 1
    with space.home.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT recipient, subject, body, about FROM outbox ORDER BY id").all()
    assert {(row.recipient, row.subject, row.about) for row in rows} == {
        ("lea@example.org", "Borne\N{NO-BREAK SPACE}: à régler avant la prochaine panne", "fallbacks")
    }
    both, one_left, none_left = (row.body for row in rows)
    for finding in (blocked, strange):
        line = f"- Secours\N{NO-BREAK SPACE}: {finding.says('fr')}\n  {finding.remedy('fr')} [{finding.kind.code}]"
        assert line in both
    assert "En cas de panne, voici ce qui manquerait" in both
    assert ("[list-blocked]" in one_left, "[spool-strange]" in one_left) == (False, True)
    assert "Réglé depuis le dernier e-mail\N{NO-BREAK SPACE}: list-blocked." in one_left
    assert none_left == (
        "Bonjour,\n\nTous les problèmes sont réglés.\n\nRéglé depuis le dernier e-mail\N{NO-BREAK SPACE}:"
        " spool-strange.\n"
    )
