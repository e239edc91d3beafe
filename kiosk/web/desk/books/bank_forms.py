"""Shares what the pages about the bank's statement need: their blueprint, the use-case, words for
lines and proposals.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint
from msgspec import Struct

from kiosk.books.bank_statements import BankStatements
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.books.statements.bank_proposals import Kind, Proposal, Why, Worth
from kiosk.language import common
from kiosk.store.books import bank_facts, bank_rows
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import t, told

area = Blueprint("bank", __name__, url_prefix="/books/bank")
LONGEST_SEARCH = 100  # characters


@area.context_processor
def _here() -> dict[str, Any]:
    """Return what all templates of these pages use, and mark the pages as part of the books."""
    return {"here": "books", "again": again, "link": link, "methods": methods(), "sources": sources(), "Worth": Worth}


def banking() -> BankStatements:
    """Return the bank statements' use-case, in the name of the signed-in officer."""
    desk = office()
    return BankStatements.of(desk)


def sources() -> dict[str, str]:
    """Return the kinds of files that lines come from, in words, by code."""
    return {
        Source.OFX.value: t("relevé OFX", "OFX statement"),
        Source.CSV.value: t("relevé CSV", "CSV statement"),
        Source.CAMT.value: t("relevé CAMT.053", "CAMT.053 statement"),
        Source.CFONB.value: t("relevé CFONB 120", "CFONB 120 statement"),
        Source.HELLOASSO.value: "HelloAsso",
        Source.STRIPE.value: "Stripe",
        Source.SUMUP.value: "SumUp",
    }


def states() -> dict[str, str]:
    """Return the states of a line, in words, by code."""
    return {
        bank_rows.OPEN: t("à décider", "to decide"),
        bank_rows.ENTERED: t("avec écriture", "with an entry"),
        bank_rows.IGNORED: t("lignes mises de côté", "lines set aside"),
    }


def worths() -> dict[Worth, tuple[str, str]]:
    """Return for each worth of a proposal its tag's colour ("" for none) and its word."""
    return {
        Worth.SURE: ("good", t("sûr", "certain")),
        Worth.LIKELY: ("warn", t("probable", "likely")),
        Worth.POSSIBLE: ("", t("possible", "possible")),
    }


def _reasons() -> dict[Why, str]:
    """Return the reasons for a proposal, in words."""
    return {
        Why.REFERENCE: t("la référence du compte", "the account’s reference"),
        Why.NAME: t("le nom", "the name"),
        Why.TAB: t("la somme de l’ardoise", "the tab’s amount"),
        Why.INVOICE: t("la somme d’une facture", "an invoice’s amount"),
        Why.SUM: t("la somme", "the amount"),
        Why.WORDS: t("le libellé", "the description"),
        Why.BEFORE: t("ce que vous aviez décidé", "what you decided before"),
    }


class ProposalText(Struct, frozen=True):
    """A proposal in words: what it does, why it is proposed, and how much it is worth."""

    proposal: Proposal
    text: str  # what confirming it does
    why: str
    tag: str  # the colour of its worth
    worth: str


def is_used() -> bool:
    """Tell whether any bank line was ever imported."""
    with office().reading() as connection:
        return bank_rows.count(connection) > 0


def proposal_text(connection: sa.Connection, proposal: Proposal) -> ProposalText:
    """Return a proposal in words: what confirming it does, the reasons for it, and how certain it is."""
    return proposal_texts(connection, [proposal])[0]


def proposal_texts(connection: sa.Connection, proposals: Sequence[Proposal]) -> list[ProposalText]:
    """Return several proposals in words, reading the names of all their accounts at once."""
    accounts = {account for proposal in proposals for account in (*dict(proposal.amounts), *proposal.accounts)}
    holders = bank_facts.holders(connection, accounts)
    return [_worded(holders, proposal) for proposal in proposals]


def _worded(holders: Mapping[int, str], proposal: Proposal) -> ProposalText:
    """Return a proposal in words. `holders` are the names of the accounts' owners, by account."""
    names = _reasons()
    tag, worth = worths()[proposal.worth]
    return ProposalText(proposal, _text(holders, proposal), ", ".join(names[why] for why in proposal.why), tag, worth)


def _text(holders: Mapping[int, str], proposal: Proposal) -> str:
    """Return what confirming a proposal does, in words.

    It writes payments (PAYMENT), leaves the line aside (ASIDE), makes a slip or a payout (MADE), enters that a cheque
    came back (BOUNCED) or that carried cash arrived (CREDITED); or it links the line with a bounce (RETURNED), a
    payment (ENTERED) or a bank deposit, the last case, that is entered already.
    """
    if proposal.kind is Kind.PAYMENT:
        parts = [
            t("{name}, {sum}", "{name}, {sum}", name=holders.get(account, "–"), sum=euros(cents))
            for account, cents in proposal.amounts
        ]
        return t("Paiement : {parts}", "Payment: {parts}", parts=t(common.SEMICOLON).join(parts))
    if proposal.kind is Kind.ASIDE:
        return t("Laisser cette ligne de côté : {why}", "Set this line aside: {why}", why=proposal.reason)
    if proposal.kind is Kind.MADE:
        return _new_deposit(proposal)
    entries = ", ".join(str(entry) for entry in proposal.entries)
    if proposal.kind is Kind.RETURNED:
        return t("Chèque impayé, écriture {entries}", "Bounced cheque, entry {entries}", entries=entries)
    if proposal.kind is Kind.BOUNCED:
        names = ", ".join(dict.fromkeys(holders.get(account, "–") for account in proposal.accounts))
        return t(
            "Chèque impayé de {names} : sa somme sera de nouveau due ; frais de la banque : {fee}",
            "Bounced cheque from {names}: its amount will be owed again; bank fee: {fee}",
            names=names,
            fee=euros(proposal.fee_cents),
        )
    if proposal.kind is Kind.ENTERED:
        names = ", ".join(dict.fromkeys(holders.get(account, "–") for account in proposal.accounts))
        return t(
            "Déjà encaissé : {names}, écriture {entries}",
            "Payment already recorded: {names}, entry {entries}",
            names=names,
            entries=entries,
        )
    deposit = proposal.remitted
    number, method = ("", "") if deposit is None else (deposit.number, methods().get(deposit.method, deposit.method))
    if proposal.kind is Kind.CREDITED:
        return t("Espèces du bordereau {n} : arrivées en banque", "Cash on slip {n}: credited by the bank", n=number)
    return t("Remise {n} ({method})", "Bank deposit {n} ({method})", n=number, method=method)


def _new_deposit(proposal: Proposal) -> str:
    """Return the words for a deposit slip or payout that confirming the proposal will write."""
    if proposal.method == "cheque":
        return t(
            "Nouveau bordereau, chèques qui attendent : {n}",
            "New slip, cheques waiting: {n}",
            n=len(proposal.entries),
        )
    return t(
        "Nouveau versement ({method}), paiements qui attendent : {n}, frais : {fee}",
        "New payout ({method}), payments waiting: {n}, fee: {fee}",
        method=methods().get(proposal.method, proposal.method),
        n=len(proposal.entries),
        fee=euros(proposal.fee_cents),
    )


def skipped(codes: Sequence[str]) -> str:
    """Return why lines were skipped, in words by the reasons' codes, each reason once."""
    return " ".join(dict.fromkeys(map(told, codes)))
