"""Proposes to renew memberships that end or have ended, by mail or on a printed sheet; it charges nothing."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain import duties
from kiosk.exports import formats
from kiosk.language import catalogues
from kiosk.language.catalogues import Language
from kiosk.language.texts import Voice
from kiosk.store.duties import later_rows, owed
from kiosk.store.duties.owed import Ending
from kiosk.store.engine import Store
from kiosk.store.messages import outbox_rows
from kiosk.store.messages.outbox_rows import Letter
from kiosk.store.space.policies import Rules

MOST = 500  # members at once
AHEAD = timedelta(days=duties.AHEAD_DAYS)  # how long before its end a membership counts as ending


class Left(StrEnum):
    """Why a member got no mail."""

    NO_ADDRESS = "no-address"
    TODAY = "today"  # one was made today


class Proposal(Struct, frozen=True):
    """The letter that proposes renewal to a member."""

    ending: Ending
    language: Language
    subject: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the whole letter as the text of an e-mail."""
        return "\n\n".join(self.paragraphs)


class Proposed(Struct, frozen=True):
    """The members that get a mail, and the others with the reason."""

    put: tuple[Ending, ...]
    left: tuple[tuple[Ending, Left], ...]


class Renewing:
    """Proposes renewals in the name of an officer, by their account's number."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock, officer: int) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._officer = officer

    def send(self, numbers: Collection[int]) -> Proposed:
        """Put a mail into the outbox for each of these members with a membership that ends or has ended, and return
        which members got one. A member gets one a day even when the form is sent again; one whose membership does not
        end soon is in neither list.
        """
        put: list[Ending] = []
        left: list[tuple[Ending, Left]] = []
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            chosen = chosen_of(connection, moment.day, numbers)
            last = outbox_rows.made(connection, [_about(ending.number) for ending in chosen])
            for ending in chosen:
                made_at = last.get(_about(ending.number))
                if not ending.email:
                    left.append((ending, Left.NO_ADDRESS))
                elif made_at is not None and made_at.astimezone(self._rules.zone).date() >= moment.day:
                    left.append((ending, Left.TODAY))
                else:
                    put.append(ending)
            mails = proposals(put, moment.day)
            letters = [
                Letter(mail.ending.email or "", mail.subject, mail.text, _about(mail.ending.number)) for mail in mails
            ]
            outbox_rows.put_all(connection, letters, moment.at)
            if put:
                later_rows.proposed(connection, self._officer, moment.day, moment.at)
        return Proposed(tuple(put), tuple(left))

    def handed_out(self) -> None:
        """Record that the sheets were printed, so that this officer's duty to propose renewals is put off as after
        mails.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            later_rows.proposed(connection, self._officer, moment.day, moment.at)


def chosen_of(connection: sa.Connection, today: date, numbers: Collection[int]) -> list[Ending]:
    """Return the memberships of these members that have ended or end soon, the earliest end first, 500 at most."""
    return [each for each in owed.endings(connection, today, AHEAD) if each.number in numbers][:MOST]


def proposals(endings: Sequence[Ending], today: date) -> list[Proposal]:
    """Return the letter to each member, in their own language."""
    house = catalogues.settled()
    return [_proposal(each, today, catalogues.language_of(each.language, house)) for each in endings]


def _proposal(ending: Ending, today: date, language: Language) -> Proposal:
    """Return the letter that proposes to renew a membership, ending soon or ended."""
    t, day = Voice(language), formats.day(ending.until_on, language)
    opening = t("Votre adhésion finit le {day}.", "Your membership ends on {day}.", day=day)
    if ending.until_on < today:
        opening = t("Votre adhésion a pris fin le {day}.", "Your membership ended on {day}.", day=day)
    return Proposal(
        ending,
        language,
        t("Renouveler votre adhésion", "Renewing your membership"),
        (
            t("Bonjour {whom},", "Hello {whom},", whom=ending.name),
            opening,
            t(
                "Vous pouvez renouveler votre adhésion à votre prochain passage, au bureau ou à l’écran de"
                " l’entrée. Rien n’est compté d’ici là.",
                "You can renew your membership on your next visit, at the office or on the entrance screen."
                " Nothing is charged until then.",
            ),
            t(
                "Si vous ne souhaitez pas continuer, un mot suffit : merci d’avoir été des nôtres.",
                "If you do not wish to continue, just let us know. Thank you for having been with us.",
            ),
            t("Le Secrétariat", "The secretary’s office"),
        ),
    )


def _about(number: int) -> str:
    """Return the subject under which the outbox stores these mails, to find a member's last one."""
    return f"renewal {number}."
