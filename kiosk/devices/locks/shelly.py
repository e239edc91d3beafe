"""Drives Shelly relays by HTTP, of the first generation (`/relay/0`) and of later ones (`/rpc/Switch.Set`).

The relay's own timer ends a pulse. That the device took the timer is read in its answer: one that released without a
timer is switched off at once, and refused.
"""

import base64
import hashlib
import http.client
import json
import secrets
import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any
from urllib.parse import quote

from kiosk.devices.locks.named import Keys, LockSettings
from kiosk.errors import DeviceOffline

_PATIENCE_SECONDS = 1.5  # for each question; a home network answers in some hundredths
_WHOLE_SECONDS = 4.0  # for a whole act, even with a device that sends a byte now and then
_MOST_BYTES = 16_384  # of an answer that a lock may give
_SLACK_SECONDS = 1.0  # a timer is told in whole seconds by the first generation
_USER = "admin"  # fixed by later generations, and the default of the first


class Shelly:
    """One relay of one Shelly device, by its address in digits. Implements `remote.Lock`."""

    ends_by_itself = True

    def __init__(self, address: str, password: str = "") -> None:
        host, _, port = address.partition(":")
        self._host, self._port, self._password = host, int(port or 80), password

    def release(self, seconds: float) -> None:
        """Switch the relay on for some seconds, counted by the device: whole ones, rounded down to 1 or more, in the
        first generation. Raises DeviceOffline, also where the answer shows no timer or a relay that is not on.

        A question is sent first: no order is sent on a lost connection, where it could arrive later.
        """
        with closing(_Line(self._host, self._port, self._password)) as line:
            if _is_first(line.ask("/shelly")):
                whole = max(1, int(seconds))
                answer = line.ask(f"/relay/0?turn=on&timer={whole}")
                left = answer.get("timer_remaining") if answer.get("has_timer") else None
                is_on = answer.get("ison")
            else:
                line.ask(f"/rpc/Switch.Set?id=0&on=true&toggle_after={seconds:.1f}")
                answer = line.ask("/rpc/Switch.GetStatus?id=0")
                left, is_on = answer.get("timer_duration"), answer.get("output")
            if is_on and not (isinstance(left, int | float) and 0 < left <= seconds + _SLACK_SECONDS):
                self.rest()
                text = "the lock does not accept a time limit for its pulse, so it was stopped"
                raise DeviceOffline("door-offline", text)
            if not is_on:
                raise DeviceOffline("door-offline", "the lock responded but did not release the door")

    def rest(self) -> None:
        """Switch the relay off. Raises DeviceOffline."""
        with closing(_Line(self._host, self._port, self._password)) as line:
            is_first = _is_first(line.ask("/shelly"))
            line.ask("/relay/0?turn=off" if is_first else "/rpc/Switch.Set?id=0&on=false")

    def look(self) -> Mapping[str, object]:
        """Return the device's `kind` (its model), and whether it asks for a password (`locked`). Raises DeviceOffline,
        also where our password is wrong.
        """
        with closing(_Line(self._host, self._port, self._password)) as line:
            device = line.ask("/shelly")
            # Unlike `/shelly` this asks for the password: a wrong one is refused here.
            line.ask("/relay/0" if _is_first(device) else "/rpc/Switch.GetStatus?id=0")
        return {
            "kind": device.get("model") or device.get("type"),
            "locked": bool(device.get("auth_en", device.get("auth"))),
        }


def _is_first(device: Mapping[str, Any]) -> bool:
    """Return whether a device is of the first generation, which does not report one."""
    return "gen" not in device


class _Connection(http.client.HTTPConnection):
    """An HTTP connection that drops unsent bytes when closed, and is lost when bytes are not acknowledged in time."""

    def connect(self) -> None:
        """Connect so that closing drops unsent bytes at once and a silent device counts as lost in time."""
        super().connect()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(_PATIENCE_SECONDS * 1000))


class _Line:
    """A connection to the device, for one act: a timer cuts it after `_WHOLE_SECONDS`, however slowly bytes come."""

    def __init__(self, host: str, port: int, password: str) -> None:
        self._name, self._password = f"{host}:{port}", password
        self._http = _Connection(host, port, timeout=_PATIENCE_SECONDS)
        self._end = threading.Timer(_WHOLE_SECONDS, self._cut)
        self._end.daemon = True
        self._end.start()

    def ask(self, path: str) -> dict[str, Any]:
        """Return the JSON answer to one request, with the password where it is asked for. Raises DeviceOffline."""
        try:
            status, wants, body = self._get(path, {})
            if status == 401 and self._password:
                status, wants, body = self._get(path, {"Authorization": _proof(wants, path, self._password)})
            if status == 401:
                text = f"the lock at {self._name} needs its password"
                raise DeviceOffline("door-offline", f"{text}: write it in keys/entrance/lock")
            answer = json.loads(body)
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise self._away(error) from error
        if status != 200 or not isinstance(answer, dict):
            text = f"the lock at {self._name} returned {status}"
            raise DeviceOffline("door-offline", f"{text}: check that it is a Shelly relay")
        return answer

    def close(self) -> None:
        """Cancel the timer that would cut the connection, and close it."""
        self._end.cancel()
        self._http.close()

    def _cut(self) -> None:
        """Shut the connection down from another thread, so that a blocked call returns."""
        with suppress(OSError, AttributeError):  # it may be closed just now
            self._http.sock.shutdown(socket.SHUT_RDWR)

    def _get(self, path: str, headers: dict[str, str]) -> tuple[int, str, bytes]:
        """Return status, challenge and body of an answer. Raises ValueError where the body is longer than a lock's may
        be.
        """
        self._http.request("GET", path, headers=headers)
        answer = self._http.getresponse()
        body = answer.read(_MOST_BYTES)
        if answer.read(1):
            raise ValueError("more than a lock has to say")
        return answer.status, answer.headers.get("WWW-Authenticate", ""), body

    def _away(self, error: Exception) -> DeviceOffline:
        """Return the fault for a lock that does not answer."""
        text = f"the lock at {self._name} does not respond ({type(error).__name__})"
        return DeviceOffline("door-offline", f"{text}: check its power, its network and its address")


def _proof(wants: str, path: str, password: str) -> str:
    """Return the header with the password as the device asks for it: plain (first generation), or a digest with
    SHA-256.
    """
    if not wants.lower().startswith("digest"):
        return "Basic " + base64.b64encode(f"{_USER}:{password}".encode()).decode()
    challenge = http_words(wants.partition(" ")[2])
    realm, nonce, own = challenge.get("realm", ""), challenge.get("nonce", ""), secrets.token_hex(8)
    first, second = _sum(f"{_USER}:{realm}:{password}"), _sum(f"GET:{path}")
    answer = _sum(f"{first}:{nonce}:00000001:{own}:auth:{second}")
    fields = {"username": _USER, "realm": realm, "nonce": nonce, "uri": path, "response": answer, "cnonce": own}
    quoted = ", ".join(f'{name}="{quote(value, safe="/?=&.:;,+-_ ")}"' for name, value in fields.items())
    return f"Digest {quoted}, qop=auth, nc=00000001, algorithm=SHA-256"


def http_words(text: str) -> dict[str, str]:
    """Return the names and values of a header like `a="b", c=d`, without quotes; a comma within a value is not read."""
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {name: value.strip('"') for name, _, value in pairs}


def _sum(text: str) -> str:
    """Return the SHA-256 digest of a text in hexadecimal, as digest authentication wants it."""
    return hashlib.sha256(text.encode()).hexdigest()


def made(address: str, _own: LockSettings, keys: Keys) -> Shelly:
    """Return the lock that a home's settings name."""
    password, _ = keys
    return Shelly(address, password)
