"""Lists the files that can be exported: their columns, and what kind of value each column holds."""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.members.permissions import May


class Kind(StrEnum):
    """The kind of values in a column. A COUNT can be added up; a NUMBER only names something; a LEVEL is an amount at a
    moment; a MOMENT is in UTC for programs, on the space's wall clock for people.
    """

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    CENTS = "cents"
    LEVEL = "level"
    COUNT = "count"
    NUMBER = "number"


SUMS = (Kind.CENTS, Kind.LEVEL)  # kinds of columns that hold sums of money

# In every file a column of the same name has the same kind.
_DAYS = frozenset({"day", "joined", "left", "membership_until"})
_MOMENTS = frozenset({"starts", "ends"})
_CENTS = frozenset({"amount", "balance", "received", "days_30", "days_60", "days_90", "older", "in", "out", "fee"})
_LEVELS = frozenset({"in_box"})
_COUNTS = frozenset(
    {
        *("visits", "members", "guests", "subscription", "prepaid", "day_passes", "free", "undone", "pieces"),
        *("places", "threshold", "coming"),
    }
)
_NUMBERS = frozenset({"member", "entry", "account", "reverses", "reversed_by", "slip", "credited", "booking", "event"})


def kind_of(column: str) -> Kind:
    """Return the kind of values in the column of this name."""
    if column in _DAYS:
        return Kind.DAY
    if column in _MOMENTS:
        return Kind.MOMENT
    if column in _CENTS:
        return Kind.CENTS
    if column in _LEVELS:
        return Kind.LEVEL
    if column in _COUNTS:
        return Kind.COUNT
    return Kind.NUMBER if column in _NUMBERS else Kind.TEXT


class Sheet(Struct, frozen=True):
    """An exported file: its name, and its columns in order."""

    name: str
    columns: tuple[str, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return the kind of values in each column."""
        return tuple(map(kind_of, self.columns))

    @property
    def needs(self) -> tuple[May, ...]:
        """Return the permissions that an officer needs to export it: not every officer may see money and reduced
        tariffs.
        """
        tells_rights = "right" in self.columns or "tariff" in self.columns
        money = (May.SEE_MONEY,) if self.has_money else ()
        return (May.EXPORT, *money, *((May.SEE_REDUCED,) if tells_rights else ()))

    @property
    def is_standing(self) -> bool:
        """Tell whether it shows how things stand on its last day, instead of what was done on all of its days."""
        return self.name == "tabs"

    @property
    def has_money(self) -> bool:
        """Tell whether it contains amounts: only officers with the right to see money may export it."""
        return Kind.CENTS in self.kinds


SHEETS = {
    name: Sheet(name, tuple(columns.split()))
    for name, columns in {
        "day-passes": "day member name plan zone right tariff amount entry reversed_by",
        "visits": "day member name plan zone right part state entry known_by",
        "occupancy": "day visits members guests subscription prepaid day_passes free undone",
        "payments": "entry day member name account kind method received reference reverses reversed_by actor",
        "cash": "entry day kind in out in_box reference reverses actor",
        "remittances": "entry day method slip pieces amount fee received credited reversed_by actor",
        "tabs": "account member name balance days_30 days_60 days_90 older",
        "entries": "entry day kind account member amount method product reverses actor",
        "members": "member name plan email joined left balance",
        "bookings": "booking day room starts ends state kind member name title",
        "events": "event starts ends title kind state place places threshold coming",
        "member-files": "member name shown email phone plan language joined left membership_until",
    }.items()
}
