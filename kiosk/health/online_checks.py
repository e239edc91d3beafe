"""Checks whether members can pay online as the settings say, and how many of their payments wait for an officer."""

from collections.abc import Iterator

import sqlalchemy as sa

from kiosk.domain.health.findings import Finding
from kiosk.domain.money.online import State
from kiosk.health.finding_codes import make_finding
from kiosk.home import Home
from kiosk.store.money import online_rows


def check(connection: sa.Connection, opened: Home) -> Iterator[Finding]:
    """Yield the findings; none where online payment is off and no payment waits."""
    uncertain = online_rows.count(connection, State.UNCERTAIN.value)
    if uncertain:
        yield make_finding("online-decide", count=uncertain)
    if not opened.config.pays_online(training=opened.training):
        return
    secret = opened.paths.online_secret
    handed_over = secret.with_name(f"{secret.name}.new")  # until the program that pays takes it over
    is_there = secret.exists() or handed_over.exists()
    yield make_finding("online" if is_there else "online-secret")
