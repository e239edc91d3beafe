"""A real screen on a free port: real board, real server, a clock that can be pushed, and every state there is."""

import socket
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk.cards import Card, CardKind
from kiosk.domain.access import Denial, NextStep, Notice, NoticeKind
from kiosk.domain.choices import Act
from kiosk.errors import RequestError
from kiosk.health import Health
from kiosk.web.screen.app import create_app
from kiosk.web.screen.board import Board
from kiosk.web.screen.serving import server

ZONE = ZoneInfo("Europe/Paris")
WELL = Health(
    reader="online",
    door_simulated=False,
    door_level=False,
    door_pulses=0,
    door="ok",
    database="ok",
    clock="host",
    clock_trusted=True,
    spool="disk",
    spooled=0,
    training=False,
    version="0",
)
LONG_NAME = "Marie-Antoinette Éléonore des Charmettes"  # 40 characters
ARRIVED = datetime(2026, 11, 25, 7, 52, tzinfo=UTC)


def denied(denial: Denial, step: NextStep, since: date | None = None) -> Card:
    return Card(CardKind.DENIED, denial=denial, next_step=step, since_on=since)


FOUR = (Act.UNDO, Act.FREE_CORNER, Act.PASSING, Act.GUEST)
CARDS = {
    "granted-day": Card(CardKind.GRANTED_DAY, "Inès", ticket="ticket-of-ines", acts=(Act.UNDO,)),
    "granted-two": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=FOUR[:2]),
    "granted-three": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(*FOUR[:2], Act.GUEST)),
    "granted-four": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=FOUR),
    "granted-four-long": Card(
        CardKind.GRANTED_DAY,
        LONG_NAME,
        ticket="t",
        acts=(*FOUR[:3], Act.MORE),
        notices=(Notice(NoticeKind.MEMBERSHIP_GRACE, date(2026, 12, 1)), Notice(NoticeKind.LAST_PREPAID_DAY)),
    ),
    "again-acts": Card(
        CardKind.AGAIN, "Inès", arrived_at=ARRIVED, ticket="t", acts=(Act.LEAVE, Act.COMFORT, Act.GUEST)
    ),
    "more": Card(CardKind.MORE, "Inès", ticket="t", acts=(Act.PASSING, Act.GUEST)),
    "in-free-corner": Card(CardKind.IN_FREE_CORNER, "Inès"),
    "in-comfort": Card(CardKind.IN_COMFORT, "Inès"),
    "passing": Card(CardKind.PASSING, "Inès", until=ARRIVED + timedelta(minutes=15)),
    "guest-counted": Card(CardKind.GUEST, "Inès"),
    "left-now": Card(CardKind.LEFT, "Inès"),
    "left-now-long": Card(CardKind.LEFT, LONG_NAME),
    "last-out": Card(CardKind.LAST_OUT, "Inès"),
    "last-out-long": Card(CardKind.LAST_OUT, LONG_NAME),
    "badge-again-guest": Card(CardKind.BADGE_AGAIN, "Inès", asked=Act.GUEST),
    "badge-again-comfort": Card(CardKind.BADGE_AGAIN, "Inès", asked=Act.COMFORT),
    "touch-over": Card(CardKind.TOUCH_OVER, "Inès"),
    "granted-sum": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(Act.UNDO,), amount_cents=500),
    "granted-cap": Card(
        CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(Act.UNDO,), notices=(Notice(NoticeKind.CAP_REACHED),)
    ),
    "granted-notices": Card(
        CardKind.GRANTED_DAY,
        LONG_NAME,
        ticket="t",
        acts=(Act.UNDO,),
        notices=(
            Notice(NoticeKind.MEMBERSHIP_GRACE, date(2026, 12, 1)),
            Notice(NoticeKind.LAST_PREPAID_DAY),
        ),
    ),
    "granted-plan": Card(CardKind.GRANTED_PLAN, "Karim"),
    "granted-long": Card(CardKind.GRANTED_PLAN, LONG_NAME),
    "again": Card(CardKind.AGAIN, "Inès", arrived_at=ARRIVED),
    "again-long": Card(CardKind.AGAIN, LONG_NAME, arrived_at=ARRIVED),
    "spooled": Card(CardKind.SPOOLED, "Inès"),
    "spooled-long": Card(CardKind.SPOOLED, LONG_NAME),
    "spooled-nameless": Card(CardKind.SPOOLED),
    "spooled-in-memory": Card(CardKind.SPOOLED_IN_MEMORY, "Inès"),
    "spooled-in-memory-long": Card(CardKind.SPOOLED_IN_MEMORY, LONG_NAME),
    "undone": Card(CardKind.UNDONE, "Inès"),
    "undo-refused": Card(CardKind.UNDO_REFUSED, "Inès"),
    "undo-over": Card(CardKind.UNDO_OVER),
    "door-fault": Card(CardKind.DOOR_FAULT, "Inès"),
    "door-fault-long": Card(CardKind.DOOR_FAULT, LONG_NAME),
    "fault": Card(CardKind.FAULT),
    "unknown": denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT),
    "unknown-phone": denied(Denial.UNKNOWN_BADGE, NextStep.USE_A_CARD),
    "lost": denied(Denial.BADGE_LOST, NextStep.ASK, date(2026, 10, 2)),
    "left": denied(Denial.MEMBER_LEFT, NextStep.REJOIN, date(2026, 3, 1)),
    "membership-over": denied(Denial.MEMBERSHIP_OVER, NextStep.RENEW, date(2025, 9, 30)),
    "no-membership": denied(Denial.MEMBERSHIP_OVER, NextStep.RENEW),
    "tab": denied(Denial.TAB_OVER_LIMIT, NextStep.PAY),
    "closed": replace(
        denied(Denial.CLOSED, NextStep.COME_BACK_WHEN_OPEN), until=datetime(2026, 12, 1, 8, 30, tzinfo=ZONE)
    ),
    "closed-unknown": denied(Denial.CLOSED, NextStep.COME_BACK_WHEN_OPEN),
    "full": denied(Denial.FULL, NextStep.COME_BACK_LATER),
    "granted-full": Card(
        CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(Act.UNDO,), notices=(Notice(NoticeKind.FULL),)
    ),
    "not-on-roster": denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING),
}
HEALTHS = {
    "idle": WELL,
    "reader-down": replace(WELL, reader="offline"),
    "door-down": replace(WELL, door="fault"),
    "database-down": replace(WELL, database="fault", spool="nowhere"),
    "database-kept": replace(WELL, database="fault"),
    "database-in-memory": replace(WELL, database="fault", spool="memory"),
    "clock-unsure": replace(WELL, clock_trusted=False),
    "clock-unsure-in-memory": replace(WELL, clock_trusted=False, spool="memory"),
    "clock-unsure-kept-nowhere": replace(WELL, clock_trusted=False, spool="nowhere"),
    "door-down-clock-unsure": replace(WELL, door="fault", clock_trusted=False),
    "reader-down-kept": replace(WELL, reader="offline", database="fault"),
    "reader-down-clock-unsure": replace(WELL, reader="offline", clock_trusted=False),
}


