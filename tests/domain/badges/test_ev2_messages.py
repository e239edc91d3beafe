"""Keys and a file's rights are changed as NXP's application note changes them, byte for byte, by reader and emulator.

Source: NXP AN12196 rev. 1.8 of 17 November 2020, "NTAG 424 DNA and NTAG 424 DNA TagTamper features and hints", read in
NXP's own file: table 14 (session keys), table 19 (ChangeFileSettings), tables 20 and 24 (session keys), table 26
(ChangeKey of another key), table 27 (ChangeKey of the session's own). The note's keys were all zeros before, so what an
older key does to a command is held by the emulator.
"""

import pytest

from kiosk.devices import aes
from kiosk.domain.badges import ev2, ev2_messages
from kiosk.domain.badges.ev2 import Exchange
from kiosk.domain.badges.ev2_messages import Session
from tests.devices.ntag424_emulator import Ntag424
from tests.domain.badges.test_ev2 import IDENTIFIER, OUR_NUMBER, THEIR_NUMBER, ZEROS, frame

FILE_SESSION = Session(
    bytes.fromhex("1309C877509E5A215007FF0ED19CA564"), bytes.fromhex("4C6626F5E72EA694202139295C7A7FC7"), IDENTIFIER, 1
)
FILE_SETTINGS = bytes.fromhex("4000E0C1F121200000430000430000")
FILE_COMMAND = bytes.fromhex("905F0000190261B6D97903566E84C3AE5274467E89EAD799B7C1A0EF7A0400")
FILE_ANSWER = bytes.fromhex("57BFF87B1241E93D9100")

OURS, THEIRS = bytes.fromhex("60BE759EDA560250AC57CDDC11743CF6"), bytes.fromhex("6924E8D09722659A2E7DEC68E66312B8")
NAME = bytes.fromhex("7614281A")
KEY_SESSION = Session(
    bytes.fromhex("4CF3CB41A22583A61E89B158D252FC53"), bytes.fromhex("5529860B2FC5FB6154B7F28361D30BF9"), NAME, 2
)
SECOND_KEY, FIRST_KEY = (
    bytes.fromhex("F3847D627727ED3BC9C4CC050489B966"),
    bytes.fromhex("5004BF991F408672B1EF00F08F9E8647"),
)
OTHER_COMMAND = bytes.fromhex(
    "90C4000029022CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1FAC75D0CE20BCD1D06E600"
)
OTHER_ANSWER = bytes.fromhex("203BB55D1089D5879100")
OWN_COMMAND = bytes.fromhex(
    "90C400002900C0EB4DEEFEDDF0B513A03A95A75491818580503190D4D05053FF75668A01D6FDA6610234BDED643200"
)


def opened(chip: Ntag424, name: bytes, counter: int) -> Ntag424:
    """A chip whose application is selected, with a session of the note's."""
    chip(bytes.fromhex("00A4040C07D276000085010100"))
    chip.identifier = name
    chip.begin(0, *((OUR_NUMBER, THEIR_NUMBER) if name == IDENTIFIER else (OURS, THEIRS)))
    chip.counter = counter
    return chip


def test_a_session_has_the_keys_that_the_note_prints() -> None:
    made = ev2_messages.session(ZEROS, Exchange(OUR_NUMBER, THEIR_NUMBER, IDENTIFIER), aes)
    assert (made.cipher_key, made.code_key, made.counter) == (FILE_SESSION.cipher_key, FILE_SESSION.code_key, 0)
    made = ev2_messages.session(ZEROS, Exchange(OURS, THEIRS, NAME), aes)
    assert (made.cipher_key, made.code_key) == (KEY_SESSION.cipher_key, KEY_SESSION.code_key)
    ours, theirs = bytes.fromhex("B98F4C50CF1C2E084FD150E33992B048"), bytes.fromhex("91517975190DCEA6104948EFA3085C1B")
    made = ev2_messages.session(ZEROS, Exchange(ours, theirs, NAME), aes)
    assert made.cipher_key == bytes.fromhex("7A93D6571E4B180FCA6AC90C9A7488D4")
    assert made.code_key == bytes.fromhex("FC4AF159B62E549B5812394CAB1918CC")


