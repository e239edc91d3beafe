"""In which order a server is asked: what a tap's lock costs where it is taken first, and where it is taken last.

The statements of a tap, heard and replayed in plain psycopg's pipelines by some connections at once, each as fast as it
can. First: BEGIN, the lock and all that is read in one round trip, all that is written and the COMMIT in another.
Last: what is read before the lock in one, the lock and the head in another, what is written in a third. The second
decides on what may be another's by then: it is here to be measured, and nothing more.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg

from bench import plain
from kiosk.store.postgresql import address, server_store, speech

_CONNECTIONS = 8
_SECONDS = 5.0
_LOCK = f"SELECT pg_advisory_xact_lock({server_store.LOCK})"
Values = Callable[[int, int], dict[str, object]]  # by whoever comes, and the head's number
Said = Sequence[tuple[str, plain.Heard]]


def compare(url: str, heard: Sequence[plain.Heard], values: Values) -> tuple[float, float]:
    """Transactions a second, the lock taken first and the lock taken last."""
    said = [(speech.for_server(each.sql), each) for each in heard]
    numbers = iter(range(10**9))  # who comes, in both
    return _run(url, said, values, numbers, _first), _run(url, said, values, numbers, _last)


def _run(url: str, said: Said, values: Values, numbers: Iterator[int], tap: Callable[..., None]) -> float:
    done, until = [0] * _CONNECTIONS, time.monotonic() + _SECONDS

    def work(place: int) -> None:
        with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:
            connection.execute(f"SET search_path = {address.SCHEMA}, pg_temp")
            while time.monotonic() < until:
                tap(connection, said, values, next(numbers))
                done[place] += 1

    each = [threading.Thread(target=work, args=(place,)) for place in range(_CONNECTIONS)]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    return sum(done) / _SECONDS


def _first(connection: psycopg.Connection[Any], said: Said, values: Values, number: int) -> None:
    read = [each for each in said if _reads(each)]
    with connection.pipeline():
        connection.execute("BEGIN")
        connection.execute(_LOCK)
        answers = [_say(connection, each, values(number, 0)) for each in read]
    _write(connection, said, values, number, _head(answers, read))


def _last(connection: psycopg.Connection[Any], said: Said, values: Values, number: int) -> None:
    read = [each for each in said if _reads(each)]
    with connection.pipeline():
        connection.execute("BEGIN")
        for each in read:
            if not _is_head(each):
                _say(connection, each, values(number, 0))
    head = [each for each in read if _is_head(each)]
    with connection.pipeline():
        connection.execute(_LOCK)
        answers = [_say(connection, each, values(number, 0)) for each in head]
    _write(connection, said, values, number, _head(answers, head))


def _write(connection: psycopg.Connection[Any], said: Said, values: Values, number: int, head: int) -> None:
    with connection.pipeline():
        for each in said:
            if not _reads(each):
                _say(connection, each, values(number, head))
        connection.execute("COMMIT")


def _say(connection: psycopg.Connection[Any], said: tuple[str, plain.Heard], values: dict[str, object]) -> Any:
    sql, heard = said
    own = {**values, "id": values["visit_id"]} if sql.startswith("INSERT INTO visit") else values
    return connection.execute(sql, heard.bound(own), prepare=True)


def _reads(said: tuple[str, plain.Heard]) -> bool:
    return said[0].startswith("SELECT")


def _is_head(said: tuple[str, plain.Heard]) -> bool:
    return said[0].startswith("SELECT entry.number")


def _head(answers: Sequence[Any], asked: Said) -> int:
    at = next(place for place, each in enumerate(asked) if _is_head(each))
    return int(answers[at].fetchone()[0])
