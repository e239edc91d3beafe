"""Names the columns and codes of a person's records, for the page that shows them all data known about them.

A column has one name wherever it occurs. A *carnet* is a set of prepaid days; its name is the same in English.
"""

import re
from collections.abc import Mapping

from kiosk.exports import labels, payment_words
from kiosk.exports.events import words as events
from kiosk.language import codes, common, log_acts
from kiosk.language.names import Names
from kiosk.language.texts import Text

COLUMNS = {
    "number": Text("Numéro", "Number"),
    "name": Text("Nom", "Name"),
    "shown_name": Text("Nom affiché", "Shown name"),
    "door_name": Text("Nom dit à la porte", "Name used at the door"),
    "email": Text("E-mail", "E-mail"),
    "phone": Text("Téléphone", "Phone"),
    "plan_code": labels.COLUMNS["plan"],
    "joined_on": Text("Membre depuis", "Member since"),
    "left_on": Text("Départ", "Left on"),
    "visible": common.VISIBLE_TO_OTHERS,
    "larger_text": Text("Grandes lettres", "Large letters"),
    "more_contrast": Text("Plus de contraste", "More contrast"),
    "voice": Text("Voix activée", "Voice on"),
    "notify": Text("Reçoit des avis", "Receives notices"),
    "asked_to_host": Text("E-mails sur les tours d’accueil", "E-mails about hosting shifts"),
    "mails_events": Text("E-mails sur les événements", "E-mails about events"),
    "mails_swaps": Text("E-mails sur les échanges de tours", "E-mails about shift swaps"),
    "mails_people": Text("E-mails d’autres membres", "E-mails from other members"),
    "erasure_asked_on": Text("Effacement demandé le", "Erasure requested on"),
    "hides_sums": Text("Sommes cachées", "Amounts hidden"),
    "insured_until": Text("Assurance jusqu’au", "Insured until"),
    "no_tab": Text("Sans ardoise", "No tab"),
    "note": Text("Note du bureau", "The office’s note"),
    "merged_into": Text("Réunie à la fiche", "Merged into file"),
    "erased_on": Text("Effacée le", "Erased on"),
    "has_code": Text("Code pour badge oublié", "Code for a forgotten badge"),
    "day_on": Text("Jour", "Day"),
    "day": Text("Jour", "Day"),
    "date": Text("Jour", "Day"),
    "from_on": Text("Dès le", "From"),
    "from": Text("Dès le", "From"),
    "until_on": Text("Jusqu’au", "Until"),
    "proof": Text("Preuve", "Proof"),
    "key_version": Text("Version de la clé", "Key version"),
    "until": Text("Jusqu’au", "Until"),
    "given_on": Text("Donné le", "Given on"),
    "given_at": Text("Donné le", "Given on"),
    "lost_on": Text("Perdu le", "Lost on"),
    "expires_on": Text("Expire le", "Expires on"),
    "amount_cents": Text("Montant", "Amount"),
    "balance_cents": Text("Solde", "Balance"),
    "opening_cents": Text("Solde au début", "Balance at the start"),
    "closing_cents": Text("Solde final", "Final balance"),
    "total_cents": Text("Total", "Total"),
    "unit_cents": Text("Prix", "Price"),
    "day_cents": Text("Prix d’un jour", "Price per day"),
    "rent_cents": Text("Part du loyer", "Share for the rent"),
    "advance_cents": Text("Avance", "Credit"),
    "agreed_cents": Text("Premier prix annoncé", "First price quoted"),
    "cents": Text("Montant", "Amount"),
    "quantity": Text("Quantité", "Quantity"),
    "entry_number": labels.COLUMNS["entry"],
    "charge_entry": labels.COLUMNS["entry"],
    "settled_by": Text("Close par l’écriture", "Closed by entry"),
    "account_id": labels.COLUMNS["account"],
    "product_id": labels.COLUMNS["product"],
    "code": labels.COLUMNS["product"],
    "level": labels.COLUMNS["tariff"],
    "carnet": Text("Carnet", "Carnet"),
    "carnet_days": Text("Jours du carnet", "Carnet days"),
    "days": Text("Jours", "Days"),
    "used": Text("Utilisés", "Used"),
    "expired": Text("Échus", "Expired"),
    "event": Text("Événement", "Event"),
    "tail": Text("Fin du numéro", "Last digits"),
    "reason": Text("Raison", "Reason"),
    "said": Text("Message", "Message"),
    "arrived_at": Text("Heure d’arrivée", "Arrival time"),
    "left_at": Text("Heure de départ", "Departure time"),
    "act": Text("Quoi", "What"),
    "what": Text("Détail", "Detail"),
    "actor": Text("Auteur", "Author"),
    "at": Text("Quand", "When"),
    "made_at": Text("Quand", "When"),
    "made_on": Text("Quand", "When"),
    "paired_at": Text("Relié le", "Paired on"),
    "used_on": Text("Dernier usage", "Last used"),
    "ended_on": Text("Fini le", "Ended on"),
    "ended": Text("Fin", "End"),
    "digits": Text("Chiffres montrés", "Digits shown"),
    "created_at": Text("Créé le", "Created on"),
    "recorded_at": Text("Écrit le", "Written on"),
    "noted_on": Text("Noté le", "Recorded on"),
    "seen_on": Text("Justificatif vu le", "Evidence seen on"),
    "asked_on": Text("Demandé le", "Requested on"),
    "decided_at": Text("Décidé le", "Decided on"),
    "settled_at": Text("Traité le", "Dealt with on"),
    "undone_at": Text("Annulé le", "Undone on"),
    "done_at": Text("Terminé le", "Finished on"),
    "claimed_at": Text("Occupée dès", "Occupied from"),
    "issued_on": Text("Émis le", "Issued on"),
    "due_on": Text("Échéance", "Due date"),
    "handed_out": Text("Exemplaires remis", "Copies handed out"),
    "way": Text("Comment", "How"),
    "how": Text("Comment", "How"),
    "content": Text("Contenu", "Content"),
    "lines": Text("Lignes", "Lines"),
    "text": Text("Texte", "Text"),
    "subject": Text("Objet du message", "Message subject"),
    "body": Text("Texte", "Text"),
    "about": Text("À propos de", "About"),
    "recipient": Text("Destinataire", "Recipient"),
    "party": Text("Émetteur ou bénéficiaire", "Payer or payee"),
    "label": Text("Nom", "Name"),
    "title": Text("Titre", "Title"),
    "starts_at": Text("Début", "Start"),
    "ends_at": Text("Fin", "End"),
    "from_at": Text("Depuis", "Since"),
    "ended_at": Text("Rendu le", "Returned on"),
    "from_minute": Text("De", "From"),
    "until_minute": Text("À", "To"),
    "confirmed": Text("Confirmé", "Confirmed"),
    "declared_minutes": Text("Minutes déclarées", "Minutes declared"),
    "called_off": Text("Annulé", "Cancelled"),
    "counts": Text("A compté", "Counted"),
    "told_on": Text("Greffe informé le", "Court registry informed on"),
    "siren": Text("SIREN", "SIREN"),
    "organisation": Text("Structure", "Organisation"),
    "outcome": Text("Résultat", "Result"),
    "detail": Text("Détail", "Detail"),
    "series": Text("Série", "Series"),
    "guest_name": Text("Prénom", "First name"),
    "category": Text("Situation", "Situation"),
    "statutes_on": Text("Statuts acceptés le", "Statutes accepted on"),
    "house_rules_on": Text("Règles acceptées le", "Rules accepted on"),
}
# Fields that only programs need: they are in the JSON file that goes with the page, not on the page.
TECHNICAL = frozenset(
    {"id", "digest", "form", "head", "bank_line", "training", "vat", "vat_status", "association", "shared"}
)
_CODE = re.compile(r"(?<![\w:-])[a-z][a-z-]*[a-z](?![\w-])")  # a whole word of small letters, as a log's line has codes
_AN_OFFICER = Text("le bureau", "the office")
_PAPERS = {
    "receipt": Text("reçu", "receipt"),
    "statement": Text("relevé", "statement"),
    "note": Text("note", "note"),
    "invoice": Text("facture", "invoice"),
    "credit-note": Text("avoir", "credit note"),
}
_OPEN = Text("en attente", "pending")
_DECIDED = {"open": _OPEN, "accepted": Text("acceptée", "accepted"), "refused": Text("refusée", "refused")}
_REFUSED = {
    "unknown-badge": Text("badge inconnu", "unknown badge"),
    "badge-lost": Text("badge perdu", "badge lost"),
    "badge-unconfirmed": Text("badge à confirmer", "badge to be confirmed"),
    "badge-unproven": Text("badge sans preuve", "badge without proof"),
    "member-left": Text("membre parti", "member has left"),
    "membership-over": Text("adhésion échue", "membership expired"),
    "tab-over-limit": Text("ardoise au-delà de sa limite", "tab over its limit"),
    "no-tab": Text("sans ardoise", "without a tab"),
    "closed": Text("fermé", "closed"),
    "full": Text("complet", "full"),
    "other-door": Text("pas par cette porte", "not through this door"),
    "not-on-roster": Text("absent de la liste de secours", "not on the roster"),
    "prepaid-used": Text("journées payées d’avance épuisées", "no prepaid days left"),
}
TEXT_PLACES: codes.Words = {
    "api_token": Text("jeton d’accès aux listes", "access token for lists"),
    "bank_aside": Text("Toujours de côté", "Always set aside"),
    "bank_line": Text("ligne de la banque", "bank line"),
    "banked_day": Text("raison de journées données", "reason for giving banked days"),
    "booking": Text("réservation", "booking"),
    "calendar_feed": Text("lien d’un calendrier", "calendar link"),
    "calendar_occurrence": Text("rendez-vous d’un calendrier importé", "event from an imported calendar"),
    "closed_day": Text("jour de fermeture", "closed day"),
    "correction": Text("demande de correction", "correction request"),
    "entry_text": Text("texte d’une écriture", "entry text"),
    "event": Text("événement", "event"),
    "joining": Text("demande d’adhésion", "request to join"),
    "member": Text("note d’une fiche", "note on a file"),
    "notice": Text("annonce", "notice"),
    "outbox": Text("message en attente", "message waiting to be sent"),
    "privatisation": Text("location d’une salle", "room hire"),
    "project": Text("projet né ici", "project started here"),
    "public_request": Text("demande sur les pages publiques", "request on the public pages"),
    "reduced_grant": Text("raison d’un tarif réduit", "reason for a reduced tariff"),
    "room": Text("salle", "room"),
    "scenario": Text("scénario", "scenario"),
    "second_look": Text("raison d’une correction à deux", "reason for a two-person correction"),
    "signup": Text("inscription", "sign-up"),
    "skill": Text("savoir-faire", "skill"),
    "spot": Text("place sur le plan", "spot on the floor plan"),
    "thing": Text("objet", "item"),
    "topic": Text("sujet", "topic"),
    "visit": Text("nom d’une personne invitée", "guest’s name"),
    "wording": Text("texte de l’association", "association’s text"),
}
"""The kinds of texts in which a person may be named, by the text's table; compared with the schema by the tests."""
# Codes by column, and by section and column where two sections use one column for different things.
CODES: Mapping[str, codes.Words] = {
    **labels.CODES,
    "level": codes.LEVELS,
    "act": log_acts.ACTS,
    "series": _PAPERS,
    "door_name": {
        "shown": Text("nom affiché", "shown name"),
        "full": Text("nom entier", "full name"),
        "first": Text("prénom", "first name"),
        "initial": Text("initiale", "initial"),
        "none": Text("aucun", "none"),
    },
    "way": {"print": Text("imprimé", "printed"), "mail": Text("e-mail", "e-mail"), "screen": Text("écran", "screen")},
    "how": {
        "tap": codes.KNOWN_BY["badge"],
        "list": Text("feuille d’émargement", "attendance sheet"),
        "absent": Text("absence", "absent"),
    },
    "documents.kind": _PAPERS,
    "declared.state": {
        "open": _OPEN,
        "counted": Text("trouvée au comptage", "found at the count"),
        "missing": Text("introuvable au comptage", "not found at the count"),
        "withdrawn": Text("retirée", "withdrawn"),
    },
    "corrections.state": _DECIDED,
    "corrections.kind": {
        "forgotten": Text("badge oublié", "forgotten badge"),
        "error": Text("erreur", "error"),
    },
    "swaps.state": {**_DECIDED, "agreed": _DECIDED["accepted"], "over": codes.STATES["undone"]},
    "proposed.state": {state.value: words for state, words in events.STATES.items()},
    "bookings.state": {
        "option": Text("option", "on hold"),
        "booked": Text("réservée", "booked"),
        "claimed": Text("utilisée", "in use"),
        "released": Text("libérée", "released"),
        "cancelled": codes.STATES["undone"],
    },
    "messages.state": {
        "waiting": _OPEN,
        "sent": Text("envoyé", "sent"),
        "given-up": Text("abandonné", "abandoned"),
    },
    "payers.kind": {
        "day": Text("journée", "day"),
        "carnet": Text("carnet", "carnet"),
        "membership": Text("adhésion", "membership"),
        "subscription": Text("formule au mois", "monthly plan"),
        "room": Text("salle", "room"),
        "event": Text("événement", "event"),
    },
    "door.kind": {
        "opened": Text("ouverte", "opened"),
        "refused": Text("refusée", "refused"),
        "rang": Text("sonnette", "bell"),
        "enrolled": Text("badge donné", "badge given"),
    },
    "door.reason": {
        **_REFUSED,
        "pin": Text("nom et code", "name and code"),
        "vouched": codes.KNOWN_BY["vouched"],
        "desk": Text("depuis le bureau", "from the desk"),
        "test": Text("essai du relais", "relay test"),
        "spooled": Text("inscrite plus tard", "recorded later"),
    },
    "late_taps.reason": _REFUSED,
    "hosting.kind": {
        "hosting": Text("accueil", "hosting"),
        "opening": Text("ouverture", "opening"),
        "cleaning": Text("ménage", "cleaning"),
    },
    "links.act": {
        "take": Text("prendre un tour", "take a shift"),
        "give-up": Text("rendre un tour", "give up a shift"),
        "confirm": Text("confirmer un tour", "confirm a shift"),
        "swap": Text("échanger", "swap"),
    },
    "notices.kind": {
        "seeks": Text("cherche", "looking for"),
        "offers": Text("propose", "offering"),
        "project": Text("projet", "project"),
    },
    "requests.kind": {
        "enrol": Text("donner un badge", "give a badge"),
        "open": Text("ouvrir la porte", "open the door"),
    },
    "requests.outcome": {
        "expired": Text("délai dépassé", "timed out"),
        "replaced": Text("remplacée", "replaced"),
        "refused": Text("refusée", "refused"),
        "opened": Text("ouverte", "opened"),
        "enrolled": Text("badge donné", "badge given"),
    },
}  # fmt: skip


def column(name: str, language: str) -> str:
    """Return a column's name in words."""
    words = COLUMNS.get(name) or labels.COLUMNS.get(name)
    return name.replace("_", " ") if words is None else words.to(language)


def code(section: str, name: str, stored: str, language: str, own: Mapping[str, Mapping[str, Names]]) -> str:
    """Return a code in words, with the association's own names; any other text as it is."""
    # By the columns that hold such a code; `own` has the names of plans, zones and products.
    own_names = own.get({"plan_code": "plan", "code": "product", "product_id": "product"}.get(name, name), {})
    if stored in own_names:
        return own_names[stored].to(language)
    if f"{section}.{name}" == "log.what":
        return _CODE.sub(lambda match: codes.say(log_acts.DETAILS, match[0], language), stored)
    if f"{section}.{name}" == "texts.what":
        return codes.say(TEXT_PLACES, stored.partition(".")[0], language)  # stored as `table.column`
    if f"{section}.{name}" == "entries.text":
        return payment_words.in_words(stored, language)
    if name == "actor" and ":" in stored:  # an officer by number, `officer:3`: not named to the member
        return _AN_OFFICER.to(language)
    return codes.say(CODES.get(f"{section}.{name}") or CODES.get(name, {}), stored, language)
