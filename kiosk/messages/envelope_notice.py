"""Tells at most two officers (secretaries, then presidents) by mail, once, that an organisation's envelope is nearly
empty. It names none of its members.

An *envelope* is a voucher pool: days or half days that an organisation bought together.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.domain.money import units, vouchers
from kiosk.domain.money.tariffs import Policy
from kiosk.home import Home
from kiosk.language.texts import Text
from kiosk.store.books import due_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.money import voucher_rows
from kiosk.store.money.voucher_rows import Envelope
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules

LOW = "envelope-low"  # the mark that an envelope was reported, once; its period is the envelope's first day
_SUBJECT = Text("Enveloppe bientôt vide : {name}", "Voucher pool nearly empty: {name}")
_BODY = Text(
    "Bonjour,\n\nIl reste {left} dans l’enveloppe {number} de {name}. C’est le moment d’en proposer une autre.\n",
    "Hello,\n\nVoucher pool {number} of {name} has {left} left. It is time to offer another pool.\n",
)


def put_in_outbox(home: Home, rules: Rules, now: datetime) -> int:
    """Put messages about envelopes that have run low into the outbox, and return how many.

    Without a mail server, officers or a rule that asks for it, nothing is put.
    """
    if not home.config.mail.server:
        return 0
    with home.store.reading() as connection:
        policy, _ = rules.at(connection, now)
        if policy.envelope_low_percent is None or not _untold(connection, policy):
            return 0
    with home.store.writing() as connection:
        policy, moment = rules.at(connection, now)
        officers = desk_users.two_to_tell(connection)
        if not officers:
            return 0
        low = _untold(connection, policy)  # read again: another program may have reported some since
        for each in low:
            for officer in officers:
                language = officer.language or home.config.language
                left = units.counted(each.days_left, each.unit).to(language)
                outbox_rows.put(
                    connection,
                    channel=outbox_rows.MAIL,
                    recipient=officer.email,
                    subject=_SUBJECT.to(language, name=each.organisation_name),
                    body=_BODY.to(language, left=left, number=each.id, name=each.organisation_name),
                    about=f"envelope {each.id} is low",
                    at=now,
                )
            due_rows.mark(connection, LOW, each.id, each.from_on, moment.at)
        return len(low) * len(officers)


def _untold(connection: sa.Connection, policy: Policy) -> list[Envelope]:
    """Return the envelopes that have run low and were not reported yet."""
    return [
        each
        for each in voucher_rows.envelopes(connection)
        if vouchers.is_low(each.days_left, each.days, policy.envelope_low_percent)
        and not due_rows.is_done(connection, LOW, each.id, each.from_on)
    ]
