"""A president with two accounts, a correction above the sum, and an association that has one officer only."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from kiosk.config import MailConfig
from kiosk.errors import RequestError
from kiosk.members.officers import Officers, Profile
from kiosk.messages.officers_notice import Watch
from kiosk.money.second_officer import SecondOfficer
from kiosk.store.money import second_look_rows
from kiosk.store.officers import account_views, desk_users
from kiosk.store.space.policies import Rules
from kiosk.web.desk.app import create_app
from kiosk.web.desk.common.permissions import Role
from tests.conftest import WEDNESDAY, Space
from tests.web.desk.conftest import PASSWORD, Desk, Officer, declare_outsiders
from tests.web.desk.officers.test_accounts import attempt, choose, number_of, set_up_codes, text

BADGE, NEW = "04B1C2D3E4F501", "une autre phrase assez longue"


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telephone and the desk agree on the time."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


@pytest.fixture
def karim(desk: Desk) -> int:
    """The president is a member, and owes a day."""
    number = desk.space.join("Karim Benali", BADGE)
    desk.space.tap(BADGE)
    by(desk.space).change(number_of(desk, "president@exemple.fr"), Profile("Karim", ["president"], number))
    return number


@pytest.fixture
def with_mail(desk: Desk) -> Iterator[Desk]:
    """A desk whose home has a mail server."""
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    home = replace(desk.space.home, config=msgspec.structs.replace(desk.space.home.config, mail=mail))
    yield Desk(desk.space, create_app(home, desk.space.clock, bytes(32), ["localhost"]))


def by(space: Space, actor: str = "cli") -> Officers:
    return Officers.of(space.home, space.clock, actor)


def correcting(desk: Desk, actor: str) -> SecondOfficer:
    home = desk.space.home
    rules, watch = Rules(home.config.zone), Watch.of(home, actor)
    return SecondOfficer(
        store=home.store, rules=rules, seal=home.seal, clock=desk.space.clock, actor=actor, watch=watch
    )


def charge_of(desk: Desk, number: int) -> int:
    """The standing charge of a member's day."""
    query = f"SELECT charge_entry FROM visit WHERE member_id = (SELECT id FROM member WHERE number = {number})"
    return int(str(desk.space.sql(query)[0][0]))


def reverse(officer: Officer, entry: int, key: int = 1) -> str:
    """Take an entry back through its page; where it leads."""
    path = f"/money/entries/{entry}/reverse"
    answer = officer.post(path, {"reason": "erreur", "key": f"{key:032x}"}, form_on=path)
    return str(answer.headers.get("Location", answer.get_data(as_text=True)))


def agree(desk: Desk, officer: Officer, *numbers: int) -> TestResponse:
    """Agree to acts that wait, in one yes, as the page shows them now."""
    with desk.space.home.store.reading() as connection:
        looks = [second_look_rows.get(connection, number) for number in numbers]
    lines = [f"{look.id}:{look.asked.digest}" for look in looks if look is not None]
    return officer.post("/two/corrections/accept", {"yes": lines}, form_on="/two")


def vouch(desk: Desk, officer: Officer, user: int) -> TestResponse:
    """Vouch for an account, as the page shows it now."""
    with desk.space.home.store.reading() as connection:
        view = account_views.of(connection, user, WEDNESDAY.date())
    return officer.post(f"/two/accounts/{user}", {"digest": view.digest}, form_on="/two")


def second_account(desk: Desk, president: Officer, roles: tuple[str, ...] = ("treasurer",)) -> Officer:
    """The president makes another account and signs in with it."""
    data = {"email": "zoe@exemple.fr", "name": "Zoé", "roles": list(roles), "member": ""}
    page = president.post("/users/new", data, form_on="/users/new").get_data(as_text=True)
    link = page.partition('value="https://localhost/reset/')[2].partition('"')[0]
    assert choose(desk.stranger(), f"/reset/{link}", NEW) == "/login"
    found = desk.stranger()
    assert attempt(desk, "zoe@exemple.fr", NEW, found) == 302
    declare_outsiders(desk.space, number_of(desk, "zoe@exemple.fr"))
    return found


