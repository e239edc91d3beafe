"""Whatever people, strangers and a slow machine do at the door, what is written in a member's name follows their badge.

Scripts are drawn of what people come for, in pieces, with what strangers do in between: a look at every button and act,
at every pace. `tests.checkin.consents` judges each deed. KIOSK_CONSENTS=2000 (`scripts/torture consents`) makes a long
run, with other examples each time.
"""

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.choices import Act
from tests.checkin import doorway, household
from tests.checkin.consents import Judge
from tests.checkin.doorway import Button, Doorway
from tests.checkin.household import BOB, CAMILLE, CODE, NEW, NEW_NAME, ROSA
from tests.selfservice.self_service import is_well

EXAMPLES = os.environ.get("KIOSK_CONSENTS")
UIDS = (CAMILLE.uid, BOB.uid, ROSA.uid, NEW)
PAUSES = (0.05, 0.06, 0.3, 0.45, 0.6, 1.0, 1.4, 1.6, 2.5, 5.0, 9.0, 15.0, 19.0, 21.0, 25.0, 33.0, 45.0, 61.0, 95.0)


@dataclass(frozen=True)
class Move:
    """Name what is done after so many seconds: `word` says with which badge, on which button, with which letters."""

    does: str
    word: str = ""
    after: float = 1.0
    choice: int = 0


def badge(uid: str, after: float = 2.0) -> Move:
    return Move("badge", uid, after)


def press(label: str, after: float = 1.0) -> Move:
    return Move("press", label, after)


def types(letters: str) -> Move:
    return Move("types", letters, 0.6)


def _account(uid: str, *moves: Move) -> tuple[Move, ...]:
    return (badge(uid), press("^Mon compte"), badge(uid), *moves)


_BY_CODE = (
    press("^Badge oublié"),
    types("leo"),
    press("^Continuer"),
    press("^Leon"),
    types(CODE),
    press("^Entrer"),
)
# What people come for, each to its end.
GOALS: dict[str, tuple[Move, ...]] = {
    "guest": (badge(CAMILLE.uid), press("^Invit"), badge(CAMILLE.uid)),
    "guest at the door": (
        press("^Première visite"),
        press("^Invité"),
        badge(CAMILLE.uid, 5),
        press("^Oui|^Invit", 3.5),
        badge(CAMILLE.uid),
    ),
    "vouch": (
        press("^Badge oublié|^Je suis membre"),
        press("^Je suis membre"),
        types("leon perdu"),
        press("^Continuer"),
        badge(BOB.uid, 5),
        press("attend|^Oui", 3.5),
        badge(BOB.uid),
    ),
    "join": (
        badge(NEW),
        press("^Adhérer"),
        types(NEW_NAME.lower()),
        press("^Continuer"),
        press("^J’accepte"),
        badge(CAMILLE.uid, 5),
        press("attend|^Oui", 3.5),
        badge(CAMILLE.uid),
    ),
    "carnet": (badge(CAMILLE.uid), press("^Payer"), badge(CAMILLE.uid), press("^Carnet"), press("^Oui")),
    "comfort": (badge(BOB.uid), press("^Espace payant"), badge(BOB.uid)),
    "step": (badge(ROSA.uid), press("^Continuer"), press("^5 €"), badge(ROSA.uid)),
    "code": _account(
        CAMILLE.uid,
        press("^Réglages"),
        press("^Code"),
        types("7294"),
        press("^Continuer"),
        types("7294"),
        press("^Garder"),
        badge(CAMILLE.uid),
    ),
    "setting": _account(BOB.uid, press("^Réglages"), press("^Texte plus grand")),
    "by code": (
        press("^Badge oublié"),
        types("leo"),
        press("^Continuer"),
        press("^Leon"),
        types(CODE),
        press("^Entrer"),
    ),
    "lost": (
        *(press("^Badge oublié"), types("leo"), press("^Continuer"), press("^Leon"), types(CODE), press("^Entrer")),
        press("^Badge perdu"),
        press("^Mon badge"),
    ),
    "undone": (badge(CAMILLE.uid), press("^Annuler")),
}
CONSENTS = ("guest", "vouch", "join", "carnet", "comfort", "step", "code", "setting", "by code", "lost", "undone")

