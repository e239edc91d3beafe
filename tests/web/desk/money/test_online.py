"""Online payments at the desk: what each came to, and an officer's word on those that are uncertain."""

from collections.abc import Iterator

import pytest

from kiosk.domain.members.roles import Role
from tests import helloasso
from tests.conftest import Space
from tests.money.online.house import INES, PayingHouse, turn_on
from tests.web.desk.conftest import Desk, Officer, actor_of

PAGE = "/money/online"


@pytest.fixture
def paying(space: Space) -> Iterator[PayingHouse]:
    with helloasso.running() as platform:
        turn_on(space, platform.url)
        yield PayingHouse(space, platform, space.join("Inès Moreau", INES))


def of_another_sum(paying: PayingHouse) -> int:
    """A payment that was paid with ten euros instead of twelve. Returns its id."""
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[-1], 1000)
    paying.call()
    paying.enter()
    return id_


def test_page_of_a_house_without_payments_says_what_comes_there(desk: Desk, treasurer: Officer) -> None:
    page = treasurer.page(PAGE)
    assert "Aucun pour l’instant" in page
    assert "n’est pas activé" in page
    assert "Paiements à décider" not in page
    assert desk.space is not None


def test_payments_are_listed_with_what_they_came_to(paying: PayingHouse, treasurer: Officer) -> None:
    paying.paid()
    paying.ask(900)
    page = treasurer.page(PAGE)
    for text in ("Inès Moreau", "12,00", "payé", "9,00", "demandé", "25\u00a0nov.\u00a02026"):
        assert text in page
    assert "9,00" not in treasurer.page(f"{PAGE}?state=paid")
    assert "12,00" in treasurer.page(f"{PAGE}?state=nonsense")


@pytest.mark.parametrize(("word", "standing"), [("kept", [1000]), ("dropped", [])])
def test_uncertain_payment_is_decided_once_and_written_in_the_log(
    paying: PayingHouse, treasurer: Officer, word: str, standing: list[int]
) -> None:
    id_ = of_another_sum(paying)
    page = treasurer.page(PAGE)
    assert "une autre somme a été payée" in page
    assert "Paiements à décider" in page
    answer = treasurer.post(f"{PAGE}/{id_}", {"word": word}, form_on=PAGE)
    assert answer.status_code == 303
    assert paying.standing() == standing
    log = paying.space.sql("SELECT act, member_number, what FROM desk_log WHERE act LIKE 'online-%'")
    assert log == [(f"online-{word}", paying.ines, f"online payment {id_}")]
    again = treasurer.post(f"{PAGE}/{id_}", {"word": word}, form_on="/money")
    assert again.status_code == 400
    assert paying.standing() == standing
    paying.check()


def test_word_that_is_none_and_payment_that_is_none_are_refused(paying: PayingHouse, treasurer: Officer) -> None:
    id_ = of_another_sum(paying)
    assert treasurer.post(f"{PAGE}/{id_}", {"word": "perhaps"}, form_on=PAGE).status_code == 400
    assert treasurer.post(f"{PAGE}/99", {"word": "kept"}, form_on=PAGE).status_code == 400
    assert paying.state(id_) == "uncertain"


def test_host_and_secretary_see_no_payment(paying: PayingHouse, host: Officer, secretary: Officer) -> None:
    id_ = of_another_sum(paying)
    for officer in (host, secretary):
        assert officer.get(PAGE).status_code == 403
        assert officer.post(f"{PAGE}/{id_}", {"word": "kept"}, form_on="/").status_code == 403
    assert paying.state(id_) == "uncertain"


def test_officer_decides_nothing_on_their_own_account(paying: PayingHouse, treasurer: Officer) -> None:
    id_ = of_another_sum(paying)
    number = actor_of(Role.TREASURER).partition(":")[2]
    paying.space.sql_write(f"UPDATE desk_user SET member_id = 1 WHERE id = {number}")
    answer = treasurer.post(f"{PAGE}/{id_}", {"word": "dropped"}, form_on=PAGE)
    assert answer.status_code == 400
    assert paying.state(id_) == "uncertain"


def test_what_is_to_decide_is_a_duty_and_leads_here(paying: PayingHouse, treasurer: Officer) -> None:
    of_another_sum(paying)
    page = treasurer.page("/todo")
    assert "paiement en ligne à décider" in page
    assert "10,00" in page
    assert f'href="{PAGE}"' in page
