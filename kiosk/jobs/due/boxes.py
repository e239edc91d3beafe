"""Runs each act of a pass by itself: a fault is recorded and reported, and does not stop the other acts.

Only a fault of the database ends a pass, since then no other act would work and no fault could be recorded.
"""

import logging
import traceback
from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct, field

from kiosk import waking
from kiosk.domain.health.upkeep import Care
from kiosk.domain.problems import Coded
from kiosk.jobs import reconciliation
from kiosk.jobs.due.acts import AT_REST, OUTWARD, Act, TimePass, acts, goes_out
from kiosk.messages import failing_notice
from kiosk.store import database_faults
from kiosk.store.health import failing_rows, upkeep_rows

_log = logging.getLogger(__name__)
_NOTED_EVERY = timedelta(minutes=30)  # how often a pass that went well is recorded: more would wear the card


class Outcome(Struct):
    """The result of some acts: the codes of those that succeeded, and of those that failed with their error codes."""

    well: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def run(now: TimePass) -> None:
    """Make one pass: all acts that write, then those that call outwards, once the faults of the first are recorded.
    Nothing is done while the records lack entries that this machine saw. Raises MachineError `database` or
    `database-busy`.
    """
    if not reconciliation.tend(now.home, now.clock):  # tries to account for them, too
        return
    outcome = _done(now, acts(now))
    now.failed |= outcome.failed
    _note(now, outcome)
    is_elsewhere = waking.is_elsewhere()  # another program calls outwards: it is only woken
    last = _done(now, AT_REST if is_elsewhere else (*AT_REST, *OUTWARD))
    now.failed |= last.failed
    _note(now, last)
    if is_elsewhere and goes_out(now):
        waking.call()


def go_out(now: TimePass) -> None:
    """Run the acts that call outwards, in the one program that may: send messages, ask about payments, send the
    heartbeat. Raises MachineError `database` or `database-busy`.
    """
    outcome = _done(now, OUTWARD)
    now.failed |= outcome.failed
    _note(now, outcome, is_pass=False)


def _done(now: TimePass, acts_due: Iterable[Act]) -> Outcome:
    """Do the acts that are due, and return which went well and which failed; one that needs a trusted clock is left out
    without it.
    """
    outcome = Outcome()
    for act in acts_due:
        if act.wants_sure_clock and not now.sure:
            continue
        code = _try(now, act)
        if code is None:
            outcome.well.append(act.code)
        else:
            outcome.failed[act.code] = code
    return outcome


def _try(now: TimePass, act: Act) -> str | None:
    """Run an act and return the code of its fault, for an unexpected one its class; None where it succeeded. Raises a
    fault of the database.
    """
    try:
        return act.does(now)
    except Coded as error:
        if database_faults.is_one(error):
            raise
        _log.error("%s: %s [%s]", act.code, error, error.code)
        return error.code
    except Exception as fault:  # only this act fails
        way = "".join(traceback.format_tb(fault.__traceback__))  # without the text, which may name people
        _log.error("%s: %s\n%s", act.code, type(fault).__name__, way)
        return type(fault).__name__


def _note(now: TimePass, outcome: Outcome, *, is_pass: bool = True) -> None:
    """Record what failed and what works again, and with `is_pass` that a pass was made, and tell the machine's keepers.
    Nothing is written where no act of these fails or failed before, and a pass was recorded lately or is not asked for.
    """
    at, here = now.clock.now(), {*outcome.well, *outcome.failed}
    with now.home.store.reading() as connection:
        known = [each for each in failing_rows.failing(connection) if each.act in here]
        last = upkeep_rows.found(connection).get(Care.DUE)
    # Whether there is no pass to record, or one was recorded lately; one that a clock set back makes later counts not.
    is_noted = not is_pass or (last is not None and timedelta(0) <= at - last.tried_at < _NOTED_EVERY)
    if is_noted and not known and not outcome.failed:
        return
    with now.home.store.writing() as connection:
        ended = [each for each in known if each.act in outcome.well]
        failing_rows.note(connection, outcome.failed, outcome.well, at)
        if is_pass:
            upkeep_rows.note(connection, Care.DUE, at, ok=not now.failed, says=", ".join(sorted(now.failed)))
        failing_notice.put_in_outbox(connection, now.home, ended, now.rules.at(connection, at)[1])
