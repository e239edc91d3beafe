"""Lists the columns of sealed tables that no seal covers, each with its reason: a test walks the schema.

A new column of a sealed table is added to the sealed ones, or here.
"""

from collections.abc import Mapping

_WORDS = "words, a name or a wish of a person: it prices nothing and gives no right, and can be erased"
_MOMENT = "a moment, which retention rounds to the day: what it decides is sealed, or its day is"
_FORM = "the name of a form that was sent, so that it counts once"
FOLLOWS = "follows from entries: `audit` counts it anew"
_PLATFORM = (
    "what HelloAsso says: written by the program that calls it, which has no key; its own lists show what differs"
)
_OF_KEY = "whether a passkey signs in alone or after the password: the key and its owner are sealed"
_BY_WHOM = "the actor: the entry that sealed the row names them"
_PROGRAM = "the program's own, for itself"

UNSEALED_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    _WORDS: {
        "member": (
            *("name", "shown_name", "door_name", "larger_text", "notify", "hides_sums", "asked_to_host"),
            *("insured_until", "language", "visible", "phone", "more_contrast", "voice", "note"),
            *("mails_events", "mails_swaps", "mails_people", "erasure_asked_on"),
        ),
        "organisation": ("email", "language"),
        "badge": ("tail", "product"),
        "reduced_grant": ("reason",),
        "banked_day": ("reason",),
        "event": (
            *("kind", "title", "about", "place", "member_id", "is_named", "is_listed", "places", "threshold", "reason"),
        ),
        "signup": ("name", "terms"),
        "room": ("kind", "capacity", "place", "equipment", "hours", "setup_minutes", "closed_on"),
        "booking": ("kind", "title", "series_id", "privatisation_id", "feed", "uid"),
        "desk_user": ("name", "language"),
        "desk_passkey": ("name",),
        "telephone": ("kind", "way"),
        "shift": ("kind", "from_minute", "until_minute", "declared_minutes", "called_off"),
        "spot_day": ("taken_id",),
        "bank_line": ("reason",),
        "closed_day": ("reason",),
        "api_token": ("label",),
        "visit": ("known_by", "guest_name"),
    },
    _MOMENT: {
        "rule_called_off": ("made_at",),
        "voucher_code": ("made_at",),
        "banked_day": ("given_at",),
        "event": ("starts_at", "ends_at", "deadline_at", "made_at", "changed_at", "decided_at"),
        "signup": ("made_at",),
        "booking": ("starts_at", "ends_at", "free_at", "claimed_at", "over_at", "settled_at", "made_at"),
        "quote": ("made_at",),
        "hosting_reward": ("made_at",),
        "desk_user": ("created_at",),
        "desk_passkey": ("create_datetime", "lastuse_datetime"),
        "desk_hand": ("made_at", "confirmed_at"),
        "desk_first_factor": ("made_at", "confirmed_at"),
        "api_token": ("made_at", "ended_at"),
        "asked_act": ("asked_at", "decided_at"),
        "second_look": ("asked_at", "decided_at"),
        "home": ("created_at",),
        "telephone": ("paired_at",),
        "due_act": ("done_at",),
        "closed_day": ("made_at",),
        "online_payment": ("made_at",),
        "file_merge": ("made_at", "undone_at"),
        "bank_line": ("imported_at",),
        "bank_statement": ("imported_at",),
        "visit": ("arrived_at", "left_at"),
    },
    _FORM: {"document_copy": ("key",), "event": ("key",), "booking": ("key",), "quote": ("key",)},
    FOLLOWS: {
        "account": ("balance_cents",),
        "carnet": ("used", "expired"),
        "envelope": ("used", "expired"),
        "voucher": ("used",),
        "banked_day": ("used",),
        "visit": ("charge_entry",),
    },
    _BY_WHOM: {
        "subscription_pause": ("actor",),
        "voucher_code": ("made_by",),
        "event": ("made_by", "decided_by"),
        "signup": ("made_by",),
        "booking": ("made_by",),
        "quote": ("made_by",),
        "file_merge": ("actor",),
        "closed_day": ("actor",),
        "api_token": ("made_by",),
    },
    _PLATFORM: {
        "online_payment": (
            *("state", "asked_at", "listed_at", "intent", "link", "order_id", "payment", "paid_cents", "heard", "why"),
        ),
    },
    _OF_KEY: {"desk_passkey": ("usage",)},
    _PROGRAM: {
        "member": ("search", "version", "pin_tries"),
        "booking": ("version",),
        "desk_user": ("fs_webauthn_user_handle",),
        "desk_passkey": ("sign_count", "transports", "backup_state", "device_type", "extensions"),
        "api_token": ("used_on",),
        "telephone": ("used_on",),
        "shift": ("asked_on",),
        "home": ("home_id",),
        "visit": ("tap_id",),
    },
}
"""The unsealed columns, by reason and table."""
