"""An officer's account that names no member's file decides of no member's money, until it does or two officers agree.

Which routes that is stands on them (`needs`): `tests/web/desk/money_watch.py` sees in every test of the desk that none
writes any without saying so.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import cast

import pytest
from flask import Flask
from msgspec.structs import replace

from kiosk.domain.members.account_files import NOT_TOLD
from kiosk.home import Home
from kiosk.jobs.due import acts
from kiosk.members.account_files import AccountFiles
from kiosk.members.officers import Officers, Profile
from kiosk.store.officers import account_file_rows, asked_acts
from kiosk.store.seals import seal_audit
from kiosk.web.desk.common.permissions import MAY, Money, Role
from tests.conftest import WEDNESDAY, Space
from tests.web.desk import walking
from tests.web.desk.conftest import Desk, Officer, actor_of
from tests.web.desk.officers.test_accounts import number_of, text
from tests.web.desk.officers.test_acts_by_two import agree, alone, states
from tests.web.desk.officers.test_two_officers import mails, notices, with_mail

__all__ = ["with_mail"]
P, T, S = Role.PRESIDENT, Role.TREASURER, Role.SECRETARY
SAYS = "n’est relié à aucune fiche"
ZOE, PAUL = "04B1C2D3E4F501", "04B1C2D3E4F502"


def without(desk: Desk, *roles: Role) -> None:
    """Let accounts be as they are made: of nobody's file, and nobody agreed."""
    with desk.space.home.store.writing() as connection:
        for role in roles:
            account_file_rows.end_outsider(connection, number_of(desk, f"{role.value}@exemple.fr"))


def found_by_the_update(desk: Desk, role: Role, until: date = NOT_TOLD) -> None:
    without(desk, role)
    with desk.space.home.store.writing() as connection:
        account_file_rows.tell(connection, number_of(desk, f"{role.value}@exemple.fr"), until)


def files(desk: Desk) -> AccountFiles:
    home = cast("Home", desk.app.extensions["kiosk.desk"][0])
    return AccountFiles.of(Officers.of(replace(home, store=desk.space.home.store), desk.space.clock, "cli"))


def pay(officer: Officer, key: int = 1) -> str:
    """Take 1 euro of member 1; where it leads, or what the page says."""
    form = {"amount-1": "1", "method": "cash", "key": f"{key:032x}", "sure": "yes"}
    answer = officer.post("/money/accounts/1/pay", form, headers={"Accept-Language": "fr"})
    return str(answer.headers.get("Location") or answer.get_data(as_text=True))


def payments(space: Space) -> int:
    return int(str(space.sql("SELECT count(*) FROM entry WHERE kind = 'payment'")[0][0]))


@pytest.fixture
def zoe(space: Space) -> int:
    return space.join("Zoé Martin", ZOE)


# Which acts


def marked(app: Flask) -> dict[str, Money]:
    found = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "money", None) for rule in walking.rules(app)}
    return {endpoint: money for endpoint, money in found.items() if money is not None}


def test_each_act_on_a_member_s_money_is_refused_to_an_account_without_a_file(desk: Desk, zoe: int) -> None:
    """By every role that may do it, before its form is looked at; and nothing is written."""
    money = marked(desk.app)
    without(desk, *Role)
    tried = 0
    officers = {role: desk.sign_in(role) for role in Role}
    before = desk.space.sql("SELECT count(*) FROM entry")
    for rule, method in walking.walk(desk.app, walking.CHANGING):
        if money.get(rule.endpoint) is not Money.OF_MEMBERS:
            continue
        permission = walking.permission(desk.app, rule)
        assert permission is not None
        for role in (each for each in Role if each in MAY[permission]):
            path = walking.path(desk.app, rule)
            answer = officers[role].post(path, {}, headers={"Accept-Language": "fr"})
            assert (method, answer.status_code) == ("POST", 400), (rule.endpoint, role)
            assert SAYS in answer.get_data(as_text=True), (rule.endpoint, role)
            tried += 1
    assert tried > 60
    assert desk.space.sql("SELECT count(*) FROM entry") == before


