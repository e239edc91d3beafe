"""What a new space sees to first: a list on the first page, which goes once all of it is done.

It is for those who may change rules, and not in training, where nothing of it counts.
"""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from flask import url_for
from msgspec import Struct

from kiosk.domain.health.upkeep import Care
from kiosk.domain.space import first_run
from kiosk.language import common
from kiosk.store.health import upkeep_rows
from kiosk.store.space import book_rules, rule_rows
from kiosk.web.desk.common import second_proof
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import t


class Step(Struct, frozen=True):
    """One thing to see to. `where` is its page, where the desk has one; else it is done on the machine."""

    is_done: bool
    title: str
    says: str
    where: str = ""


def left() -> list[Step]:
    """Every step, done ones too; none once all are done, or for whom this is not."""
    desk = office()
    if desk.home.training or not may(May.EDIT_RULES):
        return []
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        steps = [*_association(connection, today), *_money(connection, today), *_machine(connection, desk)]
    return steps if any(not step.is_done for step in steps) else []


def _association(connection: sa.Connection, today: date) -> Iterator[Step]:
    known = book_rules.read(connection, today).association
    yield Step(
        bool(known.get("name") and known.get("siren")),
        t("Le nom et le SIREN de l’association", "The association’s name and SIREN"),
        t("Ils sont sur chaque reçu et chaque facture.", "They are on each receipt and each invoice."),
        url_for("rules.sheet_form", name="association"),
    )


def _money(connection: sa.Connection, today: date) -> Iterator[Step]:
    yield Step(
        not rule_rows.to_confirm(connection, today),
        t("Les tarifs, relus et confirmés", "The tariffs, read and confirmed"),
        t("Ils sont venus avec le logiciel : ceux de 2011.", "They came with the program: those of 2011."),
        url_for("rules.confirm_form"),
    )
    rows = rule_rows.rule_rows(connection).get("rent_cents", [])
    yield Step(
        any(row.value and not row.called_off and not first_run.is_to_confirm(row.decided_by) for row in rows),
        t(common.RENT_OF_THE_MONTH),
        t("Sans lui, aucune page ne dit s’il est couvert.", "Without it no page says whether it is covered."),
        url_for("rules.rule_form", name="rent_cents"),
    )


def _machine(connection: sa.Connection, desk: Office) -> Iterator[Step]:
    done = upkeep_rows.found(connection)
    backup, config = done.get(Care.BACKUP), desk.home.config
    yield Step(
        backup is not None and backup.succeeded_at is not None,
        t("Une première sauvegarde vérifiée", "A first backup, verified"),
        t(
            "La borne en fait une toutes les heures ; sinon, qui tient la machine regarde « Sauvegardes » du manuel.",
            "The kiosk makes one each hour; else whoever keeps the machine looks at “Sauvegardes” in the manual.",
        ),
        url_for("state.page"),
    )
    yield Step(
        bool(config.mail.server),
        t("Le courrier : par où partent les messages", "Mail: which way messages leave"),
        t(
            "Rappels, reçus et liens attendent jusque-là. Sur la machine : la partie [mail] de kiosk.toml.",
            "Reminders, receipts and links wait until then. On the machine: the part [mail] of kiosk.toml.",
        ),
    )
    yield Step(
        second_proof.is_there(),
        t("Une deuxième preuve pour votre compte", "A second proof for your account"),
        t(
            "Des codes par téléphone ou une clé d’accès : deux minutes.",
            "Codes by telephone or a passkey: two minutes.",
        ),
        url_for("account.page"),
    )
    yield Step(
        bool(config.backup.recipient),
        t("La copie papier des clés", "The keys’ paper copy"),
        t(
            "Sans elle, aucune copie portée ailleurs ne s’ouvre. Sur la machine : kiosk keys new, kiosk keys sheet.",
            "Without it no copy that is carried elsewhere opens. On the machine: kiosk keys new, kiosk keys sheet.",
        ),
    )
