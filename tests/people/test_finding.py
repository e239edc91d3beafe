"""Members find each other; who has not chosen to be seen is found by no search, board, notice or error."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.people import said
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.people import finding
from kiosk.store.members import members
from kiosk.store.people import notice_rows, skill_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.people.listing import Register
from tests.premises.keeping import acting

TODAY = date(2026, 11, 25)
INES, KARIM, ZOE = "04A2000000E511", "04A1B2C3D4E501", "04A2000000E518"


class Club:
    """Three members: Inès and Karim let others see them, Zoé does not. All of them can sew."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.rules = Rules(space.home.config.zone)
        self.ines, self.karim = space.join("Inès Moreau", INES), space.join("Karim Benali", KARIM)
        self.zoe = space.join("Zoé Petit", ZOE)
        self.register = Register(acting(space.home, space.clock))
        with space.home.store.writing() as connection:
            connection.exec_driver_sql("UPDATE member SET visible = 1 WHERE number <= 2")
            connection.exec_driver_sql("UPDATE member SET email = 'm' || number || '@exemple.fr'")
        for number in (self.ines, self.karim, self.zoe):
            self.register.learn(number, "Couture à la machine")

    def now(self, connection: sa.Connection) -> Moment:
        return self.rules.at(connection, self.space.clock.now())[1]

    def knowers(self, text: str) -> list[str]:
        with self.space.home.store.reading() as connection:
            return [each.name for each in skill_rows.knowers(connection, said.words(text), TODAY)]

    def skill_of(self, number: int) -> int:
        with self.space.home.store.reading() as connection:
            return skill_rows.of_member(connection, members.by_number(connection, number).id)[0].id

    def ask(self, number: int, skill: int) -> finding.Asking:
        with self.space.home.store.writing() as connection:
            return finding.ask(connection, self.now(connection), number, skill)


@pytest.fixture
def club(space: Space) -> Club:
    return Club(space)


@pytest.mark.parametrize("text", ["couture", "COUTURE", "coutúre", "cout", "machine couture", "à la", "Machine"])
def test_a_skill_is_found_without_accents_case_or_order(club: Club, text: str) -> None:
    assert club.knowers(text) == ["Inès", "Karim"]


@pytest.mark.parametrize("text", ["", "c", "%", "__", "couture vélo", "x" * 10_000, "'; DROP TABLE skill"])
def test_what_nobody_wrote_finds_nobody(club: Club, text: str) -> None:
    assert club.knowers(text) == []


def test_who_is_here_today_comes_first(club: Club) -> None:
    club.space.tap(KARIM)
    assert club.knowers("couture") == ["Karim", "Inès"]


def test_who_is_not_visible_is_found_by_no_search_board_notice_or_error(club: Club) -> None:
    space = club.space
    for uid in (INES, KARIM, ZOE):
        space.clock.advance(minutes=1)
        space.tap(uid)
    club.register.put_up(club.zoe, "offers", "Un vélo")
    with space.home.store.reading() as connection:
        assert skill_rows.board(connection, TODAY) == ["Inès", "Karim"]
        assert [each.name for each in notice_rows.standing(connection, TODAY)] == [""]
    for text in ("couture", "zoe", "petit", "machine", "e"):
        assert "Zoé" not in club.knowers(text)
    told = []
    for skill in (club.skill_of(club.zoe), 9999):
        with pytest.raises(RequestError) as refused:
            club.ask(club.ines, skill)
        told.append((refused.value.code, str(refused.value).replace(str(skill), "N")))
    assert told[0] == told[1]  # hers, and what is not there at all, are refused alike
    assert space.sql("SELECT count(*) FROM outbox WHERE recipient = 'm3@exemple.fr'") == [(0,)]


def test_who_has_no_name_at_the_door_or_left_is_found_by_nothing(club: Club) -> None:
    with club.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET door_name = 'none' WHERE number = 1")
    club.space.enrolment.leave(club.karim)
    assert club.knowers("couture") == []


def test_asking_mails_without_an_address_once_a_day_and_not_often(club: Club) -> None:
    asked = club.ask(club.ines, club.skill_of(club.karim))
    assert (asked.name, asked.here, asked.mailed) == ("Karim", False, True)
    ((to, body),) = club.space.sql("SELECT recipient, body FROM outbox")
    assert to == "m2@exemple.fr"
    assert "Inès" in str(body) and "@" not in str(body)
    with pytest.raises(RequestError) as again:
        club.ask(club.ines, club.skill_of(club.karim))
    assert again.value.code == "asked-already"
    club.space.clock.advance(days=1)
    club.ask(club.ines, club.skill_of(club.karim))
    with pytest.raises(RequestError) as own:
        club.ask(club.ines, club.skill_of(club.ines))
    assert own.value.code == "no-such-skill"