class PushedClock:
    """The machine's clock, plus what the test has pushed it. Its date is fixed."""

    def __init__(self) -> None:
        self.pushed = 0.0

    def now(self) -> datetime:
        return ARRIVED + timedelta(seconds=self.pushed)

    def monotonic(self) -> float:
        return time.monotonic() + self.pushed


@dataclass
class Kiosk:
    """One entrance's screen. `start` and `stop` as often as you like: the port stays the same."""

    training: bool = False
    health: Health = WELL
    port: int = 0
    clock: PushedClock = field(default_factory=PushedClock)
    undone: list[str] = field(default_factory=list)
    begun: list[Act] = field(default_factory=list)
    late: bool = False
    failing: bool = False
    frozen: bool = False
    prompt: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.prompt.set()

    def start(self) -> "Kiosk":
        self.port = self.port or free_port()
        self.board = Board(self.clock)
        self.app = create_app(
            board=self.board,
            health=self._how,
            touch=self._touch,
            begin=self._begin,
            clock=self.clock,
            zone=ZONE,
            language="fr",
            port=self.port,
            training=self.training,
        )
        self._server: Any = server(self.app, self.port)
        self._stopping = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def stop(self) -> None:
        self.board.stop()
        self.prompt.set()
        self._stopping = True
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _run(self) -> None:
        # As `run` does, which only a signal to the main thread can end.
        while not self._stopping:
            if self.frozen:  # connections are taken by the system, and nobody answers
                time.sleep(0.01)
                continue
            wasyncore.loop(timeout=0.05, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map)

    def _how(self) -> Health:
        self.prompt.wait(30)
        if self.failing:
            raise RuntimeError("nobody knows")
        return self.health

    def _begin(self, act: Act, _language: str | None) -> None:
        self.begun.append(act)

    def _touch(self, ticket: str, _act: Act, _value: str) -> None:
        if self.late:
            raise RequestError("touch-over", "too late")
        self.undone.append(ticket)
        self.board.show(Card(CardKind.UNDONE))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
