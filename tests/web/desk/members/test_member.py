"""One member's page, what each officer sees there, and what may be done."""

import re
from datetime import date

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.members.roles import Role
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer, actor_of

INES, KARIM, NEW = "04A1B2C3D4E501", "04A1B2C3D4E502", "04A1B2C3D4EF2A"


@pytest.fixture
def people(desk: Desk) -> Space:
    """Inès comes by the day and came today, Karim by the month."""
    space = desk.space
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, plan="permanent")
    space.tap(INES)
    return space


def logged(space: Space, act: str) -> list[tuple[object, ...]]:
    return space.sql(f"SELECT actor, member_number, what FROM desk_log WHERE act = '{act}'")


def test_the_page_holds_all_that_concerns_a_member(people: Space, treasurer: Officer) -> None:
    people.till.pay(1, 500, "cash")
    page = treasurer.page("/members/1").replace("\xa0", " ")
    for shown in ("Inès Moreau", "membre 0001", "adhésion jusqu’au 24 nov. 2027", "5,00 €", "…E501", "1 jour"):
        assert shown in page, shown
    assert "Payé, espèces" in page
    assert page.index("Payé, espèces") < page.index(">Adhésion</td>"), "the newest line first"


def test_the_balance_runs_from_line_to_line_and_from_page_to_page(people: Space, treasurer: Officer) -> None:
    for _ in range(25):
        people.till.pay(1, 100, "cash")
    first, second = (treasurer.page(f"/members/1?lines={number}").replace("\xa0", " ") for number in (1, 2))
    balances = [re.findall(r'<td class="number">(-?\d+,\d\d) €</td>\s*<td>', page) for page in (first, second)]
    assert balances[0][0] == "-15,00"
    assert balances[0][-1] == "4,00"
    assert balances[1] == ["5,00", "6,00", "7,00", "8,00", "9,00", "10,00", "5,00"]


def test_each_reading_of_a_file_is_logged(people: Space, secretary: Officer) -> None:
    secretary.page("/members/1")
    assert logged(people, "read-file") == [(actor_of(Role.SECRETARY), 1, None)]


def test_an_unknown_number_is_not_there(people: Space, secretary: Officer) -> None:
    assert secretary.get("/members/99").status_code == 404
    assert secretary.get("/members/99/edit").status_code == 404


def test_the_year_is_a_picture_with_a_table_beside(people: Space, secretary: Officer) -> None:
    page = secretary.page("/members/1")
    assert page.count('class="paid"') == 2, "one day, and the legend"
    assert "mercredi 25 novembre 2026 · journée" in page
    assert re.search(r'novembre</th><td class="number">1</td><td>25</td>', page)
    assert "style=" not in page


def test_hosts_see_who_somebody_is_and_nothing_of_money_tariffs_or_contacts(people: Space, host: Officer) -> None:
    with people.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr', phone = '06 12 34 56 78'")
        connection.exec_driver_sql(
            "INSERT INTO reduced_grant (member_id, level, from_on, until_on, reason)"
            " VALUES (1, 'reduced', '2026-01-01', '2027-01-01', 'student')"
        )
    page = host.page("/members/1")
    assert "…E501" in page
    for hidden in ("€", "ines@exemple.fr", "06 12", "réduit", "études", "Compte", "Visites de"):
        assert hidden not in page, hidden


def test_the_secretary_sees_no_money_and_the_treasury_edits_no_file(
    people: Space, secretary: Officer, treasurer: Officer
) -> None:
    assert "€" not in secretary.page("/members/1")
    assert treasurer.get("/members/1/edit").status_code == 403
    assert secretary.get("/members/1/payers").status_code == 403


def edit(officer: Officer, version: str, **fields: str) -> tuple[int, str]:
    form = {"name": "Inès Moreau", "shown_name": "Inès", "version": version, **fields}
    answer = officer.post("/members/1/edit", form, form_on="/members/1/edit")
    return answer.status_code, answer.get_data(as_text=True)


