"""The month's evening as a path, and reminders to several accounts: what is left, what leads, what goes out once."""

import io
import logging
import re
import zipfile
from datetime import date

import msgspec
import pypdf
import pytest
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.books.statements.bank_lines import Source, checked_line
from kiosk.domain.members.roles import Role
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.messages import mailer, outbox
from kiosk.web.desk.app import create_app
from tests.books.test_bank_statements import office
from tests.conftest import Space
from tests.domain.books import bank_samples
from tests.web.desk.conftest import Desk, Officer, actor_of

INES, HUGO, KARIM = "04A2000000E511", "DEADBEEF", "04A1B2C3D4E501"


def leading(page: str) -> str:
    """The title of the step that leads; nothing where none does."""
    found = re.search(r'aria-current="step".*?<strong>\d+\. (.*?)</strong>', page, re.DOTALL)
    return "" if found is None else found[1]


def later(desk: Desk) -> Officer:
    """The treasurer on the second of December: November is over."""
    desk.space.clock.advance(days=7)
    return desk.sign_in(Role.TREASURER)


def test_each_step_that_is_done_lets_the_next_one_lead(desk: Desk) -> None:
    number = desk.space.join("Inès Moreau", INES)
    desk.space.till.take({1: 500}, "cheque", key=bytes(16), text="banque CIC")
    treasurer = later(desk)
    page = treasurer.page("/books/month")
    assert leading(page) == "Bordereau imprimé"
    assert "1 chèque sans banque ou sans numéro" in page
    cheque = re.search(r'name="cheque" value="(\d+)"', treasurer.page("/books/cheques"))
    assert cheque is not None
    key = {"key": "ab" * 16, "cheque": cheque[1]}
    assert treasurer.post("/books/cheques", key, form_on="/books/cheques").status_code == 303
    treasurer.post("/books/closings/days", form_on="/books/closings")
    page = treasurer.page("/books/month")
    assert leading(page) == "Mois clos"
    form = treasurer.page("/books/closings/month")
    until = re.search(r'name="until" value="([^"]+)"', form)
    assert until is not None
    sent = treasurer.post(
        "/books/closings/month", {"until": until[1], "total": "5,00"}, form_on="/books/closings/month"
    )
    assert sent.status_code == 303
    page = treasurer.page("/books/month")
    assert leading(page) == ""
    assert "bonne soirée" in page
    assert number == 1


