"""Acts that are no correction of money and take two officers: rules that protect, merges, heads, counts of the box."""

import pytest

from kiosk.money.till import Till
from kiosk.store.books import head_rows
from kiosk.store.members import members
from kiosk.store.officers import asked_acts, desk_users
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common.permissions import Role
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer, actor_of
from tests.web.desk.officers.test_accounts import number_of, text
from tests.web.desk.officers.test_two_officers import change_rule, mails, notices, with_mail

__all__ = ["with_mail"]
TODAY, TOMORROW = "2026-11-25", "2026-11-26"


def lines(desk: Desk, *numbers: int) -> dict[str, list[str]]:
    """What a yes to acts sends, as they stand now."""
    with desk.space.home.store.reading() as connection:
        acts = [asked_acts.get(connection, number) for number in numbers]
    return {"yes": [f"{act.id}:{act.asked.digest}" for act in acts if act is not None]}


def agree(desk: Desk, officer: Officer, *numbers: int) -> int:
    return officer.post("/two/acts/accept", lines(desk, *numbers), form_on="/two").status_code


def alone(desk: Desk, officer: Officer, *numbers: int) -> int:
    return officer.post("/two/acts/alone", lines(desk, *numbers), form_on="/two").status_code


def states(space: Space) -> list[str]:
    return [str(state) for (state,) in space.sql("SELECT state FROM asked_act ORDER BY id")]


def rules(space: Space, name: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in space.sql(f"SELECT value, valid_from FROM policy WHERE name = '{name}' ORDER BY id")]


# Rules that protect


@pytest.fixture
def sum_of_3(space: Space) -> Space:
    space.rule("second_officer_cents", "300")
    return space


def test_a_rule_that_protects_is_loosened_when_another_officer_agrees(
    desk: Desk, sum_of_3: Space, president: Officer, treasurer: Officer
) -> None:
    before = rules(sum_of_3, "second_officer_cents")
    assert change_rule(treasurer, "second_officer_cents", "", TOMORROW) == 303
    assert change_rule(treasurer, "second_officer_cents", "", TOMORROW) == 303, "asked twice, it waits once"
    assert states(sum_of_3) == ["open"]
    agree(desk, treasurer, 1)
    assert rules(sum_of_3, "second_officer_cents") == before
    page = text(president, "/two").replace("\xa0", " ")
    assert "Avant : 3,00 €" in page
    assert agree(desk, president, 1) == 303
    assert rules(sum_of_3, "second_officer_cents")[len(before) :] == [("null", TOMORROW)]
    sealed = notices(desk)
    assert [(each["act"], each["by"]) for each in sealed[-3:]] == [
        ("asked", actor_of(Role.TREASURER)),
        ("rule", actor_of(Role.TREASURER)),
        ("agreed", actor_of(Role.PRESIDENT)),
    ]
    assert sealed[-1]["digest"] == sealed[-3]["digest"]


def test_what_is_agreed_to_after_its_day_counts_from_the_next_day(
    desk: Desk, sum_of_3: Space, president: Officer, treasurer: Officer
) -> None:
    change_rule(treasurer, "second_officer_cents", "9", TOMORROW)
    desk.space.clock.advance(days=5)
    agree(desk, desk.sign_in(Role.PRESIDENT), 1)
    assert str(rules(sum_of_3, "second_officer_cents")[-1][1]) == "2026-12-01"


def test_a_rule_that_was_changed_meanwhile_is_asked_anew(
    desk: Desk, sum_of_3: Space, president: Officer, treasurer: Officer
) -> None:
    change_rule(treasurer, "second_officer_cents", "9", TOMORROW)
    sum_of_3.rule("second_officer_cents", "100", "2026-11-24")
    agree(desk, president, 1)
    assert "Cette demande a changé depuis son affichage" in text(president, "/two")
    assert states(sum_of_3) == ["open"]


def test_calling_off_what_would_protect_more_takes_two(
    desk: Desk, sum_of_3: Space, president: Officer, treasurer: Officer
) -> None:
    assert change_rule(treasurer, "second_officer_cents", "1", TOMORROW) == 303
    ((row,),) = sum_of_3.sql("SELECT max(id) FROM policy")
    assert treasurer.post(f"/rules/call-off/policy/{row}").headers["Location"] == "/two"
    assert sum_of_3.sql("SELECT count(*) FROM rule_called_off") == [(0,)]
    agree(desk, president, 1)
    assert sum_of_3.sql("SELECT row_id FROM rule_called_off") == [(row,)]


