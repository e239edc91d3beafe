"""An officer with a passkey agrees by it: to the text that was shown, and `verify` reads it from the ledger alone."""

import html
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.domain import sealed_rows
from kiosk.errors import AnswerIsNo
from kiosk.store.officers import passkey_rows, yes_audit
from kiosk.store.seals.sealing import Sealing
from kiosk.store.tables.desk import desk_passkey
from tests.beside import unguarded
from tests.conftest import WEDNESDAY
from tests.fakes import FakePasskey
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.officers.test_accounts import number_of, text
from tests.web.desk.officers.test_two_officers import above, agree, charge_of, notices, reverse, second_account, vouch

__all__ = ["above"]
PRESIDENT, SECRETARY = "president@exemple.fr", "secretary@exemple.fr"


def enrol(desk: Desk, passkey: FakePasskey, email: str = PRESIDENT) -> None:
    """Give an account a passkey, in a home whose rows are sealed."""
    with desk.space.home.store.writing() as connection:
        values = {
            "user_id": number_of(desk, email),
            "credential_id": passkey.credential,
            "public_key": passkey.public_key,
            "backup_state": False,
            "device_type": "single_device",
            "name": "portable",
            "usage": "first",
            "create_datetime": WEDNESDAY,
            "lastuse_datetime": WEDNESDAY,
        }
        connection.execute(desk_passkey.insert(), values)
        Sealing(desk.space.home.seal).seal_state(connection)


@pytest.fixture
def passkey(desk: Desk, above: int, treasurer: Officer) -> FakePasskey:
    """The president has one, and a correction of the treasurer's waits."""
    made = FakePasskey()
    enrol(desk, made)
    assert reverse(treasurer, above) == "/two"
    return made


def signed(officer: Officer, asked: TestResponse, *passkeys: FakePasskey, **changed: str) -> TestResponse:
    """Send what the page that asks for a signature has, as its script would."""
    page = asked.get_data(as_text=True)
    options = json.loads(html.unescape(re.findall(r'data-options="([^"]*)"', page)[0]))
    assert options["userVerification"] == "required"
    assert [each["id"] for each in options["allowCredentials"]] == [
        passkey_rows.packed(each.credential) for each in passkeys
    ]
    fields: dict[str, Any] = {}
    for name, value in re.findall(r'name="(yes|digest)" value="([^"]*)"', page):
        fields.setdefault(name, []).append(value)
    answer = passkeys[0].answer(options["challenge"])
    return officer.post(asked.request.path, fields | {"credential": answer} | changed, form_on="/two")


def check(desk: Desk) -> None:
    with desk.space.home.store.reading() as connection:
        yes_audit.check(connection, desk.space.home.seal)


def state(desk: Desk) -> list[tuple[object, ...]]:
    return desk.space.sql("SELECT state FROM second_look ORDER BY id")


def test_a_yes_is_signed_over_the_text_and_stays_in_the_entry(
    desk: Desk, passkey: FakePasskey, president: Officer
) -> None:
    asked = agree(desk, president, 1)
    assert asked.status_code == 200
    assert html.escape('"reason":"erreur"', quote=False).replace('"', "&#34;") in asked.get_data(as_text=True)
    assert state(desk) == [("open",)], "shown once more, and not done"
    assert signed(president, asked, passkey).status_code == 303
    assert state(desk) == [("done",)]
    sealed = notices(desk)[-1]
    assert sealed["act"] == "agreed"
    assert sealed["yes"]["texts"] == [sealed["digest"]]
    check(desk)


def test_a_passkey_that_was_removed_since_still_proves_its_yes(
    desk: Desk, passkey: FakePasskey, president: Officer
) -> None:
    signed(president, agree(desk, president, 1), passkey)
    with desk.space.home.store.writing() as connection:
        connection.execute(desk_passkey.delete())
    check(desk)


def test_one_yes_covers_a_list(desk: Desk, passkey: FakePasskey, treasurer: Officer, president: Officer) -> None:
    leo = desk.space.join("Léo Petit", "04A2000000E599")
    desk.space.tap("04A2000000E599")
    assert reverse(treasurer, charge_of(desk, leo), 2) == "/two"
    signed(president, agree(desk, president, 1, 2), passkey)
    assert state(desk) == [("done",), ("done",)]
    assert [len(each["yes"]["texts"]) for each in notices(desk) if each["act"] == "agreed"] == [2, 2]
    check(desk)


def test_an_account_is_confirmed_by_a_signature(desk: Desk, above: int, president: Officer, secretary: Officer) -> None:
    assert above
    passkey = FakePasskey()
    enrol(desk, passkey, SECRETARY)
    second_account(desk, president, ("host",))
    signed(secretary, vouch(desk, secretary, number_of(desk, "zoe@exemple.fr")), passkey)
    assert notices(desk)[-1]["act"] == "user-confirm"
    assert notices(desk)[-1]["yes"]["officer"] == number_of(desk, SECRETARY)
    check(desk)


