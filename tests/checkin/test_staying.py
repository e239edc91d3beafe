"""Time: what somebody types is kept for twenty seconds after a warning, and for as long as they say so."""

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.errors import MachineError, RequestError
from tests.conftest import Space

NEW, INES = "04A2000000E599", "04A2000000E511"
FLOW_SECONDS, WARNING_SECONDS = 32.0, 20.0


def touch(space: Space, act: Act, value: str = "") -> None:
    assert space.card.ticket is not None
    space.touch(act, value)


def types(space: Space, letters: str = "zoé") -> None:
    space.tap(NEW)
    touch(space, Act.JOIN)
    for letter in letters:
        touch(space, Act.KEY, letter)


def test_a_page_that_was_typed_on_stays_longer_and_says_so(space: Space) -> None:
    types(space)
    assert space.card.warns
    assert space.left_seconds > WARNING_SECONDS
    space.clock.advance(seconds=FLOW_SECONDS - 0.1)
    touch(space, Act.KEY, "z")
    assert space.left_seconds == FLOW_SECONDS


def test_a_page_that_is_only_read_without_a_session_ends_as_late(space: Space) -> None:
    space.begin(Act.VISIT, None)
    assert (space.card.kind, space.card.warns) == (CardKind.VISIT, False)
    space.clock.advance(seconds=FLOW_SECONDS - 0.1)
    assert space.now is not None
    touch(space, Act.PRICES)
    assert space.card.kind.value == CardKind.PRICES.value
    space.clock.advance(seconds=FLOW_SECONDS)
    assert space.now is None


def test_a_session_s_page_stays_forty_seconds_where_something_is_typed(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.PAY)
    space.clock.advance(seconds=2)
    space.tap(INES)
    assert space.left_seconds == 20
    touch(space, Act.CASH)
    touch(space, Act.CASH_SUM)
    assert (space.card.kind, space.left_seconds) == (CardKind.CASH_SUM, 40)


@pytest.mark.promise(7)
def test_who_says_so_finds_the_same_page_and_all_that_was_typed(space: Space) -> None:
    types(space)
    for _ in range(5):
        space.clock.advance(seconds=FLOW_SECONDS - 1)
        before = space.card
        touch(space, Act.STAY)
        assert space.card == before
    touch(space, Act.KEY, "w")
    assert space.card.sheet is not None
    assert getattr(space.card.sheet, "typed", "") == "Zoéw"


def test_who_says_nothing_finds_it_over(space: Space) -> None:
    types(space)
    space.clock.advance(seconds=FLOW_SECONDS)
    with pytest.raises(RequestError) as raised:
        touch(space, Act.STAY)
    assert raised.value.code == "touch-over"


def test_what_was_typed_counts_once_its_page_is_through(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that fails after it has noted something leaves its flow as it was before."""
    types(space, "zo")
    flows = space.checkin._turner.flows
    pages = flows.pages()
    key = pages[Act.KEY]

    def fails(context: PageContext) -> Card | None:
        key.show(context)
        raise MachineError("database", "shut after the page has noted its letter")

    failing = replace(flows, pages=lambda: {**pages, Act.KEY: replace(key, show=fails)})
    monkeypatch.setattr(space.checkin._turner, "flows", failing)
    with pytest.raises(MachineError):
        touch(space, Act.KEY, "x")
    monkeypatch.undo()
    touch(space, Act.KEY, "é")
    assert getattr(space.card.sheet, "typed", "") == "Zoé"


def test_a_page_that_waits_for_a_badge_goes_on_waiting(space: Space) -> None:
    space.join("Inès Moreau", INES)
    types(space)
    touch(space, Act.JOIN_RULES)
    touch(space, Act.SPONSOR)
    assert space.card.kind.value == CardKind.SPONSOR.value
    for _ in range(3):
        space.clock.advance(seconds=59)
        touch(space, Act.STAY)
        assert space.card.kind.value == CardKind.SPONSOR.value
    space.tap(INES)
    touch(space, Act.WAITS)
    assert space.card.asked is Act.WELCOME
    space.tap(INES)
    assert space.card.kind.value == CardKind.JOINED.value


def test_ones_account_is_only_read_and_goes_with_its_card(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.MORE)
    touch(space, Act.ACCOUNT)
    assert not space.card.warns  # nothing is lost yet
    space.tap(INES)
    assert (space.card.kind, space.card.warns) == (CardKind.ACCOUNT, False)
    assert space.left_seconds == 20
    space.clock.advance(seconds=20)
    with pytest.raises(RequestError):
        touch(space, Act.LINES)
