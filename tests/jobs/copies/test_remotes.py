"""Copies to where the real rclone and restic reach: a folder, a server that takes no deletion, and places that fail."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.domain.copies.places import Rclone, Restic
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.jobs import running
from kiosk.jobs.copies import remotes
from tests.processes import free_port

NAME = "kiosk-20261125T205500Z.tar.age"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home's folder with what the backup's tools need to know."""
    keys = tmp_path / "home" / "keys" / "backup"
    keys.mkdir(parents=True)
    _write(keys / "rclone.conf", f"[nas]\ntype = alias\nremote = {tmp_path / 'nas'}\n")
    _write(keys / "restic", "a long word of the paper\n")
    return Paths(tmp_path / "home")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "copy"
    path.write_bytes(os.urandom(2_000_000))
    return path


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


def _restic(paths: Paths, repository: str, *words: str) -> str:
    password = str(paths.root / "keys" / "backup" / "restic")
    command = ["restic", "--no-cache", "-r", repository, "--password-file", password, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _append_only(folder: Path) -> Iterator[str]:
    """A REST server that takes no deletion, as the one at the other end should be."""
    port = free_port()
    words = ["rclone", "--config", "/dev/null", "serve", "restic", "--append-only", f"--addr=127.0.0.1:{port}"]
    server = subprocess.Popen([*words, str(folder)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"rest:http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def test_rclone_takes_a_copy_that_is_read_back(paths: Paths, source: Path, tmp_path: Path) -> None:
    remotes.rclone(paths, source, Rclone("nas", "copies of ours"), NAME)
    assert (tmp_path / "nas" / "copies of ours" / NAME).read_bytes() == source.read_bytes()


def test_rclone_never_changes_what_lies_there(paths: Paths, source: Path, tmp_path: Path) -> None:
    old = tmp_path / "nas" / "copies" / NAME
    old.parent.mkdir(parents=True)
    old.write_bytes(b"the one of yesterday")
    with pytest.raises(MachineError) as raised:
        remotes.rclone(paths, source, Rclone("nas", "copies"), NAME)
    assert raised.value.code == "rclone"
    assert old.read_bytes() == b"the one of yesterday"


def test_a_remote_that_rclone_does_not_know_is_named(paths: Paths, source: Path) -> None:
    with pytest.raises(MachineError, match="rclone:cloud:copies") as raised:
        remotes.rclone(paths, source, Rclone("cloud", "copies"), NAME)
    assert raised.value.code == "rclone"


@pytest.mark.parametrize("program", ["rclone", "restic"])
def test_a_place_that_gives_back_something_else_is_no_place(
    paths: Paths, source: Path, tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program of that name stands before the real one, and changes one sign of what comes back."""
    folder, real = tmp_path / "bin", running.find(program)
    folder.mkdir()
    others = f'*" cat "*|*" dump "*) {real} "$@" | head -c -1; echo -n x;;'
    script = f'#!/bin/bash\ncase " $* " in {others} *) exec {real} "$@";; esac\n'
    (folder / program).write_text(script)
    (folder / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    _restic(paths, str(tmp_path / "depot"), "init")
    source.write_bytes(source.read_bytes() + b"y")
    with pytest.raises(MachineError, match="other content") as raised:
        if program == "rclone":
            remotes.rclone(paths, source, Rclone("nas", "copies"), NAME)
        else:
            remotes.restic(paths, source, Restic(str(tmp_path / "depot"), is_secret=False))
    assert raised.value.code == program


def test_restic_takes_a_copy_that_can_be_restored_without_us(paths: Paths, source: Path, tmp_path: Path) -> None:
    depot = str(tmp_path / "depot")
    _restic(paths, depot, "init")
    remotes.restic(paths, source, Restic(depot, is_secret=False))
    _restic(paths, depot, "restore", "latest", "--target", str(tmp_path / "back"))
    assert (tmp_path / "back" / remotes.FILE).read_bytes() == source.read_bytes()
    _restic(paths, depot, "check", "--read-data")


def test_the_other_end_needs_to_take_no_deletion(paths: Paths, source: Path, tmp_path: Path) -> None:
    with _append_only(tmp_path / "depot") as repository:
        _restic(paths, repository, "init")
        _write(paths.root / "keys" / "backup" / "depot", f"{repository}\n")
        place = Restic("keys/backup/depot", is_secret=True)
        remotes.restic(paths, source, place)
        remotes.restic(paths, source, place)
        snapshots = _restic(paths, repository, "snapshots", "--json").count('"short_id"')
        password = str(paths.root / "keys" / "backup" / "restic")
        forget = [
            "restic",
            "--no-cache",
            "-r",
            repository,
            "--password-file",
            password,
            "forget",
            "--prune",
            "--keep-last=1",
        ]
        assert snapshots == 2
        assert subprocess.run(forget, capture_output=True, check=False).returncode != 0
        assert _restic(paths, repository, "snapshots", "--json").count('"short_id"') == 2


def test_a_repository_that_is_not_there_is_named_and_not_made(paths: Paths, source: Path, tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="depot") as raised:
        remotes.restic(paths, source, Restic(str(tmp_path / "depot"), is_secret=False))
    assert raised.value.code == "restic"
    assert not (tmp_path / "depot").exists()


def test_a_password_that_others_can_read_is_not_used(paths: Paths, source: Path, tmp_path: Path) -> None:
    (paths.root / "keys" / "backup" / "restic").chmod(0o640)
    with pytest.raises(MachineError, match="chmod 0600"):
        remotes.restic(paths, source, Restic(str(tmp_path / "depot"), is_secret=False))
    (paths.root / "keys" / "backup" / "restic").unlink()
    with pytest.raises(MachineError, match="manual"):
        remotes.restic(paths, source, Restic(str(tmp_path / "depot"), is_secret=False))
