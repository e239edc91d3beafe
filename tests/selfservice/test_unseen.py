"""Who has not chosen to be seen is found by no search, board, page of the screen or error: a walk over them all."""

from datetime import date

import pytest

from kiosk.checkin.cards import Card
from kiosk.domain.checkin.choices import Act
from kiosk.domain.days import Moment
from kiosk.domain.people import said
from kiosk.errors import RequestError
from kiosk.hosting.rota import Rota
from kiosk.language.texts import spoken
from kiosk.store.people import notice_rows, skill_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.people.listing import Register
from tests.premises.keeping import acting
from tests.premises.test_lending import INES, ZOE, Floor
from tests.selfservice.self_service import Visit

TODAY = date(2026, 11, 25)
RULES = ("people", "notices", "hosting", "floor_plan", "things", "events", "rooms_on", "rooms_at_screen")
NAMES = ("Zoé", "Zoe", "Petit", "zoe@")


def texts(value: object) -> list[str]:
    """All that a value says, in French, wherever it is in there."""
    if isinstance(value, str):
        return [value]
    if hasattr(value, "to"):
        return [spoken(value, "fr")]
    if isinstance(value, tuple | list):
        return [text for each in value for text in texts(each)]
    if hasattr(value, "__struct_fields__") and not hasattr(value, "number"):
        return [text for name in value.__struct_fields__ for text in texts(getattr(value, name))]
    return []


def says(card: Card) -> str:
    shown = (card.sheet, [each.said for each in card.options], card.confirms, card.name)
    return " ".join(texts(shown))


@pytest.fixture
def floor(space: Space) -> Floor:
    """Zoé is here, knows how to sew, offers a bicycle, hosts tomorrow, has a key, took a desk: and is not visible."""
    for rule in RULES:
        space.rule(rule, "true")
    floor = Floor(space)
    of = {"store": space.home.store, "rules": Rules(space.home.config.zone), "clock": space.clock, "actor": "officer:1"}
    register, rota = Register(acting(floor.space.home, floor.space.clock)), Rota(**of)  # type: ignore[arg-type]
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'zoe@exemple.fr' WHERE number = ?", (floor.zoe,))
    register.learn(floor.zoe, "Couture")
    register.put_up(floor.zoe, "offers", "Un vélo")
    rota.add_slot(3, "hosting", 540, 780, 1)
    ((shift,), *_) = space.sql("SELECT id FROM shift ORDER BY day_on")
    rota.take(int(str(shift)), floor.zoe)
    floor.things.lend(b"1" * 16, floor.zoe, floor.key)
    floor.things.lend(b"2" * 16, floor.zoe, floor.booth)
    floor.plan.lend(floor.karim, TODAY)
    floor.plan.take(floor.zoe, floor.a1, TODAY)
    space.tap(ZOE)
    return floor


def test_who_is_not_visible_is_on_no_page_of_the_screen(floor: Floor) -> None:
    """Every page that can be reached from « Le lieu » is opened, and every choice on it, two touches deep."""
    space, seen = floor.space, set[tuple[Act, str]]()
    waiting: list[tuple[tuple[Act, str], ...]] = [((Act.HOUSE, ""),)]
    while waiting:
        way = waiting.pop()
        visit = Visit(space, INES)
        for act, value in way:
            try:
                card = visit.touch(act, value)
            except RequestError as error:
                assert not any(name in str(error) for name in NAMES), way
                break
            assert not any(name in says(card) for name in NAMES), (way, says(card))
        else:
            for act, values in visit.values.items():
                for value in values:
                    step = (act, value)
                    if (
                        (len(way) < 4 or act is Act.NOTICE)
                        and step not in seen
                        and act not in (Act.DONE, Act.ACCOUNT, Act.KEY, Act.SETTINGS)
                    ):
                        seen.add(step)
                        waiting.append((*way, step))
    reached = {act for act, _ in seen}
    assert {Act.FLOOR, Act.THING, Act.THINGS, Act.PEOPLE, Act.NOTICE, Act.HOSTING, Act.SKILL_FIND} <= reached


def test_who_is_not_visible_is_found_by_no_search_board_or_feed(floor: Floor) -> None:
    with floor.space.home.store.reading() as connection:
        moment: Moment = floor.rules.at(connection, floor.space.clock.now())[1]
        assert skill_rows.board(connection, moment.day) == []
        for text in ("couture", "zoe", "petit", "e"):
            assert skill_rows.knowers(connection, said.words(text), moment.day) == []
        assert [each.name for each in notice_rows.standing(connection, moment.day)] == [""]
