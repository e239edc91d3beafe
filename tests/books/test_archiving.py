"""A closed year becomes one signed file that verifies anywhere, and in which nothing can be changed unseen."""

import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import home
from kiosk.books import archive_check, archive_keys
from kiosk.books.archiving import Archives, NewArchive
from kiosk.domain.books.closings import Period
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.exports.books import archive_file, verify_archive
from kiosk.exports.books.verify_archive import Report
from kiosk.store.books import head_rows
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.books import closed_year
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.shared import once

pytestmark = pytest.mark.promise(3)

STORED = Path(__file__).parents[1] / "data" / "archive-1.zip"
STORED_KEY = STORED.parent / "archive-1.key.txt"


@dataclass
class Filed:
    """A home with a closed year, and the archive that it made."""

    space: Space
    path: Path
    made: NewArchive

    def check(self, key: str | None = None) -> Report:
        return archive_check.check(self.path, (), key, self.space.home)

    def alone(self, *arguments: str, path: Path | None = None) -> tuple[int, str]:
        """`verify.py` out of the archive, with nothing but the standard library."""
        program = self.path.with_name("verify.py")
        if not program.exists():
            with zipfile.ZipFile(self.path) as opened:
                program.write_bytes(opened.read("verify.py"))
        command = [sys.executable, "-I", "-S", str(program), str(path or self.path), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
        assert done.stderr == ""
        return done.returncode, done.stdout


def archives(space: Space) -> Archives:
    return Archives(home=space.home, rules=Rules(space.home.config.zone), clock=space.clock, actor="cli")


def write(space: Space, path: Path, year: int = 2026) -> NewArchive:
    made = archives(space)
    with path.open("w+b") as file:
        return made.make(made.find(year), file)


@pytest.fixture(scope="module")
def closed(template: Path) -> Path:
    """A home whose year is closed and archived, to be copied."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(WEDNESDAY))
            closed_year.live(space)
            write(space, root / "2026.zip")
            space.kept.close()

    return once("archived-year", make)


@pytest.fixture
def filed(closed: Path, tmp_path: Path) -> Iterator[Filed]:
    root = copied(closed, tmp_path / "closed-home")
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(closed_year.AFTER + timedelta(days=3)))
        key = archive_keys.load(opened.paths)
        assert key is not None
        yield Filed(space, root / "2026.zip", NewArchive("", 0, key.fingerprint, is_new_key=False))
        space.kept.close()


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as opened:
        found: dict[str, Any] = json.loads(opened.read("manifest.json"))
    return found


def rows(path: Path, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as opened:
        return [json.loads(line) for line in opened.read(name).decode().splitlines()]


def rewrite(path: Path, change: Callable[[dict[str, bytes]], object], *, seal: bool = True) -> None:
    """Take the ZIP apart, change its files, put it together again as our own writer would."""
    with zipfile.ZipFile(path) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
        made.comment = verify_archive.COMMENT + b"0" * 64
    data = out.getvalue()
    if seal:
        data = data[:-64] + hashlib.sha256(data[:-64]).hexdigest().encode()
    path.write_bytes(data)


# --- what is made


def test_an_archive_holds_alone_and_at_the_kiosk_that_made_it(filed: Filed) -> None:
    status, said = filed.alone("--key", filed.made.fingerprint[:16])
    assert (status, "FAUX" in said) == (0, False), said
    assert "La Coroutine" in said
    report = filed.check()
    assert report.fails == []
    assert "Chaque code de contrôle, recalculé" in "\n".join(report.holds)
    assert "Cette clé est celle qui a été notée." in report.holds
    assert len(report.unknown) == 1  # free texts


def test_it_is_checked_unpacked_too_by_the_verifier_beside_it(filed: Filed, tmp_path: Path) -> None:
    with zipfile.ZipFile(filed.path) as opened:
        opened.extractall(tmp_path / "unpacked")
    command = [sys.executable, "-I", "-S", str(tmp_path / "unpacked" / "verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    (tmp_path / "unpacked" / "entries.csv").write_text("rien", "utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, "Le fichier entries.csv n’est plus" in done.stdout) == (1, True)


def test_the_verifier_imports_the_standard_library_only_and_asks_no_network() -> None:
    text = archive_file.verifier()
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "ssl", "subprocess"}
    import ast

    ast.parse(text, feature_version=(3, 8))


def test_the_same_year_gives_the_same_bytes(filed: Filed, tmp_path: Path) -> None:
    again = write(filed.space, tmp_path / "again.zip")
    assert not again.is_new_key
    assert (tmp_path / "again.zip").read_bytes() == filed.path.read_bytes()
    filed.space.clock.advance(days=30)
    closed_year.close_days(filed.space)
    write(filed.space, tmp_path / "later.zip")
    assert (tmp_path / "later.zip").read_bytes() == filed.path.read_bytes()


def test_its_name_says_whose_and_which_year_and_whether_it_counts(filed: Filed) -> None:
    assert write(filed.space, filed.path).name == "ARCHIVE_732829320_2026.zip"


def test_it_holds_the_year_and_of_other_years_the_seals_alone(filed: Filed) -> None:
    found = rows(filed.path, "entries.jsonl")
    frame = manifest(filed.path)["chain"]
    assert [row["number"] for row in found] == list(range(frame["first"], frame["last"] + 1))
    whole = [row for row in found if not row.get("elsewhere")]
    elsewhere = [row for row in found if row.get("elsewhere")]
    assert {row["day_on"][:4] for row in whole if row["kind"] != "closing"} == {"2026"}
    assert elsewhere
    assert all(set(row) == {"number", "mac", "elsewhere"} for row in elsewhere)
    kinds = [row["kind"] for row in rows(filed.path, "closings.jsonl")]
    assert (kinds.count("day"), kinds.count("month"), kinds.count("year")) == (37, 2, 1)
    assert [row["number"] for row in rows(filed.path, "documents.jsonl")] == [1]
    assert any(row["kind"] == "payment" for row in rows(filed.path, "reversed.jsonl"))


def test_it_names_nobody_and_holds_no_secret(filed: Filed) -> None:
    with zipfile.ZipFile(filed.path) as opened:
        text = b"\n".join(opened.read(name) for name in opened.namelist()).decode("latin-1")
    keys = [path.read_text("ascii") for path in filed.space.home.paths.root.glob("keys/*/*") if path.name != "archive"]
    for secret in [*keys, "PRIVATE KEY", "Moreau", "Benali", "mauvaise personne", "04A2000000E511"]:
        assert secret not in text
    with zipfile.ZipFile(filed.path) as opened:
        assert opened.read("members.csv").decode("utf-8-sig").splitlines() == ["member;account", "1;1", "2;2"]
        assert (
            opened.read("entries.csv").decode("utf-8-sig").splitlines()[1].startswith("1;2026-11-25;charge;1;1;5,00;")
        )
        assert "Exercice 2026" in opened.read("LISEZMOI.txt").decode()


def test_the_key_is_made_once_for_its_owner_alone_and_named_by_an_entry(filed: Filed) -> None:
    path = filed.space.home.paths.archive_key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text("ascii").startswith("-----BEGIN PRIVATE KEY-----")
    notices = filed.space.sql("SELECT detail FROM entry WHERE kind = 'notice'")
    assert [json.loads(str(detail)) for (detail,) in notices] == [
        {"about": "archive-key", "key": filed.made.fingerprint}
    ]


@pytest.mark.parametrize("year", [2025, 2027])
def test_a_year_that_is_not_closed_makes_no_archive(filed: Filed, year: int) -> None:
    with pytest.raises(RequestError) as refused:
        archives(filed.space).find(year)
    assert refused.value.code == "year-open"


def test_the_next_year_follows_on_the_same_grand_total(filed: Filed, tmp_path: Path) -> None:
    space = filed.space
    space.clock.advance(days=370)
    closed_year.close_days(space)
    for month in range(1, 13):
        closed_year.closings(space).close(Period.MONTH, closed_year.AFTER.date().replace(month=month))
    closed_year.closings(space).close(Period.YEAR, closed_year.AFTER.date())
    write(space, tmp_path / "2027.zip", 2027)
    report = archive_check.check(tmp_path / "2027.zip", (), None, space.home)
    assert report.fails == []
    assert manifest(tmp_path / "2027.zip")["grand_total_before"] == manifest(filed.path)["grand_total"] > 0


def test_what_does_not_hold_is_not_signed(filed: Filed, tmp_path: Path) -> None:
    with unguarded(filed.space.home) as raw:
        raw.execute("UPDATE entry SET amount_cents = 900 WHERE number = 3")
    with pytest.raises(AnswerIsNo) as refused:
        write(filed.space, tmp_path / "false.zip")
    assert refused.value.code == "chain-broken"


# --- what is changed


@pytest.mark.promise(3)
def test_every_byte_counts(filed: Filed) -> None:
    """All of the small ends of the file, and a few hundred in between."""
    whole = filed.path.read_bytes()
    chance = random.Random(5)
    places = {*range(64), *range(len(whole) - 300, len(whole)), *(chance.randrange(len(whole)) for _ in range(150))}
    places |= set(_headers(whole))
    copy = filed.path.with_name("flipped.zip")
    for place in sorted(places):
        copy.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
        assert verify_archive.verify(str(copy)).fails, place


def _headers(whole: bytes) -> Iterator[int]:
    """Where the ZIP file says what its files are: bytes that most programs do not look at."""
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = whole.find(mark)
        while at >= 0:
            yield from range(at, at + 12)
            at = whole.find(mark, at + 1)


@pytest.mark.parametrize("name", ["entries.jsonl", "closings.jsonl", "LISEZMOI.txt", "verify.py", "tariffs.jsonl"])
def test_a_changed_file_is_named(filed: Filed, name: str) -> None:
    rewrite(filed.path, lambda files: files.update({name: files[name].replace(b"5", b"6", 1)}))
    assert f"Le fichier {name} n’est plus celui qui a été signé." in filed.check().fails


def test_a_file_more_or_less_is_named(filed: Filed) -> None:
    whole = filed.path.read_bytes()
    rewrite(filed.path, lambda files: files.update({"more.txt": b"x"}))
    assert filed.check().fails == ["Le fichier more.txt est en trop : il n’a pas été signé."]
    filed.path.write_bytes(whole)
    rewrite(filed.path, lambda files: files.pop("members.csv"))
    assert filed.check().fails == ["Il manque le fichier members.csv."]


def _with_new_hashes(files: dict[str, bytes]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(files["manifest.json"])
    for name, one in said["files"].items():
        one.update(sha256=hashlib.sha256(files[name]).hexdigest(), bytes=len(files[name]))
    files["manifest.json"] = json.dumps(said).encode()
    return said


def test_a_changed_number_with_its_hashes_made_anew_is_found_by_the_signature(filed: Filed) -> None:
    def forge(files: dict[str, bytes]) -> None:
        files["entries.jsonl"] = files["entries.jsonl"].replace(b'"amount_cents":500', b'"amount_cents":400', 1)
        _with_new_hashes(files)

    rewrite(filed.path, forge)
    assert filed.check().fails[0].startswith("La signature ne vaut pas")


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(__file__)])
def test_what_stands_in_the_place_of_the_key_is_named_and_holds_nothing_up(
    tmp_path: Path, put: Callable[[Path], object]
) -> None:
    (tmp_path / "keys" / "desk").mkdir(parents=True)
    paths = home.Paths(tmp_path)
    put(paths.archive_key)
    with pytest.raises(MachineError, match="keys/desk/archive"):
        archive_keys.load(paths)
    assert archive_keys.fingerprint(paths) is None


def _sign_anew(path: Path, folder: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """What somebody can do who has no key: make another one."""
    (folder / "keys" / "desk").mkdir(parents=True)
    key = archive_keys.ready(home.Paths(folder))

    def forge(files: dict[str, bytes]) -> None:
        change(files)
        said = _with_new_hashes(files)
        said["public_key"] = key.fingerprint
        files["manifest.json"] = json.dumps(said).encode()
        files["manifest.sig"], files["public-key.json"] = key.sign(files["manifest.json"]), key.public

    rewrite(path, forge)


def test_the_signature_of_another_key_is_found_by_who_noted_the_fingerprint(filed: Filed, tmp_path: Path) -> None:
    _sign_anew(filed.path, tmp_path / "forger", lambda files: None)
    status, said = filed.alone()
    assert (status, "comparez son empreinte" in said.casefold()) == (0, True)  # nobody can know, and it is said
    assert filed.alone("--key", filed.made.fingerprint)[0] == 1
    assert any("signée par quelqu’un d’autre" in line for line in filed.check(filed.made.fingerprint).fails)


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("entries.jsonl", b'"amount_cents":500,', b'"amount_cents":400,', "La clôture du 2026-11-25"),
        ("entries.jsonl", b'"number":4,', b'"number":40,', "L’écriture 4 manque"),
        ("entries.jsonl", b'"kind":"charge"', b'"kind":"payment"', "La clôture du 2026-11-25"),
        ("closings.jsonl", b'"charged":', b'"charged":1', "n’est pas celle de son écriture"),
        ("documents.jsonl", b"1500", b"1600", "n’est pas celui qu’une écriture a émis"),
        ("reversed.jsonl", b'"amount_cents":-', b'"amount_cents":-1', "n’est pas celle que reprend"),
    ],
)
def test_what_does_not_add_up_is_found_even_under_a_good_signature(
    filed: Filed, tmp_path: Path, name: str, old: bytes, new: bytes, found: str
) -> None:
    _sign_anew(filed.path, tmp_path / "forger", lambda files: files.update({name: files[name].replace(old, new, 1)}))
    status, said = filed.alone()
    assert status == 1
    assert found in said


def test_a_forger_with_the_signing_key_is_found_by_the_seals_and_the_ledger(filed: Filed) -> None:
    key = archive_keys.load(filed.space.home.paths)
    assert key is not None

    def forge(files: dict[str, bytes]) -> None:
        files["entries.jsonl"] = files["entries.jsonl"].replace(b'"actor":"kiosk"', b'"actor":"nobody"', 1)
        _with_new_hashes(files)
        files["manifest.sig"] = key.sign(files["manifest.json"])

    rewrite(filed.path, forge)
    assert filed.alone()[0] == 0
    (said,) = filed.check().fails
    assert "n’a pas le code que lui donne la clé de la chaîne" in said


def test_a_ledger_that_was_made_anew_is_found_by_its_archive(filed: Filed) -> None:
    with unguarded(filed.space.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 3")
    assert filed.check().fails == ["L’écriture 3 n’est plus la même dans le registre de cette borne."]


def test_a_noted_head_is_looked_for(filed: Filed) -> None:
    row = rows(filed.path, "entries.jsonl")[4]
    good, bad = f"5:{row['mac'][:8]}", f"5:{'0' * 8}"
    assert "est celui qui a été noté" in filed.alone("--head", good)[1]
    status, said = filed.alone("--head", bad)
    assert (status, "Le code de contrôle de l’écriture 5 n’est pas celui qui a été noté." in said) == (1, True)
    assert "L’écriture 9999 n’est pas dans cette archive." in filed.alone("--head", "9999:00000000")[1]
    with filed.space.home.store.reading() as connection:
        assert head_rows.told_until(connection) == 0


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    assert archive_check.check(tmp_path / "x.zip").fails


# --- for ever


@pytest.mark.promise(3)
def test_the_stored_example_of_version_1_holds_for_ever() -> None:
    report = verify_archive.verify(str(STORED), STORED_KEY.read_text("ascii").strip())
    assert report.fails == []
    assert len(report.holds) == 7
    assert (
        report.title
        == "MODE ÉCOLE, rien ne compte. Archive de l’exercice 2026 (2026-01-01 – 2026-12-31), La Coroutine."
    )


def test_the_stored_example_s_own_verifier_still_runs(tmp_path: Path) -> None:
    with zipfile.ZipFile(STORED) as opened:
        (tmp_path / "verify.py").write_bytes(opened.read("verify.py"))
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(STORED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
