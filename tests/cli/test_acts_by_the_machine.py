"""The machine's command line is outside the promise of two hands: what it does at once is sealed, and said."""

import json

import pytest

from kiosk import home
from kiosk.devices.clock import HostClock
from kiosk.errors import RequestError
from kiosk.members.officers import Officers, Profile
from kiosk.store.members import merging
from tests.cli import money_watch
from tests.cli.money_watch import Bound
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture


def test_a_difference_of_the_box_is_written_at_once_and_said_to_be_the_machine_s(kiosk: Kiosk) -> None:  # noqa: F811
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("pay", "1", "20", "--method", "cash")
    with home.opened(kiosk.root) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO policy (name, valid_from, value) VALUES ('second_officer_cents', '2020-01-01', '300')"
        )
    kiosk.json("cash", "count", "1x5", "--reason", "je ne sais pas")
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT detail, actor FROM entry WHERE kind = 'notice'").all()
        waiting = connection.exec_driver_sql("SELECT count(*) FROM asked_act").scalar_one()
    sealed = [(json.loads(detail)["act"], json.loads(detail)["kind"], actor) for detail, actor in rows]
    assert (sealed, waiting) == ([("by-the-machine", "count", "cli")], 0)


def _furnished(kiosk: Kiosk) -> None:  # noqa: F811
    """Let a treasurer be there to be asked, a sum above which two are, and a member with money to give back."""
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("pay", "1", "25", "--method", "cash", "--sure")
    with home.opened(kiosk.root) as opened:
        Officers.of(opened, HostClock(), "cli").add_first("t@exemple.fr", Profile("T", ["treasurer"]), "x")
        with opened.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES ('second_officer_cents', '2020-01-01', '300')"
            )


@pytest.mark.parametrize(
    "command",
    [
        ("refund", "1", "4", "--method", "cash", "--reason", "x"),
        ("write-off", "1", "4", "--reason", "x"),
        ("reverse", "1", "--reason", "x"),
    ],
    ids=lambda command: command[0],
)
def test_a_correction_of_a_member_s_money_by_command_waits_for_an_officer_above_the_sum(
    kiosk: Kiosk,  # noqa: F811
    command: tuple[str, ...],
) -> None:
    assert money_watch.COMMANDS[command[0]] is Bound.WAITS
    _furnished(kiosk)
    if command[0] == "write-off":
        kiosk.json("deposit", "1", "40", "--sure")
    before = money_watch.standing(kiosk.root)
    assert kiosk.json(*command) == {"entry": None, "asked": 1}
    assert money_watch.standing(kiosk.root) == before


def test_a_merge_that_moves_rights_is_done_by_command_and_said_to_be_the_machine_s(kiosk: Kiosk) -> None:  # noqa: F811
    assert money_watch.COMMANDS["members merge"] is Bound.TOLD
    settings = kiosk.root / "kiosk.toml"
    mail = '[mail]\nserver = "127.0.0.1:1"\nsender = "kiosk@exemple.fr"'
    settings.write_text(settings.read_text("utf-8").replace("[mail]", mail), "utf-8")
    _furnished(kiosk)
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("sell", "2", "carnet-10")
    kiosk.json("members", "merge", "1", "2")
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        mails = connection.exec_driver_sql("SELECT body FROM outbox WHERE body LIKE '%ligne de commande%'").all()
        assert len(mails) == 1, "the treasurer reads of it"
        rows = connection.exec_driver_sql("SELECT detail, actor FROM entry WHERE kind = 'notice'").all()
    told = [(json.loads(detail).get("act"), json.loads(detail).get("kind"), actor) for detail, actor in rows]
    assert ("by-the-machine", "merge", "cli") in told


def test_a_merge_that_fails_leaves_no_entry_that_tells_of_it(
    kiosk: Kiosk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _furnished(kiosk)
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("sell", "2", "carnet-10")

    def fails(*_arguments: object) -> None:
        raise RequestError("same-file", member=1, other=2)

    monkeypatch.setattr(merging, "merge", fails)
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    assert kiosk("members", "merge", "1", "2")[0] == 2
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() == before


def test_each_command_that_is_named_for_money_is_there() -> None:
    assert [name for name in money_watch.COMMANDS if money_watch.command(name.split()) != name] == []


def test_a_command_that_writes_money_and_is_not_named_is_noticed(
    kiosk: Kiosk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kiosk.json("members", "add", "--name", "Inès Moreau")
    others = {name: bound for name, bound in money_watch.COMMANDS.items() if name != "pay"}
    monkeypatch.setattr(money_watch, "COMMANDS", others)
    with pytest.raises(AssertionError, match="kiosk pay writes"):
        kiosk.json("pay", "1", "5", "--method", "cash")
