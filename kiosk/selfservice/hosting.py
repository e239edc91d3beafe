"""Serves members' hosting shifts at the screen: take, give up, swap, and confirm that one was held.

A shift's holder is named to others only if they are visible. Members prove their identity by their badge; a shift that
they confirm counts as held, without clocking in. A *turn* is a shift with its holder's names, as it is stored; with
`whole` the words for one have its weekday in full. `house.some` cuts a page out of a list of choices, its last one
leading on to the next page.
"""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.days import Moment
from kiosk.domain.hosting import rota as rules
from kiosk.domain.hosting.rota import Shift
from kiosk.errors import RequestError
from kiosk.hosting import turns, words
from kiosk.language import common
from kiosk.language.texts import Said, Text
from kiosk.selfservice import house
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import Entry
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.hosting.rota_rows import Turn
from kiosk.store.hosting.swap_rows import Swap
from kiosk.store.members import members

A_PAGE = 6  # choices on a page, among them the one that shows the next
FREE_DAYS = 14  # free shifts are shown here this many days ahead; the desk shows them all
_STEP = rules.BEYOND  # minutes by which a held shift may be declared longer or shorter
_MINE, _FREE = Text("À vous : {day}", "Yours: {day}"), Text("Libre : {day}", "Free: {day}")
_HELD = Text("Tenu ? {day}", "Done? {day}")
_SWAP = Text("Échange proposé", "Swap proposed")
_OF_KIND = Text("{kind}, {hours}", "{kind}, {hours}")
_MAILS = Text("Me solliciter par e-mail", "E-mail me free shifts")
_YES, _NO = Text("oui", "yes"), Text("non", "no")
_TAKE, _GIVE_UP = Text("Je le prends", "I’ll take it"), Text("Rendre ce tour", "Give up this shift")
_ASK_SWAP = Text("Échanger", "Swap")
_DONE, _SHORTER = Text("Oui, tour tenu", "Yes, shift done"), Text("Le tour a été plus court", "The shift was shorter")
_EARLIER, _LONGER = (
    Text("J’ai commencé plus tôt", "I started earlier"),
    Text("J’ai fini plus tard", "I finished later"),
)
_TIMELESS = Text("{when}. Aucune heure n’est notée.", "{when}. No times are recorded.")
_SOMEBODY = Text("Une personne membre", "A member")
_NAMED = Text("{when} · {name}", "{when} · {name}")
_FOR = Text("{mine} contre {theirs}", "{mine} for {theirs}")
_SAID_KIND = Text("{kind}, {when}", "{kind}, {when}")
_AGREE, _REFUSE = Text("Oui, j’échange", "Yes, I’ll swap"), Text("Non", "No")
_NOT_SWAPPED = common.KEEPS_THEIR_OWN


