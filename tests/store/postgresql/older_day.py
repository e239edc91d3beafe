"""What a release before does on a server that was taken back to it: its own migration, a day's work of each program by
its own account, its own check. Run by that release's code, with a home's root.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from kiosk import home
from kiosk.checkin import entering
from kiosk.cli.main import main
from kiosk.domain.checkin import badges
from kiosk.home import Home
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.store.space.policies import Rules

DAY = date(2026, 11, 25)
MORNING = datetime(2026, 11, 25, 8, tzinfo=UTC)
BADGE = badges.parse("04A1B2C3D4E599")


def enrols(opened: Home) -> None:
    wish = Application(name="Zoé Martin", plan="itinerant", badge=BADGE)
    with opened.store.writing() as connection:
        rules, seal = Rules(opened.config.zone), opened.seal
        enrolment.add(connection, rules, seal, opened.badge_key, wish, MORNING, "secretary")


def lets_in(opened: Home) -> None:
    with opened.store.writing() as connection:
        mark = BADGE.fingerprint(opened.badge_key)
        entering.enter(connection, Rules(opened.config.zone), opened.seal, mark, MORNING, "kiosk")


def runs(command: str) -> None:
    with suppress(SystemExit):
        main(["--home", sys.argv[1], command])


def works(program: str, act: Callable[[Home], None]) -> None:
    with home.opened(Path(sys.argv[1]), program=program, is_patient=True) as opened:
        act(opened)
        with opened.store.reading() as connection:
            print(connection.exec_driver_sql("SELECT current_user").scalar())


runs("migrate")
works("desk", enrols)
works("entrance", lets_in)
runs("verify")
