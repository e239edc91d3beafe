"""Runs the members' pages alone, as their systemd unit does: `python -m kiosk.web.pages SOCKET PORT`.

`kiosk pages` does the same from a home, with everything else that the command line loads.
"""

import sys
from pathlib import Path

from kiosk.web.pages.serving import run

if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
