"""A source that lies: each attack that The Update Framework names, over a folder, over https and on a stick.

Nothing is fetched to be installed, and root's folders are as they were: neither another key nor another moment is
noted.
"""

import http.server
import json
import os
import resource
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import Config, UpdateConfig
from kiosk.domain.copies.versions import Version
from kiosk.errors import KioskError, RequestError
from kiosk.home import Paths
from kiosk.install import release_trust
from kiosk.jobs.update import release_files, sources
from kiosk.jobs.update.program_control import Untouched
from kiosk.jobs.update.release_places import Place
from kiosk.jobs.update.updating import Update
from release import __main__, building, key_sets, signing
from tests import certificates
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.faults import older_release
from tests.release import rig
from tests.shared import once

OLD, OFFERED, LATER = "9.0.0", "9.1.0", "9.2.0"
SEEN = WEDNESDAY - timedelta(days=10)


class Publisher:
    """Who publishes: five private keys, sets of them, and folders of releases too small to be installed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def key(self, name: str) -> Path:
        """A private key: a, b, c, then d and e of those who come later; x and y, the thief's own."""
        return self.root / name

    def folder(self, name: str) -> Path:
        """A folder that is published."""
        return self.root / "published" / name

    def publish(self, name: str, versions: Mapping[str, str], *keys: str, at: datetime = WEDNESDAY) -> Path:
        """A folder with releases, each by who signed it, and the list of these signers."""
        folder = self.folder(name)
        folder.mkdir(parents=True)
        for version, signers in versions.items():
            shutil.copy(self.packed(version, signers), folder)
        __main__.index(folder, self.root, [self.key(each) for each in keys], at)
        return folder

    def packed(self, version: str, signers: str) -> Path:
        """An archive with hardly anything in it, signed by these keys, a letter each."""
        name = f"kiosk-{version}-{release_files.machine_kind()}.tar.gz"
        into = self.root / "packed" / signers
        if not (into / name).exists():
            release = self.root / "folders" / signers / f"kiosk-{version}"
            release.mkdir(parents=True)
            (release / f"kiosk-{version}-py3-none-any.whl").write_text(f"a wheel of {version} by {signers}", "utf-8")
            shutil.copytree(self.root / "keys", release / "keys")
            shutil.copy(self.root / "release.pub", release)
            __main__.seal(release, *(self.key(each) for each in signers))
            into.mkdir(parents=True, exist_ok=True)
            building.archive(release, into, rig.MADE_AT, release_files.machine_kind())
        return into / name

    def next_keys(self, names: str, signers: str) -> None:
        """The next set, of three keys, signed by these."""
        lines = [signing.public(self.key(each)) for each in names]
        key_sets.make(self.root, lines, *(self.key(each) for each in signers))

    def forget_set(self, number: int) -> None:
        """Publish that set no more."""
        for path in (self.root / "keys").glob(f"{number}.*"):
            path.unlink()


def _equip(root: Path) -> None:
    """`first`: by the first set. `second`: after a change of keys that was signed as it should be."""
    root.mkdir()
    made = Publisher(root)
    lines = {name: signing.new_key(made.key(name)) for name in "abcdexyz"}
    made.root.joinpath("release.pub").write_text(signing.pinned(lines["a"]), "utf-8")
    made.next_keys("abc", "ab")
    made.publish("seen", {OLD: "ab"}, "a", "b", at=SEEN)
    made.publish("first", {OLD: "ab", OFFERED: "ab"}, "a", "b")
    made.next_keys("bde", "bcd")
    made.publish("second", {OFFERED: "ab", LATER: "bd"}, "b", "d")


@pytest.fixture(scope="session")
def published() -> Path:
    return once("attacked-sources", _equip)


@pytest.fixture
def publisher(published: Path, tmp_path: Path) -> Publisher:
    """One whose folders a test may spoil."""
    return Publisher(Path(shutil.copytree(published, tmp_path / "publisher")))


