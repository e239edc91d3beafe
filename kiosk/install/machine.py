"""The machine that is installed on: everything that reads or changes it goes through here, so that a dry run is one
condition.

A change is printed as one line and kept in `changes`: `+` written, `-` removed, `>` linked, `=` given rights, `$` run.
A file that is already right is neither touched nor printed.
"""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk import root_files
from kiosk.errors import MachineError
from kiosk.root_files import Holder

COMMANDS_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Rights:
    """Mode, owner and group of a file or folder. Where owner or group is None, it keeps its own."""

    mode: int
    owner: str | None = "root"
    group: str | None = "root"

    def __str__(self) -> str:
        """Return the rights as a change shows them, "*" for what stays as it is."""
        return f"{self.mode:04o} {self.owner or '*'}:{self.group or '*'}"


PROGRAM = Rights(0o755)  # of a file that is run, and of a folder
PLAIN = Rights(0o644)  # of a file that is read


@dataclass
class Machine:
    """A machine whose files are below `root` (`/` except in tests). With `dry` changes are noted, and shown by `tell`,
    but not made.
    """

    root: Path = Path("/")
    dry: bool = False
    tell: Callable[[str], None] = print  # shows a line
    changes: list[str] = field(default_factory=list)

    def at(self, path: str | Path) -> Path:
        """Return where an absolute path of the machine is."""
        return self.root / str(path).lstrip("/")

    def answers(self, *command: str) -> str | None:
        """Run a command that changes nothing, in a dry run too, and return its output without spaces at its ends; None
        where it fails or is missing.
        """
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=self._environment({}))  # noqa: S603 (our own words)
        except OSError:
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    def run(self, *command: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        """Run a command that changes something, with further variables in its `environment`. Raises MachineError
        `install` with the last three lines of its error output (or else output) where it fails or is missing.
        """
        if not self._changes(f"$ {' '.join(command)}"):
            return
        try:
            done = subprocess.run(  # noqa: S603 (our own words)
                command, capture_output=True, text=True, check=False, cwd=cwd, env=self._environment(environment or {})
            )
        except OSError as fault:
            raise MachineError("install", f"{command[0]}: {fault.strerror}") from None
        if done.returncode != 0:
            words = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
            raise MachineError("install", f"{' '.join(command)}: {' / '.join(words[-3:])}")

    def write(self, path: str, text: str | bytes, rights: Rights = PLAIN) -> bool:
        """Make a file have exactly this content and these rights, completely or not at all, and return whether that
        changed anything; True in a dry run where it would.
        """
        target = self.at(path)
        content = text.encode() if isinstance(text, str) else text
        same = target.is_file() and not target.is_symlink() and target.read_bytes() == content
        if same:
            return self.give(path, rights)
        if self._changes(f"+ {path} ({rights})"):
            self._parents(target)
            root_files.write(target, content, self._holder(rights))
        return True

    def folder(self, path: str, rights: Rights = PROGRAM) -> bool:
        """Make a folder with these rights, and the missing ones above it, and return whether that changed anything."""
        target = self.at(path)
        if target.is_dir():
            return self.give(path, rights)
        if self._changes(f"+ {path}/ ({rights})"):
            self._parents(target)
            target.mkdir(mode=0o700)
            with root_files.held(target) as descriptor:
                self._set(target, descriptor, rights)
        return True

    def give(self, path: str, rights: Rights) -> bool:
        """Set the rights of a folder or a plain file, and return whether they were others; False where it is missing.
        The open descriptor is used, because another writer of its folder could exchange the name meanwhile. A link or
        other kind of file in its place is reported and left.
        """
        target = self.at(path)
        try:
            with root_files.held(target) as descriptor:
                if self._has(target, descriptor, rights):
                    return False
                if self._changes(f"= {path} ({rights})"):
                    self._set(target, descriptor, rights)
                return True
        except FileNotFoundError:
            return False
        except MachineError as fault:
            self.tell(f"  ! {fault}")
            return False

    def link(self, path: str, to: str) -> bool:
        """Make a path a symbolic link to `to`, in one step, and return whether that changed anything."""
        target = self.at(path)
        if target.is_symlink() and str(target.readlink()) == to:
            return False
        if self._changes(f"> {path} -> {to}"):
            draft = target.with_name(f".{target.name}.new")
            draft.unlink(missing_ok=True)
            draft.symlink_to(to)
            draft.replace(target)
        return True

    def remove(self, path: str) -> bool:
        """Remove a file, a link (not its target) or a whole folder, and return whether there was one."""
        target = self.at(path)
        if not target.is_symlink() and not target.exists():
            return False
        if self._changes(f"- {path}"):
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink()
        return True

    def remove_drop_in(self, path: str) -> bool:
        """Remove a systemd unit's drop-in (a file that changes some of its settings), and its folder if no other file
        is in it, such as `systemctl edit` writes. Return whether there was one.
        """
        folder = self.at(path).parent
        is_alone = folder.is_dir() and {each.name for each in folder.iterdir()} <= {Path(path).name}
        return self.remove(str(Path(path).parent) if is_alone else path)

    def rename(self, path: str, to: str) -> None:
        """Rename a file or a folder."""
        if self._changes(f"> {path} => {to}"):
            self.at(path).rename(self.at(to))

    def has_user(self, name: str) -> bool:
        """Return whether there is a user of this name."""
        return self.answers("getent", "passwd", name) is not None

    def has_group(self, name: str) -> bool:
        """Return whether there is a group of this name."""
        return self.answers("getent", "group", name) is not None

    def _changes(self, what: str) -> bool:
        """Note and print a change, and return whether it is to be made."""
        self.changes.append(what)
        self.tell(f"  {what}")
        return not self.dry

    def _parents(self, target: Path) -> None:
        """Make the missing folders above a file with mode 0755 whatever the umask; they belong to this process's
        user.
        """
        missing = [parent for parent in target.parents if not parent.exists()]
        for parent in reversed(missing):
            parent.mkdir(mode=0o755)
            parent.chmod(0o755)

    # `_target` is for the tests' own subclass alone, which has no such users and keeps rights by path.

    def _has(self, _target: Path, descriptor: int, rights: Rights) -> bool:
        """Tell whether an open file has these rights."""
        try:
            return self._holder(rights).holds(descriptor)
        except KeyError:
            return False  # in a dry run the user does not exist yet

    def _set(self, _target: Path, descriptor: int, rights: Rights) -> None:
        """Give an open file these rights."""
        self._holder(rights).take(descriptor)

    @staticmethod
    def _holder(rights: Rights) -> Holder:
        """Return the rights with the user and group by number, None for one that stays. Raises KeyError where the
        machine has no user or group of the name.
        """
        user = None if rights.owner is None else pwd.getpwnam(rights.owner).pw_uid
        group = None if rights.group is None else grp.getgrnam(rights.group).gr_gid
        return Holder(rights.mode, user, group)

    @staticmethod
    def _environment(more: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a command: this program's without Python's and the kiosk's own variables."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KIOSK_"))}
        # /tmp is in memory on Debian 13, of which a small board has little.
        return {**inherited, "PATH": COMMANDS_PATH, "LC_ALL": "C.UTF-8", "TMPDIR": "/var/tmp", **more}  # noqa: S108  # root's, and on the disk
