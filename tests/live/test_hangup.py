"""The entrance leads a session without a terminal, as under systemd, and its serial reader's cable is pulled."""

import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

pytestmark = pytest.mark.promise(4)

_PROGRAM = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # who started the tests may have it ignored
if sys.argv[2] == "outlives":
    from kiosk.entrance import outlive_hangups
    outlive_hangups()
port = os.open(sys.argv[1], os.O_RDWR)  # as nfcpy opens it
print("opened", flush=True)
try:
    while os.read(port, 1):
        pass
except OSError:
    pass
print("goes on", flush=True)
"""


@pytest.mark.parametrize(("manner", "status", "said"), [("outlives", 0, "goes on\n"), ("does not", -signal.SIGHUP, "")])
def test_a_serial_reader_that_is_pulled_ends_no_program_that_leads_its_session(
    manner: str, status: int, said: str
) -> None:
    reader, port = pty.openpty()
    command = [sys.executable, "-c", _PROGRAM, os.ttyname(port), manner]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as program:
        os.close(port)
        assert program.stdout is not None
        assert program.stdout.readline() == "opened\n"
        with suppress(OSError):
            os.close(reader)
        assert (program.stdout.read(), program.wait()) == (said, status)
