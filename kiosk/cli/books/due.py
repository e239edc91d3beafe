"""The command `due`: one pass over all that falls due with time.

A pass is made of acts (charges, events, messages), each run by itself: one that fails is listed, and stops no other.
"""

from dataclasses import asdict
from pathlib import Path

import click
from msgspec import structs

from kiosk import home
from kiosk.books.due import DuePass
from kiosk.cli.arguments import TODAY, answer, json_option
from kiosk.cli.working_day import clock_of, timekeeper_of
from kiosk.devices.clock import HostClock
from kiosk.domain import amounts
from kiosk.domain.money import units
from kiosk.errors import AnswerIsNo, MachineError
from kiosk.events.deciding import EventsDue, EventsPass
from kiosk.jobs.due import boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.messages.outbox import SendResult
from kiosk.store.space.policies import Rules

NOTHING = "nothing is due"  # printed where a pass did nothing
# Acts that go on where one member or event fails: an officer has to look at that one.
_WANT_A_LOOK = frozenset(("charges", "events"))


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@json_option
@click.pass_obj
def due(root: Path, dry_run: bool, as_json: bool) -> None:
    """Run the scheduled tasks: charge subscriptions on their day, expire carnets, decide events past their deadline,
    close past days, erase data kept long enough, send waiting messages.

    Each task is done once: run it every few minutes.
    """
    with home.opened(root, program="desk") as opened:
        clock = clock_of(opened, click.get_current_context().meta[TODAY])
        # While the clock is in doubt and the day is given in words, subscriptions are charged, but no day is closed.
        sure = timekeeper_of(opened).look().doubt is None
        now = TimePass(opened, Rules(opened.config.zone), clock, HostClock(), sure)
        if dry_run:
            _look(now)
        else:
            boxes.run(now)  # each act by itself; what they did is recorded in `now`
    done, rooms = now.books, now.rooms
    facts = _facts(done, dry_run) | {
        "events": _decided(now.events),
        "rooms": rooms,
        "lent": now.lent,
        "online": structs.asdict(now.online),
        "messages": asdict(now.messages),
        "heartbeat": now.heartbeat,
        "failing": [{"act": act, "code": code} for act, code in now.failed.items()],
    }
    words = _words(done, now.events, dry_run, now.messages)
    lines = [words, *(f"bookings {name}: {count}" for name, count in rooms.items() if count)]
    lines += [f"heartbeat {now.heartbeat}"] if now.heartbeat else []
    lines += [f"banked for lent desks: {now.lent}"] if now.lent else []
    answer(as_json, facts, "\n".join(lines[1:] if len(lines) > 1 and words == NOTHING else lines))
    _refuse(now)


def _look(now: TimePass) -> None:
    """Fill in what a pass would do to the books and events, without doing it; other acts have no preview."""
    home_ = now.home
    now.books = now.due.preview()
    now.events = EventsDue(store=home_.store, rules=now.rules, seal=home_.seal, clock=now.clock).preview()


def _refuse(now: TimePass) -> None:
    """Raise the error with which the command ends, if any: MachineError `due-failing` for acts that failed, AnswerIsNo
    `due` for a member's charge or an event that an officer has to look at.
    """
    decided, done = now.events, now.books
    # Where a charge or event is listed as failed, it says more than its act's code: it is told below.
    failed = {
        act: code for act, code in now.failed.items() if act not in _WANT_A_LOOK or not (decided.failed or done.failed)
    }
    if failed:
        named = ", ".join(f"{act} ({code})" for act, code in failed.items())
        raise MachineError("due-failing", f"not done: {named}; all else is: kiosk check, and the journal, say more")
    if decided.failed:
        number, _, says = decided.failed[0]
        raise AnswerIsNo("due", f"{len(decided.failed)} not decided; event {number}: {says}")
    if done.failed:
        first = done.failed[0]
        raise AnswerIsNo("due", f"{len(done.failed)} not charged; member {first.number}, {first.product}: {first.says}")


def _facts(done: DuePass, dry_run: bool) -> dict[str, object]:
    """Return what a pass over the books did, or in a dry run would do, for programs, as `--json` prints it: sums in
    euros, `forgotten` as records erased by the retention rule's name.
    """
    return {
        "dry_run": dry_run,
        "charged": [
            {
                "member": act.number,
                "product": act.product,
                "from": act.part.first_on,
                "until": act.part.last_on,
                "amount": amounts.plain(act.cents),
                "replaces": act.replaces,
            }
            for act in done.charged
        ],
        "expired": [
            {
                "member": left.member,
                "of": left.of,
                "holder": left.holder,
                "product": left.product,
                "days": left.days,
                "unit": left.unit.value,
            }
            for left in done.expired
        ],
        "closed": done.closed,
        "departed": done.departed,
        "in_log": done.in_log,
        "forgotten": done.forgotten,
        "failed": [{"member": each.number, "product": each.product, "code": each.code} for each in done.failed],
    }


def _decided(events: EventsPass) -> dict[str, object]:
    """Return what a pass decided about events for programs, as `--json` prints it; `attended` counts people
    recorded as present.
    """
    return {
        "decided": [
            {
                "event": decision.event,
                "state": decision.state.value,
                "coming": decision.coming,
                "charged": decision.charged,
            }
            for decision in events.decided
        ],
        "attended": events.attended,
        "failed": [{"event": number, "code": code} for number, code, _ in events.failed],
    }


def _words(done: DuePass, events: EventsPass, dry_run: bool, sent: SendResult) -> str:
    """Return what a pass did, or in a dry run would do, as lines for people; `NOTHING` where that is nothing. Counts of
    0 are left out.
    """
    would = "would be " if dry_run else ""
    lines = [
        f"{would}charged: member {act.number}, {act.product} from {act.part.first_on} to {act.part.last_on},"
        f" {amounts.plain(act.cents)} EUR" + (f" instead of entry {act.replaces}" if act.replaces else "")
        for act in done.charged
    ]
    lines += [
        f"{would}expired: {'member' if left.member else 'organisation'} {left.holder},"
        f" {units.counted(left.days, left.unit).to('en')} of {left.product} on {left.expired_on}"
        for left in done.expired
    ]
    lines += [
        f"{would}decided: event {decision.event} is {decision.state}, {decision.coming} come"
        for decision in events.decided
    ]
    lines += [f"noted as there: {events.attended} at events"] if events.attended else []
    lines += [f"{would}closed: {day}" for day in done.closed]
    lines += [f"{would}ended: {done.departed} visits left open"] if done.departed else []
    lines += [f"{would}forgotten: {count} {name}" for name, count in done.forgotten.items() if count]
    lines += ["not yet taken out of the database: the bytes of what was erased"] if done.in_log else []
    lines += [f"messages {name.replace('_', ' ')}: {count}" for name, count in asdict(sent).items() if count]
    return "\n".join(lines) or NOTHING
