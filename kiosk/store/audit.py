"""Checks that the records agree with each other: the chain, balances, carnets, visits, the cash box, bank deposits.

In tables and queries a bank deposit is a *remittance*, with a slip of the money that it takes along. A reversal (`r` in
the queries) is an entry that takes another back, and names it in `reverses`. Each check reads only, and raises
AnswerIsNo for the first disagreement: `kiosk verify` tells it.
"""

import json
from collections.abc import Callable

import sqlalchemy as sa

from kiosk.domain import chain
from kiosk.domain.books import documents
from kiosk.domain.books.entry_sums import EntrySums, Original
from kiosk.domain.chain import Seal, Walk
from kiosk.errors import AnswerIsNo
from kiosk.store import ledger, lost_numbers
from kiosk.store.accounts import open_rows
from kiosk.store.tables import BOOK_KINDS, are_of_books

# what is read of an entry that a reversal reverses
ORIGINAL = "SELECT kind, method, detail, amount_cents FROM entry WHERE number = ?"
_IN_PAGES = {"yield_per": 1000}  # of one query only: an option of the connection would stay
_BALANCE = "the balance of account {} is not the sum of its entries"
_BALANCES = (
    # Reads all entries once: by the index of accounts, SQLite would look up each of a million entries on its own.
    "SELECT a.id FROM account AS a LEFT JOIN (SELECT +e.account_id AS account, sum(e.amount_cents) AS cents"
    " FROM entry AS e WHERE e.account_id IS NOT NULL GROUP BY 1) AS s ON s.account = a.id"
    " WHERE a.balance_cents <> coalesce(s.cents, 0) ORDER BY a.id"
)
# A message for each disagreement, and the query that finds it: the number in the message is the query's first column.
_DISAGREEMENTS = {
    "carnet {} counts other days than its entries used": (
        "SELECT c.id FROM carnet AS c LEFT JOIN (SELECT json_extract(e.detail, '$.carnet') AS carnet,"
        " sum(coalesce(json_extract(e.detail, '$.quantity'), 1)) AS days FROM entry AS e WHERE e.kind = 'use'"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        " GROUP BY 1) AS u ON u.carnet = c.id WHERE c.used <> coalesce(u.days, 0) ORDER BY c.id"
    ),
    "carnet {} expired by other days than its entries say": (
        "SELECT c.id FROM carnet AS c LEFT JOIN (SELECT json_extract(e.detail, '$.carnet') AS carnet,"
        " sum(json_extract(e.detail, '$.days')) AS days FROM entry AS e WHERE e.kind = 'expiry' GROUP BY 1) AS x"
        " ON x.carnet = c.id WHERE c.expired <> coalesce(x.days, 0) OR c.used + c.expired > c.days ORDER BY c.id"
    ),
    "voucher {} counts other days than its entries used": (
        "SELECT c.id FROM voucher AS c LEFT JOIN (SELECT json_extract(e.detail, '$.voucher') AS voucher,"
        " sum(coalesce(json_extract(e.detail, '$.quantity'), 1)) AS days FROM entry AS e WHERE e.kind = 'use'"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) GROUP BY 1) AS u ON u.voucher = c.id"
        " WHERE c.used <> coalesce(u.days, 0) ORDER BY c.id"
    ),
    "envelope {} counts other days than its vouchers used": (
        "SELECT o.id FROM envelope AS o WHERE o.used <>"
        " (SELECT coalesce(sum(v.used), 0) FROM voucher AS v WHERE v.envelope_id = o.id) ORDER BY o.id"
    ),
    "envelope {} expired by other days than its entries say": (
        "SELECT o.id FROM envelope AS o LEFT JOIN (SELECT json_extract(e.detail, '$.envelope') AS envelope,"
        " sum(json_extract(e.detail, '$.days')) AS days FROM entry AS e WHERE e.kind = 'expiry' GROUP BY 1) AS x"
        " ON x.envelope = o.id WHERE o.expired <> coalesce(x.days, 0) ORDER BY o.id"
    ),
    "banked days {} count other days than their entries used": (
        "SELECT c.id FROM banked_day AS c LEFT JOIN (SELECT json_extract(e.detail, '$.banked_day') AS banked,"
        " count(*) AS days FROM entry AS e WHERE e.kind = 'use' AND NOT EXISTS"
        " (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) GROUP BY 1) AS u ON u.banked = c.id"
        " WHERE c.used <> coalesce(u.days, 0) ORDER BY c.id"
    ),
    "entry {} charges a visit that does not name it": (
        # By the index of visits; whether they are reversed is asked of the few that differ: SQLite would ask it of all.
        "SELECT e.number FROM entry AS e CROSS JOIN visit AS v WHERE v.id = e.visit_id"
        " AND CASE WHEN v.charge_entry IS e.number THEN FALSE WHEN e.kind IN ('charge', 'use')"
        " THEN NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) ELSE FALSE END ORDER BY +e.number"
    ),
    "visit {} names a charge that is another's": (
        "SELECT v.id FROM visit AS v JOIN entry AS e ON e.number = v.charge_entry WHERE e.visit_id IS NOT v.id"
        " ORDER BY v.id"
    ),
    "entry {} has an amount or a method that its kind cannot have": (
        "SELECT e.number FROM entry AS e WHERE e.kind IN ('refund', 'write-off', 'deposit', 'gift') AND NOT CASE e.kind"
        " WHEN 'refund' THEN e.amount_cents > 0 AND e.method IS NOT NULL"
        " WHEN 'write-off' THEN e.amount_cents < 0 AND e.method IS NULL"
        " ELSE e.amount_cents > 0 AND e.method IS NULL END ORDER BY e.number"
    ),
    "entry {} is no charge, and a subscription's period names it": (
        "SELECT e.number FROM due_act AS d JOIN entry AS e ON e.number = d.entry_number"
        " WHERE d.kind = 'subscription' AND e.kind <> 'charge' ORDER BY e.number"
    ),
    "entry {} charges a subscription's period, and two periods name it": (
        "SELECT d.entry_number FROM due_act AS d WHERE d.entry_number IS NOT NULL"
        " GROUP BY d.entry_number HAVING count(*) > 1"
    ),
    "entry {} counts the box and its difference is another one": (
        f"SELECT e.number FROM entry AS e WHERE {are_of_books('count', 'e')} AND json_extract(e.detail, '$.difference')"
        " IS NOT json_extract(e.detail, '$.counted') - json_extract(e.detail, '$.expected') ORDER BY e.number"
    ),
    "entry {} takes balances over, and so does another": (
        f"SELECT max(e.number) FROM entry AS e WHERE {are_of_books('opening', 'e')} AND e.account_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) HAVING count(*) > 1"
    ),
    "entry {} takes balances over that do not balance": (
        f"SELECT e.number FROM entry AS e WHERE {are_of_books('opening', 'e')} AND e.account_id IS NULL"
        " AND (SELECT coalesce(sum(json_extract(each.value, '$[2]')), 0)"
        " FROM json_each(e.detail, '$.lines') AS each) <> 0 ORDER BY e.number"
    ),
    "entry {} is a vote on a result, and so is another": (
        f"SELECT max(e.number) FROM entry AS e WHERE {are_of_books('appropriation', 'e')}"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        " GROUP BY json_extract(e.detail, '$.until') HAVING count(*) > 1"
    ),
    "entry {} votes on another sum than its parts make": (
        f"SELECT e.number FROM entry AS e WHERE {are_of_books('appropriation', 'e')}"
        " AND abs(json_extract(e.detail, '$.cents')) <> (SELECT coalesce(sum(each.value), 0)"
        " FROM json_each(e.detail, '$.parts') AS each) ORDER BY e.number"
    ),
    "remittance {} has no entry that says the same": (
        "SELECT m.id FROM remittance AS m JOIN entry AS e ON e.number = m.entry_number WHERE e.kind <> 'remittance'"
        " OR json_extract(e.detail, '$.method') IS NOT m.method OR json_extract(e.detail, '$.number') IS NOT m.number"
        " ORDER BY m.id"
    ),
    "remittance {} does not follow the one before it": (
        "SELECT id FROM (SELECT id, method, entry_number, number - row_number() OVER (PARTITION BY method ORDER BY id)"
        " AS gap FROM remittance) AS m"
        f" WHERE gap <> {lost_numbers.count_sql(lost_numbers.slip_sql('m.method'), 'm.entry_number')} ORDER BY id"
    ),
    "entry {} remits money and is no remittance's": (
        f"SELECT e.number FROM entry AS e WHERE {are_of_books('remittance', 'e')}"
        " AND e.number NOT IN (SELECT entry_number FROM remittance) ORDER BY e.number"
    ),
    "remittance {} is not the sum of what it takes along": (
        "SELECT m.id FROM remittance AS m JOIN entry AS e ON e.number = m.entry_number WHERE m.method <> 'cash'"
        " AND CASE WHEN EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) THEN 0"
        " ELSE json_extract(e.detail, '$.cents') END <> (SELECT coalesce(-sum(p.amount_cents), 0)"
        " FROM remittance_part AS t JOIN entry AS p ON p.number = t.payment_entry WHERE t.remittance_id = m.id)"
        " ORDER BY m.id"
    ),
    "entry {} is on a slip of another kind": (
        "SELECT p.number FROM remittance_part AS t JOIN remittance AS m ON m.id = t.remittance_id"
        " CROSS JOIN entry AS p ON p.number = t.payment_entry WHERE p.kind NOT IN ('payment', 'refund')"
        " OR p.method IS NOT m.method OR m.method = 'cash' ORDER BY p.number"
    ),
    "entry {} is on a slip and was reversed without a bounce": (
        # Begins with the parts of deposits, which are few, and the bounces: SQLite would begin with a million entries.
        "SELECT t.payment_entry FROM remittance_part AS t CROSS JOIN entry AS r ON r.reverses = t.payment_entry"
        " WHERE t.payment_entry NOT IN (SELECT json_extract(b.detail, '$.payment') FROM entry AS b"
        f" WHERE {are_of_books('bounce', 'b')} AND json_extract(b.detail, '$.payment') IS NOT NULL"
        " UNION SELECT each.value FROM entry AS b, json_each(b.detail, '$.payments') AS each"
        f" WHERE {are_of_books('bounce', 'b')}) ORDER BY t.payment_entry"
    ),
    "entry {} declares cash and its record says something else": (
        "SELECT e.number FROM entry AS e LEFT JOIN declaration AS d ON d.entry_number = e.number"
        f" LEFT JOIN entry AS s ON s.number = d.settled_by WHERE {are_of_books('declaration', 'e')}"
        " AND (d.entry_number IS NULL OR d.account_id IS NOT e.account_id"
        " OR d.cents IS NOT json_extract(e.detail, '$.cents') OR NOT CASE d.state"
        " WHEN 'open' THEN d.settled_by IS NULL AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        " WHEN 'counted' THEN s.kind IS 'payment' AND s.account_id IS d.account_id AND s.amount_cents IS -d.cents"
        " AND s.method IS 'cash' AND json_extract(s.detail, '$.declared') IS e.number"
        " WHEN 'missing' THEN s.kind IS 'count' WHEN 'withdrawn' THEN s.reverses IS e.number END) ORDER BY e.number"
    ),
    "entry {} pays what was declared, and the declaration does not say so": (
        "SELECT p.number FROM entry AS p LEFT JOIN declaration AS d"
        " ON d.entry_number = json_extract(p.detail, '$.declared') WHERE p.method = 'cash' AND p.kind = 'payment'"
        " AND json_extract(p.detail, '$.declared') IS NOT NULL AND d.settled_by IS NOT p.number"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = p.number)"
        " ORDER BY +p.number"  # by the index of money, and not through all entries
    ),
    "online payment {} is entered as something else, or with another sum": (
        "SELECT o.id FROM online_payment AS o JOIN entry AS e ON e.number = o.entry_number WHERE e.kind <> 'payment'"
        " OR e.method IS NOT 'online' OR -e.amount_cents NOT IN (o.cents, coalesce(o.paid_cents, o.cents))"
        " ORDER BY o.id"
    ),
    "online payment {} was refunded and its entry stands": (
        "SELECT o.id FROM online_payment AS o WHERE o.state = 'refunded' AND o.entry_number IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = o.entry_number) ORDER BY o.id"
    ),
    "entry {} is an online payment's, and that names another": (
        "SELECT p.number FROM entry AS p LEFT JOIN online_payment AS o ON o.id = json_extract(p.detail, '$.online')"
        " WHERE p.method = 'online' AND p.kind = 'payment' AND json_extract(p.detail, '$.online') IS NOT NULL"
        " AND o.entry_number IS NOT p.number ORDER BY +p.number"  # by the index of money, as above
    ),
    "visit {} is undone and its charge still stands": (
        "SELECT v.id FROM visit AS v WHERE v.state = 'undone' AND v.charge_entry IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM entry AS r WHERE r.reverses = v.charge_entry) ORDER BY v.id"
    ),
}


