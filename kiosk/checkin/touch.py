"""Does what is touched on a standing card: at once where it harms nobody, after the badge is seen again where it costs.

One card stands at a time, with one ticket that nobody can guess. Whichever badge comes next ends the wait for one.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import HELP, Card, CardKind, Entrant, Screen
from kiosk.checkin.dialogue import (
    ASKED,
    BADGE,
    LANGUAGE,
    LASTS_SECONDS,
    LONGEST_VALUE,
    STOPPED,
    WAITS_SECONDS,
    WARNED_SECONDS,
    Dialogue,
    Page,
    PageContext,
    Pages,
    Work,
    begun,
)
from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import choices, steps
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.choices import CONFIRMED, PUBLIC, SESSIONS, Act
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Granted
from kiosk.errors import MachineError, RequestError
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.offline.door_journal import DoorLine
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

TOUCH_SECONDS = 32.0  # a card is held to 30 s at most; the rest is the way of a touch
AGAIN_SECONDS = 32.0  # how long an act waits for its badge


class StandingCard(Struct, frozen=True):
    """A card that stands: whose it is, what it offers, and its ticket. `visit` is the visit that this very tap made."""

    ticket: str
    fingerprint: bytes
    granted: Granted
    acts: tuple[Act, ...]
    visit: int | None = None

    @property
    def all_acts(self) -> tuple[Act, ...]:
        """All acts, with the button that leads to those for which there was no room."""
        return (*self.acts, Act.MORE) if choices.others(self.acts) else self.acts


class _Waiting(Struct, frozen=True):
    """An act that wants its badge, until a moment (monotonic seconds)."""

    act: Act
    fingerprint: bytes
    granted: Granted
    until: float


class Slow(Struct, frozen=True):
    """What a touch wants to be worked out first, outside the lock; its caller then hands the answer to `finish`."""

    work: Work
    dialogue: Dialogue
    act: Act
    page: Page
    value: str


class Touches:
    """Serves touches. Its caller holds one lock around badges and touches. `forget` ends the 8 s of a badge;
    `open_for` opens the door for a member, and shows the card that says so; `ring` rings for somebody who is outside,
    and returns whether anything rings.
    """

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        seal: Seal,
        badge_key: bytes,
        timekeeper: Timekeeper,
        clock: Clock,
        screen: Screen,
        forget: Callable[[bytes], object],
        open_for: Callable[[Entrant, Card], None],
        journal: Callable[[DoorLine], None],
        ring: Callable[[str], bool],
        pages: Pages,
        code_key: bytes = b"",
    ) -> None:
        self._pages = pages
        self._code_key = code_key
        self._store = store
        self._rules = rules
        self._seal = seal
        self._badge_key = badge_key
        self._time = timekeeper
        self._clock = clock
        self._screen = screen
        self._forget = forget
        self._open_for = open_for
        self._journal = journal
        self._ring = ring
        self._standing: StandingCard | None = None
        self._until = 0.0
        self._waiting: _Waiting | None = None
        self._dialogue: Dialogue | None = None
        self._asks: Page | None = None  # the page of the dialogue that waits for a badge
        self._value = ""
        self._unasked: tuple[Dialogue, Page] | None = None  # what waits for the word of whoever this very tap lets in
        self._asked: tuple[Dialogue, Page] | None = None  # what the member before the screen is asked for

    def offer(self, found: StandingCard | None) -> None:
        """Note what the card that is shown now offers; what stood there before offers nothing any more."""
        self._standing, self._until, self._waiting = found, self._clock.monotonic() + TOUCH_SECONDS, None
        self._dialogue = self._asks = None

    def confirmed(self, read: BadgeRead, fingerprint: bytes) -> Callable[[], Granted | None] | None:
        """What waited for this badge and is to be done now. Another member's badge ends the wait without effect."""
        now = self._clock.monotonic()
        waiting, self._waiting = self._waiting, None
        dialogue, asks, value = self._dialogue, self._asks, self._value
        asked, self._asked = self._asked, None
        self._dialogue = self._asks = self._unasked = None
        if asked is not None and self._standing is not None and self._standing.fingerprint == fingerprint:
            self._unasked = asked  # the same badge twice: the same question
            return None
        if dialogue is not None and asks is None and now <= dialogue.until and _is_typed_on(dialogue, fingerprint):
            return partial(self._remind, dialogue)
        if dialogue is not None and asks is not None and now <= dialogue.until:
            if asks.consent is not None and dialogue.kept.get(BADGE) == fingerprint.hex():
                return partial(self._turn, dialogue, replace(asks, show=asks.consent), value, read)
            if asks.consent is not None:
                self._unasked = dialogue, asks
                return None
            if fingerprint != dialogue.fingerprint:
                return None
            dialogue.number = dialogue.owner
            return partial(self._turn, dialogue, asks, value, read)
        if waiting is None or waiting.fingerprint != fingerprint or now > waiting.until:
            return None
        return lambda: self._confirm(waiting)

    def _remind(self, dialogue: Dialogue) -> None:
        """Keep what somebody typed who shows their badge too early, and tell them so."""
        self._dialogue = dialogue
        if dialogue.page is not None:
            self._show(dialogue, replace(dialogue.page, reminds=True))

    def followed(self, card: Card, granted: object) -> Card:
        """The card of somebody who has just come in, followed by the one that asks them, where a page waited for a
        badge. A fault in asking keeps nobody out.
        """
        unasked, self._unasked = self._unasked, None
        if unasked is None or not isinstance(granted, Granted) or self._time.look().doubt is not None:
            return card
        try:
            return replace(card, then=self._question(*unasked, granted))
        except Exception as fault:  # a wrong value, too: the door is open, and the card says so
            log.error("who came in could not be asked: %s", fault)
            return card

    def _question(self, dialogue: Dialogue, page: Page, granted: Granted) -> Card | None:
        person = granted.standing
        mark = None if self._standing is None else self._standing.fingerprint
        asking = begun(self._clock.monotonic(), fingerprint=mark, person=person)
        asking.typed = dialogue.typed
        asking.kept = {**dialogue.kept, LANGUAGE: dialogue.language or "", ASKED: ASKED}
        if page.consent is None:
            return None
        with self._store.reading() as connection:
            card = page.consent(self._context(connection, self._time.look().reading.at, asking, "", None))
        if card is None:
            return None
        own = asking if Act.ONLY_ME in card.acts else dialogue  # else whoever waits goes on
        card = replace(card, ticket=own.ticket, language=card.language or own.language, larger=own.larger)
        self._dialogue, own.page = own, card
        self._asked = (dialogue, page) if own is asking else None
        own.until = self._clock.monotonic() + TOUCH_SECONDS + LASTS_SECONDS  # after the card that says they are in
        return card

    def _confirm(self, waiting: _Waiting) -> Granted:
        person = waiting.granted.standing
        if waiting.act in SESSIONS:
            self._forget(waiting.fingerprint)
            dialogue = begun(self._clock.monotonic(), fingerprint=waiting.fingerprint, person=person)
            dialogue.number, dialogue.notices = person.number, waiting.granted.notices
            self._turn(dialogue, self._pages()[waiting.act], "")
        else:
            self._do(waiting.act, waiting.granted, waiting.fingerprint)
        return waiting.granted

    def welcome(self, read: BadgeRead) -> str:
        """Begin a dialogue with somebody whose badge nobody owns. Returns its ticket."""
        ticket = self.stay()
        if self._dialogue is not None:
            self._dialogue.kept.update({BADGE: read.fingerprint(self._badge_key).hex(), "tail": read.tail})
        return ticket

    def stay(self, language: str | None = None) -> str:
        """Begin a dialogue with somebody who has no badge that opens. Returns its ticket."""
        self.offer(None)
        self._dialogue = begun(self._clock.monotonic(), language=language)
        return self._dialogue.ticket

    def refused(self, read: BadgeRead, person: Standing) -> str:
        """Begin a dialogue with a member who was refused just now, about the step that is missing. Returns its ticket.

        The badge that was seen is the proof of who it is, for this step and for nothing else.
        """
        self.offer(None)
        mark = read.fingerprint(self._badge_key)
        self._dialogue = begun(self._clock.monotonic(), fingerprint=mark, person=person)
        self._dialogue.number, self._dialogue.only = person.number, steps.ACTS
        return self._dialogue.ticket

    def help(self, language: str | None) -> None:
        """Ring for whoever stands before the screen, or say whom to call. Works without a database, too."""
        self.offer(None)
        card = Card(CardKind.RUNG, language=language, rings=HELP, then=Card(CardKind.RUNG_LATER, language=language))
        self._screen.show(self._rung(card, HELP))

    def _rung(self, card: Card, reason: str) -> Card:
        return card if self._ring(reason) else replace(card, kind=CardKind.CALL)

    def begin(self, act: Act, language: str | None) -> None:
        """Begin a dialogue without a badge, from the idle screen; help from any. Raises RequestError `touch-over` for
        any other.
        """
        if act is Act.HELP:
            self.help(language)
            return
        page = self._pages().get(act)
        if page is None or act not in PUBLIC:
            raise RequestError("touch-over", "this wants a badge first")
        self.offer(None)
        self._turn(begun(self._clock.monotonic(), language=language), page, "")

    def touch(self, ticket: str, act: Act, value: str = "") -> Slow | None:
        """Do what was touched, or ask for the badge; or say what is to be worked out before.

        Raises RequestError `touch-over` when the card is gone, another's, or offers no such thing; MachineError
        `clock-not-trusted` or `database` when nothing can be written.
        """
        dialogue = self._dialogue
        if dialogue is not None and secrets.compare_digest(dialogue.ticket, ticket):
            return self._go_on(dialogue, act, value)
        found = self._standing
        in_time = self._clock.monotonic() <= self._until
        if found is None or not in_time or act not in found.all_acts or not _is_same(found.ticket, ticket):
            raise RequestError("touch-over", "this card is over: tap the badge again")
        if act is Act.MORE:
            self._show_others(found)
        elif act in CONFIRMED:
            self._ask(found, act)
        else:
            self._do(act, found.granted, found.fingerprint, found.visit)
        return None

    def finish(self, slow: Slow, found: Mapping[str, str] | None) -> None:
        """Go on with what was worked out. A dialogue that somebody's badge has ended meanwhile is over; without an
        answer nothing is done.
        """
        slow.dialogue.is_busy = False
        if found is not None and self._dialogue is slow.dialogue:
            slow.dialogue.kept.update(found)
            self._turn_or_ask(slow.dialogue, slow.act, slow.page, slow.value)

    def _go_on(self, dialogue: Dialogue, act: Act, value: str) -> Slow | None:
        if self._clock.monotonic() > dialogue.until or len(value) > LONGEST_VALUE:
            self._dialogue = self._asks = None
            raise RequestError("touch-over", "this dialogue is over: tap the badge again")
        if act is Act.DONE:
            self._dialogue = self._asks = None
            self._screen.clear()
            return None
        if dialogue.is_busy:
            return None  # a second finger
        if act is Act.ONLY_ME:
            self._only_let_in(dialogue)
            return None
        if act is Act.STAY and dialogue.page is not None:
            self._show(dialogue, replace(dialogue.page, reminds=False))
            return None
        page = self._pages().get(act)
        if page is None or (dialogue.only is not None and act not in dialogue.only):
            raise RequestError("touch-over", "this page offers no such thing")
        dialogue.until = self._clock.monotonic() + LASTS_SECONDS
        work = None if page.before is None else self._before(dialogue, page.before, value)
        if work is None:
            self._turn_or_ask(dialogue, act, page, value)
            return None
        dialogue.is_busy = True
        return Slow(work, dialogue, act, page, value)

    def _before(self, dialogue: Dialogue, before: Callable[[PageContext], Work | None], value: str) -> Work | None:
        look = self._sure()
        with self._store.reading() as connection:
            return before(self._context(connection, look.reading.at, dialogue, value, None))

    def _turn_or_ask(self, dialogue: Dialogue, act: Act, page: Page, value: str) -> None:
        if page.wants_badge and not dialogue.is_session:
            self._wait_for_badge(dialogue, act, page, value)
            return
        self._turn(dialogue, page, value)

    def _wait_for_badge(self, dialogue: Dialogue, act: Act, page: Page, value: str = "") -> None:
        self._asks, self._value = page, value
        acts = (*page.beside, Act.DONE) if page.beside else ()
        card = Card(page.asks, dialogue.name, dialogue.language, ticket=dialogue.ticket, acts=acts, asked=act)
        self._show(dialogue, replace(card, larger=dialogue.larger))

    def _show(self, dialogue: Dialogue, card: Card) -> None:
        """Show a page of a dialogue, which goes on for as long as the page stays."""
        dialogue.page = card
        dialogue.until = self._clock.monotonic() + LASTS_SECONDS
        dialogue.until += WARNED_SECONDS if card.warns else 0
        if self._asks is not None and self._asks.consent is not None:
            dialogue.until = min(dialogue.until, self._clock.monotonic() + WAITS_SECONDS)
        self._screen.show(card)

    def _turn(self, dialogue: Dialogue, page: Page, value: str, badge: BadgeRead | None = None) -> None:
        """Run a page and show the card that it returns, from which the dialogue goes on; None ends it."""
        look = self._sure()
        with self._store.writing() if page.writes else self._store.reading() as connection:
            card = page.show(self._context(connection, look.reading.at, dialogue, value, badge))
        stopped = dialogue.kept.pop(STOPPED, None)
        if stopped is not None:
            self._forget(bytes.fromhex(stopped))
        if card is not None and card.takes_back is not None:
            self._journal(card.takes_back)
        self._asked = None
        if not page.keeps_waiting:
            self._asks = page if page.consent is not None else None
        dialogue.until = self._clock.monotonic() + LASTS_SECONDS
        self._dialogue = dialogue if card is not None else None
        if card is None:
            self._screen.clear()
        else:
            language = card.language or dialogue.language
            card = replace(card, ticket=dialogue.ticket, language=language, larger=dialogue.larger)
            if card.then is not None:
                card = replace(card, then=replace(card.then, language=language))
            if card.rings is not None:
                card = self._rung(card, card.rings)
            if card.chimes is not None:
                self._ring(card.chimes)
            opens_for = card.opens_for
            if opens_for is None:
                self._show(dialogue, card)
            else:
                if not card.acts:
                    self._dialogue, card = None, replace(card, ticket=None)
                self._open_for(opens_for, card)

    def _sure(self) -> ClockCheck:
        """The time, where it is sure. Raises MachineError `clock-not-trusted`."""
        look = self._time.look()
        if look.doubt is not None:
            raise MachineError("clock-not-trusted", f"the clock is not sure ({look.doubt.value}): kiosk clock show")
        return look

    def _context(
        self, connection: sa.Connection, at: datetime, dialogue: Dialogue, value: str, badge: BadgeRead | None
    ) -> PageContext:
        policy, moment = self._rules.at(connection, at)
        return PageContext(
            connection,
            self._seal,
            self._badge_key,
            policy,
            moment,
            dialogue,
            self._pages,
            value=value,
            badge=badge,
            code_key=self._code_key,
        )

    def _only_let_in(self, dialogue: Dialogue) -> None:
        """End the question of somebody who only came in; what their own card offered is offered again."""
        self._dialogue = self._asks = self._asked = None
        card = Card(CardKind.ONLY_ME, dialogue.name, dialogue.language, larger=dialogue.larger)
        found, self._until = self._standing, self._clock.monotonic() + TOUCH_SECONDS
        if found is not None:
            card = replace(card, ticket=found.ticket, acts=choices.shown(found.acts))
        self._screen.show(card)

    def _show_others(self, found: StandingCard) -> None:
        person = found.granted.standing
        rest = choices.others(found.acts)
        card = Card(CardKind.MORE, person.name, person.language, ticket=found.ticket, acts=rest)
        self._screen.show(replace(card, larger=person.larger_text))

    def _ask(self, found: StandingCard, act: Act) -> None:
        self._standing = None
        if act is Act.GUEST:
            self._ask_host(found)
            return
        self._waiting = _Waiting(act, found.fingerprint, found.granted, self._clock.monotonic() + AGAIN_SECONDS)
        person = found.granted.standing
        card = Card(CardKind.BADGE_AGAIN, person.name, person.language, asked=act, larger=person.larger_text)
        self._screen.show(card)

    def _ask_host(self, found: StandingCard) -> None:
        """Ask the host for their badge once more; meanwhile the guest's first name may be typed."""
        person = found.granted.standing
        self._forget(found.fingerprint)
        self._dialogue = begun(self._clock.monotonic(), fingerprint=found.fingerprint, person=person)
        self._wait_for_badge(self._dialogue, Act.GUEST, self._pages()[Act.GUEST])

    def _do(self, act: Act, granted: Granted, fingerprint: bytes, visit: int | None = None) -> None:
        from kiosk.checkin.day_choices import ACTS, ActContext  # imported with the first touch, as the pages are

        look = self._sure()
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, look.reading.at)
            card = ACTS[act](ActContext(connection, self._seal, policy, moment, granted, visit))
        if card.takes_back is not None:
            self._journal(card.takes_back)
        self._standing = None
        self._forget(fingerprint)
        person = granted.standing
        self._screen.show(replace(card, name=person.name, language=person.language, larger=person.larger_text))


def _is_typed_on(dialogue: Dialogue, fingerprint: bytes) -> bool:
    """Whether this badge is of who is just typing: the one that was seen, or the new one that they came with."""
    if dialogue.page is None or not dialogue.page.warns:
        return False
    is_new = dialogue.kept.get(BADGE) == fingerprint.hex()
    return is_new or (dialogue.is_session and dialogue.fingerprint == fingerprint)


def _is_same(ticket: str, given: str) -> bool:
    return secrets.compare_digest(ticket, given)
