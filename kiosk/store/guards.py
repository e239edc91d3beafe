"""Makes the database itself refuse what must never happen: triggers that protect the ledger and the history from
mistakes.

They are installed anew at the end of every migration, since rebuilding a table on SQLite silently drops its triggers. A
BEFORE INSERT trigger checks every unique column: INSERT OR REPLACE would silently delete the older row.

`moves(column)` is SQL for an update that changes a moment to anything but its day; `lost_numbers.last_sql(kind)` for
the highest number that a restore lost, above which numbering goes on. A `payment_word` is a charge that a payment is
for; a `head_claim` says that a program saw an entry which the records lack.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from kiosk.store import lost_numbers
from kiosk.store.money import online_guards
from kiosk.store.premises import guards as premises_guards
from kiosk.store.rooms import guards as room_guards
from kiosk.store.rounded import moves

# Tables whose rows are never changed.
FROZEN = (
    "entry",
    "entry_kind",
    "tariff",
    "policy",
    "rule_called_off",
    "name",
    "home",
    "closing",
    "document",
    "document_line",
    "document_copy",
    "payment_word",
    "remittance",
    "site_capacity",
    "head_claim",
    "head_claim_end",
    *room_guards.FROZEN,
)
# When an update of such a table is refused: of a copy only the hour at which it was handed out is deleted, after 90
# days; its day stays. An update of any other table is always refused.
_REFUSED_WHEN = {
    "document_copy": "NEW.id IS NOT OLD.id OR NEW.document_id IS NOT OLD.document_id OR NEW.actor IS NOT OLD.actor"
    f" OR NEW.way IS NOT OLD.way OR NEW.key IS NOT OLD.key OR {moves('at')}"
}
# Tables whose rows are never deleted.
_KEPT_FOR_EVER = (
    "visit",
    "member",
    "account",
    "envelope",
    "voucher",
    "banked_day",
    "desk_user",
    "event",
    "signup",
    "site",
    "door",
    *room_guards.KEPT_FOR_EVER,
    *premises_guards.KEPT_FOR_EVER,
)
KEPT = FROZEN + _KEPT_FOR_EVER  # tables whose rows stay
_UNREVERSED = "NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"

_CONDITIONS = {  # by the guard's name and event: when it refuses (`NEW`, `OLD`: the row), and with which message
    ("entry_gapless", "INSERT ON entry"): (
        "NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry)",
        "entries are numbered without gaps",
    ),
    ("entry_in_an_open_day", "INSERT ON entry"): (
        "NEW.day_on <= (SELECT max(until_on) FROM closing WHERE kind = 'day')",
        "a closed day takes no entry",
    ),
    ("entry_once", "INSERT ON entry"): (
        "EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)",
        "an entry with this id is in the ledger",
    ),
    ("entry_reversed_once", "INSERT ON entry"): (
        "NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM entry WHERE reverses = NEW.reverses)",
        "an entry is reversed once",
    ),
    ("entry_reverses_whole", "INSERT ON entry"): (
        "NEW.reverses IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.number = NEW.reverses"
        " AND e.kind <> 'reversal' AND e.amount_cents = -NEW.amount_cents AND e.account_id IS NEW.account_id"
        " AND e.visit_id IS NEW.visit_id)",
        "a reversal takes back the whole of one entry",
    ),
    ("entry_one_charge_a_visit", "INSERT ON entry"): (
        "NEW.kind IN ('charge', 'use') AND NEW.visit_id IS NOT NULL AND EXISTS (SELECT 1 FROM entry AS e"
        f" WHERE e.visit_id = NEW.visit_id AND e.kind IN ('charge', 'use') AND {_UNREVERSED})",
        "a day is charged once",
    ),
    ("visit_once", "INSERT ON visit"): (
        "EXISTS (SELECT 1 FROM visit WHERE id = NEW.id OR tap_id = NEW.tap_id)"
        " OR EXISTS (SELECT 1 FROM visit WHERE charge_entry = NEW.charge_entry)"
        " OR EXISTS (SELECT 1 FROM visit WHERE host_visit_id = NEW.host_visit_id AND ordinal = NEW.ordinal)",
        "this tap is recorded",
    ),
    ("visit_one_kept_a_day", "INSERT ON visit"): (
        "NEW.state = 'kept' AND NEW.host_visit_id IS NULL AND EXISTS (SELECT 1 FROM visit WHERE state = 'kept'"
        " AND host_visit_id IS NULL AND member_id = NEW.member_id AND day_on = NEW.day_on"
        " AND (day_site = NEW.day_site OR day_site = 0 OR NEW.day_site = 0))",
        "one visit a member and day",
    ),
    # Visits that the office writes come through no door.
    ("visit_by_a_door", "INSERT ON visit"): (
        "NEW.known_by <> 'desk' AND NOT EXISTS (SELECT 1 FROM door WHERE id = NEW.door_id AND revoked_on IS NULL)",
        "a door that is revoked writes no visit",
    ),
    ("door_once", "INSERT ON door"): ("EXISTS (SELECT 1 FROM door WHERE id = NEW.id)", "this door is known"),
    ("door_revoked_for_good", "UPDATE ON door"): (
        "NEW.id IS NOT OLD.id OR (OLD.revoked_on IS NOT NULL AND NEW.revoked_on IS NOT OLD.revoked_on)",
        "a door keeps its number, and one that is revoked stays so",
    ),
    ("site_once", "INSERT ON site"): (
        "EXISTS (SELECT 1 FROM site WHERE id = NEW.id OR name = NEW.name)",
        "this site is known",
    ),
    ("site_stays", "UPDATE ON site"): ("NEW.id IS NOT OLD.id", "a site keeps its number"),
    ("site_capacity_once", "INSERT ON site_capacity"): (
        "EXISTS (SELECT 1 FROM site_capacity WHERE id = NEW.id)",
        "this capacity has a row",
    ),
    # Without a list of columns: with one, the id could be changed under its other name, rowid.
    ("visit_stays", "UPDATE ON visit"): (
        "NEW.id IS NOT OLD.id OR NEW.tap_id IS NOT OLD.tap_id OR NEW.day_on IS NOT OLD.day_on"
        " OR NEW.host_visit_id IS NOT OLD.host_visit_id OR NEW.ordinal IS NOT OLD.ordinal"
        " OR NEW.door_id IS NOT OLD.door_id OR NEW.day_site IS NOT OLD.day_site",
        "a visit keeps its tap, its day and its door",
    ),
    ("visit_keeps_its_member", "UPDATE OF member_id ON visit"): (
        "NEW.member_id IS NOT NULL AND NEW.member_id IS NOT OLD.member_id",
        "the member of a visit is cut off or stays",
    ),
    ("visit_undone_stays_undone", "UPDATE OF state ON visit"): (
        "OLD.state = 'undone' AND NEW.state IS NOT OLD.state",
        "an undone day is taken again by a new visit",
    ),
    ("visit_undone_after_its_charge", "UPDATE OF state ON visit"): (
        "NEW.state = 'undone' AND EXISTS (SELECT 1 FROM entry AS e WHERE e.number = OLD.charge_entry"
        f" AND {_UNREVERSED})",
        "a day is undone after its charge is reversed",
    ),
    ("visit_its_own_charge", "UPDATE OF charge_entry ON visit"): (
        "NEW.charge_entry IS NOT OLD.charge_entry AND NOT EXISTS (SELECT 1 FROM entry AS e"
        " WHERE e.number = NEW.charge_entry AND e.visit_id = NEW.id)",
        "the charge of a visit is its own",
    ),
    ("closing_once", "INSERT ON closing"): (
        "EXISTS (SELECT 1 FROM closing WHERE id = NEW.id OR entry_number = NEW.entry_number"
        " OR (kind = NEW.kind AND until_on >= NEW.from_on))",
        "periods are closed once, in order",
    ),
    ("document_gapless", "INSERT ON document"): (
        "EXISTS (SELECT 1 FROM document WHERE id = NEW.id OR entry_number = NEW.entry_number)"
        " OR NEW.number IS NOT max((SELECT coalesce(max(number), 0) FROM document WHERE series = NEW.series),"
        f" {lost_numbers.last_sql('NEW.series')}) + 1",
        "documents are numbered without gaps",
    ),
    ("document_line_once", "INSERT ON document_line"): (
        "EXISTS (SELECT 1 FROM document_line WHERE (document_id = NEW.document_id AND entry_number = NEW.entry_number)"
        " OR invoiced = NEW.invoiced)",
        "an entry is invoiced once",
    ),
    ("document_copy_once", "INSERT ON document_copy"): (
        "EXISTS (SELECT 1 FROM document_copy WHERE id = NEW.id OR key = NEW.key)",
        "this copy is known",
    ),
    ("remittance_gapless", "INSERT ON remittance"): (
        "EXISTS (SELECT 1 FROM remittance WHERE id = NEW.id OR entry_number = NEW.entry_number)"
        " OR NEW.number IS NOT max((SELECT coalesce(max(number), 0) FROM remittance WHERE method = NEW.method),"
        f" {lost_numbers.last_sql(lost_numbers.slip_sql('NEW.method'))}) + 1",
        "remittances are numbered without gaps",
    ),
    ("remittance_part_once", "INSERT ON remittance_part"): (
        "EXISTS (SELECT 1 FROM remittance_part WHERE payment_entry = NEW.payment_entry)",
        "a payment is on one slip",
    ),
    ("payment_word_once", "INSERT ON payment_word"): (
        "EXISTS (SELECT 1 FROM payment_word"
        " WHERE payment_entry = NEW.payment_entry AND charge_entry = NEW.charge_entry)",
        "a payment names a charge once",
    ),
    # A payment's charges are named in its own transaction: afterwards would be another act.
    ("payment_word_in_time", "INSERT ON payment_word"): (
        "NEW.payment_entry IS NOT (SELECT max(number) FROM entry)",
        "for what a payment is, is said when paying",
    ),
    ("tariff_once", "INSERT ON tariff"): (
        "EXISTS (SELECT 1 FROM tariff WHERE id = NEW.id OR (product_id = NEW.product_id AND level = NEW.level"
        " AND valid_from = NEW.valid_from))",
        "this tariff has a row for this day",
    ),
    ("policy_once", "INSERT ON policy"): (
        "EXISTS (SELECT 1 FROM policy WHERE id = NEW.id OR (name = NEW.name AND valid_from = NEW.valid_from))",
        "this rule has a row for this day",
    ),
    ("rule_called_off_once", "INSERT ON rule_called_off"): (
        "EXISTS (SELECT 1 FROM rule_called_off WHERE kind = NEW.kind AND row_id = NEW.row_id)",
        "this change is called off",
    ),
    ("name_once", "INSERT ON name"): (
        "EXISTS (SELECT 1 FROM name WHERE id = NEW.id)",
        "this name is given",
    ),
    ("home_once", "INSERT ON home"): ("EXISTS (SELECT 1 FROM home)", "a home has one row"),
    ("entry_kind_once", "INSERT ON entry_kind"): (
        "EXISTS (SELECT 1 FROM entry_kind WHERE code = NEW.code OR rowid = NEW.rowid)",
        "this kind of entry exists",
    ),
    ("member_once", "INSERT ON member"): (
        "EXISTS (SELECT 1 FROM member WHERE id = NEW.id OR number = NEW.number)",
        "this member has a file",
    ),
    ("member_stays", "UPDATE ON member"): (
        "NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number",
        "a member keeps their number",
    ),
    ("envelope_once", "INSERT ON envelope"): (
        "EXISTS (SELECT 1 FROM envelope WHERE id = NEW.id OR entry_number = NEW.entry_number)",
        "this envelope is sold",
    ),
    ("envelope_stays", "UPDATE ON envelope"): (
        "NEW.id IS NOT OLD.id OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.days IS NOT OLD.days"
        " OR NEW.value_cents IS NOT OLD.value_cents",
        "an envelope keeps what was sold",
    ),
    ("voucher_once", "INSERT ON voucher"): (
        "EXISTS (SELECT 1 FROM voucher WHERE id = NEW.id)",
        "this voucher is given",
    ),
    ("voucher_stays", "UPDATE ON voucher"): (
        "NEW.id IS NOT OLD.id OR NEW.envelope_id IS NOT OLD.envelope_id",
        "a voucher keeps its envelope",
    ),
    ("banked_day_once", "INSERT ON banked_day"): (
        "EXISTS (SELECT 1 FROM banked_day WHERE id = NEW.id)",
        "these days are banked",
    ),
    ("banked_day_stays", "UPDATE ON banked_day"): (
        "NEW.id IS NOT OLD.id OR NEW.days IS NOT OLD.days OR (NEW.reason IS NOT OLD.reason AND NEW.reason IS NOT '')"
        " OR NEW.given_by IS NOT OLD.given_by OR NEW.given_at IS NOT OLD.given_at",
        "banked days keep who gave them, and why until it is erased",
    ),
    # An account's number names its officer in the ledger: it is never given again.
    ("desk_user_once", "INSERT ON desk_user"): (
        "EXISTS (SELECT 1 FROM desk_user WHERE id = NEW.id OR email = NEW.email OR fs_uniquifier = NEW.fs_uniquifier"
        " OR fs_webauthn_user_handle = NEW.fs_webauthn_user_handle)",
        "this officer has an account",
    ),
    ("desk_user_stays", "UPDATE ON desk_user"): ("NEW.id IS NOT OLD.id", "an officer keeps their number"),
    ("account_once", "INSERT ON account"): (
        "EXISTS (SELECT 1 FROM account WHERE id = NEW.id OR member_id = NEW.member_id"
        " OR organisation_id = NEW.organisation_id)",
        "this payer has an account",
    ),
    ("account_stays", "UPDATE ON account"): (
        "NEW.id IS NOT OLD.id OR NEW.member_id IS NOT OLD.member_id OR NEW.organisation_id IS NOT OLD.organisation_id",
        "an account keeps its payer",
    ),
    ("event_once", "INSERT ON event"): (
        "EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR key = NEW.key)",
        "this event is known",
    ),
    ("event_stays_decided", "UPDATE ON event"): (
        "NEW.id IS NOT OLD.id OR (NEW.state IS NOT OLD.state AND (OLD.state IN ('declined', 'not-held', 'cancelled')"
        " OR (OLD.state = 'held' AND NEW.state <> 'cancelled') OR NEW.state = 'proposed'))",
        "what was decided of an event stays so; one that is held can be cancelled",
    ),
    ("signup_once", "INSERT ON signup"): (
        "EXISTS (SELECT 1 FROM signup WHERE id = NEW.id OR charge_entry = NEW.charge_entry"
        " OR (event_id = NEW.event_id AND member_id = NEW.member_id AND left_at IS NULL AND NEW.left_at IS NULL))",
        "a member signs up for an event once",
    ),
    ("signup_stays", "UPDATE ON signup"): (
        "NEW.id IS NOT OLD.id OR NEW.event_id IS NOT OLD.event_id OR (OLD.left_at IS NOT NULL"
        f" AND {moves('left_at')}) OR (OLD.charge_entry IS NOT NULL"
        " AND NEW.charge_entry IS NOT OLD.charge_entry"
        " AND NOT EXISTS (SELECT 1 FROM entry WHERE reverses = OLD.charge_entry))",
        "a signup keeps its event and a charge that stands, and who left signs up anew",
    ),
    ("signup_charged_when_held", "UPDATE OF charge_entry ON signup"): (
        "NEW.charge_entry IS NOT OLD.charge_entry AND ((NEW.left_at IS NOT NULL AND OLD.charge_entry IS NULL)"
        " OR NOT EXISTS (SELECT 1 FROM event WHERE id = NEW.event_id AND state = 'held'))",
        "only an event that is held is charged",
    ),
    ("signup_no_more_than_places", "UPDATE OF charge_entry ON signup"): (
        "OLD.charge_entry IS NULL AND NEW.charge_entry IS NOT NULL AND NEW.left_at IS NULL AND (SELECT count(*)"
        " FROM signup WHERE event_id = NEW.event_id AND left_at IS NULL AND charge_entry IS NOT NULL)"
        " >= (SELECT places FROM event WHERE id = NEW.event_id)",
        "no more are charged than there are places",
    ),
    ("signup_new_is_not_charged", "INSERT ON signup"): (
        "NEW.charge_entry IS NOT NULL",
        "who signs up is charged once they have a seat",
    ),
    ("head_claim_once", "INSERT ON head_claim"): (
        "EXISTS (SELECT 1 FROM head_claim WHERE id = NEW.id"
        " OR (door = NEW.door AND number = NEW.number AND mac = NEW.mac))",
        "this is claimed",
    ),
    ("head_claim_end_once", "INSERT ON head_claim_end"): (
        "EXISTS (SELECT 1 FROM head_claim_end WHERE claim_id = NEW.claim_id AND how = NEW.how)",
        "what became of this claim is said",
    ),
    **online_guards.CONDITIONS,
    **room_guards.CONDITIONS,
    **premises_guards.CONDITIONS,
}


def statements() -> dict[str, str]:
    """Return the CREATE TRIGGER statement of every guard, by the guard's name."""
    return dict(_guards())


