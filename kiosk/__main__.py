"""Runs the command line: `python -m kiosk`."""

import gc

gc.disable()  # imports leave no garbage, and looking for it is a sixth of the start; `get_command` enables it again
import logging  # noqa: E402  # after the line above, or that would be of no use
import sys  # noqa: E402  # as above

if "desk" in sys.argv:  # a start as long as its own bears the tenth of a second that this takes
    from kiosk.web import bare_code

    bare_code.install()
from kiosk import stand_ins  # noqa: E402  # as above

stand_ins.import_libraries()  # before anything else imports them
from kiosk import logs  # noqa: E402  # as above
from kiosk.cli.main import main  # noqa: E402  # as above

logs.start(logging.WARNING)
main()