def test_a_file_is_edited_and_found_by_its_new_name(people: Space, secretary: Officer) -> None:
    assert edit(secretary, "1", name="Inès Dumont", email="ines@exemple.fr", phone="06 12 34 56 78")[0] == 303
    assert people.sql("SELECT name, search, email, phone, version FROM member WHERE id = 1") == [
        ("Inès Dumont", "ines dumont", "ines@exemple.fr", "06 12 34 56 78", 2)
    ]
    assert logged(people, "edit-file") == [(actor_of(Role.SECRETARY), 1, "email, name, phone")]


def test_note_is_the_office_s_and_in_the_member_s_own_data_and_goes_with_the_file(
    people: Space, secretary: Officer, president: Officer, host: Officer
) -> None:
    words = "Préfère le fond de la salle ;  vient avec Ada"
    assert edit(secretary, "1", note=words)[0] == 303
    assert "Préfère le fond de la salle ; vient avec Ada" in secretary.page("/members/1")
    assert "Préfère le fond" not in host.page("/members/1")
    assert logged(people, "edit-file") == [(actor_of(Role.SECRETARY), 1, "note")], "what it says stands in no log"
    for address in ("/members/1/data", "/members/1/data.html", "/members/1/data.json"):
        assert "Préfère le fond" in president.get(address).get_data(as_text=True), address
    status, page = edit(secretary, "2", note="x" * 501)
    assert (status, 'id="note-error"' in page) == (400, True)
    people.enrolment.leave(1)
    people.till.pay(1, people.owes(1), "cash")
    assert president.post("/members/1/erase").status_code == 303
    assert people.sql("SELECT note FROM member WHERE id = 1") == [(None,)]


def test_who_saves_second_sees_the_first_change_and_chooses(
    people: Space, secretary: Officer, president: Officer
) -> None:
    assert edit(president, "1", email="nouvelle@exemple.fr")[0] == 303
    status, page = edit(secretary, "1", email="ancienne@exemple.fr", phone="06 12 34 56 78")
    assert status == 409
    assert "nouvelle@exemple.fr" in page
    assert "ancienne@exemple.fr" in page
    assert 'name="version" value="2"' in page
    assert edit(secretary, "2", email="nouvelle@exemple.fr", phone="06 12 34 56 78")[0] == 303
    assert people.sql("SELECT email, phone FROM member WHERE id = 1") == [("nouvelle@exemple.fr", "06 12 34 56 78")]


def test_a_certificate_of_insurance_is_seen_and_its_last_day_kept(
    people: Space, secretary: Officer, host: Officer
) -> None:
    missing = "attestation d’assurance à vérifier"
    assert "ssurance" not in secretary.page("/members/1")
    people.rule("insurance_asked", "true")
    assert missing in secretary.page("/members/1")
    assert edit(secretary, "1", insured_until="2026-12-31")[0] == 303
    page = secretary.page("/members/1")
    assert "attestation vue, jusqu’au 31\u00a0déc.\u00a02026" in page
    assert missing not in page
    assert 'value="2026-12-31"' in secretary.page("/members/1/edit")
    assert edit(secretary, "2", insured_until="2026-11-24")[0] == 303  # yesterday
    page = secretary.page("/members/1")
    assert "attestation échue le 24\u00a0nov.\u00a02026" in page
    assert missing in page
    assert missing not in host.page("/members/1")
    people.clock.advance(minutes=5)
    people.tap(INES)
    assert people.shows(CardKind.AGAIN), "it never closes the door"


def test_a_day_that_is_none_is_told_and_changes_no_certificate_and_an_empty_one_takes_it_away(
    people: Space, secretary: Officer
) -> None:
    edit(secretary, "1", insured_until="2026-12-31")
    status, page = edit(secretary, "2", insured_until="31 décembre")
    assert (status, "Choisissez un jour" in page, 'value="31 décembre"' in page) == (400, True, True)
    assert people.sql("SELECT insured_until FROM member WHERE id = 1") == [("2026-12-31",)]
    assert edit(secretary, "2", insured_until="")[0] == 303
    assert people.sql("SELECT insured_until FROM member WHERE id = 1") == [(None,)]


