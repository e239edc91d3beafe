"""The pages of "Votre espace": each question asked, a wrong answer told, a doubtful one asked back, all written."""

from kiosk.domain.space.answers import Question
from tests.conftest import Space
from tests.space.test_first_answers import ANSWERS, WRONG
from tests.web.desk.conftest import Desk, Officer


def plain(page: str) -> str:
    return page.replace("\xa0", " ").replace("\u202f", " ")


def test_eight_pages_one_after_the_other_then_the_whole(desk: Desk, space: Space, president: Officer) -> None:
    assert "8 réponses sont à confirmer" in plain(president.page("/hour"))
    for question, typed in ANSWERS.items():
        page = plain(president.page(f"/hour/{question.value}"))
        assert "Je ne sais pas encore" in page
        assert f"question {list(Question).index(question) + 1} sur 8" in page
        answer = president.post(f"/hour/{question.value}", dict(typed))
        assert answer.status_code == 303, plain(answer.get_data(as_text=True))[:3000]
        expected = list(Question)[list(Question).index(question) + 1 :]
        assert answer.location.endswith(f"/hour/{expected[0].value}" if expected else "/hour")
    page = plain(president.page("/hour"))
    for words in ("Bao, 6 journées", "36,00", "50,00 € + 2 × 6,00 € = ", "62,00", "4 demi-journées", "8,00"):
        assert words in page, words
    assert "pas vendu" in page
    assert "Ces réponses ne s’appliquent pas encore" in page
    assert president.post("/hour/write").status_code == 303
    page = plain(president.page("/hour"))
    assert "à confirmer" not in page
    assert "Retirer ces réponses" in page
    assert president.post("/hour/back").status_code == 303
    assert "8 réponses sont à confirmer" in plain(president.page("/hour"))
    acts = space.sql("SELECT act FROM desk_log WHERE act LIKE 'answers%' ORDER BY id")
    assert acts == [("answers-written",), ("answers-taken-back",)]


def test_each_question_answered_wrongly_says_what_is_expected(president: Officer) -> None:
    for question, typed, field in WRONG:
        answer = president.post(f"/hour/{question.value}", {**ANSWERS[question], **typed})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, f'id="f-{field}-error"' in page) == (400, True), (question, field)
    assert "/hour/who" in president.page("/hour")


def test_what_looks_wrong_is_asked_back_once(president: Officer, space: Space) -> None:
    dear = {**ANSWERS[Question.PRICES], "day": "55,00"}
    page = plain(president.post("/hour/prices", dear).get_data(as_text=True))
    assert "6 journées coûtent plus que 3 mois (330,00 € et 270,00 €) : est-ce voulu ?" in page
    assert space.sql("SELECT count(*) FROM answer_batch") == [(0,)]
    assert president.post("/hour/prices", {**dear, "sure": "six-days-over-three-months"}).status_code == 303


def test_what_is_not_known_yet_and_the_profile_are_kept(president: Officer) -> None:
    assert president.post("/hour/who", {"act": "unknown"}).location.endswith("/hour/fee")
    assert president.post("/hour/profile").status_code == 303
    page = plain(president.page("/hour"))
    assert page.count("répondu") == 5
    assert "45,00 € + 2 × 5,00 € = " in page
    assert president.get("/hour/nothing").status_code == 404


def test_who_changes_no_rule_has_no_questions(host: Officer) -> None:
    assert host.get("/hour").status_code == 403
