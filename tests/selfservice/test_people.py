"""Members find each other at the screen, badge in hand; who is not visible is on none of its pages."""

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.selfservice.house import HouseSheet
from kiosk.selfservice.people import BoardSheet
from tests.conftest import Space
from tests.people.test_finding import INES, KARIM, Club
from tests.selfservice.self_service import Visit


@pytest.fixture
def club(space: Space) -> Club:
    space.rule("people", "true")
    space.rule("notices", "true")
    return Club(space)


def typed(visit: Visit, text: str) -> None:
    for letter in text:
        visit.touch(Act.KEY, letter)


def says(visit: Visit) -> str:
    """All that stands on a page, in French."""
    sheet, card = visit.card.sheet, visit.card
    found = [spoken(each.said, "fr") for each in card.options]
    if isinstance(sheet, HouseSheet):
        found += [spoken(each, "fr") for each in (*sheet.values, *((sheet.about,) if sheet.about else ()))]
    if isinstance(sheet, BoardSheet):
        found += sheet.names
    return " ".join([*found, "" if card.confirms is None else card.confirms.to("fr")])


def house(space: Space) -> Visit:
    visit = Visit(space, INES)
    visit.pick(Act.HOUSE)
    return visit


def test_who_here_knows_is_typed_found_and_asked(club: Club) -> None:
    club.space.tap(KARIM)
    visit = house(club.space)
    visit.pick(Act.PEOPLE)
    visit.pick(Act.SKILL_FIND)
    typed(visit, "coutu")
    visit.pick(Act.SKILL_FOUND)
    assert visit.card.kind is CardKind.SKILL_FOUND
    assert "Karim" in says(visit) and "Karim · ici" in says(visit)
    assert "Zoé" not in says(visit)
    (asked,) = visit.values[Act.SKILL_ASK]
    visit.pick(Act.SKILL_ASK, asked)
    assert club.space.shows(CardKind.HOUSE_DONE)
    assert club.space.sql("SELECT recipient FROM outbox") == [("m2@exemple.fr",)]
    assert "@" not in says(visit)
    assert "ask" in {event.reason for event in club.space.events}  # it rang inside, where anything rings


def test_skill_and_notice_are_named_with_their_member_before_the_badge_asks_or_answers(club: Club) -> None:
    hers = club.register.put_up(club.zoe, "offers", "Un tournevis")
    long = club.register.put_up(club.zoe, "offers", "Une scie " * 20)
    house(club.space)
    for act, value, named in (
        (Act.NOTICE_ANSWER, hers, "Un tournevis · Une personne membre"),
        (Act.SKILL_ASK, club.skill_of(club.karim), "Couture à la machine · Karim"),
        (Act.NOTICE_ANSWER, long, f"{'Une scie ' * 8}Une sci… · Une personne membre"),
    ):
        club.space.touch(act, str(value))
        card = club.space.card
        assert (card.kind, card.confirms and card.confirms.to("fr")) == (CardKind.BADGE_AGAIN, named)
    club.space.touch(Act.SKILL_ASK, str(club.skill_of(club.zoe)))
    assert club.space.shows(CardKind.HOUSE_REFUSED)  # she is hidden: no name, and no badge is asked for


def test_too_little_and_what_nobody_knows_is_said_on_the_keyboard(club: Club) -> None:
    visit = house(club.space)
    visit.pick(Act.PEOPLE)
    visit.pick(Act.SKILL_FIND)
    visit.pick(Act.SKILL_FOUND)
    assert getattr(visit.card.sheet, "missing_line", None) == 0
    typed(visit, "zoz")
    visit.pick(Act.SKILL_FOUND)
    assert getattr(visit.card.sheet, "missing_line", None) == 1


def test_a_skill_of_one_s_own_is_written_and_taken_away(club: Club) -> None:
    visit = house(club.space)
    visit.pick(Act.PEOPLE)
    visit.pick(Act.OWN_SKILLS)
    visit.pick(Act.SKILL_NEW)
    typed(visit, "velo")
    visit.pick(Act.SKILL_KEEP)
    assert club.space.sql("SELECT text FROM skill WHERE search = 'velo'") == [("Velo",)]
    visit.pick(Act.OWN_SKILLS)
    made = str(club.space.sql("SELECT id FROM skill WHERE search = 'velo'")[0][0])
    visit.pick(Act.SKILL_DROP, made)
    assert club.space.sql("SELECT count(*) FROM skill WHERE search = 'velo'") == [(0,)]


def test_a_notice_is_put_up_read_answered_and_taken_down(club: Club) -> None:
    hers = club.register.put_up(club.zoe, "offers", "Un tournevis")
    club.register.add_project("Le jardin", "Des tomates.")
    visit = house(club.space)
    visit.pick(Act.NOTICES)
    assert "Un tournevis" in says(visit) and "Zoé" not in says(visit)
    visit.pick(Act.NOTICE, str(hers))
    assert "Zoé" not in says(visit) and "Une personne membre" in says(visit)
    visit.pick(Act.NOTICE_ANSWER, str(hers))
    visit.pick(Act.NOTICES)
    visit.pick(Act.NOTICE_KIND)
    visit.pick(Act.NOTICE_NEW, "seeks")
    typed(visit, "velo")
    visit.pick(Act.NOTICE_KEEP)
    visit.pick(Act.NOTICES)
    own = str(club.space.sql("SELECT id FROM notice WHERE text = 'Velo'")[0][0])
    visit.pick(Act.NOTICE, own)
    visit.pick(Act.NOTICE_DOWN, own)
    assert club.space.sql("SELECT text FROM notice") == [("Un tournevis",)]
    (project,) = visit.values[Act.PROJECT]
    visit.pick(Act.PROJECT, project)
    assert "Des tomates" in says(visit)


def test_without_a_mail_server_no_page_says_that_one_leaves(club: Club) -> None:
    turner = club.space.checkin._turner
    turner.flows = replace(turner.flows, has_mail=False)
    hers = club.register.put_up(club.zoe, "offers", "Un tournevis")
    visit = house(club.space)
    visit.pick(Act.NOTICES)
    visit.pick(Act.NOTICE, str(hers))
    visit.pick(Act.NOTICE_ANSWER, str(hers))
    assert "Pas d’e-mail ici" in says(visit)
    visit.pick(Act.HOUSE)
    visit.pick(Act.PEOPLE)
    visit.pick(Act.SKILL_FIND)
    typed(visit, "coutu")
    visit.pick(Act.SKILL_FOUND)
    visit.pick(Act.SKILL_ASK, visit.values[Act.SKILL_ASK][0])
    assert "ne reçoit pas d’e-mails" in says(visit)
    assert club.space.sql("SELECT count(*) FROM outbox") == [(0,)]


def test_the_board_has_who_chose_to_be_seen_and_nobody_else(club: Club) -> None:
    club.space.tap(KARIM)
    visit = house(club.space)
    visit.pick(Act.PEOPLE)
    assert says(visit).split() == ["Inès", "Karim"]


@pytest.mark.parametrize("act", [Act.PEOPLE, Act.SKILL_FIND, Act.OWN_SKILLS, Act.NOTICES, Act.NOTICE_NEW])
def test_nothing_of_it_is_there_without_a_badge_or_before_it_is_turned_on(space: Space, act: Act) -> None:
    space.join("Inès Moreau", INES)
    with pytest.raises(RequestError):
        space.begin(act, "fr")
    with pytest.raises(RequestError):
        Visit(space, INES).touch(act)