def _guards() -> Iterator[tuple[str, str]]:
    """Yield the name and the statement of every guard: no change of frozen rows, no deletion of kept ones, then the
    conditions. The condition `1` refuses always.
    """
    for table in FROZEN:
        condition = _REFUSED_WHEN.get(table, "1")
        yield _trigger(f"{table}_never_changed", f"UPDATE ON {table}", condition, f"a row of {table} is never changed")
    for table in KEPT:
        yield _trigger(f"{table}_never_deleted", f"DELETE ON {table}", "1", f"a row of {table} is never deleted")
    for (name, event), (condition, message) in _CONDITIONS.items():
        yield _trigger(name, event, condition, message)


def _trigger(name: str, event: str, condition: str, message: str) -> tuple[str, str]:
    """Return a guard's name, and the statement that refuses an event under a condition: ABORT undoes what the refused
    statement changed, and leaves the transaction to the program.
    """
    body = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return name, f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} {body}"


def install(connection: sa.Connection) -> None:
    """Install anew every guard whose table exists; skip those of tables that this schema lacks."""
    tables = set(sa.inspect(connection).get_table_names())
    for name, statement in statements().items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        if statement.split(" WHEN ")[0].split()[-1] in tables:  # the table's name stands before WHEN
            connection.exec_driver_sql(statement)


def remove(connection: sa.Connection) -> None:
    """Remove every guard of this release: before a schema goes back to an older one, or for rows copied as they are."""
    for name in statements():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
