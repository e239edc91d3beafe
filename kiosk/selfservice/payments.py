"""Lets a member pay at the screen, by cash put in the box or by a transfer, and get a receipt.

Cash lowers the tab only when it is counted. The page proposes amounts to put in; no change is given. What a member says
is in the box is *declared*. What a flow keeps (`context.keep`, `recall`) lasts until the member is done.
"""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.books import documents, receipts
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain import inputs
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import references
from kiosk.domain.money.purchases import dearest
from kiosk.errors import RequestError
from kiosk.exports import epc
from kiosk.exports.epc import Transfer
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.money import cashbox
from kiosk.selfservice import account, day_payment, guests, purchases
from kiosk.selfservice.choice_labels import Euros, option
from kiosk.store.books import document_rows
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import cash_rows, tab_rows, voucher_rows
from kiosk.store.space import book_rules

PROPOSED_CENTS = (500, 1000, 2000, 5000)  # one note each
# choices on the page; what does not fit is elsewhere, too: guests on the tap's card, mistakes with the entries
MOST_WAYS = 6
LONGEST_SUM = 5  # digits, including the cents
_TAKEN_BACK = Text("Dépôt retiré : {sum}.", "Deposit withdrawn: {sum}.")
_TAKE_BACK = Text("Retirer {sum}", "Withdraw {sum}")
_PUT_IN = Text("{sum} dans la caisse", "{sum} in the cash box")
_OTHER_SUM = Text("Autre somme", "Another amount")


class Sum(Struct, frozen=True):
    """An amount typed so far, in digits of cents: `1250` is 12.50 EUR."""

    digits: str


class Sure(Struct, frozen=True):
    """An unusual amount, in cents, that the member was asked to confirm by a second touch."""

    cents: int


class HandedOut(Struct, frozen=True):
    """The receipts shown in this flow, each document's id with the id of its copy, so that showing it again is the same
    copy.
    """

    copies: tuple[tuple[int, bytes], ...]


class PaySheet(Struct, frozen=True):
    """The member's balance in cents (owed; negative for an advance), and cash declared but not counted yet."""

    balance_cents: int
    declared_cents: int = 0


class SumSheet(Struct, frozen=True):
    """Another amount, as typed so far. `is_asked`: it is unusual, and a second touch confirms it."""

    cents: int
    is_asked: bool = False


class DeclaredSheet(Struct, frozen=True):
    """The cash to put in the box; the balance now, and once all declared cash is counted."""

    cents: int
    before_cents: int
    after_cents: int


class TransferSheet(Struct, frozen=True):
    """A transfer as a QR code, and the same in words."""

    svg: str
    name: str
    iban: str
    reference: str
    cents: int


class ReceiptSheet(Struct, frozen=True):
    """A receipt as a QR code that holds all of it, and its lines, without a name. Only the QR code has the control
    code of the ledger, for a later check.
    """

    svg: str
    lines: tuple[str, ...]


def show(context: PageContext) -> Card:
    """Show the means of payment, what the member is likely to buy, and further choices on money, the first six of them
    in this order; empty the basket.
    """
    member = members.by_number(context.connection, context.number)
    purchases.forget(context)  # on the way back from purchases: what was not bought is not kept
    options = [
        option(Act.CASH, "", Text("Espèces dans la caisse", "Put cash in the box")),
        *purchases.likely(context, member),
    ]
    if _transfer(context, member) is not None:
        options.append(option(Act.TRANSFER, "", Text("Virement", "Bank transfer")))
    options.append(option(Act.BUY, "", Text("Carnet, adhésion", "Carnet, membership")))
    if day_payment.may_choose(context):
        options.append(option(Act.DAY, "", common.PAY_TODAY_OTHERWISE))
    if voucher_rows.has_codes(context.connection):
        options.append(option(Act.VOUCHER_CODE, "", common.VOUCHER_CODE))
    paid = tab_rows.last_payment(context.connection, member.account)
    if paid is not None:
        options.append(option(Act.RECEIPT, paid, Text("Reçu du dernier paiement", "Receipt for the last payment")))
    options += [*guests.offered(context), option(Act.REPORT, "", Text("Signaler une erreur", "Report a mistake"))]
    options = options[:MOST_WAYS]
    return account.page(context, CardKind.PAY, sheet=_owed(context, member), options=options)


# --- cash


