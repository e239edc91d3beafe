"""Brings in the files under a mount point, in a child process that does not have the mount
(`kiosk.jobs.spool_care`).
"""

import sys
from pathlib import Path

from kiosk.home import Paths
from kiosk.jobs import spool_care

if __name__ == "__main__":
    sys.stdout.write(str(spool_care.bring(Paths(Path(sys.argv[1])), Path(sys.argv[2]))))
