"""What the import's pages say of columns, outcomes and files that cannot be read."""

from kiosk.domain.members.file_columns import Field
from kiosk.domain.members.matching import Outcome

FIELDS = {
    Field.NUMBER: ("numéro de membre", "member number"),
    Field.NAME: ("prénom et nom", "full name"),
    Field.FIRST_NAME: ("prénom", "first name"),
    Field.LAST_NAME: ("nom de famille", "last name"),
    Field.SHOWN: ("nom affiché à la porte", "name shown at the door"),
    Field.EMAIL: ("e-mail", "e-mail"),
    Field.PHONE: ("téléphone", "telephone"),
    Field.PLAN: ("formule", "plan"),
    Field.LANGUAGE: ("langue", "language"),
    Field.JOINED: ("jour d’arrivée", "day of joining"),
    Field.LEFT: ("jour de départ", "day of leaving"),
    Field.MEMBERSHIP_UNTIL: ("adhésion jusqu’au", "membership until"),
    Field.BADGE: ("numéro de badge", "badge number"),
}
OUTCOMES = {
    Outcome.REFUSED: ("refusées", "refused"),
    Outcome.NEW: ("nouvelles fiches", "new files"),
    Outcome.CHANGED: ("fiches changées", "changed files"),
    Outcome.SAME: ("inchangées", "unchanged"),
}
LANGUAGES = {"fr": ("français", "French"), "en": ("anglais", "English")}
WRONG = {
    "import-size": ("Ce fichier dépasse 1 500 Ko : partagez-le en deux.", "This file has over 1,500 KB: split it."),
    "import-letters": (
        "Ce n’est pas un CSV. Dans le tableur : Enregistrer sous, CSV.",
        "This is no CSV. In the spreadsheet: Save as, CSV.",
    ),
    "import-lines": (
        "Ce fichier a plus de 10 000 lignes : partagez-le.",
        "This file has more than 10,000 lines: split it.",
    ),
    "import-columns": ("Ce fichier a plus de 60 colonnes.", "This file has more than 60 columns."),
    "import-empty": (
        "Ce fichier est vide : il faut un en-tête, puis une ligne par personne.",
        "This file is empty: it wants a header, then a line for each person.",
    ),
    "import-quotes": (
        "Un guillemet n’est pas fermé, ou mal placé.",
        "A quotation mark is not closed, or misplaced.",
    ),
    "import-twice": (
        "Deux colonnes ont le même sens : gardez-en une.",
        "Two columns mean the same: keep one of them.",
    ),
    "import-who": (
        "Aucune colonne ne dit qui sont les personnes : il faut un numéro, un nom ou un e-mail.",
        "No column says who the people are: a number, a name or an e-mail is needed.",
    ),
    "no-such-plan": ("Choisissez une formule de la liste.", "Choose a plan of the list."),
}
