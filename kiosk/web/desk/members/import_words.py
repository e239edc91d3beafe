"""What the import's pages say of columns and outcomes."""

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
