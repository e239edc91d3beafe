"""Runs what is touched, each in one transaction, and tells the screen's machine what came of it.

Whether it may be done at all, and on whose word, is the machine's: `kiosk.domain.checkin.consent`.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext, Pages, PagesAddress, Turn, Ways, Work
from kiosk.domain.chain import Seal
from kiosk.domain.checkin.choices import ON_THE_CARD, Act
from kiosk.domain.checkin.screen_events import Run, Turned
from kiosk.domain.checkin.screen_events import Work as WorkOut
from kiosk.domain.checkin.screen_state import Came
from kiosk.domain.checkin.verdicts import Granted
from kiosk.errors import MachineError, RequestError
from kiosk.language.texts import Text
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules

if TYPE_CHECKING:
    from kiosk.checkin.day_choices import ActContext

_NAMED = Text("{what}", "{what}")


class Turner(Struct, kw_only=True, dict=True):
    """Runs pages and what is chosen on a card. `ways` gives what counts those of « Le lieu »."""

    store: Store
    rules: Rules
    seal: Seal
    timekeeper: Timekeeper
    pages: Pages
    code_key: bytes = b""
    has_mail: bool = True
    pages_at: PagesAddress | None = None
    ways: Callable[[], Ways] | None = None

    @cached_property
    def _ways(self) -> Ways | None:
        return None if self.ways is None else self.ways()

    def run(self, run: Run, shown: Card | None) -> Turned:
        """Run a page. `shown` is the card on which it was touched.

        Raises RequestError `touch-over` for what there is not, MachineError `clock-not-trusted` or `database` when
        nothing can be written.
        """
        look = self._sure()
        if run.act in ON_THE_CARD:
            return self._name(run, shown, look) if run.names else self._choose(run, look)
        page = self.pages().get(run.act)
        if page is None:
            raise RequestError("touch-over", "this page offers no such thing")
        if run.names and page.names is None:
            return Turned(run, asks(run, shown), run.page.proof, run.page.person, run.page.memo, awaits=True)
        is_way = shown is not None and shown.kind is CardKind.HOUSE and any(o.act is run.act for o in shown.options)
        if is_way and self._ways is not None:
            self._ways.touched(run.act)
        turn = Turn(run.page.proof, run.page.person, dict(run.page.memo))
        writes = page.writes and not run.names
        with self.store.writing() if writes else self.store.reading() as connection:
            context = self._context(connection, look, turn, run)
            card = page.names(context) if run.names and page.names is not None else page.show(context)
        return _turned(run, turn, card, look)

    def begin_work(self, work: WorkOut) -> Work | None:
        """Read what something slow needs; None where there is nothing to be worked out."""
        page: Page | None = self.pages().get(work.job.act)
        if page is None or page.before is None:
            return None
        look = self._sure()
        turn = Turn(work.page.proof, work.page.person, dict(work.page.memo))
        with self.store.reading() as connection:
            run = Run(work.job.act, work.job.value, work.page)
            return page.before(self._context(connection, look, turn, run))

    def _name(self, run: Run, shown: Card | None, look: ClockCheck) -> Turned:
        """Say what the badge would do to a visit, and what that costs."""
        from kiosk.checkin import day_choices  # imported with the first touch, as the pages are

        with self.store.reading() as connection:
            costs = day_choices.costs(self._choice(connection, run, look))
        card = replace(asks(run, shown), amount_cents=costs)
        return Turned(run, card, run.page.proof, run.page.person, run.page.memo, awaits=True)

    def _choose(self, run: Run, look: ClockCheck) -> Turned:
        """Do what was touched on the card of somebody who came in."""
        from kiosk.checkin.day_choices import ACTS  # imported with the first touch, as the pages are

        with self.store.writing() as connection:
            card = ACTS[run.act](self._choice(connection, run, look))
        card = replace(card, name=run.page.person.name)
        run = replace(run, page=replace(run.page, ticket=""))
        return _turned(run, Turn(run.page.proof, run.page.person, {}), card, look)

    def _choice(self, connection: sa.Connection, run: Run, look: ClockCheck) -> "ActContext":
        """What an act on the card of somebody who came in works with. Raises RequestError `touch-over`."""
        from kiosk.checkin.day_choices import ActContext

        came = run.page.proof
        if not isinstance(came, Came) or not isinstance(came.granted, Granted):
            raise RequestError("touch-over", "no visit was made here")
        policy, moment = self.rules.at(connection, look.reading.at)
        return ActContext(connection, self.seal, policy, moment, came.granted, came.visit)

    def _sure(self) -> ClockCheck:
        """The time, where it is sure. Raises MachineError `clock-not-trusted`."""
        look = self.timekeeper.look()
        if look.doubt is not None:
            raise MachineError("clock-not-trusted", f"the clock is not sure ({look.doubt.value}): kiosk clock show")
        return look

    def _context(self, connection: sa.Connection, look: ClockCheck, turn: Turn, run: Run) -> PageContext:
        policy, moment = self.rules.at(connection, look.reading.at)
        return PageContext(
            connection,
            self.seal,
            policy,
            moment,
            turn,
            self.pages,
            value=run.value,
            act=run.act,
            confirmed=run.confirmed,
            request=run.request,
            code_key=self.code_key,
            has_mail=self.has_mail,
            pages_at=self.pages_at,
            ways=self._ways.order(moment.day) if run.act is Act.HOUSE and self._ways is not None else (),
        )


def asks(run: Run, shown: Card | None) -> Card:
    """The card that asks for the badge, with the words of what was touched."""
    options = () if shown is None else shown.options
    said = next((each.said for each in options if (each.act, each.value) == (run.act, run.value)), None)
    person = run.page.person
    card = Card(CardKind.BADGE_AGAIN, person.name, person.language, asked=run.act, aids=person.aids)
    return card if said is None else replace(card, confirms=_NAMED.of(what=said))


def _turned(run: Run, turn: Turn, card: Card | None, look: ClockCheck) -> Turned:
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
        awaits=run.names and card.asked is run.act and card.denial is None,
        has_acts=bool(card.acts),
    )