_noise = st.one_of(
    st.builds(Move, st.just("badge"), st.sampled_from(UIDS), st.sampled_from(PAUSES)),
    st.builds(Move, st.just("any"), st.just(""), st.sampled_from(PAUSES), st.integers(0, 11)),
    st.builds(Move, st.just("any"), st.just(""), st.sampled_from(PAUSES), st.integers(0, 11)),
    st.builds(Move, st.just("yes"), st.just(""), st.sampled_from(PAUSES)),
    st.builds(Move, st.just("act"), st.sampled_from([each.value for each in Act]), st.sampled_from(PAUSES)),
    st.builds(Move, st.just("late"), st.just(""), st.sampled_from(PAUSES), st.integers(0, 11)),
    st.builds(Move, st.just("before"), st.just(""), st.sampled_from(PAUSES), st.integers(0, 11)),
    st.builds(Move, st.sampled_from(["close", "hold", "restart", "clock"]), st.just(""), st.sampled_from(PAUSES)),
)


@st.composite
def scripts(draw: st.DrawFn) -> list[Move]:
    """Pieces of what people come for; in some of them their own pace, and strangers in between."""
    script: list[Move] = []
    goals = draw(st.permutations(sorted(GOALS)))
    for goal in goals[: draw(st.integers(2, 5))]:
        moves = list(GOALS[goal])
        if draw(st.integers(0, 2)) == 2:
            moves = moves[: draw(st.integers(1, len(moves)))]
        if draw(st.booleans()):
            place = draw(st.integers(0, len(moves) - 1))
            moves[place] = replace(moves[place], after=draw(st.sampled_from(PAUSES)))
        if draw(st.booleans()):
            place = draw(st.integers(0, len(moves)))
            moves[place:place] = draw(st.lists(_noise, min_size=1, max_size=4))
        script += moves
        script.append(Move("wait", after=draw(st.sampled_from([0.05, 3.0, 25.0, 95.0, 95.0, 95.0]))))
    return script


def play(place: Doorway, script: Sequence[Move]) -> None:
    for move in script:
        place.passes(move.after)
        _does(place, move)
    place.passes(1)


def _does(place: Doorway, move: Move) -> None:
    match move.does:
        case "badge":
            place.badge(move.word, lies=0.05)
        case "press":
            _presses(place, move.word)
        case "types":
            for letter in move.word:  # in a hurry, but for the first
                place.tries("^espace$" if letter == " " else f"^{letter}$", after=0.2)
        case "yes":
            place.tries("^Oui", "attend", "^Invit", "^J’accepte", "dans la caisse", "^Garder", "^Carnet", after=0)
        case "restart":
            place.restarts()
        case "clock":
            clock = place.space.clock
            clock.set(clock.now() + timedelta(seconds=move.after * 7))
        case _:
            _fingers(place, move)


def _presses(place: Doorway, labels: str) -> None:
    if not place.tries(*labels.split("|"), after=0) and place.tries("^Autre", after=0):
        place.tries(*labels.split("|"), after=0.7)


def _fingers(place: Doorway, move: Move) -> None:
    """Touch what a stranger touches: any button, also late; one of the page before; an act that is not offered."""
    page = place.pages[-2] if move.does == "before" and len(place.pages) > 1 else place.page
    match move.does:
        case "any" | "late" | "before" if page.buttons:
            late = (0.3, 4.0, 11.0, 25.0)[move.choice % 4] if move.does == "late" else 0.0
            place.finger(page.buttons[move.choice % len(page.buttons)], late=late, page=page)
        case "act":
            ticket = next((each.ticket for each in page.buttons if each.ticket), "")
            place.finger(Button("touch" if ticket else "begin", move.word, ticket))
        case "close":
            place.finger(Button("close", "close"))
        case "hold":
            place.finger(None)


def judged(root: Path, script: Sequence[Move]) -> Judge:
    """Play a script in a house of its own, every deed judged."""
    with doorway.opened(root) as place:
        place.witness = judge = Judge(place.space)
        with closing(judge):
            play(place, script)
            is_well(place.space)
    return judge


@pytest.mark.parametrize("goal", GOALS)
def test_each_consent_is_reached_and_is_one(template: Path, goal: str) -> None:
    judge = judged(household.built(template), GOALS[goal])
    assert judge.violations == []
    assert judge.reached[goal.removesuffix(" at the door")] >= 1, judge.reached


def test_what_is_written_in_a_member_s_name_follows_their_badge(template: Path) -> None:
    root, reached = household.built(template), Counter[str]()

    @settings(
        max_examples=int(EXAMPLES) if EXAMPLES else 32,
        derandomize=EXAMPLES is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
    )
    @given(script=scripts())
    def follows(script: list[Move]) -> None:
        judge = judged(root, script)
        reached.update(judge.reached)
        for name in judge.reached:
            event(name)
        assert judge.violations == []

    for moves in GOALS.values():  # each to its end, and then a stranger
        follows = example(script=[*moves, Move("yes", after=2.5), Move("any", choice=1), Move("yes", after=25)])(
            follows
        )
    follows()
    assert [name for name in CONSENTS if not reached[name]] == [], "nothing was refused because nothing was tried"
