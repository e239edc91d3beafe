"""The rules of the books in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.web.desk.space.rule_kinds import Rule, ValueKind

Both = tuple[str, str]  # in French and in English

BOOKS = (
    Rule(
        "association",
        ValueKind.SHEET,
        "L’association sur ses documents",
        "The association on its documents",
        "Nom, adresse, SIREN ou RNA, coordonnées bancaires : sur chaque reçu et chaque facture.",
        "Name, address, SIREN or RNA, bank details: on each receipt and invoice.",
    ),
    Rule(
        "vat_status",
        ValueKind.CHOICE,
        "TVA",
        "VAT",
        "Ce que l’association est pour la TVA ; reçus, clôtures et exports suivent.",
        "What the association is to VAT; receipts, closings and exports follow.",
        choices={
            "exempt": ("exonérée (article 261-7-1° du CGI)", "exempt (article 261-7-1° of the tax code)"),
            "franchise": (
                "franchise en base (article 293 B du CGI)",
                "below the threshold (article 293 B of the tax code)",
            ),
            "liable": ("redevable : les prix sont TVA comprise", "liable: prices include VAT"),
        },
    ),
    Rule(
        "vat_rates",
        ValueKind.SHEET,
        "Taux de TVA",
        "VAT rates",
        "Un taux par produit, compris dans son prix ; compte quand l’association est redevable.",
        "A rate for each product, within its price; counts while the association is liable.",
        "aucun",
        "none",
    ),
    Rule(
        "fiscal_year_month",
        ValueKind.MONTH,
        "Début de l’exercice",
        "The fiscal year begins in",
        "L’exercice commence le premier jour de ce mois.",
        "The fiscal year begins on the first day of this month.",
    ),
    Rule(
        "accounts",
        ValueKind.SHEET,
        "Numéros de comptes",
        "Account numbers",
        "Le plan comptable associatif, tant que l’association ne choisit pas d’autres numéros.",
        "The chart for associations, where the association chooses no other numbers.",
    ),
    Rule(
        "fec_whole",
        ValueKind.FLAG,
        "Toute la comptabilité est ici",
        "All of the accounting is here",
        "Oui seulement si loyer, achats et salaires n’existent nulle part ailleurs : le FEC est alors complet.",
        "Yes only if rent, purchases and wages are kept nowhere else: then the FEC is whole.",
    ),
    Rule(
        "invoice_due_days",
        ValueKind.COUNT,
        "Échéance des factures (jours)",
        "Invoices are due after (days)",
        "Jours entre la facture et sa date d’échéance.",
        "Days between an invoice and its due date.",
    ),
)


@dataclass(frozen=True, slots=True)
class Words:
    """One field of the association's identity."""

    label: Both
    hint: Both = ("", "")
    wrong: Both = ("Un texte court est attendu.", "A short text is expected.")
    rows: int = 1
    more: Mapping[str, str | int] = field(default_factory=dict)


IDENTITY: Mapping[str, Words] = {
    "name": Words(("Nom", "Name"), more={"autocomplete": "organization"}),
    "address": Words(("Adresse", "Address"), wrong=("Six lignes au plus.", "Six lines at the most."), rows=3),
    "siren": Words(
        ("SIREN", "SIREN"),
        ("Neuf chiffres. Sans lui, pas de FEC.", "Nine digits. No FEC without it."),
        ("Neuf chiffres, dont le dernier vérifie les autres.", "Nine digits, of which the last one checks the others."),
        more={"inputmode": "numeric"},
    ),
    "rna": Words(
        ("Numéro RNA", "RNA number"),
        ("Celui de la préfecture, comme W595000001.", "The prefecture’s, like W595000001."),
        ("W et neuf signes, comme W595000001.", "W and nine signs, like W595000001."),
    ),
    "vat_number": Words(
        ("Numéro de TVA", "VAT number"),
        ("FR, une clé et le SIREN. Vide sans TVA.", "FR, a key and the SIREN. Empty without VAT."),
        ("FR, une clé de deux signes et le SIREN ci-dessus.", "FR, a key of two signs and the SIREN above."),
    ),
    "iban": Words(
        ("IBAN", "IBAN"),
        ("Là où l’on vire. Relisez-le : il part sur les factures.", "Where transfers go. It is on every invoice."),
        ("Cet IBAN a une faute de frappe.", "This IBAN has a typing error."),
        more={"autocomplete": "off"},
    ),
    "bic": Words(
        ("BIC", "BIC"), wrong=("Huit ou onze signes.", "Eight or eleven signs."), more={"autocomplete": "off"}
    ),
    "email": Words(
        ("Courriel", "E-mail"),
        wrong=("Une adresse comme bureau@exemple.fr.", "An address like office@example.org."),
        more={"inputmode": "email"},
    ),
    "phone": Words(
        ("Téléphone", "Telephone"),
        wrong=("Six chiffres au moins.", "Six digits at the least."),
        more={"inputmode": "tel"},
    ),
}

ACCOUNTS: Mapping[str, Both] = {
    "members": ("Membres et usagers", "Members and users"),
    "membership": ("Adhésions", "Memberships"),
    "services": ("Prestations de services", "Services"),
    "prepaid": ("Journées payées d’avance", "Days paid in advance"),
    "deferred": ("Produits constatés d’avance", "Deferred income"),
    "cash": ("Caisse", "Cash box"),
    "cheques": ("Chèques à encaisser", "Cheques to be banked"),
    "bank": ("Banque", "Bank"),
    "online": ("Cartes et paiements en ligne à encaisser", "Card and online payments on their way"),
    "transit": ("Virements internes", "Money on its way to the bank"),
    "fees": ("Services bancaires", "Bank fees"),
    "losses": ("Pertes sur créances", "Losses"),
    "shortage": ("Écarts de caisse, il manque", "Cash differences, missing"),
    "surplus": ("Écarts de caisse, il y a plus", "Cash differences, more"),
    "deposits": ("Cautions de badges", "Badge deposits"),
    "vat": ("TVA collectée", "VAT collected"),
    "brought-forward": ("Report à nouveau", "Brought forward"),
}
