"""The one table of personal data: what is stored, where, for how long, what happens then, and its readers.

Retention deletes by its days; the notice at the door and a page of the manual show its words.
"""

from msgspec import Struct

from kiosk.language.texts import Text

HOURS_DAYS = 90  # times of coming and going, and what else is as close to a person's day
VISIT_DAYS = FILE_DAYS = 3 * 365 + 1  # days of visits, and files of former members: three years, with one leap day
LOG_DAYS = 365  # the desk's log, and what else is kept for a year
ASK_DAYS = 30  # what members ask each other
TELEPHONE_DAYS = ONLINE_DAYS = 180  # unused telephones; online payments that were never made
OFFICE_DAYS = 5 * 365 + 2  # registered offices: five years, with two leap days
COPY_DAYS = 60  # age of a copy that has times; they are of its last days, so that none is older than 90 days
HOURS_IN_COPIES_DAYS = HOURS_DAYS - COPY_DAYS  # of how many last days a copy has times

_DATABASE = Text("base de données", "database")
_ERASED = Text("effacé", "erased")
_OFFICE = Text("le bureau", "the office")
_NOBODY = Text(
    "personne, sauf pour chercher une panne sur la machine",
    "no one, except a person looking for a fault on the machine",
)
_MONEY = Text("trésorerie et présidence ; la personne concernée", "treasurer and president; the person concerned")
_ACCOUNTS = Text("10 ans, comme la loi le demande", "10 years, as the law requires")
_DAYS_90 = Text("90 jours", "90 days")


