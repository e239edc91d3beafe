"""Writes gifts (account 754), and a gift's tax receipt where the association may give one (CGI art. 200 and 238 bis).

A gift is paid as it is written: it is never owed. Its receipt is numbered with the other receipts; the donor's name and
address stand in the free text of its entry and nowhere else, so that they can be erased.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.books import documents
from kiosk.books.documents import Issued, Kind, Series
from kiosk.errors import RequestError
from kiosk.money import till, usual
from kiosk.money.till import METHODS, Line, TillAct, free_text
from kiosk.store import ledger
from kiosk.store.books import document_rows, gift_rows
from kiosk.store.members import organisations
from kiosk.store.money import tab_rows
from kiosk.store.space import book_rules

ARTICLE_PERSON, ARTICLE_COMPANY = "200", "238 bis"  # of the CGI: a person's gift, a company's
_LONGEST = 300  # characters of a donor's name and address


class Donor(Struct, frozen=True):
    """The donor as the receipt names them. With an empty name, an organisation's own name and address are taken; a
    person's receipt is refused.
    """

    name: str = ""
    address: str = ""

    @property
    def text(self) -> str:
        """Return the donor as stored: a line with the name, then the lines of the address, without empty lines and
        repeated blanks. Raises RequestError `donor` without a name or an address, or where it is longer than `_LONGEST`
        or has signs that cannot be printed.
        """
        lines = [" ".join(line.split()) for line in (self.name, *self.address.splitlines()) if line.strip()]
        text = "\n".join(lines)
        if not self.name.strip() or len(lines) < 2 or len(text) > _LONGEST or not "".join(lines).isprintable():
            raise RequestError("donor", field="donor", longest=_LONGEST)
        return text


class Gifts(SealingUseCase):
    """What the desk does with gifts. `actor` is recorded in each entry."""

    def give(
        self,
        account: int,
        cents: int,
        method: str,
        text: str | None = None,
        *,
        asks: bool = False,
        key: bytes | None = None,
    ) -> TillAct:
        """Write a gift of some cents and its payment, on the giver's account, whose balance stays. `text` is a cheque's
        bank, number and drawer. With `asks` an unusually high sum is refused as `sum-unusual`: the officer confirms it
        by a second call without `asks`. A known `key`, the form's id, returns the gift written with it.

        Raises RequestError `gifts-off`, `amount`, `method`, `text`, `cash-limit`, `sum-unusual` or `no-such-account`.
        """
        if method not in METHODS:
            raise RequestError("method", field="method", choices=", ".join(METHODS), given=method)
        cheque_text, now = free_text(text), self._clock.now()
        lines = [Line("gift", account, cents), Line("payment", account, -cents, method=method)]
        with self._store.writing() as connection:
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return TillAct(before, again=True)
            policy, moment = self._rules.at(connection, now)
            _check_on(connection, moment.day, receipts=False)
            if asks:
                usual.check(policy, tab_rows.owner(connection, account).balance_cents, cents)
            entry = till.write(connection, self._seal, moment, self._actor, lines, cheque_text, key)
            self._log(connection, now, "gift", tab_rows.owner(connection, account).number, f"entry {entry}")
            return TillAct(entry)

    def receipt(self, entry: int, donor: Donor, *, key: bytes | None = None) -> Issued:
        """Issue the tax receipt of a gift, by the gift's entry, once; a second call returns the same one, also with the
        rules off. Raises RequestError `gifts-off`, `no-such-gift`, `gift-issuer` or `donor`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            gift = gift_rows.find(connection, entry)
            if gift is None:
                raise RequestError("no-such-gift", entry=entry)
            if gift.receipt is not None:
                return Issued(document_rows.by_id(connection, gift.receipt), again=True)
            _check_on(connection, moment.day, receipts=True)
            _check_issuer(book_rules.association(connection, moment.day))
            if gift.organisation is not None and not donor.name:
                facts = organisations.by_id(connection, gift.organisation).facts
                donor = Donor(facts.name, facts.address or "")
            issued = documents.issue(
                connection,
                self._seal,
                moment,
                self._actor,
                series=Series.RECEIPT,
                kind=Kind.TAX_RECEIPT,
                account=gift.account,
                language="fr",  # the tax office's
                content={
                    "entry": gift.entry,
                    "payment": gift.payment,
                    "day": gift.day_on.isoformat(),
                    "method": gift.method,
                    "article": ARTICLE_PERSON if gift.organisation is None else ARTICLE_COMPANY,
                    "lines": [],
                    "vat": [],
                    "total_cents": gift.cents,
                },
                lines=[gift.entry],
                id_=key,
                text=donor.text,
            )
            self._log(connection, moment.at, "receipt", gift.member_number, f"document {issued.id}")
            return issued


def _check_on(connection: sa.Connection, day: date, *, receipts: bool) -> None:
    """Require that the rule `gifts` is on, for `receipts` also `gift_receipts`. Raises RequestError `gifts-off` with
    the rule that is off.
    """
    rules = book_rules.read(connection, day)
    if not rules.gifts or (receipts and not rules.gift_receipts):
        rule = "gift_receipts" if rules.gifts else "gifts"
        raise RequestError("gifts-off", "the association's rule {rule} is off: turn it on first", rule=rule)


def _check_issuer(association: Mapping[str, str]) -> None:
    """Require what the law asks a tax receipt to say of the association: name, address, purpose, and a SIREN or RNA.
    Raises RequestError `gift-issuer` with all that is missing.
    """
    missing = [name for name in ("name", "address", "purpose") if not association.get(name)]
    if not (association.get("siren") or association.get("rna")):
        missing.append("siren-or-rna")
    if missing:
        message = "a tax receipt says the association's {fields}: write it in its rules"
        raise RequestError("gift-issuer", message, fields=", ".join(missing))
