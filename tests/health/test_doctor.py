"""The doctor: it works while everything is broken, finds what is wrong, and says what to do in both languages."""

import base64
import hashlib
import json
import shutil
import socket
import ssl
import string
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk import MADE_AFTER, home
from kiosk.checkin.desk_requests import FAILED, OPENING, Opener
from kiosk.config import Config, DeskConfig, UpdateConfig
from kiosk.domain.health.findings import Finding, Level, lasting, worst
from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.health import (
    database_checks,
    doctor,
    entrance_checks,
    machine_checks,
    relay_pulse,
    release_checks,
    settings_checks,
    tls_certificate,
)
from kiosk.health.finding_codes import KINDS, make_finding
from kiosk.health.machine_facts import Machine
from kiosk.health.status_file import Disk
from kiosk.language.texts import Plural, Text
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store.checkin import request_rows
from kiosk.store.health import finding_rows, upkeep_rows
from kiosk.store.space.policies import Rules
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock, FakeDoor, FakeMachine

INES = "04A2000000E511"
WELL: dict[str, Any] = {
    "reader": "online",
    "door": {"simulated": False, "state": "ok"},
    "database": "ok",
    "clock": "timesync",
    "spool": "disk",
    "spooled": 0,
    "set_aside": 0,
    "up_seconds": 4000,
    "display_seconds": 2,
    "memory_mb": 70,
    "version": "1",
}


def codes(of: Iterable[Finding]) -> list[str]:
    return [finding.kind.code for finding in of]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return FakeMachine(tmp_path / "pi").machine


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(WEDNESDAY)


def fields(words: Text) -> list[set[str]]:
    return [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (words.fr, words.en)]


@pytest.mark.parametrize("code", KINDS)
def test_what_is_found_is_told_with_the_same_values_in_both_languages(code: str) -> None:
    kind = KINDS[code]
    says = (kind.says.one, kind.says.many) if isinstance(kind.says, Plural) else (kind.says,)
    for words in (*says, kind.remedy):
        if words is not None:
            french, english = fields(words)
            assert french == english or words is kind.remedy  # a shell's line may be named in one of them only
            assert words.fr
            assert words.en
    assert (kind.remedy is None) is (kind.level is Level.OK)


def test_values_are_written_as_each_language_has_them() -> None:
    finding = make_finding("disk-nearly-full", free=1.25)
    assert (finding.says("fr"), finding.says("en")) == ("1,2\u00a0Go libres", "1.2\u00a0GB free")
    assert make_finding("backup", age=timedelta(days=3)).says("fr") == "faite il y a 3 j"
    assert [lasting(seconds, "en") for seconds in (-5, 119, 120, 7200)] == ["0 s", "119 s", "2 min", "2 h"]


def test_the_worst_of_all_counts() -> None:
    assert worst([]) is Level.OK
    assert worst([make_finding("disk", free=9.0), make_finding("memory-low", available=1)]) is Level.WARN
    assert (
        worst([make_finding("memory-low", available=1), make_finding("disk-gone"), make_finding("disk", free=9.0)])
        is Level.BAD
    )


def test_a_home_without_an_entrance_is_told_what_starts_one(root: Path, clock: FakeClock, machine: Machine) -> None:
    seen = doctor.examine(root, clock, machine)
    bad = [finding.kind.code for finding in seen if finding.level is Level.BAD]
    assert [code for code in bad if code != "server-unsafe"] == ["entrance-down"]  # as the tests' own server is
    assert {"database-read", "database-server"} & set(codes(seen))
    assert {"home", "chain", "spool-there", "backup-none"} <= set(codes(seen))
    (down,) = (finding for finding in seen if finding.kind.code == "entrance-down")
    assert "kiosk entrance" in down.remedy("fr")


