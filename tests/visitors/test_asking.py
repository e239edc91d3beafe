"""A person without a badge asks: only a link in their own mail makes it count, and it is gone in time."""

from datetime import timedelta

import pytest

from kiosk.domain.events.terms import EventKind
from kiosk.domain.problems import Coded, Problem
from kiosk.domain.visitors import requests
from kiosk.domain.visitors.requests import Kind, State, Step
from kiosk.errors import RequestError
from kiosk.events.planning import Description
from kiosk.store import audit, retention
from kiosk.visitors import asking
from kiosk.visitors.answering import Offer
from kiosk.visitors.links import Links
from tests.conftest import Space
from tests.events.happenings import ENDS, Happenings
from tests.rooms.hall import SMALL, let, slot
from tests.visitors.hall import TODAY, TUESDAY, PublicHall, wish


@pytest.fixture
def hall(space: Space) -> PublicHall:
    return PublicHall(space)


def _free_event(hall: PublicHall, places: int = 1, product: str | None = None) -> int:
    told = Happenings(hall.space)
    event = told.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
    told.open(event, product, places=places, threshold=None, deadline_at=None)
    return event


def test_a_request_counts_once_its_link_was_followed_and_not_before(hall: PublicHall) -> None:
    hall.ask()
    assert hall.mails() == ["camille@exemple.fr: Confirmez votre demande"]
    assert hall.space.sql("SELECT state FROM public_request") == [("unproven",)]
    assert hall.prove().state is State.WAITING
    assert hall.prove().state is State.WAITING, "followed again, it is the same"


def test_a_member_s_address_is_answered_like_any_other(hall: PublicHall) -> None:
    number = hall.space.join("Inès Moreau", "04A2000000E511")
    hall.space.sql_write(f"UPDATE member SET email = 'ines@exemple.fr' WHERE number = {number}")
    hall.ask(wish(kind=Kind.JOIN, day_on=TODAY, email="ines@exemple.fr"))
    hall.ask(wish(kind=Kind.JOIN, day_on=TODAY))
    (theirs, other) = hall.space.sql("SELECT subject, length(body) FROM outbox ORDER BY id")
    assert theirs == other


def test_an_address_is_written_to_three_times_a_day_and_all_of_them_sixty_times_an_hour(hall: PublicHall) -> None:
    for days in range(requests.REQUESTS_A_DAY):
        hall.ask(
            wish(day_on=TUESDAY + timedelta(days=days), email="Camille@exemple.fr" if days else "camille@exemple.fr")
        )
    with pytest.raises(RequestError) as refused:
        hall.ask(wish(day_on=TUESDAY + timedelta(days=7)))
    assert refused.value.code == "too-many-requests"
    for place in range(requests.ALL_REQUESTS_AN_HOUR - requests.REQUESTS_A_DAY):
        hall.ask(wish(email=f"p{place}@exemple.fr"))
    with pytest.raises(RequestError):
        hall.ask(wish(email="last@exemple.fr"))
    hall.space.clock.advance(seconds=3601)
    hall.ask(wish(email="last@exemple.fr"))


def test_a_form_that_is_sent_twice_is_one_request(hall: PublicHall) -> None:
    hall.ask()
    hall.ask()
    assert len(hall.mails()) == 1


def test_what_was_not_proven_in_a_day_is_over_and_erased(hall: PublicHall) -> None:
    hall.ask()
    hall.space.clock.advance(seconds=24 * 3600 + 1)
    with pytest.raises(RequestError) as refused:
        hall.prove()
    assert refused.value.code == "request-over"
    hall.ask(wish(email="other@exemple.fr"))
    assert hall.space.sql("SELECT email FROM public_request") == [("other@exemple.fr",)]


def test_a_request_is_erased_ninety_days_after_its_day(hall: PublicHall) -> None:
    hall.proven()
    kept = next(each for each in retention.RETENTION_RULES if each.name == "public-requests")
    with hall.space.home.store.writing() as connection:
        for day, count in ((TUESDAY, 0), (TUESDAY + timedelta(days=1), 1)):
            assert len(kept.find(connection, hall.space.clock.now(), day)) == count
        kept.erase(connection, kept.find(connection, hall.space.clock.now(), TUESDAY + timedelta(days=1)))
    assert kept.days == 90
    assert hall.space.sql("SELECT * FROM public_request") == []


@pytest.mark.parametrize("token", ["", "x", "x" * 500, "ImFiIg.c2ln", "../../d", "é"])
def test_a_link_of_another_hand_opens_nothing(hall: PublicHall, token: str) -> None:
    hall.proven()
    for act in (asking.prove, asking.cancel, asking.accept):
        with pytest.raises(RequestError) as refused:
            hall.taken(lambda reception, act=act: act(reception, token))  # type: ignore[misc]
        assert refused.value.code == "request-over"


