"""What calls outwards makes its passes with online payments by its own account on a server, and may write no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from kiosk import home
from kiosk.domain.days import Moment
from kiosk.home import Home
from kiosk.jobs.due import boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.money.online import asking, entering
from kiosk.money.online.entering import Booking
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.money import online_rows
from kiosk.store.money.online_rows import OnlinePayment
from kiosk.store.space.policies import Rules
from tests import helloasso
from tests.fakes import FakeClock
from tests.helloasso import HelloAsso
from tests.money.online.house import CENTS, turn_on
from tests.store.place import DAY, Place, morning
from tests.store.postgresql.test_roles import Owned, owned  # noqa: F401  # a fixture

pytestmark = pytest.mark.promise(3)


@dataclass
class Passes:
    """A home on a server, the platform, and each program's pass by its own account."""

    owned: Owned
    platform: HelloAsso
    clock: FakeClock

    def outside(self) -> TimePass:
        """One whole pass of what calls outwards."""
        with home.opened(self.owned.root, is_patient=True, program="outside") as opened:
            now = TimePass(opened, Rules(opened.config.zone), self.clock, self.clock, sure=True)
            boxes.go_out(now)
        return now

    def ask(self) -> int:
        """The desk writes that a member wants to pay."""
        with home.opened(self.owned.root, is_patient=True, program="desk") as opened:
            place = Place(opened)
            if place.scalar("SELECT count(*) FROM member") == 0:
                place.join()
            with opened.store.writing() as connection:
                account = members.by_number(connection, 1).account
                return asking.ask(connection, account, CENTS, self._moment(opened))

    def enter(self) -> None:
        """The desk enters what was heard."""
        with home.opened(self.owned.root, is_patient=True, program="desk") as opened:
            with opened.store.writing() as connection:
                entering.enter_heard(Booking(connection, opened.seal, self._moment(opened)))
            with opened.store.reading() as connection:
                audit.check_chain(connection, opened.seal)

    def row(self, id_: int) -> OnlinePayment:
        with (
            home.opened(self.owned.root, is_patient=True, program="desk") as opened,
            opened.store.reading() as connection,
        ):
            return online_rows.by_id(connection, id_)

    def _moment(self, opened: Home) -> Moment:
        with opened.store.reading() as connection:
            return Rules(opened.config.zone).at(connection, self.clock.now())[1]


@pytest.fixture
def passes(owned: Owned) -> Iterator[Passes]:  # noqa: F811  # the fixture
    with helloasso.running() as platform:
        with home.opened(owned.root, is_patient=True, program="desk") as opened:
            turn_on(Place(opened), platform.url)  # type: ignore[arg-type]  # which has a home, too
        yield Passes(owned, platform, FakeClock(morning(DAY)))


def test_a_payment_goes_from_its_page_to_the_ledger_and_back_by_three_passes_of_its_own_account(passes: Passes) -> None:
    id_ = passes.ask()
    assert passes.outside().failed == {}
    (page,) = passes.platform.pages
    assert passes.row(id_).state.value == "intended"
    number = passes.platform.pay(page)
    assert passes.outside().failed == {}
    passes.enter()
    assert passes.row(id_).state.value == "paid"
    passes.platform.becomes(number, "Refunded", CENTS)
    passes.clock.advance(days=1)
    assert passes.outside().failed == {}, "the list of the night"
    passes.enter()
    assert passes.row(id_).state.value == "refunded"
    late = passes.ask()
    assert passes.outside().failed == {}
    passes.clock.advance(seconds=timedelta(minutes=46).total_seconds())
    assert passes.outside().failed == {}
    assert passes.row(late).state.value == "expired"


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE online_payment SET cents = 1",
        "UPDATE online_payment SET account_id = 1",
        "UPDATE online_payment SET entry_number = 1",
        "UPDATE online_payment SET token = '\\x00'",
        "SELECT account_id FROM online_payment",
        "SELECT entry_number FROM online_payment",
        "INSERT INTO online_payment (token, account_id, cents, made_at)"
        " VALUES ('\\x01', 1, 1, '2026-11-25T08:00:00.000000Z')",
        "DELETE FROM online_payment",
        "SELECT balance_cents FROM account",
        "INSERT INTO entry SELECT * FROM entry",
        "SELECT name FROM public_request",
        "SELECT * FROM telephone",
    ],
)
def test_the_server_refuses_it_a_sum_an_account_and_an_entry(passes: Passes, attack: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        passes.owned.attack("outside", attack)
