"""Every route of the pages, as the program has them, by each that is not its member's telephone: another
member's, another of the same member, one that was ended, and one with nothing. A route without a row fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.domain.checkin import consent
from kiosk.web.member_pages import answers, online_views, papers
from kiosk.web.pages.app import create_app
from kiosk.web.pages.speech import View
from tests.web.pages.conftest import Browser, House
from tests.web.pages.test_paying import Paying, paying

__all__ = ["paying"]
READS = sorted({*consent.TELEPHONE_READS, *answers.OWN_VIEWS, "online", *online_views.WAITS})
DOES = sorted({*consent.TELEPHONE_DOES, *answers.OWN_DOES, *online_views.DOES})
CHANGED = (
    "entry",
    "correction",
    "online_payment",
    "booking",
    "signup",
    "document",
    "public_request",
    "outbox",
    "telephone",
)
"""Tables that a request of theirs may not touch."""
FREE = {
    "first": "the account of whose telephone it is, else the way in",
    "behind": "what a QR leads to: looking counts nothing",
    "scan": "a scan, worth only what the screen showed",
    "wait": "how a telephone's own pairing stands",
    "ask_code": "every address is answered alike",
    "enter_code": "worth only the code that was mailed",
    "public_work": "public", "public_work_send": "public",
    "public_let": "public", "public_let_send": "public",
    "public_agenda": "public", "public_agenda_send": "public",
    "asked": "worth only a link that is signed", "asked_act": "worth only a link that is signed",
    "font": "a file of the program", "static": "a file of the program", "healthz": "whether it runs",
    "api": "scripts, by their own tokens: tests/web/api",
}  # fmt: skip
"""Routes that hold nothing of a member for who has no session there; `test_socket` and others hold each to it."""
OWN = {
    "page": ("GET", "/m/{}", READS),
    "act": ("POST", "/m/{}", DOES),
    "fetch": ("POST", "/papers/{}", list(papers.PAPERS)),
}
"""Routes of a session: how they are asked, and for what."""
ENDS = ("/m/phone-end", "/m/phones-end")


@dataclass
class Robbed:
    """Inès's things, as somebody else may have read them over her shoulder: her flow, and numbers that are hers."""

    paying: Paying

    @property
    def flow(self) -> str:
        """A page of hers that was drawn just now: only so many of the last ones are known."""
        view = self.paying.view("settings")
        assert isinstance(view, View)
        return view.flow

    def asks(self, browser: Browser) -> Iterator[tuple[str, TestResponse]]:
        """Ask every route of a session, each thing of it, with what is Inès's; what ends her telephones comes last."""
        asked = [(where.format(name), method) for method, where, names in OWN.values() for name in names]
        flow = ""
        for path, method in sorted(asked, key=lambda each: each[0] in ENDS):
            flow = flow if path in ENDS else self.flow
            if method == "GET":
                yield path, browser.get(f"{path}?v=1&f={flow}")
            else:
                yield path, browser.post(path, {"f": flow, "v": "1"})

    def counts(self) -> list[object]:
        """How many rows there are of what may not be touched."""
        sql = self.paying.house.space.sql
        counts: list[object] = [sql(f"SELECT count(*) FROM {table}") for table in CHANGED]
        return [*counts, sql("SELECT visible, language FROM member"), sql("SELECT balance_cents FROM account")]


@pytest.fixture
def robbed(paying: Paying) -> Robbed:
    for rule in ("hosting", "events"):
        paying.house.space.rule(rule, "true")
    paying.house.space.tap("04A2000000E511")
    paying.house.space.till.pay(paying.house.ines, 700, "cash")
    paying.do("online-sum", "8")
    return Robbed(paying)


def app() -> Flask:
    return create_app(lambda _question: (_ for _ in ()).throw(AssertionError("nothing is asked")))


def test_each_route_of_the_program_has_its_row_and_each_row_its_route() -> None:
    routes = {rule.endpoint for rule in app().url_map.iter_rules()}
    assert routes == FREE.keys() | OWN.keys()


@pytest.mark.parametrize("who", ["nobody", "ended", "another member", "another telephone"])
def test_no_route_of_a_session_gives_or_does_anything_for(robbed: Robbed, who: str) -> None:
    house = robbed.paying.house
    bearer = shown_by(house, who)
    before = robbed.counts()
    for path, answer in robbed.asks(house.telephone(bearer)):
        is_read = path.startswith("/m/") and path.removeprefix("/m/") in READS and answer.request.method == "GET"
        read = answer.get_data(as_text=True)
        if who in ("nobody", "ended"):
            assert "n’est pas relié" in read, path
        elif not is_read:
            assert answer.status_code == 409, path
        if who != "another telephone":
            assert "Inès" not in read, path
            assert "8,00" not in read, path
    assert robbed.counts() == before


def shown_by(house: House, who: str) -> str:
    """What a telephone of this kind shows."""
    if who == "nobody":
        return ""
    if who == "another member":
        return house.bearer(house.karim)
    bearer = house.bearer(house.ines)
    if who == "ended":
        house.space.sql_write("UPDATE telephone SET ended_on = '2026-11-25' WHERE id = (SELECT max(id) FROM telephone)")
    return bearer


def test_her_own_telephone_is_answered_by_the_same_requests(robbed: Robbed) -> None:
    """So the walk above asks what is there: for her, pages are shown and acts are done or refused in words."""
    statuses = {path: answer.status_code for path, answer in robbed.asks(robbed.paying.telephone)}
    assert statuses["/m/account"] == statuses["/m/entries"] == statuses["/m/online-wait"] == 200
    assert statuses["/papers/data-file"] == 200
    assert {path for path, status in statuses.items() if status not in (200, 409)} == {"/m/phones-end"}
    assert statuses["/m/erase"] == statuses["/m/online-sum"] == 200
