"""Lists every column of text and of days: what it can say of people, how long it is kept, whether erasing empties it,
in which section a person is given it.

Retention, erasing and a person's data go by this list. A test walks the schema: a new column without a line fails it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct


class Erasing(StrEnum):
    """What erasing a person does to a text."""

    NOTHING = "nothing"  # the text can tell nothing about a person
    OWN = "own"  # the row is one person's: it is deleted or emptied with their file
    NAMES = "names"  # anyone may be named in it: it is emptied if it has the name
    STAYS = "stays"  # it may have the name and is kept: the erasure reports it


class Written(Struct, frozen=True):
    """The treatment of a column of text.

    `kept` is a rule of `kiosk.store.retention`, or the reason why none is needed; `given` the section of a person's
    data that has it, or the reason why none has. `blank` replaces an emptied text; None stores NULL, where the column
    allows it.
    """

    erasing: Erasing
    kept: str
    given: str
    blank: str | None = None


RULE, SECTION = "rule:", "section:"  # stand before a retention rule's name in `kept`, before a section's in `given`
MARK = "…"  # stands for a name in texts that lists show
_WITH_ROW = "says nothing that its row does not"
_OF_NO_PERSON = "says nothing of people"
_BY_LAW = "with the accounts, 10 years"
_HOUSE = "the association's own words, until it changes them"
_WITH_FILE = "with the file, 3 years after leaving"
TEXTS_SECTION = f"{SECTION}texts"

_CODE = Written(Erasing.NOTHING, _WITH_ROW, _OF_NO_PERSON)  # a code of the program
_ACTOR = Written(Erasing.NOTHING, _WITH_ROW, "an officer's number, or a program's")  # the author of a row
_SECRET = Written(Erasing.OWN, _WITH_FILE, "a secret, or what is made of another column")  # a member's secret
_OFFICER = Written(Erasing.STAYS, "until the president erases the account", f"{SECTION}officer")
_OFFICER_SECRET = Written(Erasing.NOTHING, "until the president erases the account", "a secret of an account")
_SEALED = Written(Erasing.STAYS, _BY_LAW, "the association's words, and no person's", None)  # words that entries seal
_PAYER = Written(Erasing.STAYS, _BY_LAW, "an organisation's, which is no person")
_WORDS = Written(Erasing.NAMES, _HOUSE, TEXTS_SECTION)  # texts in which a name is emptied to NULL
_TITLES = Written(Erasing.NAMES, _HOUSE, TEXTS_SECTION, MARK)  # texts that lists show: a name is replaced by a mark
_EMPTIED = Written(Erasing.NAMES, _HOUSE, TEXTS_SECTION, "")  # texts in which a name is emptied to an empty text


def _own(section: str, kept: str = _WITH_FILE) -> Written:
    """Return the treatment of a text that belongs to one person."""
    return Written(Erasing.OWN, kept, f"{SECTION}{section}")


def _named(section: str, kept: str, blank: str | None = None) -> Written:
    """Return the treatment of a text in one person's row in which others may be named, too."""
    return Written(Erasing.NAMES, kept, f"{SECTION}{section}", blank)


