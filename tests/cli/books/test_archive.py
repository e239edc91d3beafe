"""Archives, heads and what `verify` says of both, from the command line."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from tests.beside import drop_triggers
from tests.books import closed_year
from tests.cli.test_commands import Kiosk
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.shared import once

STORED = Path(__file__).parents[2] / "data" / "archive-1.zip"
NADIA, KARIM = "nadia@exemple.fr", "karim@exemple.fr"


@pytest.fixture(scope="module")
def closed() -> Path:
    def make(root: Path) -> None:
        home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(WEDNESDAY))
            closed_year.live(space)
            space.kept.close()

    return once("cli-closed-year", make)


@pytest.fixture
def kiosk(closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kiosk:
    """On a home whose year is closed, some days later."""
    monkeypatch.setattr("kiosk.cli.books.archive.clock_of", lambda *_: FakeClock(closed_year.AFTER + timedelta(days=3)))
    return Kiosk(Path(shutil.copytree(closed, tmp_path / "home")), capsys)


def test_a_closed_year_is_written_and_verified(kiosk: Kiosk, tmp_path: Path) -> None:
    made = kiosk.json("archive", "2026", "--output", str(tmp_path))
    target = tmp_path / "ARCHIVE_732829320_2026.zip"
    assert (made["file"], made["new_key"]) == (str(target), True)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    status, out, err = kiosk("verify", str(target), "--key", str(made["key"]))
    assert (status, err) == (0, "")
    assert out.endswith("Tout ce qui se vérifie ici tient.\n")
    assert kiosk("verify")[0] == 0
    data = bytearray(target.read_bytes())
    data[1000] ^= 1
    target.write_bytes(data)
    status, out, err = kiosk("verify", str(target))
    assert (status, err.count("\n"), "[archive-broken]" in err) == (1, 1, True)
    assert "CETTE ARCHIVE NE TIENT PAS." in out


def test_a_year_that_is_open_or_a_folder_that_is_not_there_leaves_nothing(kiosk: Kiosk, tmp_path: Path) -> None:
    status, _, err = kiosk("archive", "2027", "--output", str(tmp_path))
    assert (status, "[year-open]" in err) == (2, True)
    status, _, err = kiosk("archive", "2026", "--output", str(tmp_path / "nowhere" / "a.zip"))
    assert (status, "[output]" in err) == (3, True)
    assert list(tmp_path.glob("*.zip*")) == []


def test_an_archive_outlives_its_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = Kiosk(tmp_path / "nothing", capsys)
    found = nowhere.json("verify", str(STORED))
    assert (found["ok"], found["fails"]) == (True, [])
    for arguments, code in (
        ((str(tmp_path / "no.zip"),), "archive-file"),
        ((str(STORED), "--key", "12"), "fingerprint"),
    ):
        status, _, err = nowhere("verify", *arguments)
        assert (status, f"[{code}]" in err) == (2, True)
    assert nowhere("verify", str(STORED), "--key", "0" * 64)[0] == 1


def test_a_noted_head_holds_until_the_chain_is_cut(kiosk: Kiosk) -> None:
    heads = kiosk.json("heads", "list")["heads"]
    assert isinstance(heads, list)
    head = f"{heads[0]['entry']}:{heads[0]['mac'][:8]}"
    assert kiosk("verify", "--head", head)[0] == 0
    status, _, err = kiosk("verify", "--head", "812")
    assert (status, "[head]" in err) == (2, True)
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db")) as raw, raw:
        guards = raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        drop_triggers(raw)
        raw.execute("DELETE FROM closing WHERE entry_number >= ?", (heads[0]["entry"],))
        raw.execute("DELETE FROM entry WHERE number >= ?", (heads[0]["entry"],))
        for (statement,) in guards:
            raw.execute(statement)
    status, _, err = kiosk("verify", "--head", head)
    assert (status, "[head-differs]" in err, "the chain was cut" in err) == (1, True, True)


def test_heads_go_to_two_officers(kiosk: Kiosk) -> None:
    assert "no recipients yet" in kiosk("heads", "list")[1]
    for email in (NADIA, KARIM):
        kiosk.json("user", "add", email, "--role", "treasurer")
    status, _, err = kiosk("heads", "recipients", NADIA)
    assert (status, "[two-officers]" in err) == (2, True)
    chosen = kiosk.json("heads", "recipients", NADIA, KARIM)
    assert chosen["recipients"] == [NADIA, KARIM]
    assert kiosk.json("heads", "recipients", KARIM, NADIA)["entry"] is None
    assert kiosk("heads", "recipients", NADIA, "x@exemple.fr")[0] == 2
    assert f"sent to {NADIA}, {KARIM}" in kiosk("heads", "list")[1]
    assert kiosk("verify")[0] == 0
