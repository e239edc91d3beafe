"""A screen to ask without a browser: a board, a clock that stands until it is moved, and Flask's own client."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.seen import Seen
from kiosk.domain.checkin.verdicts import Denial
from kiosk.domain.events.terms import EventKind, EventState
from kiosk.events.signing_up import Place
from kiosk.health.entrance_health import Health
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.selfservice.account import AccountSheet, EntryFacts, LinesSheet
from kiosk.selfservice.error_report import DaysSheet, WrongSheet
from kiosk.selfservice.evacuation import EvacuationSheet
from kiosk.selfservice.events import EventSheet, EventsSheet, RefusedSheet
from kiosk.selfservice.house import HouseSheet
from kiosk.selfservice.joining import RulesSheet
from kiosk.selfservice.keyboard import Typed
from kiosk.selfservice.own.plans import PlanSheet
from kiosk.selfservice.own_data import DataSheet
from kiosk.selfservice.pad import PadSheet
from kiosk.selfservice.payments import DeclaredSheet, PaySheet, ReceiptSheet, SumSheet, TransferSheet
from kiosk.selfservice.people import BoardSheet
from kiosk.selfservice.premises.desks import FloorSheet
from kiosk.selfservice.premises.prices import PriceLine, PricesSheet
from kiosk.selfservice.purchases import BoughtSheet, BuySheet, ConfirmSheet, PriceSheet
from kiosk.selfservice.settings import ChoicesSheet
from kiosk.selfservice.steps import StepSheet
from kiosk.selfservice.without_badge.pin import WhoSheet
from kiosk.web.screen.app import create_app
from kiosk.web.screen.board import Board
from kiosk.web.screen.views import Fingers, Views
from tests import fakes
from tests.fakes import StandingBoard
from tests.kept import keep

PORT = 8080
OWN = f"http://127.0.0.1:{PORT}"
ZONE = ZoneInfo("Europe/Paris")
ARRIVED = datetime(2026, 11, 25, 7, 52, tzinfo=UTC)
WELL = replace(fakes.WELL, version="1.2.3")


def aim(board: Board) -> dict[str, object]:
    """What a page tells of a finger that came down now, on what it has shown for a second."""
    view = board.now()
    return {"card": view.card_number, "painted_at": view.at - 1, "finger_at": view.at}


class StandingClock:
    """Time passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return ARRIVED + timedelta(seconds=self.seconds - 1000)

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


