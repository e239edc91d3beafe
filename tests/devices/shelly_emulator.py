"""A Shelly relay on this machine: of the first generation or later, with its own timer, and a line to lose."""

import hashlib
import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kiosk.devices.locks.shelly import http_words

NONCE = "5f1a"


@dataclass
class ShellyDevice:
    """What it is and what became of it. `loses` names the question at which the line is lost, and whether before it is
    carried out or after; `silent`, at which it says nothing.
    """

    first: bool = False
    password: str = ""
    timers: bool = True
    obeys: bool = True
    loses: tuple[str, str] = ("", "")
    silent: str = ""
    says: bytes | None = None
    asked: list[str] = field(default_factory=list)
    released_for: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _until: float = 0.0

    @property
    def is_released(self) -> bool:
        return time.monotonic() < self._until

    def carry_out(self, path: str, words: dict[str, list[str]]) -> dict[str, Any]:
        if path == "/shelly":
            secret = bool(self.password)
            return {"type": "SHSW-1", "auth": secret} if self.first else {"gen": 2, "model": "S1", "auth_en": secret}
        order = words.get("turn", words.get("on", [""]))[0]
        if order in ("on", "true") and self.obeys:
            seconds = float(words.get("timer", words.get("toggle_after", ["0"]))[0])
            self.released_for.append(seconds)
            self._until = time.monotonic() + (seconds if self.timers and seconds else 3600)
        elif order in ("off", "false"):
            self._until = 0.0
        if path == "/rpc/Switch.Set":
            return {"was_on": False}
        left = self.released_for[-1] if self.is_released and self.timers else 0
        if self.first:
            return {"ison": self.is_released, "has_timer": bool(left), "timer_remaining": left}
        timer = {"timer_started_at": 1.0, "timer_duration": left} if left else {}
        return {"id": 0, "output": self.is_released, **timer}

    def lets_in(self, path: str, given: str) -> bool:
        """Whether who asks knows the password."""
        if not self.password or path == "/shelly":
            return True
        if self.first:
            return given == "Basic " + b64encode(f"admin:{self.password}".encode()).decode()
        told = http_words(given.partition(" ")[2])
        first, second = _sum(f"admin:s1:{self.password}"), _sum(f"GET:{told.get('uri', '')}")
        wanted = _sum(f"{first}:{NONCE}:00000001:{told.get('cnonce')}:auth:{second}")
        return told.get("uri", "").startswith(path) and told.get("response") == wanted


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def plugged_in(device: ShellyDevice, port: int) -> Iterator[str]:
    """The device in the network, at its address."""

    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            device.asked.append(place.path)
            if not device.lets_in(place.path, self.headers.get("Authorization", "")):
                self._answer(
                    401, b"", "Basic realm=s1" if device.first else f'Digest qop="auth", realm="s1", nonce="{NONCE}"'
                )
                return
            if device.silent == place.path:
                device.over.wait()
                return
            question, moment = device.loses
            if (question, moment) == (place.path, "before"):
                self.close_connection = True
                return
            said = json.dumps(device.carry_out(place.path, parse_qs(place.query))).encode()
            if question == place.path:
                self.close_connection = True
                return
            self._answer(200, said if device.says is None else device.says)

        def _answer(self, status: int, body: bytes, wants: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if wants:
                self.send_header("WWW-Authenticate", wants)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    class Network(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Who gives up is no news."""

    server = Network(("127.0.0.1", port), Asked)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        device.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
