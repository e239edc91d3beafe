"""Holds the highest entry that a program saw in the records, and refuses to write where they lack it.

Records that went back (an older copy, an older dump, a server that lacks the last entries) are whole in themselves:
only what was seen before says that entries are gone. So each door keeps its mark in its roster, the office in a file
of its keys, and what a program reads of the chain before it writes is compared with it, in the same statement. What is
done about a difference is in `claims`, which a tap does not import.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.chain import Seal
from kiosk.errors import MachineError

OFFICE = 0  # the number of the desk and of all that seals with the chain's key, among the doors
BEHIND = "records-behind"
CHANGED = "server-changed"
TRAIL = 20  # marks that are remembered
QUIET_SECONDS = 90.0  # after another server answers: within it each door that is ahead has said so
LENT = "mark"  # of a connection's notes
WRITTEN = "written"  # of its notes: the last entry that its transaction wrote, by number and MAC


class Mark(Struct, frozen=True):
    """An entry's number and MAC, and which server it was seen on: nothing for a file; while another one is waited for,
    `before>that@second`. `trail` are the entries that were the mark before it: by them a branch shows from where on it
    is another.
    """

    number: int
    mac: bytes
    server: str = ""
    trail: tuple[tuple[int, bytes], ...] = ()


class ChainMark:
    """One program's mark, in memory; `keep` writes it down. `door` is `OFFICE` for all but an entrance.

    One that `claims_later` leaves its claim to its follower: no tap waits for it.
    """

    def __init__(
        self,
        door: int,
        seal: Seal,
        keep: Callable[[Mark], None] = lambda _mark: None,
        look: Callable[[], Mark | None] = lambda: None,
        *,
        claims_later: bool = False,
    ) -> None:
        self.door = door
        self.seal = seal
        self.claims_later = claims_later
        self.fault: MachineError | None = None  # why nothing is written, since the records went back
        self.is_claiming = False  # while its claim is written, which nothing keeps back
        self.monotonic = monotonic
        self.now: Callable[[], datetime] = lambda: datetime.fromtimestamp(0, UTC)  # its program's clock
        self._keep, self._look = keep, look
        self._seen: Mark | None = None
        self._quiet_until = 0.0
        self._meeting = ""  # what the mark says of its server until then
        self._met_at = 0.0
        self.server = ""

    @property
    def seen(self) -> Mark | None:
        """The highest entry that was seen, by this program or by another one that has the same mark."""
        other = self._look()
        if other is not None and (self._seen is None or other.number > self._seen.number):
            self._seen = other
        return self._seen

    @property
    def number(self) -> int:
        """The number of that entry; 0 where none was seen."""
        seen = self.seen
        return 0 if seen is None else seen.number

    def learn(self, mark: Mark | None) -> None:
        """Begin with what an earlier run saw."""
        if mark is not None and (self._seen is None or mark.number > self._seen.number):
            met, self.server = self.server, ""
            self._seen = mark
            if met:  # the server answered before the roster was read
                self.meet(met, self._met_at)

    def rise(self, number: int, mac: bytes) -> None:
        """Take an entry that is committed for the mark. A lower number changes nothing."""
        seen = self._seen
        if seen is None or number > seen.number or seen.server != self._server_now:
            before = () if seen is None else (*seen.trail, (seen.number, seen.mac))
            trail = tuple([each for each in before if each[0] < number])
            self._seen = Mark(number, mac, self._server_now, trail[-TRAIL:])
            self._keep(self._seen)

    def committed(self, connection: sa.Connection) -> None:
        """Take the last entry that a transaction wrote for the mark."""
        written = connection.info.pop(WRITTEN, None)
        if written is not None:
            self.rise(*written)

    def settle(self, number: int, mac: bytes) -> None:
        """Take the chain's end for the mark, wherever that is: what the mark had is accounted for."""
        self.fault = None
        trail = () if self._seen is None else self._seen.trail
        self._seen = Mark(number, mac, self._server_now, trail)
        self._keep(self._seen)

    def meet(self, server: str, at: float) -> None:
        """Hear which server answers, at a second of its clock. Another one than before, or another branch of it, is
        written to 90 s after the first program with this mark met it: one that starts meanwhile waits for the rest.
        """
        seen = self.seen
        before, self.server, self._met_at = self.server or ("" if seen is None else seen.server), server, at
        if before in ("", server):  # of records that were in a file nothing is known
            return
        name, _, waiting = before.partition(">")
        met, _, until = waiting.partition("@")
        left = min(QUIET_SECONDS, float(until) - at) if met == server else QUIET_SECONDS
        if left <= 0:
            return
        self._quiet_until, self._meeting = self.monotonic() + left, f"{name}>{server}@{at + left:.0f}"
        if seen is not None:
            self._seen = Mark(seen.number, seen.mac, self._meeting, seen.trail)
            self._keep(self._seen)

    @property
    def _server_now(self) -> str:
        is_quiet = self._quiet_until and self.monotonic() < self._quiet_until
        return self._meeting if is_quiet else self.server

    def wait(self) -> None:
        """Raise MachineError `server-changed` within those 90 s."""
        left = self._quiet_until - self.monotonic()
        if left > 0 and not self.is_claiming:
            text = f"another server answers than before: nothing is written for {left:.0f} s, so that all doors compare"
            raise MachineError("server-changed", text)

    def lend(self, connection: sa.Connection) -> None:
        """Let what a connection appends be compared. Raises MachineError `server-changed`, and `records-behind` as
        long as nothing changed since that was noticed.
        """
        if self._quiet_until:
            self.wait()
        connection.info[LENT] = self
        if self.fault is not None and not self.is_claiming:
            from kiosk.store.marks import claims  # as long as the records are older

            claims.judge_again(connection, self)

    def follows(self, marked: bytes | None, is_claimed: bool) -> bool:
        """Whether a chain that has `marked` at the mark's number has all that was seen, and no door claims more."""
        return not is_claimed and (self._seen is None or marked == self._seen.mac)

    @property
    def wants_claim(self) -> bool:
        """Whether what was seen is to be claimed at once, by the write that noticed it."""
        return not (self.claims_later or self.is_claiming)

    def compare(self, connection: sa.Connection, marked: bytes | None, claim: int | None) -> None:
        """Compare what the chain has at the mark's number with the mark; `claim` is the number of an open claim. Raises
        MachineError `records-behind` where the records lack what was seen, here or by a door that claims so.
        """
        if claim is None and (self._seen is None or marked == self._seen.mac):
            return
        from kiosk.store.marks import claims  # as long as the records are older

        claims.judge(connection, self)
