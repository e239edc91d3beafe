"""What an operator does wrong, sixteen ways: what `kiosk check` says in French, its remedy, and that remedy typed."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from msgspec import Struct

from kiosk import config_file
from kiosk.cli import main
from kiosk.errors import RequestError
from kiosk.health import status_file
from kiosk.health.status_file import Disk
from kiosk.home import Paths
from kiosk.jobs.update.program_control import Untouched
from kiosk.jobs.update.release_places import Place
from kiosk.jobs.update.updating import Update
from kiosk.setup import migration, moving
from tests import postgres
from tests.cli.standing import MOMENT
from tests.cli.test_commands import INES, Kiosk
from tests.fakes import FakeClock
from tests.offline.test_lost_media import Entrance
from tests.settings import forget_accepted
from tests.shared import once

_ENGLISH = re.compile(r"\b(?:the|is|not|does|was|cannot|missing|with|which|from|than|it)\b")


class Fault(Struct, frozen=True):
    """What is done to a home, what is said of that and advised in French, and what the operator then types."""

    damage: Callable[[Kiosk], object]
    code: str
    says: str
    remedy: str
    cure: Callable[[Kiosk], object]


def _ledger(kiosk: Kiosk) -> Path:
    return kiosk.root / "db" / "ledger.db"


def _restore(kiosk: Kiosk) -> None:
    """The copy that was last made; the check of before it has a file of its own."""
    copies = sorted((kiosk.root / "backups").glob("*.tar"))
    assert kiosk("restore", str(copies[-1]), "--yes")[0] == 0


def _alter_amount(kiosk: Kiosk) -> None:
    with closing(sqlite3.connect(_ledger(kiosk))) as database:
        (guard,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_never_changed'").fetchone()
        database.execute("DROP TRIGGER entry_never_changed")
        database.execute("UPDATE entry SET amount_cents = 1 WHERE number = 1")
        database.execute(guard)
        database.commit()


def _mistype(kiosk: Kiosk) -> None:
    path = kiosk.root / "kiosk.toml"
    path.write_text(path.read_text("utf-8").replace("time_zone", "timezone"), "utf-8")
    forget_accepted(kiosk.root)


def _edit(before: str, after: str) -> Callable[[Kiosk], None]:
    def typed(kiosk: Kiosk) -> None:
        os.environ["VISUAL"] = f"sed -i 's|{before}|{after}|'"
        assert kiosk("config", "edit")[0] == 0

    return typed


def _keep_key(kiosk: Kiosk, name: str) -> Path:
    """The copy of the keys, which a test puts back as a person would: by hand."""
    kept = kiosk.root.parent / name
    shutil.copy2(kiosk.root / "keys" / "shared" / name, kept)
    return kept


def _run_door(kiosk: Kiosk) -> None:
    """The door has run once, and has left its roster."""
    with ExitStack() as stack:
        entrance = Entrance(kiosk.root, stack)
        entrance.kept.follower.follow()
        entrance.kept.close()


def _lose_key(name: str) -> Callable[[Kiosk], None]:
    def lost(kiosk: Kiosk) -> None:
        _keep_key(kiosk, name)
        (kiosk.root / "keys" / "shared" / name).unlink()

    return lost


def _exchange_key(name: str) -> Callable[[Kiosk], None]:
    def exchanged(kiosk: Kiosk) -> None:
        if name == "badge":
            _run_door(kiosk)
        _keep_key(kiosk, name)
        (kiosk.root / "keys" / "shared" / name).write_text(f"{'ab' * 32}\n", "ascii")

    return exchanged


def _key_back(name: str) -> Callable[[Kiosk], None]:
    def put_back(kiosk: Kiosk) -> None:
        shutil.copy2(kiosk.root.parent / name, kiosk.root / "keys" / "shared" / name)

    return put_back


FILES: dict[str, Fault] = {
    "ledger gone": Fault(
        lambda kiosk: _ledger(kiosk).unlink(), "ledger-missing", "la base n’est plus là", "kiosk restore", _restore
    ),
    "ledger half": Fault(
        lambda kiosk: os.truncate(_ledger(kiosk), _ledger(kiosk).stat().st_size // 2),
        "ledger-damaged",
        "la base est vide ou abîmée",
        "kiosk restore",
        _restore,
    ),
    "ledger empty": Fault(
        lambda kiosk: _ledger(kiosk).write_bytes(b""),
        "ledger-damaged",
        "la base est vide ou abîmée",
        "kiosk restore",
        _restore,
    ),
    "ledger rubbish": Fault(
        lambda kiosk: _ledger(kiosk).write_bytes(b"no database" * 999),
        "ledger-damaged",
        "la base est vide ou abîmée",
        "kiosk restore",
        _restore,
    ),
    "amount changed": Fault(
        _alter_amount, "chain-broken", "la vérification des comptes a échoué", "N’enregistrez plus rien", _restore
    ),
    "key gone": Fault(
        _lose_key("badge"),
        "home-key",
        "une clé manque ou est abîmée",
        "restaurez keys/ depuis la copie",
        _key_back("badge"),
    ),
    "key of the chain gone": Fault(
        _lose_key("chain"),
        "home-key",
        "une clé manque ou est abîmée",
        "restaurez keys/ depuis la copie",
        _key_back("chain"),
    ),
    "key of another chain": Fault(
        _exchange_key("chain"),
        "chain-key-other",
        "n’est pas celle qui scelle ces comptes",
        "Restaurez ce fichier depuis la copie des clés",
        _key_back("chain"),
    ),
    "key of other badges": Fault(
        _exchange_key("badge"),
        "badge-key-other",
        "n’est pas celle des badges de cet espace",
        "Restaurez ce fichier depuis la copie des clés",
        _key_back("badge"),
    ),
    "typo": Fault(
        _mistype,
        "home-settings",
        "clé inconnue timezone ; connues ici",
        "sudo kiosk config edit",
        _edit("timezone", "time_zone"),
    ),
    "modes": Fault(
        lambda kiosk: (kiosk.root / "keys" / "shared" / "badge").chmod(0o644),
        "home-key-open",
        "tous les comptes peuvent lire la clé",
        "sudo kiosk mend",
        lambda kiosk: kiosk("mend"),
    ),
    "spool gone": Fault(
        lambda kiosk: shutil.rmtree(kiosk.root / "spool"),
        "spool-missing",
        " manque",
        "Branchez le disque de la file d’attente",
        lambda kiosk: kiosk("mend"),
    ),
    "copies gone": Fault(
        lambda kiosk: shutil.rmtree(kiosk.root / "backups"),
        "copies-gone",
        "aucune copie",
        "sudo kiosk backup",
        lambda kiosk: kiosk("backup"),
    ),
}


@pytest.fixture
def operated(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """A home in its file with a member and a copy."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        for words in (("members", "add", "--name", "Inès Moreau", "--badge", INES), ("backup",)):
            main.main(["--home", str(root), *words])

    return Kiosk(Path(shutil.copytree(once("operated", make), tmp_path / "home")), capsys)


