"""The chain's key is the desk's: as the entrance's own user it is neither read nor replaced, renewed or restored."""

import os
from pathlib import Path

import pytest

from kiosk import home, key_rights, keys
from kiosk.errors import MachineError
from kiosk.health import fallback_checks
from kiosk.home import Paths
from kiosk.install import layout
from kiosk.install.machine import Machine, Rights
from kiosk.jobs import service_users
from kiosk.jobs.copies import key_renewal, placing
from kiosk.setup import key_mending
from tests import attackers
from tests.attackers import DESK, ENTRANCE, GROUP, OFFICE, acting
from tests.cli.test_commands import Kiosk
from tests.conftest import WEDNESDAY, Space

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")


@pytest.fixture
def paths(root: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A home as the installer of the release before laid it, on a machine that has the office's group by now."""
    attackers.share(Paths(root))
    monkeypatch.setattr(key_rights, "office", lambda: OFFICE)
    return Paths(root)


def owner(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, found.st_mode & 0o777


def test_the_entrance_opens_with_its_own_key_and_reads_none_of_the_chain_s(paths: Paths) -> None:
    with acting(ENTRANCE):
        keys.read_key(paths.chain_key)  # until now
    assert "rights chain" in key_mending.mend(paths.root, WEDNESDAY)
    assert owner(paths.chain_key) == (0, OFFICE, 0o640)
    with acting(ENTRANCE):
        with pytest.raises(MachineError, match="Permission denied"):
            keys.read_key(paths.chain_key)
        with pytest.raises(PermissionError):
            paths.chain_key.rename(paths.root / "db" / "chain")
        with home.opened(paths.root, program="entrance") as opened:
            assert opened.seal.key_id.endswith(".1")
    with acting(DESK):
        with home.opened(paths.root, program="desk") as opened:
            assert opened.seal.key == keys.read_key(paths.chain_key)
        for changes in (paths.chain_key.unlink, lambda: paths.chain_key.write_bytes(b"another")):
            with pytest.raises(PermissionError):
                changes()
    assert key_mending.mend(paths.root, WEDNESDAY) == []


def test_while_an_update_is_under_way_the_key_stays_whose_it_was(paths: Paths) -> None:
    assert key_mending.mend(paths.root, WEDNESDAY, is_updated=False) == []
    assert owner(paths.chain_key) == (0, GROUP, 0o640), "the release before reads it, if it comes back"
    key_mending.mend(paths.root, WEDNESDAY)
    assert key_mending.mend(paths.root, WEDNESDAY, is_updated=False) == [], "both releases know the doors' keys"
    assert owner(paths.chain_key) == (0, OFFICE, 0o640)


def test_a_door_without_a_key_of_its_own_may_read_the_chain_s(paths: Paths) -> None:
    paths.door_seal.unlink()
    key_mending.mend(paths.root, WEDNESDAY, is_updated=False)
    assert owner(paths.chain_key) == (0, GROUP, 0o640)
    assert set(key_mending.mend(paths.root, WEDNESDAY)) == {"seal seal", "rights chain"}
    assert owner(paths.door_seal) == (ENTRANCE, GROUP, 0o600)


def test_what_was_renewed_or_moved_aside_is_the_office_s_too(paths: Paths) -> None:
    aside = placing.keys(paths, {"keys/shared/chain": b"0" * 64}, WEDNESDAY)
    assert owner(paths.chain_key) == (0, OFFICE, 0o640), "from its first moment on"
    key_mending.mend(paths.root, WEDNESDAY)
    assert [owner(path) for path in aside] == [(0, OFFICE, 0o640)]
    assert owner(paths.badge_key) == (0, GROUP, 0o640)


def test_a_renewed_chain_key_is_never_the_entrance_s(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = space.home.paths
    monkeypatch.setattr(key_rights, "office", lambda: OFFICE)
    attackers.share(paths)
    with home.opened(paths.root) as opened:  # as root, who has the desk's rights in what it does with the database
        key_renewal.renew_chain(opened, space.clock)
    assert owner(paths.chain_key) == owner(*paths.old_chain_keys) == (0, OFFICE, 0o640)
    with acting(ENTRANCE), home.opened(paths.root, program="entrance") as opened:
        assert opened.seal.key_id.endswith(".1")
    before = paths.badge_key.read_bytes()
    with home.opened(paths.root) as opened:
        key_renewal.renew_badges(opened, space.clock, WEDNESDAY.date())
    assert [path.read_bytes() for path, _ in paths.old_badge_keys] == [before]
    assert owner(paths.badge_key) == (0, GROUP, 0o640)


@pytest.mark.remedy("mend", "chain-shared")
def test_where_the_group_is_missing_the_check_says_it_and_where_no_users_are_it_does_not(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(key_rights, "office", lambda: None)
    assert list(fallback_checks.of_chain_key(root)) == []
    attackers.share(Paths(root))
    (finding,) = fallback_checks.of_chain_key(root)
    assert (finding.kind.code, "kiosk mend" in finding.remedy("en"), bool(finding.says("en"))) == (
        "chain-shared",
        True,
        True,
    )
    assert service_users.make(root) == [], "no user of the desk's is on this machine"
    assert key_mending.mend(root, WEDNESDAY) == []
    assert owner(Paths(root).chain_key) == (0, GROUP, 0o640)
    monkeypatch.setattr(key_rights, "office", lambda: OFFICE)
    assert list(fallback_checks.of_chain_key(root)) == []
    assert Kiosk(root, capsys)("mend")[0] == 0
    assert owner(Paths(root).chain_key) == (0, OFFICE, 0o640)


def test_the_group_counts_once_the_desk_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("root", "no-such-group"):
        monkeypatch.setattr(key_rights, "OFFICE", name)
        assert key_rights.office() is None


def test_the_installer_gives_the_chain_s_keys_to_the_office(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Rights] = {}
    machine = Machine(root.parent)
    monkeypatch.setattr(machine, "folder", lambda path, rights: False)
    monkeypatch.setattr(machine, "give", given.__setitem__)
    (Paths(root).chain_key.with_name("chain.1")).write_bytes(b"")
    layout.repair(machine, f"/{root.name}")
    shared = f"/{root.name}/keys/shared"
    assert {str(given[f"{shared}/{name}"]) for name in ("chain", "chain.1")} == {"0640 root:kiosk-office"}
    assert str(given[f"{shared}/badge"]) == "0640 root:kiosk"
    Paths(root).door_seal.unlink()
    layout.repair(machine, f"/{root.name}")
    assert str(given[f"{shared}/chain"]) == "0640 root:kiosk"
