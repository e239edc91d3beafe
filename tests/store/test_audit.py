"""Whatever is altered past the guards is found, and the first bad entry named."""

import hashlib
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from kiosk.domain import chain
from kiosk.errors import AnswerIsNo
from kiosk.store import audit, ledger
from tests import walks

from .place import Place, morning

pytestmark = pytest.mark.promise(3)


@pytest.fixture(autouse=True)
def _children_are_within(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with walks.within(monkeypatch):
        yield


def verdict(place: Place) -> tuple[str, str]:
    """What the audit says, whether one process walks along the chain or several do: a code and a line."""
    said = set()
    for processes in walks.WAYS:
        with pytest.raises(AnswerIsNo) as found, place.store.reading() as connection:
            sums = walks.walked(connection, place.home, place.seal, processes)
            audit.check_texts(connection)
            audit.check_sums(connection, sums)
        said.add((found.value.code, str(found.value)))
    (named,) = said
    return named


def chain_breaks_at(place: Place, entry: int) -> None:
    """The chain is broken, and this entry is named."""
    code, said = verdict(place)
    assert code == "chain-broken"
    assert said.startswith(f"entry {entry} ")


def test_whole_ledger_is_counted_and_its_head_told(filled: Place) -> None:
    with filled.store.reading() as connection:
        count, head = audit.check_chain(connection, filled.seal)
        last = ledger.head(connection)
    assert (count, head) == (last.number, last.mac)


@pytest.mark.parametrize("key", [None, b""], ids=["no key", "an empty key"])
@pytest.mark.parametrize("first", [1, 20])
def test_a_ledger_forged_without_a_key_is_found(filled: Place, key: bytes | None, first: int) -> None:
    """Every entry from one on names no key and fits what can be computed with the file alone: an HMAC's two hashes
    begun with nothing, or with an empty key.
    """
    with filled.unguarded() as sql:
        sql.execute("UPDATE entry SET key_id = '', amount_cents = 1 WHERE number >= ?", (first,))
        rows = sql.execute("SELECT * FROM entry ORDER BY number").fetchall()
        previous = chain.START if first == 1 else rows[first - 2][17]
        for row, text in list(zip(rows, chain.canonicals(rows), strict=True))[first - 1 :]:
            plain = hashlib.sha256(hashlib.sha256(previous + text.encode()).digest()).digest()
            previous = plain if key is None else replace(filled.seal, key=key).mac(previous, text)
            sql.execute("UPDATE entry SET mac = ? WHERE number = ?", (previous, row[0]))
    chain_breaks_at(filled, first)


def test_empty_ledger_is_whole(place: Place) -> None:
    with place.store.reading() as connection:
        assert audit.check_chain(connection, place.seal) == (0, chain.START)
        audit.check_sums(connection)


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "change",
    [
        "amount_cents = amount_cents + 1",
        "day_on = '2020-01-01'",
        "recorded_at = '2020-01-01T00:00:00.000000Z'",
        "account_id = account_id + 1",
        "member_number = NULL",
        "visit_id = 1000",
        "actor = 'nobody'",
        "method = 'cash'",
        "detail = '{}'",
        "kind = 'deposit'",
        "form = 2",
        "id = zeroblob(16)",
        "group_id = zeroblob(16)",
        "mac = zeroblob(32)",
        "text_digest = zeroblob(32)",
    ],
)
def test_altered_entry_is_found(filled: Place, change: str) -> None:
    with filled.unguarded() as sql:
        assert sql.execute(f"UPDATE entry SET {change} WHERE number = 20").rowcount == 1
    chain_breaks_at(filled, 20)


@pytest.mark.parametrize("number", [1, 20])
def test_entry_taken_out_is_found(filled: Place, number: int) -> None:
    with filled.unguarded() as sql:
        sql.execute("DELETE FROM entry WHERE number = ?", (number,))
    assert verdict(filled) == (
        "chain-broken",
        f"entry {number} is missing: {number + 1} follows {number - 1}",
    )


@pytest.mark.promise(3)
def test_entry_taken_out_with_its_gap_closed_is_found(filled: Place) -> None:
    with filled.unguarded() as sql:
        sql.execute("DELETE FROM entry WHERE number = 20")
        sql.execute("UPDATE entry SET number = -number WHERE number > 20")
        sql.execute("UPDATE entry SET number = -number - 1 WHERE number < 0")
    chain_breaks_at(filled, 20)


