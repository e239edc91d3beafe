"""Each guard refuses what breaks its rule, said in plain SQL by somebody without any of our pragmas."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.money import till
from kiosk.store import guards
from kiosk.store.checkin import visits
from kiosk.store.tables import desk, events, metadata
from tests.store.changes import changed

from .place import Place, morning, opened

pytestmark = pytest.mark.promise(3)
assert desk.desk_user.metadata is events.event.metadata is metadata  # known, also when this file runs alone

NEXT = "(SELECT max(number) + 1 FROM entry)"
OPEN = "'2026-11-25'"  # a day that is not closed
NEW = "randomblob(16)"
CHARGE = (
    "number = (SELECT min(charge_entry) FROM visit WHERE state = 'kept'"
    " AND charge_entry IN (SELECT number FROM entry WHERE kind = 'charge'))"
)
PLAIN = "number = (SELECT min(number) FROM entry WHERE kind = 'payment')"
AT = "2026-11-25T08:00:00.000000Z"
BY_CASH = "(SELECT min(number) FROM entry WHERE kind = 'payment' AND method <> 'online')"
REVERSAL = "number = (SELECT max(number) FROM entry WHERE kind = 'reversal')"
KEPT = "id = (SELECT min(id) FROM visit WHERE state = 'kept' AND charge_entry IS NOT NULL)"
UNDONE = "state = 'undone'"
GUEST = "host_visit_id IS NOT NULL"


def put(table: str, where: str, **other: str) -> str:
    """INSERT OR REPLACE of a copy of one row, with some columns changed."""
    names = [column.name for column in metadata.tables[table].columns]
    values = ", ".join(other.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where} LIMIT 1"


ATTACKS = [
    ("name_never_changed", "UPDATE name SET text = 'Journée' WHERE id = 1"),
    ("name_never_deleted", "DELETE FROM name"),
    ("name_once", put("name", "id = 1", text="'Journée'")),
    ("entry_never_changed", f"UPDATE entry SET amount_cents = 0 WHERE {CHARGE}"),
    ("entry_never_changed", f"UPDATE entry SET mac = zeroblob(32) WHERE {CHARGE}"),
    ("entry_never_changed", "UPDATE OR REPLACE entry SET number = 2 WHERE number = 1"),
    ("entry_never_changed", "UPDATE OR REPLACE entry SET rowid = 2 WHERE number = 1"),
    ("entry_never_changed", f"UPDATE OR REPLACE entry SET id = (SELECT id FROM entry WHERE {PLAIN}) WHERE number = 1"),
    ("entry_never_deleted", "DELETE FROM entry"),
    ("entry_never_deleted", "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)"),
    ("entry_in_an_open_day", put("entry", PLAIN, number=NEXT, id=NEW)),
    ("entry_in_an_open_day", put("entry", PLAIN, number=NEXT, id=NEW, day_on="'2026-11-23'")),
    ("entry_gapless", put("entry", PLAIN, id=NEW, day_on=OPEN)),  # the same number again: the older row would be gone
    ("entry_gapless", put("entry", PLAIN, id=NEW, day_on=OPEN, number="1")),
    ("entry_gapless", put("entry", PLAIN, id=NEW, day_on=OPEN, number=f"{NEXT} + 1")),
    ("entry_gapless", put("entry", PLAIN, id=NEW, day_on=OPEN, number="NULL")),
    ("entry_gapless", put("entry", PLAIN, id=NEW, day_on=OPEN, number="0")),
    ("entry_once", put("entry", PLAIN, number=NEXT, day_on=OPEN)),
    ("entry_reversed_once", put("entry", REVERSAL, number=NEXT, id=NEW, day_on=OPEN)),
    (
        "entry_reverses_whole",
        put(
            "entry",
            CHARGE,
            number=NEXT,
            id=NEW,
            day_on=OPEN,
            kind="'reversal'",
            reverses="number",
            amount_cents="1 - amount_cents",
        ),
    ),
    (
        "entry_reverses_whole",
        put(
            "entry",
            CHARGE,
            number=NEXT,
            id=NEW,
            day_on=OPEN,
            kind="'reversal'",
            reverses="number",
            amount_cents="-amount_cents",
            account_id="account_id + 1",
        ),
    ),
    (
        "entry_reverses_whole",
        put(
            "entry",
            CHARGE,
            number=NEXT,
            id=NEW,
            day_on=OPEN,
            kind="'reversal'",
            reverses="number",
            amount_cents="-amount_cents",
            visit_id="NULL",
        ),
    ),
    (
        "entry_reverses_whole",  # a reversal is not reversed
        put("entry", REVERSAL, number=NEXT, id=NEW, day_on=OPEN, reverses="number", amount_cents="-amount_cents"),
    ),
    ("entry_reverses_whole", put("entry", REVERSAL, number=NEXT, id=NEW, day_on=OPEN, reverses=f"{NEXT} + 7")),
    ("entry_one_charge_a_visit", put("entry", CHARGE, number=NEXT, id=NEW, day_on=OPEN)),
    (
        "entry_one_charge_a_visit",
        put("entry", CHARGE, number=NEXT, id=NEW, day_on=OPEN, kind="'use'", amount_cents="0"),
    ),
    ("visit_never_deleted", f"DELETE FROM visit WHERE {KEPT}"),
    ("visit_never_deleted", f"DELETE FROM visit WHERE {UNDONE}"),
    ("visit_once", put("visit", KEPT, tap_id=NEW, member_id="NULL", charge_entry="NULL")),
    ("visit_once", put("visit", KEPT, id="NULL", member_id="NULL", charge_entry="NULL")),
    ("visit_once", put("visit", KEPT, id="NULL", tap_id=NEW, member_id="NULL")),
    ("visit_once", put("visit", GUEST, id="NULL", tap_id=NEW)),
    ("visit_one_kept_a_day", put("visit", KEPT, id="NULL", tap_id=NEW, charge_entry="NULL")),
    ("visit_stays", f"UPDATE OR REPLACE visit SET id = id + 1 WHERE {KEPT}"),
    ("visit_stays", f"UPDATE OR REPLACE visit SET rowid = rowid + 1 WHERE {KEPT}"),
    ("visit_stays", f"UPDATE OR REPLACE visit SET _rowid_ = 999 WHERE {KEPT}"),
    ("visit_stays", f"UPDATE OR REPLACE visit SET tap_id = (SELECT tap_id FROM visit WHERE {UNDONE}) WHERE {KEPT}"),
    ("visit_stays", f"UPDATE OR REPLACE visit SET day_on = date(day_on, '+1 day') WHERE {KEPT}"),
    ("visit_stays", f"UPDATE visit SET host_visit_id = 2 WHERE {GUEST}"),
    ("visit_stays", f"UPDATE visit SET ordinal = 2 WHERE {GUEST}"),
    ("visit_keeps_its_member", f"UPDATE OR REPLACE visit SET member_id = member_id + 1 WHERE {KEPT}"),
    ("visit_undone_stays_undone", f"UPDATE OR REPLACE visit SET state = 'kept' WHERE {UNDONE}"),
    ("visit_undone_after_its_charge", f"UPDATE visit SET state = 'undone' WHERE {KEPT}"),
    ("visit_its_own_charge", f"UPDATE visit SET charge_entry = NULL WHERE {KEPT}"),
    (
        "visit_its_own_charge",
        f"UPDATE OR REPLACE visit SET charge_entry = (SELECT max(charge_entry) FROM visit) WHERE {KEPT}",
    ),
    ("tariff_never_changed", "UPDATE tariff SET cents = 1"),
    ("tariff_never_deleted", "DELETE FROM tariff WHERE id = 1"),
    ("tariff_once", put("tariff", "id = 1", id="NULL", cents="1")),
    ("tariff_once", put("tariff", "id = 1", valid_from="'2026-01-01'", cents="1")),
    ("policy_never_changed", "UPDATE policy SET value = '0'"),
    ("policy_never_deleted", "DELETE FROM policy WHERE id = 1"),
    ("policy_once", put("policy", "id = 1", id="NULL", value="'0'")),
    ("policy_once", put("policy", "id = 1", valid_from="'2026-01-01'", value="'0'")),
    ("rule_called_off_never_changed", "UPDATE rule_called_off SET row_id = 2"),
    ("rule_called_off_never_deleted", "DELETE FROM rule_called_off"),
    ("rule_called_off_once", put("rule_called_off", "row_id = 1", actor="'x'")),
    ("closing_never_changed", "UPDATE closing SET until_on = '2020-01-01' WHERE kind = 'day'"),
    ("closing_never_deleted", "DELETE FROM closing WHERE id = (SELECT max(id) FROM closing)"),
    ("closing_once", put("closing", "kind = 'day'")),
    ("closing_once", put("closing", "kind = 'day'", id="NULL", entry_number="1")),
    ("closing_once", put("closing", "kind = 'day'", id="NULL", until_on="'2026-12-31'", from_on="'2026-12-31'")),
    ("document_never_changed", "UPDATE document SET content = '{}'"),
    ("document_never_deleted", "DELETE FROM document"),
    ("document_gapless", put("document", "id = 1")),
    ("document_gapless", put("document", "id = 1", number="2")),
    ("document_gapless", put("document", "id = 1", id="NULL", entry_number="2")),
    ("document_gapless", put("document", "id = 1", id="NULL", entry_number="2", number="3")),
    ("document_line_never_changed", "UPDATE document_line SET invoiced = NULL"),
    ("document_line_never_deleted", "DELETE FROM document_line"),
    ("document_line_once", put("document_line", "document_id = 1", invoiced="NULL")),
    ("document_line_once", put("document_line", "document_id = 1", document_id="2", entry_number="2")),
    ("document_copy_never_changed", "UPDATE document_copy SET way = 'mail'"),
    ("document_copy_never_deleted", "DELETE FROM document_copy"),
    ("document_copy_once", put("document_copy", "id = 1", way="'mail'")),
    ("document_copy_once", put("document_copy", "id = 1", id="NULL", way="'mail'")),
    ("remittance_never_changed", "UPDATE remittance SET number = 2"),
    ("remittance_never_deleted", "DELETE FROM remittance"),
    ("remittance_gapless", put("remittance", "id = 1")),
    ("remittance_gapless", put("remittance", "id = 1", number="2")),
    ("remittance_gapless", put("remittance", "id = 1", id="NULL", entry_number="2")),
    ("remittance_gapless", put("remittance", "id = 1", id="NULL", entry_number="2", number="3")),
    ("remittance_part_once", put("remittance_part", "payment_entry = 1", remittance_id="2")),
    # The last entry is for charge 1.
    ("payment_word_never_changed", "UPDATE payment_word SET charge_entry = 2"),
    ("payment_word_never_deleted", "DELETE FROM payment_word"),
    ("payment_word_once", put("payment_word", "charge_entry = 1")),
    ("payment_word_in_time", put("payment_word", "charge_entry = 1", payment_entry="3", charge_entry="2")),
    ("online_payment_once", put("online_payment", "id = 1", state="'expired'")),
    ("online_payment_once", put("online_payment", "id = 1", id="NULL", token=NEW)),
    ("online_payment_once", put("online_payment", "id = 1", id="NULL", intent="'9'", order_id="'9'", payment="'9'")),
    ("online_payment_stays", "UPDATE online_payment SET cents = 1"),
    ("online_payment_stays", "UPDATE online_payment SET account_id = 2"),
    ("online_payment_stays", "UPDATE online_payment SET intent = '6'"),
    ("online_payment_stays", "UPDATE online_payment SET state = 'expired', entry_number = NULL"),
    ("online_payment_stays", "UPDATE OR REPLACE online_payment SET rowid = 9"),
    ("online_payment_is_its_entry", f"UPDATE online_payment SET entry_number = {BY_CASH} WHERE id = 2"),
    ("online_payment_entered_stays", "DELETE FROM online_payment"),
    ("home_never_changed", "UPDATE home SET training = 0"),
    ("home_never_deleted", "DELETE FROM home"),
    ("home_once", put("home", "id = 1", training="0")),
    ("home_once", put("home", "id = 1", id="2")),
    ("entry_kind_never_changed", "UPDATE OR REPLACE entry_kind SET code = 'use' WHERE code = 'charge'"),
    ("entry_kind_never_deleted", "DELETE FROM entry_kind WHERE code = 'charge'"),
    ("entry_kind_once", "INSERT OR REPLACE INTO entry_kind (code) VALUES ('charge')"),
    ("entry_kind_once", "INSERT OR REPLACE INTO entry_kind (rowid, code) VALUES (1, 'gift')"),
    ("member_never_deleted", "DELETE FROM member WHERE id = 1"),
    ("member_once", put("member", "id = 1", number="99", name="'X'")),
    ("member_once", put("member", "id = 1", id="NULL", name="'X'")),
    ("member_stays", "UPDATE OR REPLACE member SET number = 2 WHERE number = 1"),
    ("member_stays", "UPDATE OR REPLACE member SET rowid = 2 WHERE id = 1"),
    ("envelope_never_deleted", "DELETE FROM envelope"),
    ("envelope_once", put("envelope", "id = 1", entry_number="2", days="99")),
    ("envelope_once", put("envelope", "id = 1", id="NULL", days="99")),
    ("envelope_stays", "UPDATE envelope SET days = 99"),
    ("envelope_stays", "UPDATE envelope SET value_cents = 1"),
    ("envelope_stays", "UPDATE envelope SET organisation_id = 2"),
    ("envelope_stays", "UPDATE OR REPLACE envelope SET rowid = 9"),
    ("voucher_never_deleted", "DELETE FROM voucher"),
    ("voucher_once", put("voucher", "id = 1", used="0")),
    ("voucher_stays", "UPDATE voucher SET envelope_id = 2"),
    ("voucher_stays", "UPDATE OR REPLACE voucher SET rowid = 9"),
    ("banked_day_never_deleted", "DELETE FROM banked_day"),
    ("banked_day_once", put("banked_day", "id = 1", used="0")),
    ("banked_day_stays", "UPDATE banked_day SET days = 9"),
    ("banked_day_stays", "UPDATE banked_day SET reason = 'x'"),
    ("banked_day_stays", "UPDATE banked_day SET given_by = 'x'"),
    ("banked_day_stays", "UPDATE OR REPLACE banked_day SET rowid = 9"),
    ("account_never_deleted", "DELETE FROM account WHERE id = 1"),
    ("account_once", put("account", "id = 1", balance_cents="0", member_id="99")),
    ("account_once", put("account", "id = 1", id="NULL", balance_cents="0")),
    ("account_once", put("account", "organisation_id IS NOT NULL", id="NULL", balance_cents="0")),
    ("account_stays", "UPDATE OR REPLACE account SET member_id = 2 WHERE id = 1"),
    ("account_stays", "UPDATE OR REPLACE account SET rowid = 2 WHERE id = 1"),
    ("desk_user_never_deleted", "DELETE FROM desk_user WHERE id = 1"),
    ("desk_user_once", put("desk_user", "id = 1", email="'b@x.fr'", fs_uniquifier="'v'")),
    ("desk_user_once", put("desk_user", "id = 1", id="NULL", fs_uniquifier="'v'")),
    ("desk_user_once", put("desk_user", "id = 1", id="NULL", email="'b@x.fr'")),
    ("desk_user_stays", "UPDATE OR REPLACE desk_user SET id = 9 WHERE id = 1"),
    ("desk_user_stays", "UPDATE OR REPLACE desk_user SET rowid = 9 WHERE id = 1"),
    # Event 1 is held and has one place, charged to signup 1; 2 is open, 3 is cancelled.
    ("event_never_deleted", "DELETE FROM event WHERE id = 3"),
    ("event_once", put("event", "id = 1", title="'X'", key="NULL")),
    ("event_once", put("event", "id = 1", id="NULL")),
    ("event_stays_decided", "UPDATE event SET state = 'open' WHERE id = 1"),
    ("event_stays_decided", "UPDATE event SET state = 'not-held' WHERE id = 1"),
    ("event_stays_decided", "UPDATE event SET state = 'proposed' WHERE id = 2"),
    ("event_stays_decided", "UPDATE event SET state = 'held' WHERE id = 3"),
    ("event_stays_decided", "UPDATE OR REPLACE event SET rowid = 9 WHERE id = 1"),
    ("signup_never_deleted", "DELETE FROM signup WHERE id = 2"),
    ("signup_once", put("signup", "id = 2", member_id="NULL")),
    ("signup_once", put("signup", "id = 2", id="NULL")),
    ("signup_stays", "UPDATE signup SET charge_entry = 3 WHERE id = 1"),
    ("signup_stays", "UPDATE signup SET event_id = 2 WHERE id = 1"),
    ("signup_stays", "UPDATE signup SET left_at = NULL WHERE id = 4"),
    ("signup_stays", "UPDATE OR REPLACE signup SET rowid = 9 WHERE id = 1"),
    ("signup_charged_when_held", "UPDATE signup SET charge_entry = 5 WHERE id = 3"),
    ("signup_charged_when_held", "UPDATE signup SET charge_entry = 5 WHERE id = 5"),
    ("signup_no_more_than_places", "UPDATE signup SET charge_entry = 5 WHERE id = 2"),
    # Door 2 is revoked, at site 2, which has a capacity of its own.
    ("visit_by_a_door", put("visit", KEPT, id="NULL", tap_id=NEW, day_on=OPEN, charge_entry="NULL", door_id="2")),
    ("visit_by_a_door", put("visit", KEPT, id="NULL", tap_id=NEW, day_on=OPEN, charge_entry="NULL", door_id="9")),
    ("visit_one_kept_a_day", put("visit", KEPT, id="NULL", tap_id=NEW, charge_entry="NULL", day_site="1")),
    ("visit_stays", f"UPDATE visit SET door_id = 2 WHERE {KEPT}"),
    ("visit_stays", f"UPDATE visit SET day_site = 2 WHERE {KEPT}"),
    ("door_never_deleted", "DELETE FROM door WHERE id = 2"),
    ("door_once", put("door", "id = 2", revoked_on="NULL")),
    ("door_revoked_for_good", "UPDATE door SET revoked_on = NULL WHERE id = 2"),
    ("door_revoked_for_good", "UPDATE OR REPLACE door SET id = 1 WHERE id = 2"),
    ("site_never_deleted", "DELETE FROM site WHERE id = 2"),
    ("site_once", put("site", "id = 2", name="'X'")),
    ("site_once", put("site", "id = 2", id="NULL")),
    ("site_stays", "UPDATE OR REPLACE site SET id = 1 WHERE id = 2"),
    ("site_capacity_once", put("site_capacity", "id = 1", legal="900")),
    ("site_capacity_never_changed", "UPDATE site_capacity SET legal = 900"),
    ("site_capacity_never_deleted", "DELETE FROM site_capacity"),
    ("head_claim_once", put("head_claim", "id = 1", number="10")),
    ("head_claim_once", put("head_claim", "id = 1", id="2")),
    ("head_claim_never_changed", "UPDATE head_claim SET number = 10"),
    ("head_claim_never_deleted", "DELETE FROM head_claim"),
    ("head_claim_end_once", put("head_claim_end", "claim_id = 1", actor="'desk'")),
    ("head_claim_end_never_changed", "UPDATE head_claim_end SET actor = 'desk'"),
    ("head_claim_end_never_deleted", "DELETE FROM head_claim_end"),
    ("signup_new_is_not_charged", put("signup", "id = 2", id="NULL", member_id="NULL", charge_entry="7")),
]
NAMES = sorted(guards.statements())


def message(guard: str) -> str:
    """What a guard says."""
    said = re.search(r"RAISE\(ABORT, '(.*)'\)", guards.statements()[guard])
    assert said is not None
    return said[1]


@pytest.fixture(scope="module")
def database(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled home's records with an undone day, a guest and an organisation. No test changes it."""
    root = Path(shutil.copytree(filled_home, tmp_path_factory.mktemp("guards") / "home"))
    with opened(root) as place:
        with place.store.writing() as connection:
            _, moment = place.rules.at(connection, morning())
            last = connection.exec_driver_sql("SELECT max(id) FROM visit WHERE charge_entry IS NOT NULL").scalar()
            assert last is not None
            assert visits.undo(connection, place.seal, last, moment, "kiosk")
            paid = till.pay(connection, place.rules, place.seal, 1, 500, "online", moment.at, "telephone")
        place.write(
            "INSERT INTO online_payment (token, account_id, cents, state, made_at, intent, order_id, payment,"
            f" entry_number) VALUES (zeroblob(16), 1, 500, 'paid', '{AT}', '5', '70', '7', {paid}),"
            f" (randomblob(16), 1, 500, 'made', '{AT}', NULL, NULL, NULL, NULL)"
        )
        place.write(
            "INSERT INTO visit (tap_id, day_on, zone_id, right, part, host_visit_id, ordinal)"
            " VALUES (zeroblob(16), '2026-11-25', 1, 'full', 'day', 1, 1)"
        )
        place.write("INSERT INTO site VALUES (2, 'Annexe')")
        place.write(
            "INSERT INTO door (id, name, site_id, takes, revoked_on, actor)"
            " VALUES (2, 'Portail', 2, 'all', '2026-11-25', 'officer:1')"
        )
        place.write("INSERT INTO site_capacity VALUES (1, 2, '2026-11-25', 20, 30, 'officer:1')")
        place.write(
            "INSERT INTO head_claim VALUES"
            " (1, 2, 9, zeroblob(32), 9, '2026-11-25T07:52:03.000000Z', 'door-2', zeroblob(32))"
        )
        place.write("INSERT INTO head_claim_end VALUES (1, 'set-aside', '2026-11-25', 'officer:1')")
        place.write("INSERT INTO rule_called_off VALUES ('policy', 1, 'cli', '2026-11-25T07:52:03.000000Z')")
        place.write(
            "INSERT INTO document (series, number, kind, account_id, issued_on, language, content, entry_number)"
            " VALUES ('receipt', 1, 'receipt', 1, '2026-11-25', 'fr', '{}', 1)"
        )
        place.write("INSERT INTO document_line VALUES (1, 1, 1)")
        place.write("INSERT INTO remittance (method, number, entry_number) VALUES ('cheque', 1, 1)")
        place.write("INSERT INTO remittance_part VALUES (1, 1)")
        place.write(
            "INSERT INTO document_copy (id, document_id, at, actor, way, key)"
            " VALUES (1, 1, '2026-11-25T07:52:03.000000Z', 'cli', 'print', zeroblob(16))"
        )
        place.write("INSERT INTO organisation (name) VALUES ('Coopérative')")
        place.write("INSERT INTO account (organisation_id) VALUES (1)")
        place.write(
            "INSERT INTO envelope (organisation_id, product_id, days, value_cents, from_on, entry_number)"
            " VALUES (1, 1, 10, 450, '2026-11-25', 1)"
        )
        place.write("INSERT INTO voucher (envelope_id, member_id, from_on) VALUES (1, 1, '2026-11-25')")
        place.write(
            "INSERT INTO banked_day (member_id, days, from_on, reason, given_at, given_by)"
            " VALUES (1, 1, '2026-11-25', 'accueil', '2026-11-25T07:52:03.000000Z', 'cli')"
        )
        _put_events(place)
        place.write("INSERT INTO payment_word SELECT max(number), 1 FROM entry")
    return root / "db" / "ledger.db"


