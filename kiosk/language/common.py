"""Words that are said in several places, written once. What is said in one place stands there."""

from kiosk.language.texts import Plural, Text

ABSENT_FOR = Text("pas venues depuis {days} jours", "absent for {days} days")
ASKED_OF_TWO = Text(
    "C’est demandé : une autre personne du bureau l’accepte ou le refuse, page « À deux ».",
    "Asked: another officer accepts or refuses it, page “By two”.",
)
BALANCES_OF_THE_END_OF = Text("Ces soldes sont ceux de la fin du", "These balances are those at the end of")
BACK_TO_MY_ACCOUNT = Text("Revenir à mon compte", "Back to my account")
BACK_TO_SIGNING_IN = Text("Revenir à la connexion", "Back to signing in")
BY_PRODUCT = Text("Par produit, contre-écritures déduites", "By product, reversals taken off")
BY_VAT_RATE = Text("Par taux de TVA", "By VAT rate")
CARRY_TO_THE_BANK = Text("Porter à la banque", "Carry to the bank")
A_GIFT = Text("Don", "Gift")
LOOK_AT_WHAT_IS_LIKELY = Text("Revoir ce qui est probable", "Look at what is likely")
NAME_OFFICE_SIGNATURE = Text("Nom, qualité et signature :", "Name, office and signature:")
NOTHING_PROVES_IT = Text("Rien ne prouve ces sommes.", "Nothing proves these sums.")
NO_GIFTS_HERE = Text(
    "L’association n’a pas décidé de noter des dons ici.", "The association has not decided to write gifts here."
)
CASH_AT_THE_BANK = Text("espèces arrivées en banque", "cash arrived at the bank")
CHARGES_ONCE = Plural(
    Text("{count} débit, {sum}, écrit une seule fois, à son jour.", "{count} charge, {sum}, written once, on its day."),
    Text(
        "{count} débits, {sum} en tout. Chacun est écrit une seule fois, à son jour.",
        "{count} charges, {sum} in all. Each is written once, on its day.",
    ),
)
CHOOSE_A_PASSWORD = Text("Choisir un mot de passe", "Choose a password")
CODE_OF_THE_APPLICATION = Text("Le code que l’application montre", "The code that the application shows")
CODE_STAYS = Text("Court, sans espaces ; il ne changera plus.", "Short, without spaces; it stays for ever.")
CONFIRM_WHAT_IS_SURE = Text("Confirmer ce qui est sûr", "Confirm what is sure")
COUNT_OF_THE_BOX = Text("comptage de la caisse", "count of the box")
DID_NOT_WORK = Text("Cela n’a pas marché, ou a été annulé.", "It did not work, or was called off.")
DOOR_IS_OPEN = Text("La porte est ouverte.", "The door is open.")
FIRST_WORD_OF_NAME = Text("Vide : le premier mot du nom.", "If empty, the first word of the name.")
FLOOR_OF_FREE_PRICE = Text("Minimum, si le prix est libre", "Floor, where the price is free")
FOLLOW_THE_BROWSER = Text("Suivez ce que dit le navigateur.", "Follow what the browser says.")
FORGOT_TO_TAP = Text("J’ai oublié de badger", "I forgot to tap")
GRANT_REDUCED = Text("Accorder un tarif réduit", "Grant a reduced tariff")
HEADS_OF_THE_CHAIN = Text("Codes de contrôle", "Control codes")
HEAD_BEFORE = Text("Code de contrôle avant elle", "Control code before it")
INSURANCE_TO_SEE = Text("attestation d’assurance à voir", "certificate of insurance to see")
IN_ADVANCE_ON_ACCOUNT = Text("Avance sur le compte", "In advance on the account")
LANGUAGE_OF_CARDS = Text("Langue des cartes à la porte", "Language of the cards at the door")
LINES_OF_THE_FILE = Text("Les lignes du fichier", "The file’s lines")
PAY_TODAY_OTHERWISE = Text("Payer aujourd’hui autrement", "Pay today otherwise")
MESSAGE_WAITS_FOR = Text(
    "Le message pour {to} attend de partir : cette page dira quand le serveur l’aura pris.",
    "The message for {to} waits to leave: this page will say when the server has taken it.",
)
NO_MAIL_BUT_A_FILE = Text(
    "Aucun serveur de courrier n’est réglé : rien ne part d’ici, mais le fichier se prend.",
    "No mail server is set: nothing leaves from here, but the file can be taken.",
)
NO_MAIL_HERE = Text(
    "Aucun serveur de courrier n’est réglé : imprimez les lettres.", "No mail server is set: print the letters."
)
NO_MAIL_SERVER = Text(
    "Rien n’est parti : aucun serveur de courrier n’est réglé. Prenez le fichier, ou imprimez.",
    "Nothing left: no mail server is set. Take the file, or print.",
)
MY_NAME_AT_THE_DOOR = Text("Mon nom à la porte", "My name at the door")
NAME_AT_THE_DOOR = Text("Nom affiché à la porte", "Name shown at the door")
NAME_NOBODY = Text(
    "Quelques mots, gardés avec les comptes. N’y nommez personne.", "Some words, kept with the accounts. Name nobody."
)
NAME_NUMBER_ORGANISATION = Text("Nom, numéro ou structure", "Name, number or organisation")
NAME_ON_THE_CHEQUE = Text("Nom sur le chèque", "Drawer")
NEW_PASSWORD = Text("Nouveau mot de passe", "New password")
NOTE_DECLARATION = Text("Noter un dépôt déclaré", "Note a declaration")
NOTHING_WRITTEN_YET = Text("Rien n’est encore écrit sur ce compte.", "Nothing is written on this account yet.")
NOTICE_OF_THE_DOOR = Text("L’affiche de la porte", "The door’s notice")
NOT_WORKED_OUT = Text(
    "Membre {number} : {product} n’a pas pu être calculé.",
    "Member {number}: {product} could not be worked out.",
)
OWN_CONTROL_CODE = Text("Son code de contrôle", "Its own control code")
REVERSED_BY = Text("corrigée par la n° {entry}", "reversed by no. {entry}")
RUNNING_PLANS = Text("Toutes les formules en cours", "All running plans")
OWED_FOR_LONG = Text(", dont {old} depuis plus de 60 jours", ", {old} of them for over 60 days")
RENT_LINE = Text("loyer : {rent}", "rent: {rent}")
SAME_ONCE_MORE = Text("Le même, encore une fois", "The same once more")
SEE_HOW_IT_STANDS = Text("Voir où cela en est", "See how it stands")
SEVERAL_WORDS = Text(
    "Au moins 10 caractères : plusieurs mots conviennent bien.", "10 characters at least: several words do well."
)
ANSWERS_TO_CONFIRM = Plural(
    Text("{count} réponse est à confirmer.", "{count} answer is to be confirmed."),
    Text("{count} réponses sont à confirmer.", "{count} answers are to be confirmed."),
)
SHAPE_HAS_CHANGED = Text(
    "La forme du fichier, ou le compte, a changé depuis la dernière fois.",
    "The shape of the file, or the account, has changed since last time.",
)
TAPS_WAIT = Plural(
    Text("{count} passage attend d’être compté", "{count} tap waits to be entered"),
    Text("{count} passages attendent d’être comptés", "{count} taps wait to be entered"),
)
THE_KIOSK_S = Text("celle de la borne", "the kiosk’s")
TRAINING_DOCUMENT = Text("MODE ÉCOLE : ce document ne compte pas", "TRAINING: this document does not count")
TRAINING_BAND = Text("MODE ÉCOLE · rien n’est compté", "TRAINING · nothing is counted")
USE_MY_PASSKEY = Text("Utiliser ma clé d’accès", "Use my passkey")
WHAT_AN_IMPORT_DOES = Text("Ce qu’un import fait, et ne fait pas", "What an import does, and does not")
WHAT_ELSE_MOVED_TABS = Text("Autres mouvements des ardoises", "What else moved tabs")
WHAT_SEALS_IT = Text("Ce qui la protège", "What protects it")
WHAT_THE_BANK_SAYS = Text("Ce que dit la banque", "What the bank says")
WHAT_THE_DOOR_KNOWS = Text("Ce que la porte sait de vous", "What the door knows of you")
WHERE_FIGURES_COME_FROM = Text("D’où viennent ces chiffres", "Where these figures come from")
WITHOUT_TAB = Text(
    "Sans ardoise : mineur·e, ou à la demande du bureau. À la porte, tout se paie d’avance.",
    "No tab: under 18, or as the office says. At the door, all is paid in advance.",
)
WITH_A_PASSKEY = Text("Avec une clé d’accès", "With a passkey")
ASSOCIATION_UNNAMED = Text("Association (nom à régler)", "Association (name to be set)")
KEEPS_THEIR_OWN = Text("Chacun garde le sien.", "Everyone keeps their own.")
LINK_NO_LONGER_GOOD = Text("Ce lien ne sert plus.", "This link is no longer good.")
MONTH_AND_ITS_COST = Text("Le mois et ce qu’il coûte", "The month and what it costs")
WHOLE_NUMBER_EXPECTED = Text("Un nombre entier est attendu.", "A whole number is expected.")
PRICE_OF_A_GUEST = Text("Prix d’une personne invitée", "Price of a guest")
CHARGES_BESIDE_THE_RENT = Text("Charges du mois, hors loyer", "Monthly charges beside the rent")
CAP_OF_THE_MONTH = Text("Plafond du mois (journées)", "Monthly cap (days)")
MANUAL_SAYS = Text("Ce que dit le manuel de « {code} »", "What the manual says of “{code}”")
EVENING_OF_THE_MONTH = Text("La soirée du mois", "The month’s evening")
CARRY_CASH_TO_THE_BANK = Text("Porter des espèces à la banque", "Carry cash to the bank")
STATE_OF_THE_KIOSK = Text("État de la borne", "The kiosk’s state")
DONE = Text("fait", "done")
EACH_ITS_ADDRESS = Text(
    "chacune a son adresse : peut-être des homonymes", "each has an e-mail of its own: perhaps two people"
)
RENT_OF_THE_MONTH = Text("Le loyer du mois", "This month’s rent")
ROOMS_ARE_OFF = Text(
    "Les salles ne sont pas activées : règles, « Salles ».", "Rooms are not turned on: rules, “Rooms”."
)
EVEN_OUTSIDE_HOURS = Text("même hors des heures d’ouverture", "even outside opening hours")
WHAT_YOU_CAN_DO = Text("Ce que vous savez faire", "What you can do")
VOUCHER_CODE = Text("Code d’un bon", "Voucher code")
NO_LIMITS = Text("aucune limite", "no limits")
HOURS_SHUT_OTHER_DAYS = Text(
    "Dès qu’un jour a des heures, ceux qui n’en ont pas sont fermés.",
    "Once a day has hours, those that have none are shut.",
)
INVOICE_LAST_MONTH = Text("Facturer le mois dernier", "Invoice last month")
MEMBER_BY_NAME_OR_NUMBER = Text("Membre : nom ou numéro", "Member: name or number")
NOTHING_FITS = Text("Rien ne correspond : un autre mot ?", "Nothing fits: another word?")
WHAT_ELSE_IS_DONE_HERE = Text("Que fait-on d’autre ici ?", "What else is done here?")
SIGNED_BY_THE_PRESIDENT = Text("Présidence : date, nom, signature", "President: date, name, signature")
SIGNED_BY_THE_TREASURER = Text("Trésorerie : date, nom, signature", "Treasurer: date, name, signature")