def test_a_rule_that_does_not_protect_waits_for_nobody(desk: Desk, president: Officer) -> None:
    assert change_rule(president, "tab_limit_cents", "9999", TODAY) == 303
    assert desk.space.sql("SELECT count(*) FROM asked_act") == [(0,)]


def test_where_nobody_else_held_the_role_a_rule_is_loosened_at_once_and_it_is_said(
    desk: Desk, sum_of_3: Space, treasurer: Officer
) -> None:
    with desk.space.home.store.writing() as connection:
        desk_users.change(connection, number_of(desk, "president@exemple.fr"), active=False)
    assert change_rule(treasurer, "second_officer_cents", "", TOMORROW) == 303
    assert rules(sum_of_3, "second_officer_cents")[-1] == ("null", TOMORROW)
    assert "alone" in [each["act"] for each in notices(desk)]


def test_after_14_days_it_is_done_by_who_asked(
    desk: Desk, sum_of_3: Space, treasurer: Officer, president: Officer
) -> None:
    change_rule(treasurer, "second_officer_cents", "", TOMORROW)
    alone(desk, treasurer, 1)
    assert states(sum_of_3) == ["open"]
    desk.space.clock.advance(days=14)
    alone(desk, desk.sign_in(Role.PRESIDENT), 1)
    assert states(sum_of_3) == ["open"]
    alone(desk, desk.sign_in(Role.TREASURER), 1)
    assert states(sum_of_3) == ["done"]
    assert notices(desk)[-1]["act"] == "alone-after"


def test_a_wish_that_is_changed_in_the_table_is_agreed_to_by_nobody(
    desk: Desk, sum_of_3: Space, treasurer: Officer, president: Officer
) -> None:
    change_rule(treasurer, "second_officer_cents", "9", TOMORROW)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE asked_act SET wish = replace(wish, '\"to\":900', '\"to\":90000')")
    agree(desk, president, 1)
    assert "Cette demande a changé depuis son affichage" in text(president, "/two")
    assert states(sum_of_3) == ["open"]


# Files


@pytest.fixture
def twins(space: Space) -> Space:
    """Inès has two files: the second with days for hosting."""
    for uid in ("04A2000000E511", "04A2000000E512"):
        space.join("Inès Moreau", uid)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO banked_day (member_id, days, from_on, reason, given_by, given_at) SELECT id, 2, '2026-11-01',"
            " 'accueil', 'officer:1', '2026-11-01T08:00:00.000000Z' FROM member WHERE number = 2"
        )
    return space


def test_a_merge_that_moves_prepaid_days_waits_for_another_officer(
    desk: Desk, twins: Space, secretary: Officer, president: Officer, treasurer: Officer
) -> None:
    merged = "SELECT count(*) FROM member WHERE merged_into IS NOT NULL"
    secretary.post("/members/1/merge", {"other": "2"})
    assert (twins.sql(merged), states(twins)) == ([(0,)], ["open"])
    assert "journées d’accueil" in text(president, "/two")
    assert "Réunir deux fiches" not in text(treasurer, "/two"), "no affair of the treasurer's"
    agree(desk, treasurer, 1)
    agree(desk, secretary, 1)
    assert twins.sql(merged) == [(0,)]
    agree(desk, president, 1)
    assert (twins.sql(merged), states(twins)) == ([(1,)], ["done"])
    assert twins.sql("SELECT actor FROM file_merge") == [(actor_of(Role.SECRETARY),)]


def test_a_merge_of_which_more_would_move_meanwhile_is_asked_anew(
    desk: Desk, twins: Space, secretary: Officer, president: Officer
) -> None:
    secretary.post("/members/1/merge", {"other": "2"})
    with twins.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO banked_day (member_id, days, from_on, reason, given_by, given_at)"
            " SELECT member_id, days, from_on, reason, given_by, given_at FROM banked_day"
        )
    agree(desk, president, 1)
    assert states(twins) == ["open"]
    assert "Cette demande a changé depuis son affichage" in text(president, "/two")


def test_a_merge_that_moves_no_right_is_done_at_once(desk: Desk, space: Space, secretary: Officer) -> None:
    for uid in ("04A2000000E511", "04A2000000E512"):
        space.join("Inès Moreau", uid)
    secretary.post("/members/1/merge", {"other": "2"})
    assert space.sql("SELECT count(*) FROM member WHERE merged_into IS NOT NULL") == [(1,)]


