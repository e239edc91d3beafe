"""The command line: what it answers, and the one line that it answers to bad input."""

import csv
import hashlib
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.language.texts import NO_BREAK
from tests.cli import log_watch, money_watch
from tests.processes import PYTHON
from tests.settings import add, forget_accepted, whole

INES = "04A2000000E511"


class Kiosk:
    """Runs commands in this process, and looks at what they left."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        status, money, line = 0, money_watch.standing(self.root), log_watch.last(self.root)
        try:
            main.main(["--home", str(self.root), *arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        money_watch.check(self.root, arguments, money)
        if not status:
            log_watch.check(self.root, arguments, line)
        out, err = self._capsys.readouterr()
        return status, out, err

    def json(self, *arguments: str) -> dict[str, object]:
        status, out, err = self(*arguments, "--json")
        assert status == 0, err
        found: dict[str, object] = json.loads(out)
        return found

    def content(self) -> str:
        """Everything in the home that matters, as one digest: the files, and the database by its dump."""
        digest = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and path.parent.name != "db":
                digest.update(path.read_bytes())
        with closing(sqlite3.connect(self.root / "db" / "ledger.db")) as database:
            for line in database.iterdump():
                if not line.startswith('INSERT INTO "desk_log'):  # a command that was to read leaves its line
                    digest.update(line.encode())
        return digest.hexdigest()


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


@pytest.fixture
def enrolled(kiosk: Kiosk) -> Kiosk:
    assert kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)[0] == 0
    return kiosk


def test_enrolling_answers_with_the_number(kiosk: Kiosk) -> None:
    found = kiosk.json(
        "members", "add", "--name", "Inès Moreau", "--badge", "04:a2:00:00:00:e5:11", "--email", "i@x.fr"
    )
    assert found["member"] == 1
    assert found["balance"] == "5.00"
    assert kiosk.json("members", "show", "1")["shown"] == "Inès"
    assert kiosk.json("badges", "list")["badges"] == [
        {"member": 1, "name": "Inès Moreau", "tail": "E511", "given": found["joined"], "lost": None, "product": None}
        | {"proof": None}
    ]


def test_a_file_says_whether_there_is_a_tab(kiosk: Kiosk) -> None:
    assert kiosk.json("members", "add", "--name", "Zoé Petit", "--no-tab")["no_tab"] is True
    assert kiosk.json("members", "add", "--name", "Inès Moreau")["no_tab"] is False
    assert [kiosk.json("members", "show", number)["no_tab"] for number in "12"] == [True, False]


def test_the_treasurer_s_round(enrolled: Kiosk) -> None:
    assert enrolled.json("sell", "1", "carnet-10")["amount"] == "45.00"
    assert enrolled.json("pay", "1", "20,50", "--method", "cheque") == {"entry": 3}
    assert enrolled.json("reverse", "3", "--reason", "chèque refusé") == {"entry": 4}
    assert enrolled.json("members", "show", "1")["balance"] == "50.00"
    assert enrolled.json("verify")["entries"] == 4
    assert enrolled("members", "leave", "1")[0] == 0
    assert "left" in enrolled("members", "show", "1")[1]


@pytest.mark.parametrize("reader", ["udp:localhost:99999999", "udp:localhost:0", "udp:localhost:²", "/dev/ttyUSB0"])
def test_no_home_is_made_with_a_reader_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reader: str
) -> None:
    status, _, err = Kiosk(tmp_path / "new", capsys)("init", "--reader", reader)
    assert (status, "[config]" in err, reader in err) == (2, True, True)
    assert list(tmp_path.iterdir()) == []


def test_a_lost_badge_and_a_new_one(enrolled: Kiosk) -> None:
    assert enrolled("badges", "lost", INES)[0] == 0
    assert enrolled("badges", "add", "1", "DE:AD:BE:EF")[0] == 0
    assert "lost" in enrolled("badges", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["pay", "1", "-5", "--method", "cash"], 2, "“-5”"),
        (["pay", "1", "1e3", "--method", "cash"], 2, "“1e3”"),
        (["pay", "1", "0", "--method", "cash"], 2, "more than 0"),
        (["pay", "1", "5", "--method", "barter"], 2, "barter"),
        (["pay", "99", "5", "--method", "cash"], 2, "99"),
        (["sell", "99", "membership"], 2, "99"),
        (["sell", "1", "castle"], 2, "castle"),
        (["sell", "1", "membership", "--on", "25/11/2026"], 2, "25/11/2026"),
        (["reverse", "99", "--reason", "x"], 2, "99"),
        (["reverse", "1"], 2, "--reason"),
        (["members", "add", "--name", ""], 2, "name"),
        (["members", "add", "--name", "Zoé", "--badge", "04A1B2"], 2, "Number given: 6."),
        (["members", "add", "--name", "Zoé", "--badge", "zz"], 2, "“zz”"),
        (["members", "add", "--name", "Zoé", "--badge", INES], 2, "Member no. 1."),
        (["members", "add", "--name", "Zoé", "--badge", "08112233"], 2, "changes every time"),
        (["members", "add", "--name", "Zoé", "--plan", "castle"], 2, "castle"),
        (["members", "show", "99"], 2, "99"),
        (["members", "leave", "99"], 2, "99"),
        (["badges", "add", "99", "DEADBEEF"], 2, "99"),
        (["badges", "add", "1", INES], 2, "already"),
        (["badges", "lost", "DEADBEEF"], 2, "not assigned to anyone"),
        (["export", "visits", "--from", "2026-12-01", "--to", "2026-11-01"], 2, "after --to"),
        (["export", "visits", "--from", "2026-11-01", "--to", "2026-11-01"], 1, "no visits"),
        (["export", "castles", "--from", "2026-11-01", "--to", "2026-11-01"], 2, "castles"),
        (
            ["export", "entries", "--from", "2026-01-01", "--to", "2027-12-31", "--output", "/nowhere/x.csv"],
            3,
            "/nowhere",
        ),
        (["tap", "04A1B2"], 2, "Number given: 6."),
        (["fly"], 2, "fly"),
        (["init"], 2, "exists already"),
    ],
)
def test_bad_input_gets_one_line_and_leaves_the_home_as_it_was(
    enrolled: Kiosk, arguments: list[str], status: int, says: str
) -> None:
    before = enrolled.content()
    found, _, err = enrolled(*arguments)
    assert (found, err.count("\n")) == (status, 1), err
    assert says in err
    assert enrolled.content() == before


def test_a_wrong_setting_stops_every_command_where_nothing_was_accepted(enrolled: Kiosk) -> None:
    add(enrolled.root, "[door2]\n")
    forget_accepted(enrolled.root)
    status, _, err = enrolled("members", "list")
    assert (status, "door2" in err, err.count("\n")) == (2, True, 1)


@pytest.mark.parametrize(("revision", "says"), [("9999", "newer"), ("0000", "kiosk migrate")])
def test_a_database_of_another_release_is_refused(enrolled: Kiosk, revision: str, says: str) -> None:
    with closing(sqlite3.connect(enrolled.root / "db" / "ledger.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    before = enrolled.content()
    status, _, err = enrolled("members", "list")
    assert (status, says in err, err.count("\n")) == (2, True, 1)
    if revision == "9999":
        assert enrolled("migrate")[0] == 2
    assert enrolled.content() == before


def test_a_database_that_states_no_migration_is_no_newer_one(enrolled: Kiosk) -> None:
    with closing(sqlite3.connect(enrolled.root / "db" / "ledger.db")) as database, database:
        database.execute("DELETE FROM alembic_version")
    status, _, err = enrolled("members", "list")
    assert (status, "does not say which release" in err, err.count("\n")) == (3, True, 1), err


def test_migrating_a_current_database_changes_nothing(enrolled: Kiosk) -> None:
    before = enrolled.content()
    assert "already" in enrolled("migrate")[1]
    assert enrolled.content() == before


def test_a_missing_database_is_not_made_anew(enrolled: Kiosk) -> None:
    shutil.rmtree(enrolled.root / "db")
    (enrolled.root / "db").mkdir()
    status, _, err = enrolled("members", "list")
    assert (status, err.count("\n")) == (3, 1)
    assert not list((enrolled.root / "db").iterdir())


@pytest.mark.parametrize("damage", ["missing", "open", "short"])
def test_a_damaged_key_is_named(enrolled: Kiosk, damage: str) -> None:
    key = enrolled.root / "keys" / "shared" / "chain"
    if damage == "missing":
        key.unlink()
    elif damage == "open":
        key.chmod(0o644)
    else:
        key.write_text("abcd")
    status, _, err = enrolled("verify")
    assert (status, str(key) in err, err.count("\n")) == (3, True, 1)


def test_a_new_home_is_private_and_asks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk = Kiosk(tmp_path / "deep" / "home", capsys)
    status, out, _ = kiosk("init", "--screen-port", "9001", "--desk-port", "9002")
    assert (status, "http://localhost:9002/first/" in out, "█" in out) == (0, True, True), "the first officer’s link"
    assert "http://localhost:9002/first/" in str(kiosk.json("user", "first")["link"])
    assert stat.S_IMODE(kiosk.root.stat().st_mode) == 0o700
    for key in (kiosk.root / "keys" / "shared").iterdir():
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "9001" in (kiosk.root / "kiosk.toml").read_text()
    assert kiosk.json("members", "list") == {"members": []}
    assert kiosk.json("verify")["entries"] == 0


def test_a_home_that_cannot_be_made_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    kiosk = Kiosk(tmp_path / "file" / "home", capsys)
    status, _, err = kiosk("init")
    assert (status, err.count("\n")) == (3, 1)
    bad = tmp_path / "tariffs.toml"
    bad.write_text("valid_from = 2011-01-01")
    kiosk = Kiosk(tmp_path / "home", capsys)
    status, _, err = kiosk("init", "--tariffs", str(bad))
    assert (status, "tariffs.toml" in err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "tariffs.toml"]


def test_tariffs_of_one_s_own_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kiosk.space import first_rules

    own = tmp_path / "own.toml"
    own.write_text(first_rules.SHIPPED.read_text().replace('amount = "5.00"', 'amount = "7.00"'))
    kiosk = Kiosk(tmp_path / "home", capsys)
    assert kiosk("init", "--tariffs", str(own))[0] == 0
    assert kiosk.json("members", "add", "--name", "Zoé Petit")["balance"] == "7.00"


def test_the_demo_is_marked_as_training_and_its_books_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk = Kiosk(tmp_path / "home", capsys)
    status, out, _ = kiosk("init", "--demo")
    assert (status, INES in out, "/first/" in out) == (0, True, False)
    members = kiosk.json("members", "list")["members"]
    assert isinstance(members, list)
    assert sum(1 for m in members if m["plan"] == "permanent") == 8
    assert kiosk.json("verify")["ok"] is True
    _, out, err = kiosk("export", "day-passes", "--from", "2020-01-01", "--to", "2030-01-01", "--output", str(tmp_path))
    assert "mode école" in err
    (file,) = tmp_path.glob("ECOLE_journees*.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfJour;Membre")


def test_an_export_reads_back_and_guards_formulas_only_for_spreadsheets(kiosk: Kiosk) -> None:
    kiosk("members", "add", "--name", "=1+1 Malin", "--shown", "Malin")
    period = ["--from", "2020-01-01", "--to", "2099-12-31", "--output"]
    raw, sheet = kiosk.root.parent / "raw.csv", kiosk.root.parent / "sheet.csv"
    assert kiosk("export", "members", *period, str(raw), "--format", "raw")[0] == 0
    assert kiosk("export", "members", *period, str(sheet))[0] == 0
    with raw.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["balance"]) == ("=1+1 Malin", "5.00")
    with sheet.open(newline="", encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["Nom"], row["Solde"]) == ("'=1+1 Malin", "5,00")


def test_a_reader_of_the_export_that_goes_away_makes_no_noise(enrolled: Kiosk) -> None:
    command = [*PYTHON, "--home", str(enrolled.root), "export", "members", "--from", "2020-01-01", "--to", "2099-01-01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout and running.stderr
        running.stdout.close()
        said = running.stderr.read()
    assert b"Traceback" not in said


def test_the_doctor_tells_what_is_ill_and_what_to_do(enrolled: Kiosk) -> None:
    status, out, err = enrolled("check")
    assert status == 1
    assert "kiosk entrance" in out
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", [["--help"], ["members", "--help"], ["--version"]])
def test_help_is_given(command: list[str]) -> None:
    assert CliRunner().invoke(main.kiosk, command).exit_code == 0


def test_a_member_leaves_comes_back_and_changes_plan(enrolled: Kiosk) -> None:
    assert enrolled("members", "leave", "1")[0] == 0
    assert enrolled.json("members", "back", "1")["left"] is None
    assert enrolled("members", "back", "1")[0] == 2
    assert enrolled.json("members", "plan", "1", "permanent")["balance"] == "105.00"


def test_two_files_become_one_and_two_again(enrolled: Kiosk) -> None:
    enrolled("members", "add", "--name", "Ines Moreau")
    assert enrolled.json("members", "merge", "1", "2")["member"] == 1
    assert enrolled.json("members", "show", "2")["member"] == 1
    assert enrolled.json("members", "split", "1")["apart"] == 2
    assert enrolled.json("members", "show", "2")["member"] == 2


@pytest.mark.parametrize(
    ("spoken", "begins"),
    [
        ("fr_FR.UTF-8", "kiosk: Aucune fiche ne porte ce numéro. Membre n° 99. [no-such-member]"),
        ("fr:en", "kiosk: Aucune fiche ne porte ce numéro. Membre n° 99. [no-such-member]"),
        ("en_GB.UTF-8", "kiosk: No file has this number. Member no. 99. [no-such-member]"),
        ("tr_TR.UTF-8", "kiosk: No file has this number. Member no. 99. [no-such-member]"),
        ("C", "kiosk: No file has this number. Member no. 99. [no-such-member]"),
    ],
)
def test_an_error_is_said_in_the_terminal_s_language_and_keeps_its_particulars(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, spoken: str, begins: str
) -> None:
    monkeypatch.setenv("LANGUAGE", spoken)
    assert kiosk("members", "show", "99") == (2, "", f"{begins}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("members", "show", "--nme"), "L’option --nme n’existe pas ici : voyez kiosk members show --help."),
        (("membres",), "La commande membres n’existe pas : voyez kiosk --help."),
        (("pay",), "Il manque MEMBER : voyez kiosk pay --help."),
        (("export", "visits", "--format", "doc"), "Cette valeur n’est pas valable pour --format : voyez kiosk export"),
    ],
)
def test_a_wrong_command_is_told_in_the_house_s_language_at_a_terminal(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / "kiosk.toml").write_text(whole('language = "fr"\n'), "utf-8")
    for at_a_terminal in (True, False):
        monkeypatch.setattr(type(sys.stderr), "isatty", lambda _self, here=at_a_terminal: here)
        with pytest.raises(SystemExit) as ended:
            main.main(["--home", str(tmp_path), *words])
        error = capsys.readouterr().err.replace(NO_BREAK, " ")
        assert (ended.value.code, said in error, error.count("\n")) == (2, at_a_terminal, 1)
        assert error.endswith("[usage]\n")
