"""Doors that share one PostgreSQL server: what a tap costs over its statements, and what one chain takes a second.

A server of its own, Debian's, with fsync on, and doors as threads of a few processes, each with a store of its own as
an entrance has it: its connection for taps, and one that asks each second whether anybody wrote. Members come once a
day, twenty to a door, then the next day comes. At the end the chain and the sums are verified: no day is charged twice,
none is missing. Beside it, what this server commits in a second when one row is written over and over, in psycopg.
"""

import multiprocessing
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench import orders, plain
from bench.figures import asked, percentiles
from bench.space import START, Fixed, Person
from kiosk import home
from kiosk.checkin import entering
from kiosk.domain import ids
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import KioskError
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.setup import home_creation, moving
from kiosk.setup.home_creation import NewHome
from kiosk.store import audit, prepared
from kiosk.store.engine import Store
from kiosk.store.postgresql import address, server_store, speech
from kiosk.store.postgresql.server_store import ServerStore
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.policies import Rules
from tests import postgres

_SAFE = "fsync = on\nfull_page_writes = on\nshared_buffers = 256MB\nautovacuum = on\nmax_wal_size = 4GB\n"
_EACH = 20  # members to a door, where there are few doors
_PROCESSES = 4
_SINGLE = 300
_FORK = multiprocessing.get_context("fork")


@dataclass(slots=True)
class Counted:
    """What some doors did."""

    seconds: list[float] = field(default_factory=list)
    processor: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)


def run(folder: Path, doors: int, seconds: int, pace: float) -> None:
    """Make a home on a server, let a door tap alone, then all of them, and print."""
    server = postgres.new(f"{_SAFE}max_connections = {3 * doors + 50}")
    try:
        root, database = folder / "home", server.made()
        people = _home(root, doors * (_EACH if doors <= 100 else 2))
        moving.to_server(root, server.url(database))
        copy = server.made(database)
        _alone(root, server.url(copy), people)
        _together(root, server, database, people, doors, seconds, pace)
    finally:
        server.end()


def _home(root: Path, members: int) -> list[Person]:
    home_creation.create(root, NewHome(), Fixed())
    with home.opened(root) as made:
        rules = Rules(made.config.zone)
        with made.store.writing() as connection:
            people = []
            for number in range(members):
                read = BadgeRead(b"\x04" + number.to_bytes(6, "big"))
                wish = Application(name=f"Member{number}", badge=read)
                joined = enrolment.add(connection, rules, made.seal, made.badge_key, wish, Fixed().now(), "bench")
                people.append(Person(joined, read))
    return people


# --- one door, beside its own statements


