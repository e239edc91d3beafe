"""What pages asked, kept over a start: codes, numbers and days stay, and what could be a person's is left out."""

import msgspec

from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Foresight, Memory, Question
from kiosk.store.asking.lasting import Lasting, asked, lasting

TOKEN = "8f14e45fceea167a5a36dedd4bea2543"
USER: Question = ("SELECT id FROM user WHERE token = %s", (TOKEN,))
MONEY: Question = ("SELECT sum(cents) FROM entry WHERE kind = %s AND day_on = %s", ("payment", "2026-11-25"))
SEEN: Question = ("UPDATE-LESS SELECT at FROM seen WHERE token = %s AND number = %s", (TOKEN, 7))


def foreseen(memory: Memory, name: str = "GET today.page", *, lasts: bool = True) -> Foresight:
    """A transaction of a page."""
    asked_again.begin(name, lasts=lasts)
    try:
        made = memory.next()
    finally:
        asked_again.end()
    assert made is not None
    return made


def look(memory: Memory, *questions: Question, lasts: bool = True) -> None:
    """Ask these in a transaction of a page."""
    foresight = foreseen(memory, lasts=lasts)
    for each in questions:
        foresight.take(each)
    foresight.end()


def started_again(memory: Memory) -> tuple[str, Memory]:
    """What lies on the disk meanwhile, and the memory of the next start."""
    kept, again = msgspec.json.encode(lasting("0037", memory.to_keep())), Memory()
    again.learn(asked(msgspec.convert(msgspec.json.decode(kept), Lasting)))
    return kept.decode(), again


def test_a_token_is_not_kept_and_is_learnt_from_the_first_question_that_has_it() -> None:
    memory = Memory()
    look(memory, USER, MONEY, SEEN)
    text, again = started_again(memory)
    assert TOKEN not in text and "payment" in text
    other = "c4ca4238a0b923820dcc509a6f75849b"
    assert foreseen(again).ahead(("SELECT id FROM user WHERE token = %s", (other,))) == [
        MONEY,
        (SEEN[0], (other, 7)),
    ]


def test_a_question_of_which_a_value_is_not_known_yet_is_not_asked_ahead() -> None:
    memory = Memory()
    look(memory, MONEY, SEEN)
    _, again = started_again(memory)
    assert foreseen(again).ahead(MONEY) == []


def test_names_addresses_and_searches_are_left_out() -> None:
    memory = Memory()
    for value in ("Inès Moreau", "ines@exemple.fr", "04A2000000E511", b"\x01\x02", "x" * 40):
        look(memory, ("SELECT 1 WHERE name = %s", (value,)))
        assert '"questions":[[0,[[0]]]]' in started_again(memory)[0]
    look(memory, ("SELECT 1 WHERE name = %s", ("moreau",)), lasts=False)  # a search: a page with a query
    assert '"questions":[],"pages":[]' in started_again(memory)[0]


def test_only_what_is_new_is_worth_a_write() -> None:
    memory = Memory()
    look(memory, USER)
    look(memory, USER)
    assert memory.shapes == 1
    assert started_again(memory)[1].shapes == 0
