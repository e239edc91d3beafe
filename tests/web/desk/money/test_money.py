"""The treasurer's evening: payments, sales, corrections, tabs and reminders, running plans."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain.members.roles import Role
from kiosk.money import cashbox
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer, actor_of

INES = "04A2000000E511"
HUGO = "DEADBEEF"
KARIM = "04A1B2C3D4E501"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def ines(space: Space) -> int:
    return space.join("Inès Moreau", INES)


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def send(officer: Officer, path: str, data: Mapping[str, object], form_on: str | None = None, status: int = 303) -> str:
    """Fill in the form on a page and send it. Returns where it leads, or the page that comes back."""
    page = officer.page(form_on or path)
    answer = officer.post(path, {"key": key_on(page), **data}, form_on=form_on or path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.headers["Location"] if status == 303 else answer.get_data(as_text=True)


def entries(space: Space, kind: str) -> list[tuple[object, ...]]:
    return space.sql(f"SELECT amount_cents, method, actor FROM entry WHERE kind = '{kind}' ORDER BY number")


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_a_payment_is_three_clicks_from_a_search(space: Space, treasurer: Officer, ines: int) -> None:
    found = treasurer.page("/money/find?q=moreau")
    link = re.search(r'href="(/money/accounts/\d+/pay)"', found)
    assert link is not None
    form = treasurer.page(link[1])
    assert 'value="5,00"' in form
    amount = f"amount-{account(space, ines)}"
    where = send(treasurer, link[1], {amount: "5,00", "method": "cash"})
    assert "5,00\xa0€ reçus (espèces)" in treasurer.page(where)
    assert entries(space, "payment") == [(-500, "cash", actor_of(Role.TREASURER))]
    assert space.owes(ines) == 0


@pytest.mark.parametrize("text", ["INES", "inès mor", "1", "0001", "e511"])
def test_the_payer_is_found_by_name_number_or_badge(treasurer: Officer, ines: int, text: str) -> None:
    assert "Inès Moreau" in treasurer.page("/money/find", query_string={"q": text})
    assert "Inès Moreau" in treasurer.page("/money", query_string={"q": text})


def test_the_box_for_a_payer_finds_accounts_and_the_one_above_finds_pages(treasurer: Officer) -> None:
    assert "Aucun compte" in treasurer.page("/money/find", query_string={"q": "soir"})
    assert 'href="/books/month"' in treasurer.page("/find", query_string={"q": "soirée"})


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "zzz", "x" * 300, "99999999999999999999"])
def test_what_fits_nobody_finds_nobody(treasurer: Officer, ines: int, text: str) -> None:
    assert "Inès" not in treasurer.page("/money/find", query_string={"q": text})


def test_payment_is_for_what_is_ticked(space: Space, treasurer: Officer, ines: int) -> None:
    space.till.sell(ines, "carnet-10", None)
    own = account(space, ines)
    path = f"/money/accounts/{own}/pay"
    (carnet,) = space.sql("SELECT max(number) FROM entry WHERE kind = 'charge'")
    assert f'name="for" value="{carnet[0]}"' in treasurer.page(path)
    send(treasurer, path, {f"amount-{own}": "45", "method": "card", "for": "999999"}, status=400)
    send(treasurer, path, {f"amount-{own}": "45", "method": "card", "for": str(carnet[0])})
    page = treasurer.page(path)
    assert "Carnet" not in page
    assert "Adhésion" in page


def test_the_back_button_never_repeats_a_payment(space: Space, treasurer: Officer, ines: int) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    data = {"key": key_on(treasurer.page(path)), f"amount-{account(space, ines)}": "5", "method": "card"}
    first = treasurer.post(path, data, form_on=path)
    second = treasurer.post(path, data, form_on=path)
    assert first.headers["Location"] == second.headers["Location"]
    assert "déjà été envoyé" in treasurer.page(second.headers["Location"])
    assert len(entries(space, "payment")) == 1


@pytest.mark.parametrize("key", [None, "", "zz", "00", "0" * 64])
def test_a_form_without_its_key_is_none_of_ours(space: Space, treasurer: Officer, ines: int, key: str | None) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    data = {f"amount-{account(space, ines)}": "5", "method": "card", **({} if key is None else {"key": key})}
    assert treasurer.post(path, data, form_on=path).status_code == 400
    assert entries(space, "payment") == []


@pytest.mark.parametrize("amount", ["", "0", "abc", "-5", "5,001", "1.234"])
def test_a_wrong_amount_stays_in_its_field_with_the_reason_beside_it(
    space: Space, treasurer: Officer, ines: int, amount: str
) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    page = send(treasurer, path, {f"amount-{account(space, ines)}": amount, "method": "cash"}, status=400)
    assert f'value="{amount}"' in page
    assert re.search('id="amount(-[0-9]+)?-error"', page)
    assert entries(space, "payment") == []


def test_a_cheque_keeps_its_bank_number_and_drawer_apart(space: Space, treasurer: Officer, ines: int) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    cheque = {"method": "cheque", "bank": "CIC; Lille", "cheque-number": "1234567", "drawer": "Claire Moreau"}
    where = send(treasurer, path, {f"amount-{account(space, ines)}": "5", **cheque})
    assert space.sql("SELECT body FROM entry_text") == [("banque CIC, Lille ; n° 1234567 ; au nom de Claire Moreau",)]
    for page in (where, "/money/payments", f"/members/{ines}"):
        assert "bank CIC, Lille · no. 1234567 · drawn by Claire Moreau" in treasurer.page(page, headers=ENGLISH)
        assert "banque CIC, Lille · n° 1234567 · au nom de Claire Moreau" in treasurer.page(page)


def test_a_transfer_keeps_its_day_and_its_reference(
    space: Space, treasurer: Officer, president: Officer, ines: int
) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    transfer = {"method": "transfer", "sent": "2026-11-20", "transfer-reference": "KIOSQUE; 0001"}
    where = send(treasurer, path, {f"amount-{account(space, ines)}": "5", **transfer})
    assert space.sql("SELECT body FROM entry_text") == [("reçu le 20/11/2026 ; réf. KIOSQUE, 0001",)]
    for page in (where, "/money/payments", f"/members/{ines}", f"/members/{ines}/data"):
        assert "received on 20 Nov 2026 · ref. KIOSQUE, 0001" in president.page(page, headers=ENGLISH)
        assert "reçu le 20 nov. 2026 · réf. KIOSQUE, 0001" in president.page(page)


@pytest.mark.parametrize("missing", ["bank", "cheque-number"])
def test_a_cheque_is_not_taken_without_what_its_slip_asks_for(
    space: Space, treasurer: Officer, ines: int, missing: str
) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    cheque = {"method": "cheque", "bank": "CIC", "cheque-number": "1234567", missing: ""}
    page = send(treasurer, path, {f"amount-{account(space, ines)}": "5", **cheque}, status=400)
    assert 'id="cheque-error"' in page
    assert entries(space, "payment") == []


@pytest.mark.parametrize("typed", [{"bank": "CIC", "cheque-number": "1234567"}, {"transfer-reference": "KIOSQUE 1"}])
def test_enter_in_a_field_of_a_means_shuts_it_not_away(
    space: Space, treasurer: Officer, ines: int, typed: dict[str, str]
) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    page = send(treasurer, path, {f"amount-{account(space, ines)}": "5", **typed}, status=400)
    assert 'id="method-error"' in page
    assert page.count("<details open") == 1
    assert entries(space, "payment") == []


def test_one_payment_settles_two_accounts(space: Space, treasurer: Officer, ines: int) -> None:
    hugo = space.join("Hugo Petit", HUGO)
    own, other = account(space, ines), account(space, hugo)
    path = f"/money/accounts/{own}/pay"
    assert f"with={other}" in treasurer.page(path, query_string={"q": "hugo"})
    form = f"{path}?with={other}"
    where = send(
        treasurer,
        path,
        {"with": str(other), f"amount-{own}": "5", f"amount-{other}": "7,50", "method": "transfer"},
        form,
    )
    page = treasurer.page(where)
    assert "12,50" in page
    assert "Hugo Petit" in page
    assert (space.owes(ines), space.owes(hugo)) == (0, -250)
    assert space.sql("SELECT count(DISTINCT group_id) FROM entry WHERE kind = 'payment'") == [(1,)]


def test_an_organisation_that_pays_is_found_and_goes_together_with_its_member(
    space: Space, treasurer: Officer, ines: int
) -> None:
    with space.home.store.writing() as connection:
        for statement in (
            "INSERT INTO organisation (id, name) VALUES (1, 'Coopérative Résonance')",
            "INSERT INTO account (id, organisation_id) VALUES (100, 1)",
            "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (1, 'carnet', 100, '2026-01-01')",
        ):
            connection.exec_driver_sql(statement)
    assert "Coopérative Résonance" in treasurer.page("/money/find?q=résonance")
    assert "with=100" in treasurer.page(f"/money/accounts/{account(space, ines)}/pay")
    assert "sur le compte de Coopérative Résonance" in treasurer.page(f"/money/sell/{ines}")
    send(treasurer, f"/money/sell/{ines}", {"product": "carnet-10"})
    send(treasurer, "/money/accounts/100/pay", {"amount-100": "45", "method": "transfer"})
    assert space.sql("SELECT balance_cents FROM account WHERE id = 100") == [(0,)]


def test_a_sale_shows_the_member_s_price_before_and_writes_it(space: Space, treasurer: Officer, ines: int) -> None:
    with space.home.store.writing() as connection:
        found = members.by_number(connection, ines)
        day = datetime(2026, 11, 1, tzinfo=UTC).date()
        members.grant_reduced(connection, found, "reduced", day, day.replace(year=2027))
    assert "22,50\xa0€" in treasurer.page(f"/money/sell/{ines}")
    where = send(treasurer, f"/money/sell/{ines}", {"product": "carnet-10", "from": "2026-11-25"})
    assert "Carnet de 10 journées" in treasurer.page(where)
    assert space.owes(ines) == 500 + 2250


def test_a_sale_and_its_payment_are_one_act(space: Space, treasurer: Officer, ines: int) -> None:
    path = f"/money/sell/{ines}"
    page = treasurer.page(path)
    data = {"key": key_on(page), "product": "carnet-10", "from": "2026-11-25", "method": "cash"}
    where = treasurer.post(path, data, form_on=path).headers["Location"]
    assert treasurer.post(path, data, form_on=path).headers["Location"] == where  # sent twice, written once
    shown = treasurer.page(where)
    assert "Carnet de 10 journées" in shown
    assert "45,00\xa0€ reçus" in shown
    assert entries(space, "payment") == [(-4500, "cash", actor_of(Role.TREASURER))]
    assert space.owes(ines) == 500
    is_well(space)


def test_a_sale_whose_payment_cannot_be_is_no_sale(space: Space, treasurer: Officer, host: Officer, ines: int) -> None:
    path = f"/money/sell/{ines}"
    for wrong in ({"method": "barter"}, {"method": "cheque", "bank": "CIC"}, {"method": "none"}):
        send(treasurer, path, {"product": "carnet-10", **wrong}, status=400)
    data = {"key": key_on(host.page(path)), "product": "carnet-10", "method": "cash"}
    assert host.post(path, data, form_on=path).status_code == 403  # they are not to learn the price
    assert space.owes(ines) == 500
    assert entries(space, "charge")[1:] == []


def test_a_free_price_is_typed_within_its_floor(space: Space, treasurer: Officer, ines: int) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents, floor_cents)"
            " SELECT id, 'full', '2026-11-01', 2000, 1000 FROM product WHERE code = 'week'"
        )
    path = f"/money/sell/{ines}"
    for wrong in ("9,99", "cher"):
        page = send(treasurer, path, {"product": "week", "price-week": wrong}, status=400)
        assert 'id="price-error"' in page
        assert f'value="{wrong}"' in page
    dear = {"product": "week", "price-week": "100 000", "method": "card"}  # a slip of the finger is asked about
    assert 'name="sure"' in send(treasurer, path, dear, status=400)
    assert space.owes(ines) == 500
    send(treasurer, path, {"product": "week", "price-week": "12"})
    assert space.owes(ines) == 500 + 1200


def test_a_plan_that_cannot_be_charged_is_told_in_words(space: Space, treasurer: Officer, ines: int) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO product (id, code, kind, unit) VALUES (90, 'new', 'subscription', 'month')"
        )
        connection.exec_driver_sql(
            "INSERT INTO subscription (member_id, product_id, from_on) VALUES (1, 90, '2026-11-25')"
        )
    for path in ("/money", "/money/subscriptions"):
        page = treasurer.page(path, headers={"Accept-Language": "fr"})
        assert "Ce produit n’a pas de tarif ce jour-là." in page
        assert "no-tariff" not in page


def test_a_plan_sold_to_run_is_shown_ahead_paused_resumed_and_ended(
    space: Space, treasurer: Officer, ines: int
) -> None:
    send(treasurer, f"/money/sell/{ines}", {"product": "permanent", "runs": "yes"})
    assert "25\u00a0déc.\u00a02026" in treasurer.page("/money")
    assert "25\u00a0déc.\u00a02026" in treasurer.page("/money/subscriptions")
    page = "/money/subscriptions/1"
    for what, data in (
        ("pause", {"from": "2026-12-20", "until": "2027-01-10"}),
        ("resume", {"on": "2026-12-28"}),
        ("end", {"last": "2027-02-10"}),
    ):
        answer = treasurer.post(f"{page}/{what}", data, form_on=page)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    assert space.sql("SELECT from_on, until_on FROM subscription_pause") == [("2026-12-20", "2026-12-27")]
    assert space.sql("SELECT until_on FROM subscription") == [("2027-02-10",)]
    assert "25\u00a0déc.\u00a02026" not in treasurer.page("/money")


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("pause", {"from": "2026-12-20", "until": "2026-12-01"}),
        ("pause", {"from": "hier"}),
        ("resume", {"on": "2026-12-01"}),
        ("end", {"last": "2020-01-01"}),
    ],
)
def test_days_that_make_no_sense_come_back_with_the_reason(
    space: Space, treasurer: Officer, what: str, data: dict[str, str]
) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    page = "/money/subscriptions/1"
    answer = treasurer.post(f"{page}/{what}", data, form_on=page)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("way", "data", "from_on", "back"),
    [
        ("paid", {}, "2026-12-25", 0),  # after what is paid
        ("credit", {}, "2026-11-26", 9667),  # it covers the day on which it began
        ("now", {}, "2026-11-26", 0),
        ("credit", {"until": "2026-12-04"}, "2026-11-26", 3000),  # nine of thirty days
        ("credit", {"from": "2026-12-20"}, "2026-12-20", 1667),  # five
        ("credit", {"from": "2026-12-25"}, "2026-12-25", 0),
    ],
)
def test_pause_is_by_three_ways_and_says_what_days_of_its_own_give_back(
    space: Space, treasurer: Officer, way: str, data: dict[str, str], from_on: str, back: int
) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    owed, page = space.owes(number), "/money/subscriptions/1"
    assert 'value="paid" checked' in treasurer.page(page)
    answer = treasurer.post(f"{page}/pause", {"way": way, **data}, form_on=page)
    if data:
        assert answer.status_code == 400
        assert space.owes(number) == owed  # said, and not done yet
        assert f'name="gives" value="{back}"' in answer.get_data(as_text=True)
        answer = treasurer.post(f"{page}/pause", {"way": way, **data, "gives": str(back)}, form_on=page)
    assert answer.status_code == 303
    until = data.get("until")
    assert space.sql("SELECT from_on, until_on FROM subscription_pause") == [(from_on, until)]
    assert space.owes(number) == owed - back


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "1 jour sur 30 est recrédité : 3,33"), ("en", "1 of 30 days is credited back: €3.33")],
)
def test_a_single_day_that_is_given_back_is_counted_as_one(desk: Desk, language: str, sentence: str) -> None:
    desk.space.join("Karim Benali", KARIM, "permanent")
    treasurer, page = desk.sign_in(Role.TREASURER), "/money/subscriptions/1"
    form, headers = {"way": "credit", "last": "2026-12-23"}, {"Accept-Language": language}
    answer = treasurer.post(f"{page}/end", form, form_on=page, headers=headers)
    assert sentence in answer.get_data(as_text=True).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("way", "data", "last_on", "back"),
    [
        ("paid", {}, "2026-12-24", 0),
        ("credit", {}, "2026-12-04", 6667),
        ("now", {}, "2026-12-04", 0),
        ("credit", {"last": "2026-12-14"}, "2026-12-14", 3333),
    ],
)
def test_plan_ends_by_three_ways_each_with_its_cost(
    desk: Desk, way: str, data: dict[str, str], last_on: str, back: int
) -> None:
    space = desk.space
    number = space.join("Karim Benali", KARIM, "permanent")
    owed, page = space.owes(number), "/money/subscriptions/1"
    space.clock.advance(days=10)
    treasurer = desk.sign_in(Role.TREASURER)
    said = treasurer.page(page, headers={"Accept-Language": "fr"}).replace("\xa0", " ")
    assert "20 jours sur 30 sont recrédités : 66,67" in said
    if data:
        assert treasurer.post(f"{page}/end", {"way": way, **data}, form_on=page).status_code == 400
        data = {**data, "gives": str(back)}
    assert treasurer.post(f"{page}/end", {"way": way, **data}, form_on=page).status_code == 303
    assert space.sql("SELECT until_on FROM subscription WHERE entry_number IS NULL") == [(last_on,)]
    assert space.owes(number) == owed - back


def test_an_entry_is_taken_back_once_and_says_why(space: Space, treasurer: Officer, ines: int) -> None:
    entry = space.till.pay(ines, 500, "cash")
    path = f"/money/entries/{entry}/reverse"
    assert 'id="reason-error"' in send(treasurer, path, {"reason": "  "}, status=400)
    assert "5,00\xa0€ reçus" in treasurer.page(path, headers={"Accept-Language": "fr"})
    data = {"key": key_on(treasurer.page(path)), "reason": "mauvaise personne"}
    first = treasurer.post(path, data)
    assert first.status_code == 303
    assert treasurer.post(path, data).headers["Location"] == first.headers["Location"]
    assert space.owes(ines) == 500
    assert "déjà corrigée" in treasurer.page(path)
    again = treasurer.post(path, {**data, "key": "ab" * 16})
    assert again.status_code == 400
    assert "déjà corrigée" in again.get_data(as_text=True)
    act = treasurer.page(f"/money/acts/{entry}", headers={"Accept-Language": "fr"})
    assert re.findall(r"(<\w+>)[^<]*5,00\xa0€ reçus", act) == ["<s>", "<s>"]  # above, and in its row
    assert re.search(r"Corrigé le 1?\d", act)
    assert "5,00\xa0€ annulés" in act
    is_well(space)


def test_a_debt_is_written_off_an_advance_handed_back_a_deposit_asked_for(
    space: Space, treasurer: Officer, ines: int
) -> None:
    own = account(space, ines)
    assert 'id="amount-error"' in send(
        treasurer, f"/money/accounts/{own}/write-off", {"amount": "6", "reason": "x"}, status=400
    )
    send(treasurer, f"/money/accounts/{own}/write-off", {"amount": "5", "reason": "sans adresse"})
    assert space.owes(ines) == 0
    send(treasurer, f"/money/accounts/{own}/deposit", {"amount": "10", "reason": ""})
    assert space.owes(ines) == 1000
    space.till.pay(ines, 1500, "cash")
    assert "avance 5,00" in treasurer.page(f"/money/accounts/{own}/pay").replace("\xa0", " ")
    send(treasurer, f"/money/accounts/{own}/refund", {"amount": "5", "method": "cash", "reason": "trop perçu"})
    assert space.owes(ines) == 0
    assert entries(space, "refund") == [(500, "cash", actor_of(Role.TREASURER))]
    is_well(space)


def test_cash_beyond_the_box_is_not_handed_back_and_the_page_says_what_to_count(
    space: Space, treasurer: Officer, ines: int
) -> None:
    own = account(space, ines)
    space.till.pay(ines, 1500, "transfer")
    with space.home.store.writing() as connection:
        moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
        cashbox.declare(connection, space.home.seal, moment, "cli", own, 1500)
    page = send(
        treasurer,
        f"/money/accounts/{own}/refund",
        {"amount": "10", "method": "cash", "reason": "trop perçu"},
        status=400,
    )
    said = page.replace("\xa0", " ").replace("\u202f", " ")
    assert "La caisse contient 0,00 €. Comptez d’abord : 15,00 € sont déclarés." in said
    assert entries(space, "refund") == []


def test_box_below_nothing_is_said_and_is_something_to_do(space: Space, treasurer: Officer, ines: int) -> None:
    wrong = space.till.pay(ines, 5000, "cash")
    assert 'id="todo-box"' not in treasurer.page("/")
    parts = {"store": space.home.store, "rules": Rules(space.home.config.zone), "seal": space.home.seal}
    BankDeposits(**parts, clock=space.clock, actor="cli").deposit(cash_cents=5000)  # type: ignore[arg-type]
    space.till.reverse(wrong, "par carte")
    for path in ("/", "/books/cash"):
        said = treasurer.page(path).replace("\xa0", " ").replace("\u202f", " ").replace("−", "-")
        assert "Le solde de la caisse est de -50,00 € : une écriture manque" in said


def test_sum_above_what_is_owed_and_the_dearest_product_is_asked_again(
    space: Space, treasurer: Officer, ines: int
) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    amount = f"amount-{account(space, ines)}"
    page = send(treasurer, path, {amount: "1 000,00", "method": "card"}, status=400)
    assert 'name="sure"' in page
    assert "La somme est-elle bien 1 000,00 € ?" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert entries(space, "payment") == []
    send(treasurer, path, {amount: "1 000,00", "method": "card", "sure": "1"})
    assert [row[0] for row in entries(space, "payment")] == [-100000]
    send(treasurer, path, {amount: "100,00", "method": "card"})  # as much as a plan costs
    assert len(entries(space, "payment")) == 2


def test_deposit_above_what_is_owed_and_the_dearest_product_is_asked_again(
    space: Space, treasurer: Officer, ines: int
) -> None:
    path = f"/money/accounts/{account(space, ines)}/deposit"
    assert 'name="sure"' in send(treasurer, path, {"amount": "1.000,00", "reason": ""}, status=400)
    assert entries(space, "deposit") == []
    send(treasurer, path, {"amount": "1.000,00", "reason": "", "sure": "1"})
    assert [row[0] for row in entries(space, "deposit")] == [100000]


def own(desk: Desk, role: Role, number: int) -> None:
    """An officer is a member, too."""
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE desk_user SET member_id = (SELECT id FROM member WHERE number = ?) WHERE email = ?",
            (number, f"{role.value}@exemple.fr"),
        )


def test_an_officer_s_own_account_needs_another_officer(desk: Desk, ines: int) -> None:
    own(desk, Role.TREASURER, ines)
    treasurer, president = desk.sign_in(Role.TREASURER), desk.sign_in(Role.PRESIDENT)
    mine = account(desk.space, ines)
    for path, data in (
        ("/money/entries/1/reverse", {"reason": "geste"}),
        (f"/money/accounts/{mine}/write-off", {"amount": "5", "reason": "geste"}),
        (f"/money/accounts/{mine}/pay", {f"amount-{mine}": "5", "method": "cash"}),
    ):
        assert "votre propre compte" in send(treasurer, path, data, status=400)
    assert desk.space.sql("SELECT count(*) FROM entry") == [(1,)]
    send(president, f"/money/accounts/{mine}/pay", {f"amount-{mine}": "5", "method": "cash"})
    assert desk.space.owes(ines) == 0


def test_tabs_show_how_old_they_are_and_narrow_by_it(desk: Desk, space: Space, ines: int) -> None:
    space.clock.advance(days=70)
    treasurer = desk.sign_in(Role.TREASURER)
    hugo = space.join("Hugo Petit", HUGO)
    page = treasurer.page("/money/tabs")
    assert "Inès Moreau" in page
    assert "Hugo Petit" in page
    assert "10,00\xa0€" in page
    old = treasurer.page("/money/tabs?older=60&sort=-age")
    assert "Inès Moreau" in old
    assert "Hugo Petit" not in old
    assert 'aria-sort="descending"' in old
    space.till.pay(hugo, 800, "cash")
    assert "avance 3,00" in treasurer.page("/money/tabs?advance=1").replace("\xa0", " ")
    assert "Inès" not in treasurer.page("/money/tabs?who=organisations&older=30&q=in&sort=name&page=9999")


@pytest.mark.parametrize("query", ["sort=;drop", "older=abc", "who=x", "page=-1", "sort=-nothing", "older=31"])
def test_what_an_address_cannot_mean_is_left_out(treasurer: Officer, ines: int, query: str) -> None:
    assert "Inès Moreau" in treasurer.page(f"/money/tabs?{query}")
    treasurer.page(f"/money/payments?{query}&from=x&to=2026-13-40&method=gold")


def test_a_reminder_is_friendly_exact_and_in_the_member_s_language(space: Space, treasurer: Officer, ines: int) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr' WHERE number = 1")
    path = f"/money/tabs/{account(space, ines)}/reminder"
    page = treasurer.page(path)
    assert "Bonjour Inès," in page
    assert "mailto:ines@exemple.fr?subject=Votre%20ardoise" in page
    assert "Hello Inès," in treasurer.page(f"{path}?lang=en")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET language = 'en' WHERE number = 1")
    assert "Hello Inès," in treasurer.page(path)
    space.till.pay(ines, 500, "cash")
    assert treasurer.get(path).status_code == 404
    assert ("reminder", 1) in space.sql("SELECT act, member_number FROM desk_log")


def test_payments_add_up_by_method_without_what_was_taken_back(space: Space, treasurer: Officer, ines: int) -> None:
    space.till.pay(ines, 500, "cash")
    space.till.pay(ines, 700, "card")
    wrong = space.till.pay(ines, 9900, "card")
    space.till.reverse(wrong, "erreur")
    space.till.refund(account(space, ines), 200, "cash", "trop perçu")
    page = treasurer.page("/money/payments")
    assert "10,00\xa0€" in page
    assert "3,00\xa0€" in page
    card = treasurer.page("/money/payments?method=card&sort=amount")
    assert "7,00\xa0€" in card
    assert "espèces</td>" not in card
    assert "Aucun paiement" in treasurer.page("/money/payments?from=2026-10-01&to=2026-10-31")


@pytest.mark.promise(6)
def test_a_host_takes_payments_and_sees_no_money(space: Space, host: Officer, treasurer: Officer, ines: int) -> None:
    page = host.page("/money?q=moreau")
    assert "€" not in page
    own_account = account(space, ines)
    form = host.page(f"/money/accounts/{own_account}/pay")
    assert "€" not in form
    assert "5,00" not in form
    where = send(host, f"/money/accounts/{own_account}/pay", {f"amount-{own_account}": "5", "method": "cash"})
    assert "5,00\xa0€ reçus" in host.page(where)
    others = send(treasurer, f"/money/accounts/{own_account}/pay", {f"amount-{own_account}": "1", "method": "cash"})
    assert host.get(others).status_code == 403
    for path in ("/money/tabs", "/money/payments", "/money/subscriptions", "/money/entries/1/reverse"):
        assert host.get(path).status_code == 403


def test_a_host_who_sells_is_not_shown_who_pays_less(space: Space, host: Officer, ines: int) -> None:
    with space.home.store.writing() as connection:
        found = members.by_number(connection, ines)
        day = datetime(2026, 11, 1, tzinfo=UTC).date()
        members.grant_reduced(connection, found, "reduced", day, day.replace(year=2027))
    page = host.page(f"/money/sell/{ines}")
    assert "45,00\xa0€" in page
    assert "22,50" not in page
    assert "réduit" not in page
    where = send(host, f"/money/sell/{ines}", {"product": "carnet-10"})
    assert "22,50" not in host.page(where)
    assert space.owes(ines) == 500 + 2250


def test_the_secretary_has_nothing_to_do_with_money(secretary: Officer) -> None:
    for path in ("/money", "/money/find", "/money/tabs", "/money/pay/1", "/money/sell/1"):
        assert secretary.get(path).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/money/pay/99",
        "/money/accounts/99/pay",
        "/money/accounts/1/pay?with=99",
        "/money/sell/99",
        "/money/acts/99",
        "/money/entries/99/reverse",
        "/money/accounts/99/refund",
        "/money/accounts/1/theft",
        "/money/subscriptions/99",
        "/money/tabs/99/reminder",
    ],
)
def test_what_is_not_there_is_not_found(treasurer: Officer, ines: int, path: str) -> None:
    assert treasurer.get(path).status_code == 404


def test_every_page_speaks_english_too(space: Space, treasurer: Officer, ines: int) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    english = {"headers": {"Accept-Language": "en"}}
    for path, word in (
        ("/money", "Money"),
        ("/money/payments", "Payments"),
        ("/money/tabs", "Tabs"),
        ("/money/subscriptions", "Running plans"),
        ("/money/subscriptions/1", "Periods charged"),
        ("/money/sell/1", "Put on the tab"),
        ("/money/entries/1/reverse", "Record the reversal"),
        ("/money/accounts/1/deposit", "Badge deposit"),
        ("/money/acts/1", "Entry 1"),
    ):
        page = treasurer.page(path, **english)
        assert word in page
        assert len(re.findall("<h1", page)) == 1
        assert " style=" not in page


def test_pressing_enter_in_the_amount_chooses_no_method(space: Space, treasurer: Officer, ines: int) -> None:
    path = f"/money/accounts/{account(space, ines)}/pay"
    assert treasurer.page(path).index('name="method" value=""') < treasurer.page(path).index('value="cash"')
    page = send(treasurer, path, {f"amount-{account(space, ines)}": "5", "method": ""}, status=400)
    assert 'id="method-error"' in page


def test_a_week_that_was_sold_leads_to_its_sale(space: Space, treasurer: Officer, ines: int) -> None:
    sold = space.till.sell(ines, "week", None)
    answer = treasurer.get("/money/subscriptions/1")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/money/acts/{sold.entry}")
