"""A machine on paper: its files are in a folder of the test's, its users and packages in sets."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.install.machine import Machine, Rights
from kiosk.root_files import Holder
from kiosk.setup import settings_text

PROJECT = Path(__file__).parents[2]
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n'


class Cut(Exception):
    """The power went."""


@dataclass
class Paper(Machine):
    """What changes it is carried out on paper; `cut_after` so many changes the power goes."""

    users: dict[str, set[str]] = field(default_factory=dict)
    groups: set[str] = field(
        default_factory=lambda: {"gpio", "plugdev", "dialout", "input", "video", "render", "audio"}
    )
    packages: set[str] = field(default_factory=set)
    enabled: set[str] = field(default_factory=set)
    active: set[str] = field(default_factory=set)
    rights: dict[str, Rights] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    cut_after: int | None = None
    fails: str = "nothing fails"
    unknown: set[str] = field(default_factory=set)  # packages that Debian does not have here
    has_officer: bool = False
    conffile: str = ""  # what the package's own Caddyfile holds

    def answers(self, *command: str) -> str | None:
        if command[1:] == ("user", "first"):
            is_there = Path(command[0]).exists() and not self.has_officer
            return "https://kiosk.local/first/abc" if is_there else None
        return self._systemd_says(*command) if command[0] == "systemctl" else self._debian_says(*command)

    def _systemd_says(self, *command: str) -> str | None:
        match command:
            case (_, "is-enabled", name):
                return name if name in self.enabled else None
            case (_, "is-active", _, name):
                return name if name in self.active else None
        return "systemd 257" if command[1:] == ("--version",) else None

    def _debian_says(self, *command: str) -> str | None:
        match command:
            case ("dpkg", *_):
                return "arm64"
            case ("dpkg-query", "-W", "-f", "${db:Status-Status}", name):
                return "installed" if name in self.packages else None
            case ("apt-cache", "policy", name):
                return f"{name}:\n  Candidate: {'(none)' if name in self.unknown else '1'}"
            case ("dpkg-query", "-W", "-f", "${Conffiles}", _):
                return f" /etc/caddy/Caddyfile {self.conffile}" if self.conffile else None
            case ("md5sum", path):
                return f"{Path(path).read_text('utf-8')}  {path}"
            case (_, "-I", "-m", "kiosk", "--home", home, "config", "accept", "--check"):
                written, accepted = (Path(home) / name for name in ("kiosk.toml", "kiosk.toml.accepted"))
                return "" if accepted.exists() and accepted.read_bytes() == written.read_bytes() else None
            case ("getent", "passwd", name):
                return name if name in self.users else None
            case ("getent", "group", name):
                return name if name in self.groups else None
            case ("id", "-nG", name):
                return " ".join(self.users.get(name, ()))
        return None

    def run(self, *command: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        if not self._changes(f"$ {' '.join(command)}"):
            return
        self.ran.append(" ".join(command))
        if self.fails in " ".join(command):
            raise subprocess.CalledProcessError(1, command)
        self._carry_out(command) if command[0] != "systemctl" else self._systemctl(*command[1:])

    def _carry_out(self, command: tuple[str, ...]) -> None:
        match command:
            case ("groupadd", *_, name):
                self.groups.add(name)
            case ("useradd", *_, name):
                self.users[name] = set()
            case ("usermod", "--append", "--groups", wanted, name):
                self.users[name] |= set(wanted.split(","))
            case ("apt-get", _, _, "install", "-y", "-qq", "--no-install-recommends", *names):
                self.packages |= set(names)
            case (_, "-m", "venv", *_, folder):
                (Path(folder) / "bin").mkdir(parents=True)
            case (_, "-I", "-m", "kiosk", "--home", home, "init", *wishes):
                self._found(Path(home), wishes)
            case (_, "-I", "-m", "kiosk", "--home", home, "config", "accept", "--yes"):
                (Path(home) / "kiosk.toml.accepted").write_bytes((Path(home) / "kiosk.toml").read_bytes())

    def _systemctl(self, act: str, *names: str) -> None:
        named = {name for name in names if not name.startswith("-")}
        match act:
            case "enable":
                self.enabled |= named
            case "disable":
                self.enabled -= named
            case "start" | "restart":
                self.active |= named
            case "stop":
                self.active -= named

    def _found(self, home: Path, wishes: list[str]) -> None:
        for name in ("db", "keys/shared", "keys/entrance", "keys/desk", "spool", "roster", "backups", "run"):
            (home / name).mkdir(parents=True)
        for name in ("db/ledger.db", "keys/shared/chain", "keys/entrance/spool", "keys/desk/web"):
            (home / name).touch()
        device, real = wishes[wishes.index("--reader") + 1], "--real" in wishes
        text = settings_text.text(real=str(real).lower(), device=device, screen_port=8080, desk_port=8081, clock="host")
        (home / "kiosk.toml").write_text(text, "utf-8")

    def _changes(self, what: str) -> bool:
        if self.cut_after is not None and len(self.changes) >= self.cut_after:
            raise Cut
        return super()._changes(what)

    def _has(self, target: Path, _descriptor: int, rights: Rights) -> bool:
        return self.rights.get(self._name(target)) == rights

    def _set(self, target: Path, _descriptor: int, rights: Rights) -> None:
        self.rights[self._name(target)] = rights

    @staticmethod
    def _holder(rights: Rights) -> Holder:
        return Holder(rights.mode)

    def rename(self, path: str, to: str) -> None:
        super().rename(path, to)
        moved = {name: rights for name, rights in self.rights.items() if name == path or name.startswith(f"{path}/")}
        self.rights |= {to + name.removeprefix(path): rights for name, rights in moved.items()}

    def write(self, path: str, text: str | bytes, rights: Rights = Rights(0o644)) -> bool:  # noqa: B008 (frozen)
        changed = super().write(path, text, rights)
        if self.at(path).exists():
            self.rights[path] = rights
        return changed

    def _name(self, target: Path) -> str:
        return f"/{target.relative_to(self.root)}"

    def tree(self) -> dict[str, str]:
        """Every file, its rights and its content."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = self._name(path)
            content = (
                str(path.readlink())
                if path.is_symlink()
                else path.read_bytes().decode("utf-8", "replace")
                if path.is_file()
                else "/"
            )
            found[name] = f"{self.rights.get(name)} {content}"
        return found


def debian(root: Path, *, pi: bool = True) -> Paper:
    """A fresh machine: a Raspberry Pi, or another one."""
    found = Paper(root=root, tell=lambda _line: None)
    (root / "etc" / "systemd" / "system").mkdir(parents=True)
    (root / "etc" / "os-release").write_text(DEBIAN, "utf-8")
    for folder in ("etc/udev/rules.d", "var/lib", "opt", "usr/local/bin", "run"):
        (root / folder).mkdir(parents=True)
    if pi:
        (root / "etc" / "rpi-issue").touch()
    return found
