"""The screen's machine: what stands, what a badge or a finger makes of it, and when the door may be pulsed."""

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin import consent
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.consent import Need
from kiosk.domain.checkin.screen_pages import WAITS_SECONDS
from kiosk.domain.checkin.screen_state import (
    AwaitsBadge,
    Badge,
    Came,
    Code,
    Idle,
    Invited,
    NewBadge,
    Nobody,
    Notice,
    Page,
    Proof,
    Refused,
    Stage,
    State,
    Verdict,
    Waiting,
    mark_of,
)
from kiosk.domain.checkin.screen_step import settled, step
from kiosk.selfservice.pages import pages
from tests.domain.checkin.screen_loop import ANA, BOB, NEW, SECONDS, Loop, kinds


@pytest.fixture
def loop() -> Loop:
    return Loop()


def test_what_is_no_event_moves_nothing(loop: Loop) -> None:
    with pytest.raises(ValueError, match="nothing moves"):
        step(loop.state, cast("ev.Event", "a shout"), loop.now)


def test_a_badge_at_idle_enters_and_opens_once_it_is_written(loop: Loop) -> None:
    order = [type(effect) for effect in loop.tap(ANA)]
    assert order.index(ev.Enter) < order.index(ev.Journal) < order.index(ev.Pulse) < order.index(ev.Show)
    assert isinstance(loop.state.front, Verdict)


def test_what_stands_ends_by_the_one_clock_there_is(loop: Loop) -> None:
    loop.tap(ANA)
    number = loop.state.number
    assert settled(loop.state, loop.now + SECONDS - 0.01) == loop.state
    over = settled(loop.state, loop.now + SECONDS)
    assert (over.front, over.number, over.shown_at) == (Idle(), number + 1, loop.now + SECONDS)


def test_a_card_that_is_read_stays_thirty_seconds_in_all_and_only_the_one_that_stands(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(8)
    loop.hold()
    assert loop.state.stages[0].ends_at == loop.now + 22
    loop.close()
    assert loop.state.front == Idle()
    assert loop.hold() == loop.close() == [ev.Refuse("card-over")]


def test_a_card_that_is_closed_waits_for_no_badge(loop: Loop) -> None:
    """« Confort », « Fermer », one's own badge 25 s later: it was charged."""
    loop.tap(ANA)
    loop.touch(Act.PAY)
    assert isinstance(loop.state.front, AwaitsBadge)
    loop.close()
    loop.passes(9)
    assert ev.Enter in kinds(loop.tap(ANA))
    assert isinstance(loop.state.front, Verdict)


def test_a_page_that_is_over_waits_for_no_badge_either(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.PAY)
    loop.passes(consent.AWAITS_SECONDS)
    assert {ev.Enter, ev.Pulse} <= kinds(loop.tap(ANA))


@pytest.mark.parametrize("seconds", [0.0, 1.4])
def test_a_badge_that_comes_too_soon_opens_and_the_page_is_drawn_anew(loop: Loop, seconds: float) -> None:
    loop.tap(ANA)
    loop.touch(Act.PAY)
    drawn_at = loop.state.shown_at
    loop.passes(seconds)
    done = kinds(loop.tap(ANA))
    assert ev.Pulse in done
    assert ev.Run not in done
    assert isinstance(loop.state.front, AwaitsBadge)
    assert loop.state.shown_at == drawn_at + seconds


def test_a_badge_that_was_not_lifted_says_no_yes(loop: Loop) -> None:
    loop.happens(ev.Tapped(ANA))
    loop.touch(Act.PAY)
    loop.passes(2)
    assert ev.Run not in kinds(loop.happens(ev.Tapped(ANA)))


def test_another_s_badge_says_no_yes_and_is_let_in(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.PAY)
    loop.passes(2)
    assert {ev.Enter, ev.Pulse} <= kinds(loop.tap(BOB))
    assert ev.Run not in kinds(loop.asked[-6:])


def test_the_badge_after_the_page_begins_a_session_of_twenty_and_ninety_seconds(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.ACCOUNT)
    loop.passes(2)
    loop.tap(ANA)
    began = loop.now
    page = loop.state.front
    assert isinstance(page, Page)
    assert page.proof == Badge(ANA, 1, began)
    for seconds, act, named in (
        (20, Act.TAKE_YES, False),
        (20.1, Act.TAKE_YES, True),
        (90, Act.LINES, False),
        (90.1, Act.LINES, True),
    ):
        fresh = Loop()
        fresh.state = State(stages=(Stage(page, "card", began + 1000),), number=5)
        fresh.now = began + seconds
        (run, *_) = fresh.touch(act)
        assert isinstance(run, ev.Run)
        assert (run.act, run.names) == (act, named)


def test_one_who_waits_is_a_button_on_a_member_s_card_and_never_takes_its_place(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    assert isinstance(loop.state.front, Waiting)
    loop.passes(5)
    loop.tap(ANA)
    assert isinstance(loop.state.front, Verdict)
    loop.passes(1)
    loop.touch(Act.WAITS)
    naming = loop.state.front
    assert isinstance(naming, AwaitsBadge)
    assert (naming.act, mark_of(naming.page.proof)) == (Act.VOUCH_YES, ANA)
    loop.passes(2)
    done = loop.tap(ANA)
    runs = [effect for effect in done if isinstance(effect, ev.Run)]
    assert [(run.act, run.confirmed, run.names) for run in runs] == [(Act.VOUCH_YES, True, False)]
    assert ev.Pulse in kinds(done)
    assert loop.state.request is None


def test_who_waits_returns_after_a_member_s_card_and_a_touch_renews_the_minute(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(30)
    loop.tap(BOB)
    loop.passes(SECONDS)
    assert isinstance(settled(loop.state, loop.now).front, Waiting)
    loop.passes(5)
    loop.hold()
    loop.passes(WAITS_SECONDS - 0.1)
    assert isinstance(settled(loop.state, loop.now).front, Waiting)
    loop.passes(0.1)
    assert settled(loop.state, loop.now).front == Idle()
    assert settled(loop.state, loop.now).request is None


def test_a_second_one_is_told_to_wait(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(5)
    loop.tap(NEW)
    loop.passes(1)
    loop.touch(Act.SPONSOR)
    assert isinstance(loop.state.front, Notice)
    assert loop.state.request is not None
    assert loop.state.request.act is Act.VOUCH_YES


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"number": 1.0}, "touch-missed"),
        ({"painted_at": 100.0, "finger_at": 100.06}, "touch-missed"),
        ({"painted_at": 80.0, "finger_at": 89.9}, "touch-missed"),
    ],
)
def test_a_finger_that_aimed_at_another_card_does_nothing(loop: Loop, other: dict[str, float], code: str) -> None:
    loop.tap(BOB)
    before = loop.state
    loop.passes(0.06)
    assert loop.touch(Act.UNDO, **other) == [ev.Refuse(code)]
    assert loop.state == before


