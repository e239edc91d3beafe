"""Any interleaving of people's taps and touches leaves each one's entries as if they had come alone.

Everybody's steps are played in one home, in any order; then each one's own, at the same moments, in a home where nobody
else comes. Left out are only the steps that somebody else's badge has voided: a touch on a card that it replaced, and
an act whose badge did not come before it. All else must come to the same.

KIOSK_INTERLEAVINGS=2000 (`scripts/torture interleaved`) makes a long run, with other examples each time.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from kiosk import home
from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.consent import READ_SECONDS
from kiosk.domain.checkin.screen_badges import AGAIN_SECONDS
from kiosk.errors import KioskError
from kiosk.store import audit
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.shared import once

PEOPLE = (
    ("Inès Moreau", "04A2000000E511", "itinerant"),
    ("Yanis Haddad", "04A2000000E517", "free"),
    ("Karim Benali", "04A1B2C3D4E501", "permanent"),
)
STRANGER = len(PEOPLE)  # has no badge: leaves a page that waits for a host's, and is nobody's business
_SAME = {CardKind.LAST_OUT: CardKind.LEFT}  # who else is here is no part of one's own
EXAMPLES = os.environ.get("KIOSK_INTERLEAVINGS")


@dataclass(frozen=True)
class Step:
    """What one of them does, after so many seconds. A touch takes an act of their own last card, if it offers it, or
    the choice of that number.
    """

    who: int
    does: str  # a tap, a touch; a stranger leaves something
    act: Act | None = None
    choice: int = 0
    after: float = 0.0


PHRASES = (
    ("tap",),
    ("tap", "touch"),
    ("tap", "lift", "touch"),
    ("tap", "touch", "tap"),
    ("tap", "touch", "tap", "any", "any", "tap", "any"),
    ("any",),
    ("touch",),
)
WANTED = (Act.UNDO, Act.FREE_CORNER, Act.PASSING, Act.COMFORT, Act.GUEST, Act.GUEST, Act.LEAVE, Act.ACCOUNT)
PAUSES = (0.0, 0.0, 0.5, 2.0, 2.0, 3.0)
AFTERS = (*PAUSES, *PAUSES, 9.0, 21.0, 33.0, 60.0, 960.0, 86_400.0)


@st.composite
def scripts(draw: st.DrawFn) -> list[Step]:
    """What people do, phrase by phrase, and then somewhat shuffled: one comes in between another's."""
    made: list[tuple[float, Step]] = []
    people = st.tuples(st.sampled_from([0, 0, 1, 1, 2]), st.sampled_from(PHRASES))
    strangers = st.just((STRANGER, ("leaves",)))
    for who, phrase in draw(st.lists(st.one_of(people, people, people, people, strangers), min_size=2, max_size=12)):
        act = draw(st.sampled_from(WANTED))
        after = draw(st.sampled_from(AFTERS))
        for does in phrase:
            moved = draw(st.sampled_from([0, 0, 0, 0, 0, 2.5, -2.5, 5.5]))
            step = Step(who, does, act, draw(st.integers(0, 5)) if does == "any" else 0, after)
            made.append((len(made) + moved, step))
            after = draw(st.sampled_from(PAUSES))
    return [step for _, step in sorted(made, key=lambda each: each[0])]


@dataclass
class Played:
    """What became of each step; which of them another's badge has voided, and which of those had asked for a badge."""

    outcomes: dict[int, object] = field(default_factory=dict)
    void: set[int] = field(default_factory=set)
    abandoned: set[int] = field(default_factory=set)


