"""Making a release: what is refused, what an archive holds, who signed it."""

import json
import re
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kiosk
from kiosk.install import debian
from kiosk.jobs.update import release_files
from release import __main__, building, sbom, signing
from tests.release.rig import CHECKOUT


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean tree from which this version can be released."""
    root = tmp_path / "clone"
    building.export(CHECKOUT, [*building.WHEEL_OF, *building.CARRIED, *building.CARRIED_SCRIPTS], root)
    for name in (*building.CARRIED, *building.CARRIED_SCRIPTS):
        if not (root / name).exists():
            (root / name).mkdir(parents=True)
            (root / name / "placeholder").touch()
    (root / building.KEY).write_text(signing.new_key(tmp_path / "key"), "utf-8")
    with (root / "CHANGELOG.md").open("a", encoding="utf-8") as log:
        log.write(f"\n## {kiosk.__version__}\n")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        named = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(root), *named, *words], check=True)
    monkeypatch.setattr(kiosk, "MADE_AFTER", datetime.fromtimestamp(__main__.commit_time(root), UTC))
    return root


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


def test_version_that_the_program_does_not_have_is_refused(clone: Path) -> None:
    assert f"kiosk/__init__.py says {kiosk.__version__}" in _wrong(clone, "77.0.0")


def test_day_that_no_clock_may_be_before_is_set_at_each_release(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "MADE_AFTER", datetime(2020, 1, 1, tzinfo=UTC))
    assert ["MADE_AFTER 2020-01-01" in problem for problem in _wrong(clone)] == [True]


def test_release_without_a_key_to_pin_is_refused(clone: Path) -> None:
    (clone / building.KEY).unlink()
    assert f"{building.KEY} is missing: --new-key makes it" in _wrong(clone)


def test_release_is_whole_signed_and_the_same_twice(clone: Path, tmp_path: Path) -> None:
    key, pinned = tmp_path / "key", clone / building.KEY
    first, second, unpacked = tmp_path / "first", tmp_path / "second", tmp_path / "unpacked"
    for folder in (first, second, unpacked):
        folder.mkdir()
    made = [__main__.make(clone, kiosk.__version__, key, folder) for folder in (first, second)]
    assert made[0].read_bytes() == made[1].read_bytes()
    release_files.verify_signature(first / release_files.SUMS, first / release_files.SIGNATURE, pinned)
    assert release_files.sums((first / release_files.SUMS).read_text("utf-8")) == {
        made[0].name: release_files.digest(made[0])
    }
    release = release_files.verified(release_files.unpack(made[0], unpacked), pinned)
    assert str(release.version) == kiosk.__version__
    assert release.package.name == f"kiosk-{kiosk.__version__}-py3-none-any.whl"
    there = {str(path.relative_to(release.folder)) for path in release.folder.rglob("*")}
    carried = {
        *building.CARRIED,
        *building.CARRIED_SCRIPTS,
        building.KEY,
        "sbom.json",
        release_files.SUMS,
        release_files.SIGNATURE,
    }
    assert carried <= there
    assert not any("key" in name and name != building.KEY for name in there)


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
