"""Turns of hosting: who may take, give up, swap and confirm one, and what a week's template wants."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.hosting import rota
from kiosk.domain.hosting.rota import Now, Shift, ShiftKind, Slot, Unfit

TODAY = date(2026, 11, 25)  # a Wednesday
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
EVENING = Now(TODAY, 18 * 60)
INES, KARIM = 7, 3
FREE = Shift(1, TOMORROW, ShiftKind.HOSTING, 540, 780)
MINE = replace(FREE, member=INES)


@pytest.mark.parametrize(
    ("shift", "own", "why"),
    [
        (FREE, [], None),
        (replace(FREE, day_on=TODAY), [], None),
        (replace(FREE, day_on=YESTERDAY), [], Unfit.OVER),
        (replace(FREE, member=KARIM), [], Unfit.TAKEN),
        (replace(FREE, called_off=True), [], Unfit.CALLED_OFF),
        (FREE, [Shift(2, TOMORROW, ShiftKind.CLEANING, 700, 800, INES)], Unfit.CLASH),
        (FREE, [Shift(2, TOMORROW, ShiftKind.CLEANING, 780, 800, INES)], None),
        (FREE, [Shift(2, TODAY, ShiftKind.CLEANING, 700, 800, INES)], None),
        (FREE, [Shift(2, TOMORROW, ShiftKind.CLEANING, 700, 800, INES, called_off=True)], None),
    ],
)
def test_a_turn_is_taken_by_who_has_none_at_that_hour(shift: Shift, own: Sequence[Shift], why: Unfit | None) -> None:
    assert rota.why_not_take(shift, INES, TODAY, own) is why


@pytest.mark.parametrize(
    ("shift", "why"),
    [
        (MINE, None),
        (replace(MINE, member=KARIM), Unfit.NOT_YOURS),
        (FREE, Unfit.NOT_YOURS),
        (replace(MINE, day_on=YESTERDAY), Unfit.OVER),
        (replace(MINE, day_on=TODAY, confirmed=True), Unfit.CONFIRMED),
    ],
)
def test_only_a_turn_of_one_s_own_that_is_to_come_is_given_up(shift: Shift, why: Unfit | None) -> None:
    assert rota.why_not_give_up(shift, INES, TODAY) is why


@pytest.mark.parametrize(
    ("days", "by_office", "why"),
    [
        (1, False, Unfit.NOT_YET),
        (0, False, None),
        (-14, False, None),
        (-15, False, Unfit.TOO_LATE),
        (-300, True, None),
        (1, True, Unfit.NOT_YET),
    ],
)
def test_a_turn_is_confirmed_on_its_day_or_within_two_weeks(days: int, by_office: bool, why: Unfit | None) -> None:
    shift = replace(MINE, day_on=TODAY + timedelta(days=days))
    assert rota.why_not_confirm(shift, INES, EVENING, by_office=by_office) is why


def test_nobody_confirms_another_s_turn_nor_one_that_was_called_off() -> None:
    today = replace(MINE, day_on=TODAY)
    assert rota.why_not_confirm(today, KARIM, EVENING, by_office=True) is Unfit.NOT_YOURS
    assert rota.why_not_confirm(replace(today, called_off=True), INES, EVENING) is Unfit.CALLED_OFF


@pytest.mark.parametrize(
    ("hour", "minute", "held", "most", "why"),
    [
        (8, 35, 0, 35, Unfit.NOT_YET),  # from 9 to 13 h: not 5 hours at 8 h 35
        (9, 0, 0, 60, Unfit.NOT_YET),
        (9, 1, 1, 61, None),
        (11, 30, 150, 210, None),
        (13, 0, 240, 300, None),
        (13, 20, 240, 320, None),  # 20 minutes longer, and an hour earlier
        (18, 0, 240, 360, None),
        (24 + 2, 0, 240, 360, None),
    ],
)
def test_turn_is_confirmed_within_its_hours_with_what_was_held(
    hour: int, minute: int, held: int, most: int, why: Unfit | None
) -> None:
    today, now = replace(MINE, day_on=TODAY), Now(TODAY, hour * 60 + minute)
    assert rota.why_not_confirm(today, INES, now) is why
    assert rota.why_not_confirm(today, INES, now, by_office=True) is why
    assert (rota.held_minutes(today, now), rota.most_minutes(today, now)) == (held, most)
    assert rota.has_more_to_say(today, now) is (why is None)
    if why is None:
        said = replace(today, confirmed=True, declared_minutes=held)
        assert not rota.has_more_to_say(said, now)
        assert rota.has_more_to_say(replace(said, declared_minutes=held - 1), now)
        assert rota.why_no_minutes(today, most, now) is None
        assert rota.why_no_minutes(today, most + 1, now) is Unfit.MINUTES


@pytest.mark.parametrize(
    ("minutes", "by_office", "why"),
    [
        (0, False, Unfit.MINUTES),
        (1, False, None),
        (360, False, None),
        (361, False, Unfit.MINUTES),
        (361, True, None),
        (720, True, None),
        (721, True, Unfit.MINUTES),
    ],
)
def test_turn_took_no_more_than_an_hour_beyond_either_end_but_by_the_office_s_word(
    minutes: int, by_office: bool, why: Unfit | None
) -> None:
    yesterday = replace(MINE, day_on=YESTERDAY)
    assert rota.why_no_minutes(yesterday, minutes, EVENING, by_office=by_office) is why


THEIRS = Shift(9, TOMORROW + timedelta(days=1), ShiftKind.HOSTING, 540, 780, KARIM)


@pytest.mark.parametrize(
    ("mine", "theirs", "own_of_mine", "own_of_theirs", "why"),
    [
        (MINE, THEIRS, [MINE], [THEIRS], None),
        (MINE, replace(THEIRS, day_on=TOMORROW), [MINE], [THEIRS], None),  # at the same hour: each for the other
        (MINE, MINE, [MINE], [MINE], Unfit.SAME),
        (MINE, replace(THEIRS, member=INES), [MINE], [], Unfit.SAME),
        (MINE, replace(THEIRS, member=None), [MINE], [], Unfit.NOT_YOURS),
        (MINE, replace(THEIRS, day_on=YESTERDAY), [MINE], [THEIRS], Unfit.OVER),
        (MINE, replace(THEIRS, called_off=True), [MINE], [THEIRS], Unfit.CALLED_OFF),
        (MINE, THEIRS, [MINE, replace(THEIRS, id=10, member=INES)], [THEIRS], Unfit.CLASH),
        (MINE, THEIRS, [MINE], [THEIRS, replace(MINE, id=11, member=KARIM)], Unfit.CLASH),
    ],
)
def test_a_swap_wants_two_people_two_turns_and_room_in_both_their_days(
    mine: Shift, theirs: Shift, own_of_mine: Sequence[Shift], own_of_theirs: Sequence[Shift], why: Unfit | None
) -> None:
    assert rota.why_not_swap(mine, theirs, TODAY, own_of_mine, own_of_theirs) is why


def test_a_template_wants_each_of_its_places_on_its_weekday_while_it_holds_and_the_place_is_open() -> None:
    monday = date(2026, 11, 30)
    slot = Slot(4, 0, ShiftKind.HOSTING, 540, 780, 2, monday, None)
    ended = Slot(5, 0, ShiftKind.OPENING, 480, 540, 1, date(2026, 1, 5), monday)
    last = monday + timedelta(days=20)
    found = rota.shifts_of_template([slot, ended], TODAY, last, {monday + timedelta(days=7)})
    assert [(each.id, day, place) for each, day, place in found] == [
        (4, monday, 1),
        (4, monday, 2),
        (5, monday, 1),
        (4, monday + timedelta(days=14), 1),
        (4, monday + timedelta(days=14), 2),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ((0, 540, 780, 1), None),
        ((6, 0, 720, 9), None),
        ((7, 540, 780, 1), Unfit.SLOT),
        ((0, -1, 780, 1), Unfit.SLOT),
        ((0, 780, 540, 1), Unfit.SLOT),
        ((0, 540, 554, 1), Unfit.SLOT),
        ((0, 1400, 1441, 1), Unfit.SLOT),
        ((0, 540, 780, 0), Unfit.SLOT),
        ((0, 540, 780, 10), Unfit.SLOT),
    ],
)
def test_a_line_of_the_template_is_within_one_day(line: tuple[int, int, int, int], why: Unfit | None) -> None:
    assert rota.why_no_slot(*line) is why


@pytest.mark.parametrize(
    ("confirmed", "given", "shifts_a_day", "earns"),
    [(1, 0, 0, False), (1, 0, 1, True), (3, 0, 4, False), (4, 0, 4, True), (5, 1, 4, False), (8, 1, 4, True)],
)
def test_a_day_is_earned_by_each_so_many_turns_and_never_where_thanks_are_all(
    confirmed: int, given: int, shifts_a_day: int, earns: bool
) -> None:
    assert rota.earned(confirmed, given, shifts_a_day) is earns
