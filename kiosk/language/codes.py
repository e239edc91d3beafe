"""Names of codes, once for all uses: pages, CSV files and workbooks, papers and mails.

Rows have codes, and people read these words; a file for programs has the codes. The association names its products,
zones and plans itself (`kiosk.store.name_rows`). tests/language/test_codes.py finds codes without words here, and words
of these used elsewhere.
"""

from collections.abc import Mapping

from kiosk.language import common
from kiosk.language.texts import Text

Words = Mapping[str, Text]

METHODS: Words = {
    "cash": Text("espèces", "cash"),
    "cheque": Text("chèque", "cheque"),
    "transfer": Text("virement", "transfer"),
    "card": Text("carte", "card"),
    "online": Text("en ligne", "online"),
}
ENTRY_KINDS: Words = {
    "charge": Text("débit", "charge"),
    "use": Text("journée payée d’avance", "prepaid day"),
    "payment": Text("paiement", "payment"),
    "refund": Text("remboursement", "refund"),
    "reversal": Text("contre-écriture", "reversal"),
    "write-off": Text("passé en perte", "written off"),
    "deposit": Text("caution", "security deposit"),
    "count": common.COUNT_OF_THE_BOX,
    "declaration": Text("dépôt déclaré", "declared cash"),
    "remittance": Text("remise en banque", "bank deposit"),
    "credited": common.CASH_AT_THE_BANK,
    "bounce": Text("chèque impayé", "bounced cheque"),
    "closing": Text("clôture", "closing"),
    "document": Text("document émis", "document issued"),
    "expiry": Text("journées échues", "expired days"),
    "notice": Text("avis", "notice"),
    "seal": Text("scellé", "seal"),
    "opening": Text("soldes repris", "balances carried over"),
    "appropriation": Text("vote sur le résultat", "vote on the result"),
    "gift": Text("don", "gift"),
}
RIGHTS: Words = {  # the right by which a visit was let in
    "today": Text("déjà compté", "already counted"),
    "free-zone": Text("coin gratuit", "free corner"),
    "passing": Text("de passage", "just passing"),
    "subscription": Text("formule au mois", "monthly plan"),
    "free": Text("journée à 0 €", "€0 day"),
    "cap": Text("journée offerte (plafond)", "free day (cap)"),
    "voucher": Text("bon entreprise", "voucher"),
    "banked": Text("accueil", "hosting"),
    "carnet": Text("carnet", "carnet"),
    "reduced": Text("journée, tarif réduit", "day at the reduced tariff"),
    "full": Text("journée", "day"),
}
LEVELS: Words = {  # of a tariff: the group that its price is for
    "full": Text("plein", "full"),
    "reduced": Text("réduit", "reduced"),
    "external": Text("extérieur", "external"),
    "external-association": Text("associations", "associations"),
    "external-person": Text("particuliers", "individuals"),
    "guest": Text("invitation", "guest"),
}
PARTS: Words = {  # of the day that a visit is charged for
    "day": Text("jour entier", "whole day"),
    "first-half": Text("première moitié", "first half"),
    "second-half": Text("seconde moitié", "second half"),
}
KNOWN_BY: Words = {  # how a visit's member was recognised
    "badge": Text("badge", "badge"),
    "code": Text("code, sans badge", "code, without a badge"),
    "vouched": Text("parole d’un membre, sans badge", "vouched for by a member, without a badge"),
    "desk": Text("bureau", "desk"),
}
STATES: Words = {  # of a visit
    "kept": Text("conservée", "kept"),
    "undone": Text("annulée", "undone"),
}
BOOKING_STATES: Words = {
    "option": Text("option", "on hold"),
    "booked": Text("réservée", "booked"),
    "claimed": Text("confirmée sur place", "checked in"),
    "released": Text("libérée", "released"),
    "cancelled": Text("annulée", "cancelled"),
}
BOOKING_KINDS: Words = {
    "booking": Text("réservation", "booking"),
    "event": Text("événement", "event"),
    "private": Text("privatisation", "private hire"),
    "imported": Text("calendrier importé", "imported calendar"),
    "house": Text("l’association", "the association"),
}
ACTORS: Words = {  # authors of entries other than officers
    "kiosk": Text("la borne", "the kiosk"),
    "telephone": Text("le téléphone du membre", "the member’s phone"),
    "replay": Text("la reprise après une panne", "recovery after an outage"),
    "restore": Text("la restauration", "restore from backup"),
    "reconcile": Text("le rapprochement", "the reconciliation"),
    "due": Text("automatiquement, chaque nuit", "automatically, every night"),
    "cli": Text("ligne de commande", "command line"),
    "link": Text("lien d’un e-mail", "link in an e-mail"),
}


def say(words: Words, code: str | None, language: str) -> str:
    """Return a code's name in a language: the code itself where it has none, and an empty text for None."""
    return "" if code is None else words[code].to(language) if code in words else code
