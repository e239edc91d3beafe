"""A finger does what it aimed at; what it tells of itself is believed as far as it can be, and a miss is silent."""

from collections.abc import Iterator

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from tests.web.screen.screens import OWN, Screen, aim

INES = Card(CardKind.GRANTED_DAY, "Inès", ticket="of-ines", acts=(Act.UNDO, Act.LEAVE))
KARIM = Card(CardKind.AGAIN, "Karim", ticket="of-karim", acts=(Act.LEAVE,))
PAGE = Card(CardKind.MEMBER_NAME, ticket="of-nobody", acts=(Act.VOUCH, Act.DONE))
POSTED = ("/touch", "/hold", "/close")


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.board.stop()


def badge(screen: Screen, card: Card) -> None:
    """Somebody's badge brings their card."""
    screen.board.reading()
    screen.board.show(card)


def is_missed(screen: Screen, path: str, **fields: object) -> bool:
    """Whether a finger is refused, with nothing done and nothing else to be seen."""
    before = screen.board.now()
    answer = screen.aims(path, **fields)
    assert screen.board.now() == before
    assert (screen.undone, screen.begun) == ([], [])
    return (answer.status_code, answer.json) == (410, {"code": "touch-missed"})


def touches(screen: Screen, shown: Card, act: str = "leave", **fields: object) -> dict[str, object]:
    return {"ticket": shown.ticket or "", "act": act, **aim(screen.board), **fields}


@pytest.mark.parametrize("path", POSTED)
def test_a_finger_on_the_card_before_is_missed(screen: Screen, path: str) -> None:
    badge(screen, INES)
    before = touches(screen, INES)
    badge(screen, KARIM)
    assert is_missed(screen, path, **before)
    assert is_missed(screen, path, **touches(screen, KARIM, card=screen.board.now().card_number + 1))


@pytest.mark.parametrize("path", POSTED)
def test_a_finger_sixty_milliseconds_after_another_s_card_is_missed(screen: Screen, path: str) -> None:
    badge(screen, INES)
    badge(screen, KARIM)
    at = screen.board.now().at
    assert is_missed(screen, path, **touches(screen, KARIM, painted_at=at - 0.06, finger_at=at))
    assert is_missed(screen, path, **touches(screen, KARIM, painted_at=at - 0.49, finger_at=at))
    assert screen.aims(path, **touches(screen, KARIM, painted_at=at - 0.5, finger_at=at)).status_code in (200, 204)


def test_what_a_touch_leads_to_is_one_s_own_and_waits_for_nothing(screen: Screen) -> None:
    badge(screen, INES)
    screen.board.show(Card(CardKind.UNDONE, "Inès", ticket="of-ines", acts=(Act.DONE,)))
    at = screen.board.now().at
    assert screen.aims("/touch", **touches(screen, INES, painted_at=at - 0.06, finger_at=at)).status_code == 204


@pytest.mark.parametrize("act", ["visit", "help", "lunch"])
def test_the_idle_screen_is_looked_at_first_too(screen: Screen, act: str) -> None:
    badge(screen, INES)
    screen.board.clear()
    at = screen.board.now().at
    assert screen.answer()["strange"] is True
    assert is_missed(screen, "/begin", act=act, painted_at=at - 0.06, finger_at=at)
    assert screen.aims("/begin", act=act).status_code == 204
    assert screen.begun == [act]


def test_an_idle_screen_that_is_drawn_again_is_the_same_to_a_finger(screen: Screen) -> None:
    before = aim(screen.board)
    screen.board.refresh()
    assert screen.aims("/begin", act="visit", **before).status_code == 204


def test_an_entrance_that_was_frozen_does_not_do_what_was_touched_meanwhile(screen: Screen) -> None:
    badge(screen, INES)
    before = touches(screen, INES)
    screen.clock.pass_by(9)
    screen.board.hold(screen.board.now().card_number)
    screen.clock.pass_by(1.1)
    assert is_missed(screen, "/touch", **before)


def test_letters_may_come_faster_than_the_pages_that_show_them(screen: Screen) -> None:
    screen.board.show(PAGE)
    before = touches(screen, PAGE, "key", value="z")
    screen.board.show(PAGE)
    screen.board.show(PAGE)
    assert screen.aims("/touch", **before).status_code == 204
    assert is_missed_by_another(screen, before)


def is_missed_by_another(screen: Screen, before: dict[str, object]) -> bool:
    """Whether the same letter is no letter of a page that came later, and no other act."""
    screen.undone.clear()
    assert is_missed(screen, "/touch", **{**before, "act": "vouch"})
    badge(screen, KARIM)
    return is_missed(screen, "/touch", **before)


@pytest.mark.parametrize("path", [*POSTED, "/begin"])
@pytest.mark.parametrize("field", ["painted_at", "finger_at"])
@pytest.mark.parametrize(
    "value",
    [None, True, "", "soon", "1e3", "-1", "١٢", -0.1, float("nan"), float("inf"), 1e308, 10**400, [], {}, 1002.0],
    ids=str,
)
def test_a_time_that_cannot_be_is_refused(screen: Screen, path: str, field: str, value: object) -> None:
    if path != "/begin":
        badge(screen, INES)
    before = screen.board.now()
    fields = {"ticket": "of-ines", "act": "leave" if path != "/begin" else "visit", **aim(screen.board), field: value}
    answer = screen.client.post(path, base_url=OWN, json=fields, headers={"Origin": OWN})
    assert (answer.status_code, answer.json) == (400, {"code": "bad-request"})
    assert screen.board.now() == before
    assert (screen.undone, screen.begun) == ([], [])


@pytest.mark.parametrize("missing", ["card", "painted_at", "finger_at"])
def test_a_touch_that_does_not_say_what_was_seen_is_none(screen: Screen, missing: str) -> None:
    badge(screen, INES)
    fields = {name: value for name, value in touches(screen, INES).items() if name != missing}
    assert screen.post("/touch", fields).status_code == 400
    assert screen.undone == []


def test_each_answer_says_the_server_s_time_and_whose_card_it_is(screen: Screen) -> None:
    badge(screen, INES)
    screen.clock.pass_by(0.25)
    answer = screen.answer()
    assert (answer["card"], answer["at"], answer["strange"]) == (screen.board.now().card_number, 1000.25, True)
