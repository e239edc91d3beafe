"""What pages asked a server is kept over the desk's start, sealed, and only for the same tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk import home
from kiosk.home import Home
from kiosk.jobs.copies import sealing
from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Memory, Transaction
from kiosk.store.asking.lasting import asked
from kiosk.web.desk import asked_file

QUESTION = ("SELECT count(*) FROM member", ())


@pytest.fixture
def opened(root: Path) -> Iterator[Home]:
    with home.opened(root) as made:
        remembering(made)
        yield made


def remembering(made: Home) -> Memory:
    """The memory of a desk that has just started, whatever its records are on."""
    store: Any = made.store
    store.memory = Memory()
    return asked_file.memory_of(store) or Memory()


def look(memory: Memory) -> None:
    asked_again.begin("GET a.page", lasts=True)
    try:
        foresight = memory.next()
    finally:
        asked_again.end()
    assert foresight is not None
    foresight.take(QUESTION)
    foresight.end()


def test_what_a_desk_asked_is_known_to_the_next(opened: Home) -> None:
    with asked_file.kept(opened):
        look(asked_file.memory_of(opened.store) or Memory())
        assert not opened.paths.asked.exists()
    assert opened.paths.asked.stat().st_mode & 0o777 == 0o600
    again = remembering(opened)
    with asked_file.kept(opened):
        assert ("GET a.page", 1, Transaction((QUESTION,))) in again.to_keep()
        opened.paths.asked.unlink()
    assert not opened.paths.asked.exists(), "nothing was new"


@pytest.mark.parametrize("damage", ["changed", "other-tables", "nothing"])
def test_what_is_not_ours_or_of_other_tables_is_not_put_to_a_server(
    opened: Home, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asked_file.kept(opened):
        look(asked_file.memory_of(opened.store) or Memory())
    if damage == "changed":
        text = opened.paths.asked.read_text("utf-8")
        opened.paths.asked.write_text(text.replace("count(*)", "max(id)"), "utf-8")
    elif damage == "other-tables":
        monkeypatch.setattr(asked_file, "REVISION", "9999")
    else:
        opened.paths.asked.unlink()
    again = remembering(opened)
    asked_file.load(opened, again)
    brought = remembering(opened)
    brought.learn(asked(asked_file.shipped()))
    assert again.to_keep() == brought.to_keep(), "what the release brings, and nothing else"


def test_a_folder_that_takes_no_file_stops_no_desk(opened: Home) -> None:
    opened.paths.asked.mkdir()
    opened.paths.asked.with_suffix(".new").mkdir()
    with asked_file.kept(opened):
        look(asked_file.memory_of(opened.store) or Memory())


def test_records_in_a_file_keep_nothing_of_it(root: Path) -> None:
    with home.opened(root) as made, asked_file.kept(made):
        assert asked_file.memory_of(made.store) is None
        made.store.close()
        assert not made.paths.asked.exists()


def test_no_copy_has_it(opened: Home) -> None:
    with asked_file.kept(opened):
        look(asked_file.memory_of(opened.store) or Memory())
    assert opened.paths.asked.exists()
    assert not any("asked" in name for name in sealing.home_keys(opened.paths))
