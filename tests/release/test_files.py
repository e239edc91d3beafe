"""What is refused of an archive: another's signature, a changed byte, a file too many, whatever leads outside."""

import gzip
import io
import shutil
import tarfile
from pathlib import Path

import pytest

from kiosk.errors import RequestError
from kiosk.install import release_trust
from kiosk.install.release_trust import Trust
from kiosk.jobs.update import release_files
from kiosk.jobs.update.release_files import Release
from release import __main__, signing
from tests.release.conftest import PRESENT
from tests.release.rig import Workshop


@pytest.fixture
def folder(workshop: Workshop, tmp_path: Path) -> Path:
    """A release's folder, as it was signed."""
    return Path(shutil.copytree(workshop.root / "folders" / f"kiosk-{PRESENT}", tmp_path / f"kiosk-{PRESENT}"))


def _refused(folder: Path, trust: Trust) -> str:
    with pytest.raises(RequestError) as refused:
        release_files.verified(folder, trust)
    return refused.value.code


def test_release_as_it_was_signed_is_good(workshop: Workshop, folder: Path) -> None:
    found, trust = release_files.verified(folder, workshop.trust)
    assert trust.number == 1
    assert (str(found.version), found.package.parent) == (PRESENT, folder)
    assert isinstance(found, Release)


def test_one_changed_byte_of_the_wheel_is_refused(workshop: Workshop, folder: Path) -> None:
    (wheel,) = folder.glob("*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    assert _refused(folder, workshop.trust) == "release-damaged"


def test_other_requirements_are_refused(workshop: Workshop, folder: Path) -> None:
    (folder / "requirements.txt").write_text("evil==1 --hash=sha256:0\n", "utf-8")
    assert _refused(folder, workshop.trust) == "release-damaged"


@pytest.mark.parametrize("name", ["extra.py", "systemd/kiosk-extra.service"])
def test_file_that_nobody_signed_is_refused(workshop: Workshop, folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).touch()
    assert _refused(folder, workshop.trust) == "release-damaged"


def test_missing_file_is_refused(workshop: Workshop, folder: Path) -> None:
    (folder / "requirements.txt").unlink()
    assert _refused(folder, workshop.trust) == "release-damaged"


def test_sums_made_anew_are_not_signed(workshop: Workshop, folder: Path) -> None:
    (folder / "requirements.txt").write_text("evil==1\n", "utf-8")
    sums = folder / release_files.SUMS
    digest = release_files.digest(folder / "requirements.txt")
    lines = sums.read_text("utf-8").splitlines()
    sums.write_text("\n".join(line if "req" not in line else f"{digest}  requirements.txt" for line in lines), "utf-8")
    assert _refused(folder, workshop.trust) == "release-signature"


def test_another_s_signature_is_refused(workshop: Workshop, folder: Path, tmp_path: Path) -> None:
    signing.new_key(tmp_path / "another")
    (folder / release_files.SIGNATURE).unlink()
    (folder / release_files.SUMS).unlink()
    __main__.seal(folder, tmp_path / "another", workshop.key)
    assert _refused(folder, workshop.trust) == "release-signature"


def test_signature_made_for_another_purpose_is_refused(
    workshop: Workshop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "NAMESPACE", "file")
    signing.sign(folder / release_files.SUMS, *workshop.signers)
    assert _refused(folder, workshop.trust) == "release-signature"


def test_no_signature_and_no_key_are_refused(workshop: Workshop, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        release_trust.load(tmp_path / "nowhere")
    assert refused.value.code == "release-key"
    (folder / release_files.SIGNATURE).write_text("", "utf-8")
    assert _refused(folder, workshop.trust) == "release-signature"


def _packed(tmp_path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    made = tmp_path / "made.tar.gz"
    with tarfile.open(made, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return made


def _member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize(
    "member",
    [
        _member("/etc/passwd"),
        _member("kiosk/../../outside"),
        _member("../outside"),
        _member("kiosk\\..\\outside"),
        _member("kiosk/link", tarfile.SYMTYPE, "/etc"),
        _member("kiosk/hard", tarfile.LNKTYPE, "kiosk/a"),
        _member("kiosk/device", tarfile.CHRTYPE),
        _member("kiosk/pipe", tarfile.FIFOTYPE),
        _member("second/folder"),
        _member("kiosk/a"),
    ],
    ids=lambda member: f"{member.name}-{member.type.decode()}",
)
def test_archive_that_leads_outside_or_holds_more_than_files_is_refused(
    tmp_path: Path, member: tarfile.TarInfo
) -> None:
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    with pytest.raises(RequestError) as refused:
        release_files.unpack(_packed(tmp_path, (_member("kiosk/a"), b"a"), (member, b"")), into)
    assert refused.value.code == "release-damaged"
    assert {path.name for path in tmp_path.iterdir()} == {"deep", "made.tar.gz"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["into"]


def test_archive_larger_than_any_release_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_files, "_LARGEST_UNPACKED", 1000)
    with pytest.raises(RequestError, match="larger"):
        release_files.unpack(_packed(tmp_path, (_member("kiosk/a"), bytes(2000))), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"no archive either", mtime=0)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "into").mkdir()
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(RequestError) as refused:
        release_files.unpack(tmp_path / "a.tar.gz", tmp_path / "into")
    assert refused.value.code == "release-damaged"


@pytest.mark.parametrize("line", ["", "00  a", f"{'0' * 64}  ../a", f"{'0' * 64}  /a", f"{'0' * 64}"])
def test_line_of_sums_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(RequestError):
        release_files.sums(f"{'1' * 64}  b\n{line}\n{'1' * 64}  b\n")
