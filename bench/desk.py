"""The desk's pages with 5,000 members and a million visits: how long each takes to be made, and the search.

Every page of the table by which the tests walk the desk (`tests/browser/page_table.py`) is asked for, in a space that
has something to show on each. Sums that the desk remembers as long as nobody comes are forgotten before each round:
somebody always has. Each page's first look is told apart: once the desk has read the past, as it does beside its pages
when it has started, and before that, where all is forgotten that was read of it.
"""

import io
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from bench import figures, space
from kiosk import home
from kiosk.books.closing import Closings
from kiosk.desk import PAST, settle
from kiosk.domain.members.roles import Role
from kiosk.setup.home_creation import NewHome
from kiosk.store.books import annual_sums
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from kiosk.web.desk.app import create_app
from kiosk.web.desk.common import remembered

if TYPE_CHECKING:
    from tests.conftest import Space

_PASSWORD = "a phrase for the bench"  # noqa: S105  # of a home that is gone a minute later
_WHO = "all@bench.example"
_HTTPS = "https://localhost"
_MEMBERS, _VISITS = 5_000, 1_000_000
_CLOSED = 400  # days
_DEAREST = 10  # first looks that are told
_MOST_MS, _MOST_OF_A_SEARCH_MS, _MOST_OF_A_FIRST_LOOK_MS = 300, 100, 1_000
# Beside the table's: what a long past makes long.
_MORE = (
    "/members?sort=owes&page=3",
    "/members?q=member4",
    "/members/77",
    "/exports?what=entries&period=year",
    "/exports?what=visits&period=year",
    "/exports?what=cash&period=year",
    "/exports?what=occupancy&period=year",
    "/exports?what=tabs",
    "/figures/?period=year",
    "/books/report?year=2025",
    "/figures/simulator/?with=1&with=2",
)


def run(folder: Path, rounds: int) -> None:
    """Make the space, sign in, ask for each page in turn."""
    root = folder / "home"
    make(root)
    measure(root, rounds)


def make(root: Path) -> None:
    """The past in bulk, then what each page shows, as the tests furnish it."""
    from tests.browser import desk  # with what scripts/test installs
    from tests.conftest import Space
    from tests.fakes import FakeClock

    start = desk.MORNING - timedelta(days=1)  # what the tests furnish has days of its own
    space.make(root, _VISITS, NewHome(training=True), _MEMBERS - 200, start=start, in_turns=True)
    with home.opened(root) as opened:
        lived = Space(opened, FakeClock(desk.EVENING))
        try:
            for number in range(100, 400):
                lived.till.sell(number, "carnet-10", None)  # they owe it
            lived.till.sell(400, "permanent", None)
            _close(lived)
            desk.furnish(desk.RealDesk(lived, Flask(__name__), ""))
        finally:
            lived.kept.close()


def _close(lived: "Space") -> None:
    """The first year's days and some of the second's: what is closed has pages of its own."""
    opened = lived.home
    closing = Closings(
        store=opened.store, rules=Rules(opened.config.zone), seal=opened.seal, clock=lived.clock, actor="cli"
    )
    closing.close_days(until=closing.open_days()[_CLOSED])


def measure(root: Path, rounds: int) -> None:
    """Each page and the search in the space at `root`."""
    from tests.browser import desk, page_table
    from tests.fakes import FakeClock

    with home.opened(root) as opened:
        clock = FakeClock(desk.EVENING)
        app = create_app(opened, clock, bytes(32), ["localhost"])
        with app.app_context():
            hashed = hash_password(_PASSWORD)
        with opened.store.writing() as connection:
            desk_users.add(connection, _WHO, "", [role.value for role in Role], clock.now(), hashed)
        client = app.test_client()
        settle()  # as the desk does
        _sign_in(client)
        numbers = _numbers(opened, client)
        pages = [each for where in page_table.PAGES.values() for each in where]
        paths = list(dict.fromkeys([*_MORE, *(each.format(**numbers) for each in pages)]))
        for path in paths:
            _page(app, client, path, rounds)
        _first_looks(app, client, paths)
        _looks_after_reading(app, client, paths, opened, clock.now().date())
        _measure(
            "search as one types",
            lambda: client.get("/members/search?q=mem", base_url=_HTTPS),
            rounds,
            _MOST_OF_A_SEARCH_MS,
        )


