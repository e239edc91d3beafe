"""The socket to the desk, with anything said on it: what is no question gets no answer."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from kiosk.errors import MachineError
from kiosk.web.member_pages import listening
from kiosk.web.member_pages.listening import Listener
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Answered, Refused

ANSWER = Refused(code="heard", says="")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    at = tmp_path / "pages.sock"

    def answer(question: speech.Asked) -> Answered:
        return Refused(code="broken", says=str(1 / 0)) if question.language == "xx" else ANSWER

    listener = Listener(listening.bound(at), answer)
    listener.start()
    yield at
    listener.close()
    listener.close()


def said(path: Path, content: bytes) -> bytes:
    """What comes back for these bytes, until the desk hangs up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(20)
        line.connect(str(path))
        line.sendall(content)
        line.shutdown(socket.SHUT_WR)
        found = bytearray()
        with suppress(ConnectionResetError):  # what was not read when the desk hung up
            while part := line.recv(65_536):
                found += part
        return bytes(found)


def framed(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


GOOD = msgspec.msgpack.encode(speech.Look(bearer="x", act="account"))
BAD = {
    "nothing": b"",
    "half a length": b"\0\0",
    "no content": framed(GOOD)[:-1],
    "too long": (speech.LONGEST_QUESTION + 1).to_bytes(4, "big") + b"x" * 100,
    "the longest length": b"\xff\xff\xff\xff",
    "no msgpack": framed(b"\xc1" * 10),
    "JSON": framed(msgspec.json.encode({"type": "Look"})),
    "no type": framed(msgspec.msgpack.encode({"bearer": "x", "act": "account"})),
    "another type": framed(msgspec.msgpack.encode({"type": "Sql", "query": "SELECT * FROM member"})),
    "an answer's type": framed(msgspec.msgpack.encode(ANSWER)),
    "a further field": framed(msgspec.msgpack.encode({"type": "Look", "bearer": "x", "act": "account", "number": 42})),
    "a wrong type": framed(msgspec.msgpack.encode({"type": "Look", "bearer": 42, "act": "account"})),
    "too long a bearer": framed(msgspec.msgpack.encode(speech.Look(bearer="x" * 65, act="account"))),
    "too long an act": framed(msgspec.msgpack.encode(speech.Look(bearer="x", act="a" * 41))),
    "more rows than a window has": framed(msgspec.msgpack.encode(speech.ReadList(token="x", name="visits", size=1001))),
    "no rows": framed(msgspec.msgpack.encode(speech.ReadList(token="x", name="visits", size=0))),
    "too long a token": framed(msgspec.msgpack.encode(speech.ReadList(token="x" * 65, name="visits", size=1))),
    "deep": framed(b"\x91" * 4000),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_what_is_no_question_gets_no_answer_and_the_next_is_heard(path: Path, content: bytes) -> None:
    assert said(path, content) == b""
    assert speech.ask(path, speech.Look(bearer="x", act="account")) == ANSWER


def test_a_question_that_breaks_the_desks_answer_breaks_nothing_else(path: Path) -> None:
    with pytest.raises(MachineError, match="desk does not answer"):
        speech.ask(path, speech.AskHouse(language="xx"))
    assert speech.ask(path, speech.AskHouse()) == ANSWER


def test_many_that_say_nothing_keep_no_question_out_for_ever(path: Path) -> None:
    """More silent connections than there is room for are closed; once they hang up, the desk hears again."""
    silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(10)]
    for line in silent:
        line.connect(str(path))
    for line in silent:
        line.close()
    assert speech.ask(path, speech.AskHouse()) == ANSWER


def test_the_socket_is_its_own_users_alone_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    at = tmp_path / "run" / "pages.sock"
    first = listening.bound(at)
    assert at.stat().st_mode & 0o777 == 0o600
    first.close()
    second = listening.bound(at)
    second.close()
    with pytest.raises(MachineError):
        listening.bound(Path("/proc/none/pages.sock"))


def test_a_desk_that_is_away_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="does not answer"):
        speech.ask(tmp_path / "none.sock", speech.AskHouse())
