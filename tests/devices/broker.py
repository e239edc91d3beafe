"""A real MQTT broker, Debian's mosquitto, as nobody on a port of this machine; and a line to it that can be lost."""

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.devices.clock import HostClock
from tests.processes import free_port, until

USER, PASSWORD = "kiosk", "à huis clos"
DEVICE_USER, DEVICE_PASSWORD = "nuki", "clé"
_PATHS = "/usr/sbin:/usr/bin:" + os.environ.get("PATH", "")


@dataclass
class MosquittoBroker:
    """Where it listens: to who knows a password, to them by TLS, and to anybody."""

    folder: Path
    port: int
    tls_port: int
    open_port: int

    @property
    def ports(self) -> tuple[int, int, int]:
        return self.port, self.tls_port, self.open_port

    @property
    def authority(self) -> Path:
        return self.folder / "ca.pem"


@contextmanager
def running() -> Iterator[MosquittoBroker]:
    """The broker, until the block ends, in a folder where whoever it runs as may look."""
    with TemporaryDirectory(prefix="broker-") as folder, _started(Path(folder)) as broker:
        yield broker


@contextmanager
def _started(folder: Path) -> Iterator[MosquittoBroker]:
    broker = MosquittoBroker(folder, free_port(), free_port(), free_port())
    _certificate(folder)
    _passwords(folder)
    (folder / "rights").write_text(
        f"user {USER}\ntopic read nuki/2BB28570/#\ntopic write nuki/2BB28570/lockAction\n\n"
        f"user {DEVICE_USER}\ntopic readwrite nuki/#\n\n",
        "utf-8",
    )
    closed = f"allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/rights\n"
    (folder / "mosquitto.conf").write_text(
        "per_listener_settings true\npersistence false\nlog_dest none\n"
        f"listener {broker.port} 127.0.0.1\n{closed}"
        f"listener {broker.tls_port} 127.0.0.1\n{closed}certfile {folder}/own.pem\nkeyfile {folder}/own.key\n"
        f"listener {broker.open_port} 127.0.0.1\nallow_anonymous true\n",
        "utf-8",
    )
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        for each in (folder, *folder.iterdir()):
            shutil.chown(each, "nobody", "nogroup")
        as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    command = [shutil.which("mosquitto", path=_PATHS) or "mosquitto", "-c", str(folder / "mosquitto.conf")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, **as_nobody) as process:
        try:
            until(lambda: process.poll() is not None or all(map(_listens, broker.ports)))
            assert process.poll() is None, "the broker did not start"
            yield broker
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _passwords(folder: Path) -> None:
    (folder / "passwords").touch(mode=0o600)
    for user, password in ((USER, PASSWORD), (DEVICE_USER, DEVICE_PASSWORD)):
        command = [shutil.which("mosquitto_passwd", path=_PATHS) or "mosquitto_passwd"]
        subprocess.run([*command, "-b", str(folder / "passwords"), user, password], check=True, capture_output=True)


def _certificate(folder: Path) -> None:
    """One for 127.0.0.1, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = HostClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    (folder / "own.pem").write_bytes(pem)
    (folder / "own.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


CONNECT, SUBSCRIBE, ORDER = 0x10, 0x80, 0x30
"""The kinds of what a client says."""


@dataclass
class Wire:
    """A line to the broker: lost at a kind of packet, before it arrives or after; or `silent` from it on."""

    loses: int = 0
    moment: str = ""
    lost: threading.Event = field(default_factory=threading.Event)


@contextmanager
def wired(broker_port: int, wire: Wire) -> Iterator[str]:
    """The line's near end, as an address."""
    with socket.create_server(("127.0.0.1", free_port())) as near:
        thread = threading.Thread(target=_serve, args=(near, broker_port, wire))
        thread.start()
        try:
            yield f"127.0.0.1:{near.getsockname()[1]}"
        finally:
            near.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(near: socket.socket, broker_port: int, wire: Wire) -> None:
    with suppress(OSError):
        while True:
            here, _ = near.accept()
            with here, socket.create_connection(("127.0.0.1", broker_port)) as there:
                back = threading.Thread(target=_pass_on, args=(there, here, lambda _data: _gone(wire)))
                back.start()
                _pass_on(here, there, lambda data: _step(wire, data, there))
                for end in (here, there):
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                back.join()


def _step(wire: Wire, data: bytes, there: socket.socket) -> None:
    """One packet arrives in one piece on loopback, and each of ours waits for an answer to the one before."""
    if wire.moment and data[0] & 0xF0 == wire.loses:
        wire.lost.set()
        if wire.moment == "after":
            there.sendall(data)
            time.sleep(0.1)  # so that the broker has it
        if wire.moment != "silent":
            raise OSError("lost")
        raise BlockingIOError


def _gone(wire: Wire) -> None:
    if wire.moment and wire.lost.is_set():
        raise OSError("lost")


def _pass_on(source: socket.socket, target: socket.socket, step: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while data := source.recv(4096):
            try:
                step(data)
            except BlockingIOError:
                continue  # swallowed, and so is what follows it
            target.sendall(data)
