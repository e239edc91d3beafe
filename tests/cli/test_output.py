"""What commands write is its owner's alone, and through no link; a badge's number need not be on a command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import output
from kiosk.cli.main import kiosk
from kiosk.errors import MachineError

EXPORT = ("export", "members", "--from", "2020-01-01", "--to", "2090-12-31", "--output")


def run(root: Path, *words: str, given: str = "") -> str:
    done = CliRunner().invoke(kiosk, ["--home", str(root), *words], input=given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_an_export_is_its_owner_s_alone_and_replaces_a_link(root: Path, tmp_path: Path) -> None:
    other, target = tmp_path / "other", tmp_path / "out.csv"
    other.write_text("another's", "utf-8")
    target.symlink_to(other)
    run(root, "members", "add", "--name", "Inès Moreau")
    run(root, *EXPORT, str(target))
    assert other.read_text("utf-8") == "another's"
    assert not target.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.read_bytes()
    assert [path.name for path in tmp_path.glob(".*.part")] == []


def test_a_file_that_fails_half_way_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"before")
    with pytest.raises(RuntimeError), output.private(target) as file:
        file.write(b"half")
        raise RuntimeError
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be written"):
        output.write(tmp_path / "absent" / "out", b"x")


def test_a_device_is_written_to_as_it_is() -> None:
    output.write(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("way", ["-", "@"])
def test_a_badge_s_number_is_read_from_where_nobody_sees_it(root: Path, tmp_path: Path, way: str) -> None:
    number = tmp_path / "number"
    number.write_text("04:A2:00:00:00:E5:11\n", "ascii")
    run(root, "members", "add", "--name", "Inès Moreau")
    word = "-" if way == "-" else f"@{number}"
    said = run(root, "badges", "add", "1", word, given=number.read_text("ascii"))
    assert "…E511" in said
    assert "…E511" in run(root, "badges", "lost", word, given=number.read_text("ascii"))


def test_a_file_that_is_not_there_is_a_wrong_request(root: Path) -> None:
    done = CliRunner().invoke(kiosk, ["--home", str(root), "badges", "lost", "@/nowhere"])
    assert done.exit_code == 2
    assert "/nowhere" in done.output
