"""Reminders to many accounts: in as many statements as to few, and each as if it were the only one."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kiosk.domain.money.allocation import shared
from kiosk.errors import RequestError
from kiosk.money import reminding
from kiosk.money.reminding import Left, Reminding
from kiosk.store.messages import outbox_rows
from kiosk.store.money import tab_rows
from kiosk.store.officers import desk_log, log_audit
from kiosk.store.space.policies import Rules
from tests.conftest import Space


@pytest.fixture
def owing(space: Space) -> Space:
    """Thirty who owe each something else, of whom some paid a part, and the last has a line taken back."""
    for count in range(30):
        number = space.join(f"Personne {count}", f"04A2000000{count:04X}")
        for _ in range(count % 4):
            space.till.sell(number, "carnet-10", None)
        if count % 3 == 0:
            space.till.pay(number, 300, "cash")
    space.till.reverse(space.till.sell(30, "week", None).entry, "une fois de trop")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'p' || number || '@exemple.fr'")
        connection.exec_driver_sql("UPDATE member SET language = 'en' WHERE number % 2 = 0")
    return space


def reminding_of(space: Space) -> Reminding:
    return Reminding(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)


def accounts(space: Space) -> list[int]:
    return [int(str(row[0])) for row in space.sql("SELECT id FROM account WHERE balance_cents > 0 ORDER BY id")]


def asked(act: Callable[[], object]) -> int:
    """How many statements something takes."""
    heard: list[object] = []

    def hear(*said: object) -> None:
        heard.append(said)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    return len(heard)


def by_hand(connection: sa.Connection, account: int, owed: int) -> list[tuple[int, int]]:
    """The newest charges of an account that make up what it owes, worked out one by one; all are of one day, of which
    what was paid is shared in proportion.
    """
    charges = connection.exec_driver_sql(
        "SELECT number, amount_cents FROM entry AS e WHERE amount_cents > 0 AND kind IN ('charge', 'deposit', 'refund')"
        f" AND account_id = {account} AND number NOT IN (SELECT reverses FROM entry WHERE reverses IS NOT NULL)"
        " ORDER BY day_on DESC, number DESC"
    )
    known = [(number, cents) for number, cents in charges][::-1]
    paid = shared(known, sum(cents for _, cents in known) - owed)
    return [(number, cents - paid.get(number, 0)) for number, cents in known if cents > paid.get(number, 0)]


def test_what_many_tabs_are_made_of_is_what_each_of_them_is(owing: Space) -> None:
    with owing.home.store.reading() as connection:
        found = tab_rows.owners(connection, [*accounts(owing), 9999])
        assert [found[account] for account in accounts(owing)] == [
            tab_rows.owner(connection, account) for account in accounts(owing)
        ]
        together = tab_rows.unpaid_of(connection, list(found.values()))
        for account, owner in found.items():
            assert together[account] == tab_rows.unpaid(connection, owner)
            alone = [(line.number, line.cents) for line in together[account]]
            assert alone == by_hand(connection, account, owner.balance_cents)
            shortened = tab_rows.unpaid_of(connection, [owner], 2)[account]
            assert shortened == tab_rows.unpaid(connection, owner)[-2:]
    assert any(len(lines) > 2 for lines in together.values())


def test_many_reminders_are_written_in_as_many_statements_as_few(owing: Space) -> None:
    every, few = accounts(owing), accounts(owing)[:3]

    def written(chosen: list[int]) -> int:
        with owing.home.store.reading() as connection:
            found = list(tab_rows.owners(connection, chosen).values())
            today = Rules(owing.home.config.zone).at(connection, owing.clock.now())[1].day
            return asked(lambda: reminding.words(connection, found, today))

    assert written(few) == written(every)
    assert asked(lambda: reminding_of(owing).send(few)) == asked(lambda: reminding_of(owing).send(every))
    assert owing.sql("SELECT count(*), count(DISTINCT about), count(DISTINCT recipient) FROM outbox") == [(30, 30, 30)]


def test_each_is_written_to_once_a_day_or_left_with_why(owing: Space) -> None:
    settled, unreached, reminded, *others = accounts(owing)
    with owing.home.store.writing() as connection:
        owners = tab_rows.owners(connection, [settled, unreached])
        connection.exec_driver_sql(f"UPDATE member SET email = NULL WHERE number = {owners[unreached].number}")
    number = owners[settled].number
    assert number is not None
    owing.till.pay(number, owners[settled].balance_cents, "cash")
    reminding_of(owing).send([reminded])
    done = reminding_of(owing).send([settled, unreached, reminded, *others, reminded])
    assert [(owner.account, why) for owner, why in done.left] == [
        (settled, Left.SETTLED),
        (unreached, Left.NO_ADDRESS),
        (reminded, Left.TODAY),
    ]
    assert [owner.account for owner in done.sent] == others
    owing.clock.advance(days=1)
    assert [owner.account for owner in reminding_of(owing).send([reminded]).sent] == [reminded]
    with pytest.raises(RequestError, match="9999"):
        reminding_of(owing).send([9999])


def test_the_last_message_about_something_is_the_one_that_was_put_last(owing: Space) -> None:
    with owing.home.store.writing() as connection:
        for about in ("reminder 1.", "reminder 11.", "reminder 1."):
            at = owing.clock.now()
            outbox_rows.put(
                connection, channel=outbox_rows.MAIL, recipient="a@b.fr", subject="s", body="b", about=about, at=at
            )
            owing.clock.advance(days=1)
        last = outbox_rows.made(connection, ["reminder 1.", "reminder 2."])
        assert last == {"reminder 1.": outbox_rows.latest(connection, "reminder 1.", 1)[0].made_at}


def test_lines_of_one_act_are_chained_like_any_others(owing: Space) -> None:
    before = int(str(owing.sql("SELECT max(id) FROM desk_log")[0][0]))
    with owing.home.store.logging() as connection:
        desk_log.add_all(connection, owing.clock.now(), "officer-1", "reminder", [(1, None), (None, "account 9")])
        desk_log.add(connection, owing.clock.now(), "officer-1", "reminder", 2, None)
        desk_log.add_all(connection, owing.clock.now(), "officer-1", "reminder", [])
    assert owing.sql(f"SELECT id - {before}, member_number, what FROM desk_log WHERE id > {before} ORDER BY id") == [
        (1, 1, None),
        (2, None, "account 9"),
        (3, 2, None),
    ]
    with owing.home.store.reading() as connection:
        log_audit.check(connection, owing.home.seal)
