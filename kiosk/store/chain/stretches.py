"""Checks a long chain in stretches, several processes side by side, each beginning with the stored MAC before its
stretch.

This process checks that each stretch joins the next. Where one does not, or its process found a fault, this process
reads the stretch again and decides, so that the same entry is named in the same words however many processes there
were. A process that did not finish is reported, and never counts as a chain without fault. For commands and the desk:
the entrance starts no processes, and a server's records are read by one. A walk recomputes the MAC of each entry from
the one before.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import chain
from kiosk.domain.books.entry_sums import EntrySums
from kiosk.domain.chain import Seal, Stretch, Walk
from kiosk.errors import AnswerIsNo
from kiosk.store import audit, ledger

LEAST = 50_000  # entries of a stretch: for fewer, a process is not worth its start
_MAC = "SELECT mac FROM entry WHERE number = ?"
_PACKAGES = Path(__file__).parents[3]  # the folder that holds the package `kiosk`
Step = Callable[[int], object]  # called with the number of entries checked since the last call


def cores() -> int:
    """Return how many processes can run on this machine at the same time."""
    return len(os.sched_getaffinity(0))


def check_chain(
    connection: sa.Connection,
    database: Path,
    seal: Seal,
    step: Step = lambda entries: None,
    sums: EntrySums | None = None,
    processes: int = 1,
) -> tuple[int, bytes]:
    """Recompute every MAC as `audit.check_chain` does, in up to `processes` processes if the chain is long.

    Returns number and MAC of the last entry. Raises AnswerIsNo `chain-broken` as that function does; `chain-unchecked`
    if a process did not finish.
    """
    last = ledger.head(connection)
    ends = _ends(last.number, processes if connection.dialect.name == "sqlite" else 1)
    if len(ends) < 2:
        return audit.check_chain(connection, seal, step, sums)
    walk = chain.Walk(seal)
    with ExitStack() as running:
        children = [running.enter_context(_child(database, seal, before, until)) for before, until in pairwise(ends)]
        audit.follow(connection, walk, step, sums, ends[0])  # the first stretch is this process's own
        for child in children:
            _join(connection, walk, child, step, sums)
    # This connection's snapshot has no later entries: the walk must end at the snapshot's last one.
    if (walk.number, walk.mac) != (last.number, last.mac):
        raise AnswerIsNo("chain-broken", f"entry {last.number}, the last, no longer matches the recalculated seal")
    return audit.arrived(walk, sums)  # raises if the last entry is sealed with a former key; marks `sums` as complete


def _ends(count: int, processes: int) -> list[int]:
    """Return the number of each stretch's last entry, for `count` entries: stretches of equal length, at most one for
    each process, of `LEAST` entries or more. One stretch alone holds all entries.
    """
    stretches = max(1, min(processes, count // LEAST))
    return [count * number // stretches for number in range(1, stretches + 1)]


class _Child(Struct, frozen=True):
    """A process that checks the entries after `before` up to `until`."""

    process: Popen[str]
    before: int
    until: int

    def answer(self, step: Step) -> Mapping[str, Any]:
        """Wait for the process and return its outcome, passing its progress on. Raises AnswerIsNo `chain-unchecked`."""
        message: Mapping[str, Any] = {}
        for line in self.process.stdout or ():
            is_complete = line.endswith("\n")  # a process that is killed may leave half a line
            message = json.loads(line) if is_complete else {}
            step(message.get("done", 0))
        status = self.process.wait()
        if status or not {"stretch", "wrong"} & message.keys():
            raise _unchecked(self.before, self.until, f"ended with {status}")
        return message


@contextmanager
def _child(database: Path, seal: Seal, before: int, until: int) -> Iterator[_Child]:
    """Start a process for a stretch, and end it with this context, however far it is.

    Raises AnswerIsNo `chain-unchecked` if it cannot start.
    """
    task = {
        "database": str(database.absolute()),
        "keys": [key.hex() for key in seal.keys],
        "home": seal.home_id,
        "before": before,
        "last": until,
        "sealed": ledger.SEALED,
        "mac": _MAC,
        "original": audit.ORIGINAL,
    }
    try:
        process = Popen(
            [sys.executable, "-sP", "-m", "kiosk.store.chain.stretch_child"],  # -sP: no modules of a user or a folder
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(_PACKAGES)},
        )
    except OSError as fault:
        raise _unchecked(before, until, f"could not begin ({fault.strerror})") from None
    with process:
        try:
            if process.stdin is None:
                raise AssertionError("it was asked for")
            with suppress(BrokenPipeError):  # its answer tells how it ended
                process.stdin.write(json.dumps(task) + "\n")
            with suppress(BrokenPipeError):
                process.stdin.close()
            yield _Child(process, before, until)
        finally:
            process.kill()


def _unchecked(before: int, until: int, how: str) -> AnswerIsNo:
    """Return the error for a stretch that was not checked."""
    text = f"entries {before + 1} to {until} were not checked: their process {how}"
    return AnswerIsNo("chain-unchecked", f"{text}; kiosk verify --processes 1 reads all in one")


def _join(connection: sa.Connection, walk: Walk, child: _Child, step: Step, sums: EntrySums | None) -> None:
    """Move the walk over the stretch that a process followed; if it does not join or was found wrong, follow the
    stretch here. Raises AnswerIsNo `chain-broken` if it is wrong here, too, or only the process found it wrong.
    """
    answer = child.answer(step)
    if "stretch" in answer and walk.passes_over(_stretch(answer["stretch"])):
        if sums is not None:
            sums.merge(answer["sums"])
        return
    # raises if it is wrong here, too; the process has reported its progress already
    audit.follow(connection, walk, lambda entries: None, sums, child.until)
    if "wrong" in answer:
        text = f"{answer['wrong']}; read again, the entry matches its seal: check this machine's disk and memory"
        raise AnswerIsNo("chain-broken", text)


def _stretch(values: Mapping[str, Any]) -> Stretch:
    """Return a stretch from a process's answer, which has MACs as hexadecimal digits."""
    macs = {name: bytes.fromhex(values[name]) for name in ("before_mac", "mac")}
    return Stretch(**{**values, **macs})
