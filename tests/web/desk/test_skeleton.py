"""The desk's outermost manners."""

from tests.web.desk.conftest import Desk, Officer


def test_a_stranger_is_sent_to_sign_in(desk: Desk) -> None:
    answer = desk.stranger().get("/")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


def test_an_officer_sees_today_in_both_languages(treasurer: Officer) -> None:
    assert ">mercredi 25 novembre<" in treasurer.page("/", headers={"Accept-Language": "fr"})
    assert ">Wednesday 25 November<" in treasurer.page("/", headers={"Accept-Language": "en"})


def test_another_name_is_not_answered(desk: Desk) -> None:
    assert desk.app.test_client().get("/login", base_url="https://evil.example").status_code == 421
