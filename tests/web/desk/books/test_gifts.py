"""Gifts at the desk: off until the association says so; written, listed, and with a tax receipt to print."""

import re

from kiosk.domain.members.roles import Role
from tests.books.test_gifts import ASSOCIATION, INES
from tests.web.desk.books.test_results import post
from tests.web.desk.conftest import Desk

LIST, FRENCH = "/books/gifts", {"Accept-Language": "fr"}


def test_where_gifts_are_off_nothing_leads_to_them(desk: Desk) -> None:
    desk.space.join("Inès Moreau", INES)
    officer = desk.sign_in(Role.TREASURER)
    assert "/books/gifts" not in officer.page("/books") + officer.page("/members/1")
    assert "/rules/policy/gifts" in officer.page("/books/gifts/of/1")


def test_a_gift_is_written_listed_and_has_its_receipt(desk: Desk) -> None:
    desk.space.join("Inès Moreau", INES)
    desk.space.rule("association", ASSOCIATION)
    desk.space.rule("gifts", "true")
    desk.space.rule("gift_receipts", "true")
    officer = desk.sign_in(Role.TREASURER)
    assert "/books/gifts" in officer.page("/books")
    assert "/books/gifts/of/1" in officer.page("/members/1")
    form = "/books/gifts/of/1"
    assert post(officer, form, {"amount": "0", "method": "cash"}).status_code == 400
    assert post(officer, form, {"amount": "50", "method": "cheque"}).status_code == 400  # which cheque?
    asked = post(officer, form, {"amount": "100 000", "method": "card"})  # a click is no word for such a sum
    assert (asked.status_code, 'name="sure"' in asked.get_data(as_text=True)) == (400, True)
    assert post(officer, form, {"amount": "50", "method": "cash"}).status_code == 303
    page = officer.page(LIST, headers=FRENCH)
    found = re.search(r"/books/gifts/([0-9]+)/receipt", page)
    assert found is not None
    lacking = post(officer, found[0], {"name": "Inès Moreau", "address": ""})
    assert lacking.status_code == 400
    assert "l’adresse de la personne qui a donné" in lacking.get_data(as_text=True)
    issued = post(officer, found[0], {"name": "Inès Moreau", "address": "3 rue des Lilas\n59000 Lille"})
    assert issued.status_code == 303
    address = issued.headers["Location"]
    page = officer.page(address, headers=FRENCH)
    assert "3 rue des Lilas" in page
    assert f"{address}/show" not in page
    assert post(officer, address, {}, to=f"{address}.pdf").mimetype == "application/pdf"
    for way in ("show", "mail"):
        assert post(officer, address, {"address": "a@exemple.fr"}, to=f"{address}/{way}").status_code == 404
    assert "voir le reçu" in officer.page(LIST, headers=FRENCH)
