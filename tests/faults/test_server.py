"""What becomes of a tap while the server of the records is away, full, frozen or another one: the door opens for who is
known, nothing is lost, nothing is entered twice, and the chain is whole.
"""

import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from kiosk import config_file, home
from kiosk.domain.checkin.verdicts import Denied, Granted
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import KioskError, MachineError
from kiosk.offline.offline_taps import Admitted
from kiosk.setup import moving
from kiosk.store import audit, server_facts
from kiosk.store.marks import marks
from kiosk.store.postgresql import server_store
from kiosk.store.postgresql.bounded import BoundedConnection, Unanswered
from kiosk.store.space import rule_values
from tests import certificates, postgres
from tests.conftest import WEDNESDAY, Space, patient
from tests.delaying import Delaying, delaying
from tests.fakes import FakeClock
from tests.homes import chain_seal
from tests.processes import free_port, until

pytestmark = pytest.mark.promise(1, 2, 4)
PROXY = Path("/lib/systemd/systemd-socket-proxyd")
KNOWN, STRANGER = "04A2000000E511", "04A2000000E599"
_CONNECTIONS = 50
_STREAMS = f"wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\nmax_connections = {_CONNECTIONS}\n"
_LOSE_WHO_WRITES = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'kiosk' AND state = 'idle'"
)
_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'could not extend file: No space left on device'; END$$;
CREATE TRIGGER full_disk BEFORE INSERT ON kiosk.visit FOR EACH ROW EXECUTE FUNCTION full_disk()
"""
_READ_ONLY = """
CREATE FUNCTION only_reads() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION USING ERRCODE = 'read_only_sql_transaction', MESSAGE = 'cannot execute INSERT'; END$$;
CREATE TRIGGER only_reads BEFORE INSERT ON kiosk.visit FOR EACH ROW EXECUTE FUNCTION only_reads()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """One that may be disturbed."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    made = postgres.new(_STREAMS)
    yield made
    made.end()


@pytest.fixture(autouse=True)
def another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a copy of the database: another one than its home's marks are of, which is met at once here."""
    monkeypatch.setattr(marks, "QUIET_SECONDS", 0.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is as good as three, here; who reads beside the taps may wait for as long as a test may take."""
    monkeypatch.setattr(server_store, "TAP_SECONDS", 0.6)
    monkeypatch.setattr(server_store, "READ_SECONDS", 600.0)


@pytest.fixture(scope="module")
def moved(server: postgres.Server, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on that server with a member, whom the roster knows. To be copied, not used."""
    root = Path(shutil.copytree(template, tmp_path_factory.mktemp("moved") / "home"))
    moving.to_server(root, server.url(server.made()))
    with patient(), _at(root) as space:
        space.join("Inès Moreau", KNOWN)
        space.kept.follower.follow()
    return root


@pytest.fixture
def at(server: postgres.Server, moved: Path, tmp_path: Path) -> Iterator[Space]:
    """One of this test's own."""
    root = Path(shutil.copytree(moved, tmp_path / "home"))
    url = config_file.load(root / "kiosk.toml").database.url
    settings = root / "kiosk.toml"
    mine = server.url(server.made(url.rpartition("/")[2]))
    settings.write_text(settings.read_text("utf-8").replace(url, mine), "utf-8")
    with _at(root) as space:
        yield space


@pytest.fixture
def slow(server: postgres.Server, at: Space) -> Iterator[tuple[Space, Delaying]]:
    """The same, and the network on its way there, which may take its time."""
    root = at.home.paths.root
    at.home.store.close()
    at.kept.close()
    settings = root / "kiosk.toml"
    with delaying(server.port) as network:
        text = settings.read_text("utf-8").replace(f"127.0.0.1:{server.port}/", f"127.0.0.1:{network.port}/")
        settings.write_text(text, "utf-8")
        with _at(root) as space:
            yield space, network
            network.seconds = 0.0


@contextmanager
def _at(root: Path) -> Iterator[Space]:
    with home.opened(root, program="entrance") as opened:
        made = Space(opened, FakeClock(WEDNESDAY))
        try:
            yield made
        finally:
            made.kept.close()


def comes_in(space: Space) -> None:
    """A member's day while nothing can be entered; a stranger stays outside."""
    pulses = space.door.pulses
    assert isinstance(space.tap(KNOWN), Granted | Admitted)
    assert space.door.pulses == pulses + 1
    assert isinstance(space.tap(STRANGER), Denied)
    assert space.door.pulses == pulses + 1
    space.lift(KNOWN)


def entered_once(space: Space, days: int = 1) -> None:
    """Afterwards all of it is in the ledger, once."""
    until(lambda: _replayed(space))
    with space.home.store.reading() as connection:
        audit.check_chain(connection, chain_seal(space.home))
        audit.check_sums(connection)
        charges = "SELECT count(*), count(DISTINCT day_on) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL"
        assert tuple(connection.exec_driver_sql(charges).one()) == (days, days)
        assert connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == days


def _replayed(space: Space) -> bool:
    with suppress(MachineError):
        space.kept.replay.turn()
    return not space.kept.spool.waiting()


def test_server_that_is_killed_and_comes_back(at: Space, server: postgres.Server) -> None:
    server.kill()
    comes_in(at)
    assert at.kept.outage.is_on
    server.control("start")
    entered_once(at)
    at.clock.advance(days=1)
    assert isinstance(at.tap(KNOWN), Granted)  # by the ledger again
    entered_once(at, days=2)


@pytest.mark.usefixtures("impatient")
def test_server_that_does_not_answer_at_all_holds_nobody_for_long(at: Space, server: postgres.Server) -> None:
    """Frozen, or behind a cable that was cut: nobody says that it is gone."""
    at.tap(KNOWN)
    at.lift(KNOWN)
    at.clock.advance(days=1)
    server.signal(signal.SIGSTOP)
    try:
        comes_in(at)
    finally:
        server.signal(signal.SIGCONT)
    entered_once(at, days=2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("seconds", "is_connected"), [(0.4, True), (0.4, False), (3600.0, True), (3600.0, False)])
def test_server_that_answers_slowly_holds_nobody_for_long(
    slow: tuple[Space, Delaying], seconds: float, is_connected: bool
) -> None:
    """However slowly, and whether each answer comes in time while all of them do not: a tap waits as long as for none.
    What waits is entered once when the network is as it was.
    """
    space, network = slow
    if is_connected:
        space.home.store.get_ready()
    else:
        space.home.store.close()
    network.seconds = seconds
    comes_in(space)
    assert space.kept.outage.is_on
    network.seconds = 0.0
    entered_once(space)


@pytest.mark.usefixtures("impatient")
def test_name_that_nobody_resolves_holds_nobody(at: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without its network asks for the server's address, for as long as its resolver likes."""
    is_asked, is_over = threading.Event(), threading.Event()
    connect = BoundedConnection.connect

    def resolving(*where: object, **how: object) -> BoundedConnection:
        is_asked.set()
        assert is_over.wait(60)
        return connect(*where, **how)  # type: ignore[arg-type]  # as they came

    at.home.store.close()
    with monkeypatch.context() as patched:
        patched.setattr(BoundedConnection, "connect", resolving)
        comes_in(at)
        assert is_asked.is_set()
        assert not is_over.is_set()
    is_over.set()
    entered_once(at)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("is_frozen", [False, True])
def test_tap_that_connects_anew_waits_for_none_of_the_screen_s_connections(
    at: Space, server: postgres.Server, *, is_frozen: bool
) -> None:
    """All that the screen may have are read by, and stay so: the tap has one of its own, or none in its time."""
    at.tap(KNOWN)
    at.lift(KNOWN)
    at.clock.advance(days=1)
    with ExitStack() as reading:
        for _ in range(20):
            reading.enter_context(at.home.store.reading())
        at.home.store.changes()
        server.run(_LOSE_WHO_WRITES)
        with pytest.raises(MachineError):
            at.home.store.changes()  # asked each second: so the taps' own is known to be lost
        if is_frozen:
            server.signal(signal.SIGSTOP)
        try:
            comes_in(at)
        finally:
            server.signal(signal.SIGCONT)
        assert at.kept.outage.is_on is is_frozen
    entered_once(at, days=2)


@pytest.mark.usefixtures("impatient")
def test_server_that_has_no_connection_to_give_is_a_fault_that_passes(
    at: Space, server: postgres.Server, caplog: pytest.LogCaptureFixture
) -> None:
    at.home.store.close()
    with ExitStack() as others:
        with suppress(psycopg.OperationalError):
            for _ in range(_CONNECTIONS):
                others.enter_context(psycopg.connect(server.url("postgres")))
        comes_in(at)
        assert "too many clients" in caplog.text
    entered_once(at)


def test_connection_that_is_lost_while_a_tap_is_entered_gives_it_to_no_treasurer(
    at: Space, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of a server that is gone is no reason to refuse: the tap waits on, and is entered."""
    read = rule_values.read

    def lost(connection: sa.Connection, day: date) -> Policy:
        connection.invalidate()
        return read(connection, day)

    server.kill()
    comes_in(at)
    server.control("start")
    with monkeypatch.context() as patched:
        patched.setattr(rule_values, "read", lost)
        at.kept.replay.turn()
    assert at.kept.spool.waiting()
    entered_once(at)


def test_answer_that_is_lost_on_its_way_after_the_commit_enters_nothing_twice(
    at: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day is in the ledger, and the door does not know: it spools the tap, which is entered as the same one."""
    commit = BoundedConnection.commit

    def lost(connection: BoundedConnection) -> None:
        commit(connection)
        connection.close()
        raise Unanswered("the answer was lost")

    with monkeypatch.context() as patched:
        patched.setattr(BoundedConnection, "commit", lost)
        comes_in(at)
    assert at.kept.spool.waiting()
    entered_once(at)


@pytest.mark.parametrize(("trouble", "says"), [(_FULL, "disk is full"), (_READ_ONLY, "only reads")])
def test_server_that_takes_nothing_more_says_why(
    at: Space, server: postgres.Server, trouble: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = at.home.config.database.url.rpartition("/")[2]
    server.run(trouble, database)
    comes_in(at)
    assert says in caplog.text
    server.run(f"DROP FUNCTION {trouble.split()[2]} CASCADE", database)
    entered_once(at)


def test_entrance_starts_while_the_server_is_away(at: Space, server: postgres.Server) -> None:
    root = at.home.paths.root
    at.home.store.close()
    at.kept.close()
    server.kill()
    known = home.Identity(at.home.seal.home_id, training=False)
    with home.opened(root, otherwise=lambda paths: known, program="entrance") as opened:
        again = Space(opened, FakeClock(WEDNESDAY))
        comes_in(again)
        server.control("start")
        entered_once(again)
        again.kept.close()


@pytest.mark.parametrize("revision", ["0019", "9999"])
def test_entrance_starts_while_another_machine_migrates(at: Space, server: postgres.Server, revision: str) -> None:
    """Records of another release than this machine's are a fault that passes, and no shut door."""
    root, database = at.home.paths.root, at.home.config.database.url.rpartition("/")[2]
    at.home.store.close()
    at.kept.close()
    server.run("CREATE TABLE kiosk.was AS SELECT version_num FROM kiosk.alembic_version", database)
    server.run(f"UPDATE kiosk.alembic_version SET version_num = '{revision}'", database)
    known = home.Identity(at.home.seal.home_id, training=False)
    with home.opened(root, otherwise=lambda paths: known, program="entrance") as opened:
        again = Space(opened, FakeClock(WEDNESDAY))
        comes_in(again)
        server.run("UPDATE kiosk.alembic_version SET version_num = (SELECT version_num FROM kiosk.was)", database)
        entered_once(again)
        again.kept.close()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("an account without rights", "no home is there, or nothing that this account may see"),
        ("another encoding", "keeps text as LATIN1: make it with ENCODING 'UTF8'"),
        ("an empty database", "no home is there, or nothing that this account may see"),
        ("no such database", "does not exist"),
        ("no such account", "does not exist"),
        ("nobody there", "refused"),
    ],
)
def test_address_that_serves_nobody_is_said_and_shuts_no_door(
    at: Space, server: postgres.Server, wrong: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As somebody wrote it into kiosk.toml: an entrance that knows its people starts, and what waits is entered once
    when it is right.
    """
    root, url = at.home.paths.root, at.home.config.database.url
    settings, database = root / "kiosk.toml", at.home.config.database.url.rpartition("/")[2]
    at.home.store.close()
    at.kept.close()
    server.run("DO $$BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
    other = {
        "an account without rights": lambda: server.url(database, "stranger"),
        "another encoding": lambda: server.url(server.made(more="ENCODING 'LATIN1'")),
        "an empty database": lambda: server.url(server.made()),
        "no such database": lambda: server.url("nowhere"),
        "no such account": lambda: server.url(database, "nobody_known"),
        "nobody there": lambda: url.replace(f":{server.port}/", f":{free_port()}/"),
    }[wrong]()
    text = settings.read_text("utf-8")
    settings.write_text(text.replace(url, other), "utf-8")
    with pytest.raises(KioskError, match=says), home.opened(root):
        pass  # a command, or the desk, says why and what to do
    known = home.Identity(at.home.seal.home_id, training=False)
    with home.opened(root, otherwise=lambda paths: known, program="entrance") as opened:
        again = Space(opened, FakeClock(WEDNESDAY))
        comes_in(again)
        assert says in caplog.text
        again.kept.close()
    settings.write_text(text, "utf-8")
    with _at(root) as right:
        entered_once(right)


def test_only_the_pinned_certificate_is_spoken_to(
    at: Space, server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """By its name at another address, as through a proxy: `hostaddr` is where, `host` is who."""
    made, other = (certificates.shown(tmp_path_factory.mktemp("certificate"))[0] for _ in range(2))
    server.encrypt(made)
    url, root = at.home.config.database.url, at.home.paths.root
    at.home.store.close()
    settings = root / "kiosk.toml"
    text = settings.read_text("utf-8")
    for pinned, answers in ((made, True), (other, False)):
        tls = f"{url}?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={pinned}"
        settings.write_text(text.replace(url, tls), "utf-8")
        if answers:
            with home.opened(root) as opened, opened.store.reading() as connection:
                query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                assert connection.exec_driver_sql(query).scalar() == 1
        else:
            with pytest.raises(MachineError, match="certificate verify failed"), home.opened(root):
                pass


@pytest.mark.skipif(not PROXY.exists(), reason="Debian's package systemd is not installed")
def test_entrance_reaches_its_server_by_systemd_s_own_proxy_and_speaks_to_the_pinned_one_alone(
    at: Space, server: postgres.Server, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """As kiosk-server.socket and its service have it. Who stands there with another certificate is told nothing: why
    is said, and the roster opens the door.
    """
    made, other = (certificates.shown(tmp_path_factory.mktemp("certificate"))[0] for _ in range(2))
    server.encrypt(made)
    known, settings = home.Identity(at.home.seal.home_id, training=False), at.home.paths.root / "kiosk.toml"
    url, text = at.home.config.database.url, settings.read_text("utf-8")
    at.home.store.close()
    at.kept.close()
    with _proxied(server) as port:
        way = url.replace(f":{server.port}/", f":{port}/") + "?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert="

        @contextmanager
        def pinned(certificate: Path) -> Iterator[Space]:
            settings.write_text(text.replace(url, f"{way}{certificate}"), "utf-8")
            with home.opened(at.home.paths.root, otherwise=lambda paths: known, program="entrance") as opened:
                space = Space(opened, at.clock)
                yield space
                space.kept.close()

        with pinned(made) as space:
            assert isinstance(space.tap(KNOWN), Granted)
            with space.home.store.reading() as connection:
                query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                assert connection.exec_driver_sql(query).scalar() == 1
        at.clock.advance(days=1)
        with pinned(other) as space:
            comes_in(space)
        assert "certificate verify failed" in caplog.text
        with pinned(made) as space:
            entered_once(space, days=2)


@contextmanager
def _proxied(server: postgres.Server) -> Iterator[int]:
    """The unit's program before a server, started by its socket: the port where it listens."""
    port = free_port()
    words = ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", str(PROXY), "--connections-max=16"]
    with subprocess.Popen([*words, f"127.0.0.1:{server.port}"], stderr=subprocess.DEVNULL) as process:
        until(lambda: _listens(port))
        try:
            yield port
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_standby_that_is_promoted_takes_over_and_no_day_is_lost(
    at: Space, server: postgres.Server, tmp_path: Path
) -> None:
    """Commits wait for the standby (`synchronous_standby_names`): what was said to be kept is kept there, too."""
    root, url = at.home.paths.root, at.home.config.database.url
    with server.standby() as standby:
        at.home.store.close()
        at.kept.close()
        both = f"postgresql://postgres@/{url.rpartition('/')[2]}?host=127.0.0.1:{server.port}&host=127.0.0.1:{standby.port}"
        settings = root / "kiosk.toml"
        settings.write_text(settings.read_text("utf-8").replace(url, both), "utf-8")
        with _at(root) as space:
            assert isinstance(space.tap(KNOWN), Granted)
            space.lift(KNOWN)
            with space.home.store.reading() as connection:
                (replica,) = server_facts.replicas(connection)
            assert replica.is_awaited
            assert replica.lag_bytes is not None
            space.clock.advance(days=1)
            server.kill()
            comes_in(space)  # nobody writes: the standby reads only
            standby.control("promote")
            entered_once(space, days=2)
    server.control("start")
