"""Whether the records agree with each other: the chain, the balances, the carnets, the visits."""

import sqlalchemy as sa

from kiosk.domain import chain
from kiosk.domain.chain import Seal
from kiosk.errors import AnswerIsNo
from kiosk.store import ledger

# Each finds what should not be: a number to name, and what is wrong with it.
_DISAGREEMENTS = {
    "the balance of account {} is not the sum of its entries": (
        "SELECT a.id FROM account AS a WHERE a.balance_cents <>"
        " (SELECT coalesce(sum(e.amount_cents), 0) FROM entry AS e WHERE e.account_id = a.id) ORDER BY a.id"
    ),
    "carnet {} counts other days than its entries used": (
        "SELECT c.id FROM carnet AS c LEFT JOIN (SELECT json_extract(e.detail, '$.carnet') AS carnet, count(*) AS days"
        " FROM entry AS e WHERE e.kind = 'use' AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        " GROUP BY 1) AS u ON u.carnet = c.id WHERE c.used <> coalesce(u.days, 0) ORDER BY c.id"
    ),
    "entry {} charges a visit that does not name it": (
        "SELECT e.number FROM entry AS e JOIN visit AS v ON v.id = e.visit_id WHERE e.kind IN ('charge', 'use')"
        " AND v.charge_entry IS NOT e.number AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        " ORDER BY e.number"
    ),
    "visit {} names a charge that is another's": (
        "SELECT v.id FROM visit AS v JOIN entry AS e ON e.number = v.charge_entry WHERE e.visit_id IS NOT v.id"
        " ORDER BY v.id"
    ),
    "entry {} has an amount or a method that its kind cannot have": (
        "SELECT e.number FROM entry AS e WHERE e.kind IN ('refund', 'write-off', 'deposit') AND NOT CASE e.kind"
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
    "visit {} is undone and its charge still stands": (
        "SELECT v.id FROM visit AS v WHERE v.state = 'undone' AND v.charge_entry IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM entry AS r WHERE r.reverses = v.charge_entry) ORDER BY v.id"
    ),
}


def check_chain(connection: sa.Connection, seal: Seal) -> tuple[int, bytes]:
    """Recompute every MAC from the first entry on. Returns how many entries there are and the head.

    Raises AnswerIsNo `chain-broken` that names the first bad entry.
    """
    previous, expected = chain.START, 1
    for canonical, number, mac, key_name in ledger.sealed(connection):
        if number != expected:
            raise AnswerIsNo("chain-broken", f"entry {expected} is missing: {number} follows {expected - 1}")
        if key_name != seal.key_id:
            raise AnswerIsNo("chain-broken", f"entry {number} is sealed with key {key_name}, not {seal.key_id}")
        if seal.mac(previous, canonical) != mac:
            raise AnswerIsNo("chain-broken", f"entry {number} does not fit its seal: it or the one before was altered")
        previous, expected = mac, number + 1
    return expected - 1, previous


def check_texts(connection: sa.Connection) -> None:
    """Each free text that is still there is the one that was sealed. Raises AnswerIsNo `text-altered`."""
    rows = connection.exec_driver_sql(
        "SELECT e.number, e.text_digest, t.salt, t.body FROM entry_text AS t"
        " JOIN entry AS e ON e.number = t.entry_number"
    )
    for number, digest, salt, body in rows:
        if chain.text_digest(salt, body) != digest:
            raise AnswerIsNo("text-altered", f"the free text of entry {number} was altered")


def check_sums(connection: sa.Connection) -> None:
    """Balances, carnets and visits agree with the entries. Raises AnswerIsNo `sums-differ` that names the first."""
    for message, query in _DISAGREEMENTS.items():
        found = connection.exec_driver_sql(query).first()
        if found is not None:
            raise AnswerIsNo("sums-differ", message.format(found[0]))
