"""Holds the last entry that a program saw in the records (its mark), and refuses to write to records that lack it.

Records that went back (an older copy or dump, a server that lacks the last entries) are whole in themselves: only what
was seen before tells that entries are gone. So each door keeps its mark in its roster, and the office in a file beside
its keys. What a program reads of the chain before it writes is compared with its mark, in the same statement. `claims`,
which a tap does not import, acts on a difference: it writes a *claim*, a row that says which entry is lacking and stops
all programs until that is settled. A *MAC* is an entry's seal.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.chain import Seal
from kiosk.errors import MachineError

OFFICE = 0  # stands among the doors' numbers for the desk and all that seals with the chain's key
BEHIND = "records-behind"
CHANGED = "server-changed"
TRAIL = 20  # earlier marks that are kept with a mark
QUIET_SECONDS = 90.0  # of no writing after another server answered: within it each door that is ahead has claimed
LENT = "mark"  # the key of the mark in a connection's `info`
WRITTEN = "written"  # the key there of the last entry that the transaction wrote, as number and MAC


class Mark(Struct, frozen=True):
    """The number and MAC of the last entry that was seen, and the server that it was seen on.

    `server` is empty for a file; while another server is waited for it is `before>now@second`: the two servers, and the
    second of the new one's clock at which writing may begin. `trail` are earlier marks, oldest first, as number and
    MAC; they tell from where on another branch of the chain differs.
    """

    number: int
    mac: bytes
    server: str = ""
    trail: tuple[tuple[int, bytes], ...] = ()


class ChainMark:
    """One program's mark, in memory; `keep` writes it down. `door` is `OFFICE` for every program but an entrance.

    With `claims_later` another thread writes the claim, so that no tap waits for it.
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
        self.fault: MachineError | None = None  # the reason for which nothing may be written: the records went back
        self.is_claiming = False  # True while the claim is written, which no fault stops
        self.monotonic = monotonic
        self.now: Callable[[], datetime] = lambda: datetime.fromtimestamp(0, UTC)  # the program's clock
        self._keep, self._look = keep, look  # writes the mark down; reads the one that other programs share
        self._seen: Mark | None = None
        self._quiet_until = 0.0  # a reading of `monotonic`; 0 if nothing has to be waited for
        self._meeting = ""  # the `server` of the mark until then
        self._met_at = 0.0  # a second of the server's clock
        self.server = ""  # the server that answered last; empty for a file

    @property
    def seen(self) -> Mark | None:
        """The last entry that was seen by this program or by another one that shares the mark; None
        before the first.
        """
        shared = self._look()
        if shared is not None and (self._seen is None or shared.number > self._seen.number):
            self._seen = shared
        return self._seen

    @property
    def number(self) -> int:
        """The number of the mark's entry; 0 if there is none."""
        seen = self.seen
        return 0 if seen is None else seen.number

    def learn(self, mark: Mark | None) -> None:
        """Take over the mark of an earlier run, if it is higher than the one in memory; else do nothing."""
        if mark is not None and (self._seen is None or mark.number > self._seen.number):
            met, self.server = self.server, ""
            self._seen = mark
            if met:  # the server answered before the roster was read
                self.meet(met, self._met_at)

    def rise(self, number: int, mac: bytes) -> None:
        """Make a committed entry the mark. A lower number changes nothing, unless the server is another one."""
        seen = self._seen
        if seen is None or number > seen.number or seen.server != self._server_now:
            before = () if seen is None else (*seen.trail, (seen.number, seen.mac))
            trail = tuple([earlier for earlier in before if earlier[0] < number])
            self._seen = Mark(number, mac, self._server_now, trail[-TRAIL:])
            self._keep(self._seen)

    def committed(self, connection: sa.Connection) -> None:
        """Make the last entry that a committed transaction wrote the mark."""
        written = connection.info.pop(WRITTEN, None)
        if written is not None:
            self.rise(*written)

    def settle(self, number: int, mac: bytes) -> None:
        """Make the chain's end the mark, even if it is lower: what the mark had is accounted for."""
        self.fault = None
        trail = () if self._seen is None else self._seen.trail
        self._seen = Mark(number, mac, self._server_now, trail)
        self._keep(self._seen)

    def meet(self, server: str, at: float) -> None:
        """Learn which server answers, at a second `at` of its clock.

        If it is another one than before, or another branch of it, nothing is written for 90 s after the first program
        with this mark met it; a program that starts meanwhile waits for the rest of that time.
        """
        seen = self.seen
        before, self.server, self._met_at = self.server or ("" if seen is None else seen.server), server, at
        if before in ("", server):  # none known before (records in a file), or the same one
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
        """Return the server to write into a mark; during the waiting time with the second at which it ends."""
        is_quiet = self._quiet_until and self.monotonic() < self._quiet_until
        return self._meeting if is_quiet else self.server

    def wait(self) -> None:
        """Raise MachineError `server-changed` during the 90 s after another server answered, except while claiming."""
        left = self._quiet_until - self.monotonic()
        if left > 0 and not self.is_claiming:
            text = f"another server answers than before: nothing is written for {left:.0f} s, so that all doors compare"
            raise MachineError("server-changed", text)

    def lend(self, connection: sa.Connection) -> None:
        """Give a connection the mark, so that what it appends is compared with it.

        Raises MachineError `server-changed`; and `records-behind` as long as the records lack what was seen.
        """
        if self._quiet_until:
            self.wait()
        connection.info[LENT] = self
        if self.fault is not None and not self.is_claiming:
            from kiosk.store.marks import claims  # needed only while the records are older

            claims.judge_again(connection, self)

    def follows(self, marked: bytes | None, is_claimed: bool) -> bool:
        """Return whether a chain with the MAC `marked` at the mark's number has all that was seen, and no claim is
        open.
        """
        return not is_claimed and (self._seen is None or marked == self._seen.mac)

    @property
    def wants_claim(self) -> bool:
        """Whether the transaction that is refused should write the claim: no other thread does, and none is being
        written.
        """
        return not (self.claims_later or self.is_claiming)

    def compare(self, connection: sa.Connection, marked: bytes | None, claim: int | None) -> None:
        """Compare the MAC `marked`, which the chain has at the mark's number, with the mark; `claim` is the id of an
        open claim.

        Raises MachineError `records-behind` if the records lack an entry that this program saw, or that a door claims.
        """
        if claim is None and (self._seen is None or marked == self._seen.mac):
            return
        from kiosk.store.marks import claims  # needed only while the records are older

        claims.judge(connection, self)
