"""Brings in what lies under a mount point, in a place of its own where the mount is away (`kiosk.jobs.spool_care`)."""

import sys
from pathlib import Path

from kiosk.home import Paths
from kiosk.jobs import spool_care

if __name__ == "__main__":
    sys.stdout.write(str(spool_care.bring(Paths(Path(sys.argv[1])), Path(sys.argv[2]))))
