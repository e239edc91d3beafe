"""A member at their own pages: in by the badge, one touch after the other."""

from dataclasses import dataclass

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.store import audit
from tests.conftest import Space


@dataclass
class Visit:
    """One member before the screen, on the first page of their account."""

    space: Space
    uid: str

    def __post_init__(self) -> None:
        self.space.clock.advance(minutes=5)
        self.space.tap(self.uid)
        while Act.ACCOUNT not in self.space.card.acts:
            self.touch(Act.MORE)
        self.touch(Act.ACCOUNT)
        self.badge()
        assert self.space.shows(CardKind.ACCOUNT)

    @property
    def card(self) -> Card:
        return self.space.card

    @property
    def values(self) -> dict[Act, list[str]]:
        """What can be touched, by act."""
        found: dict[Act, list[str]] = {act: [""] for act in self.card.acts}
        for option in self.card.options:
            found.setdefault(option.act, []).append(option.value)
        return found

    def touch(self, act: Act, value: str = "") -> Card:
        assert self.card.ticket is not None
        self.space.checkin.touch(self.card.ticket, act, value)
        return self.card

    def pick(self, act: Act, value: str = "") -> Card:
        """Touch something that the page offers."""
        assert value in self.values.get(act, []), self.values
        return self.touch(act, value)

    def badge(self) -> Card:
        self.space.tap(self.uid)
        return self.card

    def confirm(self, act: Act, value: str = "") -> Card:
        """Touch what is done in a session without the badge once more; say yes to what is asked first."""
        card = self.pick(act, value)
        assert card.kind is not CardKind.BADGE_AGAIN
        return self.pick(Act.TAKE_YES) if card.kind is CardKind.CONFIRM else card


def says_yes(space: Space, act: Act) -> None:
    """Who has just come in is asked, and says so."""
    asked = space.card.then
    assert asked is not None
    assert asked.acts == (act, Act.ONLY_ME)
    assert asked.ticket not in (None, space.card.ticket)
    space.checkin.touch(asked.ticket or "", act)


def is_well(space: Space) -> None:
    """The ledger's chain and sums hold."""
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
        audit.check_documents(connection)
