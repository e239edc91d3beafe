"""Lists what the chain seals beside entries: tables that set a price, post money or give a right, and their columns.

A new table of money or rights is added here, or below with the reason why not; a test walks the schema. Columns are
added only at the end of a table's list, so that older seals still cover the first ones. What follows from entries
(balances, used days) is not listed: `audit` counts it again. Nor is what tells of a person without setting a price.
"""

from collections.abc import Mapping

from msgspec import Struct


class Sealed(Struct, frozen=True):
    """A sealed table: the columns that are sealed, each as SQL, and the columns that name a row."""

    columns: tuple[str, ...]
    key: tuple[str, ...] = ("id",)
    is_hidden: bool = False  # whether entries must not show a row's name
    is_settled: bool = False  # whether rows never change: then a year's archive has their values, too
    which: str = ""  # SQL for the rows that are sealed, if not all are; `{}` stands before a column's name

    @property
    def plain(self) -> tuple[str, ...]:
        """The names of the sealed columns, without SQL around them."""
        return tuple(column.removeprefix("substr(").partition(",")[0] for column in self.columns)

    def only(self, prefix: str = "") -> str:
        """Return the SQL condition that a row is sealed; empty if all are."""
        return self.which.format(prefix)

    def row(self, prefix: str = "") -> str:
        """Return SQL for a row's name."""
        parts = [f"hex({prefix}{column})" if self.is_hidden else f"{prefix}{column}" for column in self.key]
        return " || ',' || ".join(parts) if len(parts) > 1 else f"CAST({parts[0]} AS TEXT)"


