"""What a page is going to ask, by what it asked before: pure, without a server."""

from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Foresight, Memory, Question, Transaction

VERSION: Question = ("SELECT max(id) FROM policy", ())


def member(number: int) -> Question:
    return "SELECT * FROM member WHERE number = %s", (number,)


def account(number: int) -> Question:
    return "SELECT * FROM account WHERE member_id = %s AND day_on = %s", (number, "2026-11-25")


def look(memory: Memory, *questions: Question) -> list[list[Question]]:
    """Ask these in a transaction of a page, and return what goes to the server, each way together."""
    asked_again.begin("GET member.page")
    try:
        foresight = memory.next()
    finally:
        asked_again.end()
    assert foresight is not None
    ways = []
    for question in questions:
        if foresight.take(question) is None:
            following = foresight.ahead(question)
            ways.append([question, *following])
            for each in following:
                foresight.answer(each, object())
    foresight.end()
    return ways


def test_nothing_is_foreseen_where_no_page_reads() -> None:
    assert Memory().next() is None


def test_a_page_asks_one_after_the_other_once_and_then_all_together() -> None:
    memory = Memory()
    page = (VERSION, member(1), account(1))
    assert look(memory, *page) == [[each] for each in page]
    assert look(memory, *page) == [list(page)]


def test_a_page_of_another_member_learns_the_number_from_the_first_question_that_has_it() -> None:
    memory = Memory()
    look(memory, VERSION, member(1), account(1))
    assert look(memory, VERSION, member(2), account(2)) == [
        [VERSION, member(1), account(1)],
        [member(2), account(2)],
    ]
    assert look(memory, VERSION, member(2), account(2)) == [[VERSION, member(2), account(2)]]


def test_a_question_that_was_never_asked_goes_alone_and_is_known_the_next_time() -> None:
    memory = Memory()
    look(memory, VERSION, account(1))
    assert look(memory, VERSION, member(1), account(1)) == [[VERSION, account(1)], [member(1)]]
    assert look(memory, VERSION, member(1), account(1)) == [[VERSION, member(1), account(1)]]


def test_an_answer_serves_once_for_each_time_that_was_asked() -> None:
    memory = Memory()
    look(memory, VERSION, VERSION)
    assert look(memory, VERSION, VERSION, VERSION) == [[VERSION, VERSION], [VERSION]]


def test_a_number_that_changes_and_one_that_stays_are_told_apart() -> None:
    """A bound of one row is no member's number: where a question says so, the old value holds again."""
    memory = Memory()
    bound: Question = ("SELECT day_on FROM visit LIMIT %s", (1,))
    other: Question = ("SELECT number FROM entry LIMIT %s", (1,))
    look(memory, member(1), bound, other)
    ways = look(memory, member(2), bound, other)
    assert ways[1] == [bound, other]


def test_a_page_whose_foreseen_question_was_refused_is_asked_as_ever() -> None:
    memory = Memory()
    look(memory, VERSION, member(1))
    asked_again.begin("GET member.page")
    foresight = memory.next()
    assert foresight is not None
    foresight.refuse()
    assert memory.next() is not None, "its second transaction is another"
    asked_again.begin("GET member.page")
    assert memory.next() is None
    asked_again.end()


def test_what_is_long_is_not_remembered() -> None:
    memory = Memory()
    long: Question = ("SELECT %s", ("x" * 5000,))
    assert look(memory, VERSION, long) == look(memory, VERSION, long)


def test_pages_that_were_not_asked_for_long_are_forgotten() -> None:
    memory = Memory()
    for number in range(asked_again._MOST_PAGES + 1):
        memory.keep((f"page {number}", 1), Transaction((VERSION,)))
    asked_again.begin("page 0")
    found = memory.next()
    asked_again.end()
    assert isinstance(found, Foresight)
    assert found.take(VERSION) is None
    assert found.ahead(VERSION) == []


def test_a_look_that_ended_early_makes_nobody_forget_what_the_page_asks() -> None:
    memory = Memory()
    look(memory, VERSION, member(1), account(1))
    look(memory, VERSION, member(9))
    assert look(memory, VERSION, member(1), account(1)) == [[VERSION, member(1), account(1)]]
    look(memory, VERSION, account(1))
    assert look(memory, VERSION, account(1)) == [[VERSION, account(1)]]
