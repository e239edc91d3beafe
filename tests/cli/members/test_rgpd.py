"""`kiosk rgpd`: a person's data, erasing it, what time forgets; and what commands read of people is in the log."""

import json
import stat
from pathlib import Path

import pytest

from kiosk import home
from kiosk.cli.main import kiosk as every
from tests.cli.test_commands import Kiosk
from tests.fakes import FakeClock
from tests.test_docs import _commands

NAME, UID = "Zébulon Quatremère", "04B1C2D3E4F501"
# Each command that shows what is known of people, with arguments that reach it. Every one leaves a line in the log.
READS = {
    "kiosk members show": ("members", "show", "1"),
    "kiosk members list": ("members", "list"),
    "kiosk members export": ("members", "export"),
    "kiosk badges list": ("badges", "list"),
    "kiosk rgpd export": ("rgpd", "export", "1"),
    "kiosk export": ("export", "entries", "--from", "2020-01-01", "--to", "2090-12-31"),
    "kiosk receipt": ("receipt", "2"),
    "kiosk spots list": ("spots", "list"),
    "kiosk things list": ("things", "list"),
    "kiosk offices list": ("offices", "list"),
    "kiosk online list": ("online", "list"),
    "kiosk statement": ("statement", "1", "--month", "2026-01"),
}
# In which a name stands beside a sum of the association's, and nothing else of a file.
BESIDE = {
    "kiosk bank list",
    "kiosk cheques list",
    "kiosk cash show",
    "kiosk heads list",
    "kiosk invoices list",
    "kiosk invoices print",
    "kiosk rooms booked",
    "kiosk tokens list",
    "kiosk user list",
    "kiosk vouchers list",
    "kiosk vouchers show",
}
# That show nobody.
NOBODYS = {
    *("kiosk archive", "kiosk attest", "kiosk backup", "kiosk check", "kiosk clock show", "kiosk closings"),
    *("kiosk badges check-url", "kiosk badges read", "kiosk badges site-key", "kiosk badges prove"),
    *(f"kiosk badges {act}" for act in ("write", "maker-key", "lend", "end-lend")),
    *(f"kiosk doors {act}" for act in ("list", "state", "code", "join", "change", "revoke", "site")),
    *(
        "kiosk roles",
        "kiosk desk",
        "kiosk door off",
        "kiosk drill",
        "kiosk due",
        "kiosk entrance",
        "kiosk init",
        "kiosk keys new",
        "kiosk outside",
    ),
    *("kiosk events list", "kiosk gifts list", "kiosk results list", "kiosk results members", "kiosk rooms list"),
    "kiosk rooms differences",
    *("kiosk keys renew", "kiosk keys sheet", "kiosk keys test", "kiosk litestream-config", "kiosk migrate"),
    *("kiosk report", "kiosk restore", "kiosk rgpd kept", "kiosk rgpd list", "kiosk rgpd overdue"),
    *("kiosk rgpd purge", "kiosk rgpd sign", "kiosk pages", "kiosk reconcile", "kiosk online secret"),
    *("kiosk sheet", "kiosk tap", "kiosk todo", "kiosk update", "kiosk user first", "kiosk verify"),
    *("kiosk config accept", "kiosk config edit", "kiosk mend", "kiosk spool adopt", "kiosk spool gather"),
}
# That change something, and leave an entry, a line or a row with its author.
CHANGES = (
    *("add", "back", "bank", "banks", "bounce", "close", "confirm", "count", "credit", "declare", "deposit", "end"),
    *("erase", "import", "issue", "leave", "lost", "merge", "name", "pay", "plan", "recipients", "refund", "reset"),
    *("reverse", "sell", "split", "unbank", "write-off", "book", "cancel", "move", "offer", "open", "set", "give"),
    *("hold", "room", "lend", "take", "remove", "approve", "withdraw", "told", "vote", "take-over", "decide"),
    *("read-calendar", "file", "outsider"),
)


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