def _numbers(opened: home.Home, client: FlaskClient) -> dict[str, str]:
    """What addresses are filled in with."""
    from tests.browser import page_table

    with opened.store.reading() as connection:
        found = {name: str(connection.exec_driver_sql(query).scalar()) for name, query in page_table.NUMBERS.items()}
    found["key"] = _sent(client, "/imports", page_table.TWO)
    found["bank_key"] = _sent(client, "/books/bank/import", page_table.STATEMENT)
    found["balances_key"] = _sent(client, "/books/results", page_table.BALANCES, to="/books/results/balances")
    found["members_key"] = _sent(client, "/books/results", page_table.BROUGHT, to="/books/results/members")
    link = re.search(r"/rules/wording/([\w.-]+)", client.get("/rules/wording", base_url=_HTTPS).text)
    return {**found, "wording": "" if link is None else link[1]}


def _sent(client: FlaskClient, where: str, content: bytes, to: str = "") -> str:
    """Under which key a file waits that was sent."""
    data = {"csrf_token": _token(client, where), "file": (io.BytesIO(content), "file.csv")}
    answer = client.post(to or where, base_url=_HTTPS, data=data)
    return str(answer.headers.get("Location", "")).rpartition("/")[2]


def _token(client: FlaskClient, where: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(where, base_url=_HTTPS).text)
    if found is None:
        raise RuntimeError(f"{where} has no token")
    return found[1]


def _sign_in(client: FlaskClient) -> None:
    data = {"email": _WHO, "password": _PASSWORD, "csrf_token": _token(client, "/login")}
    if client.post("/login", base_url=_HTTPS, data=data).status_code != 302:
        raise RuntimeError("nobody could sign in")


def _page(app: Flask, client: FlaskClient, path: str, rounds: int) -> None:
    answer = client.get(path, base_url=_HTTPS, follow_redirects=True)
    if answer.status_code != (400 if "2026-13" in path else 200):
        print(f"{path:<66} is not there ({answer.status_code})", flush=True)
        return

    def ask() -> None:
        remembered.forget(app)
        client.get(path, base_url=_HTTPS, follow_redirects=True)

    _measure(path, ask, rounds, _MOST_MS)


def _first_looks(app: Flask, client: FlaskClient, paths: list[str]) -> None:
    """What each page takes that nobody has seen since the desk started; those above a page's budget, dearest first."""
    taken = {}
    for path in paths:
        remembered.forget(app, past=True)
        began = time.perf_counter()
        client.get(path, base_url=_HTTPS, follow_redirects=True)
        taken[path] = (time.perf_counter() - began) * 1000
    for path in sorted(taken, key=lambda each: -taken[each]):
        if taken[path] > _MOST_MS:
            figures.asked(f"first look at {path}", taken[path], _MOST_OF_A_FIRST_LOOK_MS, " ms")
    print(f"first looks above {_MOST_MS} ms: {sum(each > _MOST_MS for each in taken.values())} of {len(taken)} pages")


def _looks_after_reading(app: Flask, client: FlaskClient, paths: list[str], opened: home.Home, today: date) -> None:
    """The same where the desk has read the past: what each takes of the processor, those above the budget first."""
    remembered.forget(app, past=True)
    began = time.process_time()
    remembered.read_early(app, opened.store, PAST, lambda with_: (annual_sums.first_day(with_), today), Event())
    print(f"the past is read in {time.process_time() - began:.1f} s of the processor", flush=True)
    known, taken = app.extensions[remembered.SUMS], {}
    for path in paths:
        remembered.forget(app, past=True)
        app.extensions[remembered.SUMS] = known
        began = time.process_time()
        client.get(path, base_url=_HTTPS, follow_redirects=True)
        taken[path] = (time.process_time() - began) * 1000
    for path in sorted(taken, key=lambda each: -taken[each])[:_DEAREST]:
        figures.asked(f"first look at {path}, of a core", taken[path], _MOST_MS, " ms")
    print(f"of these above {_MOST_MS} ms: {sum(each > _MOST_MS for each in taken.values())} of {len(taken)} pages")


def _measure(what: str, ask: Callable[[], object], rounds: int, most: float) -> None:
    seconds, computed = [], []
    for _ in range(rounds):
        began, computing = time.perf_counter(), time.process_time()
        ask()
        seconds.append(time.perf_counter() - began)
        computed.append(time.process_time() - computing)
    of_a_core = figures.percentiles(computed)[1] * 1000
    figures.asked(
        f"{what}, p95 of {rounds} ({of_a_core:.0f} of a core)", figures.percentiles(seconds)[1] * 1000, most, " ms"
    )
