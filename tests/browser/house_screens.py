"""The states of the pages about what members do together, for `tests.browser.screens`."""

from datetime import date

from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.domain.checkin.choices import Act
from kiosk.domain.hosting.rota import Shift, ShiftKind
from kiosk.domain.premises.floor import Box, SpotKind, Stands
from kiosk.hosting import words
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.premises.plan import Place
from kiosk.selfservice import keyboard, rooms
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.hosting import Length
from kiosk.selfservice.house import HouseSheet, Problem
from kiosk.selfservice.keyboard import Typed
from kiosk.selfservice.people import BoardSheet
from kiosk.selfservice.premises.desks import FloorSheet
from kiosk.selfservice.rooms import lasting
from kiosk.store.premises.spot_rows import Spot

SHIFT = Shift(1, date(2026, 12, 1), ShiftKind.HOSTING, 540, 780)
WHEN = words.turn(SHIFT, whole=True)
HOURS = Text("{kind}, {hours}", "{kind}, {hours}").of(kind=words.KINDS[SHIFT.kind], hours=words.Hours(540, 780))
HELD = (
    (240, Text("Oui, tour tenu", "Yes, shift done")),
    (180, Text("Le tour a été plus court", "The shift was shorter")),
    (300, Text("J’ai commencé plus tôt", "I started earlier")),
    (300, Text("J’ai fini plus tard", "I finished later")),
)
FREE = Text("Libre : {day}", "Free: {day}").of(day=ShortDay(date(2026, 12, 1)))


def page(kind: CardKind, options: list[Option], values: list[object], says: object = None) -> Card:
    sheet = HouseSheet(tuple(values), says)  # type: ignore[arg-type]  # made for the picture
    return Card(kind, "Inès", ticket="t", acts=(Act.HOUSE, Act.DONE), sheet=sheet, options=tuple(options))


def listed(count: int) -> Card:
    options = [Option(Act.SHIFT, str(each), FREE) for each in range(count)]
    return page(CardKind.HOSTING, options, [HOURS] * count)


def writing(kind: CardKind, act: Act, typed: str, wanted: int | None = None) -> Card:
    options = keyboard.keys(keyboard.Typing(act, typed))
    return Card(kind, "Inès", ticket="t", acts=(act, Act.DONE), sheet=Typed(typed, wanted), options=options)


KNOWER = Text("{what} · ici", "{what} · here").of(what="Marie-Antoinette")
UNTIL = Text("{kind} · {day}", "{kind} · {day}").of(kind="Cherche", day=ShortDay(date(2026, 12, 24)))
PEOPLE = {
    "people": Card(
        CardKind.PEOPLE,
        "Inès",
        ticket="t",
        acts=(Act.SKILL_FIND, Act.HOUSE, Act.DONE),
        sheet=BoardSheet(tuple(f"Prénom {letter}." for letter in "ABCDEFGHIJ"), 7),
    ),
    "people-nobody": Card(
        CardKind.PEOPLE, "Inès", ticket="t", acts=(Act.SKILL_FIND, Act.HOUSE, Act.DONE), sheet=BoardSheet((), 0)
    ),
    "skill-find": writing(CardKind.SKILL_FIND, Act.SKILL_FOUND, ""),
    "skill-find-nobody": writing(CardKind.SKILL_FIND, Act.SKILL_FOUND, "Couture", 1),
    "skill-found": page(
        CardKind.SKILL_FOUND,
        [Option(Act.SKILL_ASK, str(each), KNOWER) for each in range(4)],
        ["Couture à la machine"] * 4,
    ),
    "own-skills": page(
        CardKind.OWN_SKILLS,
        [
            Option(Act.SKILL_NEW, "", Text("Ajouter", "Add")),
            *(Option(Act.SKILL_DROP, str(each), "Couture à la machine") for each in range(3)),
        ],
        [Text("Un mot ou deux", "A word or two"), *([Text("Retirer", "Remove")] * 3)],
        Text("Visible par les autres : non, savoir-faire cachés", "Visible to others: no, skills are hidden"),
    ),
    "skill-new": writing(CardKind.SKILL_NEW, Act.SKILL_KEEP, "Coutu"),
    "notices": page(
        CardKind.NOTICES,
        [Option(Act.NOTICE, str(each), "Un tournevis, un après-midi") for each in range(4)],
        [Text("{kind}, jusqu’au {day}", "{kind}, until {day}").of(kind="Cherche", day=ShortDay(date(2026, 12, 24)))]
        * 6,
    ),
    "notice-new": writing(CardKind.NOTICE_NEW, Act.NOTICE_KEEP, ""),
}


