"""Declares which rules protect the association from one of its own officers, and which changes loosen them, so that
they allow more.

The list is closed: loosening one of its rules counts from a later day, so that other officers read of it before;
tightening counts at once. Every other rule is declared as not protecting.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

Loosens = Callable[[Any, Any], bool]  # given the value before and after


class Change(Struct, frozen=True):
    """A change in the association's settings: its kind (`rule`, `tariff`, `product` or `zone`), the code of what is
    changed (of a tariff, product and level), and the JSON values or prices before and after.
    """

    kind: str
    name: str
    before: Any
    after: Any

    @property
    def loosens(self) -> bool:
        """Tell whether the change loosens a protecting rule."""
        return self.kind == "rule" and loosens(self.name, self.before, self.after)


def loosens(name: str, old: Any, new: Any) -> bool:
    """Tell whether a change from one value to another loosens a protecting rule."""
    decide = PROTECTING.get(name)
    return decide is not None and decide(old, new)


def _is_raised(old: int | None, new: int | None) -> bool:
    """Tell whether a limit is raised. An empty limit allows nothing, as 0 does."""
    return (new or 0) > (old or 0)


def _is_raised_or_emptied(old: int | None, new: int | None) -> bool:
    """Tell whether a threshold is raised or emptied. An empty one means that no amount needs two officers, the loosest
    rule.
    """
    return old is not None and (new is None or new > old)


def _is_lowered(old: int | None, new: int | None) -> bool:
    """Tell whether a number is lowered; an empty one counts as 0."""
    return (new or 0) < (old or 0)


def _is_turned_off(old: bool | None, new: bool | None) -> bool:
    """Tell whether a rule is turned off."""
    return bool(old) and not new


PROTECTING: Mapping[str, Loosens] = {
    "second_officer_cents": _is_raised_or_emptied,
    "second_factor": _is_turned_off,
    "undo_limit": _is_raised,
    "undo_window_days": _is_lowered,  # a shorter window counts fewer of the earlier ones
    "joins_a_day": _is_raised,
    "sponsors_are_permanents": _is_turned_off,
}
# fmt: off
NOT_PROTECTING = frozenset(
    {
        "accounts", "api_occupancy", "api_opening", "api_prices", "association",
        "capacity_legal", "capacity_notice", "cash_limit_cents", "charges_cents",
        "closed_admits_permanents", "closed_on_holidays", "day_start_hour", "doubted_days", "envelope_low_percent",
        "evacuation_code", "event_leave_days", "event_rent_percent", "events", "events_public", "fec_whole",
        "fiscal_year_month", "floor_plan", "gift_receipts", "gifts", "guest_cents", "guest_days_a_year",
        "guests_a_day", "guests_by_permanents_only", "half_day_hours", "half_day_split_hour", "hide_amounts",
        "hosting", "hosting_ask_days", "insurance_asked", "invoice_due_days", "lent_days_credit", "lunch_until_hour",
        "membership_grace_days", "membership_year", "month_cap_days", "notices", "opening_hours", "passing_minutes",
        "people", "pin_sign_in", "plans_at_screen", "privatisation_notice_days", "privatisation_permanents", "pro_rata",
        "public_agenda", "public_let", "public_work",
        "registered_offices", "remote_opening", "rent_cents", "room_ahead_days", "room_cancel_hours",
        "room_cancel_percent", "room_claim_minutes", "room_counts_toward_day", "room_half_day_minutes",
        "room_longest_minutes",
        "room_no_show_percent", "room_plan_minutes", "room_presence_claims", "room_quota_day_minutes",
        "room_quota_month_minutes", "room_quota_week_minutes", "room_step_minutes", "rooms_at_screen", "rooms_on",
        "show_amounts", "show_break_even", "show_thermometer", "sites_apart", "tab_due_days", "tab_limit_cents",
        "things", "vat_rates", "vat_status", "volunteer_hour_cents", "zone_limits",
    }
)
# fmt: on
"""Prices, hours, capacity, the tab, the books, what members do together: changes count from the day that is chosen."""
