"""Events at the screen: a member signs up by a touch, leaves, proposes, puts up topics and votes; nobody else can."""

from contextlib import suppress

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind, EventState
from kiosk.domain.money.credit import Beyond, Reason
from kiosk.errors import RequestError
from kiosk.events.signing_up import Place
from kiosk.selfservice.events import EventSheet, RefusedSheet
from kiosk.selfservice.keyboard import Typed
from tests.conftest import Space
from tests.events.happenings import DEADLINE, Happenings, uid
from tests.selfservice.self_service import Visit, is_well


@pytest.fixture
def told(space: Space) -> Happenings:
    return Happenings(space)


def at_events(told: Happenings, place: int = 0) -> Visit:
    visit = Visit(told.space, uid(place))
    visit.pick(Act.HOUSE)
    visit.pick(Act.EVENTS)
    return visit


def sheet(visit: Visit) -> EventSheet:
    assert isinstance(visit.card.sheet, EventSheet)
    return visit.card.sheet


def type_in(visit: Visit, words: str) -> None:
    for letter in words:
        visit.touch(Act.KEY, {" ": "space"}.get(letter, letter))


def test_off_an_account_is_as_it_was(space: Space) -> None:
    space.join("Inès Moreau", uid(0))
    visit = Visit(space, uid(0))
    assert visit.card.acts == (Act.PAY, Act.LINES, Act.SETTINGS, Act.DONE)
    with pytest.raises(RequestError) as refused:
        visit.touch(Act.EVENTS)
    assert refused.value.code == "events-off"


def test_a_touch_signs_up_and_the_price_is_named_before(told: Happenings) -> None:
    number, *_ = told.people(1)
    event = told.propose()
    told.open(event, threshold=1)
    visit = at_events(told)
    visit.pick(Act.EVENT, str(event))
    assert (sheet(visit).cents, sheet(visit).mine, sheet(visit).coming) == (3000, Place.NONE, 0)
    visit.pick(Act.EVENT_JOIN)
    assert (sheet(visit).mine, sheet(visit).coming) == (Place.SEAT, 1)
    assert sheet(visit).told is not None
    visit.touch(Act.EVENT_JOIN)  # twice is once
    assert told.space.sql("SELECT count(*) FROM signup WHERE terms = 1") == [(1,)]
    owed = told.space.owes(number)
    told.pass_until(DEADLINE)
    assert told.space.owes(number) == owed + 3000
    visit = at_events(told)
    visit.pick(Act.EVENT, str(event))
    assert sheet(visit).state is EventState.HELD
    visit.pick(Act.EVENT_LEAVE)
    assert told.space.owes(number) == owed + 500  # and the day of the second visit
    assert sheet(visit).mine is Place.NONE
    is_well(told.space)


def test_what_the_tab_does_not_take_is_not_offered(told: Happenings) -> None:
    told.people(1)
    event = told.propose()
    told.open(event)
    told.space.rule("tab_limit_cents", "2000")
    visit = at_events(told)
    visit.pick(Act.EVENT, str(event))
    assert sheet(visit).beyond == Beyond(Reason.LIMIT, 1000, 2000)
    assert Act.EVENT_JOIN not in visit.values
    assert Act.PAY in visit.values
    visit.touch(Act.EVENT_JOIN)
    assert told.space.sql("SELECT count(*) FROM signup") == [(0,)]


def test_not_held_is_said_on_the_screen_to_whoever_had_signed_up(told: Happenings) -> None:
    told.people(2)
    event = told.propose()
    told.open(event)
    told.planning.join(event, 1)
    told.pass_until(DEADLINE)
    visit = at_events(told)
    visit.pick(Act.EVENT, str(event))
    assert sheet(visit).state is EventState.NOT_HELD
    assert visit.card.acts == (Act.EVENTS, Act.DONE)
    assert Act.EVENT not in at_events(told, 1).values


def test_anybody_proposes_and_others_are_interested(told: Happenings) -> None:
    told.people(2)
    visit = at_events(told)
    visit.pick(Act.PROPOSE)
    visit.pick(Act.PROPOSE_KIND, "workshop")
    type_in(visit, "ab")
    visit.pick(Act.PROPOSE_UNNAMED)
    assert visit.card.sheet == Typed("Ab", missing_line=0)
    type_in(visit, " c compost")
    visit.pick(Act.PROPOSE_UNNAMED)
    assert (sheet(visit).title, sheet(visit).kind, sheet(visit).host) == ("Ab c compost", EventKind.WORKSHOP, None)
    assert sheet(visit).mine is Place.INTERESTED
    other = at_events(told, 1)
    other.pick(Act.EVENT, "1")
    other.pick(Act.EVENT_INTEREST)
    assert sheet(other).interested == 2
    other.pick(Act.EVENT_LEAVE)
    assert sheet(other).interested == 1
    assert told.space.sql("SELECT member_id, is_named, is_listed FROM event") == [(1, 0, 0)]


def test_whoever_chooses_it_is_named(told: Happenings) -> None:
    told.people(1)
    visit = at_events(told)
    visit.pick(Act.PROPOSE)
    visit.pick(Act.PROPOSE_KIND, "conference")
    type_in(visit, "les abeilles")
    visit.pick(Act.PROPOSE_NAMED)
    assert sheet(visit).host is not None


def test_five_proposals_that_wait_are_enough(told: Happenings) -> None:
    told.people(1)
    for count in range(5):
        told.propose(1, title=f"Atelier {count}")
    visit = at_events(told)
    visit.pick(Act.PROPOSE)
    visit.pick(Act.PROPOSE_KIND, "workshop")
    type_in(visit, "encore un")
    visit.pick(Act.PROPOSE_UNNAMED)
    assert (visit.card.kind, visit.card.sheet) == (CardKind.EVENT_REFUSED, RefusedSheet("event-proposals", {"most": 5}))
    assert told.space.sql("SELECT count(*) FROM event") == [(5,)]


def test_topics_are_put_up_and_voted_on_once_each(told: Happenings) -> None:
    told.people(2)
    event = told.propose(kind=EventKind.UNCONFERENCE, title="Le grand débat")
    visit = at_events(told)
    visit.pick(Act.EVENT, str(event))
    visit.pick(Act.TOPICS)
    visit.pick(Act.TOPIC_NEW)
    type_in(visit, "le bruit")
    visit.pick(Act.TOPIC_PUT)
    assert visit.card.kind is CardKind.TOPICS
    other = at_events(told, 1)
    other.pick(Act.EVENT, str(event))
    other.pick(Act.TOPICS)
    other.pick(Act.TOPIC, "1")
    votes = "SELECT count(*) FROM topic_vote"
    assert told.space.sql(votes) == [(2,)]
    other.pick(Act.TOPIC, "1")
    assert told.space.sql(votes) == [(1,)]


def test_many_events_have_further_pages(told: Happenings) -> None:
    told.people(1)
    for count in range(8):
        told.open(told.propose(title=f"Atelier {count}"))
    visit = at_events(told)
    assert len(visit.card.options) == 6
    visit.pick(Act.EVENTS, "5")
    assert len(visit.card.options) == 3


@pytest.mark.parametrize("value", ["x", "-1", "99999999999999", "999", "1; DROP TABLE event"])
def test_what_no_button_sends_does_nothing(told: Happenings, value: str) -> None:
    told.people(1)
    told.open(told.propose())
    visit = at_events(told)
    with suppress(RequestError):  # the screen answers these by "too late"
        visit.touch(Act.EVENT, value)
    assert told.space.sql("SELECT count(*) FROM signup") == [(0,)]