def test_two_certificates_at_once_are_chosen_by_their_days(
    people: Space, secretary: Officer, president: Officer
) -> None:
    edit(president, "1", insured_until="2026-12-31")
    status, page = edit(secretary, "1", insured_until="2027-01-31")
    assert status == 409
    assert 'value="2026-12-31" checked' in page
    assert "31\u00a0janv.\u00a02027" in page


def test_the_same_edit_sent_twice_is_one(people: Space, secretary: Officer) -> None:
    assert edit(secretary, "1", name="Inès Dumont")[0] == 303
    assert edit(secretary, "1", name="Inès Dumont")[0] == 303


def test_a_wrong_field_is_said_beside_it(people: Space, secretary: Officer) -> None:
    status, page = edit(secretary, "1", email="pas une adresse")
    assert status == 400
    assert "email-error" in page
    assert "pas une adresse" in page


def test_another_plan_holds_from_today_and_its_first_month_is_charged(people: Space, secretary: Officer) -> None:
    assert secretary.post("/members/1/plan", {"plan": "permanent"}, form_on="/members/1/plan").status_code == 303
    assert secretary.post("/members/1/plan", {"plan": "permanent"}, form_on="/members/1/plan").status_code == 303
    assert people.owes(1) == 500 + 500 + 10000
    assert secretary.post("/members/2/plan", {"plan": "itinerant"}, form_on="/members/2/plan").status_code == 303
    assert people.sql("SELECT until_on IS NULL FROM subscription WHERE member_id = 2") == [(0,)]


def test_plan_to_come_is_told_beside_the_one_that_covers_today(people: Space, secretary: Officer) -> None:
    secretary.post("/members/2/plan", {"plan": "free", "way": "paid"}, form_on="/members/2/plan")
    page = secretary.page("/members/2").replace("\xa0", " ")
    assert '<p class="figure">Permanent</p><span>Coin gratuit dès le 25 déc. 2026</span>' in page


def test_who_leaves_can_stay_after_all_the_same_day(people: Space, secretary: Officer) -> None:
    assert "n’ouvrent plus" in secretary.page("/members/2/leave")
    assert secretary.post("/members/2/leave", form_on="/members/2/leave").status_code == 303
    assert "Annuler le départ" in secretary.page("/members/2")
    assert secretary.post("/members/2/stay").status_code == 303
    assert people.sql("SELECT left_on, (SELECT until_on FROM subscription WHERE member_id = 2) FROM member"
                      " WHERE number = 2") == [(None, None)]  # fmt: skip


@pytest.mark.parametrize(
    ("way", "told", "tag"),
    [
        ("paid", "Départ prévu", "à partir du 25 déc. 2026"),
        ("credit", "Départ enregistré aujourd’hui", "départ le 25 nov. 2026"),
        ("now", "Départ enregistré aujourd’hui", "départ le 25 nov. 2026"),
    ],
)
def test_leaving_is_at_the_end_of_what_is_paid_unless_today_is_chosen(
    people: Space, secretary: Officer, way: str, told: str, tag: str
) -> None:
    form = secretary.page("/members/2/leave", headers={"Accept-Language": "fr"})
    assert 'value="paid" checked' in form
    assert "29 jours sur 30 sont recrédités" in form.replace("\xa0", " ")
    assert secretary.post("/members/2/leave", {"way": way}, form_on="/members/2/leave").status_code == 303
    page = secretary.page("/members/2", headers={"Accept-Language": "fr"}).replace("\xa0", " ")
    assert (told in page, tag in page) == (True, True)


def test_who_left_comes_back_under_the_old_number(people: Space, secretary: Officer) -> None:
    people.enrolment.leave(1)
    owed = people.owes(1)
    page = secretary.page("/members/1/back")
    assert "L’adhésion est encore valable" in page
    assert secretary.post("/members/1/back", {"plan": "itinerant"}, form_on="/members/1/back").status_code == 303
    assert people.owes(1) == owed
    assert people.sql("SELECT left_on FROM member WHERE number = 1") == [(None,)]


