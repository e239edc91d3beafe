"""The one table of personal data: what is stored, where, for how long, what happens then, and its readers.

Retention deletes by its days; the notice at the door and a page of the manual show its words.
"""

from msgspec import Struct

from kiosk.language.texts import Text

HOURS_DAYS = 90
VISIT_DAYS = FILE_DAYS = 3 * 365 + 1  # three years, with one leap day
LOG_DAYS = 365
ASK_DAYS = 30
TELEPHONE_DAYS = ONLINE_DAYS = 180
OFFICE_DAYS = 5 * 365 + 2
COPY_DAYS = 60  # age of a copy that has times; they are of its last days, so that none is older than 90 days
HOURS_IN_COPIES_DAYS = HOURS_DAYS - COPY_DAYS

_DATABASE = Text("base de données", "database")
_ERASED = Text("effacé", "erased")
_OFFICE = Text("le bureau", "the office")
_NOBODY = Text("personne, sauf panne à chercher sur la machine", "nobody, except to find a fault on the machine")
_MONEY = Text("trésorerie et présidence ; sa personne", "treasurer and president; the person concerned")
_ACCOUNTS = Text("10 ans, comme la loi le demande", "10 years, as the law asks")
_DAYS_90 = Text("90 jours", "90 days")


class Kept(Struct, frozen=True):
    """One kind of personal data. `days` is how long it is stored, None where no fixed time ends it."""

    code: str
    what: Text
    where: Text
    long: Text
    then: Text
    who: Text
    days: int | None = None