def notices(desk: Desk) -> list[dict[str, Any]]:
    """What was sealed of accounts, rules and second officers, oldest first."""
    rows = desk.space.sql("SELECT detail, actor FROM entry WHERE kind = 'notice' ORDER BY number")
    return [json.loads(str(detail)) | {"by": actor} for detail, actor in rows]


# Two accounts are no four eyes


def test_a_president_s_second_account_takes_back_no_charge_of_hers(
    desk: Desk, karim: int, president: Officer, secretary: Officer
) -> None:
    charge = charge_of(desk, karim)
    assert "C’est votre propre compte" in reverse(president, charge)
    second = second_account(desk, president)
    assert "qui a créé ou changé votre compte" in reverse(second, charge)
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(0,)]
    user = number_of(desk, "zoe@exemple.fr")
    for who in (president, second):
        vouch(desk, who, user)
        assert "ni un compte qu’elle a créé, ne peut le faire" in text(who, "/two")
    vouch(desk, secretary, user)
    assert "Le compte est confirmé" in text(secretary, "/two")
    assert reverse(second, charge, 2).startswith("/money/")
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(1,)]


def test_an_account_through_an_account_is_no_way_round(desk: Desk, karim: int, president: Officer) -> None:
    second = second_account(desk, president, ("president",))
    data = {"email": "tiers@exemple.fr", "name": "", "roles": ["treasurer"], "member": ""}
    second.post("/users/new", data, form_on="/users/new")
    with desk.space.home.store.writing() as connection:
        user = desk_users.by_email(connection, "tiers@exemple.fr").id
        kept = desk.space.sql("SELECT password FROM desk_user WHERE id = 1")[0][0]
        desk_users.change(connection, user, password=kept)
    declare_outsiders(desk.space, user)
    third = desk.stranger()
    assert attempt(desk, "tiers@exemple.fr", PASSWORD, third) == 302
    assert "qui a créé ou changé votre compte" in reverse(third, charge_of(desk, karim))
    vouch(desk, third, number_of(desk, "zoe@exemple.fr"))
    assert "ni un compte qu’elle a créé, ne peut le faire" in text(third, "/two")


def test_a_link_for_a_colleague_s_account_is_a_hand_in_it(
    desk: Desk, karim: int, president: Officer, treasurer: Officer
) -> None:
    user = number_of(desk, "treasurer@exemple.fr")
    president.post(f"/users/{user}/link")
    assert attempt(desk, "treasurer@exemple.fr", PASSWORD, again := desk.stranger()) == 302
    assert "qui a créé ou changé votre compte" in reverse(again, charge_of(desk, karim))
    assert "Trésorerie" in text(again, "/two") or "Treasurer" in text(again, "/two")


def test_what_the_machine_s_keeper_does_is_nobody_s_hand(desk: Desk, karim: int) -> None:
    user = number_of(desk, "treasurer@exemple.fr")
    by(desk.space).prepare_link(user)
    assert desk.space.sql("SELECT count(*) FROM desk_hand") == [(0,)]
    by(desk.space, "officer:1").prepare_link(user)
    assert desk.space.sql("SELECT user_id, officer_id, act FROM desk_hand") == [(user, 1, "user-link")]
    by(desk.space).confirm(user)
    assert desk.space.sql("SELECT confirmed_by FROM desk_hand") == [("cli",)]


# Sealed and told


def test_each_act_on_an_account_is_sealed_and_told_to_the_others_at_once(with_mail: Desk) -> None:
    president = with_mail.sign_in(Role.PRESIDENT)
    before = len(notices(with_mail))
    data = {"email": "zoe@exemple.fr", "name": "Zoé", "roles": ["treasurer"], "member": ""}
    president.post("/users/new", data, form_on="/users/new")
    (sealed,) = notices(with_mail)[before:]
    user, actor = number_of(with_mail, "zoe@exemple.fr"), f"officer:{number_of(with_mail, 'president@exemple.fr')}"
    assert (sealed["about"], sealed["act"], sealed["user"], sealed["roles"]) == (
        "account",
        "user-add",
        user,
        "treasurer",
    )
    assert sealed["by"] == actor
    rows = with_mail.space.sql("SELECT recipient, body FROM outbox WHERE about LIKE 'user-add%' ORDER BY recipient")
    assert [to for to, _ in rows] == ["secretary@exemple.fr", "treasurer@exemple.fr", "zoe@exemple.fr"]
    assert f"Le compte n° {user} a été créé" in str(rows[0][1])
    assert "Code de contrôle\u00a0: " in str(rows[0][1])
    for act in ("link", "suspend", "resume", "take-factors"):
        president.post(f"/users/{user}/{act}")
    acts = [one["act"] for one in notices(with_mail)[before:]]
    assert acts == ["user-add", "user-link", "user-suspend", "user-resume", "user-take-factors"]
    assert "zoe@exemple.fr" not in json.dumps(notices(with_mail)), "nobody is named in the ledger"


