"""nfcpy as the entrance has it: what it brings for telephones is not there."""

import subprocess
import sys

LOADED = (
    "import sys, kiosk.devices.readers.by_nfcpy;"
    " print(*(n for n, m in sys.modules.items() if getattr(m, '__file__', None)))"
)


def test_nothing_that_talks_to_telephones_is_loaded() -> None:
    found = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout.split()
    assert "nfc.clf" in found
    assert "nfc.tag" in found
    assert not [name for name in found if name.startswith(("nfc.llcp", "nfc.snep", "nfc.handover", "ndef"))]