def test_a_link_signed_with_another_key_opens_nothing(hall: PublicHall) -> None:
    hall.proven()
    (mark,) = hall.space.sql("SELECT mark FROM public_request")[0]
    assert isinstance(mark, bytes)
    forged = Links(b"x" * 32, "https://x").of(mark).rpartition("/")[2]
    with pytest.raises(RequestError):
        hall.taken(lambda reception: asking.cancel(reception, forged))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": "?"}, "public-name"),
        ({"name": "x" * 81}, "public-name"),
        ({"email": "nowhere"}, "email"),
        ({"email": ""}, "email"),
        ({"said": "x" * 501}, "public-text"),
        ({"day_on": TODAY - timedelta(days=1)}, "public-day"),
        ({"day_on": TODAY + timedelta(days=61)}, "public-day"),
        ({"kind": Kind.EVENT, "event": 99}, "public-off"),
        ({"kind": Kind.ROOM, "room": SMALL}, "public-off"),
        ({"client": "king"}, "public-organisation"),
    ],
)
def test_what_cannot_be_asked_is_told_with_its_field_and_mails_nothing(
    hall: PublicHall, values: dict[str, object], code: str
) -> None:
    with pytest.raises(Coded) as refused:
        hall.ask(wish(**values))
    assert refused.value.code == code
    assert hall.mails() == []


def test_a_day_on_which_the_space_is_shut_is_refused(hall: PublicHall) -> None:
    hall.space.rule("opening_hours", '{"mon": ["9:00-18:00"]}')
    with pytest.raises(RequestError) as refused:
        hall.ask()
    assert refused.value.code == "visit-closed"


def test_a_page_that_is_off_takes_nothing_not_even_a_proof(hall: PublicHall) -> None:
    hall.ask()
    hall.space.rule("public_work", "false", "2026-01-01")
    for act in (hall.prove, hall.ask):
        with pytest.raises(RequestError) as refused:
            act()
        assert refused.value.code == "public-off"


def test_every_step_leads_where_the_table_says_and_any_other_nowhere() -> None:
    leads = {(state, move) for state in State for move in Step if _goes(Kind.VISIT, state, move)}
    assert leads == {
        (State.UNPROVEN, Step.PROVE),
        (State.WAITING, Step.DO),
        (State.WAITING, Step.DECLINE),
        (State.WAITING, Step.CANCEL),
        (State.DONE, Step.CANCEL),
    }
    for kind in (Kind.JOIN, Kind.ROOM):
        assert not _goes(kind, State.DONE, Step.CANCEL), "the office undoes what was booked or enrolled"


def _goes(kind: Kind, state: State, move: Step) -> bool:
    try:
        requests.step(kind, state, move)
    except Problem:
        return False
    return True


# --- events


def test_a_stranger_takes_a_seat_waits_for_one_moves_up_and_leaves(hall: PublicHall) -> None:
    event = _free_event(hall)
    hall.proven(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date()))
    hall.proven(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date(), email="b@exemple.fr", name="Camille Durand"))
    assert hall.space.sql("SELECT count(*) FROM signup") == [(2,)], "two of one name are two"
    assert "liste d’attente" in str(hall.space.sql("SELECT body FROM outbox ORDER BY id DESC LIMIT 1"))
    assert hall.cancel().state is State.CANCELLED
    assert hall.cancel().state is State.CANCELLED
    ((recipient, subject),) = hall.space.sql("SELECT recipient, subject FROM outbox ORDER BY id DESC LIMIT 1")
    assert recipient == "b@exemple.fr"
    assert str(subject).startswith("Une place pour vous")
    assert hall.space.sql("SELECT left_at IS NULL FROM signup ORDER BY id") == [(0,), (1,)]


def test_a_stranger_whose_event_changes_is_sent_to_the_page_and_not_to_the_screen(hall: PublicHall) -> None:
    told = Happenings(hall.space)
    event = told.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
    told.open(event, None, threshold=3)
    hall.proven(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date()))
    told.open(event, None, threshold=3, ends_at=ENDS + timedelta(hours=1))
    ((recipient, body),) = hall.space.sql("SELECT recipient, body FROM outbox ORDER BY id DESC LIMIT 1")
    assert recipient == "camille@exemple.fr"
    assert "inscrivez-vous de nouveau sur la page" in str(body)
    assert "écran" not in str(body)


