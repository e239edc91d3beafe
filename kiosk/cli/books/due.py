"""`due`: one pass over all that time brings."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from kiosk import home
from kiosk.books import chain_heads
from kiosk.books.due import ACTOR, Due, DuePass
from kiosk.cli.arguments import TODAY, answer, json_option
from kiosk.cli.working_day import clock_of, timekeeper_of
from kiosk.devices.clock import HostClock
from kiosk.devices.protocols import Clock
from kiosk.domain import amounts
from kiosk.domain.money import units
from kiosk.errors import AnswerIsNo
from kiosk.events.deciding import EventsDue, EventsPass
from kiosk.health import fallback_checks, heartbeat
from kiosk.home import Home
from kiosk.hosting import asking
from kiosk.messages import badge_digest, envelope_notice, findings_notice, joining_digest, outbox
from kiosk.messages.outbox import SendResult
from kiosk.premises import credit
from kiosk.store.space import room_rules
from kiosk.store.space.policies import Rules

NOTHING = "nothing is due"


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
@click.pass_obj
def due(root: Path, dry_run: bool, as_json: bool) -> None:
    """Do what time brings: charge subscriptions' periods on their day, let carnets expire, decide on events whose
    deadline is over, close the days that are over, forget what was kept long enough, send what waits.

    Each act is done once: run it every few minutes.
    """
    with home.opened(root, program="desk") as opened:
        clock = clock_of(opened, click.get_current_context().meta[TODAY])
        sure = timekeeper_of(opened).look().doubt is None  # a day in words charges, and closes nothing for good
        rules = Rules(opened.config.zone)
        time = Due(store=opened.store, rules=rules, seal=opened.seal, clock=clock, closes=sure)
        happening = EventsDue(store=opened.store, rules=rules, seal=opened.seal, clock=clock)
        decided = happening.preview() if dry_run else happening.run() if sure else EventsPass()
        done = time.preview() if dry_run else time.run()
        rooms = _rooms(opened, rules, clock) if sure and not dry_run else {}
        lent = credit.run(opened, rules, clock.now()) if sure and not dry_run else 0
        sent = SendResult() if dry_run else _send(opened, rules, clock.now(), sure=sure)
        beat = "" if dry_run else heartbeat.beat(opened, HostClock())
    facts = _facts(done, dry_run) | {
        "events": _decided(decided),
        "rooms": rooms,
        "lent": lent,
        "messages": asdict(sent),
        "heartbeat": beat,
    }
    words = _words(done, decided, dry_run, sent)
    said = [words, *(f"bookings {name}: {count}" for name, count in rooms.items() if count)]
    said += [f"heartbeat {beat}"] if beat else []
    said += [f"banked for lent desks: {lent}"] if lent else []
    answer(as_json, facts, "\n".join(said[1:] if len(said) > 1 and words == NOTHING else said))
    if decided.failed:
        number, _, says = decided.failed[0]
        raise AnswerIsNo("due", f"{len(decided.failed)} not decided; event {number}: {says}")
    if done.failed:
        first = done.failed[0]
        raise AnswerIsNo("due", f"{len(done.failed)} not charged; member {first.number}, {first.product}: {first.says}")


def _rooms(opened: Home, rules: Rules, clock: Clock) -> dict[str, int]:
    """What is due of rooms, where the association lets any."""
    with opened.store.reading() as connection:
        if not room_rules.is_on(connection, rules.at(connection, clock.now())[1].day):
            return {}
    from kiosk.rooms import let_upkeep
    from kiosk.rooms.upkeep import RoomUpkeep

    done = RoomUpkeep(store=opened.store, rules=rules, seal=opened.seal, clock=clock, actor=ACTOR).run()
    let = let_upkeep.run(opened, rules, clock)
    return {
        "claimed": done.claimed,
        "released": done.released,
        "entered": done.settled,
        "lapsed": let.lapsed,
        "told": let.told,
        "compensated": let.compensated,
        "failed": len(done.failed) + len(let.failed),
    }


def _send(opened: Home, rules: Rules, now: datetime, *, sure: bool) -> SendResult:
    """Tell the chain's heads, new badges, requests to join and turns of hosting, send what waits, once all else is
    done: nothing else waits for a mail server. By a clock that is not sure, no day is over.
    """
    chain_heads.put_in_outbox(opened, now)
    findings_notice.put_in_outbox(opened, fallback_checks.known(opened, HostClock()), now)
    if sure:
        badge_digest.put_in_outbox(opened, rules, now)
        joining_digest.put_in_outbox(opened, rules, now)
        asking.run(opened, rules, now)
        envelope_notice.put_in_outbox(opened, rules, now)
    return outbox.send_waiting(opened, now)


def _facts(done: DuePass, dry_run: bool) -> dict[str, object]:
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
    return {
        "decided": [
            {"event": one.event, "state": one.state.value, "coming": one.coming, "charged": one.charged}
            for one in events.decided
        ],
        "attended": events.attended,
        "failed": [{"event": number, "code": code} for number, code, _ in events.failed],
    }


def _words(done: DuePass, events: EventsPass, dry_run: bool, sent: SendResult) -> str:
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
    lines += [f"{would}decided: event {one.event} is {one.state}, {one.coming} come" for one in events.decided]
    lines += [f"noted as there: {events.attended} at events"] if events.attended else []
    lines += [f"{would}closed: {day}" for day in done.closed]
    lines += [f"{would}ended: {done.departed} visits that nobody ended"] if done.departed else []
    lines += [f"{would}forgotten: {count} {name}" for name, count in done.forgotten.items() if count]
    lines += ["not yet taken out of the database: the bytes of what was erased"] if done.in_log else []
    lines += [f"messages {name.replace('_', ' ')}: {count}" for name, count in asdict(sent).items() if count]
    return "\n".join(lines) or NOTHING