def test_a_return_after_the_membership_ended_charges_its_fee_and_counts_as_members_money(
    people: Space, secretary: Officer
) -> None:
    people.enrolment.leave(1)
    people.sql_write("UPDATE membership SET from_on = '2024-09-01', until_on = '2025-08-31' WHERE member_id = 1")
    owed = people.owes(1)
    assert secretary.post("/members/1/back", {"plan": "itinerant"}, form_on="/members/1/back").status_code == 303
    assert people.owes(1) == owed + 500


def test_a_badge_is_given_by_its_number_lost_and_found_again(people: Space, secretary: Officer) -> None:
    for _ in range(2):
        assert secretary.post("/members/1/badges", {"badge": NEW}, form_on="/members/1").status_code == 303
    page = secretary.page("/members/1")
    lost = re.search(r'action="(/members/1/badges/[0-9a-f]+/lost)"', page)
    assert lost is not None
    assert secretary.post(lost[1]).status_code == 303
    assert people.sql("SELECT count(*) FROM badge WHERE lost_on IS NOT NULL") == [(1,)]
    assert secretary.post(lost[1].replace("/lost", "/found")).status_code == 303
    assert people.sql("SELECT count(*) FROM badge WHERE lost_on IS NOT NULL") == [(0,)]


def test_a_badge_of_somebody_else_is_neither_given_nor_lost_from_here(people: Space, secretary: Officer) -> None:
    answer = secretary.post("/members/1/badges", {"badge": KARIM}, form_on="/members/1")
    assert answer.status_code == 400
    assert "Ce badge est déjà à quelqu’un" in answer.get_data(as_text=True)
    theirs = people.sql("SELECT hex(fingerprint) FROM badge WHERE tail = 'E502'")[0][0]
    assert secretary.post(f"/members/1/badges/{theirs}/lost").status_code == 400
    assert people.sql("SELECT count(*) FROM badge WHERE lost_on IS NOT NULL") == [(0,)]


REDUCED = {"reason": "student", "from": "2026-11-25", "until": "2027-08-31", "seen": "1"}


def test_a_reduced_tariff_has_a_reason_an_end_and_who_saw_it(people: Space, secretary: Officer) -> None:
    for _ in range(2):
        assert secretary.post("/members/1/reduced", REDUCED, form_on="/members/1/reduced").status_code == 303
    assert people.sql("SELECT level, reason, until_on, seen_by FROM reduced_grant") == [
        ("reduced", "student", "2027-08-31", actor_of(Role.SECRETARY))
    ]
    page = secretary.page("/members/1")
    assert "tarif réduit jusqu’au 31 août 2027" in page.replace("\xa0", " ")
    assert secretary.post("/members/1/reduced/1/end").status_code == 303
    assert people.sql("SELECT until_on FROM reduced_grant") == [("2026-11-25",)]
    assert secretary.post("/members/2/reduced/1/end").status_code == 400, "another member's"


def test_of_several_reduced_levels_one_is_chosen(people: Space, secretary: Officer) -> None:
    with people.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT product_id, 'social', valid_from, cents FROM tariff WHERE level = 'reduced'"
        )
    assert '<option value="social">social</option>' in secretary.page("/members/1/reduced")
    assert secretary.post("/members/1/reduced", {**REDUCED, "level": "social"}).status_code == 303
    assert people.sql("SELECT level FROM reduced_grant") == [("social",)]


@pytest.mark.parametrize(
    ("field", "typed"), [("reason", "illness"), ("reason", ""), ("until", ""), ("until", "2026-01-01"), ("seen", "")]
)
def test_a_reduced_tariff_without_one_of_these_is_not_granted(
    people: Space, secretary: Officer, field: str, typed: str
) -> None:
    answer = secretary.post("/members/1/reduced", {**REDUCED, field: typed}, form_on="/members/1/reduced")
    assert answer.status_code == 400
    assert f"{field}-error" in answer.get_data(as_text=True)
    assert people.sql("SELECT count(*) FROM reduced_grant") == [(0,)]


@pytest.fixture
def twice(people: Space) -> Space:
    """Inès has a second file, number 3, with a badge and a membership of its own."""
    people.join("Ines Moreau", NEW)
    return people


