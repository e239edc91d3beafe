"""What is said is structured for the journal, bounded, and tells nothing of anybody."""

import io
import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from kiosk import home, logs
from kiosk.checkin.desk_requests import Opener
from kiosk.checkin.door_log import DoorLog
from kiosk.errors import MachineError, RequestError
from kiosk.health import status_file
from kiosk.health.status_writer import StatusKeeper
from kiosk.messages import outbox
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.messages import outbox_rows
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.fakes import WELL

NAME, UID = "Inès Moreau", "04A2000000E511"


@dataclass
class Said:
    """A program that says things, with a clock that a test moves."""

    stream: io.StringIO = field(default_factory=io.StringIO)
    now: float = 0.0

    def start(self, **environment: str) -> None:
        logs.start(environment=environment, stream=self.stream, monotonic=lambda: self.now)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture
def said() -> Iterator[Said]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook, threading.excepthook
    yield Said()
    root.handlers[:], level, logging.raiseExceptions, sys.excepthook, threading.excepthook = before
    root.setLevel(level)


def test_the_journal_gets_a_priority_and_fields(said: Said) -> None:
    said.start(JOURNAL_STREAM="8:1")
    logging.getLogger("kiosk.offline.outage").error('the ledger takes "no" taps\nat all')
    logging.getLogger("kiosk.entrance").info("ready")
    logging.getLogger("kiosk.entrance").debug("not this")
    assert said.lines == [
        '<3>level=error logger=kiosk.offline.outage message="the ledger takes \\"no\\" taps at all"',
        '<6>level=info logger=kiosk.entrance message="ready"',
    ]


def test_a_terminal_gets_plain_lines(said: Said) -> None:
    said.start()
    logging.getLogger("kiosk.offline.outage").warning("%d taps wait", 3)
    assert said.lines == ["WARNING kiosk.offline.outage: 3 taps wait"]


def test_a_thread_is_named(said: Said) -> None:
    said.start(JOURNAL_STREAM="8:1")
    thread = threading.Thread(target=lambda: logging.getLogger("kiosk").info("here"), name="reader")
    thread.start()
    thread.join()
    assert said.lines == ['<6>level=info logger=kiosk thread="reader" message="here"']


def crash() -> None:
    raise ValueError(f"{NAME} cannot be")


def test_a_traceback_says_where_and_what_kind_and_nothing_of_anybody(said: Said) -> None:
    said.start(JOURNAL_STREAM="8:1")
    try:
        try:
            crash()
        except ValueError as error:
            raise KeyError(UID) from error
    except KeyError:
        logging.getLogger("kiosk").exception("a tap was not served")
    text = "\n".join(said.lines)
    assert all(line.startswith("<3>") for line in said.lines)
    assert "in crash" in text
    assert "ValueError" in text
    assert "KeyError" in text
    assert NAME not in text
    assert UID not in text


def wrong() -> sa.exc.SQLAlchemyError:
    """What the database says of a statement whose parameters, and whose own words, tell who."""
    engine = sa.create_engine("sqlite://", hide_parameters=False)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE t (a CHECK (a <> '{UID}'))")
            connection.exec_driver_sql("INSERT INTO t VALUES (?)", (UID,))
    except sa.exc.SQLAlchemyError as error:
        assert UID in str(error)
        return error
    finally:
        engine.dispose()
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (wrong(), "IntegrityError [SQLITE_CONSTRAINT_CHECK]"),
        (RequestError("no-such-member", f"{NAME} is nobody"), "RequestError [no-such-member]"),
        (MachineError("spool", "no disk takes a tap"), "no disk takes a tap [spool]"),
        (OSError(28, "No space left on device", f"/x/{NAME}.spool"), "OSError: No space left on device"),
        (ValueError(UID), "ValueError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_an_exception_says_is_told_only_where_it_is_ours_or_nobodys(
    said: Said, error: Exception, told: str
) -> None:
    said.start()
    logging.getLogger("kiosk").error("it could not be: %s", error)
    logging.getLogger("kiosk.other").error("it ended: %r", error)
    assert said.lines == [f"ERROR kiosk: it could not be: {told}", f"ERROR kiosk.other: it ended: {told}"]


def test_what_is_tried_again_and_again_is_said_once_an_hour_and_counted(said: Said) -> None:
    said.start()
    log = logging.getLogger("kiosk.offline.roster_refresh")
    for _ in range(3000):
        log.warning("the roster stays as it was")
        said.now += 1
    log.warning("another thing")
    log.warning("the roster stays as it was")
    assert said.lines == [
        "WARNING kiosk.offline.roster_refresh: the roster stays as it was",
        "WARNING kiosk.offline.roster_refresh: another thing (the line before came 2999 times more)",
        "WARNING kiosk.offline.roster_refresh: the roster stays as it was",
    ]
    said.now += logs.AGAIN_SECONDS
    log.warning("the roster stays as it was")
    assert len(said.lines) == 4


