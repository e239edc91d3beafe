"""Turns what a page of the screen shows into blocks for a telephone, by the kind of its sheet, in
the screen's words.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.language.catalogues import Language
from kiosk.language.texts import spoken
from kiosk.selfservice.account import AccountSheet
from kiosk.selfservice.error_report import DaysSheet, WrongSheet
from kiosk.selfservice.events import EventSheet, EventsSheet, RefusedSheet
from kiosk.selfservice.house import HouseSheet
from kiosk.selfservice.payments import TransferSheet
from kiosk.selfservice.settings import ChoicesSheet
from kiosk.web.pages.speech import Block
from kiosk.web.screen import formats, texts
from kiosk.web.screen.words import account_words, event_words


def text(*lines: str, kind: str = "text") -> list[Block]:
    """Return the lines as one block of a kind, in a list; an empty list where there is nothing to read."""
    rows = [[line] for line in lines if line]
    return [Block(kind, rows)] if rows else []


def of_sheet(sheet: object, language: Language, *, is_empty: bool) -> list[Block]:
    """Return what a sheet shows beside its choices. `is_empty` says that it offers none, which a list of the house or
    of events then says, too.
    """
    draw = _SHEETS.get(type(sheet))
    blocks = [] if draw is None else draw(sheet, language)
    lists = isinstance(sheet, HouseSheet | EventsSheet)
    return blocks + (text(texts.NOTHING_HERE.to(language)) if is_empty and lists else [])


def below(sheet: object, place: int, language: Language) -> tuple[str, bool | None]:
    """Return what stands below one of a page's own choices, given by its index, and whether it is ticked, as one's own
    events are (None: choices of this page are never ticked).
    """
    if isinstance(sheet, HouseSheet | ChoicesSheet) and place < len(sheet.values):
        return spoken(sheet.values[place], language), None
    if isinstance(sheet, EventsSheet) and place < len(sheet.chosen):
        return "", sheet.chosen[place]
    return "", None


def _account(sheet: AccountSheet, language: Language) -> list[Block]:
    """Return a member's account: balance, declared cash, rights and visits."""
    label, cents = account_words.balance(sheet, language)
    return [
        *text(f"{label} {cents}".strip(), kind="strong"),
        *text(account_words.declared(sheet, language), *account_words.rights(sheet, language)),
        *text(account_words.came(sheet, language), kind="small"),
    ]


def _house(sheet: HouseSheet, language: Language) -> list[Block]:
    """Return what a page of the house is about."""
    return [] if sheet.about is None else text(spoken(sheet.about, language), kind="strong")


def _choices(sheet: ChoicesSheet, language: Language) -> list[Block]:
    """Return that a choice was saved, where one was."""
    return text(account_words.SAVED.to(language), kind="strong") if sheet.saved else []


def _event(sheet: EventSheet, language: Language) -> list[Block]:
    """Return an event: what just happened, its lines, and the small print."""
    outcome = "" if sheet.told is None else sheet.told.to(language)
    return [
        *text(outcome, kind="strong"),
        *text(*event_words.lines(sheet, language)),
        *text(event_words.small(sheet, language), kind="small"),
    ]


def _refused(sheet: RefusedSheet, language: Language) -> list[Block]:
    """Return why a refused act was refused."""
    return text(event_words.refused(sheet, language), kind="strong")


def _days(sheet: DaysSheet, language: Language) -> list[Block]:
    """Return the days that count already and those that the member reported; or that there are none."""
    lines = [
        words.to(language, days=formats.short_days(days, language))
        for words, days in ((texts.COUNTED_DAYS, sheet.counted), (texts.SAID_DAYS, sheet.reported))
        if days
    ]
    return [*text(*lines, kind="small"), *(text(texts.NO_DAYS.to(language)) if sheet.is_empty else [])]


def _wrong(sheet: WrongSheet, language: Language) -> list[Block]:
    """Return that there are no lines to correct, where there are none."""
    return text(texts.NO_LINES.to(language)) if sheet.is_empty else []


def _transfer(sheet: TransferSheet, language: Language) -> list[Block]:
    """Return how to pay by transfer: the payee, account, amount and reference, and their QR code."""
    pairs = [
        [texts.PAYEE.to(language), sheet.name],
        [texts.IBAN.to(language), sheet.iban],
        [texts.SUM.to(language), formats.amount(sheet.cents, language)],
        [texts.REFERENCE.to(language), sheet.reference],
    ]
    return [Block("pairs", pairs), Block("qr", [[sheet.svg]])]


# How each kind of sheet is drawn; any other kind shows its choices alone.
_SHEETS: Mapping[type, Callable[[Any, Language], list[Block]]] = {
    AccountSheet: _account,
    HouseSheet: _house,
    ChoicesSheet: _choices,
    EventSheet: _event,
    RefusedSheet: _refused,
    DaysSheet: _days,
    WrongSheet: _wrong,
    TransferSheet: _transfer,
}


def title_of(sheet: object, title: str) -> str:
    """Return a page's title: an event's own, else the screen's."""
    return sheet.title if isinstance(sheet, EventSheet) else title
