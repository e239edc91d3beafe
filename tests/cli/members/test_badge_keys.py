"""`kiosk badges write`: a badge's keys written from the command line, cut short, gone on with, and refused by name."""

import re
from pathlib import Path

import pytest
from msgspec import Struct

from kiosk import home
from kiosk.badges import proof_keys
from kiosk.devices import aes
from kiosk.devices.readers import single_badge
from kiosk.domain.badges import ev2, maker_key
from kiosk.domain.badges.ev2 import FACTORY_KEY
from kiosk.domain.checkin import badges
from kiosk.language.texts import NO_BREAK
from tests.cli.test_commands import Kiosk
from tests.devices.ntag424_emulator import Ntag424
from tests.fakes import FakeReader, FakeTag

INES = "04A2000000E511"
DESFIRE = bytes.fromhex("0401013300160591AF")


class Bench(Struct):
    """A home with a key of the site, the maker's sheet, and a new badge on the reader."""

    kiosk: Kiosk
    root: Path
    sheet: Path
    chip: Ntag424
    maker: bytes

    def write(self, *more: str) -> tuple[int, str, str]:
        return self.kiosk("badges", "write", "--maker-key", f"@{self.sheet}", *more)

    def proofs(self) -> list[tuple[str | None, int | None]]:
        with home.opened(self.root) as opened, opened.store.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql("SELECT proof, key_version FROM badge")]

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """Keys 0 and 1 that the badge is to have, by the newest key of the site."""
        site, uid = proof_keys.read(home.find(self.root)), badges.parse(INES).uid
        return ev2.badge_key(self.maker, uid, aes), ev2.badge_key(site[max(site)], uid, aes)