def test_two_files_of_one_person_become_one(twice: Space, secretary: Officer, treasurer: Officer) -> None:
    page = secretary.page("/members/1/merge?other=3")
    assert "Ines Moreau" in page
    assert "Inès Moreau" in page
    for _ in range(2):
        assert secretary.post("/members/1/merge", {"other": "3"}, form_on="/members/1").status_code == 303
    assert secretary.get("/members/3").headers["Location"].endswith("/members/1")
    assert "Ines Moreau" not in secretary.page("/members?who=all")
    assert "Inès Moreau" in secretary.page("/members/search?q=3")
    page = treasurer.page("/members/1").replace("\xa0", " ")
    assert "15,00 €" in page, "two memberships and a day, on two accounts"
    assert "0003 : 5,00 €" in page
    assert twice.sql("SELECT balance_cents FROM account ORDER BY id") == [(1000,), (10500,), (500,)]
    assert "15,00" in treasurer.page("/members")


def test_the_other_file_is_proposed_and_found_by_name(twice: Space, secretary: Officer) -> None:
    page = secretary.page("/members/1/merge")
    assert "/members/1/merge?other=3" in page
    assert "/members/1/merge?other=3" in secretary.page("/members/1/merge?q=ines")
    assert "Aucune autre fiche" in secretary.page("/members/1/merge?q=zzz")
    listed = secretary.page("/members/twins")
    assert "/members/1/merge?other=3" in listed
    assert "/members/2/merge" not in listed


def test_two_people_of_one_name_are_told_apart_in_lists(desk: Desk, people: Space) -> None:
    people.clock.advance(days=3)
    people.join("Inès Moreau", NEW)
    treasurer = desk.sign_in(Role.TREASURER)
    for path in ("/members", "/members/search?q=moreau", "/money/find?q=moreau"):
        page = treasurer.page(path)
        assert page.count("homonyme, arrivée le") == 2, path


def test_a_merge_is_taken_back_as_long_as_nothing_is_written(twice: Space, secretary: Officer) -> None:
    before = twice.sql("SELECT number, email, joined_on, left_on, merged_into FROM member ORDER BY number")
    secretary.post("/members/1/merge", {"other": "3"}, form_on="/members/1")
    assert "Séparer de nouveau" in secretary.page("/members/1")
    for _ in range(2):
        assert secretary.post("/members/1/split").status_code == 303
    assert twice.sql("SELECT number, email, joined_on, left_on, merged_into FROM member ORDER BY number") == before
    assert twice.sql("SELECT member_id FROM badge WHERE tail = 'EF2A'") == [(3,)]
    assert twice.sql("SELECT member_id FROM membership ORDER BY id") == [(1,), (2,), (3,)]
    secretary.post("/members/1/merge", {"other": "3"}, form_on="/members/1")
    twice.tap(NEW)
    twice.till.pay(1, 100, "cash")
    assert "Séparer de nouveau" not in secretary.page("/members/1")
    assert secretary.post("/members/1/split").status_code == 400


@pytest.mark.parametrize("other", ["1", "99", "abc", "-1"])
def test_a_file_is_not_merged_with_itself_or_with_nothing(twice: Space, secretary: Officer, other: str) -> None:
    assert secretary.get(f"/members/1/merge?other={other}").status_code == 400
    assert secretary.post("/members/1/merge", {"other": other}, form_on="/members/1").status_code == 400


def test_a_year_begins_on_its_own_day_of_the_week(desk: Desk) -> None:
    from kiosk.web.desk.members import calendars

    with desk.app.test_request_context(base_url="https://localhost"):
        year = calendars.year(2024, {date(2024, 2, 29): "free-zone", date(2024, 12, 31): "carnet"})
    assert [len(quarter.squares) for quarter in year.quarters] == [91, 91, 92, 92]
    squares = [square for quarter in year.quarters for square in quarter.squares]
    assert [square.kind for square in squares if square.kind] == ["free", "covered"]
    for quarter in year.quarters:
        assert len({(square.x, square.y) for square in quarter.squares}) == len(quarter.squares)
        assert len(quarter.months) == 3
    assert [quarter.is_bare for quarter in year.quarters] == [False, True, True, False]
    assert max(square.x + calendars.SIDE for square in squares) <= year.width
    assert (year.count, year.free) == (2, 1)


