"""A badge proves itself by its key and by nothing heard before; reader and emulator are held to NXP's exchanges.

Sources: NXP AN12196 rev. 1.8 of 17 November 2020, "NTAG 424 DNA and NTAG 424 DNA TagTamper features and hints", tables
14 and 20 (two exchanges byte for byte, with keys 0 and 3), read in NXP's own file; NXP AN10922, "Symmetric key
diversifications", section 2.2.1 (one key), as others print it. Keys of inputs of other lengths, seven bytes among them:
computed by others with OpenSSL from the subkeys that AN10922 prints.
"""

import secrets

import pytest

from kiosk.devices import aes
from kiosk.domain.badges import ev2
from kiosk.domain.badges.ev2 import Failure
from tests.devices.ntag424_emulator import SELECT, Ntag424, cipher

KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
UID = bytes.fromhex("04782E21801D80")
ZEROS = bytes(16)
OUR_NUMBER = bytes.fromhex("13C5DB8A5930439FC3DEF9A4C675360F")
THEIR_NUMBER, IDENTIFIER = bytes.fromhex("B9E2FC789B64BF237CCCAA20EC7E6E48"), bytes.fromhex("9D00C4DF")
FIRST, SECOND = (
    bytes.fromhex("A04C124213C186F22399D33AC2A3021591AF"),
    bytes.fromhex("3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F081206639100"),
)
TOLD = bytes.fromhex("35C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D")


def frame(command: ev2.Apdu) -> bytes:
    """A command as it goes over the air: its data with their length, and as many bytes as there are in return."""
    *head, data = command
    return bytes(head) + bytes([len(data)]) + data + b"\x00"


def asked(chip: Ntag424, key: bytes, random: bytes | None = None) -> bool:
    """Whether a chip shows a key, by the program's own side."""
    exchange = ev2.proves(key, secrets.token_bytes(16) if random is None else random, aes)
    command = next(exchange)
    try:
        while True:
            answer = chip(frame(command))
            assert answer is not None
            command = exchange.send(answer)
    except StopIteration as end:
        return bool(end.value)


def told(answers: list[bytes], key: bytes, random: bytes | None = None) -> bool:
    """The same, with answers that stand already."""
    exchange = ev2.proves(key, secrets.token_bytes(16) if random is None else random, aes)
    next(exchange)
    try:
        for answer in answers:
            exchange.send(answer)
    except StopIteration as end:
        return bool(end.value)
    raise AssertionError("one more answer is wanted")


# The key


def test_a_key_is_made_as_the_application_note_makes_it() -> None:
    about = UID + bytes.fromhex("3042F5") + b"NXP Abu"
    assert ev2.diversified(KEY, about, aes) == bytes.fromhex("A8DD63A3B89D54B37CA802473FDA9175")


@pytest.mark.parametrize(
    ("size", "key"),
    [
        (1, "281049D52ECBC8F60961993D34DE3D54"),
        (7, "E8B7F67C78C34AF1446E331EF7E6D3FF"),
        (15, "5A3C7F6F0687F24F82DEE7EDA0970D08"),
        (16, "FEED9FBD36CDB16819A72D30BCF9240B"),
        (31, "21C28CD89BB3147F66C7DBD4851CAB20"),
    ],
)
def test_what_is_shorter_is_filled_up_to_two_blocks(size: int, key: str) -> None:
    about = bytes(range(size))
    made = ev2.diversified(KEY, about, aes)
    assert made == bytes.fromhex(key)
    assert (made == aes.cmac(KEY, b"\x01" + about)) == (size > 15), "a CMAC stops at one block"


@pytest.mark.parametrize("size", [16, 30, 31])
def test_what_fills_two_blocks_by_itself_is_the_library_s_code_for_any_key(size: int) -> None:
    for start in range(0, 256, 4):
        key, about = bytes(range(start, start + 4)) * 4, bytes(range(size))
        assert ev2.diversified(key, about, aes) == aes.cmac(key, b"\x01" + about)


def test_each_badge_has_a_key_of_its_own() -> None:
    assert ev2.badge_key(KEY, UID, aes) == ev2.diversified(KEY, UID, aes)
    assert len({ev2.badge_key(KEY, secrets.token_bytes(7), aes) for _ in range(50)}) == 50


# The exchange


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([b"\x91\xad"], Failure.DELAYED),
        ([b"\x91\x40"], Failure.NO_ANSWER),
        ([FIRST, b"\x91\xae"], Failure.WRONG_KEY),
        ([FIRST, b"\x91\xad"], Failure.DELAYED),
        ([FIRST, b"\x91\x1e"], Failure.NO_ANSWER),
        ([FIRST, SECOND[:-2] + b"\x91\xaf"], Failure.NO_ANSWER),
        ([FIRST, SECOND[1:2] + SECOND[1:]], Failure.NO_ANSWER),
    ],
)
def test_why_a_key_was_not_shown_is_told_apart(answers: list[bytes], failure: Failure) -> None:
    asking = ev2.authenticates(0, ZEROS, OUR_NUMBER, aes)
    next(asking)
    with pytest.raises(StopIteration) as end:
        for answer in answers:
            asking.send(answer)
    assert end.value.value is failure


