"""Copies, restores and drills from the command line."""

import io
import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from kiosk.jobs.copies import copy_file
from tests.cli import standing
from tests.cli.test_commands import Kiosk

INES = "04A2000000E511"


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    found = Kiosk(root, capsys)
    assert found("members", "add", "--name", "Inès Moreau", "--badge", INES)[0] == 0
    return found


def test_a_copy_is_made_listed_and_rehearsed(kiosk: Kiosk) -> None:
    assert kiosk("backup", "--list") == (0, "there is no backup\n", "")
    status, out, err = kiosk("drill")
    assert (status, out, "[no-copy]" in err) == (1, "", True)
    made = kiosk.json("backup")
    assert (made["keys"], made["gone"], made["damaged"], made["away"]) == (False, [], [], [])
    listed = kiosk.json("backup", "--list")["copies"]
    assert isinstance(listed, list)
    assert [(Path(each["file"]).name, each["hours"]) for each in listed] == [
        (Path(str(made["for_months"])).name, False),
        (Path(str(made["file"])).name, True),
    ]
    done = kiosk.json("drill")
    assert (done["ok"], done["file"], done["entry"]) == (True, made["file"], made["entry"])
    status, out, err = kiosk("backup")
    assert (status, err) == (0, "")
    assert "verified, up to entry 1\n" in out
    assert "without the keys" in out


def test_a_copy_that_cannot_be_restored_fails_its_drill_and_is_named_in_the_list(kiosk: Kiosk) -> None:
    path = Path(str(kiosk.json("backup")["file"]))
    content = bytearray(path.read_bytes())
    content[-4096] ^= 1
    path.write_bytes(content[:-2048])
    status, out, err = kiosk("drill", "--json")
    assert (status, json.loads(out)["ok"], err.count("\n"), "[drill]" in err) == (1, False, 1, True)
    assert f"!!  {path.name}" in kiosk("backup", "--list")[1]


def test_a_home_that_is_used_is_not_put_back_without_a_word(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(kiosk.json("backup")["file"])
    kiosk("members", "add", "--name", "Omar Benali")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    before = kiosk.content()
    status, out, err = kiosk("restore", file)
    assert (status, out, "[not-confirmed]" in err) == (2, "", True)
    assert kiosk.content() == before
    restored = kiosk.json("restore", file, "--yes", "--known", "receipt=7", "--known-head", "9")
    assert restored["lost"] == {"entry": [2, 9], "member": [2, 2], "receipt": [1, 7]}
    assert restored["entry"] == 10
    entries = restored["lost_entries"]
    assert isinstance(entries, list)
    assert [(each["entry"], each["kind"], each["member"]) for each in entries] == [(2, "charge", 2)]
    assert kiosk("verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--known", "receipt"), "known"),
        (("--known", "tickets=4"), "known"),
        (("--known", "receipt=-4"), "known"),
        (("--known-head", "nine"), "head"),
        (("--known", "entry=99999999"), "known-too-far"),
    ],
)
def test_a_number_that_is_none_is_refused(kiosk: Kiosk, arguments: tuple[str, ...], code: str) -> None:
    file = str(kiosk.json("backup")["file"])
    status, _, err = kiosk("restore", file, "--yes", *arguments)
    assert (status, f"[{code}]" in err) == (2, True), err


def test_a_copy_that_is_not_there_is_named(kiosk: Kiosk, tmp_path: Path) -> None:
    status, _, err = kiosk("restore", str(tmp_path / "none.tar"), "--yes")
    assert (status, "[no-such-copy]" in err) == (2, True)


def test_somebody_at_a_terminal_sees_what_may_be_lost_and_is_asked(kiosk: Kiosk) -> None:
    file = str(kiosk.json("backup")["file"])
    kiosk("members", "add", "--name", "Omar Benali")
    command = [*standing.command(), "--home", str(kiosk.root), "restore", file]
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "entry 2 to 2" in done.stderr
    os.write(ours, b"y\n")
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "restored; entry 3 tells of it" in done.stdout


def test_a_copy_is_made_by_the_machine_s_clock(kiosk: Kiosk) -> None:
    said = copy_file.manifest(Path(str(kiosk.json("backup")["file"])))
    assert said.made_at == standing.MOMENT
