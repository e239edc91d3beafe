"""The desk, composed: opens the home, serves the office's pages on loopback, stops cleanly and soon on SIGTERM.

No pins, no reader, no spool: what it wants of the door it asks of the entrance, in the database.
"""

import logging
import os
import signal
import sys
import warnings
from pathlib import Path
from types import FrameType

from flask import Flask

from kiosk import home
from kiosk.config import Config
from kiosk.devices.clock import HostClock, voucher
from kiosk.home import Home
from kiosk.web.desk import sign_in
from kiosk.web.desk.app import create_app
from kiosk.web.desk.serving import server

log = logging.getLogger(__name__)
NICER = 5  # than the entrance: a long export leaves the processor to a tap
_INSIDE = ("localhost", "127.0.0.1")


def run(root: Path) -> None:
    """Run the desk of a home until SIGTERM or SIGINT. Raises what opening the home or the port raises."""
    os.nice(NICER)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    warnings.filterwarnings("ignore", "Passing SelectField choices as tuples")  # Flask-Security's own forms
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
    settings = opened.config
    secret, vouched = home.read_key(opened.paths.desk_key), voucher(settings.clock.source)
    return create_app(opened, HostClock(), secret, settings.desk.hosts, vouched)


def address(settings: Config) -> str:
    """Where officers find the desk: by the first name that the network knows; else on this machine."""
    outside = [host for host in settings.desk.hosts if host not in _INSIDE]
    return f"https://{outside[0]}" if outside else f"http://localhost:{settings.desk.port}"


def link(opened: Home, user_id: int) -> str:
    """Where the holder of an account chooses a password, once."""
    app = application(opened)
    with app.test_request_context(base_url=address(opened.config)):
        return sign_in.link_for(app.extensions["security"].datastore.find_user(id=user_id))


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit
