"""A connection to an MQTT broker for one act of a few seconds, by the library paho. Imported only for a lock that uses
MQTT.

paho's own thread and its reconnecting are not used: what could not be sent is dropped with the connection, so that no
order arrives later.
"""

import secrets
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from kiosk.errors import DeviceOffline

PATIENCE_SECONDS = 1.5  # for each question; a home network answers in some hundredths
WHOLE_SECONDS = 4.0  # for a whole act, even with a broker that sends a byte now and then
_MOST_BYTES = 512  # of a message that is worth reading
_KEEPALIVE_SECONDS = 60  # no act is as long
_REFUSED = {"Bad user name or password", "Not authorized"}  # answers to a sign-in, as paho words them
_FAULTS = (OSError, ValueError, IndexError, struct.error)  # a lost connection, or a server that does not speak MQTT


class Broker(Struct, frozen=True):
    """An MQTT broker: its address (host in digits, perhaps `:port`), our user name and password there ("": none), and
    the file of the authority that signed its certificate; None: one that the system knows.
    """

    address: str
    user: str = ""
    password: str = ""
    tls: bool = False
    authority: Path | None = None

    @property
    def host(self) -> str:
        """Return the host of the address, in digits."""
        return self.address.partition(":")[0]

    @property
    def port(self) -> int:
        """Return the port of the address, else the usual one: 8883 with TLS, 1883 without."""
        return int(self.address.partition(":")[2] or (8883 if self.tls else 1883))


