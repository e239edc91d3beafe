"""What counts as one tap, and how long to wait: without any device."""

import pytest

from kiosk.devices.readers.presentations import Backoff, Presentations

ONE, OTHER = b"\x01\x02\x03\x04", b"\x0a\x0b\x0c\x0d"


def test_a_badge_is_a_tap_once() -> None:
    there = Presentations()
    assert [there.sighted(ONE, at) for at in (0.0, 0.2, 0.9, 1.8)] == [True, False, False, False]


def test_another_badge_is_another_tap_and_the_first_stays_known() -> None:
    there = Presentations()
    assert [there.sighted(uid, 0.1) for uid in (ONE, OTHER, ONE, OTHER)] == [True, True, False, False]


def test_a_badge_seen_lifting_is_a_new_tap_however_soon() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    there.lifted(ONE)
    assert there.sighted(ONE, 0.01)


def test_a_badge_that_answers_no_check_is_there_until_a_second_without_a_sighting() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    assert there.expired(0.99) == []
    there.sighted(ONE, 0.99)
    assert there.expired(1.98) == []
    assert there.expired(1.99) == [ONE]
    assert there.expired(9.0) == []
    assert there.sighted(ONE, 9.0)


def test_a_sighting_that_lasted_counts_from_its_end() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    there.still_there(ONE, 5.0)
    assert there.expired(5.5) == []


@pytest.mark.promise(2)
def test_a_badge_left_through_a_fault_is_no_new_tap() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    assert there.interrupted(3.0) == [ONE]
    there.resumed(4000.0)
    assert not there.sighted(ONE, 4000.2)
    assert there.sighted(OTHER, 4000.2)


@pytest.mark.promise(2)
def test_a_badge_that_lay_there_before_the_program_started_is_no_new_tap() -> None:
    there = Presentations({ONE}.__contains__)
    there.resumed(5.0)
    assert not there.sighted(ONE, 5.2)
    assert there.sighted(OTHER, 5.3)
    there.lifted(ONE)
    assert there.sighted(ONE, 5.5), "lifted and shown again, however soon"


def test_a_badge_of_before_the_start_that_is_not_there_at_once_is_a_new_tap() -> None:
    there = Presentations({ONE}.__contains__)
    there.resumed(5.0)
    assert there.sighted(ONE, 6.0)


def test_a_badge_of_before_the_start_is_known_when_the_reader_comes_late_or_fails_at_once() -> None:
    there = Presentations({ONE}.__contains__)
    there.interrupted(0.0)
    there.resumed(5000.0)
    there.interrupted(5000.1)
    there.resumed(5001.0)
    assert not there.sighted(ONE, 5001.2)


def test_a_badge_of_before_the_start_is_forgotten_once_the_reader_has_served() -> None:
    there = Presentations({ONE}.__contains__)
    there.resumed(5.0)
    there.interrupted(50.0)
    there.resumed(60.0)
    assert there.sighted(ONE, 60.1)


def test_a_badge_shown_a_second_after_a_fault_is_a_new_tap() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    there.interrupted(3.0)
    there.resumed(10.0)
    assert there.sighted(ONE, 11.0)


def test_a_badge_left_through_two_faults_in_a_row_is_no_new_tap() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    there.interrupted(3.0)
    there.resumed(4.0)
    assert there.interrupted(4.1) == []
    assert there.interrupted(5.0) == []
    there.resumed(60.0)
    assert not there.sighted(ONE, 60.1)


def test_a_badge_of_an_old_fault_is_forgotten() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    there.interrupted(3.0)
    there.resumed(4.0)
    there.interrupted(50.0)
    there.resumed(60.0)
    assert there.sighted(ONE, 60.1)


def test_a_badge_lifted_after_a_fault_is_a_new_tap_when_shown_again() -> None:
    there = Presentations()
    there.sighted(ONE, 0.0)
    there.interrupted(3.0)
    there.resumed(4.0)
    there.sighted(ONE, 4.1)
    there.lifted(ONE)
    assert there.sighted(ONE, 4.3)


def test_the_first_badge_after_the_start_is_a_tap_at_once() -> None:
    there = Presentations()
    there.resumed(0.0)
    assert there.sighted(ONE, 0.01)


@pytest.mark.promise(4)
def test_pauses_grow_to_ten_seconds_and_no_further() -> None:
    backoff = Backoff()
    assert [backoff.after(0.1) for _ in range(8)] == [0.5, 1, 2, 4, 8, 10, 10, 10]


def test_pauses_begin_anew_after_a_reader_that_worked() -> None:
    backoff = Backoff()
    assert [backoff.after(lasted) for lasted in (0.1, 0.1, 5, 11, 0.1)] == [0.5, 1, 2, 0.5, 1]
