"""Lets a member pay at the screen: by cash put in the box, or by a transfer; and take a receipt along.

Cash lowers the tab when it is counted, and not before. The page proposes what to put in; it never computes change.
"""

from dataclasses import dataclass

from kiosk.books import documents, receipts
from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, Visitor
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import references
from kiosk.errors import RequestError
from kiosk.exports import epc
from kiosk.exports.epc import Transfer
from kiosk.money import cashbox
from kiosk.selfservice import day_payment
from kiosk.selfservice.choice_labels import Said, euros, option
from kiosk.store.books import document_rows
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import cash_rows, tab_rows
from kiosk.store.space import book_rules

PROPOSED_CENTS = (500, 1000, 2000, 5000)  # one note
LONGEST_SUM = 5  # digits, with the cents
_OTHER_SUM = Said("Autre somme", "Another sum")


@dataclass(frozen=True, slots=True)
class PaySheet:
    """What is owed (less than 0: paid in advance), and what was put in the box and is not counted yet."""

    balance_cents: int
    declared_cents: int = 0


@dataclass(frozen=True, slots=True)
class SumSheet:
    """Another sum, as far as it is typed."""

    cents: int


@dataclass(frozen=True, slots=True)
class DeclaredSheet:
    """What is to be put in the box; the balance as it is, and once all that was declared is counted."""

    cents: int
    before_cents: int
    after_cents: int


@dataclass(frozen=True, slots=True)
class TransferSheet:
    """A transfer as a QR code, and the same in words."""

    svg: str
    name: str
    iban: str
    reference: str
    cents: int


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """A receipt as a QR code that holds all of it, and its lines. No name is on it."""

    svg: str
    lines: tuple[str, ...]


def show(visitor: Visitor) -> Card:
    """Show the ways to pay."""
    found = members.by_number(visitor.connection, visitor.number)
    options = [option(Act.CASH, "", Said("Espèces dans la caisse", "Cash in the box"))]
    if _transfer(visitor, found) is not None:
        options.append(option(Act.TRANSFER, "", Said("Virement", "Transfer")))
    options.append(option(Act.BUY, "", Said("Carnet, adhésion", "Carnet, membership")))
    if day_payment.may_choose(visitor):
        options.append(option(Act.DAY, "", Said("Payer aujourd’hui autrement", "Pay today otherwise")))
    paid = tab_rows.last_payment(visitor.connection, found.account)
    if paid is not None:
        options.append(option(Act.RECEIPT, paid, Said("Reçu du dernier paiement", "Receipt of the last payment")))
    options.append(option(Act.REPORT, "", Said("Signaler une erreur", "Report a mistake")))
    return _card(visitor, CardKind.PAY, sheet=_owed(visitor, found), options=options)


# --- cash


def show_cash(visitor: Visitor) -> Card:
    """Ask how much: what is owed, a note, or another sum. What was declared today can be taken back."""
    found = members.by_number(visitor.connection, visitor.number)
    most = cashbox.most_to_declare(visitor.connection, found.account)
    sums = dict.fromkeys((_left(visitor, found), *PROPOSED_CENTS))
    options = [option(Act.DECLARE, cents, euros(cents)) for cents in sums if 0 < cents <= most]
    if most > 0:
        options.append(option(Act.CASH_SUM, "", _OTHER_SUM))
    options += [
        option(Act.WITHDRAW, each.entry, Said("Retirer", "Take back").then(euros(each.cents)))
        for each in cash_rows.declared_on(visitor.connection, found.account, visitor.moment.day)[:2]
    ]
    name_the_act(visitor)
    return _card(visitor, CardKind.CASH, Act.PAY, sheet=_owed(visitor, found), options=options)


def show_sum(visitor: Visitor) -> Card:
    """Take another sum, one digit after the other."""
    typed = "" if visitor.value == "" else visitor.session.kept.get("sum", "")
    if visitor.value == "delete":
        typed = typed[:-1]
    elif visitor.value in (*"0123456789", "00"):
        typed = (typed + visitor.value).lstrip("0")[:LONGEST_SUM]
    visitor.session.kept["sum"] = typed
    name_the_act(visitor)
    keys = [option(Act.CASH_SUM, key, Said(key, key)) for key in (*"1234567890", "00")]
    keys.append(option(Act.CASH_SUM, "delete", Said("Effacer", "Delete")))
    sheet = SumSheet(int(typed or "0"))
    acts = (Act.DECLARE, Act.CASH) if typed else (Act.CASH,)
    return _card(visitor, CardKind.CASH_SUM, *acts, sheet=sheet, options=keys)