class Play:
    """Plays steps in a space. `own` is each one's last card: nobody touches what they do not see."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._own: dict[int, Card | None] = {}
        self._asked: dict[int, int] = {}  # who was asked for their badge, and at which step
        self._asked_at: dict[int, float] = {}
        self._last: int | None = None  # whose badge was the last
        self._tapped: dict[int, float] = {}
        self._now = space.clock.monotonic
        self.played = Played()

    def all(
        self,
        script: Sequence[Step],
        only: int | None = None,
        without: frozenset[int] = frozenset(),
        abandoned: frozenset[int] = frozenset(),
    ) -> Played:
        for number, step in enumerate(script):
            self._space.clock.advance(seconds=step.after)
            if number not in without and only in (None, step.who):
                self._play(number, step)
            elif number in abandoned and step.who == only:
                self._abandon(number, step)
        return self.played

    def _abandon(self, number: int, step: Step) -> None:
        """Touch what asks for the badge, and leave it: their next tap starts afresh, as after any touch."""
        self._touch(number, step)
        if self._asked.pop(step.who, None) is not None:
            self._space.leave()
        self.played.outcomes.pop(number, None)

    def _end_what_was_asked(self) -> None:
        self.played.void.update(self._asked.values())
        self.played.abandoned.update(self._asked.values())
        self._asked.clear()

    def _play(self, number: int, step: Step) -> None:
        if step.does == "leaves":
            self._leave(step.who)
            return
        uid = PEOPLE[step.who][1]
        if step.does == "lift":
            if self._now() - self._tapped.get(step.who, 0.0) < AGAIN_SECONDS:  # no badge lies there while others come
                self._space.lift(uid)
        elif step.does == "tap":
            if self._now() - self._asked_at.get(step.who, 0.0) < READ_SECONDS:
                return  # nobody is so quick: what is asked is read first
            self._asked.pop(step.who, None)
            self._end_what_was_asked()
            self._last, self._tapped[step.who] = step.who, self._now()
            self._see(number, step.who, lambda: self._space.tap(uid, reads=False))
        else:
            self._touch(number, step)

    def _leave(self, who: int) -> None:
        """What nobody but the stranger asked for: it ends what waited for a badge, as another's badge would."""
        self._end_what_was_asked()
        self._last = who
        self._space.begin(Act.VISIT, None)

    def _touch(self, number: int, step: Step) -> None:
        card = self._own.get(step.who)
        found = None if card is None else chosen(card, step)
        if card is None or card.ticket is None or found is None:
            return
        (act, value), ticket = found, card.ticket
        before = len(self._space.screen.cards)
        if self._last != step.who:
            self.played.void.add(number)
            with pytest.raises(KioskError) as refused:
                self._space.touch(act, value, ticket=ticket)
            assert refused.value.code == "touch-over"
            assert len(self._space.screen.cards) == before
            return
        self._see(number, step.who, lambda: self._space.touch(act, value, ticket=ticket))
        now = self._own[step.who]
        if now is not None and now.kind is CardKind.BADGE_AGAIN:
            self._asked[step.who], self._asked_at[step.who] = number, self._now()
        elif act is Act.MORE and step.does == "touch" and now is not None and step.act in now.acts:
            self._touch(number, step)
        else:
            self._asked.pop(step.who, None)

    def _see(self, number: int, who: int, act: Callable[[], object]) -> None:
        cards = self._space.screen.cards
        before = len(cards)
        try:
            act()
        except KioskError as refused:
            self.played.outcomes[number] = refused.code
            return
        self._own[who] = card = cards[-1] if len(cards) > before else None
        self.played.outcomes[number] = None if card is None else (_SAME.get(card.kind, card.kind), card.name, card.acts)


def chosen(card: Card, step: Step) -> tuple[Act, str] | None:
    """What a step touches of a card."""
    if step.does == "touch":
        found = [(step.act, "")] if step.act in card.acts else [(Act.MORE, "")] if Act.MORE in card.acts else []
    else:
        found = [(act, "") for act in card.acts] + [(option.act, option.value) for option in card.options]
    kept = [(act, value) for act, value in found if act is not None]
    return kept[step.choice % len(kept)] if kept else None


@contextmanager
def spaced(template: Path) -> Iterator[Space]:
    """A space of this play's own."""
    with (
        tempfile.TemporaryDirectory(dir=template.parent) as folder,
        home.opened(Path(shutil.copytree(template, Path(folder) / "home"))) as opened,
    ):
        space = Space(opened, FakeClock(WEDNESDAY))
        try:
            yield space
        finally:
            space.kept.close()


