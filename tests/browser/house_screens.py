"""The states of the pages about what members do together, for `tests.browser.screens`."""

from datetime import date

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.domain.checkin.choices import Act
from kiosk.domain.hosting.rota import Shift, ShiftKind
from kiosk.hosting import words
from kiosk.language.texts import Text
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import HouseSheet, Problem

SHIFT = Shift(1, date(2026, 12, 1), ShiftKind.HOSTING, 540, 780)
WHEN = words.turn(SHIFT, whole=True)
HOURS = Text("{kind}, {hours}", "{kind}, {hours}").of(kind=words.KINDS[SHIFT.kind], hours=words.Hours(540, 780))
FREE = Text("Libre : {day}", "Free: {day}").of(day=ShortDay(date(2026, 12, 1)))


def page(kind: CardKind, options: list[Option], values: list[object], says: object = None) -> Card:
    sheet = HouseSheet(tuple(values), says)  # type: ignore[arg-type]  # made for the picture
    return Card(kind, "Inès", ticket="t", acts=(Act.HOUSE, Act.DONE), sheet=sheet, options=tuple(options))


def listed(count: int) -> Card:
    options = [Option(Act.SHIFT, str(each), FREE) for each in range(count)]
    return page(CardKind.HOSTING, options, [HOURS] * count)


HOUSE = {
    "house": page(
        CardKind.HOUSE,
        [Option(Act.HOSTING, "", Text("Accueil", "Hosting")), Option(Act.SETTINGS, "", Text("Réglages", "Settings"))],
        [
            Text("Prendre, rendre, échanger, confirmer", "Take, give up, swap, confirm"),
            Text("Langue, nom, e-mail", "Language, name, mail"),
        ],
    ),
    "hosting": listed(6),
    "hosting-three": listed(3),
    "hosting-empty": listed(0),
    "shift": page(
        CardKind.SHIFT,
        [
            *(Option(Act.SHIFT_HELD, f"1 {each}", Text("Oui, tenu", "It was held")) for each in (240, 180, 300)),
            Option(Act.SHIFT_GIVE_UP, "1", Text("Je le rends", "I give it up")),
            Option(Act.SHIFT_SWAP, "1", Text("Échanger", "Swap")),
        ],
        [Text("4 h, sans heure d’arrivée", "4:00, without times")] * 3 + ["", ""],
        Text("{kind}, {when}", "{kind}, {when}").of(kind=words.KINDS[SHIFT.kind], when=WHEN),
    ),
    "shift-swap": page(
        CardKind.SHIFT_SWAP,
        [Option(Act.SWAP_ASK, f"1 {each}", words.turn(SHIFT)) for each in range(6)],
        [Text("Une personne membre", "A member")] * 6,
        WHEN,
    ),
    "house-done": Card(CardKind.HOUSE_DONE, "Inès", ticket="t", acts=(Act.HOSTING, Act.DONE), confirms=WHEN),
    "house-thanks": Card(CardKind.HOUSE_THANKS, "Inès", ticket="t", acts=(Act.HOSTING, Act.DONE), confirms=WHEN),
    "house-refused": Card(
        CardKind.HOUSE_REFUSED, "Inès", ticket="t", acts=(Act.HOSTING, Act.DONE), confirms=Problem("shift-clash")
    ),
}
