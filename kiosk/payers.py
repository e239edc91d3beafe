"""Organisations that pay for members, and who pays what for whom."""

from dataclasses import replace
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.fr import siren

from kiosk.devices.protocols import Clock
from kiosk.domain.tariffs import ProductKind
from kiosk.enrolment import clean_name
from kiosk.errors import RequestError
from kiosk.store import members, organisations
from kiosk.store import payers as store_payers
from kiosk.store.engine import Store
from kiosk.store.organisations import Facts, Organisation
from kiosk.store.rules import Rules

KINDS = ("company", "cooperative", "funder")
LONGEST_ADDRESS, LONGEST_REFERENCE = 500, 60


class Payers:
    """What the treasurer does about who pays."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def add(self, facts: Facts) -> Organisation:
        """A new organisation, with an account.

        Raises RequestError `name`, `organisation-kind`, `siren`, `siren-known`, `address` or `order-reference`.
        """
        cleaned = clean(facts)
        with self._store.writing() as connection:
            if cleaned.siren is not None and organisations.with_siren(connection, cleaned.siren) is not None:
                raise RequestError("siren-known", f"an organisation has the SIREN {cleaned.siren} already")
            return organisations.add(connection, cleaned)

    def change(self, number: int, facts: Facts, read: Facts | None = None) -> None:
        """Write an organisation anew; `read` is what was read before. Raises as `add`, and `no-such-organisation`.

        Raises RequestError `organisation-changed` where somebody else changed it meanwhile.
        """
        cleaned = clean(facts)
        with self._store.writing() as connection:
            found = organisations.by_id(connection, number)
            if read is not None and found.facts not in (read, cleaned):
                raise RequestError("organisation-changed", f"somebody changed organisation {number} meanwhile")
            owner = organisations.with_siren(connection, cleaned.siren) if cleaned.siren else None
            if owner not in (None, number):
                raise RequestError("siren-known", f"an organisation has the SIREN {cleaned.siren} already")
            organisations.change(connection, found, cleaned)

    def appoint(self, number: int, kinds: list[str], organisation: int | None, from_on: date) -> None:
        """From a day on, an organisation (None: the member) pays these kinds of product for a member.

        Raises RequestError `no-such-member`, `no-such-organisation`, `product-kind` or `payer-past`.
        """
        if not kinds or not set(kinds) <= set(ProductKind):
            raise RequestError("product-kind", f"somebody pays one or more of: {', '.join(ProductKind)}")
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            if from_on < moment.day:
                raise RequestError("payer-past", "who pays is changed from today on, or later: what is written stays")
            found = members.by_number(connection, number)
            paying = found.account if organisation is None else organisations.by_id(connection, organisation).account
            for kind in kinds:
                store_payers.appoint(connection, found, kind, paying, from_on)


def clean(facts: Facts) -> Facts:
    """What is typed of an organisation, checked. Raises RequestError as `Payers.add`."""
    if facts.kind not in KINDS:
        raise RequestError("organisation-kind", f"an organisation is one of: {', '.join(KINDS)}")
    address = "\n".join(" ".join(line.split()) for line in (facts.address or "").strip().splitlines())
    if len(address) > LONGEST_ADDRESS:
        raise RequestError("address", f"an address has at most {LONGEST_ADDRESS} characters")
    reference = " ".join((facts.order_reference or "").split())
    if len(reference) > LONGEST_REFERENCE:
        raise RequestError("order-reference", f"an order reference has at most {LONGEST_REFERENCE} characters")
    return replace(
        facts,
        name=clean_name(facts.name),
        siren=_siren(facts.siren),
        address=address or None,
        order_reference=reference or None,
    )


def _siren(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        return str(siren.validate(text))
    except ValidationError:
        raise RequestError("siren", "a SIREN has 9 digits, the last of which checks the others") from None
