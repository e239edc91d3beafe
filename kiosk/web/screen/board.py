"""Holds what the screen shows now: one numbered state that reader and pages share.

It keeps the present card only, and no longer than that card stays: a page that loads later finds the idle screen, never
somebody's name. It knows no words, no HTTP and no devices. There is no thread of its own: what time brings (a card is
over, a badge takes long) is settled whenever somebody asks, and whoever waits asks at the right moment.
"""

import secrets
from collections.abc import Callable
from enum import Enum
from operator import attrgetter
from threading import Condition

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.devices.protocols import Clock
from kiosk.domain.checkin.verdicts import Denial

HELD_SECONDS = 30.0
POLL_SECONDS = 20.0
READING_SECONDS = 0.3  # a card that comes sooner needs no "one moment" before it
STUCK_SECONDS = 30.0  # a reading whose card never comes ends by itself
# Fifty screens that somebody left open, the door's own, and a few: of the server's threads some always stay free.
MOST_WAITING = 56
# How often a waiting poll looks whether its page is still there.
STEP_SECONDS = 0.5
STAYS: Callable[[Card], float] = attrgetter("stays_seconds")


class Showing(Enum):
    """The kind of thing that is shown."""

    IDLE = "idle"
    READING = "reading"
    CARD = "card"


class View(Struct, frozen=True):
    """The screen at one moment. `left_seconds` of `of_seconds` remain of a card; both are 0 where nothing runs out.

    `number` is new with whatever is new to be seen; `card_number` is the card's own (an idle screen that is drawn again
    keeps it), which a touch tells. `by_badge`: somebody's badge brought the card, or the one that it follows. Whoever
    touched the screen before them, and the language that they chose, has nothing to do with it. `is_strange`: what
    stood there before was somebody else's. `at` is the moment (monotonic seconds).
    """

    boot: str
    number: int
    showing: Showing
    card: Card | None = None
    left_seconds: float = 0.0
    of_seconds: float = 0.0
    by_badge: bool = False
    card_number: int = 0
    is_strange: bool = False
    at: float = 0.0


def _never() -> bool:
    return False


