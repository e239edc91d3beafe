"""Writes a duty in words: its title, what follows from it, and the name of the act that ends it.

A *duty* is one kind of task for the office, with its count and its amount.
"""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct

from kiosk.domain.duties import Duty, Kind
from kiosk.exports import formats
from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Plural, Text

# the name of the act that ends each kind: its button's text
ACTS: Mapping[Kind, Text] = {
    Kind.JOININGS: Text("Compléter les fiches des membres", "Complete the members’ files"),
    Kind.VISITORS: Text("Lire les demandes et répondre", "Read the requests and answer"),
    Kind.RENTALS: Text("Créer le devis", "Create the quote"),
    Kind.ERASURES: Text("Voir les demandes d’effacement", "See the erasure requests"),
    Kind.CORRECTIONS: Text("Décider des corrections", "Decide on the corrections"),
    Kind.TWO: Text("Lire les demandes et répondre", "Read the requests and answer"),
    Kind.ACCOUNTS: Text("Relier ces comptes aux fiches des membres", "Link these accounts to members’ files"),
    Kind.CODES: Text("Ouvrir la fiche du membre", "Open the member’s file"),
    Kind.BADGES: Text("Voir ces badges", "See these badges"),
    Kind.TURNS: Text("Voir le planning", "See the rota"),
    Kind.TRAININGS: Text("Voir les événements", "See the events"),
    Kind.CALENDARS: Text("Comparer les calendriers et décider", "Compare the calendars and decide"),
    Kind.HEALTH: Text("Voir tout l’état de la borne", "See the kiosk’s full status"),
    Kind.TAPS: Text("Voir tout l’état de la borne", "See the kiosk’s full status"),
    Kind.MEMBERSHIPS: Text("Proposer de renouveler l’adhésion", "Offer membership renewal"),
    Kind.TABS: Text("Lire et envoyer les rappels", "Read and send the reminders"),
    Kind.BANK_LINES: Text("Rapprocher la banque", "Match the bank lines"),
    Kind.STATEMENT: Text("Importer un relevé", "Import a statement"),
    Kind.ONLINE: Text("Voir les paiements en ligne", "See the online payments"),
    Kind.CHEQUES: Text("Faire le bordereau", "Make the deposit slip"),
    Kind.PAYOUTS: Text("Pointer les versements", "Match the payouts"),
    Kind.CARRIED: Text("Voir la caisse", "See the cash box"),
    Kind.BOX: Text("Compter la caisse", "Count the cash box"),
    Kind.MONTHS: common.EVENING_OF_THE_MONTH,
    Kind.FILES: Text("Envoyer les fichiers du mois", "Send the monthly files"),
    Kind.INVOICES: Text("Faire les factures", "Make the invoices"),
    Kind.OVERDUE: Text("Lire et envoyer les rappels", "Read and send the reminders"),
    Kind.YEAR: Text("Voir les clôtures", "See the closings"),
    Kind.INSURANCES: Text("Voir les membres", "See the members"),
    Kind.OFFICES: Text("Voir les domiciliations", "See the registered offices"),
    Kind.ANSWERS: Text("Répondre aux questions", "Answer the questions"),
}
_JOININGS = Plural(
    Text("{count} nouvelle personne : fiche à compléter", "{count} new person: a file to complete"),
    Text("{count} nouvelles personnes : fiches à compléter", "{count} new people: files to complete"),
)
_VISITORS = Plural(
    Text("{count} demande publique attend une réponse", "{count} public request is waiting for an answer"),
    Text("{count} demandes publiques attendent une réponse", "{count} public requests are waiting for an answer"),
)
_RENTALS = Plural(
    Text("{count} demande de salle attend un devis", "{count} room request needs a quote"),
    Text("{count} demandes de salle attendent un devis", "{count} room requests need a quote"),
)
_ERASURES = Plural(
    Text("{count} personne demande l’effacement de ses données", "{count} member asks for their data to be erased"),
    Text(
        "{count} personnes demandent l’effacement de leurs données", "{count} members ask for their data to be erased"
    ),
)
_CORRECTIONS = Plural(
    Text("{count} correction à décider", "{count} correction to decide on"),
    Text("{count} corrections à décider", "{count} corrections to decide on"),
)
_TWO = Plural(
    Text("{count} décision à deux attend votre accord", "{count} two-person decision needs your agreement"),
    Text("{count} décisions à deux attendent votre accord", "{count} two-person decisions need your agreement"),
)
_ACCOUNTS = Plural(
    Text("{count} compte du bureau à relier à sa fiche", "{count} desk account to link to a member’s file"),
    Text("{count} comptes du bureau à relier à leur fiche", "{count} desk accounts to link to members’ files"),
)
_TAKES_UNTIL = Text("encaissement possible jusqu’au {day}", "payments can be recorded until {day}")
_CODES = Plural(
    Text(
        "{count} code pour badge oublié est bloqué un moment, après plusieurs erreurs",
        "{count} code for a forgotten badge is temporarily locked after several wrong attempts",
    ),
    Text(
        "{count} codes pour badge oublié sont bloqués un moment, après plusieurs erreurs",
        "{count} codes for a forgotten badge are temporarily locked after several wrong attempts",
    ),
)
_BADGES = Plural(
    Text(
        "{count} badge à remettre sur le lecteur : ses clés sont à moitié écrites",
        "{count} badge to put back on the reader: its keys are half written",
    ),
    Text(
        "{count} badges à remettre sur le lecteur : leurs clés sont à moitié écrites",
        "{count} badges to put back on the reader: their keys are half written",
    ),
)
_TURNS = Plural(
    Text("{count} tour d’accueil à prendre", "{count} hosting shift without a host"),
    Text("{count} tours d’accueil à prendre", "{count} hosting shifts without a host"),
)
_TRAININGS = Plural(
    Text("{count} événement à décider dans les trois jours", "{count} event to decide on within three days"),
    Text("{count} événements à décider dans les trois jours", "{count} events to decide on within three days"),
)
_CALENDARS = Plural(
    Text("{count} différence avec un calendrier importé", "{count} difference with an imported calendar"),
    Text("{count} différences avec des calendriers importés", "{count} differences with imported calendars"),
)
_HEALTH = Plural(
    Text("{count} point à vérifier sur la borne", "{count} issue to check on the kiosk"),
    Text("{count} points à vérifier sur la borne", "{count} issues to check on the kiosk"),
)
_ASIDE = Text(
    "Journées à saisir à la main : spool/journees-a-reprendre.csv",
    "Days to enter by hand: spool/journees-a-reprendre.csv",
)
_MEMBERSHIPS_OVER = Plural(
    Text("{count} adhésion est finie depuis le {day}", "{count} membership ended on {day}"),
    Text("{count} adhésions sont finies, la première le {day}", "{count} memberships have ended, the first on {day}"),
)
_MEMBERSHIPS_END = Plural(
    Text("{count} adhésion finit bientôt, le {day}", "{count} membership ends soon, on {day}"),
    Text(
        "{count} adhésions finissent bientôt, la première le {day}", "{count} memberships end soon, the first on {day}"
    ),
)
_TABS = Plural(
    Text(
        "{count} compte en retard de paiement depuis plus de {days} jours : {sum}",
        "{count} account with payment overdue by more than {days} days: {sum}",
    ),
    Text(
        "{count} comptes en retard de paiement depuis plus de {days} jours : {sum}",
        "{count} accounts with payment overdue by more than {days} days: {sum}",
    ),
)
_BANK_LINES = Plural(
    Text("{count} ligne de la banque à décider", "{count} bank line to decide on"),
    Text("{count} lignes de la banque à décider", "{count} bank lines to decide on"),
)
_STATEMENT = Text("Dernier relevé de la banque : {day}", "Last bank statement: {day}")
_NO_STATEMENT = Text("Aucun relevé de la banque n’a été importé", "No bank statement imported yet")
_ONLINE = Plural(
    Text("{count} paiement en ligne à décider : {sum}", "{count} online payment to decide on: {sum}"),
    Text("{count} paiements en ligne à décider : {sum}", "{count} online payments to decide on: {sum}"),
)
_CHEQUES = Plural(
    Text("{count} chèque à remettre : {sum}", "{count} cheque to deposit: {sum}"),
    Text("{count} chèques à remettre : {sum}", "{count} cheques to deposit: {sum}"),
)
_BARE = Plural(
    Text("{count} chèque sans banque ou sans numéro", "{count} cheque without a bank or a number"),
    Text("{count} chèques sans banque ou sans numéro", "{count} cheques without a bank or a number"),
)
_PAYOUTS = Plural(
    Text(
        "{count} paiement par carte ou en ligne n’est pas encore arrivé en banque : {sum}",
        "{count} card or online payment has not reached the bank yet: {sum}",
    ),
    Text(
        "{count} paiements par carte ou en ligne ne sont pas encore arrivés en banque : {sum}",
        "{count} card or online payments have not reached the bank yet: {sum}",
    ),
)
_CARRIED = Text(
    "Espèces portées à la banque, pas encore sur un relevé : {sum}",
    "Cash taken to the bank, not on a statement yet: {sum}",
)
_UNSEEN = Text(
    "Argent noté comme arrivé en banque, mais absent du relevé de ces jours : {sum}",
    "Money marked as credited by the bank, but missing from the statement for those days: {sum}",
)
_BOX_NEVER = Text(
    "La caisse n’a jamais été comptée ; elle doit contenir {sum} d’après les écritures",
    "The cash box has never been counted: according to the entries, it should hold {sum}",
)
_BOX = Text(
    "La caisse, comptée le {day}, doit contenir {sum} d’après les écritures",
    "The cash box was counted on {day}: according to the entries, it should hold {sum}",
)
_BOX_BELOW = Text(
    "Le solde de la caisse est de {sum} : une écriture manque", "The cash box balance is {sum}: an entry is missing"
)
_MONTHS = Plural(
    Text("{count} mois fini n’est pas encore clos : {first}", "{count} past month is not closed yet: {first}"),
    Text(
        "{count} mois finis ne sont pas encore clos : de {first} à {last}",
        "{count} past months are not closed yet: {first} to {last}",
    ),
)
_FILES = Text("Les fichiers de {month} ne sont pas envoyés", "The files for {month} have not been sent")
_INVOICES = Plural(
    Text(
        "{count} débit d’une structure sans facture : {sum}",
        "{count} uninvoiced charge to an organisation: {sum}",
    ),
    Text(
        "{count} débits de structures sans facture : {sum}",
        "{count} uninvoiced charges to organisations: {sum}",
    ),
)
_OVERDUE = Plural(
    Text("{count} facture en retard : {sum}", "{count} overdue invoice: {sum}"),
    Text("{count} factures en retard : {sum}", "{count} overdue invoices: {sum}"),
)
_YEAR = Text("L’exercice {year} est fini, mais pas encore clos", "Fiscal year {year} has ended but is not closed yet")
_INSURANCES = Plural(
    Text("{count} attestation d’assurance expire le {day}", "{count} insurance certificate expires on {day}"),
    Text(
        "{count} attestations d’assurance expirent, la première le {day}",
        "{count} insurance certificates expire, the first on {day}",
    ),
)
_BARE_OFFICES = Plural(
    Text("{count} domiciliation sans agrément", "{count} registered office without an approval"),
    Text("{count} domiciliations sans agrément", "{count} registered offices without an approval"),
)
_OFFICES = Text("L’agrément de domiciliation expire le {day}", "The approval for registered offices expires on {day}")
_ANSWERS = Plural(
    Text("« Votre espace » : {count} réponse à confirmer", "“Your space”: {count} answer to confirm"),
    Text("« Votre espace » : {count} réponses à confirmer", "“Your space”: {count} answers to confirm"),
)
_REFUSED = Text("accès refusé à partir du {day}", "access refused from {day}")
_PROPOSED = Text("renouvellement proposé le {day}", "renewal offered on {day}")
_REMINDED = Text("dernier rappel envoyé le {day}", "last reminder sent on {day}")
_THRICE = Plural(
    Text(
        "{count} compte rappelé trois fois : parlez-en avec la personne, ou passez la dette en perte",
        "{count} account reminded three times: talk to the member, or write the debt off",
    ),
    Text(
        "{count} comptes rappelés trois fois : parlez-en avec les personnes, ou passez les dettes en perte",
        "{count} accounts reminded three times: talk to the members, or write the debts off",
    ),
)
_NOT_ENTERED = Text("les virements reçus depuis ne sont pas saisis", "transfers received since then are not recorded")
_DECLARED = Plural(
    Text("{count} dépôt déclaré à compter : {sum}", "{count} cash deposit to count: {sum}"),
    Text("{count} dépôts déclarés à compter : {sum}", "{count} cash deposits to count: {sum}"),
)
_SINCE = Text("depuis le {day}", "since {day}")
_DUE = Text("première réponse à donner le {day} au plus tard", "first answer due by {day}")
_ON_THE = Text("le {day}", "on {day}")
_ASLEEP = Text("reporté au {day}", "postponed to {day}")
_ASLEEP_BY = Text("reporté par {name} au {day}", "postponed to {day} by {name}")


