"""The kiosk as a guest on the local network finds it: the desk by TLS and by its name, and nothing else."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..processes import PYTHON, Living, living, until
from .network import KIOSK, KIOSK_6, REAL_TIME, Machine, cabled, running
from .units import FOLDER

pytestmark = pytest.mark.promise(6)

NAME = "bureau.test"
SCREEN, DESK = 8080, 8081
KNOCKED_AT = [*range(1, 1025), 2019, *range(8000, 8101)]


@dataclass(frozen=True)
class Neighbourhood:
    """The kiosk's machine with all that serves, a guest's machine, and what the guest was given of the authority."""

    kiosk: Machine
    guest: Machine
    authority: Path

    def asks(self, who: Machine, url: str, *arguments: str, at: str = KIOSK) -> tuple[int, str, str]:
        """Status, headers and body of what the guest's browser or another sees; status 0 is none at all."""
        host, port = re.findall(r"//([^/:]+)", url)[0], 443 if url.startswith("https") else 80
        where = ["--resolve", f"{host}:{port}:{at}"]
        done = who.curl("--include", "--cacert", str(self.authority), *where, *arguments, url)
        head, _, body = done.stdout.partition("\n\n")
        return (int(head.split()[1]) if head and done.returncode == 0 else 0), head.lower(), body


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    folder = tmp_path_factory.mktemp("lan")
    with ExitStack() as stack:
        kiosk, guest = stack.enter_context(cabled())
        entrance = stack.enter_context(living(folder / "simulated", "--screen-port", str(SCREEN)))
        desk = stack.enter_context(living(folder / "real", "--real", "--reader", "usb", "--desk-port", str(DESK)))
        _name_the_desk(desk)
        _serve(stack, kiosk, folder, entrance, desk)
        authority = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        found = Neighbourhood(kiosk, guest, authority)
        until(lambda: kiosk.open_ports(KIOSK, [443]) and authority.is_file())
        until(lambda: kiosk.open_ports("127.0.0.1", [SCREEN, DESK]) == {SCREEN, DESK})
        until(lambda: found.asks(guest, f"https://{NAME}/healthz")[0] == 200)
        yield found


def _name_the_desk(desk: Living) -> None:
    settings = desk.root / "kiosk.toml"
    text = settings.read_text("utf-8").replace('hosts = ["localhost", "127.0.0.1"]', f'hosts = ["{NAME}"]')
    settings.write_text(text.replace("# proxy =", "proxy ="), "utf-8")


def _serve(stack: ExitStack, kiosk: Machine, folder: Path, entrance: Living, desk: Living) -> None:
    caddyfile = folder / "Caddyfile"
    caddyfile.write_text((FOLDER / "Caddyfile").read_text("utf-8").replace("{{host}}", NAME), "utf-8")
    programs = {
        "caddy": kiosk.command("caddy", "run", "--config", str(caddyfile)),
        "entrance": kiosk.socket_held(SCREEN, *PYTHON, "--home", str(entrance.root), "entrance"),
        "desk": kiosk.socket_held(DESK, *PYTHON, "--home", str(desk.root), "desk"),
    }
    own = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"), "HOME": str(folder)}
    for name, command in programs.items():
        stack.enter_context(running(command, folder / f"{name}.log", **own))


@pytest.mark.promise(6)
@pytest.mark.parametrize("address", [KIOSK, KIOSK_6])
def test_a_guest_finds_two_doors_on_the_machine_and_both_are_the_proxy_s(near: Neighbourhood, address: str) -> None:
    assert near.guest.open_ports(address, KNOCKED_AT) == {80, 443}


def test_the_scan_would_see_what_listens_elsewhere(near: Neighbourhood) -> None:
    """From the machine itself both programs are there: loopback is what shuts them off, and not that they are away."""
    assert near.kiosk.open_ports("127.0.0.1", [SCREEN, DESK]) == {SCREEN, DESK}
    assert near.kiosk.open_ports(KIOSK, [SCREEN, DESK]) == set()


def test_all_but_the_proxy_listens_on_loopback(near: Neighbourhood) -> None:
    rows = near.kiosk.run("ss", "--listening", "--tcp", "--numeric", "--no-header").stdout.splitlines()
    open_to_all = {row.split()[3] for row in rows if not row.split()[3].startswith(("127.", "[::1]"))}
    assert {address.rpartition(":")[2] for address in open_to_all} == {"80", "443"}


def test_a_guest_with_the_authority_reaches_the_desk(near: Neighbourhood) -> None:
    status, head, body = near.asks(near.guest, f"https://{NAME}/login")
    assert status == 200
    assert "password" in body
    assert "strict-transport-security: max-age=15552000" in head
    assert "content-security-policy:" in head
    assert "server:" not in head