def damage(connection: sa.Connection) -> str | None:
    """Return what is wrong with the database file's pages, in SQLite's words; None if they are sound.

    None on a server, too: PostgreSQL checks its own pages.
    """
    if connection.dialect.name != "sqlite":
        return None
    verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    return None if verdict == "ok" else verdict


def check_chain(
    connection: sa.Connection,
    seal: Seal,
    step: Callable[[int], object] = lambda entries: None,
    sums: EntrySums | None = None,
) -> tuple[int, bytes]:
    """Recompute the MAC of every entry from the first on; return the number of entries and the chain's head.

    `step` is called with the number of entries just read; `sums` adds up their amounts on the way, which spares other
    checks a second reading. Raises AnswerIsNo `chain-broken`, naming the first bad entry.
    """
    walk = chain.Walk(seal)
    follow(connection, walk, step, sums)
    return arrived(walk, sums)


def sums_of(connection: sa.Connection) -> EntrySums:
    """Return empty sums, to be added up while this connection reads all entries. They read the entry that a reversal
    takes back with a cursor of their own: the reading of the entries goes on meanwhile.
    """

    def original(number: int) -> Original | None:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(ORIGINAL, (number,))
            entry_values: Original | None = cursor.fetchone()
            return entry_values
        finally:
            cursor.close()

    return EntrySums(original)