def show_cash(context: PageContext) -> Card:
    """Ask how much: what is owed beyond declared cash, a note, or another amount, up to what the account may still
    declare. Two declarations of today at most can be withdrawn here.
    """
    member = members.by_number(context.connection, context.number)
    most = cashbox.most_to_declare(context.connection, member.account)
    sums = dict.fromkeys((_still_owed(context, member), *PROPOSED_CENTS))
    options = [option(Act.DECLARE, cents, Euros(cents)) for cents in sums if 0 < cents <= most]
    if most > 0:
        options.append(option(Act.CASH_SUM, "", _OTHER_SUM))
    options += [
        option(Act.WITHDRAW, declared.entry, _TAKE_BACK.of(sum=Euros(declared.cents)))
        for declared in cash_rows.declared_on(context.connection, member.account, context.moment.day)[:2]
    ]
    context.name_the_act()  # gives the declaration an id: two touches declare once
    return account.page(context, CardKind.CASH, Act.PAY, sheet=_owed(context, member), options=options)


def show_sum(context: PageContext) -> Card:
    """Take another amount, digit by digit: each touch adds a digit (`00`: two) or deletes the last one; without a
    touched key the amount begins anew. Five digits at most, without leading zeros; a new digit takes back the question
    about an unusual amount.
    """
    typed = "" if context.value == "" else _typed(context)
    if context.value == "delete":
        typed = typed[:-1]
    elif context.value in (*"0123456789", "00"):
        typed = (typed + context.value).lstrip("0")[:LONGEST_SUM]
    context.keep(Sum(typed))
    context.drop(Sure)
    return _sum_card(context)


def _sum_card(context: PageContext, *, is_asked: bool = False) -> Card:
    """Show the amount typed so far, with its keys; an empty one cannot be declared."""
    typed = _typed(context)
    context.name_the_act()  # gives the declaration an id: two touches declare once
    keys = [option(Act.CASH_SUM, key, key) for key in (*"123456789", "00", "0")]
    keys.append(option(Act.CASH_SUM, "delete", Text("Effacer", "Delete")))
    sheet = SumSheet(int(typed or "0"), is_asked)
    acts = (Act.DECLARE, Act.CASH) if typed else (Act.CASH,)
    return Card(CardKind.CASH_SUM, context.name, acts=(*acts, Act.DONE), sheet=sheet, options=tuple(keys))


def declare(context: PageContext) -> Card:
    """Declare the touched or typed amount as put in the box. An unusual amount must be confirmed first; a refusal, as
    beyond what the account may declare, has a card.
    """
    member = members.by_number(context.connection, context.number)
    cents = _number(context.value or _typed(context))
    key = context.named_act
    if key is None:  # no page has offered a declaration in this flow
        return show_cash(context)
    if context.recall(Sure) != Sure(cents) and not _is_usual(context, member, cents):
        context.keep(Sure(cents))
        context.keep(Sum(str(cents)))
        return _sum_card(context, is_asked=True)
    try:
        declaration = cashbox.declare(
            context.connection, context.seal, context.moment, context.actor, member.account, cents, key
        )
    except RequestError:
        return account.page(context, CardKind.CASH_REFUSED, Act.CASH)
    waiting = cash_rows.declared_by(context.connection, member.account)
    declared = cash_rows.declaration_of(context.connection, declaration.entry)
    cents = cents if declared is None else declared.cents  # declared once, even if another amount was touched later
    sheet = DeclaredSheet(cents, member.balance_cents, member.balance_cents - waiting)
    return account.page(context, CardKind.CASH_DECLARED, Act.CASH, sheet=sheet)


def _is_usual(context: PageContext, member: Member, cents: int) -> bool:
    """Tell whether an amount is no more than the debt plus the dearest product, or will be refused anyway, so that no
    question is worth asking.
    """
    is_refused = cents > cashbox.most_to_declare(context.connection, member.account)
    return is_refused or cents <= max(0, _still_owed(context, member)) + dearest(context.policy)


def name_sum(context: PageContext) -> Card:
    """Name the amount, before the badge declares it."""
    cents = _number(context.value or _typed(context))
    return Card(CardKind.BADGE_AGAIN, context.name, asked=Act.DECLARE, confirms=_PUT_IN.of(sum=Euros(cents)))


def withdraw(context: PageContext) -> Card:
    """Withdraw cash declared today that was not put in after all; say so where that is refused."""
    member = members.by_number(context.connection, context.number)
    entry = _number(context.value)
    declared = cash_rows.declaration_of(context.connection, entry)
    try:
        cashbox.withdraw(context.connection, context.seal, context.moment, context.actor, entry, member.account)
    except RequestError:
        return account.page(context, CardKind.CASH_REFUSED, Act.CASH)
    withdrawn_text = None if declared is None else _TAKEN_BACK.of(sum=Euros(declared.cents))
    return replace(account.page(context, CardKind.CASH_WITHDRAWN, Act.CASH), confirms=withdrawn_text)


