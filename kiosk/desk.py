"""Composes and runs the desk: opens the home, serves the office's pages on loopback, and stops soon and cleanly on
SIGTERM.

It has no pins, reader or spool: what it wants from the door it requests of the entrance through the database.
"""

import contextlib
import gc
import logging
import os
import signal
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kiosk import home, keys, logs
from kiosk.config import Config
from kiosk.devices.clock import HostClock, last_set, voucher
from kiosk.devices.watchdog import Watchdog
from kiosk.home import Home
from kiosk.offline import office_clock
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store import visit_sums
from kiosk.store.books import annual_sums, month_sums
from kiosk.store.space.policies import Rules
from kiosk.web import handed
from kiosk.web.desk.app import create_app
from kiosk.web.desk.common import addresses, remembered
from kiosk.web.desk.officers import sign_in
from kiosk.web.desk.serving import server

log = logging.getLogger(__name__)
NICER = 5  # than the entrance, so that a tap interrupts a long export
# The sums that figures and reports are made of, for any year.
PAST = (
    visit_sums.BY_DAY,
    visit_sums.BY_MEMBER,
    month_sums.CHARGES,
    annual_sums.ENTRIES,
    annual_sums.MOVED,
    annual_sums.DEFERRED,
)
_INSIDE = ("localhost", "127.0.0.1")  # names that only this machine itself knows


def run(root: Path) -> None:
    """Run the desk of a home until SIGTERM or SIGINT. Raises what opening the home or the port raises."""
    with contextlib.suppress(PermissionError):  # its unit forbids it, and sets Nice=5 itself
        os.nice(NICER)
    logs.start()
    warnings.filterwarnings("ignore", "Passing SelectField choices as tuples")  # Flask-Security's own forms
    handed_over = handed.sockets(os.environ)  # on which systemd listens for this program; none when started by hand
    systemd = Watchdog(environment=os.environ, loops={})  # the desk tells that it started and stops
    # `is_patient`: the office waits longer for other writers than a tap does.
    with home.opened(root, is_patient=True, program="desk") as opened:
        app = application(opened, addresses.own(handed_over))
        settle()
        web = server(app, opened.config.desk.port, opened.config.desk.proxy, handed_over)
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        systemd.ready()
        log.info("ready: desk on http://127.0.0.1:%d/", opened.config.desk.port)
        try:
            past = remembered.read_beside(app, opened.store, PAST, _span(opened))  # in a thread, while pages are served
            with past, _asked_pages(opened), _members_pages(opened, handed_over, app):
                web.run()
        except (SystemExit, KeyboardInterrupt):
            log.info("stopping")
        finally:
            systemd.stopping()
            web.close()


def _asked_pages(opened: Home) -> contextlib.AbstractContextManager[None]:
    """Return a context that remembers which questions each page sends to the database server, so that after a restart
    they are sent ahead; an empty context where the records are in a file.
    """
    if not opened.config.database.url:
        return contextlib.nullcontext()
    from kiosk.web.desk import asked_file  # needed on a server alone

    return asked_file.kept(opened)


@contextlib.contextmanager
def _members_pages(opened: Home, handed_over: Sequence[socket.socket], app: Flask) -> Iterator[None]:
    """Answer the questions of members' pages meanwhile, if these have an address."""
    if not opened.config.pages.address:
        yield
        return
    from kiosk.web.desk.own_first import OwnFirst
    from kiosk.web.member_pages import listening  # few houses have them
    from kiosk.web.member_pages.answers import Answers
    from kiosk.web.member_pages.office import PagesOffice

    source = opened.config.clock.source
    keeper = office_clock.teach(Timekeeper(HostClock(), voucher(source), set_at=last_set(source)), opened)
    line = listening.handed(handed_over) or listening.bound(opened.paths.pages_socket)
    own_first = OwnFirst()  # lets telephones wait for a moment while a page of the desk is made
    app.wsgi_app = own_first.around(app.wsgi_app)  # type: ignore[method-assign, assignment]  # as Flask documents it
    answers = Answers(PagesOffice(opened, keeper), _of_the_public)
    listener = listening.Listener(line, answers.answer, own_first.give_way)
    listener.start()
    try:
        yield
    finally:
        listener.close()


def _of_the_public(office: Any, question: Any, language: str) -> Any:
    """Answer a question of the public pages; their code is imported with the first one."""
    from kiosk.web.public_pages import answering

    return answering.answer(office, question, language)


def settle() -> None:
    """Exclude the objects of the start from garbage collection, which would otherwise delay large pages by 0.2 s after
    a million visits.
    """
    gc.collect()
    gc.freeze()


def application(opened: Home, is_own: Callable[[str], bool] = addresses.is_own) -> Flask:
    """Return the desk's application for a home. `is_own` recognises the machine's own addresses, from which the desk is
    closed.
    """
    settings = opened.config
    if opened.store.mark is not None:
        opened.store.mark.now = HostClock().now  # the time to note should the records lack an entry that was seen
    secret, source = keys.read_key(opened.paths.desk_key), settings.clock.source
    return create_app(
        opened, HostClock(), secret, settings.desk.hosts, voucher(source), is_own, set_at=last_set(source)
    )


def _span(opened: Home) -> remembered.Span:
    """Return a function that gives the first day with records and the space's today."""
    rules, clock = Rules(opened.config.zone), HostClock()

    def days(connection: sa.Connection) -> tuple[date | None, date]:
        """Return the day of the first entry, None before it, and today."""
        return annual_sums.first_day(connection), rules.at(connection, clock.now())[1].day

    return days


def address(settings: Config) -> str:
    """Return the desk's address: by the first name that the network knows, else on this machine."""
    outside = [host for host in settings.desk.hosts if host not in _INSIDE]
    return f"https://{outside[0]}" if outside else f"http://localhost:{settings.desk.port}"


def link(opened: Home, user_id: int) -> str:
    """Return a link by which the holder of an account chooses a password, once."""
    app = application(opened)
    with app.test_request_context(base_url=address(opened.config)):
        return sign_in.link_for(app.extensions["security"].datastore.find_user(id=user_id))


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End the process on a signal, so that the main thread cleans up."""
    raise SystemExit
