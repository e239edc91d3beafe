"""Keeps the organisations that pay for members, and appoints each member's payers by kind of product."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.devices.protocols import Clock
from kiosk.domain.members import contacts
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.problems import FieldReader
from kiosk.errors import RequestError
from kiosk.language import catalogues
from kiosk.members.enrolment import clean_name
from kiosk.store.engine import Store
from kiosk.store.members import members, organisations, payer_rows
from kiosk.store.members.organisations import Facts, Organisation
from kiosk.store.space.policies import Rules

KINDS = ("company", "cooperative", "association", "person", "funder")  # of organisations
LONGEST_ADDRESS, LONGEST_REFERENCE = 500, 60  # characters
_PAID_FOR = tuple(kind for kind in ProductKind if kind is not ProductKind.ENVELOPE)  # only organisations buy envelopes
_SIREN_DIGITS = 9


class Payers:
    """Adds, changes and appoints payers for the treasurer."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def add(self, facts: Facts) -> Organisation:
        """Add an organisation with an account, and return it.

        Raises RequestError `siren-known` and what `clean` raises.
        """
        cleaned = clean(facts)
        with self._store.writing() as connection:
            _check_new(connection, cleaned, None)
            return organisations.add(connection, cleaned)

    def change(self, number: int, facts: Facts, read: Facts | None = None) -> None:
        """Replace an organisation's facts; `read` is what the officer read before typing. Raises as `add`, and
        `no-such-organisation`.

        Raises RequestError `organisation-changed` where another officer has changed it meanwhile.
        """
        cleaned = clean(facts)
        with self._store.writing() as connection:
            organisation = organisations.by_id(connection, number)
            # What is stored may already be what was typed: then nothing of another officer's is lost.
            if read is not None and organisation.facts not in (read, cleaned):
                raise RequestError("organisation-changed", number=number)
            _check_new(connection, cleaned, number)
            _, moment = self._rules.at(connection, self._clock.now())
            organisations.change(connection, organisation, cleaned, moment.day)

    def appoint(self, number: int, kinds: list[str], organisation: int | None, from_on: date) -> None:
        """Appoint an organisation (None: the member) to pay kinds of product for a member, from a day on.

        Raises RequestError `no-such-member`, `no-such-organisation`, `product-kind` or `payer-past`.
        """
        if not kinds or not set(kinds) <= set(_PAID_FOR):
            raise RequestError("product-kind", field="kinds", choices=", ".join(_PAID_FOR))
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            if from_on < moment.day:
                raise RequestError("payer-past", field="from")
            member = members.by_number(connection, number)
            paying = member.account if organisation is None else organisations.by_id(connection, organisation).account
            for kind in kinds:
                payer_rows.appoint(connection, member, kind, paying, from_on)


def _check_new(connection: sa.Connection, facts: Facts, number: int | None) -> None:
    """Refuse an organisation that exists already. Services of one public body share its SIREN, and are told apart by
    SIRET and service code. Raises RequestError `siren-known`.
    """
    if facts.siren is not None and organisations.same(connection, facts) not in (None, number):
        raise RequestError("siren-known", field="siren", siren=facts.siren)


def clean(facts: Facts) -> Facts:
    """Return the typed facts of an organisation, checked and cleaned.

    Raises RequestError `name`, `organisation-kind`, `siren`, `siret`, `siret-siren`, `siret-public`, `vat-number`,
    `address`, `order-reference`, `service-code` or `language`, Problem `email`.
    """
    if facts.kind not in KINDS:
        raise RequestError("organisation-kind", field="kind", choices=", ".join(KINDS))
    address = "\n".join(" ".join(line.split()) for line in (facts.address or "").strip().splitlines())
    if len(address) > LONGEST_ADDRESS:
        raise RequestError("address", field="address", longest=LONGEST_ADDRESS)
    if facts.language and facts.language not in catalogues.offered():
        raise RequestError("language", field="language", choices=", ".join(catalogues.offered()))
    with FieldReader() as read:  # raises all mistakes together
        name, email = read(clean_name, facts.name), read(contacts.email, facts.email)
        # None after a mistake, which is raised when the block ends.
        company, place = read(_siren_and_siret, facts) or (None, None)
        vat_number = read(_vat_number, facts.vat_number, company)
        order_reference = read(reference, facts.order_reference)
        service_code = read(reference, facts.service_code, "service-code")
    return replace(
        facts,
        name=name,
        siren=company,
        siret=place,
        vat_number=vat_number,
        address=address or None,
        order_reference=order_reference,
        service_code=service_code,
        email=email,
        language=facts.language or None,
    )


def reference(text: str | None, code: str = "order-reference") -> str | None:
    """Return a reference that an organisation wants on its invoices, on one line; None for an empty one. Raises
    RequestError with the given `code`.
    """
    folded = " ".join((text or "").split())
    if len(folded) > LONGEST_REFERENCE or not (folded or "-").isprintable():
        raise RequestError(code, field=code.replace("-", "_"), longest=LONGEST_REFERENCE)
    return folded or None


def _siren_and_siret(facts: Facts) -> tuple[str | None, str | None]:
    """Return SIREN and SIRET, checked. A SIRET begins with its company's SIREN, which it supplies where none was typed.
    A public body needs a SIRET.
    """
    from stdnum.fr import siren, siret

    company = _valid_number(facts.siren, siren.validate, "siren", "a SIREN has 9 digits, the last checks the others")
    place = _valid_number(facts.siret, siret.validate, "siret", "a SIRET has 14 digits, the last checks the others")
    if place is not None and company is None:
        company = place[:_SIREN_DIGITS]
    if place is not None and place[:_SIREN_DIGITS] != company:
        raise RequestError("siret-siren", field="siret", siren=company)
    if facts.is_public and place is None:
        raise RequestError("siret-public", field="siret")
    return company, place


def _vat_number(text: str | None, company: str | None) -> str | None:
    """Return a VAT number, checked; a French one has to end with the company's SIREN."""
    from stdnum.eu import vat  # one module a country, only when one is typed

    wrong = "a VAT number begins with its country and has a check digit: FR44732829320"
    number = _valid_number(text, vat.validate, "vat-number", wrong)
    if number is not None and number.startswith("FR") and company is not None and not number.endswith(company):
        raise RequestError("vat-number", field="vat_number", siren=company)
    return number


def _valid_number(text: str | None, validate: Callable[[str], str], code: str, wrong: str) -> str | None:
    """Return a number as its rule writes it; None for an empty field. Raises RequestError with the given `code`."""
    from stdnum.exceptions import ValidationError

    if text is None or not text.strip():
        return None
    try:
        return str(validate(text))
    except ValidationError:
        raise RequestError(code, wrong, field=code.replace("-", "_")) from None