def _declared(_desk: Desk) -> None:
    """As the desk's fixture makes them."""


def _found(desk: Desk) -> None:
    for role in Role:
        found_by_the_update(desk, role)


def _only_one(desk: Desk) -> None:
    without(desk, *Role)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET active = 0 WHERE email NOT LIKE 'president@%'")


@pytest.mark.parametrize("standing", [_declared, _found, _only_one])
def test_the_same_acts_are_looked_at_where_the_account_may_decide(
    desk: Desk, zoe: int, standing: Callable[[Desk], None]
) -> None:
    standing(desk)
    money, president = marked(desk.app), desk.sign_in(P)
    tried = 0
    for rule, _method in walking.walk(desk.app, walking.CHANGING):
        permission = walking.permission(desk.app, rule)
        if money.get(rule.endpoint) is Money.OF_MEMBERS and permission is not None and P in MAY[permission]:
            answer = president.post(walking.path(desk.app, rule), {}, headers={"Accept-Language": "fr"})
            assert SAYS not in answer.get_data(as_text=True), rule.endpoint
            tried += 1
    assert tried > 30


def test_the_form_says_so_before_it_is_filled_in(desk: Desk, zoe: int) -> None:
    assert SAYS not in text(desk.sign_in(T), "/money/accounts/1/pay")
    without(desk, T)
    assert SAYS in text(desk.sign_in(T), "/money/accounts/1/pay")
    assert SAYS not in text(desk.sign_in(T), "/"), "what changes nothing is read as before"


def test_a_payment_is_taken_again_once_the_account_names_a_file(desk: Desk, zoe: int) -> None:
    without(desk, T)
    assert SAYS in pay(desk.sign_in(T))
    desk.space.join("Paul Durand", PAUL)
    form = {"name": "T", "roles": ["treasurer"], "member": "2"}
    assert desk.sign_in(P).post(f"/users/{number_of(desk, 'treasurer@exemple.fr')}", form).status_code == 303
    assert pay(desk.sign_in(T)).startswith("/money/")
    assert payments(desk.space) == 1


def test_the_only_officer_of_money_goes_on_without_a_file(desk: Desk, zoe: int) -> None:
    """The first hour of a new space: its president, who is nobody's file yet, sells and takes money."""
    without(desk, P)
    president = desk.sign_in(P)
    assert SAYS in pay(president)
    president.post(f"/users/{number_of(desk, 'treasurer@exemple.fr')}/suspend")
    assert SAYS in pay(president), "a colleague who was suspended today is still asked"
    desk.space.clock.advance(days=14)
    assert pay(desk.sign_in(P)).startswith("/money/")


# Accounts that the update found


def test_accounts_that_the_update_found_go_on_until_14_days_after_the_office_was_told(
    with_mail: Desk, zoe: int
) -> None:
    desk = with_mail
    found_by_the_update(desk, T)
    assert pay(desk.sign_in(T)).startswith("/money/"), "not on the evening of the update"
    assert files(desk).tell() == 1
    assert files(desk).tell() == 0, "told once"
    assert "account-files" in acts.codes(), "time tells, each night"
    last = WEDNESDAY.date() + timedelta(days=13)
    assert notices(desk)[-1] | {"act": "user-file-asked", "until": last.isoformat()} == notices(desk)[-1]
    told = mails(desk, "user-file-asked")
    assert set(told) == {"president@exemple.fr", "secretary@exemple.fr", "treasurer@exemple.fr"}
    assert "reliez-le à la fiche de la personne" in told["treasurer@exemple.fr"], "who would be shut out hears it first"
    page = text(desk.sign_in(P), "/users")
    assert "à relier" in page
    assert "encaissement possible jusqu’au 8 déc. 2026" in page.replace("\xa0", " ")
    assert "compte du bureau à relier" in text(desk.sign_in(P), "/")
    desk.space.clock.advance(days=13)
    assert pay(desk.sign_in(T), 2).startswith("/money/")
    desk.space.clock.advance(days=1)
    assert SAYS in pay(desk.sign_in(T), 3)
    assert payments(desk.space) == 2


