"""Declares everything that falls due by time, in the order in which it is done. An act that fails does not stop the
others (`boxes`).

To add an act, write a function that does what is due now and is harmless when it runs again, and list it in `acts`.
The function returns an error code where part of it failed and the rest was done, else None.

A *let* is the hire of a zone or the place by an organisation; a *head* the seal of the chain's last entry, which proves
later changes where it is kept elsewhere. A rule of *retention* says for how long some data are kept. A *banked* day was
earned and pays for a later visit. Messages to people are put into the *outbox*, and sent by the acts that call
outwards.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct

from kiosk import keys
from kiosk.books import chain_heads
from kiosk.books.due import ACTOR, Due, DuePass
from kiosk.devices.protocols import Clock, MachineClock
from kiosk.duties import weekly_mail
from kiosk.errors import MachineError
from kiosk.events.deciding import EventsDue, EventsPass
from kiosk.health import fallback_checks, heartbeat
from kiosk.home import Home
from kiosk.hosting import asking
from kiosk.messages import badge_digest, envelope_notice, findings_notice, joining_digest, outbox, two_hands_notice
from kiosk.messages.outbox import SendResult
from kiosk.money.online import calling, entering
from kiosk.money.online.calling import CallResult
from kiosk.money.online.entering import Booking
from kiosk.premises import credit
from kiosk.store import retention
from kiosk.store.messages import outbox_rows
from kiosk.store.money import online_rows
from kiosk.store.retention import RetentionRule
from kiosk.store.space import room_rules
from kiosk.store.space.policies import Rules


@dataclass(slots=True)
class TimePass:
    """One pass: the home and its clocks, and the results so far. With a clock that is not `sure`, acts that need the
    right day are left out, and no day counts as over.
    """

    home: Home
    rules: Rules
    clock: Clock
    machine_clock: MachineClock
    sure: bool
    books: DuePass = field(default_factory=DuePass)  # charges, expired rights, closed days, erasures
    events: EventsPass = field(default_factory=EventsPass)  # decisions about events
    # How many bookings were `claimed`, `released` or `entered` as charges; how many quotes `lapsed`, letters `told`
    # members of lets, and subscribers were `compensated`; `failed` counts faults of bookings and lets.
    rooms: dict[str, int] = field(default_factory=dict)
    lent: int = 0  # days banked for members whose desks were lent
    online: CallResult = field(default_factory=CallResult)  # what the payment platform answered
    messages: SendResult = field(default_factory=SendResult)  # how many were sent
    heartbeat: str = ""  # its outcome in words; empty where none is set up
    failed: dict[str, str] = field(default_factory=dict)  # error codes by act

    @property
    def due(self) -> Due:
        """Return the acts of the books."""
        home = self.home
        return Due(store=home.store, rules=self.rules, seal=home.seal, clock=self.clock, closes=self.sure)


class Act(Struct, frozen=True):
    """An act that falls due by time. Its `code` is permanent: it stands in the database, in findings and in
    docs/faults.md.
    """

    code: str
    does: Callable[[TimePass], str | None]  # returns an error code, or None
    wants_sure_clock: bool = False  # left out while the clock is not trusted


def _events(now: TimePass) -> str | None:
    """Decide the events whose deadline has passed, and return the first fault's code; None where none failed."""
    home = now.home
    now.events = EventsDue(store=home.store, rules=now.rules, seal=home.seal, clock=now.clock).run()
    return next((code for _, code, _ in now.events.failed), None)


def _charges(now: TimePass) -> str | None:
    """Charge the plans' periods that have begun, and return the first fault's code."""
    now.due.charge(now.books)
    return next((each.code for each in now.books.failed), None)


def _expiry(now: TimePass) -> None:
    """Expire the rights whose last day has passed."""
    now.due.expire(now.books)


def _closings(now: TimePass) -> None:
    """Close the days that are over."""
    now.due.close_days(now.books)


