"""Damages each file and folder of an installed home as the desk's user and the one that calls outwards meet it, running
and cold, beside `tests.faults.damages`, which asks who comes in.

The desk answers or says why not by a code, never by a page that broke; what it wrote is in the books once, and what it
refused is in none. A message goes out once, whatever was damaged. Nothing is another machine, and nothing hangs.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from kiosk import home, key_rights
from kiosk import keys as key_files
from kiosk.errors import KioskError
from kiosk.home import Home
from kiosk.jobs.due import boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.money.till import Till
from kiosk.store.messages import outbox_rows
from kiosk.store.space.policies import Rules
from kiosk.web.desk.app import create_app
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.faults import damages
from tests.faults.damages import COLD, DAMAGES, RUNNING
from tests.faults.long_post import Sink

DESK, OUTSIDE = "desk", "outside"
_USERS = {DESK: damages.USERS[DESK], OUTSIDE: damages.USERS[OUTSIDE]}
_OWN_FILES = ("keys/outside/mail", "keys/outside/notify", "keys/outside/heartbeat")
_OF_RECORDS = frozenset(("db", "db/ledger.db"))
# Without these no program of the office can do its work; each says so by a code.
_NEEDED = {
    DESK: _OF_RECORDS | {"keys", *(f"keys/shared{name}" for name in ("", "/badge", "/badge.1.*", "/chain"))},
    OUTSIDE: _OF_RECORDS,
}
CASES = [
    *((place, damage) for place, damage in damages.CASES),
    *(("keys/outside", damage) for damage in ("emptied", "link", "mode", "pipe", "removed", "unwritable")),
    *((place, damage) for place in _OWN_FILES for damage in sorted(DAMAGES)),
]
_ADDRESS = "127.0.0.1"


def live(root: Path, port: int) -> None:
    """Make a home that has lived, whose messages go to a server at `port`, and that tells somebody."""
    damages.live(root)
    for each in (root / "now", root / "earlier"):
        settings = each / "kiosk.toml"
        mail = f'[mail]\nserver = "{_ADDRESS}:{port}"\nsender = "kiosk@exemple.fr"'
        text = settings.read_text("utf-8").replace("[mail]", mail)
        for path in (settings, each / "kiosk.toml.accepted"):
            path.write_text(text, "utf-8")
        for name, text in (("mail", "secret\n"), ("notify", ""), ("heartbeat", "")):
            (each / "keys" / "outside" / name).write_text(text, "utf-8")
    with home.opened(root / "now") as opened, opened.store.writing() as connection:
        outbox_rows.put_all(connection, [outbox_rows.Letter("a@exemple.fr", "Une fois", "Bonjour", "test")], WEDNESDAY)
    _import_all(root)


def _import_all(root: Path) -> None:
    """Let both programs work once: a user of its own may not read where Python would look for what is imported late."""
    for name in (DESK, OUTSIDE):
        shutil.copytree(root / "now", scratch := root / f"scratch-{name}")
        with ExitStack() as stack:
            list(Program.start(name, scratch, stack, FakeClock(WEDNESDAY)).works())
        shutil.rmtree(scratch)


@contextmanager
def acting(program: str) -> Iterator[None]:
    """With the rights in files of a program's own user; ourselves where we are not root."""
    with damages.acting(_USERS[program], [damages.OFFICE] if program == DESK else []):
        yield


@dataclass
class Program:
    """What one of the two does with a home, over what is on the disk."""

    name: str
    opened: Home
    clock: FakeClock
    client: FlaskClient | None = None
    paid: int = 0

    @classmethod
    def start(cls, name: str, root: Path, stack: ExitStack, clock: FakeClock) -> "Program":
        """Start it. Raises KioskError."""
        opened = stack.enter_context(home.opened(root, program=name, is_patient=name == DESK))
        made = cls(name, opened, clock)
        if name == DESK:
            secret = key_files.read_key(opened.paths.desk_key)
            made.client = create_app(opened, clock, secret, opened.config.desk.hosts).test_client()
        return made

    def works(self) -> Iterator[str]:
        """Let it do its work. Yields what must not be."""
        if self.client is None:
            with suppress(KioskError):
                boxes.go_out(TimePass(self.opened, Rules(self.opened.config.zone), self.clock, self.clock, sure=True))
            return
        for page in ("/healthz", "/login", "/"):
            answer = self.client.get(page, base_url="https://localhost")
            if answer.status_code >= 500 and answer.status_code != 503:
                yield f"{page} answers {answer.status_code}"
        rules = Rules(self.opened.config.zone)
        till = Till(store=self.opened.store, rules=rules, seal=self.opened.seal, clock=self.clock, actor="officer:1")
        with suppress(KioskError):
            till.pay(1, 100, "cash")
            self.paid += 1


def play(lived: Path, root: Path, damage: tuple[str, str], when: str, program: str) -> list[str]:
    """Damage a home at `root` under a program, or before its start, put it right, and count. Returns what is wrong."""
    install(Path(shutil.copytree(lived / "now", root)))
    older = root.with_name(f"{root.name}-earlier")
    if damage[1] == damages.OLDER:
        install(Path(shutil.copytree(lived / "earlier", older)))
    Sink.taken.clear()
    wrong: list[str] = []
    clock = FakeClock(WEDNESDAY)
    clock.advance(hours=1)
    paid = 0
    if when == COLD:
        damages.damage(root, older, [damage])
        damages.mend(root, clock.now())
    with ExitStack() as stack, acting(program):
        try:
            started = Program.start(program, root, stack, clock)
        except KioskError as refused:
            is_needed = when == COLD and damage[0] in _NEEDED[program]
            wrong += [] if is_needed else [f"it does not start: {refused}"]
        else:
            if when == RUNNING:
                with damages.as_root():
                    damages.damage(root, older, [damage])
            wrong += list(started.works())
            paid = started.paid
    damages.put_right(root, lived / "now", [damage])
    install(root)
    # What was written meanwhile went with the records that were put in their place.
    is_another = damage[0] in _OF_RECORDS and damage[1] not in damages.OF_RIGHTS
    return [*wrong, *_counted(root, program, clock, None if is_another else paid)]


def install(root: Path) -> None:
    """Give each file the rights that the installer gives it: those that one program alone may read, too."""
    damages.install(root)
    for name in key_rights.OUTSIDE_ALONE:
        path = root / "keys" / "outside" / name
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)


def _counted(root: Path, program: str, clock: FakeClock, paid: int | None) -> Iterator[str]:
    """Look once all is put right: what was done is there once, and what waited goes out. None for records that are
    others by now.
    """
    clock.advance(hours=12)  # a message that could not go is tried again
    with ExitStack() as stack, acting(program):
        again = Program.start(program, root, stack, clock)
        yield from again.works()
        if program == DESK:
            with again.opened.store.reading() as connection:
                query = "SELECT count(*) FROM entry WHERE kind = 'payment'"
                there = connection.exec_driver_sql(query).scalar_one()
            if paid is not None and there != paid + again.paid:
                yield f"{paid + again.paid} payments were told to be written, {there} are"
    sent = sum("Une fois" in message for message in Sink.taken)
    if program == OUTSIDE and paid is not None and sent != 1:
        yield f"the message went out {sent} times"


def sampled(every: int, turn: int = 0) -> Sequence[tuple[str, str, str, str]]:
    """One of so many cases, each in one of two ways, for each program."""
    cases = [
        (place, damage, when, program)
        for program in (DESK, OUTSIDE)
        for place, damage in CASES
        for when in (RUNNING, COLD)
    ]
    return cases[turn % every :: every]
