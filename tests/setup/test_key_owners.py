"""A key that root makes in a program's own folder is that program's."""

import os
from pathlib import Path

import pytest

from kiosk import keys
from kiosk.books import archive_keys
from kiosk.home import Paths

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