@pytest.fixture
def bench(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bench:
    kiosk = Kiosk(root, capsys)
    assert kiosk("badges", "site-key")[0] == 0
    status, out, _ = kiosk("badges", "maker-key")
    assert status == 0
    words = re.search(r"(?:[0-9A-F]{4} ){8}[0-9A-F]{4}", out)
    assert words is not None
    sheet = tmp_path / "sheet"
    sheet.write_text(f"{words[0]}\n")
    chip = Ntag424(dict.fromkeys(range(5), FACTORY_KEY))
    reader = FakeReader(FakeTag(badges.parse(INES).uid, chip))
    monkeypatch.setattr(single_badge, "sense", reader.sense)
    return Bench(kiosk, root, sheet, chip, maker_key.parse(words[0]))


def test_the_maker_s_key_is_on_its_sheet_and_nowhere_else(bench: Bench) -> None:
    files = [path for path in bench.root.rglob("*") if path.is_file()]
    assert not any(bench.maker.hex() in path.read_bytes().decode("latin-1").lower() for path in files)
    assert not any(bench.maker in path.read_bytes() for path in files)
    words = maker_key.written(bench.maker)
    for place in range(0, 36, 5):
        digits = words.replace(" ", "")
        other = "0" if digits[place] != "0" else "1"
        bench.sheet.write_text(digits[:place] + other + digits[place + 1 :])
        status, _, err = bench.write()
        assert (status, "[usage]" in err) == (2, True)
        assert digits[:8] not in err
    assert bench.chip.asked == []


def test_a_badge_is_written_and_opens_for_its_member_with_its_proof_only(bench: Bench) -> None:
    bench.kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    status, out, _ = bench.write()
    assert status == 0
    assert "key 1 of the site; it opens for member 1 with its proof only" in out
    assert (bench.chip.keys[0], bench.chip.keys[1]) == bench.keys
    assert bench.proofs() == [("ev2", 1)]
    assert bench.kiosk("verify")[0] == 0
    assert bench.kiosk("badges", "prove", "--try")[0] == 0


def test_a_badge_that_is_written_before_it_is_given_proves_itself_from_its_first_day(bench: Bench) -> None:
    assert "it has no member yet" in bench.write()[1]
    bench.kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    assert bench.proofs() == [("ev2", 1)]


def test_a_badge_that_is_taken_away_is_gone_on_with(bench: Bench) -> None:
    bench.kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    bench.chip.leaves_at, bench.chip.obeys = 4, True  # it obeyed: key 1 is changed, and the answer is lost
    status, _, err = bench.write("--seconds", "1")
    assert (status, "leave the badge there a moment" in err, bench.proofs()) == (1, True, [(None, None)])
    assert bench.write()[0] == 0
    assert (bench.chip.keys[0], bench.chip.keys[1]) == bench.keys
    assert (bench.chip.failures, bench.proofs()) == (1, [("ev2", 1)])


def test_a_badge_that_was_cut_is_listed_until_it_is_laid_down_again(bench: Bench) -> None:
    bench.kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    bench.chip.leaves_at = 6
    bench.write("--seconds", "1")
    listed = bench.kiosk.json("badges", "list")
    assert listed["half_written"] == [{"member": 1, "name": "Inès Moreau", "tail": "E511"}]
    assert f"badge …E511, Inès Moreau{NO_BREAK}: ses clés sont à moitié écrites" in bench.kiosk("badges", "list")[1]
    assert "1 badge à remettre sur le lecteur" in bench.kiosk("todo")[1].replace(NO_BREAK, " ")
    assert bench.write()[0] == 0
    assert bench.kiosk.json("badges", "list")["half_written"] == []
    assert "à remettre" not in bench.kiosk("todo")[1]


def test_badges_of_the_key_before_are_believed_until_each_is_written_with_the_next(bench: Bench) -> None:
    bench.kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    bench.write()
    bench.kiosk("badges", "site-key")
    assert bench.kiosk("badges", "prove", "--version", "1", "--try")[0] == 0
    assert bench.kiosk.json("badges", "list")["key_versions"] == {"1": 1}
    assert bench.write()[0] == 0
    assert (bench.chip.keys[0], bench.chip.keys[1], bench.proofs()) == (*bench.keys, [("ev2", 2)])
    assert bench.chip.failures == 0


def test_another_product_is_named_and_told_nothing(bench: Bench) -> None:
    bench.chip.twist = lambda _place, _answer: DESFIRE
    status, _, err = bench.write()
    assert (status, "is desfire" in err, len(bench.chip.asked)) == (1, True, 1)


def test_a_dry_run_tells_the_chip_nothing_that_counts(bench: Bench) -> None:
    status, out, _ = bench.write("--dry-run")
    assert status == 0
    assert "would be written with key 1 of the site; so far: begun" in out
    assert len(bench.chip.asked) == 1
    assert set(bench.chip.keys.values()) == {FACTORY_KEY}


def test_keys_of_others_are_tried_three_times_and_again_only_when_told(bench: Bench) -> None:
    bench.chip.keys[0] = bytes(range(16))
    codes = [re.findall(r"\[([a-z-]+)\]", bench.write()[2]) for _ in range(4)]
    assert codes == [["badge-keys-unknown"]] * 3 + [["badge-tries-over"]]
    assert bench.chip.failures == 3
    assert "[badge-keys-unknown]" in bench.write("--again")[2]


def test_a_chip_that_makes_wait_or_does_not_obey_is_said(bench: Bench) -> None:
    bench.chip.failures = 50
    assert "[badge-delayed]" in bench.write()[2]
    bench.chip.failures = 0
    bench.chip.twist = lambda place, answer: b"\x91\x1e" if place >= 6 else answer
    assert "[badge-refused]" in bench.write()[2]


def test_a_badge_of_another_maker_s_key_is_told_nothing(bench: Bench) -> None:
    bench.write()
    asked = len(bench.chip.asked)
    bench.sheet.write_text(maker_key.written(bytes(range(16))))
    status, _, err = bench.write()
    assert (status, "[maker-key-other]" in err, len(bench.chip.asked)) == (2, True, asked + 1)
