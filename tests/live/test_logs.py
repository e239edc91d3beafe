"""Both programs through a day with everything in it, and a mail server that is away: nobody is in what they say."""

import http.client
import json
import re
import sqlite3
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import argon2
import pytest

from kiosk import home
from kiosk.devices.clock import HostClock
from kiosk.store.messages import outbox_rows
from tests.office import EMAIL as OFFICER
from tests.office import PASSWORD, Office, behind_a_proxy
from tests.processes import PYTHON, Living, free_port, living, moved_clock, until

pytestmark = pytest.mark.promise(6)

INES, LOST, UNKNOWN, NEWCOMER = "04A2000000E511", "04A1B2C3D4E599", "04DEADBEEF0011", "04CAFECAFE0012"
PIN, WRONG_PIN = "48213", "59317"
WRONG_PASSWORD = "mot-de-passe-faux"
STRANGER, MEMBER = "inconnue@exemple.fr", "zelda@exemple.fr"
PEOPLE = ("Zelda Quillfeather", "Bartholome Vexin", "Quillfeather", "Bartholome", "Vexin", "Zelda")
TYPED = "xanthe wolff"
SECRETS = (PIN, WRONG_PIN, PASSWORD, WRONG_PASSWORD, OFFICER, STRANGER, MEMBER, *PEOPLE, "xanthe", "wolff", "E511")


class Screen:
    """A page before the entrance: it sees what may be touched, and touches."""

    def __init__(self, port: int) -> None:
        self._port = port

    def _ask(self, method: str, path: str, **fields: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)) as connection:
            own = {"Origin": f"http://127.0.0.1:{self._port}", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urllib.parse.urlencode(fields), own if fields else {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def html(self) -> str:
        return str(json.loads(self._ask("GET", "/card?since=-1")[1])["html"])

    def _aim(self) -> dict[str, str]:
        """What a page tells of a finger that comes down on what it has shown for a second."""
        state = json.loads(self._ask("GET", "/card?since=-1")[1])
        return {"card": str(state["card"]), "painted_at": f"{state['at'] - 1:.3f}", "finger_at": f"{state['at']:.3f}"}

    def begin(self, act: str) -> None:
        assert self._ask("POST", "/begin", act=act, **self._aim())[0] == 204

    def touch(self, act: str, value: str = "") -> None:
        def button() -> re.Match[str] | None:
            buttons = (match[0] for match in re.finditer(r"<button[^>]*>", self.html()))
            wanted = f'data-value="{value}"' if value else ""
            fitting = (each for each in buttons if f'data-act="{act}"' in each and wanted in each)
            return re.search(r'data-ticket="([^"]+)"', next(fitting, ""))

        until(button)
        found = button()
        assert found is not None
        assert self._ask("POST", "/touch", ticket=found[1], act=act, value=value, **self._aim())[0] == 204

    def type(self, text: str) -> None:
        for letter in text:
            self.touch("key", "space" if letter == " " else letter)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Living]:
    """A real home's two programs as systemd starts them, and their standard errors in two files."""
    with living(tmp_path, "--training") as found:
        settings = found.root / "kiosk.toml"
        mail = f'server = "127.0.0.1:{free_port()}"\nsender = "bureau@exemple.fr"\n'
        settings.write_text(settings.read_text("utf-8").replace("[mail]\n", f"[mail]\n{mail}"), "utf-8")
        for name, uid in (("Zelda Quillfeather", INES), ("Bartholome Vexin", LOST)):
            assert found.kiosk("members", "add", "--name", name, "--badge", uid).returncode == 0
        assert found.kiosk("badges", "lost", LOST).returncode == 0
        (tmp_path / "password").write_text(PASSWORD)
        officer = ("user", "add", OFFICER, "--role", "president", "--password-file", str(tmp_path / "password"))
        assert found.kiosk(*officer).returncode == 0
        sql(found, "UPDATE member SET pin = ?, email = ? WHERE number = 1", argon2.PasswordHasher().hash(PIN), MEMBER)
        yield found


def sql(place: Living, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(place.root / "db" / "ledger.db", timeout=5)) as database, database:
        return database.execute(statement, values).fetchall()


def events(place: Living, kind: str, reason: str | None = None) -> int:
    found = sql(
        place, "SELECT count(*) FROM door_event WHERE kind = ? AND coalesce(reason, '') = ?", kind, reason or ""
    )
    return int(found[0][0])


def live_a_day(place: Living) -> None:
    """A tap in which the program fails; badges known, unknown, lost; in by name and code; somebody new."""
    screen = Screen(place.port)
    told = f"{PEOPLE[0]} {INES} {INES.lower()}"
    sql(place, f"CREATE TRIGGER boom BEFORE INSERT ON visit BEGIN SELECT RAISE(ABORT, '{told}'); END")
    place.kiosk("tap", INES)
    until(lambda: place.health().get("database") == "fault")
    sql(place, "DROP TRIGGER boom")
    for uid in (INES, LOST, UNKNOWN):
        assert place.kiosk("tap", uid).returncode == 0
    until(lambda: events(place, "refused", "unknown-badge"))
    screen.touch("done")
    screen.begin("badge-forgotten")
    screen.type("zel")
    screen.touch("pin-names")
    screen.touch("pin-who", "1")
    for digits in (WRONG_PIN, PIN):
        for digit in digits:
            screen.touch("pin-key", digit)
        screen.touch("pin-enter")
    until(lambda: events(place, "opened", "pin"))
    place.kiosk("tap", NEWCOMER)
    screen.touch("join")
    screen.type(TYPED)
    screen.touch("join-rules")
    screen.touch("sponsor")
    screen.touch("join-alone")
    until(lambda: sql(place, "SELECT 1 FROM joining"))


def write_to_nobody(place: Living) -> None:
    """A message that is a week old, and one of today, for a mail server that is away."""
    with home.opened(place.root) as opened, opened.store.writing() as connection:
        for days in (0, 8):
            at = HostClock().now() - timedelta(days=days)
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=MEMBER,
                subject=PEOPLE[0],
                body=PIN,
                about="receipt 2026-1",
                at=at,
            )


