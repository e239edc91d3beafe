"""What systemd hands over: what fits is taken once, and what does not fit stops the start and is named."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kiosk.errors import RequestError
from kiosk.web import handed
from kiosk.web.desk.common import addresses

from ..processes import free_port


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def test_nothing_is_handed_to_a_program_that_was_started_by_hand() -> None:
    assert handed.sockets({}) == []
    assert handed.listener([], 8080, "screen.port") is None


def test_what_was_meant_for_the_process_before_us_is_not_taken() -> None:
    environment = {"LISTEN_PID": str(os.getppid()), "LISTEN_FDS": "1"}
    assert handed.sockets(environment) == []
    assert environment == {}, "nor passed on to children"


@pytest.mark.parametrize("count", ["", "-1", "one", "999", "²"])
def test_a_number_of_sockets_that_cannot_be_is_named(count: str) -> None:
    with pytest.raises(RequestError, match="LISTEN_FDS") as caught:
        handed.sockets({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": count})
    assert caught.value.code == "socket-unit"


def test_the_socket_on_the_configured_port_is_ours(stack: ExitStack) -> None:
    held = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    route = stack.enter_context(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    assert handed.listener([route, held], held.getsockname()[1], "screen.port") is held


def test_another_port_than_the_configured_one_is_named(stack: ExitStack) -> None:
    held = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    wrong = held.getsockname()[1]
    with pytest.raises(RequestError, match=rf"holds 127\.0\.0\.1:{wrong} .* screen\.port asks for 127\.0\.0\.1:8080"):
        handed.listener([held], 8080, "screen.port")


def test_a_socket_that_the_whole_network_reaches_is_refused(stack: ExitStack) -> None:
    held = stack.enter_context(socket.create_server(("0.0.0.0", 0)))  # noqa: S104  # what must be refused
    port = held.getsockname()[1]
    with pytest.raises(RequestError, match=rf"holds 0\.0\.0\.0:{port}"):
        handed.listener([held], port, "screen.port")


def test_another_family_is_refused(stack: ExitStack) -> None:
    held = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
    port = held.getsockname()[1]
    with pytest.raises(RequestError, match=rf"holds \[::1\]:{port}"):
        handed.listener([held], port, "desk.port")


def test_a_socket_that_does_not_listen_is_refused(stack: ExitStack) -> None:
    bound = stack.enter_context(socket.socket())
    bound.bind(("127.0.0.1", 0))
    datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    datagrams.bind(("127.0.0.1", 0))
    for held in (bound, datagrams):
        with pytest.raises(RequestError):
            handed.listener([held], held.getsockname()[1], "screen.port")


OWN = ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1", "not an address"]
FOREIGN = ["192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7"]


@pytest.fixture(params=["asked", "bound"])
def is_own(request: pytest.FixtureRequest, stack: ExitStack) -> addresses.IsOwn:
    if request.param == "bound":
        return addresses.own([])
    return addresses.own([stack.enter_context(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))])


@pytest.mark.parametrize("address", OWN)
def test_the_machine_itself_is_known_by_its_address(address: str, is_own: addresses.IsOwn) -> None:
    assert is_own(address)


@pytest.mark.parametrize("address", FOREIGN)
def test_another_machine_is_no_own_address(address: str, is_own: addresses.IsOwn) -> None:
    assert not is_own(address)


def test_both_ways_to_ask_agree_on_every_address_of_this_machine(stack: ExitStack) -> None:
    asked = addresses.own([stack.enter_context(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))])
    names = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None)} | {"127.0.0.1"}
    assert {name: asked(str(name)) for name in names} == {name: addresses.is_own(str(name)) for name in names}


def test_many_may_ask_at_once(stack: ExitStack) -> None:
    asked = addresses.own([stack.enter_context(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))])
    wrong: list[str] = []

    def ask() -> None:
        wrong.extend(address for address in FOREIGN * 20 if asked(address))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_where_nobody_answers_every_address_counts_as_own(stack: ExitStack) -> None:
    route = stack.enter_context(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    asked = addresses.own([route])
    route.close()
    assert asked("192.0.2.7")


def test_a_free_port_is_bound_where_nothing_is_handed_over() -> None:
    from kiosk.web.screen.serving import server
    from tests.web.screen.screens import Screen

    port = free_port()
    built = server(Screen().make_app(port), port)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
        assert asking.getpeername()[1] == port
    built.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
