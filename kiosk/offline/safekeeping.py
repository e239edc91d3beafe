"""Builds, for one home, the parts that keep taps safe and judge the time: spool, roster, replay, timekeeper and the
rest.

An *outage* is the time during which the ledger takes no taps: the *spool* keeps them, and the *roster* tells which
members may come in. The *replay* enters them afterwards.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from kiosk import MADE_AFTER
from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.home import Home, Identity
from kiosk.offline import door_keys
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.door_comparison import DoorComparison
from kiosk.offline.door_journal import DoorJournal
from kiosk.offline.door_keys import SealKeys, SpoolKeys
from kiosk.offline.fallbacks import Fallbacks
from kiosk.offline.journal_heads import JournalHeads
from kiosk.offline.last_rules import LastRules
from kiosk.offline.offline_taps import OfflineTaps
from kiosk.offline.outage import Outage
from kiosk.offline.replay import Replay
from kiosk.offline.roster_refresh import CurrentRoster, RosterRefresh
from kiosk.offline.spool import Spool
from kiosk.offline.spool_record import SpoolRecord
from kiosk.offline.stopped_badges import StoppedBadges
from kiosk.store.space.policies import Rules
from kiosk.store.space.wording_rows import Wordings
from kiosk.store.values import WrongValue


class OfflineParts(Struct, frozen=True):
    """The parts. `kept` is the roster of now, `follower` makes a new one after each change of the database. The
    `journal` is the door's record of what it did, which `comparison` holds against the ledger; `fallbacks` are tried
    each night. `follower` and `replay` need a thread each; the threads of taps call the others.
    """

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
    fallbacks: Fallbacks

    def close(self) -> None:
        """Close the open files. What waits in them stays."""
        self.spool.close()
        self.journal.close()

    @property
    def wrong(self) -> tuple[WrongValue, ...]:
        """Return the wrong values of the database that taps met, as far as they are known."""
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
    """Build the parts and return them, with what an earlier run left: its spool, its roster, and when the time was last
    trusted.

    `rules` belong to the taps' thread; `vouched` and `set_at` are the timekeeper's, like `made_after`, before which no
    clock can be right; `changed` is called when screens should be refreshed, `committed` after any write to the
    database, `worded` with the association's own words.
    """
    paths, older = opened.paths, [each.key for each in opened.old_badge_keys]
    seals = door_keys.seals(opened.badge_key, older, door_keys.spool_key(paths))
    spool_keys = door_keys.of_spool(paths, opened.badge_key)
    identity = Identity(opened.seal.home_id, opened.training)
    timekeeper = Timekeeper(clock, vouched, made_after, set_at)
    outage, kept = Outage(), CurrentRoster(paths.roster, seals, StoppedBadges(paths.stopped, seals))
    spool = _spool(opened, seals, spool_keys)
    last_rules = LastRules(paths.last_rules, seals, identity.home_id)
    last_rules.load()
    rules.care = last_rules.read  # taps go by the last rules that worked while the database's do not
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
    left_roster = kept.load()
    if opened.store.mark is not None:  # the last entry that this door saw; learnt before anything is written
        opened.store.mark.now = clock.now
        opened.store.mark.learn(None if left_roster is None else left_roster.mark)
    try:
        follower.learn()
    except MachineError as fault:
        outage.unreadable(fault)
    timekeeper.remember(None if left_roster is None else left_roster.trusted)
    timekeeper.look()  # steps of the clock count from here on
    journal = DoorJournal(
        keys=spool_keys,
        home_id=identity.home_id,
        spools=lambda: spool.places,
        is_whole=lambda: spool.is_taken_up,  # else the journal may lack the lines of a folder that is not there yet
        is_there=lambda: not spool.is_taken_up or spool.record.carries_mark(),  # the folder is the spool's own
        monotonic=clock.monotonic,
    )
    heads = JournalHeads(paths.door_journal_heads, seals, identity.home_id, journal)
    replay_rules = Rules(rules.zone, last_rules.read, rules.door)
    comparison = DoorComparison(journal=journal, heads=heads, store=opened.store, rules=replay_rules, seal=opened.seal)
    replay = Replay(
        spool=spool,
        store=opened.store,
        rules=replay_rules,
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
    fallbacks = Fallbacks(paths=paths, spool=spool, kept=kept, replay=replay, clock=clock)
    return OfflineParts(
        timekeeper, outage, spool, kept, last_rules, follower, replay, offline_taps, journal, comparison, fallbacks
    )


def _spool(opened: Home, seals: SealKeys, spool_keys: SpoolKeys) -> Spool:
    """Build the spool. A further door makes its folders here; the first door's were made with the home."""
    settings, paths = opened.config.spool, opened.paths
    folder, own = paths.own(settings.path), paths.own("spool")
    if paths.door is not None:  # the first door's folders were made with the home
        for each in (own, folder):
            with suppress(OSError):
                each.mkdir(mode=0o700, exist_ok=True)
    return Spool(
        keys=spool_keys,
        home_id=opened.seal.home_id,
        record=SpoolRecord.of(paths, settings.path, seals, opened.seal.home_id),
        last_resort=paths.root / settings.last_resort if settings.last_resort else None,
        part="" if paths.door is None else f"-{paths.door}",
    )
