"""Makes the sheet that hangs beside the door, as a PDF or as text: one page for each language of `pages.languages`.

The words are here; what differs between associations is a `DoorSheet`.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kiosk.domain.money.tariffs import Price
from kiosk.domain.opening_hours import Week
from kiosk.exports import formats, pages
from kiosk.language import common
from kiosk.language.names import Names
from kiosk.language.texts import NO_BREAK, Said, Text, Voice

_A_ROW = 44  # characters
_SIZES = (("large", 61), ("middle", 67), ("compact", 76))  # with the number of rows that fit on the page
_SMALLEST = "dense"  # the letter size for a page that is too long for the others


class Line(Struct, frozen=True):
    """A product or thing with a price."""

    name: Names
    price: Price


class DoorSheet(Struct, frozen=True, kw_only=True):
    """What the sheet says of this place. A field that is None or 0 is not offered here; only `guest_days_a_year` None
    means no limit.

    `hours` is None where the space never shuts; `why` and `contact` are the association's own words from the door's
    notice.
    """

    association: Mapping[str, str]
    why: Said
    contact: Said
    prices: tuple[Line, ...]
    has_reduced: bool  # whether any product has a reduced price
    free_zone: Names | None = None
    passing_minutes: int = 0  # how long a visit in passing is free
    guests_a_day: int = 0
    guest_days_a_year: int | None = None
    guests_by_permanents_only: bool = False
    guest_cents: int | None = None  # the price of a guest's day; None: that of a day
    hours: Week | None = None
    closed_on_holidays: bool = False
    closed_admits_permanents: bool = True  # whether a subscription opens outside the hours
    training: bool = False


class Block(Struct, frozen=True):
    """A heading and what stands below it: rows of two cells, then lines."""

    heading: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()

    @property
    def all_lines(self) -> list[str]:
        """Return the lines one by one: the association's own words may have several."""
        return [line for words in self.lines for line in words.splitlines()]


