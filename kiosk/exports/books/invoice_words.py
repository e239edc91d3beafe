"""Words invoices and credit notes, and the mails that go with them, in the recipient's language."""

from datetime import date

from kiosk.domain.books.documents import Series
from kiosk.domain.books.invoices import Invoice, Line, Party
from kiosk.exports.books.receipt_words import Speak, speaks
from kiosk.exports.formats import day, euros
from kiosk.language.texts import Text

_TITLES = {Series.INVOICE: Text("Facture", "Invoice"), Series.CREDIT_NOTE: Text("Avoir", "Credit note")}


def title(invoice: Invoice) -> str:
    """Return the document's kind and number."""
    return f"{speaks(invoice.language)(_TITLES[Series(invoice.kind)])} {invoice.reference}"


def for_whom(line: Line, language: str) -> str:
    """Return the member that a line is for, by number, since an invoice leaves the house; "" for none."""
    return (
        "" if line.member is None else speaks(language)("membre n° {member}", "member no. {member}", member=line.member)
    )


def period(line: Line, language: str) -> str:
    """Return the days that a line covers, in words; "" for a line without a period."""
    if line.from_on is None or line.until_on is None:
        return ""
    first, last = day(line.from_on, language), day(line.until_on, language)
    if first == last:
        return speaks(language)("le {day}", "on {day}", day=first)
    return speaks(language)("du {first} au {last}", "from {first} to {last}", first=first, last=last)


def party(identity: Party, t: Speak) -> list[str]:
    """Return a party's address, official numbers and contacts, one a line."""
    numbers = (
        ("SIREN", None if identity.siret else identity.siren),
        ("SIRET", identity.siret),
        ("RNA", identity.rna),
        (t("N° de TVA", "VAT number"), identity.vat_number),
    )
    numbered = [f"{name} {number}" for name, number in numbers if number]
    return [*identity.address, *numbered, *(text for text in (identity.email, identity.phone) if text)]


def letter(invoice: Invoice) -> tuple[str, str]:
    """Return subject and text of the mail with which an invoice or a credit note is sent."""
    t, language = speaks(invoice.language), invoice.language
    name, subject = invoice.seller.name, f"{title(invoice)} · {invoice.seller.name}"
    lines = [
        t("Bonjour,", "Hello,"),
        "",
        t("Vous trouverez ci-joint : {title}.", "Please find attached: {title}.", title=title(invoice)),
    ]
    total = euros(invoice.cents, language)
    if invoice.corrects is not None:
        lines.append(
            t(
                "Cet avoir corrige la facture {corrected}.",
                "This credit note corrects invoice {corrected}.",
                corrected=invoice.corrected,
            )
        )
    if invoice.due_on is None or not invoice.due_cents:
        lines.append(t("Montant : {total}.", "Amount: {total}.", total=total))
    else:
        left, due = euros(invoice.due_cents, language), day(invoice.due_on, language)
        lines.append(t("À payer : {left}, au plus tard le {due}.", "Amount due: {left}, by {due}.", left=left, due=due))
        lines += _how(invoice)
    return subject, "\n".join([*lines, "", t("Merci,", "Thank you,"), name, ""])


def reminder(invoice: Invoice, left_cents: int, today: date) -> tuple[str, str]:
    """Return subject and text of a friendly reminder: what is left to pay, and since when."""
    t, language = speaks(invoice.language), invoice.language
    left = euros(left_cents, language)
    due = day(invoice.due_on or invoice.issued_on, language)
    is_late = invoice.due_on is not None and invoice.due_on < today
    subject = t("Rappel : {title}", "Reminder: {title}", title=title(invoice))
    since = (
        t("L’échéance était le {due}.", "Payment was due on {due}.", due=due)
        if is_late
        else t("L’échéance est le {due}.", "Payment is due on {due}.", due=due)
    )
    lines = [
        t("Bonjour,", "Hello,"),
        "",
        t(
            "Sauf erreur, il reste {left} à payer : {title}.",
            "Unless we are mistaken, {left} is still to be paid: {title}.",
            left=left,
            title=title(invoice),
        ),
        since,
        *_how(invoice),
        t(
            "Si le paiement est en route, ne tenez pas compte de ce message.",
            "If payment is on its way, please ignore this message.",
        ),
        "",
        t("Merci,", "Thank you,"),
        invoice.seller.name,
        "",
    ]
    return subject, "\n".join(lines)


def _how(invoice: Invoice) -> list[str]:
    """Return the line that says how to pay by transfer; none where the association has no IBAN."""
    t = speaks(invoice.language)
    if invoice.iban is None:
        return []
    return [
        t(
            "Virement : {iban}, référence {reference}.",
            "Transfer: {iban}, reference {reference}.",
            iban=invoice.iban,
            reference=invoice.reference,
        )
    ]