class _Line(Struct, frozen=True):
    """A duty and the language in which it is written."""

    duty: Duty
    language: Language

    @property
    def sum(self) -> str:
        """Return the duty's amount as text."""
        return formats.euros(self.duty.cents, self.language)

    def day(self, on: date | None) -> str:
        """Return a day as text, a dash for none."""
        return "—" if on is None else formats.kept_together(on, self.language, formats.IN_YEAR)

    def about(self, name: str) -> date | None:
        """Return a day from the duty's further facts, None where there is none by that name."""
        value = self.duty.about.get(name)
        return value if isinstance(value, date) else None

    def number(self, name: str) -> int:
        """Return a number from the duty's further facts, 0 where there is none by that name."""
        value = self.duty.about.get(name)
        return value if isinstance(value, int) else 0

    def month(self, on: date | None) -> str:
        """Return the month of a day as text, a dash for none."""
        return "—" if on is None else formats.day(on, self.language, formats.MONTH_OF_YEAR)


def title(duty: Duty, language: Language) -> str:
    """Return a duty's title, with its count and its amount."""
    sentence = _TITLES.get(duty.kind)
    return (
        sentence(_Line(duty, language))
        if sentence
        else _COUNTED[duty.kind].to(language, duty.count, sum=formats.euros(duty.cents, language))
    )