KEPT = (
    Kept(
        "door-events",
        Text("Ce que la porte a fait ou refusé, et quand", "What the door did or refused, and when"),
        Text("base de données, journal de l’entrée", "database, the entrance’s journal"),
        _DAYS_90,
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "visit-times",
        Text(
            "Heures d’arrivée et de départ, prénom d’une personne invitée",
            "Times of arrival and departure, a guest’s first name",
        ),
        _DATABASE,
        _DAYS_90,
        _ERASED,
        Text("le bureau, le jour même ; sa personne", "the office, on that day; the person concerned"),
        HOURS_DAYS,
    ),
    Kept(
        "traces",
        Text(
            "L’heure de ce qui est fait à l’écran ou au bureau : demandes, documents remis, journal, messages",
            "Times of actions at the screen or the desk: requests, documents handed out, log, messages",
        ),
        _DATABASE,
        _DAYS_90,
        Text("seul le jour reste", "only the day is kept"),
        Text("qui peut voir la chose elle-même", "whoever may see the record itself"),
        HOURS_DAYS,
    ),
    Kept(
        "visits",
        Text("Quel jour on est venu", "Days of presence"),
        _DATABASE,
        Text("3 ans", "3 years"),
        Text(
            "la journée ne dit plus de qui elle est ; le débit reste dans les comptes, par jour",
            "the day no longer names anyone; its charge stays in the accounts, by day",
        ),
        Text("le bureau ; sa personne", "the office; the person concerned"),
        VISIT_DAYS,
    ),
    Kept(
        "event-names",
        Text("Prénom de qui n’est pas membre à une formation", "First name of a non-member at a training"),
        _DATABASE,
        Text("90 jours après", "90 days after"),
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "event-people",
        Text(
            "Qui est venu à une formation sans rien devoir, qui a proposé ou soutenu un sujet",
            "Free participation in a training; topics proposed or supported",
        ),
        _DATABASE,
        Text("1 an après", "1 year after"),
        Text("le nom est retiré", "the name is removed"),
        _OFFICE,
        LOG_DAYS,
    ),
    Kept(
        "loans",
        Text("Qui a eu la cabine, un casier, une clé", "Loans of the booth, a locker or a key"),
        _DATABASE,
        Text("90 jours après le retour", "90 days after its return"),
        _ERASED,
        Text(
            "le bureau ; les membres, si la personne est visible", "the office; members, where the person may be seen"
        ),
        HOURS_DAYS,
    ),
    Kept(
        "lent-days",
        Text("Quels jours un bureau a été prêté, et à qui", "Days on which a desk was lent, and to whom"),
        _DATABASE,
        Text("1 an", "1 year"),
        _ERASED,
        _OFFICE,
        LOG_DAYS,
    ),
    Kept(
        "registered-offices",
        Text("Qui a son siège ici : nom, SIREN, dates", "Registered offices here: name, SIREN, dates"),
        _DATABASE,
        Text("5 ans après la fin du contrat", "5 years after the contract’s end"),
        _ERASED,
        Text("secrétariat et présidence", "secretary and president"),
        OFFICE_DAYS,
    ),
    Kept(
        "asks",
        Text(
            "Annonce finie, demande d’un savoir-faire, lien reçu par e-mail",
            "Expired notice, request for a skill, link received by e-mail",
        ),
        _DATABASE,
        Text("30 jours après", "30 days after"),
        _ERASED,
        Text("le bureau ; les deux personnes", "the office; the two people"),
        ASK_DAYS,
    ),
    Kept(
        "unanswered",
        Text(
            "Demande d’adhésion sans réponse (nom, badge), motif d’un tarif réduit fini, échange d’accueil",
            "Unanswered request to join (name, badge), reason for an ended reduced tariff, swapped shift",
        ),
        _DATABASE,
        Text("90 jours après", "90 days after"),
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "public-unproven",
        Text(
            "Demande faite sur les pages publiques, sans que son lien soit suivi",
            "Request on the public pages whose link was never followed",
        ),
        _DATABASE,
        Text("1 jour", "1 day"),
        _ERASED,
        _NOBODY,
        1,
    ),
    Kept(
        "public-requests",
        Text(
            "Demande faite sur les pages publiques : nom, e-mail, structure, jour",
            "Request on the public pages: name, e-mail, organisation, day",
        ),
        _DATABASE,
        Text("90 jours après son jour", "90 days after its day"),
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "booking-titles",
        Text("Titre d’une réservation de salle", "Title of a room booking"),
        _DATABASE,
        Text("1 an après", "1 year after"),
        _ERASED,
        Text("le bureau ; sa personne", "the office; the person concerned"),
        LOG_DAYS,
    ),
    Kept(
        "member-file",
        Text(
            "La fiche : nom, e-mail, téléphone, réglages, badges (empreinte, fin du numéro), tarif réduit, corrections",
            "The file: name, e-mail, telephone, settings, badges (fingerprint, last digits), reduced tariff,"
            " corrections",
        ),
        _DATABASE,
        Text("3 ans après le départ", "3 years after leaving"),
        Text("effacé ; les écritures gardent le numéro", "erased; entries keep the number"),
        Text(
            "secrétariat, trésorerie, présidence ; sa personne", "secretary, treasurer, president; the person concerned"
        ),
        FILE_DAYS,
    ),
    Kept(
        "accounts",
        Text(
            "Écritures, reçus, factures, clôtures : un numéro de membre, un jour, une somme",
            "Entries, receipts, invoices, closings: member number, day, amount",
        ),
        Text("base de données, archives signées", "database, signed archives"),
        _ACCOUNTS,
        Text("archivé", "archived"),
        _MONEY,
    ),
    Kept(
        "online-unpaid",
        Text("Paiement en ligne demandé, et jamais payé", "Online payment requested and never paid"),
        _DATABASE,
        Text("180 jours", "180 days"),
        _ERASED,
        _MONEY,
        ONLINE_DAYS,
    ),
    Kept(
        "texts",
        Text("Motifs et références écrits à côté d’une écriture", "Reasons and references beside an entry"),
        Text("base de données, à part des écritures", "database, apart from entries"),
        Text("avec les comptes, ou jusqu’à une demande", "with the accounts, or until a request"),
        Text("effacé ; l’écriture garde un résumé chiffré", "erased; the entry keeps a digest"),
        _MONEY,
    ),
    Kept(
        "bank-lines",
        Text("Lignes du relevé de la banque, avec ses mots", "Bank statement lines, in the bank’s words"),
        _DATABASE,
        _ACCOUNTS,
        Text("les mots sont effacés à la demande", "the words are erased on request"),
        Text("trésorerie et présidence", "treasurer and president"),
    ),
    Kept(
        "desk-log",
        Text("Qui a lu ou changé quoi au bureau", "Who read or changed what at the desk"),
        _DATABASE,
        Text("12 mois", "12 months"),
        _ERASED,
        Text("présidence", "president"),
        LOG_DAYS,
    ),
    Kept(
        "officers",
        Text("Comptes du bureau : nom, adresse e-mail", "Accounts of the desk: name, e-mail address"),
        _DATABASE,
        Text("jusqu’à ce que la présidence les efface", "until the president erases them"),
        Text("le numéro reste, et n’est redonné à personne", "the number stays and is never reused"),
        Text("présidence ; le nom seul, le bureau", "president; the office sees the name only"),
    ),
    Kept(
        "attempts",
        Text("Connexions au bureau qui ont échoué, par empreinte", "Failed sign-ins, by fingerprint"),
        _DATABASE,
        Text("1 jour", "1 day"),
        _ERASED,
        _NOBODY,
        1,
    ),
    Kept(
        "telephones",
        Text("Téléphones reliés : quel jour, et de quelle sorte", "Paired telephones: on which day, and of which kind"),
        _DATABASE,
        Text("180 jours après le dernier usage", "180 days after the last use"),
        _ERASED,
        Text("le bureau ; sa personne", "the office; the person concerned"),
        TELEPHONE_DAYS,
    ),
    Kept(
        "desk-devices",
        Text("Appareils d’où l’on s’est connecté au bureau, par empreinte", "Devices used to sign in, by fingerprint"),
        _DATABASE,
        Text("1 an après la dernière connexion", "1 year after the last sign-in"),
        _ERASED,
        _NOBODY,
        LOG_DAYS,
    ),
    Kept(
        "waiting",
        Text(
            "Badges présentés pendant une panne ; qui peut entrer sans la base de données (nom affiché, droits)",
            "Badges shown during a fault; who may come in without the database (shown name, rights)",
        ),
        Text("fichiers de l’entrée", "the entrance’s files"),
        Text(
            "jusqu’à ce que la base les reprenne ; la liste suit la fiche",
            "until the database has them; the list follows the file",
        ),
        _ERASED,
        _NOBODY,
    ),
    Kept(
        "stopped-badges",
        Text(
            "Badges qui n’ouvrent plus, par empreinte, sans nom ni numéro",
            "Badges switched off, by fingerprint, without name or number",
        ),
        Text("fichiers de l’entrée", "the entrance’s files"),
        Text(
            "tant que l’espace existe : aucune vieille liste ne doit les rouvrir",
            "as long as the space exists, so that no older list can let them in again",
        ),
        Text("la fiche effacée, plus rien ne dit de qui", "once the file is erased, no one can tell whose"),
        _NOBODY,
    ),
    Kept(
        "messages",
        Text("Messages à envoyer", "Messages to be sent"),
        _DATABASE,
        Text("jusqu’à l’envoi", "until they are sent"),
        Text("l’adresse et les mots sont effacés", "address and words are erased"),
        _NOBODY,
    ),
    Kept(
        "copies",
        Text("Sauvegardes, avec les heures des 30 derniers jours", "Backups, with the times of their last 30 days"),
        Text("dossier backups", "folder backups"),
        Text("60 jours au plus", "60 days at most"),
        _ERASED,
        Text("qui a la machine", "whoever has the machine"),
        COPY_DAYS,
    ),
    Kept(
        "lasting-copies",
        Text("Sauvegardes pour des mois, sans aucune heure", "Monthly backups, without times"),
        Text("dossier backups, lieux choisis (chiffrées)", "folder backups, chosen places (encrypted)"),
        Text("12 mois, ou ce que dit kiosk.toml", "12 months, or as kiosk.toml says"),
        _ERASED,
        Text("qui a la machine, ou la clé des sauvegardes", "whoever has the machine, or the backup key"),
    ),
)
BY_CODE = {each.code: each for each in KEPT}


def days(code: str) -> int:
    """Return for how many days a kind of data is stored. Raises ValueError for one without a fixed time."""
    found = BY_CODE[code].days
    if found is None:
        raise ValueError(f"nothing ends {code} by its days")
    return found