def test_the_entrance_of_another_home_is_not_taken_for_this_one(
    root: Path, clock: FakeClock, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mark, code in ((home.Paths(root.parent).mark, "entrance-of-another"), (home.Paths(root).mark, "entrance")):
        monkeypatch.setattr(doctor, "_ask", lambda _port, mark=mark: {**WELL, "home": mark})
        seen = doctor.examine(root, clock, machine)
        assert {"entrance", "entrance-of-another", "entrance-down"} & {*codes(seen)} == {code}


def garbage(root: Path) -> None:
    (root / "db" / "ledger.db").write_bytes(b"no database" * 999)


def no_settings(root: Path) -> None:
    for path in root.glob("kiosk.toml*"):
        path.unlink()


OF_THE_LEDGER = ("no database", "garbage")
BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no home": (shutil.rmtree, "home-missing"),
    "no configuration": (
        lambda root: [path.write_text("real = maybe") for path in root.glob("kiosk.toml*")],
        "home-settings",
    ),
    "no settings at all": (no_settings, "home-settings"),
    "no database": (lambda root: shutil.rmtree(root / "db"), "ledger-missing"),
    "no keys": (lambda root: shutil.rmtree(root / "keys"), "home-key"),
    "garbage": (garbage, "ledger-damaged"),
    "no spool": (lambda root: (root / "spool").rmdir(), "spool-missing"),
}


@pytest.mark.parametrize(
    "what", [pytest.param(each, marks=pytest.mark.sqlite) if each in OF_THE_LEDGER else each for each in BREAKS]
)
def test_it_works_while_everything_is_broken(root: Path, clock: FakeClock, machine: Machine, what: str) -> None:
    do, code = BREAKS[what]
    assert code not in codes(doctor.examine(root, clock, machine))
    do(root)
    seen = doctor.examine(root, clock, machine, whole=True)
    assert code in codes(seen)
    assert "memory" in codes(seen)
    assert not doctor.note(root, seen, clock.now(), whole=True) or what == "no spool"


def test_a_check_that_fails_itself_is_a_finding_and_keeps_no_other_from_being_made(
    root: Path, clock: FakeClock, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Iterator[Finding]:
        raise KeyError("Inès Moreau")

    monkeypatch.setattr(machine_checks, "reader", fail)
    seen = doctor.examine(root, clock, machine)
    (failed,) = (finding for finding in seen if finding.kind.code == "check-failed")
    assert failed.says("fr") == "le contrôle «\u00a0reader\u00a0» a échoué\u00a0: KeyError"
    assert "memory" in codes(seen)


def test_an_altered_last_entry_is_found_quickly_and_an_old_one_at_night(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ordinal, name in enumerate(("Inès", "Karim", "Hugo", "Fatou")):
        space.join(name, f"04A200000{ordinal}E511")
    (count,) = space.sql("SELECT count(*) FROM entry")[0]
    assert isinstance(count, int)
    monkeypatch.setattr(database_checks, "LAST_ENTRIES", 2)
    assert codes(database_checks.books(space.home, whole=False)) == ["chain"]
    with beside.unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 1")
    assert codes(database_checks.books(space.home, whole=False)) == ["chain"]
    assert codes(database_checks.books(space.home, whole=True)) == ["chain-broken"]
    with beside.unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = ?", (count,))
    assert codes(database_checks.books(space.home, whole=False)) == ["chain-broken"]


def test_a_missing_trigger_is_a_finding_of_the_database(space: Space) -> None:
    with space.by_owner():  # who checks it whole is root
        assert "database-schema" not in codes(database_checks.database(space.home, whole=True))
        with beside.unguarded(space.home):
            pass
        assert "database-schema" in codes(database_checks.database(space.home, whole=True))


def test_a_whole_check_is_noted_with_how_it_went(space: Space) -> None:
    space.join("Inès Moreau", INES)
    at = space.clock.now()
    root = space.home.paths.root
    doctor.note(root, list(database_checks.books(space.home, whole=False)), at, whole=False)
    with space.home.store.reading() as connection:
        assert upkeep_rows.found(connection) == {}
    doctor.note(root, list(database_checks.books(space.home, whole=True)), at, whole=True)
    with beside.unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody'")
    later = at + timedelta(days=1)
    doctor.note(root, list(database_checks.books(space.home, whole=True)), later, whole=True)
    with space.home.store.reading() as connection:
        done = upkeep_rows.found(connection)[Care.CHAIN]
    assert (done.tried_at, done.succeeded_at, done.failed) == (later, at, True)
    assert done.says.startswith("entry 1 ")


def test_what_was_found_is_read_back_as_it_was_noted_and_the_next_check_replaces_it(space: Space) -> None:
    root, at = space.home.paths.root, space.clock.now()
    seen = [
        make_finding("backup", age=timedelta(hours=5)),
        make_finding("temperature", degrees=48.3),
        make_finding("gpio-absent"),
    ]
    assert doctor.note(root, seen, at, whole=False)
    with space.home.store.reading() as connection:
        noted = finding_rows.noted(connection)
    assert noted is not None
    assert (noted[0], [Finding(KINDS[code], values) for code, values in noted[1]]) == (at, seen)
    doctor.note(root, seen[2:], at + timedelta(days=1), whole=False)
    with space.home.store.reading() as connection:
        assert finding_rows.noted(connection) == (at + timedelta(days=1), [("gpio-absent", {})])


def test_an_entrance_that_is_well_is_well_in_every_line() -> None:
    seen = list(entrance_checks.of_entrance(WELL, wants_display=True))
    assert codes(seen) == ["entrance", "reader", "door", "clock", "database", "spool", "display"]
    assert worst(seen) is Level.OK


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"reader": "offline"}, "reader-offline"),
        ({"door": {"simulated": True}}, "door-simulated"),
        ({"door": {"simulated": False, "state": "fault"}}, "door-fault"),
        ({"clock": "untrusted"}, "clock-untrusted"),
        ({"database": "fault"}, "database-fault"),
        ({"database": "fault", "spool": "memory"}, "database-memory"),
        ({"database": "fault", "spool": "nowhere"}, "database-nowhere"),
        ({"spool": "memory", "spooled": 2}, "spool-memory"),
        ({"set_aside": 2}, "set-aside"),
        ({"display_seconds": 121}, "display-silent"),
        ({"display_seconds": None}, "display-silent"),
        ({"memory_mb": 300}, "memory-entrance"),
    ],
)
def test_what_the_entrance_says_of_itself_is_a_finding(facts: dict[str, Any], code: str) -> None:
    seen = list(entrance_checks.of_entrance({**WELL, **facts}, wants_display=True))
    assert code in codes(seen)
    assert all(map(entrance_checks.is_seen_here, seen))


