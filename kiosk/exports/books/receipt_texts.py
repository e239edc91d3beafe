"""Writes receipts, notes (of a charge, on request) and statements to take away without paper: an e-mail's text, and a
QR code that any telephone reads.

The QR code holds the document itself as a short text, without the member's name: it needs no network, and an onlooker
learns no name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.domain.books.documents import DocumentView, Kind
from kiosk.exports import formats, qr
from kiosk.exports.books import let_words, receipt_words
from kiosk.exports.books.receipt_words import Speak
from kiosk.language import common

QR_BYTES = 400  # what a telephone still reads from a screen at arm's length
_QR_LINES = 3  # of what was paid; more are summed up
_LONGEST_LABEL = 40  # letters of a line's label in the QR


def as_text(shown: DocumentView) -> str:
    """Return the document as an e-mail's text."""
    content, language = shown.content, shown.language
    t = receipt_words.speaks(language)
    association = content["association"]
    parts = [
        *receipt_words.marks(shown),
        "\n".join([association.get("name", ""), *receipt_words.issuer(content, language)]),
    ]
    parts.append("\n".join([receipt_words.title(shown), formats.day(content["issued_on"], language), *_payer(shown)]))
    if content["kind"] == Kind.STATEMENT:
        parts.append("\n".join(_statement_lines(shown)))
    else:
        parts.append("\n".join([*_lines(shown), *_sums(shown)]))
    parts.append("\n".join([*receipt_words.exemptions(content), receipt_words.head(content, t)]))
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _payer(shown: DocumentView) -> list[str]:
    """Return the payer's name, where the document has it, and the member's number."""
    t, number = receipt_words.speaks(shown.language), shown.content["member"]
    payer_name = [shown.payer] if shown.payer else []
    return [*payer_name, *([t("membre n° {number:04d}", "member no. {number:04d}", number=number)] if number else [])]


def _lines(shown: DocumentView) -> list[str]:
    """Return a receipt's lines, with quantity and price where a whole charge is settled, and the VAT rate."""
    language = shown.language
    texts = []
    for line in shown.content["lines"]:
        part = receipt_words.part(line, language)
        sums = (
            []
            if part
            else [f"{let_words.quantity(line, language)} x {formats.euros(let_words.unit_cents(line), language)}"]
        )
        text = f"{_line_text(shown, line)}{part and f', {part}'}{_colon(shown)}"
        text += " = ".join([*sums, formats.euros(line["cents"], language)])
        if line["vat"]:
            text += f" ({receipt_words.speaks(language)('TVA', 'VAT')} {receipt_words.rate(line['vat'], language)})"
        texts.append(text)
    return texts


def _line_text(shown: DocumentView, line: Mapping[str, Any]) -> str:
    """Return what a line is for: its day, its label, and the member that it was paid for."""
    for_whom = receipt_words.for_whom(shown, line)
    label = receipt_words.label(line, shown.language) + receipt_words.gone(shown, line)
    return f"{receipt_words.short_day(line['day'])} {label}{f' ({for_whom})' if for_whom else ''}"


def _sums(shown: DocumentView) -> list[str]:
    """Return the lines below a receipt: credit, VAT by rate and the total."""
    content, language = shown.content, shown.language
    t, colon = receipt_words.speaks(language), _colon(shown)
    texts = []
    if content.get("advance_cents"):
        texts.append(t(common.IN_ADVANCE_ON_ACCOUNT) + f"{colon}{_euros(content['advance_cents'], t)}")
    for each in content["vat"]:
        name = t("TVA", "VAT")
        net = f"{_euros(each['net_cents'], t)} {t('hors taxe', 'net')}"
        texts.append(
            f"{name} {receipt_words.rate(each['rate'], language)}{colon}{_euros(each['tax_cents'], t)} ({net})"
        )
    total_name = t("Total payé", "Total paid") if content["kind"] == Kind.RECEIPT else t("Total", "Total")
    by = f", {receipt_words.method(content['method'], language)}" if content.get("method") else ""
    return [*texts, f"{total_name}{colon}{_euros(content['total_cents'], t)}{by}"]


def _statement_lines(shown: DocumentView) -> list[str]:
    """Return a statement's lines between the balance before and the balance after."""
    content, t, colon = shown.content, receipt_words.speaks(shown.language), _colon(shown)
    first, last = (formats.day(content[name], shown.language) for name in ("from", "until"))
    texts = [f"{t('Du', 'From')} {first} {t('au', 'to')} {last}", ""]
    texts.append(
        f"{t('Solde avant', 'Balance before')}{colon}{receipt_words.balance(content['opening_cents'], shown.language)}"
    )
    for line in content["lines"]:
        for_whom = receipt_words.for_whom(shown, line)
        label = receipt_words.label(line, shown.language)
        text = f"{receipt_words.short_day(line['day'])} {label}{f' ({for_whom})' if for_whom else ''}"
        texts.append(f"{text}{colon}{_euros(line['cents'], t)}")
    return [
        *texts,
        f"{t('Solde après', 'Balance after')}{colon}{receipt_words.balance(content['closing_cents'], shown.language)}",
    ]


