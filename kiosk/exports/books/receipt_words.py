"""Words receipts, notes and statements in the recipient's language; the same on paper, in an e-mail and
in a QR code.

A *note* is of a charge, on request. A *use* is an entry of 0 that uses up a prepaid day. In a document's line, "of" is
the kind of the entry that a reversal reverses.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.domain.books.documents import DocumentView, Kind
from kiosk.domain.money import units, vat
from kiosk.domain.periods import Unit
from kiosk.exports import formats
from kiosk.exports.books import let_words
from kiosk.language import codes, common
from kiosk.language.names import Names
from kiosk.language.texts import Plural, Text, Voice

_TITLES = {
    Kind.RECEIPT: Text("Reçu", "Receipt"),
    Kind.NOTE: Text("Note", "Note"),
    Kind.STATEMENT: Text("Relevé", "Statement"),
    Kind.TAX_RECEIPT: Text("Reçu fiscal", "Tax receipt"),
}
_PART_OF_DAYS = Plural(
    Text(" ({count} jour sur {of_days})", " ({count} of {of_days} days)"),
    Text(" ({count} jours sur {of_days})", " ({count} of {of_days} days)"),
)
DUPLICATE = "DUPLICATA"
TRAINING = common.TRAINING_DOCUMENT
Speak = Voice  # as the modules of documents call what `speaks` returns


def speaks(language: str) -> Speak:
    """Return a function that picks one of two texts by the document's language, with the spaces that French typography
    requires.
    """
    return Voice(language)


def title(shown: DocumentView) -> str:
    """Return the document's kind and number."""
    return f"{_TITLES[Kind(shown.content['kind'])].to(shown.language)} {shown.reference}"


def method(code: str | None, language: str) -> str:
    """Return the name of a payment method."""
    return codes.say(codes.METHODS, code, language)


def label(line: Mapping[str, Any], language: str) -> str:
    """Return what a line is about, with its period where it has one."""
    t = speaks(language)
    text = let_words.place(line, language) or Names(line["label"]).to(language)
    if "use" in (line["kind"], line["of"]):
        text += t(", payée d’avance", ", prepaid")
        if units.of(line) is not Unit.DAY:
            text += f" ({units.counted(line['quantity'], units.of(line)).to(language)})"
    if line.get("from") and line.get("until"):
        first, last = (formats.day(line[name], language) for name in ("from", "until"))
        if first == last:
            text += t(", le {day}", ", on {day}", day=first)
        else:
            text += t(", du {first} au {last}", ", from {first} to {last}", first=first, last=last)
    if line.get("days") is not None and line["days"] != line.get("of_days"):
        text += _PART_OF_DAYS.to(language, line["days"], of_days=line["of_days"])
    if line["method"]:
        text += f", {method(line['method'], language)}"
    return t("Correction : {text}", "Correction: {text}", text=text) if line["reverses"] else text


def part(line: Mapping[str, Any], language: str) -> str:
    """Return, in words, the amount of a charge that a line pays only in part; "" where the whole was paid."""
    if line.get("whole_cents", line["cents"]) == line["cents"]:
        return ""
    return speaks(language)(
        "une partie de {whole}", "part of {whole}", whole=formats.euros(line["whole_cents"], language)
    )


def gone(shown: DocumentView, line: Mapping[str, Any]) -> str:
    """Return the remark that a line's charge was reversed since; "" where it still stands."""
    return speaks(shown.language)(" (annulé depuis)", " (since reversed)") if line["entry"] in shown.gone else ""


def exemptions(content: Mapping[str, Any]) -> list[str]:
    """Return why lines have no VAT: one wording for each status under which they were charged."""
    if content["lines"]:
        sold = [line for line in content["lines"] if line["kind"] in ("charge", "use") and not line["vat"]]
        return [
            exempt(line["status"], content["language"]) for line in {line["status"]: line for line in sold}.values()
        ]
    wordings = vat.wording(content["vat_status"], content["language"])  # an advance: what it will pay is not known yet
    return [wordings] if wordings else []


def exempt(status: str, language: str) -> str:
    """Return why a charge has no VAT: by the association's status, or by the product where the association collects
    VAT.
    """
    return vat.wording(status, language) or speaks(language)(
        "Lignes sans taux : hors champ ou exonérées de TVA",
        "Lines without a rate: outside the scope of VAT, or exempt",
    )


def rate(hundredths: int, language: str) -> str:
    """Return a VAT rate, given in hundredths of a percent, as people write it."""
    return formats.percent(hundredths, language)


def for_whom(shown: DocumentView, line: Mapping[str, Any]) -> str:
    """Return the member that a line is for, where that is not the document's own party."""
    number = line.get("member")
    if not number or number == shown.content["member"]:
        return ""
    name = shown.names.get(number)
    numbered = speaks(shown.language)("membre n° {number:04d}", "member no. {number:04d}", number=number)
    return f"{name}, {numbered}" if name else numbered


def issuer(content: Mapping[str, Any], language: str) -> list[str]:
    """Return the association's address and official numbers, one a line, without its name."""
    association, t = content["association"], speaks(language)
    numbers = [
        f"{name} {association[key]}"
        for key, name in (("siren", "SIREN"), ("rna", "RNA"), ("vat_number", t("TVA", "VAT")))
        if association.get(key)
    ]
    return [*str(association.get("address", "")).splitlines(), *numbers]


def marks(shown: DocumentView) -> list[str]:
    """Return the remarks that stand on top: training, duplicate, reversed."""
    t = speaks(shown.language)
    remarks = [t(TRAINING)] if shown.content["training"] else []
    if shown.duplicate:
        remarks.append(DUPLICATE)
    if shown.void is not None:
        remarks.append(void(shown))
    return remarks


def void(shown: DocumentView) -> str:
    """Return the remark that the document's payment or charge was reversed, and by which entry."""
    return speaks(shown.language)("Annulé par l’écriture {void}", "Reversed by entry {void}", void=shown.void)


def head(content: Mapping[str, Any], t: Speak) -> str:
    """Return the chain's head in short, and the number of its entry."""
    chain_head = content["head"]
    return t(
        "Code de contrôle des comptes : {mac} (écriture {entry})",
        "Control code of the books: {mac} (entry {entry})",
        mac=chain_head["mac"],
        entry=chain_head["entry"],
    )


def balance(cents: int, language: str) -> str:
    """Return what an account owes; what it has in advance is named as such, without a sign."""
    text = formats.euros(abs(cents), language)
    return speaks(language)("avance {text}", "{text} in credit", text=text) if cents < 0 else text


def short_day(day: str) -> str:
    """Return an ISO date as `25/11/2026`."""
    local_day = date.fromisoformat(day)
    return f"{local_day.day:02d}/{local_day.month:02d}/{local_day.year}"