def beside_paying(card: Card) -> Card:
    """The same page with paying in the place of what leads back."""
    return replace(card, acts=(Act.PAY, *card.acts[-1:]))


_LONGEST = Names({"fr": "Grande salle du haut", "en": "Large upstairs room"})
_FREE_UNTIL = Text("Libre jusqu’à {hour}", "Free until {hour}").of(hour="14 h 30")
ROOMS = {
    "room": page(
        CardKind.ROOM,
        [
            *(Option(Act.ROOM_WHEN, f"{each} 0 0", _LONGEST) for each in range(4)),
            Option(Act.ROOM, "4", Text("Suite", "More")),
            Option(Act.ROOM_OWN, "", Text("Mes réservations", "My bookings")),
        ],
        [_FREE_UNTIL] * 4 + [Text("Plus loin", "Next"), Text("Voir ou annuler", "See or cancel")],
    ),
    "room-when": page(
        CardKind.ROOM_WHEN,
        [
            Option(Act.ROOM_LONG, "1 0", Text("Maintenant", "Now")),
            *(Option(Act.ROOM_LONG, f"1 {each}", "10 h 30") for each in range(3)),
            Option(Act.ROOM_WHEN, "1 0 4", Text("Plus tard", "Later")),
            Option(Act.ROOM_WHEN, "1", Text("Un autre jour", "Another day")),
        ],
        [_FREE_UNTIL] * 4 + [Text("Suite", "More"), Text("Cette semaine", "This week")],
        _LONGEST,
    ),
    "room-long": page(
        CardKind.ROOM_LONG,
        [Option(Act.ROOM_BOOK, f"1 0 {each} 0", lasting(each)) for each in (30, 60, 90, 120, 180, 240)],
        ["112,50 €"] * 6,
        Text("{room} · {when}", "{room} · {when}").of(room=_LONGEST, when="14 h 07"),
    ),
    "room-long-beyond": beside_paying(
        page(
            CardKind.ROOM_LONG,
            [
                *(Option(Act.ROOM_BOOK, f"1 0 {each} 0", lasting(each)) for each in (30, 60, 90)),
                Option(Act.DECLARE, "50", Text("{sum} dans la caisse", "{sum} in the cash box").of(sum="0,50 €")),
            ],
            ["112,50 €"] * 3 + [Text("Pour plus longtemps", "For longer")],
            rooms._OVER_LIMIT.of(limit="1 250,50 €", missing="112,50 €"),
        )
    ),
    "room-own": page(
        CardKind.ROOM_OWN,
        [Option(Act.ROOM_ONE, str(each), words.turn(SHIFT)) for each in range(5)],
        [_LONGEST] * 5,
    ),
    "room-booked": Card(
        CardKind.HOUSE_DONE,
        "Inès",
        ticket="t",
        acts=(Act.ROOM_UNDO, Act.ROOM, Act.DONE),
        confirms=Text("{room} · {when} · {cents}", "{room} · {when} · {cents}").of(
            room=_LONGEST, when=WHEN, cents="12,50 €"
        ),
    ),
}
_HAD = Text("{who}, depuis {day}", "{who}, since {day}").of(who="Marie-Antoinette", day=ShortDay(date(2026, 12, 1)))
_AWAY = Text("Prêté, et pris", "Lent, and taken")