def test_the_first_officer_of_a_new_space_is_asked_for_a_file_once_there_is_another(space: Space) -> None:
    """Alone they go on; a colleague who comes shuts them out of nothing that day."""
    zoe = space.join("Zoé Martin", ZOE)
    officers = Officers.of(space.home, space.clock, "cli")
    made = officers.add_first("p@exemple.fr", Profile("P", ["president"]), "x")
    assert AccountFiles.of(officers).tell() == 0, "nobody else is there"
    second = officers.add("t@exemple.fr", Profile("T", ["treasurer"], zoe), "x")
    assert AccountFiles.of(officers).tell() == 1
    rows = space.sql(f"SELECT without_file_until FROM desk_user WHERE id IN ({made.id}, {second.id}) ORDER BY id")
    assert rows == [("2026-12-08",), (None,)]


# No member's, by two


def declare(officer: Officer, user: int) -> str:
    return str(officer.post(f"/users/{user}/outsider").headers.get("Location"))


def test_an_account_is_declared_no_member_s_by_two(desk: Desk, zoe: int) -> None:
    without(desk, T)
    user = number_of(desk, "treasurer@exemple.fr")
    president, secretary = desk.sign_in(P), desk.sign_in(S)
    assert declare(president, user) == "/two"
    assert declare(president, user) == "/two"
    assert states(desk.space) == ["open"], "asked twice, it waits once"
    assert SAYS in pay(desk.sign_in(T))
    agree(desk, president, 1)
    assert states(desk.space) == ["open"], "nobody agrees to their own"
    assert "Déclarer qu’un compte n’appartient à aucun membre" in text(secretary, "/two")
    agree(desk, secretary, 1)
    assert states(desk.space) == ["done"]
    assert [each["act"] for each in notices(desk)][-2:] == ["user-outsider", "agreed"]
    assert desk.space.sql(f"SELECT outsider_on, outsider_by FROM desk_user WHERE id = {user}") == [
        ("2026-11-25", actor_of(P))
    ]
    assert pay(desk.sign_in(T)).startswith("/money/")
    assert "aucune fiche (accepté à deux)" in text(president, "/users")
    with desk.space.home.store.reading() as connection:
        seal_audit.check(connection, desk.space.home.seal)


def test_after_14_days_unrefused_it_is_declared_by_who_asked(desk: Desk, zoe: int) -> None:
    """Holders ask for themselves, too: a treasurer from outside waits for no president."""
    without(desk, T)
    treasurer = desk.sign_in(T)
    assert "Je n’ai pas de fiche ici" in text(treasurer, "/account")
    assert treasurer.post("/account/outsider").headers["Location"] == "/two"
    assert "attend l’accord d’une autre personne" in text(treasurer, "/account")
    desk.space.clock.advance(days=13)
    alone(desk, desk.sign_in(T), 1)
    assert SAYS in pay(desk.sign_in(T))
    desk.space.clock.advance(days=1)
    alone(desk, desk.sign_in(T), 1)
    assert pay(desk.sign_in(T)).startswith("/money/")
    assert [each["act"] for each in notices(desk)][-2:] == ["user-outsider", "alone-after"]


def test_what_was_agreed_to_ends_with_a_file_or_by_one_officer_s_word(desk: Desk, zoe: int) -> None:
    user, president = number_of(desk, "treasurer@exemple.fr"), desk.sign_in(P)
    assert president.post(f"/users/{user}/outsider/end").status_code == 303
    assert SAYS in pay(desk.sign_in(T))
    assert notices(desk)[-1]["act"] == "user-outsider-end"
    files(desk).declare_outsider(user)
    assert [each["act"] for each in notices(desk)][-2:] == ["by-the-machine", "user-outsider"]
    files(desk).link(user, zoe)
    files(desk).officers.change(user, Profile("T", ["treasurer"]))
    assert desk.space.sql(f"SELECT outsider_on, member_id FROM desk_user WHERE id = {user}") == [(None, None)]
    assert SAYS in pay(desk.sign_in(T)), "a cut tie leaves no account without an own file at work"


