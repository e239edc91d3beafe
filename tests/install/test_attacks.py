"""A broken-into entrance and a broken-into desk against everything that root does, in a Debian root: they exchange
every name that they may for links to what is root's, while it installs again, goes back, copies, drills, restores.

KIOSK_ATTACKS=10 has root do each so often (`scripts/torture attack`); here is a short form.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.install import roots
from tests.install.conftest import DESK, ENTRANCE, HOME, INSTALL, Left
from tests.install.roots import Root

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a root is mounted by root only")

ATTACKS = int(os.environ.get("KIOSK_ATTACKS", "1"))
VICTIMS = "/srv/root-s"
# Where each may write, and the names that are looked at or written there.
PLACES = {
    ENTRANCE: {
        f"{HOME}/db": "ledger.db ledger.db-wal ledger.db-shm ledger.db-journal .ledger.db.back .ledger.db.new bait",
        f"{HOME}/keys/entrance": "spool .spool.new bait",
        f"{HOME}/spool": "reserve bait",
        f"{HOME}/roster": "roster.json roster.new rules.json bait",
        "/run/kiosk": "updating status.json .status.json.new bait",
    },
    DESK: {
        f"{HOME}/db": "ledger.db ledger.db-wal ledger.db-shm ledger.db-journal .ledger.db.back .ledger.db.new bait",
        f"{HOME}/keys/desk": "web .web.new archive mail notify bait",
    },
}
ATTACK = """
import os, random, sys, time
random.seed(sys.argv[1])
victims = [os.path.join("%s", name) for name in ("plain", "other.db", "shadow")]
places = [(place, names.split()) for place, names in %r.items()]
print("ready", flush=True)
while True:
    for place, names in places:
        name = os.path.join(place, random.choice(names))
        kept = os.path.join(place, ".kept")
        try:
            os.rename(name, kept)
        except OSError:
            kept = None
        try:
            random.choice((os.symlink, os.link))(random.choice(victims), name)
        except OSError:
            pass
        time.sleep(random.random() / 500)
        for act in (lambda: os.unlink(name), lambda: kept and os.rename(kept, name)):
            try:
                act()
            except OSError:
                pass
"""
RESUMING = """
import json, pathlib, shutil
place = pathlib.Path("/opt/kiosk")
version = (place / "current").resolve().name
copy = pathlib.Path("{home}/backups/before-9999.db")
shutil.copy("{home}/backups/attack.db", copy)
state = dict(step="going-back", was=version, to=version, revision="0000", copy=str(copy), has_served={served},
             ok=False, says="an attack")
(place / "update.json").write_text(json.dumps(state))
"""
PYTHON = "/opt/kiosk/current/venv/bin/python"


@pytest.fixture(scope="module")
def broken(left: Left, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    with roots.over(left.folder, tmp_path_factory.mktemp("root")) as root:
        root.environment |= left.environment
        root.says("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/kiosk.conf")
        root.says("kiosk", "members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
        root.says("kiosk", "backup")
        root.says("mkdir", VICTIMS)
        root.says("sh", "-c", f"cp {HOME}/db/ledger.db {VICTIMS}/other.db; echo own > {VICTIMS}/plain")
        root.says("sh", "-c", f"cp /etc/shadow {VICTIMS}/shadow; chmod 600 {VICTIMS}/*; chown root:root {VICTIMS}/*")
        root.says("sh", "-c", f"cp {HOME}/db/ledger.db {HOME}/backups/attack.db; chmod 600 {HOME}/backups/attack.db")
        yield root


def roots_own(root: Root) -> str:
    """Kind, rights, owner, links and content of all that neither user may change."""
    script = f"""
        cd {VICTIMS} && stat -c '%n %f %u %g %h %i' * && sha256sum *
        cd /etc && stat -c '%n %f %u %g' passwd shadow group sudoers.d systemd/system kiosk 2>/dev/null
        sha256sum /etc/passwd /etc/shadow /etc/group
        cd {HOME} && stat -c '%n %f %u %g' . keys keys/shared keys/shared/chain keys/shared/badge kiosk.toml backups db
        sha256sum keys/shared/* backups/attack.db
        find /opt/kiosk /etc /usr/local /srv {HOME}/backups \\( -user {ENTRANCE} -o -user {DESK} -o -perm -4000 \\) -ls
        find {HOME}/keys/shared {HOME}/backups -type l
        true
    """
    return root.says("sh", "-c", script)


@contextmanager
def attacked(root: Root, user: str) -> Iterator[None]:
    script = ATTACK % (VICTIMS, PLACES[user])
    command = root.command("/usr/bin/python3", "-c", script, user, user=user)
    with subprocess.Popen(command, env=root.environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            root.run("pkill", "-KILL", "-u", user)
            process.wait(timeout=30)


def mended(root: Root) -> None:
    """The home as it was, for the next attack: links go, the database is the copy."""
    root.says("sh", "-c", f"find {HOME} /run/kiosk -type l -delete; rm -f {HOME}/db/* {HOME}/db/.[a-z]*")
    root.says("sh", "-c", f"install -m 660 -o {DESK} -g kiosk {HOME}/backups/attack.db {HOME}/db/ledger.db")
    root.says("sh", "-c", f"rm -f /opt/kiosk/update.json {HOME}/backups/before-*")


def newest(root: Root) -> str:
    return root.says("sh", "-c", f"ls {HOME}/backups/kiosk-*.tar | tail -1").strip()


def jobs(root: Root) -> dict[str, list[tuple[str, ...]]]:
    home = Path(HOME)
    restore = ("kiosk", "restore", newest(root), "--yes")

    def resume(served: bool) -> list[tuple[str, ...]]:
        return [
            (PYTHON, "-c", RESUMING.format(home=home, served=served)),
            ("kiosk", "update", "--resume"),
        ]

    return {
        "install again": [INSTALL],
        "migrate": [("kiosk", "migrate")],
        "verify": [("kiosk", "verify")],
        "check": [("kiosk", "check", "--json")],
        "backup": [("kiosk", "backup")],
        "drill": [("kiosk", "drill")],
        "restore": [restore],
        "roll back": resume(served=False),
        "resume": resume(served=True),
        "update": [("kiosk", "update", "--from", "/root/nothing")],
        "renew": [("kiosk", "keys", "renew", "--yes")],
    }


NAMES = ("install again", "migrate", "verify", "check", "backup", "drill", "restore", "roll back", "resume", "update")


@pytest.mark.parametrize("name", [*NAMES, "renew"])
@pytest.mark.parametrize("user", [ENTRANCE, DESK])
def test_whatever_root_does_nothing_of_root_s_changes_hands(broken: Root, user: str, name: str) -> None:
    mended(broken)
    before = roots_own(broken)
    with attacked(broken, user):
        for _ in range(ATTACKS):
            for words in jobs(broken)[name]:
                found = broken.run(*words)
                print(name, found.returncode, (found.stderr or found.stdout).strip()[-200:])
    assert roots_own(broken) == before


def test_a_home_that_was_attacked_is_well_again_once_it_is_put_back(broken: Root) -> None:
    mended(broken)
    broken.says(*INSTALL)
    broken.says("kiosk", "restore", newest(broken), "--yes")
    assert "all well" in broken.says("kiosk", "verify")
    assert json.loads(broken.says("kiosk", "drill", "--json"))["ok"]
    broken.says("kiosk", "keys", "renew", "--yes")
    broken.says("kiosk", "backup")