def _departures(now: TimePass) -> None:
    """Record a departure for visits of past days that never had one."""
    now.due.end_forgotten(now.books)


def _forget(kept: RetentionRule, now: TimePass) -> None:
    """Erase what a rule of retention no longer lets us keep."""
    now.due.forget_rule(kept, now.books)


def _erased_bytes(now: TimePass) -> None:
    """Remove erased rows from the database's log file too."""
    now.due.empty_log(now.books)  # tries again what an earlier pass could not


def _has_rooms(now: TimePass) -> bool:
    """Return whether the association lets rooms."""
    with now.home.store.reading() as connection:
        return room_rules.is_on(connection, now.rules.at(connection, now.clock.now())[1].day)


def _rooms(now: TimePass) -> str | None:
    """Claim, release and charge the bookings that are due, and return the first fault's code."""
    if not _has_rooms(now):
        return None
    from kiosk.rooms.upkeep import RoomUpkeep  # where the association lets rooms

    home = now.home
    done = RoomUpkeep(store=home.store, rules=now.rules, seal=home.seal, clock=now.clock, actor=ACTOR).run()
    now.rooms |= {"claimed": done.claimed, "released": done.released, "entered": done.settled}
    now.rooms["failed"] = now.rooms.get("failed", 0) + len(done.failed)
    return next(iter(done.failed.values()), None)


def _lets(now: TimePass) -> str | None:
    """Do what is due for lets: expired quotes, mails to members, days given back; return the first fault's code."""
    if not _has_rooms(now):
        return None
    from kiosk.rooms import let_upkeep  # as above

    done = let_upkeep.run(now.home, now.rules, now.clock)
    now.rooms |= {"lapsed": done.lapsed, "told": done.told, "compensated": done.compensated}
    now.rooms["failed"] = now.rooms.get("failed", 0) + len(done.failed)
    return next(iter(done.failed.values()), None)


def _lent_desks(now: TimePass) -> None:
    """Bank days for members whose lent desks were used by others."""
    now.lent = credit.run(now.home, now.rules, now.clock.now())


def _heads(now: TimePass) -> None:
    """Send the chain's newest heads to officers and notification addresses, which proves later changes."""
    chain_heads.put_in_outbox(now.home, now.clock.now())


def _findings(now: TimePass) -> None:
    """Tell officers which fallbacks of the door would fail."""
    findings_notice.put_in_outbox(now.home, fallback_checks.known(now.home, now.machine_clock), now.clock.now())


def _badges(now: TimePass) -> None:
    """Tell two officers which badges were given."""
    badge_digest.put_in_outbox(now.home, now.rules, now.clock.now())


def _joinings(now: TimePass) -> None:
    """Tell two officers of requests to join without a sponsor."""
    joining_digest.put_in_outbox(now.home, now.rules, now.clock.now())


def _two_hands(now: TimePass) -> None:
    """Tell officers of acts that wait for a second officer's agreement."""
    two_hands_notice.put_in_outbox(now.home, now.rules, now.clock.now())


def _account_files(now: TimePass) -> None:
    """Tell the office once of each desk account that is linked to no member's file."""
    from kiosk.store.officers import account_file_rows  # imported when needed

    with now.home.store.reading() as connection:
        if not account_file_rows.not_told(connection, now.rules.at(connection, now.clock.now())[1]):
            return
    from kiosk.members.account_files import AccountFiles  # once, after an update
    from kiosk.members.officers import Officers

    AccountFiles.of(Officers.of(now.home, now.clock, ACTOR, now.rules)).tell()


def _duties(now: TimePass) -> None:
    """Mail officers their duties of the week."""
    weekly_mail.put_in_outbox(now.home, now.rules, now.machine_clock, now.clock.now())


def _hosting(now: TimePass) -> None:
    """Make the coming shifts of the rota, and mail members about them."""
    asking.run(now.home, now.rules, now.clock.now())


def _envelopes(now: TimePass) -> None:
    """Tell two officers of organisations' voucher pools that are nearly empty."""
    envelope_notice.put_in_outbox(now.home, now.rules, now.clock.now())


