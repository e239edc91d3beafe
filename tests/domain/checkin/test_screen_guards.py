"""Each condition of the screen's machine, by what happens where it does not hold."""

from types import ModuleType
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.checkin import consent, screen_state, seen
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.consent import Need
from kiosk.domain.checkin.screen_pages import page_of
from kiosk.domain.checkin.screen_state import (
    NOBODY_S,
    AwaitsBadge,
    Badge,
    Came,
    Code,
    Front,
    Idle,
    Invited,
    NewBadge,
    Nobody,
    Notice,
    Page,
    Person,
    Proof,
    Refused,
    Stage,
    State,
    Telephone,
    Verdict,
    Waiting,
    is_by_badge,
    mark_of,
    owner,
)
from kiosk.domain.checkin.screen_step import settled, step
from tests.domain.checkin.screen_loop import ANA, BOB, NEW, SECONDS, Loop, kinds

MISSED, OVER, GONE = [ev.Refuse("touch-missed")], [ev.Refuse()], [ev.Refuse("card-over")]


class Typed(Struct, frozen=True):
    """What a flow has noted."""

    letters: str


@pytest.fixture
def loop() -> Loop:
    return Loop()


def runs(effects: list[ev.Effect]) -> list[tuple[Act, bool, bool]]:
    """The pages that were run: which, whether a badge confirmed them, whether they only name."""
    return [(each.act, each.confirmed, each.names) for each in effects if isinstance(each, ev.Run)]


def stands(loop: Loop, proof: Proof, *, holds: bool = True, seconds: float = 1000.0, **more: Any) -> Page:
    """Let a page stand before a person, since long enough."""
    page = Page(proof, Person("N", "fr"), "ticket", {Typed: Typed("abc")}, **more)
    loop.state = State(stages=(Stage(page, "card", loop.now + seconds, holds=holds),), number=5, before=mark_of(proof))
    return page


def waits(loop: Loop) -> None:
    """Somebody waits to be vouched for, and Ana stands on the page that names them."""
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(5)
    loop.tap(ANA)
    loop.passes(1)
    loop.touch(Act.WAITS)
    assert isinstance(loop.front(), AwaitsBadge)


# --- which finger


@pytest.mark.parametrize("kind", ["begin", "touch", "hold", "close"])
def test_every_finger_has_to_aim_at_what_stands(loop: Loop, kind: str) -> None:
    loop.tap(BOB)
    if kind == "begin":
        loop.passes(SECONDS)
    loop.passes(0.3)
    now = loop.now
    does = {
        "begin": lambda **other: loop.begin(Act.HELP, **other),
        "touch": lambda **other: loop.touch(Act.UNDO, **other),
        "hold": loop.hold,
        "close": loop.close,
    }[kind]
    number = loop.seen().number
    assert does(number=number - 1) == does(number=number + 1) == MISSED
    assert does(painted_at=now - 0.06, finger_at=now) == MISSED
    assert does(painted_at=now - 20, finger_at=now - 10.1) == MISSED
    assert does(painted_at=now - 20, finger_at=now - 10) != MISSED


def test_letters_are_taken_from_the_first_page_of_their_flow_on_and_other_acts_from_theirs_alone(loop: Loop) -> None:
    stands(loop, Nobody(), since=3, act=Act.IS_MEMBER)
    assert loop.touch(Act.KEY, "a", number=2) == MISSED
    assert runs(loop.touch(Act.KEY, "a", number=3)) == [(Act.KEY, False, False)]
    assert loop.touch(Act.VOUCH, number=5) == MISSED
    assert loop.state.number == 6


def test_the_pages_of_a_keyboard_keep_the_number_of_the_first(loop: Loop) -> None:
    stands(loop, Nobody())
    loop.touch(Act.VOUCH_ALONE)
    loop.touch(Act.KEY, "a")
    front = loop.front()
    assert isinstance(front, Page)
    assert front.since == 6
    loop.touch(Act.KEY, "b")
    front = loop.front()
    assert isinstance(front, Page)
    assert (front.since, loop.state.number) == (6, 8)
    loop.touch(Act.VOUCH_ALONE)  # and another page begins its own
    front = loop.front()
    assert isinstance(front, Page)
    assert front.since == 9


