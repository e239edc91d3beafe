"""Builds what keeps taps safe and judges the time for one home: spool, roster, replay, timekeeper, as one."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from kiosk import MADE_AFTER, home
from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.home import Home, Identity
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.door_comparison import DoorComparison
from kiosk.offline.door_journal import DoorJournal
from kiosk.offline.journal_heads import JournalHeads
from kiosk.offline.last_rules import LastRules
from kiosk.offline.offline_taps import OfflineTaps
from kiosk.offline.outage import Outage
from kiosk.offline.replay import Replay
from kiosk.offline.roster_refresh import CurrentRoster, RosterRefresh
from kiosk.offline.spool import Spool
from kiosk.store.space.policies import Rules
from kiosk.store.space.wording_rows import Wordings
from kiosk.store.values import WrongValue


class OfflineParts(Struct, frozen=True):
    """The parts. `follower` and `replay` want a thread each; the others are asked by the taps' own."""

    timekeeper: Timekeeper
    outage: Outage
    spool: Spool
    kept: CurrentRoster
    last_rules: LastRules
    follower: RosterRefresh
    replay: Replay
    offline_taps: OfflineTaps
    journal: DoorJournal
    comparison: DoorComparison

    def close(self) -> None:
        """Close the files that are open. What waits stays."""
        self.spool.close()
        self.journal.close()

    @property
    def wrong(self) -> tuple[WrongValue, ...]:
        """The wrong values of the database that taps met, as far as they are known."""
        return (*self.last_rules.wrong, *self.follower.wrong)


def build(
    opened: Home,
    clock: MachineClock,
    rules: Rules,
    vouched: Callable[[], bool],
    changed: Callable[[], None],
    made_after: datetime = MADE_AFTER,
    committed: Callable[[], None] = lambda: None,
    worded: Callable[[Wordings], None] = lambda _own: None,
    set_at: Callable[[], int] = lambda: 0,
) -> OfflineParts:
    """`rules` are the taps' thread's; `changed` is told when screens should look again, `committed` when anybody has
    written to the database.

    What an earlier run left is taken up: its spool, its roster, and when the time was last sure.
    """
    key = home.read_key(opened.paths.spool_key)
    identity = Identity(opened.seal.home_id, opened.training)
    timekeeper = Timekeeper(clock, vouched, made_after, set_at)
    outage, kept = Outage(), CurrentRoster(opened.paths.roster, key)
    spool = _spool(opened, key)
    last_rules = LastRules(opened.paths.last_rules, key, identity.home_id)
    last_rules.load()
    rules.care = last_rules.read
    follower = RosterRefresh(
        store=opened.store,
        rules=Rules(rules.zone, last_rules.read, rules.door),
        home=identity,
        kept=kept,
        timekeeper=timekeeper,
        clock=clock,
        last_rules=last_rules,
        changed=changed,
        committed=committed,
        worded=worded,
    )
    try:
        follower.learn()
    except MachineError as fault:
        outage.unreadable(fault)
    found = kept.load()
    timekeeper.remember(None if found is None else found.trusted)
    timekeeper.look()  # time counts from here
    journal = DoorJournal(key=key, home_id=identity.home_id, spool=spool.folder, monotonic=clock.monotonic)
    heads = JournalHeads(opened.paths.door_journal_heads, key, identity.home_id, journal)
    settled = Rules(rules.zone, last_rules.read, rules.door)
    comparison = DoorComparison(journal=journal, heads=heads, store=opened.store, rules=settled, seal=opened.seal)
    replay = Replay(
        spool=spool,
        store=opened.store,
        rules=settled,
        seal=opened.seal,
        timekeeper=timekeeper,
        outage=outage,
        journal=journal,
        comparison=comparison,
        entered=changed,
    )
    offline_taps = OfflineTaps(
        store=opened.store,
        rules=rules,
        roster=lambda: kept.now,
        spool=spool,
        timekeeper=timekeeper,
        outage=outage,
    )
    return OfflineParts(
        timekeeper, outage, spool, kept, last_rules, follower, replay, offline_taps, journal, comparison
    )


def _spool(opened: Home, key: bytes) -> Spool:
    settings = opened.config.spool
    if opened.paths.door is not None:  # the first door's folders were made with the home
        with suppress(OSError):
            opened.paths.own(settings.path).mkdir(mode=0o700, exist_ok=True)
    return Spool(
        key=key,
        home_id=opened.seal.home_id,
        folder=opened.paths.own(settings.path),
        last_resort=opened.paths.root / settings.last_resort if settings.last_resort else None,
        part="" if opened.paths.door is None else f"-{opened.paths.door}",
    )
