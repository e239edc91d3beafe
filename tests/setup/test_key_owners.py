"""A key that root makes in a program's own folder is that program's."""

import os
import shutil
from pathlib import Path

import pytest

from kiosk import key_rights, keys
from kiosk.books import archive_keys
from kiosk.home import Paths
from kiosk.setup import key_mending
from tests.conftest import WEDNESDAY
from tests.fakes import accounts

NOBODY = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")


@pytest.fixture
def root(root: Path) -> Path:
    """A home that others may pass by, as a machine's is: /tmp/pytest-of-root is root's alone."""
    for folder in [root, root / "keys", *(each for each in root.parents if len(each.parts) > 2)]:
        folder.chmod(folder.stat().st_mode | 0o011)
    return root


def test_a_key_belongs_to_the_owner_of_its_folder(root: Path) -> None:
    paths = Paths(root)
    paths.spool_key.unlink()
    os.chown(paths.spool_key.parent, NOBODY, NOBODY)
    keys.make_key(paths.spool_key)
    found = paths.spool_key.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (NOBODY, NOBODY, 0o600)
    assert len(keys.read_key(paths.spool_key)) == keys.KEY_BYTES


def test_the_archive_s_key_too(root: Path) -> None:
    paths = Paths(root)
    os.chown(paths.archive_key.parent, NOBODY, NOBODY)
    archive_keys.ready(paths)
    assert paths.archive_key.stat().st_uid == NOBODY


# A program's folder that is gone, or another thing in its place

GROUP, DESK, ENTRANCE = 64300, 64303, 64302  # no account of any machine


@pytest.fixture
def shared(root: Path) -> Paths:
    """A home of several programs, as on a machine: root's, and each program's folder its own."""
    for path, user, mode in (
        (root, 0, 0o750),
        (root / "keys", 0, 0o750),
        (root / "keys" / "shared", 0, 0o750),
        (root / "keys" / "desk", DESK, 0o700),
        *((root / name, ENTRANCE, 0o700) for name in ("keys/entrance", "spool", "roster")),
    ):
        os.chown(path, user, GROUP)
        path.chmod(mode)
    return Paths(root)


def _mended(paths: Paths) -> list[str]:
    with accounts({key_rights.DESK: DESK, key_rights.ENTRANCE: ENTRANCE}):
        return key_mending.mend(paths.root, WEDNESDAY)


def _rights(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, found.st_mode & 0o777


@pytest.mark.parametrize("instead", ["nothing", "a link", "a pipe"])
def test_a_new_folder_of_the_desks_keys_is_the_desks_alone(shared: Paths, instead: str) -> None:
    folder = shared.desk_key.parent
    shutil.rmtree(folder)
    if instead == "a link":
        folder.symlink_to("/nowhere")
    elif instead == "a pipe":
        os.mkfifo(folder)
    assert {"folder keys/desk", "key desk/web"} <= set(_mended(shared))
    assert (_rights(folder), _rights(shared.desk_key)) == ((DESK, GROUP, 0o700), (DESK, GROUP, 0o600))
    assert _mended(shared) == []


def test_the_entrances_folders_are_its_own_though_all_are_gone(shared: Paths) -> None:
    for name in ("keys/entrance", "spool", "roster"):
        shutil.rmtree(shared.root / name)
    _mended(shared)
    for name in ("keys/entrance", "spool", "roster"):
        assert _rights(shared.root / name) == (ENTRANCE, GROUP, 0o700)


def test_a_folder_that_was_made_with_the_shared_rights_is_given_to_its_program(shared: Paths) -> None:
    folder = shared.desk_key.parent
    os.chown(folder, 0, GROUP)
    folder.chmod(0o750)
    assert "rights keys/desk" in _mended(shared)
    assert (_rights(folder), _rights(shared.desk_key)) == ((DESK, GROUP, 0o700), (DESK, GROUP, 0o600))


def test_where_no_account_is_known_the_programs_may_read_the_key_all_the_same(shared: Paths) -> None:
    shutil.rmtree(shared.desk_key.parent)
    key_mending.mend(shared.root, WEDNESDAY)
    assert _rights(shared.desk_key) == (0, GROUP, 0o640)
