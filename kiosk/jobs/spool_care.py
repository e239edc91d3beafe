"""Makes another folder the spool's, and brings in what an earlier release wrote under a mount point.

What lies under a mounted stick is seen from a place of its own only: a child takes the mount away for itself alone, and
copies. A file is moved out of the way once its copy is on the disk, so that it is brought in once.
"""

import os
import sys
from pathlib import Path

from kiosk import durable, home, plain_files, root_files
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.jobs import running
from kiosk.offline import door_keys
from kiosk.offline.spool_record import SpoolRecord
from kiosk.root_files import Holder

LONGEST_BYTES = 256 << 20
_SUFFIX, _DONE = ".spool", ".gathered"
_SECONDS = 600.0
_WITHOUT_MOUNTS = """while mountpoint -q -- "$1"; do umount -l -- "$1" || exit 1; done
exec "$2" -I -m kiosk.jobs.spool_child "$3" "$4"
"""


def adopt(root: Path) -> Path:
    """Mark the folder that spool.path names as this home's spool. Returns it.

    Raises RequestError `no-home`, `config`; MachineError `key`, `spool`.
    """
    paths = home.find(root)
    settings = home.settings(paths)
    folder = paths.own(settings.spool.path)
    if folder == paths.own("spool"):
        raise RequestError("config", "taps wait in the home itself: set spool.path in kiosk.toml first")
    with home.opened(root) as opened, root_files.acting_in(paths.roster.parent):
        record = SpoolRecord.of(paths, settings.spool.path, door_keys.seals_of(paths), opened.seal.home_id)
        if not folder.is_dir() or not record.adopt():
            raise MachineError(
                "spool", f"{folder} cannot be written: is its stick plugged in, and is it the entrance's?"
            )
    return folder


def gather(root: Path, folder: Path | None) -> int:
    """Bring files of taps into the home's own spool from what lies under a mount point. Returns how many.

    Raises RequestError `no-home`, `config`; MachineError `spool`.
    """
    paths = home.find(root)
    source = folder or paths.own(home.settings(paths).spool.path)
    if source == paths.own("spool"):
        raise RequestError("config", f"{source} is the home's own: name another folder by --from")
    point = next((each for each in (source, *source.parents) if each != each.parent and os.path.ismount(each)), None)
    if point is None or root.is_relative_to(point):  # the home itself would go with the mount
        return bring(paths, source)
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _WITHOUT_MOUNTS, "sh"]
    done = running.run([*words, str(point), sys.executable, str(root), str(source)], seconds=_SECONDS)
    if not done.ok:
        raise MachineError("spool", f"what lies under {point} cannot be reached: {done.said}")
    return int(done.out or b"0")


def bring(paths: Paths, source: Path) -> int:
    """Copy a folder's files of taps into the home's own spool, and move each aside. Returns how many.

    Raises MachineError `spool`.
    """
    own, count = paths.own("spool"), 0
    try:
        for path in sorted(source.glob(f"*{_SUFFIX}")):
            content = plain_files.read(path, LONGEST_BYTES)
            target = _free(own / path.name)
            found = own.stat()
            root_files.write(target, content, Holder(0o600, found.st_uid, found.st_gid))
            path.rename(path.with_name(f"{path.name}{_DONE}"))
            durable.sync_folder(source)
            count += 1
    except OSError as fault:
        raise MachineError("spool", f"{source} cannot be brought in: {fault.strerror}") from None
    return count


def _free(path: Path) -> Path:
    count, found = 1, path
    while found.exists():
        count += 1
        found = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return found