def books_of(space: Space, who: int) -> dict[str, object]:
    """All that is written of one of them, with no number that depends on what else is written."""
    mine = f"(SELECT id FROM member WHERE number = {who + 1})"
    account = f"(SELECT id FROM account WHERE member_id = {mine})"
    of_whom = f"account_id = {account} OR member_number = {who + 1}"
    entries = space.sql(
        "SELECT number, reverses, kind, amount_cents, method, day_on, detail FROM entry"
        f" WHERE {of_whom} ORDER BY number"
    )
    place = {row[0]: index for index, row in enumerate(entries)}
    visits = space.sql(
        'SELECT v.id, v.host_visit_id, v.charge_entry, v."right", z.code, v.part, v.state, v.ordinal, v.day_on,'
        f" v.arrived_at, v.left_at FROM visit AS v JOIN zone AS z ON z.id = v.zone_id WHERE v.member_id = {mine}"
        f" OR v.host_visit_id IN (SELECT id FROM visit WHERE member_id = {mine}) ORDER BY v.id"
    )
    order = {row[0]: index for index, row in enumerate(visits)}
    return {
        "entries": [
            (None if row[1] is None else place[row[1]], *row[2:-1], _of_host(str(row[-1]), order)) for row in entries
        ],
        "visits": [
            (None if row[1] is None else order[row[1]], None if row[2] is None else place[row[2]], *row[3:])
            for row in visits
        ],
        "balance": space.owes(who + 1),
    }


def _of_host(detail: str, order: dict[object, int]) -> dict[str, object]:
    """An entry's detail, with the place of a guest's host among these visits instead of its number."""
    found: dict[str, object] = json.loads(detail)
    guest = found.get("guest")
    return {**found, "guest": [order[guest[0]], *guest[1:]]} if isinstance(guest, list) else found


def written(space: Space) -> dict[int, object]:
    return {who: books_of(space, who) for who in range(len(PEOPLE))}


@pytest.fixture(scope="module")
def peopled(template: Path) -> Path:
    """A home with its people, in which everything that a card can offer is to be had."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(WEDNESDAY))
            for name, value in (("passing_minutes", "15"), ("guests_a_day", "2"), ("guest_cents", "300")):
                space.rule(name, value)
            for name, uid, plan in PEOPLE:
                space.join(name, uid, plan)
            space.kept.close()

    return once("interleaved", make)


def agree(template: Path, script: Sequence[Step]) -> None:
    """Raises AssertionError where somebody's presence changes what is written of somebody else."""
    with spaced(template) as space:
        together = Play(space).all(script)
        mixed = written(space)
        with space.home.store.reading() as connection:
            audit.check_chain(connection, space.home.seal)
            audit.check_sums(connection)
    for kind in {outcome[0].value for outcome in together.outcomes.values() if isinstance(outcome, tuple)}:
        event(kind)
    event(f"voided: {min(len(together.void), 3)}")
    without = frozenset(
        number
        for number, step in enumerate(script)
        if step.does in ("touch", "any") and (number in together.void or number not in together.outcomes)
    )
    for who in {step.who for step in script} - {STRANGER}:
        with spaced(template) as space:
            nobody = written(space)
            alone = Play(space).all(script, only=who, without=without, abandoned=frozenset(together.abandoned))
            assert alone.outcomes == {
                number: found
                for number, found in together.outcomes.items()
                if script[number].who == who and number not in without
            }
            assert books_of(space, who) == mixed[who]
            assert {**written(space), who: None} == {**nobody, who: None}


@settings(
    max_examples=int(EXAMPLES) if EXAMPLES else 40,
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
)
@given(script=scripts())
def test_each_one_s_books_are_as_if_they_had_come_alone(peopled: Path, script: list[Step]) -> None:
    agree(peopled, script)