VISIT = "visit"  # sealed by its entry or its day's closing; a later change by an entry of its own
TEXTS = "entry_text"  # an entry has each text's digest; what is sealed is that a text was erased
SEALED: Mapping[str, Sealed] = {
    "product": Sealed(("code", "kind", "unit", "days", "valid_days"), is_settled=True),
    "tariff": Sealed(("product_id", "level", "valid_from", "cents", "floor_cents", "decided_by"), is_settled=True),
    "policy": Sealed(("name", "valid_from", "value", "decided_by"), is_settled=True),
    "rule_called_off": Sealed(("actor",), ("kind", "row_id"), is_settled=True),
    "name": Sealed(("kind", "code", "language", "from_on", "text"), is_settled=True),
    "zone": Sealed(("code", "day_product_id", "half_product_id")),
    "plan": Sealed(("zone_id", "product_id"), ("code",)),
    "member": Sealed(
        (
            *("number", "plan_code", "zone_id", "joined_on", "left_on", "merged_into", "no_tab", "erased_on"),
            *("zone_before_id", "zone_from_on", "email", "pin"),
        ),
    ),
    "account": Sealed(("member_id", "organisation_id")),
    "organisation": Sealed(
        ("name", "siren", "address", "order_reference", "kind", "siret", "vat_number", "service_code", "is_public"),
    ),
    "telephone": Sealed(("member_id", "bearer_hash", "ended_on")),
    "file_merge": Sealed(("kept_id", "merged_id", "moved")),
    "payer": Sealed(("member_id", "kind", "account_id", "from_on", "until_on")),
    "badge": Sealed(
        ("member_id", "given_on", "lost_on", "until_on", "proof", "key_version", "replaces"),
        ("fingerprint",),
        is_hidden=True,
    ),
    "membership": Sealed(("member_id", "from_on", "until_on", "entry_number")),
    "subscription": Sealed(("member_id", "product_id", "from_on", "until_on", "entry_number", "agreed_cents")),
    "subscription_pause": Sealed(("subscription_id", "from_on", "until_on")),
    "carnet": Sealed(("member_id", "product_id", "days", "value_cents", "from_on", "expires_on", "entry_number")),
    "reduced_grant": Sealed(("member_id", "level", "from_on", "until_on", "seen_by")),
    "chosen_price": Sealed(("member_id", "product_id", "from_on", "cents")),
    "envelope": Sealed(
        ("organisation_id", "product_id", "days", "value_cents", "from_on", "expires_on", "entry_number")
    ),
    "voucher": Sealed(("envelope_id", "member_id", "days", "from_on", "until_on")),
    "voucher_code": Sealed(("envelope_id", "days", "until_on", "voucher_id", "ended_on", "code")),
    "banked_day": Sealed(("member_id", "days", "from_on", "expires_on", "given_by")),
    "document": Sealed(
        (
            *("series", "number", "kind", "account_id", "issued_on", "due_on", "language", "content", "credits"),
            "entry_number",
        ),
    ),
    "document_line": Sealed(("invoiced",), ("document_id", "entry_number")),
    "document_copy": Sealed(("document_id", "substr(at, 1, 10)", "actor", "way")),
    "bank_statement": Sealed(
        ("source", "begins_on", "ends_on", "opening_on", "opening_cents", "closing_on", "closing_cents")
    ),
    "bank_line": Sealed(("source", "day_on", "cents", "label", "party", "reference", "bank_id", "state")),
    "bank_match": Sealed((), ("bank_line_id", "entry_number")),
    "remittance": Sealed(("method", "number", "entry_number"), is_settled=True),
    "remittance_part": Sealed(("remittance_id",), ("payment_entry",)),
    "declaration": Sealed(("account_id", "cents", "state", "settled_by"), ("entry_number",)),
    "event": Sealed(("product_id", "rent_percent", "terms", "state")),
    "included_day": Sealed((), ("day_on", "event_id")),
    "signup": Sealed(("event_id", "organisation_id", "charge_entry", "member_id", "substr(left_at, 1, 10)")),
    "room": Sealed(("code", "zone_id", "hour_product_id", "half_product_id", "day_product_id")),
    "booking": Sealed(
        ("room_id", "day_on", "state", "member_id", "organisation_id", "lines", "included_minutes", "quote_id")
    ),
    "booking_entry": Sealed(("booking_id", "role"), ("entry_number",)),
    "quote": Sealed(
        (
            *("organisation_id", "state", "valid_until", "lines", "advance_cents", "caution_cents"),
            *("privatisation_id", "caution_entry"),
        )
    ),
    "hosting_reward": Sealed(("shifts_a_day", "actor")),
    "desk_user": Sealed(
        (
            *("active", "member_id", "password", "email", "tf_totp_secret"),
            *("outsider_on", "outsider_by", "without_file_until"),
            *("tf_primary_method", "mf_recovery_codes", "fs_uniquifier"),
        )
    ),
    "desk_role": Sealed(("name",)),
    "desk_user_role": Sealed((), ("user_id", "role_id")),
    "desk_passkey": Sealed(("user_id", "credential_id", "public_key")),
    "desk_hand": Sealed(("user_id", "officer_id", "act", "confirmed_by")),
    "desk_first_factor": Sealed(("user_id", "confirmed_by")),
    "api_token": Sealed(("user_id", "digest", "scopes", "until_on", "ended_by")),
    "asked_act": Sealed(("act", "kind", "wish", "asked_by", "state", "decided_by")),
    "second_look": Sealed(
        (
            *("act", "kind", "account_id", "entry_number", "cents", "method", "reason", "asked_by", "state"),
            "decided_by",
        )
    ),
    "head_recipient": Sealed(("entry_number",), ("user_id",)),
    "closed_day": Sealed(("day_on", "is_closed")),
    "spot_holder": Sealed(("spot_id", "member_id", "from_on", "until_on")),
    "due_act": Sealed(("entry_number",), ("kind", "subject", "period"), which="{}kind = 'subscription'"),
    "online_payment": Sealed(("token", "account_id", "cents", "entry_number")),
    "shift": Sealed(("member_id", "day_on", "slot_id", "place", "confirmed", "banked_id"), which="{}confirmed <> 0"),
    "spot_day": Sealed(("member_id", "spot_id", "day_on", "counts", "banked_id"), which="{}counts <> 0"),
    "home": Sealed(("training", "oldest_first_until")),
    "site": Sealed(("name",)),
    "site_capacity": Sealed(("site_id", "valid_from", "notice", "legal", "actor"), is_settled=True),
    "door": Sealed(("name", "site_id", "zone_id", "takes", "key_digest", "added_on", "revoked_on", "actor")),
    VISIT: Sealed(
        (
            *("member_id", "day_on", "zone_id", '"right"', "part", "state", "host_visit_id", "ordinal"),
            *("door_id", "day_site"),
        )
    ),
}
CHECKED: Mapping[str, str] = {
    "alembic_version": "the schema's number: a home of another one is not opened",
    "closing": "its entry says the same, and `closing_audit` compares",
    "desk_log": "a chain of its own, each line with a MAC: `log_audit`",
    "desk_log_last": "the last line of each key in it, with a MAC",
    "desk_log_start": "where that chain begins by now, with a MAC",
    "entry": "the chain itself",
    TEXTS: "each text's digest is in its entry; that one is erased is sealed",
    "open_charge": "follows from entries and the words of payments: `audit` folds them anew",
    "payment_word": "its digest is in the entry of the payment, and `audit` compares",
}
"""Tables that `verify` checks otherwise than by seals: a test tries each of their columns and acts."""
NOT_SEALED: Mapping[str, str] = {
    **CHECKED,
    "answer_batch": "what was answered; the rules and prices that came of it are sealed, and the batch as an entry",
    "attended_day": "attendance at events: it prices nothing",
    "badge_chip": "how far a chip's keys are written: what a badge must prove is sealed",
    "site_key": "keys that doors alone can read: a changed one proves no badge",
    "bank_aside": "which lines are left aside: each is shown with its reason, and comes back by a word",
    "bank_layout": "how a bank writes its files: what was read is confirmed by a person",
    "booking_series": "how a booking repeats",
    "calendar_feed": "secret addresses of calendars: they show bookings and change none",
    "calendar_occurrence": "what other calendars say: what a room is held for is sealed",
    "clock_word": "an officer's word about the clock",
    "correction": "what a member says is wrong: an officer reads it, and what they decide is an entry",
    "declared_category": "for sums in the report alone",
    "desk_attempt": "failed sign-ins, for a day: without a row there is one more guess",
    "desk_device": "browsers of officers: one that is known waits less, and still needs the password",
    "desk_request": "what the desk asks of the entrance, for minutes: each opening is in the door's own journal",
    "desk_session_end": "sessions that ended, for a day: without a row a copied cookie lives on for its eight hours",
    "desk_used_code": "codes that were used, for a day: without a row one is good for the rest of its minute",
    "door_code": "a code for a new door, for minutes: the door is sealed",
    "door_event": "what the door did, for 90 days",
    "door_word": "what a door last said of itself",
    "entry_kind": "the kinds of entries: the schema's, which migrations add",
    "failing_act": "which of the machine's acts fail by now",
    "finding": "what the last check found",
    "head_claim": "each has a seal of the door's that made it",
    "head_claim_end": "what became of a claim: the ledger has a notice of each reconciliation",
    "joining": "who asked to join: an officer reads it, and a member's file is sealed once there is one",
    "loan": "members that have a key or a locker: its deposit is an entry",
    "notice": "words of members",
    "office_approval": "what the prefecture wrote: prices nothing",
    "outbox": "posts to others: they are sent within the minute, and decide nothing here",
    "privatisation": "a plan until it is charged",
    "project": "words of members",
    "public_request": "what people ask: what came of it is a seat, a quote or a file",
    "registered_office": "a contract: what it costs is a subscription or entries",
    "rules_revision": "a number by which caches of the rules see a change",
    "scenario": "decides nothing",
    "shift_link": "links in mails",
    "shift_slot": "when hosts are needed",
    "shift_swap": "which member asked another to swap",
    "skill": "words of members",
    "skill_ask": "which member asked another about a skill",
    "spot": "a desk or a seat on the plan",
    "spooled_tap": "taps that were entered later: their visits are sealed",
    "tap_conflict": "a list to look at: what the taps became is entries and visits",
    "telephone_pairing": "telephones on their way to a member, for minutes: one that arrives is sealed and told",
    "thing": "keys and lockers to lend",
    "topic": "words of members",
    "topic_vote": "votes",
    "upkeep": "the machine's care",
    "wording": "words of the association",
}
