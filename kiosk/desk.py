"""The desk, composed: opens the home, serves the office's pages on loopback, stops cleanly and soon on SIGTERM.

No pins, no reader, no spool: what it wants of the door it asks of the entrance, in the database.
"""

import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from flask import Flask

from kiosk import home
from kiosk.devices.clock import HostClock
from kiosk.home import Home
from kiosk.web.desk.app import create_app
from kiosk.web.desk.serving import server

log = logging.getLogger(__name__)


def run(root: Path) -> None:
    """Run the desk of a home until SIGTERM or SIGINT. Raises what opening the home or the port raises."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    with home.opened(root) as opened:
        web = server(application(opened), opened.config.desk.port, opened.config.desk.proxy)
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        log.info("ready: desk on http://127.0.0.1:%d/", opened.config.desk.port)
        try:
            web.run()
        except (SystemExit, KeyboardInterrupt):
            log.info("stopping")
        finally:
            web.close()


def application(opened: Home) -> Flask:
    """The desk's application of a home."""
    return create_app(opened, HostClock(), home.read_key(opened.paths.desk_key), opened.config.desk.hosts)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit
