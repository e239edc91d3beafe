"""Lists which act (what a button does) leads to which page of the screen. Each family of pages has a module of its
own.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kiosk.checkin.dialogue import Page, Ways
from kiosk.domain.checkin.choices import Act


@cache
def pages() -> Mapping[Act, Page]:
    """Return the page of each act. The modules are imported when the first dialogue begins, so that the entrance starts
    quickly.
    """
    from kiosk.selfservice import (
        account,
        day_payment,
        error_report,
        evacuation,
        event_topics,
        events,
        guests,
        hosting,
        house,
        joining,
        keyboard,
        own_data,
        pad,
        payments,
        people,
        purchases,
        rooms,
        settings,
        steps,
        visitors,
    )
    from kiosk.selfservice.own import codes, plans, telephones
    from kiosk.selfservice.premises import desks, prices, things
    from kiosk.selfservice.without_badge import lost_badges, pin, vouching

    return {
        **keyboard.PAGES,
        **account.PAGES,
        **events.PAGES,
        **event_topics.PAGES,
        **joining.PAGES,
        **visitors.PAGES,
        **guests.PAGES,
        **house.PAGES,
        **hosting.PAGES,
        **purchases.PAGES,
        **payments.PAGES,
        **people.PAGES,
        **rooms.PAGES,
        **day_payment.PAGES,
        **pin.PAGES,
        **pad.PAGES,
        **codes.PAGES,
        **lost_badges.PAGES,
        **plans.PAGES,
        **prices.PAGES,
        **desks.PAGES,
        **things.PAGES,
        **steps.PAGES,
        **evacuation.PAGES,
        **vouching.PAGES,
        **error_report.PAGES,
        **settings.PAGES,
        **own_data.PAGES,
        **telephones.PAGES,
    }


def ways(kept_at: Path) -> Ways:
    """Return the counter of touches in « Le lieu » (the page of what members do together), stored in the file
    `kept_at`. Its module is imported when the page is first shown.
    """
    from kiosk.selfservice.premises.ways import Ways as Counted

    return Counted(kept_at)
