"""Where releases come from: folders, single archives, https and git; and what is refused of each."""

import http.server
import json
import platform
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.install.release_trust import Trust
from kiosk.jobs.update import release_files, release_places, sources
from release import __main__, signing
from tests import certificates
from tests.conftest import WEDNESDAY
from tests.release import rig
from tests.release.conftest import NEWER, PRESENT
from tests.release.rig import Workshop


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def _into(tmp_path: Path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def _source(workshop: Workshop, version: str) -> Path:
    return workshop.root / "sources" / version


def _list(workshop: Workshop, folder: Path, lines: str, *keys: Path) -> None:
    """Put a signed list into a folder, and the sets of keys."""
    shutil.copytree(workshop.root / "keys", folder / "keys")
    (folder / release_files.SUMS).write_text(lines, "utf-8")
    signing.sign(folder / release_files.SUMS, *(keys or workshop.signers))
    __main__.vouch(folder, workshop.key, WEDNESDAY)


def _refused(source: str, trust: Trust, scratch: Path, tmp_path: Path) -> str:
    with pytest.raises(KioskError) as refused:
        found = sources.newest(source, trust, scratch)
        assert found is not None
        found.fetch(_into(tmp_path))
    return refused.value.code


def test_newest_archive_of_a_folder_is_found_by_number(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    both.mkdir()
    names = ("kiosk-9.10.0.tar.gz", "kiosk-9.9.0.tar.gz", "kiosk-10.0.tar.gz", "notes.tar.gz")
    lines = "".join(f"{'0' * 64}  {name}\n" for name in names)
    _list(workshop, both, lines)
    found = sources.newest(str(both), workshop.trust, scratch)
    assert found is not None
    assert str(found.version) == "9.10.0"


def test_archive_for_another_kind_of_machine_is_passed_over_and_refused(
    workshop: Workshop, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, folder = release_files.machine_kind(), tmp_path / "folder"
    folder.mkdir()
    names = ("kiosk-9.1.0-other.tar.gz", f"kiosk-9.0.9-{kind}.tar.gz", "kiosk-9.0.9.tar.gz", "kiosk-9.0.1.tar.gz")
    _list(workshop, folder, "".join(f"{'0' * 64}  {name}\n" for name in names))
    found = sources.newest(str(folder), workshop.trust, scratch)
    assert found is not None
    assert str(found.version) == "9.0.9"
    with pytest.raises(RequestError, match=f"{kind}.tar.gz"):  # its own, which holds the wheels
        found.fetch(_into(tmp_path))
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    (scratch / "one").mkdir()
    with pytest.raises(RequestError) as refused:
        sources.newest(
            str(_source(workshop, PRESENT) / f"kiosk-{PRESENT}-{kind}.tar.gz"), workshop.trust, scratch / "one"
        )
    assert refused.value.code == "release-platform"


@pytest.mark.parametrize("at", ["soon", "2026-11-25T09:00:00", "", 5, None])
def test_moment_of_a_list_that_is_none_is_refused(
    workshop: Workshop, scratch: Path, tmp_path: Path, at: object
) -> None:
    folder = Path(shutil.copytree(_source(workshop, PRESENT), tmp_path / "folder"))
    listed = folder / release_files.LISTED
    listed.write_text(json.dumps({**json.loads(listed.read_text("utf-8")), "at": at}), "utf-8")
    assert _refused(str(folder), workshop.trust, scratch, tmp_path) == "release-signature", "altered"
    signing.sign(listed, workshop.key)
    (scratch / "again").mkdir()
    with pytest.raises(RequestError, match="LISTED"):
        sources.newest(str(folder), workshop.trust, scratch / "again")


def test_list_s_moment_only_goes_on() -> None:
    first, later, now = (datetime(2026, month, 1, tzinfo=UTC) for month in (9, 10, 11))
    seen = {"listed": release_places.seen_again({}, "https://a", later, 1, now)}
    assert release_places.seen_again(seen, "https://a", later, 1, now) == seen["listed"]
    assert release_places.seen_again(seen, "/media/archive.tar.gz", None, 1, now) == seen["listed"], "it has no list"
    for source in ("https://a", "https://b", "/media/stick"):
        with pytest.raises(RequestError) as refused:
            release_places.seen_again(seen, source, first, 1, now)
        assert refused.value.code == "release-hidden", source
    newer = release_places.seen_again(seen, "/media/stick", later, 1, now)
    assert newer == {"source": "/media/stick", "at": later.isoformat(), "keys": 1}


def test_a_stolen_key_shuts_no_source_by_a_moment_ahead() -> None:
    now, ahead, honest = (datetime(2026, 10, day, tzinfo=UTC) for day in (2, 30, 1))
    seen = {"listed": release_places.seen_again({}, "https://a", honest, 1, now)}
    assert release_places.seen_again(seen, "https://a", ahead, 1, now) == seen["listed"], "it is taken, and not noted"
    noted = {"listed": release_places.seen_again(seen, "https://a", ahead, 1, ahead)}
    after = release_places.seen_again(noted, "https://a", honest, 2, ahead)
    assert after == {"source": "https://a", "at": honest.isoformat(), "keys": 2}, "other keys, and it begins anew"


def test_release_of_a_folder_and_one_by_itself_are_fetched(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    folder = _source(workshop, PRESENT)
    for number, source in enumerate((folder, folder / rig.archive(PRESENT))):
        look, into = scratch / str(number), tmp_path / str(number)
        look.mkdir()
        into.mkdir()
        found = sources.newest(str(source), workshop.trust, look)
        assert found is not None
        assert found.fetch(into).package.is_file()


def test_archive_that_is_not_the_listed_one_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in _source(workshop, NEWER).glob("[SL]*"):
        shutil.copy(path, folder)
    shutil.copytree(workshop.root / "keys", folder / "keys")
    older = (_source(workshop, PRESENT) / rig.archive(PRESENT)).read_bytes()
    (folder / rig.archive(NEWER)).write_bytes(older)
    assert _refused(str(folder), workshop.trust, scratch, tmp_path) == "release-damaged"


def test_list_signed_by_another_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    signing.new_key(tmp_path / "another")
    folder = tmp_path / "folder"
    folder.mkdir()
    _list(workshop, folder, f"{'0' * 64}  kiosk-99.0.0.tar.gz\n", tmp_path / "another")
    assert _refused(str(folder), workshop.trust, scratch, tmp_path) == "release-signature"


@pytest.mark.parametrize("source", ["/nowhere", "http://example.org/kiosk", "ftp://example.org", "-u"])
def test_what_is_no_source_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path, source: str) -> None:
    assert _refused(source, workshop.trust, scratch, tmp_path) == "release-source"


@pytest.fixture
def served(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The newer release at an https address whose certificate is trusted."""
    certificate, context = certificates.shown(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(urllib.request, "_opener", None)  # it keeps what a process trusted when it first asked

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is said."""

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=_source(workshop, NEWER))
    ) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_release_at_an_https_address_is_fetched(workshop: Workshop, served: str, scratch: Path, tmp_path: Path) -> None:
    found = sources.newest(f"{served}/", workshop.trust, scratch)
    assert found is not None
    assert str(found.fetch(_into(tmp_path)).version) == NEWER


def test_endless_answer_is_cut(
    workshop: Workshop, served: str, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_files, "LARGEST_ARCHIVE", 1000)
    assert _refused(served, workshop.trust, scratch, tmp_path) == "release-damaged"


def test_address_that_does_not_answer_or_is_not_trusted_is_the_machine_s_fault(
    workshop: Workshop, served: str, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _refused(f"{served}/nowhere", workshop.trust, scratch, tmp_path) == "release-unreachable"
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setattr(urllib.request, "_opener", None)
    with pytest.raises(MachineError, match=r"certificate|CERTIFICATE"):
        sources.newest(served, workshop.trust, scratch)


@pytest.mark.parametrize(
    "source", ["git+https://releases.example.org/kiosk.git", "https://x/kiosk.git#v2.0.0", "file:///srv/kiosk.git"]
)
def test_a_git_repository_is_no_source_whatever_it_is_called(
    workshop: Workshop, scratch: Path, tmp_path: Path, source: str
) -> None:
    """Its server offered a branch `v2.0.0` beside the genuine signed tag, and the branch was installed."""
    assert _refused(source, workshop.trust, scratch, tmp_path) == "release-git"
