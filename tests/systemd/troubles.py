"""What befalls a booted machine beside power cuts: each time the door opens, and nothing that it did is lost."""

import socket
import ssl
import time
from http.client import HTTPSConnection
from io import BytesIO

from PIL import Image, ImageChops

from kiosk.devices.clock import HostClock
from tests.processes import free_port
from tests.systemd.story import PATIENCE_SECONDS, SYNCHRONIZED, Story, date_by, health, is_well, say
from tests.systemd.virtual import SCREEN, Virtual, until

HOST = "kiosk.test"
_ENTRANCE, _DISPLAY = "kiosk-entrance.service", "kiosk-display.service"
_OF_A_PAGE = 20  # letters have edges of many shades; a screen of one colour, or a text console, has fewer
_OF_A_CARD = 0.1  # of the picture: the idle page alone changes less
_ASKED_SECONDS = 60.0  # a page asks each half minute, at least
_CARD_SECONDS = 10.0  # that a card stays, at least
_DRAWN_SECONDS = 20.0  # emulated, from the first letters to the last
_FILL = "; ".join(f"dd if=/dev/zero of=/var/lib/kiosk/{name}" for name in ("filler bs=1M", "rest bs=512"))
# systemd begins with the day that it was built itself: a clock without a battery is never older.
_LONG_AGO = ("-nic", "none", "-rtc", "base=1970-01-01T00:00:00")
_LISTENED = {22: False, 80: True, 443: True, 8080: False, 8081: False}
_GUEST = "10.0.2.15"


def each(story: Story) -> None:
    """One after the other, on one machine."""
    with story.started() as machine:
        _stopped(story, machine)
        _full(story, machine)
        _read_only(story, machine)
        date_by(machine, "timesync")
        machine.shut_down()
    _undated(story)
    _from_the_network(story)
    if story.disk.board.has_screen:
        _on_the_screen(story)


def _stopped(story: Story, machine: Virtual) -> None:
    """A program that does nothing any more is ended by systemd's watchdog, and another is there."""
    began, number = time.monotonic(), _number(machine)
    machine.says("kill", "-STOP", number)
    until(lambda: _number(machine) not in ("0", number) and is_well(machine), PATIENCE_SECONDS)
    story.figures.stopped_program_back = f"{time.monotonic() - began:.0f} s"
    say("a stopped entrance was replaced")
    _tapped(story, machine)


def _full(story: Story, machine: Virtual) -> None:
    machine.run("sh", "-c", f"({_FILL}) 2> /dev/null")
    say("the disk is full")
    _tapped(story, machine)
    machine.says("sh", "-c", "rm /var/lib/kiosk/filler /var/lib/kiosk/rest")
    story.look(machine)


def _read_only(story: Story, machine: Virtual) -> None:
    """As the kernel makes it at a fault of the disk."""
    machine.says("sh", "-c", "echo u > /proc/sysrq-trigger")
    until(lambda: machine.run("touch", "/var/lib/kiosk/x").returncode, PATIENCE_SECONDS)
    say("the disk is read-only")
    _tapped(story, machine)
    machine.says("mount", "-o", "remount,rw", "/")
    story.look(machine)


def _undated(story: Story) -> None:
    """The clock knows no date until time comes: the door opens, and the day is entered then."""
    with story.started(more=_LONG_AGO) as machine:
        _tapped(story, machine)
        if health(machine).get("clock") != "untrusted":
            story.figures.add("a clock that nobody set is believed")
        machine.says("date", "-s", f"@{int(HostClock().now().timestamp())}")
        machine.says("sh", "-c", SYNCHRONIZED)
        story.look(machine)
        date_by(machine, "battery")
        machine.shut_down()


def _from_the_network(story: Story) -> None:
    """The desk answers by TLS under its name, and nothing but that port and its certificate's."""
    ports = {port: free_port() for port in _LISTENED}
    forwarded = ",".join(f"hostfwd=tcp:127.0.0.1:{here}-{_GUEST}:{port}" for port, here in ports.items())
    with story.started(more=("-nic", f"user,model=virtio-net-pci,restrict=on,{forwarded}")) as machine:
        machine.says("sh", "-c", f"d=$(ls /sys/class/net | grep -v lo); ip a add {_GUEST}/24 dev $d; ip link set $d up")
        found = {port: _answers(here) for port, here in ports.items()}
        if found != _LISTENED:
            story.figures.add(f"from the network, what listens is {found}")
        until(lambda: _status(ports[443]) == 302, PATIENCE_SECONDS)
        story.figures.seen_from_the_network = ", ".join(str(port) for port, answers in found.items() if answers)
        machine.shut_down()


def _on_the_screen(story: Story) -> None:
    """Cage shows Chromium, and Chromium the kiosk's page; a tap changes it. The picture stays beside the disk."""
    with story.started(more=SCREEN) as machine:
        machine.says("systemctl", "start", _DISPLAY)
        until(lambda: _colours(_picture(story, machine)) > _OF_A_PAGE, PATIENCE_SECONDS)
        time.sleep(_DRAWN_SECONDS)
        idle = _picture(story, machine)
        idle.save(story.disk.folder / "screen.png")
        story.tap(machine)
        until(lambda: _share_that_differs(idle, _picture(story, machine)) > _OF_A_CARD, _CARD_SECONDS, pause=0.1)
        _picture(story, machine).save(story.disk.folder / "card.png")
        story.figures.seen_on_the_screen = f"{_colours(idle)} colours, and a card"
        _is_dark(story, machine)
        story.look(machine)
        machine.shut_down()


def _is_dark(story: Story, machine: Virtual) -> None:
    """A browser whose page does nothing any more is ended, and there is another, with a page."""
    began, before = time.monotonic(), _number(machine, _DISPLAY)
    machine.says("pkill", "-STOP", "-f", "--", "--type=renderer")
    until(lambda: _number(machine, _DISPLAY) not in ("0", before), PATIENCE_SECONDS)
    until(lambda: _is_asked(machine), PATIENCE_SECONDS)
    story.figures.dark_screen_back = f"{time.monotonic() - began:.0f} s"
    say("a dark screen is back")


def _is_asked(machine: Virtual) -> bool:
    silent = health(machine).get("display_seconds")
    return silent is not None and silent < _ASKED_SECONDS


def _picture(story: Story, machine: Virtual) -> Image.Image:
    return Image.open(BytesIO(machine.picture(story.image.with_suffix(".ppm"))))


def _colours(picture: Image.Image) -> int:
    return len(picture.getcolors(1 << 24) or ())


def _share_that_differs(one: Image.Image, other: Image.Image) -> float:
    return 1 - ImageChops.difference(one, other).convert("L").histogram()[0] / (one.width * one.height)


def _tapped(story: Story, machine: Virtual) -> None:
    story.tap(machine)
    story.figures.taps_in_trouble += 1


def _number(machine: Virtual, unit: str = _ENTRANCE) -> str:
    return machine.says("systemctl", "show", "-p", "MainPID", "--value", unit).strip()


def _answers(port: int) -> bool:
    """Whether somebody in the machine takes a connection: QEMU takes it first, and shuts it where nobody does."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.settimeout(20)
        try:
            line.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            return line.recv(1) != b""
        except TimeoutError:
            return True
        except OSError:
            return False


def _status(port: int) -> int:
    """What the desk's first page answers by TLS; the authority is the machine's own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        connection = HTTPSConnection(HOST, timeout=60)
        connection.sock = context.wrap_socket(line, server_hostname=HOST)
        connection.request("GET", "/")
        return connection.getresponse().status
