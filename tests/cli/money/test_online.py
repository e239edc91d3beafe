"""`kiosk online`: the list, an officer's word, and the secret of the key, which no answer shows."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import home
from tests import helloasso
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.helloasso import SECRET
from tests.money.online.house import INES, PayingHouse, turn_on


@pytest.fixture
def paying(space: Space, clock: FakeClock) -> Iterator[PayingHouse]:
    with helloasso.running() as platform:
        turn_on(space, platform.url)
        space.clock = clock
        yield PayingHouse(space, platform, space.join("Inès Moreau", INES))


def of_another_sum(paying: PayingHouse) -> int:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[-1], 1000)
    paying.call()
    paying.enter()
    return id_


@pytest.mark.parametrize(("word", "state", "standing"), [("counts", "paid", [1000]), ("does-not", "refunded", [])])
def test_uncertain_payment_is_listed_and_decided(
    paying: PayingHouse, capsys: pytest.CaptureFixture[str], word: str, state: str, standing: list[int]
) -> None:
    id_ = of_another_sum(paying)
    kiosk = Kiosk(paying.space.home.paths.root, capsys)
    _, out, _ = kiosk("online", "list", "--state", "uncertain")
    assert out == f"payment {id_}: 12.00, member {paying.ines}, uncertain (sum)\n"
    assert kiosk.json("online", "decide", str(id_), word)["state"] == state
    assert paying.standing() == standing
    status, _, err = kiosk("online", "decide", str(id_), word)
    assert (status, "[online-decided]" in err) == (2, True)
    assert kiosk("online", "list", "--state", "uncertain")[1] == "no online payments\n"
    assert kiosk("verify")[0] == 0


def test_one_command_asks_the_platform_and_the_other_enters_what_it_said(
    paying: PayingHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    paying.ask()
    kiosk = Kiosk(paying.space.home.paths.root, capsys)
    assert kiosk.json("outside")["online"] == {"pages": 1, "heard": 0, "over": 0, "is_listed": False}
    paying.platform.pay(paying.platform.pages[0])
    assert kiosk("outside")[1] == "online heard: 1\n"
    kiosk.json("due")
    assert paying.standing() == [1200]


@pytest.mark.remedy("online secret", "online-secret")
def test_secret_is_read_from_a_pipe_and_shown_by_nothing(
    paying: PayingHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path: Path = paying.space.home.paths.online_secret
    path.unlink()
    kiosk = Kiosk(paying.space.home.paths.root, capsys)
    for wrong in ("", "court", "deux mots ensemble"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{wrong}\n"))
        status, _, err = kiosk("online", "secret")
        assert (status, "[online-secret]" in err) == (2, True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    status, out, err = kiosk("online", "secret")
    assert (status, SECRET in out + err) == (0, False)
    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == (f"{SECRET}\n", 0o600)
    paying.ask()
    assert paying.call().pages == 1


@pytest.mark.remedy("online decide", "online-decide")
def test_check_names_a_secret_that_is_missing_and_payments_to_decide(
    paying: PayingHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = Kiosk(paying.space.home.paths.root, capsys)
    assert "Paiement en ligne" in kiosk("check")[1]
    paying.space.home.paths.online_secret.unlink()
    assert "[online-secret]" in kiosk("check")[1]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert kiosk("online", "secret")[0] == 0
    id_ = of_another_sum(paying)
    out = kiosk("check")[1]
    assert "[online-secret]" not in out
    assert "[online-decide]" in out
    assert kiosk("online", "decide", str(id_), "counts")[0] == 0
    assert "[online-decide]" not in kiosk("check")[1]


def test_secret_of_a_house_that_takes_nothing_online_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    status, _, err = Kiosk(root, capsys)("online", "secret")
    assert (status, "[online-off]" in err) == (2, True)
    assert not home.find(root).online_secret.exists()