@pytest.fixture
def known(kiosk: Kiosk) -> Kiosk:
    """A home with one member, who has paid."""
    kiosk("members", "add", "--name", NAME, "--badge", UID, "--email", "zebulon@exemple.fr")
    kiosk("pay", "1", "5", "--method", "cash")
    return kiosk


def lines(kiosk: Kiosk) -> int:
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM desk_log").scalar_one())


@pytest.mark.promise(6)
@pytest.mark.parametrize("command", sorted(READS))
def test_every_command_that_reads_of_people_leaves_a_line(known: Kiosk, command: str) -> None:
    before = lines(known)
    status, _, err = known(*READS[command])
    assert status == 0, err
    assert lines(known) > before


def test_every_command_is_known_to_read_of_people_or_not_to() -> None:
    named = {name for name, _ in _commands(every)}
    rest = {name for name in named - READS.keys() - BESIDE - NOBODYS if name.split()[-1] not in CHANGES}
    assert rest == set(), "does it show what is known of people? Then it leaves a line in the log: name it here"


def test_data_is_written_for_its_owner_alone_and_never_over_a_file(known: Kiosk, tmp_path: Path) -> None:
    status, out, _ = known("rgpd", "export", "1", "--output", str(tmp_path / "out"))
    assert status == 0
    written = [Path(line) for line in out.splitlines()]
    assert [path.suffix for path in written] == [".json", ".html"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert json.loads(written[0].read_text("utf-8"))["sections"]["file"][0]["email"] == "zebulon@exemple.fr"
    assert NAME in written[1].read_text("utf-8")
    again = known("rgpd", "export", "1", "--output", str(tmp_path / "out"))
    assert (again[0], "is there already" in again[2]) == (2, True)
    assert known("rgpd", "export", "99")[0] == 2


def test_a_member_who_left_and_owes_nothing_is_erased_and_again_after_a_restore(known: Kiosk, tmp_path: Path) -> None:
    assert known("backup")[0] == 0
    (copy,) = [path for path in (known.root / "backups").glob("*.tar")][-1:]
    assert (known("rgpd", "erase", "1", "--yes")[0], known("members", "leave", "1")[0]) == (2, 0)
    assert known.json("rgpd", "erase", "1", "--yes") == {"numbers": [1], "texts": 0, "kept": {}, "in_log": False}
    assert known.json("rgpd", "list")["erased"] != []
    done = known.json("restore", str(copy), "--yes")
    assert (done["erased_again"], done["to_erase"]) == ([1], [])
    assert known.json("members", "show", "1")["name"] == "n° 1"
    again = known.json("restore", str(copy), "--yes", "--erased", "1", "--erased", "77")
    assert (again["erased_again"], again["to_erase"]) == ([1], [])


def test_time_is_asked_what_it_would_forget_and_the_notice_says_for_how_long(known: Kiosk) -> None:
    assert set(known.json("rgpd", "purge", "--dry-run")["forgotten"].values()) == {0}  # type: ignore[attr-defined]
    assert known("rgpd", "purge")[0] == 0
    said = known("rgpd", "sign")[1]
    assert "3 ans après le départ" in said
    assert "90 days" in said
    assert "member-file" in known("rgpd", "kept")[1]


def test_the_notice_is_a_pdf(known: Kiosk, tmp_path: Path) -> None:
    assert known("rgpd", "sign", "--output", str(tmp_path / "notice.pdf"))[0] == 0
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")


def test_files_whose_accounts_hold_them_back_are_listed_with_the_command_that_settles_them(
    known: Kiosk, clock: FakeClock
) -> None:
    known("pay", "1", "3", "--method", "cash")
    known("members", "leave", "1")
    assert known.json("rgpd", "overdue") == {"overdue": []}
    clock.advance(days=1200)
    settles = "kiosk refund 1 3.00 --method transfer --reason"
    assert "'balance': '-3.00'" in str(known.json("rgpd", "overdue"))
    status, out, _ = known("rgpd", "overdue")
    assert (status, settles in out) == (0, True)
    assert NAME not in out
