"""A member at their own pages: in by the badge, one touch after the other."""

from dataclasses import dataclass

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin import consent
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
        """Touch something; where the page then names it and wants the badge, show it."""
        assert self.card.ticket is not None
        self.space.touch(act, value, ticket=self.card.ticket)
        return self.badge() if act in consent.SESSION and self.card.asked is act else self.card

    def pick(self, act: Act, value: str = "") -> Card:
        """Touch something that the page offers."""
        if act is Act.HOUSE and act not in self.values:
            return self._to_house()
        assert value in self.values.get(act, []), self.values
        return self.touch(act, value)

    def _to_house(self) -> Card:
        """Leave the account: what members do together stands on the card after a badge."""
        self.space.leave()
        self.space.clock.advance(seconds=30)
        self.space.tap(self.uid)
        while Act.HOUSE not in self.space.card.acts:
            self.touch(Act.MORE)
        return self.touch(Act.HOUSE)

    def badge(self) -> Card:
        self.space.tap(self.uid)
        return self.card

    def confirm(self, act: Act, value: str = "") -> Card:
        """Touch what is done in a session without the badge once more; say yes to what is asked first."""
        card = self.pick(act, value)
        assert card.kind is not CardKind.BADGE_AGAIN
        return self.pick(Act.TAKE_YES) if card.kind is CardKind.CONFIRM else card


def looks_who_waits(space: Space) -> Card:
    """Who has just come in touches the name of who waits: the page says what their badge would do."""
    space.clock.advance(seconds=1)
    assert Act.WAITS in space.card.acts
    space.touch(Act.WAITS)
    return space.card


def says_yes(space: Space, act: Act, uid: str = "04A2000000E511") -> None:
    """Who has just come in looks who waits, reads it, and shows their badge once more."""
    assert looks_who_waits(space).asked is act
    space.tap(uid)


def is_well(space: Space) -> None:
    """The ledger's chain and sums hold."""
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
        audit.check_documents(connection)