def _alone(root: Path, url: str, people: list[Person]) -> None:
    """A tap of one door, in turns with its statements in plain psycopg on a database of their own."""
    with home.opened(root, program="entrance") as opened, psycopg.connect(url, autocommit=True) as raw:
        raw.execute(f"SET search_path = {address.SCHEMA}, pg_temp")
        rules, entries, visits = Rules(opened.config.zone), _last(raw, "number", "entry"), _last(raw, "id", "visit")
        _tap(opened.store, opened, rules, people[0], START)
        with plain.listening() as heard:
            _tap(opened.store, opened, rules, people[1], START)
        with postgres.traced(opened.store) as trips:
            _tap(opened.store, opened, rules, people[2], START)
        with _one_by_one():
            _tap(opened.store, opened, rules, people[0], START + timedelta(days=99))  # its statements are prepared now
            with postgres.traced(opened.store) as before:
                _tap(opened.store, opened, rules, people[1], START + timedelta(days=99))
        ours, slower, theirs = list[float](), list[float](), list[float]()
        for number in range(_SINGLE):
            person, day = people[number % len(people)], START + timedelta(days=1 + number // len(people))
            ours.append(_tap(opened.store, opened, rules, person, day))
            with _one_by_one():
                slower.append(_tap(opened.store, opened, rules, person, day + timedelta(days=100)))
            values = _values(opened, people, entries, visits, number)
            theirs.append(_raw(raw, heard, values))
        entries, visits = entries + _SINGLE, visits + _SINGLE

        def others(who: int, head: int) -> dict[str, object]:
            found = _values(opened, people, entries, visits, who, since=100)
            return {**found, "number": head + 1, "charge_entry": head + 1}

        first, last = orders.compare(url, heard, others)
        commits = _commits(raw)
    tap, statements = percentiles(ours)[0], percentiles(theirs)[0]
    print(f"commits of one row a second, one connection, plain psycopg{commits:>17.0f}")
    print(f"the same statements in plain psycopg, p50, ms{statements * 1000:>30.2f}")
    print(f"a tap's transaction at one door, p50, ms{tap * 1000:>35.2f}")
    print(f"the same where each question is asked by itself, p50, ms{percentiles(slower)[0] * 1000:>21.2f}")
    print(f"round trips of a tap, and of one that asks by itself{trips[0]:>19d}{before[0]:>6d}")
    print(f"8 connections, plain psycopg, taps a second, lock first, lock last{first:>11.0f}{last:>6.0f}")
    print(f"the quickest of {_SINGLE}, ms: {min(ours) * 1000:.2f}, of plain psycopg {min(theirs) * 1000:.2f}")
    asked("a tap's transaction over the same statements, p50", tap / statements, 2.0)


@contextmanager
def _one_by_one() -> Iterator[None]:
    """As it was before questions were asked together."""
    found, prepared.asks_ahead = prepared.asks_ahead, lambda connection: False
    try:
        yield
    finally:
        prepared.asks_ahead = found


def _tap(store: Store, opened: home.Home, rules: Rules, person: Person, at: datetime) -> float:
    fingerprint = person.read.fingerprint(opened.badge_key)
    began = time.monotonic()
    with store.writing() as connection:
        entering.enter(connection, rules, opened.seal, fingerprint, at, "kiosk")
    return time.monotonic() - began


def _values(
    opened: home.Home, people: list[Person], entries: int, visits: int, number: int, since: int = 0
) -> dict[str, object]:
    """What a tap binds, of whoever comes so many places after the first ones, who came already."""
    person, tap_id = people[4 + number % (len(people) - 4)], secrets.token_bytes(16)
    at, member = START + timedelta(days=since + number // (len(people) - 4)), person.member
    return {
        **{"fingerprint": person.read.fingerprint(opened.badge_key), "tap_id": tap_id, "group_id": tap_id},
        **{"id": ids.new(at, secrets.token_bytes(16)), "mac": secrets.token_bytes(32)},
        **{"number": entries + 1 + number, "charge_entry": entries + 1 + number, "visit_id": visits + 1 + number},
        **{"member_id": member.id, "member_number": member.number, "account_id": member.account},
        **{"which": member.account, "day_on": at.date().isoformat()},
    }


def _raw(raw: psycopg.Connection[Any], heard: list[plain.Heard], values: dict[str, object]) -> float:
    own = {**values, "id": values["visit_id"]}
    said = [
        (sql, each.bound(own if sql.startswith("INSERT INTO visit") else values))
        for sql, each in ((speech.for_server(each.sql), each) for each in heard)
    ]
    began = time.monotonic()
    raw.execute("BEGIN")
    raw.execute(f"SELECT pg_advisory_xact_lock({server_store.LOCK})")
    for statement, bound in said:
        raw.execute(statement, bound, prepare=True)
    raw.execute("COMMIT")
    return time.monotonic() - began


def _last(raw: psycopg.Connection[Any], column: str, table: str) -> int:
    return int((raw.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone() or (0,))[0])


def _commits_at(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as raw:
        return _commits(raw)


def _commits(raw: psycopg.Connection[Any], seconds: float = 2.0) -> float:
    raw.execute("CREATE TABLE IF NOT EXISTS public.one (id int PRIMARY KEY, n int)")
    raw.execute("INSERT INTO public.one VALUES (1, 0) ON CONFLICT DO NOTHING")
    done, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        raw.execute("UPDATE public.one SET n = n + 1 WHERE id = 1", prepare=True)
        done += 1
    return done / seconds


# --- all of them


def _together(
    root: Path, server: postgres.Server, database: str, people: list[Person], doors: int, seconds: int, pace: float
) -> None:
    url = server.url(database)
    said, go = _FORK.Queue(), _FORK.Barrier(_PROCESSES + 1)
    parts = [range(first, doors, _PROCESSES) for first in range(_PROCESSES)]
    runners = [
        _FORK.Process(target=_some, args=(root, url, people, part, doors, seconds, pace, go, said)) for part in parts
    ]
    for runner in runners:
        runner.start()
    before = _commits_at(url)
    began = _processor(server)
    go.wait(600)
    found: list[Counted] = [said.get(timeout=seconds + 600) for _ in runners]
    for runner in runners:
        runner.join(60)
    spent = _processor(server) - began
    after = _commits_at(url)
    times = [each for part in found for each in part.seconds]
    p50, p95, p99 = (value * 1000 for value in percentiles(times))
    asking = "as fast as they can" if not pace else f"each tapped at every {pace:g} s"
    print(f"\n{doors} doors for {seconds} s, {asking}")
    rate = len(times) / seconds
    print(f"taps a second, all doors{rate:>51.1f}")
    print(f"commits of one row a second just before and just after{before:>14.0f}{after:>7.0f}")
    print(f"taps over commits{rate * 2 / (before + after):>58.2f}")
    print(f"a tap's transaction, its turn included, p50, p95, p99, ms{p50:>12.1f}{p95:>9.1f}{p99:>9.1f}")
    faults = {name: sum(part.faults.get(name, 0) for part in found) for part in found for name in part.faults}
    tapped = max(1, len(times) + sum(faults.values()))
    here, there = sum(part.processor for part in found) / tapped, spent / tapped
    room = (os.cpu_count() or 1) / max(here + there, 1e-9)
    print(f"processor of a tap, ms: the doors that ask, their server{here * 1000:>15.2f}{there * 1000:>8.2f}")
    print(f"taps a second that would take all processors of this machine{room:>15.0f}")
    print(f"taps that would have gone to the spool{sum(faults.values()):>37}  {faults or ''}")
    with home.opened(root, is_patient=True) as opened, opened.store.reading() as connection:
        entries, _ = audit.check_chain(connection, opened.seal)
        audit.check_sums(connection)
        query = "SELECT count(*), count(DISTINCT (member_id, day_on)) FROM visit"
        visits, days = connection.exec_driver_sql(query).one()
    print(f"chain of {entries} entries whole; {visits} visits of {days} member days", flush=True)


def _some(
    root: Path, url: str, people: list[Person], part: range, doors: int, seconds: int, pace: float, go: Any, said: Any
) -> None:
    """Some of the doors, a thread each."""
    counted = Counted()
    sys.setswitchinterval(0.0002)  # who holds the lock never waits long for Python's
    with home.opened(root, program="entrance") as opened:
        stores = [ServerStore(url, opened.paths.database, None, Sealing(opened.seal), at_a_door=True) for _ in part]
        for store in stores:
            store.get_ready()
        go.wait(600)
        until, spent = time.monotonic() + seconds, time.process_time()
        each = [threading.Thread(target=_watch, args=(stores, until))]
        for store, door in zip(stores, part, strict=True):
            own = people[door::doors]
            each.append(threading.Thread(target=_door, args=(store, opened, own, until, pace, door / doors, counted)))
        for thread in each:
            thread.start()
        for thread in each:
            thread.join()
        counted.processor = time.process_time() - spent
        said.put(counted)
        for store in stores:
            with closing(store):
                pass


def _door(
    store: Store, opened: home.Home, people: list[Person], until: float, pace: float, share: float, counted: Counted
) -> None:
    rules, number = Rules(opened.config.zone), 0
    time.sleep(pace * share)
    while (began := time.monotonic()) < until:
        at = START + timedelta(days=30 + number // len(people), seconds=number % 3600)
        try:
            counted.seconds.append(_tap(store, opened, rules, people[number % len(people)], at))
        except KioskError as fault:
            counted.faults[fault.code] = counted.faults.get(fault.code, 0) + 1
        number += 1
        time.sleep(max(0.0, min(began + pace, until) - time.monotonic()))


def _processor(server: postgres.Server) -> float:
    """Seconds of processor that a server has taken, with those of its processes that ended."""
    ticks = 0
    for place, process in enumerate(server.processes()):
        with suppress(OSError):
            told = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
            ticks += sum(int(each) for each in told[11 : 13 if place else 15])  # of the first, its children's, too
    return ticks / os.sysconf("SC_CLK_TCK")


def _watch(stores: list[ServerStore], until: float) -> None:
    """Each door asks once a second whether anybody wrote."""
    while (began := time.monotonic()) < until:
        for store in stores:
            if time.monotonic() >= until:
                return
            store.changes()
        time.sleep(max(0.0, 1 - (time.monotonic() - began)))