def test_a_file_s_rights_are_changed_as_in_the_note() -> None:
    command = ev2_messages.change_file_settings(FILE_SESSION, 2, FILE_SETTINGS, aes)
    assert frame(command) == FILE_COMMAND
    after = ev2_messages.after(FILE_SESSION, FILE_ANSWER, aes)
    assert after is not None
    assert after.counter == 2
    chip = opened(Ntag424({0: ZEROS}), IDENTIFIER, 1)
    assert chip(FILE_COMMAND) == FILE_ANSWER
    assert chip.settings == FILE_SETTINGS


def test_both_ways_of_changing_a_key_are_the_note_s() -> None:
    chip = opened(Ntag424({0: ZEROS, 2: ZEROS}), NAME, 2)
    command = ev2_messages.change_key(KEY_SESSION, 2, ZEROS, SECOND_KEY, 1, aes)
    assert frame(command) == OTHER_COMMAND
    assert chip(OTHER_COMMAND) == OTHER_ANSWER
    following = ev2_messages.after(KEY_SESSION, OTHER_ANSWER, aes)
    assert following is not None
    for old in (ZEROS, SECOND_KEY):  # of the session's own key, the older one plays no part
        assert frame(ev2_messages.change_key(following, 0, old, FIRST_KEY, 1, aes)) == OWN_COMMAND
    assert chip(OWN_COMMAND) == ev2_messages.CHANGED
    assert (chip.keys, chip.versions) == ({0: FIRST_KEY, 2: SECOND_KEY}, {0: 1, 2: 1})


def test_of_a_key_that_is_changed_again_the_older_one_must_be_known() -> None:
    for old, is_right in ((SECOND_KEY, True), (ZEROS, False), (FIRST_KEY, False)):
        chip = opened(Ntag424({0: ZEROS, 2: SECOND_KEY}), NAME, 2)
        answer = chip(frame(ev2_messages.change_key(KEY_SESSION, 2, old, FIRST_KEY, 2, aes)))
        assert answer is not None
        assert (ev2_messages.after(KEY_SESSION, answer, aes) is not None) is is_right
        assert chip.keys[2] == (FIRST_KEY if is_right else SECOND_KEY)


@pytest.mark.parametrize(("current", "answer"), [(FILE_SESSION, FILE_ANSWER), (KEY_SESSION, OTHER_ANSWER)])
def test_an_answer_with_a_bit_flipped_cut_longer_or_of_another_place_is_no_yes(current: Session, answer: bytes) -> None:
    for bit in range(8 * len(answer)):
        assert ev2_messages.after(current, (int.from_bytes(answer) ^ 1 << bit).to_bytes(len(answer)), aes) is None, bit
    for changed in (b"", answer[:-1], answer[-2:], answer + b"\x00", b"\x00" + answer):
        assert ev2_messages.after(current, changed, aes) is None
    elsewhere = Session(current.cipher_key, current.code_key, current.identifier, current.counter + 1)
    assert ev2_messages.after(elsewhere, answer, aes) is None


@pytest.mark.parametrize("place", range(0, 8 * 38, 3))
def test_a_command_that_was_changed_on_its_way_changes_nothing(place: int) -> None:
    chip = opened(Ntag424({0: ZEROS, 2: ZEROS}), NAME, 2)
    body = int.from_bytes(OTHER_COMMAND[6:-1]) ^ 1 << place
    answer = chip(OTHER_COMMAND[:6] + body.to_bytes(40) + b"\x00")
    assert answer == bytes.fromhex("911E")
    assert chip.keys == {0: ZEROS, 2: ZEROS}


def test_only_the_maker_s_key_changes_others() -> None:
    chip = Ntag424({0: ZEROS, 1: ZEROS})
    chip(frame(ev2.SELECT))
    chip.begin(1, OURS, THEIRS)
    current = ev2_messages.session(ZEROS, Exchange(OURS, THEIRS, chip.identifier), aes)
    assert chip(frame(ev2_messages.change_key(current, 1, ZEROS, FIRST_KEY, 1, aes))) == bytes.fromhex("911E")
    assert chip.keys[1] == ZEROS
