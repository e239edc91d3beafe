"""Makes the rota of the coming weeks, and mails members about free shifts, their own shifts, and swaps.

Each mail is put into the outbox (messages that are sent afterwards) in one transaction with a mark that it was, so that
no news is mailed twice. Mails name no other member.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.hosting import rota
from kiosk.domain.hosting.rota import Shift
from kiosk.domain.money.tariffs import Policy
from kiosk.home import Home
from kiosk.hosting import links, words
from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.books import due_rows
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.hosting.rota_rows import Willing
from kiosk.store.hosting.swap_rows import Swap
from kiosk.store.messages import outbox_rows
from kiosk.store.space import opening_rows
from kiosk.store.space.policies import Rules

AHEAD_DAYS = 42  # shifts are made for six weeks to come
_REMINDED, _HELD = "hosting-reminder", "hosting-held"  # marks of a mail that a shift's host was sent
_MARKS_DAYS = 30  # days for which such marks are kept after the shift, and links after they expired
_HELLO = Text("Bonjour {name},", "Hello {name},")
_STOP = Text(
    "Pour ne plus recevoir ces messages : à l’écran de l’entrée, « Mon compte », « Le lieu », « Accueil ».",
    "To stop these messages: on the entrance’s screen, “My account”, “The place”, “Hosting”.",
)
_ONCE = Text(
    "Chaque lien sert une fois. L’ouvrir ne change rien : un bouton vous demande de confirmer.",
    "Each link works once. Opening it changes nothing: a button asks you to confirm.",
)
# Each group: a mail's subject, then what stands before each shift that it names, and before its link if it has one.
_FREE_SUBJECT = Text("Des tours d’accueil à prendre", "Hosting shifts to take")
_FREE_OPENING = Text("Tours d’accueil encore libres :", "Shifts still free:")
_SOON = (
    Text("C’est bientôt à vous d’accueillir", "Your hosting shift is coming up"),
    Text("Vous avez pris ce tour :", "You signed up for this shift:"),
    Text(
        "Un empêchement ? Rendez ce tour d’accueil par ce lien :",
        "Something came up? Give the shift up with this link:",
    ),
)
_DONE = (
    Text("Merci d’avoir accueilli", "Thank you for hosting"),
    Text("Vous aviez pris ce tour :", "You had signed up for this shift:"),
    Text(
        "L’accueil a eu lieu ? Confirmez-le par ce lien, sans heure d’arrivée ni de départ :",
        "Did the shift take place? Confirm it with this link; no arrival or departure time needed:",
    ),
)
_ASKED = (
    Text("On vous propose un échange", "Someone would like to swap shifts with you"),
    Text("Votre tour d’accueil :", "Your shift:"),
    Text("contre ce tour :", "in exchange for this shift:"),
    Text("Répondez oui ou non par ce lien :", "Answer yes or no with this link:"),
)
_AGREED = (
    Text("Votre échange est accepté", "Your shift swap was accepted"),
    Text("Votre tour d’accueil est maintenant :", "Your shift is now:"),
)
_REFUSED = (
    Text("Votre échange est refusé", "Your shift swap was declined"),
    Text("Votre tour d’accueil reste :", "Your shift is still:"),
)


def run(home: Home, rules: Rules, now: datetime) -> int:
    """Make the missing shifts of the coming weeks, put mails about shifts into the outbox, and return how many mails.

    Returns 0 where the rules have no hosting, and, once shifts are made, where the home has no mail server.
    """
    with home.store.reading() as connection:
        policy, moment = rules.at(connection, now)
        if not policy.hosting:
            return 0
    with home.store.writing() as connection:
        policy, moment = rules.at(connection, now)  # read again: the first transaction is over
        fill(connection, policy, moment.day)
        if not home.config.mail.server:
            return 0
        address = home.config.desk_address
        sent = _mail_free_shifts(connection, policy, moment, address)
        sent += _remind(connection, moment, address) + _thank(connection, moment, address)
        sent += sum(_tell(connection, moment, swap, address) for swap in swap_rows.untold(connection))
        swap_rows.forget_links(connection, moment.day - timedelta(days=_MARKS_DAYS))
        return sent


def fill(connection: sa.Connection, policy: Policy, today: date) -> int:
    """Make the missing shifts of the coming weeks, from today on, except on closed days, and return how many. Cancel
    those on closed days that were made before.
    """
    last = today + timedelta(days=AHEAD_DAYS)
    is_closed_on: dict[date, bool] = {}
    for opening in opening_rows.between(connection, today, last):
        if opening.is_holiday:  # comes after a row by hand of the same day, which prevails
            is_closed_on.setdefault(opening.day_on, policy.closed_on_holidays)
        else:
            is_closed_on[opening.day_on] = opening.is_closed
    closed = {day for day, is_closed in is_closed_on.items() if is_closed}
    rota_rows.close(connection, closed, today)
    return rota_rows.fill(connection, rota.shifts_of_template(rota_rows.slots(connection), today, last, closed))


def _mail_free_shifts(connection: sa.Connection, policy: Policy, moment: Moment, address: str) -> int:
    """Mail each member that wants such mails about the free shifts that they may take, and return how many mails. A
    shift is mailed about once within `hosting_ask_days` of its day, and again on its eve.
    """
    today, sent = moment.day, 0
    until = today + timedelta(days=policy.hosting_ask_days)
    free = rota_rows.free(connection, today, until)
    shifts = [each.shift for each in free if _is_to_be_asked(each, today)]
    if not shifts:
        return 0
    for person in rota_rows.willing(connection, today):
        own = [each.shift for each in rota_rows.own(connection, person.id, today, until)]
        fit = [each for each in shifts if rota.why_not_take(each, person.number, today, own) is None]
        if fit:
            lines = _offers(connection, person, fit, address)
            _put(connection, moment, person, _FREE_SUBJECT, lines, "free shifts")
            sent += 1
    rota_rows.asked(connection, [each.id for each in shifts], today)  # also where no member may take the shift
    return sent


def _is_to_be_asked(turn: rota_rows.Turn, today: date) -> bool:
    """Tell whether members are to be asked about a free shift: if they never were, or today is its eve and they were
    not asked today.
    """
    is_eve = eve_of(turn.shift.day_on) == today
    return turn.asked_on is None or (is_eve and turn.asked_on < today)


def eve_of(day: date) -> date:
    """Return the day before a day."""
    return day - timedelta(days=1)


def _offers(connection: sa.Connection, person: Willing, shifts: Iterable[Shift], address: str) -> list[str]:
    """Return the lines of a mail that offers free shifts, each with a new link by which this person alone takes it."""
    language = _language(person)
    lines = [_FREE_OPENING.to(language), ""]
    for shift in shifts:
        link = links.made(connection, address, links.TAKE, person.id, shift)
        lines += [f"- {words.with_kind(shift, language)}", f"  {link}"]
    return [*lines, "", _ONCE.to(language)]


def _remind(connection: sa.Connection, moment: Moment, address: str) -> int:
    """Remind tomorrow's hosts of their shifts, with a link to give them up, and return how many mails."""
    tomorrow = moment.day + timedelta(days=1)
    return _mail_hosts(connection, moment, tomorrow, _REMINDED, _SOON, links.GIVE_UP, address)


