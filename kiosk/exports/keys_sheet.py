"""Makes the keys' paper copy: the secret identity that opens sealed backups, to read, to type and to scan, in each
language of `pages.languages`.

An *identity* is age's secret key; its *recipient* is the public address that backups are encrypted to. The page is
itself the secret: write the file where only its owner reads, print it, and delete the file.
"""

from datetime import date

from msgspec import Struct

from kiosk.domain.copies import age_words
from kiosk.exports import formats, pages, qr
from kiosk.language.texts import Voice

_A_LINE = 5  # groups of four letters in a line to type


class KeysSheet(Struct, frozen=True, kw_only=True):
    """The values on the page. `association` may be empty."""

    association: str
    identity: str
    recipient: str
    made_on: date
    training: bool


class Block(Struct, frozen=True):
    """A heading, and the lines below it."""

    heading: str
    lines: tuple[str, ...]


class Page(Struct, frozen=True):
    """The page in one language. `training` is the mark of a training home, drawn for such a home only. `typed` is the
    identity in lines of groups to type; `made` says when and for which backups. `tests` and `columns` head the table in
    which each yearly test is signed.
    """

    language: str
    training: str
    title: str
    lead: str
    typed: tuple[str, ...]
    made: str
    blocks: tuple[Block, ...]
    tests: str
    columns: tuple[str, str]


def pdf(sheet: KeysSheet) -> bytes:
    """Return the paper copy as a PDF. Raises MachineError `pdf`."""
    sheet_pages = [page(sheet, language) for language in pages.languages()]
    # `training` would mark each page in French: `school` marks it in the page's own language.
    return pages.printed(
        "keys_sheet.html", "fr", pages=sheet_pages, code=code(sheet.identity), training=False, school=sheet.training
    )


def code(identity: str) -> str:
    """Return the identity as a QR code, an SVG to stand in a page."""
    return qr.svg(identity, title="AGE-SECRET-KEY-1…")


def page(sheet: KeysSheet, language: str) -> Page:
    """Return the page in one language."""
    t = Voice(language)
    groups = age_words.grouped(sheet.identity)
    of_association = f" · {sheet.association}" if sheet.association else ""
    on = formats.day(sheet.made_on, language)
    return Page(
        language,
        pages.PRACTICE.to(language),
        t("Copie papier des clés", "Keys on paper") + of_association,
        t(
            "Cette page ouvre toutes les sauvegardes de l’entrée : c’est un secret, comme une clé du local.",
            "This page opens every backup of the kiosk: keep it secret, like a key to the place.",
        ),
        tuple(" ".join(groups[begin : begin + _A_LINE]) for begin in range(0, len(groups), _A_LINE)),
        t(
            "Faite le {on}, pour les copies chiffrées à l’adresse {recipient}",
            "Made on {on}, for backups encrypted to {recipient}",
            on=on,
            recipient=sheet.recipient,
        ),
        tuple(_blocks(t)),
        t("Feuille relue chaque année", "Sheet checked every year"),
        (t("Date", "Date"), t("Par (signature)", "By (signature)")),
    )


def _blocks(t: Voice) -> list[Block]:
    """Return the paragraphs below the key: what it opens, where to keep it, how to use it."""
    return [
        Block(
            t("Ce que cette page ouvre", "What this page opens"),
            (
                t(
                    "Les copies de la clé USB et d’ailleurs (« .age »), et dans chaque copie les clés de l’entrée :"
                    " celles qui protègent les comptes et reconnaissent les badges.",
                    "Backups on the USB stick and elsewhere (“.age”), and the kiosk’s keys inside each backup:"
                    " those that protect the accounts and recognise badges.",
                ),
                t(
                    "Sans cette page, personne ne peut ouvrir une copie chiffrée.",
                    "Without this page, no one can open an encrypted backup.",
                ),
            ),
        ),
        Block(
            t("Où garder cette page", "Where to keep this page"),
            (
                t(
                    "Gardez deux exemplaires sous enveloppe, chez deux personnes du bureau ou au coffre, jamais"
                    " au local.",
                    "Keep two copies in envelopes, with two officers or in a safe, never at the space.",
                ),
                t(
                    "Ne photographiez pas cette page, ne l’envoyez pas, ne la mettez dans aucun ordinateur ;"
                    " surtout pas dans la machine de l’entrée.",
                    "Never photograph this page, send it or store it on a computer; least of all on the kiosk itself.",
                ),
                t(
                    "Si vous quittez le bureau, remettez cette page. Si elle est perdue, ou vue par d’autres,"
                    " faites-en une nouvelle (kiosk keys new).",
                    "Hand this page over when you leave office. If it is lost or seen by others, make a new one"
                    " (kiosk keys new).",
                ),
                t(
                    "Gardez aussi l’ancienne page : elle seule ouvre les copies d’avant.",
                    "Keep the old page too: only that one opens the earlier backups.",
                ),
            ),
        ),
        Block(
            t("Comment utiliser cette page", "How to use this page"),
            (
                t(
                    "Tapez la clé, ou scannez-la avec un lecteur de codes ; espaces, retours à la ligne et"
                    " minuscules ne gênent pas.",
                    "Type the key, or scan it; spaces, line breaks and lower case are fine.",
                ),
                t("Lancez chaque année : sudo kiosk keys test", "Run every year: sudo kiosk keys test"),
                t(
                    "Carte volée ou en panne : suivez pas à pas la page « carte volée » du manuel.",
                    "SD card stolen or broken: follow the manual’s page “carte volée”, step by step.",
                ),
            ),
        ),
    ]
