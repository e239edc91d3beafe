"""What systemd hears of us, over real sockets, and when it hears nothing; and what a loop's heart says of its loop."""

import logging
import math
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kiosk.devices.readers.heart import PATIENCE_SECONDS, Heart
from kiosk.devices.watchdog import Watchdog

from .waiting import wait_for

TEN_SECONDS = "10000000"


class Systemd:
    """The far end of NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        """What came since it was asked last."""
        found = []
        while True:
            try:
                found.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def fill(self) -> None:
        """Have the queue full, as if nobody read from it."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.setblocking(False)
            try:
                while True:
                    other.sendto(b"STATUS=busy", self.socket.getsockname())
            except BlockingIOError:
                pass

    def environment(self, **more: str) -> dict[str, str]:
        return {"NOTIFY_SOCKET": self.address, "WATCHDOG_USEC": TEN_SECONDS, "WATCHDOG_PID": str(os.getpid()), **more}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, folder: Path) -> Iterator[Systemd]:
    made = Systemd(str(folder / "notify") if request.param == "path" else f"@{folder.name}")
    yield made
    made.socket.close()


class Loops:
    """Three loops that turn until they are told not to."""

    def __init__(self) -> None:
        self.still: set[str] = set()

    def named(self) -> dict[str, Callable[[], bool]]:
        return {name: partial(self._turns, name) for name in ("reader", "door", "screen")}

    def _turns(self, name: str) -> bool:
        return name not in self.still


def _turns(count: int, waited: list[float] | None = None) -> Callable[[float], bool]:
    """A pause that takes no time, and ends the loop at the last of so many."""
    seen = [] if waited is None else waited

    def pause(seconds: float) -> bool:
        seen.append(seconds)
        assert len(seen) <= count, "it goes on"
        return len(seen) >= count

    return pause


# What is said


def test_the_start_and_the_stop_are_said_once_each(systemd: Systemd) -> None:
    watchdog = Watchdog(environment=systemd.environment(), loops={})
    assert systemd.heard() == [], "nothing by itself"
    watchdog.ready()
    assert systemd.heard() == ["READY=1"]
    watchdog.run(_turns(2))
    watchdog.stopping()
    assert systemd.heard() == ["WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]


def test_a_sign_of_life_goes_three_times_in_the_time_that_systemd_allows(systemd: Systemd) -> None:
    waited: list[float] = []
    Watchdog(environment=systemd.environment(), loops=Loops().named()).run(_turns(4, waited))
    assert systemd.heard() == ["WATCHDOG=1"] * 4
    assert waited == [pytest.approx(10 / 3)] * 4


@pytest.mark.promise(4)
@pytest.mark.parametrize("name", ["reader", "door", "screen"])
def test_one_loop_that_stands_still_withholds_the_sign_of_life_until_it_turns(systemd: Systemd, name: str) -> None:
    loops = Loops()
    watchdog = Watchdog(environment=systemd.environment(), loops=loops.named())
    loops.still = {name}
    watchdog.run(_turns(3))
    assert systemd.heard() == []
    loops.still = set()
    watchdog.run(_turns(1))
    assert systemd.heard() == ["WATCHDOG=1"]


def test_a_loop_that_stands_still_is_named_once_in_the_log_and_once_when_it_turns_again(
    systemd: Systemd, caplog: pytest.LogCaptureFixture
) -> None:
    loops = Loops()
    watchdog = Watchdog(environment=systemd.environment(), loops=loops.named())
    for still in (set[str](), {"reader"}, {"reader", "door"}, {"door"}, set[str]()):
        loops.still = still
        watchdog.run(_turns(3))
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "the reader stands still"),
        ("ERROR", "the door stands still"),
        ("WARNING", "the reader turns again"),
        ("WARNING", "the door turns again"),
    ]


def test_it_speaks_on_a_thread_of_its_own_until_stopped(systemd: Systemd) -> None:
    loops = Loops()
    watchdog = Watchdog(environment=systemd.environment(WATCHDOG_USEC="30000"), loops=loops.named())
    never = threading.Event()
    thread = threading.Thread(target=watchdog.run, args=(never.wait,), daemon=True)
    thread.start()
    assert wait_for(systemd.heard)
    loops.still = {"door"}
    assert wait_for(lambda: not systemd.heard() and not never.wait(0.1) and not systemd.heard())
    loops.still = set()
    assert wait_for(systemd.heard)
    watchdog.stop()
    thread.join(10)
    assert not thread.is_alive()


# What is not asked for


