"""The paper copy of the keys, by the command line: made, printed, taken away, tried."""

import io
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
import resvg_py
from PIL import Image

from kiosk import config_file, home
from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.errors import KioskError, RequestError
from kiosk.exports import keys_sheet, qr
from kiosk.jobs.copies import paper_keys, sealing
from kiosk.store.health import upkeep_rows
from tests import processes
from tests.cli import standing
from tests.homes import copied
from tests.settings import whole
from tests.shared import once


def _kiosk(root: Path, *words: str, data: str = "") -> subprocess.CompletedProcess[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(data))
        return processes.here("--home", str(root), *words)


def _apart(root: Path, *words: str, data: str = "") -> subprocess.CompletedProcess[str]:
    """In a process of its own, with a true standard input."""
    return subprocess.run(
        [*standing.command(), "--home", str(root), *words], input=data, capture_output=True, text=True, check=False
    )


def _noted(root: Path) -> Upkeep | None:
    with home.opened(root) as opened, opened.store.reading() as connection:
        return upkeep_rows.found(connection).get(Care.KEYS)


@pytest.fixture
def identity(template: Path, root: Path, tmp_path: Path) -> Path:
    """Made by the command, its recipient in kiosk.toml, and a copy that has the keys."""

    def make(folder: Path) -> None:
        home_of_it = copied(template, folder / "home")
        assert _kiosk(home_of_it, "keys", "new", "--output", str(folder / "identity.txt"), "--write").returncode == 0
        assert _kiosk(home_of_it, "backup").returncode == 0

    made = once("home-with-identity", make)
    shutil.rmtree(root)
    copied(made / "home", root)
    return Path(shutil.copy2(made / "identity.txt", tmp_path))


def test_a_new_identity_leaves_its_recipient_alone_on_the_machine(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "identity.txt"
    (root / "kiosk.toml").chmod(0o640)
    before = (root / "kiosk.toml").read_text("utf-8")
    done = _apart(root, "keys", "new", "--output", str(path), "--write")
    assert (done.returncode, done.stderr) == (0, "")
    found = config_file.load(root / "kiosk.toml").backup.recipient
    assert found == sealing.recipient_of(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((root / "kiosk.toml").stat().st_mode) == 0o640
    after = (root / "kiosk.toml").read_text("utf-8")
    assert after.replace(f'recipient = "{found}"', '# recipient = "age1..."') == before
    secret = sealing.identity_of(path)
    assert secret not in done.stdout
    assert not [each for each in root.rglob("*") if each.is_file() and secret.encode() in each.read_bytes()]


@pytest.mark.remedy("keys new", "recipient")
def test_a_recipient_with_a_slip_is_refused_and_a_new_one_takes_its_place(root: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        paper_keys.write_recipient(home.Paths(root), "age1slip")
    assert refused.value.code == "recipient"
    assert _kiosk(root, "keys", "new", "--output", str(tmp_path / "identity.txt"), "--write").returncode == 0
    assert _kiosk(root, "backup").returncode == 0


def test_without_write_the_line_to_add_is_said(root: Path, tmp_path: Path) -> None:
    done = _kiosk(root, "keys", "new", "--output", str(tmp_path / "identity.txt"))
    line = f'recipient = "{sealing.recipient_of(tmp_path / "identity.txt")}"'
    assert line in done.stdout
    assert line not in (root / "kiosk.toml").read_text("utf-8")


def test_an_identity_is_not_made_in_the_home_nor_over_a_file(root: Path, tmp_path: Path) -> None:
    done = _kiosk(root, "keys", "new", "--output", str(root / "backups" / "identity"))
    assert (done.returncode, done.stderr.strip().endswith("[identity-place]")) == (2, True)
    (tmp_path / "there").write_text("mine")
    done = _kiosk(root, "keys", "new", "--output", str(tmp_path / "there"))
    assert (done.returncode, (tmp_path / "there").read_text()) == (3, "mine")


def test_another_recipient_takes_the_place_of_the_first_and_says_what_to_keep(root: Path, tmp_path: Path) -> None:
    _kiosk(root, "keys", "new", "--output", str(tmp_path / "first"), "--write")
    done = _kiosk(root, "keys", "new", "--output", str(tmp_path / "second"), "--write")
    assert f"the paper copy of {sealing.recipient_of(tmp_path / 'first')}: keep that, too" in done.stdout
    assert config_file.load(root / "kiosk.toml").backup.recipient == sealing.recipient_of(tmp_path / "second")


@pytest.mark.parametrize(
    "text",
    [
        "real = false\n",
        "real = false\n\n[backup]\nhours = 1\n\n[mail]\nserver = ''\n",
        '[backup]\n# recipient = "age1..."\n[desk]\nport = 1\n',
        '[backup]\n# recipient = "age1..."\nrecipient = ""\n',
        "[backup]",
        "[desk]\nport = 1\n[backup]\nstick = ''\n",
    ],
)
def test_a_recipient_is_written_into_any_configuration(root: Path, identity: Path, text: str) -> None:
    recipient = sealing.recipient_of(identity)
    text = whole(text)
    (root / "kiosk.toml").write_text(text)
    paper_keys.write_recipient(home.Paths(root), recipient)
    assert config_file.load(root / "kiosk.toml").backup.recipient == recipient
    kept = [line for line in text.splitlines() if "recipient" not in line]
    assert [line for line in (root / "kiosk.toml").read_text().splitlines() if line in kept and line] == [
        line for line in kept if line
    ]


def test_a_configuration_that_cannot_be_edited_is_left_as_it_was(root: Path, identity: Path) -> None:
    text = whole("backup = { stick = '' }\n")
    (root / "kiosk.toml").write_text(text)
    with pytest.raises(KioskError):
        paper_keys.write_recipient(home.Paths(root), sealing.recipient_of(identity))
    assert (root / "kiosk.toml").read_text() == text
    assert not list(root.glob(".kiosk.toml*"))


def test_the_sheet_has_the_identity_to_read_in_both_languages(root: Path, identity: Path, tmp_path: Path) -> None:
    secret = sealing.identity_of(identity)
    done = _kiosk(root, "keys", "sheet", "--identity", str(identity), "--output", str(tmp_path / "keys.pdf"))
    assert done.returncode == 0, done.stderr
    assert "shred -u identity.txt" in done.stdout
    assert stat.S_IMODE((tmp_path / "keys.pdf").stat().st_mode) == 0o600
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "keys.pdf").pages]
    assert len(pages) == 2
    assert all(secret in re.sub(r"\s", "", text) for text in pages)
    assert ("Où garder cette page" in pages[0], "Where to keep this page" in pages[1]) == (True, True)


def test_deleting_takes_the_identity_s_file_away_once_the_sheet_is_there(
    root: Path, identity: Path, tmp_path: Path
) -> None:
    words = ["keys", "sheet", "--identity", str(identity), "--delete", "--output"]
    assert _kiosk(root, *words, str(tmp_path / "nowhere" / "keys.pdf")).returncode == 3
    assert identity.exists()
    assert _kiosk(root, *words, str(tmp_path / "keys.pdf")).returncode == 0
    assert not identity.exists()


def test_every_square_of_the_code_is_the_one_that_is_meant(identity: Path) -> None:
    secret = sealing.identity_of(identity)
    meant = qr.squares(secret)
    drawing = keys_sheet.code(secret).replace("<svg", '<svg width="1000" height="1000"', 1)
    picture = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(drawing)))).convert("L")
    step = picture.width / len(meant)
    middles = [int((place + 0.5) * step) for place in range(len(meant))]
    assert [[int(str(picture.getpixel((x, y)))) < 128 for x in middles] for y in middles] == meant