def test_a_seat_that_costs_is_charged_to_a_client_of_that_address_and_given_back(hall: PublicHall) -> None:
    event = _free_event(hall, places=2, product="training")
    hall.proven(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date()))
    (client,) = hall.space.sql("SELECT name, kind, email FROM organisation WHERE email IS NOT NULL")
    assert client == ("Camille Durand", "person", "camille@exemple.fr")
    assert hall.space.sql("SELECT amount_cents FROM entry WHERE kind = 'charge'") == [(3000,)]
    hall.cancel()
    assert hall.space.sql("SELECT sum(amount_cents) FROM entry") == [(0,)]
    hall.proven(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date()))
    assert len(hall.space.sql("SELECT * FROM organisation WHERE email IS NOT NULL")) == 1, "the same client again"
    with hall.space.home.store.reading() as connection:
        audit.check_chain(connection, hall.space.home.seal)
        audit.check_sums(connection)


def test_an_event_that_is_not_listed_is_not_there(hall: PublicHall) -> None:
    event = _free_event(hall)
    hall.space.sql_write(f"UPDATE event SET is_listed = 0 WHERE id = {event}")
    with pytest.raises(RequestError) as refused:
        hall.ask(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date()))
    assert refused.value.code == "no-such-event"


# --- rooms


def _room(**values: object) -> requests.Wish:
    asked = {"kind": Kind.ROOM, "room": SMALL, "slot": slot("14:00", "16:00", TUESDAY), "client": "association"}
    return wish(**{**asked, "organisation": "Les Tisserands", **values})


def test_a_room_that_was_asked_for_is_quoted_held_and_accepted_by_the_link(hall: PublicHall) -> None:
    let(hall.space)
    found = hall.proven(_room())
    assert hall.space.sql("SELECT * FROM booking") == [], "nothing is held for who only asks"
    quote = hall.office.quote(found.id, Offer(caution_cents=5000))
    assert hall.office.quote(found.id, Offer()) == quote, "done again, the same"
    assert hall.space.sql("SELECT state FROM booking") == [("option",)]
    assert "Votre devis" in hall.mails()[-1]
    assert "30,00" in hall.mails()[-1]
    assert hall.accept().state is State.DONE
    assert hall.accept().state is State.DONE
    assert hall.space.sql("SELECT state FROM booking") == [("booked",)]
    assert hall.space.sql("SELECT kind, amount_cents FROM entry ORDER BY number") == [
        ("charge", 3000),
        ("deposit", 5000),
    ]
    client = hall.space.sql("SELECT name, kind FROM organisation ORDER BY id DESC LIMIT 1")
    assert client == [("Les Tisserands", "association")]
    with pytest.raises(Problem):
        hall.cancel()


def test_a_quote_that_is_refused_by_the_link_frees_the_room(hall: PublicHall) -> None:
    let(hall.space)
    found = hall.proven(_room())
    hall.office.quote(found.id, Offer())
    hall.cancel()
    assert hall.space.sql("SELECT state FROM booking") == [("cancelled",)]
    assert hall.space.sql("SELECT state FROM quote") == [("refused",)]
    with pytest.raises(Problem):
        hall.accept()


def test_hours_that_another_has_are_refused_and_a_company_has_a_name(hall: PublicHall) -> None:
    let(hall.space)
    found = hall.proven(_room())
    hall.office.quote(found.id, Offer())
    for asked, code in ((_room(email="b@exemple.fr"), "room-taken"), (_room(organisation=""), "public-organisation")):
        with pytest.raises(Coded) as refused:
            hall.ask(asked)
        assert refused.value.code == code


# --- answers


def test_the_office_expects_a_visitor_or_declines_and_they_are_told(hall: PublicHall) -> None:
    first = hall.proven()
    hall.office.expect(first.id)
    assert hall.mails()[-1].startswith("camille@exemple.fr: Nous vous attendons le mardi")
    second = hall.proven(wish(email="b@exemple.fr"))
    hall.office.decline(second.id)
    assert hall.mails()[-1] == "b@exemple.fr: Votre demande"
    with pytest.raises(Problem):
        hall.office.expect(second.id)


def test_a_person_who_asked_to_join_is_enrolled_and_their_words_are_in_the_file_alone(hall: PublicHall) -> None:
    found = hall.proven(wish(kind=Kind.JOIN, day_on=TODAY))
    member = hall.office.enrol(found.id)
    assert (member.name, member.email) == ("Camille Durand", "camille@exemple.fr")
    assert hall.space.sql("SELECT name, email, state FROM public_request") == [(None, None, "done")]
    with pytest.raises(Problem):
        hall.office.enrol(found.id)
    with pytest.raises(RequestError):
        hall.office.expect(found.id)