# --- a transfer


def show_transfer(context: PageContext) -> Card:
    """Show a transfer of what is owed; where there is none to make, the page of payments."""
    member = members.by_number(context.connection, context.number)
    transfer = _transfer(context, member)
    if transfer is None:
        return show(context)
    svg = epc.svg(transfer, "QR")
    reference = references.spaced(references.of_account(member.account))
    sheet = TransferSheet(svg, transfer.name, transfer.spaced_iban, reference, transfer.cents)
    return account.page(context, CardKind.TRANSFER, Act.TRANSFER, Act.PAY, sheet=sheet)


def _transfer(context: PageContext, member: Member) -> Transfer | None:
    """Return the transfer of what is owed; None where nothing is, or the association has no bank account."""
    cents = _still_owed(context, member)
    if cents <= 0:
        return None
    reference = references.of_account(member.account)
    text = f"MODE ECOLE {reference}" if document_rows.is_training(context.connection) else reference
    return _to_the_association(context.connection, context.moment.day, cents, text)


def takes_transfers(connection: sa.Connection, day: date) -> bool:
    """Tell whether the association has a bank account to pay into: its name and IBAN are in the rules."""
    return _to_the_association(connection, day, epc.LEAST_CENTS, "") is not None


def _to_the_association(connection: sa.Connection, day: date, cents: int, text: str) -> Transfer | None:
    """Return a transfer to the association with this text, None while its name or IBAN is missing."""
    identity = book_rules.read(connection, day).association
    try:
        return epc.transfer(identity.get("name", ""), identity.get("iban", ""), cents, text, identity.get("bic", ""))
    except RequestError:
        return None


# --- a receipt


def show_receipt(context: PageContext) -> Card:
    """Show the receipt of the member's payment, or the note of their charge. Shown again in this flow, it is the same
    copy; an entry without a document shows the page of payments.
    """
    member = members.by_number(context.connection, context.number)
    act = receipts.Act(context.connection, context.seal, context.moment, context.actor)
    issued = _issued(act, _number(context.value), member)
    if issued is None:
        return show(context)
    handed_out = context.recall(HandedOut) or HandedOut(())
    key = dict(handed_out.copies).get(issued.id) or context.fresh_id()
    context.keep(HandedOut((*handed_out.copies, (issued.id, key))))
    shown = receipts.for_screen(receipts.hand_out(act, issued.id, "screen", key).shown)
    sheet = ReceiptSheet(shown.svg, shown.lines[:-1])  # without the control code
    return account.page(context, CardKind.RECEIPT, Act.PAY, sheet=sheet)


def _issued(act: receipts.Act, entry: int, member: Member) -> documents.Issued | None:
    """Return the document of an entry: the receipt of a payment, the note of a charge. None where the entry is not of
    this member's account, was reversed, or has no document.
    """
    try:
        rows = {row.number: row for row in tab_rows.act(act.connection, entry)}
        row = rows[entry]
        if row.account_id != member.account:
            return None
        if row.kind != "payment":
            return receipts.note_of(act, entry)
        own_receipts = [
            receipt for receipt in receipts.receipts(act, entry) if receipt.document.account == member.account
        ]
        return own_receipts[0] if own_receipts else None
    except RequestError:
        return None


# --- what these pages share


def _owed(context: PageContext, member: Member) -> PaySheet:
    """Return what a page of payment says of the account: its balance, and cash declared but not counted."""
    return PaySheet(member.balance_cents, cash_rows.declared_by(context.connection, member.account))


def _still_owed(context: PageContext, member: Member) -> int:
    """Return what is owed once all declared cash is counted, in cents."""
    return member.balance_cents - cash_rows.declared_by(context.connection, member.account)


def _typed(context: PageContext) -> str:
    """Return the digits of the amount typed so far."""
    typed = context.recall(Sum)
    return "" if typed is None else typed.digits


def _number(text: str) -> int:
    """Return a number in a touched value; 0 for anything else."""
    return inputs.number(text) or 0


# `writes`: in a writing transaction; `names`: the card that says what the badge is about to confirm, shown first.
PAGES = {
    Act.PAY: Page(show),
    Act.CASH: Page(show_cash),
    Act.CASH_SUM: Page(show_sum),
    Act.DECLARE: Page(declare, writes=True, names=name_sum),
    Act.WITHDRAW: Page(withdraw, writes=True),
    Act.TRANSFER: Page(show_transfer),
    Act.RECEIPT: Page(show_receipt, writes=True),
}
