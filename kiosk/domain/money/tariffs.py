"""Defines what is sold and for how much: products with a unit, zones, dated tariffs, and the rules of one day
(`Policy`).

No amount is written here: all are passed in, from the association's dated rows. A *level* is a group of
tariffs: `full`, or a reduced one that an officer grants a member. A *permanent* is a member whose subscription covers
the day.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kiosk.domain.doors import FIRST_DOOR, Door
from kiosk.domain.lets import Let
from kiosk.domain.money.vat import VatStatus
from kiosk.domain.opening_hours import Calendar, Week
from kiosk.domain.periods import Unit, Year
from kiosk.domain.problems import Problem

FULL = "full"  # the level that needs no grant
GUEST = "guest"  # the level recorded for a guest's price, which is a rule of its own


class ProductKind(StrEnum):
    """What a member gets by buying the product."""

    MEMBERSHIP = "membership"
    DAY = "day"  # a visit's day pass, or half of it
    SUBSCRIPTION = "subscription"
    CARNET = "carnet"  # days, or half days, bought together by a member
    ENVELOPE = "envelope"  # an organisation's days, used by the people named on its vouchers
    EVENT = "event"  # a seat at a training or an event
    ROOM = "room"  # time in a room, charged by its bookings


AHEAD = (ProductKind.CARNET, ProductKind.ENVELOPE)  # days bought together, before they are used


class Product(Struct, frozen=True):
    """A product with a tariff. For days bought together, `days` is how many, and `valid_days` for how long (None: for
    ever).
    """

    id: int
    code: str
    kind: ProductKind
    unit: Unit
    days: int = 0
    valid_days: int | None = None


class Price(Struct, frozen=True):
    """A dated tariff, in cents. `floor_cents` is None for a fixed price; for a free one, `cents` is only the
    suggestion.
    """

    cents: int
    floor_cents: int | None = None

    def __post_init__(self) -> None:
        if self.cents < 0 or (self.floor_cents is not None and not 0 <= self.floor_cents <= self.cents):
            raise Problem(
                "price", "a price is 0 or more, and a free price's floor between 0 and what is suggested", field="floor"
            )

    def asked(self, chosen_cents: int | None) -> int:
        """Return the price in cents: a fixed one whatever the choice; of a free one the member's choice, but at least
        the floor, or the suggestion where the choice is None.
        """
        if self.floor_cents is None or chosen_cents is None:
            return self.cents
        return max(self.floor_cents, chosen_cents)


class Zone(Struct, frozen=True):
    """A part of the space. `day_product` is None where a day costs nothing; `half_product` None where
    no half is sold.
    """

    id: int
    code: str
    day_product: str | None
    half_product: str | None = None


class Policy(Struct, frozen=True, kw_only=True):
    """The association's rules in force on one day. `prices` is keyed by product code and level.

    Rules with a default were added later, and change nothing in a home without a row for them. `calendar` has the
    opening hours of the days around this one, None where the space is always open. `door` is the door that the rules
    are read for. Raises Problem `policy` for impossible values.
    """

    day_start_hour: int  # a visit before this hour belongs to the day before
    half_day_split_hour: int | None  # the hour between two half days, where these are sold
    membership_year: Year
    membership_grace_days: int  # after a membership's last day, on which the door still opens
    tab_limit_cents: int  # what may be past due before the door stays shut
    tab_due_days: int  # a charge is past due after so many days
    month_cap_days: int | None  # charged days of a month, after which the others cost nothing
    undo_limit: int  # days that a member may undo within `undo_window_days`
    undo_window_days: int
    show_amounts: bool  # on the screen's cards
    rent_cents: int  # a month
    prices: Mapping[tuple[str, str], Price]
    products: Mapping[str, Product]
    zones: Mapping[str, Zone]
    opening_hours: Week | None = None  # None: always open
    closed_on_holidays: bool = False
    closed_admits_permanents: bool = True  # whether permanents come in while the space is closed
    capacity_notice: int | None = None  # people from which the card says that it is full
    capacity_legal: int | None = None  # people from which the door stays shut
    pro_rata: bool = False  # whether subscriptions are charged by the day
    remote_opening: bool = False  # whether an officer may open the door from the desk
    vat_status: VatStatus = VatStatus.EXEMPT
    vat_rates: Mapping[str, int] | None = None  # by product, in hundredths of a percent
    passing_minutes: int | None = None  # how long a visit costs nothing, if the member says that it is short
    guests_a_day: int | None = None  # of one member; None: guests are off
    guest_days_a_year: int | None = None  # of one guest of a member; None: no limit
    guests_by_permanents_only: bool = False
    guest_cents: int | None = None  # None: a day of the host's zone
    joins_a_day: int | None = None  # at the screen; None: joining there is off
    sponsors_are_permanents: bool = False  # whether only permanents welcome newcomers
    pin_sign_in: bool = False  # by name and code at the screen, without the badge
    plans_at_screen: bool = False  # whether members change plans there
    insurance_asked: bool = False  # a certificate, which the door does not need
    lunch_until_hour: int | None = None  # until then the idle screen counts the people eating here
    show_thermometer: bool = False  # on the idle screen: the share of the rent that the month covers
    hide_amounts: bool = False  # in "My account", until "Show" is touched
    evacuation_code: int | None = None  # shows the list of people present on the screen
    doubted_days: int = 90  # how long a declaration that was not found at a count makes others doubtful
    second_officer_cents: int | None = None  # a correction above this amount needs another officer
    second_factor: bool = False  # whether officers need one at the desk
    charges_cents: int = 0  # a month, beside the rent
    show_break_even: bool = False  # on the idle screen: the permanents or days that the rent still needs
    half_day_hours: int = 4  # counted for a voucher by the hour when its owner did not say when they left
    envelope_low_percent: int | None = None  # with so little left, an envelope is reported as nearly empty
    events: bool = False  # whether the association has events, as `hosting`, `people` and others below
    events_public: bool = False
    api_occupancy: bool = False  # whether everyone may ask for the number of people here; the next two likewise
    api_opening: bool = False
    api_prices: bool = False
    public_work: bool = False  # the public page about coming to work here; the next two: letting rooms, the agenda
    public_let: bool = False
    public_agenda: bool = False
    event_rent_percent: int | None = None  # share of a seat's price that pays for the rent
    event_leave_days: int | None = None  # until so many days before an event, leaving costs nothing
    hosting: bool = False
    hosting_ask_days: int = 4  # how long before a free shift members are asked by mail
    volunteer_hour_cents: int | None = None  # worth of an hour of hosting, in the accounts
    people: bool = False  # the screen shows which members are here and what they know
    notices: bool = False
    rooms_on: bool = False
    rooms_at_screen: bool = False
    room_counts_toward_day: bool = False  # whether what rooms cost on a day lowers its price
    floor_plan: bool = False
    lent_days_credit: int | None = None  # so many days lent and taken earn a desk's holder a banked day
    things: bool = False  # to lend: lockers, keys, bikes
    registered_offices: bool = False
    zone_limits: Mapping[str, Any] | None = None  # as `kiosk.domain.zones` reads it
    sites_apart: bool = False  # whether a day is used at each site separately
    calendar: Calendar | None = None
    lets: tuple[Let, ...] = ()
    door: Door = FIRST_DOOR

    @property
    def site(self) -> int | None:
        """Return the site whose people are counted; None where there is only one."""
        return self.door.site if self.door.is_one_of else None

    @property
    def books_rooms(self) -> bool:
        """Tell whether members book rooms at the screen."""
        return self.rooms_on and self.rooms_at_screen

    @property
    def counts_presence(self) -> bool:
        """Tell whether a decision needs the number of people here."""
        return self.capacity_notice is not None or self.capacity_legal is not None

    def vat(self, product: str | None) -> int | None:
        """Return the VAT rate in a product's price, in hundredths of a percent. None where no VAT is collected: the
        association is not liable, or the product has no rate or a rate of 0.
        """
        if self.vat_status is not VatStatus.LIABLE or self.vat_rates is None or product is None:
            return None
        return self.vat_rates.get(product) or None

    def __post_init__(self) -> None:
        hours = (self.day_start_hour, self.half_day_split_hour or 0, self.lunch_until_hour or 0)
        counts = (self.membership_grace_days, self.tab_limit_cents, self.tab_due_days, self.month_cap_days or 0)
        if any(not 0 <= hour <= 23 for hour in hours):
            raise Problem("policy", "an hour of the day is 0 to 23")
        at_the_screen = (self.passing_minutes, self.guests_a_day, self.guest_days_a_year, self.guest_cents)
        if any(count is not None and count < 0 for count in (*at_the_screen, self.joins_a_day)):
            raise Problem("policy", "minutes, guests, their price and those who join are 0 or more")
        if not 0 <= (self.event_rent_percent or 0) <= 100 or not 0 <= (self.event_leave_days or 0) <= 365:
            raise Problem("policy", "the rent's share is 0 to 100 percent, and days before an event 0 to 365")
        at_the_desk = (self.undo_limit, self.undo_window_days, self.doubted_days, self.rent_cents, self.charges_cents)
        of_hosting = (self.hosting_ask_days, self.volunteer_hour_cents or 0)
        if min(*counts, *at_the_desk, *of_hosting) < 0:
            raise Problem("policy", "days, counts and sums of the policy are 0 or more")
        if self.envelope_low_percent is not None and not 0 <= self.envelope_low_percent <= 100:
            raise Problem("policy", "a share is 0 to 100 percent")
        if self.lent_days_credit is not None and not 1 <= self.lent_days_credit <= 100:
            raise Problem("policy", "1 to 100 lent days earn a day")
        if not 1 <= self.half_day_hours <= 12:
            raise Problem("policy", "half a day has 1 to 12 hours")
        if any(people is not None and people < 1 for people in (self.capacity_notice, self.capacity_legal)):
            raise Problem("policy", "a capacity is 1 person or more")

    def ask(self, product: str, level: str | None, chosen_cents: int | None) -> tuple[int, str]:
        """Return the price of one unit of a product for a member with this reduced level, and the level that it was
        priced at.

        A reduced tariff holds only where it is cheaper than the full one, with `chosen_cents` applied to both. Raises
        Problem `no-tariff` without a full tariff, even where there is a reduced one.
        """
        full = self.prices.get((product, FULL))
        if full is None:
            raise Problem("no-tariff", "the product {given!r} has no tariff yet", field="product", given=product)
        best = (full.asked(chosen_cents), FULL)
        reduced = self.prices.get((product, level)) if level is not None else None
        if reduced is not None and level is not None:
            best = min(best, (reduced.asked(chosen_cents), level), key=lambda ask: ask[0])
        return best
