"""Takes, gives up, swaps and confirms hosting shifts within the given transaction: for the screen, the desk and links
in mails. The desk goes through `kiosk.hosting.rota`.

Hosts do not clock in. A shift is confirmed by one touch, once it has begun or later; its duration is what the host
says, or else its hours so far. A *turn* is a shift with its holder; in a *swap* two members exchange their shifts, once
the member that it was proposed to agrees. A *banked* day was earned, and pays for a later visit.
"""

from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.hosting import rota as rules
from kiosk.domain.hosting.rota import Now, Shift, Unfit
from kiosk.errors import RequestError
from kiosk.hosting import words
from kiosk.language import catalogues
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.hosting.rota_rows import Turn
from kiosk.store.hosting.swap_rows import Swap
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import voucher_rows
from kiosk.store.officers import desk_log

AHEAD_DAYS = 42  # days from today for which the rota's shifts are made
_SAYS = {  # the sentence of each reason why an act on a shift is refused
    Unfit.OVER: "the day of this shift is past",
    Unfit.TAKEN: "another member holds this shift",
    Unfit.NOT_YOURS: "this member does not hold this shift",
    Unfit.CLASH: "this member has another shift at that hour",
    Unfit.CONFIRMED: "this shift was held already",
    Unfit.NOT_YET: "this shift has not begun",
    Unfit.TOO_LATE: f"members confirm within {rules.CONFIRM_DAYS} days; later, the office can confirm",
    Unfit.CALLED_OFF: "this shift is cancelled",
    Unfit.SAME: "a swap is between two members and two shifts",
    Unfit.MINUTES: f"a shift takes 1 to {rules.LONGEST} minutes, and no longer than until now",
    Unfit.SLOT: f"a line has {rules.SHORTEST} to {rules.LONGEST} minutes of a day, and 1 to {rules.MOST_PLACES} people",
}

_HOURS = rules.LONGEST // 60  # the longest shift, for error messages
_LIMITS: dict[Unfit, dict[str, int]] = {
    Unfit.MINUTES: {"hours": _HOURS},
    Unfit.SLOT: {"minutes": rules.SHORTEST, "hours": _HOURS, "most": rules.MOST_PLACES},
}


def refuse(unfit: Unfit | None) -> None:
    """Raise RequestError with the sentence of a reason and the limits that it names; do nothing for None."""
    if unfit is not None:
        raise RequestError(
            unfit.value, _SAYS[unfit], field="until" if unfit is Unfit.SLOT else "", **_LIMITS.get(unfit, {})
        )


def now_of(moment: Moment) -> Now:
    """Return the space's day and the minute of that day by the wall clock; after midnight, before the space's day ends,
    minutes go beyond 24 hours.
    """
    minute = moment.local.hour * 60 + moment.local.minute
    return Now(moment.day, minute + (24 * 60 if moment.local.date() > moment.day else 0))


def take(connection: sa.Connection, moment: Moment, actor: str, shift_id: int, number: int) -> Turn:
    """Give a free shift to a member and return it. Where the member holds it already, nothing changes.

    Raises RequestError `no-such-shift`, `no-such-member`, `member-left`, or the reason why it cannot be taken.
    """
    turn, person = rota_rows.turn(connection, shift_id), members.present(connection, number, moment.day)
    if turn.shift.member == person.number and not turn.shift.called_off:
        return turn
    refuse(rules.why_not_take(turn.shift, person.number, moment.day, _shifts_on_day(connection, person, turn.shift)))
    rota_rows.hold(connection, shift_id, person.id)
    desk_log.add(connection, moment.at, actor, "shift-taken", person.number, _about(turn.shift))
    return rota_rows.turn(connection, shift_id)


