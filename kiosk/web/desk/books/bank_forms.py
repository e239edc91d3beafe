"""Shared by the pages about the bank's statement: their area, the use-case, words for lines and proposals."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint
from msgspec import Struct

from kiosk.books.bank_statements import BankStatements
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.books.statements.bank_proposals import Kind, Proposal, Why, Worth
from kiosk.errors import RequestError
from kiosk.store.books import bank_rows
from kiosk.store.money import tab_rows
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import Fields, methods
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import t, told

area = Blueprint("bank", __name__, url_prefix="/books/bank")
LONGEST_SEARCH = 100
FIELDS: Fields = {
    "amount": "amount",
    "bank-split": "amount",
    "reason": "reason",
    "text": "reason",
    "bank-entry": "entry",
    "bank-entry-taken": "entry",
    "bank-line-done": "form",
    "no-such-account": "amount",
    "own-account": "form",
    "on-a-slip": "form",
}


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the books' line of the navigation."""
    return {"here": "books", "again": again, "link": link, "methods": methods(), "sources": sources(), "Worth": Worth}


def banking() -> BankStatements:
    """The use-case, in the name of whoever is signed in."""
    desk = office()
    return BankStatements(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)


def sources() -> dict[str, str]:
    """The kinds of files that lines come in."""
    return {
        Source.OFX.value: t("relevé OFX", "OFX statement"),
        Source.CSV.value: t("relevé CSV", "CSV statement"),
        Source.CAMT.value: t("relevé CAMT.053", "CAMT.053 statement"),
        Source.HELLOASSO.value: "HelloAsso",
        Source.STRIPE.value: "Stripe",
        Source.SUMUP.value: "SumUp",
    }


def states() -> dict[str, str]:
    """The states of a line in words."""
    return {
        bank_rows.OPEN: t("à décider", "to decide"),
        bank_rows.ENTERED: t("avec écriture", "with an entry"),
        bank_rows.IGNORED: t("laissées", "left aside"),
    }


def worths() -> dict[Worth, tuple[str, str]]:
    """How much a proposal is worth: the tag's colour and its word."""
    return {
        Worth.SURE: ("good", t("sûr", "sure")),
        Worth.LIKELY: ("warn", t("probable", "likely")),
        Worth.POSSIBLE: ("", t("possible", "possible")),
    }


def _whys() -> dict[Why, str]:
    return {
        Why.REFERENCE: t("la référence du compte", "the account’s reference"),
        Why.NAME: t("le nom", "the name"),
        Why.TAB: t("la somme de l’ardoise", "the sum of the tab"),
        Why.INVOICE: t("la somme d’une facture", "the sum of an invoice"),
        Why.SUM: t("la somme", "the sum"),
        Why.WORDS: t("le libellé", "the label"),
        Why.BEFORE: t("ce que vous aviez décidé", "what you decided before"),
    }


class ProposalText(Struct, frozen=True):
    """A proposal in words."""

    proposal: Proposal
    text: str
    why: str
    tag: str
    worth: str


def proposal_text(connection: sa.Connection, proposal: Proposal) -> ProposalText:
    """What confirming a proposal does, and what speaks for it."""
    names = _whys()
    tag, worth = worths()[proposal.worth]
    return ProposalText(
        proposal, _text(connection, proposal), ", ".join(names[why] for why in proposal.why), tag, worth
    )


def _text(connection: sa.Connection, proposal: Proposal) -> str:
    if proposal.kind is Kind.PAYMENT:
        parts = [
            t("{name}, {sum}", "{name}, {sum}", name=account_name(connection, account), sum=euros(cents))
            for account, cents in proposal.amounts
        ]
        return t("Paiement : {parts}", "Payment: {parts}", parts=" ; ".join(parts))
    entries = ", ".join(str(entry) for entry in proposal.entries)
    if proposal.kind is Kind.ENTERED:
        names = ", ".join(dict.fromkeys(account_name(connection, account) for account in proposal.accounts))
        return t(
            "Déjà encaissé : {names}, écriture {entries}",
            "Taken already: {names}, entry {entries}",
            names=names,
            entries=entries,
        )
    found = proposal.remitted
    number, method = ("", "") if found is None else (found.number, methods().get(found.method, found.method))
    if proposal.kind is Kind.CREDITED:
        return t("Espèces remises, bordereau {n} : arrivées", "Cash taken there, slip {n}: arrived", n=number)
    return t("Remise {n} ({method})", "Remittance {n} ({method})", n=number, method=method)


def account_name(connection: sa.Connection, account: int) -> str:
    """The account's holder, with the member's number."""
    try:
        found = tab_rows.owner(connection, account)
    except RequestError:
        return "–"
    return f"{found.name} ({found.number:04})" if found.number is not None else found.name


def skipped(codes: Sequence[str]) -> str:
    """Why lines were left, in words, each once."""
    return " ".join(dict.fromkeys(map(told, codes)))