def _online_entries(now: TimePass) -> None:
    """Enter the online payments that the platform has confirmed."""
    home, at = now.home, now.clock.now()
    with home.store.reading() as connection:
        if not online_rows.heard(connection):  # no confirmed payment waits: no transaction to write is begun
            return
    with home.store.writing() as connection:
        entering.enter_heard(Booking(connection, home.seal, now.rules.at(connection, at)[1]))


def _online_calls(now: TimePass) -> None:
    """Ask the payment platform about online payments."""
    now.online = calling.run(now.home, now.clock.now())


def _outbox(now: TimePass) -> None:
    """Send the messages that wait, with the newest mail password."""
    keys.take_word(now.home.paths.mail_password)  # one that the desk wrote beside ours, in the place of ours
    now.messages = outbox.send_waiting(now.home, now.clock.now())


def _heartbeat(now: TimePass) -> None:
    """Tell the distant monitor that the door is alive."""
    now.heartbeat = heartbeat.beat(now.home, now.machine_clock)


def _database_log(now: TimePass) -> None:
    """Write the database's log back into its file."""
    with suppress(MachineError):  # `kiosk check` reports a log that stays long
        now.home.store.write_log_back(at_rest=True)


_OF_THE_SPACE = (  # before anything is erased
    Act("events", _events, wants_sure_clock=True),
    Act("charges", _charges),
    Act("expiry", _expiry),
    Act("closings", _closings, wants_sure_clock=True),
    Act("departures", _departures),
)
_AFTER_FORGETTING = (  # after the rules of retention
    Act("erased-bytes", _erased_bytes),
    Act("rooms", _rooms, wants_sure_clock=True),
    Act("lets", _lets, wants_sure_clock=True),
    Act("lent-desks", _lent_desks, wants_sure_clock=True),
    Act("online-entries", _online_entries, wants_sure_clock=True),
    Act("heads", _heads),
    Act("findings", _findings),
    Act("badges", _badges, wants_sure_clock=True),
    Act("joinings", _joinings, wants_sure_clock=True),
    Act("two-hands", _two_hands, wants_sure_clock=True),
    Act("account-files", _account_files, wants_sure_clock=True),
    Act("duties", _duties, wants_sure_clock=True),
    Act("hosting", _hosting, wants_sure_clock=True),
    Act("envelopes", _envelopes, wants_sure_clock=True),
)
AT_REST = (Act("database-log", _database_log),)  # after all acts that write, before anything goes out
OUTWARD = (Act("online-calls", _online_calls), Act("outbox", _outbox), Act("heartbeat", _heartbeat))
"""The acts that call outwards, after the faults so far are recorded, so that messages and heartbeat tell them."""


FORGETTING = tuple(Act(f"forget-{kept.name}", partial(_forget, kept)) for kept in retention.RETENTION_RULES)
"""An act for each rule of retention; those that have run today have nothing to do."""


def goes_out(now: TimePass) -> bool:
    """Return whether anything has to go out now: a message that waits, an online payment to ask about, or a
    heartbeat.
    """
    at = now.clock.now()
    with now.home.store.reading() as connection:
        if outbox_rows.waiting(connection, at) or calling.is_due(connection, now.home, at):
            return True
    return now.home.paths.heartbeat.exists()  # it has the monitor's address: each pass tries to send a heartbeat


def acts(now: TimePass) -> Iterator[Act]:
    """Yield the acts that are done before anything goes out."""
    yield from _OF_THE_SPACE
    overdue = {f"forget-{kept.name}" for kept in now.due.overdue_rules()}
    yield from (each for each in FORGETTING if each.code in overdue)
    yield from _AFTER_FORGETTING


def codes() -> list[str]:
    """Return the codes of all acts, in their order."""
    return [each.code for each in (*_OF_THE_SPACE, *FORGETTING, *_AFTER_FORGETTING, *AT_REST, *OUTWARD)]