@pytest.mark.promise(6)
def test_nobody_s_name_number_or_word_is_in_what_the_programs_say(place: Living, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "JOURNAL_STREAM": "8:1", "PYTHONPATH": str(Path.cwd()), **moved_clock()}
    port = behind_a_proxy(place.root)
    logs = [tmp_path / "entrance.stderr", tmp_path / "desk.stderr"]
    running = []
    try:
        for program, path in zip(("entrance", "desk"), logs, strict=True):
            with path.open("wb") as log:
                command = [*PYTHON, "--home", str(place.root), program]
                running.append(subprocess.Popen(command, stderr=log, stdout=log, env=environment))
        until(lambda: place.health().get("ok"))
        live_a_day(place)
        office = Office(port)
        until(lambda: suppressed(lambda: office.ask("GET", "/login")[0] == 200))
        for email, password in ((OFFICER, WRONG_PASSWORD), (STRANGER, PASSWORD)):
            assert office.sign_in(email, password) == 200  # the form again
        assert office.sign_in(OFFICER, PASSWORD) == 302
        assert office.ask("GET", f"/members?q={urllib.parse.quote(PEOPLE[0])}")[0] == 200
        sql(place, "ALTER TABLE visit RENAME TO gone")
        assert office.ask("GET", "/")[0] == 503
        sql(place, "ALTER TABLE gone RENAME TO visit")
        write_to_nobody(place)
        posted = subprocess.run(
            [*PYTHON, "--home", str(place.root), "due"], capture_output=True, text=True, env=environment, check=False
        )
        assert "is given up" in posted.stderr
    finally:
        for process in running:
            process.terminate()
            process.wait(20)
    programs = "\n".join(path.read_text("utf-8") for path in logs)
    said = f"{programs}\n{posted.stderr}"
    assert 'message="ready' in said
    assert "they are spooled (IntegrityError [SQLITE_CONSTRAINT_TRIGGER])" in said
    assert [line for line in programs.splitlines() if not re.match(r"<\d>", line)] == [""]
    assert [word for word in (*SECRETS, INES, LOST, UNKNOWN, NEWCOMER) if word.lower() in said.lower()] == []


def suppressed(true: Any) -> bool:
    with suppress(OSError):
        return bool(true())
    return False