def _drawn() -> tuple[Place, ...]:
    """Two rows of desks in each of the ways in which they stand, and what stands around them."""
    around = (
        (SpotKind.ROOM, "Salle bleue", Box(0, 0, 14, 9)),
        (SpotKind.KITCHEN, "Cuisine", Box(28, 0, 12, 8)),
        (SpotKind.BOOTH, "Cabine", Box(16, 0, 5, 5)),
        (SpotKind.DOOR, "Porte", Box(0, 21, 6, 3)),
    )
    found = [Place(Spot(each, *one), Stands.NO_DESK) for each, one in enumerate(around, 90)]
    stands = [Stands.OPEN, Stands.KEPT, Stands.LENT, Stands.TAKEN, Stands.YOURS]
    for number in range(10):
        box = Box(8 + number % 5 * 6, 11 + number // 5 * 6, 5, 4)
        found.append(Place(Spot(number + 1, SpotKind.DESK, f"A{number + 1}", box), stands[number % 5]))
    return tuple(found)


def floor_page(*options: tuple[Option, object], about: object = None) -> Card:
    sheet = FloorSheet(_drawn(), tuple(said for _, said in options), about)  # type: ignore[arg-type, misc]
    chosen = tuple(one for one, _ in options)
    return Card(CardKind.FLOOR, "Inès", ticket="t", acts=(Act.HOUSE, Act.DONE), sheet=sheet, options=chosen)


PREMISES = {
    "floor": floor_page(
        (
            Option(Act.SPOT_DAYS, "", Text("Mon bureau : {label}", "My desk: {label}").of(label="A5")),
            Text("Prêter des jours", "Lend some days"),
        ),
        (
            Option(Act.SPOT_TAKE, "3", Text("Prendre {label}", "Take {label}").of(label="A3")),
            Text("Pour aujourd’hui", "For today"),
        ),
        (Option(Act.FLOOR, "1", Text("Suite", "More")), Text("Plus loin", "Next")),
    ),
    "floor-nothing": floor_page(about=Text("Aucun bureau prêté pour l’instant.", "No desks on loan at the moment.")),
    "spot-days": page(
        CardKind.SPOT_DAYS,
        [
            *(Option(Act.SPOT_LEND, f"2026-12-0{each} 0", ShortDay(date(2026, 12, each))) for each in range(1, 5)),
            Option(Act.SPOT_DAYS, "4", Text("Plus tard", "Later")),
        ],
        [Text("Je suis là", "I’ll be here"), *([_AWAY] * 3), Text("Suite", "More")],
    ),
    "things": page(
        CardKind.THINGS,
        [Option(Act.THING, str(each), "Cabine du fond, …") for each in range(6)],
        ["Marie-Antoinette", Text("Libre", "Free"), Text("Une personne membre", "A member"), *(["Karim"] * 3)],
    ),
    "thing": page(
        CardKind.THING,
        [Option(Act.THING_TAKE, str(each), "10 h 30") for each in range(4)],
        ["30 min"] * 4,
        Text("{label} · {how}", "{label} · {how}").of(
            label="Cabine",
            how=Text("{who}, depuis {day}", "{who}, since {day}").of(
                who="Marie-Antoinette", day=ShortDay(date(2026, 12, 1))
            ),
        ),
    ),
}
HOUSE = {
    **PEOPLE,
    **PREMISES,
    **ROOMS,
    "house": page(
        CardKind.HOUSE,
        [
            Option(Act.ROOM, "", Text("Salles", "Rooms")),
            Option(Act.EVENTS, "", Text("Événements", "Events")),
            Option(Act.HOSTING, "", Text("Accueil", "Hosting")),
            Option(Act.HOUSE, "3", Text("Autre chose", "Something else")),
        ],
        ["", "", "", ""],
    ),
    "hosting": listed(6),
    "hosting-three": listed(3),
    "hosting-empty": listed(0),
    "shift": page(
        CardKind.SHIFT,
        [
            *(Option(Act.SHIFT_HELD, f"1 {minutes}", said) for minutes, said in HELD),
            Option(Act.SHIFT_GIVE_UP, "1", Text("Rendre ce tour", "Give up this shift")),
            Option(Act.SHIFT_SWAP, "1", Text("Échanger", "Swap")),
        ],
        [*(Length(minutes) for minutes, _ in HELD), "", ""],
        Text("{when}. Aucune heure n’est notée.", "{when}. No times are recorded.").of(
            when=Text("{kind}, {when}", "{kind}, {when}").of(kind=words.KINDS[SHIFT.kind], when=WHEN)
        ),
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