def declare(visitor: Visitor) -> Card:
    """Declare the sum that was touched or typed, now that the badge was seen again."""
    found = members.by_number(visitor.connection, visitor.number)
    cents = _number(visitor.value or visitor.session.kept.get("sum", ""))
    key = named_act(visitor)
    if key is None:
        return show_cash(visitor)
    try:
        done = cashbox.declare(visitor.connection, visitor.seal, visitor.moment, ACTOR, found.account, cents, key)
    except RequestError:
        return _card(visitor, CardKind.CASH_REFUSED, Act.CASH)
    waiting = cash_rows.declared_by(visitor.connection, found.account)
    declared = cash_rows.declaration_of(visitor.connection, done.entry)
    cents = cents if declared is None else declared.cents  # declared once, whatever was touched after
    sheet = DeclaredSheet(cents, found.balance_cents, found.balance_cents - waiting)
    return _card(visitor, CardKind.CASH_DECLARED, Act.CASH, sheet=sheet)


def withdraw(visitor: Visitor) -> Card:
    """Take back what was declared today: it was not put in after all."""
    found = members.by_number(visitor.connection, visitor.number)
    entry = _number(visitor.value)
    try:
        cashbox.withdraw(visitor.connection, visitor.seal, visitor.moment, ACTOR, entry, found.account)
    except RequestError:
        return _card(visitor, CardKind.CASH_REFUSED, Act.CASH)
    return _card(visitor, CardKind.CASH_WITHDRAWN, Act.CASH)


# --- a transfer


def show_transfer(visitor: Visitor) -> Card:
    """Show a transfer of what is owed."""
    found = members.by_number(visitor.connection, visitor.number)
    made = _transfer(visitor, found)
    if made is None:
        return show(visitor)
    svg = epc.svg(made, "QR")
    reference = references.spaced(references.of_account(found.account))
    sheet = TransferSheet(svg, made.name, made.spaced_iban, reference, made.cents)
    return _card(visitor, CardKind.TRANSFER, Act.TRANSFER, Act.PAY, sheet=sheet)


def _transfer(visitor: Visitor, found: Member) -> Transfer | None:
    """The transfer; None where nothing more is owed, or the association has no bank account."""
    cents = _left(visitor, found)
    if cents <= 0:
        return None
    identity = book_rules.read(visitor.connection, visitor.moment.day).association
    reference = references.of_account(found.account)
    text = f"MODE ECOLE {reference}" if document_rows.is_training(visitor.connection) else reference
    try:
        return epc.transfer(identity.get("name", ""), identity.get("iban", ""), cents, text, identity.get("bic", ""))
    except RequestError:
        return None


# --- a receipt


def show_receipt(visitor: Visitor) -> Card:
    """Show the receipt of one's own payment, or the note of one's own charge. Touched again it is the same copy."""
    found = members.by_number(visitor.connection, visitor.number)
    act = receipts.Act(visitor.connection, visitor.seal, visitor.moment, ACTOR)
    issued = _issued(act, _number(visitor.value), found)
    if issued is None:
        return show(visitor)
    kept = visitor.session.kept
    key = bytes.fromhex(kept.setdefault(f"receipt {issued.id}", visitor.fresh_id().hex()))
    made = receipts.for_screen(receipts.hand_out(act, issued.id, "screen", key).shown)
    return _card(visitor, CardKind.RECEIPT, Act.PAY, sheet=ReceiptSheet(made.svg, made.lines))


def _issued(act: receipts.Act, entry: int, found: Member) -> documents.Issued | None:
    """The document of an entry; None where it is not of this account, was taken back or is neither."""
    try:
        rows = {row.number: row for row in tab_rows.act(act.connection, entry)}
        row = rows[entry]
        if row.account_id != found.account:
            return None
        if row.kind != "payment":
            return receipts.note_of(act, entry)
        own = [each for each in receipts.receipts(act, entry) if each.document.account == found.account]
        return own[0] if own else None
    except RequestError:
        return None


# --- what these pages share


def name_the_act(visitor: Visitor) -> None:
    """Name what is about to be offered: done twice, it is one."""
    visitor.session.kept["act"] = visitor.fresh_id().hex()


def named_act(visitor: Visitor) -> bytes | None:
    """The id of the act that was offered last."""
    name = visitor.session.kept.get("act")
    return None if name is None else bytes.fromhex(name)


def _owed(visitor: Visitor, found: Member) -> PaySheet:
    return PaySheet(found.balance_cents, cash_rows.declared_by(visitor.connection, found.account))


def _left(visitor: Visitor, found: Member) -> int:
    """What is owed once all that was declared is counted."""
    return found.balance_cents - cash_rows.declared_by(visitor.connection, found.account)


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _card(
    visitor: Visitor, kind: CardKind, *acts: Act, sheet: object = None, options: list[Option] | None = None
) -> Card:
    return Card(
        kind,
        visitor.session.name,
        acts=(*acts, *(() if kind is CardKind.CASH_SUM else (Act.ACCOUNT,)), Act.DONE),
        sheet=sheet,
        options=tuple(options or ()),
    )


PAGES = {
    Act.PAY: Page(show),
    Act.CASH: Page(show_cash),
    Act.CASH_SUM: Page(show_sum),
    Act.DECLARE: Page(declare, writes=True, wants_badge=True),
    Act.WITHDRAW: Page(withdraw, writes=True, wants_badge=True),
    Act.TRANSFER: Page(show_transfer),
    Act.RECEIPT: Page(show_receipt, writes=True),
}