class Kept(Struct, frozen=True):
    """One kind of personal data, in words: `what` and `where` it is, for how `long`, and what happens `then`; the last
    text names the people with access to it. `days` is how long it is stored, from the event that `long` names,
    if it names one; None where no fixed time ends it.
    """

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
        Text("le bureau, le jour même ; la personne concernée", "the office, on that day; the person concerned"),
        HOURS_DAYS,
    ),
    Kept(
        "traces",
        Text(
            "Heure de chaque acte à l’écran ou au bureau : demandes, documents remis, journal, messages",
            "Times of actions on the screen or at the desk: requests, documents handed out, log entries, messages",
        ),
        _DATABASE,
        _DAYS_90,
        Text("seul le jour reste", "only the day is kept"),
        Text(
            "les personnes qui peuvent voir la demande, le document ou le message",
            "the people who may see the request, document or message itself",
        ),
        HOURS_DAYS,
    ),
    Kept(
        "visits",
        Text("Jours de venue", "Days visited"),
        _DATABASE,
        Text("3 ans", "3 years"),
        Text(
            "la journée ne nomme plus personne ; le débit reste dans les comptes, par jour",
            "the day no longer names anyone; the charge stays in the accounts under its date",
        ),
        Text("le bureau ; la personne concernée", "the office; the person concerned"),
        VISIT_DAYS,
    ),
    Kept(
        "event-names",
        Text("Prénom d’une personne non membre à une formation", "First name of a non-member at a training course"),
        _DATABASE,
        Text("90 jours après la fin de la formation", "90 days after the course ends"),
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "event-people",
        Text(
            "Places gratuites à une formation ; sujets proposés ou soutenus",
            "Free places on training courses; topics proposed or supported",
        ),
        _DATABASE,
        Text("1 an après l’événement", "1 year after the event"),
        Text("le nom est retiré", "the name is removed"),
        _OFFICE,
        LOG_DAYS,
    ),
    Kept(
        "loans",
        Text("Prêts de la cabine, d’un casier ou d’une clé", "Loans of the booth, a locker or a key"),
        _DATABASE,
        Text("90 jours après le retour", "90 days after the item is returned"),
        _ERASED,
        Text(
            "le bureau ; les membres, si la personne est visible",
            "the office; members, if the person chose to be visible",
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
        Text(
            "Structures domiciliées ici : nom, SIREN, dates",
            "Organisations with their registered office here: name, SIREN, dates",
        ),
        _DATABASE,
        Text("5 ans après la fin du contrat", "5 years after the contract ends"),
        _ERASED,
        Text("secrétariat et présidence", "secretary and president"),
        OFFICE_DAYS,
    ),
    Kept(
        "asks",
        Text(
            "Annonce finie, demande d’un savoir-faire, lien reçu par e-mail",
            "Expired notice, request for help from a member, link received by e-mail",
        ),
        _DATABASE,
        Text("30 jours après l’expiration ou l’envoi", "30 days after expiry or sending"),
        _ERASED,
        Text("le bureau ; les deux membres concernés", "the office; the two members concerned"),
        ASK_DAYS,
    ),
    Kept(
        "unanswered",
        Text(
            "Demande d’adhésion sans réponse (nom, badge), motif d’un tarif réduit terminé, échange d’accueil",
            "Unanswered request to join (name, badge), reason for a reduced tariff that has ended, swapped shift",
        ),
        _DATABASE,
        Text("90 jours après la fin", "90 days after the end"),
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "public-unproven",
        Text(
            "Demande faite sur les pages publiques et jamais confirmée par son lien",
            "Request made on the public pages and never confirmed by its link",
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
        Text("90 jours après le jour demandé", "90 days after the requested day"),
        _ERASED,
        _OFFICE,
        HOURS_DAYS,
    ),
    Kept(
        "booking-titles",
        Text("Titre d’une réservation de salle", "Title of a room booking"),
        _DATABASE,
        Text("1 an après la réservation", "1 year after the booking"),
        _ERASED,
        Text("le bureau ; la personne concernée", "the office; the person concerned"),
        LOG_DAYS,
    ),
    Kept(
        "member-file",
        Text(
            "La fiche : nom, e-mail, téléphone, réglages, badges (empreinte, fin du numéro), tarif réduit, corrections",
            "The member’s file: name, e-mail, telephone, settings, badges (fingerprint, last digits), reduced"
            " tariff, corrections",
        ),
        _DATABASE,
        Text("3 ans après le départ", "3 years after leaving"),
        Text("effacé ; les écritures gardent le numéro de membre", "erased; entries keep the member number"),
        Text(
            "secrétariat, trésorerie, présidence ; la personne concernée",
            "secretary, treasurer, president; the person concerned",
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
        Text("Paiement en ligne demandé, mais jamais fait", "Online payment requested but never made"),
        _DATABASE,
        Text("180 jours", "180 days"),
        _ERASED,
        _MONEY,
        ONLINE_DAYS,
    ),
    Kept(
        "texts",
        Text("Motifs et références joints à une écriture", "Reasons and references attached to an entry"),
        Text("base de données, séparés des écritures", "database, stored apart from the entries"),
        Text(
            "aussi longtemps que les comptes, ou jusqu’à une demande d’effacement",
            "as long as the accounts are kept, or until an erasure request",
        ),
        Text(
            "effacé ; l’écriture garde seulement une empreinte du texte",
            "erased; the entry keeps only a fingerprint of the text",
        ),
        _MONEY,
    ),
    Kept(
        "bank-lines",
        Text("Lignes du relevé de la banque, avec ses mots", "Bank statement lines, in the bank’s words"),
        _DATABASE,
        _ACCOUNTS,
        Text("le texte est effacé sur demande", "the text is erased on request"),
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
        Text("Comptes du bureau : nom, adresse e-mail", "Desk accounts: name, e-mail address"),
        _DATABASE,
        Text("jusqu’à ce que la présidence les efface", "until the president erases them"),
        Text("le numéro du compte reste, et n’est redonné à personne", "the account number stays and is never reused"),
        Text("présidence ; le bureau ne voit que le nom", "president; the office sees the name only"),
    ),
    Kept(
        "attempts",
        Text("Connexions au bureau qui ont échoué, par empreinte", "Failed sign-ins to the desk, by fingerprint"),
        _DATABASE,
        Text("1 jour", "1 day"),
        _ERASED,
        _NOBODY,
        1,
    ),
    Kept(
        "telephones",
        Text(
            "Téléphones reliés : jour de liaison et type d’appareil",
            "Paired phones: day of pairing and type of device",
        ),
        _DATABASE,
        Text("180 jours après le dernier usage", "180 days after the last use"),
        _ERASED,
        Text("le bureau ; la personne concernée", "the office; the person concerned"),
        TELEPHONE_DAYS,
    ),
    Kept(
        "desk-devices",
        Text(
            "Appareils d’où l’on s’est connecté au bureau, par empreinte",
            "Devices used to sign in to the desk, by fingerprint",
        ),
        _DATABASE,
        Text("1 an après la dernière connexion", "1 year after the last sign-in"),
        _ERASED,
        _NOBODY,
        LOG_DAYS,
    ),
    Kept(
        "waiting",
        Text(
            "Badges présentés pendant une panne ; membres qui peuvent entrer sans la base de données (nom"
            " affiché, droits)",
            "Badges tapped during an outage; members who may come in without the database (shown name, rights)",
        ),
        Text("fichiers de l’entrée", "the entrance’s files"),
        Text(
            "jusqu’à leur reprise dans la base ; la liste change avec la fiche du membre",
            "until the database has recorded them; the list changes with the member’s file",
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
            "tant que l’espace existe : aucune ancienne liste ne doit redonner l’accès à ces badges",
            "as long as the space exists, so that no older list gives these badges access again",
        ),
        Text(
            "une fois la fiche effacée, plus rien ne dit à qui était le badge",
            "once the file is erased, nothing shows whose badge it was",
        ),
        _NOBODY,
    ),
    Kept(
        "messages",
        Text("Messages en attente d’envoi", "Messages waiting to be sent"),
        _DATABASE,
        Text("jusqu’à l’envoi", "until they are sent"),
        Text("l’adresse et le texte sont effacés", "the address and the text are erased"),
        _NOBODY,
    ),
    Kept(
        "copies",
        Text(
            "Sauvegardes, avec les heures des 30 derniers jours seulement",
            "Backups, with times of day for the last 30 days only",
        ),
        Text("dossier backups", "the backups folder"),
        Text("60 jours au plus", "60 days at most"),
        _ERASED,
        Text("les personnes qui ont accès à la machine", "people with access to the machine"),
        COPY_DAYS,
    ),
    Kept(
        "lasting-copies",
        Text("Sauvegardes mensuelles, sans aucune heure", "Monthly backups, without times of day"),
        Text(
            "dossier backups, et copies chiffrées aux destinations de sauvegarde",
            "the backups folder, and encrypted copies at the backup destinations",
        ),
        Text("12 mois, ou la durée écrite dans kiosk.toml", "12 months, or the time set in kiosk.toml"),
        _ERASED,
        Text(
            "les personnes qui ont accès à la machine ou à la clé des sauvegardes",
            "people with access to the machine or to the backup key",
        ),
    ),
)
BY_CODE = {row.code: row for row in KEPT}


def days(code: str) -> int:
    """Return for how many days a kind of data is stored. Raises ValueError for one without a fixed time, KeyError for
    an unknown code.
    """
    number = BY_CODE[code].days
    if number is None:
        raise ValueError(f"nothing ends {code} by its days")
    return number
