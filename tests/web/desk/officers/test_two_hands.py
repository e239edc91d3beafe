"""One officer alone against the rule of two: a new link, a role that is taken, a wish that is changed, a long wait."""

import pytest

from kiosk.jobs.due import acts
from kiosk.messages import two_hands_notice
from kiosk.store.money import second_look_rows
from kiosk.store.officers import desk_users, holders
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common.permissions import Role
from tests.conftest import WEDNESDAY, Space
from tests.web.desk.conftest import Desk, Officer, actor_of
from tests.web.desk.officers.test_accounts import attempt, choose, number_of, set_up_codes, text
from tests.web.desk.officers.test_two_officers import NEW, agree, by, change_rule, mails, notices, reverse, vouch

PRESIDENT, TREASURER = "president@exemple.fr", "treasurer@exemple.fr"
__all__ = ["above", "telephone", "with_mail"]
from tests.web.desk.officers.test_two_officers import above, telephone, with_mail  # noqa: E402  # fixtures


def reversals(space: Space) -> int:
    return int(str(space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'")[0][0]))


def link_of(officer: Officer, user: int) -> str:
    """The link that the president gives for an account."""
    page = officer.post(f"/users/{user}/link").get_data(as_text=True)
    return "/reset/" + page.partition('value="https://localhost/reset/')[2].partition('"')[0]


def held_by_link(desk: Desk, president: Officer, email: str = TREASURER) -> Officer:
    """The president gives an account a link, follows it, and comes in by that account."""
    assert choose(desk.stranger(), link_of(president, number_of(desk, email)), NEW) == "/login"
    officer = desk.stranger()
    assert attempt(desk, email, NEW, officer) == 302
    return officer


# Who counts


def test_the_president_who_gives_the_treasurer_a_new_link_writes_nothing_alone(
    desk: Desk, above: int, president: Officer
) -> None:
    president.post(f"/users/{number_of(desk, TREASURER)}/link")
    assert reverse(president, above) == "/two"
    assert reversals(desk.space) == 0


def test_nor_by_the_treasurer_s_account_which_may_not_agree(desk: Desk, above: int, president: Officer) -> None:
    second = held_by_link(desk, president)
    assert reverse(president, above) == "/two"
    agree(desk, second, 1)
    assert "ni un compte qu’elle a créé, ne peut le faire" in text(second, "/two")
    assert reversals(desk.space) == 0


def test_nor_asks_by_that_account_and_agrees_by_their_own(desk: Desk, above: int, president: Officer) -> None:
    second = held_by_link(desk, president)
    assert reverse(second, above) == "/two"
    agree(desk, president, 1)
    assert reversals(desk.space) == 0


@pytest.mark.parametrize("act", ["suspend", "role", "erase"])
def test_an_officer_who_was_removed_is_still_asked_for_14_days(
    desk: Desk, above: int, president: Officer, act: str
) -> None:
    user = number_of(desk, TREASURER)
    if act == "role":
        form = {"name": "T", "roles": ["host"], "member": ""}
        assert president.post(f"/users/{user}", form, form_on=f"/users/{user}").status_code == 303
    else:
        president.post(f"/users/{user}/suspend")
    if act == "erase":
        president.post(f"/users/{user}/erase")
    assert reverse(president, above) == "/two"
    desk.space.clock.advance(days=14)
    again = desk.sign_in(Role.PRESIDENT)
    assert reverse(again, above, 2) != "/two"
    assert reversals(desk.space) == 1


def test_the_treasurer_s_account_given_the_president_s_file_is_no_same_person(
    desk: Desk, above: int, president: Officer
) -> None:
    by(desk.space, "officer:1")
    file, user = desk.space.join("Karim Benali", "04B1C2D3E4F501"), number_of(desk, TREASURER)
    for number in (user, number_of(desk, PRESIDENT)):
        form = {"name": "", "roles": ["treasurer" if number == user else "president"], "member": str(file)}
        assert president.post(f"/users/{number}", form, form_on=f"/users/{number}").status_code == 303
    assert reverse(president, above) == "/two"


def test_a_second_factor_that_is_new_agrees_to_nothing_until_another_officer_vouches(
    desk: Desk, above: int, treasurer: Officer, president: Officer, secretary: Officer
) -> None:
    reverse(treasurer, above)
    set_up_codes(desk, president)
    agree(desk, president, 1)
    assert reversals(desk.space) == 0
    assert "a ajouté une deuxième preuve" in text(secretary, "/two")
    vouch(desk, secretary, number_of(desk, PRESIDENT))
    agree(desk, president, 1)
    assert reversals(desk.space) == 1


def test_a_change_of_a_name_makes_no_account_new(desk: Desk, president: Officer) -> None:
    user = number_of(desk, TREASURER)
    form = {"name": "Autre nom", "roles": ["treasurer"], "member": ""}
    assert president.post(f"/users/{user}", form, form_on=f"/users/{user}").status_code == 303
    with desk.space.home.store.reading() as connection:
        assert holders.news(connection, WEDNESDAY.date()) == []


# Alone, after 14 days


def alone(desk: Desk, officer: Officer, number: int = 1) -> None:
    with desk.space.home.store.reading() as connection:
        look = second_look_rows.get(connection, number)
    assert look is not None
    officer.post(f"/two/corrections/{number}/alone", {"digest": look.asked.digest}, form_on="/two")


def test_what_waits_14_days_unrefused_is_done_by_who_asked_and_says_so(
    desk: Desk, above: int, president: Officer
) -> None:
    """A house of two with one link lost: nobody is locked out for ever."""
    president.post(f"/users/{number_of(desk, TREASURER)}/link")
    assert reverse(president, above) == "/two"
    alone(desk, president)
    assert "Moins de 14 jours ont passé" in text(president, "/two")
    assert reversals(desk.space) == 0
    desk.space.clock.advance(days=14)
    again = desk.sign_in(Role.PRESIDENT)
    assert "Décider seul·e, après 14 jours" in text(again, "/two")
    alone(desk, again)
    assert reversals(desk.space) == 1
    assert (notices(desk)[-1]["about"], notices(desk)[-1]["act"]) == ("second-officer", "alone-after")


def test_what_was_refused_is_done_by_nobody_alone_nor_by_another_than_who_asked(
    desk: Desk, above: int, treasurer: Officer, president: Officer
) -> None:
    reverse(treasurer, above)
    desk.space.clock.advance(days=15)
    president, treasurer = desk.sign_in(Role.PRESIDENT), desk.sign_in(Role.TREASURER)
    alone(desk, president)
    assert reversals(desk.space) == 0
    president.post("/two/corrections/1/decline", form_on="/two")
    alone(desk, treasurer)
    assert reversals(desk.space) == 0


def test_officers_and_those_who_get_heads_are_told_on_the_days_0_7_and_13(with_mail: Desk, above: int) -> None:
    space = with_mail.space
    home = with_mail.app.extensions["kiosk.desk"][0]
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO head_recipient (user_id, entry_number) VALUES ({number_of(with_mail, 'host@exemple.fr')}, 1)"
        )
    reverse(with_mail.sign_in(Role.TREASURER), above)
    assert sorted(mails(with_mail, "asked")) == ["host@exemple.fr", PRESIDENT, "secretary@exemple.fr"]
    rules, told = Rules(home.config.zone), []
    for _ in range(15):
        space.clock.advance(days=1)
        told.append(two_hands_notice.put_in_outbox(home, rules, space.clock.now()))
    assert told == [0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 0, 0]
    assert "two-hands" in acts.codes()


def test_a_loosening_that_waits_is_told_again_too(with_mail: Desk, above: int) -> None:
    space, home = with_mail.space, with_mail.app.extensions["kiosk.desk"][0]
    assert change_rule(with_mail.sign_in(Role.TREASURER), "second_officer_cents", "", "2026-11-26") == 303
    space.clock.advance(days=7)
    rules = Rules(home.config.zone)
    assert [two_hands_notice.put_in_outbox(home, rules, space.clock.now()) for _ in range(2)] == [3, 0]


# Bound to what was seen


def test_a_wish_that_is_raised_after_it_was_read_is_not_written(
    desk: Desk, above: int, treasurer: Officer, president: Officer
) -> None:
    """As the account of a stolen door could: 6 euros are asked and read, 10 stand there when the yes comes."""
    account = int(str(desk.space.sql(f"SELECT account_id FROM entry WHERE number = {above}")[0][0]))
    path = f"/money/accounts/{account}/write-off"
    form = {"amount": "6", "reason": "geste", "key": f"{7:032x}"}
    assert treasurer.post(path, form, form_on=path).headers["Location"] == "/two"
    with desk.space.home.store.reading() as connection:
        look = second_look_rows.get(connection, 1)
    assert look is not None
    assert look.asked.text in text(president, "/two").replace("&#34;", '"')
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE second_look SET cents = -1000")
    president.post("/two/corrections/accept", {"yes": [f"1:{look.asked.digest}"]}, form_on="/two")
    assert "Cette demande a changé depuis son affichage" in text(president, "/two")
    agree(desk, president, 1)  # as the page shows it now: not what was sealed when it was asked
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'write-off'") == [(0,)]
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE second_look SET cents = -600")
    agree(desk, president, 1)
    assert desk.space.sql("SELECT amount_cents FROM entry WHERE kind = 'write-off'") == [(-600,)]
    assert notices(desk)[-1]["digest"] == look.asked.digest


def test_a_wait_that_is_shortened_in_the_table_is_no_wait(desk: Desk, above: int, treasurer: Officer) -> None:
    reverse(treasurer, above)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE second_look SET asked_at = '2026-11-01T08:00:00.000000Z'")
    alone(desk, treasurer)
    assert reversals(desk.space) == 0


def test_a_yes_to_an_account_is_bound_to_what_it_was(
    desk: Desk, president: Officer, secretary: Officer, treasurer: Officer
) -> None:
    user = number_of(desk, "host@exemple.fr")
    president.post(f"/users/{user}/link")
    page = text(secretary, "/two")
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    assert len(digest) == 64
    by(desk.space, actor_of(Role.TREASURER)).take_second_factors(user)
    secretary.post(f"/two/accounts/{user}", {"digest": digest}, form_on="/two")
    assert "Cette demande a changé depuis son affichage" in text(secretary, "/two")
    assert desk.space.sql("SELECT count(*) FROM desk_hand WHERE confirmed_at IS NOT NULL") == [(0,)]
    vouch(desk, secretary, user)
    assert desk.space.sql("SELECT count(*) FROM desk_hand WHERE confirmed_at IS NULL") == [(0,)]


def test_one_yes_covers_a_list(desk: Desk, above: int, treasurer: Officer, president: Officer) -> None:
    rows = desk.space.sql("SELECT number FROM entry WHERE kind = 'charge' AND amount_cents > 0 ORDER BY number")
    for key, (charge,) in enumerate(rows, 1):
        assert reverse(treasurer, int(str(charge)), key) == "/two"
    assert "Accepter tout ce qui est coché" in text(president, "/two")
    agree(desk, president, *range(1, len(rows) + 1))
    assert reversals(desk.space) == len(rows) == 2


def test_an_account_that_an_officer_made_long_ago_agrees_where_no_third_could_vouch(
    desk: Desk, above: int, president: Officer
) -> None:
    with desk.space.home.store.writing() as connection:
        desk_users.change(connection, number_of(desk, "secretary@exemple.fr"), active=False)
    second = held_by_link(desk, president)
    assert reverse(second, above) == "/two"
    desk.space.clock.advance(days=14)
    agree(desk, desk.sign_in(Role.PRESIDENT), 1)
    assert reversals(desk.space) == 1
