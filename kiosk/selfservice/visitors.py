"""Serves people without a badge: a member's guest, or a visitor ringing for a trial day, a meeting or a delivery.

Visitors read the host's telephone number, and a minute later another one. Names announced on the public pages are
offered here, to visitors and to holders of new badges; the screen shows only first names.
"""

from collections import Counter
from functools import partial

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.language.texts import Text
from kiosk.selfservice.choice_labels import option

MOST_EXPECTED = 2  # names that fit on the page
MOST_NEWCOMERS = 5  # names that fit on the page of a new badge, beside "Another name"
REASONS = {Act.TRIAL: "trial", Act.APPOINTMENT: "appointment", Act.DELIVERY: "delivery"}
_LABELS = {
    Act.TRIAL: Text("Journée d’essai", "Trial day"),
    Act.APPOINTMENT: Text("Rendez-vous", "Meeting"),
    Act.DELIVERY: Text("Livraison", "Delivery"),
}
WELCOME = Text("Bienvenue, {name}.", "Welcome, {name}.")
INVITED = Text(
    "La personne qui vous invite présente son badge, puis touche Invité·e.",
    "Your host taps their badge, then touches Guest.",
)


def ask(context: PageContext) -> Card:
    """Ask what the visitor comes for. Announced visitors' names replace the sentence about guests."""
    expected = [option(Act.TRIAL, str(number), name) for number, name in _expected(context)]
    options: list[Option] = [*expected, *(option(act, "", label) for act, label in _LABELS.items())]
    guests = INVITED if context.policy.guests_a_day and not expected else None
    return Card(CardKind.VISIT, acts=(Act.DONE,), options=tuple(options), confirms=guests)


def _expected(context: PageContext) -> list[tuple[int, str]]:
    """Return the requests announced for today, each with its visitor's first name."""
    if not context.policy.public_work:
        return []
    from kiosk.store.visitors import request_rows  # few houses have public pages

    expected = request_rows.expected(context.connection, context.moment.day)
    return [(request.id, request.name.split()[0]) for request in expected[:MOST_EXPECTED]]


def ring(reason: str, context: PageContext) -> Card:
    """Ring, and show whom to call; a minute later, whom else. An expected visitor is welcomed by name."""
    name = dict(_expected(context)).get(int(context.value)) if context.value.isdecimal() else None
    welcome = None if name is None else WELCOME.of(name=name)
    return Card(CardKind.RUNG, name, rings=reason, then=Card(CardKind.RUNG_LATER), confirms=welcome)


# --- with a new badge


def first_names(context: PageContext) -> dict[int, str]:
    """Return the first names of announced newcomers by request; with an initial where two are alike."""
    names = _names(context)
    counts = Counter(name.split()[0] for name in names.values())
    return {request: _first_name(name, is_alone=counts[name.split()[0]] == 1) for request, name in names.items()}


def name_of(context: PageContext, request: str) -> str | None:
    """Return the whole name on an offered request, given by its number as text; None for any other."""
    return _names(context).get(int(request)) if request.isdecimal() and len(request) < 10 else None


def is_free(context: PageContext, request: int) -> bool:
    """Tell whether no other badge has taken over a request meanwhile."""
    return request in _names(context)


def _names(context: PageContext) -> dict[int, str]:
    """Return the whole names of today's announced newcomers by request; none where no one can announce a day on public
    pages.
    """
    if not context.policy.public_work:
        return {}
    from kiosk.store.visitors import request_rows  # few houses have public pages

    requests = request_rows.newcomers(context.connection, context.moment.day)
    return {request.id: request.name for request in requests[:MOST_NEWCOMERS]}


def _first_name(name: str, *, is_alone: bool) -> str:
    """Return a first name, with the last name's initial where another newcomer has the same one."""
    first, *others = name.split()
    return first if is_alone or not others else f"{first} {others[-1][0]}."


PAGES = {Act.VISIT: Page(ask), **{act: Page(partial(ring, reason)) for act, reason in REASONS.items()}}
