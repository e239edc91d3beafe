"""Making a release: what is refused, what an archive holds, who signed it."""

import json
import re
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.copies import release_keys
from kiosk.install import debian, release_trust
from kiosk.jobs.update import release_files
from release import __main__, building, key_sets, sbom, signing, wheels
from tests.conftest import WEDNESDAY
from tests.release.rig import CHECKOUT
from tests.shared import once

WHEELS = (
    f"plain_{'long_' * 20}one-1-py3-none-any.whl",
    "stable-2-cp311-abi3-manylinux_2_28_x86_64.whl",
    "stable-2-cp311-abi3-manylinux_2_28_aarch64.whl",
    *(f"fast-3-cp{p}-cp{p}-manylinux_2_17_{m}.whl" for p in ("311", "313") for m in ("x86_64", "aarch64")),
    "fast-3-cp312-cp312-manylinux_2_17_x86_64.whl",
)


def _packages(index: Path) -> str:
    """An index of three packages, of each kind that there is; the requirements that pin them, and one of Windows."""
    index.mkdir()
    sums: dict[str, list[str]] = {}
    for name in WHEELS:
        package, version = name.split("-")[:2]
        about = {
            f"{package}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
            f"{package}-{version}.dist-info/WHEEL": f"Wheel-Version: 1.0\nTag: {name[:-4].split('-', 2)[2]}\n",
            f"{package}-{version}.dist-info/RECORD": "",
        }
        with zipfile.ZipFile(index / name, "w") as packed:
            for path, text in about.items():
                packed.writestr(path, text)
        sums.setdefault(f"{package}=={version}", []).append(release_files.digest(index / name))
    lines = [f"{pin} \\\n" + " \\\n".join(f"    --hash=sha256:{s}" for s in found) for pin, found in sums.items()]
    return "\n".join([*lines, f"other==4 ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64}\n"])


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean tree from which this version can be released; beside it the key, and an index of packages."""
    shutil.copytree(once("clone-to-release", _clone), tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    made_at = datetime.fromtimestamp(__main__.commit_time(tmp_path / "clone"), UTC)
    monkeypatch.setattr(kiosk, "MADE_AFTER", made_at)
    return tmp_path / "clone"


def _clone(folder: Path) -> None:
    root = folder / "clone"
    building.export(CHECKOUT, [*building.WHEEL_OF, *building.CARRIED, *building.CARRIED_SCRIPTS], root)
    for name in (*building.CARRIED, *building.CARRIED_SCRIPTS):
        if not (root / name).exists():
            (root / name).mkdir(parents=True)
            (root / name / "placeholder").touch()
    lines = [signing.new_key(folder / name) for name in ("key", "second", "third")]
    (root / building.KEY).write_text(signing.pinned(lines[0]), "utf-8")
    key_sets.make(root, lines, folder / "key", folder / "second")
    with (root / "docs" / "installation.md").open("a", encoding="utf-8") as guide:
        guide.write("\n".join(["", *map(signing.fingerprint, lines), ""]))
    (root / "requirements.txt").write_text(_packages(folder / "index"), "utf-8")
    with (root / "CHANGELOG.md").open("a", encoding="utf-8") as log:
        log.write(f"\n## {kiosk.__version__} · 2026-11-30\n\n### On site\n\n- Nothing.\n")
    for path in (root / "kiosk" / "locale").glob("*.po"):  # guesses wait for a release, and hold up no commit of ours
        path.write_text(path.read_text("utf-8").replace("#, fuzzy", "#, kept"), "utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        named = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(root), *named, *words], check=True)


def _built_once(folder: Path) -> Callable[[Path, Path, int], Path]:
    build, built = building.wheel, list[Path]()

    def wheel(tree: Path, into: Path, made_at: int) -> Path:
        if not built:
            (folder / "built").mkdir()
            built.append(build(tree, folder / "built", made_at))
        return Path(shutil.copy(built[0], into))

    return wheel


def _wrong(clone: Path, version: str = kiosk.__version__) -> list[str]:
    return list(__main__.wrong(clone, version))


def test_clean_tree_can_be_released(clone: Path) -> None:
    assert _wrong(clone) == []


def test_change_that_is_not_committed_is_refused(clone: Path) -> None:
    (clone / "kiosk" / "extra.py").touch()
    assert _wrong(clone) == ["the tree has changes that are not committed"]


def test_version_without_a_section_in_the_changelog_is_refused(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "__version__", "77.0.0")
    assert _wrong(clone, "77.0.0") == ["CHANGELOG.md has no section 77.0.0"]


def test_guess_of_a_translation_is_finished_before_a_release(clone: Path) -> None:
    path = clone / "kiosk" / "locale" / "nl.po"
    path.write_text(path.read_text("utf-8").replace('\nmsgid "Oui"', '\n#, fuzzy\nmsgid "Oui"'), "utf-8")
    assert [fault for fault in _wrong(clone) if "nl.po" in fault] == [
        "kiosk/locale/nl.po has guesses to be confirmed: 1 (scripts/translate --check names them)"
    ]


def test_version_that_the_program_does_not_have_is_refused(clone: Path) -> None:
    assert f"kiosk/__init__.py says {kiosk.__version__}" in _wrong(clone, "77.0.0")


def test_day_that_no_clock_may_be_before_is_set_at_each_release(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "MADE_AFTER", datetime(2020, 1, 1, tzinfo=UTC))
    assert ["MADE_AFTER 2020-01-01" in problem for problem in _wrong(clone)] == [True]


def test_key_whose_fingerprint_the_guide_does_not_name_is_refused(clone: Path) -> None:
    guide = clone / "docs" / "installation.md"
    mark = signing.fingerprint(signing.public(clone.parent / "third"))
    guide.write_text(guide.read_text("utf-8").replace(mark, ""), "utf-8")
    assert f"docs/installation.md does not name {mark}: who installs first compares it" in _wrong(clone)


def test_release_without_a_set_of_keys_is_refused(clone: Path) -> None:
    shutil.rmtree(clone / building.KEYS)
    assert "keys/1.json is missing: --new-keys makes it, of three public keys" in _wrong(clone)


def test_what_a_set_of_keys_lacks_is_said_until_it_is_signed(clone: Path) -> None:
    keys, first = [clone.parent / name for name in ("key", "second", "third")], clone / "keys" / "1.json"
    signing.sign(first, keys[1])
    assert [*key_sets.missing(clone)] == [
        "keys/1.json is signed by 1 of the keys of 1, and 2 must",
        "keys/1.json is not signed by release.pub, which leads to it at machines from before",
    ]
    key_sets.sign(clone, keys[0])
    assert [*key_sets.missing(clone)] == []
    lines = [signing.new_key(clone.parent / name) for name in ("fourth", "fifth")]
    key_sets.make(clone, [*lines, signing.public(keys[2])], clone.parent / "fourth", keys[2])
    assert [*key_sets.missing(clone)] == ["keys/2.json is signed by 1 of the keys of 1, and 2 must"]
    key_sets.sign(clone, keys[1])
    assert [*key_sets.missing(clone)] == []
    with pytest.raises(ValueError, match="different"):
        key_sets.make(clone, [lines[0], lines[0], lines[1]])


def test_release_is_whole_signed_and_the_same_twice(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, trust = [tmp_path / "second", tmp_path / "key"], release_trust.load(clone / building.KEY)
    first, second, unpacked = tmp_path / "first", tmp_path / "again", tmp_path / "unpacked"
    for folder in (first, second, unpacked):
        folder.mkdir()
    for old in ("0.0.1", "0.0.2", "0.0.3"):
        (first / f"kiosk-{old}-arm64.tar.gz").touch()
    monkeypatch.setattr(building, "wheel", _built_once(tmp_path))  # the same bytes twice: test_wheel says so
    kept = tmp_path / "kept"
    made, again = (__main__.make(clone, kiosk.__version__, keys, folder, WEDNESDAY, kept) for folder in (first, second))
    kinds = [path.name.removeprefix(f"kiosk-{kiosk.__version__}-") for path in made]
    assert kinds == ["arm64.tar.gz", "amd64.tar.gz"]
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in again]
    older = [first / f"kiosk-{old}-arm64.tar.gz" for old in ("0.0.2", "0.0.3")]
    listed = [*older, *made]
    assert release_files.sums((first / release_files.SUMS).read_text("utf-8")) == {
        path.name: release_files.digest(path) for path in listed
    }, "the last three, each kind of machine's"
    assert release_files.listed_at((first / "LISTED").read_bytes(), (first / "SHA256SUMS").read_bytes()) == WEDNESDAY
    of_before = release_keys.public_key(signing.public(tmp_path / "key"))
    assert signing.signers(first / "SHA256SUMS")[0] == of_before, "before all others, release.pub's"
    assert {path.name for path in (first / "keys").iterdir()} == {"1.json", "1.json.sig"}
    monkeypatch.setattr(release_files, "machine_kind", lambda: "arm64")
    release, after = release_files.verified(release_files.unpack(made[0], unpacked), trust)
    assert after.number == 1
    mine = {name for name in WHEELS if name.endswith(("any.whl", "aarch64.whl"))}
    assert {path.name for path in (release.folder / "wheels").iterdir()} == mine
    pinned_now = (release.folder / "requirements.txt").read_text("utf-8")
    assert set(re.findall("[0-9a-f]{64}", pinned_now)) == {
        release_files.digest(path) for path in (release.folder / "wheels").iterdir()
    }
    assert "other" not in pinned_now
    assert str(release.version) == kiosk.__version__
    assert release.package.name == f"kiosk-{kiosk.__version__}-py3-none-any.whl"
    there = {str(path.relative_to(release.folder)) for path in release.folder.rglob("*")}
    carried = {
        *building.CARRIED,
        *building.CARRIED_SCRIPTS,
        building.KEY,
        "sbom.json",
        release_files.PLATFORM,
        release_files.SUMS,
        release_files.SIGNATURE,
    }
    assert carried <= there
    assert {name for name in there if "key" in name} == {"keys", "keys/1.json", "keys/1.json.sig"}


def test_no_pin_asks_which_python_runs() -> None:
    """pip judges a marker by the Python that makes the release, not by those that it is made for."""
    markers = {pin.marker for pin in wheels.pins((CHECKOUT / "requirements.txt").read_text("utf-8"))}
    assert not [marker for marker in markers if "python_version" in marker or "python_full_version" in marker]


def test_list_of_parts_names_every_package_that_is_locked() -> None:
    text = sbom.listed(CHECKOUT, "1.2.3", 1_790_000_000)
    assert text == sbom.listed(CHECKOUT, "1.2.3", 1_790_000_000)
    found = json.loads(text)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    named = {component["purl"] for component in found["components"]}
    requirements = (CHECKOUT / "requirements.txt").read_text("utf-8")
    pinned = re.findall(r"^([\w.-]+)==([^\s;]+)", requirements, re.MULTILINE)
    assert {f"pkg:pypi/{name.lower()}@{version}" for name, version in pinned} <= named
    locked = tomllib.loads((CHECKOUT / "kiosk/web/vendor.lock").read_text("utf-8"))["package"]
    assert {f"pkg:npm/{each['name'].replace('@', '%40')}@{each['version']}" for each in locked} <= named
    assert {f"pkg:deb/debian/{name}" for name in debian.PACKAGES} <= named
    assert len(found["components"]) == len(pinned) + len({each["name"] for each in locked}) + len(debian.PACKAGES)
    hashed = [component for component in found["components"] if component["purl"].startswith("pkg:pypi/")]
    assert all(component["externalReferences"][0]["hashes"] for component in hashed)