def test_no_finger_says_yes_in_another_s_name(loop: Loop) -> None:
    for act in (Act.VOUCH_YES, Act.WELCOME, Act.RENEW, Act.PUT_IN, Act.BUY_DAYS, Act.PIN_SAVE):
        for proof in (Nobody(), NewBadge(NEW, "FF01"), Came(ANA, 1, None), Code(1), Invited(1), Badge(ANA, 1, 100.0)):
            assert consent.need(act, "", proof, 100.0) is not Need.NOTHING, (act, proof)


def test_what_is_touched_on_every_page_has_its_consent() -> None:
    named = consent.SESSION | consent.ANYBODY | consent.NEWCOMERS | consent.STEPS
    assert set(pages()) <= named | {Act.STEP, Act.GUEST_NAME, Act.WELCOME, Act.VOUCH_YES}
    writing = {act for act, page in pages().items() if page.writes}
    touched = consent.LESS | {Act.RECEIPT, Act.PIN_ENTER, Act.EVACUATION_LIST, Act.JOIN_ALONE}
    assert writing - touched <= consent.OWN | consent.ALWAYS | consent.STEPS | {Act.WELCOME, Act.VOUCH_YES}


def test_what_always_takes_the_badge_is_named_on_the_page_that_asks_for_it() -> None:
    own_words = {Act.PIN_SAVE}  # its card says what is kept, and no digit of it
    assert {act for act in consent.ALWAYS if pages()[act].names is None} == own_words


PROOFS: tuple[Proof, ...] = (Nobody(), NewBadge(NEW, "FF01"), Came(ANA, 1, None), Refused(ANA, 1), Code(1), Invited(1))
MOVES = st.one_of(
    st.tuples(st.just("tap"), st.sampled_from([ANA, BOB, NEW]), st.just("")),
    st.tuples(st.just("touch"), st.sampled_from(sorted(Act)), st.sampled_from(["", "x"])),
    st.tuples(
        st.just("touch"), st.sampled_from([Act.WAITS, Act.GUEST, Act.ACCOUNT, Act.VOUCH, Act.SPONSOR]), st.just("")
    ),
    st.tuples(st.just("begin"), st.sampled_from([Act.IS_MEMBER, Act.VISIT, Act.HELP]), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 2.0, 9.0, 25.0, 61.0, 95.0]), st.just("")),
    st.tuples(st.sampled_from(["hold", "close"]), st.just(0), st.just("")),
)


@pytest.mark.promise(1)
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.lists(MOVES, max_size=40))
def test_the_door_is_pulsed_only_after_what_is_written_or_a_badge_that_was_let_in_just_now(
    moves: list[tuple[str, object, str]],
) -> None:
    loop, let_in = Loop(), dict[bytes, float]()
    for move in moves:
        name, what, _ = move
        before, old = len(loop.asked), loop.state
        does(loop, move)
        done = loop.asked[before:]
        is_again = name == "tap" and loop.now - let_in.get(cast("bytes", what), 0.0) < 8
        follows_rules(done, is_tap=name == "tap", mark=what, is_again=is_again)
        if name == "tap" and any(isinstance(each, ev.Pulse) for each in done):
            let_in[cast("bytes", what)] = loop.now
        ends = [stage.ends_at for stage in loop.state.stages]
        assert (loop.state.number >= old.number, ends) == (True, sorted(ends))
        assert isinstance(settled(loop.state, loop.now + 3600).front, Idle)


def does(loop: Loop, move: tuple[str, object, str]) -> None:
    name, what, value = move
    match name:
        case "tap":
            loop.tap(cast("bytes", what))
        case "touch":
            loop.touch(cast("Act", what), value)
        case "begin":
            loop.begin(cast("Act", what))
        case "wait":
            loop.passes(cast("float", what))
        case "hold":
            loop.hold()
        case _:
            loop.close()


def follows_rules(done: list[ev.Effect], *, is_tap: bool, mark: object, is_again: bool) -> None:
    for place, effect in enumerate(done):
        if isinstance(effect, ev.Pulse):
            assert is_tap, "no finger opens the door here"
            assert is_again or any(isinstance(each, ev.Enter | ev.Run) for each in done[:place])
        if isinstance(effect, ev.Run) and effect.confirmed:
            assert is_tap
            assert mark_of(effect.page.proof) == mark