def give_up(connection: sa.Connection, moment: Moment, actor: str, shift_id: int, number: int) -> Turn:
    """Free a member's shift, end open swaps about it, and return it. Members are mailed about it as if they never were.

    Raises RequestError `no-such-shift`, `no-such-member`, or the reason why it cannot be given up.
    """
    turn, person = rota_rows.turn(connection, shift_id), members.by_number(connection, number)
    refuse(rules.why_not_give_up(turn.shift, person.number, moment.day))
    rota_rows.hold(connection, shift_id, None)
    rota_rows.asked(connection, [shift_id], None)
    swap_rows.end_those_of(connection, shift_id)
    desk_log.add(connection, moment.at, actor, "shift-given-up", person.number, _about(turn.shift))
    return rota_rows.turn(connection, shift_id)


def confirm(
    connection: sa.Connection,
    moment: Moment,
    actor: str,
    shift_id: int,
    number: int,
    minutes: int | None = None,
    *,
    by_office: bool = False,
) -> Turn:
    """Confirm that a member held a shift, and for how many minutes (None: from its beginning until now or its end), and
    return it. Confirmed again, the newer minutes count. Open swaps about it end.

    Where so many confirmed shifts earn a day and this is the last of them, the day is banked. Raises RequestError
    `no-such-shift`, `no-such-member`, or the reason why it cannot be confirmed.
    """
    turn, person = rota_rows.turn(connection, shift_id), members.by_number(connection, number)
    now = now_of(moment)
    refuse(rules.why_not_confirm(turn.shift, person.number, now, by_office=by_office))
    declared = rules.held_minutes(turn.shift, now) if minutes is None else minutes
    refuse(rules.why_no_minutes(turn.shift, declared, now, by_office=by_office))
    banked = rota_rows.banked_of(connection, shift_id)  # the day that it earned when it was confirmed before
    rota_rows.confirm(connection, shift_id, declared, banked)
    swap_rows.end_those_of(connection, shift_id)
    if banked is None:  # once it is confirmed, so that the reward counts this shift
        rota_rows.confirm(connection, shift_id, declared, _reward(connection, moment, actor, person, turn.shift))
    desk_log.add(connection, moment.at, actor, "shift-confirmed", person.number, _about(turn.shift))
    return rota_rows.turn(connection, shift_id)


def unconfirm(connection: sa.Connection, moment: Moment, actor: str, shift_id: int) -> Turn:
    """Withdraw the confirmation of a shift and return it. The day that it earned, if any, is no longer good unless it
    was used already.

    Raises RequestError `no-such-shift`.
    """
    turn = rota_rows.turn(connection, shift_id)
    banked = rota_rows.banked_of(connection, shift_id)
    if banked is not None:
        voucher_rows.end_banked(connection, banked, moment.day - timedelta(days=1))  # good until yesterday
    rota_rows.confirm(connection, shift_id, None)  # no minutes: not confirmed
    desk_log.add(connection, moment.at, actor, "shift-unconfirmed", turn.shift.member, _about(turn.shift))
    return rota_rows.turn(connection, shift_id)


def ask_swap(
    connection: sa.Connection, moment: Moment, actor: str, shift_id: int, for_shift_id: int, number: int
) -> Swap:
    """Propose to the holder of `for_shift_id` to swap it for `shift_id`, which member `number` holds, and return the
    swap: the open one, if this was proposed before. The holder is told by mail and on their page at the screen.

    Raises RequestError `no-such-shift`, `no-such-member`, `member-left`, or the reason why a swap is impossible.
    """
    mine, theirs = rota_rows.turn(connection, shift_id), rota_rows.turn(connection, for_shift_id)
    person = members.present(connection, number, moment.day)
    refuse(None if mine.shift.member == person.number else Unfit.NOT_YOURS)
    other = _may_swap(connection, moment, mine.shift, theirs.shift)[1]
    swap_id = swap_rows.add(connection, shift_id, for_shift_id, person.id, other.id, moment.day)
    desk_log.add(connection, moment.at, actor, "swap-asked", person.number, _about(mine.shift))
    return swap_rows.by_id(connection, swap_id)


