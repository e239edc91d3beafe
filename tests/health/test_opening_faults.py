"""What is said of a home that cannot be opened, and the remedy: each fault that an operator makes has its own."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import home
from kiosk.errors import KioskError, MachineError
from kiosk.health import doctor, opening_faults
from kiosk.health.machine_facts import Machine
from kiosk.setup import settings_lines
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.settings import forget_accepted

URL = "postgresql://caisse:secret@base.lan:5433/coroutine"


def _emptied(root: Path) -> None:
    (root / "db" / "ledger.db").write_bytes(b"")


def _halved(root: Path) -> None:
    path = root / "db" / "ledger.db"
    os.truncate(path, path.stat().st_size // 2)


def _rubbish(root: Path) -> None:
    (root / "db" / "ledger.db").write_bytes(b"no database" * 999)


def _folder(root: Path) -> None:
    (root / "db" / "ledger.db").unlink()
    (root / "db" / "ledger.db").mkdir()


def _mistyped(root: Path) -> None:
    for path in root.glob("kiosk.toml*"):
        path.write_text('time_zone = "Europe/Lile"\n# end\n', "utf-8")


def _pipe(root: Path) -> None:
    key = root / "keys" / "shared" / "chain"
    key.unlink()
    os.mkfifo(key)


def _linked(root: Path) -> None:
    key = root / "keys" / "shared" / "badge"
    key.rename(key.with_name("away"))
    key.symlink_to(key.with_name("away"))


def _readable(root: Path) -> None:
    (root / "keys" / "shared" / "badge").chmod(0o644)


OF_THE_LEDGER = ("gone", "empty", "halved", "rubbish", "a folder")
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda root: (root / "db" / "ledger.db").unlink(), "ledger-missing"),
    "empty": (_emptied, "ledger-damaged"),
    "halved": (_halved, "ledger-damaged"),
    "rubbish": (_rubbish, "ledger-damaged"),
    "a folder": (_folder, "ledger-damaged"),
    "settings with a slip": (_mistyped, "home-settings"),
    "no key": (lambda root: (root / "keys" / "shared" / "badge").unlink(), "home-key"),
    "a pipe for a key": (_pipe, "home-key"),
    "a link for a key": (_linked, "home-key"),
    "a key for everybody": (_readable, "home-key-open"),
    "no home": (shutil.rmtree, "home-missing"),
}


@pytest.mark.parametrize(
    "what", [pytest.param(each, marks=pytest.mark.sqlite) if each in OF_THE_LEDGER else each for each in FILES]
)
def test_each_fault_of_a_file_has_its_own_remedy(root: Path, what: str) -> None:
    damage, code = FILES[what]
    damage(root)
    with pytest.raises(KioskError) as raised, home.opened(root):
        pass
    (finding,) = opening_faults.closed(raised.value, root)
    assert finding.kind.code == code
    assert ("kiosk restore" in finding.remedy("fr")) is (code in ("ledger-missing", "ledger-damaged", "home-missing"))


@pytest.mark.sqlite  # the file's rights
@pytest.mark.parametrize(("place", "mode"), [("db", 0o500), ("db/ledger.db", 0o000), ("db/ledger.db", 0o400)])
def test_rights_that_are_lacking_are_named_to_root_too_which_needs_none(root: Path, place: str, mode: int) -> None:
    (root / place).chmod(mode)
    found = doctor.examine(root, FakeClock(WEDNESDAY), Machine(root.parent / "machine"))
    (finding,) = [each for each in found if each.kind.code == "ledger-closed"]
    assert "scripts/install" in finding.remedy("fr")
    assert "home-closed" not in {each.kind.code for each in found}


SERVERS = {
    'connection failed: FATAL:  password authentication failed for user "caisse"': "server-password",
    "FATAL:  authentification par mot de passe échouée pour l'utilisateur « caisse »": "server-password",
    'FATAL:  database "coroutine" does not exist': "server-no-database",
    "FATAL:  la base de données « coroutine » n'existe pas": "server-no-database",
    'FATAL:  role "caisse" does not exist': "server-account",
    'FATAL:  no pg_hba.conf entry for host "10.0.0.7"': "server-account",
    'connection to server at "10.0.0.2", port 5433 failed: Connection refused': "server-silent",
    "connection timeout expired": "server-silent",
    "the connection was lost": "server-silent",
    'relation "alembic_version" does not exist': "server-empty",
    "permission denied for schema kiosk": "server-rights",
    "permission denied for table alembic_version": "server-rights",
    "droit refusé pour le schéma kiosk": "server-rights",
    "permission denied for database coroutine (this account may not do that)": "server-owner",
    "must be owner of schema kiosk": "server-owner",
    "droit refusé pour la base de données coroutine": "server-owner",
    "FATAL:  sorry, too many clients already": "server-crowded",
    "FATAL:  remaining connection slots are reserved": "server-crowded",
    "FATAL:  désolé, trop de clients sont déjà connectés": "server-crowded",
    "FATAL:  the database system is starting up": "server-starting",
    "FATAL:  le système de bases de données se lance ou démarre": "server-starting",
    "cannot execute INSERT in a read-only transaction": "server-reads-only",
    "out of shared memory": "server-refuses",
    "canceling statement due to lock timeout": "server-refuses",
}


@pytest.mark.parametrize("words", SERVERS)
def test_each_fault_of_a_server_has_its_own_remedy_and_no_copy_is_brought_back(root: Path, words: str) -> None:
    settings = root / "kiosk.toml"
    text = settings.read_text("utf-8")
    settings.write_text(settings_lines.with_line(text, "database", "url", f'url = "{URL}"'), "utf-8")
    forget_accepted(root)
    fault = MachineError("database", f"the database postgresql://caisse:***@base.lan:5433/coroutine: {words}")
    (finding,) = opening_faults.closed(fault, root)
    assert finding.kind.code == SERVERS[words]
    for language in ("fr", "en"):
        assert "kiosk restore" not in finding.remedy(language)
        assert "secret" not in finding.says(language)
        assert "base.lan:5433" in finding.says(language) or "caisse" in finding.says(language)