def test_charge_cut_off_the_end_is_found_by_its_balance(place: Place) -> None:
    member = place.join()
    place.pay(member, 500)
    with place.unguarded() as sql:
        sql.execute("DELETE FROM entry WHERE number = 2")
    assert verdict(place) == (
        "sums-differ",
        f"the balance of account {member.account} is not the sum of its entries",
    )


@pytest.mark.promise(3)
def test_two_entries_that_changed_places_are_found(filled: Place) -> None:
    with filled.unguarded() as sql:
        sql.execute("UPDATE entry SET number = -20 WHERE number = 20")
        sql.execute("UPDATE entry SET number = 20 WHERE number = 21")
        sql.execute("UPDATE entry SET number = 21 WHERE number = -20")
    chain_breaks_at(filled, 20)


@pytest.mark.promise(3)
def test_entry_put_in_by_somebody_without_the_key_is_found(place: Place) -> None:
    member = place.join()
    place.pay(member, 500)
    forger = replace(place.seal, key=bytes(32))
    place.seal, seal = forger, place.seal
    place.pay(member, 100)
    place.seal = seal
    chain_breaks_at(place, 3)


@pytest.mark.parametrize("change", [{"key": bytes(32)}, {"home_id": "another"}])
def test_other_key_or_home_fits_no_entry(filled: Place, change: dict[str, object]) -> None:
    filled.seal = replace(filled.seal, **change)
    chain_breaks_at(filled, 1)


def test_other_keys_name_is_told(filled: Place) -> None:
    with filled.unguarded() as sql:
        sql.execute("UPDATE entry SET key_id = '00000000' WHERE number = 20")
    assert "entry 20 is sealed with key 00000000" in verdict(filled)[1]


@pytest.mark.promise(3)
def test_altered_balance_is_found(filled: Place) -> None:
    filled.write("UPDATE account SET balance_cents = balance_cents - 500 WHERE id = 3")
    assert verdict(filled) == ("sums-differ", "the balance of account 3 is not the sum of its entries")


@pytest.mark.parametrize("used", [0, 2])
def test_altered_carnet_is_found(place: Place, used: int) -> None:
    place.sell(place.join(), "carnet-10")
    place.tap(morning())
    place.write("UPDATE carnet SET used = ?", used)
    assert verdict(place) == ("sums-differ", "carnet 1 counts other days than its entries used")


def test_altered_text_is_found(place: Place) -> None:
    place.join()
    place.reverse(1, "joined twice")
    with place.unguarded() as sql:
        sql.execute("UPDATE entry_text SET body = 'joined once'")
    assert verdict(place) == ("text-altered", "the free text of entry 2 was altered")


def test_text_given_to_an_entry_afterwards_is_found(place: Place) -> None:
    place.join()
    place.write("INSERT INTO entry_text (entry_number, salt, body) VALUES (1, ?, 'a gift')", bytes(16))
    assert verdict(place)[0] == "text-altered"


def test_visit_that_denies_its_charge_is_found(place: Place) -> None:
    place.join()
    place.tap(morning())
    with place.unguarded() as sql:
        sql.execute("UPDATE visit SET charge_entry = NULL")
    assert verdict(place) == ("sums-differ", "entry 2 charges a visit that does not name it")


def test_visit_undone_without_giving_the_charge_back_is_found(place: Place) -> None:
    place.join()
    place.tap(morning())
    with place.unguarded() as sql:
        sql.execute("UPDATE visit SET state = 'undone'")
    assert verdict(place) == ("sums-differ", "visit 1 is undone and its charge still stands")


@pytest.mark.sqlite
def test_no_check_of_sums_asks_each_entry_of_all_closings_or_bounces(place: Place) -> None:
    """What is asked for each row is found by a key of its own, never by walking along what has a kind."""
    with place.store.reading() as connection:
        for message, query in audit._DISAGREEMENTS.items():
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            asked = {step for step, _, _, said in steps if said.startswith("CORRELATED")}
            inside = [said for _, parent, _, said in steps if parent in asked]
            # What an entry's own detail has in it ("virtual") is no table that grows.
            scans = [said for said in inside if said.startswith("SCAN") and "VIRTUAL TABLE" not in said]
            walked = scans + [said for said in inside if "ix_entry_books" in said]
            assert not walked or message.startswith("remittance {}"), message  # of slips there are few