class Machine:
    """A machine that pinned the one key from before there were sets, and has looked once since."""

    def __init__(self, root: Path, publisher: Publisher) -> None:
        settings, self.clock = (
            Config(update=UpdateConfig(key=str(publisher.root / "release.pub"))),
            FakeClock(WEDNESDAY),
        )
        place = Place(root / "opt" / "kiosk")
        self.update = Update(place, Paths(root), settings, Untouched(), self.clock, lambda _seconds: None)
        self.opt = place.root
        place.folder(Version(9, 0, 0)).mkdir(parents=True)
        place.point(Version(9, 0, 0))
        assert self.update.newer(str(publisher.folder("seen"))) is None

    def looks(self, source: str) -> str:
        """The version that a source offers, fetched and verified; the code of the error where it is refused."""
        before = self.everything()
        try:
            with self.update._scratch() as scratch:  # as install() does, without building it
                found = self.update._newer(source, Version(9, 0, 0), scratch)
                if found is None:
                    return "nothing"
                (scratch / "into").mkdir()
                return str(found.fetch(scratch / "into").version)
        except KioskError as refused:
            assert self.everything() == before, "nothing of root's is changed by a source that is refused"
            return refused.code

    def everything(self) -> dict[str, bytes]:
        """Every file of the folder of releases."""
        return {str(path.relative_to(self.opt)): path.read_bytes() for path in self.opt.rglob("*") if path.is_file()}

    @property
    def number(self) -> int:
        """The set of keys that it trusts now."""
        return self.update.trust.number


@pytest.fixture
def machine(tmp_path: Path, publisher: Publisher) -> Machine:
    return Machine(tmp_path / "machine", publisher)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """An https address, the folder that it shows, and its certificate."""
    shown = tmp_path_factory.mktemp("shown")
    certificate, context = certificates.shown(tmp_path_factory.mktemp("certificate"))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is said."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=shown)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}", shown, certificate
        server.shutdown()
        thread.join()


KIND = "vfat" if "vfat" in Path("/proc/filesystems").read_text() else "ext4"  # sticks are sold with the first
BY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="a stick can be mounted by root only")


@contextmanager
def stick(folder: Path, root: Path) -> Iterator[Path]:
    """A stick with what a folder has, mounted to be read, as whoever brings a release mounts it."""
    image, at = root / "stick.img", root / "media"
    at.mkdir()
    with image.open("wb") as file:
        file.truncate(8 << 20)
    made = ["mkfs.vfat"] if KIND == "vfat" else ["mkfs.ext4", "-q", "-F"]
    subprocess.run([*made, str(image)], check=True, stdout=subprocess.DEVNULL)
    for options in ("loop", "loop,ro,nosuid,nodev,noexec"):
        subprocess.run(["mount", "-o", options, str(image), str(at)], check=True)
        try:
            if "ro" in options.split(","):
                yield at
            else:
                shutil.copytree(folder, at, dirs_exist_ok=True, copy_function=shutil.copyfile)
        finally:
            subprocess.run(["umount", str(at)], check=True)