def test_a_display_has_two_minutes_after_the_start_and_none_is_missed_where_none_is_wanted() -> None:
    young = {**WELL, "display_seconds": None, "up_seconds": 90}
    assert "display" in codes(entrance_checks.of_entrance(young, wants_display=True))
    silent = {**WELL, "display_seconds": 999}
    assert not {"display", "display-silent"} & set(codes(entrance_checks.of_entrance(silent, wants_display=False)))


@pytest.mark.parametrize(("free", "code"), [(50, "disk"), (9, "disk-nearly-full"), (2, "disk-full")])
def test_room_on_the_disk_is_judged_by_its_share(free: int, code: str) -> None:
    assert entrance_checks.of_disk(Disk(free, 100)).kind.code == code
    assert entrance_checks.of_disk(None).kind.code == "disk-gone"


def cared(care: Care, *, tried: timedelta, succeeded: timedelta | None) -> dict[Care, Upkeep]:
    good = None if succeeded is None else WEDNESDAY - succeeded
    return {care: Upkeep(care, WEDNESDAY - tried, good, "")}


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({}, "backup-none"),
        (cared(Care.BACKUP, tried=HOUR, succeeded=HOUR), "backup"),
        (cared(Care.BACKUP, tried=HOUR, succeeded=2 * HOUR), "backup-failed"),
        (cared(Care.BACKUP, tried=HOUR, succeeded=27 * HOUR), "backup-overdue"),
        (cared(Care.BACKUP, tried=HOUR, succeeded=None), "backup-overdue"),
        (cared(Care.AWAY, tried=9 * DAY, succeeded=9 * DAY), "away-overdue"),
        (cared(Care.DRILL, tried=DAY, succeeded=2 * DAY), "drill-failed"),
        (cared(Care.DRILL, tried=DAY, succeeded=50 * DAY), "drill-failed"),
        (cared(Care.KEYS, tried=DAY, succeeded=None), "keys-failed"),
        (cared(Care.DRILL, tried=41 * DAY, succeeded=41 * DAY), "drill-overdue"),
        (cared(Care.KEYS, tried=DAY, succeeded=DAY), "keys"),
        (cared(Care.CHAIN, tried=HOUR, succeeded=HOUR), "chain-checked"),
        (cared(Care.CHAIN, tried=HOUR, succeeded=DAY), "chain-failed"),
        (cared(Care.CHAIN, tried=4 * DAY, succeeded=4 * DAY), "chain-overdue"),
        (cared(Care.UPDATE, tried=DAY, succeeded=None), "update-failed"),
        (cared(Care.UPDATE, tried=DAY, succeeded=DAY), "update"),
        (cared(Care.ERASED, tried=HOUR, succeeded=DAY), "erased-in-log"),
    ],
)
def test_what_looks_after_the_kiosk_is_a_finding(known: dict[Care, Upkeep], code: str) -> None:
    seen = list(entrance_checks.of_upkeep(known, WEDNESDAY, "1"))
    assert code in codes(seen)
    assert all(map(entrance_checks.is_seen_here, seen))


