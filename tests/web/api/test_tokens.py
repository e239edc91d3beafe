"""Tokens: what one reads, until when, whose it is, what ends it; limits; one line in the log a token and day."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.domain.members.roles import Role
from kiosk.errors import RequestError
from kiosk.exports.sheets import SHEETS
from kiosk.members import api_tokens
from kiosk.members.officers import Profile
from kiosk.store.engine import Store
from kiosk.web.pages.api import answering
from tests.homes import wrote

from .conftest import TODAY, House, Script, problem

VISITS = "/api/v1/lists/visits"


def _nothing(_house: House, _token: str) -> str:
    return ""


def _other_list(house: House, _token: str) -> str:
    return house.token(lists=["members"])


def _by_hand(house: House, token: str) -> str:
    house.tokens().end(1)
    return token


def _past(house: House, token: str) -> str:
    house.space.clock.advance(days=31)
    return token


def _suspended(house: House, token: str) -> str:
    house.officers().suspend(house.officer(Role.TREASURER))
    return token


def _lost_role(house: House, token: str) -> str:
    house.officers().change(house.officer(Role.TREASURER), Profile("T", ["host"]))
    return token


def _lost_unseen(house: House, token: str) -> str:
    """The role is taken in the database: no act of the program ended the token."""
    officer = house.officer(Role.TREASURER)
    with house.space.home.store.writing() as connection:
        wrote(connection, "DELETE FROM desk_user_role WHERE user_id = ?", officer)
    return token


@pytest.mark.promise(6)
@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        (_nothing, (401, "token-missing")),
        (lambda _house, _token: "kiosk_" + "A" * 43, (401, "token-unknown")),
        (lambda _house, token: token[:-1] + ("A" if token[-1] != "A" else "B"), (401, "token-unknown")),
        (lambda _house, _token: "né", (401, "token-unknown")),
        (lambda _house, _token: "x" * 500, (401, "token-unknown")),
        (_other_list, (403, "token-scope")),
        (_by_hand, (401, "token-over")),
        (_past, (401, "token-over")),
        (_suspended, (401, "token-over")),
        (_lost_role, (401, "token-over")),
        (_lost_unseen, (401, "token-over")),
    ],
)
def test_a_list_is_read_by_a_good_token_and_by_no_other(
    house: House, spoil: Callable[[House, str], str], wanted: tuple[int, str]
) -> None:
    """Nobody, another's list, an ended token, one past its day, one of a removed officer, one whose role is gone."""
    token = house.token(Role.TREASURER, ["visits", "payments"])
    script = house.script(token)
    assert script.get(VISITS).status_code == 200
    script.token = spoil(house, token)
    answer = script.get(VISITS)
    assert problem(answer) == wanted
    assert "Moreau" not in answer.text
    assert answer.headers.get("WWW-Authenticate") == (None if wanted[0] == 403 else 'Bearer realm="kiosk"')


def test_who_regains_a_role_does_not_regain_the_token(house: House) -> None:
    script = house.script(house.token(Role.TREASURER, ["visits"]))
    officer = house.officer(Role.TREASURER)
    house.officers().suspend(officer)
    house.officers().resume(officer)
    assert problem(script.get(VISITS)) == (401, "token-over")


def test_a_token_that_rests_on_the_other_role_stays(house: House) -> None:
    officer = house.officer(Role.TREASURER)
    house.officers().change(officer, Profile("T", ["treasurer", "secretary"]))
    money, rooms = house.token(Role.TREASURER, ["payments"]), house.token(Role.TREASURER, ["bookings"])
    house.officers().change(officer, Profile("T", ["secretary"]))
    assert problem(house.script(money).get("/api/v1/lists/payments")) == (401, "token-over")
    assert house.script(rooms).get("/api/v1/lists/bookings").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_a_token_reads_what_its_officer_may_export_and_nothing_else(house: House, role: Role) -> None:
    allowed = api_tokens.readable([role.value])
    for name in SHEETS:
        if name in allowed:
            assert house.script(house.token(role, [name])).get(f"/api/v1/lists/{name}").status_code == 200
        else:
            with pytest.raises(RequestError, match="token-right"):
                house.token(role, [name])
    assert (len(allowed) == 0) is (role is Role.HOST)


@pytest.mark.parametrize(
    ("label", "lists", "days", "code"),
    [
        ("", ["visits"], 3, "name"),
        ("x" * 81, ["visits"], 3, "name"),
        ("a\u202eb", ["visits"], 3, "name"),
        ("x", [], 3, "token-lists"),
        ("x", ["castles", "visits"], 3, "token-lists"),
        ("x", ["visits"], -1, "token-until"),
        ("x", ["visits"], 367, "token-until"),
    ],
)
def test_a_token_wants_a_name_lists_and_an_end(
    house: House, label: str, lists: list[str], days: int, code: str
) -> None:
    with pytest.raises(RequestError) as refused:
        house.tokens().make(house.officer(Role.PRESIDENT), label, lists, TODAY + timedelta(days=days))
    assert refused.value.code == code