@pytest.fixture(params=["folder", "https", pytest.param("stick", marks=BY_ROOT)])
def reach(
    request: pytest.FixtureRequest,
    publisher: Publisher,
    served: tuple[str, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Callable[[Path], str]]:
    """How a folder is reached: as it is, at an address whose certificate is trusted, or on a stick that is put in."""
    with ExitStack() as plugged:
        yield _reached(request.param, publisher, served, monkeypatch, plugged, tmp_path)


def _reached(
    how: str,
    publisher: Publisher,
    served: tuple[str, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    plugged: ExitStack,
    root: Path,
) -> Callable[[Path], str]:
    if how == "folder":
        return str
    if how == "stick":

        def put_in(folder: Path) -> str:
            plugged.close()  # the one before is pulled out
            return str(plugged.enter_context(stick(folder, Path(tempfile.mkdtemp(dir=root)))))

        return put_in
    address, shown, certificate = served
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    by_name = shown / f"{len(list(shown.iterdir()))}"  # wherever a run keeps its tests' own folders
    by_name.symlink_to(publisher.root)
    return lambda folder: f"{address}/{by_name.name}/{folder.relative_to(publisher.root)}"


def test_an_honest_source_leads_from_the_one_key_through_every_set(
    machine: Machine, publisher: Publisher, reach: Callable[[Path], str]
) -> None:
    assert machine.number == 1
    assert machine.looks(reach(publisher.folder("first"))) == OFFERED
    assert machine.looks(reach(publisher.folder("second"))) == LATER
    assert machine.number == 2
    assert machine.looks(reach(publisher.folder("first"))) == "release-signature", "its keys were exchanged since"


def _rollback(publisher: Publisher) -> Path:
    """The list of an earlier day, as it was signed."""
    publisher.forget_set(2)
    return publisher.publish("attack", {OLD: "ab"}, "a", "b", at=SEEN - timedelta(days=1))


def _freeze_by_one(publisher: Publisher) -> Path:
    """An old list vouched for anew, by a key that is none of the set's."""
    folder = publisher.folder("seen")
    __main__.vouch(folder, publisher.key("x"), WEDNESDAY)
    return folder


def _mix(publisher: Publisher) -> Path:
    """The list of one day with what vouches for that of another."""
    folder = publisher.folder("first")
    for path in publisher.folder("seen").glob("LISTED*"):
        shutil.copy(path, folder)
    return folder


def _endless(publisher: Publisher) -> Path:
    """A list without an end."""
    folder = publisher.folder("first")
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write("0" * 200_000)
    return folder


def _endless_keys(publisher: Publisher) -> Path:
    """A set of keys without an end."""
    folder = publisher.folder("second")
    (folder / "keys" / "2.json").write_text(" " * 200_000, "utf-8")
    return folder


def _one_stolen(publisher: Publisher) -> Path:
    """A release of a thief who has one key of three, and signs with a key of their own besides, and twice."""
    folder = publisher.publish("attack", {LATER: "ax"}, "a", "x")
    signature = folder / "SHA256SUMS.sig"
    signature.write_text(signature.read_text("utf-8") * 2, "utf-8")
    return folder


def _one_stolen_key_set(publisher: Publisher) -> Path:
    """A set of a thief's keys, which the stolen one leads to."""
    publisher.forget_set(2)
    publisher.next_keys("axy", "axy")
    return publisher.publish("attack", {LATER: "xy"}, "x", "y")


def _skipped(publisher: Publisher) -> Path:
    """The third set, signed as it should be, without the second between."""
    publisher.next_keys("xyb", "xyde")
    publisher.forget_set(2)
    return publisher.publish("attack", {LATER: "xy"}, "x", "y")


def _renumbered(publisher: Publisher) -> Path:
    """The third set in the second one's place."""
    publisher.next_keys("xyb", "xyde")
    for end in ("", ".sig"):
        (publisher.root / "keys" / f"3.json{end}").replace(publisher.root / "keys" / f"2.json{end}")
    return publisher.publish("attack", {LATER: "xy"}, "x", "y")


def _unsigned(publisher: Publisher) -> Path:
    """The right list without its signatures' file."""
    (publisher.folder("first") / "SHA256SUMS.sig").write_text("", "utf-8")
    return publisher.folder("first")


def _git(folder: Path, *words: str) -> None:
    told = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "PATH": os.environ["PATH"]}
    who = {f"GIT_{each}_{what}": "x@example.org" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=told | who, stdout=subprocess.DEVNULL)


def _branch_for_tag(publisher: Publisher) -> Path:
    """A repository with a stranger's branch, named like the tag of a release beside it."""
    folder = publisher.folder("repository")
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    (folder / "kiosk.py").write_text("a release", "utf-8")
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", "x")
    _git(folder, "tag", f"v{LATER}")
    _git(folder, "checkout", "-q", "-b", f"v{LATER}")
    (folder / "kiosk.py").write_text("a stranger's", "utf-8")
    _git(folder, "commit", "-q", "-a", "-m", "y")
    _git(folder, "update-server-info")
    return folder


def _branch_as_list(publisher: Publisher) -> Path:
    """The same repository with a signed list of another day in it."""
    folder = _branch_for_tag(publisher)
    shutil.copytree(publisher.folder("first"), folder, dirs_exist_ok=True)
    (folder / f"kiosk-{OFFERED}-{release_files.machine_kind()}.tar.gz").write_bytes(b"a stranger's")
    return folder


def _endless_archive(publisher: Publisher) -> Path:
    """An archive that goes on after its end."""
    folder = publisher.folder("first")
    with (folder / publisher.packed(OFFERED, "ab").name).open("ab") as file:
        file.write(bytes(1 << 20))
    return folder


def _two_stolen_of_before(publisher: Publisher) -> Path:
    """A release by two of the set of before, where the set that followed is left out: two of three keys, too late."""
    publisher.forget_set(2)
    return publisher.publish("attack", {LATER: "ac"}, "a", "c")


ATTACKS: Mapping[str, Mapping[Callable[[Publisher], Path], str]] = {
    "a branch for a tag": {_branch_for_tag: "release-source release-unreachable"},
    "rollback": {_rollback: "release-hidden"},
    "freeze": {_freeze_by_one: "release-signature"},
    "mix": {_mix: "release-damaged", _unsigned: "release-signature"},
    "endless data": {
        _endless: "release-damaged",
        _endless_keys: "release-damaged",
    },
    "one key stolen": {_one_stolen: "release-signature", _one_stolen_key_set: "release-signature"},
    "a change of keys skipped": {_skipped: "release-signature", _renumbered: "release-damaged"},
}
"""Each attack with its forms, and the code by which each is refused: all of them over each way to a source."""


@pytest.mark.parametrize(
    ("attack", "code"),
    [pytest.param(form, code, id=form.__name__) for forms in ATTACKS.values() for form, code in forms.items()],
)
def test_a_source_that_lies_installs_nothing_and_leaves_no_trace(
    machine: Machine,
    publisher: Publisher,
    reach: Callable[[Path], str],
    attack: Callable[[Publisher], Path],
    code: str,
) -> None:
    source = reach(attack(publisher))
    before = machine.everything()
    assert machine.looks(source) in code.split()
    assert machine.everything() == before
    assert machine.number == 1


@pytest.fixture
def bounded() -> Iterator[None]:
    """Let no file that this process writes grow over a few megabytes: an attack that succeeds fills no disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", ["SHA256SUMS", "keys/2.json", "the archive"])
@pytest.mark.parametrize("leads_to", ["/dev/zero", "a pipe"])
@pytest.mark.usefixtures("bounded")
def test_a_stick_whose_file_is_a_link_to_what_has_no_end_is_refused(
    machine: Machine, publisher: Publisher, name: str, leads_to: str
) -> None:
    """Its size is said to be 0: root would copy it until the disk is full, or wait for ever."""
    folder = publisher.folder("second")
    path = folder / (publisher.packed(LATER, "bd").name if name == "the archive" else name)
    path.unlink()
    if leads_to == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(leads_to)
    before = machine.everything()
    with pytest.raises(RequestError, match="no plain file") as refused:
        machine.update.install(str(folder))
    assert refused.value.code == "release-source"
    assert machine.everything() == before or name == "the archive", "its list is the right one, and is noted"
    assert sorted(path.name for path in (machine.opt / "releases").iterdir()) == [OLD]


def test_a_file_is_copied_to_its_bound_whatever_size_it_is_said_to_have(tmp_path: Path) -> None:
    """As one that grows while it is copied, or of a file system that lies."""
    (tmp_path / "SHA256SUMS").write_bytes(b"x" * 5000)
    with pytest.raises(RequestError) as refused:
        sources._Folder(tmp_path).bring("SHA256SUMS", tmp_path / "copy", 1000)
    assert refused.value.code == "release-damaged"
    assert (tmp_path / "copy").stat().st_size == 1001


def test_two_of_three_keys_of_before_are_worth_nothing_once_the_next_set_was_seen(
    machine: Machine, publisher: Publisher, reach: Callable[[Path], str]
) -> None:
    assert machine.looks(reach(publisher.folder("second"))) == LATER
    source = reach(_two_stolen_of_before(publisher))
    before = machine.everything()
    assert machine.looks(source) == "release-signature"
    assert machine.everything() == before
    assert machine.number == 2


def test_the_list_that_was_seen_shown_for_ever_offers_nothing_and_counts_for_no_younger(
    machine: Machine, publisher: Publisher, reach: Callable[[Path], str]
) -> None:
    """A freeze: whoever shows it hides what is newer, and its age is a finding; a younger list is taken afterwards."""
    machine.clock.advance(days=90)
    assert machine.looks(reach(publisher.folder("seen"))) == "nothing"
    noted = json.loads(machine.everything()["known.json"])
    assert noted["listed"]["at"] == SEEN.isoformat()
    assert machine.looks(reach(publisher.folder("first"))) == OFFERED


def _older_archive(publisher: Publisher) -> Path:
    """An older archive under the newer one's name."""
    folder = publisher.folder("first")
    shutil.copy(publisher.packed(OLD, "ab"), folder / publisher.packed(OFFERED, "ab").name)
    return folder


@pytest.mark.parametrize("attack", [_older_archive, _endless_archive, _branch_as_list])
def test_another_archive_under_the_name_of_the_listed_one_is_refused(
    machine: Machine,
    publisher: Publisher,
    reach: Callable[[Path], str],
    attack: Callable[[Publisher], Path],
) -> None:
    """The list is the right one and is noted; what it names is not what lies there."""
    folder = attack(publisher)
    with pytest.raises(RequestError) as refused:
        machine.update.install(reach(folder))
    assert refused.value.code == "release-damaged"
    assert sorted(path.name for path in (machine.opt / "releases").iterdir()) == [OLD]
    assert machine.update.place.running() == Version(9, 0, 0)


def test_two_of_three_keys_are_enough_for_a_thief_until_they_are_exchanged(
    machine: Machine, publisher: Publisher, reach: Callable[[Path], str]
) -> None:
    """What the threshold is worth, and its end: the set after, signed by one who kept theirs and one of the two."""
    stolen = publisher.publish("attack", {LATER: "ac"}, "a", "c")
    for path in (stolen / "keys").glob("2*"):
        path.unlink()
    assert machine.looks(reach(stolen)) == LATER
    assert machine.looks(reach(publisher.folder("second"))) == LATER
    assert machine.looks(reach(stolen)) == "release-signature"


def test_a_list_of_a_year_ago_is_taken_where_none_younger_was_seen(machine: Machine, publisher: Publisher) -> None:
    """Age is a finding, never a lock: a stick, after a year without a network."""
    machine.clock.advance(days=365)
    assert machine.looks(str(publisher.folder("first"))) == OFFERED


def test_an_archive_by_itself_carries_what_leads_to_its_keys(machine: Machine, publisher: Publisher) -> None:
    assert machine.looks(str(publisher.packed(LATER, "bd"))) == LATER
    assert machine.number == 2
    assert machine.looks(str(publisher.packed(OFFERED, "ab"))) == "release-signature", "of keys that were exchanged"
    assert machine.looks(str(publisher.packed(LATER, "bx"))) == "release-signature"


def test_another_pin_put_there_by_hand_begins_anew(machine: Machine, publisher: Publisher) -> None:
    """The way out where two keys are lost: no set leads on, and root puts the new one in the pin's place."""
    assert machine.looks(str(publisher.folder("second"))) == LATER
    pin = publisher.root / "release.pub"
    for path in (publisher.root / "keys").glob("*"):
        path.unlink()
    publisher.next_keys("xyz", "xy")
    lost = publisher.publish("lost", {LATER: "xy"}, "x", "y")
    assert machine.looks(str(lost)) == "release-signature"
    pin.write_text((publisher.root / "keys" / "1.json").read_text("utf-8"), "utf-8")
    assert machine.looks(str(lost)) == LATER
    assert machine.number == 1


def test_what_is_kept_of_the_keys_falls_back_to_the_pin_where_it_cannot_be_read(
    machine: Machine, publisher: Publisher
) -> None:
    for text in ("", "{}", '{"pin": "0", "keys": "{}"}', "[1]"):
        (machine.opt / release_trust.STATE).write_text(text, "utf-8")
        assert machine.number == 0
    assert machine.looks(str(publisher.folder("second"))) == LATER


def test_a_file_that_comes_too_slowly_is_given_up(
    publisher: Publisher, machine: Machine, reach: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_LONGEST_SECONDS", -1.0)
    source = reach(publisher.folder("first"))
    assert machine.looks(source) == ("release-unreachable" if source.startswith("https") else OFFERED)


def test_a_machine_of_the_release_before_takes_what_the_one_key_signed_first(
    publisher: Publisher, tmp_path: Path
) -> None:
    """It asks ssh-keygen with release.pub, reads each line of the sums, and allows no file that they do not name."""
    for folder in (publisher.folder("first"), _unpacked(publisher.packed(OFFERED, "ab"), tmp_path)):
        listing = folder / "SHA256SUMS"
        command = ["ssh-keygen", "-Y", "verify", "-f", str(publisher.root / "release.pub"), "-I", "kiosk"]
        command += ["-n", "kiosk-release", "-s", f"{listing}.sig"]
        with listing.open("rb") as content:
            assert subprocess.run(command, stdin=content, capture_output=True, check=False).returncode == 0
    sums = release_files.sums((publisher.folder("first") / "SHA256SUMS").read_text("utf-8"))
    assert all(name.endswith(".tar.gz") for name in sums), "an older machine asks for nothing else of it"
    assert release_files.whole(folder).version == Version(9, 1, 0)


@BY_ROOT
@pytest.mark.skipif(not older_release.is_there(), reason="a shallow clone's history has no older release")
def test_a_machine_with_the_one_key_is_updated_by_a_stick_by_its_own_code(publisher: Publisher, tmp_path: Path) -> None:
    """By that of the release before there were sets of keys; what the key did not sign is refused there, too."""
    key, script = str(publisher.root / "release.pub"), Path(__file__).with_name("older_update.py")
    publisher.publish("stolen", {OFFERED: "xy"}, "x", "y")
    with ExitStack() as plugged:
        sources_: list[str] = []
        for name in ("first", "stolen"):
            (root := tmp_path / name).mkdir()
            sources_.append(str(plugged.enter_context(stick(publisher.folder(name), root))))
        said = older_release.runs(script, str(tmp_path / "machine"), key, *sources_).split()
    assert said == [OFFERED, "release-signature"]


def _unpacked(archive: Path, into: Path) -> Path:
    (into / "unpacked").mkdir()
    return release_files.unpack(archive, into / "unpacked")


def test_two_people_at_two_places_sign_one_after_the_other(machine: Machine, publisher: Publisher) -> None:
    """The first makes it, the second signs inside and the list, the first signs the list once more."""
    publisher.forget_set(2)
    shutil.rmtree(publisher.root / "folders")
    (publisher.root / "packed").rename(publisher.root / "packed-before")
    folder = publisher.publish("one-by-one", {LATER: "a"}, "a")
    assert machine.looks(str(folder)) == "release-signature"
    __main__.cosigned(folder, publisher.root, [publisher.key("b")], WEDNESDAY)
    assert machine.looks(str(folder)) == "release-signature"
    __main__.cosigned(folder, publisher.root, [publisher.key("a")], WEDNESDAY)
    assert machine.looks(str(folder)) == LATER
    assert machine.looks(str(next(folder.glob("*.tar.gz")))) == LATER