def test_every_quarter_of_every_year_fits_its_picture(desk: Desk) -> None:
    from kiosk.web.desk.members import calendars

    with desk.app.test_request_context(base_url="https://localhost"):
        for number in range(2024, 2052):  # all that a year can begin with
            year = calendars.year(number, {})
            squares = [square for quarter in year.quarters for square in quarter.squares]
            assert len(squares) == (date(number + 1, 1, 1) - date(number, 1, 1)).days
            assert max(square.x + calendars.SIDE for square in squares) <= year.width


def test_nobody_grants_themselves_a_reduced_tariff_or_has_others_pay(people: Space, president: Officer) -> None:
    with people.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 1 WHERE email = 'president@exemple.fr'")
    answer = president.post("/members/1/reduced", REDUCED, form_on="/members/1/reduced")
    assert answer.status_code == 400
    assert "votre propre fiche" in answer.get_data(as_text=True).replace("\xa0", " ")
    paid = {"payer": "self", "kinds": ["day"], "from": "2026-11-25"}
    assert president.post("/members/1/payers", paid, form_on="/members/1/payers").status_code == 400
    assert president.post("/members/2/reduced", REDUCED, form_on="/members/2/reduced").status_code == 303


def test_a_member_without_a_tab_is_marked_and_logged_and_sold_to_with_a_word(
    people: Space, secretary: Officer, treasurer: Officer
) -> None:
    word = "encaissez en même temps"
    assert word not in treasurer.page("/money/sell/1")
    assert edit(secretary, "1", no_tab="1")[0] == 303
    assert people.sql("SELECT no_tab FROM member WHERE number = 1") == [(1,)]
    assert logged(people, "edit-file") == [(actor_of(Role.SECRETARY), 1, "no_tab")]
    assert "sans ardoise" in secretary.page("/members/1")
    assert 'name="no_tab" value="1" checked' in secretary.page("/members/1/edit")
    assert word in treasurer.page("/money/sell/1")
    assert edit(secretary, "2")[0] == 303
    assert people.sql("SELECT no_tab FROM member WHERE number = 1") == [(0,)]
    assert 'name="no_tab" value="1">' in secretary.page("/members/1/edit")
    assert "sans ardoise" not in secretary.page("/members/1")


def test_why_there_is_no_tab_is_the_office_s_affair_and_not_the_host_s(
    people: Space, secretary: Officer, host: Officer
) -> None:
    edit(secretary, "1", no_tab="1")
    assert "sans ardoise" not in host.page("/members/1")


def test_what_is_left_of_carnets_is_said_in_days_and_half_days(people: Space, secretary: Officer) -> None:
    with people.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO product (code, kind, unit, days) VALUES ('halves', 'carnet', 'half-day', 4)"
        )
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2020-01-01', 1000 FROM product WHERE code = 'halves'"
        )
        connection.exec_driver_sql(
            "INSERT INTO name (kind, code, language, from_on, text)"
            " VALUES ('product', 'halves', 'fr', '2020-01-01', 'Demies')"
        )
    people.till.sell(1, "halves", None)
    page = secretary.page("/members/1").replace("\xa0", " ")
    assert "<p>Carnet : 4 demi-journées" in page
    assert "Demies : reste 4 demi-journées sur 4" in page
    people.till.sell(1, "carnet-10", None)
    page = secretary.page("/members/1").replace("\xa0", " ")
    assert "<p>Carnet : 10 journées et 4 demi-journées" in page
    with people.home.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE carnet SET from_on = '2027-01-01' WHERE product_id = (SELECT id FROM product WHERE code = 'halves')"
        )
    assert "<p>Carnet : 10 journées, " in secretary.page("/members/1").replace("\xa0", " ")
    assert "reste 10 journées sur 10" in page