def answer_swap(
    connection: sa.Connection, moment: Moment, actor: str, swap_id: int, number: int, *, agreed: bool
) -> Swap:
    """Accept or refuse a swap that was proposed to member `number`, and return it. The same answer again changes
    nothing.

    Raises RequestError `no-such-swap` (for a swap proposed to another member, too), `swap-over` where it has another
    answer or ended, or the reason why the swap is no longer possible.
    """
    swap = swap_rows.by_id(connection, swap_id)
    if swap.to != number:
        raise RequestError("no-such-swap", number=swap_id, member=number)
    state = swap_rows.AGREED if agreed else swap_rows.REFUSED
    if swap.state == state:
        return swap
    if swap.state != swap_rows.OPEN:
        raise RequestError("swap-over", number=swap_id)
    if agreed:
        exchange(connection, moment, actor, swap.shift, swap.for_shift)
    swap_rows.settle(connection, swap_id, state)  # after `exchange`, which ends all open swaps of both shifts
    desk_log.add(connection, moment.at, actor, f"swap-{state}", number, f"swap {swap_id}")
    return swap_rows.by_id(connection, swap_id)


def exchange(connection: sa.Connection, moment: Moment, actor: str, shift_id: int, for_shift_id: int) -> None:
    """Give each of two shifts to the other's holder, and end all open swaps about either. Raises RequestError with the
    reason why that is impossible, or `member-left`.
    """
    mine, theirs = rota_rows.turn(connection, shift_id).shift, rota_rows.turn(connection, for_shift_id).shift
    person, other = _may_swap(connection, moment, mine, theirs)
    rota_rows.hold(connection, shift_id, other.id)
    rota_rows.hold(connection, for_shift_id, person.id)
    swap_rows.end_those_of(connection, shift_id, for_shift_id)
    desk_log.add(connection, moment.at, actor, "shift-swapped", person.number, _about(mine))
    desk_log.add(connection, moment.at, actor, "shift-swapped", other.number, _about(theirs))


def _may_swap(connection: sa.Connection, moment: Moment, mine: Shift, theirs: Shift) -> tuple[Member, Member]:
    """Return the holders of two shifts, in the same order, if they may swap them. Raises RequestError with the reason
    why not, or `member-left`.
    """
    if mine.member is None or theirs.member is None:
        raise RequestError(Unfit.NOT_YOURS.value, _SAYS[Unfit.NOT_YOURS])
    person = members.present(connection, mine.member, moment.day)
    other = members.present(connection, theirs.member, moment.day)
    # What each holds on both days: the shift that they get must not overlap another of theirs.
    own_of_mine = [*_shifts_on_day(connection, person, mine), *_shifts_on_day(connection, person, theirs)]
    own_of_theirs = [*_shifts_on_day(connection, other, mine), *_shifts_on_day(connection, other, theirs)]
    refuse(rules.why_not_swap(mine, theirs, moment.day, own_of_mine, own_of_theirs))
    return person, other


def _shifts_on_day(connection: sa.Connection, person: Member, around: Shift) -> list[Shift]:
    """Return the shifts that a member holds on the day of the shift `around`; without cancelled ones."""
    return [each.shift for each in rota_rows.own(connection, person.id, around.day_on, around.day_on)]


def _reward(connection: sa.Connection, moment: Moment, actor: str, person: Member, shift: Shift) -> int | None:
    """Bank the day that a shift completes, if the president decided on a reward, and return its id; None where no day
    is earned. Only shifts from the day of that decision on count. The banked day never expires.
    """
    decided = swap_rows.reward(connection)
    if decided is None or not decided.shifts_a_day:
        return None
    since = decided.made_at.astimezone(moment.local.tzinfo).date()
    confirmed, given = rota_rows.counts(connection, person.id, since)
    if shift.day_on < since or not rules.earned(confirmed, given, decided.shifts_a_day):
        return None
    return voucher_rows.bank(
        connection,
        person.id,
        days=1,
        from_on=moment.day,
        expires_on=None,
        reason=words.EARNED.to(catalogues.settled()),
        at=moment.at,
        actor=actor,
    )


def _about(shift: Shift) -> str:
    """Return how the desk's log mentions a shift: by id and day, without its holder's name."""
    return f"shift {shift.id}, {shift.day_on}"