def follow(
    connection: sa.Connection,
    walk: Walk,
    step: Callable[[int], object],
    sums: EntrySums | None,
    last: int | None = None,
) -> None:
    """Follow the chain from where `walk` stands to entry `last`, or with None to its end; call `step` with the number
    of entries of each portion read, and add them to `sums`. Raises AnswerIsNo `chain-broken` for the first bad entry.
    """
    for rows in ledger.sealed(connection, walk.number + 1, last):
        wrong = walk.follow(rows)
        if wrong is not None:
            raise AnswerIsNo("chain-broken", wrong)
        if sums is not None:
            sums.take(rows)
        step(len(rows))


def arrived(walk: Walk, sums: EntrySums | None) -> tuple[int, bytes]:
    """Return number and MAC of the chain's last entry, after all of it was followed; mark `sums` as complete.

    Raises AnswerIsNo `chain-broken` if the last entry is sealed with an older key.
    """
    if not walk.is_current:
        raise AnswerIsNo("chain-broken", f"entry {walk.number}, the last, is sealed with an older key")
    if sums is not None:
        sums.is_whole = True
    return walk.number, walk.mac


def check_texts(connection: sa.Connection) -> None:
    """Check that each free text that is not erased is the one that was sealed. Raises AnswerIsNo `text-altered`."""
    rows = connection.exec_driver_sql(
        "SELECT e.number, e.text_digest, t.salt, t.body FROM entry_text AS t"
        " JOIN entry AS e ON e.number = t.entry_number",
        execution_options=_IN_PAGES,
    )
    for number, digest, salt, body in rows:
        if chain.text_digest(salt, body) != digest:
            raise AnswerIsNo("text-altered", f"the free text of entry {number} was altered")


