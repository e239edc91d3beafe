"""Who could do which act that takes two: every officer alone, pairs, one on leave, one by the other's doing, one only.

The acts are those that the code names (`ROLES` and the corrections): one without a line here fails.

A table by cast: what the act of each officer became (`done`, `waits`, `403`), what the yes of the others did, and what
was left after 14 days. The acts go through their routes, on one furnished home a cast.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

import kiosk
from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.members.acts_by_two import ROLES, RULE
from kiosk.money.second_officer import CORRECTIONS
from kiosk.money.till import Till
from kiosk.store.money import second_look_rows
from kiosk.store.officers import asked_acts, desk_users, officer_hands
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common.permissions import Role
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.officers.test_accounts import attempt, choose, number_of
from tests.web.desk.officers.test_two_officers import NEW, vouch

P, T, S, H = Role.PRESIDENT, Role.TREASURER, Role.SECRETARY, Role.HOST
MONEY_ACTS = ("reverse", "refund", "write-off", "loosen", "call-off", "count")
ACTS = (*MONEY_ACTS, "merge", "heads", "outsider", "own-file")
COMING = ("sponsors_are_permanents", "second_factor")  # rules that would protect more in spring, one an officer
UIDS = [f"04B1C2D3E4F5{number:02d}" for number in range(17)]


@pytest.fixture
def space(space: Space) -> Space:
    """For each officer a member to reverse, one to write off, one with an advance; two pairs of twins with days for
    hosting; cash in the box; a sum of 3,00.
    """
    for number, uid in enumerate(UIDS):
        space.join(f"Zoé Martin {number}", uid)
    home = space.home
    till = Till(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")
    for number in range(9, 13):
        till.pay(number, 5000, "cash")
    with home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO banked_day (member_id, days, from_on, reason, given_by, given_at) SELECT id, 2, '2026-11-01',"
            " 'accueil', 'officer:1', '2026-11-01T08:00:00.000000Z' FROM member WHERE number IN (14, 16)"
        )
        for name in COMING:
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES (?, '2027-03-01', 'true')", (name,)
            )
        for number in range(5, 9):  # accounts of no file, one for each officer to declare
            made = desk_users.add(connection, f"b{number}@exemple.fr", "", [H.value], space.clock.now(), None)
            assert made == number
        connection.exec_driver_sql("INSERT INTO head_recipient (user_id, entry_number) VALUES (1, 1), (2, 1)")
    space.rule("second_officer_cents", "300")
    return space


def _account(space: Space, number: int) -> int:
    query = f"SELECT a.id FROM account a JOIN member m ON m.id = a.member_id WHERE m.number = {number}"
    return int(str(space.sql(query)[0][0]))


def act(desk: Desk, officer: Officer, what: str, index: int) -> TestResponse | int:
    """Do an act on what is for the officer of this index alone."""
    space, key = desk.space, f"{ACTS.index(what) * 16 + index + 1:032x}"
    account = _account(space, index + {"write-off": 5, "refund": 9}.get(what, 1))
    if what == "reverse":
        query = f"SELECT min(number) FROM entry WHERE kind = 'charge' AND account_id = {account}"
        path = f"/money/entries/{space.sql(query)[0][0]}/reverse"
        return officer.post(path, {"reason": "erreur", "key": key})
    if what in ("refund", "write-off"):
        form = {"amount": "4", "method": "transfer", "reason": "geste", "key": key}
        return officer.post(f"/money/accounts/{account}/{what}", form)
    if what == "loosen":
        form = {"value": str(9 + index), "valid_from": f"2026-12-0{index + 1}", "decided_by": "CA", "confirmed": "yes"}
        return officer.post("/rules/policy/second_officer_cents", form)
    if what == "count":
        form = {"step": "write", "coin-500": str(index), "reason": "je ne sais pas", "key": key}
        return officer.post("/books/cash/count", form)
    if what == "merge":
        kept = 13 if index == 0 else 15
        return officer.post(f"/members/{kept}/merge", {"other": str(kept + 1)})
    if what == "call-off":
        ((row,),) = space.sql(f"SELECT id FROM policy WHERE name = '{COMING[index % 2]}' ORDER BY id DESC LIMIT 1")
        return officer.post(f"/rules/call-off/policy/{row}")
    if what == "outsider":
        return officer.post(f"/users/{5 + index}/outsider")
    if what == "own-file":
        return officer.post("/users/1", {"name": "P", "roles": ["president"], "member": "17"})
    return officer.post("/books/heads/recipients", {"user": ["3", "4"]})


def _marks(space: Space) -> tuple[int, int]:
    """How many acts wait, and a number that grows with each that is done."""
    waits = space.sql("SELECT (SELECT count(*) FROM second_look) + (SELECT count(*) FROM asked_act)")
    done = space.sql(
        "SELECT (SELECT count(*) FROM entry WHERE kind IN ('reversal', 'refund', 'write-off', 'count'))"
        " + (SELECT count(*) FROM policy WHERE name = 'second_officer_cents')"
        " + (SELECT count(*) FROM member WHERE merged_into IS NOT NULL)"
        " + (SELECT count(*) FROM head_recipient WHERE user_id = 3) + (SELECT count(*) FROM rule_called_off)"
        " + (SELECT count(*) FROM desk_user WHERE id > 4 AND outsider_on IS NOT NULL)"
        " + (SELECT count(*) FROM desk_user WHERE member_id IS NOT NULL)"
    )
    return int(str(waits[0][0])), int(str(done[0][0]))


def outcome(desk: Desk, officer: Officer, what: str, index: int) -> str:
    before = _marks(desk.space)
    answer = act(desk, officer, what, index)
    status = answer if isinstance(answer, int) else answer.status_code
    if status in (302, 403):
        return str(status)
    after = _marks(desk.space)
    if after[0] > before[0]:
        return "waits" if after[1] == before[1] or what == "count" else "both"
    return "done" if after[1] > before[1] else f"refused {status}"


def _lines(desk: Desk) -> tuple[list[str], list[str]]:
    with desk.space.home.store.reading() as connection:
        looks = [f"{each.id}:{each.asked.digest}" for each in second_look_rows.waiting(connection)]
        acts = [f"{each.id}:{each.asked.digest}" for each in asked_acts.waiting(connection)]
    return looks, acts


def agree(desk: Desk, officer: Officer) -> None:
    """Say yes to all that waits, as it stands."""
    looks, acts = _lines(desk)
    officer.post("/two/corrections/accept", {"yes": looks})
    officer.post("/two/acts/accept", {"yes": acts})


def alone(desk: Desk, officer: Officer) -> None:
    looks, acts = _lines(desk)
    for line in looks:
        number, _, digest = line.partition(":")
        officer.post(f"/two/corrections/{number}/alone", {"digest": digest})
    officer.post("/two/acts/alone", {"yes": acts})


def waiting(desk: Desk) -> set[str]:
    """What waits still, by kind."""
    kinds = desk.space.sql(
        "SELECT kind FROM second_look WHERE state = 'open' UNION ALL SELECT kind FROM asked_act WHERE state = 'open'"
    )
    names = {RULE: "loosen"}
    return {names.get(str(kind), str(kind)) for (kind,) in kinds}


def _inactive(desk: Desk, *roles: Role) -> None:
    with desk.space.home.store.writing() as connection:
        for role in roles:
            desk_users.change(connection, number_of(desk, f"{role.value}@exemple.fr"), active=False)


def pair(desk: Desk) -> Officer:
    return desk.sign_in(T)


def one_on_leave(desk: Desk) -> None:
    desk.sign_in(P).post(f"/users/{number_of(desk, 'treasurer@exemple.fr')}/suspend")


def link_lost(desk: Desk) -> Officer:
    """The president gives the treasurer a link and follows it: two browsers of one person."""
    page = desk.sign_in(P).post(f"/users/{number_of(desk, 'treasurer@exemple.fr')}/link").get_data(as_text=True)
    path = "/reset/" + page.partition('value="https://localhost/reset/')[2].partition('"')[0]
    assert choose(desk.stranger(), path, NEW) == "/login"
    officer = desk.stranger()
    assert attempt(desk, "treasurer@exemple.fr", NEW, officer) == 302
    return officer


def made_by_the_president(desk: Desk) -> Officer:
    """Long ago; the secretary could vouch, and has not."""
    long_ago = desk.space.clock.now() - timedelta(days=90)
    with desk.space.home.store.writing() as connection:
        officer_hands.add(connection, number_of(desk, "treasurer@exemple.fr"), 1, "user-add", long_ago)
    return desk.sign_in(T)


def left_long_ago(desk: Desk) -> None:
    _inactive(desk, T)


def only_one(desk: Desk) -> None:
    _inactive(desk, T, S, H)


OF_ALL = ("merge", "heads", "outsider", "own-file")  # the secretary is asked, too
ALL_WAIT, ALL_DONE = dict.fromkeys(ACTS, "waits"), dict.fromkeys(ACTS, "done")
CASTS: list[tuple[Callable[[Desk], Officer | None], dict[str, str], set[str], set[str]]] = [
    # cast, what became of the president's acts, what the treasurer's yes left, what 14 days left
    (pair, ALL_WAIT, {"merge"}, set()),
    (one_on_leave, ALL_WAIT, set(ACTS), set()),
    (link_lost, ALL_WAIT, set(ACTS), set()),
    (made_by_the_president, ALL_WAIT, set(ACTS), set()),
    (left_long_ago, {**ALL_DONE, **dict.fromkeys(OF_ALL, "waits")}, set(OF_ALL), set()),
    (only_one, {**ALL_DONE, "heads": "refused 400"}, set(), set()),
]


@pytest.mark.parametrize(("cast", "became", "left", "after"), CASTS, ids=[each[0].__name__ for each in CASTS])
def test_what_a_president_could_do_alone_and_with_whom(
    desk: Desk,
    cast: Callable[[Desk], Officer | None],
    became: dict[str, str],
    left: set[str],
    after: set[str],
) -> None:
    second, president = cast(desk), desk.sign_in(P)
    assert {what: outcome(desk, president, what, 0) for what in ACTS} == became
    agree(desk, president)
    assert waiting(desk) == {what for what, how in became.items() if how == "waits"}, "nobody agrees to their own"
    if second is not None:
        agree(desk, second)
    assert waiting(desk) == left
    desk.space.clock.advance(days=13)
    alone(desk, desk.sign_in(P))
    assert waiting(desk) == left
    desk.space.clock.advance(days=1)
    alone(desk, desk.sign_in(P))
    assert waiting(desk) == after, "nobody is locked out for ever"


def test_nothing_that_waits_holds_up_a_closing(desk: Desk) -> None:
    """Of all kinds, a count with its difference among them: the month and the year are closed over them."""
    space = desk.space
    president = desk.sign_in(P)
    assert {what: outcome(desk, president, what, 0) for what in ACTS} == ALL_WAIT
    space.clock.set(datetime(2027, 1, 4, 9, tzinfo=UTC))
    home = space.home
    rules, store = Rules(home.config.zone), home.store
    closings = Closings(store=store, rules=rules, seal=home.seal, clock=space.clock, actor="officer:2")
    assert len(closings.close_days()) > 30
    for month in (11, 12):
        assert closings.close(Period.MONTH, date(2026, month, 15)).until_on.month == month
    assert closings.close(Period.YEAR, date(2026, 11, 25)).until_on == date(2026, 12, 31)
    assert waiting(desk) == set(ACTS)
    ((counted,),) = space.sql("SELECT count(*) FROM entry WHERE kind = 'count'")
    assert counted == 1, "what was counted is in the books that were closed"


EACH: list[tuple[Role, dict[str, str]]] = [
    (P, ALL_WAIT),
    (T, {**dict.fromkeys(MONEY_ACTS, "waits"), **dict.fromkeys(OF_ALL, "403")}),
    (S, {**dict.fromkeys(ACTS, "403"), "merge": "waits"}),
    (H, dict.fromkeys(ACTS, "403")),
]


def test_what_each_officer_could_do_alone(desk: Desk) -> None:
    officers = {role: desk.sign_in(role) for role, _ in EACH}
    for index, (role, became) in enumerate(EACH):
        assert {what: outcome(desk, officers[role], what, index) for what in ACTS} == became, role
    agree(desk, officers[H])
    agree(desk, officers[S])
    assert waiting(desk) == {*MONEY_ACTS, "merge"}, "the secretary agrees to heads, accounts, and a merge"
    agree(desk, officers[T])
    agree(desk, officers[P])
    assert waiting(desk) == {*MONEY_ACTS, "merge"}, "an account that got its file today agrees to nothing"
    vouch(desk, officers[S], 1)
    agree(desk, officers[P])
    assert waiting(desk) == {"loosen"}, "the rule is not what it was when the treasurer asked: it is asked anew"


AGREES: dict[str, set[Role]] = {
    **{what: {P, T} for what in MONEY_ACTS},
    **{what: {P, T, S} for what in ("heads", "outsider", "own-file")},
    "merge": {P, S},
}
"""Whose yes each act takes, but for the one who asked."""


@pytest.mark.parametrize("order", [(H, S, T, P), (P, T, S, H)], ids=["least first", "most first"])
def test_whose_yes_is_enough_for_whom(desk: Desk, order: tuple[Role, ...]) -> None:
    """Every pair of officers: each is asked in turn about all that another one let wait, and does what is theirs."""
    officers = {role: desk.sign_in(role) for role, _ in EACH}
    for index, (asker, became) in enumerate(EACH):
        for what in ACTS:
            outcome(desk, officers[asker], what, index)
        left = {what for what, how in became.items() if how == "waits"}
        assert waiting(desk) == left
        for second in order:
            agree(desk, officers[second])
            left -= {what for what in left if second in AGREES[what] and second != asker}
            assert waiting(desk) == left, (asker, second)
        assert not left
        vouch(desk, officers[S], 1)  # whose file came today


# Where an act is let wait: each module of the desk's and of the command line, and which lines of the table it is. What
# the command line does is tried in tests/cli/test_acts_by_the_machine.py.
LETS_WAIT: dict[str, set[str]] = {
    "web/desk/books/heads.py": {"heads"},
    "web/desk/books/invoice_acts.py": {"reverse"},  # entries of an invoice, each as by its own page
    "web/desk/members/merge_forms.py": {"merge"},
    "web/desk/money/cash_forms.py": {"count"},
    "web/desk/money/corrections.py": {"reverse"},  # where it would wait, it is taken back from its own page
    "web/desk/money/reversals.py": {"reverse", "refund", "write-off"},
    "web/desk/officers/two.py": set(ACTS),  # agreed to, declined, done alone
    "web/desk/officers/agreed_acts.py": {"outsider", "own-file"},  # done, once it is agreed to
    "web/desk/officers/users.py": {"outsider", "own-file"},
    "web/desk/space/rule_forms.py": {"loosen", "call-off"},
    "cli/desk.py": {"outsider", "own-file"},
    "cli/books/archive.py": {"heads"},
    "cli/books/invoices.py": {"reverse"},
    "cli/members/members.py": {"merge"},
    "cli/money/cash.py": {"count"},
    "cli/money/payments.py": {"reverse", "refund", "write-off"},
}


def test_each_page_and_command_that_lets_an_act_wait_stands_in_the_table() -> None:
    asks = re.compile(r"(?:office\(\)|\bdesk|\bof)\.(?:acts_)?by_two\b|AccountFiles\.of")
    root = Path(kiosk.__file__).parent
    there = {
        str(path.relative_to(root))
        for folder in ("web", "cli")
        for path in (root / folder).rglob("*.py")
        if asks.search(path.read_text("utf-8"))
    }
    assert there == LETS_WAIT.keys()
    assert set().union(*(acts for path, acts in LETS_WAIT.items() if not path.endswith("/two.py"))) == set(ACTS)


def test_each_kind_that_waits_stands_in_the_table() -> None:
    kinds = {*ROLES, *CORRECTIONS}
    assert {"loosen" if kind == RULE else kind for kind in kinds} == set(ACTS)
