"""Which section of the manual a page's "?" opens: by the page's area, some pages by themselves."""

_T, _S, _O = "tresorerie", "secretariat", "bureau"
HOME = (_O, "le-bureau")
AREAS: dict[str, tuple[str, str]] = {
    "today": (_O, "aujourdhui"),
    "state": ("diagnostic", "lespace-et-le-diagnostic"),
    "doorway": ("accueil", "badge-oublié-perdu-retrouvé"),
    "corrections": (_T, "4-corriger"),
    "members": (_S, "trouver-quelquun"),
    "member": (_S, "la-fiche"),
    "joining": (_S, "inscrire"),
    "imports": (_S, "importer-une-liste"),
    "personal": ("donnees", "quelquun-demande-ses-données"),
    "organisations": (_T, "les-factures-des-structures"),
    "invoices": (_T, "les-factures-des-structures"),
    "money": (_T, "2-encaisser-en-trois-clics"),
    "receipts": (_T, "le-reçu"),
    "cash": (_T, "la-caisse"),
    "remittances": (_T, "les-chèques-et-les-versements"),
    "bank": (_T, "les-virements-et-le-relevé-de-la-banque"),
    "books": (_T, "clore-le-mois-et-lexercice"),
    "accounting": (_T, "les-fichiers-pour-qui-tient-les-comptes"),
    "archive": (_T, "larchive-de-lexercice"),
    "heads": (_T, "les-codes-de-contrôle"),
    "report": (_T, "le-rapport-annuel"),
    "exports": (_O, "exporter"),
    "rules": (_O, "les-règles"),
    "figures": (_T, "le-loyer-du-mois"),
    "rent": (_T, "le-loyer-du-mois"),
    "simulator": (_T, "et-si-"),
    "assembly": (_T, "le-rapport-annuel"),
    "events": ("espace", "formations-et-événements"),
    "agenda": ("espace", "lagenda-public"),
    "calendar": ("espace", "les-salles"),
    "rooms": ("espace", "les-salles"),
    "feeds": ("espace", "les-calendriers-des-autres"),
    "rota": ("accueil", "les-tours-daccueil"),
    "links": ("accueil", "les-tours-daccueil"),
    "people": (_O, "le-bureau"),
    "users": (_S, "qui-voit-quoi"),
    "two": (_S, "confirmer-un-compte"),
    "account": HOME,
    "log": (_S, "qui-voit-quoi"),
    "help": ("mots", ""),
}
PAGES: dict[str, tuple[str, str]] = {
    "money.sell": (_T, "3-vendre"),
    "money.tab_page": (_T, "6-les-ardoises-et-les-rappels"),
    "money.reminder": (_T, "6-les-ardoises-et-les-rappels"),
    "money.ask_reminders": (_T, "6-les-ardoises-et-les-rappels"),
    "money.subscription_list": (_T, "5-les-formules-qui-courent"),
    "money.reverse": (_T, "4-corriger"),
    "money.amend": (_T, "4-corriger"),
    "books.month_path": (_T, "7-la-fin-de-la-soirée"),
    "rules.tariff_form": (_T, "changer-un-tarif"),
    "rules.confirm_form": (_T, "changer-un-tarif"),
    "member.badge": (_S, "donner-un-badge"),
    "member.merge": (_S, "deux-fiches-pour-une-personne"),
    "members.likely": (_S, "deux-fiches-pour-une-personne"),
    "member.leave": (_S, "départ-et-retour"),
    "member.payers": (_S, "qui-paie"),
    "member.reduced": (_S, "tarif-réduit"),
}


def topic(endpoint: str) -> tuple[str, str]:
    """The guide, and the anchor within it, of a page."""
    return PAGES.get(endpoint) or AREAS.get(endpoint.partition(".")[0], HOME)
