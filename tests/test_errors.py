"""Errors of ours keep what they say wherever they go."""

import pickle

import pytest

from kiosk.errors import AnswerIsNo, DeviceOffline, KioskError, MachineError, RequestError


@pytest.mark.parametrize("kind", [KioskError, AnswerIsNo, RequestError, MachineError, DeviceOffline])
def test_an_error_crosses_to_another_process_with_its_code(kind: type[KioskError]) -> None:
    there = pickle.loads(pickle.dumps(kind("room-taken", "somebody was quicker")))  # noqa: S301  # our own bytes
    assert (type(there), there.code, str(there)) == (kind, "room-taken", "somebody was quicker")