def test_the_yearly_test_takes_what_is_typed_or_scanned_and_is_written_down(root: Path, identity: Path) -> None:
    typed = " ".join(sealing.identity_of(identity)[at : at + 4] for at in range(0, 76, 4)).lower()
    done = _apart(root, "keys", "test", data=f"{typed}\n")
    assert (done.returncode, done.stderr) == (0, "")
    noted = _noted(root)
    assert noted is not None
    assert not noted.failed
    assert _kiosk(root, "keys", "test", "--identity", str(identity), "--json").returncode == 0


def test_a_slip_in_typing_is_no_failed_test(root: Path, identity: Path) -> None:
    secret = sealing.identity_of(identity)
    done = _kiosk(root, "keys", "test", data=secret[:-1] + ("Q" if secret[-1] != "Q" else "P"))
    assert (done.returncode, done.stderr.strip().endswith("[identity]")) == (2, True)
    assert secret[:-1] not in done.stderr
    assert _noted(root) is None


def test_another_paper_copy_fails_and_is_written_down(root: Path, identity: Path, tmp_path: Path) -> None:
    assert _kiosk(root, "keys", "new", "--output", str(tmp_path / "other")).returncode == 0
    done = _kiosk(root, "keys", "test", "--identity", str(tmp_path / "other"))
    assert (done.returncode, done.stderr.strip().endswith("[identity]")) == (2, True)
    noted = _noted(root)
    assert noted is not None
    assert (noted.failed, noted.says) == (True, "identity")


def test_keys_that_changed_since_the_copy_are_named(root: Path, identity: Path) -> None:
    (root / "keys" / "desk" / "mail").write_text("a new password")
    (root / "keys" / "desk" / "mail").chmod(0o600)
    done = _kiosk(root, "keys", "test", "--identity", str(identity))
    assert done.returncode == 1
    assert "keys/desk/mail" in done.stderr
    assert _kiosk(root, "backup").returncode == 0
    assert _kiosk(root, "keys", "test", "--identity", str(identity)).returncode == 0


def test_without_a_copy_that_has_the_keys_there_is_nothing_to_try(root: Path, tmp_path: Path) -> None:
    assert _kiosk(root, "keys", "new", "--output", str(tmp_path / "identity")).returncode == 0
    done = _kiosk(root, "keys", "test", "--identity", str(tmp_path / "identity"))
    assert (done.returncode, done.stderr.strip().endswith("[no-sealed-keys]")) == (1, True)