def test_what_is_touched_with_another_card_s_ticket_is_over(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    assert loop.touch(Act.UNDO, ticket="another") == loop.touch(Act.UNDO, ticket="") == OVER
    (run, *_) = loop.touch(Act.UNDO)
    assert isinstance(run, ev.Run)
    assert (run.act, run.value, run.names) == (Act.UNDO, "", False)


def test_nothing_goes_on_from_what_is_only_read() -> None:
    for front in (Idle(), Notice()):
        with pytest.raises(ValueError, match="nothing goes on"):
            page_of(front)


def test_where_nothing_can_be_touched_no_ticket_fits(loop: Loop) -> None:
    assert loop.touch(Act.UNDO) == OVER
    loop.known[BOB] = 2
    loop.state = State(stages=(Stage(Notice(), "card", loop.now + 10),), before=NOBODY_S)
    assert loop.touch(Act.DONE) == OVER


def test_what_a_card_does_not_offer_is_over(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    assert loop.touch(Act.LEAVE) == loop.touch(Act.WAITS) == loop.touch(Act.RECEIPT) == OVER


def test_more_is_offered_where_there_is_more(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    assert kinds(loop.touch(Act.MORE)) == {ev.Draw, ev.Show}
    front = loop.front()
    assert isinstance(front, Verdict)
    assert front.place == 3
    assert loop.touch(Act.MORE) == OVER  # and the rest has room


def test_whoever_waits_is_named_beside_what_there_was_no_room_for(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(5)
    loop.tap(ANA)
    loop.passes(1)
    assert [each.waits for each in loop.touch(Act.MORE) if isinstance(each, ev.Draw)] == ["Leon"]


def test_one_s_own_next_card_is_no_stranger_s_and_the_idle_screen_is(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    loop.touch(Act.PAY)
    assert loop.touch(Act.DONE, painted_at=loop.now - 0.06) == [ev.Show()]
    assert loop.begin(Act.HELP, painted_at=loop.now - 0.06) == MISSED


def test_a_card_that_is_closed_makes_room_for_another_s_from_then_on(loop: Loop) -> None:
    loop.tap(BOB)
    loop.passes(1)
    loop.close()
    assert (loop.state.shown_at, loop.state.before) == (loop.now, BOB)


def test_a_second_finger_on_a_page_that_asks_for_the_badge_is_missed(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    loop.touch(Act.GUEST)
    assert loop.touch(Act.GUEST) == MISSED
    assert isinstance(loop.front(), AwaitsBadge)
    assert runs(loop.touch(Act.GUEST_NAME)) == [(Act.GUEST_NAME, False, False)]  # what else it offers is done


def test_a_guest_is_named_and_what_costs_asks_for_the_badge_before_anything_is_run(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    (run, *_) = loop.touch(Act.GUEST)
    assert isinstance(run, ev.Run)
    assert (run.act, run.value, run.names, run.confirmed) == (Act.GUEST, "", True, False)
    loop.tap(BOB)
    loop.passes(1)
    assert runs(loop.touch(Act.PAY)) == []
    front = loop.front()
    assert isinstance(front, AwaitsBadge)
    assert (front.act, front.value, mark_of(front.page.proof)) == (Act.PAY, "", BOB)


def test_what_is_chosen_on_the_card_leaves_a_card_without_a_ticket(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    loop.touch(Act.UNDO)
    assert loop.front() == Notice(ANA)


def test_done_ends_a_flow_and_stay_goes_on_with_it(loop: Loop) -> None:
    page = stands(loop, Code(1, at=loop.now))
    assert kinds(loop.touch(Act.STAY)) == {ev.Draw, ev.Show}
    assert (loop.front(), loop.state.number) == (page, 6)
    assert loop.touch(Act.DONE) == [ev.Show()]
    assert (loop.front(), loop.state.number, loop.state.before) == (Idle(), 7, NOBODY_S)


# --- what begins without a card


@pytest.mark.parametrize(("act", "is_begun"), [(Act.VISIT, False), (Act.WAKE, False), (Act.HELP, True)])
def test_on_a_card_only_what_is_urgent_begins(loop: Loop, act: Act, is_begun: bool) -> None:
    loop.tap(ANA)
    loop.passes(1)
    assert (loop.begin(act) != OVER) is is_begun


@pytest.mark.parametrize("act", [Act.ACCOUNT, Act.JOIN, Act.VOUCH_YES, Act.UNDO])
def test_what_wants_a_badge_does_not_begin_without_one(loop: Loop, act: Act) -> None:
    assert loop.begin(act) == OVER


def test_the_idle_screen_is_tended_and_stays(loop: Loop) -> None:
    assert loop.begin(Act.WAKE) == [ev.Tend(Act.WAKE)]
    assert loop.front() == Idle()
    assert loop.begin(Act.LUNCH) == [ev.Refuse()]
    tended, run, *_ = loop.begin(Act.VISIT, language="en")
    assert tended == ev.Tend(Act.VISIT)
    assert isinstance(run, ev.Run)
    assert (run.act, run.value, run.page.person) == (Act.VISIT, "", Person(language="en"))


def test_who_rings_again_within_half_a_minute_is_heard_already(loop: Loop) -> None:
    done = loop.begin(Act.HELP, language="en")
    assert ev.Ring("help") in done
    assert ev.Draw(ev.Picture.HELP, Page(Nobody(), Person(language="en"))) in done
    for seconds, rings in ((29.9, False), (0.1, True), (29.9, False)):
        loop.passes(seconds)
        assert (ev.Ring("help") in loop.begin(Act.HELP, painted_at=loop.now - 1)) is rings


# --- the badge that was waited for


def test_a_yes_to_a_request_that_is_over_is_a_tap_like_any(loop: Loop) -> None:
    """The page stays while it is touched; the minute of who waits does not."""
    waits(loop)
    for _ in range(7):
        loop.passes(9)
        loop.touch(Act.STAY)
    loop.passes(2)
    done = loop.tap(ANA)
    assert runs(done) == []
    assert {ev.Enter, ev.Pulse} <= kinds(done)
    assert isinstance(loop.front(), Verdict)  # and nobody is named any more


def test_a_yes_is_for_whoever_the_page_named(loop: Loop) -> None:
    waits(loop)
    request = loop.state.request
    assert request is not None
    loop.state = replace(loop.state, request=replace(request, page=replace(request.page, ticket="another")))
    loop.passes(2)
    assert runs(loop.tap(ANA)) == []


def test_a_yes_to_what_nobody_waits_for_leaves_who_waits_alone(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(5)
    loop.tap(ANA)
    loop.passes(1)
    loop.touch(Act.GUEST)
    loop.passes(2)
    assert runs(loop.tap(ANA)) == [(Act.GUEST, True, False)]
    assert loop.state.request is not None


def test_who_waits_is_named_by_the_page_that_they_have_noted(loop: Loop) -> None:
    waits(loop)
    (run,) = [each for each in loop.asked if isinstance(each, ev.Run) and each.act is Act.VOUCH_YES]
    request = loop.state.request
    assert request is not None
    assert run.request is not None
    assert (run.value, run.names, run.request) == ("", True, replace(request, until=run.request.until))


def test_a_page_is_read_for_a_second_and_a_half(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.PAY)
    loop.passes(1.5)
    assert runs(loop.tap(ANA)) == [(Act.PAY, True, False)]


@pytest.mark.parametrize(("seconds", "is_done"), [(29.9, True), (30.0, False)])
def test_a_page_waits_thirty_seconds_for_its_badge_and_keeps_what_was_typed(
    loop: Loop, seconds: float, is_done: bool
) -> None:
    page = stands(loop, Badge(ANA, 1, loop.now - 91))
    loop.touch(Act.DECLARE)
    assert isinstance(loop.front(), AwaitsBadge)
    loop.passes(seconds)
    done = [each for each in loop.tap(ANA) if isinstance(each, ev.Run)]
    assert [(each.act, each.confirmed, each.page.memo) for each in done] == (
        [(Act.DECLARE, True, page.memo)] if is_done else []
    )


def test_what_changes_today_s_visit_is_done_to_the_visit_of_that_card(loop: Loop) -> None:
    for act, proof in ((Act.COMFORT, Came), (Act.ACCOUNT, Badge)):
        fresh = Loop()
        page = Page(Came(ANA, 1, "granted", 7), Person("N"), "ticket")
        fresh.state = State(stages=(Stage(AwaitsBadge(act, "", page), "card", fresh.now + 40),), before=ANA)
        fresh.passes(2)
        (run,) = [each for each in fresh.tap(ANA) if isinstance(each, ev.Run)]
        assert type(run.page.proof) is proof
        assert run.confirmed
    assert loop.front() == Idle()


def test_a_badge_that_said_yes_opens_no_more_by_having_been_seen(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.GUEST)
    loop.passes(2)
    loop.tap(ANA)
    loop.touch(Act.DONE)
    loop.passes(1)
    assert ev.Enter in kinds(loop.tap(ANA))


def test_a_refused_member_s_badge_says_yes_to_the_step_and_stays_refused(loop: Loop) -> None:
    stands(loop, Refused(ANA, 1))
    assert runs(loop.touch(Act.RENEW, "x")) == [(Act.RENEW, False, True)]
    loop.passes(2)
    (run,) = [each for each in loop.tap(ANA) if isinstance(each, ev.Run)]
    assert (run.value, run.confirmed, run.page.proof) == ("x", True, Refused(ANA, 1))


# --- a badge on what was typed


@pytest.mark.parametrize("proof", [Badge(ANA, 1, 0.0), Refused(ANA, 1), NewBadge(ANA, "FF01")])
def test_one_s_own_badge_on_a_page_that_holds_something_keeps_it(loop: Loop, proof: Proof) -> None:
    stands(loop, proof)
    done = loop.tap(ANA)
    assert kinds(done) == {ev.Draw, ev.Show}
    (drawn,) = [each for each in done if isinstance(each, ev.Draw)]
    assert drawn.picture == ev.Again("card", reminds=True)
    front = loop.front()
    assert isinstance(front, Page)
    assert front.memo == {Typed: Typed("abc")}
    assert front.proof == (Badge(ANA, 1, loop.now) if isinstance(proof, Badge) else proof)


def test_a_touch_keeps_a_page_and_not_its_session(loop: Loop) -> None:
    stands(loop, Badge(ANA, 1, loop.now - 50))
    loop.touch(Act.STAY)
    front = loop.front()
    assert isinstance(front, Page)
    assert front.proof == Badge(ANA, 1, loop.now - 50)


def test_another_s_badge_ends_it_and_so_does_one_s_own_where_nothing_is_lost(loop: Loop) -> None:
    stands(loop, Badge(ANA, 1, loop.now))
    assert ev.Enter in kinds(loop.tap(BOB))
    stands(loop, Badge(ANA, 1, loop.now), holds=False)
    assert ev.Enter in kinds(loop.tap(ANA))


def test_the_new_badge_of_whoever_waits_renews_their_minute(loop: Loop) -> None:
    loop.tap(NEW)
    loop.passes(1)
    loop.touch(Act.SPONSOR)
    assert isinstance(loop.front(), Waiting)
    loop.passes(50)
    loop.tap(NEW)
    loop.passes(50)
    assert isinstance(loop.front(), Waiting)


# --- a badge once more


def test_a_badge_opens_again_for_eight_seconds_after_it_was_lifted_and_an_hour_in_all(loop: Loop) -> None:
    loop.happens(ev.Tapped(ANA))
    loop.passes(100)
    loop.happens(ev.Lifted(ANA))
    loop.passes(7.9)
    assert kinds(loop.tap(ANA)) >= {ev.Pulse}
    assert loop.asked.count(ev.Enter(ANA)) == 1
    loop.passes(8)
    loop.tap(ANA)
    assert loop.asked.count(ev.Enter(ANA)) == 2
    for _ in range(451):
        loop.passes(7.9)
        loop.tap(ANA)
    assert loop.asked.count(ev.Enter(ANA)) == 2
    loop.passes(7.9)
    loop.passes(30)
    loop.tap(ANA)
    assert loop.asked.count(ev.Enter(ANA)) == 3


def test_a_badge_left_on_the_reader_overnight_is_a_new_day_s(loop: Loop) -> None:
    loop.happens(ev.Tapped(ANA))
    for _ in range(480):
        loop.passes(7.5)
        loop.happens(ev.Tapped(ANA))
    assert loop.asked.count(ev.Enter(ANA)) == 2


def test_a_badge_that_is_lifted_and_opened_nothing_is_no_reason_to_open(loop: Loop) -> None:
    loop.tap(NEW)
    loop.passes(1)
    loop.close()
    assert ev.Enter in kinds(loop.tap(NEW))
    loop.happens(ev.Tapped(ANA))
    loop.happens(ev.Lifted(BOB))
    assert loop.state.lies == ANA


def test_a_badge_that_was_declared_lost_here_opens_no_more(loop: Loop) -> None:
    loop.tap(ANA)
    run = ev.Run(Act.LOSE, "", Page(Badge(ANA, 1, loop.now), Person(), "ticket"))
    loop.happens(ev.Turned(run, None, run.page.proof, Person(), {}, stops=ANA))
    loop.passes(1)
    assert ev.Enter in kinds(loop.tap(ANA))


def test_a_day_that_was_undone_is_entered_anew(loop: Loop) -> None:
    loop.tap(ANA)
    loop.passes(1)
    loop.touch(Act.UNDO)
    loop.passes(1)
    assert ev.Enter in kinds(loop.tap(ANA))


def test_a_page_that_came_too_soon_returns_once_the_door_was_opened_again(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.PAY)
    loop.passes(1)
    drawn = [each.picture for each in loop.tap(ANA) if isinstance(each, ev.Draw)]
    assert drawn == [ev.Again(ev.Picture.ASK, reminds=False)]
    assert isinstance(loop.front(), AwaitsBadge)
    turned(loop, opens=("line", "note"))  # and not in the place of what comes later
    assert isinstance(loop.front(), Page)


def test_what_a_badge_does_to_today_s_visit_leaves_a_card_without_a_ticket(loop: Loop) -> None:
    loop.offered = (Act.COMFORT, Act.ACCOUNT)
    loop.tap(ANA)
    loop.touch(Act.COMFORT)
    loop.passes(2)
    runs = [each for each in loop.tap(ANA) if isinstance(each, ev.Run)]
    assert [(each.act, each.confirmed, each.page.ticket) for each in runs] == [(Act.COMFORT, True, "")]


def test_a_fault_is_said_in_the_place_of_the_page_that_its_badge_came_too_soon_for(loop: Loop) -> None:
    loop.tap(ANA)
    loop.touch(Act.PAY)
    loop.passes(1)
    loop.state, _ = step(loop.state, ev.Tapped(ANA), loop.now)
    waits, back = loop.state, ev.Again(ev.Picture.ASK, reminds=False)
    assert loop.happens(ev.StayedShut("fault"))[0] == ev.Draw("fault", loop.front())
    loop.state = waits
    assert loop.happens(ev.StayedShut("refusal", ANA))[0] == ev.Draw(back, loop.front())


# --- what a badge brings


def test_a_door_that_does_not_obey_is_said_on_a_card_that_offers_nothing(loop: Loop) -> None:
    loop.tap(ANA)
    opening = ev.Opening(loop.front(), "verdict", "granted", "note")
    done = loop.happens(ev.Pulsed(opening, opened=False))
    assert done[:2] == [ev.Note("note"), ev.Draw(ev.Shut("verdict"), Notice(ANA))]
    assert ev.Signal(opened=True) not in done


@pytest.mark.parametrize(
    ("proof", "front"), [(None, Notice(ANA)), (Refused(ANA, 1), Page(Refused(ANA, 1), Person(), "t"))]
)
def test_a_refusal_goes_on_where_something_can_be_done(loop: Loop, proof: Proof | None, front: object) -> None:
    done = loop.happens(ev.StayedShut("refusal", ANA, "note", proof, Person(), "t"))
    assert loop.front() == front
    assert done == [ev.Draw("refusal", loop.front()), ev.Show(), ev.Note("note"), ev.Signal()]
    assert ev.Note not in kinds(loop.happens(ev.StayedShut("refusal", ANA, None, proof)))


def test_what_is_spooled_opens_and_what_is_given_or_failed_does_not(loop: Loop) -> None:
    done = loop.happens(ev.Spooled(ANA, "kept", "admitted"))
    assert [type(each) for each in done] == [ev.Pulse, ev.Draw, ev.Show, ev.Signal]
    assert done[-1] == ev.Signal(opened=True)
    assert loop.front() == Notice(ANA)
    assert loop.happens(ev.StayedShut("given", BOB, "note")) == [
        ev.Draw("given", Notice(BOB)),
        ev.Show(),
        ev.Note("note"),
        ev.Signal(),
    ]
    assert loop.happens(ev.StayedShut("fault")) == [ev.Draw("fault", loop.front()), ev.Show(), ev.Signal()]
    assert owner(loop.front()) not in (None, NOBODY_S, ANA, BOB)  # another's card: it is looked at first


def test_whoever_waits_is_named_on_a_member_s_card_and_on_no_refusal(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(5)
    named = [each.waits for each in loop.tap(ANA) if isinstance(each, ev.Draw)]
    refused = [each.waits for each in loop.tap(NEW) if isinstance(each, ev.Draw)]
    assert (named, refused) == (["Leon"], [None])


# --- what is worked out


def test_a_second_finger_waits_for_what_is_worked_out_and_what_comes_of_it_goes_on(loop: Loop) -> None:
    page = stands(loop, Nobody())
    (work,) = loop.touch(Act.PIN_ENTER)
    assert isinstance(work, ev.Work)
    assert (work.job.id, work.page) == (1, page)
    assert loop.touch(Act.PIN_ENTER) == loop.touch(Act.BADGE_FORGOTTEN) == []
    (run, *_) = loop.happens(ev.Worked(1, {Typed: Typed("code")}))
    assert isinstance(run, ev.Run)
    assert (run.act, run.page.memo, run.page.job) == (Act.PIN_ENTER, {Typed: Typed("code")}, None)


def test_a_job_of_before_is_no_answer_to_another(loop: Loop) -> None:
    stands(loop, Nobody())
    loop.touch(Act.PIN_ENTER)
    assert loop.happens(ev.Worked(2, {})) == []
    loop.happens(ev.Worked(1, {}))
    loop.touch(Act.PIN_ENTER)
    assert loop.happens(ev.Worked(1, {})) == []
    assert runs(loop.happens(ev.Worked(2, {}))) == [(Act.PIN_ENTER, False, False)]
    assert loop.happens(ev.Worked(2, {})) == []  # nothing is being worked out


def test_a_badge_ends_what_is_worked_out_and_nothing_comes_of_what_failed(loop: Loop) -> None:
    page = stands(loop, Nobody())
    behind = Stage(Notice(), "behind", loop.now + 2000)
    loop.state = replace(loop.state, stages=(*loop.state.stages, behind))
    loop.touch(Act.PIN_ENTER)
    assert loop.happens(ev.Worked(1, None)) == []
    assert loop.front() == page  # and may be touched again
    assert loop.state.stages[1:] == (behind,)
    loop.touch(Act.PIN_ENTER)
    loop.tap(BOB)
    assert loop.happens(ev.Worked(2, {})) == []


# --- what pages come to


def turned(loop: Loop, act: Act = Act.LINES, *, proof: Proof | None = None, **more: Any) -> list[ev.Effect]:
    proof = proof or Badge(ANA, 1, loop.now)
    ticket = more.pop("ticket", "ticket")
    run = ev.Run(act, "", Page(proof, Person(), ticket, act=Act.ACCOUNT), **more.pop("run", {}))
    return loop.happens(ev.Turned(run, more.pop("picture", "card"), proof, Person(), {}, **more))


def test_a_page_without_a_card_ends_the_flow(loop: Loop) -> None:
    stands(loop, Nobody())
    assert turned(loop, picture=None) == [ev.Show()]
    assert loop.front() == Idle()


def test_what_opens_is_kept_beside_the_database_before_the_door_obeys(loop: Loop) -> None:
    done = turned(loop, opens=("line", "note"))
    assert [type(each) for each in done] == [ev.Journal, ev.Pulse, ev.Note, ev.Draw, ev.Show, ev.Signal]
    assert isinstance(loop.front(), Page)
    turned(loop, opens=("line", "note"), has_acts=False)
    assert loop.front() == Notice(ANA)
    turned(loop, proof=Nobody(), has_acts=False)
    assert isinstance(loop.front(), Page)
    turned(loop, proof=Nobody(), ticket="")
    assert loop.front() == Notice(NOBODY_S)


def test_what_a_page_rings_for_rings_once(loop: Loop) -> None:
    assert turned(loop, rings=("trial", "event"))[:2] == [ev.Ring("trial"), ev.Ring("event")]
    assert ev.Ring not in kinds(turned(loop, rings=("trial",)))


def test_a_page_that_changes_no_visit_leaves_a_badge_as_it_was_seen(loop: Loop) -> None:
    loop.tap(ANA)
    turned(loop, picture=None)
    loop.passes(1)
    assert ev.Enter not in kinds(loop.tap(ANA))


def test_what_is_taken_back_is_kept_beside_the_database(loop: Loop) -> None:
    assert turned(loop, takes_back="line")[0] == ev.Journal("line")
    assert ev.Journal not in kinds(turned(loop))


def test_what_awaits_a_badge_remembers_the_page_that_it_came_from(loop: Loop) -> None:
    turned(loop, Act.TAKE_YES, awaits=True)
    front = loop.front()
    assert isinstance(front, AwaitsBadge)
    assert (front.act, front.page.act) == (Act.TAKE_YES, Act.ACCOUNT)


# --- what takes its time


def test_a_code_is_worth_ninety_seconds_from_when_it_was_typed_and_its_pages_end_with_it(loop: Loop) -> None:
    turned(loop, Act.PIN_ENTER, proof=Code(1))
    began = loop.now
    front = loop.front()
    assert isinstance(front, Page)
    assert front.proof == Code(1, at=began)
    loop.passes(5)
    turned(loop, Act.LINES, proof=Code(1, at=began))
    front = loop.front()
    assert isinstance(front, Page)
    assert front.proof == Code(1, at=began)
    for _ in range(16):
        loop.passes(5)
        loop.hold()
        assert loop.state.stages[0].ends_at <= began + 90
        loop.touch(Act.STAY)
    loop.passes(4.9)
    assert isinstance(loop.front(), Page)
    loop.passes(0.1)
    assert loop.front() == Idle()


@pytest.mark.parametrize(
    "front",
    [Page(proof, Person(), "ticket") for proof in (Nobody(), NewBadge(NEW, "FF"), Refused(ANA, 1), Invited(1))]
    + [Page(Came(ANA, 1, "granted"), Person(), "ticket"), Page(Code(1, is_refused=True), Person(), "ticket")],
)
@pytest.mark.parametrize("holds", [False, True])
def test_a_flow_without_a_session_ends_thirty_two_seconds_after_its_last_touch(
    loop: Loop, front: Page, *, holds: bool
) -> None:
    for _ in range(3):
        loop.happens(ev.Drawn(front, (("card", None),), holds=holds))
        loop.passes(31.9)
        assert loop.front() == front
        loop.touch(Act.STAY)
        assert loop.state.front == front
    loop.happens(ev.Drawn(front, (("card", None),), holds=holds))
    loop.passes(32)
    assert loop.front() == Idle()


@pytest.mark.parametrize(
    ("front", "seconds", "holds", "stays"),
    [
        (Page(Badge(ANA, 1, 100.0), Person(), "ticket"), None, False, 20),
        (Page(Badge(ANA, 1, 100.0), Person(), "ticket"), None, True, 40),
        (Page(Code(1, at=100.0), Person(), "ticket"), None, False, 32),
        (Page(Code(1, at=100.0), Person(), "ticket"), None, True, 32),
        (Page(Nobody(), Person(), "ticket"), 12.0, False, 12),
        (Page(Refused(ANA, 1), Person(), "ticket"), 20.0, False, 20),
        (AwaitsBadge(Act.PAY, "", Page(Came(ANA, 1, "granted"), Person(), "ticket")), 12.0, True, 30),
        (Notice(ANA), None, False, 20),
        (Notice(ANA), 4.0, False, 4),
    ],
)
def test_how_long_a_card_stands_that_is_no_page_of_such_a_flow(
    loop: Loop, front: Front, seconds: float | None, stays: float, *, holds: bool
) -> None:
    loop.happens(ev.Drawn(front, (("card", seconds),), holds=holds))
    assert loop.state.stages[0].ends_at == loop.now + stays


def test_what_follows_a_card_that_is_held_comes_as_much_later(loop: Loop) -> None:
    loop.happens(ev.Drawn(Notice(), (("first", 20.0), ("second", 60.0))))
    loop.passes(5)
    loop.hold()
    assert [stage.ends_at for stage in loop.state.stages] == [loop.now + 25, loop.now + 85]


def test_what_follows_a_card_by_itself_can_only_be_read(loop: Loop) -> None:
    page = Page(Refused(ANA, 1), Person(), "ticket")
    loop.happens(ev.Drawn(page, (("first", 20.0), ("second", 60.0), ("third", 5.0))))
    assert [stage.front for stage in loop.state.stages] == [page, Notice(ANA), Notice(ANA)]
    over = settled(loop.state, loop.now + 85)
    assert (over.stages, over.shown_at, over.number) == ((), loop.now + 85, loop.state.number + 3)


def test_a_card_that_stays_longer_than_half_a_minute_is_not_held_to_less(loop: Loop) -> None:
    loop.happens(ev.Drawn(Notice(), (("card", 60.0),)))
    loop.hold()
    assert loop.state.stages[0].ends_at == loop.now + 60


def test_whoever_waits_stands_again_when_the_last_card_is_over_and_not_where_that_is_later(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.happens(ev.Drawn(Notice(ANA), (("card", 20.0),)))
    assert [type(stage.front) for stage in loop.state.stages] == [Notice, Waiting]
    assert loop.state.stages[1].card == "card vouch"
    loop.hold()
    assert [type(stage.front) for stage in loop.state.stages] == [Notice, Waiting]
    assert [stage.ends_at - loop.now for stage in loop.state.stages] == [30, 60]
    loop.happens(ev.Drawn(Notice(ANA), (("card", 60.0),)))
    assert [type(stage.front) for stage in loop.state.stages] == [Notice]


def test_a_card_that_is_closed_shows_who_waits_and_a_wait_that_is_closed_is_over(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(5)
    loop.tap(ANA)
    loop.passes(1)
    loop.close()
    assert isinstance(loop.front(), Waiting)
    loop.passes(1)
    loop.close()
    assert (loop.front(), loop.state.request) == (Idle(), None)


def test_who_waits_may_ask_again_and_a_second_one_may_not(loop: Loop) -> None:
    loop.tap(NEW)
    loop.passes(1)
    loop.touch(Act.SPONSOR)
    loop.touch(Act.SPONSOR)  # the same page
    assert isinstance(loop.front(), Waiting)
    loop.tap(BOB)
    loop.tap(NEW)  # the same badge, another page
    loop.passes(1)
    loop.touch(Act.SPONSOR)
    assert isinstance(loop.front(), Waiting)
    loop.close()
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.tap(NEW)
    loop.passes(1)
    loop.touch(Act.SPONSOR)
    assert loop.front() == Notice(NEW)


def test_a_touch_on_the_waiting_page_renews_its_minute(loop: Loop) -> None:
    loop.begin(Act.IS_MEMBER)
    loop.touch(Act.VOUCH)
    loop.passes(50)
    loop.touch(Act.KEY, "a")
    request = loop.state.request
    assert request is not None
    assert request.until == loop.now + 60


def test_what_became_of_a_touch_stands_on_its_own_card_only(loop: Loop) -> None:
    loop.tap(ANA)
    assert loop.happens(ev.Over("another", "over")) == loop.happens(ev.Over("", "over")) == []
    assert ev.Show in kinds(loop.happens(ev.Over(loop.seen().ticket, "over")))
    assert loop.front() == Notice(ANA)
    assert loop.happens(ev.Over("", "over")) == []


# --- the language of whoever no file speaks for


@pytest.mark.parametrize("proof", [Nobody(), NewBadge(NEW, "FF01")])
def test_whoever_has_no_file_is_spoken_to_in_the_language_that_they_touched(loop: Loop, proof: Proof) -> None:
    stands(loop, proof)
    (run, *_) = loop.touch(Act.VISIT, language="nl")
    assert isinstance(run, ev.Run)
    assert run.page.person.language == "nl"
    stands(loop, proof)
    (run, *_) = loop.touch(Act.VISIT)
    assert isinstance(run, ev.Run)
    assert run.page.person.language == "fr"


def test_a_member_keeps_their_own_language_whatever_is_touched(loop: Loop) -> None:
    stands(loop, Badge(ANA, 1, loop.now))
    (run, *_) = loop.touch(Act.LINES, language="nl")
    assert isinstance(run, ev.Run)
    assert run.page.person.language == "fr"


# --- on whose word


@pytest.mark.parametrize(
    ("act", "value", "proof", "need"),
    [
        (Act.STEP, "", Refused(ANA, 1), Need.NOTHING),
        (Act.RENEW, "", Refused(ANA, 1), Need.PROOF),
        (Act.PUT_IN, "", Refused(ANA, 1), Need.PROOF),
        (Act.BUY_DAYS, "", Refused(ANA, 1), Need.PROOF),
        (Act.LINES, "", Refused(ANA, 1), Need.REFUSED),
        (Act.RENEW, "", Code(1, is_refused=True), Need.PROOF),
        (Act.PIN_ENTER, "", Code(1, is_refused=True), Need.NOTHING),
        (Act.LINES, "", Code(1, is_refused=True), Need.REFUSED),
        (Act.LINES, "", Code(1), Need.NOTHING),
        (Act.LOSE, "", Code(1), Need.NOTHING),
        (Act.TAKE_YES, "", Code(1), Need.PROOF),
        (Act.PIN_SAVE, "", Code(1), Need.PROOF),
        (Act.PIN_NONE, "", Code(1), Need.PROOF),
        (Act.RENEW, "", Code(1), Need.REFUSED),
        (Act.PIN_NONE, "", Badge(ANA, 1, 100.0), Need.NOTHING),
        (Act.SET, "larger=yes", Badge(ANA, 1, 100.0), Need.NOTHING),
        (Act.SET, "visible=no", Badge(ANA, 1, 100.0), Need.NOTHING),
        (Act.SET, "visible=yes", Badge(ANA, 1, 100.0), Need.PROOF),
        (Act.SKILL_KEEP, "", Badge(ANA, 1, 100.0), Need.PROOF),
        (Act.RENEW, "", Badge(ANA, 1, 100.0), Need.REFUSED),
        (Act.GUEST, "", Came(ANA, 1, None), Need.PROOF),
        (Act.GUEST_NAME, "", Came(ANA, 1, None), Need.NOTHING),
        (Act.LINES, "", Came(ANA, 1, None), Need.REFUSED),
        (Act.LOST, "", Invited(1), Need.NOTHING),
        (Act.LINES, "", Invited(1), Need.REFUSED),
        (Act.ROOM, "", Telephone(1), Need.NOTHING),
        (Act.ROOM_BOOK, "", Telephone(1), Need.NOTHING),
        (Act.LINES, "", Telephone(1), Need.REFUSED),
        (Act.LOSE, "", Telephone(1), Need.REFUSED),
        (Act.PIN_SAVE, "", Telephone(1), Need.REFUSED),
        (Act.JOIN, "", Nobody(), Need.REFUSED),
        (Act.JOIN, "", NewBadge(NEW, "FF01"), Need.NOTHING),
    ],
)
def test_what_an_act_takes(act: Act, value: str, proof: Proof, need: Need) -> None:
    assert consent.need(act, value, proof, 100.0) is need


def test_what_is_not_theirs_to_do_is_over(loop: Loop) -> None:
    stands(loop, Refused(ANA, 1))
    assert loop.touch(Act.LINES) == OVER
    assert loop.hold(number=4) == MISSED
    loop.close()
    assert loop.close() == GONE


# --- what the machine is made of


@pytest.mark.parametrize("module", [screen_state, ev, seen], ids=lambda module: str(module.__name__))
def test_nothing_that_the_machine_knows_changes_under_it(module: ModuleType) -> None:
    own = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    structs = [each for each in own if issubclass(each, Struct)]
    assert structs
    assert [each.__name__ for each in structs if not each.__struct_config__.frozen] == []


def test_a_screen_begins_at_rest_with_the_first_card_s_number() -> None:
    assert State() == State(1, (), 0.0, None, None, {}, {}, None, None, 0)
    assert isinstance(State().front, Idle)


def test_what_is_not_told_of_a_page_is_as_little_as_can_be() -> None:
    assert Page(Nobody(), Person()) == Page(Nobody(), Person(), "", {}, None, 0, None)
    assert Code(3) == Code(3, is_refused=False, at=None)
    assert Stage(Idle(), None, 1.0) == Stage(Idle(), None, 1.0, holds=False)
    assert Notice() == Notice(NOBODY_S)
    assert not NOBODY_S, "no badge has this mark"


CAME = Verdict(Came(ANA, 1, "granted"), Person("N"), "ticket", "verdict")


@pytest.mark.parametrize(
    ("front", "is_members"),
    [
        (Idle(), False),
        (Notice(), False),
        (Notice(ANA), True),
        (CAME, True),
        (Page(Nobody(), Person()), False),
        (Page(NewBadge(NEW, "FF01"), Person()), False),
        (Page(Code(1, at=2.0), Person()), False),
        (Page(Badge(ANA, 1, 2.0), Person()), True),
        (Waiting(Page(NewBadge(NEW, "FF01"), Person())), False),
        (AwaitsBadge(Act.PAY, "", Page(CAME.came, Person())), True),
    ],
)
def test_whether_a_member_s_badge_brought_a_card(front: Front, *, is_members: bool) -> None:
    assert is_by_badge(front) is is_members


@pytest.mark.parametrize(("act", "then"), [(Act.LUNCH, Act.LUNCH_BACK), (Act.LUNCH_BACK, Act.LUNCH)])
def test_a_meal_is_counted_and_its_way_back_takes_its_place_on_the_card(loop: Loop, act: Act, then: Act) -> None:
    loop.offered = (Act.UNDO, act, Act.PAY)
    loop.tap(ANA)
    loop.passes(1)
    done = loop.touch(act)
    front = loop.front()
    assert isinstance(front, Verdict)
    assert front.acts == (Act.UNDO, then, Act.PAY)
    assert [each.act for each in done if isinstance(each, ev.Tend)] == [act]
    assert [each.waits for each in done if isinstance(each, ev.Draw)] == [None]