def test_a_rule_about_money_is_sealed_by_its_digest_and_told(with_mail: Desk) -> None:
    treasurer = with_mail.sign_in(Role.TREASURER)
    path = "/rules/policy/tab_limit_cents"
    data = {"value": "80", "valid_from": "2026-11-26", "decided_by": "CA", "confirmed": "yes"}
    assert treasurer.post(path, data, form_on=path).status_code == 303
    sealed = [one for one in notices(with_mail) if one["about"] == "rule"]
    assert (sealed[0]["name"], sealed[0]["from"], len(sealed[0]["digest"])) == ("tab_limit_cents", "2026-11-26", 64)
    told = with_mail.space.sql("SELECT recipient, body FROM outbox WHERE about LIKE 'rule%' ORDER BY recipient")
    assert [to for to, _ in told] == ["president@exemple.fr", "secretary@exemple.fr"]
    president, secretary = (str(body).replace("\xa0", " ") for _, body in told)
    changed = r"Limite de l’ardoise échue\nAvant : \d+,00 €\nDésormais : 80,00 €\nÀ partir du 26 novembre 2026\n"
    assert re.search(changed, president) is not None, president
    assert "Par : Treasurer" in president
    assert "80,00" not in secretary, "who sees no money reads no sum"
    assert "Limite de l’ardoise échue" in secretary


def mails(desk: Desk, about: str) -> dict[str, str]:
    """The mails about an act, by recipient."""
    query = f"SELECT recipient, body FROM outbox WHERE about LIKE '{about}%' ORDER BY id"
    return {str(to): str(body).replace("\xa0", " ") for to, body in desk.space.sql(query)}


def change_rule(officer: Officer, name: str, value: str, day: str) -> int:
    path = f"/rules/policy/{name}"
    form = {"value": value, "valid_from": day, "decided_by": "CA", "confirmed": "yes"}
    return officer.post(path, form, form_on=path).status_code


def test_a_rule_that_protects_is_loosened_from_tomorrow_on_and_the_others_read_so(with_mail: Desk) -> None:
    with_mail.space.rule("second_officer_cents", "300")
    president, today, tomorrow = with_mail.sign_in(Role.PRESIDENT), "2026-11-25", "2026-11-26"
    assert "Cette règle protège" in text(president, "/rules/policy/second_officer_cents")
    assert "Cette règle protège" not in text(president, "/rules/policy/tab_limit_cents")
    assert change_rule(president, "second_officer_cents", "", today) == 400
    assert change_rule(president, "second_officer_cents", "5", today) == 400
    assert mails(with_mail, "rule") == {}
    assert change_rule(president, "second_officer_cents", "2", today) == 303, "tightened at once"
    assert "assouplit" not in mails(with_mail, "rule")["treasurer@exemple.fr"]
    with with_mail.space.home.store.writing() as connection:
        desk_users.change(connection, number_of(with_mail, "treasurer@exemple.fr"), language="nl")
        desk_users.change(connection, number_of(with_mail, "secretary@exemple.fr"), language="en")
    assert change_rule(president, "second_officer_cents", "", tomorrow) == 303
    dutch, english = (mails(with_mail, "asked")[f"{role}@exemple.fr"] for role in ("treasurer", "secretary"))
    assert "Before: €2.00\nFrom then on: one person alone can correct" in english
    assert "loosens a rule" in english
    assert "versoepelt een regel" in dutch
    assert "Amount above" not in dutch


