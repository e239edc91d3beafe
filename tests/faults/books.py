"""What must hold after every fault: each tap that opened the door is kept once, charged once, and the books agree."""

from collections import Counter
from pathlib import Path

from kiosk import home
from kiosk.home import Home
from kiosk.offline import safekeeping, unreplayed_taps
from kiosk.offline.safekeeping import OfflineParts
from kiosk.offline.spool_records import WaitingTap
from kiosk.store import audit
from kiosk.store.space.policies import Rules
from tests.faults.worker import Clock, day_after_recording

Tap = tuple[int, str]  # member number and ISO day

_CHARGES = (
    "FROM entry AS e WHERE e.kind IN ('charge', 'use') AND e.visit_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
)


def parse(acks: list[str]) -> list[Tap]:
    """`ACK 3 2026-12-01` as (3, "2026-12-01")."""
    found = []
    for ack in acks:
        _, number, day = ack.split()
        found.append((int(number), day))
    return found


def problems(root: Path, acked: list[Tap]) -> list[str]:
    """Everything that is wrong with a home after a fault: first as it is found, then once its spool is entered."""
    with home.opened(root) as opened:
        found = [*sound(opened), *_kept_once(opened, acked)]
        _enter_all(opened)
        return [*found, *sound(opened), *_entered(opened, acked)]


def problems_as_found(root: Path, acked: list[Tap]) -> list[str]:
    """What is wrong with a home before anything is entered: its spool is left to the next start."""
    with home.opened(root) as opened:
        return [*sound(opened), *_kept_once(opened, acked)]


def stored(root: Path) -> set[Tap]:
    """What ledger and spool know, acknowledged or not."""
    with home.opened(root) as opened:
        return {*_visits(opened), *_waiting(opened)}


def sound(opened: Home) -> list[str]:
    """What is wrong with the books by themselves."""
    with opened.store.reading() as connection:
        found = [
            f"integrity: {row[0]}" for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"
        ]
        found += [f"foreign key: {row}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        try:
            audit.check_chain(connection, opened.seal)
            audit.check_texts(connection)
            audit.check_sums(connection)
        except Exception as error:
            found.append(f"audit: {error}")
        double = connection.exec_driver_sql(f"SELECT e.visit_id {_CHARGES} GROUP BY e.visit_id HAVING count(*) > 1")
        found += [f"visit {row[0]} is charged twice" for row in double]
        double = connection.exec_driver_sql(
            f"SELECT e.member_number, e.day_on {_CHARGES} GROUP BY e.member_number, e.day_on HAVING count(*) > 1"
        )
        found += [f"({number}, '{day}') is charged twice" for number, day in double]
    aside = unreplayed_taps.count([opened.paths.root / opened.config.spool.path])
    return found + ([f"{aside} taps were set aside"] if aside else [])


def _visits(opened: Home) -> Counter[Tap]:
    with opened.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT m.number, v.day_on FROM visit AS v JOIN member AS m ON m.id = v.member_id WHERE v.state = 'kept'"
        )
        return Counter((int(number), str(day)) for number, day in rows)


def _waiting(opened: Home) -> set[Tap]:
    kept = _kept(opened)
    kept.close()
    records = [line.record for line in kept.spool.waiting()]
    return {(r.member, r.reading.at.date().isoformat()) for r in records if isinstance(r, WaitingTap)}


def _kept(opened: Home) -> OfflineParts:
    """The keeping of a start on the next day: late enough for the ledger, soon enough to be trusted."""
    clock = Clock(day_after_recording(opened))
    return safekeeping.build(opened, clock, Rules(opened.config.zone), lambda: True, lambda: None)


def _kept_once(opened: Home, acked: list[Tap]) -> list[str]:
    visits, waiting = _visits(opened), _waiting(opened)
    return [f"{tap} opened the door and is kept nowhere" for tap in acked if not visits[tap] and tap not in waiting] + [
        f"{tap} is recorded {count} times" for tap, count in visits.items() if count > 1
    ]


def _enter_all(opened: Home) -> None:
    kept = _kept(opened)
    kept.replay.turn()
    kept.close()


def _entered(opened: Home, acked: list[Tap]) -> list[str]:
    visits = _visits(opened)
    kept = _kept(opened)
    left = len(kept.spool)
    kept.close()
    lost = [f"{tap} opened the door and was never entered" for tap in acked if visits[tap] != 1]
    return lost + ([f"{left} taps are still in the spool"] if left else [])
