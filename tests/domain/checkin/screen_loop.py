"""Answers what the screen's machine asks for, as the entrance does, and counts it."""

from typing import Any

from msgspec.structs import replace

from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Came, Front, NewBadge, Page, Person, State, Verdict, ticket
from kiosk.domain.checkin.screen_step import settled, step
from kiosk.domain.checkin.seen import Seen

ANA, BOB, NEW = b"ana", b"bob", b"new"
OFFERED: tuple[Act, ...] = (Act.UNDO, Act.GUEST, Act.PAY, Act.FREE_CORNER, Act.ACCOUNT)
SECONDS = 10.0


class Loop:
    """Carries the machine's effects out, and answers them as the entrance does; counts what it asked for."""

    def __init__(self) -> None:
        self.state, self.now, self.asked = State(), 100.0, list[ev.Effect]()
        self.turns: dict[Act, ev.Turned] = {}
        self.known, self.offered = {ANA: 1, BOB: 2}, OFFERED

    def happens(self, event: ev.Event) -> list[ev.Effect]:
        before = len(self.asked)
        self._move(event)
        return self.asked[before:]

    def _move(self, event: ev.Event) -> None:
        self.state, effects = step(self.state, event, self.now)
        for effect in effects:
            self.asked.append(effect)
            outcome = self._outcome(effect)
            if outcome is not None:
                self._move(outcome)

    def _outcome(self, effect: ev.Effect) -> ev.Event | None:
        match effect:
            case ev.Enter(mark=mark) if mark in self.known:
                came = Came(mark, self.known[mark], f"granted {mark!r}")
                return ev.Entered(came, Person("N"), f"ticket {mark!r} {self.now}", "verdict", "line", "note")
            case ev.Enter(mark=mark):
                proof = NewBadge(mark, "FF01")
                return ev.StayedShut("refusal", mark, None, proof, Person(), f"ticket {mark!r} {self.now}")
            case ev.Pulse():
                return ev.Pulsed(effect.opening, opened=True)
            case ev.Draw():
                front = effect.front
                if isinstance(front, Verdict) and effect.picture == "verdict":
                    front = replace(front, acts=self.offered)
                return ev.Drawn(front, ((effect.picture, SECONDS),), holds=isinstance(front, Page))
            case ev.Run():
                return self._turned(effect)
            case _:
                return None

    def _turned(self, run: ev.Run) -> ev.Turned:
        page = run.page
        waits = {Act.VOUCH: (Act.VOUCH_YES, "Leon"), Act.SPONSOR: (Act.WELCOME, "Zoe")}.get(run.act)
        opens = ("line", "note") if run.act in (Act.VOUCH_YES, Act.WELCOME) and not run.names else None
        return ev.Turned(
            run, f"card {run.act}", page.proof, page.person, page.memo, opens, waits=waits, awaits=run.names
        )

    def tap(self, mark: bytes) -> list[ev.Effect]:
        done = self.happens(ev.Tapped(mark))
        return done + self.happens(ev.Lifted(mark))

    def front(self) -> Front:
        return settled(self.state, self.now).front

    def seen(self, **other: Any) -> Seen:
        """What a finger tells that has looked for a second."""
        state = settled(self.state, self.now)
        return replace(Seen(state.number, ticket(state.front), self.now - 1, self.now), **other)

    def touch(self, act: Act, value: str = "", /, **other: Any) -> list[ev.Effect]:
        return self.happens(ev.Touched(self.seen(**other), act, value))

    def begin(self, act: Act, /, **other: Any) -> list[ev.Effect]:
        return self.happens(ev.Begun(self.seen(**other), act, f"ticket {self.now}"))

    def hold(self, **other: Any) -> list[ev.Effect]:
        return self.happens(ev.Held(self.seen(**other)))

    def close(self, **other: Any) -> list[ev.Effect]:
        return self.happens(ev.Closed(self.seen(**other)))

    def passes(self, seconds: float) -> None:
        self.now += seconds


def kinds(effects: list[ev.Effect]) -> set[type]:
    return {type(effect) for effect in effects}
