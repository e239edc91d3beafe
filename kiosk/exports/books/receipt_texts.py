"""Writes receipts, notes and statements to take away without paper: an e-mail's text, and a QR code that any telephone
reads.

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
_LONGEST_LABEL = 40


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
    t, number = receipt_words.speaks(shown.language), shown.content["member"]
    named = [shown.payer] if shown.payer else []
    return [*named, *([t("membre n° {number:04d}", "member no. {number:04d}", number=number)] if number else [])]


def _lines(shown: DocumentView) -> list[str]:
    """Return a receipt's lines, with quantity and price where a whole charge is settled, and the VAT rate."""
    language = shown.language
    found = []
    for line in shown.content["lines"]:
        part = receipt_words.part(line, language)
        sums = (
            []
            if part
            else [f"{let_words.quantity(line, language)} x {formats.euros(let_words.unit_cents(line), language)}"]
        )
        text = f"{_what(shown, line)}{part and f', {part}'}{_colon(shown)}"
        text += " = ".join([*sums, formats.euros(line["cents"], language)])
        if line["vat"]:
            text += f" ({receipt_words.speaks(language)('TVA', 'VAT')} {receipt_words.rate(line['vat'], language)})"
        found.append(text)
    return found


def _what(shown: DocumentView, line: Mapping[str, Any]) -> str:
    for_whom = receipt_words.for_whom(shown, line)
    label = receipt_words.label(line, shown.language) + receipt_words.gone(shown, line)
    return f"{receipt_words.short_day(line['day'])} {label}{f' ({for_whom})' if for_whom else ''}"


def _sums(shown: DocumentView) -> list[str]:
    """Return the lines below a receipt: credit, VAT by rate and the total."""
    content, language = shown.content, shown.language
    t, colon = receipt_words.speaks(language), _colon(shown)
    found = []
    if content.get("advance_cents"):
        found.append(t(common.IN_ADVANCE_ON_ACCOUNT) + f"{colon}{_e(content['advance_cents'], t)}")
    for each in content["vat"]:
        name = t("TVA", "VAT")
        net = f"{_e(each['net_cents'], t)} {t('hors taxe', 'net')}"
        found.append(f"{name} {receipt_words.rate(each['rate'], language)}{colon}{_e(each['tax_cents'], t)} ({net})")
    total_name = t("Total payé", "Total paid") if content["kind"] == Kind.RECEIPT else t("Total", "Total")
    by = f", {receipt_words.method(content['method'], language)}" if content.get("method") else ""
    return [*found, f"{total_name}{colon}{_e(content['total_cents'], t)}{by}"]


def _statement_lines(shown: DocumentView) -> list[str]:
    """Return a statement's lines between the balance before and the balance after."""
    content, t, colon = shown.content, receipt_words.speaks(shown.language), _colon(shown)
    first, last = (formats.day(content[name], shown.language) for name in ("from", "until"))
    found = [f"{t('Du', 'From')} {first} {t('au', 'to')} {last}", ""]
    found.append(
        f"{t('Solde avant', 'Balance before')}{colon}{receipt_words.balance(content['opening_cents'], shown.language)}"
    )
    for line in content["lines"]:
        for_whom = receipt_words.for_whom(shown, line)
        label = receipt_words.label(line, shown.language)
        text = f"{receipt_words.short_day(line['day'])} {label}{f' ({for_whom})' if for_whom else ''}"
        found.append(f"{text}{colon}{_e(line['cents'], t)}")
    return [
        *found,
        f"{t('Solde après', 'Balance after')}{colon}{receipt_words.balance(content['closing_cents'], shown.language)}",
    ]


def _colon(shown: DocumentView) -> str:
    return common.COLON.to(shown.language)


def _e(cents: int, t: Speak) -> str:
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
    # The lines of the QR's text, with at most `count` kinds of charges and labels of `longest` letters.
    content, language = shown.content, shown.language
    t, association = receipt_words.speaks(language), shown.content["association"]
    lines: Sequence[Mapping[str, Any]] = content["lines"]
    number = association.get("siren") or association.get("rna") or ""
    marks = [t("MODE ÉCOLE", "TRAINING")] if content["training"] else []
    marks += [receipt_words.DUPLICATE] if shown.duplicate else []
    marks += [receipt_words.void(shown)] if shown.void is not None else []
    alike = _alike(lines, language)
    shown_lines = [f"{text[:longest]} {_plain(cents)}" for text, cents in alike[:count]]
    if alike[count:] and longest:
        rest = _plain(sum(cents for _, cents in alike[count:]))
        shown_lines.append(t("Autres lignes {rest}", "Other lines {rest}", rest=rest))
    if content.get("advance_cents"):
        shown_lines.append(f"{t('Avance', 'Credit')} {_plain(content['advance_cents'])}")
    by = f" {receipt_words.method(content['method'], language)}" if content.get("method") else ""
    taxes = [
        f"{t('TVA', 'VAT')} {receipt_words.rate(each['rate'], language)} {_plain(each['tax_cents'])}"
        for each in content["vat"]
    ]
    return [
        *marks,
        f"{str(association.get('name', ''))[: longest + 20]} {number}".strip(),
        f"{receipt_words.title(shown)} {receipt_words.short_day(content['issued_on'])}",
        *shown_lines,
        f"{_sum_word(content, t)} {_plain(abs(content['total_cents']))} EUR{by}",
        *(taxes or [text.partition(" / ")[0][:60] for text in receipt_words.exemptions(content)]),
        f"{t('Code de contrôle', 'Control code')} {content['head']['mac']}",
    ]


def _alike(lines: Sequence[Mapping[str, Any]], language: str) -> list[tuple[str, int]]:
    """Return the lines, those of the same label and unit price joined into one with their sum: `3 x Journée`."""
    found: dict[tuple[str, int], list[int]] = {}
    for line in lines:
        found.setdefault((receipt_words.label(line, language), line["unit_cents"]), []).append(line["cents"])
    return [(f"{len(all_)} x {text}" if all_[1:] else text, sum(all_)) for (text, _), all_ in found.items()]


def _sum_word(content: Mapping[str, Any], t: Speak) -> str:
    if content["kind"] == Kind.STATEMENT:
        return t("Avance", "Credit") if content["total_cents"] < 0 else t("Reste à régler", "Still owed")
    return t("Payé", "Paid") if content["kind"] == Kind.RECEIPT else t("Total", "Total")


def _plain(cents: int) -> str:
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{whole // 100},{whole % 100:02d}"


def qr_svg(text: str) -> str:
    """Return a text's QR code as SVG to stand in a page."""
    return qr.svg(text, "L", css="qr", dark="#10201C")
