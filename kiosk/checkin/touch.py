"""Runs the page that was touched, in one transaction, and tells the screen's state machine the outcome.

Whether an act may be done, and by which proof, is decided before: `kiosk.domain.checkin.consent`. A page *names* an act
when its card says what a badge would confirm, before it does anything. A *way* is an entry of the page « Le lieu »,
whose touches are counted to order them by use.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Flows, Page, PageContext, Turn, Ways, Work
from kiosk.domain.checkin.choices import ON_THE_CARD, Act
from kiosk.domain.checkin.screen_events import Run, Turned
from kiosk.domain.checkin.screen_events import Work as WorkOut
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home
from kiosk.language.texts import Text
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.space.policies import Rules

_NAMED = Text("{what}", "{what}")  # the words of a choice alone, in the place of a sentence of the card


class Turner(Struct, dict=True):
    """Runs the pages of flows, and the acts on the card of an admitted member."""

    home: Home
    rules: Rules
    timekeeper: Timekeeper
    flows: Flows

    @cached_property
    def _ways(self) -> Ways | None:
        """Return the counter of touches in « Le lieu », made at its first use; None where the home counts none."""
        return None if self.flows.ways is None else self.flows.ways()

    def run(self, run: Run, shown: Card | None) -> Turned:
        """Run the page of an act and return its outcome; with `run.names`, the page only names what a badge would
        confirm, or, where it has no words for that, the card merely asks for the badge. `shown` is the card that was
        touched, None at the idle screen; a touch on an entry of « Le lieu » is counted.

        Raises RequestError `touch-over` for an act without a page; MachineError `clock-not-trusted`, or `database` if
        nothing can be written.
        """
        look, page = self._look_if_trusted(), self._page(run.act)
        if page is None:
            raise RequestError("touch-over", "this page offers no such thing")
        if run.names and page.names is None:
            return Turned(run, asks(run, shown), run.page.proof, run.page.person, run.page.memo, awaits=True)
        is_way = shown is not None and shown.kind is CardKind.HOUSE and any(o.act is run.act for o in shown.options)
        if is_way and self._ways is not None:
            self._ways.touched(run.act)
        with self._context(run, look, writes=page.writes and not run.names) as context:
            card = page.names(context) if run.names and page.names is not None else page.show(context)
        return _turned(run, context.turn, card, look)

    def begin_work(self, work: WorkOut) -> Work | None:
        """Read what a slow computation needs, and return it; None where the act needs none."""
        page = self._page(work.job.act)
        if page is None or page.before is None:
            return None
        with self._context(
            Run(work.job.act, work.job.value, work.page), self._look_if_trusted(), writes=False
        ) as context:
            return page.before(context)

    def _page(self, act: Act) -> Page | None:
        """Return the page of an act, None for an act without one. Acts on an admitted member's card are in
        `day_choices`, all others in the flows.
        """
        if act not in ON_THE_CARD:
            return self.flows.pages().get(act)
        from kiosk.checkin import day_choices  # imported with the first touch, as the pages are

        return day_choices.PAGES[act]

    def _look_if_trusted(self) -> ClockCheck:
        """Return the clock's reading where it is trusted. Raises MachineError `clock-not-trusted`."""
        look = self.timekeeper.look()
        if look.doubt is not None:
            raise MachineError("clock-not-trusted", f"the clock is not sure ({look.doubt.value}): kiosk clock show")
        return look

    @contextmanager
    def _context(self, run: Run, look: ClockCheck, *, writes: bool) -> Iterator[PageContext]:
        """Open a transaction for a page, a snapshot unless it `writes`: committed where the page returns, rolled back
        where it raises. The page gets a copy of the flow's memo, so that what it keeps counts only once it returned.
        """
        with self.home.store.writing() if writes else self.home.store.reading() as connection:
            policy, moment = self.rules.at(connection, look.reading.at)
            yield PageContext(
                connection,
                self.home.seal,
                policy,
                moment,
                Turn(run.page.proof, run.page.person, dict(run.page.memo)),
                self.flows,
                value=run.value,
                act=run.act,
                confirmed=run.confirmed,
                request=run.request,
                ways=self._ways.order(moment.day) if run.act is Act.HOUSE and self._ways is not None else (),
            )


def asks(run: Run, shown: Card | None) -> Card:
    """Return the card that asks for the badge, with the words of the choice that was touched, where it has some."""
    options = () if shown is None else shown.options
    label = next((option.said for option in options if (option.act, option.value) == (run.act, run.value)), None)
    person = run.page.person
    card = Card(CardKind.BADGE_AGAIN, person.name, person.language, asked=run.act, aids=person.aids)
    return card if label is None else replace(card, confirms=_NAMED.of(what=label))


def _turned(run: Run, turn: Turn, card: Card | None, look: ClockCheck) -> Turned:
    """Return what a touch leads to: the card in its own or the person's language, and the effects that the card asks
    for: to open the door, write the journal, ring, wait for a badge. Without a card the flow is over.
    """
    memo: Mapping[type, object] = MappingProxyType(turn.memo)
    if card is None:
        return Turned(run, None, turn.proof, turn.person, memo, stops=turn.stops)
    language = card.language or turn.person.language
    then = None if card.then is None else replace(card.then, language=language)
    card = replace(card, language=language, aids=turn.person.aids, then=then)
    entrant = card.opens_for
    opens = None
    if entrant is not None:
        opens = entrant.line, DoorEvent(look.reading.at, "opened", entrant.by, entrant.member)
    return Turned(
        run,
        card,
        turn.proof,
        turn.person,
        memo,
        opens=opens,
        takes_back=card.takes_back,
        stops=turn.stops,
        rings=tuple(reason for reason in (card.rings, card.chimes) if reason is not None),
        waits=turn.waits,
        # the card asks for the badge that will do the act that it names
        awaits=run.names and card.asked is run.act and card.denial is None,
        has_acts=bool(card.acts),
    )
