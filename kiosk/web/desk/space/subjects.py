"""Groups the rules by subject, as people look for them; in each, the ones that change most often come first."""

from msgspec import Struct

from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.common.words import t


class Subject(Struct, frozen=True):
    """A page of rules: its name in the address, its title, the names of its rules in order, and whether the tables of
    prices or of zones stand on it, too.
    """

    name: str
    words: Text
    rules: tuple[str, ...]
    has_prices: bool = False
    has_zones: bool = False

    @property
    def label(self) -> str:
        """Return the subject's name in the page's language."""
        return t(self.words)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "prices",
        Text("Tarifs", "Tariffs"),
        ("guest_cents", "month_cap_days", "half_day_split_hour", "half_day_hours", "pro_rata", "envelope_low_percent"),
        has_prices=True,
    ),
    Subject(
        "opening",
        Text("Ouverture et places", "Opening and capacity"),
        ("opening_hours", "closed_on_holidays", "closed_admits_permanents", "capacity_notice", "capacity_legal",
         "guests_a_day", "guest_days_a_year", "guests_by_permanents_only", "passing_minutes", "day_start_hour",
         "zone_limits", "sites_apart", "api_opening", "api_occupancy", "api_prices"),
        has_zones=True,
    ),
    Subject(
        "membership",
        Text("Adhésion et ardoise", "Membership and tab"),
        ("membership_year", "membership_grace_days", "tab_limit_cents", "tab_due_days", "insurance_asked",
         "sponsors_are_permanents", "doubted_days"),
    ),
    Subject(
        "door",
        Text("Écran et porte", "Screen and door"),
        ("show_amounts", "hide_amounts", "pin_sign_in", "plans_at_screen", "joins_a_day", "undo_limit",
         "undo_window_days", "remote_opening", "evacuation_code", "lunch_until_hour", "show_thermometer",
         "show_break_even"),
    ),
    Subject(
        "association",
        Text("Association et comptes", "Association and accounts"),
        ("association", "rent_cents", "charges_cents", "vat_status", "vat_rates", "invoice_due_days",
         "cash_limit_cents", "gifts", "gift_receipts", "fiscal_year_month", "accounts", "fec_whole",
         "second_officer_cents", "second_factor"),
    ),
    Subject(
        "place",
        common.ACTIVITIES_AND_SERVICES,
        ("rooms_on", "events", "hosting", "things", "people", "notices", "floor_plan", "registered_offices",
         "public_work", "public_let", "public_agenda", "events_public", "event_rent_percent", "event_leave_days",
         "hosting_ask_days", "volunteer_hour_cents",
         "lent_days_credit", "rooms_at_screen", "room_counts_toward_day", "room_step_minutes",
         "room_half_day_minutes", "room_longest_minutes", "room_ahead_days", "room_claim_minutes",
         "room_presence_claims", "room_no_show_percent", "room_cancel_hours", "room_cancel_percent",
         "room_quota_day_minutes", "room_quota_week_minutes", "room_quota_month_minutes", "room_plan_minutes",
         "privatisation_notice_days", "privatisation_permanents"),
    ),
)  # fmt: skip


def named(name: str) -> Subject | None:
    """Return the subject with a name in the address; None where there is none."""
    return next((subject for subject in SUBJECTS if subject.name == name), None)