class Length(Struct, frozen=True):
    """A duration in hours and minutes: `4 h`, `3 h 30`."""

    minutes: int

    def to(self, language: str, /) -> str:
        """Return the duration as a language writes it."""
        from kiosk.exports import formats  # heavy, and the entrance starts without it

        return formats.clock(self.minutes // 60, self.minutes % 60, language, short=True)


def show(context: PageContext) -> Card:
    """Show the swaps asked of this member, the shifts they hold, and the free ones, A_PAGE at a time. Raises
    RequestError `touch-over` where hosting is off, as every page here.
    """
    house.refuse_unless(context.policy.hosting)
    shown = house.some(_entries(context), Act.HOSTING, house.first_of(context), A_PAGE)
    return house.page(context, CardKind.HOSTING, shown)


def _entries(context: PageContext) -> list[Entry]:
    """Return the choices of the hosting page: swaps to answer, own shifts to confirm and to come, then free ones that
    the member may take; last, with an e-mail address on file, whether free shifts are mailed to them.
    """
    connection, today = context.connection, context.moment.day
    person = members.by_number(connection, context.number)
    confirmable_from = today - timedelta(days=rules.CONFIRM_DAYS)
    own = rota_rows.own(connection, person.id, confirmable_from, today + timedelta(days=turns.AHEAD_DAYS))
    now = turns.now_of(context.moment)
    # A shift that has begun can be confirmed; one that is confirmed as far as it was held is not listed.
    to_confirm = [each.shift for each in own if rules.has_more_to_say(each.shift, now)]
    coming = [each.shift for each in own if not rules.held_minutes(each.shift, now)]
    free = [each.shift for each in rota_rows.free(connection, today, today + timedelta(days=FREE_DAYS))]
    own_shifts = [each.shift for each in own]
    takeable = [each for each in free if rules.why_not_take(each, person.number, today, own_shifts) is None]
    swaps = [
        Entry(Option(Act.SWAP_ASKED, str(each.id), _SWAP), words.turn(rota_rows.turn(connection, each.shift).shift))
        for each in swap_rows.asked_of(connection, person.id)
    ]
    wants_mails = rota_rows.wants_to_be_asked(connection, person.id)
    mail_choice = Entry(Option(Act.HOST_MAILS, "no" if wants_mails else "yes", _MAILS), _YES if wants_mails else _NO)
    labelled_shifts = [
        *((_HELD, each) for each in to_confirm),
        *((_MINE, each) for each in coming),
        *((_FREE, each) for each in takeable),
    ]
    return [
        *swaps,
        *(_shift_entry(label, each) for label, each in labelled_shifts),
        *([mail_choice] if person.email else []),
    ]


def _shift_entry(label: Text, shift: Shift) -> Entry:
    """Return the choice that opens a shift: labelled with its day, with its kind and hours beside."""
    hours = words.Hours(shift.from_minute, shift.until_minute)
    option = Option(Act.SHIFT, str(shift.id), label.of(day=ShortDay(shift.day_on)))
    return Entry(option, _OF_KIND.of(kind=words.KINDS[shift.kind], hours=hours))


def show_one(context: PageContext) -> Card:
    """Show one shift, and what this member may do with it. The touched value is the shift's id."""
    house.refuse_unless(context.policy.hosting)
    turn = rota_rows.turn(context.connection, house.number_in(context.value))
    entries, shift_text = _acts_on(context, turn), _words_of(turn, context.number)
    if any(each.option.act is Act.SHIFT_HELD for each in entries):
        shift_text = _TIMELESS.of(when=shift_text)  # once for the page, not below each choice
    return house.page(context, CardKind.SHIFT, entries, Act.HOSTING, about=shift_text)


def _acts_on(context: PageContext, turn: Turn) -> list[Entry]:
    """Return what a member can do with a shift: take it where it is free, else confirm its length, give it up or swap
    it, where it is theirs. Lengths are offered in steps of an hour: as long as held so far, shorter, begun earlier,
    ended later.
    """
    shift, today, value = turn.shift, context.moment.day, str(turn.shift.id)
    member_id = members.by_number(context.connection, context.number).id
    own = rota_rows.own(context.connection, member_id, shift.day_on, shift.day_on)
    if shift.member is None and rules.why_not_take(shift, context.number, today, [each.shift for each in own]) is None:
        return [Entry(Option(Act.SHIFT_TAKE, value, _TAKE))]
    entries = []
    now = turns.now_of(context.moment)
    if rules.has_more_to_say(shift, now) and rules.why_not_confirm(shift, context.number, now) is None:
        held_so_far = rules.held_minutes(shift, now)
        lengths = [(held_so_far, _DONE), (held_so_far - _STEP, _SHORTER), (held_so_far + _STEP, _EARLIER)]
        # Ending later can be declared only once that later end is past.
        if shift.day_on < now.day or now.minute >= shift.until_minute + _STEP:
            lengths.append((held_so_far + _STEP, _LONGER))
        entries += [
            _held_entry(shift, minutes, label)
            for minutes, label in lengths
            if rules.why_no_minutes(shift, minutes, now) is None
        ]
    if rules.why_not_give_up(shift, context.number, today) is None:
        entries.append(Entry(Option(Act.SHIFT_GIVE_UP, value, _GIVE_UP)))
        entries.append(Entry(Option(Act.SHIFT_SWAP, value, _ASK_SWAP)))
    return entries


def _held_entry(shift: Shift, minutes: int, label: Text) -> Entry:
    """Return the choice that confirms a shift as held for this many minutes; its value is the shift's id and the
    minutes.
    """
    return Entry(Option(Act.SHIFT_HELD, f"{shift.id} {minutes}", label), Length(minutes))


def _words_of(turn: Turn, number: int) -> Said:
    """Return the words for a shift, with its holder's name where this member may know it."""
    when = _SAID_KIND.of(kind=words.KINDS[turn.shift.kind], when=words.turn(turn.shift, whole=True))
    if turn.shift.member is None or turn.shift.member == number:
        return when
    return _NAMED.of(when=when, name=turn.public_name or _SOMEBODY)


@house.refusals_as_cards(Act.HOSTING)
def take(context: PageContext) -> Card:
    """Take a free shift."""
    return _act(context, turns.take)


@house.refusals_as_cards(Act.HOSTING)
def give_up(context: PageContext) -> Card:
    """Give up a shift."""
    return _act(context, turns.give_up)


@house.refusals_as_cards(Act.HOSTING)
def held(context: PageContext) -> Card:
    """Confirm that a shift was held, and for how many minutes; the touched value has both (`12 180`)."""
    house.refuse_unless(context.policy.hosting)
    typed_shift, _, typed_minutes = context.value.partition(" ")
    shift_id, minutes = house.number_in(typed_shift), house.number_in(typed_minutes)
    turn = turns.confirm(context.connection, context.moment, context.actor, shift_id, context.number, minutes)
    return house.done(context, words.turn(turn.shift), Act.HOSTING, thanks=True)


def show_swaps(context: PageContext) -> Card:
    """Show other members' coming shifts for which the member's own could be swapped. The touched value is the own
    shift's id, then the number of the first choice to show (none: 0).
    """
    house.refuse_unless(context.policy.hosting)
    typed_shift, _, start = context.value.partition(" ")
    connection, today = context.connection, context.moment.day
    mine = rota_rows.turn(connection, house.number_in(typed_shift)).shift
    coming = rota_rows.turns(connection, today, today + timedelta(days=turns.AHEAD_DAYS))
    own_shifts = [each.shift for each in coming if each.shift.member == context.number]
    swappable = []
    for each in coming:
        theirs = [other.shift for other in coming if other.shift.member == each.shift.member]
        if each.shift.member and rules.why_not_swap(mine, each.shift, today, own_shifts, theirs) is None:
            swappable.append(each)
    first = house.number_in(start) if start else 0
    choices = [_swap_entry(mine, each) for each in swappable]
    entries = house.some(choices, Act.SHIFT_SWAP, first, A_PAGE, before=f"{mine.id} ")
    return house.page(context, CardKind.SHIFT_SWAP, entries, Act.HOSTING, about=words.turn(mine, whole=True))


def _swap_entry(mine: Shift, theirs: Turn) -> Entry:
    """Return the choice that asks for another member's shift in exchange for this one; its value is the two shifts'
    ids.
    """
    option = Option(Act.SWAP_ASK, f"{mine.id} {theirs.shift.id}", words.turn(theirs.shift))
    return Entry(option, theirs.public_name or _SOMEBODY)


@house.refusals_as_cards(Act.HOSTING)
def name_swap(context: PageContext) -> Card:
    """Name both shifts and the member to be asked, before the badge asks for the swap."""
    house.refuse_unless(context.policy.hosting)
    mine, _, theirs = context.value.partition(" ")
    return _name_pair(context, house.number_in(mine), house.number_in(theirs))


@house.refusals_as_cards(Act.HOSTING)
def ask_swap(context: PageContext) -> Card:
    """Ask the holder of the touched shift for a swap."""
    house.refuse_unless(context.policy.hosting)
    mine, _, theirs = context.value.partition(" ")
    pair = house.number_in(mine), house.number_in(theirs)
    turns.ask_swap(context.connection, context.moment, context.actor, *pair, context.number)
    return house.done(context, _pair(context, *pair), Act.HOSTING)


def show_asked(context: PageContext) -> Card:
    """Show a swap that another member asks of this one."""
    swap = _touched_swap(context)
    entries = [
        Entry(Option(Act.SWAP_YES, context.value, _AGREE)),
        Entry(Option(Act.SWAP_NO, context.value, _REFUSE)),
    ]
    both_shifts = _pair(context, swap.for_shift, swap.shift)  # for the member who is asked, `for_shift` is their own
    return house.page(context, CardKind.SHIFT_SWAP, entries, Act.HOSTING, about=both_shifts)


def _touched_swap(context: PageContext) -> Swap:
    """Return the swap that was touched. Raises RequestError `touch-over` for one asked of another member."""
    house.refuse_unless(context.policy.hosting)
    swap = swap_rows.by_id(context.connection, house.number_in(context.value))
    if swap.to != context.number:
        raise RequestError("touch-over", "this swap is asked of another member")
    return swap


@house.refusals_as_cards(Act.HOSTING)
def name_agreement(context: PageContext) -> Card:
    """Name both shifts and the asking member, before the badge agrees to the swap."""
    swap = _touched_swap(context)
    return _name_pair(context, swap.for_shift, swap.shift)


@house.refusals_as_cards(Act.HOSTING)
def agree(context: PageContext) -> Card:
    """Agree to a swap: both shifts change hands."""
    return _answer(context, agreed=True)


@house.refusals_as_cards(Act.HOSTING)
def refuse(context: PageContext) -> Card:
    """Refuse a swap: nothing changes."""
    return _answer(context, agreed=False)


def _answer(context: PageContext, *, agreed: bool) -> Card:
    """Answer a proposed swap, and show the shift that the member has after it; after a refusal, that each keeps their
    own.
    """
    house.refuse_unless(context.policy.hosting)
    swap_id = house.number_in(context.value)
    answered = turns.answer_swap(
        context.connection, context.moment, context.actor, swap_id, context.number, agreed=agreed
    )
    if not agreed:
        return house.done(context, _NOT_SWAPPED, Act.HOSTING)
    # `answered.shift` was the asking member's, and is now this member's
    return house.done(context, words.turn(rota_rows.turn(context.connection, answered.shift).shift), Act.HOSTING)


def _name_pair(context: PageContext, mine: int, theirs: int) -> Card:
    """Name both shifts, and the holder of the shift asked for, on the page where the badge confirms the swap."""
    name = rota_rows.turn(context.connection, theirs).public_name or _SOMEBODY
    return house.names(context, _NAMED.of(when=_pair(context, mine, theirs), name=name))


def _pair(context: PageContext, mine: int, theirs: int) -> Said:
    """Return the words for a swap: the member's own shift for the one that they would get."""
    own_text, other_text = (words.turn(rota_rows.turn(context.connection, each).shift) for each in (mine, theirs))
    return _FOR.of(mine=own_text, theirs=other_text)


def set_mails(context: PageContext) -> Card:
    """Save whether this member wants to be asked for shifts by mail."""
    house.refuse_unless(context.policy.hosting)
    if context.value not in ("yes", "no"):
        raise RequestError("touch-over", "there is no such setting")
    person = members.by_number(context.connection, context.number)
    rota_rows.want_to_be_asked(context.connection, person.id, context.value == "yes")
    return show(replace(context, value=""))


def _act(context: PageContext, act: Callable[[sa.Connection, Moment, str, int, int], Turn]) -> Card:
    """Take or give up the touched shift (`act` is a use-case of `turns`), and show the shift."""
    house.refuse_unless(context.policy.hosting)
    shift = house.number_in(context.value)
    turn = act(context.connection, context.moment, context.actor, shift, context.number)
    return house.done(context, words.turn(turn.shift, whole=True), Act.HOSTING)


PAGES = {
    Act.HOSTING: Page(show),
    Act.SHIFT: Page(show_one),
    Act.SHIFT_TAKE: Page(take, writes=True),
    Act.SHIFT_GIVE_UP: Page(give_up, writes=True),
    Act.SHIFT_HELD: Page(held, writes=True),
    Act.SHIFT_SWAP: Page(show_swaps),
    Act.SWAP_ASK: Page(ask_swap, writes=True, names=name_swap),
    Act.SWAP_ASKED: Page(show_asked),
    Act.SWAP_YES: Page(agree, writes=True, names=name_agreement),
    Act.SWAP_NO: Page(refuse, writes=True),
    Act.HOST_MAILS: Page(set_mails, writes=True),
}