class Board:
    """The state that all pages show. Safe to use from any thread; nothing here waits except `wait`."""

    def __init__(
        self,
        clock: Clock,
        *,
        stays: Callable[[Card], float] = attrgetter("stays_seconds"),
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.boot = secrets.token_hex(4)  # a page that outlived a restart must not compare numbers across it
        self._clock = clock
        self._stays = stays
        self._most_waiting = most_waiting
        self._changed = Condition()
        self._number = self._card_number = 1
        self._is_strange = False
        self._showing = Showing.IDLE
        self._card: Card | None = None
        self._by_badge = False
        self._shown_at = self._ends_at = 0.0
        self._idle_since = clock.monotonic()
        self._sensed_at: float | None = None
        self._asked_at: float | None = None
        self._waiting = 0
        self._stopping = False

    def reading(self) -> None:
        """A badge was sensed: without a card within 0.3 s the screen says "one moment" until there is one."""
        with self._changed:
            self._sensed_at = self._settle()
            self._changed.notify_all()  # whoever waits must know when to look again

    def show(self, card: Card) -> None:
        """Show a card at once, in place of any other."""
        with self._changed:
            self._put(Showing.CARD, card, self._stays(card))

    def clear(self) -> None:
        """Go back to the idle screen."""
        with self._changed:
            self._put(Showing.IDLE)

    def refresh(self) -> None:
        """Let idle pages draw themselves again, since something around the cards changed. A card stays as it is."""
        with self._changed:
            self._settle()
            if self._showing is Showing.IDLE:
                self._put(Showing.IDLE)

    def hold(self, number: int) -> View | None:
        """Keep a touched card until 30 s after it came, never less than it has. None if it is no longer there."""
        with self._changed:
            self._settle()
            if number != self._card_number or self._showing is not Showing.CARD:
                return None
            self._ends_at = max(self._ends_at, self._shown_at + HELD_SECONDS)
            return self._view()

    def close(self, number: int) -> bool:
        """Take this card away before its time; False if it is no longer there."""
        with self._changed:
            self._settle()
            if number != self._card_number or self._showing is not Showing.CARD:
                return False
            self._put(Showing.IDLE)
            return True

    def instead_of(self, ticket: str, kind: CardKind) -> None:
        """Show the result of a touch in place of the card that offered it; another person's card is left alone."""
        with self._changed:
            self._settle()
            if self._card is not None and self._card.ticket == ticket:
                card = Card(kind, language=self._card.language)
                self._put(Showing.CARD, card, self._stays(card))

    def now(self) -> View:
        """What is to be seen at this moment."""
        with self._changed:
            self._settle()
            return self._view()

    def idle_seconds(self) -> float:
        """How long nothing but the idle screen was to be seen."""
        with self._changed:
            self._settle()
            return self._clock.monotonic() - self._idle_since if self._showing is Showing.IDLE else 0.0

    def asked_seconds(self) -> float | None:
        """How long ago a page last asked; None where none ever did. A page asks all the time: silence is a dark one."""
        asked_at = self._asked_at
        return None if asked_at is None else self._clock.monotonic() - asked_at

    def is_current(self, number: int, boot: str) -> bool:
        """Whether a page that knows state `number` of `boot` has missed nothing."""
        with self._changed:
            self._asked_at = self._clock.monotonic()
            return not self._is_news(number, boot)

    def wait(
        self, since: int, boot: str, seconds: float = POLL_SECONDS, gone: Callable[[], bool] = _never
    ) -> View | None:
        """The state once it is another than `since` of `boot`, else the present one after `seconds`.

        None: ask again in a moment, because too many wait already, `gone` says that nobody is there to be answered,
        or the program stops. What is new is handed out at once even then: only waiting is rationed.
        """
        until = self._clock.monotonic() + seconds
        with self._changed:
            self._asked_at = self._clock.monotonic()
            if self._is_news(since, boot):
                return self._view()
            if self._waiting >= self._most_waiting:
                return None
            self._waiting += 1
            try:
                return self._await(since, boot, until, gone)
            finally:
                self._waiting -= 1

    def stop(self) -> None:
        """Wake whoever waits, and let nobody wait any more. May be called from a signal handler, and twice."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _await(self, since: int, boot: str, until: float, gone: Callable[[], bool]) -> View | None:
        while not self._is_news(since, boot):
            now = self._clock.monotonic()
            if self._stopping or gone():
                return None
            if now >= until:
                break
            self._changed.wait(max(0.001, min(STEP_SECONDS, until - now, self._next_change() - now)))
        return self._view()

    def _is_news(self, since: int, boot: str) -> bool:
        self._settle()
        return since != self._number or boot != self.boot

    def _put(self, showing: Showing, card: Card | None = None, stays: float = 0.0) -> None:
        now = self._clock.monotonic()
        self._number += 1
        if self._showing is not Showing.IDLE:
            self._idle_since = now
        is_owned = card is not None and card.denial is not Denial.UNKNOWN_BADGE  # an unknown one is the visitor's own
        is_sensed = self._sensed_at is not None or self._showing is Showing.READING
        self._by_badge = is_owned and (is_sensed or self._by_badge)
        if not self._showing is showing is Showing.IDLE:
            self._card_number += 1
            self._is_strange = is_sensed or Showing.IDLE in (self._showing, showing)
        self._showing, self._card, self._sensed_at = showing, card, None
        self._shown_at, self._ends_at = now, now + stays
        self._changed.notify_all()

    def _settle(self) -> float:
        """Let happen what time has brought since somebody last looked. Returns the present moment."""
        now = self._clock.monotonic()
        if self._sensed_at is not None and now >= self._sensed_at + READING_SECONDS:
            self._put(Showing.READING, stays=STUCK_SECONDS)
        elif self._showing is not Showing.IDLE and now >= self._ends_at:
            sensed_at, then = self._sensed_at, self._card.then if self._card is not None else None
            if then is None:
                self._put(Showing.IDLE)
            else:
                self._put(Showing.CARD, then, self._stays(then))
            self._sensed_at = sensed_at
        return now

    def _next_change(self) -> float:
        ends_at = float("inf") if self._showing is Showing.IDLE else self._ends_at
        sensed_at = float("inf") if self._sensed_at is None else self._sensed_at + READING_SECONDS
        return min(ends_at, sensed_at)

    def _view(self) -> View:
        at = self._clock.monotonic()
        view = View(self.boot, self._number, self._showing, card_number=self._card_number, at=at)
        view = replace(view, is_strange=self._is_strange)
        if self._card is None:
            return view
        left, whole = max(0.0, self._ends_at - at), self._ends_at - self._shown_at
        return replace(view, card=self._card, left_seconds=left, of_seconds=whole, by_badge=self._by_badge)
