"""Makes another folder the spool's, and brings in taps that an earlier release wrote under a mount point. The spool
keeps taps that were let in while they could not be entered; its folder is often on a USB stick.

Files under a mounted stick are hidden by the mount: a child process removes the mount for itself alone and copies them.
Each file is moved aside once its copy is on the disk, so that it is brought in once.
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

LONGEST_BYTES = 256 << 20  # of one spool file; a longer one is refused as MachineError `spool`
_SUFFIX, _DONE = ".spool", ".gathered"  # of a file to gather, and of one that was gathered
_SECONDS = 600.0  # for the child that reads the spool
# For `sh`, in a name space of its own: unmounts what lies on the point, then runs the child.
_WITHOUT_MOUNTS = """while mountpoint -q -- "$1"; do umount -l -- "$1" || exit 1; done
exec "$2" -I -m kiosk.jobs.spool_child "$3" "$4"
"""


def adopt(root: Path) -> Path:
    """Mark the folder that spool.path names as this home's spool, and return it.

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
    """Bring the files of taps that lie under a mount point into the home's own spool, and return how many files.

    Without `folder`, spool.path is read. A folder that is under no mount, or on the mount that holds the home, is read
    as it stands. Raises RequestError `no-home`, `config`; MachineError `spool`.
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
        raise MachineError("spool", f"what lies under {point} cannot be reached: {done.complaint}")
    return int(done.out or b"0")  # the child prints its count


def bring(paths: Paths, source: Path) -> int:
    """Copy a folder's files of taps into the home's own spool, rename each original, and return how many.

    An original's name gets `.gathered`; a copy gets the owner of the home's spool. The first fault ends the work:
    earlier files stay copied. Raises MachineError `spool`.
    """
    own, count = paths.own("spool"), 0
    try:
        for path in sorted(source.glob(f"*{_SUFFIX}")):
            content = plain_files.read(path, LONGEST_BYTES)
            target = _free_path(own / path.name)
            facts = own.stat()
            root_files.write(target, content, Holder(0o600, facts.st_uid, facts.st_gid))
            path.rename(path.with_name(f"{path.name}{_DONE}"))
            durable.sync_folder(source)
            count += 1
    except OSError as fault:
        raise MachineError("spool", f"{source} cannot be brought in: {fault.strerror}") from None
    return count


def _free_path(path: Path) -> Path:
    """Return the path, or, where it is taken, the first free of `name-2`, `name-3` and so on."""
    count, free_path = 1, path
    while free_path.exists():
        count += 1
        free_path = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return free_path