@pytest.mark.parametrize("text", ["", "   ", "…", "x" * 61, "x" * 10_000, "a\x07b", "!?"])
def test_a_skill_that_cannot_be_is_refused_and_nothing_is_written(club: Club, text: str) -> None:
    before = club.space.sql("SELECT * FROM skill")
    with pytest.raises(Problem) as wrong:
        club.register.learn(club.ines, text)
    assert wrong.value.code == "skill"
    assert club.space.sql("SELECT * FROM skill") == before


def test_the_same_skill_is_one_and_there_are_no_more_than_twenty(club: Club) -> None:
    club.register.learn(club.ines, "COUTURE a la Machine")
    assert club.space.sql("SELECT count(*) FROM skill WHERE member_id = 1") == [(1,)]
    for number in range(19):
        club.register.learn(club.ines, f"Langue {number}")
    with pytest.raises(RequestError) as many:
        club.register.learn(club.ines, "Encore une")
    assert many.value.code == "skill-many"
    club.register.learn(club.ines, "langue 3")  # hers already
    assert club.space.sql("SELECT count(*) FROM skill WHERE member_id = 1") == [(20,)]


def test_nobody_takes_another_s_skill_or_notice_away(club: Club) -> None:
    notice = club.register.put_up(club.zoe, "seeks", "Un tournevis")
    with club.space.home.store.writing() as connection:
        with pytest.raises(RequestError):
            finding.forget(connection, club.ines, club.skill_of(club.zoe))
        with pytest.raises(RequestError):
            finding.take_down(connection, club.ines, notice)
    assert club.space.sql("SELECT count(*) FROM notice") == [(1,)]


def test_a_notice_ends_by_itself_and_the_same_words_are_one(club: Club) -> None:
    first = club.register.put_up(club.ines, "seeks", "Un tournevis", TODAY + timedelta(days=2))
    assert club.register.put_up(club.ines, "seeks", "Un tournevis", TODAY + timedelta(days=2)) == first
    with club.space.home.store.reading() as connection:
        assert len(notice_rows.standing(connection, TODAY + timedelta(days=2))) == 1
        assert notice_rows.standing(connection, TODAY + timedelta(days=3)) == []


@pytest.mark.parametrize(
    ("kind", "text", "days", "code"),
    [
        ("party", "Une fête", 1, "notice-kind"),
        ("seeks", "", 1, "notice-text"),
        ("seeks", "x" * 201, 1, "notice-text"),
        ("seeks", "Un vélo", -1, "notice-until"),
        ("seeks", "Un vélo", 93, "notice-until"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(club: Club, kind: str, text: str, days: int, code: str) -> None:
    with pytest.raises((Problem, RequestError)) as wrong:
        club.register.put_up(club.ines, kind, text, TODAY + timedelta(days=days))
    assert getattr(wrong.value, "code", None) == code
    assert club.space.sql("SELECT count(*) FROM notice") == [(0,)]


def test_an_answer_to_a_notice_is_a_mail_to_its_author_only(club: Club) -> None:
    notice = club.register.put_up(club.zoe, "offers", "Un vélo")
    with club.space.home.store.writing() as connection:
        assert finding.answer(connection, club.now(connection), club.ines, notice)
    ((to, body),) = club.space.sql("SELECT recipient, body FROM outbox")
    assert to == "m3@exemple.fr" and "@" not in str(body)


def test_projects_are_listed_once_and_can_be_taken_off(club: Club) -> None:
    made = club.register.add_project("Le jardin", "Des tomates sur le toit.", date(2024, 5, 1))
    assert club.register.add_project("Le jardin", "Des tomates et des abeilles.", date(2024, 5, 1)) == made
    with club.space.home.store.reading() as connection:
        assert [each.told for each in notice_rows.projects(connection)] == ["Des tomates et des abeilles."]
    club.register.drop_project(made)
    with pytest.raises(RequestError) as gone:
        club.register.drop_project(made)
    assert gone.value.code == "no-such-project"
    with pytest.raises(Problem):
        club.register.add_project("", "x" * 601)
