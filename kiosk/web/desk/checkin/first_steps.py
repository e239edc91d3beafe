"""Lists a new space's first steps on the first page, until all of them are done.

Only officers with the right to change rules see them, and not in training, where nothing counts.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from flask import url_for
from msgspec import Struct

from kiosk.language import common
from kiosk.store.space import answer_rows, first_step_rows
from kiosk.web.desk.common import second_proof
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import t


class Step(Struct, frozen=True):
    """One thing to do. `where` is the address of its page at the desk; empty for a step that is done on the machine."""

    is_done: bool
    title: str
    says: str
    where: str = ""


def left() -> list[Step]:
    """Return every step, with those already done. Returns an empty list once all are done, in training, and for
    officers without the right to change rules.
    """
    desk = office()
    if desk.home.training or not may(May.EDIT_RULES):
        return []
    with desk.reading() as connection:
        steps = [_space(connection, desk), *_first(connection), *_safe(desk)]
    return steps if any(not step.is_done for step in steps) else []


def _space(connection: sa.Connection, desk: Office) -> Step:
    """Return the step of the eight questions of the first hour: done once each has an answer of the association."""
    count = len(answer_rows.unconfirmed(connection, desk.now(connection)[1].day))
    unconfirmed = t(common.ANSWERS_TO_CONFIRM.of(count))
    title = t(
        "Votre espace : huit questions, qui fixent aussi vos prix",
        "Your space: eight questions that also set your prices",
    )
    return Step(count == 0, title, unconfirmed, url_for("hour.overview"))


def _first(connection: sa.Connection) -> Iterator[Step]:
    """Yield the steps of the first day: badge, door sheet, test e-mail, first tap, first export."""
    done = first_step_rows.done(connection)
    yield Step(
        done.badge,
        t("Inscrivez-vous en premier, avec un badge", "Enrol yourself first, with a badge"),
        t(
            "Après l’inscription, choisissez « Attendre un badge à l’entrée », puis présentez le vôtre.",
            "After enrolling, choose “Wait for a badge at the entrance”, then tap your badge.",
        ),
        url_for("members.new") if may(May.EDIT_MEMBERS) else "",
    )
    yield Step(
        done.sheet,
        t("Imprimez la fiche de la porte", "Print the door sheet"),
        t("Les prix, les heures et comment entrer, sur une page.", "Prices, hours and how to come in, on one page."),
        url_for("rules.sheet"),
    )
    yield Step(
        done.mail,
        t("Envoyez un e-mail d’essai", "Send a test e-mail"),
        t("Reçus, rappels et liens partiront par e-mail.", "Receipts, reminders and links will be sent by e-mail."),
        url_for("hour.trial"),
    )
    yield Step(
        done.visit,
        t("Présentez un badge pour la première fois", "Tap a badge for the first time"),
        t(
            "Présentez votre badge : il apparaît sur cette page dans les dix secondes.",
            "Tap your badge: it appears on this page within ten seconds.",
        ),
    )
    yield Step(
        done.export,
        t("Faites un premier export", "Make your first export"),
        t(
            "Exportez les journées du mois et ouvrez-les dans un tableur.",
            "Export this month’s days and open them in a spreadsheet.",
        ),
        url_for("exports.page") if may(May.EXPORT) else "",
    )


def _safe(desk: Office) -> Iterator[Step]:
    """Yield the steps that protect the desk: a second factor, and the keys on paper."""
    yield Step(
        second_proof.is_there(),
        t("Protégez votre compte par une deuxième preuve", "Protect your account with a second factor"),
        t(
            "Mettez en place des codes par téléphone ou une clé d’accès, en deux minutes.",
            "Set up phone codes or a passkey. It takes two minutes.",
        ),
        url_for("account.page"),
    )
    yield Step(
        bool(desk.home.config.backup.recipient),
        t("Imprimez la copie papier des clés", "Print the paper copy of the keys"),
        t(
            "Sans cette copie papier, aucune sauvegarde gardée ailleurs ne peut s’ouvrir. Sur la machine, lancez "
            "kiosk keys new, puis kiosk keys sheet.",
            "Without this paper copy, no off-site backup can be opened. On the machine, run kiosk keys new, then "
            "kiosk keys sheet.",
        ),
    )
