"""Whoever changes the books past all guards is found, and told where: each way that somebody might try."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import home
from kiosk.domain import chain
from kiosk.domain.books.head_notes import NotedHead, head_note, parse
from kiosk.domain.chain import Seal, key_id
from kiosk.errors import AnswerIsNo
from kiosk.store import audit
from kiosk.store.books import closing_audit, head_rows
from tests import walks
from tests.beside import unguarded
from tests.books import closed_year
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.homes import copied

pytestmark = pytest.mark.promise(3)


@pytest.fixture(scope="module")
def closed(template: Path) -> Path:
    """A home whose year is closed, to be copied."""
    return closed_year.made(template)


@pytest.fixture
def space(closed: Path, tmp_path: Path) -> Iterator[Space]:
    with home.opened(copied(closed, tmp_path / "home")) as opened:
        made = Space(opened, FakeClock(closed_year.AFTER + timedelta(days=3)))
        yield made
        made.kept.close()


@pytest.fixture(autouse=True)
def _children_are_within(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with walks.within(monkeypatch):
        yield


def check(space: Space, *heads: NotedHead, seal: Seal | None = None, processes: int = 1) -> None:
    """What `kiosk verify` looks at, in its order, but for the triggers themselves."""
    with space.home.store.reading() as connection:
        sums = walks.walked(connection, space.home, seal, processes)
        for each in heads:
            head_rows.check(connection, each)
        audit.check_texts(connection)
        closing_audit.check(connection, sums)
        audit.check_documents(connection)
        audit.check_sums(connection, sums)


def found(space: Space, *heads: NotedHead, seal: Seal | None = None) -> tuple[str, str]:
    """What is wrong, named alike whether one process walks along the chain or several do."""
    said = set()
    for processes in walks.WAYS:
        with pytest.raises(AnswerIsNo) as wrong:
            check(space, *heads, seal=seal, processes=processes)
        said.add((wrong.value.code, str(wrong.value)))
    (named,) = said
    return named


def note_head(space: Space) -> NotedHead:
    ((number, mac),) = space.sql("SELECT number, mac FROM entry ORDER BY number DESC LIMIT 1")
    assert isinstance(mac, bytes)
    return parse(head_note(number, mac))


def rebuild(raw: Any, seal: Seal, first: int = 1) -> None:
    """Seal every entry anew, as somebody can who has a key; closings name their heads again."""
    columns = "number, id, recorded_at, day_on, kind, account_id, visit_id, group_id, member_number, actor,"
    columns += " amount_cents, method, reverses, detail, text_digest, form, key_id"
    before = raw.execute("SELECT mac FROM entry WHERE number = ?", (first - 1,)).fetchone()
    previous = chain.START if before is None else before[0]
    for row in raw.execute(f"SELECT {columns} FROM entry WHERE number >= ? ORDER BY number", (first,)).fetchall():
        fields = list(row)
        if fields[4] == "closing":
            detail = json.loads(fields[13])
            fields[13] = chain.detail_text({**detail, "head": previous.hex()})
        fields[16] = seal.key_id
        previous = seal.mac(previous, chain.canonical(*fields))
        raw.execute(
            "UPDATE entry SET detail = ?, key_id = ?, mac = ? WHERE number = ?",
            (fields[13], seal.key_id, previous, fields[0]),
        )


def test_untouched_books_hold(space: Space) -> None:
    for processes in walks.WAYS:
        check(space, note_head(space), processes=processes)


@pytest.mark.promise(3)
def test_an_amount_that_was_changed_is_found_at_its_entry(space: Space) -> None:
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET amount_cents = 100 WHERE number = 3")
        raw.execute(
            "UPDATE account SET balance_cents = (SELECT sum(amount_cents) FROM entry WHERE account_id = account.id)"
        )
    assert found(space) == ("chain-broken", "entry 3 does not match its seal: it or the one before was altered")


@pytest.mark.parametrize(
    "value",
    [
        "id = 'text'",
        "group_id = 'text'",
        "text_digest = 'text'",
        "kind = CAST(kind AS BLOB)",
        "actor = CAST(x'ff41' AS TEXT)",
        "kind = 'notice', detail = '{', key_id = 'x'",
    ],
)
def test_a_value_that_is_none_is_found_at_its_entry(space: Space, value: str) -> None:
    """SQLite keeps in a column what it is given: a text where bytes were sealed, or letters that are none, ends no
    check.
    """
    with unguarded(space.home) as raw:
        raw.execute(f"UPDATE entry SET {value} WHERE number = 8")
    code, said = found(space)
    assert code == "chain-broken"
    assert said.startswith(("entry 8 does not match its seal", "entry 8 is sealed with key x"))


def test_an_entry_that_was_deleted_is_found_at_its_number(space: Space) -> None:
    with unguarded(space.home) as raw:
        raw.execute("DELETE FROM entry WHERE number = 8")
    assert found(space) == ("chain-broken", "entry 8 is missing: 9 follows 7")


def test_two_entries_that_were_swapped_are_found_at_the_first(space: Space) -> None:
    with unguarded(space.home) as raw:
        for old, new in ((6, -6), (7, 6), (-6, 7)):
            raw.execute("UPDATE entry SET number = ? WHERE number = ?", (new, old))
    assert found(space) == ("chain-broken", "entry 6 does not match its seal: it or the one before was altered")


@pytest.mark.promise(3)
def test_the_last_ten_cut_off_are_found_by_the_head_that_was_noted(space: Space) -> None:
    anchor = note_head(space)
    with unguarded(space.home) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM closing WHERE entry_number > ?", (anchor.entry - 10,))
        raw.execute("DELETE FROM entry WHERE number > ?", (anchor.entry - 10,))
        raw.execute("DELETE FROM entry_text WHERE entry_number > ?", (anchor.entry - 10,))
        raw.execute(
            "UPDATE account SET balance_cents = (SELECT sum(amount_cents) FROM entry WHERE account_id = account.id)"
        )
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)  # the chain alone cannot know
    end = anchor.entry - 10
    assert found(space, anchor) == (
        "head-differs",
        f"entry {anchor.entry} was noted and is not there: the chain was cut, it ends at entry {end}",
    )


def test_entries_cut_off_under_a_closing_are_found_without_any_head(space: Space) -> None:
    """The row beside the ledger names an entry that is not there."""
    with unguarded(space.home) as raw:
        (last,) = raw.execute("SELECT entry_number FROM closing WHERE kind = 'day' ORDER BY id DESC LIMIT 1").fetchone()
        raw.execute("DELETE FROM entry WHERE number >= ?", (last,))
    named = f"entry {last}, the closing of the day until 2027-01-11, does not match its row"
    assert found(space) == ("closing-differs", named)


def test_a_chain_rebuilt_with_another_key_is_found_at_its_first_entry(space: Space) -> None:
    forger = Seal(bytes(32), key_id(bytes(32)), space.home.seal.home_id)
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 5")
        rebuild(raw, forger)
    said = f"entry 1 is sealed with key {forger.key_id}, not {space.home.seal.key_id}"
    assert found(space) == ("chain-broken", said)


@pytest.mark.promise(3)
def test_a_chain_rebuilt_with_its_key_exchanged_is_found_by_a_head_that_was_noted(space: Space) -> None:
    anchor = note_head(space)
    forger = Seal(bytes(32), key_id(bytes(32)), space.home.seal.home_id)
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 5")
        rebuild(raw, forger)
    check(space, seal=forger)  # by itself it is as good as any
    code, said = found(space, anchor, seal=forger)
    assert code == "head-differs"
    assert said.startswith(f"entry {anchor.entry}'s seal is not the one that was noted")


def test_a_chain_rebuilt_with_the_home_s_own_key_is_found_by_an_old_head_too(space: Space) -> None:
    anchor = note_head(space)
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 5")
        rebuild(raw, space.home.seal, first=5)
    check(space)
    assert found(space, anchor)[0] == "head-differs"


def _closing(raw: Any, period: str = "day") -> tuple[int, dict[str, chain.Json]]:
    """A closing of a period in which something was charged."""
    number, text = raw.execute(
        "SELECT number, detail FROM entry WHERE kind = 'closing' AND json_extract(detail, '$.period') = ?"
        " AND CAST(json_extract(detail, '$.charged') AS INTEGER) > 0 ORDER BY number LIMIT 1",
        (period,),
    ).fetchone()
    return number, json.loads(text)


def test_a_closing_that_was_altered_is_found_at_its_entry(space: Space) -> None:
    with unguarded(space.home) as raw:
        number, detail = _closing(raw)
        raw.execute(
            "UPDATE entry SET detail = ? WHERE number = ?", (chain.detail_text({**detail, "charged": 1}), number)
        )
    assert found(space) == ("chain-broken", f"entry {number} does not match its seal: it or the one before was altered")


@pytest.mark.promise(3)
@pytest.mark.parametrize("period", ["day", "month", "year"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("charged", 1),
        ("reversed", 1),
        ("entries", 99),
        ("products", {"day": 1}),
        ("methods", {"cash": 1}),
        ("others", {"deposit": 1}),
        ("vat", {"0": [1, 0]}),
        ("grand_total", 1),
        ("from", "2026-01-02"),
    ],
)
def test_a_closing_that_was_altered_and_sealed_again_is_found_by_what_it_says(
    space: Space, period: str, name: str, value: chain.Json
) -> None:
    """By somebody who has the key and forgets that a closing has to add up."""
    with unguarded(space.home) as raw:
        number, detail = _closing(raw, period)
        raw.execute(
            "UPDATE entry SET detail = ? WHERE number = ?",
            (chain.detail_text({**detail, name: value}), number),
        )
        rebuild(raw, space.home.seal, first=number)
    code, said = found(space)
    assert code == "closing-differs"
    if (period, name) != ("day", "charged"):  # there the day's grand total is the first to differ
        assert f"entry {number}, the closing of the {period}" in said


def test_an_amount_of_a_closed_day_changed_and_sealed_again_is_found_by_its_closing(space: Space) -> None:
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET amount_cents = 100 WHERE number = 3")
        rebuild(raw, space.home.seal, first=3)
    code, said = found(space)
    assert code == "closing-differs"
    assert "the closing of the day until 2026-11-25, says charged" in said


@pytest.mark.parametrize(
    ("act", "named"),
    [
        ("DELETE FROM closing WHERE kind = 'day' AND until_on = '2026-12-01'", "is a closing whose row is missing"),
        ("UPDATE closing SET until_on = '2020-01-01', from_on = '2020-01-01' WHERE id = 1", "match its row"),
        ("UPDATE closing SET entry_number = 1 WHERE id = 1", "entry 1, the closing of the day"),
    ],
)
def test_a_closing_s_row_that_was_changed_is_found(space: Space, act: str, named: str) -> None:
    with unguarded(space.home) as raw:
        raw.execute(act)
    code, said = found(space)
    assert code == "closing-differs"
    assert named in said


def test_an_entry_put_into_a_closed_day_and_sealed_is_found_at_its_number(space: Space) -> None:
    with unguarded(space.home) as raw:
        last = raw.execute("SELECT max(number) FROM entry").fetchone()[0]
        raw.execute(
            "INSERT INTO entry SELECT ?, randomblob(16), recorded_at, day_on, kind, account_id, NULL, group_id,"
            " member_number, actor, 0, method, NULL, detail, NULL, form, key_id, mac FROM entry WHERE number = 3",
            (last + 1,),
        )
        rebuild(raw, space.home.seal, first=last + 1)
    code, said = found(space)
    assert code == "closing-differs"
    assert said.startswith(f"entry {last + 1} is dated on 2026-11-25, which entry ")


def test_a_receipt_that_was_altered_is_found_by_its_number(space: Space) -> None:
    with unguarded(space.home) as raw:
        raw.execute("UPDATE document SET content = replace(content, '1500', '1600')")
    code, said = found(space)
    assert (code, "document receipt 1" in said) == ("document-altered", True)


@pytest.mark.parametrize("length", [8, 12, 64])
def test_a_head_as_short_as_on_a_receipt_is_enough(space: Space, length: int) -> None:
    anchor = note_head(space)
    digits = anchor.digits if length == 8 else _whole(space, anchor.entry)[:length]
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 5")
        rebuild(raw, space.home.seal, first=5)
    assert found(space, NotedHead(anchor.entry, digits))[0] == "head-differs"


def _whole(space: Space, number: int) -> str:
    ((mac,),) = space.sql(f"SELECT mac FROM entry WHERE number = {number}")
    assert isinstance(mac, bytes)
    return mac.hex()


def test_the_walk_along_the_chain_is_hmac_by_the_book(space: Space) -> None:
    """The quick way and the plain one agree."""
    import hmac

    seal = space.home.seal
    text = chain.canonical(
        1, b"\1" * 16, "t", "d", "k", None, 0, b"\2" * 16, None, "a", -5, None, None, "{}", None, 1, "k"
    )
    plain = hmac.new(seal.key, seal.home_id.encode() + chain.START + text.encode(), hashlib.sha256).digest()
    assert seal.mac(chain.START, text) == plain
    assert text.split("\n")[6:8] == ["", "0"]
