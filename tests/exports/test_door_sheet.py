"""The sheet beside the door: one page a language, whatever the association says; only what is offered is said."""

import io

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from kiosk.domain import opening_hours
from kiosk.domain.money.tariffs import Price
from kiosk.exports import door_sheet_pdf
from kiosk.exports.door_sheet_pdf import DoorSheet, Line
from kiosk.language.names import Names

SHEET = DoorSheet(
    association={"name": "La Coroutine", "email": "bureau@exemple.fr", "phone": "03 20 00 00 00"},
    why=Names({"fr": "Ouvrir la porte.", "en": "To open the door."}),
    contact=Names({"fr": "Nadia, à l’accueil.", "en": "Nadia, the host."}),
    prices=(
        Line(Names({"fr": "Journée", "en": "Day pass"}), Price(500)),
        Line(Names({"fr": "Repas", "en": "Meal"}), Price(700, 300)),
    ),
    has_reduced=True,
    free_zone=Names({"fr": "Coin gratuit", "en": "Free corner"}),
    passing_minutes=15,
    guests_a_day=2,
)
WEEK = opening_hours.week(
    {"mon": ["08:00-19:00"], "tue": ["08:00-19:00"], "wed": ["08:30-12:00", "14:00-24:00"], "sat": ["22:00-02:00"]}
)
FULL = replace(
    SHEET,
    association={**SHEET.association, "name": "Association des bureaux partagés de la vieille ville"},
    why=Names({"fr": "Ouvrir la porte et compter. " * 28, "en": "To open the door and to count. " * 25}),
    contact=Names(
        {"fr": "\n".join(["Nadia, à l’accueil, le lundi et le mardi"] * 10), "en": "\n".join(["Nadia, the host"] * 10)}
    ),
    prices=tuple(Line(Names({"fr": f"Carnet de {n} journées"}), Price(n * 500, 100)) for n in range(1, 11)),
    hours=opening_hours.week({day: [f"0{n}:15-11:45", "13:30-19:30"] for n, day in enumerate(opening_hours.DAYS)}),
    closed_on_holidays=True,
    training=True,
)


def pages_of(sheet: DoorSheet) -> list[str]:
    return [" ".join(each.extract_text().split()) for each in PdfReader(io.BytesIO(door_sheet_pdf.pdf(sheet))).pages]


def test_there_is_a_page_in_french_and_a_page_in_english() -> None:
    french, english = pages_of(SHEET)
    assert "Bienvenue à La Coroutine" in french
    assert "Welcome to La Coroutine" in english
    for words in ("La porte est ouverte.", "la poignée ouvre toujours", "Nadia, à l’accueil.", "bureau@exemple.fr"):
        assert words in french
    assert "the handle always opens" in english
    assert "ÉCOLE" not in french


@pytest.mark.parametrize("language", range(2))
def test_much_to_say_stays_on_one_page_a_language(language: int) -> None:
    found = pages_of(FULL)
    assert len(found) == 2
    assert ("À qui parler", "Who to ask")[language] in found[language]
    assert ("MODE ÉCOLE", "TRAINING")[language] in found[language]
    assert "03 20 00 00 00" in found[language]


def test_what_is_not_offered_is_not_said() -> None:
    offered = door_sheet_pdf.text(SHEET)
    assert "Coin gratuit" in offered
    assert "pendant 15 minutes" in offered
    assert "2 par jour au plus, une journée chaque fois" in offered
    bare = door_sheet_pdf.text(replace(SHEET, free_zone=None, passing_minutes=0, guests_a_day=0, has_reduced=False))
    assert not [words for words in ("Coin", "De passage", "Inviter", "réduit") if words in bare]


def test_guests_have_their_price_and_may_be_for_subscribers() -> None:
    assert "3,00" in door_sheet_pdf.text(replace(SHEET, guest_cents=300))
    assert "gratuit chaque fois" in door_sheet_pdf.text(replace(SHEET, guest_cents=0))
    assert "Inviter une personne, avec un abonnement" in door_sheet_pdf.text(
        replace(SHEET, guests_by_permanents_only=True)
    )


def test_guests_may_be_bounded_by_the_year() -> None:
    said = door_sheet_pdf.text(replace(SHEET, guest_days_a_year=20))
    assert "2 par jour et 20 par an au plus" in said
    assert "up to 2 a day and 20 a year" in said


def test_days_that_are_alike_stand_together_and_hours_are_said_as_people_say_them() -> None:
    said = door_sheet_pdf.text(replace(SHEET, hours=WEEK, closed_on_holidays=True)).replace("\u00a0", " ")
    assert "Lundi – mardi : 8 h – 19 h" in said
    assert "Mercredi : 8 h 30 – 12 h, 14 h – 24 h" in said
    assert "Jeudi – vendredi : fermé" in said
    assert "Samedi : 22 h – 2 h" in said
    assert "Monday – Tuesday: 8:00 – 19:00" in said
    assert "Fermé les jours fériés." in said
    assert "à toute heure" in door_sheet_pdf.text(SHEET)


def test_a_free_price_says_what_is_suggested_and_the_least() -> None:
    said = door_sheet_pdf.text(SHEET).replace("\u00a0", " ")
    assert "Repas : prix libre, 7,00 € proposés, 3,00 € au moins" in said
    assert "Journée : 5,00 €" in said