def test_a_closed_month_s_files_that_do_not_leave_are_said_not_to_have(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.space.join("Inès Moreau", INES)
    desk.space.till.pay(1, 500, "transfer")
    treasurer, home = closed_with_mail(desk)
    where = re.findall(r'href="(/books/closings/\d+)#send"', treasurer.page("/books/month"))[0]
    treasurer.post(f"{where}/send", {"to": "president@exemple.fr"}, form_on=where)

    def refused(*_: object) -> bool:
        raise MachineError("mail", "smtp.example.org does not take mail: gaierror")

    monkeypatch.setattr(mailer, "send", refused)
    outbox.send_waiting(home, desk.space.clock.now())
    said = treasurer.page(where)
    assert "Le serveur de courrier a refusé cet e-mail. Nouvel essai" in said
    desk.space.clock.advance(days=8)
    outbox.send_waiting(home, desk.space.clock.now())
    assert f"files {actor_of(Role.PRESIDENT)} is given up: smtp.example.org" in caplog.text
    treasurer = desk.sign_in(Role.TREASURER)
    assert "abandonné</span>" in treasurer.page(where)
    assert "l’e-mail n’est pas parti" in treasurer.page("/books/month")


def with_mail(desk: Desk) -> Home:
    """Give the desk a mail server."""
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    home = replace(desk.space.home, config=msgspec.structs.replace(desk.space.home.config, mail=mail))
    desk.app = create_app(home, desk.space.clock, bytes(32), ["localhost"])
    return home


def closed_with_mail(desk: Desk) -> tuple[Officer, Home]:
    """The treasurer once November is closed, at a desk that has a mail server."""
    home = with_mail(desk)
    treasurer = later(desk)
    treasurer.post("/books/closings/days", form_on="/books/closings")
    form = treasurer.page("/books/closings/month")
    until = re.findall(r'name="until" value="([^"]+)"', form)[0]
    treasurer.post("/books/closings/month", {"until": until, "total": "5,00"}, form_on="/books/closings/month")
    return treasurer, home


def test_a_closed_month_s_files_leave_by_mail_and_no_name_is_in_them(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    desk.space.join("Inès Moreau", INES)
    desk.space.till.pay(1, 500, "transfer")
    treasurer, home = closed_with_mail(desk)
    where = re.findall(r'href="(/books/closings/\d+)#send"', treasurer.page("/books/month"))[0]
    assert leading(treasurer.page("/books/month")) == "Fichiers et rapport envoyés"
    assert treasurer.post(f"{where}/send", {"to": "nulle part"}, form_on=where).status_code == 303
    assert "ines@exemple.fr" in treasurer.page(where), "how an address is written"
    for _ in range(2):
        treasurer.post(f"{where}/send", {"to": "compta@exemple.fr"}, form_on=where)
    assert leading(treasurer.page("/books/month")) == ""
    ((to, about, name, content),) = desk.space.sql(
        "SELECT recipient, about, attachment_name, attachment FROM outbox WHERE about LIKE 'closing:%'"
    )
    assert (to, about) == ("compta@exemple.fr", f"closing:{where.rpartition('/')[2]}:files somebody else")
    assert name == "cloture-2026-11.zip"
    assert isinstance(content, bytes)
    packed = zipfile.ZipFile(io.BytesIO(content))
    files = {each: packed.read(each) for each in packed.namelist()}
    texts = [
        "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
        if each.endswith(".pdf")
        else data.decode()
        for each, data in files.items()
    ]
    assert sorted(each.partition("_")[0].partition("-")[0] for each in files) == ["cloture", "ecritures", "rapport"]
    assert not any("Moreau" in text for text in texts)
    assert sum("5,00" in text for text in texts) == 3
    number = int(where.rpartition("/")[2])
    own = {"to": "Treasurer@exemple.fr"}
    assert treasurer.post(f"{where}/send", own, form_on=where).status_code == 303
    said = treasurer.page(where)
    assert "à Treasurer" in said
    assert "à une adresse hors du bureau" in said
    assert said.count("en attente d’envoi</span>") == 2
    with monkeypatch.context() as patched:
        patched.setattr(mailer, "send", lambda *_: True)
        outbox.send_waiting(home, desk.space.clock.now())
    assert treasurer.page(where).count("\nenvoyé</span>") == 2
    assert "· fichiers envoyés" in treasurer.page("/books/month")
    log = desk.space.sql("SELECT what FROM desk_log WHERE act = 'closing-sent' ORDER BY id")
    assert log[-1] == (f"entry {number} to {actor_of(Role.TREASURER)}",)
    assert log[0] == (f"entry {number} to somebody else",)
    journal = "\n".join(record.getMessage() for record in caplog.records)
    assert f"the message about closing:{number}:files {actor_of(Role.TREASURER)} left" in journal
    assert "exemple.fr" not in journal
    assert treasurer.post(f"/books/closings/{number - 1}/send", {"to": "a@exemple.fr"}).status_code == 404


def test_reminders_are_read_then_sent_and_only_once_a_day(desk: Desk, space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Hugo Petit", HUGO)
    space.join("Karim Benali", KARIM)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'i@exemple.fr', language = 'en' WHERE number = 1")
    space.till.pay(3, 500, "cash")
    with_mail(desk)
    space.clock.advance(days=40)
    treasurer = desk.sign_in(Role.TREASURER)
    asked = treasurer.page("/money/reminders")
    assert len(re.findall(r'name="account" value="\d" checked', asked)) == 2
    chosen = {"account": ["1", "2", "3"]}
    letters = treasurer.post("/money/reminders", chosen, form_on="/money/reminders").get_data(as_text=True)
    assert "Hello Inès," in letters
    assert "Bonjour Hugo," in letters
    assert "Karim" not in letters
    for _ in range(2):
        answer = treasurer.post("/money/reminders", {**chosen, "act": "send"}, form_on="/money/reminders")
        assert answer.status_code == 303
    assert space.sql("SELECT recipient, about FROM outbox WHERE about LIKE 'reminder%'") == [
        ("i@exemple.fr", "reminder 1.")
    ]
    said = treasurer.page("/money/reminders")
    assert "1 compte sans rappel, pas d’adresse e-mail\xa0: imprimez la lettre\xa0: Hugo Petit" in said
    assert "1 compte sans rappel, rappel déjà envoyé aujourd’hui\xa0: Inès Moreau" in said


def test_without_a_mail_server_nothing_is_said_to_leave_and_nothing_waits(desk: Desk, space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=40)
    treasurer = desk.sign_in(Role.TREASURER)
    answer = treasurer.post("/money/reminders", {"account": "1", "act": "send"}, form_on="/money/reminders")
    assert answer.status_code == 303
    assert "aucun serveur de courrier" in treasurer.page("/money/reminders")
    assert space.sql("SELECT count(*) FROM outbox WHERE about LIKE 'reminder%'") == [(0,)]
    space.till.pay(1, 500, "cash")
    treasurer.post("/books/closings/days", form_on="/books/closings")
    form = treasurer.page("/books/closings/month")
    until = re.findall(r'name="until" value="([^"]+)"', form)[0]
    treasurer.post("/books/closings/month", {"until": until, "total": "5,00"}, form_on="/books/closings/month")
    where = re.findall(r'href="(/books/closings/\d+)#send"', treasurer.page("/books/month"))[0]
    page = treasurer.page(where)
    assert f'href="{where}.zip"' in page
    assert 'name="to"' not in page
    assert "bank.pdf" not in page, "this bank was never used"
    names = zipfile.ZipFile(io.BytesIO(treasurer.get(f"{where}.zip").data)).namelist()
    assert names and not any(name.startswith("banque") for name in names)
    treasurer.post(f"{where}/send", {"to": "compta@exemple.fr"}, form_on=where)
    assert space.sql("SELECT count(*) FROM outbox WHERE about LIKE 'closing:%'") == [(0,)]
    assert "aucun serveur de courrier" in treasurer.page(where)


def test_many_without_an_address_are_one_message_and_nobody_is_signed_out(desk: Desk, space: Space) -> None:
    people = [f"Marie-Françoise Lefebvre-Desmarets {number}" for number in range(60)]
    for number, name in enumerate(people):
        space.join(name, f"04A2000000{number:04X}")
    with_mail(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    asked = treasurer.page("/money/reminders")
    assert "Plus récents\xa0: 60 comptes" in asked
    assert "<details open>" in asked
    both = asked + treasurer.page("/money/reminders?page=2")
    every = {"account": re.findall(r'name="account" value="(\d+)"', both)}
    assert len(every["account"]) == 60
    read = treasurer.post("/money/reminders", every, form_on="/money/reminders").get_data(as_text=True)
    assert 'value="send"' not in read  # nobody has an address
    treasurer.post("/money/reminders", {**every, "act": "send"}, form_on="/money/reminders")
    said = re.findall(r'<p class="message[^>]*>(.*?)</p>', treasurer.page("/money/reminders"), re.DOTALL)
    assert len(said) == 1
    assert said[0].startswith("60 comptes sans rappel, pas d’adresse")
    assert said[0].count("Lefebvre") == 5


def test_who_corrects_no_money_is_not_led_through_the_month(host: Officer, secretary: Officer) -> None:
    assert host.get("/books/month").status_code == 403
    assert secretary.get("/money/reminders").status_code == 403


def test_a_month_s_sheet_of_account_512_is_signed_and_goes_with_the_files(desk: Desk, space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.till.pay(1, 500, "transfer")
    lines = [
        checked_line(Source.CSV, date(2026, 11, 3), cents, label)
        for cents, label in ((-80_000, "LOYER"), (1_200, "DON"))
    ]
    office(space).import_lines(bank_samples.reading(*lines))
    rent = int(str(space.sql("SELECT id FROM bank_line WHERE label = 'LOYER'")[0][0]))
    office(space).ignore(rent, "loyer du local")
    treasurer = later(desk)
    treasurer.post("/books/closings/days", form_on="/books/closings")
    form = treasurer.page("/books/closings/month")
    until = re.findall(r'name="until" value="([^"]+)"', form)[0]
    treasurer.post("/books/closings/month", {"until": until, "total": "5,00"}, form_on="/books/closings/month")
    where = re.findall(r'href="(/books/closings/\d+)#send"', treasurer.page("/books/month"))[0]
    assert f'href="{where}/bank.pdf"' in treasurer.page(where)
    files = zipfile.ZipFile(io.BytesIO(treasurer.get(f"{where}.zip").data))
    assert "banque-2026-11.pdf" in files.namelist()
    answer = treasurer.get(f"{where}/bank.pdf")
    assert 'filename="banque-2026-11.pdf"' in answer.headers["Content-Disposition"]
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    text = re.sub(r"[\s\u202f\xa0]+", " ", text)
    for said in (
        "loyer du local (1 ligne) -800,00 €",
        "lignes à décider (1 ligne) 12,00 €",
        "pas encore sur un relevé",
    ):
        assert said in text
    assert "égaux au centime" in text and "Compte 512, d’après les écritures 5,00 €" in text
    assert text.count("date, nom, signature") == 2
    day = int(str(space.sql("SELECT max(entry_number) FROM closing WHERE kind = 'day'")[0][0]))
    assert treasurer.get(f"/books/closings/{day}/bank.pdf").status_code == 404


def test_the_evening_of_an_empty_house_leads_nowhere_and_names_no_sum(desk: Desk) -> None:
    treasurer = later(desk)
    page = treasurer.page("/books/month")
    assert leading(page) == ""
    assert re.findall(r"\d+,\d\d\s€", page.replace("\u202f", " ").replace("\xa0", " ")) == []
    assert "bank.pdf" not in treasurer.page("/books/closings")
