"""What telephones ask gives way to the desk's own pages, and is kept out by none of them."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from kiosk.web.desk import own_first
from kiosk.web.desk.own_first import OwnFirst
from kiosk.web.member_pages import listening
from kiosk.web.member_pages.listening import Listener
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Refused
from tests.processes import PATIENCE_SECONDS


class Page:
    """A page of the desk whose making lasts until it is let go."""

    def __init__(self, own: OwnFirst) -> None:
        self.begun, self.made = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=own.around(self._make), args=({}, print))
        self._thread.start()
        assert self.begun.wait(PATIENCE_SECONDS)

    def _make(self, _environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        self.begun.set()
        self.made.wait(PATIENCE_SECONDS)
        return ()

    def end(self) -> None:
        self.made.set()
        self._thread.join(PATIENCE_SECONDS)


def test_a_question_of_a_telephone_waits_while_a_page_of_the_desk_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_first, "_MOMENT_SECONDS", PATIENCE_SECONDS)
    own, at, said = OwnFirst(), tmp_path / "pages.sock", list[str]()
    listener = Listener(listening.bound(at), lambda _asked: Refused(code="heard", says=""), own.give_way)
    listener.start()

    def ask() -> None:
        speech.ask(at, speech.AskHouse())
        said.append("answered")

    page, other, question = Page(own), Page(own), threading.Thread(target=ask)
    question.start()
    page.end()
    question.join(0.3)
    assert said == [], "another page is still made"
    other.end()
    question.join(PATIENCE_SECONDS)
    assert said == ["answered"]
    listener.close()


def test_a_page_that_takes_long_or_fails_keeps_no_telephone_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_first, "_MOMENT_SECONDS", 0.01)
    own = OwnFirst()
    page = Page(own)
    own.give_way()
    assert not page.made.is_set(), "it went on though the page is not made"
    page.end()

    def fails(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        own.around(fails)({}, print)
    monkeypatch.setattr(own_first, "_MOMENT_SECONDS", PATIENCE_SECONDS)
    own.give_way()
