"""What calls outwards: a page for each payment, what became of it, the list of the night, and all that goes wrong."""

import io
import logging

import pytest

from kiosk.domain.money.checkout import Made
from kiosk.domain.money.online import Event, State, Why
from kiosk.errors import MachineError
from kiosk.money.online.platform import Platform, Wish
from kiosk.store.money import online_rows
from tests.cli.test_commands import Kiosk
from tests.helloasso import BUSY, DOWN, LOST, NONSENSE, REFUSED, SECRET
from tests.money.online.house import ADDRESS, CENTS, PayingHouse

INTENTS = "/v5/organizations/la-coroutine/checkout-intents"
LIST = "GET /v5/organizations/la-coroutine/payments"


def test_page_is_asked_for_with_our_sum_and_reference_and_kept_before_anything_is_shown(paying: PayingHouse) -> None:
    id_ = paying.ask()
    assert (paying.state(id_), paying.row(id_).link) == ("made", None)
    assert paying.call().pages == 1
    (page,) = paying.platform.pages
    wish = paying.platform.intents[page]
    assert (wish["totalAmount"], wish["initialAmount"], wish["containsDonation"]) == (CENTS, CENTS, False)
    assert wish["metadata"] == {"payment": paying.row(id_).token.hex()}
    assert {wish[name] for name in ("backUrl", "errorUrl", "returnUrl")} == {f"{ADDRESS}/m/online-back?v={id_}"}
    assert paying.state(id_) == "intended"
    assert paying.row(id_).link == f"{paying.platform.url}/checkout/{page}"
    assert paying.space.sql("SELECT intent FROM online_payment") == [(str(page),)]


