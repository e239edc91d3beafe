"""Keeps what must be there after a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk: a file that is synced has none of its own. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