def _colon(shown: DocumentView) -> str:
    """Return the colon as the document's language writes it."""
    return common.COLON.to(shown.language)


def _euros(cents: int, t: Speak) -> str:
    """Return an amount in euros as a language writes it."""
    return formats.euros(cents, t.language)


# --- as a QR


def as_qr_text(shown: DocumentView) -> str:
    """Return the document as a short text without a name: number, day, sums, VAT, method, association, head.

    At most QR_BYTES in UTF-8: lines that do not fit are summed up, and sums are never left out.
    """
    for count in range(_QR_LINES, -1, -1):
        for longest in (_LONGEST_LABEL, 20):
            text = "\n".join(_qr_lines(shown, count, longest))
            if len(text.encode()) <= QR_BYTES:
                return text
    return "\n".join(_qr_lines(shown, 0, 0))


def _qr_lines(shown: DocumentView, count: int, longest: int) -> list[str]:
    """Return the lines of the QR's text, with at most `count` kinds of charges and labels of `longest` letters."""
    content, language = shown.content, shown.language
    t, association = receipt_words.speaks(language), shown.content["association"]
    lines: Sequence[Mapping[str, Any]] = content["lines"]
    number = association.get("siren") or association.get("rna") or ""
    marks = [t("MODE ÉCOLE", "TRAINING")] if content["training"] else []
    marks += [receipt_words.DUPLICATE] if shown.duplicate else []
    marks += [receipt_words.void(shown)] if shown.void is not None else []
    alike = _alike(lines, language)
    shown_lines = [f"{text[:longest]} {_short_amount(cents)}" for text, cents in alike[:count]]
    if alike[count:] and longest:
        rest = _short_amount(sum(cents for _, cents in alike[count:]))
        shown_lines.append(t("Autres lignes {rest}", "Other lines {rest}", rest=rest))
    if content.get("advance_cents"):
        shown_lines.append(f"{t('Avance', 'Credit')} {_short_amount(content['advance_cents'])}")
    by = f" {receipt_words.method(content['method'], language)}" if content.get("method") else ""
    taxes = [
        f"{t('TVA', 'VAT')} {receipt_words.rate(each['rate'], language)} {_short_amount(each['tax_cents'])}"
        for each in content["vat"]
    ]
    return [
        *marks,
        f"{str(association.get('name', ''))[: longest + 20]} {number}".strip(),
        f"{receipt_words.title(shown)} {receipt_words.short_day(content['issued_on'])}",
        *shown_lines,
        f"{_sum_word(content, t)} {_short_amount(abs(content['total_cents']))} EUR{by}",
        # a lawful wording is French, then " / " and its translation: the French is enough here
        *(taxes or [text.partition(" / ")[0][:60] for text in receipt_words.exemptions(content)]),
        f"{t('Code de contrôle', 'Control code')} {content['head']['mac']}",
    ]


def _alike(lines: Sequence[Mapping[str, Any]], language: str) -> list[tuple[str, int]]:
    """Return the lines, those of the same label and unit price joined into one with their sum: `3 x Journée`."""
    cents_by_label: dict[tuple[str, int], list[int]] = {}
    for line in lines:
        cents_by_label.setdefault((receipt_words.label(line, language), line["unit_cents"]), []).append(line["cents"])
    return [(f"{len(sums)} x {text}" if sums[1:] else text, sum(sums)) for (text, _), sums in cents_by_label.items()]


def _sum_word(content: Mapping[str, Any], t: Speak) -> str:
    """Return the word before the QR's sum: owed or in advance on a statement, paid on a receipt."""
    if content["kind"] == Kind.STATEMENT:
        return t("Avance", "Credit") if content["total_cents"] < 0 else t("Reste à régler", "Still owed")
    return t("Payé", "Paid") if content["kind"] == Kind.RECEIPT else t("Total", "Total")


def _short_amount(cents: int) -> str:
    """Return an amount without currency and grouping, which keeps the QR small: `12,50`."""
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{whole // 100},{whole % 100:02d}"


def qr_svg(text: str) -> str:
    """Return a text's QR code as SVG to stand in a page."""
    return qr.svg(text, "L", css="qr", dark="#10201C")