def test_a_guest_without_the_authority_is_warned(near: Neighbourhood) -> None:
    done = near.guest.curl("--resolve", f"{NAME}:443:{KIOSK}", f"https://{NAME}/login")
    assert done.returncode == 60, "the certificate is nobody's that a browser knows"


def test_without_tls_a_guest_is_led_to_tls(near: Neighbourhood) -> None:
    status, head, _ = near.asks(near.guest, f"http://{NAME}/login")
    assert status == 308
    assert f"location: https://{NAME}/login" in head


def test_the_authority_s_certificate_can_be_fetched_and_nothing_beside_it(near: Neighbourhood) -> None:
    status, _, body = near.asks(near.guest, f"http://{NAME}/autorite.crt")
    assert (status, body) == (200, near.authority.read_text())
    assert near.asks(near.guest, f"http://{NAME}/root.key")[0] == 308
    for path in ("/autorite.crt/../root.key", "/autorite.crt%2f..%2froot.key"):
        status, _, body = near.asks(near.guest, f"http://{NAME}{path}", "--path-as-is")
        assert "PRIVATE" not in body


@pytest.mark.parametrize("other", ["localhost", "kiosk.test", KIOSK])
def test_by_another_name_there_is_nothing(near: Neighbourhood, other: str) -> None:
    assert near.asks(near.guest, f"http://{other}/")[0] == 0
    assert near.asks(near.guest, f"https://{other}/", "--insecure")[0] == 0


def test_another_name_inside_the_right_tls_is_refused(near: Neighbourhood) -> None:
    """Neither the name of the machine nor the screen's address lead to what listens on loopback."""
    for other in ("localhost", "127.0.0.1:8080", "kiosk.test"):
        assert near.asks(near.guest, f"https://{NAME}/login", "--header", f"Host: {other}")[0] == 421


@pytest.mark.promise(6)
@pytest.mark.parametrize("address", ["127.0.0.1", KIOSK, KIOSK_6])
def test_from_the_machine_itself_nobody_works_at_the_desk(near: Neighbourhood, address: str) -> None:
    """Its screen stands where anybody may touch it. The desk has no network, and knows the machine's addresses."""
    bracketed = f"[{address}]" if ":" in address else address
    status, _, body = near.asks(near.kiosk, f"https://{NAME}/login", at=bracketed)
    assert status == 403
    assert "password" not in body


def test_nobody_can_say_for_whom_they_ask(near: Neighbourhood) -> None:
    """The proxy alone is believed, and believes nobody."""
    said = ["--header", "X-Forwarded-For: 192.0.2.2", "--header", "Forwarded: for=192.0.2.2"]
    assert near.asks(near.kiosk, f"https://{NAME}/login", *said)[0] == 403
    said = ["--header", "X-Forwarded-For: 127.0.0.1"]
    assert near.asks(near.guest, f"https://{NAME}/login", *said)[0] == 200


_STALLING = """
import socket, ssl, sys, time
context = ssl.create_default_context(cafile=sys.argv[1])
held = []
for number in range(200):
    plain = socket.create_connection((sys.argv[2], 443), timeout=20)
    held.append(context.wrap_socket(plain, server_hostname=sys.argv[3]))
    head = f"POST /login HTTP/1.1\\r\\nHost: {sys.argv[3]}\\r\\nContent-Length: 1000\\r\\n\\r\\nemail="
    held[-1].sendall(head.encode())
print("ready", flush=True)
time.sleep(600)
"""


def test_two_hundred_that_begin_to_ask_and_do_not_end_hold_up_nobody(near: Neighbourhood, tmp_path: Path) -> None:
    """Through the proxy and the desk's server: none of the two waits for them."""
    command = near.guest.command(*REAL_TIME, PYTHON[0], "-c", _STALLING, str(near.authority), KIOSK, NAME)
    with running(command, tmp_path / "stalling.log"):
        until(lambda: "ready" in (tmp_path / "stalling.log").read_text("utf-8"))
        for _ in range(5):
            assert near.asks(near.guest, f"https://{NAME}/login", "--max-time", "8")[0] == 200


def test_what_is_too_large_does_not_get_past_the_proxy(near: Neighbourhood, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(5_000_000))
    status, head, _ = near.asks(
        near.guest, f"https://{NAME}/login", "--data-binary", f"@{large}", "--header", "Expect:"
    )
    assert status in (413, 502), "as Caddy's version has it"
    assert "content-security-policy" not in head, "the desk, which would refuse it as well, was not asked"