def _put_events(place: Place) -> None:
    """One that is held with its one place charged, one that is open, one that is cancelled; and who left."""
    for number, state in enumerate(("held", "open", "cancelled"), 1):
        place.write(
            "INSERT INTO event (id, kind, title, state, starts_at, ends_at, places, terms, made_at, made_by,"
            f" changed_at, key) VALUES ({number}, 'training', 'La compta', '{state}', '2026-12-10T17:00:00.000000Z',"
            " '2026-12-10T20:00:00.000000Z', 1, 1, '2026-11-25T08:00:00.000000Z', 'cli',"
            " '2026-11-25T08:00:00.000000Z', randomblob(16))"
        )
    for number, event, member, left in ((1, 1, "1", "NULL"), (2, 1, "2", "NULL"), (3, 2, "1", "NULL")):
        place.write(_signup(number, event, member, left))
    place.write(_signup(4, 2, "2", "'2026-11-25T09:00:00.000000Z'"))
    place.write(_signup(5, 1, "NULL", "'2026-11-25T09:00:00.000000Z'"))
    place.write("UPDATE signup SET charge_entry = 1 WHERE id = 1")


def _signup(number: int, event: int, member: str, left: str) -> str:
    return (
        "INSERT INTO signup (id, event_id, member_id, terms, made_at, made_by, left_at)"
        f" VALUES ({number}, {event}, {member}, 1, '2026-11-25T08:00:00.000000Z', 'cli', {left})"
    )


