"""Makes changes survive a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that the names of its files are on the disk: syncing a file does not sync its name. Raises
    OSError.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