def test_an_officer_agrees_to_no_merge_into_their_own_file(
    desk: Desk, twins: Space, secretary: Officer, president: Officer
) -> None:
    secretary.post("/members/1/merge", {"other": "2"})
    with twins.home.store.writing() as connection:
        own = members.by_number(connection, 1).id
        desk_users.change(connection, number_of(desk, "president@exemple.fr"), member_id=own)
    agree(desk, desk.sign_in(Role.PRESIDENT), 1)
    assert states(twins) == ["open"]


# Heads


def test_whoever_gets_the_heads_is_taken_off_by_two_and_added_by_one(
    desk: Desk, president: Officer, secretary: Officer
) -> None:
    users = [number_of(desk, f"{role}@exemple.fr") for role in ("treasurer", "secretary", "host")]

    def choose(*chosen: int) -> str:
        form = {"user": [str(each) for each in chosen]}
        answer = president.post("/books/heads/recipients", form, form_on="/books/heads/recipients")
        return str(answer.headers["Location"])

    def standing() -> list[int]:
        with desk.space.home.store.reading() as connection:
            return [each.id for each in head_rows.recipients(connection)]

    assert choose(*users[:2]) == "/books/heads"
    assert choose(*users) == "/books/heads", "one more is one more who would see"
    assert choose(*users[1:]) == "/two"
    for language, line in (("fr", "Désormais\u00a0: "), ("en", "From then on: ")):
        assert line in secretary.page("/two", headers={"Accept-Language": language})
    assert standing() == users
    agree(desk, secretary, 1)
    assert standing() == users[1:]


# Counts


def count(officer: Officer, five_euros: int, expected: int, key: int = 1) -> int:
    form = {"step": "write", "coin-500": str(five_euros), "reason": "je ne sais pas", "expected": str(expected)}
    return officer.post("/books/cash/count", {**form, "key": f"{key:032x}"}, form_on="/books/cash/count").status_code


def test_a_count_is_written_at_once_and_a_difference_above_the_sum_waits(
    desk: Desk, sum_of_3: Space, treasurer: Officer, president: Officer, with_cash: int
) -> None:
    """255,00 are expected, nothing is counted, a reason is typed: it is no more done with that."""
    assert count(treasurer, 0, with_cash) == 303
    assert sum_of_3.sql("SELECT count(*) FROM entry WHERE kind = 'count'") == [(1,)]
    assert states(sum_of_3) == ["open"]
    assert "attend l’accord d’une deuxième personne" in text(treasurer, "/books/cash")
    page = text(president, "/two").replace("\xa0", " ").replace("\u202f", " ")
    assert "attendu 255,00 €" in page
    agree(desk, treasurer, 1)
    assert states(sum_of_3) == ["open"]
    agree(desk, president, 1)
    assert states(sum_of_3) == ["done"]
    assert "attend l’accord d’une deuxième personne" not in text(treasurer, "/books/cash")


def test_small_differences_of_one_officer_are_one_within_30_days(
    desk: Desk, sum_of_3: Space, treasurer: Officer, with_cash: int
) -> None:
    sum_of_3.rule("second_officer_cents", "800", "2026-11-24")
    assert count(treasurer, 50, with_cash) == 303
    assert states(sum_of_3) == []
    assert count(treasurer, 49, 25000, 2) == 303
    assert states(sum_of_3) == ["open"], "5,00 and 5,00 are more than 8,00"


@pytest.fixture
def with_cash(space: Space) -> int:
    """255,00 in the box, by the books."""
    space.join("Omar Petit", "04A2000000E513")
    account = int(str(space.sql("SELECT max(id) FROM account")[0][0]))
    home = space.home
    till = Till(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="officer:2")
    till.pay(account, 25500, "cash")
    return 25500


def test_a_difference_is_told_to_the_others(with_mail: Desk, sum_of_3: Space) -> None:
    change_rule(with_mail.sign_in(Role.TREASURER), "second_officer_cents", "", TOMORROW)
    told = mails(with_mail, "asked")
    assert set(told) == {"president@exemple.fr", "secretary@exemple.fr"}
    assert "Avant : 3,00 €" in told["secretary@exemple.fr"]
