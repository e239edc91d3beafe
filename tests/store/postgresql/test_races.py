"""Doors and desks that write at the same time, each a process of its own: one charge a day, one unforked chain."""

import multiprocessing
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kiosk.errors import KioskError
from kiosk.store import audit, ledger
from kiosk.store.ledger import Draft
from kiosk.store.postgresql import server_store
from kiosk.store.prepared import Prepared
from kiosk.store.tables import entry
from tests.store.place import DAY, Place, morning, opened

pytestmark = pytest.mark.promise(2, 3)
_DOORS, _ROUNDS = 3, 12
_FORK = multiprocessing.get_context("fork")


def _door(root: Path, starts: Any, says: Any) -> None:
    """Present the one badge once a day, at the moment when all others do."""

    def tap(place: Place, day: int) -> None:
        place.tap(morning(DAY + timedelta(days=day)))

    _take_turns(root, starts, says, tap, "entrance")


def _desk(root: Path, starts: Any, says: Any) -> None:
    """Pay something at each of those moments."""

    def pay(place: Place, day: int) -> None:
        at = morning(DAY + timedelta(days=day))
        draft = Draft(
            kind="payment", day_on=at.date(), group=bytes(16), actor="till", amount_cents=-100, account=1, method="cash"
        )
        with place.store.writing() as connection:
            ledger.append(connection, place.seal, draft, at)

    _take_turns(root, starts, says, pay, "desk")


def _take_turns(root: Path, starts: Any, says: Any, act: Callable[[Place, int], None], program: str) -> None:
    wrong = None
    with opened(root, program) as place:
        for day in range(_ROUNDS):
            starts.wait(60)
            try:
                act(place, day)
            except Exception as fault:
                wrong = wrong or f"{type(fault).__name__}: {fault}"
    says.put(wrong)


def _race(place: Place) -> list[str]:
    """What went wrong while doors and a desk wrote at once."""
    root = place.home.paths.root
    starts, says = _FORK.Barrier(_DOORS + 1), _FORK.Queue()
    runners = [_FORK.Process(target=run, args=(root, starts, says)) for run in (*[_door] * _DOORS, _desk)]
    for runner in runners:
        runner.start()
    wrong = [said for said in (says.get(timeout=120) for _ in runners) if said]
    for runner in runners:
        runner.join(30)
    with place.store.reading() as connection:
        for check in (lambda: audit.check_chain(connection, place.seal), lambda: audit.check_sums(connection)):
            try:
                check()
            except KioskError as found:
                wrong.append(str(found))
        charged: dict[Any, Any] = dict(
            connection.exec_driver_sql(
                "SELECT day_on, count(*) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL GROUP BY 1"
            ).all()
        )
        paid = connection.exec_driver_sql("SELECT count(*) FROM entry WHERE kind = 'payment'").scalar()
    days = {(DAY + timedelta(days=day)).isoformat(): 1 for day in range(_ROUNDS)}
    if charged != days:
        wrong.append(f"charged {charged}")
    if paid != _ROUNDS:
        wrong.append(f"{paid} payments")
    return wrong


def test_one_badge_at_several_doors_is_one_charge_a_day_and_the_chain_never_forks(there: Place) -> None:
    there.join(on=DAY - timedelta(days=30))
    assert _race(there) == []


@pytest.mark.parametrize(
    "write",
    [
        f"BEGIN; SAVEPOINT s; SELECT pg_advisory_xact_lock({server_store.LOCK}); ROLLBACK TO SAVEPOINT s",
        f"BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM entry;"
        f" SELECT pg_advisory_xact_lock({server_store.LOCK})",
    ],
    ids=["a lock that a savepoint's end releases", "a snapshot from before the lock"],
)
def test_race_tells_a_lock_that_holds_nothing(there: Place, write: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there.join(on=DAY - timedelta(days=30))
    monkeypatch.setattr(server_store, "WRITE", write)
    assert _race(there) != []


def _same(query: sa.Select[Any]) -> sa.Select[Any]:
    return query


def test_race_tells_an_order_taken_from_time(there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    there.join(on=DAY - timedelta(days=30))
    columns: tuple[Any, ...] = (
        entry.c.number,
        entry.c.mac,
        sa.null().label("closed_on"),
        sa.literal_column("'[]'").label("vat"),
        entry.c.key_id,
    )
    compared = (ledger._MARKED.label("marked"), ledger._CLAIM.label("claim"))
    for name, more in (("_HEAD", ()), ("_COMPARED", compared)):
        query = sa.select(*columns, *more).order_by(entry.c.recorded_at.desc(), entry.c.id)
        monkeypatch.setattr(ledger, name, Prepared(partial(_same, query)))
    assert _race(there) != []
