"""`python -m kiosk`."""

import gc

gc.disable()  # what is imported stays: searching it for garbage would be a sixth of the start; `get_command` goes on
import logging  # noqa: E402  # after the line above, or that would be of no use

from kiosk import stand_ins  # noqa: E402  # as above

stand_ins.import_libraries()  # before anybody else does
from kiosk import logs  # noqa: E402  # as above
from kiosk.cli.main import main  # noqa: E402  # as above

logs.start(logging.WARNING)
main()