def check_documents(connection: sa.Connection) -> None:
    """Check that each receipt, invoice and credit note is as it was issued, and that none is missing.

    Entries are read in order, and each series must go on by 1; numbers that a restore declared lost may be missing.
    A document whose entry is missing shows in the count at the end. Raises AnswerIsNo `document-altered`, naming the
    first document.
    """
    rows = connection.exec_driver_sql(  # found by their index, without sorting
        "SELECT e.number, e.detail, d.series, d.number, d.content FROM entry AS e"
        " LEFT JOIN document AS d ON d.entry_number = e.number WHERE e.number IN"
        f" (SELECT b.number FROM entry AS b WHERE b.{BOOK_KINDS} AND b.kind IN ('document', 'notice'))"
        " ORDER BY e.number",
        execution_options=_IN_PAGES,
    )
    last = dict.fromkeys([series.value for series in documents.Series], 0)
    skipped = 0
    for entry, text, *document in rows:  # `document`: series, number and content, None for what is missing
        detail = json.loads(text)
        if "series" not in detail:  # a notice: of a restore it names the lost numbers of each series
            gaps = {name: gap for name, gap in detail.get("lost", {}).items() if name in last}
            skipped += sum(until - first + 1 for first, until in gaps.values())
            last |= {name: until for name, (_, until) in gaps.items()}
            continue
        series, number, name = detail["series"], detail["number"], f"document {detail['series']} {detail['number']}"
        if document[2] is None:
            raise AnswerIsNo("document-altered", f"{name} is missing: entry {entry} issued it")
        if number != last[series] + 1:
            raise AnswerIsNo("document-altered", f"{name} of entry {entry} does not follow {last[series]}")
        if document[:2] != [series, number] or documents.digest(document[2]) != detail["digest"]:
            raise AnswerIsNo("document-altered", f"{name} does not say what entry {entry} issued")
        last[series] = number
    count = connection.exec_driver_sql("SELECT count(*) FROM document").scalar()
    issued = sum(last.values()) - skipped
    if count != issued:
        raise AnswerIsNo("document-altered", f"there are {count} documents, and entries of {issued}")


