"""Names each theft of a member's telephone that is played in a browser. Each has its row in docs/securite.md, and
tests/test_security_page.py holds names, rows and tests together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum


class Theft(Enum):
    """What a thief does, as the page on security tells it."""

    FASTER = "il photographie le QR et passe avant le membre"
    SECOND = "il photographie le QR et passe après le membre"
    OLD_QR = "il garde la photo, et passe après la minute"
    REPLACED_QR = "il garde la photo, et passe après un QR neuf"
    USED_QR = "il garde la photo, et passe après qu'elle a servi"
    OTHER_DIGITS = "il passe le premier, et fait taper d'autres chiffres que les siens"
    OTHER_BADGE = "il fait passer un autre badge devant la page qui nomme son téléphone"
    LATE_BADGE = "il compte sur un badge qui passe plus tard"
    PREVIEW = "il compte sur une messagerie qui ouvre le lien avant la personne"
    FRAME = "il montre les pages dans un cadre de son site"
    FOREIGN_FORM = "il fait envoyer un formulaire de son site par le téléphone"
    FOREIGN_SCRIPT = "il fait lire les pages et le cookie par un script"
    COPIED_COOKIE = "il copie le cookie, et le badge est déclaré perdu"
    FORM_AGAIN = "il renvoie un formulaire de ce téléphone, après la perte du badge"
    ENDED_SESSION = "il copie le cookie et la page, et le membre retire ses téléphones"


@contextmanager
def played(theft: Theft) -> Iterator[None]:
    """Play a theft in the block, which asserts that it gets nothing. Names the theft where it does."""
    try:
        yield
    except AssertionError as failed:
        failed.add_note(f"a theft that gets something: {theft.value}")
        raise
