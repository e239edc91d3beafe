"""Debian roots of their own: this machine's own one under an overlay, or a fresh one by debootstrap.

Each has its own mounts, processes and network, so that it neither sees nor disturbs what runs here.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CLONE = "/usr/src/kiosk"
WHEELS = "/usr/src/wheels"
PROJECT = Path(__file__).parents[2]
_PASSED = ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy")

# $1 where it is put together, $2 the folders that it lies over, or nothing where $1/root is a root already.
_MOUNTS = """
set -e
if [ -n "$2" ]; then
    mountpoint -q "$1" || mount -t tmpfs tmpfs "$1"
    mkdir "$1/upper" "$1/work" "$1/root"
    mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
fi
cd "$1/root"
mkdir -p proc sys dev run tmp
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
echo ready
exec sleep infinity
"""


@dataclass
class Root:
    """A root that runs: commands are carried out inside of it, in a network of its own."""

    path: Path
    keeper: int
    network: int
    can_go_online: bool
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str, user: str | None = None, online: bool = False) -> list[str]:
        """The words that run a command inside, as root or as another user of the root's; `online` where it may."""
        own = [] if online and self.can_go_online else [f"--net=/proc/{self.network}/ns/net"]
        enter = ["nsenter", f"--target={self.keeper}", "--mount", "--pid", *own, "chroot", str(self.path)]
        become = ["setpriv", f"--reuid={user}", "--regid=kiosk", "--init-groups", "--"] if user else []
        return [*enter, *become, *words]

    def run(
        self, *words: str, user: str | None = None, online: bool = False, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            self.command(*words, user=user, online=online),
            env=self.environment,
            capture_output=True,
            text=True,
            input=given,
            timeout=1800,
            check=False,
        )

    def says(self, *words: str, user: str | None = None, online: bool = False) -> str:
        """What a command says that must succeed."""
        found = self.run(*words, user=user, online=online)
        assert found.returncode == 0, f"{words}: {found.stdout[-2000:]}{found.stderr[-2000:]}"
        return found.stdout

    def at(self, path: str) -> Path:
        """Where a path of the root is seen from here. Mounts inside are not seen."""
        return Path(f"/proc/{self.keeper}/root") / str(self.path).lstrip("/") / path.lstrip("/")


@contextmanager
def staying(folder: Path) -> Iterator[None]:
    """What a root at this folder comes to stays meanwhile, for others to be laid over it."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def over(made: Path, folder: Path) -> Iterator[Root]:
    """A root as another one was left, which stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with _running(folder, f"{made / 'upper'}:/") as root:
        yield root


@contextmanager
def overlaid(folder: Path) -> Iterator[Root]:
    """This machine's own Debian, as fresh as it is, under an overlay in memory that vanishes at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with _running(folder, "/") as root:
        for path in ("/opt/kiosk", "/etc/kiosk", "/var/lib/kiosk", "/usr/local/bin/kiosk"):
            root.says("rm", "-rf", path)
        root.says("sh", "-c", "rm -rf /etc/systemd/system/kiosk* /etc/udev/rules.d/*kiosk*")
        yield root


@contextmanager
def bootstrapped(folder: Path, cache: Path) -> Iterator[Root]:
    """A fresh Debian 13 by debootstrap, whose archive is kept in `cache`. Commands in it may go online."""
    archive = cache / "trixie.tar"
    inside = folder / "root"
    folder.mkdir(parents=True, exist_ok=True)
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie", str(inside)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        draft = archive.with_suffix(".new")
        subprocess.run(["tar", "-C", str(inside), "-cf", str(draft), "."], check=True)
        draft.replace(archive)
    else:
        inside.mkdir()
        subprocess.run(["tar", "-C", str(inside), "-xf", str(archive)], check=True)
    _lend_network(inside)
    with _running(folder, "", can_go_online=True) as root:
        yield root
    shutil.rmtree(inside)


def _lend_network(inside: Path) -> None:
    """The ways to Debian's archive and to PyPI are this machine's."""
    files = ("etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/ssl/certs/ca-certificates.crt")
    for name in (*files, "etc/apt/sources.list.d/debian.sources"):
        here, there = Path("/", name), inside / name
        if here.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            there.unlink(missing_ok=True)
            shutil.copyfile(here, there)
    for name in ("etc/apt/apt.conf.d", "etc/apt/auth.conf.d", "etc/apt/keyrings", "usr/share/keyrings"):
        shutil.copytree(Path("/", name), inside / name, dirs_exist_ok=True, ignore=_dangling)
    (inside / "etc/apt/sources.list").unlink(missing_ok=True)


def _dangling(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not Path(folder, name).exists()]


@contextmanager
def _running(folder: Path, lower: str, *, can_go_online: bool = False) -> Iterator[Root]:
    spaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    network = ["unshare", "--net", "sh", "-c", "ip link set lo up; echo ready; exec sleep infinity"]
    with ExitStack() as stack:
        keeper = stack.enter_context(_kept([*spaces, "bash", "-c", _MOUNTS, "root", str(folder), lower]))
        inside = Path(f"/proc/{keeper}/task/{keeper}/children").read_text("ascii").split()[0]
        passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment = {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root", **passed}
        yield Root(folder / "root", int(inside), stack.enter_context(_kept(network)), can_go_online, environment)


@contextmanager
def _kept(command: list[str]) -> Iterator[int]:
    """A process that holds what it made, once it says that it has. Its number."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process.pid
        finally:
            process.send_signal(signal.SIGKILL)


def bring_clone(root: Root) -> None:
    """What a clone of the repository holds, as it is here now; not what was made or tried beside it."""
    listed = ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    _bring(root, PROJECT, CLONE, subprocess.run(listed, capture_output=True, check=True).stdout)


def bring_wheels(root: Root) -> None:
    """What the program depends on, fetched once by scripts/wheels: nothing inside needs the network."""
    wheels = PROJECT / "var" / "wheels"
    subprocess.run([str(PROJECT / "scripts" / "wheels"), str(wheels)], check=True)
    _bring(root, wheels, WHEELS, b".")
    root.environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS}


def _bring(root: Root, source: Path, to: str, names: bytes) -> None:
    root.says("mkdir", "-p", to)
    packing = ["tar", "-C", str(source), "--null", "--ignore-failed-read", "-T", "-", "-cf", "-"]
    packed = subprocess.run(packing, input=names, capture_output=True, check=True).stdout
    subprocess.run(root.command("tar", "-C", to, "-xf", "-"), input=packed, check=True, capture_output=True)


def tree(root: Root) -> dict[str, str]:
    """Everything that an installation may touch: kind, rights, owner and content of each path, times aside."""
    places = "/opt/kiosk /var/lib/kiosk /etc /usr/local /run/kiosk /var/lib/systemd"
    script = (
        f"find {places} -xdev -printf '%p\\t%y %m %u:%g %l\\n' 2>/dev/null;"
        f"find {places} -xdev -type f -exec sha256sum {{}} + 2>/dev/null"
    )
    found: dict[str, str] = {}
    for line in root.says("sh", "-c", script + "; true").splitlines():
        path, _, facts = line.partition("\t") if "\t" in line else line.partition("  ")[::-1]
        found[path] = f"{found.get(path, '')} {facts}"
    return found