def test_an_account_that_is_not_there_is_said_to_an_officer_with_a_passkey_too(
    desk: Desk, passkey: FakePasskey, president: Officer
) -> None:
    assert passkey.credential
    answer = president.post("/two/accounts/99", {"digest": "0" * 64}, form_on="/two")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/two")
    assert "Ce compte n’existe pas au bureau." in text(president, "/two")


REFUSED = {
    "another's passkey": FakePasskey().answer("x"),
    "nothing": "",
    "no answer": "[]",
    "half an answer": '{"id": "x"}',
}


@pytest.mark.parametrize("ill", REFUSED)
def test_what_is_no_signature_of_the_officer_s_does_nothing(
    desk: Desk, passkey: FakePasskey, president: Officer, ill: str
) -> None:
    asked = agree(desk, president, 1)
    signed(president, asked, passkey, credential=REFUSED[ill])
    assert state(desk) == [("open",)]


def test_a_signature_over_another_text_or_an_older_number_does_nothing(
    desk: Desk, passkey: FakePasskey, president: Officer
) -> None:
    first = agree(desk, president, 1)
    agree(desk, president, 1)  # asked anew: the first page's number is good no more
    signed(president, first, passkey)
    assert state(desk) == [("open",)]
    assert "n’a pas signé ce texte" in text(president, "/two")


def test_a_key_without_a_pin_is_not_enough(desk: Desk, above: int, treasurer: Officer, president: Officer) -> None:
    bare = FakePasskey(verifies=False)
    enrol(desk, bare)
    reverse(treasurer, above)
    signed(president, agree(desk, president, 1), bare)
    assert state(desk) == [("open",)]
    assert "n’a pas signé ce texte" in text(president, "/two")


def forged(desk: Desk, **changed: Any) -> str:
    """Let the last yes say something else of its signature, or nothing, as a program with all keys could write it."""
    number, detail = desk.space.sql("SELECT number, detail FROM entry WHERE kind = 'notice' ORDER BY number DESC")[0]
    told = json.loads(str(detail))
    yes = told.pop("yes")
    told |= {"yes": yes | changed} if changed else {}
    with unguarded(desk.space.home) as connection:
        connection.execute("UPDATE entry SET detail = ? WHERE number = ?", (json.dumps(told), number))
    with pytest.raises(AnswerIsNo) as found:
        check(desk)
    assert found.value.code == "seal-differs"
    return str(found.value)


def test_verify_names_a_yes_that_was_not_signed_so(desk: Desk, passkey: FakePasskey, president: Officer) -> None:
    signed(president, agree(desk, president, 1), passkey)
    check(desk)
    digest, stranger = notices(desk)[-1]["digest"], passkey_rows.packed(FakePasskey().public_key)
    assert "was not signed" in forged(desk, texts=["0" * 64])
    assert "was not signed" in forged(desk, texts=[digest], random=passkey_rows.packed(bytes(32)))
    assert "was not the officer's" in forged(desk, key=stranger)
    assert "was not the officer's" in forged(desk, officer=number_of(desk, SECRETARY))
    assert "cannot be read" in forged(desk, row="x")


def test_verify_names_an_officer_s_first_yes_without_a_signature(
    desk: Desk, passkey: FakePasskey, president: Officer
) -> None:
    signed(president, agree(desk, president, 1), passkey)
    assert "is not signed" in forged(desk)


def test_what_an_older_release_wrote_unsigned_is_well_until_the_entry_that_says_from_here_on(
    desk: Desk, passkey: FakePasskey, president: Officer
) -> None:
    signed(president, agree(desk, president, 1), passkey)
    with unguarded(desk.space.home) as connection:
        connection.execute("UPDATE entry SET detail = json_remove(detail, '$.yes_from') WHERE kind = 'seal'")
        connection.execute("UPDATE entry SET detail = json_remove(detail, '$.yes') WHERE kind = 'notice'")
    check(desk)
    with desk.space.home.store.writing() as connection:
        Sealing(desk.space.home.seal).seal_word(connection, {"about": "yes", sealed_rows.YES_FROM: 1})
    check(desk)


def test_verify_names_a_yes_without_a_signature_after_the_officer_s_first(
    desk: Desk, passkey: FakePasskey, treasurer: Officer, president: Officer
) -> None:
    leo = desk.space.join("Léo Petit", "04A2000000E599")
    desk.space.tap("04A2000000E599")
    reverse(treasurer, charge_of(desk, leo), 2)
    for number in (1, 2):
        signed(president, agree(desk, president, number), passkey)
    check(desk)
    assert "is not signed" in forged(desk)
