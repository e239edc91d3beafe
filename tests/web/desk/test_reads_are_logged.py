"""Whoever reads another's file leaves a line in the officers' log: every page and every command is walked."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from kiosk.domain.members.roles import Role
from tests.conftest import Space
from tests.web.desk import walking
from tests.web.desk.conftest import HTTPS, Desk

NAME, EMAIL, PHONE = "Zébulon Quatremère", "zebulon@exemple.fr", "0612345678"
UID = "04B1C2D3E4F501"
# Pages about one act or one thing, in which a name stands beside it; no page of these says more of the person.
BESIDE: dict[str, str] = {}


@pytest.fixture
def known(space: Space) -> Space:
    """A home with one person in it, whose file is full."""
    number = space.join(NAME, UID)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = ?, phone = ? WHERE number = ?", (EMAIL, PHONE, number))
    space.tap(UID)
    space.till.pay(number, 300, "cash")
    return space


def values(space: Space) -> Mapping[str, object]:
    """What leads to this person, by the names of a path's parts."""
    (account,), (entry,), (visit,) = (
        space.sql("SELECT id FROM account WHERE member_id = 1")[0],
        space.sql("SELECT number FROM entry WHERE kind = 'charge' ORDER BY number DESC")[0],
        space.sql("SELECT id FROM visit")[0],
    )
    return {"number": 1, "account": account, "account_id": account, "entry": entry, "visit": visit}


def test_every_page_about_somebody_leaves_a_line(desk: Desk, known: Space) -> None:
    president = desk.sign_in(Role.PRESIDENT)
    given, silent, telling = values(known), [], []
    for rule in walking.rules(desk.app):
        if rule.endpoint in walking.OPEN or "GET" not in (rule.methods or ()):
            continue
        own = {name: value for name, value in given.items() if name in rule.arguments}
        before = known.sql("SELECT count(*) FROM desk_log WHERE member_number = 1")
        answer = president.client.get(walking.path(desk.app, rule, **own), base_url=HTTPS)
        page = answer.get_data().decode("utf-8", "replace")
        is_logged = known.sql("SELECT count(*) FROM desk_log WHERE member_number = 1") != before
        if (EMAIL in page or PHONE in page) and not is_logged:
            telling.append(rule.rule)
        elif rule.arguments and "Quatremère" in page and not is_logged and rule.endpoint not in BESIDE:
            silent.append(rule.endpoint)
    assert (silent, telling) == ([], [])


def test_a_file_that_is_read_while_the_clock_is_not_sure_leaves_its_line_too(desk: Desk, known: Space) -> None:
    known.clock.set(known.clock.now() - timedelta(days=1))
    president = desk.sign_in(Role.PRESIDENT)
    assert "pas sûre" in president.page("/members/1", headers={"Accept-Language": "fr"})
    lines = known.sql("SELECT act FROM desk_log WHERE member_number = 1 AND actor <> 'cli'")
    assert lines == [("read-file",)]
