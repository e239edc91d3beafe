"""What a column of a bank's CSV may hold, the names banks give it, and how a file's layout is remembered."""

import json
import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.names import searchable
from kiosk.domain.problems import Problem


class Field(StrEnum):
    """What a column may hold."""

    DAY = "day"
    SUM = "sum"
    CREDIT = "credit"
    DEBIT = "debit"
    DIRECTION = "direction"  # a word for money in or out, beside a sum without a sign
    BALANCE = "balance"
    LABEL = "label"
    REFERENCE = "reference"
    PARTY = "party"
    BANK_ID = "bank-id"  # the bank's or the platform's number of the line
    CURRENCY = "currency"
    STATUS = "status"  # whether the operation is booked, or the payment completed
    MOVEMENT = "movement"  # what a platform's line is: a payment, a fee, a payout
    ACCOUNT = "account"
    FEE = "fee"


MANY = (Field.LABEL, Field.REFERENCE, Field.PARTY)  # may stand in several columns, whose words are joined
MONEY = frozenset({Field.SUM, Field.CREDIT, Field.DEBIT})  # fields with what a line moves
_HEADERS = {  # the headers of a field, as `bare` writes them
    Field.DAY: "date, date operation, date de l operation, date d operation, date de comptabilisation, date comptable, "
    "date du paiement, date ope, date op, dateop, jour, booking date, date transaction, date de transaction, "
    "date de la transaction, date de l operation local, date de l operation utc, created utc, created, "
    "date d execution, completed date, date de completion, operation date, boekingsdatum, uitvoeringsdatum, datum",
    Field.SUM: "montant, montant eur, montant euros, montant en euros, montant de l operation, montant operation, "
    "montant total, montant du paiement, montant de la transaction, montant total ttc, amount, amount eur, somme, "
    "gross, montant brut, bedrag, montant net, net, net amount, montant en eur",
    Field.CREDIT: "credit, credit euros, credit eur, montant credit, recette, recettes, credit en euros, entree, "
    "entrees, encaissement, encaissements, montant au credit",
    Field.DEBIT: "debit, debit euros, debit eur, montant debit, depense, depenses, debit en euros, sortie, sorties, "
    "decaissement, decaissements, montant au debit",
    Field.DIRECTION: "sens, sens de l operation, sens operation, d c, dc, debit credit, credit debit, sens d c, side",
    Field.BALANCE: "solde, solde eur, solde euros, solde en euros, solde apres operation, solde du compte, "
    "nouveau solde, solde progressif, balance, accountbalance, saldo",
    Field.LABEL: "libelle, libelle operation, libelle de l operation, libelle complet, libelle simplifie, label, "
    "description, nature de l operation, nature, operation, intitule, designation, communication, libelles, "
    "omschrijving, details de l operation",
    Field.REFERENCE: "detail de l ecriture, informations complementaires, information complementaire, detail, details, "
    "motif, memo, reference, reference operation, commentaire, complement, reference commande, campagne, "
    "payment reference, comment, communications, communication libre, communication structuree, message, "
    "details du mouvement",
    Field.PARTY: "contrepartie, tiers, emetteur, nom du tiers, beneficiaire, donneur d ordre, nom payeur, "
    "prenom payeur, raison sociale, nom de la contrepartie, counterparty, partner name, customer name, "
    "customer email, nom contrepartie, nom contrepartie contient, naam tegenpartij, nom",
    Field.BANK_ID: "reference du paiement, ref paiement, reference paiement, identifiant, id operation, "
    "transaction id, numero d operation, id du paiement, id, identifiant de transaction, "
    "identifiant de la transaction, balance transaction id, code de la transaction, numero de transaction, "
    "numero de mouvement, n de sequence, no de sequence",
    Field.CURRENCY: "devise, monnaie, currency, devise du compte, munt",
    Field.STATUS: "statut, statut du paiement, statut de la transaction, status, etat, state, statut de l operation, "
    "etat de l operation, etat du paiement",
    Field.MOVEMENT: "reporting category, type de transaction",
    Field.ACCOUNT: "compte, numero de compte, n de compte, numero compte, iban, accountnum, account number, "
    "nom du compte, account name, compte emetteur, rekening, rekeningnummer",
    Field.FEE: "frais, fee, fees, commission, commissions, frais de transaction, montant des frais",
}
# headers of a column of amounts before the platform's fee
GROSS = frozenset({"gross", "montant brut", "brut", "avant commission", "total brut", "gross amount"})
NET = frozenset({"net", "montant net", "net amount", "total net"})  # and after it
# the field that a header means
MEANT = {header: field for field, headers in _HEADERS.items() for header in headers.split(", ")}
ACCOUNTED = ("date de comptabilisation", "date comptable")  # preferred to the day of the operation
# words for a direction, as `bare` writes them
OUT = frozenset(["d", "debit", "dbit", "db", "dr", "-", "sortie", "sorties", "depense", "debiteur", "out"])
IN = frozenset(["c", "credit", "crdt", "cr", "+", "entree", "entrees", "recette", "crediteur", "in"])
_FORM = 2  # version of what is remembered: older ones were unconfirmed guesses, and are guessed anew