def detail(duty: Duty, language: Language) -> str:
    """Return what follows from a duty, or what was already done about it; "" where there is nothing to add."""
    sentence = _DETAILS.get(duty.kind)
    return sentence(_Line(duty, language)) if sentence else ""


def act(kind: Kind, language: Language) -> str:
    """Return the name of the act that ends duties of a kind: the text of its button."""
    return ACTS[kind].to(language)


def put_off(duty: Duty, name: str | None, language: Language) -> str:
    """Return until when a duty is postponed, and by which officer if `name` is given; "" where it is not postponed."""
    if duty.asleep_until is None:
        return ""
    day = _Line(duty, language).day(duty.asleep_until)
    return _ASLEEP.to(language, day=day) if name is None else _ASLEEP_BY.to(language, name=name, day=day)


def _memberships(line: _Line) -> str:
    """Return the title of ended memberships, or of those that end soon where none has ended."""
    over = line.number("over")
    if over:
        return _MEMBERSHIPS_OVER.to(line.language, over, day=line.day(line.duty.ends_on))
    return _MEMBERSHIPS_END.to(line.language, line.duty.count, day=line.day(line.duty.ends_on))


def _box(line: _Line) -> str:
    """Return the title of the cash box: below 0, never counted, or last counted on a day."""
    if line.duty.cents < 0:
        return _BOX_BELOW.to(line.language, sum=line.sum)
    if line.duty.done_on is None:
        return _BOX_NEVER.to(line.language, sum=line.sum)
    return _BOX.to(line.language, sum=line.sum, day=line.day(line.duty.done_on))


