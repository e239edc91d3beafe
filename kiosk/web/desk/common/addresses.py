"""Tells which addresses are this machine's own, by asking the kernel through a socket of the machine's network.

Under its systemd unit the desk lives in an empty network and can bind to no address. systemd therefore hands it a
netlink socket that was made outside of that network: the kernel answers through it for the whole machine.
"""

import ipaddress
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence

_ROUTE = 0  # NETLINK_ROUTE
_RTM_NEWADDR, _RTM_GETADDR = 20, 22  # kinds of messages: an address; the question for all of them
_NLM_F_REQUEST, _NLM_F_DUMP = 0x1, 0x300  # flags: a question, about everything
_NLMSG_ERROR, _NLMSG_DONE = 2, 3  # kinds of messages that end an answer
_IFA_ADDRESS, _IFA_LOCAL = 1, 2  # attributes that hold an address
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ABOUT = struct.Struct("=BBBBI")  # family, prefix, flags, scope, interface
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_PATIENCE_SECONDS = 2.0  # for the kernel's answer

IsOwn = Callable[[str], bool]


def own(handed: Sequence[socket.socket]) -> IsOwn:
    """Return a function that tells whether an address is this machine's: it asks through the netlink socket if systemd
    handed one over, and otherwise tries to bind (`is_own`).
    """
    for handed_socket in handed:
        if handed_socket.family == socket.AF_NETLINK:
            return _Kernel(handed_socket)
    return is_own


def is_own(address: str) -> bool:
    """Tell whether an address is this machine's, by binding a socket to it. A text that is not an address counts as
    own.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError as fault:
        return isinstance(fault, socket.gaierror)
    return True


class _Kernel:
    """Asks the kernel for the machine's addresses, anew at each call: a telephone's hotspot may have come up since the
    last. The lock lets one thread ask at a time; questions are numbered, so that late answers are told apart.
    """

    def __init__(self, netlink: socket.socket) -> None:
        self._netlink = netlink
        self._netlink.settimeout(_PATIENCE_SECONDS)
        self._lock = threading.Lock()
        self._sequence = 0

    def __call__(self, address: str) -> bool:
        """Tell whether an address is this machine's. Returns True as well for a text that is not an address, and when
        the kernel does not answer: the caller then refuses rather than serves.
        """
        try:
            asked = ipaddress.ip_address(address.partition("%")[0])  # without the interface of a link-local address
        except ValueError:
            return True
        asked = getattr(asked, "ipv4_mapped", None) or asked  # an IPv4 address may come written as IPv6
        if asked.is_loopback:
            return True
        try:
            with self._lock:
                return asked.packed in set(self._addresses())
        except OSError:
            return True

    def _addresses(self) -> Iterator[bytes]:
        """Yield the machine's addresses, as the kernel lists them. Raises OSError where it does not."""
        self._sequence += 1
        length = _HEADER.size + _ABOUT.size
        header = _HEADER.pack(length, _RTM_GETADDR, _NLM_F_REQUEST | _NLM_F_DUMP, self._sequence, 0)
        self._netlink.sendto(header + _ABOUT.pack(socket.AF_UNSPEC, 0, 0, 0, 0), (0, 0))
        while True:
            answer = self._netlink.recv(1 << 16)
            for kind, sequence, body in _messages(answer):
                if sequence != self._sequence:
                    continue  # a late answer to an earlier question
                if kind == _NLMSG_DONE:
                    return
                if kind == _NLMSG_ERROR:
                    raise OSError("the kernel does not tell its addresses")
                if kind == _RTM_NEWADDR:
                    yield from _addresses_in(body)


def _messages(answer: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the messages of the kernel's answer: kind, sequence number, body. A message with an impossible length ends
    it.
    """
    while len(answer) >= _HEADER.size:
        length, kind, _, sequence, _ = _HEADER.unpack_from(answer)
        if not _HEADER.size <= length <= len(answer):
            return
        yield kind, sequence, answer[_HEADER.size : length]
        answer = answer[_aligned(length) :]


def _addresses_in(body: bytes) -> Iterator[bytes]:
    """Yield the addresses, as 4 or 16 bytes, that one message names among its attributes."""
    attributes = body[_ABOUT.size :]
    while len(attributes) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(attributes)
        if length < _ATTRIBUTE.size:
            return
        if kind in (_IFA_ADDRESS, _IFA_LOCAL):
            yield attributes[_ATTRIBUTE.size : length]
        attributes = attributes[_aligned(length) :]


def _aligned(length: int) -> int:
    """Return a length rounded up to a multiple of 4, as netlink aligns."""
    return (length + 3) & ~3