def _found(kiosk: Kiosk) -> dict[str, dict[str, str]]:
    return {each["code"]: each for each in json.loads(kiosk("check", "--json")[1])["checks"]}


def _go_through(kiosk: Kiosk, fault: Fault) -> None:
    fault.damage(kiosk)
    found = _found(kiosk)
    assert fault.says in found[fault.code]["says"]
    assert fault.remedy in found[fault.code]["remedy"]
    assert [each for each in found.values() if _ENGLISH.search(f"{each['says']} {each['remedy']}")] == []
    assert "check-failed" not in found, "one fault is told once"
    may_restore = fault.code in ("ledger-missing", "ledger-damaged")
    assert any("kiosk restore" in each["remedy"] for each in found.values()) is may_restore
    fault.cure(kiosk)
    assert fault.code not in _found(kiosk)


@pytest.mark.sqlite
@pytest.mark.parametrize("what", FILES)
def test_a_fault_of_a_file_is_told_with_its_own_remedy_which_ends_it(
    operated: Kiosk, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    _go_through(operated, FILES[what])


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_no_copy_is_brought_back_for_it(
    operated: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(status_file, "disk", lambda _paths: Disk(free_bytes=1 << 20, total_bytes=1 << 30))
        _go_through(
            operated,
            Fault(lambda _: None, "disk-full", "Go libres", "Faites de la place", lambda _: full.undo()),
        )


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A server that may be stopped, and that asks some for a password."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    made = postgres.new()
    rules = made.folder / "data" / "pg_hba.conf"
    rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{rules.read_text('utf-8')}", "utf-8")
    made.run("CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'secret'")
    made.run("CREATE ROLE stranger LOGIN")
    yield made
    made.end()


@pytest.fixture(scope="module")
def moved(server: postgres.Server, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on that server, which no test disturbs."""
    root = Path(shutil.copytree(template, tmp_path_factory.mktemp("moved") / "home"))
    moving.to_server(root, server.url(server.made()))
    return root


class Server(Struct, frozen=True):
    """The server, and a home that has its records there."""

    server: postgres.Server
    kiosk: Kiosk
    database: str

    def name(self, url: str) -> None:
        """Let kiosk.toml name this address, accepted."""
        path = self.kiosk.root / "kiosk.toml"
        path.write_text(re.sub('url = ".*"', f'url = "{url}"', path.read_text("utf-8")), "utf-8")
        forget_accepted(self.kiosk.root)


@pytest.fixture
def on_server(server: postgres.Server, moved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Server:
    """One of this test's own."""
    root = Path(shutil.copytree(moved, tmp_path / "home"))
    database = server.made(config_file.load(root / "kiosk.toml").database.url.rpartition("/")[2])
    there = Server(server, Kiosk(root, capsys), database)
    there.name(server.url(database))
    return there


def _name_stranger(at: Server) -> None:
    """The address names an account that may look into the schema, and read no table."""
    at.server.run("GRANT USAGE ON SCHEMA kiosk TO stranger", at.database)
    at.name(at.server.url(at.database, "stranger"))


def _name_owner(at: Server) -> None:
    _edit("stranger", "postgres")(at.kiosk)
    assert at.kiosk("roles")[0] == 0


def _newer(at: Server) -> None:
    at.server.run("UPDATE kiosk.alembic_version SET version_num = '9999'", at.database)


def _update(at: Server) -> None:
    """As the newer release would find it."""
    from kiosk.store.revisions import REVISION

    at.server.run(f"UPDATE kiosk.alembic_version SET version_num = '{REVISION}'", at.database)


class ServerFault(Struct, frozen=True):
    """The same of a server."""

    damage: Callable[[Server], object]
    code: str
    says: str
    remedy: str
    cure: Callable[[Server], object]


SERVERS: dict[str, ServerFault] = {
    "server stopped": ServerFault(
        lambda at: at.server.control("stop", "-m", "fast"),
        "server-silent",
        "ne répond pas",
        "Démarrez le serveur",
        lambda at: at.server.control("start"),
    ),
    "password": ServerFault(
        lambda at: at.name(at.server.url(at.database, "guarded:wrong")),
        "server-password",
        "refuse le mot de passe du compte guarded",
        "sudo kiosk config edit",
        lambda at: _edit("guarded:wrong", "guarded:secret")(at.kiosk),
    ),
    "database absent": ServerFault(
        lambda at: at.name(at.server.url("coroutne")),
        "server-no-database",
        "la base coroutne n’existe pas",
        "sudo kiosk config edit",
        lambda at: _edit("coroutne", at.database)(at.kiosk),
    ),
    "account wrong": ServerFault(
        _name_stranger,
        "server-rights",
        "des droits manquent au compte stranger",
        "sudo kiosk config edit, puis lancez sudo kiosk roles",
        _name_owner,
    ),
    "schema newer": ServerFault(_newer, "home-newer", "d’une version plus récente", "sudo kiosk update", _update),
}


_REMEDY = pytest.mark.remedy("config edit", "server-rights"), pytest.mark.remedy("roles", "server-rights")


@pytest.mark.parametrize(
    "what", [pytest.param(each, marks=_REMEDY if each == "account wrong" else ()) for each in SERVERS]
)
def test_a_fault_of_a_server_is_told_with_its_own_remedy_which_ends_it(
    on_server: Server, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    fault = SERVERS[what]
    _go_through(
        on_server.kiosk,
        Fault(lambda _: fault.damage(on_server), fault.code, fault.says, fault.remedy, lambda _: fault.cure(on_server)),
    )


def test_a_database_of_another_owner_is_told_as_such_by_what_wants_to_be_its_owner(
    template: Path, server: postgres.Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`permission denied for database` once named `kiosk roles`, which another account's database refuses as well."""
    kiosk = Kiosk(Path(shutil.copytree(template, tmp_path / "home")), capsys)
    database = server.made()
    url = server.url(database, "stranger")
    status, _, said = kiosk("move", "--to", url)
    assert status == 3
    assert "ALTER DATABASE" in said
    assert "kiosk roles" not in said
    server.run(f"ALTER DATABASE {database} OWNER TO stranger")
    assert kiosk("move", "--to", url)[0] == 0


@pytest.mark.remedy("migrate", "update-server")
def test_records_on_a_server_are_brought_up_by_the_command_that_the_update_names(
    on_server: Server, tmp_path: Path
) -> None:
    kiosk = on_server.kiosk
    settings = config_file.load(kiosk.root / "kiosk.toml")
    update = Update(Place(tmp_path), Paths(kiosk.root), settings, Untouched(), FakeClock(MOMENT), lambda _seconds: None)
    with pytest.raises(RequestError) as refused:
        update.install("/releases")
    assert (refused.value.code, "kiosk migrate once" in str(refused.value)) == ("update-server", True)
    migration.migrate_back(kiosk.root, "0045")
    assert "[database-older]" in kiosk("members", "list")[2]
    assert kiosk("migrate")[0] == 0
    assert kiosk("members", "list")[0] == 0