def test_reader_and_emulator_say_byte_for_byte_what_the_application_note_says(monkeypatch: pytest.MonkeyPatch) -> None:
    chip = Ntag424({ev2.KEY_NUMBER: ZEROS})
    chip.random, chip.identifier = THEIR_NUMBER, IDENTIFIER
    assert asked(chip, ZEROS, OUR_NUMBER)
    # The note authenticates with key 0, the door with key 1: the number of the key is all that differs.
    assert chip.asked == [SELECT, bytes.fromhex("9071000002010000"), bytes.fromhex("90AF000020") + TOLD + b"\x00"]
    assert chip.answers == [bytes.fromhex("9000"), FIRST, SECOND]
    monkeypatch.setattr(ev2, "KEY_NUMBER", 0)
    chip = Ntag424({0: ZEROS})
    assert asked(chip, ZEROS)
    assert chip.asked[1] == bytes.fromhex("9071000002000000")


def test_the_note_s_second_exchange_with_another_key_is_the_same_byte_for_byte() -> None:
    ours, theirs = bytes.fromhex("B98F4C50CF1C2E084FD150E33992B048"), bytes.fromhex("91517975190DCEA6104948EFA3085C1B")
    chip = Ntag424({3: ZEROS})
    chip.random, chip.identifier = theirs, bytes.fromhex("7614281A")
    chip(SELECT)
    asking = ev2.authenticates(3, ZEROS, ours, aes)
    command = next(asking)
    with pytest.raises(StopIteration) as end:
        while True:
            command = asking.send(chip(frame(command)) or b"")
    assert chip.asked[1:] == [
        bytes.fromhex("9071000002030000"),
        bytes.fromhex("90AF000020FF0306E47DFBC50087C4D8A78E88E62DE1E8BE457AA477C707E2F0874916A8B100"),
    ]
    assert chip.answers[1:] == [
        bytes.fromhex("B875CEB0E66A6C5CD00898DC371F92D191AF"),
        bytes.fromhex("0CC9A8094A8EEA683ECAAC5C7BF20584206D0608D477110FC6B3D5D3F65C3A6A9100"),
    ]
    assert end.value.value == ev2.Exchange(ours, theirs, bytes.fromhex("7614281A"))


def test_three_commands_are_enough_and_a_badge_with_another_key_is_refused_after_them() -> None:
    right = ev2.badge_key(KEY, UID, aes)
    for key, is_proven in ((right, True), (ev2.badge_key(KEY, UID[::-1], aes), False), (KEY, False), (ZEROS, False)):
        chip = Ntag424({1: key, 0: right})
        assert asked(chip, right) is is_proven
        assert (len(chip.asked), chip.failures) == (3, 0 if is_proven else 1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_any_bit_that_is_flipped_in_any_answer_is_refused(place: int) -> None:
    for bit in range(8 * len((b"\x90\x00", FIRST, SECOND)[place])):
        chip = Ntag424({1: KEY})

        def flipped(which: int, answer: bytes, bit: int = bit) -> bytes:
            if which != place:
                return answer
            return (int.from_bytes(answer) ^ 1 << bit).to_bytes(len(answer))

        chip.twist = flipped
        assert not asked(chip, KEY), bit


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_answer_that_is_cut_or_goes_on_is_refused(place: int) -> None:
    whole = [b"\x90\x00", FIRST, SECOND]
    assert told(whole, ZEROS, OUR_NUMBER)
    for changed in (b"", whole[place][:-1], whole[place][-2:], whole[place] + b"\x00", bytes(16) + whole[place]):
        if changed != whole[place]:
            assert not told([*whole[:place], changed], ZEROS, OUR_NUMBER)


def test_an_exchange_that_was_heard_is_of_no_use_again() -> None:
    chip = Ntag424({1: KEY})
    assert asked(chip, KEY, OUR_NUMBER)
    assert told(chip.answers, KEY, OUR_NUMBER), "with the same number it would be"
    for _ in range(50):
        assert not told(chip.answers, KEY)


def test_a_chip_that_sends_back_what_it_was_told_shows_nothing() -> None:
    """An answer without the key can only be made of what the reader said itself."""
    exchange = ev2.proves(KEY, OUR_NUMBER, aes)
    next(exchange)
    exchange.send(b"\x90\x00")
    _, _, _, _, said = exchange.send(bytes(16) + b"\x91\xaf")
    with pytest.raises(StopIteration) as end:
        exchange.send(said + b"\x91\x00")
    assert end.value.value is False


def test_the_emulator_s_ciphers_are_not_the_program_s() -> None:
    assert cipher(KEY, UID + bytes(9)) == aes.encrypt(KEY, bytes(16), UID + bytes(9))