@pytest.mark.parametrize(
    "asked", [{"WATCHDOG_PID": "1"}, *({"WATCHDOG_USEC": value} for value in ("", "0", "-1", "1.5", "soon", "٣"))]
)
def test_no_signs_of_life_for_a_systemd_that_expects_none_from_us(systemd: Systemd, asked: dict[str, str]) -> None:
    waited: list[float] = []
    watchdog = Watchdog(environment=systemd.environment(**asked), loops=Loops().named())
    watchdog.ready()
    watchdog.run(_turns(2, waited))
    assert systemd.heard() == ["READY=1"]
    assert waited == [5.0, 5.0]


def test_signs_of_life_for_a_systemd_that_names_no_process(systemd: Systemd) -> None:
    environment = systemd.environment()
    del environment["WATCHDOG_PID"]
    Watchdog(environment=environment, loops={}).run(_turns(1))
    assert systemd.heard() == ["WATCHDOG=1"]


def test_without_systemd_loops_are_watched_and_nothing_else_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    loops = Loops()
    watchdog = Watchdog(environment={}, loops=loops.named())
    watchdog.ready()
    watchdog.run(_turns(2))
    loops.still = {"screen"}
    watchdog.run(_turns(2))
    watchdog.stopping()
    assert caplog.messages == ["the screen stands still"]


# What cannot be said


def test_a_queue_that_nobody_empties_holds_nothing_up_and_the_start_is_said_when_it_is_emptied(
    systemd: Systemd, caplog: pytest.LogCaptureFixture
) -> None:
    systemd.fill()
    watchdog = Watchdog(environment=systemd.environment(), loops={})
    for speak in (watchdog.ready, partial(watchdog.run, _turns(3)), watchdog.stopping):
        speaking = threading.Thread(target=speak, daemon=True)
        speaking.start()
        speaking.join(5)
        assert not speaking.is_alive()
    assert len(caplog.messages) == 1, caplog.messages
    assert set(systemd.heard()) == {"STATUS=busy"}
    watchdog.run(_turns(2))
    assert systemd.heard() == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


def test_a_second_silence_is_a_second_line(systemd: Systemd, caplog: pytest.LogCaptureFixture) -> None:
    watchdog = Watchdog(environment=systemd.environment(), loops={})
    for lines in (1, 2):
        systemd.fill()
        watchdog.run(_turns(2))
        systemd.heard()
        watchdog.run(_turns(1))
        assert len(caplog.messages) == lines


@pytest.mark.parametrize(
    "address", ["{folder}/nobody", "@{name}-nobody", "{folder}/" + 200 * "x", "@" + 200 * "x", "vsock:2:1234", "@"]
)
def test_a_socket_that_is_not_there_is_one_line_in_the_log(
    folder: Path, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = address.format(folder=folder, name=folder.name)
    watchdog = Watchdog(environment={"NOTIFY_SOCKET": address, "WATCHDOG_USEC": TEN_SECONDS}, loops={})
    watchdog.ready()
    watchdog.run(_turns(3))
    watchdog.stopping()
    assert len(caplog.messages) == 1, caplog.messages
    assert "systemd does not hear us" in caplog.text


# A loop's heart


class Moment:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def heart(moment: Moment) -> Heart:
    return Heart(monotonic=moment)


def test_a_heart_that_no_longer_beats_is_a_loop_that_stands_still(heart: Heart, moment: Moment) -> None:
    assert heart.turns()
    for _ in range(3):
        moment.seconds += PATIENCE_SECONDS
        assert heart.turns()
        heart.beat()
    moment.seconds += PATIENCE_SECONDS + 0.1
    assert not heart.turns()
    heart.beat()
    assert heart.turns()


@pytest.mark.parametrize(("bound", "after", "turns"), [(math.inf, 1e9, True), (60, 59.9, True), (60, 60.1, False)])
def test_a_call_elsewhere_may_last_as_long_as_it_was_given(
    heart: Heart, moment: Moment, bound: float, after: float, turns: bool
) -> None:
    with heart.elsewhere(bound):
        moment.seconds += after
        assert heart.turns() is turns
    assert heart.turns(), "and coming back is a beat"
    moment.seconds += PATIENCE_SECONDS + 0.1
    assert not heart.turns(), "after which the loop must beat as before"


def test_a_call_within_a_call_has_its_own_bound_and_leaves_the_outer_one_as_it_was(
    heart: Heart, moment: Moment
) -> None:
    with heart.elsewhere():
        with heart.elsewhere(60):
            moment.seconds += 61
            assert not heart.turns()
        moment.seconds += 1e6
        assert heart.turns()
    moment.seconds += PATIENCE_SECONDS + 0.1
    assert not heart.turns()


def test_a_call_that_raises_is_over(heart: Heart, moment: Moment) -> None:
    with pytest.raises(OSError, match="gone"), heart.elsewhere():
        raise OSError("gone")
    moment.seconds += PATIENCE_SECONDS + 0.1
    assert not heart.turns()
