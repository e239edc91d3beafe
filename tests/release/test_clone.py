"""A clone is verified as the guide says it, from a server that lies about what a version's name means."""

import os
import re
import subprocess
from pathlib import Path

import pytest

_GUIDE = Path(__file__).parents[2] / "docs" / "installation.md"
_GENUINE, _STRANGERS = "what two people released", "a stranger's"
_VERSION = "v9.2.0"


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    told = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "PATH": os.environ["PATH"]}
    who = {f"GIT_{each}_{what}": "x@example.org" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(words, cwd=folder, env=told | who, capture_output=True, text=True, check=False)


def _git(folder: Path, *words: str) -> None:
    _run(folder, "git", *words).check_returncode()


@pytest.fixture
def liar(tmp_path: Path) -> Path:
    """A repository with the genuine signed tag of a release, made by hand as `scripts/release` says."""
    folder = tmp_path / "liar"
    folder.mkdir()
    _run(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")).check_returncode()
    _git(folder, "init", "-q", "-b", "main")
    _commit(folder, _GENUINE)
    signed = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={tmp_path / 'key'}")
    _git(folder, *signed, "tag", "-s", _VERSION, "-m", _VERSION.removeprefix("v"))
    return folder


def _commit(folder: Path, text: str) -> None:
    (folder / "kiosk.py").write_text(text, "utf-8")
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", text)


def _as_told(liar: Path, into: Path, version: str = _VERSION) -> list[subprocess.CompletedProcess[str]]:
    """Type the lines of the guide, up to the installer, for this address and version."""
    block = re.search(r"```machine\n(git clone [^`]*)```", _GUIDE.read_text("utf-8"))
    assert block is not None, "the guide says how a clone is verified"
    told = []
    where = into
    for line in block[1].splitlines():
        words = line.replace("ADRESSE", liar.as_uri()).replace("vVERSION", version).split("  #")[0]
        if words.startswith("cd "):
            where = into / words.removeprefix("cd ")
        elif not words.startswith("sudo "):
            told.append(_run(where, "bash", "-c", words))
    return told


@pytest.mark.parametrize("branch", [_VERSION, f"refs/tags/{_VERSION}", f"tags/{_VERSION}"])
@pytest.mark.parametrize("is_head", [True, False])
def test_a_branch_that_is_called_like_the_signed_tag_is_not_what_is_installed(
    liar: Path, tmp_path: Path, branch: str, is_head: bool
) -> None:
    _git(liar, "checkout", "-q", "-b", branch)
    _commit(liar, _STRANGERS)
    if not is_head:
        _git(liar, "checkout", "-q", "main")
    _, verified, _ = _as_told(liar, tmp_path)
    assert f"\ntag {_VERSION}\n" in verified.stdout
    assert 'Good "git" signature' in verified.stderr + verified.stdout
    assert (tmp_path / "kiosk" / "kiosk.py").read_text("utf-8") == _GENUINE


def test_an_older_tag_under_a_newer_version_s_name_says_its_own(liar: Path, tmp_path: Path) -> None:
    _git(liar, "update-ref", "refs/tags/v9.9.9", f"refs/tags/{_VERSION}")
    _, verified, _ = _as_told(liar, tmp_path, "v9.9.9")
    assert f"\ntag {_VERSION}\n" in verified.stdout
