"""Names the eight questions about a new space in its first hour, and what each answer holds.

A question without an answer ("not known yet") writes nothing: the built-in default holds, and remains to be confirmed.
Amounts are cents; a price of None means that it is not sold.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kiosk.domain.money.vat import VatStatus
from kiosk.domain.periods import Year


class Question(StrEnum):
    """The eight questions, in their order."""

    WHO = "who"
    FEE = "fee"
    PRICES = "prices"
    PAYING = "paying"
    OPENING = "opening"
    PLACES = "places"
    RENT = "rent"
    MORE = "more"


class PaidWhen(StrEnum):
    """When a day is to be paid."""

    NOW = "now"  # straight away
    AHEAD = "ahead"  # before it is used; the rules are the same as for NOW: no tab
    TAB = "tab"  # later


class OpenWhen(StrEnum):
    """When the space is open: always, during set hours, or whenever someone opens it (the door then
    ignores the clock).
    """

    ALWAYS = "always"
    HOURS = "hours"
    SOMEBODY = "somebody"  # stored as no opening hours, like ALWAYS


class Reduced(StrEnum):
    """Whether there is a reduced tariff: half of the full prices, in proportion to another day price, or none."""

    HALF = "half"
    OTHER = "other"
    NONE = "none"


WAYS = ("cash", "cheque", "transfer", "card", "online")
"""The means of payment, as payments name them; "online" is HelloAsso."""


class Who(Struct, frozen=True, kw_only=True):
    """The association, as its papers name it."""

    name: str
    address: str = ""
    siren: str = ""
    rna: str = ""
    vat: VatStatus = VatStatus.EXEMPT


class Fee(Struct, frozen=True, kw_only=True):
    """The membership: its fee in cents (0 for none), its year, and for how many days after it the door still opens."""

    cents: int
    year: Year = Year.ROLLING
    grace_days: int = 30


class Prices(Struct, frozen=True, kw_only=True):
    """The prices of working here, in cents; `carnet` is one of ten days. `reduced_day` is the reduced price of a day
    (`Reduced.OTHER`): the other prices are reduced in proportion. `corner`: there is a part of the space where working
    costs nothing.
    """

    day: int | None = None
    half: int | None = None
    week: int | None = None
    month: int | None = None
    carnet: int | None = None
    reduced: Reduced = Reduced.NONE
    reduced_day: int | None = None
    corner: bool = False

    @property
    def is_free(self) -> bool:
        """Tell whether nothing is sold at all."""
        return all(price is None for price in (self.day, self.half, self.week, self.month, self.carnet))

    def less(self, cents: int | None) -> int | None:
        """Return the reduced price of a full one, rounded down to the cent; None where the full one holds: nothing is
        reduced, or there is no price of a day to reduce by.
        """
        if cents is None or self.reduced is Reduced.NONE or not self.day:
            return None
        if self.reduced is Reduced.HALF:
            return cents // 2
        return cents * (self.reduced_day or 0) // self.day


class Paying(Struct, frozen=True, kw_only=True):
    """When and how members pay. On a tab, up to `limit_cents` may be past due, which a charge is after `due_days`."""

    when: PaidWhen
    limit_cents: int = 0
    due_days: int = 0
    ways: tuple[str, ...] = ()
    iban: str = ""


class Opening(Struct, frozen=True, kw_only=True):
    """When the space is open. `hours` are a rule's JSON by weekday; `admits_permanents` lets members on a running plan
    in while it is closed.
    """

    when: OpenWhen
    hours: dict[str, list[str]] | None = None
    shut_on_holidays: bool = False
    admits_permanents: bool = True


class Places(Struct, frozen=True, kw_only=True):
    """The numbers of people from which the card says that it is full (`notice`) and the door stays shut (`legal`).
    None: never.
    """

    notice: int | None = None
    legal: int | None = None


class Rent(Struct, frozen=True, kw_only=True):
    """What the place costs a month, and whether the idle screen shows how much of it is covered."""

    rent_cents: int
    charges_cents: int = 0
    is_shown: bool = False


class More(Struct, frozen=True, kw_only=True):
    """What else the space offers: a room to rent (none without a name), events, shifts of hosting, things to lend."""

    room: str = ""
    room_hour: int | None = None
    room_hour_external: int | None = None
    events: bool = False
    hosting: bool = False
    things: bool = False


class Answers(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answers given so far; None for a question not answered yet."""

    who: Who | None = None
    fee: Fee | None = None
    prices: Prices | None = None
    paying: Paying | None = None
    opening: Opening | None = None
    places: Places | None = None
    rent: Rent | None = None
    more: More | None = None

    def rules(self) -> Mapping[str, Any]:
        """Return the rules that the answers write, by name, as JSON values; without those on the association itself."""
        written: dict[str, Any] = {}
        if self.who:
            written["vat_status"] = self.who.vat.value
        if self.fee:
            written |= {"membership_year": self.fee.year.value, "membership_grace_days": self.fee.grace_days}
        if self.paying:
            on_tab = self.paying.when is PaidWhen.TAB
            written["tab_limit_cents"] = self.paying.limit_cents if on_tab else 0
            written["tab_due_days"] = self.paying.due_days if on_tab else 0
        if self.opening:
            written["opening_hours"] = self.opening.hours if self.opening.when is OpenWhen.HOURS else None
            written["closed_on_holidays"] = self.opening.shut_on_holidays
            written["closed_admits_permanents"] = self.opening.admits_permanents
        if self.places:
            written |= {"capacity_notice": self.places.notice, "capacity_legal": self.places.legal}
        if self.rent:
            written |= {"rent_cents": self.rent.rent_cents, "charges_cents": self.rent.charges_cents}
            written["show_thermometer"] = self.rent.is_shown
        if self.more:
            written |= {"events": self.more.events, "hosting": self.more.hosting, "things": self.more.things}
            written["rooms_on"] = bool(self.more.room)
        return written


RULES_OF: Mapping[Question, tuple[str, ...]] = {
    Question.WHO: ("association", "vat_status"),
    Question.FEE: ("membership_year", "membership_grace_days"),
    Question.PRICES: (),
    Question.PAYING: ("tab_limit_cents", "tab_due_days"),
    Question.OPENING: ("opening_hours", "closed_on_holidays", "closed_admits_permanents"),
    Question.PLACES: ("capacity_notice", "capacity_legal"),
    Question.RENT: ("rent_cents", "charges_cents", "show_thermometer"),
    Question.MORE: ("events", "hosting", "things", "rooms_on"),
}
"""The rules that each question decides; the fee and the prices are tariffs."""
