"""Words what the import's pages say about columns and outcomes."""

from kiosk.domain.members.file_columns import Field
from kiosk.domain.members.matching import Outcome
from kiosk.language.texts import Text

FIELDS = {
    Field.NUMBER: Text("numéro de membre", "member number"),
    Field.NAME: Text("prénom et nom", "full name"),
    Field.FIRST_NAME: Text("prénom", "first name"),
    Field.LAST_NAME: Text("nom de famille", "last name"),
    Field.SHOWN: Text("nom affiché à la porte", "name shown at the door"),
    Field.EMAIL: Text("e-mail", "e-mail"),
    Field.PHONE: Text("téléphone", "phone"),
    Field.PLAN: Text("formule", "plan"),
    Field.LANGUAGE: Text("langue", "language"),
    Field.JOINED: Text("jour d’arrivée", "joining date"),
    Field.LEFT: Text("jour de départ", "leaving date"),
    Field.MEMBERSHIP_UNTIL: Text("adhésion jusqu’au", "membership until"),
    Field.BADGE: Text("numéro de badge", "badge number"),
}
OUTCOMES = {
    Outcome.REFUSED: Text("lignes refusées", "refused lines"),
    Outcome.NEW: Text("nouvelles fiches", "new files"),
    Outcome.CHANGED: Text("fiches changées", "changed files"),
    Outcome.SAME: Text("fiches inchangées", "unchanged files"),
}
