"""Words the rules of the books: what each is called and does, and the fields of the association's identity.

A `Rule` has its name in the code, the kind of its value, its name on the page, its explanation, and perhaps what an
empty value means.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from kiosk.language.texts import Text
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind

BOOKS = (
    Rule(
        "association",
        ValueKind.SHEET,
        Text("L’association sur ses documents", "Association details on documents"),
        Text(
            "Le nom, l’adresse, le SIREN ou RNA et les coordonnées bancaires qui figurent sur chaque "
            "reçu et chaque facture.",
            "The name, address, SIREN or RNA and bank details that appear on every receipt and invoice.",
        ),
    ),
    Rule(
        "vat_status",
        ValueKind.CHOICE,
        Text("TVA", "VAT"),
        Text(
            "La situation de l’association pour la TVA ; reçus, clôtures et exports en dépendent.",
            "The association’s VAT status; receipts, closings and exports depend on it.",
        ),
        choices={
            "exempt": Text("exonérée (article 261-7-1° du CGI)", "exempt (article 261-7-1° of the tax code)"),
            "franchise": Text(
                "franchise en base (article 293 B du CGI)",
                "below the threshold (article 293 B of the tax code)",
            ),
            "liable": Text("redevable : les prix sont TVA comprise", "liable for VAT: prices include it"),
        },
    ),
    Rule(
        "vat_rates",
        ValueKind.SHEET,
        Text("Taux de TVA", "VAT rates"),
        Text(
            "Un taux par produit, compris dans son prix ; il s’applique quand l’association est redevable de la TVA.",
            "One rate per product, included in its price; it applies while the association is liable for VAT.",
        ),
        Text("aucun", "none"),
    ),
    Rule(
        "fiscal_year_month",
        ValueKind.MONTH,
        Text("Début de l’exercice", "Start of the fiscal year"),
        Text(
            "L’exercice commence le premier jour de ce mois.", "The fiscal year begins on the first day of this month."
        ),
    ),
    Rule(
        "accounts",
        ValueKind.SHEET,
        Text("Numéros de comptes", "Account numbers"),
        Text(
            "Le plan comptable associatif, tant que l’association ne choisit pas d’autres numéros.",
            "The standard chart of accounts for associations, unless the association chooses other numbers.",
        ),
    ),
    Rule(
        "fec_whole",
        ValueKind.FLAG,
        Text("Toute la comptabilité est tenue ici", "All accounting is done here"),
        Text(
            "Choisissez oui seulement si loyer, achats et salaires ne sont notés nulle part ailleurs : le FEC est "
            "alors complet.",
            "Choose yes only if rent, purchases and wages are recorded nowhere else: the FEC is then complete.",
        ),
    ),
    Rule(
        "invoice_due_days",
        ValueKind.COUNT,
        Text("Échéance des factures (jours)", "Invoices are due after (days)"),
        Text("Jours entre la facture et sa date d’échéance.", "Days between an invoice and its due date."),
    ),
    Rule(
        "cash_limit_cents",
        ValueKind.SUM,
        Text("Plafond des espèces", "Cash limit"),
        Text(
            "Le plafond légal pour payer une dette en espèces : 1 000 € (CMF, L112-6 et D112-3). Vous pouvez "
            "en fixer un plus bas.",
            "The legal limit for a debt paid in cash: €1,000 (CMF, L112-6 and D112-3). You may set a lower one.",
        ),
    ),
    Rule(
        "gifts",
        ValueKind.FLAG,
        Text("Noter des dons", "Record gifts"),
        Text(
            "Un don est noté au compte 754, avec son paiement ; il ne règle aucune dette.",
            "A gift is recorded in account 754, with its payment; it does not pay any debt.",
        ),
    ),
    Rule(
        "gift_receipts",
        ValueKind.FLAG,
        Text("Reçus fiscaux", "Tax receipts"),
        Text(
            "Choisissez oui seulement si l’association est d’intérêt général (CGI, 200 et 238 bis) : "
            "demandez un rescrit.",
            "Choose yes only if the association is of general interest (CGI, articles 200 and 238 "
            "bis): ask the tax office for a ruling.",
        ),
    ),
)


_SHORT = Text("Écrivez un texte court.", "Enter a short text.")


class Words(Struct, frozen=True):
    """One field of the association's identity: its label, its hint (None: without one) and the error for a
    wrong value.
    """

    label: Text
    hint: Text | None = None
    wrong: Text = _SHORT
    rows: int = 1  # lines of text that its input shows
    more: Mapping[str, str | int] = field(default_factory=dict)  # further attributes of its input


IDENTITY: Mapping[str, Words] = {
    "name": Words(Text("Nom", "Name"), more={"autocomplete": "organization"}),
    "address": Words(
        Text("Adresse", "Address"), wrong=Text("Écrivez six lignes au plus.", "Enter at most six lines."), rows=3
    ),
    "siren": Words(
        Text("SIREN", "SIREN"),
        Text("Neuf chiffres, nécessaires au FEC.", "Nine digits, required for the FEC."),
        Text(
            "Écrivez neuf chiffres, dont le dernier vérifie les autres.",
            "Enter nine digits; the last digit checks the others.",
        ),
        more={"inputmode": "numeric"},
    ),
    "rna": Words(
        Text("Numéro RNA", "RNA number"),
        Text(
            "Le numéro donné par la préfecture, comme W595000001.",
            "The number given by the prefecture, like W595000001.",
        ),
        Text("Écrivez W, puis neuf caractères, comme W595000001.", "Enter W, then nine characters, like W595000001."),
    ),
    "vat_number": Words(
        Text("Numéro de TVA", "VAT number"),
        Text(
            "FR, une clé de deux caractères, puis le SIREN. Laissez vide si l’association ne collecte pas la TVA.",
            "FR, a two-character key, then the SIREN. Leave empty if the association does not collect VAT.",
        ),
        Text(
            "Écrivez FR, une clé de deux caractères, puis le SIREN ci-dessus.",
            "Enter FR, a two-character key, then the SIREN above.",
        ),
    ),
    "iban": Words(
        Text("IBAN", "IBAN"),
        Text(
            "Le compte où arrivent les virements. Relisez-le : il est imprimé sur chaque facture.",
            "The account that receives bank transfers. Check the number: it is printed on every invoice.",
        ),
        Text("Cet IBAN a une faute de frappe.", "This IBAN has a typing error."),
        more={"autocomplete": "off"},
    ),
    "bic": Words(
        Text("BIC", "BIC"),
        wrong=Text("Écrivez huit ou onze caractères.", "Enter eight or eleven characters."),
        more={"autocomplete": "off"},
    ),
    "email": Words(
        Text("E-mail", "E-mail"),
        wrong=Text(
            "Écrivez une adresse e-mail comme bureau@exemple.fr.", "Enter an e-mail address like office@example.org."
        ),
        more={"inputmode": "email"},
    ),
    "phone": Words(
        Text("Téléphone", "Phone"),
        wrong=Text("Écrivez au moins six chiffres.", "Enter at least six digits."),
        more={"inputmode": "tel"},
    ),
    "purpose": Words(
        Text("Objet social de l’association", "Purpose of the association"),
        Text(
            "Recopiez-le des statuts : il est imprimé sur les reçus fiscaux.",
            "Copy it from the statutes: it is printed on tax receipts.",
        ),
    ),
    "colour": Words(
        Text("Couleur du bureau", "Desk colour"),
        Text("La couleur du cadre autour des pages du bureau.", "The colour of the frame around the desk’s pages."),
        Text("Écrivez un dièse et six caractères, comme #0a7d5a.", "Enter a hash and six characters, like #0a7d5a."),
        more={"maxlength": 7, "placeholder": "#0a7d5a", "autocomplete": "off"},
    ),
}

ACCOUNTS: Mapping[str, Text] = {  # the books' accounts, by what is posted to them
    "members": Text("Membres et usagers", "Members and users"),
    "membership": Text("Adhésions", "Memberships"),
    "services": Text("Prestations de services", "Services"),
    "prepaid": Text("Journées payées d’avance", "Days paid in advance"),
    "deferred": Text("Produits constatés d’avance", "Deferred income"),
    "cash": Text("Caisse", "Cash box"),
    "cheques": Text("Chèques à encaisser", "Cheques to deposit"),
    "bank": Text("Banque", "Bank"),
    "online": Text("Cartes et paiements en ligne à encaisser", "Card and online payments in transit"),
    "transit": Text("Virements internes", "Cash in transit to the bank"),
    "fees": Text("Services bancaires", "Bank fees"),
    "losses": Text("Pertes sur créances", "Bad debts written off"),
    "shortage": Text("Manquants de caisse", "Cash shortfalls"),
    "surplus": Text("Excédents de caisse", "Cash surpluses"),
    "deposits": Text("Cautions reçues", "Security deposits received"),
    "vat": Text("TVA collectée", "VAT collected"),
    "brought-forward": Text("Report à nouveau", "Brought forward"),
    "deficit-forward": Text("Report à nouveau, déficits", "Brought forward, deficits"),
    "result": Text("Résultat avant le vote, excédent", "Surplus awaiting the members’ vote"),
    "deficit": Text("Résultat avant le vote, déficit", "Deficit awaiting the members’ vote"),
    "reserves": Text("Réserves", "Reserves"),
    "gifts": Text("Dons", "Gifts"),
}
