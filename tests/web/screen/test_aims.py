"""What a finger tells of itself is believed as far as it can be; what it saw is handed on, and a miss is silent."""

from collections.abc import Iterator

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from tests.web.screen.screens import OWN, Screen, aim

INES = Card(CardKind.GRANTED_DAY, "Inès", ticket="of-ines", acts=(Act.UNDO, Act.LEAVE))
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


def touches(screen: Screen, shown: Card, act: str = "leave", **fields: object) -> dict[str, object]:
    return {"ticket": shown.ticket or "", "act": act, **aim(screen.board), **fields}


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
