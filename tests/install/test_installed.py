"""The installer in a Debian root of its own: from the clone alone, twice, taken away, and installed again. As each of
the two programs' users: what they need they have, and nothing of the other's.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import kiosk
from release import __main__, building
from tests.faults import unit_filter
from tests.install import conftest, roots
from tests.install.conftest import DESK, ENTRANCE, HOME, INSTALL, OUTSIDE, Left, Told, write
from tests.install.roots import CLONE, Root
from tests.release import rig

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a root is mounted by root only")

INES = "04A2000000E511"
UNITS = Path(__file__).parents[2] / "systemd"
PROGRAM = ("/opt/kiosk/current/venv/bin/python", "-I", "-m", "kiosk", "--home", HOME)
# In the long form (scripts/torture install) the root is debootstrap's, kept in this folder; packages and dependencies
# come from Debian's archive and PyPI, and the installer is killed after so many seconds before it may end.
FRESH = os.environ.get("KIOSK_FRESH_ROOTS", "")
CUTS = os.environ.get("KIOSK_INSTALL_CUTS", "").split()


@dataclass
class Installed:
    """A root in which the installer ran: what it told, and what there is now."""

    root: Root
    told: Told
    after: dict[str, str]


@pytest.fixture(scope="module")
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("root")
    with ExitStack() as stack:
        if FRESH:
            root = stack.enter_context(roots.bootstrapped(folder, Path(FRESH)))
            root.says("sh", "-c", "apt-get update -qq && apt-get install -y -qq python3 iproute2", online=True)
            told = conftest.install(root, CUTS)
        else:
            left: Left = request.getfixturevalue("left")
            root, told = stack.enter_context(roots.over(left.folder, folder)), left.told
            root.environment |= left.environment
        root.says("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/kiosk.conf")
        yield Installed(root, told, roots.tree(root))


LENT = "/srv/lent"


def lend(root: Root) -> None:
    """Put aside the libraries of the program that is installed, for a release that brings none of its own."""
    root.says("sh", "-c", f"cp -a /opt/kiosk/current/venv/lib/python3*/site-packages {LENT} && rm -r {LENT}/*kiosk*")


def bring_release(root: Root, folder: Path) -> str:
    """A release as scripts/release makes it, unpacked; the clone goes. Returns its installer.

    In the long form it fetches all that it needs; here it brings one package, which lends what `lend` put aside.
    """
    name = f"kiosk-{kiosk.__version__}"
    building.export(roots.PROJECT, (*building.CARRIED, *building.CARRIED_SCRIPTS), folder / name)
    if FRESH:
        building.export(roots.PROJECT, building.WHEEL_OF, folder / "tree")
        building.wheel(folder / "tree", folder / name, 1_790_000_000)
    else:
        rig.wheel(folder / name, kiosk.__version__)
        (folder / name / "wheels").mkdir()
        (folder / name / "requirements.txt").write_text(rig.parts(folder / name / "wheels", LENT), "utf-8")
    rig.make_keys(folder)
    shutil.copytree(folder / building.KEYS, folder / name / building.KEYS)
    __main__.seal(folder / name, folder / "key", folder / "second")
    archive = building.archive(folder / name, folder, 1_790_000_000)
    unpacking = root.command("tar", "-C", "/usr/src", "-xzf", "-")
    subprocess.run(unpacking, input=archive.read_bytes(), check=True, capture_output=True)
    root.says("rm", "-r", CLONE)
    return f"/usr/src/{name}/scripts/install"


def fetch(root: Root, port: int, path: str) -> str:
    script = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{port}{path}', timeout=5).read().decode())"
    return root.run("/usr/bin/python3", "-c", script).stdout


@contextmanager
def running(root: Root, user: str, program: str, port: int) -> Iterator[None]:
    """One of the two programs as its user, as its unit starts it."""
    words = ("sh", "-c", f"umask 0007; echo $$ > /tmp/{program}.pid; exec {' '.join(PROGRAM)} {program}")
    log = root.at(f"/tmp/{program}.log")  # noqa: S108 (the root's own)
    environment = {**root.environment, "RUNTIME_DIRECTORY": "/run/kiosk"}
    with (
        log.open("wb") as file,
        subprocess.Popen(root.command(*words, user=user), env=environment, stdout=file, stderr=file) as process,
    ):
        try:
            end = time.monotonic() + 90
            while "ok" not in fetch(root, port, "/healthz"):
                assert time.monotonic() < end, log.read_text("utf-8")
                assert process.poll() is None, log.read_text("utf-8")
            yield
        finally:
            root.run("sh", "-c", f"kill $(cat /tmp/{program}.pid)")
            process.wait(timeout=30)


def test_a_dry_run_tells_everything_and_changes_nothing(here: Installed) -> None:
    assert here.told.after_dry_run == here.told.before
    for told in ("useradd", "+ /opt/kiosk/", "+ /usr/local/bin/kiosk", "kiosk-entrance.service", f"=> {HOME}"):
        assert told in here.told.dry_words
    assert "none was" in here.told.dry_words


def test_a_second_run_changes_nothing(here: Installed) -> None:
    again = here.root.says(*INSTALL)
    assert "Nothing to change" in again
    assert roots.tree(here.root) == here.after
    without_answers = here.root.says(f"{CLONE}/scripts/install", "--language", "en")
    assert "Nothing to change" in without_answers
    assert roots.tree(here.root) == here.after


def test_the_clone_is_left_as_it_was(here: Installed) -> None:
    found = here.root.says("find", CLONE, "-name", "__pycache__", "-o", "-name", "*.egg-info", "-o", "-name", "build")
    assert found == ""


LAID = {
    "": "root:kiosk 750",
    "kiosk.toml": "root:kiosk 640",
    "kiosk.toml.accepted": "root:kiosk 640",
    "db": "root:kiosk 2770",
    "db/ledger.db": "root:kiosk 660",
    "keys": "root:kiosk 750",
    "keys/shared": "root:kiosk 750",
    "keys/shared/chain": "root:kiosk-office 640",
    "keys/entrance/seal": "kiosk-entrance:kiosk 600",
    "keys/shared/badge": "root:kiosk 640",
    "keys/entrance": "kiosk-entrance:kiosk 700",
    "keys/entrance/spool": "kiosk-entrance:kiosk 600",
    "keys/desk": "kiosk-desk:kiosk 700",
    "keys/desk/web": "kiosk-desk:kiosk 600",
    "keys/outside": "kiosk-outside:kiosk-office 1770",
    "keys/backup": "root:root 700",
    "spool": "kiosk-entrance:kiosk 700",
    "roster": "kiosk-entrance:kiosk 700",
    "backups": "root:root 700",
    "work": "root:kiosk 750",
}


@pytest.mark.parametrize(("path", "wanted"), LAID.items())
def test_the_home_is_laid_as_the_design_says(here: Installed, path: str, wanted: str) -> None:
    assert here.root.says("stat", "-c", "%U:%G %a", f"{HOME}/{path}").strip() == wanted


def test_the_program_is_root_s_and_compiled(here: Installed) -> None:
    others = here.root.says("find", "/opt/kiosk", "!", "-user", "root", "-o", "-type", "f", "-perm", "/022")
    assert others == ""
    compiled = here.root.says("sh", "-c", "ls /opt/kiosk/current/venv/lib/python3*/site-packages/kiosk/__pycache__")
    assert "entrance.cpython-3" in compiled


def test_the_program_has_what_speaks_to_a_server_of_the_records(here: Installed) -> None:
    asked = "from kiosk.store.postgresql.server_store import ServerStore; print(ServerStore.__name__)"
    assert here.root.says(PROGRAM[0], "-I", "-c", asked) == "ServerStore\n"


def test_a_tap_at_the_installed_door_is_a_visit_and_the_desk_answers(here: Installed) -> None:
    root = here.root
    root.says("kiosk", "members", "add", "--name", "Inès Moreau", "--badge", INES)
    with running(root, ENTRANCE, "entrance", 8080), running(root, DESK, "desk", 8081):
        assert json.loads(fetch(root, 8080, "/healthz"))["reader"] in ("online", "ok")
        root.says("kiosk", "tap", INES)
        days = ("kiosk", "export", "day-passes", "--from", "today", "--to", "today", "--format", "raw")
        assert "Inès Moreau" in root.says(*days)
        assert "password" in fetch(root, 8081, "/login")
        root.says(*PROGRAM, "members", "add", "--name", "Tom Petit", user=DESK)  # the desk's user writes entries
        found = root.says("sh", "-c", f"stat -c '%G %a' {HOME}/db/*").splitlines()
        assert len(found) == 3  # the log and its index too, whoever made them
        assert set(found) == {"kiosk 660"}
        assert root.run("cat", "/run/kiosk/status.json", user=DESK).returncode == 0
    assert "Tom Petit" in root.says("kiosk", "members", "list")
    assert "all well" in root.says("kiosk", "verify")
    assert "Nothing to change" in root.says(*INSTALL)  # whatever the programs made has its rights already


FORBIDDEN = [
    (DESK, "cat", f"{HOME}/keys/entrance/spool"),
    (DESK, "ls", f"{HOME}/keys/entrance"),
    (DESK, "ls", f"{HOME}/spool"),
    (DESK, "ls", f"{HOME}/roster"),
    (DESK, "ls", f"{HOME}/backups"),
    (DESK, "ls", f"{HOME}/keys/backup"),
    (DESK, "mv", f"{HOME}/spool", f"{HOME}/db/spool"),
    (DESK, "mv", f"{HOME}/roster", f"{HOME}/db/roster"),
    (DESK, "mv", f"{HOME}/keys/entrance", f"{HOME}/db/keys"),
    (DESK, "mv", f"{HOME}/kiosk.toml", f"{HOME}/db/kiosk.toml"),
    (DESK, "rm", f"{HOME}/kiosk.toml.accepted"),
    (DESK, "touch", f"{HOME}/another.toml"),
    (DESK, "sh", "-c", f"echo >> {HOME}/kiosk.toml"),
    (DESK, "sh", "-c", f"echo >> {HOME}/keys/shared/chain"),
    (DESK, "rm", f"{HOME}/keys/shared/badge"),
    (DESK, "touch", f"{HOME}/keys/shared/another"),
    (DESK, "touch", "/opt/kiosk/current/venv/lib/another"),
    (DESK, "touch", "/run/kiosk/another"),
    (ENTRANCE, "cat", f"{HOME}/keys/shared/chain"),
    (ENTRANCE, "mv", f"{HOME}/keys/shared/chain", f"{HOME}/db/chain"),
    (ENTRANCE, "cat", f"{HOME}/keys/desk/web"),
    (ENTRANCE, "ls", f"{HOME}/keys/desk"),
    (ENTRANCE, "ls", f"{HOME}/backups"),
    (ENTRANCE, "ls", f"{HOME}/keys/backup"),
    (ENTRANCE, "sh", "-c", f"echo >> {HOME}/kiosk.toml"),
    (ENTRANCE, "sh", "-c", f"echo >> {HOME}/kiosk.toml.accepted"),
    (ENTRANCE, "rm", f"{HOME}/kiosk.toml.accepted"),
    (ENTRANCE, "mv", f"{HOME}/keys/shared", f"{HOME}/db/shared"),
    (ENTRANCE, "touch", "/opt/kiosk/current/venv/lib/another"),
    *[(OUTSIDE, "ls", f"{HOME}/{name}") for name in ("keys/desk", "keys/entrance", "keys/backup", "spool", "roster")],
    (OUTSIDE, "cat", f"{HOME}/keys/shared/chain"),
    (OUTSIDE, "mv", f"{HOME}/keys/shared", f"{HOME}/db/shared"),
    (OUTSIDE, "sh", "-c", f"echo >> {HOME}/kiosk.toml"),
    (OUTSIDE, "touch", "/run/kiosk/another"),
    (ENTRANCE, "ls", f"{HOME}/keys/outside"),
    ("nobody", "cat", f"{HOME}/kiosk.toml"),
    ("nobody", "ls", HOME),
]


@pytest.mark.parametrize(("user", "words"), [(user, words) for user, *words in FORBIDDEN], ids=str)
def test_what_is_the_other_s_can_be_neither_read_nor_replaced(here: Installed, user: str, words: list[str]) -> None:
    become = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] if user == "nobody" else None
    command = here.root.command("setpriv", *become, *words) if become else here.root.command(*words, user=user)
    found = subprocess.run(command, env=here.root.environment, capture_output=True, text=True, check=False)
    assert found.returncode != 0
    assert "Permission denied" in found.stderr or "cannot create" in found.stderr


def test_what_calls_outwards_works_as_its_own_user_with_no_folder_of_keys_but_its_own(here: Installed) -> None:
    """With what its unit hides from it, the key of badges among it: hidden here by folders that are empty."""
    root = here.root
    root.at("/srv/unit_filter.py").write_text(Path(unit_filter.__file__).read_text("utf-8"), "utf-8")
    filtered = unit_filter.wrapper(UNITS / "kiosk-outside.service", "/usr/bin/python3", Path("/srv/unit_filter.py"))
    unit = (UNITS / "kiosk-outside.service").read_text("utf-8")
    hidden = [path.lstrip("-") for line in re.findall("InaccessiblePaths=(.*)", unit) for path in line.split()]
    hide = "".join(f"mount -t tmpfs -o mode=0 none {path}; " for path in hidden if root.at(path).is_dir())
    become = f"setpriv --reuid={OUTSIDE} --regid=kiosk --init-groups --no-new-privs"
    handed = f"{HOME}/keys/outside/mail.new"
    root.says("sh", "-c", f"echo secret > {handed} && chmod 640 {handed}", user=DESK)
    words = " ".join([*filtered, *PROGRAM, "outside", "--json"])
    said = root.says("unshare", "--mount", "sh", "-ec", f"{hide} {become} {words}")
    assert json.loads(said)["failing"] == []
    assert root.says("stat", "-c", "%U %a", f"{HOME}/keys/outside/mail").strip() == f"{OUTSIDE} 600"
    for attack in ("cat {}", "rm {}", "mv {} /tmp/taken", "echo >> {}"):
        assert root.run("sh", "-c", attack.format(f"{HOME}/keys/outside/mail"), user=DESK).returncode != 0
    badge = f"{hide} {become} cat {HOME}/keys/shared/badge"
    assert root.run("unshare", "--mount", "sh", "-ec", badge).returncode != 0


def test_the_entrance_s_devices_are_its_own(here: Installed) -> None:
    groups = here.root.says("id", "-nG", ENTRANCE).split()
    assert groups[0] == "kiosk"
    assert {"plugdev", "dialout"} <= set(groups)
    assert "kiosk-office" not in groups
    assert here.root.says("id", "-nG", DESK).split() == ["kiosk", "kiosk-office"]


def test_the_kernel_leaves_the_reader_alone(here: Installed) -> None:
    text = here.root.says("cat", "/etc/modprobe.d/kiosk-nfc.conf")
    for driver in ("pn533", "pn533_usb", "nfc", "port100"):
        assert re.search(rf"^blacklist {driver}$", text, re.MULTILINE)


def powers(root: Root, unit: str) -> list[str]:
    """What a command of root's is run with, to have no more of root's powers and of system calls than in its unit."""
    says = dict(
        line.split("=", 1) for line in root.says("cat", f"/etc/systemd/system/{unit}").splitlines() if "=" in line
    )
    kept = [f"+{name.removeprefix('CAP_').lower()}" for name in says["CapabilityBoundingSet"].split()]
    return [
        "setpriv",
        f"--bounding-set={','.join(['-all', *kept])}",
        "--no-new-privs",
        "--regid=kiosk",
        "--clear-groups",
        "--",
        *unit_filter.wrapper(UNITS / unit, "/usr/bin/python3", Path("/root/unit_filter.py")),
    ]


def test_root_s_jobs_do_their_work_with_the_powers_of_their_units_alone(here: Installed) -> None:
    """Who gave a folder away may not change it any more without power over everybody's files: no copy was made once."""
    here.root.at("/root/unit_filter.py").write_text(Path(unit_filter.__file__).read_text("utf-8"), "utf-8")
    for job, said in (("backup", "verified"), ("drill", "restorable")):
        assert said in here.root.says(*powers(here.root, f"kiosk-{job}.service"), *PROGRAM, job)
    here.root.says("sh", "-c", f"rm {HOME}/backups/kiosk-*")
    checked = here.root.run(*powers(here.root, "kiosk-check.service"), *PROGRAM, "check", "--whole")
    assert "Version" in checked.stdout
    assert "not permitted" not in checked.stdout + checked.stderr


