"""Each rule in words: what it is called, what it does, by what it is about."""

from kiosk.web.desk.book_labels import BOOKS
from kiosk.web.desk.rule_kinds import Kind, Rule
from kiosk.web.desk.words import t

_GROUPS: dict[tuple[str, str], tuple[Rule, ...]] = {
    ("Adhésion et ardoise", "Membership and tab"): (
        Rule(
            "membership_year",
            Kind.CHOICE,
            "Année d’adhésion",
            "Membership year",
            "Ce que couvre une adhésion.",
            "What a membership covers.",
            choices={
                "rolling": ("de date à date", "from day to day"),
                "calendar": ("année civile", "calendar year"),
                "school": ("de septembre à août", "September to August"),
            },
        ),
        Rule(
            "membership_grace_days",
            Kind.COUNT,
            "Délai de grâce (jours)",
            "Grace (days)",
            "Une adhésion finie ouvre encore la porte pendant ce temps.",
            "A membership that is over still opens the door for this long.",
        ),
        Rule(
            "tab_limit_cents",
            Kind.SUM,
            "Limite de l’ardoise échue",
            "Limit of a tab past due",
            "Au-delà, une journée qui coûte est refusée.",
            "Above it, a day that costs is refused.",
        ),
        Rule(
            "tab_due_days",
            Kind.COUNT,
            "Échéance (jours)",
            "Past due after (days)",
            "Après ces jours, ce qui est dû est échu.",
            "After so many days what is owed is past due.",
        ),
    ),
    ("La journée", "The day"): (
        Rule(
            "day_start_hour",
            Kind.HOUR,
            "Début de la journée",
            "The day begins at",
            "Un badge présenté avant cette heure compte pour la veille.",
            "A tap before this hour counts for the day before.",
        ),
        Rule(
            "half_day_split_hour",
            Kind.HOUR,
            "Milieu de la journée",
            "The day is split at",
            "Là où des demi-journées sont vendues.",
            "Where half days are sold.",
            "pas de demi-journées",
            "no half days",
        ),
        Rule(
            "month_cap_days",
            Kind.COUNT,
            "Plafond du mois (journées)",
            "Monthly cap (days)",
            "Après ces journées comptées, le reste du mois est offert.",
            "After so many charged days the rest of the month is free.",
            "pas de plafond",
            "no cap",
        ),
        Rule(
            "undo_limit",
            Kind.COUNT,
            "Annulations à l’écran",
            "Undone at the screen",
            "Journées qu’une personne membre peut annuler elle-même.",
            "Days that a member may undo by themselves.",
        ),
        Rule(
            "undo_window_days",
            Kind.COUNT,
            "… en tant de jours",
            "… in so many days",
            "La période où ces annulations sont comptées.",
            "The time in which these are counted.",
        ),
        Rule(
            "pro_rata",
            Kind.FLAG,
            "Premier et dernier mois au prorata",
            "First and last month by their days",
            "Un mois de permanent entamé ne coûte que ses jours.",
            "A permanent’s month that is not whole costs only its days.",
        ),
    ),
    ("Portes et places", "Doors and places"): (
        Rule(
            "opening_hours",
            Kind.HOURS,
            "Heures d’ouverture",
            "Opening hours",
            "En dehors, la porte dit jusqu’à quand c’est fermé.",
            "Outside of them the door says until when it is closed.",
        ),
        Rule(
            "closed_on_holidays",
            Kind.FLAG,
            "Fermé les jours fériés",
            "Closed on public holidays",
            "Les jours fériés de France ; chacun peut être ouvert à la main.",
            "France’s public holidays; each can be opened by hand.",
        ),
        Rule(
            "closed_admits_permanents",
            Kind.FLAG,
            "Les permanents entrent quand c’est fermé",
            "Permanents come in when it is closed",
            "Une personne abonnée entre aussi les jours et heures de fermeture.",
            "Whoever subscribes comes in on closed days and hours, too.",
        ),
        Rule(
            "capacity_notice",
            Kind.COUNT,
            "Prévenir à partir de (personnes)",
            "Say that it is busy from (people)",
            "La présence est une estimation : peu de gens disent qu’ils partent. La carte prévient, la porte s’ouvre.",
            "Presence is an estimate: few say when they leave. The card says so, the door opens.",
            "jamais",
            "never",
        ),
        Rule(
            "capacity_legal",
            Kind.COUNT,
            "Capacité légale (personnes)",
            "Legal capacity (people)",
            "À partir de là, la porte reste fermée, sauf aux permanents et à qui est déjà venu dans la journée.",
            "From there on the door stays shut, but to permanents and to whoever came today already.",
            "aucune",
            "none",
        ),
        Rule(
            "passing_minutes",
            Kind.COUNT,
            "De passage (minutes)",
            "Just passing (minutes)",
            "À l’écran, « De passage » ne compte rien ; qui reste plus longtemps présente son badge.",
            "On the screen, “just passing” counts nothing; whoever stays longer taps the badge.",
            "n’est pas proposé",
            "is not offered",
        ),
        Rule(
            "guests_a_day",
            Kind.COUNT,
            "Personnes invitées par jour",
            "Guests a day",
            "Combien une personne membre peut en amener, à l’écran, badge à l’appui.",
            "How many a member may bring, at the screen, with the badge.",
            "n’est pas proposé",
            "is not offered",
        ),
        Rule(
            "guest_cents",
            Kind.SUM,
            "Prix d’une personne invitée",
            "Price of a guest",
            "Sur l’ardoise de qui invite.",
            "On the tab of whoever brings them.",
            "une journée de sa zone",
            "a day of the host’s zone",
        ),
        Rule(
            "guests_by_permanents_only",
            Kind.FLAG,
            "Inviter : permanents seulement",
            "Guests of permanents only",
            "Seule une personne abonnée peut inviter à l’écran.",
            "Only who subscribes may bring a guest at the screen.",
        ),
        Rule(
            "remote_opening",
            Kind.FLAG,
            "Ouvrir la porte à distance",
            "Open the door from afar",
            "Le bureau peut ouvrir la porte une fois, en s’identifiant de nouveau.",
            "The office may open the door once, after signing in again.",
        ),
        Rule(
            "show_amounts",
            Kind.FLAG,
            "Montants à l’écran",
            "Sums on the screen",
            "La file d’attente les lit aussi.",
            "The queue reads them, too.",
        ),
    ),
    ("Comptes", "Accounts"): (
        Rule(
            "rent_cents",
            Kind.SUM,
            "Loyer du mois",
            "Monthly rent",
            "Ce que les recettes du mois doivent couvrir.",
            "What the month’s income should cover.",
        ),
    ),
    ("Comptabilité", "Books"): BOOKS,
}


def groups() -> dict[str, tuple[Rule, ...]]:
    """Every rule, under what it is about."""
    return {t(*name): rules for name, rules in _GROUPS.items()}


RULES = {rule.name: rule for rules in _GROUPS.values() for rule in rules}
# Not shown to whoever sees no money.
MONEY = ("rent_cents", "tab_limit_cents", "accounts", "fec_whole", "invoice_due_days")