def _taps(line: _Line) -> str:
    """Return the title of taps: those set aside in a file, to be entered by hand, and those that wait to be entered."""
    aside = line.number("aside")
    parts = [f"{_ASIDE.to(line.language)} ({aside})"] if aside else []
    waiting = line.duty.count - aside
    return " · ".join([*parts, *([common.TAPS_WAIT.to(line.language, waiting)] if waiting else [])])


def _months(line: _Line) -> str:
    """Return the title of months to close, with the first and the last."""
    first, last = line.month(line.about("first")), line.month(line.about("last"))
    return _MONTHS.to(line.language, line.duty.count, first=first, last=last)


# titles that are a count and at most a sum; the others follow, then what is added below a title
_COUNTED: Mapping[Kind, Plural] = {
    Kind.JOININGS: _JOININGS,
    Kind.VISITORS: _VISITORS,
    Kind.RENTALS: _RENTALS,
    Kind.ERASURES: _ERASURES,
    Kind.CORRECTIONS: _CORRECTIONS,
    Kind.TWO: _TWO,
    Kind.ACCOUNTS: _ACCOUNTS,
    Kind.CODES: _CODES,
    Kind.BADGES: _BADGES,
    Kind.TURNS: _TURNS,
    Kind.TRAININGS: _TRAININGS,
    Kind.CALENDARS: _CALENDARS,
    Kind.HEALTH: _HEALTH,
    Kind.BANK_LINES: _BANK_LINES,
    Kind.ONLINE: _ONLINE,
    Kind.CHEQUES: _CHEQUES,
    Kind.PAYOUTS: _PAYOUTS,
    Kind.INVOICES: _INVOICES,
    Kind.OVERDUE: _OVERDUE,
    Kind.ANSWERS: _ANSWERS,
}
_TITLES: Mapping[Kind, Callable[[_Line], str]] = {
    Kind.TAPS: _taps,
    Kind.MEMBERSHIPS: _memberships,
    Kind.TABS: lambda line: _TABS.to(line.language, line.duty.count, days=line.number("due_days"), sum=line.sum),
    Kind.STATEMENT: lambda line: (
        _NO_STATEMENT.to(line.language)
        if line.duty.done_on is None
        else _STATEMENT.to(line.language, day=line.day(line.duty.done_on))
    ),
    Kind.CARRIED: lambda line: _CARRIED.to(line.language, sum=line.sum),
    Kind.BOX: _box,
    Kind.MONTHS: _months,
    Kind.FILES: lambda line: _FILES.to(line.language, month=line.month(line.about("until"))),
    Kind.YEAR: lambda line: _YEAR.to(line.language, year=line.duty.about.get("name", "")),
    Kind.INSURANCES: lambda line: _INSURANCES.to(line.language, line.duty.count, day=line.day(line.duty.ends_on)),
    Kind.OFFICES: lambda line: (
        _BARE_OFFICES.to(line.language, line.duty.count)
        if line.number("bare")
        else _OFFICES.to(line.language, day=line.day(line.duty.ends_on))
    ),
}