# A line has a table, its columns with spaces between them, and their treatment.
_ROWS: tuple[tuple[str, Written], ...] = (
    # Codes of the program, and texts that tell rows apart.
    ("entry_kind: code", _CODE),
    ("home: home_id", _CODE),
    ("product: code kind unit", _CODE),
    ("tariff: level", _CODE),
    ("policy: name", _CODE),
    ("zone: code", _CODE),
    ("plan: code", _CODE),
    ("name: kind code language", _CODE),
    ("payer: kind", _CODE),
    ("badge: tail product proof", _own("badges")),
    ("reduced_grant: level", _own("reduced")),
    ("visit: right part state known_by", Written(Erasing.NOTHING, f"{RULE}visits", f"{SECTION}visits")),
    ("entry: recorded_at kind method detail key_id", Written(Erasing.NOTHING, _BY_LAW, f"{SECTION}entries")),
    ("door_event: kind reason", _own("door", f"{RULE}door-events")),
    ("spooled_tap: outcome", Written(Erasing.NOTHING, f"{RULE}late-taps", _OF_NO_PERSON)),
    ("clock_word: boot", _CODE),
    ("closing: kind", _CODE),
    ("document: series kind language", Written(Erasing.NOTHING, _BY_LAW, f"{SECTION}documents")),
    ("document_copy: way", Written(Erasing.NOTHING, _BY_LAW, f"{SECTION}documents")),
    ("remittance: method", _CODE),
    ("declaration: state", Written(Erasing.NOTHING, _BY_LAW, f"{SECTION}declared")),
    ("bank_line: source state bank_id", _CODE),
    ("bank_layout: header layout", _CODE),
    ("bank_statement: source", _CODE),
    ("bank_aside: words reason", _EMPTIED),
    ("outbox: channel state fault", _CODE),
    ("outbox: about", Written(Erasing.NOTHING, "names people by number only", f"{SECTION}messages")),
    ("desk_role: name", _CODE),
    ("desk_attempt: who", Written(Erasing.NOTHING, f"{RULE}desk-attempts", "a fingerprint of what was typed")),
    ("desk_hand: act", _CODE),
    ("second_look: kind method state", Written(Erasing.NOTHING, _WITH_ROW, f"{SECTION}second-looks")),
    ("desk_log: act", Written(Erasing.NOTHING, f"{RULE}desk-log", f"{SECTION}log")),
    ("desk_log: what", Written(Erasing.OWN, f"{RULE}desk-log", f"{SECTION}log")),
    ("correction: kind state", _own("corrections")),
    ("due_act: kind period", _CODE),
    ("failing_act: act code", _CODE),
    ("declared_category: category", _own("category")),
    ("joining: language tail", _own("joining", f"{RULE}joinings-unanswered")),
    ("finding: code detail", _CODE),
    ("desk_request: kind outcome product", _own("requests", f"{RULE}requests")),
    ("closed_day: actor", _ACTOR),
    ("wording: code language actor", _ACTOR),
    ("rule_called_off: kind actor", _ACTOR),
    ("upkeep: care says", _CODE),
    ("door: takes actor", _ACTOR),
    ("door_word: facts", _CODE),
    ("badge_chip: step", _CODE),
    ("door_code: takes actor", _ACTOR),
    ("tap_conflict: reason", Written(Erasing.OWN, f"{RULE}tap-conflicts", f"{SECTION}late_taps")),
    ("event: kind state", _CODE),
    ("attended_day: how", Written(Erasing.NOTHING, _WITH_ROW, f"{SECTION}attended")),
    ("shift_slot: kind", _CODE),
    ("shift: kind", Written(Erasing.NOTHING, _WITH_ROW, f"{SECTION}hosting")),
    ("shift_swap: state", _own("swaps", f"{RULE}swaps")),
    ("shift_link: act", _own("links", f"{RULE}links")),
    ("notice: kind", _own("notices", f"{RULE}notices-over")),
    ("telephone: kind way", _own("telephones", f"{RULE}telephones-unused")),
    ("telephone_pairing: kind way ended digits", _own("pairings", f"{RULE}pairings")),
    ("spot: kind", _CODE),
    ("public_request: kind state client language", _CODE),
    ("thing: kind", _CODE),
    ("room: code kind hours", _CODE),
    ("booking_series: rule", _CODE),
    ("privatisation: state permanents", _CODE),
    ("quote: state", _CODE),
    ("booking: state", Written(Erasing.NOTHING, _WITH_ROW, f"{SECTION}bookings")),
    ("booking: kind lines feed uid", _CODE),
    ("calendar_occurrence: feed uid recurrence why", _CODE),
    ("booking_entry: role", _CODE),
    (
        "online_payment: state intent order_id payment heard why",
        Written(Erasing.NOTHING, _BY_LAW, f"{SECTION}online"),
    ),
    ("online_payment: link", Written(Erasing.NOTHING, "for some minutes, until it is paid or over", _OF_NO_PERSON)),
    ("voucher_code: code", _CODE),
    # Authors: an officer by number, or a program.
    ("entry: actor", Written(Erasing.NOTHING, _BY_LAW, f"{SECTION}entries")),
    ("document_copy: actor", _ACTOR),
    ("clock_word: actor", _ACTOR),
    ("desk_log: actor key_id", Written(Erasing.NOTHING, f"{RULE}desk-log", f"{SECTION}log")),
    ("desk_log_last: key_id", _CODE),
    ("head_claim: key_id", _CODE),
    ("head_claim_end: how", _CODE),
    ("head_claim_end: actor", _ACTOR),
    ("desk_log_start: key_id", _CODE),
    ("desk_first_factor: confirmed_by", _ACTOR),
    ("desk_hand: confirmed_by", _ACTOR),
    ("second_look: asked_by decided_by", _ACTOR),
    ("asked_act: asked_by decided_by", _ACTOR),
    ("asked_act: kind state", _CODE),
    ("correction: decided_by", _ACTOR),
    ("file_merge: actor", _ACTOR),
    ("joining: settled_by", _ACTOR),
    ("scenario: made_by", _ACTOR),
    ("answer_batch: made_by written_by taken_back_by", _ACTOR),
    ("answer_batch: written", _CODE),
    ("desk_request: actor", _ACTOR),
    ("subscription_pause: actor", _ACTOR),
    ("site_capacity: actor", _ACTOR),
    ("tap_conflict: seen_by", _ACTOR),
    ("event: made_by decided_by", _ACTOR),
    ("signup: made_by", _ACTOR),
    ("attended_day: actor", _ACTOR),
    ("hosting_reward: actor", _ACTOR),
    ("project: actor", _ACTOR),
    ("office_approval: actor", _ACTOR),
    ("registered_office: actor", _ACTOR),
    ("banked_day: given_by", _ACTOR),
    ("voucher_code: made_by", _ACTOR),
    ("booking_series: made_by", _ACTOR),
    ("privatisation: made_by", _ACTOR),
    ("quote: made_by", _ACTOR),
    ("public_request: settled_by", _ACTOR),
    ("booking: made_by", _ACTOR),
    ("calendar_feed: made_by", _ACTOR),
    ("api_token: made_by ended_by", _ACTOR),
    ("api_token: scopes", _CODE),
    ("reduced_grant: seen_by", _ACTOR),
    # Texts of one person.
    ("member: name shown_name door_name language email plan_code phone", _own("file")),
    ("member: pin search", _SECRET),
    ("member: note", _named("file", _WITH_FILE)),
    ("joining: name", _named("joining", f"{RULE}joinings-unanswered")),
    ("file_merge: moved", _own("merges")),
    ("skill: search", _SECRET),
    ("skill: text", _named("skills", _WITH_FILE, MARK)),
    ("notice: text", _named("notices", f"{RULE}notices-over", MARK)),
    ("correction: said", _named("corrections", _WITH_FILE)),
    ("reduced_grant: reason", _named("reduced", f"{RULE}reduced-reasons")),
    ("banked_day: reason", _named("banked", "why days were given, as long as the days", "")),
    ("second_look: reason", _named("second-looks", "emptied when it is decided: the entry keeps its text", "")),
    ("booking: title", _named("bookings", f"{RULE}booking-titles")),
    ("public_request: name email organisation said", _named("texts", f"{RULE}public-requests")),
    ("signup: name", _named("texts", f"{RULE}event-names")),
    ("visit: guest_name", _named("guests", f"{RULE}visit-times")),
    ("topic: title", _named("topics", "what was talked about; whose it was goes after a year", MARK)),
    ("entry_text: body", _named("entries", "with the accounts, or until the person asks", "")),
    # Texts in which anyone may be named.
    ("bank_line: label party reference reason", _named("bank", _BY_LAW, "")),
    ("outbox: recipient subject body attachment_name", _named("messages", "until they are sent")),
    ("event: title", _named("proposed", "the programme of what was held here", MARK)),
    ("event: about place", _named("proposed", "the programme of what was held here", "")),
    ("event: reason", _named("proposed", "the programme of what was held here")),
    ("privatisation: title", _WORDS),
    ("calendar_feed: label", _TITLES),
    ("api_token: label", _TITLES),
    (
        "calendar_occurrence: title agreed_title",
        Written(Erasing.NAMES, f"{RULE}calendar-occurrences", TEXTS_SECTION),
    ),
    (
        "project: name told",
        Written(Erasing.NAMES, "what was born here, until the desk takes it off", TEXTS_SECTION, ""),
    ),
    ("closed_day: reason", _EMPTIED),
    ("wording: text", _EMPTIED),
    ("scenario: name spec", _EMPTIED),
    ("room: place equipment", _WORDS),
    ("spot: label", _TITLES),
    ("thing: label", _TITLES),
    # Texts that are kept although they may have a name.
    ("desk_user: email name", _OFFICER),
    ("desk_passkey: name", Written(Erasing.STAYS, "until the account is erased", "the name of an officer's key")),
    (
        "desk_user: password fs_uniquifier language tf_primary_method tf_totp_secret mf_recovery_codes"
        " fs_webauthn_user_handle",
        _OFFICER_SECRET,
    ),
    ("desk_user: outsider_by", _ACTOR),
    ("desk_passkey: transports device_type extensions usage", _OFFICER_SECRET),
    ("document: content", Written(Erasing.STAYS, _BY_LAW, f"{SECTION}documents")),
    ("organisation: name siren address order_reference siret vat_number service_code email", _PAYER),
    ("organisation: kind language", _CODE),
    ("quote: lines", _PAYER),
    (
        "registered_office: name siren",
        Written(Erasing.STAYS, f"{RULE}registered-offices", f"{SECTION}registered-offices"),
    ),
    ("office_approval: authority number", _SEALED),
    ("name: text", _SEALED),
    ("policy: value decided_by", _SEALED),
    ("answer_batch: answers", _SEALED),
    ("asked_act: wish", _SEALED),
    ("tariff: decided_by", _SEALED),
    ("site: name", _SEALED),
    ("door: name", _SEALED),
    ("door_code: name", _SEALED),
)