def test_a_declaration_is_no_other_account_s_and_void_once_there_is_a_file(desk: Desk, zoe: int) -> None:
    without(desk, T)
    user = number_of(desk, "treasurer@exemple.fr")
    declare(desk.sign_in(P), user)
    files(desk).link(user, zoe)
    agree(desk, desk.sign_in(S), 1)
    assert states(desk.space) == ["open"]
    assert desk.space.sql(f"SELECT outsider_on FROM desk_user WHERE id = {user}") == [(None,)]
    answer = desk.sign_in(P).post(f"/users/{user}/outsider", headers={"Accept-Language": "fr"})
    assert (answer.status_code, "reliée à la fiche" in answer.get_data(as_text=True)) == (400, False)
    assert "relié à la fiche" in answer.get_data(as_text=True)


# One's own file


def link_own(desk: Desk, officer: Officer, number: int) -> str:
    form = {"name": "K", "roles": ["president"], "member": str(number)}
    path = f"/users/{number_of(desk, 'president@exemple.fr')}"
    return str(officer.post(path, form).headers.get("Location"))


def test_nobody_links_their_own_account_alone(desk: Desk, zoe: int) -> None:
    """Else a president links theirs to a stranger's file, and corrects their own."""
    without(desk, P)
    president = desk.sign_in(P)
    assert link_own(desk, president, zoe) == "/two"
    assert desk.space.sql("SELECT member_id, name FROM desk_user WHERE id = 1") == [(None, "K")]
    assert SAYS in pay(president)
    with desk.space.home.store.reading() as connection:
        (act,) = asked_acts.waiting(connection)
    assert json.loads(act.text)["about"] == {"user": 1, "member": zoe}
    assert "Relier son propre compte à une fiche" in text(desk.sign_in(T), "/two")
    agree(desk, desk.sign_in(T), 1)
    assert desk.space.sql("SELECT member_id FROM desk_user WHERE id = 1") == [(1,)]
    assert "C’est votre propre compte" in pay(desk.sign_in(P))


def test_where_there_is_no_other_officer_one_s_own_account_is_linked_at_once(desk: Desk, zoe: int) -> None:
    without(desk, P)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET active = 0 WHERE id > 1")
    assert link_own(desk, desk.sign_in(P), zoe) == "/users"
    assert [each["act"] for each in notices(desk)] == ["alone", "user-change"]
    assert desk.space.sql("SELECT member_id FROM desk_user WHERE id = 1") == [(1,)]


# What is refused for some forms alone


def test_a_count_is_written_by_an_account_without_a_file_and_settles_no_member_s_cash(desk: Desk, zoe: int) -> None:
    treasurer = desk.sign_in(T)
    form = {"member": "1", "amount": "5", "key": "0e" * 16}
    assert treasurer.post("/books/cash/declare", form).status_code == 303
    without(desk, T)
    ((entry,),) = desk.space.sql("SELECT entry_number FROM declaration")
    count = {"step": "write", "coin-500": "1", "reason": "compté", "key": "0d" * 16}
    answer = treasurer.post(
        "/books/cash/count", {**count, f"declared-{entry}": "found"}, headers={"Accept-Language": "fr"}
    )
    assert SAYS in answer.get_data(as_text=True)
    assert payments(desk.space) == 0
    assert treasurer.post("/books/cash/count", count).status_code == 303
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'count'") == [(1,)]


def test_a_merge_is_agreed_to_by_no_account_without_a_file(desk: Desk, zoe: int) -> None:
    desk.space.join("Zoe Martin", PAUL)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO banked_day (member_id, days, from_on, reason, given_by, given_at) VALUES (2, 2, '2026-11-01',"
            " 'accueil', 'officer:1', '2026-11-01T08:00:00.000000Z')"
        )
    assert desk.sign_in(S).post("/members/1/merge", {"other": "2"}).status_code == 303
    without(desk, P)
    president = desk.sign_in(P)
    agree(desk, president, 1)
    assert SAYS in text(president, "/two")
    assert states(desk.space) == ["open"]
    assert president.post("/two/acts/1/decline").status_code == 303
    assert states(desk.space) == ["declined"], "leaving all as it is takes no file"