def _thank(connection: sa.Connection, moment: Moment, address: str) -> int:
    """Thank yesterday's hosts, with a link to confirm their shifts, and return how many mails."""
    return _mail_hosts(connection, moment, eve_of(moment.day), _HELD, _DONE, links.CONFIRM, address)


def _mail_hosts(
    connection: sa.Connection,
    moment: Moment,
    day: date,
    kind: str,
    texts: tuple[Text, Text, Text],
    act: str,
    address: str,
) -> int:
    """Mail the hosts of a day once about each shift, and return how many mails. `texts` are the subject, the opening
    and the words before the link; `act` is what the link does, `kind` the mark that keeps a second mail away. A shift
    that is free, cancelled or confirmed is left out.
    """
    subject, opening, asks = texts
    sent = 0
    for turn in rota_rows.turns(connection, day, day):
        shift = turn.shift
        if shift.member is None or shift.called_off or shift.confirmed:
            continue
        if due_rows.is_done(connection, kind, shift.id, day):
            continue
        due_rows.mark(connection, kind, shift.id, day, moment.at)  # also where the host takes no such mails
        person = rota_rows.by_mail(connection, shift.member, rota_rows.TURNS)
        if person is not None:  # None without an address, or without the wish for mails about shifts
            language = _language(person)
            link = links.made(connection, address, act, person.id, shift)
            lines = [opening.to(language), words.with_kind(shift, language), "", asks.to(language), link]
            _put(connection, moment, person, subject, lines, f"shift {shift.id}")
            sent += 1
    due_rows.forget(connection, kind, day - timedelta(days=_MARKS_DAYS))
    return sent


def _tell(connection: sa.Connection, moment: Moment, swap: Swap, address: str) -> int:
    """Mail the member that an open swap is proposed to, or else its proposer about the answer. Return 1, or 0 where
    that member has no address or does not want mails about swaps.
    """
    swap_rows.tell(connection, swap)  # marks it as mailed, also where its member takes no such mails
    # The proposer's own shift before the swap, and the one that they ask for.
    mine = rota_rows.turn(connection, swap.shift).shift
    theirs = rota_rows.turn(connection, swap.for_shift).shift
    is_open = swap.state == swap_rows.OPEN
    person = rota_rows.by_mail(connection, swap.to if is_open else swap.by, rota_rows.SWAPS)
    if person is None:
        return 0
    language = _language(person)
    if is_open:
        subject, own, for_, ask = _ASKED
        lines = [own.to(language), words.with_kind(theirs, language), "", for_.to(language)]
        until = min(mine.day_on, theirs.day_on)  # the link works until the earlier of both shifts
        link = links.made(connection, address, links.SWAP, person.id, theirs, swap=swap.id, until_on=until)
        lines += [words.with_kind(mine, language), "", ask.to(language), link]
    else:
        agreed = swap.state == swap_rows.AGREED  # the proposer then holds the shift that they asked for
        subject, held = _AGREED if agreed else _REFUSED
        lines = [held.to(language), words.with_kind(theirs if agreed else mine, language)]
    _put(connection, moment, person, subject, lines, f"swap {swap.id}")
    return 1


def _language(person: Willing) -> str:
    """Return the member's language, or else the house's."""
    return person.language or catalogues.settled()


def _put(
    connection: sa.Connection, moment: Moment, person: Willing, subject: Text, lines: list[str], about: str
) -> None:
    """Put a mail into the outbox: the lines between a greeting and how to stop such mails, in the member's language.
    `about` is a short English note of its subject, for the outbox.
    """
    language = _language(person)
    body = [_HELLO.to(language, name=person.shown), "", *lines, "", _STOP.to(language), ""]
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=person.email,
        subject=subject.to(language),
        body="\n".join(body),
        about=about,
        at=moment.at,
    )