class Layout(Struct, frozen=True):
    """How a file's columns are read.

    `platform` names the platform whose payments they are; `letters` is the encoding that a person chose; `manners`
    records how days and amounts were written when a person confirmed the layout.
    """

    columns: tuple[Field | None, ...]
    platform: Source | None = None
    letters: str = ""
    manners: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """Return the layout as it is stored."""
        stored = {
            "form": _FORM,
            "columns": [field and field.value for field in self.columns],
            "platform": self.platform and self.platform.value,
            "letters": self.letters,
            "manners": [list(manner) for manner in self.manners],
        }
        return json.dumps(stored, sort_keys=True)

    @property
    def words(self) -> str:
        """Return the layout as a person types it: `day,label,,sum`, a word for each column, empty for one that is not
        read; after the platform and a colon, if the file is a platform's.
        """
        names = ",".join(field.value if field else "" for field in self.columns)
        return f"{self.platform.value}:{names}" if self.platform else names

    @classmethod
    def of(cls, text: str) -> "Layout | None":
        """Return a stored layout; None for one that was never confirmed."""
        stored = json.loads(text)
        if stored.get("form") != _FORM:
            return None
        columns = tuple(Field(name) if name else None for name in stored["columns"])
        manners = tuple((name, manner) for name, manner in stored.get("manners", ()))
        return cls(columns, Source(stored["platform"]) if stored["platform"] else None, stored["letters"], manners)

    def has_changed(self, manners: Iterable[tuple[str, str]]) -> bool:
        """Tell whether a file is written in another manner than when a person confirmed the layout. A detail that was
        unknown then has not changed.
        """
        known = dict(self.manners)
        return any(known.get(name, manner) != manner for name, manner in manners)

    @classmethod
    def typed(cls, text: str) -> "Layout":
        """Return the layout that a person typed, in the form of `words`. Raises Problem `bank-columns`."""
        platform, colon, names = text.rpartition(":")
        try:
            columns = tuple(Field(name.strip()) if name.strip() else None for name in names.split(","))
            return cls(columns, Source(platform.strip()) if colon else None)
        except ValueError:
            known = ", ".join(field.value for field in Field)
            raise Problem(
                "bank-columns", "a word for each column, with commas between: {choices}, or nothing", choices=known
            ) from None


def bare(header: str) -> str:
    """Return a header in the form in which headers are compared: small letters without accents, single spaces."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", searchable(header)).split())


def direction(cell: str) -> int:
    """Return 1 for a word that means money in, -1 for money out, 0 for neither."""
    word = cell.strip() if cell.strip() in ("+", "-") else bare(cell)
    return -1 if word in OUT else 1 if word in IN else 0


def check(layout: Layout, width: int | None = None) -> None:
    """Check that lines of a file with `width` columns (None: not known yet) can be read by a layout. Raises Problem
    `bank-columns`.
    """
    taken = [field for field in layout.columns if field is not None]
    twice = sorted({field.value for field in taken if taken.count(field) > 1 and field not in MANY})
    if width is not None and len(layout.columns) != width:
        raise Problem(
            "bank-columns", "the file has {most} columns, {count} are said", most=width, count=len(layout.columns)
        )
    if twice:
        raise Problem("bank-columns", "two columns hold the same: {columns}", columns=", ".join(twice))
    if Field.DAY not in taken or not {Field.SUM, Field.CREDIT} & set(taken):
        raise Problem("bank-columns", "the columns with the day and with the sum have to be known")
    if Field.SUM in taken and {Field.CREDIT, Field.DEBIT} & set(taken):
        raise Problem("bank-columns", "a sum with its sign, or credit and debit: not both")
    if Field.DIRECTION in taken and Field.SUM not in taken:
        raise Problem("bank-columns", "a direction belongs to a sum, not to credit and debit")
    if layout.platform and Field.BANK_ID not in taken:
        raise Problem("bank-columns", "the column with the number of the payment has to be known")
