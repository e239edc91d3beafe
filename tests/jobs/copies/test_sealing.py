"""What leaves the house is sealed: with the real age, for identities that are made here."""

import io
import os
import stat
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.home import Paths
from kiosk.jobs import running
from kiosk.jobs.copies import sealing
from tests.processes import until


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    return _identity(tmp_path / "identity.txt")


@pytest.fixture
def recipient(identity: Path) -> str:
    return sealing.recipient_of(identity)


def _identity(path: Path) -> Path:
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    return path


def _sealed(recipient: str, *entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """A tar that somebody else sealed."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for entry, content in entries:
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return subprocess.run(["age", "-r", recipient], input=plain.getvalue(), check=True, capture_output=True).stdout


def test_the_keys_come_back_as_they_were(root: Path, identity: Path, recipient: str) -> None:
    (root / "keys" / "backup").mkdir()
    (root / "keys" / "backup" / "restic").write_text("not for a copy")
    sealed = sealing.seal_keys(Paths(root), recipient)
    opened = sealing.open_keys(sealed, identity)
    assert set(opened) >= {"keys/shared/chain", "keys/shared/badge", "keys/entrance/spool", "keys/desk/web"}
    assert not [name for name in opened if "backup" in name]
    assert {name: (root / name).read_bytes() for name in opened} == opened
    assert (root / "keys" / "shared" / "chain").read_bytes() not in sealed


def test_another_identity_opens_nothing(root: Path, tmp_path: Path, recipient: str) -> None:
    sealed = sealing.seal_keys(Paths(root), recipient)
    with pytest.raises(RequestError, match="another identity") as raised:
        sealing.open_keys(sealed, _identity(tmp_path / "other"))
    assert raised.value.code == "identity"


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-40] + b"x" + data[-39:], lambda _: b""])
def test_damaged_keys_are_said_to_be_damaged(root: Path, identity: Path, recipient: str, damage) -> None:  # type: ignore[no-untyped-def]  # three lambdas
    sealed = sealing.seal_keys(Paths(root), recipient)
    with pytest.raises(MachineError) as raised:
        sealing.open_keys(damage(sealed), identity)
    assert raised.value.code == "sealed"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "keys/backup/restic", "keys/shared/../x", "keys/shared/.x", "chain"]
)
def test_a_name_that_is_no_key_s_is_refused(identity: Path, recipient: str, name: str) -> None:
    with pytest.raises(MachineError, match="not a key"):
        sealing.open_keys(_sealed(recipient, (tarfile.TarInfo(name), b"x")), identity)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_what_is_no_file_is_refused(identity: Path, recipient: str, kind: bytes) -> None:
    entry = tarfile.TarInfo("keys/shared/chain")
    entry.type, entry.linkname = kind, "/etc/passwd"
    with pytest.raises(MachineError, match="not a key"):
        sealing.open_keys(_sealed(recipient, (entry, b"")), identity)


def test_a_key_twice_or_far_too_long_is_refused(identity: Path, recipient: str) -> None:
    twice = [(tarfile.TarInfo("keys/shared/chain"), b"x")] * 2
    long = [(tarfile.TarInfo("keys/shared/chain"), bytes(100_000))]
    for entries in (twice, long):
        with pytest.raises(MachineError, match="not a key"):
            sealing.open_keys(_sealed(recipient, *entries), identity)
    with pytest.raises(MachineError, match="more than keys ever are"):
        sealing.open_keys(bytes(5 << 20), identity)


def test_a_key_is_never_read_through_a_link(root: Path, recipient: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of somebody else")
    (root / "keys" / "desk" / "notify").symlink_to(tmp_path / "secret")
    with pytest.raises(MachineError, match="notify"):
        sealing.seal_keys(Paths(root), recipient)


def test_a_pipe_in_place_of_a_key_holds_nobody_up(root: Path, recipient: str) -> None:
    os.mkfifo(root / "keys" / "entrance" / "pipe")
    with pytest.raises(MachineError, match="is not a key"):
        sealing.seal_keys(Paths(root), recipient)


def test_a_draft_of_a_key_is_left_out(root: Path, identity: Path, recipient: str) -> None:
    (root / "keys" / "desk" / ".archive-123").write_text("half")
    assert not [name for name in sealing.open_keys(sealing.seal_keys(Paths(root), recipient), identity) if "." in name]


@pytest.mark.parametrize("wrong", ["", "age1", "--output=/etc/passwd", "age1\nx", "-R/etc/passwd"])
def test_a_recipient_is_looked_at_before_age_is(root: Path, wrong: str) -> None:
    with pytest.raises(RequestError) as raised:
        sealing.seal_keys(Paths(root), wrong)
    assert raised.value.code == "recipient"


def test_a_file_comes_back_as_it_was(tmp_path: Path, identity: Path, recipient: str) -> None:
    plain, sealed, opened = tmp_path / "plain", tmp_path / "sealed", tmp_path / "opened"
    plain.write_bytes(os.urandom(3_000_000))
    sealing.seal_file(plain, sealed, recipient)
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    sealing.open_file(sealed, opened, identity)
    assert opened.read_bytes() == plain.read_bytes()
    assert plain.read_bytes()[:64] not in sealed.read_bytes()


def test_a_file_that_is_cut_leaves_nothing_behind(tmp_path: Path, identity: Path, recipient: str) -> None:
    plain, sealed, opened = tmp_path / "plain", tmp_path / "sealed", tmp_path / "opened"
    plain.write_bytes(os.urandom(300_000))
    sealing.seal_file(plain, sealed, recipient)
    sealed.write_bytes(sealed.read_bytes()[:200_000])
    with pytest.raises(MachineError, match="damaged"):
        sealing.open_file(sealed, opened, identity)
    assert not [each for each in tmp_path.iterdir() if "opened" in each.name]


def test_a_file_sealed_before_stays_where_sealing_fails(tmp_path: Path, recipient: str) -> None:
    target = tmp_path / "sealed"
    target.write_bytes(b"the one of yesterday")
    with pytest.raises(MachineError):
        sealing.seal_file(tmp_path / "absent", target, recipient)
    assert target.read_bytes() == b"the one of yesterday"


def test_an_identity_that_is_typed_is_never_on_a_disk(root: Path, identity: Path, recipient: str) -> None:
    sealed = sealing.seal_keys(Paths(root), recipient)
    with sealing.held(identity.read_text("ascii").lower()) as typed:
        assert str(typed).startswith("/proc/")
        assert sealing.open_keys(sealed, typed)
    with pytest.raises(RequestError, match="not an identity"), sealing.held("AGE-SECRET-KEY-1ABC"):
        pass


@pytest.mark.parametrize("content", [b"", b"age-encryption.org/v1\n", b"AGE-PLUGIN-X-1QQQ\n", b"\xff\xfe"])
def test_what_is_no_identity_is_never_handed_to_age(root: Path, tmp_path: Path, recipient: str, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(RequestError) as raised:
        sealing.open_keys(sealing.seal_keys(Paths(root), recipient), tmp_path / "odd")
    assert raised.value.code == "identity"


def test_without_age_the_error_names_the_package(
    root: Path, recipient: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(running, "_path", lambda: str(tmp_path))
    with pytest.raises(KioskError, match="apt-get install age") as raised:
        sealing.seal_keys(Paths(root), recipient)
    assert raised.value.code == "tool-missing"


def _is_over(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8").split()[2] == "Z"
    return True


def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    script = f"sleep 600 & echo $! > {tmp_path}/pid; wait"
    with pytest.raises(MachineError, match="took more than"):
        running.run([running.find("bash"), "-c", script], seconds=3)
    pid = int((tmp_path / "pid").read_text())
    until(lambda: _is_over(pid))