@pytest.fixture
def plain(database: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection: no foreign keys, no recursive triggers."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


@pytest.mark.promise(2, 3)
@pytest.mark.parametrize(("guard", "statement"), ATTACKS)
def test_database_refuses_what_breaks_the_rule(plain: sqlite3.Connection, guard: str, statement: str) -> None:
    before = list(plain.iterdump())
    with pytest.raises(sqlite3.IntegrityError) as refused:
        plain.execute(statement)
    assert str(refused.value) == message(guard)
    assert list(plain.iterdump()) == before


@pytest.mark.promise(3)
@pytest.mark.parametrize(("guard", "statement"), ATTACKS)
def test_without_its_guard_the_rule_does_not_hold_by_this_guard(
    plain: sqlite3.Connection, guard: str, statement: str
) -> None:
    """So that the refusals above are known to come from the guard, and from no statement that touches no row."""
    plain.execute("BEGIN")
    plain.execute(f"DROP TRIGGER {guard}")
    try:
        assert changed(plain, statement) > 0
    except sqlite3.IntegrityError as refused:
        assert str(refused) != message(guard)
    finally:
        plain.execute("ROLLBACK")


@pytest.mark.promise(3)
def test_every_guard_is_attacked() -> None:
    from . import test_premises_guards, test_room_guards  # which have those of the premises, and of rooms

    others = (*test_room_guards.ATTACKS, *test_premises_guards.ATTACKS)
    assert sorted({guard for guard, _ in (*ATTACKS, *others)}) == NAMES


def test_guards_in_the_database_are_those_of_this_release(plain: sqlite3.Connection) -> None:
    rows = plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    assert dict(rows) == guards.statements()


def test_member_of_a_visit_may_be_cut_off(plain: sqlite3.Connection) -> None:
    plain.execute("BEGIN")
    assert changed(plain, f"UPDATE visit SET member_id = NULL, arrived_at = NULL WHERE {KEPT}") == 1
    plain.execute("ROLLBACK")


def test_what_is_dated_later_may_be_added(plain: sqlite3.Connection) -> None:
    plain.execute("BEGIN")
    assert changed(plain, put("tariff", "id = 1", id="NULL", valid_from="'2027-01-01'")) == 1
    assert changed(plain, put("policy", "id = 1", id="NULL", valid_from="'2027-01-01'")) == 1
    assert changed(plain, "INSERT INTO entry_kind (code) VALUES ('loan')") == 1
    plain.execute("ROLLBACK")
