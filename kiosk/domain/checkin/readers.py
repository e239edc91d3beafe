"""The paths by which nfcpy knows readers, and ports in an address: one judge for all who ask for one."""

import re

PATHS = re.compile(
    r"usb(:[0-9a-fA-F]{4}(:[0-9a-fA-F]{4})?|:[0-9]{1,3}(:[0-9]{1,3})?)?"  # vendor and product, or bus and device
    r"|tty:[a-zA-Z0-9-]+(:(pn532|arygon))?"  # a name below /dev, without the `tty` of ttyUSB0, ttyAMA0 ...
    r"|udp(:[^:\s]*(:[0-9]{1,5})?)?"
)
FORMS = "usb, usb:VENDOR:PRODUCT, tty:PORT:pn532 or udp:HOST:PORT"


def is_path(device: str) -> bool:
    """Whether a reader can be called so; where it is simulated, its port is one that there can be."""
    if not PATHS.fullmatch(device):
        return False
    port = device.split(":")[2:] if device.startswith("udp") else []
    return not port or is_port(port[0])


def is_port(text: str) -> bool:
    """Whether this is a port's number."""
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and 0 < int(text) < 2**16