# What the pages of dialogues show: one example for each kind of card that has a template of its own.
SHEETS: dict[CardKind, object] = {
    CardKind.JOIN_NAME: Typed("Zoé"),
    CardKind.GUEST_NAME: Typed(""),
    CardKind.JOIN_RULES: RulesSheet(500, ARRIVED.date(), None, day_cents=500),
    CardKind.VOUCHER_CODE: Typed(""),
    CardKind.PRICES: PricesSheet((PriceLine(Names({"fr": "Journée", "en": "Day pass"}), 500, 250),), has_reduced=True),
    CardKind.PIN_NAME: Typed(""),
    CardKind.MEMBER_NAME: Typed(""),
    CardKind.PIN_WHO: WhoSheet(has_more=True),
    CardKind.PIN_CODE: PadSheet(4, "wrong"),
    CardKind.PIN_NEW: PadSheet(0),
    CardKind.PIN_AGAIN: PadSheet(6),
    CardKind.PHONE_CODE: PadSheet(2),
    CardKind.EVACUATION_CODE: PadSheet(2),
    CardKind.EVACUATION: EvacuationSheet(3, 1, ("Inès",)),
    CardKind.STEP: StepSheet(Denial.TAB_OVER_LIMIT, in_cash=True),
    CardKind.PAY: PaySheet(1500, 1000),
    CardKind.CASH: PaySheet(-500),
    CardKind.CASH_SUM: SumSheet(1250),
    CardKind.CASH_DECLARED: DeclaredSheet(1000, 1500, 500),
    CardKind.TRANSFER: TransferSheet("<svg></svg>", "Essai", "FR76 3000", "KQ2 2J5 7TH", 1500),
    CardKind.RECEIPT: ReceiptSheet("<svg></svg>", ("Payé 5,00 EUR",)),
    CardKind.BUY: BuySheet(1500, is_empty=True),
    CardKind.PRICE: PriceSheet(Names({"fr": "Journée", "en": "Day pass"}), 200),
    CardKind.BOUGHT: BoughtSheet(((Names({"fr": "Carnet", "en": "Carnet"}), 4500),), 4500, -500, 4000, ARRIVED.date()),
    CardKind.CONFIRM: ConfirmSheet(((Names({"fr": "Carnet", "en": "Carnet"}), 4500),), 4500, -500, 4000),
    CardKind.FORGOTTEN: DaysSheet((ARRIVED.date(),), (ARRIVED.date(),), is_empty=True),
    CardKind.WRONG: WrongSheet(is_empty=True),
    CardKind.ACCOUNT: AccountSheet(balance_cents=1000, today=ARRIVED.date()),
    CardKind.OWN_LINES: LinesSheet(
        (EntryFacts(ARRIVED.date(), "charge", 500, Names({"fr": "Journée", "en": "Day pass"})),), ARRIVED.date()
    ),
    CardKind.OWN_SETTINGS: ChoicesSheet((Text("oui", "yes"),)),
    CardKind.OWN_PLAN: PlanSheet((Names({"fr": "Permanent", "en": "Permanent"}),)),
    CardKind.OWN_DATA: DataSheet(((Text("Fiche", "File"), 1),), 0, by_mail=True),
    CardKind.HOUSE: HouseSheet(),
    CardKind.HOSTING: HouseSheet(),
    CardKind.SHIFT: HouseSheet(),
    CardKind.SHIFT_SWAP: HouseSheet(),
    CardKind.FLOOR: FloorSheet(),
    CardKind.SPOT_DAYS: HouseSheet(),
    CardKind.THINGS: HouseSheet(),
    CardKind.THING: HouseSheet(),
    CardKind.PEOPLE: BoardSheet((), 0),
    CardKind.SKILL_FIND: Typed(""),
    CardKind.SKILL_FOUND: HouseSheet(),
    CardKind.OWN_SKILLS: HouseSheet(),
    CardKind.SKILL_NEW: Typed(""),
    CardKind.ROOM: HouseSheet(),
    CardKind.ROOM_WHEN: HouseSheet(),
    CardKind.ROOM_LONG: HouseSheet(),
    CardKind.ROOM_OWN: HouseSheet(),
    CardKind.NOTICES: HouseSheet(),
    CardKind.NOTICE_NEW: Typed(""),
    CardKind.OWN_NAME: ChoicesSheet(("Inès",), chosen="name=first"),
    CardKind.EVENTS: EventsSheet((True,)),
    CardKind.EVENT: EventSheet(
        kind=EventKind.TRAINING,
        title="La compta",
        about="Le bilan",
        place="Salle du fond",
        host="Inès",
        state=EventState.OPEN,
        mine=Place.NONE,
        starts_at=ARRIVED,
        deadline_at=ARRIVED,
        coming=4,
        interested=1,
        places=8,
        threshold=6,
        cents=3000,
    ),
    CardKind.EVENT_TITLE: Typed("La compta"),
    CardKind.EVENT_REFUSED: RefusedSheet("event-proposals"),
    CardKind.TOPICS: EventsSheet((True,)),
    CardKind.TOPIC_TITLE: Typed("Le bruit"),
}


@dataclass
class Screen:
    """The application and all it was given."""

    health: Health = WELL
    training: bool = False
    clock: StandingClock = field(default_factory=StandingClock)
    undone: list[str] = field(default_factory=list)
    begun: list[Act] = field(default_factory=list)
    undo_error: Exception | None = None
    health_error: Exception | None = None

    def __post_init__(self) -> None:
        keep()
        self.board = StandingBoard(self.clock)
        self.app = self.make_app()
        self.client: FlaskClient = self.app.test_client()

    def make_app(self, port: int = PORT, **more: Any) -> Flask:
        board = self.board
        views = Views(
            board=board,
            health=self._how,
            fingers=Fingers(self._touch, self._begin, board.hold, board.close, board.instead_of),
            clock=self.clock,
            zone=ZONE,
            training=self.training,
            **more,
        )
        return create_app(views, port)

    def get(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.get(path, base_url=OWN, headers=headers, buffered=True)  # closes the files that it was sent

    def post(self, path: str, fields: dict[str, object], headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post(
            path, base_url=OWN, json=fields, headers={"Origin": OWN} if headers is None else headers
        )

    def aims(self, path: str, **fields: object) -> TestResponse:
        """A finger on what is shown."""
        return self.post(path, {**aim(self.board), **fields})

    def answer(self, language: str = "fr") -> dict[str, Any]:
        """The present state, as the page's script has it."""
        answer = self.get(f"/card?since=-1&lang={language}").json
        assert answer is not None
        return dict(answer)

    def card(self, language: str = "fr") -> str:
        """The present state's HTML."""
        return str(self.answer(language)["html"])

    def simulate(self) -> "Screen":
        self.health = replace(self.health, door_simulated=True)
        return self

    def _how(self) -> Health:
        if self.health_error is not None:
            raise self.health_error
        return self.health

    def _begin(self, seen: Seen, act: Act) -> None:
        self.board.aims(seen)
        self.begun.append(act)

    def _touch(self, seen: Seen, _act: Act, _value: str) -> None:
        self.board.aims(seen)
        if self.undo_error is not None:
            raise self.undo_error
        self.undone.append(seen.ticket)