def _columns() -> Iterator[tuple[str, Written]]:
    """Yield the columns of `_ROWS` one by one, as "table.column", each with its treatment."""
    for line, written in _ROWS:
        table, _, names = line.partition(": ")
        for name in names.split():
            yield f"{table}.{name}", written


TEXTS: Mapping[str, Written] = dict(_columns())
"""The treatment of each column of text, by `table.column`."""

_OF_RULES = "a rule's, a price's or the association's, dated"
_OF_RIGHTS = "what a member has or had a right to: with the file, 3 years after leaving"
_OF_ACCOUNTS = "with the accounts, 10 years"
_OF_HOUSE = "the association's own"
_DAY_ROWS: tuple[tuple[str, str], ...] = (
    ("tariff: valid_from", _OF_RULES),
    ("policy: valid_from", _OF_RULES),
    ("answer_batch: written_on", _OF_RULES),
    ("name: from_on", _OF_RULES),
    ("site_capacity: valid_from", _OF_RULES),
    ("closed_day: day_on", _OF_RULES),
    ("shift_slot: from_on until_on", _OF_RULES),
    ("member: joined_on left_on insured_until erasure_asked_on erased_on", "the file's: the row stays for its number"),
    ("member: zone_from_on", _OF_RIGHTS),
    ("payer: from_on until_on", _OF_RIGHTS),
    ("badge: given_on lost_on until_on", _OF_RIGHTS),
    ("membership: from_on until_on", _OF_RIGHTS),
    ("subscription: from_on until_on", _OF_RIGHTS),
    ("subscription_pause: from_on until_on", _OF_RIGHTS),
    ("carnet: from_on expires_on", _OF_RIGHTS),
    ("envelope: from_on expires_on", _OF_ACCOUNTS),
    ("voucher: from_on until_on", _OF_RIGHTS),
    ("voucher_code: until_on ended_on", _OF_ACCOUNTS),
    ("banked_day: from_on expires_on", _OF_RIGHTS),
    ("reduced_grant: from_on until_on", _OF_RIGHTS),
    ("chosen_price: from_on", _OF_RIGHTS),
    ("declared_category: from_on", _OF_RIGHTS),
    ("visit: day_on", f"{RULE}visits"),
    ("entry: day_on", _OF_ACCOUNTS),
    ("spooled_tap: day_on", f"{RULE}late-taps"),
    ("closing: from_on until_on", _OF_ACCOUNTS),
    ("head_claim_end: ended_on", _OF_ACCOUNTS),
    ("document: issued_on due_on", _OF_ACCOUNTS),
    ("bank_line: day_on", _OF_ACCOUNTS),
    ("bank_statement: begins_on ends_on opening_on closing_on", _OF_ACCOUNTS),
    ("correction: day_on", _WITH_FILE),
    ("failing_act: told_on", "the machine's state now"),
    ("joining: day_on", "how many asked on a day: whose it was goes by joinings-unanswered, or with the file"),
    ("joining: statutes_on house_rules_on", "which words they accepted: with the file"),
    ("door: added_on revoked_on", _OF_HOUSE),
    ("tap_conflict: day_on noted_on seen_on", f"{RULE}tap-conflicts"),
    ("included_day: day_on", _OF_HOUSE),
    ("attended_day: day_on", "who was there: goes with the signup's member, by event-people or with the file"),
    ("shift: day_on asked_on", "the rota, and the hours of the annual report: whose turn it was goes with the file"),
    ("shift_swap: asked_on", f"{RULE}swaps"),
    ("shift_link: until_on", f"{RULE}links"),
    ("skill_ask: asked_on", f"{RULE}skill-asks"),
    ("notice: made_on until_on", f"{RULE}notices-over"),
    ("api_token: until_on used_on", _OF_HOUSE),
    ("desk_user: outsider_on without_file_until", "the account's rights: the row stays for its number"),
    ("telephone: used_on ended_on", f"{RULE}telephones-unused"),
    ("project: born_on", _OF_HOUSE),
    ("spot: gone_on", _OF_HOUSE),
    ("thing: gone_on", _OF_HOUSE),
    ("spot_holder: from_on until_on", _OF_RIGHTS),
    ("spot_day: day_on", f"{RULE}lent-days"),
    ("loan: due_on", f"{RULE}loans"),
    ("office_approval: from_on until_on ended_on", _OF_HOUSE),
    ("registered_office: from_on until_on told_on", f"{RULE}registered-offices"),
    ("room: closed_on", _OF_HOUSE),
    ("privatisation: insured_until", "an organisation's"),
    ("quote: valid_until", "an organisation's"),
    ("public_request: day_on", f"{RULE}public-requests"),
    ("calendar_occurrence: asked_on day_on", f"{RULE}calendar-occurrences"),
    ("booking: day_on", "a room's: its title goes by booking-titles, whose it is with the file"),
)
DAYS: Mapping[str, str] = {
    f"{line.partition(': ')[0]}.{name}": kept for line, kept in _DAY_ROWS for name in line.partition(": ")[2].split()
}
"""The reason for which each column of days is kept, or the rule that deletes it, by `table.column`."""


def of(erasing: Erasing) -> dict[str, dict[str, Written]]:
    """Return the columns that erasing treats in this way, by table and column."""
    columns: dict[str, dict[str, Written]] = {}
    for name, written in TEXTS.items():
        if written.erasing is erasing:
            table, _, column = name.partition(".")
            columns.setdefault(table, {})[column] = written
    return columns