def _of_memberships(line: _Line) -> str:
    """Return from when the door refuses, and when renewals were proposed."""
    proposed, refused = line.about("proposed_on"), line.about("refused_on")
    parts = [_REFUSED.to(line.language, day=line.day(refused))] if refused else []
    parts += [_PROPOSED.to(line.language, day=line.day(proposed))] if proposed else []
    return " · ".join(parts)


def _of_tabs(line: _Line) -> str:
    """Return the day of the last reminder, and how many tabs were reminded three times."""
    last, thrice = line.about("last"), line.number("thrice")
    parts = [_REMINDED.to(line.language, day=line.day(last))] if last else []
    parts += [_THRICE.to(line.language, thrice)] if thrice else []
    return " · ".join(parts)


def _of_box(line: _Line) -> str:
    """Return how much cash members declared since the last count; empty for none."""
    declared = line.number("declared")
    return (
        _DECLARED.to(line.language, declared, sum=formats.euros(line.number("declared_cents"), line.language))
        if declared
        else ""
    )


def _of_cheques(line: _Line) -> str:
    """Return since when cheques wait, and how many lack the bank or the number."""
    bare = line.number("bare")
    return " · ".join(filter(None, [_since(line), _BARE.to(line.language, bare) if bare else ""]))


def _of_carried(line: _Line) -> str:
    """Return since when cash is on its way, and how much was marked as arrived but is on no statement."""
    cents = line.number("unseen_cents")
    unseen = _UNSEEN.to(line.language, sum=formats.euros(cents, line.language)) if cents else ""
    return " · ".join(filter(None, [_since(line), unseen]))


def _since(line: _Line) -> str:
    """Return since when the duty waits; empty where it has no such day."""
    return _SINCE.to(line.language, day=line.day(line.duty.since)) if line.duty.since else ""


def _answer_by(line: _Line) -> date | None:
    """Return the last day to answer a request to erase data."""
    from kiosk.domain.members import erasing  # seldom needed

    return None if line.duty.since is None else erasing.answer_by(line.duty.since)


_DETAILS: Mapping[Kind, Callable[[_Line], str]] = {
    Kind.MEMBERSHIPS: _of_memberships,
    Kind.TABS: _of_tabs,
    Kind.STATEMENT: lambda line: _NOT_ENTERED.to(line.language) if line.duty.count else "",
    Kind.BOX: _of_box,
    Kind.TURNS: lambda line: _ON_THE.to(line.language, day=line.day(line.duty.ends_on)),
    Kind.JOININGS: _since,
    Kind.ERASURES: lambda line: _DUE.to(line.language, day=line.day(_answer_by(line))),
    Kind.ACCOUNTS: lambda line: (
        _TAKES_UNTIL.to(line.language, day=line.day(line.duty.ends_on)) if line.duty.ends_on else ""
    ),
    Kind.CALENDARS: _since,
    Kind.BANK_LINES: _since,
    Kind.ONLINE: _since,
    Kind.CHEQUES: _of_cheques,
    Kind.PAYOUTS: _since,
    Kind.CARRIED: _of_carried,
    Kind.INVOICES: _since,
    Kind.OVERDUE: _since,
    Kind.ANSWERS: _since,
}
