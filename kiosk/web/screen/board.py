"""Holds what the screen shows now: one numbered state that the badge reader and the pages share.

It keeps the present card only, and only as long as that card is shown: a page that loads later finds the idle screen,
never a name. It knows no words, no HTTP and no devices, and has no thread of its own: what time changes (a card ends, a
badge takes long to read) is worked out at each question, and a waiting poll wakes at the right moment.
"""

import secrets
from collections.abc import Callable
from enum import Enum
from threading import Condition

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, Shown
from kiosk.devices.protocols import Clock

POLL_SECONDS = 20.0  # that a poll waits at most
READING_SECONDS = 0.3  # from a badge's reading to "one moment": a card that comes sooner needs none before it
STUCK_SECONDS = 30.0  # a reading whose card never comes ends by itself
# Some fifty pages left open elsewhere, the door's own, and a few more: some of the server's threads stay free.
MOST_WAITING = 56
# How often a waiting poll looks whether its page is still there.
STEP_SECONDS = 0.5


class Showing(Enum):
    """What the screen shows: the idle page, that a badge is being read, or a card."""

    IDLE = "idle"
    READING = "reading"
    CARD = "card"


class View(Struct, frozen=True):
    """The screen at one moment.

    `left_seconds` of `of_seconds` remain of a card; both are 0 where nothing runs out. `number` changes with each
    visible change; `card_number` is the card's own, which a touch sends back. `by_badge`: a badge brought the card or
    the one before it, so the previous user of the screen and their language do not matter. `is_strange`: what stood
    there before belonged to another person. `at` is the moment in monotonic seconds.
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
    """Return False, the default of `gone` in `Board.wait`: a poll without one counts its page as open all the time."""
    return False


class Board:
    """What all pages show: the last state that the check-in has handed over (`Shown`: scenes, each until its moment).
    Safe to use from any thread; only `wait` waits.
    """

    def __init__(self, clock: Clock, *, most_waiting: int = MOST_WAITING) -> None:
        self.boot = secrets.token_hex(4)  # a page that outlived a restart must not compare numbers across it
        self._clock = clock
        self._most_waiting = most_waiting
        self._changed = Condition()
        self._number = 1  # of the present state, as pages know it
        self._shown = Shown()
        self._sensed_at: float | None = None  # when a badge was sensed whose card has not come yet
        self._seen = self._look(clock.monotonic())  # what the present number stands for
        self._idle_since = clock.monotonic()
        self._asked_at: float | None = None  # when a page last asked
        self._waiting = 0  # polls
        self._stopping = False

    def reading(self) -> None:
        """Note that a badge was sensed: unless a card comes within 0.3 s, the screen says "one
        moment" until it does.
        """
        with self._changed:
            self._sensed_at = self._settle()
            self._changed.notify_all()  # waiting polls must reckon their next wake-up anew

    def show(self, shown: Shown) -> None:
        """Show a state at once, in place of anything else. The same state again only changes how long it stays."""
        with self._changed:
            now = self._settle()
            self._shown, self._sensed_at = shown, None
            if self._look(now) != self._seen:
                self._put(now)
            self._changed.notify_all()

    def refresh(self) -> None:
        """Let idle pages draw themselves again, because something that they tell has changed. A card stays as it is."""
        with self._changed:
            now = self._settle()
            if self._showing(now) is Showing.IDLE:
                self._put(now)
                self._changed.notify_all()

    def now(self) -> View:
        """Return what is shown at this moment."""
        with self._changed:
            return self._view(self._settle())

    def idle_seconds(self) -> float:
        """Return for how many seconds only the idle screen has been shown; 0 while something else is."""
        with self._changed:
            now = self._settle()
            return now - self._idle_since if self._showing(now) is Showing.IDLE else 0.0

    def asked_seconds(self) -> float | None:
        """Return how many seconds ago a page last asked; None where none ever did. Pages ask all the time, so a long
        silence means that the display is off or broken.
        """
        asked_at = self._asked_at
        return None if asked_at is None else self._clock.monotonic() - asked_at

    def is_current(self, number: int, boot: str) -> bool:
        """Tell whether a page that knows state `number` of start `boot` has missed nothing."""
        with self._changed:
            self._asked_at = self._clock.monotonic()
            return not self._is_news(number, boot)

    def wait(
        self, since: int, boot: str, seconds: float = POLL_SECONDS, gone: Callable[[], bool] = _never
    ) -> View | None:
        """Return the state as soon as it differs from `since` of `boot`, or the present one after `seconds`.

        None means: ask again in a moment. Too many polls wait already, `gone` says that the page is closed, or the
        program stops. A new state is returned at once even then: only waiting is limited.
        """
        until = self._clock.monotonic() + seconds
        with self._changed:
            self._asked_at = self._clock.monotonic()
            if self._is_news(since, boot):
                return self._view(self._clock.monotonic())
            if self._waiting >= self._most_waiting:
                return None
            self._waiting += 1
            try:
                return self._await(since, boot, until, gone)
            finally:
                self._waiting -= 1

    def stop(self) -> None:
        """Wake every waiting poll, and let none wait any more. May be called from a signal handler, and twice."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _await(self, since: int, boot: str, until: float, gone: Callable[[], bool]) -> View | None:
        """Wait until the state differs from `since` of `boot`, and return it; the present one at `until`; None where
        the page is gone or the program stops.
        """
        while not self._is_news(since, boot):
            now = self._clock.monotonic()
            if self._stopping or gone():
                return None
            if now >= until:
                break
            self._changed.wait(max(0.001, min(STEP_SECONDS, until - now, self._next_change(now) - now)))
        return self._view(self._clock.monotonic())

    def _is_news(self, since: int, boot: str) -> bool:
        """Tell whether a page that knows state `since` of start `boot` has missed anything."""
        self._settle()
        return since != self._number or boot != self.boot

    def _settle(self) -> float:
        """Give a new number to what time has changed since the last call. Returns the present moment."""
        now = self._clock.monotonic()
        if self._look(now) != self._seen:
            self._put(now)
        return now

    def _put(self, now: float) -> None:
        """Give the next number to the present state; where it has just become the idle screen, remember since when."""
        seen = self._look(now)
        if seen[1] is Showing.IDLE and self._seen[1] is not Showing.IDLE:
            _number, _scene, self._idle_since = self._shown.at(now)
        self._number += 1
        self._seen = seen

    def _look(self, now: float) -> tuple[int, Showing]:
        """Return what the state's number stands for, so that two moments can be compared: (the card's own number, the
        kind of thing that is shown).
        """
        number, _scene, _since = self._shown.at(now)
        return number, self._showing(now)

    def _showing(self, now: float) -> Showing:
        """Return the kind of thing that is shown: "one moment" while a sensed badge's card is late."""
        sensed_at = self._sensed_at
        if sensed_at is not None and sensed_at + READING_SECONDS <= now < sensed_at + READING_SECONDS + STUCK_SECONDS:
            return Showing.READING
        return Showing.IDLE if self._shown.at(now)[1].card is None else Showing.CARD

    def _next_change(self, now: float) -> float:
        """Return the moment at which time alone next changes what is shown: "one moment" begins, or ends without a
        card, or the card's time ends. Infinite at idle.
        """
        if self._sensed_at is not None and now < self._sensed_at + READING_SECONDS + STUCK_SECONDS:
            wait = READING_SECONDS if now < self._sensed_at + READING_SECONDS else READING_SECONDS + STUCK_SECONDS
            return min(self._sensed_at + wait, self._shown.at(now)[1].ends_at)
        return self._shown.at(now)[1].ends_at

    def _view(self, now: float) -> View:
        """Return the screen at this moment, with the card and its remaining seconds where a card is shown; "one moment"
        hides the card that stood before it.
        """
        number, scene, since = self._shown.at(now)
        showing = self._showing(now)
        view = View(self.boot, self._number, showing, card_number=number, is_strange=scene.is_strange, at=now)
        if scene.card is None or showing is Showing.READING:
            return view
        left, whole = max(0.0, scene.ends_at - now), scene.ends_at - since
        return replace(view, card=scene.card, left_seconds=left, of_seconds=whole, by_badge=scene.by_badge)
