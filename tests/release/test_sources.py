"""Where releases come from: folders, single archives, https and git; and what is refused of each."""

import http.server
import platform
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.jobs.update import release_files, release_places, sources
from release import building, signing
from tests import certificates
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


def _refused(source: str, key: Path, scratch: Path, tmp_path: Path) -> str:
    with pytest.raises(KioskError) as refused:
        found = sources.newest(source, key, scratch)
        assert found is not None
        found.fetch(_into(tmp_path))
    return refused.value.code


def test_newest_archive_of_a_folder_is_found_by_number(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    both.mkdir()
    names = ("kiosk-9.10.0.tar.gz", "kiosk-9.9.0.tar.gz", "kiosk-10.0.tar.gz", "notes.tar.gz")
    lines = "".join(f"{'0' * 64}  {name}\n" for name in names)
    (both / release_files.SUMS).write_text(lines, "utf-8")
    signing.sign(both / release_files.SUMS, workshop.key)
    found = sources.newest(str(both), workshop.pinned, scratch)
    assert found is not None
    assert str(found.version) == "9.10.0"


def test_archive_for_another_kind_of_machine_is_passed_over_and_refused(
    workshop: Workshop, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, folder = release_files.machine_kind(), tmp_path / "folder"
    folder.mkdir()
    names = ("kiosk-9.1.0-other.tar.gz", f"kiosk-9.0.9-{kind}.tar.gz", "kiosk-9.0.9.tar.gz", "kiosk-9.0.1.tar.gz")
    (folder / release_files.SUMS).write_text("".join(f"{'0' * 64}  {name}\n" for name in names), "utf-8")
    signing.sign(folder / release_files.SUMS, workshop.key)
    found = sources.newest(str(folder), workshop.pinned, scratch)
    assert found is not None
    assert str(found.version) == "9.0.9"
    with pytest.raises(RequestError, match=f"{kind}.tar.gz"):  # its own, which holds the wheels
        found.fetch(_into(tmp_path))
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    (scratch / "one").mkdir()
    with pytest.raises(RequestError) as refused:
        sources.newest(
            str(_source(workshop, PRESENT) / f"kiosk-{PRESENT}-{kind}.tar.gz"), workshop.pinned, scratch / "one"
        )
    assert refused.value.code == "release-platform"


@pytest.mark.parametrize("text", ["soon", "2026-11-25T09:00:00", ""])
def test_moment_of_a_list_that_is_none_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path, text: str) -> None:
    folder = Path(shutil.copytree(_source(workshop, PRESENT), tmp_path / "folder"))
    (folder / release_files.LISTED).write_text(text, "utf-8")
    assert _refused(str(folder), workshop.pinned, scratch, tmp_path) == "release-damaged", "altered"
    sums = [line for line in building.summed(folder).splitlines(keepends=True) if "SHA256" not in line]
    (folder / release_files.SUMS).write_text("".join(sums), "utf-8")
    signing.sign(folder / release_files.SUMS, workshop.key)
    (scratch / "again").mkdir()
    with pytest.raises(RequestError, match="LISTED"):
        sources.newest(str(folder), workshop.pinned, scratch / "again")


def test_list_s_moment_only_goes_on() -> None:
    first, later = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    seen = {"listed": release_places.seen_again({}, "https://a", later)}
    assert release_places.seen_again(seen, "https://a", later) == seen["listed"]
    assert release_places.seen_again(seen, "/media/archive.tar.gz", None) == seen["listed"], "one archive has no list"
    for source in ("https://a", "https://b", "/media/stick"):
        with pytest.raises(RequestError) as refused:
            release_places.seen_again(seen, source, first)
        assert refused.value.code == "release-hidden", source
    newer = release_places.seen_again(seen, "/media/stick", later)
    assert newer == {"source": "/media/stick", "at": later.isoformat()}


def test_release_of_a_folder_and_one_by_itself_are_fetched(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    folder = _source(workshop, PRESENT)
    for number, source in enumerate((folder, folder / rig.archive(PRESENT))):
        look, into = scratch / str(number), tmp_path / str(number)
        look.mkdir()
        into.mkdir()
        found = sources.newest(str(source), workshop.pinned, look)
        assert found is not None
        assert found.fetch(into).package.is_file()


def test_archive_that_is_not_the_listed_one_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in (release_files.SUMS, release_files.SIGNATURE, release_files.LISTED):
        (folder / name).write_bytes((_source(workshop, NEWER) / name).read_bytes())
    older = (_source(workshop, PRESENT) / rig.archive(PRESENT)).read_bytes()
    (folder / rig.archive(NEWER)).write_bytes(older)
    assert _refused(str(folder), workshop.pinned, scratch, tmp_path) == "release-damaged"


def test_list_signed_by_another_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    signing.new_key(tmp_path / "another")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / release_files.SUMS).write_text(f"{'0' * 64}  kiosk-99.0.0.tar.gz\n", "utf-8")
    signing.sign(folder / release_files.SUMS, tmp_path / "another")
    assert _refused(str(folder), workshop.pinned, scratch, tmp_path) == "release-signature"


@pytest.mark.parametrize("source", ["/nowhere", "http://example.org/kiosk", "ftp://example.org", "-u"])
def test_what_is_no_source_is_refused(workshop: Workshop, scratch: Path, tmp_path: Path, source: str) -> None:
    assert _refused(source, workshop.pinned, scratch, tmp_path) == "release-source"


@pytest.fixture
def served(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The newer release at an https address whose certificate is trusted."""
    certificate, context = certificates.shown(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

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
    found = sources.newest(f"{served}/", workshop.pinned, scratch)
    assert found is not None
    assert str(found.fetch(_into(tmp_path)).version) == NEWER


def test_endless_answer_is_cut(
    workshop: Workshop, served: str, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_files, "LARGEST_ARCHIVE", 1000)
    assert _refused(served, workshop.pinned, scratch, tmp_path) == "release-damaged"


def test_address_that_does_not_answer_or_is_not_trusted_is_the_machine_s_fault(
    workshop: Workshop, served: str, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _refused(f"{served}/nowhere", workshop.pinned, scratch, tmp_path) == "release-unreachable"
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MachineError, match=r"certificate|CERTIFICATE"):
        sources.newest(served, workshop.pinned, scratch)


@pytest.mark.parametrize(
    "source", ["git+https://releases.example.org/kiosk.git", "https://x/kiosk.git#v2.0.0", "file:///srv/kiosk.git"]
)
def test_a_git_repository_is_no_source_whatever_it_is_called(
    workshop: Workshop, scratch: Path, tmp_path: Path, source: str
) -> None:
    """Its server offered a branch `v2.0.0` beside the genuine signed tag, and the branch was installed."""
    assert _refused(source, workshop.pinned, scratch, tmp_path) == "release-git"


def test_key_that_is_missing_is_said(workshop: Workshop, scratch: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="none"):
        sources.newest(str(_source(workshop, NEWER)), tmp_path / "none", scratch)
