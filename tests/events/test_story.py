"""A training with a threshold of 6, told as a story: interest, deadline, held or not, and the money in each case."""

from datetime import date, timedelta

import pytest

from kiosk.books.due import Due
from kiosk.domain.books import posting
from kiosk.domain.books.accounts import Chart
from kiosk.domain.books.posting import Book
from kiosk.domain.events.terms import EventState
from kiosk.domain.money.tariffs import ProductKind
from kiosk.events import charging
from kiosk.events.signing_up import Place
from kiosk.store import audit
from kiosk.store.books import booking_facts
from tests.conftest import Space
from tests.events.happenings import DEADLINE, ENDS, STARTS, Happenings, uid

BEFORE_DEADLINE = DEADLINE - timedelta(minutes=1)


@pytest.fixture
def told(space: Space) -> Happenings:
    return Happenings(space)


def is_sound(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def charges(told: Happenings) -> list[tuple[object, ...]]:
    return told.space.sql(
        "SELECT member_number, amount_cents, CAST(json_extract(detail, '$.event') AS INTEGER),"
        " CAST(json_extract(detail, '$.rent_cents') AS INTEGER)"
        " FROM entry WHERE kind = 'charge' AND json_extract(detail, '$.product') = 'training' ORDER BY number"
    )


def accounts(told: Happenings) -> dict[str, int]:
    """What the books have of the training's charges and what took them back: credit less debit, by account."""
    book = Book(lambda _: Chart(), {"training": ProductKind.EVENT})
    found: dict[str, int] = {}
    with told.space.home.store.reading() as connection:
        for fact in booking_facts.between(connection, date(2026, 11, 1), date(2026, 12, 31)):
            of = fact.reversed or fact
            if of.detail.get("product") == "training":
                for line in posting.postings(fact, book):
                    number = line.account.number
                    found[number] = found.get(number, 0) + line.credit - line.debit
    return {number: cents for number, cents in found.items() if cents}


def test_six_of_six_and_it_is_held_each_pays_and_a_fifth_of_it_is_for_the_rent(told: Happenings) -> None:
    people = told.people(6)
    owed = {number: told.space.owes(number) for number in people}
    training = told.propose(people[0])
    told.planning.join(training, people[1])  # it interests them: there is no price to agree to
    told.open(training)
    mails = told.mails()
    assert mails == [(f"m{number}@lille.example", f"event {training}: opened") for number in people[:2]]
    assert [told.planning.join(training, number) for number in people] == [Place.SEAT] * 6
    assert told.pass_until(BEFORE_DEADLINE).decided == []
    assert (charges(told), accounts(told)) == ([], {})

    [decision] = told.pass_until(DEADLINE).decided
    assert (decision.state, decision.coming, decision.charged) == (EventState.HELD, 6, 6)
    # By hand: six seats of 30,00 EUR are 180,00; a fifth of 30,00 is 6,00, and six times that 36,00.
    assert charges(told) == [(number, 3000, training, 600) for number in people]
    assert {number: told.space.owes(number) - owed[number] for number in people} == dict.fromkeys(people, 3000)
    assert accounts(told) == {"411": -18000, "706": 14400, "7083": 3600}
    with told.space.home.store.reading() as connection:
        assert charging.sums(connection, training) == (18000, 3600)
    assert told.mails()[2:] == [(f"m{number}@lille.example", f"event {training}: held") for number in people]

    assert told.due.run().decided == []  # however often time passes
    assert len(charges(told)) == 6
    is_sound(told.space)


def test_five_of_six_and_it_is_not_held_all_are_told_and_nobody_pays(told: Happenings) -> None:
    people = told.people(6)
    owed = {number: told.space.owes(number) for number in people}
    training = told.propose()
    told.open(training)
    for number in people:
        told.planning.join(training, number)
    with told.space.home.store.reading() as connection:
        [last] = [one for one in charging.line(connection, told.event(training)).seated if one.number == people[5]]
    assert told.planning.leave(last.id) is False
    [decision] = told.pass_until(DEADLINE).decided
    assert (decision.state, decision.coming, decision.charged) == (EventState.NOT_HELD, 5, 0)
    assert (charges(told), accounts(told)) == ([], {})
    assert {number: told.space.owes(number) for number in people} == owed
    assert told.mails() == [(f"m{number}@lille.example", f"event {training}: not-held") for number in people[:5]]
    assert told.due.run().decided == []
    is_sound(told.space)


def test_cancelled_after_all_everything_is_taken_back_and_what_was_paid_is_in_advance(told: Happenings) -> None:
    people = told.people(6)
    owed = {number: told.space.owes(number) for number in people}
    training = told.propose()
    told.open(training)
    for number in people:
        told.planning.join(training, number)
    told.pass_until(DEADLINE)
    told.space.till.pay(people[0], 3000 + owed[people[0]], "cash")
    assert told.planning.cancel(training, "l’animatrice est malade") == 6
    assert told.space.owes(people[0]) == -3000
    assert {number: told.space.owes(number) for number in people[1:]} == {number: owed[number] for number in people[1:]}
    assert accounts(told) == {}
    with told.space.home.store.reading() as connection:
        assert charging.sums(connection, training) == (0, 0)
    assert told.mails()[-6:] == [(f"m{number}@lille.example", f"event {training}: cancelled") for number in people]
    assert "l’animatrice est malade" in str(told.space.sql("SELECT body FROM outbox ORDER BY id DESC LIMIT 1"))
    is_sound(told.space)


def test_the_waiting_list_moves_up_by_itself_and_who_moves_up_is_charged_and_told(told: Happenings) -> None:
    people = told.people(7)
    training = told.propose()
    told.open(training, places=6)
    places = [told.planning.join(training, number) for number in people]
    assert places == [Place.SEAT] * 6 + [Place.WAITING]
    [decision] = told.pass_until(DEADLINE).decided
    assert (decision.coming, decision.charged) == (7, 6)
    assert told.mails()[-1] == (f"m{people[6]}@lille.example", f"event {training}: waiting")
    with told.space.home.store.reading() as connection:
        first = charging.line(connection, told.event(training)).seated[0]
    assert told.planning.leave(first.id) is False
    assert [number for number, *_ in charges(told)] == people
    assert accounts(told) == {"411": -18000, "706": 14400, "7083": 3600}
    assert told.mails()[-1] == (f"m{people[6]}@lille.example", f"event {training}: seated")
    assert told.planning.join(training, people[0]) is Place.WAITING  # at the end of the line
    is_sound(told.space)


def test_who_leaves_too_late_pays_until_somebody_takes_the_seat(told: Happenings) -> None:
    told.space.rule("event_leave_days", "3")
    people = told.people(7)
    training = told.propose()
    told.open(training, places=6)
    for number in people[:6]:
        told.planning.join(training, number)
    told.pass_until(DEADLINE)
    told.space.clock.advance(days=2)  # two days before it begins
    with told.space.home.store.reading() as connection:
        first = charging.line(connection, told.event(training)).seated[0]
    assert told.planning.leave(first.id) is True
    assert accounts(told) == {"411": -18000, "706": 14400, "7083": 3600}
    assert told.planning.join(training, people[6]) is Place.SEAT
    assert accounts(told) == {"411": -18000, "706": 14400, "7083": 3600}  # theirs, in the place of the first one's
    assert len(charges(told)) == 7
    is_sound(told.space)


def test_without_a_threshold_it_is_held_at_once_and_whoever_signs_up_is_charged(told: Happenings) -> None:
    number, *_ = told.people(1)
    owed = told.space.owes(number)
    talk = told.propose()
    told.open(talk, threshold=None, deadline_at=None)
    assert told.event(talk).state is EventState.HELD
    assert told.planning.join(talk, number) is Place.SEAT
    assert told.space.owes(number) == owed + 3000


def test_what_was_agreed_to_is_what_is_charged_whatever_the_tariff_becomes(told: Happenings) -> None:
    number, *_ = told.people(1)
    owed = told.space.owes(number)
    training = told.propose()
    told.open(training, threshold=1)
    told.planning.join(training, number)
    told.space.clock.advance(days=1)
    with told.space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2026-11-27', 9900 FROM product WHERE code = 'training'"
        )
    told.pass_until(DEADLINE)
    assert told.space.owes(number) == owed + 3000