def test_paid_page_is_heard_and_nothing_is_entered_by_what_calls(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    assert paying.call().heard == 1
    assert (paying.row(id_).heard, paying.state(id_), paying.standing()) == (Event.PAID, "intended", [])
    asked = len(paying.platform.asked)
    assert paying.call().heard == 0
    assert len(paying.platform.asked) == asked, "it is not asked again before the desk has entered it"


def test_nothing_is_asked_where_nothing_waits(paying: PayingHouse) -> None:
    paying.call()
    assert paying.platform.asked == []
    paying.paid()
    paying.platform.asked.clear()
    paying.call()
    assert paying.platform.asked == []


def test_one_token_serves_until_it_ends_and_one_that_is_refused_is_replaced(paying: PayingHouse) -> None:
    paying.ask()
    paying.call()
    paying.call()
    assert paying.platform.asked.count("POST /oauth2/token") == 1
    paying.space.clock.advance(minutes=29)
    paying.call()
    assert paying.platform.asked.count("POST /oauth2/token") == 2
    paying.platform.fail(REFUSED, on="GET")
    assert paying.call().over == 0
    assert paying.platform.asked.count("POST /oauth2/token") == 3


@pytest.mark.remedy("online secret", "online-refused")
def test_key_that_the_platform_refuses_is_told_after_one_try_and_the_right_one_serves(
    paying: PayingHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paying.space.home.paths.online_secret.write_text("un-autre\n", "utf-8")
    id_ = paying.ask()
    with pytest.raises(MachineError) as refused:
        paying.call()
    assert refused.value.code == "online-refused"
    assert paying.state(id_) == "made"
    assert paying.platform.asked == ["POST /oauth2/token"]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert Kiosk(paying.space.home.paths.root, capsys)("online", "secret")[0] == 0
    assert paying.call().pages == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [(LOST, "online-away"), (BUSY, "online-busy"), (DOWN, "online-away"), (NONSENSE, "online-answer")],
)
def test_page_whose_answer_is_lost_is_asked_for_again_and_one_page_is_shown(
    paying: PayingHouse, fault: str, code: str
) -> None:
    id_ = paying.ask()
    paying.platform.fail(fault, on=f"POST {INTENTS}")
    with pytest.raises(MachineError) as told:
        paying.call()
    assert told.value.code == code
    assert (paying.state(id_), paying.row(id_).link) == ("made", None)
    paying.call()
    assert paying.row(id_).link == f"{paying.platform.url}/checkout/{paying.platform.pages[-1]}"


def test_lost_secret_ends_the_pass_and_is_told_even_after_a_wrong_answer(
    paying: PayingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    paying.ask(CENTS, 0)
    paying.ask(CENTS + 100, 0)
    paying.ask(CENTS + 200, 0)
    faults = [MachineError("online-answer", "nonsense"), MachineError("key", "the secret is gone")]

    def page(self: Platform, wish: Wish) -> Made:
        raise faults.pop(0)

    monkeypatch.setattr(Platform, "page", page)
    with pytest.raises(MachineError) as told:
        paying.call()
    assert (told.value.code, faults) == ("key", []), "the third payment is not asked for"


@pytest.mark.parametrize("fault", [LOST, BUSY, DOWN, NONSENSE])
def test_answer_about_a_payment_that_is_lost_is_asked_for_again(paying: PayingHouse, fault: str) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.platform.fail(fault, on=f"GET {INTENTS}")
    with pytest.raises(MachineError):
        paying.call()
    assert (paying.state(id_), paying.row(id_).heard) == ("intended", None)
    assert paying.call().heard == 1


def test_payment_that_is_answered_wrongly_holds_up_no_other(paying: PayingHouse) -> None:
    first, second = paying.ask(), paying.ask(900)
    paying.call()
    del paying.platform.intents[paying.platform.pages[0]]
    paying.platform.pay(paying.platform.pages[0])
    with pytest.raises(MachineError) as told:
        paying.call()
    assert told.value.code == "online-answer"
    assert (paying.row(first).heard, paying.row(second).heard) == (None, Event.PAID)


def test_platform_that_is_too_busy_is_left_alone_for_the_rest_of_the_pass(paying: PayingHouse) -> None:
    paying.ask()
    paying.ask(900)
    paying.call()
    paying.platform.asked.clear()
    paying.platform.fail(BUSY)
    with pytest.raises(MachineError, match="429"):
        paying.call()
    assert len(paying.platform.asked) == 1


def test_payment_is_asked_about_for_45_minutes_and_then_over(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.space.clock.advance(minutes=44)
    paying.call()
    assert paying.state(id_) == "intended"
    paying.space.clock.advance(minutes=2)
    assert paying.call().over == 1
    assert (paying.state(id_), paying.row(id_).link) == ("expired", None)
    paying.platform.asked.clear()
    paying.call()
    assert paying.platform.asked == []


def test_payment_whose_time_is_over_without_a_page_is_not_asked_for(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.space.clock.advance(minutes=46)
    paying.call()
    assert (paying.state(id_), paying.platform.asked) == ("expired", [])


def test_platform_that_is_away_for_an_hour_leaves_nothing_open(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.space.clock.advance(minutes=46)
    paying.platform.fail(DOWN)
    with pytest.raises(MachineError):
        paying.call()
    assert paying.state(id_) == "expired"
    paying.night()
    assert paying.call().heard == 1
    paying.enter()
    assert (paying.state(id_), paying.standing()) == ("paid", [CENTS])


def test_link_that_is_not_the_platforms_own_is_not_kept(paying: PayingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = paying.ask()
    monkeypatch.setattr(
        paying.platform, "_intend", lambda _wish: (200, {"id": 9, "redirectUrl": "http://voleur.example/"})
    )
    with pytest.raises(MachineError) as told:
        paying.call()
    assert told.value.code == "online-answer"
    assert paying.row(id_).link is None


@pytest.mark.parametrize(
    ("link", "is_theirs"),
    [
        ("https://www.helloasso.com/associations/x/checkout/1", True),
        ("https://helloasso.com/x", True),
        ("http://www.helloasso.com/x", False),
        ("https://helloasso.com.voleur.example/x", False),
        ("https://nothelloasso.com/x", False),
        ("https://voleur.example/helloasso.com", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_an_address_of_helloasso_is_a_page_of_theirs(paying: PayingHouse, link: str, is_theirs: bool) -> None:
    from kiosk.config import OnlineConfig

    paths, now = paying.space.home.paths, paying.space.clock.now()
    platform = Platform(OnlineConfig("la-coroutine", "x"), paths.online_secret, paths.online_token, now)
    assert platform.is_theirs(link) == is_theirs


# --- the list of the night


def test_list_of_the_night_finds_what_was_paid_late(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.space.clock.advance(minutes=50)
    paying.call()
    assert paying.state(id_) == "expired"
    paying.platform.pay(paying.platform.pages[0])
    paying.call()
    assert paying.row(id_).heard is None, "the list is read at night"
    paying.night()
    result = paying.call()
    assert (result.heard, result.is_listed) == (1, True)
    assert paying.row(id_).heard is Event.PAID
    paying.platform.asked.clear()
    paying.call()
    assert paying.platform.asked == [], "once a night"


def test_a_payment_made_shortly_before_the_hour_of_the_list_is_looked_for_that_night(paying: PayingHouse) -> None:
    """Its moment and the hour are of one day in UTC, too."""
    paying.space.clock.advance(hours=16, minutes=38)  # 1 h 30 in Lille
    paying.ask()
    assert not paying.call().is_listed
    paying.space.clock.advance(hours=1, minutes=29)
    assert not paying.call().is_listed
    paying.space.clock.advance(minutes=2)
    assert paying.call().is_listed
    assert not paying.call().is_listed, "once a night"


@pytest.mark.parametrize(
    ("state", "refunds", "event", "why"),
    [
        ("Refunded", (CENTS,), Event.REFUNDED, None),
        ("Contested", (), Event.CONTESTED, Why.CONTESTED),
        ("Refunded", (500,), Event.DIFFERS, Why.PART),
        ("Authorized", (500,), Event.DIFFERS, Why.PART),
    ],
)
def test_list_of_the_night_finds_refunds_and_contests(
    paying: PayingHouse, state: str, refunds: tuple[int, ...], event: Event, why: Why | None
) -> None:
    id_, _, number = paying.paid()
    paying.platform.becomes(number, state, *refunds)
    paying.night(40)
    paying.call()
    assert (paying.row(id_).heard, paying.row(id_).why) == (event, why)


def test_list_that_says_everything_twice_changes_nothing(paying: PayingHouse) -> None:
    id_, _, _ = paying.paid()
    paying.platform.doubles = True
    paying.night()
    assert paying.call().heard == 0
    assert paying.state(id_) == "paid"


def test_second_payment_of_one_order_is_for_an_officer(paying: PayingHouse) -> None:
    id_, page, number = paying.paid()
    paying.platform.pay(page)
    paying.night()
    paying.call()
    assert (paying.row(id_).heard, paying.row(id_).why, paying.row(id_).payment) == (
        Event.DIFFERS,
        Why.TWICE,
        str(number),
    )


def test_list_is_read_whole_page_by_page_and_tells_of_others_payments_too(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.strange = [
        {"id": n, "amount": CENTS, "state": "Authorized", "order": {"id": n, "organizationSlug": "la-coroutine"}}
        for n in range(205)
    ]
    paying.platform.pay(paying.platform.pages[0])
    paying.space.clock.advance(minutes=50)
    with paying.space.home.store.writing() as connection:
        online_rows.expire(connection, id_)
    paying.night()
    paying.platform.asked.clear()
    assert paying.call().heard == 1
    assert paying.platform.asked.count(LIST) == 3


@pytest.mark.parametrize("fault", [LOST, BUSY, DOWN, REFUSED, NONSENSE])
def test_list_that_fails_is_read_by_the_next_pass(paying: PayingHouse, fault: str) -> None:
    id_, _, number = paying.paid()
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.night()
    paying.platform.fail(fault, on=LIST)
    if fault == REFUSED:  # a new token is had at once
        paying.call()
    else:
        with pytest.raises(MachineError):
            paying.call()
        assert paying.row(id_).heard is None
        paying.call()
    assert paying.row(id_).heard is Event.REFUNDED


def test_list_never_makes_a_payment_paid_by_itself(paying: PayingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = paying.ask()
    paying.call()
    page = paying.platform.pages[0]
    paying.space.clock.advance(minutes=50)
    paying.call()
    paying.platform.pay(page)
    told = paying.platform._told
    monkeypatch.setattr(paying.platform, "_told", lambda number: told(number) | {"order": None})
    paying.night()
    paying.call()
    assert (paying.state(id_), paying.row(id_).heard) == ("expired", None)


def test_payments_of_four_months_ago_are_asked_about_no_more(paying: PayingHouse) -> None:
    paying.paid()
    paying.night(121)
    paying.platform.asked.clear()
    paying.call()
    assert paying.platform.asked == []


# --- what is not told


def test_neither_secret_nor_token_is_in_any_log_or_error(paying: PayingHouse, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    paying.ask()
    for fault in (REFUSED, LOST, NONSENSE, DOWN):
        paying.platform.fail(fault, on=f"POST {INTENTS}")
        try:
            paying.call()
        except MachineError as told:
            assert SECRET not in str(told)
            assert "jeton" not in str(told)
    assert SECRET not in caplog.text
    assert "jeton" not in caplog.text
    for path in (paying.space.home.paths.online_secret, paying.space.home.paths.online_token):
        assert path.stat().st_mode & 0o777 == 0o600


def test_house_without_https_or_without_an_account_asks_nothing(paying: PayingHouse) -> None:
    id_ = paying.ask()
    path = paying.space.home.paths.config
    path.write_text(path.read_text("utf-8").replace(ADDRESS, "http://membres.example.org"), "utf-8")
    paying.call()
    assert (paying.state(id_), paying.platform.asked) == (State.MADE.value, [])