def check_sums(connection: sa.Connection, sums: EntrySums | None = None) -> None:
    """Check that balances, then all of `_DISAGREEMENTS`, then the open cents of charges agree with the entries. Raises
    AnswerIsNo `sums-differ` for the first disagreement.

    `sums` of all entries, from following the chain, spare reading the entries again.
    """
    account = _first_balance(connection, sums)
    if account is not None:
        raise AnswerIsNo("sums-differ", _BALANCE.format(account))
    for message, query in _DISAGREEMENTS.items():
        row = connection.exec_driver_sql(query).first()
        if row is not None:
            raise AnswerIsNo("sums-differ", message.format(row[0]))
    differing = open_rows.wrong(connection)
    if differing is not None:
        raise AnswerIsNo("sums-differ", differing)


def _first_balance(connection: sa.Connection, sums: EntrySums | None) -> int | None:
    """Return the first account, by id, whose balance is not the sum of its entries; None if all agree. Without complete
    `sums` the database adds the entries up.
    """
    if sums is None or not sums.is_whole:
        return connection.exec_driver_sql(_BALANCES).scalar()
    accounts = connection.exec_driver_sql("SELECT id, balance_cents FROM account ORDER BY id")
    return next((account for account, cents in accounts if cents != sums.balance(account)), None)
