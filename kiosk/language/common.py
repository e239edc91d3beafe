"""Sentences that are used in several places, written once. A sentence used in one place stands there."""

from kiosk.language.texts import Plural, Text

ABSENT_FOR = Text("personnes pas venues depuis {days} jours", "people who have not come for {days} days")
ASKED_OF_TWO = Text(
    "Demande enregistrée : une autre personne du bureau l’accepte ou la refuse, page « À deux ».",
    "Request saved: another officer accepts or declines it on the “Two people” page.",
)
BALANCES_OF_THE_END_OF = Text("Ces soldes sont ceux de la fin du", "These are the balances at the end of")
BACK_TO_MY_ACCOUNT = Text("Revenir à mon compte", "Back to my account")
BACK_TO_SIGNING_IN = Text("Revenir à la connexion", "Back to sign-in")
BY_PAYMENT_METHOD = Text("Reçu, par moyen de paiement", "Received, by payment method")
BY_PRODUCT = Text("Par produit, contre-écritures déduites", "By product, less reversals")
BY_VAT_RATE = Text("Par taux de TVA", "By VAT rate")
CARRY_TO_THE_BANK = Text("Porter l’argent à la banque", "Take the money to the bank")
A_GIFT = Text("Don", "Gift")
LOOK_AT_WHAT_IS_LIKELY = Text("Revoir les correspondances probables", "Review likely matches")
NAME_OFFICE_SIGNATURE = Text("Nom, qualité et signature :", "Name, position and signature:")
NOTHING_PROVES_IT = Text("Aucun solde ne permet de vérifier ces sommes.", "No balance is given to check these amounts.")
NO_GIFTS_HERE = Text(
    "L’association n’a pas choisi d’enregistrer les dons ici.", "The association has not chosen to record gifts here."
)
CASH_AT_THE_BANK = Text("espèces arrivées en banque", "cash received by the bank")
CHARGES_ONCE = Plural(
    Text(
        "{count} débit de {sum}, enregistré une seule fois, à sa date.",
        "{count} charge of {sum}, recorded once, on its date.",
    ),
    Text(
        "{count} débits, {sum} en tout. Chacun est enregistré une seule fois, à sa date.",
        "{count} charges, {sum} in total. Each is recorded once, on its date.",
    ),
)
CHOOSE_A_PASSWORD = Text("Choisir un mot de passe", "Choose a password")
CODE_OF_THE_APPLICATION = Text("Le code que l’application montre", "The code shown in the app")
CODE_STAYS = Text(
    "Un code court, sans espaces, qui ne changera plus.", "A short code without spaces; it can never be changed."
)
CLOSED_ON_HOLIDAYS = Text("Fermé les jours fériés.", "Closed on public holidays.")
WHAT_IS_REQUESTED = Text("Ce qui est demandé", "What is requested")
COLON = Text(" : ", ": ")  # between a name and what it holds
SEMICOLON = Text(" ; ", "; ")  # between things of a list
QUOTED = Text("« {text} »", "“{text}”")
CONFIRM_WHAT_IS_SURE = Text("Confirmer les correspondances sûres", "Confirm the certain matches")
COUNT_OF_THE_BOX = Text("comptage de la caisse", "cash count")
DID_NOT_WORK = Text(
    "La clé d’accès n’a pas répondu, ou vous avez annulé.", "The passkey did not respond, or you cancelled."
)
DOOR_IS_OPEN = Text("La porte est ouverte.", "The door is open.")
FIRST_WORD_OF_NAME = Text("Laissez vide pour le premier mot du nom.", "Leave empty for the first word of the name.")
FLOOR_OF_FREE_PRICE = Text("Minimum, si le prix est libre", "Minimum, if people choose their price")
FREE_PRICE_FROM = Text("prix libre, à partir de {floor}", "pay what you want, from {floor}")
FOLLOW_THE_BROWSER = Text("Suivez les indications du navigateur.", "Follow your browser’s instructions.")
FORGOT_TO_TAP = Text("J’ai oublié de badger", "I forgot to tap")
A_CARNET_OF_TEN = Text("Un carnet de 10 journées", "A carnet of 10 days")
A_YEAR_BEFORE = Text("un an plus tôt", "a year earlier")
PLACES_NOT_FOR_MEMBERS = Text("Places retirées aux membres", "Places not available to members")
PURPOSE_OF_THE_BOOKING = Text("Objet de la réservation", "Purpose of the booking")
QUOTE_NUMBERED = Text("Devis {number}", "Quote {number}")
GRANT_REDUCED = Text("Accorder un tarif réduit", "Grant a reduced tariff")
HEADS_OF_THE_CHAIN = Text("Codes de contrôle", "Control codes")
HEAD_BEFORE = Text("Code de contrôle précédent", "Previous control code")
INSURANCE_TO_SEE = Text("attestation d’assurance à vérifier", "insurance certificate to check")
IN_ADVANCE_ON_ACCOUNT = Text("Avance sur le compte", "Credit on the account")
LANGUAGE_OF_CARDS = Text("Langue des cartes à la porte", "Language of the cards at the door")
LINES_OF_THE_FILE = Text("Les lignes du fichier", "The file’s lines")
PAY_TODAY_OTHERWISE = Text("Payer aujourd’hui autrement", "Pay for today another way")
MESSAGE_WAITS_FOR = Text(
    "Le message pour {to} attend de partir : cette page dira quand le serveur l’aura accepté.",
    "The message to {to} is queued: this page will show when the server has accepted it.",
)
NO_MAIL_BUT_A_FILE = Text(
    "Aucun serveur de courrier n’est réglé : rien ne part d’ici, mais vous pouvez télécharger le fichier.",
    "No mail server is set up: nothing is sent, but you can download the file.",
)
NO_MAIL_HERE = Text(
    "Aucun serveur de courrier n’est réglé : imprimez les lettres.", "No mail server is set up: print the letters."
)
NO_MAIL_SERVER = Text(
    "Rien n’est parti : aucun serveur de courrier n’est réglé. Téléchargez le fichier, ou imprimez-le.",
    "Nothing was sent: no mail server is set up. Download the file, or print it.",
)
MY_NAME_AT_THE_DOOR = Text("Mon nom à la porte", "My name at the door")
NAME_AT_THE_DOOR = Text("Nom affiché à la porte", "Name shown at the door")
NAME_NOBODY = Text(
    "Quelques mots, gardés avec les comptes. N’y nommez personne.",
    "A few words, kept with the accounts. Do not name anyone.",
)
NAME_NUMBER_ORGANISATION = Text("Nom, numéro ou structure", "Name, number or organisation")
NAME_ON_THE_CHEQUE = Text("Nom sur le chèque", "Name on the cheque")
NEW_PASSWORD = Text("Nouveau mot de passe", "New password")
NOTE_DECLARATION = Text("Noter un dépôt déclaré", "Record a cash deposit")
NOTHING_WRITTEN_YET = Text("Aucune écriture sur ce compte pour l’instant.", "No entries on this account yet.")
NOTICE_OF_THE_DOOR = Text("L’affiche de la porte", "The door’s notice")
NOT_WORKED_OUT = Text(
    "Membre {number} : {product} n’a pas pu être calculé.",
    "Member {number}: {product} could not be calculated.",
)
OWN_CONTROL_CODE = Text("Code de contrôle de cette clôture", "Control code of this closing")
REVERSED_BY = Text("corrigée par l’écriture n° {entry}", "reversed by entry no. {entry}")
SHIFTS_NOT_CONFIRMED = Text("Tours pris, pas confirmés", "Shifts taken, not confirmed")
YEAR_OF_HOSTING = Text("Bilan annuel de l’accueil", "Yearly hosting summary")
RUNNING_PLANS = Text("Toutes les formules en cours", "All running plans")
OWED_FOR_LONG = Text(", dont {old} en dette depuis plus de 60 jours", ", {old} of them owing for over 60 days")
RENT_LINE = Text("loyer : {rent}", "rent: {rent}")
SAME_ONCE_MORE = Text("Le même mot de passe, encore une fois", "The same password again")
SEE_HOW_IT_STANDS = Text("Voir l’avancement", "Show progress")
SEVERAL_WORDS = Text(
    "Au moins 10 caractères : plusieurs mots conviennent bien.", "At least 10 characters: several words work well."
)
ANSWERS_TO_CONFIRM = Plural(
    Text("{count} réponse est à confirmer.", "{count} answer to confirm."),
    Text("{count} réponses sont à confirmer.", "{count} answers to confirm."),
)
SHAPE_HAS_CHANGED = Text(
    "Le format du fichier, ou le compte, a changé depuis le dernier import.",
    "The file format, or the account, has changed since the last import.",
)
WAITS_FOR_ANOTHER = Text("attend l’accord d’une autre personne", "waiting for another person’s agreement")
TAPS_WAIT = Plural(
    Text("{count} passage attend d’être compté", "{count} tap waiting to be recorded"),
    Text("{count} passages attendent d’être comptés", "{count} taps waiting to be recorded"),
)
THE_KIOSK_S = Text("la langue de la borne", "the kiosk’s language")
TRAINING_DOCUMENT = Text("MODE ÉCOLE : ce document ne compte pas", "TRAINING: this document does not count")
TRAINING_BAND = Text("MODE ÉCOLE · rien n’est compté", "TRAINING · nothing counts")
USE_MY_PASSKEY = Text("Utiliser ma clé d’accès", "Use my passkey")
WHAT_AN_IMPORT_DOES = Text("Ce qu’un import fait, et ne fait pas", "What an import does and does not do")
WHAT_ELSE_MOVED_TABS = Text("Autres mouvements des ardoises", "Other changes to tabs")
WHAT_SEALS_IT = Text("Ce qui protège cette clôture", "How this closing is protected")
WHAT_THE_BANK_SAYS = Text("Ce que dit la banque", "What the bank says")
WHAT_THE_DOOR_KNOWS = Text("Ce que la porte sait de vous", "What the door knows about you")
WHERE_FIGURES_COME_FROM = Text("D’où viennent ces chiffres", "Where these figures come from")
WITHOUT_TAB = Text(
    "Sans ardoise : mineur·e, ou à la demande du bureau. À la porte, tout se paie d’avance.",
    "No tab: under 18, or at the office’s request. At the door, everything must be paid in advance.",
)
WITH_A_PASSKEY = Text("Avec une clé d’accès", "With a passkey")
ASSOCIATION_UNNAMED = Text("Association (nom à régler)", "Association (name not set)")
KEEPS_THEIR_OWN = Text("Chacun garde son tour.", "Everyone keeps their shift.")
LINK_NO_LONGER_GOOD = Text("Ce lien ne fonctionne plus.", "This link no longer works.")
MONTH_AND_ITS_COST = Text("Le mois et ce qu’il coûte", "The month and its costs")
WHOLE_NUMBER_EXPECTED = Text("Entrez un nombre entier.", "Enter a whole number.")
PRICE_OF_A_GUEST = Text("Prix d’une personne invitée", "Price for a guest")
CHARGES_BESIDE_THE_RENT = Text("Charges du mois, hors loyer", "Monthly charges on top of the rent")
CAP_OF_THE_MONTH = Text("Plafond du mois (journées)", "Monthly cap (days)")
MANUAL_SAYS = Text("Ce que le manuel dit de « {code} »", "What the manual says about “{code}”")
EVENING_OF_THE_MONTH = Text("La soirée du mois", "Monthly evening")
CARRY_CASH_TO_THE_BANK = Text("Porter des espèces à la banque", "Take cash to the bank")
STATE_OF_THE_KIOSK = Text("État de la borne", "Kiosk status")
DONE = Text("fait", "done")
EACH_ITS_ADDRESS = Text(
    "chaque fiche a son adresse e-mail : peut-être deux personnes",
    "each file has its own e-mail address, so they may be two people",
)
RENT_OF_THE_MONTH = Text("Le loyer du mois", "This month’s rent")
ROOMS_ARE_OFF = Text(
    "Les salles ne sont pas activées : voyez Règles, « Salles ».", "Rooms are not enabled: see Rules, “Rooms”."
)
EVEN_OUTSIDE_HOURS = Text("même hors des heures d’ouverture", "even outside opening hours")
WHAT_YOU_CAN_DO = Text("Ce que vous savez faire", "What you can do")
VOUCHER_CODE = Text("Code d’un bon", "Voucher code")
NO_LIMITS = Text("aucune limite", "no limit")
HOURS_SHUT_OTHER_DAYS = Text(
    "Dès qu’un jour a des heures d’ouverture, les jours sans heures d’ouverture sont fermés.",
    "Once one day has opening hours, days without opening hours are closed.",
)
INVOICE_LAST_MONTH = Text("Facturer le mois dernier", "Invoice last month")
MEMBER_BY_NAME_OR_NUMBER = Text("Membre : nom ou numéro", "Member: name or number")
ORGANISATION_BY_NAME_OR_NUMBER = Text("Structure : nom ou numéro", "Organisation: name or number")
PAIRED_PHONES = Text("Téléphones reliés", "Paired phones")
VISIBLE_TO_OTHERS = Text("Visible par les autres", "Visible to others")
EMPTY_MEANS_TODAY = Text("Laissez vide pour aujourd’hui.", "Leave empty for today.")
DID_THE_SHIFT_TAKE_PLACE = Text("Ce tour a-t-il eu lieu ?", "Did this shift take place?")
NOTHING_FITS = Text("Rien ne correspond : essayez un autre mot.", "Nothing matches: try another word.")
JOIN_THE_WIFI = Text("D’abord, rejoignez le Wi-Fi du lieu.", "First, join the place’s Wi-Fi.")
ACTIVITIES_AND_SERVICES = Text("Activités et services", "Activities and services")
SIGNED_BY_THE_PRESIDENT = Text("Présidence : date, nom, signature", "President: date, name, signature")
SIGNED_BY_THE_TREASURER = Text("Trésorerie : date, nom, signature", "Treasurer: date, name, signature")