@contextmanager
def proxy(tmp_path: Path, begins: datetime, ends: datetime) -> Iterator[int]:
    """Something that speaks TLS on a port, with a certificate of its own for so long."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bureau.lan")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(begins).not_valid_after(ends)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    pem += key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "proxy.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "proxy.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            asked, _ = listening.accept()
            with closing(asked), suppress(OSError), context.wrap_socket(asked, server_side=True) as secured:
                secured.recv(1)  # whoever asks hangs up without a word

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (-2 * HOUR, 10 * HOUR, "certificate"),
        (-11 * HOUR, HOUR, "certificate-ending"),
        (-24 * HOUR, -HOUR, "certificate-over"),
    ],
)
def test_the_desk_s_certificate_is_looked_at_as_a_browser_sees_it(
    tmp_path: Path, begins: timedelta, ends: timedelta, code: str
) -> None:
    settings = Config(desk=DeskConfig(hosts=["localhost", "bureau.lan"], proxy="127.0.0.1"))
    with proxy(tmp_path, WEDNESDAY + begins, WEDNESDAY + ends) as port:
        (seen,) = doctor.of_certificate(settings, WEDNESDAY, port)
    assert (seen.kind.code, seen.values["host"]) == (code, "bureau.lan")
    assert codes(doctor.of_certificate(settings, WEDNESDAY, port)) == ["certificate-none"]


def test_a_desk_without_a_proxy_has_no_certificate_to_look_at() -> None:
    assert tls_certificate.host_of(Config()) is None
    assert codes(doctor.of_certificate(Config(), datetime(2026, 1, 1, tzinfo=UTC))) == []


def test_a_running_entrance_drives_the_relay_for_the_test_whatever_the_rules_say(space: Space) -> None:
    entrance = Opener(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        clock=space.clock,
        door=space.door,
        note=space.events.append,
    )
    seen = relay_pulse.by_the_entrance(space.home, space.clock, lambda _: entrance.turn())
    assert (seen.kind.code, space.door.pulses) == ("relay", 1)
    assert [(event.kind, event.reason) for event in space.events] == [("opened", "test")]
    space.door.broken = True
    assert relay_pulse.by_the_entrance(space.home, space.clock, lambda _: entrance.turn()).kind.code == "relay-fault"


def test_a_lock_that_takes_its_time_is_not_told_as_open_before_it_answered(space: Space) -> None:
    """One in the network: asked, and for seconds neither open nor not."""
    turns = iter([OPENING, OPENING, FAILED])

    def wait(_seconds: float) -> None:
        with space.home.store.writing() as connection:
            number = connection.exec_driver_sql("SELECT max(id) FROM desk_request").scalar_one()
            request_rows.finish(connection, number, space.clock.now(), next(turns))

    assert relay_pulse.by_the_entrance(space.home, space.clock, wait).kind.code == "relay-fault"


def test_an_entrance_that_does_not_answer_leaves_the_relay_alone(space: Space) -> None:
    def wait(seconds: float) -> None:
        space.clock.advance(seconds=seconds)

    assert relay_pulse.by_the_entrance(space.home, space.clock, wait).kind.code == "relay-fault"
    assert space.door.pulses == 0


def test_without_an_entrance_the_relay_is_driven_once_and_given_back() -> None:
    door, waited = FakeDoor(level=True), list[float]()
    assert relay_pulse.by_itself(door, 3.0, waited.append).kind.code == "relay"
    assert (door.pulses, door.level, waited) == (1, False, [3.0])
    assert relay_pulse.by_itself(FakeDoor(broken=True), 3.0, waited.append).kind.code == "relay-fault"


def test_a_home_of_another_release_is_a_finding(root: Path, clock: FakeClock, machine: Machine) -> None:
    with home.opened(root) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    (seen,) = (each for each in doctor.examine(root, clock, machine) if each.kind.topic.id == "opening")
    assert seen.kind.code == "home-newer"
    assert seen.says("fr") == "la base vient d’une version plus récente"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"newest": "0.3.0"}', ["update-available"]),
        ('{"newest": "0.2.9"}', []),
        ('{"newest": "0.2.10"}', ["update-available"]),
        ('{"newest": "a secret"}', []),
        ("{}", []),
        ("no json", []),
    ],
)
def test_a_newer_release_is_told_of(tmp_path: Path, text: str, seen: list[str]) -> None:
    pi = FakeMachine(tmp_path / "pi")
    assert codes(release_checks.check(pi.machine, "0.2.9", UpdateConfig(), WEDNESDAY)) == []
    pi.write(release_checks.RELEASES, text)
    assert codes(release_checks.check(pi.machine, "0.2.9", UpdateConfig(), WEDNESDAY)) == seen


def _looked(days: int, listed: int = 0, source: str = "/media/releases") -> dict[str, object]:
    at, signed = (WEDNESDAY - timedelta(days=ago) for ago in (days, listed))
    return {"newest": "0.2.9", "at": at.isoformat(), "listed": {"source": source, "at": signed.isoformat()}}


@pytest.mark.parametrize(
    ("source", "has_key", "known", "code"),
    [
        ("", True, {}, "update-no-source"),
        ("git+https://releases.example.org/kiosk.git", True, {}, "update-git-source"),
        ("/media/releases", False, {}, "update-no-key"),
        ("/media/releases", True, {}, "update-never-looked"),
        ("/media/releases", True, _looked(15), "update-unseen"),
        ("/media/releases", True, _looked(1, listed=121), "update-old-list"),
        ("/media/releases", True, _looked(1, listed=121, source="elsewhere"), ""),
        ("/media/releases", True, _looked(14, listed=120), ""),
        ("/media/releases", True, {"at": "soon", "listed": "never"}, "update-never-looked"),
    ],
)
def test_an_installed_release_that_no_newer_one_can_reach_is_told_of(
    tmp_path: Path, source: str, has_key: bool, known: dict[str, object], code: str
) -> None:
    pi = FakeMachine(tmp_path / "pi")
    pi.write(f"{release_checks.CURRENT}/digest", "1")
    pi.write(release_checks.RELEASES, json.dumps(known))
    settings = UpdateConfig(source=source, key="/etc/kiosk/release.pub")
    if has_key:
        pi.write(settings.key, "a key")
    assert codes(release_checks.check(pi.machine, "0.2.9", settings, WEDNESDAY)) == ([code] if code else [])


def test_the_keys_of_releases_are_told_as_ssh_keygen_tells_them(tmp_path: Path) -> None:
    pi, settings = FakeMachine(tmp_path / "pi"), UpdateConfig(key="/etc/kiosk/release.pub")
    assert list(release_checks.keys(pi.machine, settings)) == []
    first, later = (_keys(number) for number in (1, 3))
    pi.write(settings.key, first)
    (found,) = release_checks.keys(pi.machine, settings)
    assert (found.kind.code, found.values["number"]) == ("release-keys", 1)
    state = {"pin": hashlib.sha256(first.encode()).hexdigest(), "keys": later}
    pi.write(release_checks.TRUSTED, json.dumps(state))
    (found,) = release_checks.keys(pi.machine, settings)
    assert found.values["number"] == 3
    assert str(found.values["keys"]).count("SHA256:") == 3
    pi.write(release_checks.TRUSTED, json.dumps(state | {"pin": "another"}))
    (found,) = release_checks.keys(pi.machine, settings)
    assert found.values["number"] == 1, "how far another pin came says nothing"
    pi.write(settings.key, f"{ONE_KEY} someone@example.org\n")
    (found,) = release_checks.keys(pi.machine, settings)
    assert (found.kind.code, found.values["key"]) == ("release-key", ONE_FINGERPRINT)
    pi.write(settings.key, "no key")
    assert list(release_checks.keys(pi.machine, settings)) == []


ONE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ONE_FINGERPRINT = "SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk"


def _keys(number: int) -> str:
    """A set of keys whose blobs are a number."""
    public = [f"ssh-ed25519 {base64.b64encode(_blob(10 * number + each)).decode()}" for each in range(3)]
    return json.dumps({"kind": "kiosk-keys", "number": number, "keys": public})


def _blob(of: int) -> bytes:
    name = b"ssh-ed25519"
    return len(name).to_bytes(4, "big") + name + (32).to_bytes(4, "big") + bytes([of]) * 32


def test_a_release_that_was_taken_back_is_not_offered_and_the_reason_is_told(tmp_path: Path) -> None:
    pi = FakeMachine(tmp_path / "pi")
    pi.write(release_checks.RELEASES, '{"newest": "0.3.0", "taken_back": "0.3.0", "why": "no desk"}')
    (found,) = release_checks.check(pi.machine, "0.2.9", UpdateConfig(), WEDNESDAY)
    assert (found.kind.code, "no desk" in found.says("fr")) == ("update-taken-back", True)
    pi.write(release_checks.RELEASES, '{"newest": "0.3.1", "taken_back": "0.3.0", "why": "no desk"}')
    assert codes(release_checks.check(pi.machine, "0.2.9", UpdateConfig(), WEDNESDAY)) == ["update-available"]


@pytest.mark.parametrize(("days", "code"), [(0, "libraries"), (400, "libraries"), (401, "libraries-old")])
def test_how_old_the_libraries_are_is_said(days: int, code: str) -> None:
    assert codes(doctor.of_libraries(MADE_AFTER + timedelta(days=days))) == [code]


@pytest.mark.parametrize(
    ("training", "real", "starts", "is_told"),
    [(False, False, True, True), (True, False, True, False), (False, False, False, False), (False, True, True, False)],
)
def test_a_simulated_door_in_a_home_that_counts_is_an_alarm_where_its_unit_starts_with_the_machine(
    tmp_path: Path, machine: Machine, clock: FakeClock, *, training: bool, real: bool, starts: bool, is_told: bool
) -> None:
    made = tmp_path / "home"
    home_creation.create(made, NewHome(training=training, real=real), clock)
    if starts:
        wants = machine.at("/etc/systemd/system/multi-user.target.wants")
        wants.mkdir(parents=True)
        (wants / "kiosk-entrance.service").symlink_to("/etc/systemd/system/kiosk-entrance.service")
    seen = doctor.examine(made, clock, machine)
    alarms = [each for each in seen if each.kind.code.startswith("door-simulated-")]
    assert codes(alarms) == ["door-simulated-counts"] * is_told  # once
    assert all(each.level is Level.BAD and "real = true" in each.remedy("en") for each in alarms)


def test_an_entrance_that_was_started_with_other_settings_is_told(root: Path) -> None:
    assert codes(settings_checks.check(root, {"settings": "ok"})) == ["settings"]
    assert codes(settings_checks.check(root, {"settings": "accepted"})) == ["settings-restart"]
    (root / "kiosk.toml").write_text("real = true", "utf-8")
    assert codes(settings_checks.check(root, {"settings": "accepted"})) == ["settings-accepted"]
