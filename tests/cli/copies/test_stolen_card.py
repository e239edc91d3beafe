"""The page for the day when the card is stolen, typed line by line: the stick is mounted, the identity typed and wiped,
the units named. What its `kiosk` lines do is in `test_keys_renew`, which types them too; here they find what they name.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_documented import BLOCKS, ROOT, Block

PAGE = [block for block in BLOCKS if block.page == "carte-volee.md"]
FRENCH, ENGLISH = PAGE[:2], PAGE[2:]
COPY = "kiosk-20261125T040000Z.tar.age"

_OURS = """\
set -eu
mount -t tmpfs none /dev/shm
mount -t tmpfs none /mnt
PATH="$1:$PATH"
"""
_RESTORES = """\
echo "$@" >> {said}
[ "$1" != restore ] || {{ [ "$(stat -c %a "$4")" = 600 ] && age --decrypt --identity "$4" "$2" >> {said}; }}
"""


def _machine(folder: Path, stick: Path, paper: Path, said: Path) -> None:
    """What stands for the machine around the page's commands; everything that it does not name is really there."""
    folder.mkdir()
    stubs = {
        "sudo": 'exec "$@"',
        "systemctl": f'echo systemctl "$@" >> {said}',
        "nano": f'cat {paper} > "$1"',
        "kiosk": _RESTORES.format(said=said),
        # A label is found by udev, which has no part in a namespace: the stick itself is named instead.
        "mount": f'exec /usr/bin/mount "${{@/LABEL=KIOSK/{stick}}}"',
    }
    for name, text in stubs.items():
        (folder / name).write_text(f"#!/bin/bash\n{text}\n", "utf-8")
        (folder / name).chmod(0o755)


def _stick(tmp_path: Path, paper: Path) -> Path:
    """One with a sealed copy, as the house carries it there."""
    folder, stick = tmp_path / "on-the-stick", tmp_path / "stick.img"
    (folder / "kiosk").mkdir(parents=True)
    (tmp_path / "copy").write_text("the copy\n", "utf-8")
    subprocess.run(["age-keygen", "--output", str(paper)], check=True, capture_output=True)
    recipient = subprocess.run(["age-keygen", "-y", str(paper)], check=True, capture_output=True, text=True).stdout
    sealed = ["age", "--recipient", recipient.strip(), "--output", str(folder / "kiosk" / COPY), str(tmp_path / "copy")]
    subprocess.run(sealed, check=True)
    with stick.open("wb") as made:
        made.truncate(16 * 2**20)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-L", "KIOSK", "-d", str(folder), str(stick)], check=True)
    return stick


@pytest.mark.skipif(os.geteuid() != 0, reason="a stick can be mounted by root only")
@pytest.mark.promise(3)
@pytest.mark.parametrize("blocks", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_the_page_is_typed_line_by_line(tmp_path: Path, blocks: list[Block]) -> None:
    paper, said = tmp_path / "paper", tmp_path / "said"
    _machine(tmp_path / "tools", _stick(tmp_path, paper), paper, said)
    lines = [line for block in blocks for line in block.lines]
    script = _OURS + "\n".join(lines) + '\n[ -z "$(ls -A /dev/shm)$(ls -A /mnt)" ]'
    command = ["unshare", "--mount", "--propagation", "private", "bash", "-c", script, "bash", str(tmp_path / "tools")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = said.read_text("utf-8").splitlines()
    assert told[1].startswith(f"restore /mnt/kiosk/{COPY} --identity /dev/shm/")
    assert [told[0], *told[2:]] == [
        "systemctl stop kiosk-entrance.socket kiosk-entrance kiosk-desk.socket kiosk-desk",
        "the copy",
        "verify",
        "keys renew --chain --badges",
        "backup",
        "systemctl start kiosk-entrance kiosk-desk",
        "check",
    ]


def test_the_units_that_the_page_stops_and_starts_are_there() -> None:
    named = {
        word if "." in word else f"{word}.service"
        for block in PAGE
        for words in block.commands()
        if words[0] == "systemctl"
        for word in words[2:]
    }
    assert len(named) == 4
    assert named <= {each.name for each in (ROOT / "systemd").iterdir()}
    for service in ("kiosk-entrance", "kiosk-desk"):  # what was stopped with its socket comes back with it
        assert f"Requires={service}.socket" in (ROOT / "systemd" / f"{service}.service").read_text("utf-8")


def test_the_page_says_the_same_in_english() -> None:
    def said(blocks: list[Block]) -> list[str]:
        lines = [line for block in blocks for line in block.lines]
        return [line.replace("identite.txt", "identity.txt") for line in lines if not line.startswith("ls ")]

    assert said(FRENCH) == said(ENGLISH)
