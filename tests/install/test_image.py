"""A card that installs itself: the example's words are right, and scripts/image puts them where the Pi reads them."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are a package of their own

from kiosk.install.answers import Answers, read
from kiosk.install.words import Words
from tests.install.paper import PROJECT

EXAMPLES = PROJECT / "docs" / "examples"
WORDS = Words("fr")
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOexampleexampleexampleexampleexampleexamplee"


def files() -> dict[str, str]:
    document = yaml.safe_load((EXAMPLES / "user-data").read_text("utf-8"))
    return {each["path"]: each["content"] for each in document["write_files"]}


def test_the_example_of_answers_is_what_enter_means_but_for_the_desk_s_name() -> None:
    assert read(EXAMPLES / "install.toml", WORDS) == Answers(host="kiosk.local")


def test_the_card_s_answers_pass_the_installer(tmp_path: Path) -> None:
    (tmp_path / "install.toml").write_text(files()["/etc/kiosk/install.toml"], "utf-8")
    assert read(tmp_path / "install.toml", WORDS) == read(EXAMPLES / "install.toml", WORDS)


def test_the_card_runs_the_installer_with_what_scripts_image_lays_there() -> None:
    document = yaml.safe_load((EXAMPLES / "user-data").read_text("utf-8"))
    assert (EXAMPLES / "user-data").read_text("utf-8").startswith("#cloud-config\n")
    for command in document["runcmd"]:
        assert command[0] in files()
    script = files()["/usr/local/sbin/kiosk-first-start"]
    assert "/boot/firmware/kiosk.tar" in script
    assert "scripts/install" in script
    assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0
    assert document["hostname"] + ".local" == Answers(host="kiosk.local").host


def test_the_card_s_language_is_made_before_it_is_set(tmp_path: Path) -> None:
    """Debian's locale-gen makes what its file names, and no language that it is given: cloud-init only gives it one."""
    document = yaml.safe_load((EXAMPLES / "user-data").read_text("utf-8"))
    names = tmp_path / "locale.gen"
    names.write_text("# en_GB.UTF-8 UTF-8\n# fr_FR ISO-8859-1\n# fr_FR.UTF-8 UTF-8\n", "utf-8")
    for command in document["bootcmd"]:
        subprocess.run([str(names) if word == "/etc/locale.gen" else word for word in command], check=True)
    made = [line for line in names.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert made == [f"{document['locale']} UTF-8"]


def test_no_secret_is_in_the_example() -> None:
    text = (EXAMPLES / "user-data").read_text("utf-8")
    assert "passwd:" not in text.replace("lock_passwd:", "")


def mtools(*words: str | Path) -> bytes:
    """What one of mtools says, in the letters in which an image of Raspberry Pi OS was made."""
    command = [str(word) for word in words]
    return subprocess.run(command, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A card as Raspberry Pi OS lays it: a FAT partition to start from, and another one."""
    path = tmp_path / "raspios.img"
    with path.open("wb") as file:
        file.truncate(64 << 20)
    table = "label: dos\nstart=8192, size=81920, type=c\nstart=90112, type=83\n"
    subprocess.run(["sfdisk", "--quiet", str(path)], input=table, text=True, check=True, stderr=subprocess.DEVNULL)
    boot = tmp_path / "boot"
    subprocess.run(["mkfs.vfat", "-C", str(boot), str(40 << 10)], check=True, stdout=subprocess.DEVNULL)
    (tmp_path / "config.txt").write_text("arm_64bit=1\n", "utf-8")
    (tmp_path / "empty").write_text("#cloud-config\n", "utf-8")
    for given, name in (("config.txt", "config.txt"), ("empty", "user-data")):
        mtools("mcopy", "-i", boot, tmp_path / given, f"::/{name}")
    with path.open("r+b") as file:
        file.seek(8192 * 512)
        file.write(boot.read_bytes())
    return path


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(PROJECT / "scripts" / "image"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def own(tmp_path: Path) -> Path:
    """The example with somebody's own key."""
    path = tmp_path / "user-data"
    path.write_text((EXAMPLES / "user-data").read_text("utf-8").replace(KEY, "AAAAC3NzaC1lZDI1NTE5own"), "utf-8")
    return path


def content(image: Path, name: str) -> bytes:
    return mtools("mcopy", "-n", "-i", f"{image}@@{8192 * 512}", f"::/{name}", "-")


def test_an_image_gets_the_answers_and_the_program(image: Path, tmp_path: Path) -> None:
    for _ in range(2):  # a second time takes the first one's place
        found = run(image, own(tmp_path))
        assert found.returncode == 0, found.stderr
    assert content(image, "user-data") == own(tmp_path).read_bytes()
    (tmp_path / "kiosk.tar").write_bytes(content(image, "kiosk.tar"))
    with tarfile.open(tmp_path / "kiosk.tar") as archive:
        assert {"pyproject.toml", "kiosk/config.py", "requirements.txt"} <= set(archive.getnames())


def test_a_card_is_filled_in_the_same_letters_whatever_the_machine_s_language(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Turkish, a file system's names have another I."""
    tools, said = tmp_path / "tools", tmp_path / "said"
    tools.mkdir()
    for name in ("mdir", "mcopy"):
        (tools / name).write_text(f'#!/bin/sh\necho "$LC_ALL" >> {said}\nexec {shutil.which(name)} "$@"\n', "utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    done = run(image, own(tmp_path))
    assert done.returncode == 0, done.stderr
    assert said.read_text("utf-8").split() == ["C.UTF-8"] * 4


def test_a_release_s_archive_is_laid_flat(image: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kiosk-0.1.0" / "scripts"
    folder.mkdir(parents=True)
    (folder / "install").write_text("#!/bin/sh\n", "utf-8")
    (folder / "install").chmod(0o755)
    archive = tmp_path / "kiosk-0.1.0.tar.gz"
    subprocess.run(["tar", "-C", str(tmp_path), "-czf", str(archive), "kiosk-0.1.0"], check=True)
    found = run(image, own(tmp_path), archive)
    assert found.returncode == 0, found.stderr
    (tmp_path / "kiosk.tar").write_bytes(content(image, "kiosk.tar"))
    with tarfile.open(tmp_path / "kiosk.tar") as inside:
        assert "./scripts/install" in inside.getnames()


def test_what_cannot_be_a_card_is_refused(image: Path, tmp_path: Path) -> None:
    before = image.read_bytes()
    nonsense = tmp_path / "nonsense.img"
    nonsense.write_bytes(b"\0" * 4096)
    for words, said in (
        ((nonsense, own(tmp_path)), "no card image"),
        ((image, EXAMPLES / "user-data"), "SSH key"),
        ((image, EXAMPLES / "install.toml"), "no user-data"),
        ((tmp_path / "missing.img", own(tmp_path)), "not there"),
    ):
        found = run(*words)
        assert found.returncode == 2
        assert said in found.stderr
    mtools("mdel", "-i", f"{image}@@{8192 * 512}", "::/user-data")
    assert "older" in run(image, own(tmp_path)).stderr
    mtools("mdel", "-i", f"{image}@@{8192 * 512}", "::/config.txt")
    assert "config.txt" in run(image, own(tmp_path)).stderr
    assert image.stat().st_size == len(before)


def test_the_readers_rules_are_ones_that_udev_takes() -> None:
    rules = PROJECT / "systemd" / "60-kiosk.rules"
    found = subprocess.run(
        ["udevadm", "verify", "--resolve-names=never", str(rules)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_reader_that_nfcpy_knows_by_usb_has_a_rule() -> None:
    import nfc.clf.device

    text = (PROJECT / "systemd" / "60-kiosk.rules").read_text("utf-8")
    for vendor, product in nfc.clf.device.usb_device_map:
        assert f'ATTR{{idVendor}}=="{vendor:04x}", ATTR{{idProduct}}=="{product:04x}"' in text


def test_the_serial_reader_s_name_is_one_that_nfcpy_can_open() -> None:
    import nfc.clf.transport

    assert nfc.clf.transport.TTY is not None
    text = (PROJECT / "systemd" / "60-kiosk.rules").read_text("utf-8")
    name = Answers().reader.split(":")[1]
    assert f'SYMLINK+="{name}"' in text
    assert name.isalnum()