class Line:
    """A connection for one act: connected and subscribed when made, used by `wait` and `say`, then closed."""

    def __init__(self, broker: Broker, topics: str, heard: Callable[[str, str, bool], None]) -> None:
        """Connect, and subscribe to all below `topics`. `heard` is called with the last part of a topic, the message,
        and whether the broker had retained it from before. Raises DeviceOffline.
        """
        self._name = f"{broker.host}:{broker.port}"
        self._topics, self._heard = topics, heard
        self._answer: str | None = None
        self._may_read: bool | None = None
        self._broker = broker
        self._dialled: socket.socket | None = None
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"kiosk-{secrets.token_hex(6)}")
        # By TLS too: paho's own way leaves a socket open when the greeting fails.
        setattr(self._client, "_create_socket_connection", self._dial)  # noqa: B010  # there is no public way
        self._ends = time.monotonic() + WHOLE_SECONDS
        try:
            self._connect(broker)
            self._subscribe()
        except BaseException:
            self.close()
            raise

    def wait(self, until: Callable[[], bool], *, wholly: bool = False) -> bool:
        """Receive messages until the function `until` returns true, or the time is over: 1.5 s for one question or,
        `wholly`, what is left of the act's 4 s. Returns whether it became true. Raises DeviceOffline for a lost line.
        """
        end = self._ends if wholly else min(time.monotonic() + PATIENCE_SECONDS, self._ends)
        while not until():
            left = end - time.monotonic()
            if left <= 0:
                return False
            try:
                done = self._client.loop(left)
            except _FAULTS as fault:
                raise self._away(fault) from fault
            if done != MQTTErrorCode.MQTT_ERR_SUCCESS and not until():
                raise self._away(done)
        return True

    def say(self, word: str, what: bytes) -> None:
        """Publish the message `what` once under the topic that ends with `word`; it is not retained for absent
        listeners, so that no order is carried out later. Raises DeviceOffline.
        """
        try:
            publication = self._client.publish(f"{self._topics}/{word}", what, qos=0, retain=False)
        except _FAULTS as fault:
            raise self._away(fault) from fault
        if publication.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise self._away(publication.rc)

    def close(self) -> None:
        """Disconnect, without waiting for the broker."""
        with suppress(*_FAULTS):
            self._client.disconnect()
        if self._dialled is not None:
            self._dialled.close()

    def _dial(self) -> socket.socket:
        """Return a connected socket that drops unsent bytes when closed, and counts as lost when
        bytes are not acknowledged in time.
        """
        broker = self._broker
        self._dialled = connection = socket.create_connection((broker.host, broker.port), timeout=PATIENCE_SECONDS)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(PATIENCE_SECONDS * 1000))
        return self._by_tls(connection) if broker.tls else connection

    def _by_tls(self, plain: socket.socket) -> socket.socket:
        """Return the socket after its TLS handshake. The handshake alone can block, so a timer cuts the connection when
        the time for the act is over.
        """
        known = ssl.create_default_context(cafile=self._broker.authority)
        encrypted = known.wrap_socket(plain, server_hostname=self._broker.host, do_handshake_on_connect=False)
        self._dialled = encrypted
        cutter = threading.Timer(max(0.0, self._ends - time.monotonic()), self._cut)
        cutter.daemon = True
        cutter.start()
        try:
            encrypted.do_handshake()
        finally:
            cutter.cancel()
        return encrypted

    def _connect(self, broker: Broker) -> None:
        """Connect and sign in. Raises DeviceOffline, which says what to check."""
        client = self._client
        client.connect_timeout = PATIENCE_SECONDS
        client.on_connect, client.on_subscribe, client.on_message = self._connected, self._subscribed, self._message
        if broker.user or broker.password:
            client.username_pw_set(broker.user, broker.password)
        try:
            client.connect(broker.host, broker.port, _KEEPALIVE_SECONDS)
        except ssl.SSLCertVerificationError as fault:
            text = f"the broker at {self._name} could not be verified ({fault.verify_message})"
            raise DeviceOffline("door-offline", f"{text}: check its certificate and keys/entrance/lock.ca") from fault
        except _FAULTS as fault:
            raise self._away(fault) from fault
        if not self.wait(lambda: self._answer is not None):
            raise self._away("silence")
        if self._answer in _REFUSED:
            text = f"the broker at {self._name} rejects this name and password"
            raise DeviceOffline("door-offline", f"{text}: check lock.user and keys/entrance/lock")
        if self._answer:
            raise self._away(self._answer)

    def _subscribe(self) -> None:
        """Subscribe to the device's topics and wait for the broker's yes. Raises DeviceOffline."""
        try:
            self._client.subscribe(f"{self._topics}/+")
        except _FAULTS as fault:
            raise self._away(fault) from fault
        if not self.wait(lambda: self._may_read is not None):
            raise self._away("silence")
        if not self._may_read:
            text = f"the broker at {self._name} does not allow reading {self._topics}/+"
            raise DeviceOffline("door-offline", f"{text}: check its rights for lock.user")

    def _connected(
        self, client: Client, userdata: Any, flags: ConnectFlags, answer: ReasonCode, properties: Properties | None
    ) -> None:
        """Store the broker's answer to the sign-in: its reason for a refusal, empty for a yes."""
        self._answer = str(answer) if answer.is_failure else ""

    def _subscribed(
        self, client: Client, userdata: Any, number: int, answers: list[ReasonCode], properties: Properties | None
    ) -> None:
        """Store whether the broker lets this user read the topics."""
        self._may_read = not any(answer.is_failure for answer in answers)

    def _message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        """Hand a message on by its topic's last part; ignore one that is too long."""
        if len(message.payload) <= _MOST_BYTES:
            self._heard(message.topic.rpartition("/")[2], message.payload.decode("utf-8", "replace"), message.retain)

    def _cut(self) -> None:
        """Shut the connection down from another thread, so that a blocked call returns."""
        if self._dialled is not None:
            with suppress(OSError):  # it may be closed just now
                socket.socket.shutdown(self._dialled, socket.SHUT_RDWR)

    def _away(self, why: object) -> DeviceOffline:
        """Return the fault for a broker that does not answer, to be raised; `why`: an error, paho's code or a word."""
        named = type(why).__name__ if isinstance(why, Exception) else getattr(why, "name", why)
        text = f"the broker at {self._name} does not respond ({named})"
        return DeviceOffline("door-offline", f"{text}: check its power, its network and door.address")