def test_each_change_of_state_is_said_and_parts_do_not_silence_each_other(said: Said) -> None:
    said.start()
    reader, spool = logging.getLogger("kiosk.devices.readers.by_nfcpy"), logging.getLogger("kiosk.offline.spool")
    for _ in range(3):
        reader.warning("offline")
        spool.warning("offline")
        reader.info("online")
    assert len(said.lines) == 7


def test_the_same_message_with_another_fault_is_another_line(said: Said) -> None:
    said.start()
    log = logging.getLogger("kiosk")
    for error in (KeyError(), KeyError(), ValueError()):
        log.error("failed", exc_info=error)
    assert len([line for line in said.lines if "failed" in line]) == 2


def test_a_library_that_would_tell_badge_numbers_is_silent_whatever_else_is_asked(said: Said) -> None:
    logs.start(logging.DEBUG, environment={}, stream=said.stream)
    logging.getLogger("nfc.clf").debug("found %s", UID)
    logging.getLogger("nfc.clf").error("lost %s", UID)
    logging.getLogger("apprise").warning("mailto://somebody")
    assert said.lines == []


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stderr


@pytest.mark.parametrize("thread", [True, False])
def test_what_ends_a_program_or_a_thread_of_it_tells_nobody_s_name_either(thread: bool) -> None:
    end = f"def end():\n    raise ValueError('{NAME}')\n"
    start = "import threading\nt = threading.Thread(target=end)\nt.start()\nt.join()" if thread else "end()"
    said = run(f"from kiosk import logs\nlogs.start(environment={{}})\n{end}{start}")
    assert "CRITICAL kiosk.logs: ended by an exception" in said
    assert "ValueError" in said
    assert NAME not in said


def test_importing_the_readers_library_after_the_start_leaves_it_silent() -> None:
    code = "from kiosk import logs\nlogs.start(10, environment={})\nimport kiosk.devices.readers.by_nfcpy, logging\n"
    code += "kiosk.devices.readers.by_nfcpy.NfcReader(device='udp', on_tap=print, on_lift=print, on_state=print)\n"
    code += f"logging.getLogger('nfc.tag').error('{UID}')"
    assert run(code) == ""


def spoil(space: Space) -> None:
    """The database is away, and so is the folder of status.json."""
    space.home.paths.database.rename(space.home.paths.database.with_name("away"))
    shutil.rmtree(space.home.paths.runtime, ignore_errors=True)
    space.home.paths.runtime.write_text("no folder")


def mend(space: Space) -> None:
    space.home.paths.database.with_name("away").rename(space.home.paths.database)
    space.home.paths.runtime.unlink()


def test_an_evening_of_faults_is_a_line_for_each_change_and_none_for_each_retry(space: Space, said: Said) -> None:
    space.join("Inès Moreau", UID)
    space.kept.follower.turn()
    rules, store = Rules(space.home.config.zone), space.home.store
    opener = Opener(store=store, rules=rules, clock=space.clock, door=space.door, note=space.events.append)
    doorlog = DoorLog(store, space.clock)
    path = space.home.paths.runtime / status_file.NAME
    keeper = StatusKeeper(path=path, health=lambda: WELL, aside=lambda: 0, clock=space.clock)

    def live(turns: int) -> None:
        for _ in range(turns):
            space.clock.advance(seconds=30)
            space.kept.follower.turn()
            space.kept.replay.turn()
            opener.turn()
            keeper.turn()
            space.tap(UID)
            space.lift(UID)
            doorlog.write([DoorEvent(WEDNESDAY, "refused", "unknown-badge")])

    said.start()
    for _ in range(2):
        spoil(space)
        space.door.broken = True
        live(200)
        mend(space)
        space.door.broken = False
        live(20)
    again = ("takes taps again", "obeys again", "follows again", "entrance is again")
    assert [sum(each in line for line in said.lines) for each in again] == [2, 2, 2, 2]
    assert sum("is written again" in line for line in said.lines) in (1, 2)  # its open file may be the one put back
    assert len(said.lines) <= 24, "\n".join(said.lines)


def test_a_mail_server_that_is_away_is_no_line_until_a_message_is_given_up(space: Space, said: Said) -> None:
    settings = space.home.paths.config
    mail = '[mail]\nserver = "127.0.0.1:9"\nsender = "bureau@exemple.fr"\n'
    settings.write_text(settings.read_text("utf-8").replace("[mail]\n", mail), "utf-8")
    said.start()
    with home.opened(space.home.paths.root) as opened:
        with opened.store.writing() as connection:
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient="zelda@exemple.fr",
                subject="Reçu",
                body="…",
                about="receipt 1",
                at=space.clock.now(),
            )
        for _ in range(100):
            space.clock.advance(hours=2)
            outbox.send_waiting(opened, space.clock.now())
    (line,) = said.lines
    assert "the message about receipt 1 is given up" in line