def test_a_tariff_and_a_change_that_is_called_off_are_told_with_both_values(with_mail: Desk) -> None:
    president = with_mail.sign_in(Role.PRESIDENT)
    path = "/rules/tariffs/day/full"
    form = {"cents": "6", "floor": "", "valid_from": "2026-12-01", "decided_by": "CA", "confirmed": "yes"}
    assert president.post(path, form, form_on=path).status_code == 303
    told = mails(with_mail, "tariff")["secretary@exemple.fr"]
    assert "Avant : 5,00 €\nDésormais : 6,00 €" in told
    ((row,),) = with_mail.space.sql("SELECT max(id) FROM tariff")
    assert president.post(f"/rules/call-off/tariff/{row}").status_code == 303
    told = mails(with_mail, "call-off")["secretary@exemple.fr"]
    assert "Avant : 6,00 €\nDésormais : 5,00 €" in told


def test_the_code_of_the_evacuation_list_is_in_no_mail(with_mail: Desk) -> None:
    president = with_mail.sign_in(Role.PRESIDENT)
    assert change_rule(president, "evacuation_code", "739164", "2026-11-26") == 303
    told = mails(with_mail, "rule")["secretary@exemple.fr"]
    assert "Code de la liste d’évacuation" in told
    assert "739164" not in told.replace(" ", "")


def test_changed_roles_are_told_as_they_were_and_are(with_mail: Desk) -> None:
    president = with_mail.sign_in(Role.PRESIDENT)
    user, file = number_of(with_mail, "host@exemple.fr"), with_mail.space.join("Zoé Martin", BADGE)
    data = {"name": "Host", "roles": ["host", "treasurer"], "member": str(file)}
    assert president.post(f"/users/{user}", data, form_on=f"/users/{user}").status_code == 303
    told = mails(with_mail, "user-change")["secretary@exemple.fr"]
    assert "Rôles avant : Accueil\nRôles désormais : Trésorerie, Accueil" in told
    assert "Fiche avant : rien\nFiche désormais : 0001" in told


# Above a sum


@pytest.fixture
def above(desk: Desk) -> int:
    """A member owes a day; above 3 euros two persons correct. The charge."""
    desk.space.rule("second_officer_cents", "300")
    number = desk.space.join("Inès Moreau", "04A2000000E511")
    desk.space.tap("04A2000000E511")
    return charge_of(desk, number)


def test_above_the_sum_a_second_officer_agrees(
    desk: Desk, above: int, treasurer: Officer, president: Officer, secretary: Officer
) -> None:
    assert reverse(treasurer, above) == "/two"
    assert reverse(treasurer, above, 2) == "/two", "asked twice, it waits once"
    page = text(treasurer, "/two")
    assert "attend l’accord d’une autre personne" in page
    assert desk.space.sql("SELECT count(*) FROM second_look") == [(1,)]
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(0,)]
    agree(desk, treasurer, 1)
    assert desk.space.sql("SELECT state FROM second_look") == [("open",)]
    assert agree(desk, secretary, 1).status_code == 403
    assert "Annuler l’écriture" in text(president, "/two")
    agree(desk, president, 1)
    asker = f"officer:{number_of(desk, 'treasurer@exemple.fr')}"
    assert desk.space.sql("SELECT actor, reverses FROM entry WHERE kind = 'reversal'") == [(asker, above)]
    sealed = notices(desk)[-1]
    assert (sealed["about"], sealed["act"]) == ("second-officer", "agreed")
    assert sealed["by"] == f"officer:{number_of(desk, 'president@exemple.fr')}"
    agree(desk, president, 1)
    assert "La décision est déjà prise." in text(president, "/two")
    assert desk.space.sql("SELECT state, reason FROM second_look") == [("done", "")]


def test_at_or_below_the_sum_nobody_waits_but_small_sums_add_up(desk: Desk, above: int, treasurer: Officer) -> None:
    account = int(str(desk.space.sql(f"SELECT account_id FROM entry WHERE number = {above}")[0][0]))
    path = f"/money/accounts/{account}/write-off"
    for key, sum_, waits in ((1, "2,00", False), (2, "1,00", False), (3, "0,50", True)):
        data = {"amount": sum_, "reason": "geste", "key": f"{key:032x}"}
        where = treasurer.post(path, data, form_on=path).headers["Location"]
        assert (where == "/two") is waits, sum_