def test_services_start_with_the_machine(here: Installed) -> None:
    for name in (
        "kiosk-entrance.socket",
        "kiosk-entrance.service",
        "kiosk-desk.socket",
        "kiosk-due.timer",
        "kiosk-outside.path",
    ):
        assert here.root.says("systemctl", "is-enabled", name).strip() == "enabled"
    assert "will start with the machine" in here.told.words


def test_the_desk_s_name_is_served_by_the_proxy(here: Installed) -> None:
    text = here.root.says("cat", "/etc/caddy/Caddyfile")
    assert "https://kiosk.local {" in text
    assert "{{host}}" not in text


def test_taken_away_the_data_stays_and_is_found_again_by_a_release(here: Installed, tmp_path: Path) -> None:
    """The last one: it takes the installation away, and puts it back from a release's archive, without the clone."""
    root = here.root
    home = {path: facts for path, facts in roots.tree(root).items() if path.startswith((HOME, "/etc/kiosk"))}
    before = roots.tree(root)
    root.says(f"{CLONE}/scripts/uninstall", "--dry-run")
    assert roots.tree(root) == before
    lend(root)
    said = root.says(f"{CLONE}/scripts/uninstall", "--language", "en")
    assert HOME in said
    left = roots.tree(root)
    assert {path: facts for path, facts in left.items() if path.startswith((HOME, "/etc/kiosk"))} == home
    ours = {path for path in left.keys() - here.told.before.keys() if not path.startswith((HOME, "/etc/kiosk"))}
    assert {path for path in ours if "kiosk" in path} == set()
    assert "Nothing to remove" in root.says(f"{CLONE}/scripts/uninstall", "--language", "en")
    assert roots.tree(root) == left
    root.says("chown", "-R", "root:root", HOME)  # as after a copy from elsewhere
    installer = bring_release(root, tmp_path)
    root.says(installer, "--language", "en", online=True)
    assert root.says("cat", "/etc/kiosk/release.pub") == (tmp_path / "keys" / "1.json").read_text("utf-8")
    assert "Inès Moreau" in root.says("kiosk", "members", "list")
    for path, wanted in LAID.items():
        assert root.says("stat", "-c", "%U:%G %a", f"{HOME}/{path}").strip() == wanted


def test_another_system_is_refused_before_anything_is_changed(tmp_path: Path) -> None:
    with roots.overlaid(tmp_path) as root:
        roots.bring_clone(root)
        write(root, "/etc/os-release", 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
        before = roots.tree(root)
        found = root.run(f"{CLONE}/scripts/install", "--language", "en")
        assert found.returncode == 2
        assert "bookworm" in found.stderr
        assert "Debian 13" in found.stderr
        assert roots.tree(root) == before
