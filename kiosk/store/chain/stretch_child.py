"""Checks one stretch of the chain in a process of its own, which `stretches` starts.

The input is a line of JSON, the task: which entries of which database, the keys, oldest first, and the statements that
read them. The output is a line after every so many entries, and at last the outcome. The process only reads, by a
connection of its own, and imports next to nothing. A walk recomputes the MAC of each entry from the one before.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from msgspec.structs import asdict

from kiosk import root_files
from kiosk.domain import chain
from kiosk.domain.books.entry_sums import EntrySums
from kiosk.domain.chain import Seal, Walk

_PAGE = 100  # entries read at once
_TELL_EVERY = 200  # pages between two lines of output


def main(tasks: IO[str], answers: IO[str]) -> None:
    """Read a task, follow its stretch of the chain, and print progress and outcome as JSON lines. An unreadable
    database is an outcome, too; any other error ends the process, which its parent reports.
    """
    task = json.loads(tasks.readline())
    database = Path(task["database"])
    *older, key = map(bytes.fromhex, task["keys"])
    seal = Seal(key, chain.key_id(key), task["home"], older=tuple(older))
    # under root, with the rights of the database's owner: a file that SQLite makes beside it stays readable to them
    with root_files.acting_on(database), closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as ledger:
        ledger.execute("BEGIN")  # one snapshot for everything read
        try:
            for outcome in _outcomes(ledger, seal, task):
                print(json.dumps(outcome), file=answers, flush=True)
        except sqlite3.OperationalError as fault:  # the parent reads the stretch again, and names the entry
            print(json.dumps({"wrong": f"entries from {task['before'] + 1} on cannot be read: {fault}"}), file=answers)


def _outcomes(ledger: sqlite3.Connection, seal: Seal, task: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the progress of the walk over a stretch (`done`: the entries since the last line), then its outcome: the
    stretch and its sums, or what is `wrong`, after which nothing more is read.
    """
    before = ledger.execute(task["mac"], (task["before"],)).fetchone()
    if before is None:
        yield {"wrong": f"entry {task['before']} is missing"}
        return
    walk = Walk(seal, task["before"], before[0])
    # the sums count a reversal by the entry that it reverses, which is read by its number
    sums = EntrySums(lambda number: ledger.execute(task["original"], (number,)).fetchone())
    for done, rows in enumerate(_pages(ledger, task), 1):
        wrong = walk.follow(rows)
        if wrong is not None:
            yield {"wrong": wrong}
            return
        sums.take(rows)
        if done % _TELL_EVERY == 0:
            yield {"done": _PAGE * _TELL_EVERY}
    stretch = {name: part.hex() if isinstance(part, bytes) else part for name, part in asdict(walk.stretch).items()}
    yield {"stretch": stretch, "sums": sums.as_json_values}


def _pages(ledger: sqlite3.Connection, task: Mapping[str, Any]) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the entries of the stretch, those after `before` up to `last`, page by page."""
    cursor = ledger.execute(task["sealed"], (task["before"] + 1, task["last"]))
    while rows := cursor.fetchmany(_PAGE):
        yield rows


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
