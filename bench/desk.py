"""The desk's pages with 5,000 members and a million visits: how long each takes to be made, and the search."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from flask_security import hash_password

from bench import figures, space
from bench.rig import Clock
from kiosk import home
from kiosk.domain.members.roles import Role
from kiosk.store.officers import desk_users
from kiosk.web.desk.app import create_app

_PASSWORD = "a phrase for the bench"  # noqa: S105  # of a home that is gone a minute later
_HTTPS = "https://localhost"
_MEMBERS, _VISITS = 5_000, 1_000_000
_PAGES = (
    "/",
    "/members",
    "/members?sort=owes&page=3",
    "/members?q=member4",
    "/members/77",
    "/money",
    "/money/tabs",
    "/money/payments",
    "/money/subscriptions",
    "/rules",
    "/exports",
    "/figures/",
    "/assembly/",
    "/assembly/categories",
    "/log",
    "/members/papers",
    "/members/twins",
    "/money/reminders",
    "/books",
    "/books/month",
    "/books/closings",
    "/books/cash",
    "/books/cheques",
    "/books/payouts",
    "/books/bank",
    "/books/invoices",
    "/books/receipts",
    "/books/fec",
    "/books/archive",
    "/books/heads",
    "/books/report",
    "/organisations",
    "/corrections",
    "/figures/rent",
    "/figures/scenarios/",
    "/state",
    "/rules/wording",
    "/rules/days",
    "/users",
    "/help",
    "/help/read/tresorerie/3-vendre",
)


def run(folder: Path, rounds: int) -> None:
    """Make the space, sign in, ask for each page in turn."""
    root = folder / "home"
    space.make(root, _VISITS, former=_MEMBERS - 200)
    with home.opened(root) as opened:
        app = create_app(opened, Clock(), bytes(32), ["localhost"])
        with app.app_context():
            hashed = hash_password(_PASSWORD)
        with opened.store.writing() as connection:
            roles = [role.value for role in Role]
            desk_users.add(connection, "all@bench.example", "", roles, Clock().now(), hashed)
        client = app.test_client()
        _sign_in(client)
        for path in _PAGES:
            _page(client, path, rounds)
        _measure("search as one types", lambda: client.get("/members/search?q=mem", base_url=_HTTPS), rounds, 100)


def _sign_in(client: FlaskClient) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login", base_url=_HTTPS).text)
    if token is None:
        raise RuntimeError("the sign-in page has no token")
    data = {"email": "all@bench.example", "password": _PASSWORD, "csrf_token": token[1]}
    if client.post("/login", base_url=_HTTPS, data=data).status_code != 302:
        raise RuntimeError("nobody could sign in")


def _page(client: FlaskClient, path: str, rounds: int) -> None:
    answer = client.get(path, base_url=_HTTPS, follow_redirects=True)
    if answer.status_code != 200:
        print(f"{path:<66} is not there ({answer.status_code})")
        return
    _measure(path, lambda: client.get(path, base_url=_HTTPS, follow_redirects=True), rounds, 300)


def _measure(what: str, ask: Callable[[], object], rounds: int, most: float) -> None:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
    figures.asked(f"{what}, p95 of {rounds}", figures.percentiles(seconds)[1] * 1000, most, " ms")