class Page(Struct, frozen=True):
    """The page in one language. `signs` are the shapes on the screen: a shape's name and its meaning."""

    language: str
    training: str
    title: str
    how: Block
    signs: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]

    @property
    def rows_of_text(self) -> int:
        """Return about how many rows of a column the page takes."""
        rows = 0
        for block in self.blocks:
            texts = [*block.all_lines, *(f"{left}  {right}" for left, right in block.rows)]
            rows += 3 + sum(1 + len(line) // _A_ROW for line in texts)
        return rows

    @property
    def size(self) -> str:
        """Return the name of the largest letter size at which all stays on one page."""
        return next((size for size, most in _SIZES if self.rows_of_text <= most), _SMALLEST)


def pdf(sheet: DoorSheet) -> bytes:
    """Return the sheet as a PDF. Raises MachineError `pdf`."""
    sheet_pages = [page(sheet, language) for language in pages.languages()]
    # `training` would mark each page in French: `school` marks it in the page's own language.
    return pages.printed("door_sheet.html", "fr", pages=sheet_pages, training=False, school=sheet.training)


def text(sheet: DoorSheet) -> str:
    """Return the sheet as text for a terminal."""
    lines: list[str] = []
    for each in (page(sheet, language) for language in pages.languages()):
        lines += [each.title.upper(), ""]
        colon = f"{NO_BREAK}:" if each.language == "fr" else ":"
        for block in (each.how, Block("", tuple(words for _, words in each.signs)), *each.blocks):
            lines += [f"{block.heading}{colon}"] if block.heading else []
            lines += [f"  {left}{colon} {right}" for left, right in block.rows]
            lines += [f"  {line}" for line in block.all_lines] + [""]
    return "\n".join(lines).rstrip() + "\n"


def page(sheet: DoorSheet, language: str) -> Page:
    """Return the page in one language."""
    t = Voice(language)
    name = sheet.association.get("name", "")
    contact = tuple(sheet.association[key] for key in ("phone", "email") if key in sheet.association)
    blocks = [
        Block(t("Sur l’écran, après le badge", "On the screen, after the badge"), tuple(_choices(sheet, language))),
        Block(
            t("Première visite", "Your first visit"),
            (
                t(
                    "Bienvenue ! Touchez « Première visite » : la sonnette retentit, et l’écran dit qui appeler.",
                    "Welcome! Touch “First visit”: a bell rings, and the screen says who to call.",
                ),
            ),
        ),
        Block(
            t("Badge oublié ou perdu", "Badge forgotten or lost"),
            (
                t(
                    "Demandez à une personne membre ou à l’accueil. Si le badge est perdu, dites-le vite : il"
                    " sera désactivé.",
                    "Ask a member or the host. If your badge is lost, tell us soon: we will switch it off.",
                ),
            ),
        ),
        Block(
            t("Si la porte ne s’ouvre pas", "If the door does not open"),
            (
                t(
                    "De l’intérieur, la poignée ouvre toujours, même sans courant.",
                    "From inside, the handle always opens, even without power.",
                ),
                t(
                    "De l’extérieur, il y a une clé : voyez « À qui parler ».",
                    "From outside, there is a key: see “Who to ask”.",
                ),
            ),
        ),
        Block(t("Repartir", "Leaving"), tuple(_leaving(t))),
        Block(
            t("Heures d’ouverture", "Opening hours"),
            tuple(_closed(sheet, t)),
            tuple(formats.opening_week(sheet.hours, language)),
        ),
        Block(
            t("Prix", "Prices"),
            (
                t(
                    "Tarif réduit : demandez-le, votre demande reste entre nous.",
                    "Reduced price: just ask, and we keep your request private.",
                ),
            )
            if sheet.has_reduced
            else (),
            tuple((line.name.to(language), price(line.price, language)) for line in sheet.prices),
        ),
        Block(
            t(common.WHAT_THE_DOOR_KNOWS),
            (
                sheet.why.to(language),
                t(
                    "Durée de conservation et vos droits : demandez la notice entière, voyez « À qui parler ».",
                    "How long we keep your data, and your rights: ask for the full notice, see “Who to ask”.",
                ),
            ),
        ),
        Block(t("À qui parler", "Who to ask"), (sheet.contact.to(language), *contact)),
    ]
    return Page(
        language,
        pages.PRACTICE.to(language),
        t("Bienvenue à {name}", "Welcome to {name}", name=name) if name else t("Bienvenue", "Welcome"),
        Block(
            t("Entrer", "Coming in"),
            (
                t(
                    "Présentez votre badge au lecteur. L’écran répond par une forme et quelques mots :",
                    "Tap your badge on the reader. The screen answers with a shape and a few words:",
                ),
            ),
        ),
        tuple((shape, words.to(language)) for shape, words in _SIGNS),
        tuple(block for block in blocks if block.lines or block.rows),
    )


# the screen's shapes and what each means
_SIGNS = (
    ("tick", common.DOOR_IS_OPEN),
    (
        "twice",
        Text("Journée déjà comptée : la porte est ouverte.", "Your day is already counted: the door is open."),
    ),
    ("drop", Text("Il reste une étape : l’écran dit laquelle.", "One step first: the screen tells you which.")),
    ("hand", Text("La porte reste fermée : l’écran dit pourquoi.", "The door stays shut: the screen says why.")),
    ("plug", Text("Quelque chose est en panne : demandez de l’aide.", "Something is not working: ask for help.")),
)


def _choices(sheet: DoorSheet, language: str) -> Iterator[str]:
    """Yield what a member can touch on the card of a day that costs."""
    t = Voice(language)
    yield t("Annuler : rien n’est compté pour aujourd’hui.", "Undo: you are not charged for today.")
    if sheet.free_zone is not None:
        name, button = sheet.free_zone.to(language), t("Coin gratuit", "Free corner")
        yield t(
            "{place} : rien n’est compté tant que vous y restez.",
            "{place}: free as long as you stay there.",
            place=button if name == button else f"{button} ({name})",
        )
    if sheet.passing_minutes:
        yield t(
            "De passage : rien n’est compté pendant {minutes} minutes.",
            "Just passing: free for {minutes} minutes.",
            minutes=sheet.passing_minutes,
        )
    if sheet.guests_a_day:
        yield _guests(sheet, t)


def _guests(sheet: DoorSheet, t: Voice) -> str:
    """Return the line about guests: how many a day and a year, at what price, and for which members."""
    whose_guests = t("Inviter une personne", "Inviting a guest")
    if sheet.guests_by_permanents_only:
        whose_guests = t("Inviter une personne, avec un abonnement", "Inviting a guest, with a subscription")
    price = t("une journée", "a day")
    if sheet.guest_cents is not None:
        price = formats.euros(sheet.guest_cents, t.language) if sheet.guest_cents else t("gratuit", "free")
    if sheet.guest_days_a_year is None:
        return t(
            "{who} : {day} par jour au plus, {price} chaque fois, sur votre ardoise.",
            "{who}: up to {day} a day, {price} each, on your tab.",
            who=whose_guests,
            day=sheet.guests_a_day,
            price=price,
        )
    return t(
        "{who} : {day} par jour et {year} par an au plus, {price} chaque fois, sur votre ardoise.",
        "{who}: up to {day} a day and {year} a year, {price} each, on your tab.",
        who=whose_guests,
        day=sheet.guests_a_day,
        year=sheet.guest_days_a_year,
        price=price,
    )


def _leaving(t: Voice) -> Iterator[str]:
    """Yield what to do when leaving."""
    yield t(
        "Touchez « Je m’en vais », ou partez simplement : la nuit, la borne termine votre visite.",
        "Touch “I am leaving”, or simply go: the kiosk ends your visit overnight.",
    )
    yield t(
        "Vous partez en dernier ? Fenêtres, chauffage, lumières, porte : merci !",
        "Last to leave? Windows, heating, lights, door: thank you!",
    )


def _closed(sheet: DoorSheet, t: Voice) -> Iterator[str]:
    """Yield when the door opens outside the opening hours, and whether holidays are closed."""
    if sheet.hours is None:
        yield t("La porte s’ouvre aux membres à toute heure.", "The door opens to members at any time.")
    elif sheet.closed_admits_permanents:
        yield t(
            "Avec un abonnement, la porte s’ouvre à toute heure.", "With a subscription, the door opens at any time."
        )
    if sheet.closed_on_holidays:
        yield t(common.CLOSED_ON_HOLIDAYS)


def price(tariff: Price, language: str) -> str:
    """Return a price in words."""
    t, cents = Voice(language), formats.euros(tariff.cents, language)
    if tariff.floor_cents is None:
        return cents
    if not tariff.floor_cents:
        return t("prix libre, {cents} proposés", "pay what you want, {cents} suggested", cents=cents)
    return t(
        "prix libre, {cents} proposés, {least} au moins",
        "pay what you want, {cents} suggested, {least} minimum",
        cents=cents,
        least=formats.euros(tariff.floor_cents, language),
    )
