"""Takes rules and people from a training home into a new home for real accounts, without anything that was tried.

Members keep their numbers, badges, reduced tariffs and payers, and a membership its last day; a running plan begins
today with a first period that is not charged, as after an import. Entries, visits, sales, officers and codes stay
behind.
"""

import shutil
from datetime import datetime

import sqlalchemy as sa

from kiosk.errors import RequestError
from kiosk.home import Home, Paths
from kiosk.members.officers import DEMO
from kiosk.store.books import due_rows
from kiosk.store.members import training_rows


def check(training: Home) -> None:
    """Refuse a home whose people must not be taken over. Raises RequestError `home-not-training` or `home-demo`."""
    if not training.training:
        raise RequestError("home-not-training", f"{training.paths.root} is no training home: its accounts are real")
    with training.store.reading() as connection:
        if training_rows.has_accounts(connection, DEMO):
            raise RequestError("home-demo", f"{training.paths.root} is a demo: its people are invented")


def copy_badge_keys(training: Home, paths: Paths) -> None:
    """Copy the badge keys, the current one and older ones, so that the new home recognises the members' badges."""
    own = training.paths.badge_key  # an older key's file has this name with two parts more
    for path in (own, *own.parent.glob(f"{own.name}.*.*")):
        shutil.copyfile(path, paths.badge_key.parent / path.name)
        (paths.badge_key.parent / path.name).chmod(0o600)


def write(training: Home, target: sa.Connection, at: datetime) -> None:
    """Write the rules and people of a training home into an empty home."""
    with training.store.reading() as source:
        today = at.astimezone(training.config.zone).date()
        for subscription in training_rows.write(source, target, today):
            due_rows.mark(target, due_rows.MONTHS, subscription, today, at)  # without an entry: it is not charged