def test_there_are_not_more_tokens_than_somebody_can_look_after(house: House) -> None:
    for _ in range(api_tokens.MOST_TOKENS):
        house.token(lists=["visits"])
    with pytest.raises(RequestError) as refused:
        house.token(lists=["visits"])
    assert refused.value.code == "token-many"
    house.space.clock.advance(days=40)  # all are past their day
    house.token(lists=["visits"], days=60)


@pytest.mark.promise(6)
def test_what_a_token_shows_is_kept_nowhere(house: House) -> None:
    token = house.token()
    house.script(token).get(VISITS)
    content = house.space.home.paths.database.read_bytes()
    for path in house.space.home.paths.database.parent.iterdir():
        content += path.read_bytes()
    assert token.encode() not in content
    assert token.removeprefix("kiosk_").encode() not in content
    assert api_tokens.hashed(token) in content


def test_one_line_a_token_and_day_is_in_the_log(house: House) -> None:
    token, other = house.token(lists=["visits"]), house.token(Role.TREASURER, ["visits", "entries"])
    for script in (house.script(token), house.script(other)):
        for _ in range(3):
            assert script.get(VISITS).status_code == 200
    house.space.clock.advance(days=1)
    house.script(token).get(VISITS)
    president, treasurer = (f"officer:{house.officer(role)}" for role in (Role.PRESIDENT, Role.TREASURER))
    assert house.log() == [
        ("cli", "token-made", "token 1 visits"),
        ("cli", "token-made", "token 2 visits entries"),
        (president, "token-used", "token 1 visits"),
        (treasurer, "token-used", "token 2 visits entries"),
        (president, "token-used", "token 1 visits"),
    ]
    house.tokens().end(2)
    assert house.log()[-1] == ("cli", "token-ended", "token 2")


def test_reading_writes_nothing_but_that_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so it never waits for a tap's turn, nor a tap for it."""
    script = house.script(house.token(lists=["visits"]))
    assert script.get(VISITS).status_code == 200

    def writing(_store: Store) -> None:
        raise AssertionError("a reading writes")

    monkeypatch.setattr(Store, "writing", writing)
    for _ in range(5):
        assert script.get(VISITS).status_code == 200


def test_only_one_s_own_token_is_ended_where_it_is_asked_for_as_such(house: House) -> None:
    house.token(Role.TREASURER, ["visits"])
    with pytest.raises(RequestError) as refused:
        house.tokens().end(1, house.officer(Role.SECRETARY))
    assert refused.value.code == "no-such-token"
    house.tokens().end(1, house.officer(Role.TREASURER))
    with pytest.raises(RequestError):
        house.tokens().end(1)


# --- limits


def test_a_token_that_asks_too_often_waits_and_another_from_the_same_address_does_not(house: House) -> None:
    greedy, other = house.script(house.token(lists=["visits"])), house.token(lists=["visits"])
    answers = [greedy.get(VISITS).status_code for _ in range(answering.ASKED + 2)]
    assert answers[: answering.ASKED] == [200] * answering.ASKED
    answer = greedy.get(VISITS)
    assert problem(answer) == (429, "too-often")
    assert int(answer.headers["Retry-After"]) > 0
    greedy.token = other
    assert greedy.get(VISITS).status_code == 200


def test_who_guesses_tokens_is_held_back_and_the_desk_is_not_asked_any_more(house: House) -> None:
    guesser = house.script("kiosk_" + "A" * 43)
    answers = [guesser.get(VISITS).status_code for _ in range(answering.WRONG + 5)]
    assert answers == [401] * answering.WRONG + [429] * 5
    asked = len(house.heard)
    guesser.get(VISITS)
    assert len(house.heard) == asked
    guesser.address = "203.0.113.8"
    assert problem(guesser.get(VISITS)) == (401, "token-unknown")


def test_others_guesses_from_one_address_keep_a_good_token_out_no_longer_than_it_is_unknown(house: House) -> None:
    script = house.script(house.token(lists=["visits"]))
    assert script.get(VISITS).status_code == 200
    good, script.token = script.token, "kiosk_" + "A" * 43
    for _ in range(answering.WRONG + 5):
        script.get(VISITS)
    script.token = good
    assert script.get(VISITS).status_code == 200


def test_members_pages_and_the_api_hold_nobody_back_for_each_other(house: House) -> None:
    script = Script(house)
    for _ in range(answering.ASKED + 5):
        script.get("/api/v1/public/prices")
    assert problem(script.get("/api/v1/public/prices")) == (429, "too-often")
    assert script.get("/").status_code == 200
