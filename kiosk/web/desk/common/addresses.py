"""Tells which addresses are this machine's own, by asking the kernel through a socket of the machine's network.

Under its unit the desk lives in an empty network and can bind to nothing. systemd hands it a netlink socket that was
made outside, and what is asked through that is answered for the machine.
"""

import ipaddress
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence

_ROUTE = 0  # NETLINK_ROUTE
_RTM_NEWADDR, _RTM_GETADDR = 20, 22
_NLM_F_REQUEST, _NLM_F_DUMP = 0x1, 0x300
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ABOUT = struct.Struct("=BBBBI")  # family, prefix, flags, scope, interface
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_PATIENCE_SECONDS = 2.0

IsOwn = Callable[[str], bool]


def own(handed: Sequence[socket.socket]) -> IsOwn:
    """How to tell whether an address is this machine's: by the netlink socket handed over, else by ourselves."""
    for each in handed:
        if each.family == socket.AF_NETLINK:
            return _Asked(each)
    return is_own


def is_own(address: str) -> bool:
    """Whether an address is this machine's: only then can something be bound to it. What is none counts as own."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError as fault:
        return isinstance(fault, socket.gaierror)
    return True


class _Asked:
    """The machine's addresses, asked anew for each question: a telephone's hotspot may have come up since."""

    def __init__(self, netlink: socket.socket) -> None:
        self._netlink = netlink
        self._netlink.settimeout(_PATIENCE_SECONDS)
        self._lock = threading.Lock()
        self._sequence = 0

    def __call__(self, address: str) -> bool:
        """Tell whether an address is this machine's. A text that is no address counts as own, and so do all when none
        can be told.
        """
        try:
            asked = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return True
        asked = getattr(asked, "ipv4_mapped", None) or asked
        if asked.is_loopback:
            return True
        try:
            with self._lock:
                return asked.packed in set(self._addresses())
        except OSError:
            return True

    def _addresses(self) -> Iterator[bytes]:
        self._sequence += 1
        length = _HEADER.size + _ABOUT.size
        header = _HEADER.pack(length, _RTM_GETADDR, _NLM_F_REQUEST | _NLM_F_DUMP, self._sequence, 0)
        self._netlink.sendto(header + _ABOUT.pack(socket.AF_UNSPEC, 0, 0, 0, 0), (0, 0))
        while True:
            answer = self._netlink.recv(1 << 16)
            for kind, sequence, body in _messages(answer):
                if sequence != self._sequence:
                    continue  # what came too late for an earlier question
                if kind == _NLMSG_DONE:
                    return
                if kind == _NLMSG_ERROR:
                    raise OSError("the kernel does not tell its addresses")
                if kind == _RTM_NEWADDR:
                    yield from _of(body)


def _messages(answer: bytes) -> Iterator[tuple[int, int, bytes]]:
    while len(answer) >= _HEADER.size:
        length, kind, _, sequence, _ = _HEADER.unpack_from(answer)
        if not _HEADER.size <= length <= len(answer):
            return
        yield kind, sequence, answer[_HEADER.size : length]
        answer = answer[_aligned(length) :]


def _of(body: bytes) -> Iterator[bytes]:
    rest = body[_ABOUT.size :]
    while len(rest) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(rest)
        if length < _ATTRIBUTE.size:
            return
        if kind in (_IFA_ADDRESS, _IFA_LOCAL):
            yield rest[_ATTRIBUTE.size : length]
        rest = rest[_aligned(length) :]


def _aligned(length: int) -> int:
    return (length + 3) & ~3
