"""Banks days for members whose own desk was lent and taken by another.

The rule `lent_days_credit` is the number of counted lent days that earn one banked day, None where lending earns
nothing. A lent day counts if another member took the desk and the rule was set on that day; today's rule says how many
counted days make a banked one.

A lent day counts once it is past, since until then its borrower may leave it. It moves no money: a banked day was never
sold.
"""

from datetime import datetime

from kiosk.domain.days import Moment
from kiosk.domain.premises import floor
from kiosk.home import Home
from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.money import voucher_rows
from kiosk.store.premises import lent_rows
from kiosk.store.space import policies
from kiosk.store.space.policies import Rules

ACTOR = "due"
_EARNED = Text("Bureau prêté", "Desk lent to others")


def run(home: Home, rules: Rules, now: datetime) -> int:
    """Mark past lent days as counted or not, bank the days that they earned, and return how many were banked.

    Running it again banks nothing more. Where no desk was lent it writes nothing.
    """
    with home.store.reading() as connection:
        moment = rules.at(connection, now)[1]
        waiting = bool(lent_rows.past_uncounted(connection, moment.day))
    return _bank(home, moment) if waiting else 0


def _bank(home: Home, moment: Moment) -> int:
    """Decide for each past lent day whether it counts, bank the days that each member's counted days earn, and return
    how many. The oldest counted days are used first, and those left over wait for the next run.
    """
    banked = 0
    with home.store.writing() as connection:
        for day_id, day, taken in lent_rows.past_uncounted(connection, moment.day):
            counts = taken and policies.read(connection, day).lent_days_credit is not None
            lent_rows.count(connection, day_id, counts)
        worth = policies.read(connection, moment.day).lent_days_credit
        for member_id, day_ids in lent_rows.counted(connection).items():
            for each in range(floor.earned(len(day_ids), worth)):
                banked_id = voucher_rows.bank(
                    connection,
                    member_id,
                    days=1,
                    from_on=moment.day,
                    expires_on=None,
                    reason=_EARNED.to(catalogues.settled()),
                    at=moment.at,
                    actor=ACTOR,
                )
                first = each * (worth or 1)  # without the rule no day is earned, and this is not reached
                lent_rows.banked(connection, day_ids[first : first + (worth or 1)], banked_id)
                banked += 1
    return banked