def test_other_terms_are_agreed_to_anew(told: Happenings) -> None:
    people = told.people(2)
    training = told.propose()
    told.open(training, threshold=2)
    for number in people:
        told.planning.join(training, number)
    told.open(training, threshold=2, starts_at=STARTS + timedelta(days=7), ends_at=ENDS + timedelta(days=7))
    assert told.mails()[-2:] == [(f"m{number}@lille.example", f"event {training}: changed") for number in people]
    told.planning.join(training, people[0])
    [decision] = told.pass_until(DEADLINE).decided
    assert (decision.state, decision.coming) == (EventState.NOT_HELD, 1)
    assert charges(told) == []


def test_off_nothing_is_planned_and_nothing_is_decided(told: Happenings) -> None:
    training = told.propose()
    told.open(training, threshold=1)
    told.space.rule("events", "false", "2026-11-26")
    assert told.pass_until(DEADLINE).decided == []
    assert told.event(training).state is EventState.OPEN


def test_presence_is_the_badge_of_that_day_and_the_list_has_the_last_word(told: Happenings) -> None:
    people = told.people(3)
    training = told.propose()
    told.open(training, threshold=1)
    for number in people:
        told.planning.join(training, number)
    told.pass_until(STARTS + timedelta(minutes=10))
    told.space.tap(uid(0))
    told.space.tap(uid(1))
    with told.space.home.store.reading() as connection:
        ids = [one.id for one in charging.line(connection, told.event(training)).seated]
    day = date(2026, 12, 10)
    told.attendance.mark(ids[1], day, present=False)
    told.attendance.mark(ids[2], day, present=True)
    assert told.pass_until(ENDS + timedelta(minutes=1)).attended == 1
    assert told.due.run().attended == 0
    rows = told.space.sql("SELECT signup_id, day_on, how FROM attended_day ORDER BY signup_id")
    assert rows == [(ids[0], "2026-12-10", "tap"), (ids[1], "2026-12-10", "absent"), (ids[2], "2026-12-10", "list")]


def test_a_day_of_subscriptions_and_closings_goes_on_beside_it(told: Happenings) -> None:
    people = told.people(6)
    training = told.propose()
    told.open(training)
    for number in people:
        told.planning.join(training, number)
    told.pass_until(DEADLINE)
    home = told.space.home
    told.space.clock.advance(days=2)
    done = Due(store=home.store, rules=told.rules, seal=home.seal, clock=told.space.clock).run()
    assert date(2026, 12, 6) in done.closed
    is_sound(told.space)