def test_a_wish_is_withdrawn_by_who_asked_or_declined_by_another(
    desk: Desk, above: int, treasurer: Officer, president: Officer
) -> None:
    reverse(treasurer, above)
    treasurer.post("/two/corrections/1/decline", form_on="/two")
    reverse(treasurer, above, 2)
    president.post("/two/corrections/2/decline", form_on="/two")
    assert desk.space.sql("SELECT state FROM second_look ORDER BY id") == [("withdrawn",), ("declined",)]
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(0,)]


def test_only_an_officer_who_could_be_asked_declines(desk: Desk, above: int, treasurer: Officer) -> None:
    reverse(treasurer, above)
    secretary = f"officer:{number_of(desk, 'secretary@exemple.fr')}"
    for actor in (secretary, "cli"):
        with pytest.raises(RequestError) as refused:
            correcting(desk, actor).decline(1)
        assert refused.value.code == "not-your-hand"
    assert desk.space.sql("SELECT state FROM second_look") == [("open",)]


def test_the_second_officer_is_nobody_whom_the_first_made(desk: Desk, above: int, president: Officer) -> None:
    with desk.space.home.store.writing() as connection:
        desk_users.change(connection, number_of(desk, "treasurer@exemple.fr"), active=False)
    second = second_account(desk, president)
    reverse(president, above)
    agree(desk, second, 1)
    assert desk.space.sql("SELECT count(*) FROM second_look WHERE state = 'done'") == [(0,)]


def test_one_officer_alone_is_never_locked_out_and_an_entry_says_so(desk: Desk, above: int, treasurer: Officer) -> None:
    with desk.space.home.store.writing() as connection:
        desk_users.change(connection, number_of(desk, "president@exemple.fr"), active=False)
    assert reverse(treasurer, above) != "/two"
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(1,)]
    assert (notices(desk)[-1]["about"], notices(desk)[-1]["act"]) == ("second-officer", "alone")


def test_what_the_command_line_corrects_waits_for_an_officer_too(
    desk: Desk, above: int, president: Officer, host: Officer
) -> None:
    by_two = correcting(desk, "cli")
    done = by_two.reverse(above, "erreur", key=bytes(16))
    assert (done.entry, done.asked) == (None, 1)
    assert "attend votre accord" in text(president, "/")
    assert "attend votre accord" not in text(host, "/")
    agree(desk, president, 1)
    assert desk.space.sql("SELECT actor FROM entry WHERE kind = 'reversal'") == [("cli",)]
    assert "attend votre accord" not in text(president, "/")


def test_together_above_the_sum_an_invoice_s_charges_wait_before_its_credit_note(
    desk: Desk, above: int, treasurer: Officer, president: Officer
) -> None:
    rows = desk.space.sql("SELECT number FROM entry WHERE kind = 'charge' AND amount_cents > 0 ORDER BY number")
    charges = [int(str(row[0])) for row in rows]
    actor = f"officer:{number_of(desk, 'treasurer@exemple.fr')}"
    by_two = correcting(desk, actor)
    desk.space.rule("second_officer_cents", "900", "2026-01-01")
    assert by_two.ask_reversals(charges[:1], "erreur") == []
    asked = by_two.ask_reversals(charges, "erreur")
    assert len(asked) == len(charges) == 2
    assert by_two.ask_reversals(charges, "erreur") == asked, "asked twice, each waits once"
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(0,)]
    agree(desk, president, *asked)
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(2,)]


# A second proof


def test_from_the_rule_s_day_on_money_and_accounts_want_a_second_proof(desk: Desk, treasurer: Officer) -> None:
    assert treasurer.get("/money").status_code == 200
    desk.space.rule("second_factor", "true")
    for path in ("/money", "/rules/products/new", "/corrections", "/members", "/exports", "/"):
        answer = treasurer.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/account"), path
    assert "demande une deuxième preuve" in text(treasurer, "/account")


def test_a_second_proof_set_up_before_the_rule_s_day_counts(desk: Desk, treasurer: Officer) -> None:
    set_up_codes(desk, treasurer)
    desk.space.rule("second_factor", "true")
    assert treasurer.get("/money").status_code == 200


def test_without_the_rule_nobody_is_asked(desk: Desk, host: Officer) -> None:
    assert host.get("/money").status_code == 200
